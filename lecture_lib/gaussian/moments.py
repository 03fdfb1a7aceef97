"""The expected sufficient statistics of a Gaussian mixture: where E-step and M-step meet.

One pass over the data is two matrix products per tile: ``eta @ phi`` gives the log joint, and, after a log-sum-exp
over components, ``r @ phi.T`` the statistics. Both lose digits where a component is much narrower than the data are
spread, in proportion to the square of that; those components are computed from differences instead.

Sources: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form"; C. M. Bishop, *Pattern
Recognition and Machine Learning*, 2006, section 9.4.
"""

from dataclasses import dataclass

import numpy as np

from lecture_lib import log_sum_exp
from lecture_lib.blocks import Blocks, added, over_tiles
from lecture_lib.gaussian.cholesky import inverse_factors
from lecture_lib.gaussian.exponential_family import log_normalisers
from lecture_lib.gaussian.kernels import kernel_for
from lecture_lib.gaussian.kinds import Full
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.scaling import Scaling

__all__ = ["Moments", "expected_moments", "lost_digits", "narrow", "significant"]

MAX_SQUARED_RATIO = 1e5
"""Above this squared ratio of spread to width, products of features no longer give ten digits."""

MIN_SIZE = 1e-280
"""Below this, the sum of a component's responsibilities has lost digits; it has no data."""


@dataclass(frozen=True, eq=False)
class Moments:
    """The expected sufficient statistics of each component, about its own mean.

    Attributes
    ----------
    sizes : ndarray, shape (k,)
        R_j = sum_i r_ij.
    means : ndarray, shape (k, d)
        sum_i r_ij x_i / R_j, in the units of the data; anything finite where R_j = 0.
    covariances : ndarray, shape (k, d, d)
        sum_i r_ij (x_i - mean_j)(x_i - mean_j)^T / R_j, in squared units; of it what the kind of covariance keeps.
    """

    sizes: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @property
    def scatters(self) -> np.ndarray:
        """sum_i r_ij (x_i - mean_j)(x_i - mean_j)^T, shape (k, d, d)."""
        return self.sizes[:, None, None] * self.covariances


class _Components:
    """The parameters in the form in which one pass needs them."""

    def __init__(self, theta, scaling, kind):
        self.scaling, self.kind = scaling, kind
        self.means = theta.means
        self.inverse_factors = theta.inverse_factors
        self.log_normalisers = log_normalisers(theta.weights, self.inverse_factors)
        about = theta.means - scaling.shift
        with np.errstate(over="ignore", invalid="ignore"):  # of components so narrow that it will not be used
            self.kernel = kernel_for(about, self.inverse_factors, self.log_normalisers, kind)
            self.narrow = np.flatnonzero(narrow(about, self.inverse_factors, scaling))


class _Sums:
    """What one thread adds up: the log-likelihood, moments about the shift, and about given origins."""

    def __init__(self, components, origins):
        k, d = components.means.shape
        self.components, self.origins = components, origins
        self.log_likelihood = 0.0
        self.about_shift = np.zeros((k, components.kernel.n_sums))
        self.first = np.zeros((k, d))
        self.second = np.zeros((k, d, d))

    def add(self, x, workspace, r, weights):
        """Add one tile of data (w, d); responsibilities, times ``weights`` if there are any, go to ``r`` (k, w)."""
        components = self.components
        kept = components.kernel.log_joint(x, components.scaling.shift, workspace, r)
        for j in components.narrow:
            white = components.inverse_factors[j] @ (x - components.means[j]).T
            r[j] = components.log_normalisers[j] - 0.5 * np.einsum("dn,dn->n", white, white)
        top, total = log_sum_exp.normalise(r, axis=0)
        if weights is None:
            self.log_likelihood += top.sum() + log_sum_exp.sum_of_logs(total[0])
        else:
            self.log_likelihood += weights @ (top[0] + np.log(total[0]))
            r *= weights
        components.kernel.add(self.about_shift, kept, r)
        for j, origin in self.origins.items():
            about = x - origin
            weighted = r[j] * about.T
            self.first[j] += weighted.sum(axis=1)
            self.second[j] += weighted @ about


def _pass(X, components, origins, *, threads, weights=None):
    """Go through a block of data once; return the log-likelihood and the sums."""
    kernel = components.kernel
    size = min(len(X), kernel.tile)

    def work(tiles):
        sums = _Sums(components, origins)
        workspace, r = kernel.workspace(size), np.empty((len(components.means), size))
        with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses what is not finite
            for tile in tiles:
                x = X[tile]
                sums.add(x, workspace, r[:, : len(x)], None if weights is None else weights[tile])
        return sums.log_likelihood, sums.about_shift, sums.first, sums.second

    return added(over_tiles(work, len(X), size, threads))


def expected_moments(X: Blocks, theta: MixtureParameters, scaling: Scaling, kind: Full) -> tuple[Moments, float]:
    """Return the expected sufficient statistics, and the log-likelihood in nats, in the units of ``X``.

    Parameters
    ----------
    X : Blocks
        Data.
    theta : MixtureParameters
        With covariances of the kind.
    scaling : Scaling
        Shift and scale of the data.
    kind : Full, Tied, Diagonal or Spherical
        Says which moments are needed.
    """
    components = _Components(theta, scaling, kind)
    origins = {j: theta.means[j] for j in components.narrow}
    log_likelihood, *sums = X.total(_pass, components, origins)
    moments, lost = _moments(components, origins, *sums)
    if lost.any():
        origins |= {j: moments.means[j] for j in np.flatnonzero(lost)}
        _, *sums = X.total(_pass, components, origins)
        moments, _ = _moments(components, origins, *sums)
    return moments, float(log_likelihood)


def _moments(components, origins, about_shift, first, second):
    """Return moments about the mean, and which of them lost digits to a mean far from the origin of the sums."""
    scaling, kind = components.scaling, components.kind
    sizes, R = significant(about_shift[:, 0])
    averages = about_shift / R[:, None]
    moved = averages[:, 1 : len(scaling.shift) + 1]
    covariances = components.kernel.covariances(averages, moved)
    means = scaling.shift + moved
    for j, origin in origins.items():
        moved[j] = first[j] / R[j]
        means[j] = origin + moved[j]
        covariances[j] = kind.project(second[j] / R[j] - np.outer(moved[j], moved[j]))
    moments = Moments(sizes, means, covariances)
    return moments, lost_digits(moments, moved, scaling)


def significant(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sizes (k,), 0 for those that vanished, and as much to divide by, which is never 0."""
    sizes = np.where(sizes > MIN_SIZE, sizes, 0.0)
    return sizes, np.maximum(sizes, MIN_SIZE)


def narrow(
    means: np.ndarray, inverse_factors: np.ndarray, scaling: Scaling, most: float = MAX_SQUARED_RATIO
) -> np.ndarray:
    """Return which components (k,), given their means about the shift, features give less than ten digits of.

    ``most`` is the largest squared ratio of spread to width that does not.
    """
    squared_spreads = means.shape[1] + _squared_lengths(means / scaling.scale)
    return squared_spreads > most * _squared_widths(inverse_factors * scaling.scale)


def lost_digits(moments: Moments, moved: np.ndarray, scaling: Scaling) -> np.ndarray:
    """Return which components (k,) lost digits, being ``moved`` (k, d) away from the origin of their sums."""
    widths = _squared_widths(inverse_factors(moments.covariances) * scaling.scale)
    return (_squared_lengths(moved / scaling.scale) > MAX_SQUARED_RATIO * widths) & (moments.sizes > 0)


def _squared_lengths(vectors):
    return np.vecdot(vectors, vectors)


def _squared_widths(inverse_factors):
    """Return d / trace(Sigma_j^-1), shape (k,): the square of the width, narrow directions counting most."""
    entries = inverse_factors.reshape(len(inverse_factors), -1)
    return inverse_factors.shape[1] / np.vecdot(entries, entries)
