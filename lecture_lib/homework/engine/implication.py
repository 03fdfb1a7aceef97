"""Whether a line of a derivation follows from another one, what its slip is, and what has happened in it."""

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy import optimize

from lecture_lib.derivation import slip
from lecture_lib.derivation.relations import Pair, relation_from
from lecture_lib.formulas import Formula
from lecture_lib.formulas.difference import difference
from lecture_lib.formulas.tree import Tree, walk
from lecture_lib.homework.engine.lines import Line, read
from lecture_lib.homework.engine.milestones import View
from lecture_lib.homework.engine.simplification import Simplification

__all__ = [
    *("ASTRAY", "against", "follows_false", "is_constant", "is_given", "is_idle", "milestones_in", "read_line"),
    *("same_line", "slip_in"),
]  # fmt: skip

PROBLEMS = 6
"""On how many random problems a line is compared. Their numbers are continuous, so that two formulas that differ
agree on none of them."""

TO_BOUND = 24
"""On how many where a line may be a bound: an inequality may be false on half of the problems alone."""

TO_SOLVE = 2
"""On how many a student's false equation is solved."""

EXACT = 1e-9
"""How far off an equation may be where it is solved here, relative to its terms; it is solved to 1e-12."""

NEAR = 1e-6
"""How far off it may be at a given solution, relative to elsewhere: terms on both sides count in neither."""

TO_ROUNDING = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15, "max_nfev": 40}
"""How a false equation is solved: it converges quadratically, or does not."""

FAR = 1e4
"""Beyond which a solution is none: terms that tend to 0 far away vanish nowhere."""

ASTRAY = "it does not follow from the line before."
"""What is said of a line that is false where the line before is true."""

LARGE = 1e6
"""How much larger the terms of a line may be than those of the first line: rounding must not hide the others."""


@lru_cache(maxsize=4096)
def read_line(exercise, latex):
    """Read a written line, as the exercise asks for: expressions, or equations, and no derivative but its own."""
    lines = read(latex, exercise.notation, equations=exercise.solved is not None)
    if latex == exercise.first:
        return lines
    own = _variables(*read_line(exercise, exercise.first))
    said = "here nothing is differentiated with respect to another letter than in the first line."
    return tuple(line if _variables(line) <= own else Line(line.latex, line.relation, (), said) for line in lines)


def _variables(line):
    """Return the letters with respect to which is differentiated."""
    slopes = [part for side in line.sides for part in walk(side.tree) if part.op in {"derivative", "differential"}]
    return {part.detail for slope in slopes for part in walk(slope.children[1]) if part.op == "symbol"}


@lru_cache(maxsize=64)
def problems_of(exercise, seed, solved=False):
    """Return random problems, or as many at a solution."""
    make = exercise.solved if solved else exercise.on
    count = PROBLEMS if exercise.relations == ("=",) else TO_BOUND
    return [make(np.random.default_rng([seed, number])) for number in range(count)]


def _magnitude(line, problem):
    return max(side.magnitude(problem).max() for side in line.sides)


@lru_cache(maxsize=4096)
def against(exercise, before, line, seed):
    """Say why a line does not follow from another one, or None."""
    kind, problems = relation_from(line.relation), problems_of(exercise, seed)
    try:
        if not all(np.isfinite(side.value(problems[0])).all() for side in line.sides):
            return "it has no finite value."
        if _magnitude(line, problems[0]) > LARGE * _magnitude(*read_line(exercise, exercise.first), problems[0]):
            return "its terms are so large that what else stands in it is lost in rounding."
        if exercise.solved:
            return _unsolved(line, problems_of(exercise, seed, True), problems)
        follows = all(kind.judge(Pair(*before.sides, *line.sides, problem)).holds for problem in problems)
    except ValueError as error:
        return f"{ASTRAY[:-1]}: {error}."
    if follows:
        return None
    bound = line.relation == "=" and ">=" in exercise.relations and replace(line, relation=">=")
    bounds = bound and against(exercise, before, bound, seed) is None
    return f"{ASTRAY} With >= in place of = it would." if bounds else ASTRAY


def follows_false(exercise, before, false, line, seed):
    """Whether a line follows from a false one, which follows from nothing; ``before`` stands above that one."""
    if not exercise.solved:
        return against(exercise, false, line, seed) is None
    if not exercise.given:
        return _holds_where(exercise, (false,), line, seed)
    known = (false, *read_line(exercise, exercise.given)), (before, false)
    return any(_holds_where(exercise, equations, line, seed) for equations in known)


def is_constant(exercise, line, seed):
    """Whether an expression has one value for all problems: such a line has forgotten the question."""
    return _is_one_number([side.value(problem) for problem in problems_of(exercise, seed) for side in line.sides])


def _is_one_number(values):
    return bool(np.ptp(values) <= EXACT * np.abs(values).max())


def is_given(exercise, line, seed):
    """Whether an equation says what is given besides the first line."""
    if not exercise.given or not line.sides:
        return False
    return _holds_where(exercise, read_line(exercise, exercise.given), line, seed, near=False)


@lru_cache(maxsize=4096)
def _holds_where(exercise, equations, line, seed, near=True):
    """Whether an equation holds where others do, and not elsewhere; ``near`` as in ``_solutions``."""
    problems = _solutions(exercise, equations, seed, near)
    with suppress(ValueError):
        return bool(problems) and _unsolved(line, problems, problems_of(exercise, seed)) is None
    return False


@lru_cache(maxsize=256)
def _solutions(exercise, equations, seed, near):
    """Return problems where equations hold, ``near`` true solutions or anywhere; none where one is not found."""
    found = []
    for start in problems_of(exercise, seed, near)[:TO_SOLVE]:
        found.append(_solution(exercise, equations, start))
        if found[-1] is None:
            return []
    if any(_is_one_number([each[name] for each in found]) for name in exercise.unknown):
        return []  # it says that a weight is 0, or 5: everything times that follows from it
    return found


def _solution(exercise, equations, start):
    """Return a problem where equations hold, sought from another one, and from there with all signs changed."""
    shapes = [np.shape(start[name]) for name in exercise.unknown]
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes])

    def at(x):
        parts = zip(exercise.unknown, np.split(x, ends[:-1]), shapes, strict=True)
        return start | {name: part.reshape(shape) for name, part, shape in parts}

    def off(x):
        return np.concatenate([_sides(line, at(x))[0].ravel() for line in equations])

    x = np.concatenate([np.ravel(start[name]) for name in exercise.unknown])
    for sign in (1, -1):
        with suppress(ValueError), np.errstate(all="ignore"):  # of what has no finite value
            found = at(optimize.least_squares(off, sign * x, method="dogbox", **TO_ROUNDING).x)
            far = any(np.abs(found[name]).max() > FAR for name in exercise.unknown)
            if not far and all(_holds(line, found) for line in equations):
                return found
    return None


def _unsolved(line, solutions, problems):
    """Say that an equation does not hold at solutions, or holds anywhere."""
    if all(_holds(line, problem) for problem in problems):
        return "it holds whatever the unknown is, so it says nothing."
    elsewhere = np.nanmedian([np.abs(_sides(line, problem)[0]).max() for problem in problems])
    if all(np.abs(_sides(line, problem)[0]).max() <= NEAR * elsewhere for problem in solutions):
        return None
    return ASTRAY


def _holds(line, problem):
    """Whether an equation holds, at each value of the free indices of either side."""
    off, terms = _sides(line, problem)
    return bool(np.abs(off).max() <= EXACT * terms)


def _sides(line, problem):
    """Return how far the sides of an equation are apart, and the size of their terms."""
    left, right = line.sides
    letters = left.letters + tuple(letter for letter in right.letters if letter not in left.letters)
    if len({side.tree.shape for side in line.sides} - {()}) > 1:
        raise ValueError("its two sides have different shapes")
    a, b = (side.value(problem, letters) for side in line.sides)
    a, b = (part if part.ndim == max(a.ndim, b.ndim) else part[..., None] for part in (a, b))  # the vector 0
    return a - b, _magnitude(line, problem)


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
    problems = problems_of(exercise, seed)[:PROBLEMS]
    trees, simple = tuple(side.tree for side in line.sides), Simplification(exercise.notation, problems)
    return View(trees, tuple(map(simple.of, trees)), exercise.notation, problems[0])


@lru_cache(maxsize=4096)
def milestones_in(exercise, line, seed):
    """Return the milestones that have happened in a line."""
    view = _view(exercise, line, seed)
    return [milestone for milestone in exercise.milestones if milestone.reached(view)]


def is_idle(exercise, before, line, seed):
    """Whether two lines are the same but for what changes nothing."""
    return _alike(*(_view(exercise, each, seed).sides for each in (before, line)))


def same_line(one, two):
    """Whether two lines say the same, in whatever order."""
    return _alike(*([side.tree for side in line.sides] for line in (one, two)))


def _alike(one, two):
    return len(one) == len(two) and not any(map(difference, one, two))
