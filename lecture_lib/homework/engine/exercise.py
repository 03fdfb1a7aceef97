"""What an exercise is: how an answer is tried, and who judges what was written down.

Here: a function, or a class, that is called on small examples. A known mistake is itself a function: an answer
that goes wrong in the same way, on every example on which it goes wrong, has made it, whatever its code looks
like.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np

from lecture_lib.homework.engine.answer import Answer
from lecture_lib.homework.engine.messages import failed, form, place, where
from lecture_lib.homework.engine.outcome import Outcome, call
from lecture_lib.homework.engine.results import in_float32, same

__all__ = ["Case", "Exercise", "Mistakes", "function", "quietly"]

Case = dict[str, Any]
"""The arguments of one example."""
Cases = Mapping[str, Sequence[Case]]
"""Examples by what is special about them; each is a dict of arguments. The first group is the usual case."""

Mistakes = Sequence[tuple[Callable, str]]
"""Wrong functions, and what to say to an answer that does the same."""


SINGLE = "the numbers are right to the seven digits of float32, and no further. Compute in float64."


@dataclass(frozen=True)
class Exercise:
    """An exercise of a homework set; its wording stands in the set's notebook.

    Attributes
    ----------
    cases : callable
        ``cases(seed)`` returns the examples; another seed, other examples.
    ask : callable
        ``ask(answer, cases)`` yields outcomes; ``answer`` is an :class:`Answer`, or one elsewhere.
    judge : callable
        ``judge(outcomes, cases)`` returns None where the answer is right, else what is wrong, with a hint.
    because : str
        Said after a right answer.
    """

    cases: Callable[[int], Any]
    ask: Callable[[Answer, Any], Iterable[Outcome]]
    judge: Callable[[list[Outcome], Any], str | None]
    because: str


def function(
    call_as: str | Mapping[str, str],
    *,
    cases: Callable[[np.random.Generator], Cases],
    right: Callable,
    returns: str,
    hint: str | Mapping[str, str],
    mistakes: Mistakes,
    because: str,
    accepts: Callable | None = None,
    drive: Callable = lambda answer, case: answer.call(case),
    tolerance: float = 1e-6,
) -> Exercise:
    """Make an exercise in which a function, or a class, is to be written.

    Parameters
    ----------
    call_as : str or dict
        As the student sees it: ``"assign(X, means)"``; or so for each group of examples.
    cases : callable
        ``cases(rng)`` returns the examples.
    right : callable
        A right answer, for the arguments of an example.
    returns : str
        What comes back: its name, shape and meaning.
    hint : str or dict
        Said to a wrong answer that is no known mistake; or so for each group of examples.
    mistakes : sequence of (callable, str)
        Known wrong answers, and what to say to each; the first that fits is said.
    because : str
        Said after a right answer.
    accepts : callable, optional
        ``accepts(value, case)`` where more than one value is right.
    drive : callable
        ``drive(answer, case)`` returns the outcome for one example; a plain call if none is given.
    tolerance : float
        What counts as rounding.

    Returns
    -------
    Exercise
    """

    def ask(answer, groups):
        return (drive(answer, case) for group in groups.values() for case in group)

    def wanted(case, answer=right):
        outcome = call(answer, case)
        return outcome.value if outcome.kind == "value" else None

    def fine(value, case):
        return accepts(value, case) if accepts else same(value, wanted(case), tolerance)

    def agrees(mistaken, value, case):
        """Return whether a wrong answer does the same here; None where it says nothing about such a case."""
        other = wanted(case, mistaken)
        if other is None:
            return None
        return same(value, other, tolerance) or (fine(value, case) and fine(other, case))

    def stopped(outcome, case):
        """Say what is wrong where a known mistake stops with the same error."""
        tried = mistakes if outcome.kind == "error" else ()
        others = ((call(mistaken, case), words) for mistaken, words in tried)
        return next((w for o, w in others if o.kind == "error" and outcome.detail.startswith(o.detail)), None)

    def judge(outcomes, groups):
        outcomes, before = chain(outcomes, repeat(Outcome("slow"))), []
        for name, group in groups.items():
            tried = [(case, next(outcomes)) for case in group]
            for case, outcome in tried:
                if said := stopped(outcome, case) or failed(outcome, _of(call_as, name), returns, case):
                    return f"{where(name, groups)}{said}"
            tried = [(outcome.value, case) for case, outcome in tried]
            wrong = [(value, case) for value, case in tried if not fine(value, case)]
            if not wrong:
                before += tried
                continue
            for mistaken, words in mistakes:
                here = all(agrees(mistaken, *pair) for pair in tried)
                if here and not any(agrees(mistaken, *pair) is False for pair in before):
                    return words
            if all(in_float32(value, wanted(case)) for value, case in tried):
                return SINGLE
            value, case = wrong[0]
            said = form(value, wanted(case), returns) or _of(hint, name) + place(value, wanted(case), tolerance)
            return where(name, groups) + said
        return None

    return Exercise(lambda seed: cases(np.random.default_rng(seed)), ask, quietly(judge), because)


def quietly(judge):
    """Let a judge compute with infinities and zeros in silence."""

    def quiet(*arguments):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return judge(*arguments)

    return quiet


def _of(text, name):
    """Return what is said about a group of examples."""
    return text if isinstance(text, str) else text[name]
