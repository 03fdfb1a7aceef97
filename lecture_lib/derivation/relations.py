r"""How a line relates to the line before: one class a relation, each says how it is typeset and when it holds."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lecture_lib.formulas import Formula, parse
from lecture_lib.formulas.distributions import node
from lecture_lib.formulas.grammar import Parser
from lecture_lib.formulas.tree import Tree

__all__ = ["RELATIONS", "Finding", "Pair", "Relation", "relation_from"]

ROUNDING = 1e-12
"""Discrepancies up to this share of the largest terms that were added count as rounding."""

AT_AN_OPTIMUM = 1e-6
"""How well an equation must hold at an optimum that an iteration has found."""


@dataclass(frozen=True)
class Pair:
    """Two expressions on one problem."""

    before: Formula
    after: Formula
    problem: dict
    tolerance: float = 1e-9

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both values, on the same axes.

        Raises
        ------
        ValueError
            When free indices or shapes do not go together.
        """
        letters = self._letters()
        a, b = (self._value(part, letters) for part in (self.before, self.after))
        if self.before.tree.shape != self.after.tree.shape:
            if not (_is_zero(self.before) or _is_zero(self.after)):
                raise ValueError(f"{_said(self.after)} does not follow from {_said(self.before)}")
            shape = max(a.shape, b.shape, key=len)  # 0 stands for the vector or matrix of zeros too
            a, b = (np.full(shape, 0.0) if part.ndim < len(shape) else part for part in (a, b))
        one, two = np.broadcast_arrays(a, b)
        return one, two

    def _letters(self):
        one, two = self.before.letters, self.after.letters
        if one and two and set(one) != set(two):
            raise ValueError(
                f"the line before has the free indices {', '.join(one)}, this line {', '.join(two)}; "
                "neighbouring lines have the same ones"
            )
        return one or two

    def _value(self, formula, letters):
        return formula.value(self.problem, letters)

    def rounding(self) -> np.ndarray:
        """Return what rounding can change in either."""
        letters = self._letters()
        return ROUNDING * max(
            formula.magnitude(self.problem, letters).max() for formula in (self.before, self.after)
        )


@dataclass(frozen=True)
class Finding:
    """What a comparison found: whether it holds, by how much, and where it is worst."""

    holds: bool
    gap: float
    before: float
    after: float
    where: str = ""

    @classmethod
    def at(cls, worst, holds, gap: np.ndarray, before: np.ndarray, after: np.ndarray) -> "Finding":
        """Return what was found at the worst entry."""
        place = f"in entry [{', '.join(map(str, worst))}] " if worst else ""
        return cls(bool(holds), float(gap[worst]), float(before[worst]), float(after[worst]), place)


def _is_zero(formula):
    return formula.tree.op == "number" and float(formula.tree.detail.replace("\\pi", "3")) == 0


def _said(formula):
    from lecture_lib.formulas.operations import shown_shape

    return shown_shape(formula.tree.shape)


class Relation(ABC):
    """A relation of two lines.

    A subclass names itself (``name``, as it is passed to ``line``), how it is typeset (``latex``), and implements
    ``judge``; a subclass that does not is a ``TypeError``.
    """

    name: ClassVar[str]
    latex: ClassVar[str]

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if cls.judge is Relation.judge:
            raise TypeError(f"{cls.__name__} must say when it holds: implement judge(pair)")
        if "name" in cls.__dict__:
            RELATIONS[cls.name] = cls

    @abstractmethod
    def judge(self, pair: Pair) -> Finding:
        """Compare two expressions on one problem."""

    at_optimum = False
    """Whether the relation is judged at an optimum, too."""


RELATIONS: dict[str, Callable[..., Relation]] = {}
"""All relations by name."""


@dataclass(frozen=True)
class Equal(Relation):
    """Both are the same."""

    name = "="
    latex = "="

    def judge(self, pair):
        """Compare entry by entry, relative to the larger of the two, or within what rounding can change."""
        a, b = pair.values()
        return equality(a, b, pair)


def equality(a: np.ndarray, b: np.ndarray, pair: Pair) -> Finding:
    """Judge whether two arrays are the same up to rounding."""
    off = np.abs(a - b)
    size = np.maximum(np.abs(a), np.abs(b))
    gap = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
    if gap.max(initial=0) > pair.tolerance:
        gap = np.where(off <= pair.rounding(), 0.0, gap)
    gap = np.where(np.isfinite(size), gap, np.inf)  # infinity is not near to infinity
    worst = np.unravel_index(np.argmax(gap), gap.shape)
    return Finding.at(worst, gap[worst] <= pair.tolerance, gap, a, b)


@dataclass(frozen=True)
class _Ordered(Relation):
    """One is not above, or below, the other."""

    sign: ClassVar[int] = 1
    strict: ClassVar[bool] = False

    def judge(self, pair):
        """Look at the smallest margin."""
        a, b = pair.values()
        margin = self.sign * (b - a)
        worst = np.unravel_index(np.argmin(margin), margin.shape)
        least = float(margin[worst])
        allowed = 0.0 if least > 0 else pair.rounding()
        holds = least > pair.rounding() if self.strict else least >= -allowed
        return Finding.at(worst, holds, margin, a, b)


@dataclass(frozen=True)
class AtMost(_Ordered):
    """The line before is not above this line."""

    name = "<="
    latex = r"\le"


@dataclass(frozen=True)
class AtLeast(_Ordered):
    """The line before is not below this line."""

    name = ">="
    latex = r"\ge"
    sign = -1


@dataclass(frozen=True)
class Less(_Ordered):
    """The line before is below this line."""

    name = "<"
    latex = "<"
    strict = True


@dataclass(frozen=True)
class Greater(_Ordered):
    """The line before is above this line."""

    name = ">"
    latex = ">"
    sign = -1
    strict = True


@dataclass(frozen=True)
class EqualUpToConstant(Relation):
    """The difference does not move with a variable: both have the same slope in it."""

    variable: str
    name = "= up to a constant in"

    @property
    def latex(self):
        """Return the sign, with what the constant does not depend on."""
        return rf"\overset{{{self.variable}}}{{=}}"

    def judge(self, pair):
        """Compare the derivatives, or the differences along an index."""
        return _judged_in(self.variable, pair, lambda tree: tree)


@dataclass(frozen=True)
class Proportional(Relation):
    """The ratio does not move with a variable: the logarithms have the same slope in it."""

    variable: str
    name = "proportional in"

    @property
    def latex(self):
        """Return the sign, with what the constant does not depend on."""
        return rf"\overset{{{self.variable}}}{{\propto}}"

    def judge(self, pair):
        """Compare the logarithms."""
        return _judged_in(self.variable, pair, lambda tree: node("log", tree))


def _judged_in(variable, pair, through):
    """Judge whether a difference moves with a variable: a symbol, or an index letter."""
    notation = pair.before.notation
    before, after = (Formula(through(part.tree), notation, part.latex) for part in (pair.before, pair.after))
    if variable in notation.sizes:
        letters = tuple(dict.fromkeys([*pair._letters(), variable]))
        a, b = (part.value(pair.problem, letters) for part in (before, after))
        off, axis = a - b, letters.index(variable)
        return equality(off, np.broadcast_to(off.mean(axis=axis, keepdims=True), off.shape),
                        Pair(before, after, pair.problem, pair.tolerance))  # fmt: skip
    letter = Parser(variable, notation).variable()
    slopes = [Formula(_slope(part.tree, letter), notation, part.latex) for part in (before, after)]
    inner = Pair(*slopes, pair.problem, pair.tolerance)
    a, b = (
        part.value(pair.problem, tuple(dict.fromkeys(slopes[0].letters + slopes[1].letters))) for part in slopes
    )
    return equality(a, b, inner)


def _slope(tree, variable):
    if tree.shape != ():
        raise ValueError('"up to a constant" compares numbers; take a norm, an entry or a component')
    shape = ("parameters", "1") if variable.shape == "bundle" else variable.shape
    return Tree("derivative", (tree, variable), False, shape)


@dataclass(frozen=True)
class Solved(Relation):
    """An equation to be solved: it holds at an optimum, and not elsewhere."""

    name = r"\overset{!}{=}"
    latex = r"\overset{!}{=}"
    at_optimum = True

    def judge(self, pair):
        """Look whether both are the same; the chain asks at the optimum, and elsewhere."""
        a, b = pair.values()
        off = np.abs(a - b).max()
        size = max(np.abs(a).max(), np.abs(b).max(), _terms(pair))
        gap = off / size if size else 0.0
        worst = np.unravel_index(np.argmax(np.abs(a - b)), a.shape)
        return Finding.at(worst, gap <= AT_AN_OPTIMUM, np.broadcast_to(gap, a.shape), a, b)


def _terms(pair):
    return pair.rounding() / ROUNDING


@dataclass(frozen=True)
class Equivalent(Solved):
    """An equation that holds exactly where the one before holds: at an optimum, and not elsewhere."""

    name = r"\iff"
    latex = r"\iff"


@dataclass(frozen=True)
class DefinedAs(Equal):
    """The line before is a letter, and this line what it stands for."""

    name = ":="
    latex = ":="


@dataclass(frozen=True)
class Update(Relation):
    """The line is what the line before is replaced by; only ``code=`` can tell whether it is."""

    name = r"\leftarrow"
    latex = r"\leftarrow"

    def judge(self, pair):
        """Ask for the same shape; the values differ, since something is learned."""
        a, b = pair.values()
        return Finding.at((0,) * a.ndim, True, np.zeros(a.shape), a, b)


def relation_from(name: str) -> Relation:
    """Return a relation by its name, as it is passed to ``line``.

    Raises
    ------
    ValueError
        For a name that no relation has.
    """
    for known, kind in RELATIONS.items():
        if known.endswith(" in") and name.startswith(known + " "):
            return kind(name[len(known) + 1 :].strip(" $"))
        if known == name:
            return kind()
    known = ", ".join(f'"{name} ..."' if name.endswith(" in") else f'"{name}"' for name in RELATIONS)
    raise ValueError(f"relation must be one of {known}, got {name!r}; choose one")


SPELLED = {
    "=": "=", ":=": ":=", "<=": "<=", ">=": ">=", "<": "<", ">": ">", "!": r"\overset{!}{=}", "<-": r"\leftarrow",
    "iff": r"\iff",
}  # fmt: skip
"""The relations of a statement, by the names that ``line`` knows."""


def sides(latex: str, notation) -> list[tuple[str | None, Formula]]:
    """Return the expressions of a line, each with its relation to the one before."""
    trees = parse(latex, notation)
    if len(trees) > 1:
        raise ValueError(f"a line is one statement, got {len(trees)}; write one line each")
    tree = trees[0]
    if tree.op != "statement":
        return [(None, Formula(tree, notation, latex))]
    unknown = [relation for relation in tree.detail if relation not in SPELLED]
    if unknown:
        raise ValueError(f"a line cannot be computed with {unknown[0]!r}; write = or an inequality")
    names = [None, *(SPELLED[relation] for relation in tree.detail)]
    return [(name, Formula(side, notation, latex)) for name, side in zip(names, tree.children, strict=True)]
