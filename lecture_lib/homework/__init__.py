"""Questions and exercises that answer back: ``check(name, answer)`` says at once what is wrong.

- :mod:`lecture_lib.homework.feedback` -- ``check`` itself
- :mod:`lecture_lib.homework.judges` -- what decides about an answer: a number, some numbers, a choice
- ``notebook_00``, ``notebook_01``, ... -- the questions of each notebook
- :mod:`lecture_lib.homework.trial` -- how an answer is tried: on copies, under a time limit
- :mod:`lecture_lib.homework.exercises` -- what an exercise is: a function, some lines, a state, a word
- ``hw1`` to ``hw4`` -- the exercises of each homework set
- :mod:`lecture_lib.homework.runner` -- runs a submitted notebook in the sandbox of ``make grade``
"""

from lecture_lib.homework.feedback import check

__all__ = ["check"]
