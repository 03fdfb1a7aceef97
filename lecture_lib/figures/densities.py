"""A probability density of two variables, seen from above."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import COLOURS

__all__ = ["density"]


def density(
    ax: Axes, u: ArrayLike, v: ArrayLike, p: ArrayLike, *, shares: Sequence[float] = (0.99, 0.9, 0.5)
) -> None:
    """Fill the smallest regions that hold given shares of the probability, the dark one within the light one.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    u, v : ndarray, shapes (a,), (b,)
        Even grids of the two variables.
    p : ndarray, shape (a, b)
        Their joint density, but for a constant.
    shares : sequence of float
        From large to small, below 1.
    """
    highest_first = np.sort(p, axis=None)[::-1]
    held = np.cumsum(highest_first) / highest_first.sum()
    levels = [*highest_first[np.searchsorted(held, shares)], highest_first[0]]
    for share, low in enumerate(levels[:-1]):
        shade = 0.2 + 0.25 * share
        ax.contourf(u, v, p.T, levels=[low, levels[-1]], colors=[COLOURS[0]], alpha=shade)
        ax.contour(u, v, p.T, levels=[low], colors=[COLOURS[0]], linewidths=0.8)
