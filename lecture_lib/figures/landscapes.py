"""A function of two one-dimensional means, seen from above."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import colour, marker, note

__all__ = ["arrows", "basins", "end_marks", "landscape"]


def landscape(ax: Axes, m0: ArrayLike, m1: ArrayLike, J: ArrayLike, *, levels: int = 14) -> None:
    """Draw a function of two one-dimensional means as filled contours: dark is low.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    m0, m1 : ndarray, shapes (a,), (b,)
        The grids of the two means.
    J : ndarray, shape (b, a)
        ``[row, column]`` is the value at ``(m0[column], m1[row])``.
    levels : int or array_like
        How many contours, at equal shares of the values, so that they are not dense where J is steep; or at
        which values, rising.
    """
    at = np.unique(np.quantile(J, np.linspace(0, 1, levels)) if np.ndim(levels) == 0 else levels)
    ranks = np.interp(J, at, np.arange(len(at)))
    ax.contourf(m0, m1, ranks, levels=np.arange(len(at)), cmap="Greys_r", vmin=-len(at) / 2)
    ax.contour(m0, m1, J, levels=at[1:-1], colors="white", linewidths=0.6, linestyles="solid")
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("mean $m_0$")
    ax.set_ylabel("mean $m_1$")


def basins(ax: Axes, m0: ArrayLike, m1: ArrayLike, ends: ArrayLike) -> None:
    """Colour each start by where it ends; equal ends have one colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    m0, m1 : ndarray, shapes (a,), (b,)
        The grids of the two starting means.
    ends : ndarray of int, shape (b, a)
        Number of the end that the start ``(m0[column], m1[row])`` leads to.
    """
    count = ends.max() + 1
    colours = ListedColormap([colour(j) for j in range(count)])
    ax.pcolormesh(m0, m1, ends, cmap=colours, vmin=-0.5, vmax=count - 0.5, alpha=0.45, rasterized=True)
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("start of $m_0$")
    ax.set_ylabel("start of $m_1$")


def end_marks(ax: Axes, points: ArrayLike, texts: Sequence[str]) -> None:
    """Mark places in a plane of two means, and write a few words beside each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    points : sequence of pairs of float
        Where; colour and marker follow their order.
    texts : sequence of str
        What to write.
    """
    for j, ((x, y), text) in enumerate(zip(points, texts, strict=True)):
        ax.scatter(x, y, s=80, color=colour(j), marker=marker(j), edgecolors="white", linewidths=1.5, zorder=5)
        note(ax, (x, y), text)


def arrows(ax: Axes, points: ArrayLike, steps: ArrayLike, *, which: int = 0, width: float = 0.006) -> None:
    """Draw steps from places in a plane of two means, as long as they are.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    points : array_like, shape (m, 2)
        Where the steps begin.
    steps : array_like, shape (m, 2)
        How far they lead, in the units of the axes.
    which : int
        Colour, as for a cluster of that number.
    width : float
        Of a shaft, as a share of the width of the Axes.
    """
    from_here = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": width, "pivot": "tail"}
    ax.quiver(*np.transpose(points), *np.transpose(steps), color=colour(which), zorder=4, **from_here)
