"""The likelihood of a labelling: which data belong together is given, the parameters are at their best.

A mixture may be denied a parameter here, its weights or the freedom of its covariances. So two labellings can be
compared under k-means' own model and under richer ones.

Shapes: ``X`` (n, d) holds the data, ``means`` (k, d) are in their units, and so is ``sigma``, a standard deviation
in every direction, above 0; ``r`` (n, k) is one-hot, ``z`` (n,) holds labels from 0 to k - 1. Likelihoods are in
nats, of a density per unit of volume. What is not of this kind is a ``ValueError``.

Sources: lecture 22, slide "From a Loss to a Generative Model"; M. J. Symons, *Clustering criteria and
multivariate normal mixtures*, 1981; G. Celeux and G. Govaert, *A classification EM algorithm for clustering and two
stochastic versions*, 1992.
"""

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.gaussian.kinds import COVARIANCES, Spherical, Tied, kind_of
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters
from lecture_lib.models.kmeans import lyapunov, squared_distances
from lecture_lib.models.mixture import expected_complete_log_likelihood

__all__ = [
    "COVARIANCE_CHOICES",
    "best_sigma",
    "classification_log_likelihood",
    "estimate",
    "log_densities",
    "log_likelihood",
]

COVARIANCE_CHOICES = ("one width", *COVARIANCES)
"""What the covariances may be: k-means' one width for all clusters, or a kind that mixtures have."""


def log_densities(X: ArrayLike, means: ArrayLike, sigma: float) -> np.ndarray:
    """Return log N(x_i; m_j, sigma^2 I) for every datum and mean, shape (n, k)."""
    squared = squared_distances(X, means)
    sigma, d = validation.positive(sigma, "sigma"), np.shape(X)[1]
    return -0.5 * squared / sigma / sigma - d * (0.5 * LOG_2_PI + np.log(sigma))


def classification_log_likelihood(X: ArrayLike, r: ArrayLike, means: ArrayLike, sigma: float) -> float:
    """Return log p(X given m, r): each datum drawn from a Gaussian of width sigma about the mean of its cluster.

    Eq. 4.2, computed as Eq. 4.3. The name is that of Symons 1981.
    """
    X = validation.data(X)
    J = lyapunov(X, validation.one_hot(r, len(X)), means)
    sigma = validation.positive(sigma, "sigma")
    return -0.5 * J / sigma / sigma - X.size * (0.5 * LOG_2_PI + float(np.log(sigma)))


def best_sigma(X: ArrayLike, r: ArrayLike, means: ArrayLike) -> float:
    """Return the width for which the classification likelihood is largest: the root of J / (n d). Eq. 4.4.

    It is the root mean square of how far a coordinate of a datum lies from that of its mean; 0 where every datum
    lies on its mean, and the likelihood has no upper bound.
    """
    X = validation.data(X)
    return float(np.sqrt(lyapunov(X, validation.one_hot(r, len(X)), means) / X.size))


def estimate(
    X: ArrayLike, z: ArrayLike, *, covariance: str = "full", equal_weights: bool = False
) -> MixtureParameters:
    """Return the maximum-likelihood parameters of a labelling that skips no cluster.

    Parameters
    ----------
    X, z
        Data and labels.
    covariance : {"one width", "full", "tied", "diagonal", "spherical"}
        One variance for all clusters and directions; or free, one for all, along the axes, or one variance a
        cluster.
    equal_weights : bool
        Whether all weights are held at 1 / k.

    Raises
    ------
    CollapsedComponentError
        When a covariance is singular, because the data of a cluster do not span all dimensions.
    """
    one_width = validation.choice(covariance, COVARIANCE_CHOICES, "covariance") == "one width"
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


def log_likelihood(X: ArrayLike, z: ArrayLike, *, covariance: str = "full", equal_weights: bool = False) -> float:
    """Return max over theta of log p(X, z given theta), the classification log-likelihood of a labelling. Eq. 4.5.

    Arguments and errors are those of :func:`estimate`. Source: Celeux and Govaert 1992.
    """
    theta = estimate(X, z, covariance=covariance, equal_weights=equal_weights)
    r = np.eye(len(theta.weights))[validation.labels(z, "z")]  # one-hot rows
    return expected_complete_log_likelihood(X, r, theta)
