"""k-means: assign each datum to its nearest mean, move each mean to the middle of its data, repeat.

Both steps lower the same function, J, the sum of squared distances of the data to their means; so k-means is
the first :class:`lecture_lib.em.Model` of the course, with the objective -J.

Sources: H. Steinhaus, *Sur la division des corps materiels en parties*, 1957; lecture 22, slides "k-Means
Clustering" and "k-means always converges"; D. MacKay, ITILA, 2003, chapter 20.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from lecture_lib import validation
from lecture_lib.blocks import Blocks, over_blocks
from lecture_lib.em import Run, best_of, parameters_settle, runs_from
from lecture_lib.gaussian.parameters import LOG_2_PI
from lecture_lib.mixing import EmptyClusterWarning
from lecture_lib.seeding import kmeans_plus_plus

__all__ = [
    "ClusterSums",
    "EmptyClusterWarning",
    "KMeans",
    "assign",
    "best_sigma",
    "classification_log_likelihood",
    "final_losses",
    "fit",
    "gradient",
    "half_steps",
    "labels",
    "log_densities",
    "lyapunov",
    "predicted_fall",
    "reduced_lyapunov",
    "squared_distances",
    "update",
]


BLOCK = 32_768
"""How many data to assign at a time; measured, and uncritical by a factor of two."""

AT_ONCE = 524_288
"""How many distances, or coordinates, to take at a time at most: with many means fewer data. Measured."""


def squared_distances(X, means):
    """Return the squared Euclidean distance of every datum to every mean.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    ndarray, shape (n, k)
        ``[i, j]`` is ||x_i - m_j||^2, in squared units of ``X``.

    Raises
    ------
    ValueError
        When ``X`` or ``means`` is not finite, not two-dimensional, or their columns do not match.

    Notes
    -----
    Computed from differences: the expansion into squares and a product is faster and loses all digits for
    data far from the origin.
    """
    X = validation.data(X)
    m = validation.means(means, X.shape[1])
    distances = np.empty((len(X), len(m)))
    for j, mean in enumerate(m):
        difference = X - mean
        np.einsum("nd,nd->n", difference, difference, out=distances[:, j])
    return distances


def labels(X, means):
    """Return the index of the nearest mean of every datum; ties go to the lowest index.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        As :func:`squared_distances`.

    Notes
    -----
    Eq. 1.1. Source: lecture 22, slide "k-Means Clustering".
    """
    return np.argmin(squared_distances(X, means), axis=1)


def assign(X, means):
    """Return one-hot responsibilities: each datum belongs to its nearest mean.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    ndarray, shape (n, k)
        One 1 in each row; ties go to the lowest index.

    Raises
    ------
    ValueError
        As :func:`squared_distances`.

    Notes
    -----
    Eq. 1.2. Source: lecture 22, slide "k-Means Clustering".
    """
    nearest = labels(X, means)
    return _one_hot(nearest, len(means))


def _one_hot(nearest, k):
    """Write labels as rows with a single 1."""
    r = np.zeros((len(nearest), k))
    r[np.arange(len(nearest)), nearest] = 1.0
    return r


def update(X, r, means):
    """Return the means of the data of each cluster.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    means : array_like, shape (k, d)
        The old means: an empty cluster keeps its own, with an :class:`EmptyClusterWarning`.

    Returns
    -------
    ndarray, shape (k, d)
        In the units of ``X``.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, or rows of ``r`` do not sum to 1.

    Notes
    -----
    Eq. 1.3. Source: lecture 22, slide "k-Means Clustering".
    """
    X = validation.data(X)
    r = validation.responsibilities(r, len(X))
    m = validation.means(means, X.shape[1], r.shape[1])
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


def warn_empty(j):
    """Warn that cluster j has no data."""
    warnings.warn(
        f"cluster {j} is empty and keeps its mean; start from other means or choose a smaller k",
        EmptyClusterWarning,
        stacklevel=3,
    )


def lyapunov(X, r, means):
    """Return J, the sum of squared distances of the data to the means of their clusters.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    float
        At least 0, in squared units of ``X``.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, or rows of ``r`` do not sum to 1.

    Notes
    -----
    Eq. 3.1. Source: lecture 22, slide "k-means always converges".
    """
    X = validation.data(X)
    r = validation.responsibilities(r, len(X))
    m = validation.means(means, X.shape[1], r.shape[1])
    return float(np.sum(r * squared_distances(X, m)))


def reduced_lyapunov(X, means):
    """Return the smallest J that any assignment gives with these means: each datum goes to its nearest.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    float
        At least 0, in squared units of ``X``.

    Raises
    ------
    ValueError
        As :func:`squared_distances`.

    Notes
    -----
    Eq. 3.2. Source: lecture 22, slide "k-means always converges", step 4 of the procedure.
    """
    return float(squared_distances(X, means).min(axis=1).sum())


def gradient(X, r, means):
    """Return the gradient of J with respect to the means, at fixed responsibilities.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    ndarray, shape (k, d)
        In units of ``X``; zero in the row of an empty cluster.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, or rows of ``r`` do not sum to 1.

    Notes
    -----
    Eq. 3.3. Source: lecture 22, slide "k-means always converges".
    """
    X = validation.data(X)
    r = validation.responsibilities(r, len(X))
    m = validation.means(means, X.shape[1], r.shape[1])
    return np.stack([-2 * r[:, j] @ (X - mean) for j, mean in enumerate(m)])


def predicted_fall(r, means, moved):
    """Return by how much J falls when the update moves the means: each by R_j times its squared way.

    Parameters
    ----------
    r : array_like, shape (n, k)
        Responsibilities under which the means move.
    means, moved : array_like, shape (k, d)
        Means before and after the update.

    Returns
    -------
    float
        At least 0, in squared units of the data.

    Raises
    ------
    ValueError
        When an argument is not finite or shapes do not match.

    Notes
    -----
    Eq. 3.4: the sum of squares about any point is the sum about the mean plus R_j times the squared distance
    between the two.
    """
    moved = validation.data(moved, "moved")
    m = validation.means(means, moved.shape[1], len(moved))
    r = validation.data(r, "r")
    r = validation.responsibilities(r, len(r))
    return float(np.sum(r.sum(axis=0) * np.sum((moved - m) ** 2, axis=1)))


def log_densities(X, means, sigma):
    """Return log N(x_i; m_j, sigma^2 I) for every datum and mean.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.
    sigma : float
        Standard deviation in every direction, above 0, in the units of ``X``.

    Returns
    -------
    ndarray, shape (n, k)
        In nats, of a density per unit of volume.

    Raises
    ------
    ValueError
        As :func:`squared_distances`, or when ``sigma`` is not above 0.

    Notes
    -----
    Source: lecture 22, slide "From a Loss to a Generative Model".
    """
    squared = squared_distances(X, means)
    sigma, d = validation.positive(sigma, "sigma"), np.shape(X)[1]
    return -0.5 * squared / sigma / sigma - d * (0.5 * LOG_2_PI + np.log(sigma))


def classification_log_likelihood(X, r, means, sigma):
    """Return log p(X given m, r): each datum drawn from a Gaussian of width sigma about the mean of its cluster.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        One-hot responsibilities.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.
    sigma : float
        Standard deviation in every direction, above 0, in the units of ``X``.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, ``r`` is not one-hot, or ``sigma`` not above 0.

    Notes
    -----
    Eq. 4.2, computed as Eq. 4.3. Source: lecture 22, slide "From a Loss to a Generative Model". The name is that
    of M. J. Symons, *Clustering criteria and multivariate normal mixtures*, 1981.
    """
    X = validation.data(X)
    J = lyapunov(X, validation.one_hot(r, len(X)), means)
    sigma = validation.positive(sigma, "sigma")
    return -0.5 * J / sigma / sigma - X.size * (0.5 * LOG_2_PI + float(np.log(sigma)))


def best_sigma(X, r, means):
    """Return the width for which the classification likelihood is largest: the root of J / (n d).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        One-hot responsibilities.
    means : array_like, shape (k, d)
        Means, in the units of ``X``.

    Returns
    -------
    float
        In the units of ``X``: how far a coordinate of a datum lies from that of its mean, as a root mean square.
        0 where each datum lies on its mean: the likelihood has no upper bound then.

    Raises
    ------
    ValueError
        As :func:`classification_log_likelihood`.

    Notes
    -----
    Eq. 4.4.
    """
    X = validation.data(X)
    return float(np.sqrt(lyapunov(X, validation.one_hot(r, len(X)), means) / X.size))


def half_steps(X, means):
    """Alternate assignment and update, and stop after the update that moves no mean.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    means : array_like, shape (k, d)
        The start, in the units of ``X``.

    Yields
    ------
    r : ndarray, shape (n, k)
        One-hot responsibilities.
    means : ndarray, shape (k, d)
        After an assignment the means that it was made with; after an update the new ones.

    Raises
    ------
    ValueError
        As :func:`assign`.
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


class KMeans:
    """k-means as a model of the loop: q are labels, theta the means, the objective is -J.

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Data; whatever :class:`lecture_lib.blocks.Blocks` takes.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.

    Raises
    ------
    ValueError
        When ``X`` is not finite, not two-dimensional, or empty.

    Notes
    -----
    The data are not copied. Source: lecture 22, slide "k-means always converges".
    """

    def __init__(self, X, *, executor=None):
        self.blocks = Blocks(X, executor)
        self.X = self.blocks.array

    def e_step(self, means):
        """Return the labels of all data, shape (n,), and -J; for blocks :class:`ClusterSums` instead of labels.

        Parameters
        ----------
        means : array_like, shape (k, d)
            Means, in the units of the data.
        """
        m = validation.means(means, self.blocks.shape[1])
        if self.X is None:
            sums, J = self.blocks.total(_cluster_sums, m)
            return sums, -float(J)
        nearest, J = _assigned(self.X, m, threads=True)
        return nearest, -float(J)

    def m_step(self, means, nearest):
        """Return the means of the data of each cluster, shape (k, d).

        Parameters
        ----------
        means : array_like, shape (k, d)
            The old means; an empty cluster keeps its own.
        nearest : ndarray of int, shape (n,), or ClusterSums
            As :meth:`e_step` returns them.
        """
        m = validation.means(means, self.blocks.shape[1])
        sums = nearest if self.X is None else ClusterSums.of(self.X, nearest, len(m), threads=True)
        for j in np.flatnonzero(sums.sizes == 0):
            warn_empty(j)
        R = sums.sizes[:, None]
        return np.where(R == 0, m, sums.origins + sums.sums / np.maximum(R, 1))


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """What the update needs of the data of each cluster; those of two blocks can be added.

    Sums run over differences from a datum of the cluster: exact for equal data, precise far from the origin, and
    the same for the same labels, so that the means come to rest. Eq. 12.2 brings two blocks to one origin.

    Attributes
    ----------
    sizes : ndarray of int, shape (k,)
        R_j.
    origins : ndarray, shape (k, d)
        The first datum of each cluster; 0 where there is none.
    sums : ndarray, shape (k, d)
        sum_i r_ij (x_i - origin_j).
    """

    sizes: np.ndarray
    origins: np.ndarray
    sums: np.ndarray

    @classmethod
    def of(cls, X, nearest, k, *, threads):
        """Sum up a block of data."""
        R = np.bincount(nearest, minlength=k)
        origins = np.where(R[:, None] == 0, 0.0, X[first_data(nearest, R)])
        return cls(R, origins, _sums_about(X, nearest, origins, threads))

    def __add__(self, other):
        """Sum up two blocks: the second about the origins of the first."""
        R = other.sizes[:, None]
        origins = np.where(self.sizes[:, None] > 0, self.origins, other.origins)
        shifted = other.sums + np.where(R > 0, R * (other.origins - origins), 0.0)
        return ClusterSums(self.sizes + other.sizes, origins, self.sums + shifted)


def _cluster_sums(X, means, *, threads):
    """Assign a block of data; return its sums and its J."""
    nearest, J = _assigned(X, means, threads=threads)
    return ClusterSums.of(X, nearest, len(means), threads=threads), J


def _assigned(X, means, *, threads):
    """Return the labels of a block of data, and its J."""
    nearest = np.zeros(len(X), dtype=np.intp)
    size = min(BLOCK, max(1, AT_ONCE // len(means)))

    def work(blocks):
        total, room = 0.0, np.empty((2, len(means), min(size, len(X))))
        for block in blocks:
            columns = np.ascontiguousarray(X[block].T)
            squared = squared_by_columns(columns, means, room[:, :, : columns.shape[1]])
            shortest = squared.min(axis=0)
            nearest[block] = lowest(squared, shortest)
            total += shortest.sum()
        return total

    return nearest, sum(_over_blocks(work, len(X), size, threads))


def squared_by_columns(columns, means, room=None):
    """Return squared distances, shape (k, n), of data that are columns: it is this arithmetic that decides ties."""
    squared, difference = np.empty((2, len(means), columns.shape[1])) if room is None else room
    for a, column in enumerate(columns):
        term = difference if a else squared
        np.subtract(column, means[:, a, None], out=term)
        term *= term
        if a:
            squared += term
    return squared


def lowest(values, least):
    """Return where each column has its least value; of ties the lowest index."""
    k = len(values)
    ranks = np.arange(k, 0, -1, dtype=np.min_scalar_type(k))[:, None]
    return k - ((values == least) * ranks).max(axis=0)


def first_data(nearest, sizes):
    """Return the index of the first datum of each cluster, shape (k,), 0 where there is none."""
    first, missing = np.zeros(len(sizes), dtype=np.intp), sizes > 0
    start, size = 0, 1024
    while missing.any():
        stretch = nearest[start : start + size]
        found = np.full(len(sizes), -1)
        found[stretch[::-1]] = np.arange(start + len(stretch) - 1, start - 1, -1)
        new = missing & (found >= 0)
        first[new] = found[new]
        missing &= ~new
        start, size = start + size, 2 * size
    return first


def _sums_about(X, nearest, origins, threads):
    """Return for each cluster the sum of its data's differences from its origin, shape (k, d)."""

    def work(blocks):
        sums = np.zeros_like(origins)
        for block in blocks:
            mine = nearest[block]
            for a, column in enumerate(X[block].T):
                difference = column - origins[:, a].take(mine)
                sums[:, a] += np.bincount(mine, weights=difference, minlength=len(origins))
        return sums

    return sum(_over_blocks(work, len(X), max(1, AT_ONCE // X.shape[1]), threads))


def _over_blocks(work, n, size, threads):
    """Do it at once for few data: nothing here is linear algebra, which would have to be held to one thread."""
    return over_blocks(work, n, size, threads) if n > size else [work([slice(0, n)])]


def final_losses(X, starts):
    """Run k-means from each start until no mean moves, and return the J at which it ends.

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Data; whatever :class:`lecture_lib.blocks.Blocks` takes.
    starts : iterable of array_like, shape (k, d)
        Starting means, in the units of ``X``.

    Returns
    -------
    ndarray, shape (number of starts,)
        In squared units of ``X``.

    Raises
    ------
    ValueError
        For bad data or means.
    """
    runs = runs_from(KMeans(X), starts, until=parameters_settle())
    return np.array([-run.objective for run in runs])


def fit(X, k, *, rng, restarts=10) -> Run:
    """Run k-means from several k-means++ starts and keep the run with the lowest J.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of clusters, from 1 to n.
    rng : numpy.random.Generator
        Source of the starts.
    restarts : int
        How many starts, at least 1.

    Returns
    -------
    Run
        ``theta`` are the means, shape (k, d); ``objective`` is -J.

    Raises
    ------
    ValueError
        For bad data, a ``k`` outside 1 to n, more clusters than distinct data, or no restart.

    Notes
    -----
    The steps are those of :class:`KMeans`, with the bounds of :mod:`lecture_lib.models.bounded_kmeans`.
    """
    from lecture_lib.models.bounded_kmeans import BoundedKMeans  # here, since it is built on this file

    X = validation.data(X)
    k = validation.count(k, len(X))
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)
    starts = (kmeans_plus_plus(X, k, rng) for _ in range(restarts))
    runs = runs_from(BoundedKMeans(X), starts, until=parameters_settle())
    return best_of(_with_exact_end(KMeans(X), run) for run in runs)


def _with_exact_end(model, run):
    """Return the run with its end from the labels alone, by the plain steps: no bit depends on the way there."""
    if not run.converged:
        return run
    means = model.m_step(run.theta, model.e_step(run.theta)[0])
    objective = model.e_step(means)[1]
    ends = (replace(state, theta=means, objective=objective) for state in run.states[-2:])  # no mean moved
    return replace(run, states=(*run.states[:-2], *ends))
