"""k-means that skips distances which cannot matter: the same iterates as ``KMeans``, in less time.

A datum keeps a bound on its gap, the distance to the second nearest mean less that to the nearest. By the triangle
inequality the gap shrinks by no more than its own mean and the fastest other one have moved; while it is above 0,
the datum stays where it is, and no distance is computed. The sums of the clusters are brought up to date by the
data that change side.

Sources: G. Hamerly, *Making k-means even faster*, 2010; C. Elkan, *Using the triangle inequality to accelerate
k-means*, 2003.
"""

import weakref
from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.blocks import over_blocks
from lecture_lib.models.kmeans import KMeans, labels, squared_distances, warn_empty

__all__ = ["BoundedKMeans", "Clustering", "Means", "fastest_others", "gaps", "least_gaps"]

BLOCK = 65_536
"""How many data at a time; measured, and uncritical by a factor of two."""

LONG = 16
"""From this many dimensions on, rows are gone through as they lie, and sums are products."""

MANY = 8
"""From this many means on, the distance to the own mean is computed before all others."""

ROOM = 131_072
"""How many squared distances at a time: they stay in the cache."""

NARROW = 1e-5
"""Below this share of the data's sum of squares, J has lost too many digits to be computed from sums."""


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
    gaps : ndarray of float32, shape (n,)
        A lower bound on each gap, plus ``moved`` of its cluster.
    seconds : ndarray of float32, shape (n,)
        A lower bound on the distance to the second nearest mean, plus ``others`` of its cluster; empty when
        there are too few means for it to help.
    means : ndarray, shape (k, d)
        For which the labels hold.
    moved : ndarray, shape (k,)
        By how much the gaps of each cluster's data have shrunk at most since the start, in units of the data.
    others : ndarray, shape (k,)
        By how much the distances to the second nearest means have shrunk at most since the start.
    sizes : ndarray of int, shape (k,)
        R_j.
    sums : ndarray, shape (k, d)
        sum_i r_ij (x_i - origin).
    narrow : bool
        Whether the sums have lost too many digits to be used.
    computed : int
        How many distances were computed for this assignment.
    """

    labels: np.ndarray
    gaps: np.ndarray
    seconds: np.ndarray
    means: np.ndarray
    moved: np.ndarray
    others: np.ndarray
    sizes: np.ndarray
    sums: np.ndarray
    narrow: bool
    computed: int


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
    return _fastest_others(ways)


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
    Eq. 11.3. Source: Hamerly 2010.
    """
    ways = np.sqrt(np.sum((validation.data(moved, "moved") - validation.data(means, "means")) ** 2, axis=1))
    return (
        validation.vector(before, "before") - (ways + fastest_others(ways))[validation.labels(nearest, "nearest")]
    )


def _fastest_others(ways):
    """Do it without a check."""
    first, rest = ways.argmax(), ways.copy()
    rest[first] = 0.0
    others = np.full_like(ways, ways[first])
    others[first] = rest.max()
    return others


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
    the same function. The data are not copied. Source: G. Hamerly, *Making k-means even faster*, 2010.
    """

    def __init__(self, X):
        self.X = validation.data(X)
        few = self.X[:4096]
        # A datum, so that differences of whole numbers are whole, and their sums exact in any order.
        self.origin = few[np.argmin(np.sum((few - few.mean(axis=0)) ** 2, axis=1))].copy()
        spread = np.abs(few - self.origin).max()
        if np.abs(self.origin).max() <= spread:
            self.origin[:] = 0  # nothing to subtract
        self.squares = np.empty(len(self.X))
        over_blocks(self._square, len(self.X), 4096)
        self.total = float(self.squares.sum())

    def e_step(self, means):
        """Return the clustering, and -J.

        Parameters
        ----------
        means : array_like, shape (k, d)
            Means, in the units of the data. Those that :meth:`m_step` returns bring bounds with them as long as
            their clustering is kept; the result is the same without.
        """
        before = getattr(means, "before", None)
        before = None if before is None else before()
        m = np.asarray(validation.means(means, self.X.shape[1]))
        if before is None or before.means.shape != m.shape:
            before = self._nothing(m)
        ways = np.sqrt(np.sum((m - before.means) ** 2, axis=1)) * (1 + 1e-12)
        other_ways = _fastest_others(ways)
        others, moved = before.others + other_ways, before.moved + ways + other_ways
        new = before.labels.copy(), before.gaps.copy(), before.seconds.copy()
        shares = over_blocks(
            lambda parts: _Share(self, before, m, moved, others, new).go(parts), len(self.X), BLOCK
        )
        sizes = before.sizes + sum(share.sizes for share in shares)
        sums = before.sums + sum(share.sums for share in shares)
        about = m - self.origin
        J = self.total + np.sum(about * (sizes[:, None] * about - 2 * sums))
        narrow = not NARROW * self.total < J
        if narrow:
            J = float(sum(over_blocks(lambda parts: self._losses(parts, m, new[0]), len(self.X), BLOCK)))
        computed = sum(share.computed for share in shares)
        return Clustering(*new, m, moved, others, sizes, sums, narrow, computed), -float(J)

    def m_step(self, means, clustering):
        """Return the means of the data of each cluster, shape (k, d).

        Parameters
        ----------
        means : array_like, shape (k, d)
            The old means; an empty cluster keeps its own.
        clustering : Clustering
            As :meth:`e_step` returns it.
        """
        m, R = np.asarray(validation.means(means, self.X.shape[1])), clustering.sizes
        if clustering.narrow:
            moved = KMeans(self.X).m_step(m, clustering.labels)
        else:
            for j in np.flatnonzero(R == 0):
                warn_empty(j)
            # About a datum of the cluster, as KMeans has it.
            origins = np.where(R[:, None] == 0, m, self.X[_first_data(clustering.labels, R)])
            sums = clustering.sums - R[:, None] * (origins - self.origin)
            moved = np.where(R[:, None] == 0, m, origins + sums / np.maximum(R, 1)[:, None])
        moved = moved.view(Means)
        moved.before = weakref.ref(clustering)
        return moved

    def _square(self, parts):
        """Write the squared distances to the origin of some blocks."""
        for part in parts:
            about = np.asarray(self.X[part].T, order="C" if self.X.shape[1] < LONG else "K")
            about = about - self.origin[:, None]
            np.einsum("dn,dn->n", about, about, out=self.squares[part])

    def _losses(self, parts, means, nearest):
        """Return the sum of squared distances to the own mean over some blocks."""
        return sum(np.sum((self.X[part] - means[nearest[part]]) ** 2) for part in parts)

    def _nothing(self, means):
        """Return a clustering that knows nothing: every datum is looked at, and none was counted."""
        n, (k, d) = len(self.X), means.shape
        labels, gaps = np.zeros(n, np.min_scalar_type(k)), np.full(n, -np.inf, np.float32)
        seconds = np.zeros(n if k >= MANY else 0, np.float32)
        still = np.zeros(k)
        return Clustering(labels, gaps, seconds, means, still, still, np.zeros(k, int), np.zeros((k, d)), False, 0)


def _first_data(nearest, sizes):
    """Return the index of the first datum of each cluster, 0 where there is none."""
    first, missing = np.zeros(len(sizes), dtype=np.intp), sizes > 0
    for start in range(0, len(nearest), 4096):
        stretch = nearest[start : start + 4096]
        found = np.full(len(sizes), -1)
        found[stretch[::-1]] = np.arange(start + len(stretch) - 1, start - 1, -1)
        new = missing & (found >= 0)
        first[new] = found[new]
        missing &= ~new
        if not missing.any():
            break
    return first


class _Share:
    """What one thread does: it looks at its data that may change side, and counts those that do."""

    def __init__(self, model, before, means, moved, others, new):
        self.X, self.origin, self.squares, self.means = model.X, model.origin, model.squares, means
        self.nearest, self.gaps, self.seconds = new
        self.moved, self.others, self.fresh = moved, others, not before.sizes.any()
        self.limit = np.nextafter(moved.astype(np.float32), np.float32(np.inf))
        about = means - self.origin
        self.factors, self.heights = -2 * about, np.sum(about * about, axis=1)
        self.reach = np.sqrt(self.heights.max())
        self.sizes, self.sums = np.zeros(len(means), int), np.zeros(means.shape)
        self.computed = 0

    def go(self, parts):
        """Look at some blocks."""
        most = max(64, ROOM // len(self.means))
        for part in parts:
            if self.fresh:
                for start in range(part.start, part.stop, most):
                    self._choose(slice(start, min(start + most, part.stop)))
                continue
            doubtful = np.flatnonzero(self.gaps[part] <= self.limit.take(self.nearest[part])) + part.start
            for start in range(0, len(doubtful), most):
                self._look_at(doubtful[start : start + most])
        return self

    def _about(self, data):
        """Return some data about the origin, one column a datum, in the order in which they are formed fastest."""
        x = self.X[data]
        if x.shape[1] >= LONG:
            return (x - self.origin if self.origin.any() else x).T
        about = np.empty(x.shape[::-1])
        return np.subtract(x.T, self.origin[:, None], out=about)

    def _look_at(self, data):
        """Compute the distance to the own mean; where that leaves a doubt, those to all."""
        if len(self.means) < MANY:
            self._choose(data)
            return
        about, own = self._about(data), self.nearest[data]
        scores = np.einsum("dn,nd->n", about, self.factors[own]) + self.heights[own]
        squares = self.squares[data]
        far = np.sqrt(np.maximum(scores + squares + self._rounding(squares), 0))
        gaps = self.seconds[data] - self.others[own] - far
        gaps -= 1e-6 * (far + self.others[own])
        self.computed += len(data)
        safe = gaps > 0
        self.gaps[data[safe]] = _below((gaps + self.moved.take(own))[safe])
        self._choose(data[~safe], about[:, ~safe])

    def _rounding(self, squares):
        return 4e-16 * (len(self.origin) + 8) * (np.sqrt(squares) + self.reach) ** 2

    def _choose(self, data, about=None):
        """Find the nearest mean of some data, and how much nearer it is than the second."""
        about = self._about(data) if about is None else about
        if not about.shape[1]:
            return
        squares = self.squares[data]
        nearest, least, second = _two_least(self.factors, about, self.heights)
        rounding = self._rounding(squares)
        close = second - least <= rounding
        if close.any():
            nearest[close] = labels(self.X[data][close], self.means)
        squares += rounding
        second_distance = np.sqrt(np.maximum(second + squares, 0))
        far = second_distance + np.sqrt(np.maximum(least + squares, 0))
        gaps = np.zeros(len(nearest))
        np.divide(second - least - rounding, far, out=gaps, where=~close & np.isfinite(far))
        gaps[np.isinf(far)] = np.inf
        self._count(data, about, nearest)
        self.nearest[data] = nearest
        self.gaps[data] = _below(gaps + self.moved.take(nearest))
        if len(self.means) >= MANY:
            lower = np.sqrt(np.maximum(second + squares - 2 * rounding, 0))
            self.seconds[data] = _below(lower + self.others.take(nearest))
        self.computed += len(nearest) * len(self.means)

    def _count(self, data, about, new):
        """Bring sizes and sums up to date by the data that change side, or were not counted yet."""
        if self.fresh:
            self._add(about, new, 1)
            return
        old = self.nearest[data]
        change = np.flatnonzero(old != new)
        if not len(change):
            return
        rows = about[:, change]
        self._add(rows, new[change], 1)
        self._add(rows, old[change], -1)

    def _add(self, columns, mine, sign):
        k = len(self.means)
        self.sizes += sign * np.bincount(mine, minlength=k)
        if len(columns) >= LONG:
            hot = np.zeros((len(mine), k))
            hot[np.arange(len(mine)), mine] = sign
            self.sums += hot.T @ columns.T
        else:
            for a, column in enumerate(columns):
                self.sums[:, a] += sign * np.bincount(mine, weights=column, minlength=k)


def _below(bounds):
    """Round down to float32."""
    return np.nextafter(bounds.astype(np.float32), np.float32(-np.inf))


def _two_least(factors, about, heights):
    """Return which mean is nearest to each datum, and the least and second least of |x - m|^2 - |x|^2."""
    k, n = len(factors), about.shape[1]
    every = np.arange(n)
    if k >= LONG:
        scores = about.T @ factors.T
        scores += heights
        nearest = scores.argmin(axis=1)
        least = scores[every, nearest]
        scores[every, nearest] = np.inf
        return nearest, least, scores.min(axis=1)
    scores = factors @ about
    scores += heights[:, None]
    least = scores.min(axis=0)
    nearest = np.zeros(n, np.intp)
    second = np.full(n, np.inf)
    for j in range(k):
        mine = scores[j] == least
        nearest[mine] = j
    if k > 1:
        scores[nearest, every] = np.inf
        second = scores.min(axis=0)
    return nearest, least, second
