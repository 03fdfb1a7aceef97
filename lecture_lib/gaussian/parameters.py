"""The parameters of a Gaussian mixture, and the words for the kinds of its covariances."""

from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian.collapse import whiteners_of

__all__ = ["COVARIANCES", "LOG_2_PI", "MixtureParameters"]

COVARIANCES = ("full", "tied", "diagonal", "spherical")
"""What the covariances of a mixture may be: free, one for all, along the axes, or one width in all directions."""

LOG_2_PI = np.log(2 * np.pi)
"""The constant of a Gaussian's log density, for each dimension."""

KEPT = 4096
"""How many numbers of whiteners go from one step to the next: with more, the states of a run would take twice the
memory, and to compute them anew is little beside a step."""


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
                f"means must have one row a component, k = {len(weights)}, got shape {means.shape}; match it "
                "to weights"
            )
        covariances = validation.covariances(self.covariances, *means.shape)
        validation.freeze(self, weights=weights, means=means, covariances=covariances)

    @property
    def factors(self):
        """Lower Cholesky factors L_j of the covariances, Sigma_j = L_j L_j^T, shape (k, d, d)."""
        return np.linalg.cholesky(self.covariances)

    @property
    def whiteners(self):
        """The inverses of the factors, shape (k, d, d)."""
        kept = self.__dict__.get("_whiteners")
        return whiteners_of(self.covariances) if kept is None else kept

    @classmethod
    def unchecked(cls, weights, means, covariances, whiteners):
        """Make parameters that a step has computed, and has checked for collapse, without checking them again.

        On a few hundred data a second check is an eighth of a step.

        Parameters
        ----------
        weights, means, covariances : ndarray
            As the class takes them.
        whiteners : ndarray, shape (k, d, d)
            Of the covariances, as the check for collapse returns them.

        Returns
        -------
        MixtureParameters
        """
        theta = object.__new__(cls)
        validation.freeze(theta, weights=weights, means=means, covariances=covariances)
        if whiteners.size <= KEPT:
            validation.freeze(theta, _whiteners=whiteners)
        return theta
