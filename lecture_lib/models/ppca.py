"""Probabilistic PCA by EM: data near a plane of q dimensions, with the same noise in all directions.

x_i = mean + loadings z_i + noise, z_i standard Gaussian in q dimensions. Here the M-step needs more of the latent
variable than its mean: E[z_i z_i^T], because log p(x, z) is quadratic in z. Putting the mean of z in its place
loses its variance, and makes the noise too small by (d - q) / d.

That the noise is the same in all directions ties the columns' units together: scaling all of them scales the fit,
scaling one of them asks another question.

Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: M. Tipping and C. Bishop, *Probabilistic principal component analysis*, JRSS B 61, 1999; Bishop, PRML,
2006, section 12.2; C. Liu, D. Rubin and Y. N. Wu, *Parameter expansion to accelerate EM: the PX-EM algorithm*,
Biometrika 85, 1998.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import CollapsedComponentError, Run, converge, em
from lecture_lib.gaussian.kinds import Full, Spherical
from lecture_lib.gaussian.missing import expected_moments
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters
from lecture_lib.gaussian.scaling import scaling_of

__all__ = ["PPCA", "LatentPosterior", "PPCAParameters", "closed_form", "fit"]


@dataclass(frozen=True, eq=False)
class PPCAParameters(validation.Frozen):
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
    """

    mean: np.ndarray
    loadings: np.ndarray
    noise: float

    def __post_init__(self):
        mean = validation.vector(self.mean, "mean")
        loadings = validation.data(self.loadings, "loadings")
        if len(loadings) != len(mean):
            raise ValueError(
                f"loadings must have one row per dimension, (d, q) with d = {len(mean)}, "
                f"got shape {loadings.shape}; match them to mean"
            )
        if not loadings.shape[1] < len(mean):
            raise ValueError(
                f"loadings must have fewer columns than rows, got shape {loadings.shape}; as many directions as "
                "dimensions leave none to the noise"
            )
        validation.freeze(self, mean=mean, loadings=loadings, noise=validation.positive(self.noise, "noise"))


def _latent_dimensions(X, q):
    """Return q if it is one for the columns of the data."""
    d = X.shape[1]
    if d < 2:
        raise ValueError("X must have at least 2 columns, got 1; in one dimension there is no plane to find")
    return validation.count(q, d - 1, "q", "d - 1")


def _spanning(X, q):
    """Return data that have some noise left beside q dimensions."""
    X = validation.data(X)
    q = _latent_dimensions(X, q)
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
    def covariance(self) -> np.ndarray:
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
    missing : bool
        Whether NaN stands for a missing value; else it is refused. Where there is one, the latent variables are the
        missing entries alone: q holds the expected mean and covariance of the data, of which the closed form makes
        the next parameters, and the objective is that of what was observed.

    Notes
    -----
    Eq. 11.6. With W the loadings and M = W^T W + noise I, E[z_i] = M^-1 W^T (x_i - mean) and cov[z_i] = noise
    M^-1; x_i itself has the mean ``mean`` and the covariance W W^T + noise I.
    """

    def __init__(self, X: ArrayLike, q: int, *, missing: bool = False):
        X = validation.data(X, missing=missing)
        self.observed = Blocks(X, missing=True) if np.isnan(X).any() else None
        if self.observed is None:
            self.X, self.q = _spanning(X, q)
            # All sums run over differences from here, so that data far from the origin keep their digits.
            self.origin, self.centred = _centre(self.X)
            return
        self.X, self.q = X, _latent_dimensions(X, q)
        self.scaling = scaling_of(self.observed, Spherical())
        self.origin = np.nanmean(X, axis=0)
        self.centred = np.nan_to_num(X - self.origin)  # for a start: the mean stands for what is missing

    def e_step(self, theta: PPCAParameters) -> tuple[LatentPosterior | Moments, float]:
        """Return the posterior of the latent variables, and log p(X) in nats.

        Where values are missing, it is the expected mean and covariance of the data.
        """
        n, d = self.X.shape
        W = validation.instance(theta, PPCAParameters).loadings
        if W.shape != (d, self.q):
            raise ValueError(f"loadings must have shape (d, q) = {(d, self.q)}, got {W.shape}; match X and q")
        if self.observed is not None:
            covariance = W @ W.T + theta.noise * np.eye(d)
            gaussian = MixtureParameters(np.ones(1), theta.mean[None], covariance[None])
            return expected_moments(self.observed, gaussian, self.scaling, Full())
        away = self.centred - (theta.mean - self.origin)
        # M = root_M^T root_M; from the squares themselves, little noise would be lost beside long loadings.
        basis, root_M = np.linalg.qr(np.vstack([W, np.sqrt(theta.noise) * np.eye(self.q)]))
        z = solve_triangular(root_M, basis[:d].T @ away.T).T
        # The squared Mahalanobis distance as a sum of two squares, which no cancellation can harm.
        squared = np.sum((away - z @ W.T) ** 2) / theta.noise + np.sum(z**2)
        log_volume = np.log(np.abs(np.diag(root_M))).sum() + (d - self.q) / 2 * np.log(theta.noise)
        root = np.sqrt(theta.noise) * solve_triangular(root_M, np.eye(self.q))
        return LatentPosterior(z, root), float(-n * (log_volume + d / 2 * LOG_2_PI) - squared / 2)

    def m_step(self, theta: PPCAParameters, posterior: LatentPosterior | Moments) -> PPCAParameters:
        """Return the regression of the data on the standardised latent variables, and its rest as noise.

        The maximum does not depend on the old parameters.

        Notes
        -----
        Let z have any mean m and covariance V, not only 0 and I. That describes the data no better: the loadings
        W V^(1/2) and the mean + W m, with standard z, give every x_i the same distribution. But EM in this wider
        family may choose m and V too: they become the mean and the spread of z over the data, V = (1/n) sum_i
        E[(z_i - m) (z_i - m)^T], beside the usual regression. Such a step cannot lower the likelihood either,
        nor does writing its result with standard z change it. It takes far fewer of them where the data are long
        in one direction (PX-EM, Liu, Rubin and Wu 1998). Regression on V^(-1/2) (z - m) does both at once.
        """
        if isinstance(posterior, Moments):
            return _of_covariance(posterior, self.q)
        n, d = self.X.shape
        z, root = _standardised(posterior)
        W = self.centred.T @ z / n  # a regression; the spread it divides by is I
        residual = self.centred - z @ W.T
        noise = (np.sum(residual**2) / n + np.sum((W @ root) ** 2)) / d
        return PPCAParameters(self.origin, W, noise)


def _standardised(posterior):
    """Return the means and the root of z in coordinates in which z has mean 0 and spread I over all the data."""
    n = len(posterior.means)
    z = posterior.means - posterior.means.mean(axis=0)
    # rows.T @ rows = V, so the rows times V^(-1/2) are orthonormal; from V itself, small spreads would be lost.
    rows = np.vstack([z / np.sqrt(n), posterior.root.T])
    left, _, right = np.linalg.svd(rows, full_matrices=False)
    standard = left @ right
    return np.sqrt(n) * standard[:n], standard[n:].T


def closed_form(X: ArrayLike, q: int) -> PPCAParameters:
    """Return the parameters of the highest likelihood, from a singular value decomposition.

    The loadings are orthogonal, longest first, the largest entry of each positive; ``noise`` is the mean variance
    in the directions left over. The arguments are those of :class:`PPCA`.

    Notes
    -----
    Source: Tipping and Bishop 1999, section 3.2.
    """
    X, q = _spanning(X, q)
    mean, centred = _centre(X)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    return _highest(mean, sizes**2 / len(X), directions, q)


def _of_covariance(moments, q):
    """Return the parameters of the highest likelihood, given mean and covariance of the data."""
    variances, directions = np.linalg.eigh(moments.covariances[0])
    if variances[-q - 1] <= len(variances) * np.finfo(float).eps * variances[-1]:
        remedy = "no noise is left beside the plane; choose a smaller q, or add data"
        raise CollapsedComponentError(0, float(moments.sizes[0]), remedy=remedy)
    return _highest(moments.means[0], variances[::-1], directions.T[::-1], q)


def _highest(mean, variances, directions, q):
    """Return parameters from the variances along orthogonal directions (rows), largest first."""
    noise = variances[q:].sum() / (len(mean) - q)
    # Variances that are equal but for rounding may lie below their mean.
    W = directions[:q].T * np.sqrt(np.maximum(variances[:q] - noise, 0))
    return PPCAParameters(mean, W * np.sign(W[np.abs(W).argmax(axis=0), np.arange(q)]), noise)


def fit(X: ArrayLike, q: int, *, rng: np.random.Generator, missing: bool = False) -> Run:
    """Run EM from a random plane near the data; without holes the likelihood has no other maximum than the highest.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data that vary in at least q + 1 directions.
    q : int
        Number of latent dimensions, from 1 to d - 1.
    rng : numpy.random.Generator
        Source of the start.
    missing : bool
        As :class:`PPCA` takes it.

    Returns
    -------
    Run
        ``theta`` are :class:`PPCAParameters`; ``objective`` is log p(X).

    Notes
    -----
    The loadings start in a plane of random mixtures of the data, turned towards their long directions by two
    steps of power iteration, the limit of EM without noise (N. Halko, P.-G. Martinsson and J. Tropp, *Finding
    structure with randomness*, SIAM Review 53, 2011); the noise starts as the mean variance beside that plane.
    Much larger noise would hide the shorter directions: their loadings would shrink to 0, a saddle, before it is
    small enough to see them.
    """
    model = PPCA(X, q, missing=missing)
    n, d = model.X.shape
    plane = np.linalg.qr(model.centred.T @ validation.rng(rng).standard_normal((n, model.q)))[0]
    for _ in range(2):
        plane = np.linalg.qr(model.centred.T @ (model.centred @ plane))[0]
    beside = model.centred - model.centred @ plane @ plane.T
    noise = np.sum(beside**2) / n / (d - model.q)
    loadings = plane * np.sqrt(np.sum(model.centred**2) / n)  # too long rather than too short: one step mends it
    return converge(em(model, PPCAParameters(model.origin, loadings, noise)))
