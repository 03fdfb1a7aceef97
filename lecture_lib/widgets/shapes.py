"""The geometry behind the pictures: cells of nearest means, ellipses and their handles. All functions are pure."""

import numpy as np

__all__ = ["axes_of", "cells", "covariance_of", "ellipse", "turned"]

WIDTHS = 2.0
"""An ellipse is drawn at this many standard deviations."""


def cells(m, low, high, unit=1.0):
    """Return for each mean the part of a box in which it is the nearest.

    Parameters
    ----------
    m : ndarray, shape (k, 2)
        Means.
    low, high : array_like, shape (2,)
        Corners of the box.
    unit : float or ndarray, shape (2,)
        Distances are measured in these units.

    Returns
    -------
    list of ndarray, shape (corners, 2)
        Convex polygons, without corners where a mean has no part; of equal means the first has all.
    """
    m = np.asarray(m) / unit
    (x0, y0), (x1, y1) = np.asarray(low) / unit, np.asarray(high) / unit
    box = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    found = []
    for j, mean in enumerate(m):
        cell = box
        for other, rival in enumerate(m):
            if other != j and len(cell):
                cell = _nearer(cell, mean, rival, first=j < other)
        found.append(cell * unit)
    return found


def _nearer(cell, mean, rival, *, first):
    """Cut off the part of a convex polygon that is nearer to the rival."""
    way = rival - mean
    if not way.any():
        return cell if first else cell[:0]
    beyond = (cell - (mean + rival) / 2) @ way
    kept = []
    for a, b, here, there in zip(cell, np.roll(cell, -1, axis=0), beyond, np.roll(beyond, -1), strict=True):
        if here <= 0:
            kept.append(a)
        if (here < 0) != (there < 0) and here != there:
            kept.append(a + here / (here - there) * (b - a))
    return np.reshape(kept, (-1, 2))


def ellipse(mean, covariance, *, widths=WIDTHS, corners=72):
    """Return the outline of a Gaussian component.

    Parameters
    ----------
    mean : ndarray, shape (2,)
        Its middle.
    covariance : ndarray, shape (2, 2)
        Symmetric positive definite.
    widths : float
        How many standard deviations away from the middle.
    corners : int
        How many points.

    Returns
    -------
    ndarray, shape (corners + 1, 2)
        Closed.
    """
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return mean + widths * circle @ np.linalg.cholesky(covariance).T


def axes_of(covariance, unit):
    """Return the half axes of an ellipse of one standard deviation, the longer one first.

    Parameters
    ----------
    covariance : ndarray, shape (..., 2, 2)
        In squared units of the data.
    unit : ndarray, shape (2,)
        Axes are at right angles where lengths are measured in these units.

    Returns
    -------
    ndarray, shape (..., 2, 2)
        ``[..., a, :]`` is half axis a, in units of the data.
    """
    squared, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    axes = np.sqrt(np.maximum(squared, 0.0))[..., ::-1, None] * np.swapaxes(vectors, -1, -2)[..., ::-1, :]
    return axes * unit


def covariance_of(axes):
    """Return the covariance with given half axes.

    Parameters
    ----------
    axes : ndarray, shape (..., 2, 2)
        As :func:`axes_of` returns them.

    Returns
    -------
    ndarray, shape (..., 2, 2)
        In squared units of the data.
    """
    covariance = np.swapaxes(axes, -1, -2) @ axes
    return (covariance + np.swapaxes(covariance, -1, -2)) / 2


def turned(axes, which, to, unit, *, least=0.04):
    """Return half axes of which one was pulled to a new place; the other stays as long, and at right angles.

    Parameters
    ----------
    axes : ndarray, shape (2, 2)
        Half axes.
    which : int
        The one that was pulled.
    to : array_like, shape (2,)
        Its new end, from the middle, in units of the data.
    unit : ndarray, shape (2,)
        Right angles and lengths are those in these units.
    least : float
        No axis becomes shorter than this, in these units.

    Returns
    -------
    ndarray, shape (2, 2)
    """
    pulled, other = np.asarray(to) / unit, axes[1 - which] / unit
    length = np.hypot(*pulled)
    if length == 0:
        pulled, length = axes[which] / unit, np.hypot(*(axes[which] / unit))
    pulled = pulled / length * max(length, least)
    across = np.array([-pulled[1], pulled[0]]) / np.hypot(*pulled) * np.hypot(*other)
    across *= 1.0 if across @ other >= 0 else -1.0
    new = np.empty((2, 2))
    new[which], new[1 - which] = pulled * unit, across * unit
    return new
