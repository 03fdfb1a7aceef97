"""When a component has collapsed: its covariance is singular to within rounding, and nothing is added to it."""

import numpy as np

from lecture_lib.em import CollapsedComponentError

__all__ = ["refuse_collapse", "whiteners_of"]

FLAT = 1e-10
"""A covariance is singular when, in units of its own widths, it is thinner than this in some direction.

Float64 gives the entries to about 1e-16, so the volume of such a component is down to its last digits.
"""

TINY = np.finfo(float).tiny
"""The least variance that float64 holds with all its digits."""

RESOLUTION = 4 * np.finfo(float).eps
"""A component no wider than this share of its mean's size is as narrow as float64 can tell two numbers apart."""


def refuse_collapse(R, means, covariances, *, tied=False, whiteners=None):
    """Return the whiteners of covariances; raise if one is singular to within rounding.

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
    whiteners : ndarray, shape (k, d, d), optional
        As :func:`whiteners_of` returns them, if they are known.

    Returns
    -------
    ndarray, shape (k, d, d)

    Raises
    ------
    CollapsedComponentError
        Naming the first component whose covariance is singular, or none when they are tied.
    """
    if whiteners is None:
        whiteners = whiteners_of(covariances)
    variances = covariances.diagonal(axis1=1, axis2=2)
    wide = variances > np.maximum((RESOLUTION * means) ** 2, TINY)
    # What the columns before leave open of each column's variance.
    pivots = (1 / whiteners.diagonal(axis1=1, axis2=2)) ** 2
    sound = wide & (pivots > FLAT * variances)
    if sound.all():
        return whiteners
    if tied:
        raise CollapsedComponentError(None, float(R.sum()))
    j = int(np.argmin(sound.all(axis=1)))
    raise CollapsedComponentError(j, float(R[j]))


def whiteners_of(covariances):
    """Return the inverses of Cholesky factors, L^-1 where Sigma = L L^T; infinite where there is no factor.

    Parameters
    ----------
    covariances : ndarray, shape (k, d, d)
        Symmetric.

    Returns
    -------
    ndarray, shape (k, d, d)
    """
    try:
        factors = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        if len(covariances) == 1:
            return np.full_like(covariances, np.inf)
        return np.concatenate([whiteners_of(one[None]) for one in covariances])
    # Rows of one length: in the units of the data, the inverse could lose digits.
    widths = np.sqrt(covariances.diagonal(axis1=1, axis2=2))
    return np.linalg.inv(factors / widths[:, :, None]) / widths[:, None, :]
