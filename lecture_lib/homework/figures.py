"""What the figures of the homework sets show; the sets themselves are not there where notebooks are graded."""

import numpy as np

from lecture_lib.datasets import ClusterRecipe, load_old_faithful, make_clusters, standardise
from lecture_lib.models.mixture import MixtureParameters, log_likelihood

__all__ = ["WIDTH", "climbed", "round_mixture", "three_clouds"]


def three_clouds():
    """Return the data of the exercise in which k-means is to fail: three round clouds, two of them close.

    Returns
    -------
    ndarray, shape (60, 2)
        Without unit.
    """
    X, _ = make_clusters(
        ClusterRecipe((20, 20, 20), ((1.0, 1.0), (1.0, 4.0), (8.0, 2.5)), ((0.5, 0.5),) * 3, seed=11)
    )
    return X


WIDTH = 0.5
"""The standard deviation, in both directions, of both components of the mixture that is climbed by hand."""


def climbed(means):
    """Return the log-likelihood of two equally heavy, round components of fixed width on Old Faithful.

    Parameters
    ----------
    means : array_like, shape (2, 2)
        In standard deviations of the data from their mean.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        When ``means`` has another shape or is not finite.
    """
    if np.shape(means) != (2, 2):
        raise ValueError(f"means must have shape (2, 2), a row for each of two means, got shape {np.shape(means)}")
    return log_likelihood(standardise(load_old_faithful()), round_mixture(means))


def round_mixture(means):
    """Return two equally heavy, round components of fixed width."""
    return MixtureParameters(np.full(2, 0.5), means, np.tile(WIDTH**2 * np.eye(2), (2, 1, 1)))
