"""Checks of data: what was observed."""

from collections.abc import Iterable
from numbers import Number
from typing import Any, TypeGuard

import numpy as np

from lecture_lib.validation.containers import is_chunked, refuse_other_container
from lecture_lib.validation.numbers import array, vector

__all__ = ["aligned", "are_blocks", "binary", "counts", "data", "labels", "sample_weight", "spanning"]


def are_blocks(X: Any) -> TypeGuard[Iterable]:
    """Tell blocks of rows from an array: a list of numbers or of rows is one array."""
    if is_chunked(X):
        return True
    if hasattr(X, "__array__") or isinstance(X, (str, bytes)) or not isinstance(X, Iterable):
        return False
    refuse_other_container(X, "X")
    if not isinstance(X, (list, tuple)) or not X:
        return not isinstance(X, (list, tuple, range))
    first = X[0]
    return not isinstance(first, (Number, list, tuple, str, bytes, type(None))) and getattr(first, "ndim", 2) == 2


def data(values: Any, name: str = "X", *, missing: bool = False) -> np.ndarray:
    """Return data as an array of shape (n, d), with n >= 1 and d >= 1: one row per datum, one column per dimension.

    Blocks of rows are refused, and NaN unless it stands for a value that may be missing.
    """
    if not isinstance(values, np.ndarray) and (are_blocks(values) or hasattr(values, "summarise")):
        got = f"a {type(values).__name__} that would be loaded whole" if is_chunked(values) else "blocks of rows"
        raise ValueError(
            f"{name} must be one array in memory, got {got}; fit lecture_lib.blocks.sample_rows(X, "
            "10_000, rng), and go on with all from there: converge(em(KMeans(X), run.theta)); GaussianMixture and "
            "BernoulliMixture take blocks as well, as do, after a fit, kmeans.labels(X, theta) and "
            "mixture.responsibilities(X, theta), log_evidence, aic and bic"
        )
    X = array(values, name, missing=missing)
    if X.ndim == 1:
        is_series = hasattr(values, "to_frame")
        raise ValueError(
            f"{name} must have shape (n, d), got the 1-D shape {X.shape}; "
            f"n data of one dimension are {name}.{'to_frame()' if is_series else 'reshape(-1, 1)'}, "
            f"one datum is {name}.{'to_frame().T' if is_series else 'reshape(1, -1)'}"
        )
    if X.ndim != 2:
        raise ValueError(f"{name} must have shape (n, d), got shape {X.shape}; give one row per datum")
    if X.size == 0:
        raise ValueError(
            f"{name} must have at least one row and one column, got shape {X.shape}; check how it was loaded"
        )
    return X


def labels(values: Any, name: str) -> np.ndarray:
    """Return labels as an array of whole numbers from 0, shape (n,), with n >= 1: one per datum."""
    numbers = array(values, name)
    if numbers.ndim != 1 or not numbers.size:
        raise ValueError(f"{name} must have shape (n,), got shape {numbers.shape}; give one label per datum")
    if numbers.min() < 0 or not np.array_equal(numbers, np.floor(numbers)):
        raise ValueError(f"{name} must hold whole numbers from 0, got {numbers.min():g}; number the clusters")
    return numbers.astype(int)


def counts(values: Any, name: str, length: int | None = None) -> np.ndarray:
    """Return whole numbers, at least 0, of any real dtype as an array of shape (n,), or (length,)."""
    c = vector(values, name, length)
    for wrong, what in ((c < 0, "must not be negative"), (c != np.floor(c), "must be whole numbers")):
        if wrong.any():
            i = np.argmax(wrong)
            raise ValueError(f"{name} {what}, got {name}[{i}] = {c[i]:g}; they say how often something was seen")
    return c


def aligned(sample_weight: Any, X: Any) -> Any:
    """Return weights unless they and the data are of pandas, and differ in their index."""
    if hasattr(sample_weight, "iloc") and hasattr(X, "iloc") and not sample_weight.index.equals(X.index):
        raise ValueError(
            "sample_weight must have the index of X, got another one; pass sample_weight.loc[X.index], or, if it "
            "is in the order of X, sample_weight.to_numpy()"
        )
    return sample_weight


def sample_weight(values: Any, n: int) -> np.ndarray:
    """Return how often each datum counts, shape (n,): at least 0, where it is absent, and not 0 for all."""
    w = vector(values, "sample_weight", n)
    if w.min() < 0 or not w.any():
        raise ValueError(
            f"sample_weight must be at least 0, and above 0 for some datum, got {w.min():g} for "
            f"{f'datum {w.argmin()}' if w.any() else 'all'}; it says how often each datum counts"
        )
    return w


def binary(values: Any, name: str = "X") -> np.ndarray:
    """Return zeros and ones, or truth values, as an array of shape (n, d)."""
    X = np.ascontiguousarray(data(values, name))  # one order of summation for every memory layout
    wrong = (X != 0) & (X != 1)
    if wrong.any():
        i, c = np.argwhere(wrong)[0]
        raise ValueError(
            f"{name} must hold zeros and ones, got {name}[{i}, {c}] = {X[i, c]:g}; threshold it, for example "
            f"{name} > {name}.mean()"
        )
    return X


def spanning(values: Any, least: int, remedy: str, *, one_unit: bool = False) -> np.ndarray:
    """Return data, shape (n, d), that vary in at least ``least`` directions, as far as rounding lets us see.

    Parameters
    ----------
    values : array_like, shape (n, d)
        Data.
    least : int
        In how many directions they must vary, from 1 to d.
    remedy : str
        How the message ends.
    one_unit : bool
        Whether all columns have the same unit. A direction then counts if its variance is above rounding beside
        the largest one; else each column is measured in a unit of its own.
    """
    X = np.ascontiguousarray(data(values))  # one order of summation for every memory layout
    D = X - X[0]  # exactly 0 in constant columns
    D = D - D.mean(axis=0)
    size = np.abs(D).max(axis=0)
    if one_unit:
        size = np.full_like(size, size.max())
    varies = size > 0
    found = 0
    if varies.any():
        sizes = np.linalg.svd(D[:, varies] / size[varies], compute_uv=False)
        # Largest singular value that rounding alone, of the data and of the decomposition, can produce.
        stored = np.max(np.abs(X).max(axis=0)[varies] / size[varies]) * np.sqrt(len(X))
        least_size = np.finfo(float).eps * (max(X.shape) * sizes[0] + stored)
        if one_unit:
            least_size = max(least_size, np.sqrt(np.finfo(float).eps) * sizes[0])
        found = int(np.sum(sizes > least_size))
    if found < least:
        raise ValueError(f"X must vary in at least {least} directions, got {found}; {remedy}")
    return X
