"""Every check of user input, and its message.

Each function takes what a user passed in, returns it in the one form that the rest of the library computes
with, and raises ``ValueError`` otherwise. A message names the argument, what came in, what is allowed, and,
where there is one, the remedy. Nothing that is passed in is changed.
"""

from numbers import Integral, Real

import numpy as np

__all__ = [
    "LARGEST",
    "array",
    "binary",
    "count",
    "counts",
    "covariance",
    "data",
    "freeze",
    "instance",
    "labels",
    "means",
    "number",
    "positive",
    "possible",
    "probabilities",
    "responsibilities",
    "rng",
    "spanning",
    "vector",
    "weights",
]

LARGEST = 1e150
"""Entries beyond this are refused: their squares would overflow to infinity."""

ROW_SUM_TOLERANCE = 1e-9
"""How far from 1 the responsibilities of one datum may sum; rounding stays far below."""


def array(values, name):
    """Return ``values`` as a float64 array of finite numbers.

    Parameters
    ----------
    values : array_like
        Real numbers of any shape; integers, booleans, float32, lists and data frames are welcome.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray of float64
        ``values`` itself where it already has this form, else a copy.

    Raises
    ------
    ValueError
        For ragged lists, dtypes that are not real numbers, masked entries, NaN, inf, or entries beyond
        ``LARGEST``.
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; fill or drop them first")
    try:
        raw = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, got rows of different lengths") from None
    if raw.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} must hold real numbers, got dtype {raw.dtype}; convert it, for example with "
            f"np.asarray({name}, dtype=float)"
        )
    numbers = np.asarray(raw, dtype=np.float64)
    if numbers.size and not max(abs(numbers.min()), abs(numbers.max())) <= LARGEST:
        raise ValueError(_not_usable(numbers, name))
    return numbers


def _not_usable(numbers, name):
    """Word the message for an array that holds NaN, inf or numbers that are too large."""
    bad = ~np.isfinite(numbers)
    if bad.any():
        first = _entry(np.argwhere(bad)[0])
        return (
            f"{name} must be finite, got NaN or inf in {bad.sum()} of {bad.size} entries, the first at {first}; "
            "drop or replace them"
        )
    largest = np.abs(numbers).max()
    return (
        f"{name} must not exceed {LARGEST:g} in size, got {largest:g}, whose square overflows; "
        "use a larger unit of measurement"
    )


def _entry(index):
    """Write an index the way a reader would type it: ``[3, 0]``."""
    return "[" + ", ".join(str(i) for i in index) + "]"


def data(values, name="X"):
    """Return data as a float64 array of shape (n, d), with n >= 1 and d >= 1.

    Parameters
    ----------
    values : array_like, shape (n, d)
        One row a datum, one column a dimension.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        As :func:`array`, and for anything but two dimensions, or empty data.
    """
    X = array(values, name)
    if X.ndim == 1:
        raise ValueError(
            f"{name} must have shape (n, d), got the 1-D shape {X.shape}; "
            f"n data of one dimension are {name}.reshape(-1, 1), one datum is {name}.reshape(1, -1)"
        )
    if X.ndim != 2:
        raise ValueError(f"{name} must have shape (n, d), got shape {X.shape}; give one row a datum")
    if X.size == 0:
        raise ValueError(
            f"{name} must have at least one row and one column, got shape {X.shape}; check how it was loaded"
        )
    return X


def count(k, n, name="k", most="n"):
    """Return ``k`` as an ``int`` from 1 to ``n``.

    Parameters
    ----------
    k : int
        A number of clusters, restarts, dimensions, ...
    n : int or None
        The largest value that is allowed; None for no bound.
    name, most : str
        What the message calls ``k`` and ``n``.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        When ``k`` is not an integer, below 1 or above ``n``.
    """
    allowed = f"from 1 to {most} = {n}" if n is not None else "at least 1"
    if isinstance(k, (bool, np.bool_)) or not isinstance(k, Integral):
        raise ValueError(f"{name} must be an integer {allowed}, got {k!r}; pass a whole number")
    if k < 1 or (n is not None and k > n):
        remedy = "choose a smaller one or add data" if k >= 1 else "choose a larger one"
        raise ValueError(f"{name} must be {allowed}, got {k}; {remedy}")
    return int(k)


def number(value, name, least=None):
    """Return ``value`` as a finite float, at least ``least`` where that is given.

    Parameters
    ----------
    value : float
        One real number.
    name : str
        What the message calls it.
    least : float, optional
        The smallest value that is allowed.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When it is not one finite real number, or too small.
    """
    allowed = "one finite number" if least is None else f"one finite number, at least {least:g}"
    real = isinstance(value, Real) and not isinstance(value, (bool, np.bool_))
    if not real or not np.isfinite(value) or (least is not None and value < least):
        raise ValueError(f"{name} must be {allowed}, got {value!r}; pass such a number")
    return float(value)


def positive(value, name):
    """Return ``value`` as a finite float above zero.

    Parameters
    ----------
    value : float
        One real number.
    name : str
        What the message calls it.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When it is not one finite number above zero.
    """
    try:
        checked = number(value, name)
    except ValueError:
        checked = 0.0
    if checked <= 0:
        raise ValueError(f"{name} must be one finite number above 0, got {value!r}; pass such a number")
    return checked


def labels(values, name):
    """Return labels as an array of whole numbers, shape (n,), with n >= 1.

    Parameters
    ----------
    values : array_like of int, shape (n,)
        One label a datum, from 0.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        As :func:`array`, and for another shape, no label at all, fractions or negative numbers.
    """
    numbers = array(values, name)
    if numbers.ndim != 1 or not numbers.size:
        raise ValueError(f"{name} must have shape (n,), got shape {numbers.shape}; give one label a datum")
    if numbers.min() < 0 or not np.array_equal(numbers, np.floor(numbers)):
        raise ValueError(f"{name} must hold whole numbers from 0, got {numbers.min():g}; number the clusters")
    return numbers.astype(int)


def means(values, d, k=None):
    """Return means as a float64 array of shape (k, d).

    Parameters
    ----------
    values : array_like, shape (k, d)
        One row a cluster.
    d : int
        Number of columns of the data.
    k : int, optional
        Number of clusters, where it is known.

    Returns
    -------
    ndarray, shape (k, d)

    Raises
    ------
    ValueError
        As :func:`array`, and when the number of columns is not ``d`` or the number of rows not ``k``.
    """
    m = array(values, "means")
    if m.ndim != 2 or m.shape[1] != d or not len(m):
        raise ValueError(
            f"means must have shape (k, d) with d = {d}, the columns of X, got shape {m.shape}; "
            "give one row a cluster"
        )
    if k is not None and len(m) != k:
        raise ValueError(f"means must have one row a cluster, k = {k}, got shape {m.shape}; match it to r")
    return m


def responsibilities(values, n):
    """Return responsibilities as a float64 array of shape (n, k) whose rows sum to 1.

    Parameters
    ----------
    values : array_like, shape (n, k)
        ``r[i, j]`` in [0, 1]: the share of datum i that cluster j takes.
    n : int
        Number of data.

    Returns
    -------
    ndarray, shape (n, k)

    Raises
    ------
    ValueError
        As :func:`data`, when the number of rows is not ``n``, an entry is negative, or a row does not sum
        to 1 within 1e-9.
    """
    r = data(values, "r")
    if len(r) != n:
        raise ValueError(f"r must have one row a datum, n = {n}, got shape {r.shape}; match it to X")
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


def rng(generator):
    """Return ``generator`` if it is a NumPy random generator.

    Parameters
    ----------
    generator : numpy.random.Generator
        Source of all randomness; make one with ``np.random.default_rng(seed)``.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    ValueError
        For anything else, a seed or ``None`` among them.
    """
    if not isinstance(generator, np.random.Generator):
        raise ValueError(
            f"rng must be a numpy.random.Generator, got {generator!r}; pass np.random.default_rng(seed)"
        )
    return generator


def vector(values, name, length=None):
    """Return a float64 array of shape (length,), not empty.

    Parameters
    ----------
    values : array_like, shape (length,)
        Real numbers.
    name : str
        What the messages call it.
    length : int, optional
        How many there must be, where that is known.

    Returns
    -------
    ndarray, shape (length,)

    Raises
    ------
    ValueError
        As :func:`array`, and for anything but one dimension, an empty array, or another length.
    """
    v = array(values, name)
    if v.ndim != 1 or v.size == 0:
        raise ValueError(
            f"{name} must be one row of at least one number, got shape {v.shape}; "
            "flatten it with .ravel(), or check how it was loaded"
        )
    if length is not None and len(v) != length:
        raise ValueError(f"{name} must hold {length} numbers, got {len(v)}; give one for each")
    return v


def weights(values):
    """Return mixture weights as a float64 array of shape (k,) that sums to 1.

    Parameters
    ----------
    values : array_like, shape (k,)
        Share of each component, at least 0.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        As :func:`vector`, when a weight is negative, or they do not sum to 1 within 1e-9.
    """
    w = vector(values, "weights")
    if w.min() < 0:
        raise ValueError(f"weights must not be negative, got {w.min():g}; they are shares")
    if abs(w.sum() - 1) > ROW_SUM_TOLERANCE:
        raise ValueError(f"weights must sum to 1, got {w.sum():.10g}; divide them by their sum")
    return w


def covariance(values, d, name="covariance"):
    """Return a symmetric positive definite matrix as a float64 array of shape (d, d).

    Parameters
    ----------
    values : array_like, shape (d, d)
        The matrix.
    d : int
        Number of dimensions.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray, shape (d, d)

    Raises
    ------
    ValueError
        As :func:`array`, for another shape, or when the matrix is not symmetric (within 1e-9 of its
        diagonal) or not positive definite.

    Notes
    -----
    The check looks at the correlations, so it does not depend on the units of the dimensions.
    """
    S = array(values, name)
    if S.shape != (d, d):
        raise ValueError(f"{name} must have shape (d, d) with d = {d}, got shape {S.shape}; match it to the data")
    diagonal = np.diag(S)
    if diagonal.min() > 0:
        widths = np.sqrt(diagonal)
        correlations = S / widths / widths[:, None]
        if np.abs(correlations - correlations.T).max() <= ROW_SUM_TOLERANCE and _has_cholesky(correlations):
            return S
    raise ValueError(
        f"{name} must be symmetric positive definite, got {S.tolist()}; check it for columns that depend on "
        "each other"
    )


def _has_cholesky(S):
    """Tell whether a symmetric matrix is positive definite, as far as rounding lets us see."""
    try:
        np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        return False
    return True


def probabilities(values, name):
    """Return a float64 array of numbers from 0 to 1, of any shape.

    Parameters
    ----------
    values : array_like
        Probabilities; exactly 0 and 1 are among them.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        As :func:`array`, and when an entry lies outside [0, 1].
    """
    p = array(values, name)
    outside = (p < 0) | (p > 1)
    if outside.any():
        raise ValueError(f"{name} must be from 0 to 1, got {p[outside][0]:g}; they are probabilities")
    return p


def counts(values, name, length=None):
    """Return counts as a float64 array of whole numbers, at least 0, of shape (n,).

    Parameters
    ----------
    values : array_like, shape (n,)
        Whole numbers, of integer or floating-point dtype.
    name : str
        What the messages call it.
    length : int, optional
        How many there must be, where that is known.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    ValueError
        As :func:`vector`, and when an entry is negative or not a whole number.
    """
    c = vector(values, name, length)
    for wrong, what in ((c < 0, "must not be negative"), (c != np.floor(c), "must be whole numbers")):
        if wrong.any():
            i = np.argmax(wrong)
            raise ValueError(f"{name} {what}, got {name}[{i}] = {c[i]:g}; they say how often something was seen")
    return c


def binary(values, name="X"):
    """Return binary data as a float64 array of zeros and ones, of shape (n, d).

    Parameters
    ----------
    values : array_like, shape (n, d)
        Zeros and ones, or truth values.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray of float64, shape (n, d)

    Raises
    ------
    ValueError
        As :func:`data`, and when an entry is neither 0 nor 1.
    """
    X = np.ascontiguousarray(data(values, name))  # one order of summation for every memory layout
    wrong = (X != 0) & (X != 1)
    if wrong.any():
        i, c = np.argwhere(wrong)[0]
        raise ValueError(
            f"{name} must hold zeros and ones, got {name}[{i}, {c}] = {X[i, c]:g}; threshold it, for example "
            f"{name} > {name}.mean()"
        )
    return X


def possible(log_evidence):
    """Return the log-probabilities of the data if all of them are possible.

    Parameters
    ----------
    log_evidence : ndarray, shape (n,)
        log p(x_i) under the parameters at hand; -inf where that probability is 0.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        When a datum has probability 0: no responsibilities exist for it.
    """
    impossible = np.isneginf(log_evidence)
    if impossible.any():
        raise ValueError(
            f"theta must leave every datum possible, got probability 0 for {impossible.sum()} of "
            f"{impossible.size}, the first at {np.argmax(impossible)}; start from parameters inside their range, "
            "not at its ends"
        )
    return log_evidence


def spanning(values, least, remedy, *, one_unit=False):
    """Return data that vary in at least ``least`` directions.

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

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        As :func:`data`, and when the data lie in a plane of fewer dimensions, as far as rounding lets us see.
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
        # What rounding the stored data and the decomposition may feign of a further direction.
        stored = np.max(np.abs(X).max(axis=0)[varies] / size[varies]) * np.sqrt(len(X))
        least_size = np.finfo(float).eps * (max(X.shape) * sizes[0] + stored)
        if one_unit:
            least_size = max(least_size, np.sqrt(np.finfo(float).eps) * sizes[0])
        found = int(np.sum(sizes > least_size))
    if found < least:
        raise ValueError(f"X must vary in at least {least} directions, got {found}; {remedy}")
    return X


def instance(value, kind, name="theta"):
    """Return ``value`` if it is of the class ``kind``.

    Parameters
    ----------
    value : object
        Parameters of a model.
    kind : type
        The class they must have.
    name : str
        What the message calls them.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be of the class {kind.__name__}, got {value!r}; make one first")
    return value


def freeze(parameters, **fields):
    """Set the fields of a frozen parameter class, arrays as read-only copies.

    Parameters
    ----------
    parameters : object
        An instance of a frozen dataclass, inside its ``__post_init__``.
    **fields
        Checked values by name: arrays, or floats.
    """
    for name, value in fields.items():
        if isinstance(value, np.ndarray):
            value = value.copy()
            value.flags.writeable = False
        object.__setattr__(parameters, name, value)
