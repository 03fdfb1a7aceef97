"""Small random problems, on which derivations are executed, and a plain formula to take derivatives of.

All numbers are of order one.

A sampler takes a random generator and returns a dict; its keys are the parameter names that the functions of
:mod:`lecture_lib.models` use, so these functions can be lines of a derivation as they are.
"""

import numpy as np

from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.illustrations.latent import log_joints
from lecture_lib.models.mixture import MixtureParameters

__all__ = [
    "plain_log_likelihood",
    "random_assignment",
    "random_clusters",
    "random_clusters_and_width",
    "random_complete_data",
    "random_component",
    "random_data_and_means",
    "random_enumeration",
    "random_few_data",
    "random_means_and_one_more",
    "random_mixture",
    "random_regularised_mixture",
    "random_shared_data",
    "random_shares",
    "random_soft_clusters",
    "random_start",
]


def random_data_and_means(rng):
    """Return data and means that have nothing to do with each other.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)`` and ``means (k, d)``, with n from 8 to 12, d from 1 to 3 and k from 2 to 4.
    """
    n, d, k = rng.integers(8, 13), rng.integers(1, 4), rng.integers(2, 5)
    return {"X": rng.standard_normal((n, d)), "means": rng.standard_normal((k, d))}


def random_means_and_one_more(rng):
    """Return so few data that all assignments can be tried, means, and one further mean.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (5, d)``, ``means (k, d)`` and ``one_more (1, d)``, with k at most 3.
    """
    X, means = random_data_and_means(rng).values()
    return {"X": X[:5], "means": means[:3], "one_more": rng.standard_normal((1, X.shape[1]))}


def random_assignment(rng, X, means):
    """Return one-hot responsibilities under which no cluster is empty.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem.
    X : ndarray, shape (n, d)
        Data.
    means : ndarray, shape (k, d)
        Means; k is at most n.

    Returns
    -------
    dict
        ``r (n, k)``: which cluster a datum belongs to has nothing to do with where it lies.
    """
    n, k = len(X), len(means)
    return {"r": np.eye(k)[rng.permutation(np.arange(n) % k)]}


def random_clusters(rng):
    """Return data, means and one-hot responsibilities under which no cluster is empty.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``means (k, d)`` and ``r (n, k)``.
    """
    problem = random_data_and_means(rng)
    return problem | random_assignment(rng, **problem)


def random_clusters_and_width(rng):
    """Return data, means, one-hot responsibilities, and one width for all clusters.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``means (k, d)``, ``r (n, k)`` and ``sigma``, from 0.7 to 1.5.
    """
    return random_clusters(rng) | {"sigma": rng.uniform(0.7, 1.5)}


def random_mixture(rng):
    """Return data and the parameters of a Gaussian mixture that have nothing to do with each other.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)`` and ``theta``, a :class:`lecture_lib.models.mixture.MixtureParameters` with k components;
        sizes as in :func:`random_data_and_means`. No covariance is near to singular.
    """
    X, means = random_data_and_means(rng).values()
    return {"X": X, "theta": _parameters(rng, *means.shape, means)}


def _parameters(rng, k, d, means=None):
    """Draw the parameters of a mixture, around the given means if there are any."""
    factors = rng.standard_normal((k, d, d + 2))
    covariances = (factors @ factors.mT + np.eye(d)) / d
    weights = rng.dirichlet(np.full(k, 3.0))
    return MixtureParameters(weights, rng.standard_normal((k, d)) if means is None else means, covariances)


def random_shares(rng, X, theta):
    """Return soft responsibilities that have nothing to do with data or parameters.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem.
    X : ndarray, shape (n, d)
        Data.
    theta : MixtureParameters
        With k components.

    Returns
    -------
    dict
        ``r (n, k)``: all above 0, rows sum to 1.
    """
    return {"r": rng.dirichlet(np.ones(len(theta.weights)), size=len(X))}


def random_shared_data(rng):
    """Return data, the parameters of a Gaussian mixture, and soft responsibilities.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``theta`` and ``r (n, k)``, as :func:`random_mixture` and :func:`random_shares` draw them.
    """
    problem = random_mixture(rng)
    return problem | random_shares(rng, **problem)


def random_start(rng, X, theta):
    """Return a second set of mixture parameters, of the same sizes as the first.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem.
    X : ndarray, shape (n, d)
        Data.
    theta : MixtureParameters
        Says how many components.

    Returns
    -------
    dict
        ``theta_old``, drawn as :func:`random_mixture` draws ``theta``.
    """
    return {"theta_old": _parameters(rng, len(theta.weights), X.shape[1])}


def random_enumeration(rng):
    """Return three data, two sets of mixture parameters, and a distribution over all assignments of the data.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (3, d)``, ``theta`` and ``theta_old``, both with k components; over the k ** 3 values of
        :func:`lecture_lib.illustrations.latent.every_z`: ``log_p``, log p(X, z) at theta, and ``q``, a
        distribution that has nothing to do with it.
    """
    X, theta = random_mixture(rng).values()
    X = X[:3]
    log_p = log_joints(X, theta)
    q = rng.dirichlet(np.ones(len(log_p)))
    return {"X": X, "theta": theta, **random_start(rng, X, theta), "log_p": log_p, "q": q}


def random_soft_clusters(rng):
    """Return a problem of soft k-means: data, means, beta, weights, and soft responsibilities.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``means (k, d)``, ``beta`` from 0.5 to 3, ``weights (k,)``, and ``r (n, k)``, none of which
        has anything to do with another; n is from 8 to 12, d is 1 or 2, k is 2 or 3, so that a matrix of second
        derivatives is soon made.
    """
    n, d, k = rng.integers(8, 13), rng.integers(1, 3), rng.integers(2, 4)
    problem = {"X": rng.standard_normal((n, d)), "means": rng.standard_normal((k, d)), "beta": rng.uniform(0.5, 3)}
    return problem | {"weights": rng.dirichlet(np.full(k, 3.0)), "r": rng.dirichlet(np.ones(k), size=n)}


def random_few_data(rng):
    """Return a mixture, one value of z, and so few data that all values of z can be written down.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``theta`` with k components, and one-hot ``z (n, k)``; n is 3 or 4, k is 2 or 3.
    """
    problem = random_mixture(rng)
    n, k = rng.integers(3, 5), min(3, len(problem["theta"].weights))
    theta = problem["theta"]
    weights = theta.weights[:k] / theta.weights[:k].sum()
    few = MixtureParameters(weights, theta.means[:k], theta.covariances[:k])
    return {"X": problem["X"][:n], "theta": few, "z": np.eye(k)[rng.integers(k, size=n)]}


def random_complete_data(rng):
    """Return data whose components are known, and the parameters of a mixture.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, one-hot ``z (n, k)`` with at least d + 2 data a component, so that no covariance is
        singular, and ``theta``, which has nothing to do with them.
    """
    theta = random_mixture(rng)["theta"]
    k, d = theta.means.shape
    n = k * (d + 2) + rng.integers(4)
    z = np.eye(k)[rng.permutation(np.arange(n) % k)]
    return {"X": rng.standard_normal((n, d)), "z": z, "theta": theta}


def random_component(rng):
    """Return a vector, and one covariance.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its size is random too.

    Returns
    -------
    dict
        ``v (d,)`` and ``S (d, d)``, symmetric positive definite, with d from 1 to 3.
    """
    X, theta = random_mixture(rng).values()
    return {"v": X[0], "S": theta.covariances[0]}


def random_regularised_mixture(rng):
    """Return data, the parameters of a small Gaussian mixture, soft responsibilities and a prior.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``theta`` with two components, and ``r (n, 2)``, with n from 8 to 12 and d from 1 to 2; and
        ``prior``, a :class:`lecture_lib.gaussian.prior.MixturePrior` worth a few data.
    """
    n, d = rng.integers(8, 13), rng.integers(1, 3)
    X, means, factors = rng.standard_normal((n, d)), rng.standard_normal((2, d)), rng.standard_normal((3, d, d + 2))
    *covariances, scatter = (factors @ factors.mT + np.eye(d)) / d
    theta = MixtureParameters(rng.dirichlet([3.0, 3.0]), means, covariances)
    strength, dof, concentration = rng.uniform(0.5, 3), d + rng.uniform(0, 3), rng.uniform(1, 3)
    prior = MixturePrior(rng.standard_normal(d), scatter, strength, dof, concentration)
    return {"X": X, "theta": theta, "prior": prior} | random_shares(rng, X, theta)


def plain_log_likelihood(X, weights, means, covariances):
    """Return sum_i log sum_j pi_j N(x_i; mu_j, Sigma_j) as it reads, also where that is no mixture.

    A numerical derivative in all entries needs it at weights that do not sum to 1, and at matrices that are not
    symmetric; :func:`lecture_lib.models.mixture.log_likelihood` refuses both.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        Data.
    weights : ndarray, shape (k,)
        Above 0.
    means : ndarray, shape (k, d)
        Any numbers.
    covariances : ndarray, shape (k, d, d)
        Any matrices with a determinant above 0.

    Returns
    -------
    float
        In nats. Written for numbers of order one: densities far out underflow.
    """
    away = X[:, None] - means
    squared = np.einsum("nja,jab,njb->nj", away, np.linalg.inv(covariances), away)
    densities = np.exp(-squared / 2) / np.sqrt(np.linalg.det(2 * np.pi * covariances))
    return float(np.log(densities @ weights).sum())
