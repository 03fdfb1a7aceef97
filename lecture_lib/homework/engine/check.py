"""``check``: not attempted, not yet, or correct."""

import math
from dataclasses import dataclass

from IPython import get_ipython
from IPython.display import Markdown, display

from lecture_lib.homework.engine.answer import Answer, in_time
from lecture_lib.homework.engine.catalogue import find, questions_of
from lecture_lib.homework.engine.judges import Question
from lecture_lib.homework.engine.marking import Judged, Way, typeset

__all__ = ["Verdict", "ask", "check", "verdict"]

VISIBLE = 0
"""The seed of the examples that a student's check uses."""

_done: dict[str, set[str]] = {}
"""Which exercises of each set were correct when last checked, in this kernel; for the progress line."""


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes
    ----------
    status : {"not attempted", "not yet", "correct"}
        The verdict.
    words : str
        What is wrong with a hint, or why the answer is right.
    share : float
        How much of the points it is worth.
    lines : tuple of Judged
        Of a derivation: what is said about each line.
    """

    status: str
    words: str
    share: float = 0.0
    lines: tuple[Judged, ...] = ()

    def points(self, most):
        """Return the points that it is worth, of a number of them: halves are given."""
        return math.floor(2 * self.share * most) / 2

    def __str__(self):
        return f"{self.status}{':' if self.status == 'not yet' else '.'} {self.words}"


def check(name, answer, *, seed=None):
    """Print what is to be said about an answer: *not attempted*, *not yet* with a hint, or *correct*.

    Parameters
    ----------
    name : str
        Of the question: the number of its notebook and a word, ``"01.tie"``; or of the exercise: its homework
        set and a word, ``"hw1.assign"``.
    answer : object
        The answer: whatever the question asks for, a function, means; ``...`` stands for none so far.
    seed : int, optional
        Of a homework exercise: other examples than the visible ones. This is the hidden test of a grader, so
        anything but a correct answer raises.

    Raises
    ------
    ValueError
        When there is no question of that name.
    AssertionError
        When a ``seed`` is given and the answer is not correct.
    """
    question = find(name)
    if isinstance(question, Question):
        said = _answered(question, answer)
    else:
        said = verdict(name, in_time(ask(name, Answer(answer), seed)), seed)
    if seed is not None:
        if said.status != "correct":
            raise AssertionError(f"{name} · hidden test, {said}")
        print(f"{name} · hidden test passed.")
        return
    print(f"{name} · {said}{_so_far(question, said)}")
    if said.lines and get_ipython():
        display(Markdown(typeset(said.lines)))
    if not isinstance(question, Question):
        print(_progress(*name.split("."), said.status == "correct"))


def ask(name, answer, seed=None):
    """Try an answer to an exercise on its examples.

    Parameters
    ----------
    name : str
        Of the exercise.
    answer : Answer
        In this process, or elsewhere: what is asked of it are calls, one after the other.
    seed : int, optional
        Of the examples; those of the student's own check if none is given.

    Returns
    -------
    iterable of Outcome
        Plain, so that :func:`verdict` can judge them anywhere.
    """
    exercise = find(name)
    return exercise.ask(answer, exercise.cases(VISIBLE if seed is None else seed))


def verdict(name, outcomes, seed=None):
    """Judge what an answer did.

    Parameters
    ----------
    name : str
        Of the exercise.
    outcomes : list of Outcome
        As :func:`ask` yields them, perhaps forged; where the last is "slow", there are no more.
    seed : int, optional
        As it was given to :func:`ask`.

    Returns
    -------
    Verdict
    """
    exercise = find(name)
    if all(outcome.kind == "not_attempted" for outcome in outcomes):
        return Verdict("not attempted", "Fill in the cell above and run it, then this one.")
    if outcomes[0].kind == "undefined":
        stopped = "its cell stopped" in outcomes[0].detail
        return Verdict("not yet", f"{outcomes[0].detail}.{'' if stopped else ' Did its cell stop with an error?'}")
    try:
        wrong = exercise.judge(outcomes, exercise.cases(VISIBLE if seed is None else seed))
    except Exception:  # outcomes of a form that no check writes
        wrong = "this is no answer that can be judged."
    way = wrong if isinstance(wrong, Way) else Way((), float(wrong is None), wrong)
    status, words = ("correct", exercise.because) if way.wrong is None else ("not yet", way.wrong)
    return Verdict(status, words, way.share, way.lines)


def _answered(question, answer):
    if answer is None or answer is ...:
        return Verdict("not attempted", "Put your answer in place of the three dots and run the cell.")
    wrong = question.judge(answer)
    return Verdict("correct", question.because) if wrong is None else Verdict("not yet", wrong)


def _so_far(question, said):
    """Say how many points a derivation that is not whole is worth."""
    if not said.lines or said.status == "correct":
        return ""
    return f" So far: {said.points(question.points):g} of {question.points} points."


def _progress(homework, word, correct):
    """Return the line that says how much of a set is done."""
    exercises = questions_of(homework)
    done = _done.setdefault(homework, set())
    (done.add if correct else done.discard)(word)
    marks = "".join("■" if each in done else "□" for each in exercises)
    return f"{homework} {marks} {len(done)} of {len(exercises)} done"
