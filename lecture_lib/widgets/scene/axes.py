"""Axes of a panel, their ticks, and numbers as they are shown."""

import numpy as np

__all__ = ["axis", "number", "ticks"]


def number(value, digits=4):
    """Return a number as it is shown: few digits, and a true minus sign.

    Parameters
    ----------
    value : float
        Any number.
    digits : int
        How many significant ones.

    Returns
    -------
    str
    """
    shown = f"{value + 0.0:.0f}" if 10**digits <= abs(value) < 1e9 else f"{value + 0.0:.{digits}g}"
    return shown.replace("-", "−")


def ticks(low, high, most=6):
    """Return round numbers between two limits, each with its text.

    Parameters
    ----------
    low, high : float
        Limits; ``low`` is below ``high``.
    most : int
        At most so many.

    Returns
    -------
    list of [float, str]
        From the lowest up.
    """
    rough = (high - low) / most
    unit = 10.0 ** np.floor(np.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * (1 - 1e-9))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [[float(step * i), number(step * i, 6)] for i in np.arange(first, last + 1)]


def axis(low, high, label="", at=None):
    """Return an axis.

    Parameters
    ----------
    low, high : float
        Limits.
    label : str
        What it measures, with the unit: ``"wait / min"``.
    at : list of [float, str], optional
        Ticks; round numbers if none are given.

    Returns
    -------
    dict
    """
    low, high = float(low), float(high)
    return {"low": low, "high": high, "label": label, "ticks": ticks(low, high) if at is None else at}
