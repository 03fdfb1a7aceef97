"""k-means as a model of the loop, and ``fit``, which looks for its best optimum.

Data ``X`` (n, d) must be finite, two-dimensional and not empty, means (k, d) finite and of the same dimension;
else there is a ``ValueError``. Source: lecture 22, slide "k-means always converges".
"""

import functools
import math
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import seeding, validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import Run, best_of, converge, em, parameters_settle
from lecture_lib.models.kmeans.assignment import ClusterSums, assigned, warn_empty
from lecture_lib.models.kmeans.bounded import BoundedKMeans
from lecture_lib.models.kmeans.definitions import squared_distances

__all__ = ["KMeans", "final_losses", "fit"]

CANDIDATES_FOR_EMPTY = 32
"""Places that are tried for the mean of an empty cluster; up to so many data, all of them."""


class KMeans:
    """k-means as a model of the loop: q are labels, theta the means, the objective is -J.

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Data; whatever :class:`lecture_lib.blocks.Blocks` takes. They are not copied.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts in J and in the means; those of weight 0 are absent, and have no label.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.
    """

    nat = 0.0  # -J is no log-likelihood

    def __init__(
        self, X: ArrayLike | Iterable, *, sample_weight: ArrayLike | None = None, executor: Executor | None = None
    ):
        self.blocks = Blocks(X, executor, sample_weight=sample_weight)
        self.X: Any = self.blocks.array  # None for blocks

    def e_step(self, means: ArrayLike) -> tuple[np.ndarray | ClusterSums, float]:
        """Return the labels of all data, shape (n,), and -J; for blocks :class:`ClusterSums` instead of labels."""
        m = validation.means(means, self.blocks.shape[1])
        if self.X is None:
            sums, J = self.blocks.total(_cluster_sums, m)
            return sums, -float(J)
        nearest, J = assigned(self.X, m, threads=True, weights=self.blocks.weights)
        return nearest, -float(J)

    def m_step(self, means: ArrayLike, nearest: np.ndarray | ClusterSums) -> np.ndarray:
        """Return the means of the data of each cluster, shape (k, d), from what :meth:`e_step` returns.

        An empty cluster keeps its mean, with an :class:`EmptyClusterWarning`.
        """
        m = validation.means(means, self.blocks.shape[1])
        sums = nearest
        if not isinstance(sums, ClusterSums):
            sums = ClusterSums.of(self.X, sums, len(m), threads=True, weights=self.blocks.weights)
        for j in np.flatnonzero(sums.sizes == 0).tolist():
            warn_empty(j)
        return sums.means(m)


def _cluster_sums(X, means, *, threads, weights=None):
    """Assign a block of data; return its sums and its J."""
    nearest, J = assigned(X, means, threads=threads, weights=weights)
    return ClusterSums.of(X, nearest, len(means), threads=threads, weights=weights), J


def final_losses(X: ArrayLike, starts: Iterable[ArrayLike]) -> np.ndarray:
    """Run k-means from each start (k, d) until no mean moves; return the J where it ends, one per start."""
    model, until = KMeans(X), parameters_settle()
    return np.array([-converge(em(model, start), until=until).objective for start in starts])


def fit(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int = 10,
    max_steps: int = 10_000,
    sample_weight: ArrayLike | None = None,
) -> Run[np.ndarray]:
    """Run k-means from several k-means++ starts and keep the run with the lowest J.

    Each mean of a start is the best of 2 + floor(log k) candidates. The steps are those of :class:`KMeans`, but
    the mean of a cluster that has lost all data goes to the datum where J falls most, of 32 drawn as a start is. J
    still falls: the mean of an empty cluster does not occur in J(r, m), so moving it changes nothing, and the next
    assignment can only lower J. A run that ends because no mean moves has no empty cluster, therefore.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of clusters, from 1 to the number of distinct data.
    rng : numpy.random.Generator
        Source of the starts, and of the candidates.
    restarts, max_steps : int
        How many starts, and how many steps from each at most; at least 1.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts.

    Returns
    -------
    Run
        ``theta`` are the means, shape (k, d); ``objective`` is -J.

    Examples
    --------
    >>> from lecture_lib.datasets import load_old_faithful
    >>> run = fit(load_old_faithful(), 2, rng=np.random.default_rng(0))
    >>> run
    Run(converged after 3 steps, objective -8901.77)
    >>> run.theta.round(2)
    array([[ 2.09, 54.75],
           [ 4.3 , 80.28]])
    """
    plain = KMeans(validation.data(X), sample_weight=validation.aligned(sample_weight, X))
    X, weights = plain.X, plain.blocks.weights  # without those of weight 0
    k = validation.count(k, len(X))
    restarts = validation.count(restarts, None, "restarts")
    rng, bounded = validation.rng(rng), BoundedKMeans(X, sample_weight=weights)
    refill = functools.partial(_refilled, X, rng, weights=weights)
    candidates = 2 + int(math.log(k))

    def run():
        start = seeding.kmeans_plus_plus(X, k, rng, candidates, weights)
        states = bounded.states(start, refill=refill)
        return _with_exact_end(plain, converge(states, until=parameters_settle(), max_steps=max_steps))

    return best_of(run() for _ in range(restarts))


def _refilled(X, rng, means, empty, weights=None):
    """Return the means with those of empty clusters where J falls most, one after the other."""
    means, full = means.copy(), np.delete(means, empty, axis=0)
    for j in empty:
        to_nearest = squared_distances(X, full).min(axis=1)
        gains = to_nearest if weights is None else weights * to_nearest
        tried = np.flatnonzero(to_nearest)  # a datum that is no mean yet: its cluster cannot be empty
        if len(tried) > CANDIDATES_FOR_EMPTY:
            tried = rng.choice(len(X), size=CANDIDATES_FOR_EMPTY, p=gains / gains.sum())
        means[j] = X[seeding.best_addition(X - X.mean(axis=0), to_nearest, tried, weights)]
        full = np.vstack([full, means[j]])
    return means


def _with_exact_end(model, run):
    """Recompute the last two states with ``KMeans``, so that the result is bit-identical to that of plain steps."""
    if not run.converged:
        return run
    means = model.m_step(run.theta, model.e_step(run.theta)[0])
    objective = model.e_step(means)[1]
    ends = (replace(state, theta=means, objective=objective) for state in run.states[-2:])  # no mean moved
    return replace(run, states=(*run.states[:-2], *ends))
