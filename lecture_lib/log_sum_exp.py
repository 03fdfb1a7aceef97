"""Bayes' rule in logarithms: the log-sum-exp of the library.

p(j | x_i) = exp(a_ij) / sum_j' exp(a_ij'), where a_ij = log p(x_i, j). The largest a_ij is subtracted first, so
nothing overflows; and the rest is divided by its sum. exp(a_ij - log p(x_i)) is the same number on paper only:
far from all components log p(x_i) is large, and its rounding would stand in every responsibility.

Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.
"""

import math

import numpy as np

from lecture_lib import validation

__all__ = ["log_dirichlet", "log_joint", "normalise", "posterior", "sum_of_logs"]


def log_joint(weights: np.ndarray, log_likelihood: np.ndarray) -> np.ndarray:
    """Return log w_j + log p(x_i | j), shape (n, k), in nats; -inf for a component of weight 0.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Shares of the components.
    log_likelihood : ndarray, shape (n, k)
        ``[i, j]`` is log p(x_i | j).
    """
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        return np.log(weights) + log_likelihood


def log_dirichlet(weights: np.ndarray, concentration: float) -> float:
    """Return the log density of weights (k,) under a symmetric Dirichlet, in nats; -inf where one of them is 0."""
    k, pseudo = len(weights), concentration - 1
    constant = math.lgamma(k * concentration) - k * math.lgamma(concentration)
    if pseudo == 0:
        return constant
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        return constant + pseudo * float(np.log(weights).sum())


def posterior(log_joint: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the responsibilities, and the log evidence of each datum.

    Parameters
    ----------
    log_joint : ndarray, shape (..., k)
        ``[i, j]`` is log p(x_i, j), in nats; -inf where that is impossible.

    Returns
    -------
    r : ndarray, shape (..., k)
        p(j | x_i). Rows sum to 1 within a few units of the last digit, however far the data lie.
    log_evidence : ndarray, shape (...)
        log p(x_i) = log sum_j p(x_i, j), in nats.

    Raises
    ------
    ValueError
        When no component leaves some datum possible.
    """
    validation.possible(log_joint.max(axis=-1))
    r = np.array(log_joint)
    top, total = normalise(r)
    return r, (top + np.log(total))[..., 0]


def normalise(log_joint: np.ndarray, axis: int = -1) -> tuple[np.ndarray, np.ndarray]:
    """Turn log joints into responsibilities in place; return the evidence in two parts, total exp(top).

    Parameters
    ----------
    log_joint : ndarray
        As :func:`posterior` takes it, each datum with a finite entry.
    axis : int
        Along which the components lie.

    Returns
    -------
    top, total : ndarray
        The largest log joint of each datum, and the sum of all joints in units of the largest: from 1 to k. Both
        have length 1 along ``axis``.
    """
    top = log_joint.max(axis=axis, keepdims=True)
    log_joint -= top
    np.exp(log_joint, out=log_joint)
    total = log_joint.sum(axis=axis, keepdims=True)
    log_joint /= total
    return top, total


def sum_of_logs(totals: np.ndarray) -> float:
    """Return the sum of the logarithms of numbers from 1 to k, shape (n,).

    Of many, 32 are multiplied first: a product costs a tenth of a logarithm, and in two dimensions the logarithms
    were an eighth of a step. k^32 stays within float64 up to k = 4e9.
    """
    if len(totals) < 1024:
        return np.log(totals).sum()
    whole = len(totals) - len(totals) % 32
    return np.log(totals[:whole].reshape(32, -1).prod(axis=0)).sum() + np.log(totals[whole:]).sum()
