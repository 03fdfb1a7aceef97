"""Small random problems, on which derivations are executed, and a plain formula to take derivatives of.

All numbers are of order one.

A sampler takes a random generator and returns a dict; its keys are the parameter names that the functions of
:mod:`lecture_lib.models` use, so these functions can be lines of a derivation as they are.
"""

import numpy as np

from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.mixture import MixtureParameters

__all__ = [
    "plain_log_likelihood",
    "random_assignment",
    "random_clusters",
    "random_component",
    "random_data_and_means",
    "random_means_and_one_more",
    "random_mixture",
    "random_regularised_mixture",
    "random_shared_data",
    "random_shares",
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
    """Return data, means, and one further mean.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the problem; its sizes are random too.

    Returns
    -------
    dict
        ``X (n, d)``, ``means (k, d)`` and ``one_more (1, d)``.
    """
    problem = random_data_and_means(rng)
    return problem | {"one_more": rng.standard_normal((1, problem["X"].shape[1]))}


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
    k, d = means.shape
    factors = rng.standard_normal((k, d, d + 2))
    covariances = (factors @ factors.mT + np.eye(d)) / d
    return {"X": X, "theta": MixtureParameters(rng.dirichlet(np.full(k, 3.0)), means, covariances)}


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
