"""Questions and exercises that answer back: ``check(name, answer)`` says at once what is wrong.

- :mod:`lecture_lib.homework.feedback` -- ``check`` itself
- :mod:`lecture_lib.homework.judges` -- what decides about an answer: a number, some numbers, a choice
- ``notebook_00``, ``notebook_01``, ... -- the questions of each notebook
"""

from lecture_lib.homework.feedback import check

__all__ = ["check"]
