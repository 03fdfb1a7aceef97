"""Plain values: what an answer may return, how two of them are compared, and how JSON holds them.

A plain value is an array of floats, a text, or a tuple of plain values. It can be judged anywhere: in the
notebook at once, or when grading, in another process than the one in which the student's code ran.
"""

import numpy as np

__all__ = ["close", "from_json", "in_float32", "parts_of", "plain", "same", "stacked", "to_json"]

MOST_NUMBERS = 100_000
LONGEST_TEXT = 20_000
MOST_PARTS = 10


def plain(value):
    """Return an answer as a plain value.

    Raises
    ------
    TypeError
        When it is none, or too large.
    """
    if isinstance(value, str):
        return str(value)[:LONGEST_TEXT]
    if isinstance(value, tuple) and len(value) <= MOST_PARTS:
        return tuple(map(plain, value))
    try:  # a long tuple is an array too
        array = np.asarray(value.toarray() if hasattr(value, "toarray") else value)  # sparse matrices too
    except ValueError:  # rows of different lengths
        return plain(tuple(value)) if isinstance(value, list) and len(value) <= MOST_PARTS else _refuse(value)
    if array.dtype.kind not in "biuf" or array.size > MOST_NUMBERS:
        _refuse(value)
    return np.array(array, dtype=float)


def _refuse(value):
    raise TypeError(type(value).__name__)


ROUNDING = 1e-12
"""What an entry may be off where all of an array is 0."""


def same(given, wanted, tolerance=1e-6):
    """Return whether two plain values agree, within a tolerance relative to the largest entry that is wanted."""
    if isinstance(wanted, tuple):
        given = parts_of(given, wanted)
        if not isinstance(given, tuple) or len(given) != len(wanted):
            return False
        return all(same(a, b, tolerance) for a, b in zip(given, wanted, strict=True))
    given = stacked(given)
    if not isinstance(given, np.ndarray) or not isinstance(wanted, np.ndarray):
        return isinstance(given, str) and isinstance(wanted, str) and given == wanted
    if given.shape != wanted.shape and not given.size == wanted.size == 1:
        return False
    return bool(close(given.reshape(wanted.shape), wanted, tolerance).all())


FLOAT32 = 1e-5
"""How far off arithmetic in float32 may be, relative to the largest entry: some hundred times its rounding."""


def in_float32(given, wanted):
    """Return whether an answer was computed in float32, and is right but for what that leaves out."""
    parts = given if isinstance(given, tuple) else (given,)
    with np.errstate(over="ignore"):
        return same(given, wanted, FLOAT32) and all(np.array_equal(p, np.float32(p), equal_nan=True) for p in parts)


def close(given, wanted, tolerance):
    """Return where two arrays of one shape agree: a floor of 1e-6 under variances of 1e-4 is seen."""
    finite = np.abs(wanted[np.isfinite(wanted)])
    allowed = max(tolerance * finite.max(initial=0), ROUNDING)
    return np.isclose(given, wanted, rtol=tolerance, atol=allowed, equal_nan=True)


def parts_of(given, wanted):
    """Return an array as the tuple of its rows, where so many things are wanted: a list was returned."""
    return tuple(given) if isinstance(given, np.ndarray) and given.shape[:1] == (len(wanted),) else given


def stacked(given):
    """Return a tuple of numbers, or of equal rows, as the array that was meant."""
    if not isinstance(given, tuple):
        return given
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError):
        return given


KINDS = {kind: kind for kind in ("float64", "int64", "uint8")}
"""Of the arrays that are passed to an answer; it returns floats."""


def to_json(value):
    """Return a plain value, None, or an argument of an answer, as JSON can hold it."""
    if isinstance(value, tuple):
        return {"parts": [to_json(part) for part in value]}
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "numbers": value.ravel().tolist(), "kind": value.dtype.name}
    return value


def from_json(value):
    """Return what :func:`to_json` wrote; raise whatever it raises on anything else."""
    if value is None or isinstance(value, (str, int)):
        return value
    if "parts" in value:
        return tuple(from_json(part) for part in value["parts"])
    numbers = np.array([float(number) for number in value["numbers"]])
    return numbers.reshape([int(m) for m in value["shape"]]).astype(KINDS[value["kind"]])
