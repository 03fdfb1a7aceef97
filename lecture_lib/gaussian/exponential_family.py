"""The Gaussian as an exponential family: its log density is a product of features and natural parameters.

log pi_j N(x; mu_j, Sigma_j) = eta_j . phi(x), where phi(x) = (1, x, products x_a x_b that the kind of covariance
needs).

Sources: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form" ("easy to optimize (exponential
families!)"); C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 2.4.
"""

import numpy as np

from lecture_lib.gaussian.kinds import Full
from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["log_normalisers", "n_features", "natural_parameters", "write_features"]


def n_features(d: int, kind: Full) -> int:
    """Return p, the number of features of data in d dimensions."""
    return 1 + d + kind.n_products(d)


def write_features(phi: np.ndarray, d: int, kind: Full) -> None:
    """Write the features of n data into ``phi`` (p, n), whose rows 1 to d hold the data."""
    phi[0] = 1
    kind.write_products(phi[1 : d + 1], phi[d + 1 :])


def natural_parameters(
    means: np.ndarray, inverse_factors: np.ndarray, log_normalisers: np.ndarray, kind: Full
) -> np.ndarray:
    """Return eta, shape (k, p), in the order of the features.

    Parameters
    ----------
    means : ndarray, shape (k, d)
        mu_j.
    inverse_factors : ndarray, shape (k, d, d)
        L_j^-1, where Sigma_j = L_j L_j^T is of the kind.
    log_normalisers : ndarray, shape (k,)
        As :func:`log_normalisers` returns them.
    kind : Full, Tied, Diagonal or Spherical
        Which products are among the features.
    """
    white = (inverse_factors @ means[:, :, None])[:, :, 0]
    constant = log_normalisers - 0.5 * np.vecdot(white, white)
    linear = (white[:, None, :] @ inverse_factors)[:, 0, :]
    return np.concatenate([constant[:, None], linear, kind.quadratic(inverse_factors)], axis=1)


def log_normalisers(weights: np.ndarray, inverse_factors: np.ndarray) -> np.ndarray:
    """Return log pi_j - 1/2 log det(2 pi Sigma_j), shape (k,); -inf for a component of weight 0."""
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        log_weights = np.log(weights)
    half_log_precision = np.log(inverse_factors.diagonal(axis1=1, axis2=2)).sum(axis=1)
    return log_weights + half_log_precision - 0.5 * inverse_factors.shape[1] * LOG_2_PI
