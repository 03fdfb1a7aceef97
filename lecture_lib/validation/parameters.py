"""Checks of parameters and responsibilities: what is estimated, or given as a start."""

from typing import Any

import numpy as np

from lecture_lib.validation.numbers import array
from lecture_lib.validation.samples import data

__all__ = [
    "instance",
    "means",
    "one_hot",
    "possible",
    "probabilities",
    "responsibilities",
    "shape_of_means",
    "weights",
]

ROW_SUM_TOLERANCE = 1e-9
"""How far from 1 the responsibilities of one datum may sum; rounding stays far below."""


def means(values: Any, d: int, k: Any = None) -> np.ndarray:
    """Return means as an array of shape (k, d), one row per cluster; ``k`` may be unknown."""
    m = array(values, "means")
    shape_of_means(m, d)
    if k is not None and len(m) != k:
        raise ValueError(f"means must have one row per cluster, k = {k}, got shape {m.shape}; match it to r")
    return m


def shape_of_means(m: np.ndarray, d: int) -> None:
    """Raise unless an array has the shape of means for data of d columns; its entries are not checked."""
    if m.ndim != 2 or m.shape[1] != d or not len(m):
        raise ValueError(
            f"means must have shape (k, d) with d = {d}, the columns of X, got shape {m.shape}; "
            "give one row per cluster"
        )


def responsibilities(values: Any, n: int) -> np.ndarray:
    """Return r, shape (n, k), the share of datum i that cluster j takes: at least 0, rows sum to 1 within 1e-9."""
    r = data(values, "r")
    if len(r) != n:
        raise ValueError(f"r must have one row per datum, n = {n}, got shape {r.shape}; match it to X")
    if r.min() < 0:
        i, j = np.argwhere(r < 0)[0]
        raise ValueError(f"r must not be negative, got r[{i}, {j}] = {r[i, j]:g}; responsibilities are shares")
    sums = r.sum(axis=1)
    wrong = np.abs(sums - 1) > ROW_SUM_TOLERANCE
    if wrong.any():
        i = np.argmax(wrong)
        raise ValueError(
            f"each row of r must sum to 1, got {sums[i]:.6g} in row {i}; normalise over clusters (axis=1)"
        )
    return r


def one_hot(values: Any, n: int) -> np.ndarray:
    """Return responsibilities (n, k) with a single 1 in each row, else zeros."""
    r = responsibilities(values, n)
    soft = (r != 0) & (r != 1)
    if soft.any():
        i, j = np.argwhere(soft)[0]
        raise ValueError(f"each row of r must be one-hot, got r[{i}, {j}] = {r[i, j]:g}; assign each datum whole")
    return r


def weights(values: Any) -> np.ndarray:
    """Return mixture weights, shape (k,): at least 0, with sum 1 within 1e-9. A component of weight 0 has no data.

    They are divided by their sum where that is not 1 up to its rounding: n data would count the difference n times.
    """
    w = array(values, "weights")
    if w.ndim != 1 or w.size == 0:
        raise ValueError(f"weights must have shape (k,), got shape {w.shape}; give one number per component")
    if w.min() < 0:
        j = np.argmin(w)
        raise ValueError(f"weights must not be negative, got weights[{j}] = {w[j]:g}; they are probabilities")
    total = w.sum()
    if abs(total - 1) > ROW_SUM_TOLERANCE:
        raise ValueError(f"weights must sum to 1, got {total:.6g}; divide them by their sum")
    return w / total if abs(total - 1) > w.size * np.finfo(float).eps else w


def probabilities(values: Any, name: str) -> np.ndarray:
    """Return numbers from 0 to 1, both among them, as an array of any shape."""
    p = array(values, name)
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise ValueError(f"{name} must be from 0 to 1, got {p[outside][0]:g}; they are probabilities")
    return p


def possible(log_evidence: np.ndarray) -> np.ndarray:
    """Return log p(x_i), shape (n,), if all data are possible.

    A datum of probability 0, whose logarithm is -inf, has no responsibilities.
    """
    impossible = np.isneginf(log_evidence)
    if impossible.any():
        raise ValueError(
            f"theta must leave every datum possible, got probability 0 for {impossible.sum()} of "
            f"{impossible.size}, the first at {np.argmax(impossible)}; start from parameters inside their range, "
            "not at its ends; a fit with a prior, which adds pseudocounts, ends inside too"
        )
    return log_evidence


def instance(value: Any, kind: type, name: str = "theta") -> Any:
    """Return ``value`` if it is of the class ``kind``."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be a {kind.__name__}, got {value!r}; make one first")
    return value
