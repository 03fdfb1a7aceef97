"""One assignment with bounds: which data are in doubt, and what decides each of them at the least cost.

A datum whose bound leaves a doubt is screened in single precision with a margin for rounding; in many dimensions
what is within the margin is screened once more in double precision; what is still open is decided by the arithmetic
of ``KMeans``, ties included.
"""

from dataclasses import dataclass

import numpy as np

from lecture_lib.models.kmeans.assignment import nearest_mean, squared_by_columns

__all__ = ["Clustering"]

ROWS_PER_TILE = 131_072
"""Rows whose bounds are compared at a time: with fewer, threads wait for each other at more calls. Uncritical by a
factor of four."""

NUMBERS_PER_BATCH = 524_288
"""About how many scores and coordinates a screen computes at a time, so that they stay in the cache.

A factor of four either way costs two fifths more.
"""

MIN_DIM_FOR_FLOAT64_SCREEN = 8
"""From here on, undecided rows are screened in float64 before the exact pass.

Without it a run in 16 dimensions takes a fifth longer; in fewer the exact pass costs about as much as the screen.
"""


@dataclass(frozen=True, eq=False)
class Clustering:
    """Which cluster each datum belongs to, and the bounds that the next step needs.

    Attributes
    ----------
    means : ndarray, shape (k, d)
        For which the labels hold.
    labels : ndarray of int, shape (n,)
        The nearest mean; of ties the lowest.
    loss : float
        J, in squared units of the data.
    computed : int
        How many distances were computed for this assignment.
    precise : bool
        Whether ``sizes`` and ``sums`` have the digits to be used; those of a plain step are not kept.
    gaps : ndarray of float32, shape (n,), or None
        A lower bound on each gap, plus ``moved``.
    moved : float
        By how much a gap has shrunk at most since the start, in units of the data.
    sizes : ndarray of int, shape (k,), or None
        R_j.
    sums : ndarray, shape (k, d), or None
        sum_i r_ij (x_i - origin).
    """

    means: np.ndarray
    labels: np.ndarray
    loss: float
    computed: int
    precise: bool = False
    gaps: np.ndarray | None = None
    moved: float = 0.0
    sizes: np.ndarray | None = None
    sums: np.ndarray | None = None


class Screening:
    """One assignment of all data of a :class:`~lecture_lib.models.kmeans.bounded.BoundedKMeans`."""

    def __init__(self, data, means, before):
        n, (k, d) = len(data.X), means.shape
        # The clustering before, and what of it is left to check.
        self.data, self.before, self.means, self.moved, expected = data, before, means, 0.0, n
        if before is not None:
            drifts = np.sort(np.sqrt(np.sum((means - before.means) ** 2, axis=1)))
            self.moved = before.moved + (1 + 1e-12) * float(drifts[-2:].sum())
            expected = before.computed // k
        # What the result consists of.
        self.labels, self.gaps = np.empty(n, np.min_scalar_type(2 * k)), np.empty(n, np.float32)
        # Scores of data: |x - m|^2 - |x|^2 = factors . x + squared_norms, all about the origin.
        shifted = means - data.origin
        self.factors, self.squared_norms = -2 * shifted, np.sum(shifted * shifted, axis=1)[:, None]
        # How it is computed: in about so many nanoseconds, and in batches of so many rows.
        self.work = n + expected * (32 + k + 4 * d)
        self.batch = min(data.tile, max(256, NUMBERS_PER_BATCH // (k + 2 * d)))

    def run_tiles(self, tiles):
        """Assign some rows; return by how much sizes and sums change, and how many rows were in doubt."""
        sizes, sums, screened = 0, 0, 0
        passes = [self._screen_float32, self._screen_float64, self._assign_exactly]
        if len(self.means[0]) < MIN_DIM_FOR_FLOAT64_SCREEN:
            del passes[1]
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows in single precision is screened again
            for whole in tiles:
                for start in range(whole.start, whole.stop, self.data.tile):
                    tile = slice(start, min(start + self.data.tile, whole.stop))
                    undecided = self._in_doubt(tile)
                    screened += len(undecided)
                    for decide in passes:
                        if len(undecided):
                            undecided = np.concatenate(self._in_batches(decide, undecided))
                    for more, further in self._in_batches(self._count, self._changed(tile)):
                        sizes, sums = sizes + more, sums + further
        return sizes, sums, screened

    def _in_batches(self, work, rows):
        return [work(rows[start : start + self.batch]) for start in range(0, len(rows), self.batch)]

    def _in_doubt(self, tile):
        """Return the rows of a tile that may change cluster, and copy the labels and bounds of all."""
        if self.before is None:
            return np.arange(tile.start, tile.stop)
        gaps = self.before.gaps[tile]
        self.labels[tile], self.gaps[tile] = self.before.labels[tile], gaps
        return (gaps <= np.float32((1 + 1e-6) * self.moved)).nonzero()[0] + tile.start

    def _screen_float32(self, rows):
        """Find whether the mean before is still the nearest, and the gaps; in the first step, the nearest."""
        nearest = None if self.before is None else self.labels.take(rows)
        return self._screen(rows, self.data.shifted.take(rows, axis=0), self.data.squared_norms.take(rows), nearest)

    def _screen_float64(self, rows):
        """Find the nearest mean, in double precision."""
        shifted = self.data.X.take(rows, axis=0) - self.data.origin
        return self._screen(rows, shifted, np.einsum("nd,nd->n", shifted, shifted))

    def _screen(self, rows, shifted, squares, nearest=None):
        """Note which mean is nearest and by how much; return the rows for which rounding leaves that open."""
        kind, d = shifted.dtype, len(self.means[0])
        squared_norms = self.squared_norms.astype(kind)
        scores = self.factors.astype(kind) @ shifted.T
        scores += squared_norms
        if nearest is None:
            nearest = self.labels[rows] = nearest_mean(scores)
        own, other = _own_and_other(scores, nearest)
        # By how much the difference of two scores is off at most, and of what KMeans computes instead, in whatever
        # order terms are added; and what underflows.
        precision = np.finfo(kind)
        slack = 4 * (d + 8) * float(precision.eps)
        margin = slack * squares
        margin += slack * float(squared_norms.max()) + (d + 8) * float(precision.tiny)
        gap = other - own
        gap -= margin
        undecided = (~(gap > 0)).nonzero()[0]  # also where it is NaN
        margin += squares
        own += margin
        other += margin
        gap /= np.sqrt(own) + np.sqrt(other)
        self._note(rows, gap)
        return rows.take(undecided)

    def _assign_exactly(self, rows):
        """Find the nearest mean as KMeans does, which decides ties."""
        squared = squared_by_columns(np.ascontiguousarray(self.data.X.take(rows, axis=0).T), self.means)
        nearest = self.labels[rows] = nearest_mean(squared)
        own, other = _own_and_other(squared, nearest)
        self._note(rows, np.maximum((1 - 1e-9) * np.sqrt(other) - (1 + 1e-9) * np.sqrt(own), 0))
        return rows[:0]

    def _note(self, rows, gap):
        """Keep gaps such that they can be compared with how far means have moved, and rounded down."""
        gap += self.moved
        gap *= 1 - 2e-6
        self.gaps[rows] = gap

    def _changed(self, tile):
        """Return the rows of a tile whose cluster is another than before, or that were not counted yet."""
        if self.before is None:
            return np.arange(tile.start, tile.stop)
        return (self.labels[tile] != self.before.labels[tile]).nonzero()[0] + tile.start

    def _count(self, rows):
        """Return by how much some rows change the sizes and sums of the clusters they come to and leave."""
        k = len(self.means)
        side = self.labels.take(rows)
        if self.before is not None:
            side, rows = np.concatenate([side, self.before.labels.take(rows) + k]), np.concatenate([rows, rows])
        sizes = np.bincount(side, minlength=2 * k)
        there = sizes.nonzero()[0]
        values = self.data.X.take(rows.take(side.argsort(kind="stable")), axis=0)
        values -= self.data.origin
        sums = np.zeros((2 * k, values.shape[1]))
        sums[there] = np.add.reduceat(values, (sizes.cumsum() - sizes).take(there), axis=0)
        return sizes[:k] - sizes[k:], sums[:k] - sums[k:]


def _own_and_other(scores, nearest):
    """Return of each column the entry that is named and the least of the others, and overwrite the former."""
    n = scores.shape[1]
    places = nearest * np.intp(n)
    places += np.arange(n)
    flat = scores.reshape(-1)
    own = flat.take(places)
    flat[places] = np.inf
    return own, scores.min(axis=0)
