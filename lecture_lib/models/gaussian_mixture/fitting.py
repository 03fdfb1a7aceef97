"""Fits from several clusterings, and a table of them."""

import contextlib
import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import CollapsedComponentError, Rule, Run, best_of, runs_from
from lecture_lib.gaussian.kinds import COVARIANCES, Covariance
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models import kmeans
from lecture_lib.models.gaussian_mixture.model import GaussianMixture
from lecture_lib.models.mixture import bic

__all__ = ["bic_table", "fit"]


def fit(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    covariance: Covariance = "full",
    restarts: int = 10,
    prior: MixturePrior | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run[MixtureParameters]:
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
    X = in_memory(X, missing)
    model = GaussianMixture(X, covariance=covariance, prior=prior, sample_weight=sample_weight, missing=missing)
    k = validation.count(k, len(model.blocks))
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)
    return best_of(run_from_clusters(model, k, rng, until=until, max_steps=max_steps) for _ in range(restarts))


def in_memory(X, missing):
    """Return data of one array in memory; a frame as it is, since messages tell its names and compare its index."""
    data = validation.data(X, missing=missing)
    return data if isinstance(X, np.memmap) else X


def run_from_clusters(model, k, rng, **rules):
    """Return the run from one clustering, or the error of its collapse."""
    try:
        start = start_from_clusters(model, k, rng)
    except CollapsedComponentError as collapse:
        return collapse
    return next(runs_from(model, [start], **rules))


def start_from_clusters(model, k, rng):
    """Cluster the data by k-means, in units of their spread; estimate from that, with a common covariance."""
    coordinates, w = (
        np.subtract(model.X, model.scaling.shift, order="C") / model.scaling.scale,
        model.blocks.weights,
    )
    if model.blocks.holes:
        coordinates = np.where(np.isnan(coordinates), np.nanmean(coordinates, axis=0), coordinates)
    clustering = kmeans.fit(coordinates, k, rng=rng, restarts=1, sample_weight=w)
    if clustering.interrupted:
        raise KeyboardInterrupt
    means = clustering.theta
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
    covariances: Sequence[Covariance] = COVARIANCES,
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
