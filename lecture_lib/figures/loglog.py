"""What grows with the data, on two logarithmic axes, and what falls with the steps."""

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import colour, marker

__all__ = ["falling", "growing"]


def growing(
    ax: Axes,
    sizes: ArrayLike,
    values: ArrayLike,
    *,
    label: str,
    which: int = 0,
    offset: tuple[float, float] = (8, 0),
) -> None:
    """Draw times or memory against the size of the data, both on logarithmic axes, with a name at the end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    sizes, values : sequence of float
        Above 0.
    label : str
        The name.
    which : int
        Colour and marker, as for a cluster of that number.
    offset : pair of float
        From the last point to the name, in points.
    """
    ax.loglog(sizes, values, color=colour(which), marker=marker(which), markersize=5.5)
    beside = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    ax.annotate(label, (sizes[-1], values[-1]), offset, color=colour(which), **beside)
    ax.minorticks_off()


def falling(
    ax: Axes,
    steps: ArrayLike,
    errors: ArrayLike,
    *,
    label: str,
    which: int = 0,
    offset: tuple[float, float] = (6, 8),
) -> None:
    """Draw what is left of an error against the step, the error on a logarithmic axis, with a name at the end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    steps, errors : sequence of float
        Errors that are not above 0 are left out.
    label : str
        The name.
    which : int
        Colour and marker, as for a cluster of that number.
    offset : pair of float
        From the last point to the name, in points.
    """
    steps, errors = np.asarray(steps), np.asarray(errors, dtype=float)
    steps, errors = steps[errors > 0], errors[errors > 0]
    every = max(1, len(steps) // 15)
    ax.semilogy(steps, errors, color=colour(which), marker=marker(which), markersize=5, markevery=every)
    ax.annotate(label, (steps[-1], errors[-1]), offset, textcoords="offset points", color=colour(which))
    ax.minorticks_off()
