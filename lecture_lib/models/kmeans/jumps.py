"""A search for the best optimum of k-means: jumps from one optimum to the next, and then moves of single data.

A jump adds means at data that cost much, lets assignment and update take a few steps, gives pairs of clusters one
mean where J rises least until there are as many as before, and lets assignment and update go on.

Sources: B. Fritzke, *Breathing k-means*, 2020 (several at once); T. Kaukoranta, P. Fränti and O. Nevalainen,
*Iterative split-and-merge algorithm for vector quantization codebook generation*, 1998.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import seeding, validation
from lecture_lib.blocks import one_blas_thread
from lecture_lib.em import Run, State, best_of, converge, em, nothing_gained, parameters_settle
from lecture_lib.models.kmeans.loop import KMeans
from lecture_lib.models.kmeans.partitions import MIN_FALL, TINY, Partitions

__all__ = ["Jumps", "search"]

STEPS_WITH_MORE = 2
"""So many steps of k-means are made with the means that a jump adds, before pairs get one mean."""

HALVINGS = 4
"""A jump doubles the means; after a failure the next adds half as many, and after so many failures all again."""

SHARE = 3e-4
"""From a start, or after a jump, k-means runs until a step lowers J by less than this share of it.

What is left then decides few jumps, and takes as long as they do.
"""


class Jumps(Partitions):
    """k-means that jumps: a loop over :class:`~lecture_lib.em.State`, as ``BoundedKMeans`` is.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts.
    """

    def states(self, k: int, *, rng: np.random.Generator) -> Iterator[State[np.ndarray]]:
        """Run k-means from a start with candidates, then jump, endlessly; for :func:`lecture_lib.em.converge`.

        The objective is -J. A jump that does not lower J is not made: the state is then as before.
        """
        now, fails = self._from_start(k, rng), 0
        for step in itertools.count():
            yield State(step, now.means + self.shift, -now.J)
            new = self._jump(now, rng, fails)
            now, fails = (now, fails + 1) if new is None or new.J >= (1 - MIN_FALL) * now.J else (new, 0)

    def single_moves(self, means: np.ndarray) -> Iterator[State[np.ndarray]]:
        """Run k-means from means (k, d) to its end, then move single data; where that lowers J no more, stay."""
        now = self.settle(means - self.shift)
        for step in itertools.count():
            yield State(step, now.means + self.shift, -now.J)
            now = self.move_single_data(now)

    def _from_start(self, k, rng):
        start = seeding.kmeans_plus_plus(self.data, k, rng, 2 + int(math.log(k)), self.weighted)
        return self.settle(start - self.shift, share=SHARE)

    def _jump(self, old, rng, fails):
        """Return where a jump leads; None where that is given up."""
        k, ends = len(old.means), np.cumsum(self.weights * old.costs)
        drawn = ends.searchsorted(rng.uniform(0, ends[-1], max(1, k >> fails % HALVINGS)))
        steps = self.steps(np.concatenate([old.means, self.X[drawn]]))
        *_, (_, _, means, R) = itertools.islice(steps, STEPS_WITH_MORE)
        return self.settle(_merged(means, R, k), old.J, SHARE)


def _merged(means, R, k):
    """Return k means after pairs of clusters, with sizes R, got one.

    In each round as many pairs as half of the means that are too many: the cheapest of those in which each is the
    other's cheapest. One at a time, the cheapest first, would lead to much the same.
    """
    while len(means) > k:
        costs, places = _merging_costs(means, R), np.arange(len(R))
        partner = costs.argmin(axis=1)
        a = np.flatnonzero((partner[partner] == places) & (places < partner))
        a = a[costs[a, partner[a]].argsort()[: (len(R) - k + 1) // 2]]
        if len(a) == 0:  # weights so large that costs overflow
            return means[:k]
        b = partner[a]
        means[a] += (R[b] / np.maximum(R[a] + R[b], TINY))[:, None] * (means[b] - means[a])
        R[a] += R[b]
        means, R = np.delete(means, b, axis=0), np.delete(R, b)
    return means


def _merging_costs(means, R):
    """Return by how much J rises when two clusters get one mean, shape (k, k), infinite for one with itself."""
    from scipy.spatial.distance import cdist  # here, so that the import of the models stays quick

    costs = R[:, None] * R / np.maximum(R[:, None] + R, TINY) * cdist(means, means, "sqeuclidean")
    np.fill_diagonal(costs, np.inf)
    return costs


def search(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int = 2,
    patience: int = 20,
    max_steps: int = 10_000,
    sample_weight: ArrayLike | None = None,
) -> Run[np.ndarray]:
    """Look for the best optimum of k-means, and say how many starts found it.

    From each start k-means runs until J hardly falls. Then, again and again, means are added at data that cost
    much, pairs of clusters get one mean where J rises least, and k-means runs on; a jump that lowers J stays. After
    ``patience`` jumps in vain k-means runs to its end, and single data move as long as J falls. The lowest of all
    starts is returned: ``agreeing`` says how many ended there, ``second`` where the best of the others did. That
    all agree is a sign of the best optimum, no proof: on few data two starts may both miss it.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of clusters, from 1 to the number of distinct data.
    rng : numpy.random.Generator
        Source of the starts, and of the jumps.
    restarts, patience, max_steps : int
        How many starts, how many jumps in vain end a search from one, and how many jumps are tried at most.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts.

    Returns
    -------
    Run
        A state per jump tried; ``theta`` are the means, shape (k, d); ``objective`` is -J.
    """
    jumps = Jumps(X, sample_weight=sample_weight)
    k, rng, until = validation.count(k, len(jumps.X)), validation.rng(rng), nothing_gained(patience)
    restarts = validation.count(restarts, None, "restarts")

    with one_blas_thread():
        best = best_of(_from_one_start(jumps, k, rng, until, max_steps) for _ in range(restarts))
        if best.interrupted:
            return best
        try:
            end = converge(
                em(KMeans(jumps.data, sample_weight=jumps.weighted), best.theta), until=parameters_settle()
            )
        except KeyboardInterrupt:
            return replace(best, interrupted=True)
    states = (*best.states[:-1], replace(end.states[-1], step=best.states[-1].step))
    return replace(best, states=states, interrupted=end.interrupted)


def _from_one_start(jumps, k, rng, until, max_steps):
    """Return the run of a search, whose last state is after single moves unless it was interrupted."""
    found = converge(jumps.states(k, rng=rng), until=until, max_steps=max_steps)
    if found.interrupted:
        return found
    try:
        moved = converge(jumps.single_moves(found.theta), until=nothing_gained(1))
    except KeyboardInterrupt:
        return replace(found, interrupted=True)
    states = (*found.states, replace(moved.states[-1], step=len(found.states)))
    return replace(found, states=states, interrupted=moved.interrupted)
