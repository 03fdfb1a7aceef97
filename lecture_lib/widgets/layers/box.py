"""The box around the data: which data can be drawn, its corners and its axes."""

import numpy as np

from lecture_lib import validation
from lecture_lib.widgets import scene as sc

__all__ = ["data_axes", "limits", "places", "plane_data"]


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
