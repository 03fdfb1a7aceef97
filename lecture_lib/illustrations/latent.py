"""The latent variable of a Gaussian mixture, z, one-hot rows that say which component each datum came from.

Its definitions, and what follows from them by enumeration: all k^n values of z are written down, which is
possible for a handful of data and shows that the short formulas, which need n k numbers only, are right.

``X`` (n, d) are data, a handful where all values are written down; ``z`` (n, k) is one-hot, ``theta`` has k
components in d dimensions, in the units of ``X``. Logarithms are in nats. What is not of this kind is a
``ValueError``.

Sources: lecture 22, slides "Gaussian Mixtures Revisited" and "Joint Generative Model"; C. M. Bishop, *Pattern
Recognition and Machine Learning*, 2006, section 9.2.
"""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from lecture_lib import log_sum_exp, validation
from lecture_lib.models.mixture import MixtureParameters, log_density

__all__ = [
    "complete_data_divergence",
    "every_z",
    "expectation",
    "log_conditional",
    "log_joints",
    "log_prior",
    "posterior",
]

MAX_VALUES = 100_000
"""More values of z than this are not written down: each takes n k numbers."""


def log_prior(z: ArrayLike, theta: MixtureParameters) -> float:
    """Return log p(z) = sum_ij z_ij log pi_j; -inf when ``z`` uses a component of weight 0. Eq. 9.1.

    Source: lecture 22, slide "Gaussian Mixtures Revisited".
    """
    return float(xlogy(_one_hot(z, theta).sum(axis=0), theta.weights).sum())


def log_conditional(X: ArrayLike, z: ArrayLike, theta: MixtureParameters) -> float:
    """Return log p(X given z) = sum_i log N(x_i; mu_j, Sigma_j), with the j of which z_ij = 1: no weight enters.

    Eq. 9.2. Source: lecture 22, slide "Gaussian Mixtures Revisited"; on "Taking the easy way out" the weights stand
    before the densities, which makes it the joint.
    """
    X = validation.data(X)
    validation.means(validation.instance(theta, MixtureParameters).means, X.shape[1])
    component = _one_hot(z, theta, len(X)).argmax(axis=1)
    parts = [
        log_density(X[component == j], theta.means[j], theta.covariances[j]).sum() for j in np.unique(component)
    ]
    return float(np.sum(parts))


def _one_hot(z, theta, n=None):
    """Return z as an array if it is one-hot, with one row per datum and one column per component."""
    rows = validation.data(z, "z")
    shape = (len(rows) if n is None else n, len(validation.instance(theta, MixtureParameters).weights))
    if rows.shape != shape:
        raise ValueError(f"z must have shape (n, k) = {shape}, got shape {rows.shape}; match it to X and theta")
    if not (np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all()):
        raise ValueError(
            "z must be one-hot, a single 1 in each row and else 0; labels become so by np.eye(k)[labels]"
        )
    return rows


def every_z(n: int, k: int) -> np.ndarray:
    """Return all k^n values of z for n data and k components, shape (k^n, n, k); k^n may be up to 100,000.

    They are in the order of counting, so the last datum changes fastest.
    """
    n, k = validation.count(n, None, "n"), validation.count(k, None)
    if n * np.log(k) > np.log(MAX_VALUES):
        raise ValueError(f"k^n must be at most {MAX_VALUES}, got {k}^{n}; take fewer data")
    return np.eye(k)[np.array(list(itertools.product(range(k), repeat=n)))]


def log_joints(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return log p(X, z) = log p(z) + log p(X given z) for all values of z, shape (k^n,), as in :func:`every_z`."""
    X = validation.data(X)
    values = every_z(len(X), len(validation.instance(theta, MixtureParameters).weights))
    return np.array([log_prior(z, theta) + log_conditional(X, z, theta) for z in values])


def posterior(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return p(z given X) = p(X, z) / sum_z' p(X, z') for all values of z, shape (k^n,). Eq. 9.4.

    They are in the order of :func:`every_z`. Source: lecture 22, slide "Joint Generative Model".
    """
    return log_sum_exp.posterior(log_joints(X, theta))[0]


def expectation(of: Callable, X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return the mean of a function of z under p(z given X), over all k^n values of z. Eq. 9.5.

    ``of`` maps one value of z, shape (n, k), to a number or an array; the result has that shape.
    """
    X = validation.data(X)
    probabilities = posterior(X, theta)
    values = [np.asarray(of(z)) for z in every_z(len(X), len(theta.weights))]
    return np.tensordot(probabilities, values, axes=1)


def complete_data_divergence(estimate: MixtureParameters, theta: MixtureParameters) -> float:
    """Return the KL divergence, per datum, of the complete-data model at theta from that at the estimate. Eq. 9.7.

    By so much log p(X, z) at theta falls short of its maximum, which is at the complete-data ``estimate``, all
    weights of which are above 0: sum_j p_j (log p_j / pi_j + KL_j), where p_j are the weights of the estimate and
    KL_j is the divergence of component j of the estimate from that of theta. It is 0 only where the two agree.
    Source of the divergence between Gaussians: S. Kullback, *Information Theory and Statistics*, 1959.
    """
    ours, theirs = (validation.instance(value, MixtureParameters) for value in (estimate, theta))
    if ours.means.shape != theirs.means.shape:
        raise ValueError(
            f"estimate and theta must have means of one shape, got {ours.means.shape} and {theirs.means.shape}; "
            "compare mixtures of the same kind"
        )
    away = (theirs.means - ours.means)[:, :, None]
    ratio = np.linalg.solve(theirs.covariances, ours.covariances)
    mahalanobis = (away.mT @ np.linalg.solve(theirs.covariances, away))[:, 0, 0]
    log_volumes = np.linalg.slogdet(ratio).logabsdet
    divergences = (np.trace(ratio, axis1=1, axis2=2) - away.shape[1] - log_volumes + mahalanobis) / 2
    return float(np.sum(ours.weights * (np.log(ours.weights / theirs.weights) + divergences)))
