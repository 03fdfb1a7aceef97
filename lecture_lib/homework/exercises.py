"""What an exercise is: how an answer is tried, and who judges what was written down.

Three kinds: a function (or a class) that is called on small examples, the lines of a derivation, and a state,
such as means that were dragged to their places. A known mistake is itself a function: an answer that goes wrong
in the same way, on every example on which it goes wrong, has made it, whatever its code looks like.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from lecture_lib.derivation import Derivation, DerivationError
from lecture_lib.homework.judges import choice
from lecture_lib.homework.trial import Outcome, call, calls, plain

__all__ = ["Exercise", "Step", "derivation", "function", "same", "state", "word"]

PROBLEMS = 20
"""On how many problems each line of a derivation is tried."""

Case = dict[str, Any]
Cases = Mapping[str, Sequence[Case]]
"""Examples by what is special about them; each is a dict of arguments. The first group is the usual case."""

Mistakes = Sequence[tuple[Callable, str]]
"""Wrong functions, and what to say to an answer that does the same."""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a homework set; its wording stands in the set's notebook.

    Attributes
    ----------
    cases : callable
        ``cases(seed)`` returns the examples; another seed, other examples.
    ask : callable
        ``ask(answer, cases)`` returns a list of outcomes. The student's code runs here and nowhere else.
    judge : callable
        ``judge(outcomes, cases)`` returns None where the answer is right, else what is wrong, with a hint.
    because : str
        Said after a right answer.
    """

    cases: Callable[[int], Any]
    ask: Callable[[Any, Any], list[Outcome]]
    judge: Callable[[list[Outcome], Any], str | None]
    because: str


def same(given, wanted, tolerance=1e-6):
    """Return whether two plain values are the same, but for rounding.

    Parameters
    ----------
    given, wanted : ndarray, str or tuple
        As :func:`lecture_lib.homework.trial.plain` returns them.
    tolerance : float
        Relative and absolute.

    Returns
    -------
    bool
    """
    if isinstance(wanted, tuple):
        given = _parts(given, wanted)
        if not isinstance(given, tuple) or len(given) != len(wanted):
            return False
        return all(same(a, b, tolerance) for a, b in zip(given, wanted, strict=True))
    given = _stacked(given)
    if not isinstance(given, np.ndarray) or not isinstance(wanted, np.ndarray):
        return isinstance(given, str) and isinstance(wanted, str) and given == wanted
    if given.shape != wanted.shape and not given.size == wanted.size == 1:
        return False
    return bool(np.allclose(given.reshape(wanted.shape), wanted, rtol=tolerance, atol=tolerance, equal_nan=True))


def _parts(given, wanted):
    """Return an array as the tuple of its rows, where so many things are wanted: a list was returned."""
    return tuple(given) if isinstance(given, np.ndarray) and given.shape[:1] == (len(wanted),) else given


def _stacked(given):
    """Return a tuple of numbers, or of equal rows, as the array that was meant."""
    if not isinstance(given, tuple):
        return given
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError):
        return given


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
    drive: Callable = call,
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
        if not callable(answer):
            return [Outcome("strange", said=_type_of(answer))] * _size(groups)
        return calls([lambda case=case: drive(answer, case) for group in groups.values() for case in group])

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

    def judge(outcomes, groups):
        outcomes, before = iter(outcomes), []
        for name, group in groups.items():
            tried = [(case, next(outcomes)) for case in group]
            for case, outcome in tried:
                if said := _failed(outcome, _of(call_as, name), returns, case):
                    return f"{_where(name, groups)}{said}"
            tried = [(outcome.value, case) for case, outcome in tried]
            wrong = [(value, case) for value, case in tried if not fine(value, case)]
            if not wrong:
                before += tried
                continue
            for mistaken, words in mistakes:
                here = all(agrees(mistaken, *pair) for pair in tried)
                if here and not any(agrees(mistaken, *pair) is False for pair in before):
                    return words
            value, case = wrong[0]
            said = _form(value, wanted(case), returns) or _of(hint, name) + _place(value, wanted(case), tolerance)
            return _where(name, groups) + said
        return None

    return Exercise(lambda seed: cases(np.random.default_rng(seed)), ask, _quietly(judge), because)


def _quietly(judge):
    """Let a judge compute with infinities and zeros in silence."""

    def quiet(*arguments):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return judge(*arguments)

    return quiet


def _of(text, name):
    """Return what is said about a group of examples."""
    return text if isinstance(text, str) else text[name]


def _size(groups):
    return sum(len(group) for group in groups.values())


def _where(name, groups):
    """Name the group of examples, where it is not the usual one."""
    return "" if name == next(iter(groups)) else f"right so far, but with {name}: "


def _type_of(value):
    return f"an object of type {type(value).__name__}"


def _failed(outcome, call_as, returns, case):
    """Say why a call led to no value, or None."""
    name = call_as.partition("(")[0]
    shapes = ", ".join(f"{word} {value.shape}" for word, value in case.items() if isinstance(value, np.ndarray))
    example = f", with {shapes}" if shapes else ""
    return {
        "value": None,
        "untouched": f"{name} has no body yet.",
        "nothing": f"{name} returns nothing. Does it end with `return`?",
        "error": f"{name} was called as {call_as}{example}, and stopped: {outcome.said}.",
        "slow": f"{name} takes too long; is there a loop that never ends, or one in which nothing changes?",
        "changed": f"{name} changes its argument {outcome.said}, which belongs to the caller. Work on a copy.",
        "strange": f"expected {returns}; got {outcome.said}. Pass {name} itself, without calling it.",
    }.get(outcome.kind, "an unreadable record.")


def _form(value, wanted, returns):
    """Say what is wrong with the shape of a value or its numbers, or None."""
    if isinstance(wanted, tuple):
        value = _parts(value, wanted)
        if not isinstance(value, tuple) or len(value) != len(wanted):
            got = len(value) if isinstance(value, tuple) else "one"
            return f"expected {returns}: {len(wanted)} things separated by commas, got {got}."
        return next(filter(None, (_form(a, b, returns) for a, b in zip(value, wanted, strict=True))), None)
    value = _stacked(value)
    if not isinstance(value, np.ndarray):
        return f"expected {returns}; got {'text' if isinstance(value, str) else 'several things'}."
    if value.shape != wanted.shape:
        if value.ndim == 2 and value.shape == wanted.shape[::-1]:
            return f"expected {returns}; rows and columns are the wrong way round."
        return f"expected {returns}: shape {wanted.shape} in an example, got shape {value.shape}."
    if np.isfinite(wanted).all() and not np.isfinite(value).all():
        return f"expected {returns}; not all numbers are finite. Look for 0 / 0 or the logarithm of 0."
    return None


def _place(value, wanted, tolerance):
    """Say where an array is wrong first, if it is one, or which of several things are wrong."""
    if isinstance(wanted, tuple):
        pairs = enumerate(zip(_parts(value, wanted), wanted, strict=True), start=1)
        wrong = [str(number) for number, (a, b) in pairs if not same(a, b, tolerance)]
        return f" Of the {len(wanted)} things you return, number {' and '.join(wrong)} goes wrong."
    value = _stacked(value)
    if not isinstance(wanted, np.ndarray) or not isinstance(value, np.ndarray) or not wanted.ndim:
        return ""
    wrong = np.argwhere(~np.isclose(value, wanted, rtol=tolerance, atol=tolerance))
    return f" In an example it goes wrong at {wrong[0].tolist()} first." if len(wrong) else ""


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
            return [Outcome("strange")] * (len(steps) * PROBLEMS)
        return calls(
            [
                lambda line=line, step=step, problem=problem: call(line, step.arguments(problem))
                for line, step, own in zip(lines, steps, problems, strict=True)
                for problem in own
            ]
        )

    def judge(outcomes, problems):
        if outcomes[0].kind == "strange" and not outcomes[0].said:
            return f"a list of {len(steps)} functions is asked for: {', '.join(s.call_as for s in steps)}."
        for number, (step, own) in enumerate(zip(steps, problems, strict=True)):
            tried = outcomes[number * PROBLEMS : (number + 1) * PROBLEMS]
            if said := _judge_line(step, own, tried):
                return f"line {number + 1}, {said}"
        return None

    return Exercise(cases, ask, _quietly(judge), because)


def _judge_line(step, problems, outcomes):
    for problem, outcome in zip(problems, outcomes, strict=True):
        if said := _failed(outcome, step.call_as, "a number or an array", step.arguments(problem)):
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


def state(
    shapes: Mapping[str, tuple[int, ...]], judge: Callable[..., str | None], *, shown_by: str, because: str
) -> Exercise:
    """Make an exercise whose answer is the state of an explorer, as numbers: the machine that grades has no mouse.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        Name and shape of each array.
    judge : callable
        Given the arrays, returns None where they are right, else what is wrong.
    shown_by : str
        The expression that shows the numbers of the explorer, said to one who hands in the explorer itself.
    because : str
        Said after a right answer.

    Returns
    -------
    Exercise
    """
    asked = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items())

    def read(answer):
        if isinstance(answer, Mapping):
            parts = [answer.get(name) for name in shapes]
        else:
            parts = [answer] if len(shapes) == 1 else answer
        if not isinstance(parts, (list, tuple, np.ndarray)):
            return Outcome("strange", said=_type_of(answer))
        arrays = []
        for name, part in zip_longest(shapes, parts):
            try:
                arrays.append(_array(part))
            except Exception:  # a part can be an object of any kind
                return Outcome("strange", said=_unreadable(part, name))
        return Outcome("value", tuple(arrays))

    def decide(outcomes, _):
        (outcome,) = outcomes
        if outcome.kind != "value":
            said = outcome.said or "nothing that can be read"
            hint = "" if "dots" in said else f" The numbers of the figure are shown by {shown_by}."
            return f"expected {asked}; got {said}.{hint}"
        if not isinstance(outcome.value, tuple) or len(outcome.value) != len(shapes):
            return f"expected {asked}: {len(shapes)} of them."
        for array, (name, shape) in zip(outcome.value, shapes.items(), strict=True):
            if said := _wrong_array(array, name, shape):
                return said
        return judge(*outcome.value)

    return Exercise(lambda seed: None, lambda answer, _: calls([lambda: read(answer)]), _quietly(decide), because)


def _unreadable(part, name):
    """Say why a part of a state is no array."""
    of = f" for {name}" if name else ""
    if part is ... or (isinstance(part, (list, tuple)) and any(row is ... for row in part)):
        return f"three dots{of}"
    if isinstance(part, (list, tuple)):
        return f"rows of different lengths, or what is no number,{of}"
    return f"{_type_of(part)}{of}"


def _array(part):
    array = plain(list(part) if isinstance(part, tuple) else part)
    if not isinstance(array, np.ndarray):
        raise TypeError
    return array


def _wrong_array(array, name, shape):
    if not isinstance(array, np.ndarray):
        return f"{name} must be numbers, of shape {shape}."
    if array.shape != shape:
        if len(shape) == 2 and array.shape == shape[::-1]:
            return f"{name} must have one row a point, shape {shape}; yours has one column a point."
        if array.ndim != len(shape):
            return f"{name} must have shape {shape}, got shape {array.shape}: count the brackets."
        return f"{name} must have shape {shape}, got shape {array.shape}: another number of them."
    if not np.isfinite(array).all():
        return f"{name} must be finite numbers; one of yours is not."
    if np.abs(array).max() > 1e6:
        return f"{name} must lie near the data; one of yours is further than a million away."
    return None


def word(right: str, others: Mapping[str, str], *, because: str) -> Exercise:
    """Make an exercise whose answer is a word.

    Parameters
    ----------
    right : str
        The right word, in small letters.
    others : mapping of str to str
        The wrong words, and what to say to each.
    because : str
        Said after a right answer.

    Returns
    -------
    Exercise
    """
    judge = choice(right, others)

    def ask(answer, _):
        return [Outcome("value", str(answer)) if isinstance(answer, str) else Outcome("strange")]

    def decide(outcomes, _):
        (outcome,) = outcomes
        return judge(outcome.value if outcome.kind == "value" else None)

    return Exercise(lambda seed: None, ask, decide, because)
