"""Comparing two ways to divide the same data into clusters, whatever the clusters are called."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from lecture_lib import validation

__all__ = ["disagreement", "renamed"]


def renamed(labels, like):
    """Return a labelling with its clusters renamed so that it agrees with another one as far as it can.

    Parameters
    ----------
    labels, like : array_like of int, shape (n,)
        Labels from 0; the two may have different numbers of clusters.

    Returns
    -------
    ndarray of int, shape (n,)
        Divides the data as ``labels`` does, with the names of ``like``.

    Raises
    ------
    ValueError
        When a label is not a whole number of at least 0, or the lengths differ.

    Notes
    -----
    Source: H. W. Kuhn, *The Hungarian method for the assignment problem*, 1955.
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


def disagreement(labels, like):
    """Return how many data change side between two labellings, under the best matching of cluster names.

    Parameters
    ----------
    labels, like : array_like of int, shape (n,)
        Labels from 0; the two may have different numbers of clusters.

    Returns
    -------
    int
        From 0 to n - 1.

    Raises
    ------
    ValueError
        As :func:`renamed`.

    Notes
    -----
    Eq. 2.1.
    """
    return int(np.sum(renamed(labels, like) != np.asarray(like)))
