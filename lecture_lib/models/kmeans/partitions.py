"""Partitions of data, and the steps that lower their J: assignment and update, single moves.

Data are taken about their median, and J from differences. What a step computes by a product only decides where data
go: that needs no last digit.

Sources: D. Lee, S. Baek and K. Sung, *Modified K-means algorithm for vector quantizer design*, 1997 (means that go
farther than the update); J. A. Hartigan and M. A. Wong, *A k-means clustering algorithm*, 1979 (single data).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks, over_tiles

__all__ = ["Partition"]

NUMBERS_PER_SLICE = 262_144
"""About how many distances and coordinates are computed at a time, so that they stay in the cache."""

MIN_FALL = 1e-9
"""By this share of J, or of what its datum costs, a jump or a move must lower J: less is rounding."""

NEARLY = 0.03
"""A datum is tried for a move even if it would raise J by this share of its cost: others move before it."""

FARTHER = 0.8
"""From one update to the next means go on by so much of their last way: where many are in a row, they move slowly.

With 0.7 and 0.9 J was higher at equal time, on sets of ``tests/benchmarks/optima.py``.
"""

FAR = 1e8
"""Of data so much farther than the others, squared, a product leaves less than half of the digits of a cost."""

TINY = np.finfo(float).tiny

STEPS_AHEAD = 3
"""A jump is given up when so many falls as large as the last would not bring J below that of the best."""


@dataclass(frozen=True, eq=False)
class Partition:
    """Labels (n,) of the data, the means (k, d), the sizes (k,), what each datum costs (n,), and J."""

    means: np.ndarray
    labels: np.ndarray
    sizes: np.ndarray
    costs: np.ndarray
    J: float


class Partitions:
    """Data about their median; ``data`` (n, d) are those that count, ``weighted`` their weights or None."""

    def __init__(self, X: ArrayLike, *, sample_weight: ArrayLike | None = None):
        blocks = Blocks(validation.data(X), sample_weight=validation.aligned(sample_weight, X))
        self.data: np.ndarray = np.asarray(blocks.array)
        self.weighted = blocks.weights
        self.weights = np.ones(len(self.data)) if blocks.weights is None else blocks.weights
        self.shift = np.median(self.data, axis=0)  # near most data, even if a few are far away
        self.X = np.ascontiguousarray(self.data - self.shift)
        self.rows = np.column_stack([self.X, np.ones(len(self.X))])
        self.norms = np.einsum("nd,nd->n", self.X, self.X)
        self.far = np.flatnonzero(self.norms > FAR * np.median(self.norms))

    def nearest(self, means):
        """Return which mean is nearest to each datum, and its squared distance."""
        labels, costs = np.empty(len(self.X), np.intp), np.empty(len(self.X))
        factors = np.column_stack([-2 * means, np.einsum("kd,kd->k", means, means)]).T

        def work(tiles):
            for tile in tiles:
                scores = self.rows[tile] @ factors
                labels[tile] = scores.argmin(axis=1)
                costs[tile] = scores[np.arange(len(scores)), labels[tile]]

        over_tiles(work, len(labels), max(256, NUMBERS_PER_SLICE // sum(means.shape)))
        costs += self.norms
        costs[self.far] = np.sum((self.X[self.far] - means[labels[self.far]]) ** 2, axis=1)
        return labels, np.maximum(costs, 0, out=costs)

    def centres(self, labels, old):
        """Return the means of clusters, shape (k, d), and their sizes; without data, the old mean."""
        from scipy import sparse  # here, so that the import of the models stays quick

        k, n = len(old), len(labels)
        R = np.bincount(labels, self.weights, minlength=k)
        members = sparse.csc_array((self.weights, labels, np.arange(n + 1)), shape=(k, n))
        return np.where(R[:, None] > 0, members @ self.X / np.maximum(R, TINY)[:, None], old), R

    def partition(self, labels, old):
        """Return the partition with these labels."""
        means, R = self.centres(labels, old)
        differences = self.X - means[labels]
        costs = np.einsum("nd,nd->n", differences, differences)
        return Partition(means, labels, R, costs, float(self.weights @ costs))

    def steps(self, means):
        """Alternate assignment and update, endlessly; yield J and labels, then the means and sizes of the clusters.

        The next assignment is to means that have gone on: J may rise, though what is yielded are the data's means.
        """
        before = means
        while True:
            labels, costs = self.nearest(means)
            new, R = self.centres(labels, means)
            yield self.weights @ costs, labels, new, R
            before, means = new, new + FARTHER * (new - before)

    def settle(self, means, goal=np.inf, share=0.0):
        """Take steps until J falls by no more than a share of it; return the partition, None if no goal is near."""
        before, steps = np.inf, self.steps(means)
        while True:
            J, labels, new, _ = next(steps)
            fall = before - J
            if J - STEPS_AHEAD * fall > goal:
                return None
            if not fall > share * J:
                return self.partition(labels, new)
            before = J

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
