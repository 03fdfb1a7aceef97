"""A search for the best optimum of a mixture: components are split and merged, and EM runs on those alone first.

Source: N. Ueda, R. Nakano, Z. Ghahramani and G. E. Hinton, *SMEM algorithm for mixture models*, 2000. The choice of
components is our own.
"""

import copy
import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import (
    CollapsedComponentError,
    Rule,
    Run,
    State,
    best_of,
    converge,
    em,
    nothing_gained,
    squarem,
)
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.gaussian_mixture.fitting import in_memory, start_from_clusters
from lecture_lib.models.gaussian_mixture.model import GaussianMixture
from lecture_lib.models.mixture import responsibilities

__all__ = ["search"]

GAINS_AHEAD = 24
"""A new mixture is given up when so many gains as large as the last would not bring it to its goal."""

ROUGH = 1e-2
"""Runs are compared when a step gains less than so many nats; the best one is then run to its end."""

NEAR = 0.1
"""A start that comes so near, in nats, to where an earlier one ended is taken to end there too."""

LOCAL_STEPS = 10
"""How many steps of EM are made on the components that changed before the others take part."""

MAX_LOCAL_LOSS = 15.0
"""By so many nats a mixture may be worse after these steps: the others gain that back in one of many trials."""

MIN_SHARE = 0.01
"""The components that changed run on the data of which they had at least this share."""

NATS_OF_NOISE = 4.0
"""By about so many nats, times the number of failures, the costs of merging are blurred."""

HALF = np.sqrt(2 / np.pi)
"""How far the mean of half a Gaussian is from that of the whole, in standard deviations."""

SMALLEST = np.finfo(float).tiny


def search(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    covariance: str = "full",
    restarts: int = 2,
    patience: int = 3,
    prior: MixturePrior | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run:
    """Look for the best optimum of a Gaussian mixture, and say how many starts found it.

    From each start EM runs until it gains little. Then, again and again, two components that cost little become
    one, one is split, and EM runs on the changed ones alone, then on all if they lost little; where it ends higher,
    it stays, so nothing is lost. Trials in vain end a start, or coming to where an earlier one ended. The highest
    of all is returned: ``agreeing`` says how many ended there, ``second`` where the best of the others did. What
    collapses never wins.

    Parameters
    ----------
    X, k, rng, covariance, prior, sample_weight, missing, until
        As :func:`fit` takes them; ``until`` ends the last run of EM from each start.
    restarts, patience, max_steps : int
        How many starts, how many trials in vain per component end a search from one, and how many are made at most.

    Returns
    -------
    Run
        A state per trial; ``theta`` are MixtureParameters; ``objective`` is that of :func:`fit`.

    Raises
    ------
    CollapsedComponentError
        When a component collapsed from every start, before the first trial or after the last.
    """
    X = in_memory(X, missing)
    model = GaussianMixture(X, covariance=covariance, prior=prior, sample_weight=sample_weight, missing=missing)
    k, rng = validation.count(k, len(model.blocks)), validation.rng(rng)
    restarts, patience = validation.count(restarts, None, "restarts"), validation.count(patience, None, "patience")
    in_vain, ends = nothing_gained(patience * k), list[float]()
    return best_of(_from_one_start(model, k, rng, in_vain, until, max_steps, ends) for _ in range(restarts))


def _from_one_start(model, k, rng, in_vain, until, max_steps, ends):
    """Return the run from one start, or the error of its collapse; add its objective to those of earlier ones."""

    def done(states):
        return in_vain(states) or any(abs(states[-1].objective - end) < NEAR for end in ends)

    try:
        found = converge(_states(model, k, rng), until=done, max_steps=max_steps)
        if found.interrupted:
            return found
        last = found.states[-1]
        further = (replace(state, step=last.step + state.step) for state in squarem(model, last.theta))
        end = converge(itertools.chain([last], itertools.islice(further, 1, None)), until=until)
    except CollapsedComponentError as collapse:
        return collapse
    ends.append(end.objective)
    return replace(end, states=(*found.states, *end.states[1:]))


def _states(model, k, rng) -> Iterator[State]:
    """Yield the best mixture so far, after each trial."""
    now, fails = _rough(squarem(model, start_from_clusters(model, k, rng))), 0
    for step in itertools.count():
        yield State(step, now.theta, now.objective, 1.0)
        if fails == 0:
            r, costs = responsibilities(model.blocks, now.theta), _merging_costs(now.theta, model.kind)
        new = _next(model, now, r, costs, rng, fails) if k > 1 else now
        now, fails = (new, 0) if new.objective > now.objective + ROUGH else (now, fails + 1)


def _next(model, now, r, costs, rng, fails):
    """Return the run from another mixture, or the one before where that collapses or loses too much."""
    try:
        new, changed = _split_and_merged(model, now.theta, r, costs, rng, fails)
        new, gain = _after_local_steps(model, now.theta, new, changed, r)
        return now if gain < -MAX_LOCAL_LOSS else _rough(squarem(model, new), now.objective)
    except CollapsedComponentError:
        return now


def _rough(states, goal=-np.inf, **limit):
    """Run EM until it gains little, or too little to come to the goal."""

    def stops(states):
        last, gain = states[-1].objective, states[-1].objective - states[-2].objective
        return gain < ROUGH or last + GAINS_AHEAD * gain < goal

    run = converge(states, until=stops, **limit)
    if run.interrupted:
        raise KeyboardInterrupt
    return run


def _after_local_steps(model, old, new, changed, r):
    """Run EM on the components that changed alone; return the mixture then, and how much higher it is at least.

    Each datum counts by the share r_i that those had of it. The log-likelihood of all data rises by no less than
    theirs, but for rows of a small share: by Jensen, log(1 - r_i + r_i p_i / q_i) >= r_i log(p_i / q_i), where q_i
    and p_i are their densities before and after.
    """
    share, w = r[:, changed].sum(axis=1), model.blocks.weights
    rows = share >= min(MIN_SHARE, share.max())
    counts = (share if w is None else w * share)[rows]
    part = copy.copy(model)
    part.blocks = Blocks(model.X[rows], sample_weight=counts, missing=model.blocks.holes)
    goal = part.e_step(_part(old, changed))[1]
    run = _rough(em(part, _part(new, changed)), goal - MAX_LOCAL_LOSS, max_steps=LOCAL_STEPS)
    weights, means, covariances = (whole.copy() for whole in (new.weights, new.means, new.covariances))
    weights[changed] = weights[changed].sum() * run.theta.weights
    means[changed], covariances[changed] = run.theta.means, run.theta.covariances
    return MixtureParameters(weights, means, covariances), run.objective - goal


def _part(theta, chosen):
    """Return the mixture of some components alone."""
    weights = theta.weights[chosen]
    return MixtureParameters(weights / weights.sum(), theta.means[chosen], theta.covariances[chosen])


def _split_and_merged(model, theta, r, costs, rng, fails):
    """Return a mixture in which two components are one, and another one is two, and which ones changed.

    With each failure it is the turn of another one to be split, the merged one among them.
    """
    k, kind = len(theta.weights), model.kind
    costs = costs * model.blocks.total_weight + fails * NATS_OF_NOISE * rng.exponential(size=(k, k))
    a, b = np.unravel_index(costs.argmin(), costs.shape)
    weights, means, covariances = (whole.copy() for whole in (theta.weights, theta.means, theta.covariances))
    weights[a], means[a], merged = _merged(theta, a, b, kind)
    if not kind.tied:
        covariances[a] = merged
    z = r.argmax(axis=1)
    z[z == b] = a
    steps, gains = _cuts(model, means, covariances, z, rng)
    gains[b] = -np.inf
    c = gains.argsort()[::-1][fails % (k - 1)]
    if not kind.tied:
        covariances[c] -= kind.project(np.outer(steps[c], steps[c]))
    covariances[b] = covariances[c]
    weights[[b, c]] = weights[c] / 2
    means[[b, c]] = means[c] + steps[c], means[c] - steps[c]
    changed = np.arange(k) if kind.tied else np.unique([a, b, c])
    return MixtureParameters(weights, means, covariances), changed


def _merged(theta, a, b, kind):
    """Return weight, mean and covariance of two components, or of one and several, as one: the moments stay."""
    pi, mu, Sigma = theta.weights, theta.means, theta.covariances
    weight = pi[a] + pi[b]
    share = pi[b] / np.maximum(weight, SMALLEST)
    apart = mu[b] - mu[a]
    p = np.asarray(share)[..., None, None]
    between = p * (1 - p) * apart[..., :, None] * apart[..., None, :]
    covariance = (1 - p) * Sigma[a] + p * Sigma[b] + kind.project(between)
    return weight, mu[a] + np.asarray(share)[..., None] * apart, covariance


def _merging_costs(theta, kind):
    """Return what complete data would lose in log-likelihood per datum if two components were one, shape (k, k)."""

    def gained(weights, covariances):
        return weights * (np.log(np.maximum(weights, SMALLEST)) - np.linalg.slogdet(covariances)[1] / 2)

    alone, every = gained(theta.weights, theta.covariances), np.arange(len(theta.weights))
    costs = np.full((len(every), len(every)), np.inf)
    for a in every[:-1]:
        weight, _, covariance = _merged(theta, a, every[a + 1 :], kind)
        costs[a, a + 1 :] = alone[a] + alone[a + 1 :] - gained(weight, covariance)
    return costs


def _cuts(model, means, covariances, z, rng):
    """Return for each component the step to the mean of a half, and how much a cut into halves may gain, in nats.

    It is cut at its mean, across g = Sigma u, with u drawn at random in units of the data's spread: wide directions
    are likely. A Gaussian's halves then have means HALF Sigma g / |g| away, where |g|^2 = g^T Sigma g, and keep
    1 - HALF^2 of the variance along g; a component whose data keep less looks like two.
    """
    unit = model.scaling.scale
    g = np.einsum("jab,jb->ja", covariances, rng.standard_normal(means.shape) / unit) / unit**2
    steps, w = np.einsum("jab,jb->ja", covariances, g), model.blocks.weights
    steps *= HALF / np.sqrt(np.vecdot(g, steps))[:, None]
    along = np.vecdot(np.nan_to_num(model.X - means[z]), g[z])
    sizes, sums, squares = (
        np.bincount(z, values if w is None else w * values, minlength=len(means))
        for values in (np.ones(len(z)), np.abs(along), along**2)
    )
    kept = 1 - sums**2 / np.maximum(sizes * squares, SMALLEST)
    return steps, sizes / 2 * np.log((1 - HALF**2) / np.maximum(kept, SMALLEST))
