"""Live figures: drag a mean, and watch the algorithm answer, wherever the page is.

One line shows an explorer. It lives in the page, in JupyterLab, in the slides and on the site, and needs no kernel;
where no script runs it is a picture::

    KMeansExplorer(Z, k=3, names=("eruption, standardised", "wait, standardised"))  # 01
    FailuresExplorer("two elongated", k=2)                                           # 02
    LandscapeExplorer(x, start=(5, 6))                 # 03: x on a line, shape (n, 1)
    SamplingExplorer()                                 # 05: or a mixture in the square from 0 to 10
    ClimbingExplorer(X, names=OLD_FAITHFUL_AXES)       # 06
    MixtureExplorer(X, k=2, names=OLD_FAITHFUL_AXES)   # 07
    BetaExplorer(Z, k=3)                               # 08
    BoundExplorer(x)                                   # 10: x of shape (n,), for one unknown mean
    SharesExplorer(x, theta)                           # homework 4: theta is held, q is dragged

``explorer.state`` is where the figure stands, ``explorer.seal`` how well its numbers agree with the library.

Read it in this order: ``page/engine`` (the numbers), ``page/explorers`` (state, events, scene), ``page/painter``
(paints a scene), ``page/host`` (the figure in its page); :mod:`lecture_lib.widgets.explorer` (what Python knows of
it), then any of the nine.
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
