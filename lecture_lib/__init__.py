"""k-means, Gaussian mixtures and EM: the library behind the notebooks.

Read it in this order; each file needs only those above it.

1. :mod:`lecture_lib.validation` -- every check of user input, and its message
2. :mod:`lecture_lib.em` -- the one loop that all algorithms of the course run through
3. :mod:`lecture_lib.datasets` and :mod:`lecture_lib.seeding` -- data, and where to start
4. :mod:`lecture_lib.models` -- one file per model
5. :mod:`lecture_lib.problems` and :mod:`lecture_lib.derivation` -- derivations whose every line is executed
6. :mod:`lecture_lib.figures` -- how results are drawn
7. :mod:`lecture_lib.homework` -- the questions that the notebooks ask
"""

__version__ = "0.1.0"
