"""A derivation judged line by line: where it stands, and which stages it has passed."""

from collections.abc import Sequence
from dataclasses import dataclass

from lecture_lib.homework.engine.following import (
    ASTRAY,
    against,
    follows_false,
    is_constant,
    is_given,
    is_idle,
    read_line,
    same_line,
    slip_in,
    stages_in,
)
from lecture_lib.homework.engine.lines import Line
from lecture_lib.homework.engine.stages import Stage

__all__ = ["DIAGNOSED", "Judged", "Walk", "Way", "typeset"]

DIAGNOSED = 3
"""For how many lines that do not follow the slip is looked for; each takes up to a second."""

MOST_ERRORS = 10
"""After as many lines that do not follow the others are not judged: a text of nonsense must not take a minute."""

CARRIED = "it follows from the line above, which does not follow."

EMPTY = " It has one value whatever the letters mean, so nothing follows from it."

LATE = "it does not follow from the line above that does not follow, either: mend that one first."


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


def typeset(lines: Sequence[Judged]) -> str:
    """Return judged lines as Markdown: each typeset, where it could be read, and what is said about it."""
    rows = []
    for each in lines:
        formula = f"${each.formula}$" if each.line.sides else f"`{each.formula}`"
        number, mark = f"{each.number} · " if each.number else "", "" if each.good else "✗ "
        rows.append(f"- {number}{formula} — {mark}{each.words}")
    return "\n".join(rows)


class Walk:
    """A derivation on its way: where it stands, and what it has passed."""

    def __init__(self, exercise, seed, diagnosed):
        self.exercise, self.seed, self.diagnosed = exercise, seed, diagnosed
        (self.here,), (self.last,) = read_line(exercise, exercise.first), read_line(exercise, exercise.last)
        self.judged, self.seen, self.astray = [Judged(0, self.here, "given")], [self.here], None
        self.passed, self.earned, self.errors = set(), 0, 0

    def take(self, number, line):
        """Judge the next line."""
        if len(self.judged) == 1 and line.sides and same_line(line, self.here):
            return
        if is_given(self.exercise, line, self.seed):
            self.judged.append(Judged(number, line, "true: this is given besides the first line"))
            return
        words = self._about(line)
        if words is None:
            words, follows, stages = self._step(line)
        else:
            follows, stages = False, self._passed(line, earns=words == CARRIED)
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
            said = against(self.exercise, self.here, line, self.seed)
        carried = self._carried(line)
        if said is None and (carried or not (self.astray and self._is_last(line))):
            self.astray = None
            return None
        if carried:
            self.astray = self.astray if self.exercise.solved else (self.here, line)
            return CARRIED
        self.errors += 1
        return LATE if said is None else self._strayed(line, said)

    def _carried(self, line):
        """Whether a line follows from one that does not; to solve a false equation takes too long at each key."""
        if not (self.astray and line.sides) or (self.exercise.solved and not self.diagnosed):
            return False
        return follows_false(self.exercise, *self.astray, line, self.seed)

    def _strayed(self, line, said):
        """Say why a line does not follow, and what slip explains it; the next line may follow from it."""
        if said == ASTRAY and self.errors <= self.diagnosed:
            found = slip_in(self.exercise, self.here, line, self.seed)
            said += f" With {found} changed it would." if found else ""
        usable = line.sides and said.startswith(ASTRAY if self.exercise.solved else ASTRAY[:-1])
        if usable and not self.exercise.solved and is_constant(self.exercise, line, self.seed):
            said, usable = said + EMPTY, False
        self.astray = (self.here, line) if usable else None
        return said

    def _is_last(self, line):
        """Whether a line is the given last one, or another one with nothing left to do."""
        reached = stages_in(self.exercise, line, self.seed)
        return same_line(line, self.last) or len(reached) == len(self.exercise.stages)

    def _passed(self, line, *, earns):
        """Return the stages that a line passes, and no line before it; they are lost where they are not earned."""
        if not line.sides:
            return ()
        reached = self.exercise.stages if same_line(line, self.last) else stages_in(self.exercise, line, self.seed)
        new = tuple(stage for stage in reached if stage not in self.passed)
        self.passed |= set(new)
        earned = earns and len(new) == 1
        self.earned += len(new) * earned
        return new

    def _step(self, line):
        """Say what a line that follows has done."""
        new = self._passed(line, earns=True)
        words = self._words(line, new)
        self.here = line
        self.seen.append(line)
        if len(new) > 1:
            todo = "Write the next line above it" if same_line(line, self.last) else f"First {new[0].what}"
            return f"it follows, but {len(new)} steps are taken at once. {todo}.", False, ()
        return words, True, new

    def _words(self, line, new):
        if new:
            return f"follows: {' and '.join(stage.what for stage in new)}"
        if same_line(line, self.here) or is_idle(self.exercise, self.here, line, self.seed):
            return "follows, and says what the line before says"
        if any(same_line(line, other) for other in self.seen):
            return "follows, but it stood above already: this goes in a circle"
        return "follows"

    def end(self):
        """Return the whole judgement; the given last line is added where nothing but it is missing."""
        exercise = self.exercise
        left = [stage for stage in exercise.stages if stage not in self.passed]
        closed = not left and against(exercise, self.here, self.last, self.seed) is None
        bad = next((each for each in self.judged if not each.good), None)
        share = min(self.earned, len(exercise.stages) - bool(bad)) / len(exercise.stages)
        if bad:
            wrong = f"line {bad.number}, `{bad.line.latex[:120]}`: {bad.words}"
        elif not (same_line(self.here, self.last) or closed):
            todo = f" Still to do: {left[0].what}." if left else ""
            wrong = f"every line follows, but the end is not reached.{todo}"
        else:
            return Way(tuple(self.judged), 1.0, None)
        return Way(tuple(self.judged), share, wrong)
