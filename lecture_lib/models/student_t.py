"""Student's t in d dimensions by EM: a Gaussian in which every datum has a precision of its own.

x_i is Gaussian with covariance scale / u_i, and the latent u_i, a positive number, is drawn from a Gamma
distribution with shape and rate dof / 2. Data far away get a small expected u_i, and so pull less. The latent
variable is continuous; the loop is the same.

Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: K. Lange, R. Little and J. Taylor, *Robust statistical modeling using the t distribution*, JASA 84, 1989;
C. Liu and D. Rubin, *ML estimation of the t distribution using EM and its extensions*, Statistica Sinica 5, 1995.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular
from scipy.optimize import brentq
from scipy.special import digamma, gammaln

from lecture_lib import validation
from lecture_lib.em import CollapsedComponentError, Run, converge, em
from lecture_lib.gaussian.parameters import LOG_2_PI
from lecture_lib.models.shared.counts import STIRLING_FROM, stirling_rest

__all__ = ["StudentT", "StudentTParameters", "fit"]

MIN_RELATIVE_WIDTH = 1e-12
"""A width below this share of the mean deviation of the data belongs to a scale that shrinks onto a point."""

MIN_EIGENVALUE_PER_DIMENSION = 1e-14
"""Correlations with an eigenvalue below d times this belong to a scale that shrinks onto a plane."""

DOF_OF_A_GAUSSIAN = 1e8
"""Where the likelihood still rises at this dof, it rises for good: the estimate is infinite, a Gaussian.

From here on the two differ by 1e-8 nats per datum.
"""


@dataclass(frozen=True, eq=False)
class StudentTParameters(validation.Frozen):
    """Where the distribution lies, how wide it is, and how heavy its tails are.

    Attributes
    ----------
    location : ndarray, shape (d,)
        In the units of the data. Read-only.
    scale : ndarray, shape (d, d)
        Symmetric positive definite, in squared units; the covariance is ``scale * dof / (dof - 2)`` for
        dof > 2. Read-only.
    dof : float
        Degrees of freedom, above 0, without unit; ``inf`` is the Gaussian.

    """

    location: np.ndarray
    scale: np.ndarray
    dof: float

    def __post_init__(self):
        location = validation.vector(self.location, "location")
        scale = validation.covariance(self.scale, len(location), "scale")
        validation.freeze(self, location=location, scale=scale, dof=_checked(self.dof))


def _checked(dof):
    """Return degrees of freedom as a float above 0, infinity among them."""
    return dof if isinstance(dof, float) and dof == np.inf else validation.positive(dof, "dof")


class StudentT:
    """Student's t as a model of the loop: q gives the expected precisions, the objective is log p(X).

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data, not all in one plane, so n > d.
    dof : float, optional
        Hold the degrees of freedom fixed at this; the start must have the same. They are estimated otherwise,
        and come out infinite where no tail is heavier than a Gaussian's.

    Notes
    -----
    Eq. 11.5. E[u_i] = (dof + d) / (dof + s_i), with s_i the squared distance of x_i to the location in units of
    the scale; location <- sum_i u_i x_i / sum_i u_i; scale <- (1/n) sum_i u_i (x_i - location) (x_i - location)^T.
    """

    def __init__(self, X: ArrayLike, dof: float | None = None):
        remedy = "drop columns that are constant or depend on the others, or add data"
        X = validation.data(X)
        self.X = validation.spanning(X, X.shape[1], remedy)
        self.dof = None if dof is None else _checked(dof)
        # All sums run over differences from here, so that data far from the origin keep their digits.
        self.origin = np.median(self.X, axis=0)
        self.centred = self.X - self.origin
        self.spread = np.abs(self.centred).mean(axis=0)

    def e_step(self, theta: StudentTParameters) -> tuple[np.ndarray, float]:
        """Return the expected precisions E[u_i], shape (n,), and log p(X) in nats."""
        self._check(theta)
        n, d = self.X.shape
        factor = np.linalg.cholesky(theta.scale)
        squared = _squared_distances(self.centred - (theta.location - self.origin), factor)
        u = (1 + d / theta.dof) / (1 + squared / theta.dof)
        log_volume = np.log(np.diag(factor)).sum() + d / 2 * LOG_2_PI
        peak = _log_gamma_growth(theta.dof / 2, d / 2) - log_volume
        return u, float(n * peak - _log_tails(squared, theta.dof, d).sum())

    def _check(self, theta):
        d = self.X.shape[1]
        validation.instance(theta, StudentTParameters)
        if len(theta.location) != d:
            raise ValueError(f"location must hold {d} numbers, one per column of X, got {len(theta.location)}")
        if self.dof is not None and theta.dof != self.dof:
            raise ValueError(
                f"theta.dof must be the one held fixed, {self.dof:g}, got {theta.dof:g}; "
                "start there, or let it free with dof=None"
            )

    def m_step(self, theta: StudentTParameters, u: np.ndarray) -> StudentTParameters:
        """Return the weighted mean and scatter of the data, and the dof that suits them best.

        Of the old parameters only ``dof`` counts, fixed or as the start of its search.

        Raises
        ------
        CollapsedComponentError
            When the scale shrinks onto a point or a plane that too many of the data share.

        Notes
        -----
        Location and scale maximise the expected complete log-likelihood; dof then maximises the likelihood
        itself, which no step can lower either and which takes far fewer of them (ECME, Liu and Rubin 1995).
        """
        # In the digits in which it is kept, so that the scale is the best one for it.
        location = self.origin + u @ self.centred / u.sum()
        away = self.centred - (location - self.origin)
        pulled = np.sqrt(u)[:, None] * away
        scale = pulled.T @ pulled / len(u)
        dof, collapsed = theta.dof, _shrank(scale, self.spread)
        if self.dof is None and not collapsed:
            dof = _best_dof(_squared_distances(away, np.linalg.cholesky(scale)), len(scale), dof)
        if collapsed or dof == 0:
            remedy = "hold dof fixed at a larger value, or drop data that repeat others"
            raise CollapsedComponentError(0, float(len(u)), remedy=remedy)
        return StudentTParameters(location, scale, dof)


def _squared_distances(away, factor):
    """Return away_i^T scale^-1 away_i, shape (n,), where ``factor`` is the Cholesky factor of the scale."""
    whitened = solve_triangular(factor, away.T, lower=True)
    return np.einsum("dn,dn->n", whitened, whitened)


def _shrank(scale, spread):
    """Tell whether the scale has lost a direction, measured against the spread of the data."""
    widths = np.sqrt(np.diag(scale))
    if np.any(widths <= MIN_RELATIVE_WIDTH * spread):
        return True
    return bool(
        np.linalg.eigvalsh(scale / widths / widths[:, None])[0] <= MIN_EIGENVALUE_PER_DIMENSION * len(widths)
    )


def _log_tails(squared, dof, d):
    """Return by how much log p(x) at each squared distance lies below its peak."""
    return squared / 2 if dof == np.inf else (dof + d) / 2 * np.log1p(squared / dof)


def _best_dof(squared, d, dof):
    """Return the dof of the nearest maximum of the likelihood uphill from ``dof``, from 0 to infinity."""
    dof = min(dof, DOF_OF_A_GAUSSIAN)
    upwards = _slope(squared, d, dof) > 0
    end = dof
    while (_slope(squared, d, end) > 0) == upwards:
        if not 1 / DOF_OF_A_GAUSSIAN <= end <= DOF_OF_A_GAUSSIAN:
            return np.inf if upwards else 0.0
        dof, end = end, end * (2 if upwards else 0.5)
    return brentq(lambda x: _slope(squared, d, x), *sorted((dof, end)))


def _slope(squared, d, dof):
    """Return the derivative of the log-likelihood in dof, times 2 / n."""
    excess = (squared - d) / (dof + d)
    own = np.mean(excess / (1 + excess) - np.log1p(excess))
    return _log_minus_digamma(dof / 2) - _log_minus_digamma((dof + d) / 2) + own


def _log_gamma_growth(x, step):
    """Return log Gamma(x + step) - log Gamma(x) - step log x, which vanishes for large x."""
    if x < STIRLING_FROM:
        return gammaln(x + step) - gammaln(x) - step * np.log(x)
    if x == np.inf:
        return 0.0
    return (x + step - 0.5) * np.log1p(step / x) - step + stirling_rest(x + step) - stirling_rest(x)


def _log_minus_digamma(x):
    """Return log x - digamma(x)."""
    if x < STIRLING_FROM:
        return np.log(x) - digamma(x)
    return 1 / (2 * x) + 1 / (12 * x**2) - 1 / (120 * x**4)


def fit(X: ArrayLike, dof: float | None = None) -> Run:
    """Run EM from the medians of the data and of their distances to them, which no far outlier moves.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data, not all in one plane.
    dof : float, optional
        Degrees of freedom to hold fixed; estimated, from 4 on, if none are given.

    Returns
    -------
    Run
        ``theta`` are :class:`StudentTParameters`; ``objective`` is log p(X).

    Raises
    ------
    CollapsedComponentError
        When the scale shrinks onto a point or a plane that too many of the data share.
    """
    model = StudentT(X, dof)
    widths = np.median(np.abs(model.centred), axis=0)
    widths = np.where(widths > 0, widths, model.spread)  # more than half the data may be equal
    return converge(em(model, StudentTParameters(model.origin, np.diag(widths**2), 4.0 if dof is None else dof)))
