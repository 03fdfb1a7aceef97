"""A function of one parameter, and the bounds under it that touch."""

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import INK, colour, marker

__all__ = ["height", "touching_bound"]


def height(ax: Axes, theta: ArrayLike, L: ArrayLike, name: str = "") -> None:
    """Draw a function of one parameter, with its name above its highest point.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    theta, L : ndarray, shape (m,)
        A grid, and the values on it.
    name : str
        What to write at the highest point.
    """
    ax.plot(theta, L, color=INK, linewidth=2.4)
    top = L.argmax()
    ax.annotate(name, (theta[top], L[top]), (0, 7), textcoords="offset points", ha="center", color=INK)


def touching_bound(
    ax: Axes,
    theta: ArrayLike,
    F: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    L_at_end: ArrayLike,
    *,
    which: int = 0,
) -> None:
    """Draw a bound: hollow where it touches, filled and numbered at its highest point, dotted what it leaves to L.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    theta, F : ndarray, shape (m,)
        A grid, and the bound on it.
    start, end : pair of float
        Parameter and bound where it touches, and at its highest point.
    L_at_end : float
        The function itself at the parameter of the highest point: the next bound will touch it there.
    which : int
        Number of the step, from 0; colour and marker go with it.
    """
    ax.plot(theta, F, color=colour(which), linewidth=1.5)
    look = {"s": 52, "marker": marker(which), "edgecolors": colour(which), "linewidths": 1.6, "zorder": 4}
    ax.scatter(*start, facecolors="white", **look)
    ax.scatter(*end, facecolors=colour(which), **look)
    ax.plot([end[0]] * 2, [end[1], L_at_end], color=colour(which), linestyle=":", linewidth=1.5)
    ax.annotate(str(which + 1), end, (0, -17), textcoords="offset points", ha="center", color=colour(which))
