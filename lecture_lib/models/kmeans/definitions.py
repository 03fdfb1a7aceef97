"""k-means as the lecture defines it, equation by equation.

Shapes: ``X`` (n, d) holds a datum in each row, ``means`` (k, d) a mean, in the units of ``X``; ``r`` (n, k) are
responsibilities, one-hot or soft, whose rows sum to 1. J is in squared units of ``X``.

Every function raises ``ValueError`` where an argument is not finite, shapes do not match or are not
two-dimensional, or rows of ``r`` do not sum to 1.

Source: lecture 22, slides "k-Means Clustering" (equations of notebook 01) and "k-means always converges" (03).
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.models.kmeans.assignment import nearest_mean, squared_by_columns, warn_empty

__all__ = [
    "assign",
    "gradient",
    "half_steps",
    "labels",
    "lyapunov",
    "predicted_fall",
    "reduced_lyapunov",
    "squared_distances",
    "update",
]


def squared_distances(X: ArrayLike, means: ArrayLike) -> np.ndarray:
    """Return the squared Euclidean distance ||x_i - m_j||^2 of every datum to every mean, shape (n, k)."""
    X = validation.data(X)
    m = validation.means(means, X.shape[1])
    return np.ascontiguousarray(squared_by_columns(np.ascontiguousarray(X.T), m).T)


def labels(X: ArrayLike | Iterable, means: ArrayLike) -> np.ndarray:
    """Return the index of the nearest mean of every datum, shape (n,); ties go to the lowest index. Eq. 1.1.

    ``X`` may also be blocks of rows.

    Examples
    --------
    >>> labels([[0.0], [1.0], [9.0]], [[0.0], [8.0]])
    array([0, 0, 1])
    """
    return np.concatenate(Blocks.of(X).summarise(_labels, means))


def _labels(X, means, *, threads, weights=None):
    return nearest_mean(squared_distances(X, means).T).astype(np.intp)


def assign(X: ArrayLike, means: ArrayLike) -> np.ndarray:
    """Return one-hot responsibilities (n, k): each datum belongs to its nearest mean. Eq. 1.2."""
    z = labels(validation.data(X), means)
    r = np.zeros((len(z), np.shape(means)[0]))
    r[np.arange(len(z)), z] = 1.0
    return r


def update(X: ArrayLike, r: ArrayLike, means: ArrayLike) -> np.ndarray:
    """Return the means of the data of each cluster, shape (k, d). Eq. 1.3.

    An empty cluster keeps its mean, the only use of ``means``, with an :class:`EmptyClusterWarning`.
    """
    X, r, m = _checked(X, r, means)
    moved = m.copy()
    for j, R_j in enumerate(r.sum(axis=0)):
        if R_j == 0:
            warn_empty(j)
            continue
        share = r[:, j] / r[:, j].max()  # so that no digit is lost where all responsibilities are minute
        first = share @ X / share.sum()
        # Once more from the differences: the first sum is rounded, even where all data are equal.
        moved[j] = first + share @ (X - first) / share.sum()
    return moved


def lyapunov(X: ArrayLike, r: ArrayLike, means: ArrayLike) -> float:
    """Return J, the sum of squared distances of the data to the means of their clusters. Eq. 3.1."""
    X, r, m = _checked(X, r, means)
    return float(np.sum(r * squared_distances(X, m)))


def reduced_lyapunov(X: ArrayLike, means: ArrayLike) -> float:
    """Return the smallest J that any assignment gives with these means: each datum goes to its nearest. Eq. 3.2."""
    return float(squared_distances(X, means).min(axis=1).sum())


def gradient(X: ArrayLike, r: ArrayLike, means: ArrayLike) -> np.ndarray:
    """Return the gradient of J in the means at fixed responsibilities, shape (k, d), in units of ``X``. Eq. 3.3.

    It is zero in the row of an empty cluster.
    """
    X, r, m = _checked(X, r, means)
    return np.stack([-2 * r[:, j] @ (X - mean) for j, mean in enumerate(m)])


def predicted_fall(r: ArrayLike, means: ArrayLike, moved: ArrayLike) -> float:
    """Return by how much J falls when the update moves the means: R_j times the squared distance, summed. Eq. 3.4.

    The sum of squares about any point is the sum about the mean plus R_j times the squared distance between the
    two. ``moved`` (k, d) are the means after the update.
    """
    moved = validation.data(moved, "moved")
    m = validation.means(means, moved.shape[1], len(moved))
    r = validation.data(r, "r")
    r = validation.responsibilities(r, len(r))
    return float(np.sum(r.sum(axis=0) * np.sum((moved - m) ** 2, axis=1)))


def half_steps(X: ArrayLike, means: ArrayLike) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Alternate assignment and update from a start, and stop after the update that moves no mean.

    Yields
    ------
    r : ndarray, shape (n, k)
        One-hot responsibilities.
    means : ndarray, shape (k, d)
        After an assignment the means that it was made with; after an update the new ones.
    """
    X = validation.data(X)
    means = validation.means(means, X.shape[1]).copy()
    while True:
        r = assign(X, means)
        yield r, means
        moved = update(X, r, means)
        yield r, moved
        if np.array_equal(moved, means):
            return
        means = moved


def _checked(X, r, means):
    """Return data, responsibilities and means that fit each other, as arrays."""
    X = validation.data(X)
    r = validation.responsibilities(r, len(X))
    return X, r, validation.means(means, X.shape[1], r.shape[1])
