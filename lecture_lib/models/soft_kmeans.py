"""Soft k-means: each datum is shared among the means, the more to the nearest the larger beta is.

It is EM for a Gaussian mixture with covariances I / beta and equal weights, both held fixed. Both steps lower
the free energy, which becomes half of k-means' J as beta grows.

Shapes: ``X`` (n, d) holds the data, ``means`` (k, d) are in their units; ``beta`` says how firmly data are
assigned, above 0, in units of 1 / X^2: one over the variance of each cluster in every direction. ``r`` (n, k) are
responsibilities, rows of which sum to 1; ``weights`` (k,) those of the clusters, equal if none are given. Free
energies are in squared units of ``X``. What is not of this kind is a ``ValueError``.

Sources: lecture 22, slide "The connection to (soft) k-means", whose exponent lacks the factor 1/2; D. MacKay,
ITILA, 2003, chapter 20; K. Rose, *Deterministic annealing for clustering, compression, classification,
regression, and related optimization problems*, 1998.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.em import Run, converge, em
from lecture_lib.models.kmeans import lyapunov, squared_distances, update
from lecture_lib.models.mixture import MixtureParameters

__all__ = [
    "SoftKMeans",
    "anneal",
    "as_mixture",
    "critical_beta",
    "curvature",
    "free_energy",
    "reduced_free_energy",
    "soft_assign",
]


def as_mixture(means: ArrayLike, beta: float, weights: ArrayLike | None = None) -> MixtureParameters:
    """Return the Gaussian mixture that soft k-means fits: every covariance is I / beta.

    Source: lecture 22, slide "The connection to (soft) k-means".
    """
    means = validation.data(means, "means")
    k, d = means.shape
    weights = np.full(k, 1 / k) if weights is None else validation.weights(weights)
    covariance = np.eye(d) / validation.positive(beta, "beta")
    return MixtureParameters(weights, means, np.repeat(covariance[None], k, axis=0))


def soft_assign(X: ArrayLike, means: ArrayLike, beta: float, weights: ArrayLike | None = None) -> np.ndarray:
    """Return responsibilities (n, k) in proportion to weight_j exp(-(beta/2) ||x_i - m_j||^2). Eq. 8.1.

    As beta grows they become those of k-means, except where a datum is equally near to two means. Source: lecture
    22, slide "The connection to (soft) k-means", with the factor 1/2 that its Sigma asks for.
    """
    distances = squared_distances(X, means)
    half = validation.positive(beta, "beta") / 2
    k = distances.shape[1]
    weights = np.full(k, 1 / k) if weights is None else validation.weights(weights)
    if len(weights) != k:
        raise ValueError(f"weights must have one number per mean, k = {k}, got {len(weights)}; match them to means")
    active = weights > 0
    nearest = distances[:, active].min(axis=1, keepdims=True)
    r = np.zeros_like(distances)
    with np.errstate(over="ignore"):  # a mean that is farther by far takes nothing
        # Differences of distances first: they are exact near a tie, however large beta is.
        exponents = np.log(weights[active]) - half * (distances[:, active] - nearest)
    r[:, active], _ = log_sum_exp.posterior(exponents)
    return r


def free_energy(X: ArrayLike, r: ArrayLike, means: ArrayLike, beta: float) -> float:
    """Return J(r, m) / 2 - H(r) / beta: what both steps of soft k-means with equal weights lower. Eq. 8.2.

    H(r) = -sum_ij r_ij log r_ij is the entropy in nats; times -beta, and but for a constant, the free energy is the
    lower bound on the log-likelihood of the mixture. Source: Rose 1998, section II; Neal and Hinton 1998.
    """
    J = lyapunov(X, r, means)
    r = validation.array(r, "r")
    taken = r[r > 0]  # 0 log 0 = 0
    return J / 2 + float(np.sum(taken * np.log(taken))) / validation.positive(beta, "beta")


def reduced_free_energy(X: ArrayLike, means: ArrayLike, beta: float) -> float:
    """Return the lowest free energy with these means, which :func:`soft_assign` gives.

    It is -1/beta sum_i log sum_j exp(-(beta/2) ||x_i - m_j||^2). Eq. 8.3. Source: Rose 1998, section II.
    """
    distances = squared_distances(X, means)
    beta = validation.positive(beta, "beta")
    nearest = distances.min(axis=1, keepdims=True)
    with np.errstate(over="ignore"):  # a mean that is farther by far adds nothing
        exponents = -beta / 2 * (distances - nearest)
    _, logs = log_sum_exp.posterior(exponents)
    return float(nearest.sum() / 2 - logs.sum() / beta)


def curvature(X: ArrayLike, means: ArrayLike, beta: float) -> np.ndarray:
    """Return the second derivatives of the reduced free energy in the means, shape (k d, k d), without unit.

    Eq. 8.4. The entries of ``means`` are taken in C order. Block [j, l] is delta_jl R_j I minus
    beta sum_i r_ij (delta_jl - r_il) (x_i - m_j)(x_i - m_l)^T. Source: Rose 1998, section II-B.
    """
    r = soft_assign(X, means, beta)
    X, means = validation.data(X), validation.array(means, "means")
    k, d = means.shape
    away = X[:, None, :] - means  # (n, k, d)
    shared = r[:, :, None] * (np.eye(k) - r[:, None, :])  # (n, k, k)
    pulled = np.einsum("njl,nja,nlb->jalb", shared, away, away).reshape(k * d, k * d)
    return np.kron(np.diag(r.sum(axis=0)), np.eye(d)) - beta * pulled


def critical_beta(X: ArrayLike) -> float:
    """Return the beta beyond which the means part: up to it, all of them at the mean of the data is a minimum.

    Eq. 8.5. It is one over the largest eigenvalue of the covariance of the data, which must not all be equal.
    Beyond it the common mean is no minimum of the free energy in the means: they split along the first eigenvector.
    A little below it there may be further minima, in which the means are apart: usually with three or more of them,
    or when a few data lie far out. Source: Rose 1998, section II-B; with the slide's exponent, without the factor
    1/2, it would be half of it.
    """
    X = validation.data(X)
    centred = X - X.mean(axis=0)
    unit = np.abs(centred).max()
    if (X[0] == X).all():
        raise ValueError("X must hold at least two different data, got equal rows; without spread nothing splits")
    largest = np.linalg.eigvalsh((centred / unit).T @ (centred / unit) / len(X))[-1]
    return float(1 / largest / unit / unit)


class SoftKMeans:
    """Soft k-means of data X (n, d) as a model of the loop.

    q are responsibilities, theta the means, and the objective is minus the free energy.
    """

    def __init__(self, X: ArrayLike, beta: float):
        self.X = validation.data(X)
        self.beta = validation.positive(beta, "beta")
        self.nat = 1 / self.beta  # -beta F is the lower bound on a log-likelihood, but for a constant

    def e_step(self, means: ArrayLike) -> tuple[np.ndarray, float]:
        """Return the responsibilities, shape (n, k), and minus the free energy, in squared units of the data."""
        r = soft_assign(self.X, means, self.beta)
        return r, -free_energy(self.X, r, means, self.beta)

    def m_step(self, means: ArrayLike, r: ArrayLike) -> np.ndarray:
        """Return the weighted means of the data, shape (k, d); a cluster without any share keeps its own."""
        return update(self.X, r, means)


def anneal(
    X: ArrayLike, k: int, betas: Iterable[float], *, rng: np.random.Generator, nudge: float = 1e-3, **rules: Any
) -> Iterator[Run]:
    """Run soft k-means at one beta after the other, each time from where the last run ended.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    k : int
        Number of clusters, from 1 to n. Their means all start at the mean of the data.
    betas : iterable of float
        Usually rising from below :func:`critical_beta`.
    rng : numpy.random.Generator
        Source of the nudges.
    nudge : float
        At least 0, without unit. Before each run all means are moved at random, by about this share of the spread
        of the data: equal means would stay equal for ever, also where that is no longer a minimum.
    **rules
        ``until`` and ``max_steps``, as :func:`lecture_lib.em.converge` takes them.

    Yields
    ------
    Run
        One a beta; ``theta`` are the means, shape (k, d), the objective is minus the free energy.

    Notes
    -----
    Source: Rose 1998 (deterministic annealing; 1 / beta is the temperature).
    """
    X = validation.data(X)
    means = np.tile(X.mean(axis=0), (validation.count(k, len(X)), 1))
    rng = validation.rng(rng)
    step = validation.number(nudge, "nudge", least=0) * np.sqrt(X.var(axis=0).sum())
    for beta in betas:
        run = converge(em(SoftKMeans(X, beta), means + step * rng.standard_normal(means.shape)), **rules)
        yield run
        means = run.theta
