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
    "choice",
    "component",
    "count",
    "covariances",
    "data",
    "means",
    "number",
    "one_hot",
    "positive",
    "responsibilities",
    "rng",
    "weights",
]

LARGEST = 1e150
"""Entries beyond this are refused: their squares would overflow to infinity."""

ROW_SUM_TOLERANCE = 1e-9
"""How far from 1 the responsibilities of one datum may sum; rounding stays far below."""

SYMMETRY_TOLERANCE = 1e-9
"""How far two mirrored entries of a correlation matrix may differ; rounding stays far below."""


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
        As :func:`data`, and when the number of columns is not ``d`` or the number of rows not ``k``.
    """
    m = data(values, "means")
    if m.shape[1] != d:
        raise ValueError(
            f"means must have as many columns as X, (k, d) with d = {d}, got shape {m.shape}; "
            "give one row a cluster"
        )
    if k is not None and len(m) != k:
        raise ValueError(f"means must have one row a cluster, k = {k}, got shape {m.shape}; match it to r")
    return m


def weights(values):
    """Return mixture weights as a float64 array of shape (k,).

    Parameters
    ----------
    values : array_like, shape (k,)
        At least 0, with sum 1. A component of weight 0 has no data.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    ValueError
        As :func:`array`, for another shape, a negative weight, or a sum that is not 1 within 1e-9.
    """
    w = array(values, "weights")
    if w.ndim != 1 or w.size == 0:
        raise ValueError(f"weights must have shape (k,), got shape {w.shape}; give one number a component")
    if w.min() < 0:
        j = np.argmin(w)
        raise ValueError(f"weights must not be negative, got weights[{j}] = {w[j]:g}; they are probabilities")
    if abs(w.sum() - 1) > ROW_SUM_TOLERANCE:
        raise ValueError(f"weights must sum to 1, got {w.sum():.6g}; divide them by their sum")
    return w


def covariances(values, k, d, name="covariances"):
    """Return covariance matrices as a float64 array of shape (k, d, d).

    Parameters
    ----------
    values : array_like, shape (k, d, d)
        Symmetric positive definite matrices.
    k, d : int
        Number of components, and of dimensions.
    name : str
        What the messages call it.

    Returns
    -------
    ndarray, shape (k, d, d)

    Raises
    ------
    ValueError
        As :func:`array`, for another shape, or when a matrix is not symmetric positive definite.
    """
    S = array(values, name)
    if S.shape != (k, d, d):
        raise ValueError(
            f"{name} must have shape (k, d, d) = ({k}, {d}, {d}) to fit the means, got shape {S.shape}; "
            "give one matrix a component"
        )
    variances = np.einsum("jaa->ja", S)
    if variances.min() <= 0:
        j, a = np.argwhere(variances <= 0)[0]
        raise ValueError(
            f"{name} must be positive definite, got the variance {name}[{j}, {a}, {a}] = "
            f"{variances[j, a]:g}; variances are above 0"
        )
    widths = np.sqrt(variances)
    skew = np.abs(S - S.transpose(0, 2, 1)) > SYMMETRY_TOLERANCE * widths[:, :, None] * widths[:, None, :]
    if skew.any():
        j, a, b = np.argwhere(skew)[0]
        raise ValueError(
            f"{name} must be symmetric, got {name}[{j}, {a}, {b}] = {S[j, a, b]:g} but "
            f"{name}[{j}, {b}, {a}] = {S[j, b, a]:g}; check how they were computed"
        )
    for j in _not_positive_definite(S):
        raise ValueError(
            f"{name} must be positive definite, got {name}[{j}] with the smallest eigenvalue "
            f"{np.linalg.eigvalsh(S[j])[0]:g}; a covariance has none at or below 0"
        )
    return S


def _not_positive_definite(S):
    """List the matrices without a Cholesky factor; ask for all at once first, which is nearly always enough."""
    try:
        np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        return [j for j in range(len(S)) if len(S) == 1 or _not_positive_definite(S[j : j + 1])]
    return []


def component(mean, covariance, d):
    """Return the mean, shape (d,), and the covariance, shape (d, d), of one Gaussian.

    Parameters
    ----------
    mean : array_like, shape (d,)
        Its centre.
    covariance : array_like, shape (d, d)
        A symmetric positive definite matrix.
    d : int
        Number of columns of the data.

    Returns
    -------
    mean : ndarray, shape (d,)
    covariance : ndarray, shape (d, d)

    Raises
    ------
    ValueError
        As :func:`array`, when a shape does not fit the data, or as :func:`covariances`.
    """
    mean = array(mean, "mean")
    covariance = array(covariance, "covariance")
    if mean.shape != (d,) or covariance.shape != (d, d):
        raise ValueError(
            f"mean and covariance must have the shapes (d,) and (d, d) with d = {d} to fit X, got "
            f"{mean.shape} and {covariance.shape}; pass one component"
        )
    return mean, covariances(covariance[None], 1, d)[0]


def choice(value, allowed, name):
    """Return ``value`` if it is one of the allowed words.

    Parameters
    ----------
    value : str
        What was chosen.
    allowed : sequence of str
        What there is to choose from.
    name : str
        What the message calls it.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For anything else.
    """
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise ValueError(f"{name} must be one of {words}, got {value!r}; choose one of them")
    return value


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


def one_hot(values, n):
    """Return hard responsibilities: each row has a single 1, its other entries are 0.

    Parameters
    ----------
    values : array_like, shape (n, k)
        One-hot rows.
    n : int
        Number of data.

    Returns
    -------
    ndarray, shape (n, k)

    Raises
    ------
    ValueError
        As :func:`responsibilities`, and when a row is not one-hot.
    """
    r = responsibilities(values, n)
    soft = ~((r == 0) | (r == 1)).all(axis=1)
    if soft.any():
        i = np.argmax(soft)
        raise ValueError(
            f"each row of r must be one-hot (a single 1), got {r[i]} in row {i}; k-means assigns each datum "
            "to one cluster"
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
