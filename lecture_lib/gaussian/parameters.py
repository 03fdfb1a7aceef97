"""The parameters of a Gaussian mixture."""

from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian import cholesky

__all__ = ["LOG_2_PI", "MixtureParameters"]

LOG_2_PI = np.log(2 * np.pi)
"""The constant of a Gaussian's log density, for each dimension."""


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class MixtureParameters(validation.Frozen):
    """The parameters theta of a Gaussian mixture with k components in d dimensions.

    Parameters
    ----------
    weights : array_like, shape (k,)
        pi_j: at least 0, with sum 1.
    means : array_like, shape (k, d)
        mu_j, in the units of the data.
    covariances : array_like, shape (k, d, d)
        Sigma_j: symmetric positive definite, in squared units of the data.

    Raises
    ------
    ValueError
        When an array is not finite, shapes do not match, or it is none of the above.

    Notes
    -----
    The arrays are read-only copies: change parameters with :func:`dataclasses.replace`, which checks anew.
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    def __post_init__(self):
        weights = validation.weights(self.weights)
        means = validation.data(self.means, "means")
        if len(means) != len(weights):
            raise ValueError(
                f"means must have one row per component, k = {len(weights)}, got shape {means.shape}; match it "
                "to weights"
            )
        covariances = validation.covariances(self.covariances, *means.shape)
        validation.freeze(self, weights=weights, means=means, covariances=covariances)

    @property
    def factors(self) -> np.ndarray:
        """Lower Cholesky factors L_j of the covariances, Sigma_j = L_j L_j^T, shape (k, d, d)."""
        return np.linalg.cholesky(self.covariances)

    @property
    def inverse_factors(self) -> np.ndarray:
        """The inverses of the factors, shape (k, d, d)."""
        return cholesky.inverse_factors(self.covariances)
