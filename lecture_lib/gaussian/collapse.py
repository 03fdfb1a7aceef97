"""When a component has collapsed: its covariance is singular to within rounding, and nothing is added to it."""

import numpy as np

from lecture_lib.em import CollapsedComponentError

__all__ = ["refuse_collapse", "unless_singular"]

FLAT = 1e-10
"""A covariance is singular when, in units of its own widths, it is thinner than this in some direction.

Float64 gives the entries to about 1e-16, so the volume of such a component is down to its last digits.
"""

TINY = np.finfo(float).tiny
"""The least variance that float64 holds with all its digits."""

RESOLUTION = 4 * np.finfo(float).eps
"""A component no wider than this share of its mean's size is as narrow as float64 can tell two numbers apart."""


def refuse_collapse(R, means, covariances, *, tied=False):
    """Return the Cholesky factors of covariances; raise if one is singular to within rounding.

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

    Returns
    -------
    ndarray, shape (k, d, d)

    Raises
    ------
    CollapsedComponentError
        Naming the first component whose covariance is singular, or none when they are tied.
    """
    variances = covariances.diagonal(axis1=1, axis2=2)
    wide = variances > np.maximum((RESOLUTION * means) ** 2, TINY)
    factors = unless_singular(np.asarray, covariances)
    # Squared, a factor's diagonal is what the columns before leave open of each column's variance.
    sound = wide & (factors.diagonal(axis1=1, axis2=2) ** 2 > FLAT * variances)
    if sound.all():
        return factors
    if tied:
        raise CollapsedComponentError(None, float(R.sum()))
    j = int(np.argmin(sound.all(axis=1)))
    raise CollapsedComponentError(j, float(R[j]))


def unless_singular(compute, covariances):
    """Return what a function makes of the Cholesky factors of covariances, and 0 where one has no factor.

    Parameters
    ----------
    compute : callable
        Maps factors, shape (k, d, d), to an array with one row a component.
    covariances : ndarray, shape (k, d, d)
        Symmetric.

    Returns
    -------
    ndarray, shape (k, ...)
    """
    try:
        return compute(np.linalg.cholesky(covariances))
    except np.linalg.LinAlgError:
        if len(covariances) == 1:
            return np.zeros_like(compute(np.eye(covariances.shape[1])[None]))
        return np.concatenate([unless_singular(compute, one[None]) for one in covariances])
