"""EM for Gaussian mixtures as two matrix products: fast, and still in full precision.

The definitions are in :mod:`lecture_lib.models.mixture`; here the same numbers come from
:mod:`lecture_lib.gaussian.moments`, which goes through the data once a step and keeps nothing that grows with n.

Sources: lecture 22, slides "The EM Algorithm (for Gaussian mixtures)" and "EM for Gaussian Mixtures, re-written
in generic form"; C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.2.
"""

import contextlib
import math
import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import CollapsedComponentError, Rule, Run, best_of, runs_from
from lecture_lib.gaussian.collapse import refuse_collapse
from lecture_lib.gaussian.features import fill, log_heights, n_features, natural, project
from lecture_lib.gaussian.frame import frame_of
from lecture_lib.gaussian.moments import Moments, expected_moments
from lecture_lib.gaussian.parameters import COVARIANCES, MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior, checked_prior
from lecture_lib.models import kmeans
from lecture_lib.models.mixture import bic

__all__ = ["GaussianMixture", "MixturePrior", "bic_table", "features", "fit", "natural_parameters"]


def features(X):
    """Return phi(x) = (1, x, x_a x_b for a <= b) of every datum, one column a datum.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.

    Returns
    -------
    ndarray, shape (p, n)
        p = 1 + d + d (d + 1) / 2; the products in the order (1, 1), (1, 2), ..., (1, d), (2, 2), ...

    Raises
    ------
    ValueError
        When ``X`` is not finite, not two-dimensional, or empty.

    Notes
    -----
    Source: Bishop 2006, section 2.4.
    """
    X = validation.data(X)
    phi = np.empty((n_features(X.shape[1], "full"), len(X)))
    fill(phi, X.T, "full")
    return phi


def natural_parameters(theta):
    """Return eta, for which log pi_j N(x; mu_j, Sigma_j) = eta_j . phi(x).

    Parameters
    ----------
    theta : MixtureParameters
        In the units of the data.

    Returns
    -------
    ndarray, shape (k, p)
        One row a component, in the order of :func:`features`; -inf first for a component of weight 0.

    Raises
    ------
    ValueError
        When ``theta`` is no MixtureParameters.

    Notes
    -----
    Source: Bishop 2006, section 2.4.
    """
    theta = validation.instance(theta, MixtureParameters)
    whiteners = theta.whiteners
    return natural(theta.means, whiteners, log_heights(theta.weights, whiteners), "full")


class GaussianMixture:
    """A Gaussian mixture as a model of the loop: q are expected sufficient statistics.

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Data; whatever :class:`lecture_lib.blocks.Blocks` takes.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Free covariances, one for all components, variances along the axes, or one variance a component.
    prior : MixturePrior, optional
        The objective is then log p(X) + log p(theta), else log p(X), in nats.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.

    Raises
    ------
    ValueError
        For bad data, a constant column without a prior, another word for ``covariance``, or a prior of other
        dimensions.

    Notes
    -----
    Source: lecture 22, slide "The EM Algorithm (for Gaussian mixtures)".
    """

    def __init__(self, X, *, covariance="full", prior=None, executor=None):
        self.blocks = Blocks(X, executor)
        self.X = self.blocks.array
        self.covariance = validation.choice(covariance, COVARIANCES, "covariance")
        self.prior = checked_prior(prior, self.blocks.shape[1])
        self.frame = frame_of(self.blocks, self.covariance, self.prior)

    def e_step(self, theta):
        """Return the expected sufficient statistics, and the objective at theta.

        Parameters
        ----------
        theta : MixtureParameters
            With covariances of the model's kind, in the units of the data.

        Returns
        -------
        moments : Moments
        objective : float
            In nats.

        Raises
        ------
        ValueError
            When ``theta`` is no MixtureParameters of the data's dimension and the model's kind, or gives a
            datum no density.

        Notes
        -----
        Eq. 7.1.
        """
        validation.shape_of_means(validation.instance(theta, MixtureParameters).means, self.blocks.shape[1])
        _refuse_other_kind(theta, self.covariance)
        moments, objective = expected_moments(self.blocks, theta, self.frame, self.covariance)
        if not math.isfinite(objective):
            raise ValueError(
                "theta must give every datum a density above 0, but some lie so far from every component that "
                "even its logarithm overflows; start nearer to the data"
            )
        if self.prior is not None:
            objective += self.prior.log_density(theta, self.covariance)
        return moments, objective

    def m_step(self, theta, moments):
        """Return the parameters that maximise the expected complete log-likelihood (+ log prior).

        Parameters
        ----------
        theta : MixtureParameters
            The old parameters: a component without data keeps its mean and covariance, with a
            :class:`lecture_lib.models.kmeans.EmptyClusterWarning` when it loses its last.
        moments : Moments
            As :meth:`e_step` returns them.

        Returns
        -------
        MixtureParameters

        Raises
        ------
        CollapsedComponentError
            When a covariance is singular to within rounding.

        Notes
        -----
        Eq. 7.2.
        """
        if self.prior is None:
            weights, means, covariances = _maximum_likelihood(moments, theta, self.covariance)
        else:
            weights, means, covariances = self.prior.estimate(moments, self.covariance)
        whiteners = moments.whiteners if covariances is moments.covariances else None
        tied = self.covariance == "tied"
        whiteners = refuse_collapse(moments.sizes, means, covariances, tied=tied, whiteners=whiteners)
        return MixtureParameters.unchecked(weights, means, covariances, whiteners)


def _maximum_likelihood(moments, theta, covariance):
    """Return weights R_j / n, and mean and covariance of each component's share of the data."""
    R, means, covariances = moments.sizes, moments.means, moments.covariances
    if covariance == "tied":
        covariances = np.repeat([moments.scatters.sum(axis=0) / R.sum()], len(R), axis=0)
    lost = np.flatnonzero(R == 0)
    if len(lost):
        means, covariances = means.copy(), covariances.copy()
    for j in lost:
        if theta.weights[j] > 0:
            warnings.warn(
                f"component {j} has lost all data and keeps its place with weight 0; start from other means or "
                "choose a smaller k",
                kmeans.EmptyClusterWarning,
                stacklevel=3,
            )
        means[j] = theta.means[j]
        if covariance != "tied":
            covariances[j] = theta.covariances[j]
    return R / R.sum(), means, covariances


def _refuse_other_kind(theta, covariance):
    """Raise if the covariances are not of the given kind: the model could not keep the objective from falling."""
    if covariance == "full":
        return
    S = theta.covariances
    nearest = np.broadcast_to(S[:1], S.shape) if covariance == "tied" else project(S, covariance)
    widths = np.sqrt(np.einsum("jaa->ja", S))
    off = np.abs(S - nearest) > validation.SYMMETRY_TOLERANCE * widths[:, :, None] * widths[:, None, :]
    if off.any():
        j = np.argwhere(off)[0][0]
        raise ValueError(
            f"theta must have {covariance} covariances, got covariances[{j}] = {S[j].tolist()}; project them, or "
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
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run:
    """Run EM from several clusterings of k-means and keep the run with the highest objective.

    Each start is where one run of :func:`lecture_lib.models.kmeans.fit` ends, on data in units of their spread; its
    weights and means are those of the clusters, and they share one covariance.

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
    prior : MixturePrior, optional
        As :class:`GaussianMixture` takes it.
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
    """
    model = GaussianMixture(validation.data(X), covariance=covariance, prior=prior)
    k = validation.count(k, len(model.X))
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
    coordinates = np.subtract(model.X, model.frame.origin, order="C") / model.frame.unit
    means = kmeans.fit(coordinates, k, rng=rng, restarts=1).theta
    z = kmeans.labels(coordinates, means)
    within = coordinates - means[z]
    pooled = project(within.T @ within / len(within), model.covariance)
    R, unit = np.bincount(z, minlength=k).astype(float), model.frame.unit
    covariances = np.repeat([pooled * np.outer(unit, unit)], k, axis=0)
    return model.m_step(None, Moments(R, model.frame.origin + means * unit, covariances))


def bic_table(
    X: ArrayLike,
    ks: Sequence[int],
    *,
    rng: np.random.Generator,
    covariances: Sequence[str] = COVARIANCES,
    restarts: int = 3,
    until: Rule | None = None,
) -> np.ndarray:
    """Return Schwarz's criterion of the best fit found, for each kind of covariances and number of components.

    Arguments and errors are those of :func:`fit`. The result has shape (number of kinds, number of ks); it is in
    nats, doubled, and the lower, the better. NaN where a component collapsed from every start.
    """
    table = np.full((len(covariances), len(ks)), np.nan)
    for (row, column), _ in np.ndenumerate(table):
        kind = {"covariance": covariances[row], "restarts": restarts, "until": until}
        with contextlib.suppress(CollapsedComponentError):
            table[row, column] = bic(X, fit(X, ks[column], rng=rng, **kind).theta, covariances[row])
    return table
