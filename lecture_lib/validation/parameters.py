"""Checks of parameters and responsibilities: what is estimated, or given as a start."""

from typing import Any

import numpy as np

from lecture_lib.validation.numbers import LARGEST, array
from lecture_lib.validation.samples import data

__all__ = [
    "SYMMETRY_TOLERANCE",
    "component",
    "covariance",
    "covariances",
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

SYMMETRY_TOLERANCE = 1e-9
"""How far two mirrored entries of a correlation matrix may differ; rounding stays far below."""


def means(values: Any, d: int, k: Any = None) -> np.ndarray:
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
    shape_of_means(m, d)
    if k is not None and len(m) != k:
        raise ValueError(f"means must have one row a cluster, k = {k}, got shape {m.shape}; match it to r")
    return m


def shape_of_means(m: np.ndarray, d: int) -> None:
    """Raise unless an array has the shape of means for data of d columns.

    Parameters
    ----------
    m : ndarray
        Whose entries need no check.
    d : int
        Number of columns of the data.

    Raises
    ------
    ValueError
        When the shape is not (k, d).
    """
    if m.ndim != 2 or m.shape[1] != d or not len(m):
        raise ValueError(
            f"means must have shape (k, d) with d = {d}, the columns of X, got shape {m.shape}; "
            "give one row a cluster"
        )


def responsibilities(values: Any, n: int) -> np.ndarray:
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


def one_hot(values: Any, n: int) -> np.ndarray:
    """Return one-hot responsibilities as a float64 array of shape (n, k): a single 1 in each row, else zeros.

    Parameters
    ----------
    values : array_like, shape (n, k)
        ``r[i, j]`` is 1 where datum i belongs to cluster j, else 0.
    n : int
        Number of data.

    Returns
    -------
    ndarray, shape (n, k)

    Raises
    ------
    ValueError
        As :func:`responsibilities`, and when a row holds anything but zeros and a single 1.
    """
    r = responsibilities(values, n)
    soft = (r != 0) & (r != 1)
    if soft.any():
        i, j = np.argwhere(soft)[0]
        raise ValueError(f"each row of r must be one-hot, got r[{i}, {j}] = {r[i, j]:g}; assign each datum whole")
    return r


def weights(values: Any) -> np.ndarray:
    """Return mixture weights as a float64 array of shape (k,).

    Parameters
    ----------
    values : array_like, shape (k,)
        At least 0, with sum 1. A component of weight 0 has no data.

    Returns
    -------
    ndarray, shape (k,)
        Divided by their sum where that is not 1 up to its rounding: n data would count the difference n times.

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
    total = w.sum()
    if abs(total - 1) > ROW_SUM_TOLERANCE:
        raise ValueError(f"weights must sum to 1, got {total:.6g}; divide them by their sum")
    return w / total if abs(total - 1) > w.size * np.finfo(float).eps else w


def probabilities(values: Any, name: str) -> np.ndarray:
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


def covariances(values: Any, k: Any, d: int, name: str = "covariances") -> np.ndarray:
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
    S = array(values, name, LARGEST**2)  # squares of what data may be
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


def covariance(values: Any, d: int, name: str = "covariance") -> np.ndarray:
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
        symmetric = np.abs(correlations - correlations.T).max() <= SYMMETRY_TOLERANCE
        if symmetric and not _not_positive_definite(correlations[None]):
            return S
    raise ValueError(
        f"{name} must be symmetric positive definite, got {S.tolist()}; check it for columns that depend on "
        "each other"
    )


def component(mean: Any, covariance: Any, d: int) -> tuple[np.ndarray, np.ndarray]:
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


def possible(log_evidence: np.ndarray) -> np.ndarray:
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


def instance(value: Any, kind: type, name: str = "theta") -> Any:
    """Return ``value`` if it is of the class ``kind``.

    Parameters
    ----------
    value : Any
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
        raise ValueError(f"{name} must be a {kind.__name__}, got {value!r}; make one first")
    return value
