"""Questions and exercises that answer back: ``check(name, answer)`` says at once what is wrong.

- ``lecture_lib.homework.engine`` -- how an answer is tried, judged and answered
- ``lecture_lib.homework.questions`` -- the questions of the notebooks, one file a notebook
- ``lecture_lib.homework.derivations`` -- the derivations that students write, one file a set
- ``lecture_lib.homework.sets`` -- the exercises of the homework sets, one file a set
- ``lecture_lib.homework.figures`` -- what the figures of the homework sets show
"""

from lecture_lib.homework.engine.check import check
from lecture_lib.homework.engine.editor import pad

__all__ = ["check", "pad"]
