"""Live figures: drag a mean, and watch the algorithm answer."""

from lecture_lib.widgets.beta_dial import BetaExplorer
from lecture_lib.widgets.bound import BoundExplorer
from lecture_lib.widgets.climbing import ClimbingExplorer
from lecture_lib.widgets.failures import FailuresExplorer
from lecture_lib.widgets.k_means import KMeansExplorer
from lecture_lib.widgets.landscape import LandscapeExplorer
from lecture_lib.widgets.mixture_em import MixtureExplorer
from lecture_lib.widgets.sampling import SamplingExplorer

__all__ = [
    "BetaExplorer",
    "BoundExplorer",
    "ClimbingExplorer",
    "FailuresExplorer",
    "KMeansExplorer",
    "LandscapeExplorer",
    "MixtureExplorer",
    "SamplingExplorer",
]
