r"""Exercises in which a derivation is written in LaTeX, line by line, from a given first line to a given last.

Any way through is right. A line follows where it has the value of the line before on random problems, or, where
an equation is solved, where it holds at solutions and not elsewhere. That alone derives nothing: the last line has
the value of the first. So each exercise names the milestones that every way passes, read off from what stands in a
line, and a step passes one of them at once. Points are for milestones that were passed step by step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lecture_lib.formulas import Notation
from lecture_lib.homework.engine.lines import MOST, written
from lecture_lib.homework.engine.marking import DIAGNOSED, Marking, Way
from lecture_lib.homework.engine.milestones import Milestone
from lecture_lib.homework.engine.outcome import Outcome

__all__ = ["Derived"]


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
    milestones : sequence of Milestone
        What has to happen on any way; the first line has passed none of them, the last line all.
    points : int
        What it is worth in its set.
    because : str
        Said after a right answer.
    solved : callable, optional
        ``solved(rng)`` returns a problem at a solution; then lines are equations.
    unknown : tuple of str
        What of a problem is changed until a student's false equation holds, to see what follows from it.
    given : str
        An equation that holds besides the first line.
    relations : tuple of str
        How a line may relate to the line before.
    """

    first: str
    last: str
    notation: Notation
    on: Callable
    milestones: Sequence[Milestone]
    points: int
    because: str
    solved: Callable | None = None
    unknown: tuple[str, ...] = ()
    given: str = ""
    relations: tuple[str, ...] = ("=",)

    def cases(self, seed: int) -> int:
        """Return the seed: problems are drawn where the lines are judged."""
        return seed

    def ask(self, answer, _) -> list[Outcome]:
        """Take the lines; nothing of the student's runs."""
        outcome = answer.taken()
        untouched = isinstance(outcome.value, str) and self._untouched(outcome.value)
        return [Outcome("not_attempted") if untouched else outcome]

    def _untouched(self, text):
        """Whether a text is the given first and last line."""
        return set(written(text)) <= set(written(f"{self.first}\n{self.last}"))

    def judge(self, outcomes: list[Outcome], seed: int) -> Way:
        """Judge what was handed in."""
        (outcome,) = outcomes
        if outcome.kind == "value" and isinstance(outcome.value, str):
            return self.way(outcome.value, seed)
        said = f"expected lines of LaTeX, as text; got {outcome.detail or 'no text'}."
        if outcome.kind == "not_callable":
            said = "a function computes numbers, and derives nothing. Write LaTeX between the quotation marks."
        return Way((), 0.0, said)

    def way(self, text: str, seed: int, *, diagnose: bool = True) -> Way:
        """Judge a derivation line by line; ``diagnose`` says whether the slip in a wrong line is looked for."""
        marking = Marking(self, seed, DIAGNOSED if diagnose else 0)
        if self._untouched(text):
            return Way(tuple(marking.judged), 0.0, "write the next line between the given ones.")
        for number, latex in enumerate(written(text)[:MOST], start=1):
            marking.take(number, latex)
        return marking.end()
