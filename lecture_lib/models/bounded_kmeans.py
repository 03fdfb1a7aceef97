"""k-means that skips distances which cannot matter: the same iterates as ``KMeans``, in less time.

A datum keeps a bound on its gap, the distance to the second nearest mean less that to the nearest. By the triangle
inequality no gap shrinks by more than the two fastest means have moved together; while it is above 0, the datum
stays where it is, and no distance is computed. What is computed is single precision with a margin for its rounding;
the few data within the margin are decided by the arithmetic of ``KMeans``. The sums of the clusters are brought up
to date by the data that change side.

Sources: G. Hamerly, *Making k-means even faster*, 2010; C. Elkan, *Using the triangle inequality to accelerate
k-means*, 2003.
"""

import functools
import weakref
from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.blocks import THREADS, added, over_blocks
from lecture_lib.models.kmeans import KMeans, first_data, lowest, squared_by_columns, squared_distances, warn_empty

__all__ = ["BoundedKMeans", "Clustering", "Means", "fastest_others", "gaps", "least_gaps"]

SMALL = 16_384
"""Up to so many numbers, the plain step takes less time than bounds do."""

WORTH = 1_500_000
"""How much work is worth a second thread, in about a nanosecond each."""

BLOCK = 131_072
"""How many bounds are compared at a time."""

ROOM = 524_288
"""About how many numbers are computed at a time: with fewer, threads wait for each other more often. Measured."""

LONG = 8
"""From this many dimensions on, what is within the margin is first computed in double precision by a product."""

NARROW = 1e-5
"""Below this share of the data's sum of squares, J has lost too many digits to be computed from sums."""

SINGLE = 1e-20, 1e30
"""Between these sums of squares, single precision neither overflows nor underflows where it matters."""


class Means(np.ndarray):
    """Means that know, as long as it exists, the clustering that they come from.

    Attributes
    ----------
    before : weakref.ref or None
        A weak reference: it keeps no clustering alive, so the states of a run do not grow with the data.
    """

    before = None

    def __repr__(self):
        return repr(np.asarray(self))


@dataclass(frozen=True, eq=False)
class Clustering:
    """Which cluster each datum belongs to, and the bounds that the next step needs.

    Attributes
    ----------
    labels : ndarray of int, shape (n,)
        The nearest mean; of ties the lowest.
    computed : int
        How many distances were computed for this assignment.
    narrow : bool
        Whether the sums have lost too many digits to be used.
    gaps : ndarray of float32, shape (n,)
        A lower bound on each gap, plus ``moved``. Of few data, neither this nor what follows is kept.
    means : ndarray, shape (k, d)
        For which the labels hold.
    moved : float
        By how much a gap has shrunk at most since the start, in units of the data.
    sizes : ndarray of int, shape (k,)
        R_j.
    sums : ndarray, shape (k, d)
        sum_i r_ij (x_i - origin).
    """

    labels: np.ndarray
    computed: int
    narrow: bool = False
    gaps: np.ndarray | None = None
    means: np.ndarray | None = None
    moved: float = 0.0
    sizes: np.ndarray | None = None
    sums: np.ndarray | None = None


def fastest_others(ways):
    """Return for each mean how far the fastest of the others has moved.

    Parameters
    ----------
    ways : array_like, shape (k,)
        How far each mean has moved.

    Returns
    -------
    ndarray, shape (k,)
        max over l other than j of ways[l]; 0 where there is no other.
    """
    ways = validation.vector(ways, "ways")
    first, rest = ways.argmax(), ways.copy()
    rest[first] = 0.0
    others = np.full_like(ways, ways[first])
    others[first] = rest.max()
    return others


def gaps(X, means, nearest):
    """Return how much farther the nearest other mean is than the own.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        At least two means, in the units of ``X``.
    nearest : array_like of int, shape (n,)
        Each datum's own mean.

    Returns
    -------
    ndarray, shape (n,)
        In the units of ``X``; negative where another mean is nearer.

    Raises
    ------
    ValueError
        For bad data, means or labels.
    """
    distances = np.sqrt(squared_distances(X, means))
    every, own = np.arange(len(distances)), validation.labels(nearest, "nearest")
    mine = distances[every, own]
    distances[every, own] = np.inf
    return distances.min(axis=1) - mine


def least_gaps(before, means, moved, nearest):
    """Return below what no gap can fall when the means move: the triangle inequality, used twice.

    Parameters
    ----------
    before : array_like, shape (n,)
        Gaps before the means move, or lower bounds on them.
    means, moved : array_like, shape (k, d)
        Means before and after.
    nearest : array_like of int, shape (n,)
        Each datum's own mean.

    Returns
    -------
    ndarray, shape (n,)
        Where it is above 0, the own mean is still the nearest.

    Raises
    ------
    ValueError
        For bad means or labels.

    Notes
    -----
    Eq. 12.3. Source: Hamerly 2010.
    """
    ways = np.sqrt(np.sum((validation.data(moved, "moved") - validation.data(means, "means")) ** 2, axis=1))
    return (
        validation.vector(before, "before") - (ways + fastest_others(ways))[validation.labels(nearest, "nearest")]
    )


class BoundedKMeans:
    """k-means with bounds as a model of the loop: q are clusterings, theta the means, the objective is -J.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.

    Raises
    ------
    ValueError
        When ``X`` is not finite, not two-dimensional, or empty.

    Notes
    -----
    Labels are those of :class:`lecture_lib.models.kmeans.KMeans`: whatever is closer than rounding is decided by
    the same arithmetic, and few data altogether. The data are copied in single precision, which takes half their
    memory. Source: G. Hamerly, *Making k-means even faster*, 2010.
    """

    def __init__(self, X):
        self.X = validation.data(X)
        if self.X.size <= SMALL:
            return
        few = self.X[:4096]
        # A datum, so that differences of whole numbers are whole, and their sums exact in any order.
        self.origin = few[np.argmin(np.sum((few - few.mean(axis=0)) ** 2, axis=1))].copy()
        if np.abs(self.origin).max() <= np.abs(few - self.origin).max():
            self.origin[:] = 0  # nothing to subtract
        n = len(self.X)
        self.squares = np.empty(n)
        self.about = np.empty(self.X.shape, np.float32)
        over_blocks(self._prepare, n, 4096)
        self.total = float(self.squares.sum())
        if not SINGLE[0] < self.total < SINGLE[1]:
            self.about = self.X - self.origin
        self.squares = self.squares.astype(self.about.dtype)

    @functools.cached_property
    def plain(self):
        """The plain model: for few data, and for means that bounds or sums cannot serve."""
        return KMeans(self.X)

    def _prepare(self, parts):
        """Write the data about the origin, and their squared distances to it, for some blocks."""
        with np.errstate(over="ignore", under="ignore"):  # single precision is given up then
            for part in parts:
                rows = self.X[part] - self.origin if self.origin.any() else self.X[part]
                self.about[part] = rows
                np.einsum("nd,nd->n", rows, rows, out=self.squares[part])

    def e_step(self, means):
        """Return the clustering, and -J.

        Parameters
        ----------
        means : array_like, shape (k, d)
            Means, in the units of the data. Those that :meth:`m_step` returns bring bounds with them as long as
            their clustering is kept; the result is the same without.
        """
        if self.X.size <= SMALL or np.size(means) == self.X.shape[1]:  # with one mean there is no gap
            nearest, objective = self.plain.e_step(means)
            return Clustering(nearest, len(self.X) * len(means)), objective
        m = np.asarray(validation.means(means, self.X.shape[1]))
        before = means.before() if getattr(means, "before", None) else None
        if before is not None and before.means.shape != m.shape:
            before = None
        n, step = len(self.X), _Step(self, before, m)
        # With few data in doubt one thread is as quick, and two would wait for each other.
        sizes, sums, looks = added(over_blocks(step.share, n, -(-n // (THREADS if step.work > WORTH else 1))))
        if before is not None:
            sizes, sums = before.sizes + sizes, before.sums + sums
        about = m - self.origin
        J = self.total + float(np.sum(about * (sizes[:, None] * about - 2 * sums)))
        narrow = not NARROW * self.total < J
        if narrow:
            J = sum(over_blocks(lambda parts: self._losses(parts, m, step.labels), n, 4096))
        bounds = (step.gaps, m, step.moved, sizes, sums)
        return Clustering(step.labels, looks * len(m), narrow, *bounds), -J

    def m_step(self, means, clustering):
        """Return the means of the data of each cluster, shape (k, d).

        Parameters
        ----------
        means : array_like, shape (k, d)
            The old means; an empty cluster keeps its own.
        clustering : Clustering
            As :meth:`e_step` returns it.
        """
        if clustering.sums is None:
            return self.plain.m_step(means, clustering.labels)
        if clustering.narrow:
            moved = self.plain.m_step(means, clustering.labels)
        else:
            m, R = np.asarray(validation.means(means, self.X.shape[1])), clustering.sizes[:, None]
            for j in np.flatnonzero(R == 0):
                warn_empty(j)
            # About a datum of the cluster, as KMeans has it.
            origins = self.X.take(first_data(clustering.labels, clustering.sizes), axis=0)
            sums = clustering.sums - R * (origins - self.origin)
            moved = np.where(R == 0, m, origins + sums / np.maximum(R, 1))
        moved = moved.view(Means)
        moved.before = weakref.ref(clustering)
        return moved

    def _losses(self, parts, means, nearest):
        """Return the sum of squared distances to the own mean over some blocks."""
        return sum(float(np.sum((self.X[part] - means[nearest[part]]) ** 2)) for part in parts)


class _Step:
    """One assignment: it looks at the data that may change side, and counts those that do."""

    def __init__(self, model, before, means):
        n, (k, d) = len(model.X), means.shape
        self.model, self.before, self.means, self.moved, looks = model, before, means, 0.0, n
        if before is not None:
            ways = np.sqrt(np.sum((means - before.means) ** 2, axis=1))
            ways.sort()
            self.moved = before.moved + (1 + 1e-12) * float(ways[-2:].sum())
            looks = before.computed // k
        self.work = n + looks * (32 + k + 4 * d)
        self.labels, self.gaps = np.empty(n, np.min_scalar_type(2 * k)), np.empty(n, np.float32)
        about = means - model.origin
        self.factors, self.heights = -2 * about, np.sum(about * about, axis=1)[:, None]
        self.most = max(256, ROOM // (k + 2 * d))

    def share(self, parts):
        """Look at some blocks; return by how much sizes and sums change, and at how many data it looked."""
        sizes, sums, looked = 0, 0, 0
        looks = [self._guess, self._look_closer, self._decide]
        if len(self.means[0]) < LONG:
            del looks[1]
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows in single precision is looked at again
            for part in parts:
                for start in range(part.start, part.stop, BLOCK):
                    block = slice(start, min(start + BLOCK, part.stop))
                    doubtful = self._doubtful(block)
                    looked += len(doubtful)
                    for look in looks:
                        if len(doubtful):
                            doubtful = np.concatenate(self._by_pieces(look, doubtful))
                    for more, further in self._by_pieces(self._count, self._changed(block)):
                        sizes, sums = sizes + more, sums + further
        return sizes, sums, looked

    def _by_pieces(self, work, data):
        return [work(data[start : start + self.most]) for start in range(0, len(data), self.most)]

    def _doubtful(self, block):
        """Return which data of a block may change side, and take over what is known of all."""
        if self.before is None:
            return np.arange(block.start, block.stop)
        gaps = self.before.gaps[block]
        self.labels[block], self.gaps[block] = self.before.labels[block], gaps
        doubtful = (gaps <= np.float32((1 + 1e-6) * self.moved)).nonzero()[0]
        doubtful += block.start
        return doubtful

    def _guess(self, data):
        """Find whether the mean before is still the nearest, and the gaps; at first which one is the nearest."""
        nearest = None if self.before is None else self.labels.take(data)
        return self._compare(data, self.model.about.take(data, axis=0), self.model.squares.take(data), nearest)

    def _look_closer(self, data):
        """Find the nearest mean, in double precision."""
        about = self.model.X.take(data, axis=0) - self.model.origin
        return self._compare(data, about, np.einsum("nd,nd->n", about, about))

    def _compare(self, data, about, squares, nearest=None):
        """Note which mean is nearest and by how much; return for which data rounding leaves that open."""
        kind, d = about.dtype, len(self.means[0])
        heights = self.heights.astype(kind)
        scores = self.factors.astype(kind) @ about.T  # |x - m|^2 - |x|^2
        scores += heights
        if nearest is None:
            nearest = self.labels[data] = lowest(scores, scores.min(axis=0))
        own, other = _own_and_other(scores, nearest)
        # By how much the difference of two scores is off at most, and of what KMeans computes instead, in whatever
        # order terms are added; and what underflows.
        precision = np.finfo(kind)
        slack = 4 * (d + 8) * float(precision.eps)
        margin = slack * squares
        margin += slack * float(heights.max()) + (d + 8) * float(precision.tiny)
        gap = other - own
        gap -= margin
        unsure = (~(gap > 0)).nonzero()[0]  # also where it is NaN
        margin += squares
        own += margin
        other += margin
        gap /= np.sqrt(own) + np.sqrt(other)
        self._note(data, gap)
        return data.take(unsure)

    def _decide(self, data):
        """Find the nearest mean as KMeans does, which decides ties."""
        squared = squared_by_columns(np.ascontiguousarray(self.model.X.take(data, axis=0).T), self.means)
        nearest = self.labels[data] = lowest(squared, squared.min(axis=0))
        own, other = _own_and_other(squared, nearest)
        gap = np.maximum((1 - 1e-9) * np.sqrt(other) - (1 + 1e-9) * np.sqrt(own), 0)
        self._note(data, gap)
        return data[:0]

    def _note(self, data, gap):
        """Keep the gaps such that they can be compared with what means have moved, and rounded down."""
        gap += self.moved
        gap *= 1 - 2e-6
        self.gaps[data] = gap

    def _changed(self, block):
        """Return which data of a block are on another side than before, or were not counted yet."""
        if self.before is None:
            return np.arange(block.start, block.stop)
        changed = (self.labels[block] != self.before.labels[block]).nonzero()[0]
        changed += block.start
        return changed

    def _count(self, data):
        """Return by how much some data change the sizes and sums of the clusters they come to and leave."""
        k = len(self.means)
        side = self.labels.take(data)
        if self.before is not None:
            side, data = np.concatenate([side, self.before.labels.take(data) + k]), np.concatenate([data, data])
        sizes = np.bincount(side, minlength=2 * k)
        there = sizes.nonzero()[0]
        rows = self.model.X.take(data.take(side.argsort(kind="stable")), axis=0)
        rows -= self.model.origin
        sums = np.zeros((2 * k, rows.shape[1]))
        sums[there] = np.add.reduceat(rows, (sizes.cumsum() - sizes).take(there), axis=0)
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
