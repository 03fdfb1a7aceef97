"""A derivation judged line by line: where it stands, and which milestones it has passed."""

from collections.abc import Sequence
from dataclasses import dataclass

from lecture_lib.homework.engine import implication
from lecture_lib.homework.engine.implication import ASTRAY, milestones_in, read_line, same_line
from lecture_lib.homework.engine.lines import Line

__all__ = ["DIAGNOSED", "Judged", "Marking", "Way", "typeset"]

DIAGNOSED = 3
"""For how many lines that do not follow the slip is looked for; each takes up to a second."""

MOST_ERRORS = 10
"""After as many lines that do not follow the others are not judged: a text of nonsense must not take a minute."""

CARRIED = "it follows from the line above, which does not follow."

EMPTY = " It has one value whatever the letters mean, so nothing follows from it."

UNJUDGED = "it could not be judged: the check itself fails here. That is no fault of yours; write it another way."

LATE = "it does not follow from the line above that does not follow, either: mend that one first."


@dataclass(frozen=True)
class Judged:
    """What is said about a line: its number among the written ones, whether it is a good step, what it passed."""

    number: int
    line: Line
    words: str
    good: bool = True

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
        The share of the milestones that were passed one by one by lines that follow; below 1 where a line is wrong.
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


class Marking:
    """A derivation on its way: where it stands, and what it has passed."""

    def __init__(self, exercise, seed, diagnosed):
        self.exercise, self.seed, self.diagnosed = exercise, seed, diagnosed
        self.seen, (self.last,) = [*read_line(exercise, exercise.first)], read_line(exercise, exercise.last)
        self.judged, self.astray = [Judged(0, self.seen[0], "given")], None
        self.passed, self.earned, self.errors, self.most = set(), 0, 0, len(exercise.milestones)

    def take(self, number, latex):
        """Judge the next written line; where the check itself fails, the other lines keep their worth."""
        try:
            for line in read_line(self.exercise, latex):
                self._take(number, line)
        except Exception:
            self.judged.append(Judged(number, Line(latex, "="), UNJUDGED, False))

    def _take(self, number, line):
        if len(self.judged) == 1 and line.sides and same_line(line, self.seen[-1]):
            return
        if implication.is_given(self.exercise, line, self.seed):
            self.judged.append(Judged(number, line, "true: this is given besides the first line"))
        elif (words := self._about(line)) is None:
            self.judged.append(Judged(number, line, *self._step(line)))
        else:
            self._passed(line, earns=words == CARRIED)
            self.judged.append(Judged(number, line, words, False))

    def _about(self, line):
        """Say why a line does not follow, or None."""
        if self.errors == MOST_ERRORS:
            return f"it is not judged: {MOST_ERRORS} lines above do not follow."
        if line.problem:
            said = line.problem
        elif line.relation not in self.exercise.relations:
            said = f"here a line relates to the one before by {' or '.join(self.exercise.relations)} alone."
        else:
            said = implication.against(self.exercise, self.seen[-1], line, self.seed)
        carried = self._carried(line)
        if said is None and (carried or not self.astray or len(self._reached(line)) < self.most):
            self.astray = None
            return None
        if carried:
            self.astray = self.astray if self.exercise.solved else (self.seen[-1], line)
            return CARRIED
        self.errors += 1
        return LATE if said is None else self._strayed(line, said)

    def _carried(self, line):
        """Whether a line follows from one that does not; to solve a false equation takes too long at each key."""
        if not (self.astray and line.sides) or (self.exercise.solved and not self.diagnosed):
            return False
        return implication.follows_false(self.exercise, *self.astray, line, self.seed)

    def _strayed(self, line, said):
        """Say why a line does not follow, and what slip explains it; the next line may follow from it."""
        if said == ASTRAY and self.errors <= self.diagnosed:
            found = implication.slip_in(self.exercise, self.seen[-1], line, self.seed)
            said += f" With {found} changed it would." if found else ""
        usable = line.sides and said.startswith(ASTRAY if self.exercise.solved else ASTRAY[:-1])
        if usable and not self.exercise.solved and implication.is_constant(self.exercise, line, self.seed):
            said, usable = said + EMPTY, False
        self.astray = (self.seen[-1], line) if usable else None
        return said

    def _reached(self, line):
        return milestones_in(self.exercise, line, self.seed) if line.sides else []

    def _passed(self, line, *, earns):
        """Return the milestones that a line passes, and none before it; they are lost where they are not earned."""
        new = [milestone for milestone in self._reached(line) if milestone not in self.passed]
        self.passed |= set(new)
        self.earned += earns and len(new) == 1
        return new

    def _step(self, line):
        """Say what a line that follows has done, and whether it is one step."""
        new = self._passed(line, earns=True)
        words = self._words(line, new)
        self.seen.append(line)
        return words, len(new) < 2

    def _words(self, line, new):
        if len(new) > 1:
            return f"it follows, but {len(new)} steps are taken at once. First {new[0].what}."
        if new:
            return f"follows: {new[0].what}"
        if implication.is_idle(self.exercise, self.seen[-1], line, self.seed):
            return "follows, and says what the line before says"
        if any(same_line(line, other) for other in self.seen):
            return "follows, but it stood above already: this goes in a circle"
        return "follows"

    def end(self):
        """Return the whole judgement; the given last line is added where nothing but it is missing."""
        exercise = self.exercise
        left = [each for each in exercise.milestones if each not in self.passed]
        closed = not left and implication.against(exercise, self.seen[-1], self.last, self.seed) is None
        bad = next((each for each in self.judged if not each.good), None)
        share = min(self.earned, self.most - bool(bad)) / self.most
        if bad:
            wrong = f"line {bad.number}, `{bad.line.latex[:120]}`: {bad.words}"
        elif not (same_line(self.seen[-1], self.last) or closed):
            todo = f" Still to do: {left[0].what}." if left else ""
            wrong = f"every line follows, but the end is not reached.{todo}"
        else:
            return Way(tuple(self.judged), 1.0, None)
        return Way(tuple(self.judged), share, wrong)
