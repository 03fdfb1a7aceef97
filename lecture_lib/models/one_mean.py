"""One unknown number: half of the data scatter around 0, the other half around theta, both with width 1.

With a single parameter both the log-likelihood and its lower bound can be drawn, and one sees EM climb.

Source: after C. Bishop, *Pattern Recognition and Machine Learning*, 2006, figure 9.14.
"""

import numpy as np
from scipy.special import xlogy

from lecture_lib import bayes, validation
from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["TWO_HILLS", "OneMean"]

HALVES = np.array([0.5, 0.5])

TWO_HILLS = (-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6)
"""Ten data for which the log-likelihood has two hills, near -2.3 and 2.6: the start says which is climbed."""


class OneMean:
    """An equal mixture of N(0, 1) and N(theta, 1) as a model of the loop: q are shares, the objective is log p(x).

    Parameters
    ----------
    x : array_like, shape (n,)
        Data on a line, in units of the known width.

    Raises
    ------
    ValueError
        When ``x`` is not one row of finite numbers, or empty.

    Notes
    -----
    Eq. 10.6. q_i = p(z_i = 1 given x_i) is the share of datum i that the component at theta takes.
    """

    def __init__(self, x):
        self.x = validation.vector(x, "x")

    def e_step(self, theta):
        """Return the shares of the component at theta, shape (n,), and the log-likelihood in nats.

        Parameters
        ----------
        theta : float
            The unknown mean.

        Raises
        ------
        ValueError
            When ``theta`` is not one finite number.
        """
        theta = validation.number(theta, "theta")
        log_likelihood = np.c_[_log_density(self.x), _log_density(self.x - theta)]
        r, log_evidence = bayes.posterior(bayes.log_joint(HALVES, log_likelihood))
        return r[:, 1], float(log_evidence.sum())

    def m_step(self, theta, q):
        """Return the mean of the data, weighted by their shares.

        Parameters
        ----------
        theta : float
            The old mean; it stays where all shares are 0.
        q : array_like, shape (n,)
            Shares from 0 to 1, those of :meth:`e_step` or any others.

        Raises
        ------
        ValueError
            When ``q`` is not n numbers from 0 to 1.
        """
        q = self._checked(q)
        return float(q @ self.x / q.sum()) if q.any() else float(theta)

    def log_likelihood(self, theta):
        """Return log p(x) for one theta, or for each of many.

        Parameters
        ----------
        theta : array_like
            Of any shape.

        Returns
        -------
        ndarray
            In nats, of the shape of ``theta``.

        Raises
        ------
        ValueError
            When ``theta`` is not finite.
        """
        near_0, near_theta = self._log_joint(theta)
        return np.logaddexp(near_0, near_theta).sum(axis=-1)

    def lower_bound(self, q, theta):
        """Return F(q, theta) for one theta, or for each of many: in theta, a parabola.

        Parameters
        ----------
        q : array_like, shape (n,)
            Shares from 0 to 1.
        theta : array_like
            Of any shape.

        Returns
        -------
        ndarray
            In nats, of the shape of ``theta``.

        Raises
        ------
        ValueError
            When ``q`` is not n numbers from 0 to 1, or ``theta`` is not finite.
        """
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
