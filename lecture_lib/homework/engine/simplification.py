"""Formulas without what changes nothing in them: a line that is padded says no more than the line without."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

import numpy as np

from lecture_lib.formulas import Formula, FormulaError, Notation
from lecture_lib.formulas.tree import Tree, free_letters, number, rebuilt

__all__ = ["Simplification"]

MANY = 12
"""A sum of more terms is taken as it stands: all pairs of them are looked at."""

ATOMS = {"symbol", "letter", "number", "assigned", "stack"}
"""What is not taken apart: an index 0 is no value."""


class Simplification:
    r"""Takes out of a formula what changes nothing, whatever it looks like, by values on random problems.

    Where a part has the value of the whole, it stands for the whole: ``x + 0``, ``x^1``, ``e^{\log x}`` and
    ``\min(x, x)`` are x. Terms that cancel go, and what is 0 or 1 everywhere is that number.
    """

    def __init__(self, notation: Notation, problems: Sequence[dict]):
        self.notation, self.problems, self.values = notation, problems, {}

    def of(self, tree: Tree) -> Tree:
        """Return a formula without what changes nothing."""
        if tree.op in ATOMS:
            return tree
        if tree.op in {"derivative", "differential"}:  # its letter stays, and so does a slope equal to its body
            return replace(tree, children=(self.of(tree.children[0]), *tree.children[1:]))
        tree = self.cancelled(rebuilt(tree, self.of))
        if not isinstance(tree.shape, tuple):
            return tree
        for constant in (0, 1) if tree.shape == () else ():
            if self.same(tree, number(constant)):
                return number(constant)
        letters = free_letters(tree)
        parts = (part for part in _undifferentiated(tree) if part.shape == tree.shape)
        return next((part for part in parts if free_letters(part) == letters and self.same(tree, part)), tree)

    def cancelled(self, tree: Tree) -> Tree:
        """Return a sum without terms that are 0, alone or two together, and a product without factors 1."""
        if tree.op == "mul" and tree.shape == ():
            left = [child for child in tree.children if child != number(1)]
        elif tree.op == "add":
            terms = left = [term for child in tree.children for term in _terms(child)]
            left = [term for term in left if not self.same(term, number(0))]
            for pair in sorted(combinations(left, 2), key=_differ) if len(left) <= MANY else ():
                if all(left.count(term) >= pair.count(term) for term in pair) and self.same(
                    replace(tree, children=pair), number(0)
                ):
                    for term in pair:
                        left.remove(term)
            left = list(tree.children) if len(left) == len(terms) else left
        else:
            return tree
        if not left:
            return number(0 if tree.op == "add" else 1)
        return left[0] if len(left) == 1 else replace(tree, children=tuple(left))

    def same(self, one: Tree, other: Tree) -> bool:
        """Whether two formulas have one value wherever their letters stand."""
        return all(self._same(one, other, number) for number, _ in enumerate(self.problems))

    def _same(self, one, other, number):
        a, b = self.value(one, number), self.value(other, number)
        return a is not None and b is not None and bool(np.allclose(a, b, rtol=1e-10, atol=1e-12))

    def value(self, tree, number):
        """Return the value of a part on a problem; None where it has none by itself."""
        if (tree, number) not in self.values:
            self.values[tree, number] = None
            with suppress(FormulaError, ValueError, KeyError):
                self.values[tree, number] = Formula(tree, self.notation).value(self.problems[number])
        return self.values[tree, number]


def _differ(pair):
    """Whether two terms are not one and the same, added and subtracted: those cancel first."""
    return not any(one.op == "neg" and one.children[0] == other for one, other in (pair, pair[::-1]))


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
