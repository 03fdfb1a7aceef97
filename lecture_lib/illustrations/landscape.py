"""The landscape over two means on a line: the height of every place, and where a walk of k-means from it ends.

``x`` (n, 1) are data on a line; ``m0`` (a,) and ``m1`` (b,) the places of the two means, in the units of ``x``. In
a result ``[row, column]`` belongs to the means ``m0[column]`` and ``m1[row]``. Other shapes, and what is not
finite, are a ``ValueError``.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.models import kmeans

__all__ = ["ends", "heights", "over_means"]


def heights(x: ArrayLike, m0: ArrayLike, m1: ArrayLike) -> np.ndarray:
    """Return the smallest J for every pair of means, shape (b, a), in squared units of ``x``."""
    from_0, from_1 = (kmeans.squared_distances(x, np.reshape(m, (-1, 1))) for m in (m0, m1))
    return np.minimum(from_0[:, None, :], from_1[:, :, None]).sum(axis=0)


def ends(x: ArrayLike, m0: ArrayLike, m1: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Run k-means from every pair of means, and number the losses at which the runs end.

    Returns
    -------
    losses : ndarray, shape (number of different ends,)
        From the lowest up, in squared units of ``x``; equal to nine digits counts as equal.
    which : ndarray of int, shape (b, a)
        The number of the end that each start leads to.
    """
    m0, m1 = validation.vector(m0, "m0"), validation.vector(m1, "m1")
    final = _final_losses(x, np.array([[[a], [b]] for b in m1 for a in m0], dtype=float))
    nine_digits = np.round(final / (final.max() or 1.0), 9)
    _, first, which = np.unique(nine_digits, return_index=True, return_inverse=True)
    return final[first], which.reshape(len(m1), len(m0))


def over_means(function: Callable, theta: MixtureParameters, m0: ArrayLike, m1: ArrayLike) -> np.ndarray:
    """Evaluate a function of a mixture for every pair of means, shape (b, a, ...); the rest is held.

    ``function`` maps MixtureParameters to a number or an array; ``theta`` has two components in one dimension, and
    gives weights and covariances.
    """
    m0, m1 = validation.vector(m0, "m0"), validation.vector(m1, "m1")
    return np.array([[function(replace(theta, means=np.array([[a], [b]]))) for a in m0] for b in m1])


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
