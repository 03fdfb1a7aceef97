"""What has to happen in a derivation, whichever way it goes: read off from what stands in a line."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lecture_lib.formulas import Formula, Notation
from lecture_lib.formulas.expansion import opened_once
from lecture_lib.formulas.tree import Tree, rebuilt, walk

__all__ = ["Milestone", "View"]


DEGREE = 4
"""Up to which an equation is a polynomial: denominators that are cleared leave factors of low degree."""


@dataclass(frozen=True)
class Milestone:
    """One thing that has to happen on any way from the first line to the last.

    Parameters
    ----------
    what : str
        Said to one who skipped it: an imperative, "differentiate the sum term by term".
    reached : callable
        ``reached(view)`` says whether it has happened in a line.
    """

    what: str
    reached: Callable[["View"], bool]


@dataclass(frozen=True)
class View:
    """What stands in a line.

    Parameters
    ----------
    written : tuple of Tree
        The expression, or both sides of an equation.
    sides : tuple of Tree
        The same without what changes nothing, such as ``+ 0``.
    notation : Notation
        What the letters mean.
    problem : dict
        A random problem.
    """

    written: tuple[Tree, ...]
    sides: tuple[Tree, ...]
    notation: Notation
    problem: dict[str, Any]

    @cached_property
    def bodies(self) -> list[Tree]:
        """What is still to be differentiated, its definitions put in."""
        slopes = [part for part in _parts(self.sides) if part.op in {"derivative", "differential"}]
        return [_opened(slope.children[0], self.notation) for slope in slopes]

    def differentiates(self, op: str, size: str = "", within: str = "") -> bool:
        """Whether an operation, over the range of a size, within another one, is still to be differentiated."""
        held = [child for part in _parts(self.bodies) if part.op == within for child in part.children]
        roots = held if within else self.bodies
        return any(part.op == op and (not size or size in dict(part.detail[1]).values()) for part in _parts(roots))

    def summands(self, *, differentiated: bool = False) -> list[set[str]]:
        """Return the letters in what each sum adds; or in what those add that are differentiated as a whole.

        A sum under a condition, as over the data on one side, is a part of the whole.
        """
        sums = [part for part in _parts(self.bodies if differentiated else self.sides) if part.op == "big"]
        whole = [part for part in sums if not differentiated or len(part.children) == 1]
        return [{p.detail for p in walk(part.children[0]) if p.op == "symbol"} for part in whole]

    def differentiates_letter(self, name: str, *within: str) -> bool:
        """Whether a letter within one of some operations is still to be differentiated."""
        roots = [part for part in _parts(self.bodies) if part.op in within]
        return any(_is(part, name) for part in _parts(roots))

    def count(self, name: str) -> int:
        """Return how often a letter stands in the line."""
        return sum(_is(part, name) for part in _parts(self.sides))

    def has(self, op: str) -> bool:
        """Whether an operation stands in the line."""
        return any(part.op == op for part in _parts(self.sides))

    def polynomial(self, name: str, degree: int = DEGREE) -> bool:
        """Whether both sides are polynomials in a letter: it stands below no bar, however that is written.

        Of degree 0 where it cancels.
        """
        path = self.notation.named[name][0].path
        problems = [self.problem | {path: t * self.problem[path]} for t in np.linspace(0.5, 1, DEGREE + 2)]
        values = [np.array([Formula(side, self.notation).value(p) for p in problems]) for side in self.sides]
        return all(np.abs(np.diff(each, degree + 1, axis=0)).max() <= 1e-9 * np.abs(each).max() for each in values)

    def inside(self, op: str) -> list[Tree]:
        """Return what stands within an operation, as it was written, where the line is nothing else."""
        return [part for part in self.written[0].children[:1] if self.written[0].op == op]

    def subtracts(self, name: str, op: str) -> bool:
        """Whether a letter is subtracted in a power within an operation on a sum, and perhaps added again."""
        factors = [part for big in self.inside(op) if big.op == "big" for part in _split("mul", big.children[0])]
        terms = [term for part in factors if part.op == "exp" for term in _split("add", part.children[0])]
        return any(term.op == "neg" and _is(term.children[0], name) for term in terms)

    def weighs(self, name: str, op: str) -> bool:
        """Whether a letter is a factor in a sum beside what holds it too, within an operation or as a term.

        Within the operation the line counts as it was written: x q / q says what x says, and is on the way.
        """
        sums = [*self.inside(op), *(term for side in self.sides for term in _split("add", side))]
        return any(_weighs(part, name) for part in sums if part.op == "big")

    def within(self, op: str, *names: str) -> bool:
        """Whether an operation holds all of some letters."""
        roots = [part for part in _parts(self.sides) if part.op == op]
        return any(set(names) <= {part.detail for part in walk(root) if part.op == "symbol"} for root in roots)

    def nested(self, outer: str, inner: str) -> bool:
        """Whether an operation stands within another one."""
        roots = [child for part in _parts(self.sides) if part.op == outer for child in part.children]
        return any(part.op == inner for part in _parts(roots))

    def adds(self, name: str) -> bool:
        """Whether a letter is one of the terms."""
        return any(_is(term, name) for side in self.sides for term in _split("add", side))

    def solved_for(self, name: str, *unknown: str) -> bool:
        """Whether a letter is a term, or 1 over it is one side, and it and none of the unknown stands elsewhere."""
        over = [side.children for side in self.sides if side.op == "divide" and side.children[0].op == "number"]
        terms = [term for side in self.sides for term in _split("add", side)]
        alone = [*terms, *(term.children[0] for term in terms if term.op == "neg"), *(below for _, below in over)]
        elsewhere = self.count(name) > 1 or any(map(self.count, unknown))
        return not elsewhere and any(_is(part, name) for part in alone)


def _parts(trees):
    return [part for tree in trees for part in walk(tree)]


def _is(tree, name):
    return tree.op == "symbol" and tree.detail == name


def _split(op, tree):
    """Return the terms of a sum, or the factors of a product; what is divided is one where it is a letter."""
    if op == "mul" and tree.op == "divide":
        return [part for part in _split(op, tree.children[0]) if part.op == "symbol"]
    return [part for child in tree.children for part in _split(op, child)] if tree.op == op else [tree]


def _weighs(tree, name):
    bound, body = {letter for letter, _ in tree.detail[1]}, tree.children[0]
    factors = (part for part in _split("mul", body) if _is(part, name))
    twice = sum(_is(part, name) for part in walk(body)) > 1
    return twice and any(child.detail in bound for part in factors for child in part.children)


def _opened(tree, notation):
    if tree.op in {"symbol", "call"} and (opened := opened_once(tree, notation)) is not tree:
        return _opened(opened, notation)
    return rebuilt(tree, lambda child: _opened(child, notation))
