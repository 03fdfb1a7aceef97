"""Formulas without what changes nothing in them: a line that is padded says no more than the line without."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from lecture_lib.formulas import Formula, FormulaError, Notation
from lecture_lib.formulas.tree import Tree, free_letters, number, rebuilt

__all__ = ["Simplification"]

ATOMS = {"symbol", "letter", "number", "assigned", "stack"}
"""What is not taken apart: an index 0 is no value."""


class Simplification:
    r"""Takes out of a formula what changes nothing, whatever it looks like, by values on random problems.

    Where a part has the value of the whole, it stands for the whole: ``x + 0``, ``x^1``, ``e^{\log x}`` and
    ``\min(x, x)`` are x. Terms that cancel go, and what is 0 or 1 everywhere is that number.
    """

    def __init__(self, notation: Notation, problems: Sequence[dict]):
        self.notation, self.problems = notation, problems
        self.values: dict[tuple[Tree, int], np.ndarray | float] = {}

    def of(self, tree: Tree) -> Tree:
        """Return a formula without what changes nothing."""
        if tree.op in ATOMS:
            return tree
        if tree.op in {"derivative", "differential"}:  # its letter stays, and so does a slope equal to its body
            return replace(tree, children=(self.of(tree.children[0]), *tree.children[1:]))
        tree = self.cancelled(rebuilt(tree, self.of))
        if not isinstance(tree.shape, tuple):
            return tree
        letters, parts = free_letters(tree), [number(0), number(1), *_undifferentiated(tree)]
        alike = (part for part in parts if part.shape == tree.shape and free_letters(part) in (set(), letters))
        return next((part for part in alike if self.same(tree, part)), tree)

    def cancelled(self, tree: Tree) -> Tree:
        """Return a sum without terms that are 0, and without those that are added and subtracted."""
        if tree.op != "add":
            return tree
        terms = [term for child in tree.children for term in _terms(child)]
        left = [term for term in terms if not self.same(term, number(0))]
        for term in terms:
            if term in left and (opposite := Tree("neg", (term,), None, term.shape)) in left:
                left.remove(term)
                left.remove(opposite)
        if len(left) == len(terms):
            return tree
        return replace(tree, children=tuple(left)) if len(left) > 1 else [*left, number(0)][0]

    def same(self, one: Tree, other: Tree) -> bool:
        """Whether two formulas have one value wherever their letters stand."""
        pairs = ((self.value(one, n), self.value(other, n)) for n, _ in enumerate(self.problems))
        return all(np.allclose(a, b, rtol=1e-10, atol=1e-12) for a, b in pairs)

    def value(self, tree, n):
        """Return the value of a part on a problem; no number where it has none by itself."""
        if (tree, n) not in self.values:
            self.values[tree, n] = np.nan
            with suppress(FormulaError, ValueError, KeyError):
                letters = tuple(sorted(free_letters(tree)))  # as written: the slope of a^T c_j has lost its j
                self.values[tree, n] = Formula(tree, self.notation).value(self.problems[n], letters)
        return self.values[tree, n]


def _undifferentiated(tree):
    """Yield the parts of a formula, but for those that are still to be differentiated."""
    for child in tree.children:
        yield child
        if child.op not in {"derivative", "differential", *ATOMS}:
            yield from _undifferentiated(child)


def _terms(tree):
    """Return the terms of a sum over an index, or of what is subtracted, one by one."""
    if tree.op not in {"big", "neg"} or tree.children[0].op != "add" or (tree.detail or ["sum"])[0] != "sum":
        return [tree]
    return [replace(tree, children=(term, *tree.children[1:])) for term in tree.children[0].children]
