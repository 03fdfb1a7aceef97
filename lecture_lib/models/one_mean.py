"""One unknown number: half of the data scatter around 0, the other half around theta, both with width 1.

With a single parameter both the log-likelihood and its lower bound can be drawn, and one sees EM climb.

What is not finite, or a share outside 0 to 1, is a ``ValueError``.

Source: after C. Bishop, *Pattern Recognition and Machine Learning*, 2006, figure 9.14.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from lecture_lib import log_sum_exp, validation
from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["TWO_HILLS", "OneMean"]

HALVES = np.array([0.5, 0.5])

TWO_HILLS = (-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6)
"""Ten data for which the log-likelihood has two hills, near -2.3 and 2.6: the start says which is climbed."""


class OneMean:
    """An equal mixture of N(0, 1) and N(theta, 1) as a model of the loop. Eq. 10.6.

    The data ``x`` (n,) lie on a line, in units of the known width. q_i = p(z_i = 1 given x_i) is the share of datum
    i that the component at theta takes; the objective is log p(x). All log-likelihoods are in nats.
    """

    def __init__(self, x: ArrayLike):
        self.x = validation.vector(x, "x")

    def e_step(self, theta: float) -> tuple[np.ndarray, float]:
        """Return the shares of the component at theta, shape (n,), and the log-likelihood."""
        theta = validation.number(theta, "theta")
        log_likelihood = np.c_[_log_density(self.x), _log_density(self.x - theta)]
        r, log_evidence = log_sum_exp.posterior(log_sum_exp.log_joint(HALVES, log_likelihood))
        return r[:, 1], float(log_evidence.sum())

    def m_step(self, theta: float, q: ArrayLike) -> float:
        """Return the mean of the data, weighted by shares (n,) from 0 to 1; the old one where all are 0."""
        q = self._checked(q)
        return float(q @ self.x / q.sum()) if q.any() else float(theta)

    def log_likelihood(self, theta: ArrayLike) -> np.ndarray:
        """Return log p(x) for one theta, or for each of many, in their shape."""
        near_0, near_theta = self._log_joint(theta)
        return np.logaddexp(near_0, near_theta).sum(axis=-1)

    def lower_bound(self, q: ArrayLike, theta: ArrayLike) -> np.ndarray:
        """Return F(q, theta) for one theta, or for each of many, in their shape: in theta, a parabola."""
        q = self._checked(q)
        near_0, near_theta = self._log_joint(theta)
        entropy = -np.sum(xlogy(q, q) + xlogy(1 - q, 1 - q))
        return near_0 @ (1 - q) + near_theta @ q + entropy

    def _log_joint(self, theta):
        """Return log p(x_i, z_i) for both components, shapes (n,) and theta.shape + (n,)."""
        away = self.x - validation.array(theta, "theta")[..., None]
        return np.log(0.5) + _log_density(self.x), np.log(0.5) + _log_density(away)

    def _checked(self, q):
        return validation.probabilities(validation.vector(q, "q", len(self.x)), "q")


def _log_density(away):
    """Return log N(away; 0, 1)."""
    return -(away**2 + LOG_2_PI) / 2
