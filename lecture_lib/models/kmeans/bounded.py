"""k-means that skips distances which cannot matter: the same iterates as ``KMeans``, in less time.

The gap of a datum is its distance to the second nearest mean less that to the nearest. By the triangle inequality
no gap shrinks by more than the two fastest means have moved together. A lower bound on each gap is carried along;
while it is above 0 the datum stays, and none of its distances is computed. The sums of the clusters are brought up
to date by the data that change cluster.

Sources: G. Hamerly, *Making k-means even faster*, 2010; C. Elkan, *Using the triangle inequality to accelerate
k-means*, 2003.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import THREADS, Blocks, added, over_tiles
from lecture_lib.em import State
from lecture_lib.models.kmeans.assignment import ClusterSums, assigned, first_data, warn_empty
from lecture_lib.models.kmeans.definitions import squared_distances
from lecture_lib.models.kmeans.screening import ROWS_PER_TILE, Clustering, Screening

__all__ = ["BoundedKMeans", "fastest_others", "gaps", "least_gaps"]

MAX_SIZE_FOR_PLAIN_STEPS = 16_384
"""Up to so many numbers in the data every step is plain: setting up bounds takes longer than they save.

Old Faithful, 544 numbers, would take twice as long; from here on it is even (``tests/benchmarks/tiles.py``).
"""

MIN_WORK_FOR_TWO_THREADS = 1_500_000
"""Estimated nanoseconds of work above which a second thread pays.

Late steps look at few data: two threads wait for each other longer than they save. Uncritical by a factor of four.
"""

MIN_SHARE_OF_J = 1e-5
"""Below this share of the data's sum of squares, J from sums has lost five digits: it is summed afresh."""

FLOAT32_RANGE = 1e-20, 1e30
"""Sums of squares between which float32 neither overflows nor underflows where it matters; else float64 screens."""


def fastest_others(drifts: ArrayLike) -> np.ndarray:
    """Return how far the fastest of the other means has moved, given how far each has, shape (k,); 0 if alone."""
    drifts = validation.vector(drifts, "drifts")
    first, rest = drifts.argmax(), drifts.copy()
    rest[first] = 0.0
    others = np.full_like(drifts, drifts[first])
    others[first] = rest.max()
    return others


def gaps(X: ArrayLike, means: ArrayLike, nearest: ArrayLike) -> np.ndarray:
    """Return how much farther the nearest other mean is than the own, shape (n,), in the units of ``X``.

    ``nearest`` (n,) names each datum's own mean, one of at least two; a gap is negative where another is nearer.
    """
    distances = np.sqrt(squared_distances(X, means))
    n, k = distances.shape
    every, own = np.arange(n), _own(nearest, k, n)
    mine = distances[every, own]
    distances[every, own] = np.inf
    return distances.min(axis=1) - mine


def least_gaps(before: ArrayLike, means: ArrayLike, moved: ArrayLike, nearest: ArrayLike) -> np.ndarray:
    """Return below what no gap can fall when the means move, shape (n,): the triangle inequality, used twice.

    ``before`` (n,) are gaps, or lower bounds on them, with ``means`` (k, d); where the result is above 0, the own
    mean of ``nearest`` (n,) is still the nearest with ``moved`` (k, d). Eq. 12.3. Source: Hamerly 2010.

    :class:`BoundedKMeans` subtracts the drifts of the two fastest means from every gap. This is at least as much,
    so the bound holds; and it is one number per step, which is compared with all gaps instead of changing them.
    """
    moved = validation.data(moved, "moved")
    drifts = np.sqrt(np.sum((moved - validation.means(means, moved.shape[1], len(moved))) ** 2, axis=1))
    own = _own(nearest, len(drifts))
    return validation.vector(before, "before", len(own)) - (drifts + fastest_others(drifts))[own]


def _own(nearest, k, n=None):
    """Return each datum's own mean as labels below k."""
    own = validation.labels(nearest, "nearest")
    if own.max() >= k or n not in (None, len(own)):
        raise ValueError(
            f"nearest must hold a label below k = {k} for each datum, got {len(own)} up to {own.max()}; "
            "pass labels(X, means)"
        )
    return own


class BoundedKMeans:
    """k-means with bounds: a loop over :class:`~lecture_lib.em.State`, as ``em(KMeans(X), start)`` is.

    Labels are those of ``KMeans``: what is closer than rounding is decided by the same arithmetic. The data are
    copied in single precision, which takes half their memory.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts; those of weight 0 are absent, and have no label.
    plain_up_to, two_threads_from, tile : int
        Numbers in the data, nanoseconds, and rows, at which another way to compute the same is taken. The defaults
        are measured; tests make them small.
    """

    def __init__(
        self,
        X: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        plain_up_to: int = MAX_SIZE_FOR_PLAIN_STEPS,
        two_threads_from: int = MIN_WORK_FOR_TWO_THREADS,
        tile: int = ROWS_PER_TILE,
    ):
        blocks = Blocks(validation.data(X), sample_weight=validation.aligned(sample_weight, X))
        self.weights, self.X = blocks.weights, np.asarray(blocks.array)
        self.plain = self.X.size <= plain_up_to
        self.two_threads_from, self.tile = two_threads_from, tile
        if not self.plain:
            self._prepare()

    def states(self, start: ArrayLike, *, refill: Callable | None = None) -> Iterator[State[np.ndarray]]:
        """Alternate assignment and update from a start (k, d), endlessly; for :func:`lecture_lib.em.converge`.

        The objective is -J. An empty cluster keeps its mean, with a warning, or gets the one that ``refill`` gives
        it: a function of the means and the indices of those without data, which returns new means.
        """
        for step, clustering in enumerate(self.clusterings(start, refill=refill)):
            yield State(step, clustering.means, -clustering.loss)

    def clusterings(self, start: ArrayLike, *, refill: Callable | None = None) -> Iterator[Clustering]:
        """Yield the assignment of each state. Only the last is kept, for its bounds."""
        means, before = np.array(validation.means(start, self.X.shape[1])), None
        while True:
            means.flags.writeable = False
            before = self._assign(means, before)
            yield before
            sums = self._sums(before)
            means, empty = sums.means(means), np.flatnonzero(sums.sizes == 0)
            if refill is not None and len(empty):
                means = refill(means, empty)
                continue
            for j in empty.tolist():
                warn_empty(j)

    def _prepare(self):
        """Choose an origin; write the data about it in single precision, and their squared norms."""
        few, n = self.X[:4096], len(self.X)
        # A datum, so that differences of whole numbers are whole, and their sums exact in any order.
        self.origin = few[np.argmin(np.sum((few - few.mean(axis=0)) ** 2, axis=1))].copy()
        if np.abs(self.origin).max() <= np.abs(few - self.origin).max():
            self.origin[:] = 0  # nothing to subtract
        self.shifted, self.squared_norms = np.empty(self.X.shape, np.float32), np.empty(n)
        over_tiles(self._shift, n, 4096)
        self.total = float(self.squared_norms.sum())
        if not FLOAT32_RANGE[0] < self.total < FLOAT32_RANGE[1]:
            self.shifted = self.X - self.origin
        self.squared_norms = self.squared_norms.astype(self.shifted.dtype)

    def _shift(self, tiles):
        """Write the data about the origin, and their squared norms, for some tiles."""
        with np.errstate(over="ignore", under="ignore"):  # single precision is given up then
            for tile in tiles:
                rows = self.X[tile] - self.origin if self.origin.any() else self.X[tile]
                self.shifted[tile] = rows
                np.einsum("nd,nd->n", rows, rows, out=self.squared_norms[tile])

    def _assign(self, means, before):
        """Return the clustering with these means; ``before`` is the one from which they come, or None."""
        n, k = len(self.X), len(means)
        if self.plain or k == 1:  # with one mean there is no gap
            labels, J = assigned(self.X, means, threads=True, weights=self.weights)
            return Clustering(means, labels, J, n * k)
        step = Screening(self, means, before)
        # With few data in doubt one thread is as quick, and two would wait for each other.
        threads = THREADS if step.work > self.two_threads_from else 1
        sizes, sums, screened = added(over_tiles(step.run_tiles, n, -(-n // threads)))
        if before is not None:
            sizes, sums = before.sizes + sizes, before.sums + sums
        shifted = means - self.origin
        J = self.total + float(np.sum(shifted * (sizes[:, None] * shifted - 2 * sums)))
        # With weights, sizes brought up to date would be rounded: a cluster without data has exactly 0.
        precise = self.weights is None and MIN_SHARE_OF_J * self.total < J
        if not precise:
            J = sum(over_tiles(lambda tiles: self._losses(tiles, means, step.labels), n, 4096))
        return Clustering(means, step.labels, J, screened * k, precise, step.gaps, step.moved, sizes, sums)

    def _losses(self, tiles, means, labels):
        """Return the sum of squared distances to the own mean over some tiles."""
        if self.weights is None:
            return sum(float(np.sum((self.X[tile] - means[labels[tile]]) ** 2)) for tile in tiles)
        squares = (np.sum((self.X[tile] - means[labels[tile]]) ** 2, axis=1) for tile in tiles)
        return sum(float(self.weights[tile] @ one) for tile, one in zip(tiles, squares, strict=True))

    def _sums(self, clustering):
        """Return the sums of the clusters about a datum of each, as ``KMeans`` has them."""
        if not clustering.precise:
            k = len(clustering.means)
            return ClusterSums.of(self.X, clustering.labels, k, threads=True, weights=self.weights)
        sizes = clustering.sizes
        origins = self.X.take(first_data(clustering.labels, sizes), axis=0)
        return ClusterSums(sizes, origins, clustering.sums - sizes[:, None] * (origins - self.origin))
