"""A search for the best optimum of a mixture: short runs, the best continued, then components are split and merged.

Source: N. Ueda, R. Nakano, Z. Ghahramani and G. E. Hinton, *SMEM algorithm for mixture models*, 2000. The choice of
components is our own.
"""

import functools
import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.em import (
    CollapsedComponentError,
    Rule,
    Run,
    State,
    best_of,
    converge,
    nothing_gained,
    squarem,
)
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models import kmeans
from lecture_lib.models.gaussian_mixture.fitting import run_from_clusters
from lecture_lib.models.gaussian_mixture.model import GaussianMixture
from lecture_lib.models.mixture import responsibilities

__all__ = ["search"]

SHORT_RUNS, SHORT_STEPS = 2, 10
"""How many runs are begun, and how many steps of each are made, before the best is continued."""

LEAPS_AHEAD = 8
"""A new mixture is given up when so many gains as large as the last would not bring it above the best."""

ROUGH = 1e-2
"""A run is compared with others when a leap of it gains less than so many nats; the best is then run to its end."""

NATS_OF_NOISE = 4.0
"""By about so many nats, times the number of failures, the choice of components is blurred."""

WIDTHS_APART = 0.8
"""Halves of a component are so many standard deviations on both sides of its mean, as in a Gaussian cut in two."""

CUT_GAUSSIAN = 1 - 2 / np.pi
"""The variance that is left in each half of a Gaussian of variance 1."""

SMALLEST = np.finfo(float).tiny


def search(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    covariance: str = "full",
    restarts: int = 2,
    patience: int = 6,
    prior: MixturePrior | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run:
    """Look for the best optimum of a Gaussian mixture, and say how many starts found it.

    From each start a few short runs begin at clusterings, and the best is continued. Then, again and again, two
    components that cost little become one, one that looks like two is split, and EM runs on; where it ends higher,
    it stays, so nothing is lost. After ``patience`` trials in vain a start is done. The highest of all is returned:
    ``agreeing`` says how many ended there, ``second`` where the best of the others did. What collapses never wins.

    Parameters
    ----------
    X, k, rng, covariance, prior, sample_weight, missing, until
        As :func:`fit` takes them; ``until`` ends each run of EM.
    restarts, patience, max_steps : int
        How many starts, how many trials in vain end a search from one, and how many are made at most.

    Returns
    -------
    Run
        A state per trial; ``theta`` are MixtureParameters; ``objective`` is that of :func:`fit`.

    Raises
    ------
    CollapsedComponentError
        When a component collapsed in all short runs of every start.
    """
    X = validation.data(X, missing=missing)
    model = GaussianMixture(X, covariance=covariance, prior=prior, sample_weight=sample_weight, missing=missing)
    k, rng = validation.count(k, len(model.blocks)), validation.rng(rng)
    restarts, in_vain = validation.count(restarts, None, "restarts"), nothing_gained(patience)
    return best_of(_from_one_start(model, k, rng, in_vain, until, max_steps) for _ in range(restarts))


def _from_one_start(model, k, rng, in_vain, until, max_steps):
    """Return the run from one start, or the error of its collapse."""
    try:
        found = converge(_states(model, k, rng), until=in_vain, max_steps=max_steps)
        if found.interrupted:
            return found
        end = converge(squarem(model, found.theta), until=until)
    except CollapsedComponentError as collapse:
        return collapse
    last = found.states[-1].step
    further = (replace(state, step=last + state.step) for state in end.states[1:])
    return replace(end, states=(*found.states, *further))


def _states(model, k, rng) -> Iterator[State]:
    """Yield the best mixture so far, after each trial."""
    cluster = functools.partial(kmeans.search, restarts=1, patience=SHORT_STEPS)
    begun = (run_from_clusters(model, k, rng, cluster, max_steps=SHORT_STEPS) for _ in range(SHORT_RUNS))
    now, fails = _rough(model, best_of(begun).theta), 0
    for step in itertools.count():
        yield State(step, now.theta, now.objective, 1.0)
        new = _next(model, now, rng, fails) if k > 1 else now
        now, fails = (new, 0) if new.objective > now.objective + ROUGH else (now, fails + 1)


def _next(model, now, rng, fails):
    """Return the run from another mixture, or the one before where that collapses."""
    try:
        return _rough(model, _split_and_merged(model, now.theta, rng, fails), now.objective)
    except CollapsedComponentError:
        return now


def _rough(model, theta, goal=-np.inf):
    """Run EM with leaps until it gains little, or is given up."""

    def ends(states):
        last, gain = states[-1].objective, states[-1].objective - states[-2].objective
        return gain < ROUGH or last + LEAPS_AHEAD * gain < goal

    run = converge(squarem(model, theta), until=ends)
    if run.interrupted:
        raise KeyboardInterrupt
    return run


def _split_and_merged(model, theta, rng, fails):
    """Return a mixture in which two components are one, and another one is two.

    The merged one is split itself where there is no other, and after every other failure.
    """
    k, kind, blur = len(theta.weights), model.kind, fails * NATS_OF_NOISE
    costs = _merging_costs(theta, kind) * model.blocks.total_weight + blur * rng.exponential(size=(k, k))
    a, b = sorted(np.unravel_index(costs.argmin(), costs.shape))
    weights, means, covariances = (
        np.delete(part, b, axis=0) for part in (theta.weights, theta.means, theta.covariances)
    )
    weights[a], means[a], merged = _merged(theta, a, b, kind)
    if not kind.tied:
        covariances[a] = merged
    fewer = MixtureParameters(weights, means, covariances)
    steps, gains = _cuts(model, fewer, rng)
    gains += blur * rng.exponential(size=k - 1)
    if k > 2 and fails % 2 == 0:
        gains[a] = -np.inf
    c = gains.argmax()
    step = WIDTHS_APART * steps[c]
    if not kind.tied:
        covariances[c] -= kind.project(np.outer(step, step))
    weights[c] /= 2
    return MixtureParameters(
        np.append(weights, weights[c]),
        np.vstack([means, means[c] + step]) - step * (np.arange(k)[:, None] == c),
        np.concatenate([covariances, covariances[[c]]]),
    )


def _merged(theta, a, b, kind):
    """Return weight, mean and covariance of two components, or of one and several, as one: the moments stay."""
    pi, mu, Sigma = theta.weights, theta.means, theta.covariances
    weight = pi[a] + pi[b]
    share = pi[b] / weight
    apart = mu[b] - mu[a]
    p = np.asarray(share)[..., None, None]
    between = p * (1 - p) * apart[..., :, None] * apart[..., None, :]
    covariance = (1 - p) * Sigma[a] + p * Sigma[b] + kind.project(between)
    return weight, mu[a] + np.asarray(share)[..., None] * apart, covariance


def _merging_costs(theta, kind):
    """Return what complete data would lose in log-likelihood per datum if two components were one, shape (k, k)."""

    def gained(weights, covariances):
        return weights * (np.log(weights) - np.linalg.slogdet(covariances)[1] / 2)

    alone, every = gained(theta.weights, theta.covariances), np.arange(len(theta.weights))
    costs = np.full((len(every), len(every)), np.inf)
    for a in every[:-1]:
        weight, _, covariance = _merged(theta, a, every[a + 1 :], kind)
        costs[a, a + 1 :] = alone[a] + alone[a + 1 :] - gained(weight, covariance)
    return costs


def _cuts(model, theta, rng):
    """Return for each component a principal axis, one standard deviation long, and what a cut across it may gain.

    The axis is drawn in proportion to its variance, in units of the data's spread. A Gaussian that is cut at its
    mean keeps 1 - 2 / pi of its variance in the halves; a component whose data keep less looks like two.
    """
    unit, R = model.scaling.scale, theta.weights * model.blocks.total_weight
    variances, axes = np.linalg.eigh(theta.covariances / np.outer(unit, unit))
    shares = variances.cumsum(axis=1) / variances.sum(axis=1, keepdims=True)
    drawn = np.minimum((shares < rng.random((len(R), 1))).sum(axis=1), len(unit) - 1)[:, None]
    directions = np.take_along_axis(axes, drawn[:, None], axis=2)[:, :, 0]
    widths = np.sqrt(np.take_along_axis(variances, drawn, axis=1))
    if model.blocks.holes:
        return directions * widths * unit, np.log(R)
    z, w = responsibilities(model.X, theta).argmax(axis=1), model.blocks.weights
    along = np.einsum("nd,nd->n", (model.X - theta.means[z]) / unit, directions[z])
    sizes, sums, squares = (
        np.bincount(z, values if w is None else w * values, minlength=len(R))
        for values in (np.ones(len(z)), np.abs(along), along**2)
    )
    kept = 1 - sums**2 / np.maximum(sizes * squares, SMALLEST)
    return directions * widths * unit, sizes / 2 * np.log(CUT_GAUSSIAN / np.maximum(kept, SMALLEST))
