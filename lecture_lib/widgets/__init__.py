"""Live figures: drag a mean, and watch the algorithm answer."""

from lecture_lib.widgets.k_means import KMeansExplorer

__all__ = ["KMeansExplorer"]
