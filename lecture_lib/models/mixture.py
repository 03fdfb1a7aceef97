"""Gaussian mixtures: their definitions and gradients, written as the equations read.

Accuracy comes first here: densities come from Cholesky factors and differences, sums of densities from their
logarithms. :mod:`lecture_lib.models.gaussian_mixture` computes the same numbers faster.

Sources: lecture 22, slides "Gaussian Mixtures" to "EM for Gaussian Mixtures"; C. M. Bishop, *Pattern
Recognition and Machine Learning*, 2006, sections 9.2 and 9.3.
"""

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian.collapse import refuse_collapse
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import COVARIANCES, LOG_2_PI, MixtureParameters
from lecture_lib.gaussian.prior import checked_prior

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
    "log_joint",
    "log_likelihood",
    "lower_bound",
    "n_parameters",
    "posterior_divergence",
    "responsibilities",
    "sample",
]


def log_density(X, mean, covariance):
    """Return log N(x_i; mu, Sigma) for every datum.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    mean : array_like, shape (d,)
        In the units of ``X``.
    covariance : array_like, shape (d, d)
        In squared units of ``X``.

    Returns
    -------
    ndarray, shape (n,)
        In nats, of a density per unit of volume.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, or ``covariance`` is not positive definite.

    Notes
    -----
    Eq. 4.1. Source: lecture 22, slide "Soft k-means as maximum likelihood".
    """
    X = validation.data(X)
    mean, covariance = validation.component(mean, covariance, X.shape[1])
    factor = np.linalg.cholesky(covariance)
    return _log_density(_whitened(X, mean, factor), factor)


def _whitened(X, mean, factor):
    """Return L^-1 (x - mu) for every datum, shape (d, n): differences in units of the component's widths."""
    return np.linalg.solve(factor, (X - mean).T)


def _log_density(whitened, factor):
    """Return the log density from whitened differences and the Cholesky factor L."""
    with np.errstate(over="ignore"):  # a datum may be so far away that the log density is -inf
        squared = np.einsum("dn,dn->n", whitened, whitened)
    return -0.5 * (len(factor) * LOG_2_PI + squared) - np.log(np.diag(factor)).sum()


def _checked(X, theta):
    """Return the data if the parameters fit them."""
    X = validation.data(X)
    validation.means(validation.instance(theta, MixtureParameters).means, X.shape[1])
    return X


def log_joint(X, theta):
    """Return log p(x_i, z_ij = 1) = log pi_j + log N(x_i; mu_j, Sigma_j) for every datum and component.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    ndarray, shape (n, k)
        In nats; -inf for a component of weight 0.

    Raises
    ------
    ValueError
        For bad data, or when ``theta`` does not fit them.

    Notes
    -----
    Eq. 9.3: its terms. Source: lecture 22, slide "Joint Generative Model".
    """
    X = _checked(X, theta)
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        return _log_densities(X, theta) + np.log(theta.weights)


def _log_densities(X, theta):
    """Return log N(x_i; mu_j, Sigma_j), shape (n, k)."""
    densities = np.empty((len(X), len(theta.weights)))
    for j, factor in enumerate(theta.factors):
        densities[:, j] = _log_density(_whitened(X, theta.means[j], factor), factor)
    return densities


def _log_marginal(joint):
    """Return log p(x_i) = log sum_j exp(joint_ij), shape (n, 1), without leaving the range of float64."""
    top = joint.max(axis=1, keepdims=True)
    if not np.isfinite(top).all():
        i = np.argmin(np.isfinite(top))
        raise ValueError(
            f"theta must give every datum a density above 0, but X[{i}] is so far from every component that "
            "even its logarithm overflows; start nearer to the data"
        )
    return top + np.log(np.exp(joint - top).sum(axis=1, keepdims=True))


def responsibilities(X, theta):
    """Return r_ij = p(z_ij = 1 given x_i): the share of datum i that component j takes.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    ndarray, shape (n, k)
        In [0, 1]; rows sum to 1.

    Raises
    ------
    ValueError
        As :func:`log_joint`, and when a datum is so far from every component that its density is lost.

    Notes
    -----
    Eq. 6.1. Source: lecture 22, slide "Joint Generative Model".
    """
    joint = log_joint(X, theta)
    return np.exp(joint - _log_marginal(joint))


def log_likelihood(X, theta):
    """Return log p(X) = sum_i log sum_j pi_j N(x_i; mu_j, Sigma_j).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        As :func:`responsibilities`.

    Notes
    -----
    Eq. 5.1. Source: lecture 22, slides "Gaussian Mixtures" and "Soft k-means as maximum likelihood".
    """
    return float(_log_marginal(log_joint(X, theta)).sum())


def expected_complete_log_likelihood(X, r, theta):
    """Return Q = sum_ij r_ij (log pi_j + log N(x_i; mu_j, Sigma_j)).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    float
        In nats; -inf when ``r`` gives data to a component of weight 0.

    Raises
    ------
    ValueError
        As :func:`log_joint`, and when ``r`` is not of shape (n, k) with rows that sum to 1.

    Notes
    -----
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


def lower_bound(X, r, theta):
    """Return F(r, theta) = Q + entropy of r: at most the log-likelihood, and equal to it at r = responsibilities.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        As :func:`expected_complete_log_likelihood`.

    Notes
    -----
    Eq. 10.1. Source: R. M. Neal and G. E. Hinton, 1998; Bishop 2006, section 9.4.
    """
    expected = expected_complete_log_likelihood(X, r, theta)
    r = validation.array(r, "r")
    return expected - float(np.sum(r[r > 0] * np.log(r[r > 0])))


def posterior_divergence(X, r, theta):
    """Return KL(r || p(z given X)) = sum_ij r_ij log (r_ij / p(z_ij = 1 given x_i)): what the bound falls short by.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    r : array_like, shape (n, k)
        Responsibilities, one-hot or soft; rows sum to 1.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    float
        In nats, at least 0 but for rounding; inf when ``r`` gives data to a component of weight 0.

    Raises
    ------
    ValueError
        As :func:`expected_complete_log_likelihood`.

    Notes
    -----
    Eq. 10.2. Source: Bishop 2006, section 9.4.
    """
    joint = log_joint(X, theta)
    r = _matching(r, joint)
    taken = r > 0
    return float(np.sum(r[taken] * (np.log(r[taken]) - (joint - _log_marginal(joint))[taken])))


def grad_weights(X, theta):
    """Return the partial derivatives of the log-likelihood in the weights, their sum left free.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    ndarray, shape (k,)
        sum_i N(x_i; mu_j, Sigma_j) / p(x_i). With the Lagrange multiplier -n of the constraint, each is n at
        a maximum (at most n for a component of weight 0). inf where it is too large for float64.

    Raises
    ------
    ValueError
        As :func:`responsibilities`.

    Notes
    -----
    Eq. 6.4. Source: lecture 22, slide "Soft k-means as maximum likelihood".
    """
    X = _checked(X, theta)
    densities = _log_densities(X, theta)
    with np.errstate(divide="ignore", over="ignore"):
        return np.exp(densities - _log_marginal(densities + np.log(theta.weights))).sum(axis=0)


def grad_means(X, theta):
    """Return the derivatives of the log-likelihood in the means.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    ndarray, shape (k, d)
        sum_i r_ij Sigma_j^-1 (x_i - mu_j), in nats per unit of ``X``.

    Raises
    ------
    ValueError
        As :func:`responsibilities`.

    Notes
    -----
    Eq. 6.2. Source: lecture 22, slide "Soft k-means as maximum likelihood"; the minus sign there is a slip.
    """
    r = responsibilities(X, theta)
    X = validation.data(X)
    gradient = np.empty_like(theta.means)
    for j, factor in enumerate(theta.factors):
        gradient[j] = np.linalg.solve(factor.T, _whitened(X, theta.means[j], factor) @ r[:, j])
    return gradient


def grad_covariances(X, theta):
    """Return the derivatives of the log-likelihood in the covariances, all d^2 entries taken as free.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        In the units of ``X``.

    Returns
    -------
    ndarray, shape (k, d, d)
        1/2 sum_i r_ij (Sigma_j^-1 (x_i - mu_j)(x_i - mu_j)^T Sigma_j^-1 - Sigma_j^-1), in nats per squared
        unit of ``X``. Where Sigma_ab and Sigma_ba move together, the derivative is twice the entry.

    Raises
    ------
    ValueError
        As :func:`responsibilities`.

    Notes
    -----
    Eq. 6.3. Source: lecture 22, slide "Soft k-means as maximum likelihood"; the minus sign there is a slip.
    """
    r = responsibilities(X, theta)
    X = validation.data(X)
    gradient = np.empty_like(theta.covariances)
    for j, factor in enumerate(theta.factors):
        y = _whitened(X, theta.means[j], factor)
        inner = (r[:, j] * y) @ y.T - r[:, j].sum() * np.eye(len(factor))
        # L^-T inner L^-1, from both sides by solving.
        gradient[j] = 0.5 * np.linalg.solve(factor.T, np.linalg.solve(factor.T, inner).T)
    return gradient


def complete_data_estimate(X, z, *, prior=None):
    """Return the parameters that fit data best whose components are known: of highest likelihood, or posterior.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    z : array_like, shape (n,) or (n, k)
        Labels from 0 to k - 1; or one-hot rows; or, since log p(x, z) is linear in z, its expectation: any
        responsibilities. The estimate is then the M-step.
    prior : MixturePrior, optional
        The estimate is then that of MAP.

    Returns
    -------
    MixtureParameters
        pi_j = R_j / n, mu_j and Sigma_j: mean and covariance of the data of each component; with a prior, what
        :meth:`lecture_lib.gaussian.prior.MixturePrior.estimate` makes of them.

    Raises
    ------
    ValueError
        For bad data, labels that are not whole numbers from 0, a component without data, or a prior of other
        dimensions.
    CollapsedComponentError
        When the data of a component do not span all dimensions, so that its covariance is singular.

    Notes
    -----
    Eq. 9.6. Source: lecture 22, slide "Taking the easy way out".
    """
    X = np.ascontiguousarray(validation.data(X))  # so that sums do not depend on how X is stored
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
        prior = checked_prior(prior, X.shape[1])
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


def sample(theta, n, rng):
    """Draw from the mixture: first the component of each datum, then the datum.

    Parameters
    ----------
    theta : MixtureParameters
        The mixture.
    n : int
        How many data, at least 1.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    X : ndarray, shape (n, d)
        In the units of ``theta.means``.
    z : ndarray of int, shape (n,)
        Which component each datum was drawn from.

    Raises
    ------
    ValueError
        When ``theta`` is no MixtureParameters, ``n`` is below 1, or ``rng`` is none.

    Notes
    -----
    Eq. 5.2. Source: lecture 22, slide "Joint Generative Model"; Bishop 2006, section 8.1.2 (ancestral sampling).
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


def n_parameters(theta, covariance):
    """Return how many free parameters a mixture has.

    Parameters
    ----------
    theta : MixtureParameters
        Gives k and d.
    covariance : {"full", "tied", "diagonal", "spherical"}
        What its covariances are restricted to.

    Returns
    -------
    int
        k - 1 weights, k d entries of means, and the free entries of the covariances.

    Raises
    ------
    ValueError
        When ``theta`` is no MixtureParameters, or ``covariance`` none of the four.

    Notes
    -----
    Eq. 7.5.
    """
    k, d = validation.instance(theta, MixtureParameters).means.shape
    validation.choice(covariance, COVARIANCES, "covariance")
    triangle = d * (d + 1) // 2
    return k - 1 + k * d + {"full": k * triangle, "tied": triangle, "diagonal": k * d, "spherical": k}[covariance]


def aic(X, theta, covariance):
    """Return Akaike's criterion, 2 p - 2 log p(X); the lower, the better.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        The maximum-likelihood estimate.
    covariance : {"full", "tied", "diagonal", "spherical"}
        What its covariances were restricted to; says how many parameters p there are.

    Returns
    -------
    float
        In nats, doubled.

    Raises
    ------
    ValueError
        As :func:`log_likelihood` and :func:`n_parameters`.

    Notes
    -----
    Eq. 7.7. Source: H. Akaike, *A new look at the statistical model identification*, 1974.
    """
    return 2 * n_parameters(theta, covariance) - 2 * log_likelihood(X, theta)


def bic(X, theta, covariance):
    """Return Schwarz's criterion, p log n - 2 log p(X); the lower, the better.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.
    theta : MixtureParameters
        The maximum-likelihood estimate.
    covariance : {"full", "tied", "diagonal", "spherical"}
        What its covariances were restricted to; says how many parameters p there are.

    Returns
    -------
    float
        In nats, doubled. R's package mclust reports it with the opposite sign.

    Raises
    ------
    ValueError
        As :func:`log_likelihood` and :func:`n_parameters`.

    Notes
    -----
    Eq. 7.6. Source: G. Schwarz, *Estimating the dimension of a model*, 1978.
    """
    X = validation.data(X)
    return float(n_parameters(theta, covariance) * np.log(len(X)) - 2 * log_likelihood(X, theta))
