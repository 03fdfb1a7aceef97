"""The landscape over two means on a line: the height of every place, and where a walk of k-means from it ends."""

from dataclasses import replace

import numpy as np

from lecture_lib.models import kmeans

__all__ = [
    "ends",
    "heights",
    "over_means",
]


def heights(x, m0, m1):
    """Return the smallest J for every pair of means.

    Parameters
    ----------
    x : array_like, shape (n, 1)
        Data on a line.
    m0, m1 : array_like, shapes (a,), (b,)
        The places of the two means, in the units of ``x``.

    Returns
    -------
    ndarray, shape (b, a)
        ``[row, column]`` belongs to the means ``m0[column]`` and ``m1[row]``, in squared units of ``x``.

    Raises
    ------
    ValueError
        For bad data or means.
    """
    from_0, from_1 = (kmeans.squared_distances(x, np.reshape(m, (-1, 1))) for m in (m0, m1))
    return np.minimum(from_0[:, None, :], from_1[:, :, None]).sum(axis=0)


def ends(x, m0, m1):
    """Run k-means from every pair of means, and number the losses at which the runs end.

    Parameters
    ----------
    x : array_like, shape (n, 1)
        Data on a line.
    m0, m1 : array_like, shapes (a,), (b,)
        The starting places of the two means, in the units of ``x``.

    Returns
    -------
    losses : ndarray, shape (number of different ends,)
        From the lowest up, in squared units of ``x``; equal to nine digits counts as equal.
    which : ndarray of int, shape (b, a)
        ``[row, column]`` is the number of the end that the start ``m0[column]``, ``m1[row]`` leads to.

    Raises
    ------
    ValueError
        For bad data or means.
    """
    final = _final_losses(x, np.array([[[a], [b]] for b in m1 for a in m0], dtype=float))
    nine_digits = np.round(final / (final.max() or 1.0), 9)
    _, first, which = np.unique(nine_digits, return_index=True, return_inverse=True)
    return final[first], which.reshape(len(m1), len(m0))


def over_means(function, theta, m0, m1):
    """Evaluate a function of a mixture for every pair of means; weights and covariances are held.

    Parameters
    ----------
    function : callable
        Maps MixtureParameters to a number or an array.
    theta : lecture_lib.models.mixture.MixtureParameters
        Two components in one dimension: gives weights and covariances.
    m0, m1 : array_like, shapes (a,), (b,)
        The places of the two means.

    Returns
    -------
    ndarray, shape (b, a, ...)
        ``[row, column]`` belongs to the means ``m0[column]`` and ``m1[row]``.

    Raises
    ------
    ValueError
        When ``theta`` does not have two components in one dimension.
    """
    return np.array([[function(replace(theta, means=[[a], [b]])) for a in m0] for b in m1])


def _final_losses(x, starts):
    """Run k-means once for all starts with the same first assignment: what follows is the same.

    Unless a mean has no data: then its place matters, and each start is run by itself.
    """
    first = np.array([kmeans.labels(x, start) for start in starts])
    _, group = np.unique(first, axis=0, return_inverse=True)
    alone = (first == first[:, :1]).all(axis=1)
    group = np.where(alone, len(starts) + np.arange(len(starts)), group.ravel())
    _, representative, which = np.unique(group, return_index=True, return_inverse=True)
    return kmeans.final_losses(x, starts[representative])[which]
