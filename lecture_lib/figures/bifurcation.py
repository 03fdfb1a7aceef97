"""How places move as a number is turned up: one line a cluster."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import INK, QUIET, colour, note

__all__ = ["branches", "threshold"]


def branches(ax: Axes, x: ArrayLike, places: ArrayLike, *, quiet: bool = False) -> None:
    """Draw how each cluster moves as a number is turned up.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    x : sequence of float, length s
        The number.
    places : array_like, shape (s, k)
        Where the clusters are, one column per cluster. Wider lines lie below, so that lines that coincide show.
    quiet : bool
        Whether to draw in grey dashes, for comparison.
    """
    columns = np.asarray(places).T
    for j, column in enumerate(columns):
        if quiet:
            ax.plot(x, column, color=QUIET, linewidth=1.4, linestyle=(0, (4, 2)), zorder=1)
        else:
            ax.plot(x, column, color=colour(j), linewidth=2.0 + 1.8 * (len(columns) - 1 - j), zorder=2)


def threshold(ax: Axes, x: float, text: str, *, height: float = 0.97, beside: str = "right") -> None:
    """Draw an upright line at a number, with a few words at its side.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    x : float
        The number.
    text : str
        What to write.
    height : float
        Where to write, from 0 at the bottom to 1 at the top.
    beside : {"right", "left"}
        On which side of the line.
    """
    ax.axvline(x, color=INK, linewidth=1, linestyle=":", zorder=0)
    low, high = ax.get_ylim()
    sign = 1 if beside == "right" else -1
    note(ax, (x, low + height * (high - low)), text, offset=(5 * sign, 0), ha="left" if sign > 0 else "right")
