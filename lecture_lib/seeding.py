"""Where to start: means for k-means, and for everything that k-means starts."""

import numpy as np

from lecture_lib import validation

__all__ = ["kmeans_plus_plus", "random_points"]


def random_points(X, k, rng):
    """Return k data, drawn without replacement, as means.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of means, from 1 to n.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    ndarray, shape (k, d)
        In the units of ``X``. Rows are equal where the data drawn are.

    Raises
    ------
    ValueError
        For bad data, a ``k`` outside 1 to n, or an ``rng`` that is none.

    Notes
    -----
    Eq. 1.4. Source: E. Forgy, *Cluster analysis of multivariate data*, 1965.
    """
    X = validation.data(X)
    k = validation.count(k, len(X))
    return X[validation.rng(rng).choice(len(X), size=k, replace=False)]


def kmeans_plus_plus(X, k, rng):
    """Return k data as means, each drawn with probability proportional to its squared distance to the others.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of means, from 1 to the number of distinct data.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    ndarray, shape (k, d)
        In the units of ``X``; the rows differ.

    Raises
    ------
    ValueError
        For bad data, a ``k`` outside 1 to n or above the number of distinct data, or an ``rng`` that is none.

    Notes
    -----
    Eq. 1.5. Source: D. Arthur and S. Vassilvitskii, *k-means++: the advantages of careful seeding*, 2007. The
    expected J is at most 8 (ln k + 2) times the best one.
    """
    X = validation.data(X)
    k = validation.count(k, len(X))
    rng = validation.rng(rng)
    means = X[[rng.integers(len(X))]]
    to_nearest = np.sum((X - means[0]) ** 2, axis=1)
    while len(means) < k:
        total = to_nearest.sum()
        if total == 0:
            raise ValueError(
                f"k must be at most the number of distinct data = {len(means)}, got {k}; choose a smaller one"
            )
        chosen = X[rng.choice(len(X), p=to_nearest / total)]
        means = np.vstack([means, chosen])
        to_nearest = np.minimum(to_nearest, np.sum((X - chosen) ** 2, axis=1))
    return means
