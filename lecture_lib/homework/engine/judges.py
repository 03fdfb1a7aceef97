"""What decides about an answer.

A judge is a function of the answer that returns None where it is right, and otherwise a sentence that says
what is wrong, with a hint; it never gives the right answer away and never raises.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.homework.engine.messages import counted, type_of

__all__ = ["Judge", "Question", "choice", "number", "numbers"]

Judge = Callable[[Any], str | None]
"""Takes an answer; returns what is wrong with it, or None."""


LETTER = re.compile(r"(?:line|answer|letter)?[ :]*\(?([a-z])(?![a-z])")
"""A letter as people write it: "line F", "F: means", "(F)"."""


@dataclass(frozen=True)
class Question:
    """A question of a notebook; its wording stands in the notebook.

    Attributes
    ----------
    judge : Judge
        Decides about an answer.
    because : str
        Said after a right answer: why it is right.
    """

    judge: Judge
    because: str


def number(right: float, *, hint: str, mistakes: Mapping[float, str] | None = None, tolerance=1e-3) -> Judge:
    """Judge one number.

    Parameters
    ----------
    right : float
        The right answer.
    hint : str
        Said to a wrong answer that is no known mistake.
    mistakes : mapping of float to str, optional
        Known wrong answers, and what to say to each.
    tolerance : float
        How far off an answer may be and still count as the same number.

    Returns
    -------
    Judge
    """
    known = [([value], said) for value, said in (mistakes or {}).items()]
    return numbers([right], hint=hint, mistakes=known, tolerance=tolerance)


def numbers(
    right: Sequence[float],
    *,
    hint: str,
    mistakes: Sequence[tuple[Sequence[float], str]] = (),
    tolerance=1e-3,
    any_order=False,
) -> Judge:
    """Judge several numbers, given as a list, a tuple or an array of any shape.

    Parameters
    ----------
    right : sequence of float
        The right answer.
    hint : str
        Said to a wrong answer that is no known mistake.
    mistakes : sequence of (sequence of float, str)
        Known wrong answers, and what to say to each.
    tolerance : float
        How far off each number may be and still count as the same.
    any_order : bool
        Whether the order of the numbers is free, as for the names of clusters.

    Returns
    -------
    Judge
    """

    def arranged(values):
        flat = np.ravel(np.asarray(values, dtype=float))
        return np.sort(flat) if any_order else flat

    def judge(answer):
        given = _plain(answer)
        if given is None:
            return f"{counted(len(right))} asked for, got {type_of(answer)}."
        given = arranged(given)
        if given.size != len(right):
            return f"{counted(len(right))} asked for, got {given.size}."
        for values, said in [(right, None), *mistakes]:
            if np.all(np.abs(given - arranged(values)) <= tolerance):
                return said
        return hint

    return judge


def choice(right: str, others: Mapping[str, str]) -> Judge:
    """Judge a choice between words.

    Parameters
    ----------
    right : str
        The right word.
    others : mapping of str to str
        The wrong words, and what to say to each.

    Returns
    -------
    Judge
    """
    words = sorted([right, *others])
    offered = ", ".join(f'"{word.upper() if len(word) == 1 else word}"' for word in words)

    def judge(answer):
        given = answer.strip(" .\n").lower() if isinstance(answer, str) else None
        if given and len(right) == 1 and (letter := LETTER.match(given)):
            given = letter[1]
        if given == right:
            return None
        return others.get(given, f"choose one of {offered}.")

    return judge


def _plain(answer):
    """Return an answer as an array of finite numbers, or None where it is none."""
    try:
        given = np.asarray(answer)
    except Exception:  # an answer can be an object of any kind, with any conversion
        return None
    if given.dtype.kind not in "iuf" or not np.isfinite(given).all():
        return None
    return given
