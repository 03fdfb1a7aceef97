r"""Exercises in which a derivation is written in LaTeX, line by line, from a given first line to a given last.

Any way through is right. A line follows where it has the value of the line before on random problems, or, where
an equation is solved, where it holds at solutions and not elsewhere. That alone derives nothing: the last line has
the value of the first. So each exercise names the stages that every way passes, read off from what stands in a
line, and a step passes few of them at once. Points are for stages that were passed step by step.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lecture_lib.derivation import slip
from lecture_lib.derivation.relations import Pair, relation_from
from lecture_lib.formulas import Formula, Notation
from lecture_lib.formulas.difference import difference
from lecture_lib.formulas.tree import Tree
from lecture_lib.homework.engine.lines import MOST, Line, read, written
from lecture_lib.homework.engine.outcome import Outcome
from lecture_lib.homework.engine.stages import Stage, View, without_idle

__all__ = ["Derived", "Judged", "Way", "typeset"]

PROBLEMS = 6
"""On how many random problems a line is compared. Their numbers are continuous, so that two formulas that differ
agree on none of them; an inequality that is false somewhere is seldom right six times."""

EXACT = 1e-9
"""How far off an equation may be at a solution, relative to its terms: solutions are computed to 1e-12."""

DIAGNOSED = 3
"""For how many lines that do not follow the slip is looked for; each takes up to a second."""


MOST_ERRORS = 10
"""After as many lines that do not follow the others are not judged: a text of nonsense must not take a minute."""


@dataclass(frozen=True)
class Judged:
    """What is said about a line: its number among the written ones, whether it is a good step, what it passed."""

    number: int
    line: Line
    words: str
    good: bool = True
    stage: Stage | None = None

    @property
    def formula(self) -> str:
        """The line as LaTeX, with its relation to the line before."""
        if len(self.line.sides) == 2 or not self.number:
            return self.line.latex
        return {">=": r"\ge ", "<=": r"\le "}.get(self.line.relation, "= ") + self.line.latex


@dataclass(frozen=True)
class Way:
    """A derivation, judged.

    Parameters
    ----------
    lines : tuple of Judged
        The given first line, and all others.
    share : float
        The share of the stages that were passed by steps that follow, one by one; below 1 where a line is wrong.
    wrong : str or None
        What is to be said first; None where the derivation is whole.
    """

    lines: tuple[Judged, ...]
    share: float
    wrong: str | None


@dataclass(frozen=True, eq=False)
class Derived:
    """An exercise whose answer is a derivation in LaTeX; to ``check`` it is an ``Exercise``.

    Parameters
    ----------
    first, last : str
        The given lines.
    notation : Notation
        What the letters mean.
    on : callable
        ``on(rng)`` returns a random problem.
    stages : sequence of Stage
        What has to happen on any way; the first line has passed none of them, the last line all.
    because : str
        Said after a right answer.
    solved : callable, optional
        ``solved(rng)`` returns a problem at a solution; then lines are equations.
    at_once : int
        How many stages a step may pass.
    relations : tuple of str
        How a line may relate to the line before.
    """

    first: str
    last: str
    notation: Notation
    on: Callable
    stages: Sequence[Stage]
    because: str
    solved: Callable | None = None
    at_once: int = 1
    relations: tuple[str, ...] = ("=",)

    def cases(self, seed: int) -> int:
        """Return the seed: problems are drawn where the lines are judged."""
        return seed

    def ask(self, answer, _) -> list[Outcome]:
        """Take the lines; nothing of the student's runs."""
        outcome = answer.taken()
        if isinstance(outcome.value, str) and not set(written(outcome.value)) - {self.first, self.last}:
            return [Outcome("not_attempted")]
        return [outcome]

    def judge(self, outcomes: list[Outcome], seed: int) -> Way:
        """Judge what was handed in."""
        (outcome,) = outcomes
        if outcome.kind == "value" and isinstance(outcome.value, str):
            return self.way(outcome.value, seed)
        if outcome.kind == "not_callable":
            said = "a function computes numbers, and derives nothing. Write LaTeX between the quotation marks."
        else:
            said = f"expected lines of LaTeX, as text; got {outcome.detail or 'no text'}."
        return Way((), 0.0, said)

    def way(self, text: str, seed: int, *, diagnose: bool = True) -> Way:
        """Judge a derivation line by line; ``diagnose`` says whether the slip in a wrong line is looked for."""
        walk = _Walk(self, seed, DIAGNOSED if diagnose else 0)
        for number, latex in enumerate(written(text)[:MOST], start=1):
            for line in _read(self, latex):
                walk.take(number, line)
        return walk.end()


def typeset(lines: Sequence[Judged]) -> str:
    """Return judged lines as Markdown: each typeset, where it could be read, and what is said about it."""
    rows = []
    for each in lines:
        formula = f"${each.formula}$" if each.line.sides else f"`{each.formula}`"
        number, mark = f"{each.number} · " if each.number else "", "" if each.good else "✗ "
        rows.append(f"- {number}{formula} — {mark}{each.words}")
    return "\n".join(rows)


class _Walk:
    """A derivation on its way: where it stands, and what it has passed."""

    def __init__(self, exercise, seed, diagnosed):
        self.exercise, self.seed, self.diagnosed = exercise, seed, diagnosed
        (self.here,), (self.last,) = _read(exercise, exercise.first), _read(exercise, exercise.last)
        self.judged, self.seen, self.astray = [Judged(0, self.here, "given")], [self.here], None
        self.passed, self.earned, self.errors = set(), 0, 0

    def take(self, number, line):
        """Judge the next line."""
        if len(self.judged) == 1 and line.sides and _same(line, self.here):
            return
        words = self._about(line)
        if words is None:
            words, follows, stages = self._step(line)
        else:
            follows, stages = False, self._passed(line, earns=line is self.astray and words == CARRIED)
        self.judged.append(Judged(number, line, words, follows, stages[0] if stages else None))

    def _about(self, line):
        """Say why a line does not follow, or None."""
        if self.errors == MOST_ERRORS:
            return f"it is not judged: {MOST_ERRORS} lines above do not follow."
        if line.problem:
            said = line.problem
        elif line.relation not in self.exercise.relations:
            said = f"here a line relates to the one before by {' or '.join(self.exercise.relations)} alone."
        else:
            said = _against(self.exercise, self.here, line, self.seed)
        if said is None:
            self.astray = None
            return None
        if self.astray and line.sides and _against(self.exercise, self.astray, line, self.seed) is None:
            self.astray = line
            return CARRIED
        self.errors += 1
        if said == ASTRAY and self.errors <= self.diagnosed:
            said += _hint(_slip(self.exercise, self.here, line, self.seed))
        self.astray = line if line.sides and not self.exercise.solved else None
        return said

    def _passed(self, line, *, earns):
        """Return the stages that a line passes, and no line before it; they are lost where they are not earned."""
        if not line.sides:
            return ()
        reached = self.exercise.stages if _same(line, self.last) else _stages(self.exercise, line, self.seed)
        new = tuple(stage for stage in reached if stage not in self.passed)
        self.passed |= set(new)
        earned = earns and len(new) <= self.exercise.at_once
        self.earned += len(new) * earned
        return new

    def _step(self, line):
        """Say what a line that follows has done."""
        new = self._passed(line, earns=True)
        words = self._words(line, new)
        self.here = line
        self.seen.append(line)
        if len(new) > self.exercise.at_once:
            todo = "; ".join(stage.what for stage in new)
            return f"it follows, but {len(new)} steps are taken at once. Write them one by one: {todo}.", False, ()
        return words, True, new

    def _words(self, line, new):
        if new:
            return f"follows: {' and '.join(stage.what for stage in new)}"
        if _same(line, self.here) or _idle(self.exercise, self.here, line, self.seed):
            return "follows, and says what the line before says"
        if any(_same(line, other) for other in self.seen):
            return "follows, but it stood above already: this goes in a circle"
        return "follows"

    def end(self):
        """Return the whole judgement; the given last line is added where nothing but it is missing."""
        exercise = self.exercise
        left = [stage for stage in exercise.stages if stage not in self.passed]
        closed = not left and _against(exercise, self.here, self.last, self.seed) is None
        bad = next((each for each in self.judged if not each.good), None)
        share = min(self.earned, len(exercise.stages) - bool(bad)) / len(exercise.stages)
        if bad:
            wrong = f"line {bad.number}, `{bad.line.latex[:120]}`: {bad.words}"
        elif not (_same(self.here, self.last) or closed):
            todo = f" Still to do: {left[0].what}." if left else ""
            wrong = f"every line follows, but the end is not reached.{todo}"
        else:
            return Way(tuple(self.judged), 1.0, None)
        return Way(tuple(self.judged), share, wrong)


CARRIED = "it follows from the line above, which does not follow."
ASTRAY = "it does not follow from the line before."


@lru_cache(maxsize=4096)
def _read(exercise, latex):
    return read(latex, exercise.notation, equations=exercise.solved is not None)


@lru_cache(maxsize=64)
def _problems(exercise, seed, solved=False):
    """Return random problems, or as many at a solution."""
    make = exercise.solved if solved else exercise.on
    return [make(np.random.default_rng([seed, number])) for number in range(PROBLEMS)]


@lru_cache(maxsize=4096)
def _against(exercise, before, line, seed):
    """Say why a line does not follow from another one, or None."""
    try:
        if not all(np.isfinite(side.value(_problems(exercise, seed)[0])).all() for side in line.sides):
            return "it has no finite value."
        if exercise.solved:
            return _unsolved(exercise, line, seed)
        kind, problems = relation_from(line.relation), _problems(exercise, seed)
        follows = all(kind.judge(Pair(*before.sides, *line.sides, problem)).holds for problem in problems)
    except ValueError as error:
        return f"it does not follow: {error}."
    return None if follows else ASTRAY


def _unsolved(exercise, line, seed):
    """Say that an equation does not hold at solutions, or holds anywhere."""
    if not all(_holds(*line.sides, problem) for problem in _problems(exercise, seed, True)):
        return ASTRAY
    if all(_holds(*line.sides, problem) for problem in _problems(exercise, seed)):
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
def _slip(exercise, before, line, seed):
    """Return the single slip that explains why a line does not follow, or None."""
    kind = relation_from(line.relation)
    if not exercise.solved:
        return slip(*before.sides, kind, *line.sides, _problems(exercise, seed))
    left, right = (side.tree for side in line.sides)
    whole = left if right.op == "number" else _minus(left, right)  # an equation is its difference, and 0
    formula, zero = (Formula(tree, exercise.notation) for tree in (whole, _minus(whole, whole)))
    with suppress(KeyError):  # an index stands on one side alone
        return slip(zero, kind, formula, _problems(exercise, seed, True))
    return None


def _minus(one, other):
    """Return the tree of a difference."""
    return Tree("add", (one, Tree("neg", (other,), None, other.shape)), None, one.shape)


def _hint(found):
    return f" With {found} changed it would." if found else ""


@lru_cache(maxsize=4096)
def _view(exercise, line, seed):
    problem = _problems(exercise, seed)[0]
    trees = tuple(side.tree for side in line.sides)
    return View(trees, tuple(without_idle(tree, exercise.notation, problem) for tree in trees), exercise.notation)


@lru_cache(maxsize=4096)
def _stages(exercise, line, seed):
    view = _view(exercise, line, seed)
    return [stage for stage in exercise.stages if stage.reached(view)]


def _idle(exercise, before, line, seed):
    """Whether two lines are the same but for what changes nothing."""
    one, two = (_view(exercise, each, seed).sides for each in (before, line))
    return len(one) == len(two) and not any(map(difference, one, two))


def _same(one, two):
    """Whether two lines say the same, in whatever order."""
    return len(one.sides) == len(two.sides) and not any(
        difference(a.tree, b.tree) for a, b in zip(one.sides, two.sides, strict=True)
    )
