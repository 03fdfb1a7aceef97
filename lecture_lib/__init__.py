"""k-means, Gaussian mixtures and EM: the library behind the notebooks.

Read it in this order; each file needs only those above it.

1. :mod:`lecture_lib.validation` -- every check of user input, and its message
2. :mod:`lecture_lib.em` -- the one loop that all algorithms of the course run through;
   :func:`lecture_lib.em.progress` shows how far it is, :func:`lecture_lib.em.squarem` leaps ahead in it
3. :mod:`lecture_lib.blocks` -- data as blocks of rows, in memory, in a file, on a cluster
4. :mod:`lecture_lib.datasets`, :mod:`lecture_lib.seeding`, :mod:`lecture_lib.labellings` -- data, where to
   start, and how to compare two clusterings
5. :mod:`lecture_lib.gaussian` -- what a Gaussian mixture is computed from; :mod:`lecture_lib.log_sum_exp` --
   Bayes' rule in logarithms
6. :mod:`lecture_lib.models` -- one file per model; :mod:`lecture_lib.models.mixture` has the lecture's definitions
7. :mod:`lecture_lib.problems` and :mod:`lecture_lib.derivation` -- derivations whose every line is executed;
   :mod:`lecture_lib.illustrations` -- what one notebook shows and nothing else computes with
8. :mod:`lecture_lib.figures` -- how results are drawn
9. :mod:`lecture_lib.widgets` -- live figures
10. :mod:`lecture_lib.homework` -- the questions that the notebooks ask
11. :mod:`lecture_lib.estimators` -- the fits in the habits of scikit-learn
12. :mod:`lecture_lib.environment` -- whether everything is installed
"""

__version__ = "0.1.0"
