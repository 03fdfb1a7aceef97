"""Partitions of data, and the steps that lower their J: assignment and update near what changed, single moves.

Data are taken about their mean, and J from differences. What a step computes by a product only decides where data
go: that needs no last digit.

Sources: T. Kaukoranta, P. Fränti and O. Nevalainen, *A fast exact GLA based on code vector activity detection*,
2000 (only means that moved); J. A. Hartigan and M. A. Wong, *A k-means clustering algorithm*, 1979 (single data).
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks, over_tiles
from lecture_lib.models.kmeans.assignment import nearest_mean

__all__ = ["Partition"]

NUMBERS_PER_SLICE = 262_144
"""About how many distances and coordinates are computed at a time, so that they stay in the cache."""

MIN_FALL = 1e-9
"""By this share of J, or of what its datum costs, a jump or a move must lower J: less is rounding."""

NEARLY = 0.03
"""A datum is tried for a move even if it would raise J by this share of its cost: others move before it."""

TINY = np.finfo(float).tiny

STEPS_AHEAD = 3
"""A jump is given up when so many falls as large as the last would not bring J below that of the best clustering.

Of 1, 3, 8, 20 and 50, this one led to the lowest J at equal time, on sets of ``tests/benchmarks/optima.py``.
"""


@dataclass(frozen=True, eq=False)
class Partition:
    """Labels (n,) of the data, the means (k, d), the sizes (k,), what each datum costs (n,), and J."""

    means: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    costs: np.ndarray
    J: float


class Partitions:
    """Data about their mean; ``data`` (n, d) are those that are not absent, ``weighted`` their weights or None."""

    def __init__(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None):
        blocks = Blocks(validation.data(X), sample_weight=validation.aligned(sample_weight, X))
        self.data: np.ndarray = np.asarray(blocks.array)
        self.weighted = blocks.weights
        self.weights = np.ones(len(self.data)) if blocks.weights is None else blocks.weights
        self.shift = self.data.mean(axis=0)
        self.X = np.ascontiguousarray(self.data - self.shift)
        self.columns = np.vstack([self.X.T, np.ones(len(self.X))])
        self.norms = np.einsum("nd,nd->n", self.X, self.X)

    def nearest(self, means, rows=slice(None)):
        """Return which mean is nearest to each of some data, and its squared distance."""
        columns = self.columns[:, rows]
        labels, costs = np.empty(columns.shape[1], np.intp), np.empty(columns.shape[1])
        factors = np.column_stack([-2 * means, np.einsum("kd,kd->k", means, means)])

        def work(tiles):
            for tile in tiles:
                scores = factors @ columns[:, tile]
                costs[tile] = scores.min(axis=0)
                labels[tile] = nearest_mean(scores, costs[tile])

        over_tiles(work, len(labels), max(256, NUMBERS_PER_SLICE // sum(means.shape)))
        costs += self.norms[rows]
        return labels, np.maximum(costs, 0, out=costs)

    def centres(self, labels, old, rows=slice(None)):
        """Return the means of clusters of some data, shape (k, d), and their sizes; without data, the old mean."""
        from scipy import sparse  # here, so that the import of the models stays quick

        k, n = len(old), len(labels)
        R = np.bincount(labels, self.weights[rows], minlength=k)
        members = sparse.csc_array((self.weights[rows], labels, np.arange(n + 1)), shape=(k, n))
        return np.where(R[:, None] > 0, members @ self.X[rows] / np.maximum(R, TINY)[:, None], old), R

    def partition(self, labels, old):
        """Return the partition with these labels."""
        means, R = self.centres(labels, old)
        costs = self.to_own(means, labels)
        return Partition(means, labels, R, costs, float(self.weights @ costs))

    def to_own(self, means, labels, rows=slice(None)):
        """Return the squared distances of some data to their own means, from differences."""
        differences = self.X[rows] - means[labels]
        return np.einsum("nd,nd->n", differences, differences)

    def settle(self, means, old=None, share=0.0):
        """Alternate assignment and update until J falls by no more than a share of it; return the partition.

        None if that does not lead below the J of ``old``, the partition whose means were changed: only what differs
        is computed.
        """
        moved = np.ones(len(means), dtype=bool) if old is None else (means != old.means).any(axis=1)
        labels, costs, goal = (None, None, np.inf) if old is None else (old.labels, old.costs, old.J)
        before = np.inf
        for step in itertools.count():
            labels, costs = self._assign(labels, costs, means, moved)
            J, (new, _) = self.weights @ costs, self.centres(labels, means)
            fall = before - J
            if step and J - STEPS_AHEAD * fall > goal:
                return None
            moved = (new != means).any(axis=1)
            if not (moved.any() and fall > share * J):
                break
            before, means = J, new
        return self.partition(labels, means)

    def _assign(self, labels, costs, means, moved):
        """Return labels and costs with means of which some have moved since: what did not move is no nearer now.

        Data look at the means that moved; those whose own mean is farther than before look at all. Where most means
        moved, all data do: the labels are the same, sooner.
        """
        if 2 * moved.sum() > len(means):
            return self.nearest(means)
        names, own = np.flatnonzero(moved), np.flatnonzero(moved[labels])
        labels, costs, before = labels.copy(), costs.copy(), costs[own]
        costs[own] = self.to_own(means, labels[own], own)
        other, distance = self.nearest(means[names])
        better = distance < costs - 1e-12 * self.norms
        labels[better], costs[better] = names[other[better]], distance[better]
        farther = own[costs[own] > before]
        labels[farther], costs[farther] = self.nearest(means, farther)
        return labels, costs

    def move_single_data(self, old):
        """Move single data, the best first, each if J falls by the sums as they are then."""
        labels, R, means = old.labels.copy(), old.sizes.astype(float), old.means.copy()
        gains, to = self._gains(old)
        found = np.flatnonzero(gains > -NEARLY * old.costs)
        for i in found[np.argsort(-gains[found])].tolist():
            a, b, w = labels[i], to[i], self.weights[i]
            away, near = self.X[i] - means[a], self.X[i] - means[b]
            if w < R[a] and R[b] / (R[b] + w) * (near @ near) < (1 - MIN_FALL) * R[a] / (R[a] - w) * (away @ away):
                means[a] -= w / (R[a] - w) * away
                means[b] += w / (R[b] + w) * near
                R[[a, b]] += -w, w
                labels[i] = b
        return self.partition(labels, means)

    def _gains(self, old):
        """Return by how much J falls when a datum, and both means, move, at best; and to which cluster, (n,)."""
        w, R, own = self.weights, old.sizes[:, None], old.sizes[old.labels]
        gains, to = np.where(own > w, own * w / np.where(own > w, own - w, 1) * old.costs, 0.0), old.labels.copy()
        squares = np.einsum("kd,kd->k", old.means, old.means)[:, None]

        def work(tiles):
            for tile in tiles:
                rises = squares + self.norms[tile] - 2 * old.means @ self.X[tile].T
                rises *= R * w[tile] / (R + w[tile])
                rises[old.labels[tile], np.arange(rises.shape[1])] = np.inf
                to[tile] = rises.argmin(axis=0)
                gains[tile] -= rises.min(axis=0)

        over_tiles(work, len(self.X), max(256, NUMBERS_PER_SLICE // sum(old.means.shape)))
        return gains, to
