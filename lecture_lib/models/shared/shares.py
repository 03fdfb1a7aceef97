"""The M-step that all mixtures have in common: shares of the components, and averages over their data.

Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.2.
"""

import warnings

import numpy as np

from lecture_lib.em import EmptyClusterWarning
from lecture_lib.models.shared.priors import BetaPrior, GammaPrior, weights_of

__all__ = ["divide_or_keep", "shares"]


def shares(R: np.ndarray, weights: np.ndarray, prior: BetaPrior | GammaPrior | None = None) -> np.ndarray:
    """Return the share R_j / n of each component, shape (k,); warn when one has lost its last datum.

    Parameters
    ----------
    R : ndarray, shape (k,)
        Sums of responsibilities.
    weights : ndarray, shape (k,)
        The old shares: a component of weight 0 had no data to lose.
    prior : BetaPrior or GammaPrior, optional
        Gives each component data in advance, so that none is without.
    """
    if prior is not None:
        return weights_of(R, prior.concentration)
    share = R / R.sum()
    for j in np.flatnonzero((share == 0) & (weights > 0)):
        warnings.warn(
            f"component {j} has lost all data and keeps its parameters; start from others or choose a smaller k",
            EmptyClusterWarning,
            stacklevel=3,
        )
    return share


def divide_or_keep(numerator: np.ndarray, denominator: np.ndarray, fallback: np.ndarray) -> np.ndarray:
    """Return numerator / denominator; ``fallback`` where the denominator is 0. All have one shape."""
    return np.divide(numerator, denominator, out=fallback.copy(), where=denominator > 0)
