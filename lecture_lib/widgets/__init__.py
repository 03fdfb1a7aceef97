"""Live figures: drag a mean, and watch the algorithm answer.

One line shows an explorer, live where a kernel runs, as a picture where none does::

    KMeansExplorer(Z, k=3, names=("eruption, standardised", "wait, standardised"))  # 01
    FailuresExplorer("two elongated", k=2)                                           # 02
    LandscapeExplorer(x, start=(5, 6))                 # 03: x on a line, shape (n, 1)
    SamplingExplorer()                                 # 05: or a mixture in the square from 0 to 10
    ClimbingExplorer(X, names=OLD_FAITHFUL_AXES)       # 06
    MixtureExplorer(X, k=2, names=OLD_FAITHFUL_AXES)   # 07
    BetaExplorer(Z, k=3)                               # 08
    BoundExplorer(x)                                   # 10: x of shape (n,), for one unknown mean
    SharesExplorer(x, theta)                           # homework 4: theta is held, q is dragged

``explorer.state`` is where it stands, ``explorer.status`` the sentence below the figure; ``explorer.move("mean-0",
(x, y))`` and ``explorer.buttons["Step"].click()`` do what a hand does.

Read it in this order: :mod:`lecture_lib.widgets.scene` (what is shown, as plain instructions) and
:mod:`lecture_lib.widgets.layers` (what several explorers show), ``plane.py`` with the scripts in ``canvas`` (which
paint it in the browser, and tell what a user moves), ``still.py`` (the same with Matplotlib),
``journey.py`` (a run, step by step), ``explorer.py`` (what all share), then any of the nine.
"""

from lecture_lib.widgets.beta_dial import BetaExplorer
from lecture_lib.widgets.bound import BoundExplorer
from lecture_lib.widgets.climbing import ClimbingExplorer
from lecture_lib.widgets.failures import FailuresExplorer
from lecture_lib.widgets.k_means import KMeansExplorer
from lecture_lib.widgets.landscape import LandscapeExplorer
from lecture_lib.widgets.mixture_em import MixtureExplorer
from lecture_lib.widgets.sampling import SamplingExplorer
from lecture_lib.widgets.shares import SharesExplorer

__all__ = [
    "BetaExplorer",
    "BoundExplorer",
    "ClimbingExplorer",
    "FailuresExplorer",
    "KMeansExplorer",
    "LandscapeExplorer",
    "MixtureExplorer",
    "SamplingExplorer",
    "SharesExplorer",
]
