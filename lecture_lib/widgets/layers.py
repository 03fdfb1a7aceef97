"""Layers and panels that several explorers show: axes around data, means, ellipses, the trace of an objective."""

import math

import numpy as np

from lecture_lib import validation
from lecture_lib.figures.look import COLOURS, colour
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets import shapes

__all__ = [
    "border",
    "data_axes",
    "ellipses",
    "few",
    "limits",
    "mean_handles",
    "paths",
    "plane_data",
    "rings",
    "territories",
    "trace",
]


def plane_data(X):
    """Return data if they have two columns.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data.

    Returns
    -------
    ndarray, shape (n, 2)

    Raises
    ------
    ValueError
        For bad data, or another number of columns.
    """
    X = validation.data(X)
    if X.shape[1] != 2:
        raise ValueError(f"X must have two columns to be drawn in a plane, got {X.shape[1]}; choose two of them")
    return X


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


def limits(X, margin=0.07):
    """Return the corners of a box around data.

    Parameters
    ----------
    X : ndarray, shape (n, 2)
        Data.
    margin : float
        Room around them, as a share of their range.

    Returns
    -------
    low, high : ndarray, shape (2,)
    """
    low, high = X.min(axis=0), X.max(axis=0)
    spread = np.where(high > low, high - low, 1.0)
    return low - margin * spread, high + margin * spread


def data_axes(low, high, names):
    """Return the two axes of a box.

    Parameters
    ----------
    low, high : ndarray, shape (2,)
        Its corners.
    names : pair of str
        What the two columns are, with units.

    Returns
    -------
    tuple of dict
    """
    return tuple(sc.axis(low[a], high[a], names[a]) for a in range(2))


def places(at, names):
    """Say where something is, with the units of the axes."""
    units = [name.partition(" / ")[2] for name in names]
    return ", ".join(f"{sc.number(value)} {unit}".strip() for value, unit in zip(at, units, strict=True))


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


def border(mean, covariance, j):
    """Return the ellipse of component j, two standard deviations wide."""
    return sc.line(shapes.ellipse(mean, covariance), colour(j), width=2.2, halo=True, fill=0.07)


def ellipses(theta):
    """Return the ellipses of all components.

    Parameters
    ----------
    theta : MixtureParameters
        In two dimensions.

    Returns
    -------
    list of dict
    """
    return [border(mean, S, j) for j, (mean, S) in enumerate(zip(theta.means, theta.covariances, strict=True))]


def trace(values, *, ahead=None, title, label, steps="step", target=None, halves=False, width=0.8):
    """Return a panel with the objective, step by step.

    Parameters
    ----------
    values : sequence of float
        What was seen so far.
    ahead : sequence of float, optional
        All there is to be seen, for the limits; so they stay while we go on.
    title, label : str
        Above the box, and at the upright axis.
    steps : str
        What is counted.
    target : (float, str), optional
        A height to reach, and its name.
    halves : bool
        Whether every other value follows an assignment (hollow) and an update (filled).
    width : float
        Share of the width.

    Returns
    -------
    dict
    """
    values = np.asarray(values, dtype=float)
    ahead = values if ahead is None else np.asarray(ahead, dtype=float)
    low, high = _span(np.append(ahead, [] if target is None else target[0]))
    last = max(len(ahead) - 1, 1)
    ticks = [tick for tick in sc.ticks(0, last, 7) if tick[0] == math.floor(tick[0])]
    x = sc.axis(-0.04 * last, 1.06 * last, steps, ticks)
    at = np.stack([np.arange(len(values)), values], axis=1)
    layers = [] if target is None else _goal(target, x)
    layers += [sc.line(at, "quiet", width=1.4)]
    if halves:
        layers += [sc.marks(at[::2], COLOURS[0], look="hollow"), sc.marks(at[1::2], COLOURS[1], shape=2)]
    else:
        layers += [sc.marks(at, COLOURS[0], size=6.5 if last < 60 else 4)]
    return sc.panel(x, sc.axis(low, high, label), layers, title=title, width=width)


def _goal(target, x):
    height, words = target
    across = sc.line([[x["low"], height], [x["high"], height]], COLOURS[2], dash=True)
    return [across, sc.text([x["high"], height], words, COLOURS[2], shift=(-4, -7), anchor="end")]


def _span(heights):
    """Return limits around finite numbers, some room included."""
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        return 0.0, 1.0
    low, high = heights.min(), heights.max()
    room = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
