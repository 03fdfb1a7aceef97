"""Small random problems, on which derivations are executed. All numbers are of order one.

A sampler takes a random generator and returns a dict; its keys are the parameter names that the functions of
:mod:`lecture_lib.models` use, so these functions can be lines of a derivation as they are.
"""

import numpy as np

from lecture_lib.models.mixture import MixtureParameters

__all__ = [
    "random_assignment",
    "random_clusters",
    "random_complete_data",
    "random_data_and_means",
    "random_few_data",
    "random_means_and_one_more",
    "random_mixture",
    "random_shared_data",
    "random_shares",
    "random_soft_clusters",
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
        has anything to do with another.
    """
    problem = random_data_and_means(rng)
    n, k = len(problem["X"]), len(problem["means"])
    shares = {"weights": rng.dirichlet(np.full(k, 3.0)), "r": rng.dirichlet(np.ones(k), size=n)}
    return problem | {"beta": rng.uniform(0.5, 3.0)} | shares


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
