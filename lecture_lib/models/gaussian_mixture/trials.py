"""A search for the best optimum of a mixture: components are split and merged, and EM runs on those alone first.

Where that no longer helps, single data move.
"""

import contextlib
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
    ObjectiveDecreasedError,
    Rule,
    Run,
    State,
    best_of,
    converge,
    em,
    from_vector,
    nothing_gained,
    squarem,
    to_vector,
)
from lecture_lib.gaussian.kinds import Covariance
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.gaussian_mixture.fitting import in_memory, start_from_clusters
from lecture_lib.models.gaussian_mixture.model import GaussianMixture
from lecture_lib.models.gaussian_mixture.moves import after_moves
from lecture_lib.models.gaussian_mixture.splits import merging_costs, split_and_merged
from lecture_lib.models.mixture import responsibilities

__all__ = ["search"]

GAINS_AHEAD = 24
"""A new mixture is given up when so many gains as large as the last would not bring it to its goal."""

GIVEN_UP = (CollapsedComponentError, ObjectiveDecreasedError)
"""How a trial may end without a mixture: a component collapses, or is so narrow that digits are lost."""

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


def search(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    covariance: Covariance = "full",
    restarts: int = 2,
    patience: int = 3,
    prior: MixturePrior | None = None,
    sample_weight: ArrayLike | None = None,
    missing: bool = False,
    until: Rule | None = None,
    max_steps: int = 10_000,
) -> Run[MixtureParameters]:
    """Look for the best optimum of a Gaussian mixture, and say how many starts found it.

    From each start EM runs until it gains little. Then, again and again, two components that cost little become
    one, one is split, and EM runs on the changed ones alone, then on all if they lost little; where it ends higher,
    it stays, so nothing is lost. Once each component had its turn in vain, single data move (``moves``). Trials in
    vain end a start, or coming to where an earlier one ended. The highest of all is returned: ``agreeing`` says how
    many ended there, ``second`` where the best of the others did. What collapses never wins; but of many components
    and few data the highest optima may each lie on a handful of data: take fewer components then, or a prior.

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
        further = (replace(state, step=last.step + state.step) for state in _leaping(model, last.theta))
        end = converge(itertools.chain([last], itertools.islice(further, 1, None)), until=until)
    except CollapsedComponentError as collapse:
        return collapse
    ends.append(end.objective)
    return replace(end, states=(*found.states, *end.states[1:]))


def _states(model, k, rng) -> Iterator[State]:
    """Yield the best mixture so far, after each trial."""
    now, fails = _rough(_leaping(model, start_from_clusters(model, k, rng))), 0
    for step in itertools.count():
        yield State(step, now.theta, now.objective, 1.0)
        if fails == 0:
            r, costs = responsibilities(model.blocks, now.theta), merging_costs(now.theta, model.kind)
        if fails == k - 1:  # each component has had its turn
            new = _moving_data(model, now)
        else:
            new = _next(model, now, r, costs, rng, fails) if k > 1 else now
        now, fails = (new, 0) if new.objective > now.objective + ROUGH else (now, fails + 1)


def _moving_data(model, now):
    """Return the run after moves of single data, as long as they help."""
    for moments in after_moves(model, now.theta):
        with contextlib.suppress(*GIVEN_UP):
            theta = model.m_step(now.theta, moments)
            if model.e_step(theta)[1] > now.objective + ROUGH:
                return _moving_data(model, _rough(_leaping(model, theta)))
    return now


def _next(model, now, r, costs, rng, fails):
    """Return the run from another mixture, or the one before where that collapses or loses too much."""
    try:
        new, changed = split_and_merged(model, now.theta, r, costs, rng, fails)
        new, gain = _after_local_steps(model, now.theta, new, changed, r)
        return now if gain < -MAX_LOCAL_LOSS else _rough(_leaping(model, new), now.objective)
    except GIVEN_UP:
        return now


def _leaping(model, theta):
    """Run SQUAREM on numbers in units of the data's spread: how far it leaps depends on units."""
    k, scale = len(theta.weights), model.scaling.scale
    units = np.concatenate([np.ones(k), np.tile(scale, k), np.tile(np.outer(scale, scale).ravel(), k)])
    return squarem(
        model,
        theta,
        to_vector=lambda theta: to_vector(theta) / units,
        from_vector=lambda vector, like: from_vector(vector * units, like),
    )


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
