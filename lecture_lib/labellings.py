"""Comparing two ways to divide the same data into clusters, whatever the clusters are called.

Labels (n,) are whole numbers from 0, else there is a ``ValueError``, as there is when the lengths of two labellings
differ; they may have different numbers of clusters.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment

from lecture_lib import validation

__all__ = ["disagreement", "renamed"]


def renamed(labels: ArrayLike, like: ArrayLike) -> np.ndarray:
    """Return a labelling with its clusters renamed so that it agrees with another as far as it can, shape (n,).

    It divides the data as ``labels`` does, with the names of ``like``. Source: H. W. Kuhn, *The Hungarian method
    for the assignment problem*, 1955.
    """
    ours, theirs = validation.labels(labels, "labels"), validation.labels(like, "like")
    if len(ours) != len(theirs):
        raise ValueError(
            f"labels and like must have the same length, got {len(ours)} and {len(theirs)}; label the same data"
        )
    # Only names that occur make the table: they may be few, and large.
    names = np.union1d(ours, theirs)
    ours, theirs = np.searchsorted(names, ours), np.searchsorted(names, theirs)
    shared = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(shared, (ours, theirs), 1)
    _, matched = linear_sum_assignment(shared, maximize=True)
    return names[matched[ours]]


def disagreement(labels: ArrayLike, like: ArrayLike) -> int:
    """Return how many data change side between two labellings, under the best matching of cluster names.

    Eq. 2.1.

    Examples
    --------
    >>> disagreement([0, 0, 1, 1], like=[1, 1, 1, 0])
    1
    """
    return int(np.sum(renamed(labels, like) != np.asarray(like)))
