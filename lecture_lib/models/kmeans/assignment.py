"""The arithmetic of k-means: squared distances, the rule for ties, and the sums of the clusters.

Everything that assigns data comes here, so that a tie is a tie in the definitions, in the loop and with bounds.
Inside this package data and means have been checked already. The live figures have a copy,
widgets/page/engine/kmeans.js, which tests compare with this one.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from lecture_lib.blocks import over_tiles
from lecture_lib.em import EmptyClusterWarning

__all__ = ["ClusterSums"]

TILE = 32_768
"""Most data in a tile, what a thread assigns at a time.

What is computed for a larger tile leaves the cache, and many small ones pay for their calls: a quarter and four
times as many each cost about a fifth more on two cores (``tests/benchmarks/tiles.py``).
"""

NUMBERS_PER_TILE = 524_288
"""Most distances or coordinates in a tile: with many means or dimensions it has fewer data. A factor of four either
way costs half as much again."""


def squared_by_columns(columns: np.ndarray, means: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return ||x_i - m_j||^2, shape (k, n), of data that are columns (d, n).

    Computed from differences: the expansion into squares and a product is faster, and loses all digits for data far
    from the origin. ``out``, shape (2, k, n), takes the result and what is computed on the way.
    """
    squared, further = np.empty((2, len(means), columns.shape[1])) if out is None else out
    for a, column in enumerate(columns):
        term = further if a else squared
        np.subtract(column, means[:, a, None], out=term)
        term *= term
        if a:
            squared += term
    return squared


def nearest_mean(squared: np.ndarray, least: np.ndarray | None = None) -> np.ndarray:
    """Return which mean is nearest to each datum, shape (n,), from distances (k, n): of ties the lowest index.

    This is the rule for ties of the whole library. It is ``squared.argmin(axis=0)``, which NumPy computes several
    times more slowly over the first axis than comparisons and a maximum. ``least`` is ``squared.min(axis=0)``.
    """
    k = len(squared)
    ranks = np.arange(k, 0, -1, dtype=np.min_scalar_type(k))[:, None]  # the lowest index ranks highest
    least = squared.min(axis=0) if least is None else least
    return k - ((squared == least) * ranks).max(axis=0)


def assigned(
    X: np.ndarray, means: np.ndarray, *, threads: bool, weights: np.ndarray | None = None
) -> tuple[np.ndarray, float]:
    """Return the labels (n,) of the data, and J, in which each counts as often as its weight says."""
    found = np.zeros(len(X), dtype=np.intp)
    size = min(TILE, max(1, NUMBERS_PER_TILE // len(means)))

    def work(tiles):
        total, room = 0.0, np.empty((2, len(means), min(size, len(X))))
        for tile in tiles:
            columns = np.ascontiguousarray(X[tile].T)
            squared = squared_by_columns(columns, means, room[:, :, : columns.shape[1]])
            least = squared.min(axis=0)
            found[tile] = nearest_mean(squared, least)
            total += least.sum() if weights is None else weights[tile] @ least
        return total

    return found, sum(over_tiles(work, len(X), size, threads))


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """What the update needs of the data of each cluster; those of two blocks can be added.

    Sums run over differences from a datum of the cluster: exact for equal data, precise far from the origin, and
    the same for the same labels, so that the means come to rest. Eq. 12.2 brings two blocks to one origin.

    Attributes
    ----------
    sizes : ndarray, shape (k,)
        R_j, whole numbers unless data are weighted.
    origins : ndarray, shape (k, d)
        The first datum of each cluster; 0 where there is none.
    sums : ndarray, shape (k, d)
        sum_i r_ij (x_i - origin_j), each datum as often as its weight says.
    """

    sizes: np.ndarray
    origins: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(
        cls, X: np.ndarray, labels: np.ndarray, k: int, *, threads: bool, weights: np.ndarray | None = None
    ) -> "ClusterSums":
        """Sum up a block of data with labels (n,), and weights above 0."""
        R = np.bincount(labels, weights, minlength=k)
        origins = np.where(R[:, None] == 0, 0.0, X[first_data(labels, R)])
        return cls(R, origins, _sums_about(X, labels, origins, threads, weights))

    def __add__(self, other: "ClusterSums") -> "ClusterSums":
        """Sum up two blocks: the second about the origins of the first."""
        R = other.sizes[:, None]
        origins = np.where(self.sizes[:, None] > 0, self.origins, other.origins)
        shifted = other.sums + np.where(R > 0, R * (other.origins - origins), 0.0)
        return ClusterSums(self.sizes + other.sizes, origins, self.sums + shifted)

    def means(self, old: np.ndarray) -> np.ndarray:
        """Return the mean of each cluster's data, shape (k, d); without data, the old one."""
        R = self.sizes[:, None]
        return np.where(R == 0, old, self.origins + self.sums / np.where(R == 0, 1, R))


def first_data(labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the index of the first datum of each cluster, shape (k,), 0 where there is none."""
    first, missing = np.zeros(len(sizes), dtype=np.intp), sizes > 0
    start, size = 0, 1024
    while missing.any():
        stretch = labels[start : start + size]
        found = np.full(len(sizes), -1)
        found[stretch[::-1]] = np.arange(start + len(stretch) - 1, start - 1, -1)
        new = missing & (found >= 0)
        first[new] = found[new]
        missing &= ~new
        start, size = start + size, 2 * size
    return first


def _sums_about(X, labels, origins, threads, weights):
    """Return for each cluster the sum of its data's differences from its origin, shape (k, d)."""

    def work(tiles):
        sums = np.zeros_like(origins)
        for tile in tiles:
            mine = labels[tile]
            for a, column in enumerate(X[tile].T):
                difference = column - origins[:, a].take(mine)
                if weights is not None:
                    difference *= weights[tile]
                sums[:, a] += np.bincount(mine, weights=difference, minlength=len(origins))
        return sums

    return sum(over_tiles(work, len(X), max(1, NUMBERS_PER_TILE // X.shape[1]), threads))


def warn_empty(j: int) -> None:
    """Warn the caller of the caller that cluster j has no data."""
    warnings.warn(
        f"cluster {j} is empty and keeps its mean; start from other means or choose a smaller k",
        EmptyClusterWarning,
        stacklevel=3,
    )
