"""Moves of single data: what may still lower J where assignment and update have come to rest.

Source: J. A. Hartigan and M. A. Wong, *A k-means clustering algorithm*, 1979.
"""

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.models.kmeans.assignment import ClusterSums
from lecture_lib.models.kmeans.definitions import squared_distances

__all__ = ["move_one"]

ROUNDING = 1e-12
"""A move must save more than this share of what its datum costs, else two equal clusterings take turns for ever."""


def move_one(X: ArrayLike, r: ArrayLike, means: ArrayLike) -> np.ndarray:
    r"""Return responsibilities (n, k) after the move of one datum that lowers J most; the same if none does.

    J is taken with each mean at the mean of its data, before the move and after. Datum i then goes from cluster a
    to b at a change of

    .. math:: \frac{R_b}{R_b + 1} \lVert x_i - \bar x_b \rVert^2
              - \frac{R_a}{R_a - 1} \lVert x_i - \bar x_a \rVert^2 .

    A datum that is alone in its cluster saves nothing by leaving it; one that moves to an empty cluster costs
    nothing there. Of equal changes the first datum's, and the lowest cluster, is taken.

    ``X`` (n, d) are data, ``r`` (n, k) one-hot, ``means`` (k, d) as :func:`update` takes them: not more is asked of
    them than their shape. ``ValueError`` otherwise. Source: Hartigan and Wong 1979.
    """
    X = validation.data(X)
    r = validation.one_hot(r, len(X))
    m = validation.means(means, X.shape[1], r.shape[1])
    nearby = X - X.mean(axis=0)  # else distances lose their digits far from the origin
    z, R, every = r.argmax(axis=1), r.sum(axis=0), np.arange(len(X))
    centres = ClusterSums.of(nearby, z, len(m), threads=False).means(np.zeros_like(m))
    squared = squared_distances(nearby, centres)
    saved = R[z] / np.maximum(R[z] - 1, 1) * squared[every, z]
    change = R / (R + 1) * squared - saved[:, None]
    change[every, z] = 0.0
    i, b = np.unravel_index(change.argmin(), change.shape)
    if change[i, b] >= -ROUNDING * saved[i]:
        return r
    moved = r.copy()
    moved[i] = np.arange(len(m)) == b
    return moved
