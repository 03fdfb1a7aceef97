"""Where to start: means for k-means, and for everything that k-means starts.

``X`` (n, d) are data, finite and not empty, ``k`` is from 1 to n, ``rng`` the source of all draws: else there is a
``ValueError``. What is returned are data, shape (k, d), in the units of ``X``.
"""

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation

__all__ = ["best_addition", "kmeans_plus_plus", "random_points"]


def random_points(X: ArrayLike, k: int, rng: np.random.Generator) -> np.ndarray:
    """Return k data, drawn without replacement, as means; rows are equal where the data drawn are.

    Eq. 1.4. Source: E. Forgy, *Cluster analysis of multivariate data*, 1965.
    """
    X = validation.data(X)
    k = validation.count(k, len(X))
    return X[validation.rng(rng).choice(len(X), size=k, replace=False)]


def kmeans_plus_plus(
    X: ArrayLike, k: int, rng: np.random.Generator, candidates: int = 1, sample_weight: ArrayLike | None = None
) -> np.ndarray:
    """Return k different data as means, each drawn in proportion to its squared distance to the nearest before it.

    With several candidates (greedy k-means++), as many data are drawn for each mean, and the one that lowers J most
    is taken. With one, the expected J is at most 8 (ln k + 2) times the best one; no such bound is proved for the
    choice among several, which is better on most data. With ``sample_weight`` (n,) a datum is drawn as if it were
    there so many times.

    Eq. 1.5. Source: D. Arthur and S. Vassilvitskii, *k-means++: the advantages of careful seeding*, 2007; the
    candidates are in its last section.

    Raises
    ------
    ValueError
        Also when there are fewer than k distinct data, or ``candidates`` is not an integer of at least 1.

    Examples
    --------
    >>> kmeans_plus_plus([[0.0], [0.0], [9.0]], 2, np.random.default_rng(0)).shape
    (2, 1)
    """
    X = validation.data(X)
    k = validation.count(k, len(X))
    rng, candidates = validation.rng(rng), validation.count(candidates, None, "candidates")
    w = None if sample_weight is None else validation.sample_weight(sample_weight, len(X))
    first = int(rng.integers(len(X)) if w is None else rng.choice(len(X), p=w / w.sum()))
    means = X[[first]]
    columns, centred = np.ascontiguousarray(X.T), X - X.mean(axis=0)
    to_nearest = _squared_distances(columns, means[0])
    while len(means) < k:
        gains = to_nearest if w is None else w * to_nearest
        if not gains.any():
            raise ValueError(
                f"k must be at most the number of distinct data = {len(means)}, got {k}; choose a smaller one"
            )
        ends = np.cumsum(gains)
        drawn = (ends / ends[-1]).searchsorted(rng.random(candidates), side="right")
        chosen = X[best_addition(centred, to_nearest, drawn, w)]
        means = np.vstack([means, chosen])
        to_nearest = np.minimum(to_nearest, _squared_distances(columns, chosen))
    return means


def best_addition(
    centred: np.ndarray, to_nearest: np.ndarray, drawn: np.ndarray, weights: np.ndarray | None = None
) -> int:
    """Return which of the data drawn lowers J most as a further mean, as its index; of equal ones the first.

    ``centred`` (n, d) are the data less their mean, ``to_nearest`` (n,) the squared distances to the means so far,
    ``weights`` (n,) how often each datum counts.
    """
    if len(drawn) == 1:
        return drawn[0]
    norms = np.einsum("nd,nd->n", centred, centred)
    # By a product, since a choice needs no last digit; those by which equal ones differ are the processor's.
    squared = norms + norms[drawn, None] - 2 * centred[drawn] @ centred.T
    left = np.clip(squared, 0, to_nearest)
    J = left.sum(axis=1) if weights is None else left @ weights
    least = (1 + 1e-9) * J.min()
    return drawn[(least >= J).argmax()]


def _squared_distances(columns, x):
    """Return the squared distance of every datum, a column of (d, n), to one of them, shape (n,)."""
    differences = columns - x[:, None]
    return np.einsum("dn,dn->n", differences, differences)
