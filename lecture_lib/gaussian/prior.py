"""The prior of a Gaussian mixture: Dirichlet on the weights, normal-inverse-Wishart on means and covariances.

It is conjugate to the complete data, so the M-step stays one formula; and it bounds the posterior where the
likelihood has no bound, so no component shrinks onto a datum. Bad input raises a ``ValueError`` that names the
argument (:mod:`lecture_lib.validation`).

Sources: K. P. Murphy, *Machine Learning: A Probabilistic Perspective*, 2012, section 11.4.2.8; C. Fraley and
A. E. Raftery, *Bayesian regularization for normal mixture estimation and model-based clustering*, 2007.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.gaussian.cholesky import singular
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters

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
                "give one number, and one row, per dimension"
            )
        scatter = validation.covariances(scatter[None], 1, d, "scatter")[0]
        dof = validation.number(self.dof, "dof")
        if dof <= d - 1:
            raise ValueError(f"dof must be above d - 1 = {d - 1}, got {dof:g}; d + 2 is a weak choice")
        strength = validation.positive(self.strength, "strength")
        concentration = validation.number(self.concentration, "concentration", least=1)
        validation.freeze(self, mean=mean, scatter=scatter, strength=strength, dof=dof, concentration=concentration)

    @classmethod
    def weak(cls, X: ArrayLike, k: int, *, sample_weight: ArrayLike | None = None, missing: bool = False) -> Self:
        """Return the prior of Fraley and Raftery: worth little data, and just enough against a collapse.

        It has the mean of the data with strength 0.01; their covariance over k^(2/d), with d + 2 degrees of
        freedom; flat weights. Of a covariance that is singular, as with n <= d or columns that depend on each
        other, and of data with holes, it has the variances alone.

        Source: Fraley and Raftery 2007, section 3.

        Parameters
        ----------
        X : array_like, shape (n, d)
            Data; no column may be constant.
        k : int
            Number of components, from 1 to n.
        sample_weight, missing
            As :class:`lecture_lib.blocks.Blocks` takes them.
        """
        names, sample_weight = validation.column_names(X), validation.aligned(sample_weight, X)
        X = validation.data(X, missing=missing)
        w = np.ones(len(X)) if sample_weight is None else validation.sample_weight(sample_weight, len(X))
        X, w = X[w > 0], w[w > 0]
        k, d, seen = validation.count(k, len(X)), X.shape[1], ~np.isnan(X)
        _refuse_constant(np.fmax.reduce(X) == np.fmin.reduce(X), d, names)
        n = w @ seen
        mean = X.mean(axis=0) if seen.all() and sample_weight is None else w @ np.where(seen, X, 0) / n
        centred = np.where(seen, X - mean, 0)
        covariance = (centred.T @ centred if sample_weight is None else (w * centred.T) @ centred) / n[:, None]
        if not seen.all() or singular(covariance[None])[0]:
            covariance = np.diag(np.diag(covariance))
        return cls(mean, covariance / k ** (2 / d), strength=0.01, dof=d + 2)

    def log_density(self, theta: MixtureParameters, covariance: str) -> float:
        """Return log p(theta), in nats, of a density per unit of each free parameter.

        It is -inf when a weight is 0 and ``concentration`` above 1.

        Parameters
        ----------
        theta : MixtureParameters
            With covariances of the kind ``covariance``.
        covariance : {"full", "tied", "diagonal", "spherical"}
            Which covariances are free.
        """
        validation.shape_of_means(validation.instance(theta, MixtureParameters).means, len(self.mean))
        kind = kind_of(covariance)
        k, d = theta.means.shape
        inverses = theta.inverse_factors
        white = inverses @ (theta.means - self.mean)[:, :, None]
        log_det = -2 * np.log(np.einsum("jaa->ja", inverses)).sum()
        log_means = 0.5 * (
            k * d * (math.log(self.strength) - LOG_2_PI) - log_det - self.strength * np.sum(white**2)
        )
        free, scatter = kind.free_blocks(theta.covariances), kind.free_blocks(kind.project(self.scatter)[None])
        log_covariances = _log_inverse_wishart(free, scatter, self.dof)
        return log_sum_exp.log_dirichlet(theta.weights, self.concentration) + float(log_means) + log_covariances

    def estimate(self, moments: Moments, covariance: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return weights, means and covariances that maximise expected log joint + log prior.

        Eq. 7.4. Source: Murphy 2012, equations 11.41 to 11.46, there for full covariances.

        Parameters
        ----------
        moments : Moments
            Expected sufficient statistics.
        covariance : {"full", "tied", "diagonal", "spherical"}
            Which covariances are free.
        """
        R, kind = moments.sizes, kind_of(covariance)
        counts = R + (self.concentration - 1)
        away = moments.means - self.mean
        means = self.mean + (R / (R + self.strength))[:, None] * away
        pull = (self.strength * R / (self.strength + R))[:, None, None] * away[:, :, None] * away[:, None, :]
        covariances = kind.mode(kind.project(self.scatter), moments.scatters + kind.project(pull), R, self.dof)
        return counts / counts.sum(), means, covariances


def _refuse_constant(constant, d, names):
    if constant.any():
        a = int(np.argmax(constant))
        column, line = validation.column(names, a)
        drop = f"drop it, {line}" if not constant.all() else "add data that differ"
        raise ValueError(
            f"X must vary in every column to tell what is little, got a constant {column}; {drop}, or state what "
            f"you expect: MixturePrior(mean, scatter, strength=0.01, dof={d + 2}) with scatter[{a}, {a}] above 0"
        )


def checked_prior(prior: MixturePrior | None, d: int) -> MixturePrior | None:
    """Return the prior if it is one for d dimensions, or None."""
    if prior is not None and not isinstance(prior, MixturePrior):
        raise ValueError(f"prior must be a MixturePrior or None, got {prior!r}; MixturePrior.weak(X, k) makes one")
    if prior is not None and prior.mean.shape != (d,):
        raise ValueError(
            f"prior must be for as many dimensions as X has columns, d = {d}, got {len(prior.mean)}; make another"
        )
    return prior


def _log_inverse_wishart(S, scatter, dof):
    """Return the summed log densities of matrices S, shape (..., g, g)."""
    g = S.shape[-1]
    log_gamma = g * (g - 1) / 4 * math.log(math.pi) + sum(math.lgamma((dof - i) / 2) for i in range(g))
    log_det = np.linalg.slogdet(S).logabsdet
    constant = 0.5 * dof * (np.linalg.slogdet(scatter).logabsdet - g * math.log(2)) - log_gamma
    trace = np.einsum("...aa->...", np.linalg.solve(S, np.broadcast_to(scatter, S.shape)))
    return float(np.sum(constant - 0.5 * (dof + g + 1) * log_det - 0.5 * trace))
