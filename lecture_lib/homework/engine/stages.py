"""What has to happen in a derivation, whichever way it goes: read off from what stands in a line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from lecture_lib.formulas import Formula, FormulaError, Notation
from lecture_lib.formulas.expansion import opened_once
from lecture_lib.formulas.tree import Tree, rebuilt, walk

__all__ = ["Stage", "View", "without_idle"]


MANY = 12
"""A sum of more terms is taken as it stands: all pairs of them are looked at."""


@dataclass(frozen=True)
class Stage:
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
    """

    written: tuple[Tree, ...]
    sides: tuple[Tree, ...]
    notation: Notation

    @cached_property
    def bodies(self) -> list[Tree]:
        """What is still to be differentiated, its definitions put in."""
        return [
            _opened(p.children[0], self.notation)
            for p in _parts(self.sides)
            if p.op in {"derivative", "differential"}
        ]

    def differentiates(self, op: str, size: str = "", within: str = "") -> bool:
        """Whether an operation, over the range of a size, within another one, is still to be differentiated."""
        roots = (
            [c for part in _parts(self.bodies) if part.op == within for c in part.children]
            if within
            else self.bodies
        )
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

    def has_letter(self, name: str, within: str = "") -> bool:
        """Whether a letter stands in the line, or within an operation in it."""
        roots = [p for p in _parts(self.sides) if p.op == within] if within else self.sides
        return any(_is(part, name) for part in _parts(roots))

    def writes(self, name: str) -> bool:
        """Whether a letter stands in the line as it was written."""
        return any(_is(part, name) for part in _parts(self.written))

    def divides_by(self, name: str) -> bool:
        """Whether a letter stands below a fraction bar, or under a negative power."""
        below = [p.children[1] for p in _parts(self.sides) if p.op == "divide"]
        below += [p.children[0] for p in _parts(self.sides) if p.op == "power" and p.children[1].op == "neg"]
        return any(_is(part, name) for part in _parts(below))

    def within(self, op: str, *names: str) -> bool:
        """Whether an operation holds all of some letters."""
        roots = [part for part in _parts(self.sides) if part.op == op]
        return any(set(names) <= {part.detail for part in walk(root) if part.op == "symbol"} for root in roots)

    def nested(self, outer: str, inner: str) -> bool:
        """Whether an operation stands within another one."""
        roots = [child for part in _parts(self.sides) if part.op == outer for child in part.children]
        return any(part.op == inner for part in _parts(roots))

    def outside(self, name: str, op: str) -> bool:
        """Whether a letter stands in the line somewhere outside an operation."""
        return any(_outside(side, name, op) for side in self.sides)

    def solved_for(self, name: str, *unknown: str) -> bool:
        """Whether a letter, or 1 over it, is one side of the equation, and none of the unknown is on the other."""
        left, right = self.sides
        for alone, rest in ((left, right), (right, left)):
            inverse = alone.op == "divide" and alone.children[0].op == "number" and alone.children[1]
            stands = _is(alone, name) or (inverse and _is(inverse, name))
            if stands and not any(_is(part, other) for part in walk(rest) for other in (name, *unknown)):
                return True
        return False

    def separates(self, one: str, other: str) -> bool:
        """Whether no side of the equation holds both letters."""
        return not any({one, other} <= {p.detail for p in walk(side) if p.op == "symbol"} for side in self.sides)


def _parts(trees):
    return [part for tree in trees for part in walk(tree)]


def _is(tree, name):
    return tree.op == "symbol" and tree.detail == name


def _outside(tree, name, op):
    return _is(tree, name) or (tree.op != op and any(_outside(child, name, op) for child in tree.children))


def _opened(tree, notation):
    if tree.op in {"symbol", "call"} and (opened := opened_once(tree, notation)) is not tree:
        return _opened(opened, notation)
    return rebuilt(tree, lambda child: _opened(child, notation))


def without_idle(tree: Tree, notation: Notation, problem: dict) -> Tree:
    """Return a formula without terms that are 0, alone or two together, and factors that are 1."""
    tree = rebuilt(tree, lambda child: without_idle(child, notation, problem))
    if tree.op not in {"add", "mul"} or (tree.op == "mul" and tree.shape != ()):
        return tree
    neutral = 0 if tree.op == "add" else 1
    if len(tree.children) > MANY:
        return tree
    left = [child for child in tree.children if not _stays(child, neutral, notation, problem)]
    if tree.op == "add":
        for pair in combinations(left, 2):
            if all(part in left for part in pair) and _stays(replace(tree, children=pair), 0, notation, problem):
                for part in pair:
                    left.remove(part)
    if len(left) == len(tree.children):
        return tree
    if not left:
        return Tree("number", (), str(neutral))
    return left[0] if len(left) == 1 else replace(tree, children=tuple(left))


def _stays(tree, value, notation, problem):
    """Whether a part has a value wherever its letters stand."""
    try:
        return bool(np.allclose(Formula(tree, notation).value(problem), value, rtol=0, atol=1e-12))
    except (FormulaError, ValueError, KeyError):  # it has none by itself
        return False
