"""Whether a displayed statement is true: its sides are computed on random problems, and at optima."""

from functools import cache
from itertools import pairwise

import numpy as np

from lecture_lib.derivation.relations import TO_SOLVE, Pair, relation_from
from lecture_lib.formulas import Formula

PROBLEMS = 4
"""On how many problems a displayed formula is computed; a derivation takes 20."""

TOLERANCE = 1e-9


@cache
def problems(on):
    return tuple(on(np.random.default_rng(seed)) for seed in range(PROBLEMS))


@cache
def optima(solved):
    return tuple(solved(np.random.default_rng(seed)) for seed in range(2))


def holds(tree, meaning, mode=None):
    """Return how a statement holds under a meaning: "identity", "equation" (optima solve it), or None.

    An expression without a relation holds when it has a value. ``mode`` asks for one way only.
    """
    if tree.op != "statement":
        valued = all(np.isfinite(Formula(tree, meaning.notation).value(p)).all() for p in problems(meaning.on))
        return "identity" if valued else None
    if "in" in tree.detail:
        return "identity" if _member(tree, meaning) else None
    formulas = [Formula(side, meaning.notation) for side in tree.children]
    pairs = zip(pairwise(formulas), tree.detail, strict=True)
    try:
        steps = [_related(a, b, relation, meaning, mode) for (a, b), relation in pairs]
    except ValueError:  # free indices or shapes that do not go together
        return None
    return None if None in steps else "equation" if "equation" in steps else "identity"


def _related(a, b, name, meaning, mode):
    """Return how two sides hold."""
    if name == r"\leftarrow":
        return "identity" if all(np.isfinite(b.value(p)).all() for p in problems(meaning.on)) else None
    to_solve = relation_from(TO_SOLVE)
    if mode != "equation" and name != to_solve.name and _all(a, b, relation_from(name), problems(meaning.on)):
        return "identity"
    if mode == "identity" or name not in {"=", to_solve.name} or meaning.solved is None:
        return None
    at_random = any(to_solve.judge(Pair(a, b, p, TOLERANCE)).holds for p in problems(meaning.on))
    return "equation" if not at_random and _all(a, b, to_solve, optima(meaning.solved)) else None


def _all(a, b, relation, tried):
    return all(relation.judge(Pair(a, b, problem, TOLERANCE)).holds for problem in tried)


def _member(tree, meaning):
    left, right = tree.children
    values = [Formula(left, meaning.notation).value(p) for p in problems(meaning.on)]
    members = [float(member.detail) for member in right.children]
    return all(np.isin(value, members).all() for value in values)


def true_reading(formula):
    """Return the first meaning under which all statements of a formula hold, and these; (None, ()) if none is."""
    for meaning, trees in formula.read():
        try:
            if all(holds(tree, meaning) for tree in trees):
                return meaning, trees
        except (ValueError, KeyError):
            continue
    return None, ()


def same(a, b, meaning):
    """Whether two expressions have the same value."""
    try:
        return _all(
            Formula(a, meaning.notation), Formula(b, meaning.notation), relation_from("="), problems(meaning.on)
        )
    except ValueError:
        return False
