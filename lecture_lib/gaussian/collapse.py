"""When a component has collapsed: its covariance is singular to within rounding, and nothing is added to it."""

import numpy as np

from lecture_lib.em import CollapsedComponentError

__all__ = ["refuse_collapse"]

FLAT = 1e-10
"""A covariance is singular when, in units of its own widths, it is thinner than this in some direction.

Float64 gives the entries to about 1e-16, so the volume of such a component is down to its last digits.
"""

RESOLUTION = 4 * np.finfo(float).eps
"""A component no wider than this share of its mean's size is as narrow as float64 can tell two numbers apart."""


def refuse_collapse(R, means, covariances, *, tied=False):
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
    points = (variances <= np.maximum((RESOLUTION * means) ** 2, np.finfo(float).tiny)).any(axis=1)
    widths = np.sqrt(np.where(points[:, None], 1.0, variances))
    correlations = covariances / (widths[:, :, None] * widths[:, None, :])
    for j in np.flatnonzero(points | _flat(correlations)):
        raise (
            CollapsedComponentError(None, float(R.sum())) if tied else CollapsedComponentError(int(j), float(R[j]))
        )


def _flat(correlations):
    """Tell which correlation matrices are singular to within rounding, shape (k,)."""
    try:
        factors = np.linalg.cholesky(correlations)
    except np.linalg.LinAlgError:
        return np.array([len(correlations) == 1 or _flat(one[None])[0] for one in correlations])
    return factors.diagonal(axis1=1, axis2=2).min(axis=1) ** 2 <= FLAT
