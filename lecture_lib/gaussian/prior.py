"""The prior of a Gaussian mixture: Dirichlet on the weights, normal-inverse-Wishart on means and covariances.

It is conjugate to the complete data, so the M-step stays one formula; and it bounds the posterior where the
likelihood has no bound, so no component shrinks onto a datum.

Sources: K. P. Murphy, *Machine Learning: A Probabilistic Perspective*, 2012, section 11.4.2.8; C. Fraley and
A. E. Raftery, *Bayesian regularization for normal mixture estimation and model-based clustering*, 2007.
"""

import math
from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian.features import project
from lecture_lib.gaussian.parameters import COVARIANCES, LOG_2_PI, MixtureParameters

__all__ = ["MixturePrior", "checked_prior"]


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class MixturePrior(validation.Frozen):
    """p(theta) = Dirichlet(pi) prod_j N(mu_j; mean, Sigma_j / strength) inverse-Wishart(Sigma_j; scatter, dof).

    Parameters
    ----------
    mean : array_like, shape (d,)
        Where means are expected, in the units of the data.
    scatter : array_like, shape (d, d)
        Symmetric positive definite: about ``dof`` times the covariance that is expected.
    strength : float
        How many data the expected mean is worth, above 0.
    dof : float
        How many data the expected covariance is worth, above d - 1.
    concentration : float
        Of the symmetric Dirichlet, at least 1, where it is flat: each component is given
        ``concentration - 1`` data in advance.

    Raises
    ------
    ValueError
        When a number is out of its range, or shapes do not match.

    Notes
    -----
    Eq. 7.3. Of diagonal covariances each variance has the prior of one dimension, with its entry of ``scatter``;
    the one variance of a spherical covariance has it with their average. Tied covariances have one
    inverse-Wishart, and N(mu_j; mean, Sigma / strength) for each mean.
    """

    mean: np.ndarray
    scatter: np.ndarray
    strength: float
    dof: float
    concentration: float = 1.0

    def __post_init__(self):
        d = np.size(self.mean)
        mean = validation.array(self.mean, "mean")
        scatter = validation.array(self.scatter, "scatter")
        if d == 0 or mean.shape != (d,) or scatter.shape != (d, d):
            raise ValueError(
                f"mean and scatter must have the shapes (d,) and (d, d), got {mean.shape} and {scatter.shape}; "
                "give one number, and one row, a dimension"
            )
        scatter = validation.covariances(scatter[None], 1, d, "scatter")[0]
        for name, values in (("mean", mean), ("scatter", scatter)):
            copy = values.copy()
            copy.flags.writeable = False
            object.__setattr__(self, name, copy)
        object.__setattr__(self, "strength", validation.positive(self.strength, "strength"))
        object.__setattr__(self, "concentration", validation.number(self.concentration, "concentration", least=1))
        object.__setattr__(self, "dof", validation.number(self.dof, "dof"))
        if self.dof <= d - 1:
            raise ValueError(f"dof must be above d - 1 = {d - 1}, got {self.dof:g}; d + 2 is a weak choice")

    @classmethod
    def weak(cls, X, k):
        """Return the prior of Fraley and Raftery: worth little data, and just enough against a collapse.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Data; no column may be constant, nor all lie on a line or plane.
        k : int
            Number of components, from 1 to n.

        Returns
        -------
        MixturePrior
            The mean of the data with strength 0.01; their covariance over k^(2/d), with d + 2 degrees of
            freedom; flat weights.

        Raises
        ------
        ValueError
            For bad data, a ``k`` outside 1 to n, or data whose covariance is singular.

        Notes
        -----
        Source: Fraley and Raftery 2007, section 3.
        """
        X = validation.data(X)
        k = validation.count(k, len(X))
        d = X.shape[1]
        mean = X.mean(axis=0)
        centred = X - mean
        return cls(mean, centred.T @ centred / len(X) / k ** (2 / d), strength=0.01, dof=d + 2)

    def log_density(self, theta, covariance):
        """Return log p(theta).

        Parameters
        ----------
        theta : MixtureParameters
            With covariances of the kind ``covariance``.
        covariance : {"full", "tied", "diagonal", "spherical"}
            Which covariances are free.

        Returns
        -------
        float
            In nats, of a density per unit of each free parameter; -inf when a weight is 0 and
            ``concentration`` above 1.

        Raises
        ------
        ValueError
            When ``theta`` is no MixtureParameters of as many dimensions, or ``covariance`` none of the four.
        """
        validation.shape_of_means(validation.instance(theta, MixtureParameters).means, len(self.mean))
        validation.choice(covariance, COVARIANCES, "covariance")
        k, d = theta.means.shape
        factors = theta.factors
        white = np.linalg.solve(factors, (theta.means - self.mean)[:, :, None])
        log_det = 2 * np.log(np.einsum("jaa->ja", factors)).sum()
        log_means = 0.5 * (
            k * d * (math.log(self.strength) - LOG_2_PI) - log_det - self.strength * np.sum(white**2)
        )
        free = _free_blocks(theta.covariances, covariance)
        log_covariances = _log_inverse_wishart(free, self._block_scatter(covariance), self.dof)
        return self._log_dirichlet(theta.weights) + float(log_means) + log_covariances

    def _log_dirichlet(self, weights):
        k, pseudo = len(weights), self.concentration - 1
        constant = math.lgamma(k * self.concentration) - k * math.lgamma(self.concentration)
        if pseudo == 0:
            return constant
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            return constant + pseudo * float(np.log(weights).sum())

    def _block_scatter(self, covariance):
        """Return the scatter of each block of a covariance that is free, shape (..., g, g)."""
        return _free_blocks(project(self.scatter, covariance)[None], covariance)

    def estimate(self, moments, covariance):
        """Return the weights, means and covariances that maximise expected log joint + log prior.

        Parameters
        ----------
        moments : Moments
            Expected sufficient statistics.
        covariance : {"full", "tied", "diagonal", "spherical"}
            Which covariances are free.

        Returns
        -------
        weights : ndarray, shape (k,)
        means : ndarray, shape (k, d)
        covariances : ndarray, shape (k, d, d)

        Notes
        -----
        Eq. 7.4. Source: Murphy 2012, equations 11.41 to 11.46, there for full covariances.
        """
        R, (k, d) = moments.sizes, moments.means.shape
        counts = R + (self.concentration - 1)
        away = moments.means - self.mean
        means = self.mean + (R / (R + self.strength))[:, None] * away
        pull = (self.strength * R / (self.strength + R))[:, None, None] * away[:, :, None] * away[:, None, :]
        scatters = moments.scatters + project(pull, covariance)
        prior = project(self.scatter, covariance)
        if covariance == "tied":
            covariances = np.repeat([(prior + scatters.sum(axis=0)) / (self.dof + R.sum() + d + k + 1)], k, axis=0)
        elif covariance == "spherical":
            covariances = (prior + d * scatters) / (self.dof + d * R + d + 2)[:, None, None]
        else:
            g = d if covariance == "full" else 1
            covariances = (prior + scatters) / (self.dof + R + g + 2)[:, None, None]
        return counts / counts.sum(), means, covariances


def checked_prior(prior, d):
    """Return the prior if it is one for d dimensions, or None.

    Parameters
    ----------
    prior : MixturePrior or None
        What was passed in.
    d : int
        Number of columns of the data.

    Returns
    -------
    MixturePrior or None

    Raises
    ------
    ValueError
        For anything else.
    """
    if prior is not None and not isinstance(prior, MixturePrior):
        raise ValueError(f"prior must be a MixturePrior or None, got {prior!r}; MixturePrior.weak(X, k) makes one")
    if prior is not None and prior.mean.shape != (d,):
        raise ValueError(
            f"prior must be for as many dimensions as X has columns, d = {d}, got {len(prior.mean)}; make another"
        )
    return prior


def _free_blocks(covariances, covariance):
    """Return the square blocks of covariances (k, d, d) that vary freely, shape (..., g, g)."""
    if covariance == "full":
        return covariances
    if covariance == "tied":
        return covariances[:1]
    diagonal = np.einsum("jaa->ja", covariances)
    return (diagonal[:, :1] if covariance == "spherical" else diagonal)[:, :, None, None]


def _log_inverse_wishart(S, scatter, dof):
    """Return the summed log densities of matrices S, shape (..., g, g)."""
    g = S.shape[-1]
    log_gamma = g * (g - 1) / 4 * math.log(math.pi) + sum(math.lgamma((dof - i) / 2) for i in range(g))
    log_det = np.linalg.slogdet(S).logabsdet
    constant = 0.5 * dof * (np.linalg.slogdet(scatter).logabsdet - g * math.log(2)) - log_gamma
    trace = np.einsum("...aa->...", np.linalg.solve(S, np.broadcast_to(scatter, S.shape)))
    return float(np.sum(constant - 0.5 * (dof + g + 1) * log_det - 0.5 * trace))
