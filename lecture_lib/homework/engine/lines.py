"""Exercises in which the lines of a derivation are to be written, each as a function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lecture_lib.derivation import Derivation, DerivationError
from lecture_lib.homework.engine.exercise import Case, Exercise, Mistakes, quietly
from lecture_lib.homework.engine.messages import failed
from lecture_lib.homework.engine.outcome import Outcome, call, calls
from lecture_lib.homework.engine.values import same

__all__ = ["Step", "derivation"]

PROBLEMS = 20
"""On how many problems each line of a derivation is tried."""


@dataclass(frozen=True)
class Step:
    """One line of a derivation that the student writes.

    Attributes
    ----------
    call_as : str
        As the student sees it; its arguments are what the line may use.
    title : str
        What is derived.
    given : callable
        Computes the line before, from the variables of a problem that its parameters name.
    on : callable
        ``on(rng)`` returns a problem: a dict.
    mistakes : sequence of (callable, str)
        Known wrong lines, with the arguments of ``call_as``.
    hint : str
        Said to a wrong line that is no known mistake.
    """

    call_as: str
    title: str
    given: Callable
    on: Callable[[np.random.Generator], Case]
    mistakes: Mistakes
    hint: str

    def arguments(self, problem):
        """Return what the line may use of a problem."""
        names = self.call_as.partition("(")[2].rstrip(")").split(", ")
        return {name: problem[name] for name in names}


def derivation(steps: Sequence[Step], *, because: str) -> Exercise:
    """Make an exercise in which the lines of a derivation are to be written, each as a function.

    Parameters
    ----------
    steps : sequence of Step
        The lines.
    because : str
        Said after a right answer.

    Returns
    -------
    Exercise
        Its answer is a list of functions. :class:`lecture_lib.derivation.Derivation` compares the lines.
    """

    def cases(seed):
        return [[step.on(np.random.default_rng([seed, number])) for number in range(PROBLEMS)] for step in steps]

    def ask(answer, problems):
        lines = list(answer) if isinstance(answer, (list, tuple)) else []
        if len(lines) != len(steps) or not all(map(callable, lines)):
            return [Outcome("not_callable")] * (len(steps) * PROBLEMS)
        return calls(
            [
                lambda line=line, step=step, problem=problem: call(line, step.arguments(problem))
                for line, step, own in zip(lines, steps, problems, strict=True)
                for problem in own
            ]
        )

    def judge(outcomes, problems):
        if outcomes[0].kind == "not_callable":
            return f"a list of {len(steps)} functions is asked for: {', '.join(s.call_as for s in steps)}."
        for number, (step, own) in enumerate(zip(steps, problems, strict=True)):
            tried = outcomes[number * PROBLEMS : (number + 1) * PROBLEMS]
            if said := _judge_line(step, own, tried):
                return f"line {number + 1}, {said}"
        return None

    return Exercise(cases, ask, quietly(judge), because)


def _judge_line(step, problems, outcomes):
    for problem, outcome in zip(problems, outcomes, strict=True):
        if said := failed(outcome, step.call_as, "a number or an array", step.arguments(problem)):
            return said
    drawn, answers = iter(problems), iter([outcome.value for outcome in outcomes])
    chain = Derivation(step.title, on=lambda rng: {**next(drawn), "answer": next(answers)}, problems=PROBLEMS)
    try:
        chain.line("", step.given)
        chain.line("", _single, tolerance=1e-6)
    except (DerivationError, ValueError) as error:
        for mistaken, words in step.mistakes:
            tries = [call(mistaken, step.arguments(problem)) for problem in problems]
            if all(a.kind == "value" and same(o.value, a.value) for a, o in zip(tries, outcomes, strict=True)):
                return f"{step.call_as}: {words}"
        followed = str(error).partition(": ")[2] or "these are no numbers"
        return f"{step.call_as}, does not follow: {followed}. {step.hint}"
    return None


def _single(answer):
    """Return an array of one number as this number."""
    return answer.reshape(()) if isinstance(answer, np.ndarray) and answer.size == 1 else answer
