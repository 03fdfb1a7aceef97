"""EM for Gaussian mixtures as two matrix products: fast, and still in full precision.

The definitions are in :mod:`lecture_lib.models.mixture`; here the same numbers come from
:mod:`lecture_lib.gaussian.moments`, which goes through the data once a step and keeps nothing that grows with n.
Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: lecture 22, slides "The EM Algorithm (for Gaussian mixtures)" and "EM for Gaussian Mixtures, re-written
in generic form"; C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.2.
"""

import contextlib
import functools
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import CollapsedComponentError, Rule, Run, best_of, runs_from
from lecture_lib.gaussian import exponential_family, missing
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.gaussian.kinds import COVARIANCES, Full, kind_of
from lecture_lib.gaussian.moments import Moments, expected_moments
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior, checked_prior
from lecture_lib.gaussian.scaling import scaling_of
from lecture_lib.models import kmeans
from lecture_lib.models.mixture import bic
from lecture_lib.models.shared.shares import shares

__all__ = ["GaussianMixture", "MixturePrior", "bic_table", "features", "fit", "natural_parameters"]


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
        tried = None if self.prior is None else "use a prior with a larger scatter, or fewer components"
        refuse_collapse(R, means, covariances, tied=self.kind.tied, remedy=tried)
        return MixtureParameters(weights, means, covariances)


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


def fit(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    covariance: str = "full",
    restarts: int = 10,
    prior: MixturePrior | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run:
    """Run EM from several clusterings of k-means and keep the run with the highest objective.

    Each start is where one run of :func:`lecture_lib.models.kmeans.fit` ends, on data in units of their spread; its
    weights and means are those of the clusters, and they share one covariance. For the start alone, the mean of its
    column stands for what is missing.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of components, from 1 to the number of distinct data.
    rng : numpy.random.Generator
        Source of the starts.
    covariance : {"full", "tied", "diagonal", "spherical"}
        As :class:`GaussianMixture` takes it.
    restarts, max_steps : int
        How many starts, and how many steps from each at most; at least 1.
    prior, sample_weight, missing
        As :class:`GaussianMixture` takes them.
    until : lecture_lib.em.Rule, optional
        When each run stops, as :func:`lecture_lib.em.converge` takes it.

    Returns
    -------
    Run
        ``theta`` are MixtureParameters; ``objective`` is the log-likelihood, or with a prior the log posterior
        but for a constant, in nats.

    Raises
    ------
    CollapsedComponentError
        When a component collapsed from every start.

    Examples
    --------
    >>> from lecture_lib.datasets import load_old_faithful
    >>> run = fit(load_old_faithful(), 2, rng=np.random.default_rng(0))
    >>> run.converged
    True
    >>> run.theta.weights.round(3)
    array([0.356, 0.644])
    """
    X = validation.data(X, missing=missing)
    model = GaussianMixture(X, covariance=covariance, prior=prior, sample_weight=sample_weight, missing=missing)
    k = validation.count(k, len(model.blocks))
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)
    return best_of(_run(model, k, rng, until=until, max_steps=max_steps) for _ in range(restarts))


def _run(model, k, rng, **rules):
    """Return the run from one start, or the error of its collapse."""
    try:
        start = _start(model, k, rng)
    except CollapsedComponentError as collapse:
        return collapse
    return next(runs_from(model, [start], **rules))


def _start(model, k, rng):
    """Cluster the data by k-means, in units of their spread; estimate from that, with a common covariance."""
    coordinates, w = (
        np.subtract(model.X, model.scaling.shift, order="C") / model.scaling.scale,
        model.blocks.weights,
    )
    if model.blocks.holes:
        coordinates = np.where(np.isnan(coordinates), np.nanmean(coordinates, axis=0), coordinates)
    means = kmeans.fit(coordinates, k, rng=rng, restarts=1, sample_weight=w).theta
    z = kmeans.labels(coordinates, means)
    within = coordinates - means[z]
    scatter = within.T @ (within if w is None else w[:, None] * within)
    pooled = model.kind.project(scatter / (len(within) if w is None else w.sum()))
    R, unit = np.bincount(z, w, minlength=k).astype(float), model.scaling.scale
    covariances = np.repeat([pooled * np.outer(unit, unit)], k, axis=0)
    return model.m_step(None, Moments(R, model.scaling.shift + means * unit, covariances))


def bic_table(
    X: ArrayLike,
    ks: Sequence[int],
    *,
    rng: np.random.Generator,
    covariances: Sequence[str] = COVARIANCES,
    restarts: int = 3,
    until: Rule | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
) -> np.ndarray:
    """Return Schwarz's criterion of the best fit found, for each kind of covariances and number of components.

    Arguments and errors are those of :func:`fit`. The result has shape (number of kinds, number of ks); it is in
    nats, doubled, and the lower, the better. NaN where a component collapsed from every start.

    Examples
    --------
    >>> from lecture_lib.datasets import load_old_faithful
    >>> bic_table(load_old_faithful(), [1, 2], rng=np.random.default_rng(0), covariances=["full"]).round()
    array([[2608., 2322.]])
    """
    table = np.full((len(covariances), len(ks)), np.nan)
    blocks = Blocks(validation.data(X, missing=missing), sample_weight=sample_weight, missing=missing)
    fitted = functools.partial(
        fit, X, rng=rng, restarts=restarts, until=until, sample_weight=sample_weight, missing=missing
    )
    for (row, column), _ in np.ndenumerate(table):
        k, kind = ks[column], covariances[row]
        with contextlib.suppress(CollapsedComponentError):
            run = fitted(k=k, covariance=kind)
            table[row, column] = bic(blocks, run.theta, kind)
    return table
