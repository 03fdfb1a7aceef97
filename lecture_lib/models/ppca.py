"""Probabilistic PCA by EM: data near a plane of q dimensions, with the same noise in all directions.

x_i = mean + loadings z_i + noise, z_i standard Gaussian in q dimensions. Here the M-step needs more of the latent
variable than its mean: E[z_i z_i^T], because log p(x, z) is quadratic in z. Putting the mean of z in its place
loses its variance and ends at no noise at all.

That the noise is the same in all directions ties the columns' units together: scaling all of them scales the fit,
scaling one of them asks another question.

Sources: M. Tipping and C. Bishop, *Probabilistic principal component analysis*, JRSS B 61, 1999; Bishop, PRML,
2006, section 12.2.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from lecture_lib import validation
from lecture_lib.em import Run, converge, em

__all__ = ["PPCA", "LatentPosterior", "PPCAParameters", "closed_form", "fit"]


@dataclass(frozen=True, eq=False)
class PPCAParameters:
    """The plane, and how far the data lie from it.

    Attributes
    ----------
    mean : ndarray, shape (d,)
        In the units of the data. Read-only.
    loadings : ndarray, shape (d, q)
        Where a unit step in each latent dimension leads, in the units of the data; only ``loadings @
        loadings.T`` is determined, so any rotation of its columns is as good. Read-only.
    noise : float
        Variance in every direction, above 0, in squared units of the data.

    Raises
    ------
    ValueError
        When an argument is not finite, shapes do not match, q is not from 1 to d - 1, or ``noise`` is not
        above 0.
    """

    mean: np.ndarray
    loadings: np.ndarray
    noise: float

    def __post_init__(self):
        mean = validation.vector(self.mean, "mean")
        loadings = validation.data(self.loadings, "loadings")
        if len(loadings) != len(mean):
            raise ValueError(
                f"loadings must have one row a dimension, (d, q) with d = {len(mean)}, "
                f"got shape {loadings.shape}; match them to mean"
            )
        _check_q(loadings.shape[1], len(mean))
        validation.freeze(self, mean=mean, loadings=loadings, noise=validation.positive(self.noise, "noise"))


def _check_q(q, d):
    """Return ``q`` as an int from 1 to d - 1."""
    if d < 2:
        raise ValueError("X must have at least 2 columns, got 1; in one dimension there is no plane to find")
    return validation.count(q, d - 1, "q", "d - 1")


def _spanning(X, q):
    """Return data that have some noise left beside q dimensions."""
    X = validation.data(X)
    q = _check_q(q, X.shape[1])
    remedy = (
        f"one more than q = {q}, or no noise is left beside them; choose a smaller q, add data, drop far "
        "outliers, or bring the columns to comparable units"
    )
    return validation.spanning(X, q + 1, remedy, one_unit=True), q


def _centre(X):
    """Return the mean of data, and the data without it, to the last digit also far from the origin."""
    first = X.mean(axis=0)
    rest = (X - first).mean(axis=0)
    return first + rest, X - first - rest


class LatentPosterior(NamedTuple):
    """p(z_i given x_i): Gaussians with a mean for each datum and one covariance.

    Attributes
    ----------
    means : ndarray, shape (n, q)
        E[z_i], without unit.
    root : ndarray, shape (q, q)
        ``root @ root.T`` is the covariance.
    """

    means: np.ndarray
    root: np.ndarray

    @property
    def covariance(self):
        """E[z_i z_i^T] is this, shape (q, q), plus the outer product of the mean with itself."""
        return self.root @ self.root.T


class PPCA:
    """Probabilistic PCA as a model of the loop: q(z) are Gaussians, the objective is log p(X).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data that vary in at least q + 1 directions.
    q : int
        Number of latent dimensions, from 1 to d - 1.

    Raises
    ------
    ValueError
        When ``X`` is not finite, not two-dimensional, empty, or lies in a plane of q dimensions, or ``q`` is not
        from 1 to d - 1.

    Notes
    -----
    With W the loadings and M = W^T W + noise I, E[z_i] = M^-1 W^T (x_i - mean) and cov[z_i] = noise M^-1; x_i
    itself has the mean ``mean`` and the covariance W W^T + noise I.
    """

    def __init__(self, X, q):
        self.X, self.q = _spanning(X, q)
        # All sums run over differences from here, so that data far from the origin keep their digits.
        self.origin, self.centred = _centre(self.X)

    def e_step(self, theta):
        """Return the posterior of the latent variables, and log p(X).

        Parameters
        ----------
        theta : PPCAParameters
            With d and q of the model.

        Raises
        ------
        ValueError
            When ``theta`` has another d or q.
        """
        n, d = self.X.shape
        W = validation.instance(theta, PPCAParameters).loadings
        if W.shape != (d, self.q):
            raise ValueError(f"loadings must have shape (d, q) = {(d, self.q)}, got {W.shape}; match X and q")
        away = self.centred - (theta.mean - self.origin)
        # M = root_M^T root_M; from the squares themselves, little noise would be lost beside long loadings.
        basis, root_M = np.linalg.qr(np.vstack([W, np.sqrt(theta.noise) * np.eye(self.q)]))
        z = solve_triangular(root_M, basis[:d].T @ away.T).T
        # The squared Mahalanobis distance as a sum of two squares, which no cancellation can harm.
        squared = np.sum((away - z @ W.T) ** 2) / theta.noise + np.sum(z**2)
        log_volume = np.log(np.abs(np.diag(root_M))).sum() + (d - self.q) / 2 * np.log(theta.noise)
        root = np.sqrt(theta.noise) * solve_triangular(root_M, np.eye(self.q))
        return LatentPosterior(z, root), float(-n * (log_volume + d / 2 * np.log(2 * np.pi)) - squared / 2)

    def m_step(self, theta, posterior):
        """Return the regression of the data on the latent variables, and what it leaves over as noise.

        Parameters
        ----------
        theta : PPCAParameters
            The old parameters; the maximum does not depend on them.
        posterior : LatentPosterior
            As :meth:`e_step` returns it.
        """
        n, d = self.X.shape
        z_mean = posterior.means.mean(axis=0)
        z = posterior.means - z_mean
        spread_of_z = z.T @ z / n + posterior.covariance
        W = np.linalg.solve(spread_of_z, z.T @ self.centred / n).T
        mean = self.origin - W @ z_mean
        residual = self.centred - (mean - self.origin) - posterior.means @ W.T
        noise = (np.sum(residual**2) / n + np.sum((W @ posterior.root) ** 2)) / d
        return PPCAParameters(mean, W, noise)


def closed_form(X, q):
    """Return the parameters of the highest likelihood, from a singular value decomposition.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data that vary in at least q + 1 directions.
    q : int
        Number of latent dimensions, from 1 to d - 1.

    Returns
    -------
    PPCAParameters
        The loadings are orthogonal, longest first, the largest entry of each positive; ``noise`` is the mean
        variance in the directions left over.

    Raises
    ------
    ValueError
        As :class:`PPCA`.

    Notes
    -----
    Source: Tipping and Bishop 1999, section 3.2.
    """
    X, q = _spanning(X, q)
    mean, centred = _centre(X)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    variances = sizes**2 / len(X)
    noise = variances[q:].sum() / (X.shape[1] - q)
    # Variances that are equal but for rounding may lie below their mean.
    W = directions[:q].T * np.sqrt(np.maximum(variances[:q] - noise, 0))
    return PPCAParameters(mean, W * np.sign(W[np.abs(W).argmax(axis=0), np.arange(q)]), noise)


def fit(X, q, *, rng) -> Run:
    """Run EM from random loadings; the likelihood has no other maximum than the highest.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data that vary in at least q + 1 directions.
    q : int
        Number of latent dimensions, from 1 to d - 1.
    rng : numpy.random.Generator
        Source of the start.

    Returns
    -------
    Run
        ``theta`` are :class:`PPCAParameters`; ``objective`` is log p(X).

    Raises
    ------
    ValueError
        As :class:`PPCA`, or for an ``rng`` that is none.
    """
    model = PPCA(X, q)
    variance = np.mean(model.centred**2)
    loadings = np.sqrt(variance) * validation.rng(rng).standard_normal((model.X.shape[1], model.q))
    return converge(em(model, PPCAParameters(model.origin, loadings, variance)))
