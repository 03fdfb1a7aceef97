"""Cholesky factors of covariances, and when a component has collapsed: nothing is ever added to a covariance."""

from collections.abc import Sequence

import numpy as np

from lecture_lib.em import CollapsedComponentError

__all__ = ["inverse_factors", "inverses_of", "refuse_collapse", "singular"]

MIN_RELATIVE_PIVOT = 1e-10
"""A covariance is singular when, in units of its own widths, it is thinner than this in some direction.

Float64 gives the entries to about 1e-16, so the volume of such a component is down to its last digits.
"""

MIN_VARIANCE = np.finfo(float).tiny
"""The least variance that float64 holds with all its digits."""

RESOLUTION = 4 * np.finfo(float).eps
"""A component no wider than this share of its mean's size is as narrow as float64 can tell two numbers apart."""

LEAST_PART = 0.01
"""A column takes part in a direction, of length 1, by more than this; rounding stays far below."""


def refuse_collapse(
    R: np.ndarray,
    means: np.ndarray,
    covariances: np.ndarray,
    *,
    tied: bool = False,
    remedy: str | None = None,
    names: Sequence[str] | None = None,
) -> None:
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
    remedy : str, optional
        Of the message, where the usual remedies have been tried.
    names : sequence of str, optional
        Of the columns, for the message.

    Raises
    ------
    CollapsedComponentError
        Naming the first component whose covariance is singular, or none when they are tied.
    """
    variances = covariances.diagonal(axis1=1, axis2=2)
    wide = variances > np.maximum((RESOLUTION * means) ** 2, MIN_VARIANCE)
    sound = wide.all(axis=1) & ~singular(covariances)
    if sound.all():
        return
    j = int(np.argmin(sound))
    component, size = (None, R.sum()) if tied else (j, R[j])
    thin, d = _thin_columns(covariances[j], wide[j]), len(wide[j])
    # Few data collapse wherever they lie: no column is to blame.
    columns = tuple(c if names is None else names[c] for c in thin if len(thin) < d < size)
    raise CollapsedComponentError(component, float(size), remedy=remedy, columns=columns)


def _thin_columns(covariance, wide):
    """Return the columns without width, else those that depend on each other: that the thinnest direction is of."""
    if not wide.all():
        return np.flatnonzero(~wide).tolist()
    widths = np.sqrt(np.diag(covariance))
    thinnest = np.linalg.eigh(covariance / widths / widths[:, None])[1][:, 0]
    return np.flatnonzero(np.abs(thinnest) > LEAST_PART).tolist()


def singular(covariances: np.ndarray) -> np.ndarray:
    """Return which covariances (k, d, d) are singular to within rounding, in units of their own widths."""
    # What the columns before leave open of each column's variance.
    pivots = _factors(covariances).diagonal(axis1=1, axis2=2) ** 2
    return ~(pivots > MIN_RELATIVE_PIVOT * covariances.diagonal(axis1=1, axis2=2)).all(axis=1)


def inverse_factors(covariances: np.ndarray) -> np.ndarray:
    """Return L_j^-1, where Sigma_j = L_j L_j^T, shape (k, d, d); infinite where there is no factor."""
    factors = _factors(covariances)
    missing = np.isnan(factors[:, 0, 0])
    if missing.any():
        inverses = np.full_like(covariances, np.inf)
        inverses[~missing] = inverse_factors(covariances[~missing])
        return inverses
    return inverses_of(factors, covariances)


def inverses_of(factors: np.ndarray, covariances: np.ndarray) -> np.ndarray:
    """Return the inverses of Cholesky factors (..., d, d) of covariances (..., d, d)."""
    # Rows of one length: in the units of the data, the inverse could lose digits.
    widths = np.sqrt(covariances.diagonal(axis1=-2, axis2=-1))
    return np.linalg.inv(factors / widths[..., :, None]) / widths[..., None, :]


def _factors(covariances):
    """Return the Cholesky factors L_j, NaN where there is none."""
    try:
        return np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        if len(covariances) == 1:
            return np.full_like(covariances, np.nan)
        return np.concatenate([_factors(one[None]) for one in covariances])
