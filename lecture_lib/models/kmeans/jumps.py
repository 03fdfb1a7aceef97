"""A search for the best optimum of k-means: jumps from one optimum to the next, and then moves of single data.

A jump takes some means away where J rises little and gives them to halves of clusters where J falls much, then lets
assignment and update go on.

Sources: P. Fränti and J. Kivijärvi, *Randomised local search algorithm for the clustering problem*, 2000 (swaps);
B. Fritzke, *Breathing k-means*, 2020 (several at once).
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

NOISE = 0.7
"""Gains and costs of a jump are multiplied by e^u, u uniform in so much about 0, so that another jump is tried."""

PART_HALVED = 4
"""One in so many clusters, those that lose most, is halved for a jump: halving cannot gain more than they lose."""

SHARE = 1e-3
"""From a start, or after a jump, k-means runs until a step lowers J by less than this share of it.

What is left then decides few jumps, and takes as long as they do: of 0, 1e-5, 1e-4, 3e-4, 1e-3 and 3e-3, this one
led to the lowest J at equal time, on sets of ``tests/benchmarks/optima.py``.
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

        The objective is -J. A jump that does not lower J is not made: the state is then as before. With up to two
        means there is nothing to jump with, and new starts are tried.
        """
        now, fails = self._from_start(k, rng), 0
        for step in itertools.count():
            yield State(step, now.means + self.shift, -now.J)
            new = self._jump(now, rng, fails) if k > 2 else self._from_start(k, rng)
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

    def _halves(self, old, losses, rng):
        """Halve the clusters that lose most by two steps of k-means in each; return means (k, d) of the halves.

        Also by how much J falls, (k,): by eq. 3.4, R_a R_b / (R_a + R_b) times the squared distance of the two.
        """
        k = len(old.means)
        rows = np.flatnonzero((losses >= np.sort(losses)[-1 - k // PART_HALVED])[old.labels])
        labels = old.labels[rows]
        with np.errstate(divide="ignore"):  # a datum is drawn in proportion to what it costs
            last = (-rng.exponential(size=len(rows)) / (self.weights * old.costs)[rows]).argsort()
        a, b = old.means, old.means.copy()
        b[labels[last]] = self.X[rows[last]]
        for _ in range(2):
            axes = b - a
            middles = np.einsum("kd,kd->k", axes, (a + b) / 2)
            side = np.einsum("nd,nd->n", self.X[rows], axes[labels]) > middles[labels]
            both, R = self.centres(2 * labels + side, np.repeat(old.means, 2, axis=0), rows)
            a, b = both[::2], both[1::2]
        R = R.reshape(k, 2)
        return a, b, R.prod(axis=1) / np.maximum(R.sum(axis=1), TINY) * np.sum((a - b) ** 2, axis=1)

    def _jump(self, old, rng, fails):
        """Return where several jumps at once lead; None where that is given up.

        As many as pay by their exact gains and costs, but half as many after each failure, and at least one.
        """
        k = len(old.means)
        blur, further = np.exp(NOISE * rng.uniform(-1, 1, (2, k))) if fails else np.ones((2, k))
        a, b, gains = self._halves(old, blur * np.bincount(old.labels, self.weights * old.costs, minlength=k), rng)
        costs = _merging_costs(old)
        partner, gains, costs = costs.argmin(axis=1), blur * gains, further * costs.min(axis=1)
        many = max(1, int(np.sum(np.sort(gains)[::-1] > np.sort(costs))) >> fails)
        split = gains.argsort()[::-1][:many]
        free, gone = np.ones(k, dtype=bool), []
        free[split] = False
        for j in costs.argsort().tolist():
            if free[j] and len(gone) < many:
                gone.append(j)
                free[[j, partner[j]]] = False
        means, split = old.means.copy(), split[: len(gone)]
        means[split], means[gone] = a[split], b[split]
        return self.settle(means, old, SHARE)


def _merging_costs(old):
    """Return by how much J rises when two clusters get one mean, shape (k, k), infinite for one with itself."""
    from scipy.spatial.distance import cdist  # here, so that the import of the models stays quick

    R = old.sizes[:, None]
    costs = R * R.T / np.maximum(R + R.T, TINY) * cdist(old.means, old.means, "sqeuclidean")
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
) -> Run:
    """Look for the best optimum of k-means, and say how many starts found it.

    From each start k-means runs until J hardly falls. Then, again and again, means are taken from where J rises
    least, given to clusters whose halving lowers J most, and k-means runs on; a jump that lowers J stays. After
    ``patience`` jumps in vain k-means runs to its end, and single data move as long as J falls. The lowest of all
    starts is returned: ``agreeing`` says how many ended there, ``second`` where the best of the others did. One
    optimum from all is likely the best one.

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
        end = converge(em(KMeans(jumps.data, sample_weight=jumps.weighted), best.theta), until=parameters_settle())
    states = (*best.states[:-1], replace(end.states[-1], step=best.states[-1].step))
    return replace(best, states=states, interrupted=end.interrupted)


def _from_one_start(jumps, k, rng, until, max_steps):
    """Return the run of a search, whose last state is after single moves unless it was interrupted."""
    found = converge(jumps.states(k, rng=rng), until=until, max_steps=max_steps)
    if found.interrupted:
        return found
    moved = converge(jumps.single_moves(found.theta), until=nothing_gained(1))
    states = (*found.states, replace(moved.states[-1], step=len(found.states)))
    return replace(found, states=states, interrupted=moved.interrupted)
