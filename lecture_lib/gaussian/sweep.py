"""The sweep operator: what is observed taken out of a Gaussian, for many patterns of missing entries at once.

Source: R. Little and D. Rubin, *Statistical Analysis with Missing Data*, 2002, section 7.4.3.
"""

import functools
from typing import NamedTuple

import numpy as np

from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["Pairs", "completed", "natural_parameters", "pairs_of", "swept_by_pattern"]


class Pairs(NamedTuple):
    """Which two entries of (1, x), number ``first`` and number ``second``, each feature multiplies.

    ``feature`` (d+1, d+1) is the way back: the number of the feature, or how many there are where there is none.
    """

    first: np.ndarray
    second: np.ndarray
    feature: np.ndarray


@functools.cache
def pairs_of(d: int, squares_alone: bool) -> Pairs:
    """Return the pairs of 1 and all entries, and of all entries, or each with itself."""
    a, b = np.triu_indices(d + 1)
    kept = (a == 0) | (a == b) | (not squares_alone)
    a, b = a[kept], b[kept]
    feature = np.full((d + 1, d + 1), len(a))
    feature[a, b] = feature[b, a] = np.arange(len(a))
    return Pairs(a, b, feature)


def swept_by_pattern(covariances: np.ndarray, means: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each pattern needs of each component: swept matrices, and -1/2 log det(2 pi Sigma_oo).

    There is a symmetric matrix of (1, x) for each: the covariance, bordered by the mean about an origin. To sweep
    an observed entry takes from the others what it explains of them. When all are swept, C stands between missing
    entries, B between missing and observed ones, and between 1 and a missing one the constant of its regression;
    the rest are the natural parameters of x_o.

    Parameters
    ----------
    covariances, means : ndarray, shape (k, d, d), (k, d)
        Of the components; means about the origins.
    seen : ndarray of bool, shape (p, d)
        What each pattern observes.

    Returns
    -------
    matrices : ndarray, shape (d+1, d+1, p * k)
        The long axis is the last.
    log_normalisers : ndarray, shape (p * k,)
    """
    (k, d), p = means.shape, len(seen)
    bordered = np.zeros((d + 1, d + 1, k))
    bordered[1:, 1:] = covariances.transpose(1, 2, 0)
    bordered[0, 1:] = bordered[1:, 0] = means.T
    S = np.tile(bordered, p)
    there = np.repeat(seen.T, k, axis=1).astype(float)
    update, precisions = np.empty_like(S), np.empty((d, p * k))
    for a in range(1, d + 1):
        precision = np.divide(there[a - 1], S[a, a], out=precisions[a - 1])  # 0 leaves all as it is
        row = S[a] * precision
        S -= np.multiply(S[:, a, None], row, out=update)
        row[a] = -precision
        S[a] *= 1 - there[a - 1]
        S[a] += row
        S[:, a] = S[a]
    logs = np.log(precisions, out=np.zeros_like(precisions), where=there > 0)
    return S, 0.5 * (logs.sum(axis=0) - LOG_2_PI * there.sum(axis=0))


def natural_parameters(swept: np.ndarray, log_normalisers: np.ndarray, pairs: Pairs) -> np.ndarray:
    """Return eta of each pattern and component, shape (p * k, n_features); where a feature is 0, any number."""
    eta = swept[pairs.first, pairs.second]
    eta[pairs.first == pairs.second] *= 0.5
    eta[0] += log_normalisers
    return np.ascontiguousarray(eta.T)


def completed(products: np.ndarray, swept: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Return the expected products of (1, x - origin) of all entries, shape (k, d+1, d+1), given the observed.

    The expectation of (1, x - origin) is T times what was observed of it: T has B, and 1 for what is there. Where T
    would meet what is missing, there is room for C.
    """
    p, k, size = products.shape[:3]
    missing = np.zeros((size, p * k))
    missing[1:] = np.repeat(~seen.T, k, axis=1)
    T = swept * missing[:, None]
    np.einsum("aam->am", T)[...] += 1 - missing
    T = np.ascontiguousarray(T.reshape(size, size, p, k).transpose(3, 0, 2, 1))  # the last product runs over p too
    carried = np.empty_like(T)
    np.matmul(T.transpose(2, 0, 1, 3), products, out=carried.transpose(2, 0, 1, 3))
    np.einsum("kapa->kpa", carried)[...] += (products[:, :, 0, :1] * missing.T.reshape(p, k, size)).swapaxes(0, 1)
    return carried.reshape(k, size, -1) @ T.reshape(k, size, -1).mT
