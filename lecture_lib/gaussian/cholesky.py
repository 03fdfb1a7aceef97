"""Cholesky factors of covariances, and when a component has collapsed: nothing is ever added to a covariance."""

import numpy as np

from lecture_lib.em import CollapsedComponentError

__all__ = ["inverse_factors", "refuse_collapse"]

MIN_RELATIVE_PIVOT = 1e-10
"""A covariance is singular when, in units of its own widths, it is thinner than this in some direction.

Float64 gives the entries to about 1e-16, so the volume of such a component is down to its last digits.
"""

MIN_VARIANCE = np.finfo(float).tiny
"""The least variance that float64 holds with all its digits."""

RESOLUTION = 4 * np.finfo(float).eps
"""A component no wider than this share of its mean's size is as narrow as float64 can tell two numbers apart."""


def refuse_collapse(R: np.ndarray, means: np.ndarray, covariances: np.ndarray, *, tied: bool = False) -> None:
    """Raise if a covariance is singular to within rounding.

    Parameters
    ----------
    R : ndarray, shape (k,)
        How many data each component has, for the message.
    means : ndarray, shape (k, d)
        In the units of the data.
    covariances : ndarray, shape (k, d, d)
        Symmetric, not necessarily positive definite.
    tied : bool
        Whether all components have the same covariance.

    Raises
    ------
    CollapsedComponentError
        Naming the first component whose covariance is singular, or none when they are tied.
    """
    variances = covariances.diagonal(axis1=1, axis2=2)
    wide = variances > np.maximum((RESOLUTION * means) ** 2, MIN_VARIANCE)
    # What the columns before leave open of each column's variance.
    pivots = _factors(covariances).diagonal(axis1=1, axis2=2) ** 2
    sound = (wide & (pivots > MIN_RELATIVE_PIVOT * variances)).all(axis=1)
    if sound.all():
        return
    if tied:
        raise CollapsedComponentError(None, float(R.sum()))
    j = int(np.argmin(sound))
    raise CollapsedComponentError(j, float(R[j]))


def inverse_factors(covariances: np.ndarray) -> np.ndarray:
    """Return L_j^-1, where Sigma_j = L_j L_j^T, shape (k, d, d); infinite where there is no factor."""
    factors = _factors(covariances)
    missing = np.isnan(factors[:, 0, 0])
    if missing.any():
        inverses = np.full_like(covariances, np.inf)
        inverses[~missing] = inverse_factors(covariances[~missing])
        return inverses
    # Rows of one length: in the units of the data, the inverse could lose digits.
    widths = np.sqrt(covariances.diagonal(axis1=1, axis2=2))
    return np.linalg.inv(factors / widths[:, :, None]) / widths[:, None, :]


def _factors(covariances):
    """Return the Cholesky factors L_j, NaN where there is none."""
    try:
        return np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        if len(covariances) == 1:
            return np.full_like(covariances, np.nan)
        return np.concatenate([_factors(one[None]) for one in covariances])
