"""Gaussian mixtures: their definitions and gradients, written as the equations read.

Accuracy comes first here: densities come from Cholesky factors and differences, sums of densities from their
logarithms. :mod:`lecture_lib.models.gaussian_mixture` computes the same numbers faster.

Everywhere ``X`` are data, shape (n, d); ``theta`` are MixtureParameters with k components, in the units of ``X``;
``r`` are responsibilities, shape (n, k), one-hot or soft, whose rows sum to 1; ``covariance``, one of
``COVARIANCES``, says what the covariances are restricted to. Bad input raises a ``ValueError`` that names the
argument (:mod:`lecture_lib.validation`); so does a datum so far from every component that even the logarithm of its
density overflows, wherever p(x_i) is needed.

Sources: lecture 22, slides "Gaussian Mixtures" to "EM for Gaussian Mixtures"; C. M. Bishop, *Pattern
Recognition and Machine Learning*, 2006, sections 9.2 and 9.3.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.blocks import Blocks
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.gaussian.densities import density_of, log_densities, posterior, whitened, within_reach
from lecture_lib.gaussian.kinds import COVARIANCES, KINDS, Covariance, Full, kind_of
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior, checked_prior

__all__ = [
    "COVARIANCES",
    "MixtureParameters",
    "aic",
    "bic",
    "complete_data_estimate",
    "expected_complete_log_likelihood",
    "grad_covariances",
    "grad_means",
    "grad_weights",
    "log_density",
    "log_evidence",
    "log_joint",
    "log_likelihood",
    "lower_bound",
    "n_parameters",
    "posterior_divergence",
    "responsibilities",
    "sample",
    "told_kind",
]


def log_density(X: ArrayLike, mean: ArrayLike, covariance: ArrayLike) -> np.ndarray:
    """Return log N(x_i; mu, Sigma) for every datum, shape (n,), in nats, of a density per unit of volume.

    ``mean`` (d,) and ``covariance`` (d, d), which is symmetric positive definite, are in the units of ``X``.

    Eq. 4.1. Source: lecture 22, slide "Soft k-means as maximum likelihood".
    """
    X = validation.data(X)
    mean, covariance = validation.component(mean, covariance, X.shape[1])
    factor = np.linalg.cholesky(covariance)
    return density_of(whitened(X, mean, factor), factor)


def _checked(X, theta):
    """Return the data if the parameters fit them."""
    X = validation.data(X)
    validation.means(validation.instance(theta, MixtureParameters).means, X.shape[1])
    return X


def log_joint(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return log p(x_i, z_ij = 1) = log pi_j + log N(x_i; mu_j, Sigma_j), shape (n, k), in nats.

    It is -inf for a component of weight 0.

    Eq. 9.3: its terms. Source: lecture 22, slide "Joint Generative Model".
    """
    return log_sum_exp.log_joint(validation.instance(theta, MixtureParameters).weights, _log_densities(X, theta))


def _log_densities(X, theta):
    """Return log N(x_i; mu_j, Sigma_j), shape (n, k)."""
    return log_densities(_checked(X, theta), theta)


def _blocks(X, theta):
    """Return the data as blocks if the parameters fit them."""
    blocks = Blocks.of(X)
    validation.shape_of_means(validation.instance(theta, MixtureParameters).means, blocks.shape[1])
    return blocks


def responsibilities(X: ArrayLike | Iterable | Blocks, theta: MixtureParameters) -> np.ndarray:
    """Return r_ij = p(z_ij = 1 given x_i), shape (n, k): the share of datum i that component j takes.

    Eq. 6.1. Source: lecture 22, slide "Joint Generative Model".

    Examples
    --------
    >>> theta = MixtureParameters([0.5, 0.5], [[0.0], [2.0]], [[[1.0]], [[1.0]]])
    >>> responsibilities([[1.0], [0.0]], theta).round(3)
    array([[0.5  , 0.5  ],
           [0.881, 0.119]])
    """
    return np.concatenate(_blocks(X, theta).summarise(_responsibilities, theta))


def _responsibilities(X, theta, *, threads, weights=None):
    return posterior(X, theta)[0]


def log_evidence(X: ArrayLike | Iterable | Blocks, theta: MixtureParameters) -> np.ndarray:
    """Return log p(x_i) = log sum_j pi_j N(x_i; mu_j, Sigma_j) for every datum, shape (n,), in nats.

    The terms of equation 5.1.
    """
    return np.concatenate(_blocks(X, theta).summarise(_log_evidence, theta))


def _log_evidence(X, theta, *, threads, weights=None):
    return posterior(X, theta)[1]


def log_likelihood(X: ArrayLike | Iterable | Blocks, theta: MixtureParameters) -> float:
    """Return log p(X) = sum_i log sum_j pi_j N(x_i; mu_j, Sigma_j), in nats.

    Eq. 5.1. Source: lecture 22, slides "Gaussian Mixtures" and "Soft k-means as maximum likelihood".
    """
    return float(_blocks(X, theta).total(_log_likelihood, theta)[0])


def _log_likelihood(X, theta, *, threads, weights=None):
    _, log_evidence = posterior(X, theta)
    return (log_evidence.sum() if weights is None else weights @ log_evidence,)


def expected_complete_log_likelihood(X: ArrayLike, r: ArrayLike, theta: MixtureParameters) -> float:
    """Return Q = sum_ij r_ij (log pi_j + log N(x_i; mu_j, Sigma_j)), in nats.

    It is -inf when ``r`` gives data to a component of weight 0.

    Eq. 10.4. Source: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form".
    """
    joint = log_joint(X, theta)
    r = _matching(r, joint)
    taken = r > 0  # 0 log 0 = 0
    return float(np.sum(r[taken] * joint[taken]))


def _matching(r, joint):
    """Return responsibilities if there is one for each datum and component."""
    r = validation.responsibilities(r, len(joint))
    if r.shape != joint.shape:
        raise ValueError(f"r must have shape (n, k) = {joint.shape}, got shape {r.shape}; match it to theta")
    return r


def lower_bound(X: ArrayLike, r: ArrayLike, theta: MixtureParameters) -> float:
    """Return F(r, theta) = Q + entropy of r: at most the log-likelihood, and equal to it at r = responsibilities.

    In nats.

    Eq. 10.1. Source: R. M. Neal and G. E. Hinton, 1998; Bishop 2006, section 9.4.
    """
    expected = expected_complete_log_likelihood(X, r, theta)
    r = validation.array(r, "r")
    return expected - float(np.sum(r[r > 0] * np.log(r[r > 0])))


def posterior_divergence(X: ArrayLike, r: ArrayLike, theta: MixtureParameters) -> float:
    """Return KL(r || p(z given X)) = sum_ij r_ij log (r_ij / p(z_ij = 1 given x_i)): what the bound falls short by.

    In nats, at least 0 but for rounding; inf when ``r`` gives data to a component of weight 0.

    Eq. 10.2. Source: Bishop 2006, section 9.4.
    """
    joint = within_reach(log_joint(X, theta))
    r = _matching(r, joint)
    top, total = log_sum_exp.normalise(joint.copy())
    log_posterior = (joint - top) - np.log(total)  # joint - (top + log total) would round as the joint does
    taken = r > 0
    return float(np.sum(r[taken] * (np.log(r[taken]) - log_posterior[taken])))


def grad_weights(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return the partial derivatives of the log-likelihood in the weights, their sum left free, shape (k,).

    They are sum_i N(x_i; mu_j, Sigma_j) / p(x_i). With the Lagrange multiplier -n of the constraint, each is n at
    a maximum (at most n for a component of weight 0). inf where it is too large for float64.

    Eq. 6.4. Source: lecture 22, slide "Soft k-means as maximum likelihood".
    """
    densities = _log_densities(X, theta)
    top, total = log_sum_exp.normalise(within_reach(log_sum_exp.log_joint(theta.weights, densities)))
    with np.errstate(over="ignore"):
        return (np.exp(densities - top) / total).sum(axis=0)


def grad_means(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return the derivatives of the log-likelihood in the means, shape (k, d), in nats per unit of ``X``.

    They are sum_i r_ij Sigma_j^-1 (x_i - mu_j).

    Eq. 6.2. Source: lecture 22, slide "Soft k-means as maximum likelihood"; the minus sign there is a slip.
    """
    r = responsibilities(X, theta)
    X = validation.data(X)
    gradient = np.empty_like(theta.means)
    for j, factor in enumerate(theta.factors):
        gradient[j] = np.linalg.solve(factor.T, whitened(X, theta.means[j], factor) @ r[:, j])
    return gradient


def grad_covariances(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return the derivatives of the log-likelihood in the covariances, all d^2 entries taken as free.

    They are 1/2 sum_i r_ij (Sigma_j^-1 (x_i - mu_j)(x_i - mu_j)^T Sigma_j^-1 - Sigma_j^-1), shape (k, d, d), in
    nats per squared unit of ``X``. Where Sigma_ab and Sigma_ba move together, the derivative is twice the entry.

    Eq. 6.3. Source: lecture 22, slide "Soft k-means as maximum likelihood"; the minus sign there is a slip.
    """
    r = responsibilities(X, theta)
    X = validation.data(X)
    gradient = np.empty_like(theta.covariances)
    for j, factor in enumerate(theta.factors):
        y = whitened(X, theta.means[j], factor)
        inner = (r[:, j] * y) @ y.T - r[:, j].sum() * np.eye(len(factor))
        # L^-T inner L^-1, from both sides by solving.
        gradient[j] = 0.5 * np.linalg.solve(factor.T, np.linalg.solve(factor.T, inner).T)
    return gradient


def complete_data_estimate(X: ArrayLike, z: ArrayLike, *, prior: MixturePrior | None = None) -> MixtureParameters:
    """Return the parameters that fit data best whose components are known: of highest likelihood, or posterior.

    pi_j = R_j / n; mu_j and Sigma_j are mean and covariance of the data of each component; with a prior, what
    :meth:`lecture_lib.gaussian.prior.MixturePrior.estimate` makes of them.

    Eq. 9.6. Source: lecture 22, slide "Taking the easy way out".

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    z : array_like, shape (n,) or (n, k)
        Labels from 0 to k - 1; or one-hot rows; or, since log p(x, z) is linear in z, its expectation: any
        responsibilities. The estimate is then the M-step.
    prior : MixturePrior, optional
        The estimate is then that of MAP.

    Raises
    ------
    CollapsedComponentError
        When the data of a component do not span all dimensions, so that its covariance is singular.
    """
    X = np.ascontiguousarray(validation.data(X))  # so that sums do not depend on how X is stored
    prior = checked_prior(prior, X.shape[1])
    r = _rows(z, len(X))
    R = r.sum(axis=0)
    if R.min() == 0:
        raise ValueError(
            f"z must give every component a datum, got none for component {np.argmin(R)}; number them from 0 "
            "without gaps"
        )
    means, covariances = np.empty((len(R), X.shape[1])), np.empty((len(R), X.shape[1], X.shape[1]))
    for j, R_j in enumerate(R):
        first = r[:, j] @ X / R_j
        means[j] = first + r[:, j] @ (X - first) / R_j  # once more: far from the origin, digits were lost
        difference = X - means[j]
        covariances[j] = (r[:, j] * difference.T) @ difference / R_j
    if prior is not None:
        return MixtureParameters(*prior.estimate(Moments(R, means, covariances), "full"))
    refuse_collapse(R, means, covariances)
    return MixtureParameters(R / len(X), means, covariances)


def _rows(z, n):
    """Return labels, or rows that are such already, as rows that sum to 1, shape (n, k)."""
    z = validation.array(z, "z")
    if z.ndim == 2:
        return validation.responsibilities(z, n)
    if z.shape != (n,):
        raise ValueError(f"z must have shape (n,) or (n, k) with n = {n}, got shape {z.shape}; match it to X")
    if z.min() < 0 or (z != np.floor(z)).any() or z.max() >= n:
        raise ValueError(f"z must hold labels, whole numbers from 0 to at most n - 1 = {n - 1}; renumber them")
    return np.eye(int(z.max()) + 1)[z.astype(int)]


def sample(theta: MixtureParameters, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw n data from the mixture: first the component of each datum, then the datum.

    Eq. 5.2. Source: lecture 22, slide "Joint Generative Model"; Bishop 2006, section 8.1.2 (ancestral sampling).

    Returns
    -------
    X : ndarray, shape (n, d)
        In the units of ``theta.means``.
    z : ndarray of int, shape (n,)
        Which component each datum was drawn from.

    Examples
    --------
    >>> theta = MixtureParameters([0.5, 0.5], [[0.0], [9.0]], [[[1.0]], [[1.0]]])
    >>> X, z = sample(theta, 4, np.random.default_rng(0))
    >>> X.shape, z.shape
    ((4, 1), (4,))
    """
    theta = validation.instance(theta, MixtureParameters)
    n = validation.count(n, None, "n")
    rng = validation.rng(rng)
    k, d = theta.means.shape
    z = rng.choice(k, size=n, p=theta.weights)
    X = rng.standard_normal((n, d))
    for j, factor in enumerate(theta.factors):
        X[z == j] = theta.means[j] + X[z == j] @ factor.T
    return X, z


def n_parameters(theta: MixtureParameters, covariance: Covariance | None = None) -> int:
    """Return how many free parameters a mixture has: k - 1 weights, k d entries of means, those of covariances.

    Without ``covariance`` they are of the kind that :func:`told_kind` tells.

    Eq. 7.5.
    """
    k, d = validation.instance(theta, MixtureParameters).means.shape
    kind = told_kind(theta) if covariance is None else kind_of(covariance)
    return k - 1 + k * d + kind.n_free(k, d)


def told_kind(theta: MixtureParameters) -> Full:
    """Return the kind of covariances with the fewest free entries that theta is of, to within rounding.

    That is the kind of the model whose fit theta is, unless free covariances happen to be restricted, as they may
    of data on a grid.
    """
    S = validation.instance(theta, MixtureParameters).covariances
    alike = [
        kind
        for kind in KINDS.values()
        if np.allclose(kind.nearest(S), S, rtol=validation.SYMMETRY_TOLERANCE, atol=0)
    ]
    return min(alike, key=lambda kind: kind.n_free(*theta.means.shape))


def aic(X: ArrayLike | Iterable | Blocks, theta: MixtureParameters, covariance: Covariance | None = None) -> float:
    """Return Akaike's criterion, 2 p - 2 log p(X), in nats, doubled; the lower, the better.

    ``theta`` is the maximum-likelihood estimate, which has p free parameters (:func:`n_parameters`).

    Eq. 7.7. Source: H. Akaike, *A new look at the statistical model identification*, 1974.
    """
    return 2 * n_parameters(theta, covariance) - 2 * log_likelihood(X, theta)


def bic(X: ArrayLike | Iterable | Blocks, theta: MixtureParameters, covariance: Covariance | None = None) -> float:
    """Return Schwarz's criterion, p log n - 2 log p(X), in nats, doubled; the lower, the better.

    R's package mclust reports it with the opposite sign. ``theta`` is the maximum-likelihood estimate, which has p
    free parameters (:func:`n_parameters`); n is the sum of the weights where data are weighted.

    Eq. 7.6. Source: G. Schwarz, *Estimating the dimension of a model*, 1978.
    """
    blocks = Blocks.of(X)
    return float(n_parameters(theta, covariance) * np.log(blocks.total_weight) - 2 * log_likelihood(blocks, theta))
