r"""How a line relates to the line before: how that is typeset, and when it holds."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lecture_lib.formulas import Formula, FormulaError, parse
from lecture_lib.formulas.distributions import node
from lecture_lib.formulas.grammar import Parser
from lecture_lib.formulas.operations import shown_shape
from lecture_lib.formulas.tree import Tree

__all__ = ["EQUIVALENT", "TO_SOLVE", "Finding", "Pair", "Relation", "equality", "relation_from", "sides"]

ROUNDING = 1e-12
"""Discrepancies up to this share of the largest terms that were added count as rounding."""

AT_AN_OPTIMUM = 1e-6
"""How well an equation must hold at an optimum that an iteration has found."""

TO_SOLVE = r"\overset{!}{=}"
"""Written before an equation that is to be solved: it holds at an optimum only."""

EQUIVALENT = r"\iff"
"""Written between two equations that hold at the same places."""


@dataclass(frozen=True)
class Pair:
    """Two expressions on one problem."""

    before: Formula
    after: Formula
    problem: dict
    tolerance: float = 1e-9

    @property
    def letters(self) -> tuple[str, ...]:
        """The free indices of both."""
        one, two = self.before.letters, self.after.letters
        if one and two and set(one) != set(two):
            raise FormulaError(
                f"the line before has the free indices {', '.join(one)}, this line {', '.join(two)}; "
                "neighbouring lines have the same ones"
            )
        return one or two

    def values(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both values, on the same axes.

        Raises
        ------
        FormulaError
            When free indices or shapes do not go together.
        """
        a, b = (part.value(self.problem, self.letters) for part in (self.before, self.after))
        shapes = [part.tree.shape for part in (self.before, self.after)]
        if shapes[0] != shapes[1]:
            if not (_is_zero(self.before) or _is_zero(self.after)):
                raise FormulaError(f"{shown_shape(shapes[1])} does not follow from {shown_shape(shapes[0])}")
            shape = max(a.shape, b.shape, key=len)  # 0 stands for the vector or matrix of zeros too
            a, b = (np.zeros(shape) if part.ndim < len(shape) else part for part in (a, b))
        one, two = np.broadcast_arrays(a, b)
        return one, two

    def terms(self) -> float:
        """Return the size of the largest term that is added in either; rounding is a share of it."""
        return max(part.magnitude(self.problem, self.letters).max() for part in (self.before, self.after))


def _is_zero(formula):
    return formula.tree.op == "number" and formula.tree.detail.strip("0.") == ""


@dataclass(frozen=True)
class Finding:
    """What a comparison found: whether it holds, by how much, and where it is worst."""

    holds: bool
    gap: float
    before: float
    after: float
    where: str = ""

    @classmethod
    def at(cls, flat, holds, gap: np.ndarray, before: np.ndarray, after: np.ndarray) -> "Finding":
        """Return what was found at an entry, given by its number."""
        worst = np.unravel_index(flat, gap.shape)
        place = f"in entry [{', '.join(map(str, worst))}] " if worst else ""
        return cls(bool(holds), float(gap[worst]), float(before[worst]), float(after[worst]), place)


@dataclass(frozen=True)
class Relation(ABC):
    """A relation of two lines: its name, as it is passed to ``line``, and how it is typeset."""

    name: str
    latex: str

    at_optimum: ClassVar[bool] = False
    """Whether it is asked for at optima, and must fail elsewhere."""

    @abstractmethod
    def judge(self, pair: Pair) -> Finding:
        """Compare two expressions on one problem."""


class Equal(Relation):
    """Both are the same."""

    def judge(self, pair):
        """Compare entry by entry, relative to the larger of the two, or within what rounding can change."""
        return equality(*pair.values(), pair)


def equality(a: np.ndarray, b: np.ndarray, pair: Pair) -> Finding:
    """Judge whether two arrays are the same up to rounding."""
    off, size = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
    gap = np.divide(off, size, out=np.zeros_like(off), where=size > 0)
    if gap.max(initial=0) > pair.tolerance:
        gap = np.where(off <= ROUNDING * pair.terms(), 0.0, gap)
    gap = np.where(np.isfinite(size), gap, np.inf)  # infinity is not near to infinity
    return Finding.at(np.argmax(gap), gap.max() <= pair.tolerance, gap, a, b)


@dataclass(frozen=True)
class Ordered(Relation):
    """One is not above, or below, the other."""

    sign: int
    strict: bool = False

    def judge(self, pair):
        """Look at the smallest margin."""
        a, b = pair.values()
        margin = self.sign * (b - a)
        least, rounding = float(margin.min()), ROUNDING * pair.terms()
        holds = least > rounding if self.strict else least >= min(-rounding, 0)
        return Finding.at(np.argmin(margin), holds, margin, a, b)


@dataclass(frozen=True)
class UpToConstant(Relation):
    """The difference, or the ratio, does not move with a variable: a symbol, or an index letter."""

    variable: str
    ratio: bool = False

    def judge(self, pair):
        """Compare the slopes in the variable, or the differences along an index; for a ratio, of the logarithms."""
        notation = pair.before.notation
        if self.ratio:
            pair = replace(pair, before=_mapped(pair.before, _log), after=_mapped(pair.after, _log))
        if self.variable in notation.sizes:
            letters = tuple(dict.fromkeys([*pair.letters, self.variable]))
            a, b = (part.value(pair.problem, letters) for part in (pair.before, pair.after))
            mean = (a - b).mean(axis=letters.index(self.variable), keepdims=True)
            return equality(a - b, np.broadcast_to(mean, a.shape), pair)
        variable = Parser(self.variable, notation).variable()
        slopes = [_mapped(part, lambda tree: _slope(tree, variable)) for part in (pair.before, pair.after)]
        letters = tuple(dict.fromkeys(slopes[0].letters + slopes[1].letters))
        values = [part.value(pair.problem, letters) for part in slopes]
        return equality(*values, replace(pair, before=slopes[0], after=slopes[1]))


def _mapped(formula, change):
    return Formula(change(formula.tree), formula.notation, formula.latex)


def _log(tree):
    return node("log", tree)


def _slope(tree, variable):
    if tree.shape != ():
        raise FormulaError('"up to a constant" compares numbers; take a norm, an entry or a component')
    shape = ("parameters", "1") if variable.shape == "bundle" else variable.shape
    return Tree("derivative", (tree, variable), False, shape)


class Solved(Relation):
    """An equation: it holds at an optimum, and not elsewhere."""

    at_optimum = True

    def judge(self, pair):
        """Look whether both are the same; the chain asks at the optimum, and elsewhere."""
        a, b = pair.values()
        off = np.abs(a - b)
        size = max(np.abs(a).max(), np.abs(b).max(), pair.terms())
        gap = np.full(a.shape, off.max() / size if size else 0.0)
        return Finding.at(np.argmax(off), gap.max() <= AT_AN_OPTIMUM, gap, a, b)


class Update(Relation):
    """The line is what the line before is replaced by; only ``code=`` can tell whether it is."""

    def judge(self, pair):
        """Ask for the same shape; the values differ, since something is learned."""
        a, b = pair.values()
        return Finding.at(0, True, np.zeros(a.shape), a, b)


RELATIONS = (
    Equal("=", "="),
    Equal(":=", ":="),
    Ordered("<=", r"\le", 1),
    Ordered(">=", r"\ge", -1),
    Ordered("<", "<", 1, strict=True),
    Ordered(">", ">", -1, strict=True),
    UpToConstant("= up to a constant in", "=", "..."),
    UpToConstant("proportional in", r"\propto", "...", ratio=True),
    Solved(TO_SOLVE, TO_SOLVE),
    Solved(EQUIVALENT, EQUIVALENT),
    Update(r"\leftarrow", r"\leftarrow"),
)
"""All relations; a name that ends in "in" is followed by a variable."""


def relation_from(name: str) -> Relation:
    """Return a relation by its name, as it is passed to ``line``.

    Raises
    ------
    ValueError
        For a name that no relation has.
    """
    for known in RELATIONS:
        if isinstance(known, UpToConstant) and name.startswith(known.name + " "):
            variable = name[len(known.name) + 1 :].strip(" $")
            return replace(known, variable=variable, latex=rf"\overset{{{variable}}}{{{known.latex}}}")
        if known.name == name:
            return known
    names = [f'"{known.name}{" ..." if isinstance(known, UpToConstant) else ""}"' for known in RELATIONS]
    raise ValueError(f"relation must be one of {', '.join(names)}, got {name!r}; choose one")


def sides(latex: str, notation) -> list[tuple[str | None, Formula]]:
    """Return the expressions of a line, each with its relation to the one before."""
    trees = parse(latex, notation)
    if len(trees) > 1:
        raise ValueError(f"a line is one statement, got {len(trees)}; write one line each")
    tree = trees[0]
    if tree.op != "statement":
        return [(None, Formula(tree, notation, latex))]
    names = {relation.name for relation in RELATIONS}
    if unknown := [relation for relation in tree.detail if relation not in names]:
        raise ValueError(f"a line cannot be computed with {unknown[0]!r}; write = or an inequality")
    formulas = [Formula(side, notation, latex) for side in tree.children]
    return list(zip([None, *tree.detail], formulas, strict=True))
