"""Which questions there are: every file of ``questions`` and ``sets`` with a table ``QUESTIONS``."""

import pkgutil
from functools import cache
from importlib import import_module

from lecture_lib.homework import questions, sets

__all__ = ["books", "find", "questions_of"]


@cache
def books():
    """Return the name of each notebook or homework set with questions, "01" or "hw1", and its module."""
    found = [
        (module.name.removeprefix("notebook_"), f"{package.__name__}.{module.name}")
        for package in (questions, sets)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return dict(found)


def questions_of(book):
    """Return the questions of a notebook or a homework set, by word."""
    return import_module(books()[book]).QUESTIONS


def find(name):
    """Return the question or exercise of a name such as "01.tie" or "hw1.assign".

    Raises
    ------
    ValueError
        When there is none; the message lists those of the notebook or set.
    """
    book, _, word = str(name).partition(".")
    if book not in books():
        raise ValueError(
            f'name must begin with the number of a notebook, like "01.tie", or a homework set, like "hw1.assign", '
            f"got {name!r}"
        )
    if word not in questions_of(book):
        known = ", ".join(f'"{book}.{known}"' for known in questions_of(book))
        raise ValueError(f"name must be one of {known}, got {name!r}")
    return questions_of(book)[word]
