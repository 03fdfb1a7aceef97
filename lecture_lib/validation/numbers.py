"""Checks of numbers, one or many: dtype, finiteness, size, shape."""

from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np

from lecture_lib.validation.containers import as_numbers

__all__ = ["LARGEST", "array", "choice", "count", "executor", "number", "positive", "rng", "vector"]

LARGEST = 1e150
"""Entries beyond this are refused: their squares would overflow to infinity."""

NANS_ALLOWED = "; Gaussian mixtures and PPCA take NaN for a missing value, with missing=True"


def array(values: Any, name: str, largest: float = LARGEST, *, missing: bool = False) -> np.ndarray:
    """Return real numbers of any shape as a float64 array; integers, lists and data frames are welcome.

    NaN, for a value that is missing, is refused unless it is allowed.

    Raises
    ------
    ValueError
        For ragged lists, dtypes that are not real numbers, masked entries, NaN, inf, or entries larger in size than
        ``largest``.
    """
    numbers = np.asarray(as_numbers(values, name, missing), dtype=np.float64)
    if numbers.size and not max(abs(numbers.min()), abs(numbers.max())) <= largest:
        bad = np.isinf(numbers) if missing else ~np.isfinite(numbers)
        if bad.any() or not missing or np.nanmax(np.abs(numbers), initial=0) > largest:
            raise ValueError(_not_usable(numbers, name, largest, bad, values))
    return numbers


def _not_usable(numbers, name, allowed, bad, values):
    """Word the message for an array that holds NaN, inf or numbers that are too large."""
    if bad.any():
        first = _entry(np.argwhere(bad)[0].tolist(), values)
        return (
            f"{name} must be finite, got NaN or inf in {bad.sum()} of {bad.size} entries, the first at {first}; "
            f"drop or replace them{NANS_ALLOWED if name.endswith('X') and not np.isinf(numbers).any() else ''}"
        )
    largest = np.nanmax(np.abs(numbers))
    return (
        f"{name} must not exceed {allowed:g} in size, got {largest:g}, whose square overflows; "
        "use a larger unit of measurement"
    )


def _entry(index, values):
    """Write an index the way a reader would type it: ``[3, 0]``, or ``.loc[3, 'x']`` of a frame."""
    if not hasattr(values, "iloc") or len(index) != 2:
        return str(index)
    return f".loc{[values.index.tolist()[index[0]], values.columns.tolist()[index[1]]]}"


def vector(values: Any, name: str, length: int | None = None) -> np.ndarray:
    """Return real numbers as an array of shape (length,), not empty; of any length if none is given."""
    v = array(values, name)
    if v.ndim != 1 or v.size == 0:
        raise ValueError(
            f"{name} must be one row of at least one number, got shape {v.shape}; "
            f"flatten it, np.ravel({name}), or check how it was loaded"
        )
    if length is not None and len(v) != length:
        raise ValueError(f"{name} must hold {length} numbers, got {len(v)}; give one for each")
    return v


def number(value: Any, name: str, least: float | None = None) -> float:
    """Return one real number as a finite float, at least ``least`` where that is given."""
    allowed = "one finite number" if least is None else f"one finite number, at least {least:g}"
    real = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if not real or not np.isfinite(value) or (least is not None and value < least):
        raise ValueError(f"{name} must be {allowed}, got {value!r}; pass such a number")
    return float(value)


def positive(value: Any, name: str) -> float:
    """Return one real number as a finite float above zero."""
    try:
        checked = number(value, name)
    except ValueError:
        checked = 0.0
    if checked <= 0:
        raise ValueError(f"{name} must be one finite number above 0, got {value!r}; pass such a number")
    return checked


def count(k: Any, n: int | None, name: str = "k", most: str = "n") -> int:
    """Return a whole number as an ``int`` from 1 to ``n``, if it is bounded; messages call the bound ``most``."""
    allowed = f"from 1 to {most} = {n}" if n is not None else "at least 1"
    if isinstance(k, (bool, np.bool_)) or not isinstance(k, Integral):
        raise ValueError(f"{name} must be an integer {allowed}, got {k!r}; pass a whole number")
    k = int(k)
    if k < 1 or (n is not None and k > n):
        remedy = "choose a smaller one or add data" if k >= 1 else "choose a larger one"
        raise ValueError(f"{name} must be {allowed}, got {k}; {remedy}")
    return k


def choice(value: Any, allowed: Iterable, name: str) -> Any:
    """Return ``value`` if it is one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise ValueError(f"{name} must be one of {words}, got {value!r}; choose one of them")
    return value


def rng(generator: Any) -> np.random.Generator:
    """Return ``generator`` if it is a NumPy random generator; a seed or ``None`` is refused."""
    if not isinstance(generator, np.random.Generator):
        raise ValueError(
            f"rng must be a numpy.random.Generator, got {generator!r}; pass np.random.default_rng(seed)"
        )
    return generator


def executor(executor: Any) -> Any:
    """Return ``executor`` if it is one of concurrent.futures, or of Dask, or None."""
    if executor is not None and (isinstance(executor, type) or not callable(getattr(executor, "submit", None))):
        raise ValueError(
            f"executor must have the method submit of a concurrent.futures.Executor, got {executor!r}; pass "
            "ThreadPoolExecutor() for example"
        )
    return executor
