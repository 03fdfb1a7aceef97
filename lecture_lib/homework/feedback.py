"""``check``: not attempted, not yet, or correct."""

from importlib import import_module
from importlib.util import find_spec

from lecture_lib.homework.judges import Question

__all__ = ["check"]


def check(name, answer):
    """Print what is to be said about an answer: *not attempted*, *not yet* with a hint, or *correct*.

    Parameters
    ----------
    name : str
        Of the question: the number of its notebook and a word, ``"01.tie"``.
    answer : object
        The answer; ``...`` stands for none so far.

    Raises
    ------
    ValueError
        When there is no question of that name.
    """
    question = _question(name)
    if answer is None or answer is ...:
        print(f"{name} · not attempted. Put your answer in place of the three dots and run the cell.")
        return
    wrong = question.judge(answer)
    if wrong is None:
        print(f"{name} · correct. {question.because}")
    else:
        print(f"{name} · not yet: {wrong}")


def _question(name) -> Question:
    notebook, _, word = str(name).partition(".")
    module = f"lecture_lib.homework.notebook_{notebook}"
    if not (notebook.isalnum() and find_spec(module)):
        raise ValueError(f'name must begin with the number of a notebook, like "01.tie", got {name!r}')
    questions = import_module(module).QUESTIONS
    if word not in questions:
        known = ", ".join(f'"{notebook}.{known}"' for known in questions)
        raise ValueError(f"name must be one of {known}, got {name!r}")
    return questions[word]
