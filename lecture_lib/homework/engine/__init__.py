"""How an answer is tried, judged and answered, whatever the question.

- :mod:`lecture_lib.homework.engine.check` -- ``check`` itself
- :mod:`lecture_lib.homework.engine.catalogue` -- which questions there are
- :mod:`lecture_lib.homework.engine.judges` -- what decides about a number, some numbers, a choice
- :mod:`lecture_lib.homework.engine.exercise` -- exercises in which a function or a class is written
- :mod:`lecture_lib.homework.engine.derivation` -- exercises in which lines of LaTeX are written
- :mod:`lecture_lib.homework.engine.marking` -- judges these lines, one after the other
- :mod:`lecture_lib.homework.engine.implication` -- whether a line follows, and its slip
- :mod:`lecture_lib.homework.engine.lines` -- reads these lines
- :mod:`lecture_lib.homework.engine.milestones` -- what has to happen in a derivation, read off from its lines
- :mod:`lecture_lib.homework.engine.editor` -- a pad that judges a derivation while it is typed
- :mod:`lecture_lib.homework.engine.selection` -- exercises in which something is placed in a figure, or chosen
- :mod:`lecture_lib.homework.engine.answer` -- an answer in this process, under a limit of time
- :mod:`lecture_lib.homework.engine.outcome` -- how a function is called, on copies, and what comes of it
- :mod:`lecture_lib.homework.engine.results` -- what a function may return, compared and written as JSON
- :mod:`lecture_lib.homework.engine.messages` -- every sentence that no exercise owns
"""
