"""The likelihood of a labelling: which data belong together is given, the parameters are at their best.

A mixture may be denied a parameter here, its weights or the freedom of its covariances. So two labellings can be
compared under k-means' own model and under richer ones.

Sources: M. J. Symons, *Clustering criteria and multivariate normal mixtures*, 1981; G. Celeux and G. Govaert, *A
classification EM algorithm for clustering and two stochastic versions*, 1992.
"""

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.gaussian.kinds import COVARIANCES, Spherical, Tied, kind_of
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.models.mixture import expected_complete_log_likelihood

__all__ = ["KINDS", "estimate", "log_likelihood"]

KINDS = ("one width", *COVARIANCES)
"""What the covariances may be: k-means' one width for all clusters, or a kind that mixtures have."""


def estimate(X, z, *, covariance="full", equal_weights=False):
    """Return the maximum-likelihood parameters of a labelling.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    z : array_like of int, shape (n,)
        Labels from 0 to k - 1.
    covariance : {"one width", "full", "tied", "diagonal", "spherical"}
        One variance for all clusters and directions; or free, one for all, along the axes, or one variance a
        cluster.
    equal_weights : bool
        Whether all weights are held at 1 / k.

    Returns
    -------
    MixtureParameters

    Raises
    ------
    ValueError
        For bad data or labels, a cluster without data, or another word for ``covariance``.
    CollapsedComponentError
        When a covariance is singular, because the data of a cluster do not span all dimensions.
    """
    one_width = validation.choice(covariance, KINDS, "covariance") == "one width"
    kind = Tied() if one_width else kind_of(covariance)
    X, z = validation.data(X), validation.labels(z, "z")
    R = np.bincount(z)
    if len(z) != len(X) or R.min() == 0:
        raise ValueError(
            f"z must hold a label for each of {len(X)} data and skip none from 0 to {z.max()}, got {len(z)} labels "
            f"with counts {R.tolist()}; match it to X"
        )
    means = np.stack([X[z == j].mean(axis=0) for j in range(len(R))])
    covariances = np.stack([np.atleast_2d(np.cov(X[z == j].T, bias=True)) for j in range(len(R))])
    covariances = kind.pool(R, kind.project(covariances))
    if one_width:
        covariances = Spherical().project(covariances)
    refuse_collapse(R, means, covariances, tied=kind.tied)
    weights = np.full(len(R), 1 / len(R)) if equal_weights else R / len(X)
    return MixtureParameters(weights, means, covariances)


def log_likelihood(X, z, *, covariance="full", equal_weights=False):
    """Return max over theta of log p(X, z given theta), the classification log-likelihood of a labelling.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    z : array_like of int, shape (n,)
        Labels from 0 to k - 1.
    covariance : {"one width", "full", "tied", "diagonal", "spherical"}
        As :func:`estimate` takes it.
    equal_weights : bool
        Whether all weights are held at 1 / k.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        As :func:`estimate`.
    CollapsedComponentError
        As :func:`estimate`.

    Notes
    -----
    Eq. 4.5. Source: Celeux and Govaert 1992.
    """
    theta = estimate(X, z, covariance=covariance, equal_weights=equal_weights)
    r = np.eye(len(theta.weights))[validation.labels(z, "z")]  # one-hot rows
    return expected_complete_log_likelihood(X, r, theta)
