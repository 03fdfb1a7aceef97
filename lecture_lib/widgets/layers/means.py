"""Means: their handles, their territories and their ways."""

import numpy as np

from lecture_lib import validation
from lecture_lib.figures.look import colour
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets import shapes
from lecture_lib.widgets.layers.box import places

__all__ = ["few", "mean_handles", "paths", "rings", "territories"]


def few(k, most):
    """Return a number of means or components if so many can be told apart.

    Parameters
    ----------
    k : int
        How many.
    most : int
        At most so many.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When ``k`` is not an integer from 1 to ``most``.
    """
    if validation.count(k, None) > most:
        raise ValueError(f"k must be from 1 to {most} in this figure, got {k}; choose a smaller one")
    return int(k)


def mean_handles(m, names, *, word="mean"):
    """Return means that can be dragged, numbered from 0.

    Parameters
    ----------
    m : ndarray, shape (k, 2)
        Means.
    names : pair of str
        What the two columns are.
    word : str
        What each is called; mean j answers to ``mean-j``.

    Returns
    -------
    list of dict
    """
    return [
        sc.handle(
            f"mean-{j}", at, label=f"{word} {j}", value=places(at, names), tint=colour(j), caption=str(j)
        )
        for j, at in enumerate(m)
    ]  # fmt: skip


def territories(m, low, high, unit=1.0):
    """Return the plane shaded by nearest mean, with its borders.

    Parameters
    ----------
    m : ndarray, shape (k, 2)
        Means.
    low, high : ndarray, shape (2,)
        Corners of the box.
    unit : float or ndarray, shape (2,)
        Distances are measured in these units.

    Returns
    -------
    list of dict
    """
    found = enumerate(shapes.cells(m, low, high, unit))
    return [sc.line(cell, colour(j), width=0, fill=0.13) for j, cell in found if len(cell) > 2]


def paths(stops):
    """Return the ways that means took.

    Parameters
    ----------
    stops : list of ndarray, shape (k, 2)
        The means, stop by stop.

    Returns
    -------
    list of dict
        Lines, and a small dot at each stop.
    """
    ways = np.swapaxes(np.array(stops), 0, 1)
    lines = [sc.line(way, colour(j), width=2, halo=True) for j, way in enumerate(ways)]
    return lines + [sc.marks(way, colour(j), size=6) for j, way in enumerate(ways)]


def rings(m):
    """Return hollow rings where means end.

    Parameters
    ----------
    m : ndarray, shape (k, 2)
        Means.

    Returns
    -------
    list of dict
    """
    return [sc.marks([at], colour(j), size=15, look="hollow") for j, at in enumerate(m)]
