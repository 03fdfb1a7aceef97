"""Whether a line of a derivation follows from another one, what its slip is, and what has happened in it."""

from contextlib import suppress
from functools import lru_cache

import numpy as np

from lecture_lib.derivation import slip
from lecture_lib.derivation.relations import Pair, relation_from
from lecture_lib.formulas import Formula
from lecture_lib.formulas.difference import difference
from lecture_lib.formulas.tree import Tree
from lecture_lib.homework.engine.lines import read
from lecture_lib.homework.engine.stages import View, without_idle

__all__ = ["ASTRAY", "against", "is_idle", "read_line", "same_line", "slip_in", "stages_in"]

PROBLEMS = 6
"""On how many random problems a line is compared. Their numbers are continuous, so that two formulas that differ
agree on none of them; an inequality that is false somewhere is seldom right six times."""

EXACT = 1e-9
"""How far off an equation may be at a solution, relative to its terms: solutions are computed to 1e-12."""

ASTRAY = "it does not follow from the line before."


@lru_cache(maxsize=4096)
def read_line(exercise, latex):
    """Read a written line, as the exercise asks for: expressions, or equations."""
    return read(latex, exercise.notation, equations=exercise.solved is not None)


@lru_cache(maxsize=64)
def problems_of(exercise, seed, solved=False):
    """Return random problems, or as many at a solution."""
    make = exercise.solved if solved else exercise.on
    return [make(np.random.default_rng([seed, number])) for number in range(PROBLEMS)]


@lru_cache(maxsize=4096)
def against(exercise, before, line, seed):
    """Say why a line does not follow from another one, or None."""
    try:
        if not all(np.isfinite(side.value(problems_of(exercise, seed)[0])).all() for side in line.sides):
            return "it has no finite value."
        if exercise.solved:
            return _unsolved(exercise, line, seed)
        kind, problems = relation_from(line.relation), problems_of(exercise, seed)
        follows = all(kind.judge(Pair(*before.sides, *line.sides, problem)).holds for problem in problems)
    except ValueError as error:
        return f"it does not follow: {error}."
    return None if follows else ASTRAY


def _unsolved(exercise, line, seed):
    """Say that an equation does not hold at solutions, or holds anywhere."""
    if not all(_holds(*line.sides, problem) for problem in problems_of(exercise, seed, True)):
        return ASTRAY
    if all(_holds(*line.sides, problem) for problem in problems_of(exercise, seed)):
        return "it holds whatever the unknown is, so it says nothing."
    return None


def _holds(left, right, problem):
    """Whether an equation holds, at each value of the free indices of either side."""
    letters = left.letters + tuple(letter for letter in right.letters if letter not in left.letters)
    shapes = {side.tree.shape for side in (left, right)} - {()}
    if len(shapes) > 1:
        raise ValueError("its two sides have different shapes")
    a, b = (side.value(problem, letters) for side in (left, right))
    a, b = (part if part.ndim == max(a.ndim, b.ndim) else part[..., None] for part in (a, b))  # the vector 0
    terms = max(side.magnitude(problem, letters).max() for side in (left, right))
    return bool(np.abs(a - b).max() <= EXACT * terms)


@lru_cache(maxsize=512)
def slip_in(exercise, before, line, seed):
    """Return the single slip that explains why a line does not follow, or None."""
    kind = relation_from(line.relation)
    if not exercise.solved:
        return slip(*before.sides, kind, *line.sides, problems_of(exercise, seed))
    left, right = (side.tree for side in line.sides)
    whole = left if right.op == "number" else _minus(left, right)  # an equation is its difference, and 0
    formula, zero = (Formula(tree, exercise.notation) for tree in (whole, _minus(whole, whole)))
    with suppress(KeyError):  # an index stands on one side alone
        return slip(zero, kind, formula, problems_of(exercise, seed, True))
    return None


def _minus(one, other):
    """Return the tree of a difference."""
    return Tree("add", (one, Tree("neg", (other,), None, other.shape)), None, one.shape)


@lru_cache(maxsize=4096)
def _view(exercise, line, seed):
    problem = problems_of(exercise, seed)[0]
    trees = tuple(side.tree for side in line.sides)
    return View(trees, tuple(without_idle(tree, exercise.notation, problem) for tree in trees), exercise.notation)


@lru_cache(maxsize=4096)
def stages_in(exercise, line, seed):
    """Return the stages that have happened in a line."""
    view = _view(exercise, line, seed)
    return [stage for stage in exercise.stages if stage.reached(view)]


def is_idle(exercise, before, line, seed):
    """Whether two lines are the same but for what changes nothing."""
    one, two = (_view(exercise, each, seed).sides for each in (before, line))
    return len(one) == len(two) and not any(map(difference, one, two))


def same_line(one, two):
    """Whether two lines say the same, in whatever order."""
    return len(one.sides) == len(two.sides) and not any(
        difference(a.tree, b.tree) for a, b in zip(one.sides, two.sides, strict=True)
    )
