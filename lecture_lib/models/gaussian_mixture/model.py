"""The model: its two steps as two matrix products."""

import math
from collections.abc import Iterable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.gaussian import exponential_family, missing
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.gaussian.kinds import Full, kind_of
from lecture_lib.gaussian.moments import Moments, expected_moments
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior, checked_prior
from lecture_lib.gaussian.scaling import scaling_of
from lecture_lib.models.shared.shares import shares

__all__ = ["GaussianMixture", "features", "natural_parameters"]


def features(X: ArrayLike) -> np.ndarray:
    """Return phi(x) = (1, x, x_a x_b for a <= b) of every datum, one column per datum, shape (p, n).

    p = 1 + d + d (d + 1) / 2; the products are in the order (1, 1), (1, 2), ..., (1, d), (2, 2), ...

    Source: Bishop 2006, section 2.4.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    """
    X = validation.data(X)
    n, d = X.shape
    phi = np.empty((exponential_family.n_features(d, Full()), n))
    phi[1 : d + 1] = X.T
    exponential_family.write_features(phi, d, Full())
    return phi


def natural_parameters(theta: MixtureParameters) -> np.ndarray:
    """Return eta, for which log pi_j N(x; mu_j, Sigma_j) = eta_j . phi(x), shape (k, p).

    Rows are in the order of :func:`features`; -inf stands first for a component of weight 0.

    Source: Bishop 2006, section 2.4.
    """
    inverse_factors = validation.instance(theta, MixtureParameters).inverse_factors
    log_normalisers = exponential_family.log_normalisers(theta.weights, inverse_factors)
    return exponential_family.natural_parameters(theta.means, inverse_factors, log_normalisers, Full())


class GaussianMixture:
    """A Gaussian mixture as a model of the loop: q are expected sufficient statistics.

    Source: lecture 22, slide "The EM Algorithm (for Gaussian mixtures)".

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Data, without a constant column unless there is a prior; whatever :class:`lecture_lib.blocks.Blocks` takes.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Free covariances, one for all components, variances along the axes, or one variance per component.
    prior : MixturePrior, optional
        The objective is then log p(X) + log p(theta), else log p(X), in nats.
    sample_weight, missing
        As :class:`lecture_lib.blocks.Blocks` takes them: how often each datum counts, and whether NaN stands for a
        missing value. The objective is then that of what was observed.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.
    """

    def __init__(
        self,
        X: ArrayLike | Iterable,
        *,
        covariance: str = "full",
        prior: MixturePrior | None = None,
        sample_weight: ArrayLike | None = None,
        missing: bool = False,
        executor: Executor | None = None,
    ):
        self.blocks = Blocks(X, executor, sample_weight=sample_weight, missing=missing)
        self.X = self.blocks.array
        self.covariance, self.kind = covariance, kind_of(covariance)
        self.prior = checked_prior(prior, self.blocks.shape[1])
        prior_scale = None if prior is None else np.sqrt(np.diag(prior.scatter))
        self.scaling = scaling_of(self.blocks, self.kind, prior_scale)

    def e_step(self, theta: MixtureParameters) -> tuple[Moments, float]:
        """Return the expected sufficient statistics, and the objective at theta, in nats.

        Eq. 7.1.

        Parameters
        ----------
        theta : MixtureParameters
            With covariances of the model's kind, in the units of the data.

        Raises
        ------
        ValueError
            When ``theta`` gives a datum no density.
        """
        validation.shape_of_means(validation.instance(theta, MixtureParameters).means, self.blocks.shape[1])
        _refuse_other_kind(theta, self.kind)
        expected = missing.expected_moments if self.blocks.holes else expected_moments
        moments, objective = expected(self.blocks, theta, self.scaling, self.kind)
        if not math.isfinite(objective):
            raise ValueError(
                "theta must give every datum a density above 0, but some lie so far from every component that "
                "even its logarithm overflows; start nearer to the data"
            )
        if self.prior is not None:
            objective += self.prior.log_density(theta, self.covariance)
        return moments, objective

    def m_step(self, theta: MixtureParameters, moments: Moments) -> MixtureParameters:
        """Return the parameters that maximise the expected complete log-likelihood (+ log prior).

        Without a prior, a component without data keeps its mean and covariance, with an ``EmptyClusterWarning``
        when it loses its last.

        Eq. 7.2.

        Raises
        ------
        CollapsedComponentError
            When a covariance is singular to within rounding.
        """
        R = moments.sizes
        if self.prior is not None:
            weights, means, covariances = self.prior.estimate(moments, self.covariance)
        else:
            weights, means = R / R.sum(), moments.means
            covariances = self.kind.pool(R, moments.covariances)
            lost = R == 0
            if lost.any():
                weights = shares(R, theta.weights)
                means = np.where(lost[:, None], theta.means, means)
                keeps = lost & (not self.kind.tied)
                covariances = np.where(keeps[:, None, None], theta.covariances, covariances)
        remedy = (
            f"use a prior, MixturePrior.weak(X, k), fewer components, another start, or perhaps {self.kind.roomier}"
        )
        if self.prior is not None:
            remedy = "use a prior with a larger scatter, or fewer components"
        refuse_collapse(R, means, covariances, tied=self.kind.tied, remedy=remedy, names=self.blocks.columns)
        return MixtureParameters.computed(weights=weights, means=means, covariances=covariances)


def _refuse_other_kind(theta, kind):
    """Raise if the covariances are not of the kind: the model could not keep the objective from falling."""
    S = theta.covariances
    nearest = kind.nearest(S)
    if nearest is S:  # all are of the kind
        return
    widths = np.sqrt(np.einsum("jaa->ja", S))
    off = np.abs(S - nearest) > validation.SYMMETRY_TOLERANCE * widths[:, :, None] * widths[:, None, :]
    if off.any():
        j = np.argwhere(off)[0][0]
        raise ValueError(
            f"theta must have {kind.name} covariances, got covariances[{j}] = {S[j].tolist()}; project them, or "
            "choose another covariance for the model"
        )
