"""The expected sufficient statistics of a Gaussian mixture: where E-step and M-step meet.

One pass over the data is two matrix products a block: ``eta @ phi`` gives the log joint, and, after a
log-sum-exp over components, ``r @ phi.T`` the statistics; in many dimensions their equals by rows are faster
(:mod:`lecture_lib.gaussian.forms`). Both lose digits where a component is much narrower than the data are spread,
in proportion to the square of that; those components are computed from differences instead.

Sources: lecture 22, slide "EM for Gaussian Mixtures, re-written in generic form"; C. M. Bishop, *Pattern
Recognition and Machine Learning*, 2006, section 9.4.
"""

from dataclasses import dataclass

import numpy as np

from lecture_lib.blocks import added, over_tiles
from lecture_lib.gaussian.collapse import whiteners_of
from lecture_lib.gaussian.features import log_heights, project
from lecture_lib.gaussian.forms import forms_for

__all__ = ["Moments", "expected_moments"]

NARROW = 1e5
"""Above this squared ratio of spread to width, products of features no longer give ten digits."""

VANISHED = 1e-280
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
        sum_i r_ij (x_i - mean_j)(x_i - mean_j)^T / R_j, in squared units; of it only the diagonal for diagonal
        covariances, and its average for spherical ones.
    whiteners : ndarray, shape (k, d, d), optional
        Of these, as :func:`lecture_lib.gaussian.collapse.whiteners_of` returns them.
    """

    sizes: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    whiteners: np.ndarray | None = None

    @property
    def scatters(self):
        """sum_i r_ij (x_i - mean_j)(x_i - mean_j)^T, shape (k, d, d)."""
        return self.sizes[:, None, None] * self.covariances


class _Components:
    """The parameters in the form in which one pass needs them."""

    def __init__(self, theta, frame, covariance):
        self.frame, self.covariance = frame, covariance
        self.means = theta.means
        about = theta.means - frame.origin
        self.whiteners = theta.whiteners
        self.log_heights = log_heights(theta.weights, self.whiteners)
        with np.errstate(over="ignore", invalid="ignore"):  # of components so narrow that it will not be used
            self.forms = forms_for(about, self.whiteners, self.log_heights, covariance)
            squared_spreads = about.shape[1] + _squared_lengths(about / frame.unit)
            self.narrow = np.flatnonzero(squared_spreads > NARROW * _squared_widths(self.whiteners * frame.unit))


class _Sums:
    """What one thread adds up: the log-likelihood, moments about the frame's origin, and about given origins."""

    def __init__(self, components, origins):
        k, d = components.means.shape
        self.components, self.origins = components, origins
        self.log_likelihood = 0.0
        self.packed = np.zeros((k, components.forms.width))
        self.first = np.zeros((k, d))
        self.second = np.zeros((k, d, d))

    def add(self, x, room, r):
        """Add one block: data (w, d), room for what the forms keep of them, and for responsibilities (k, w)."""
        components = self.components
        kept = components.forms.log_joint(x, components.frame.origin, room, r)
        for j in components.narrow:
            white = components.whiteners[j] @ (x - components.means[j]).T
            r[j] = components.log_heights[j] - 0.5 * np.einsum("dn,dn->n", white, white)
        self.log_likelihood += _normalise(r)
        components.forms.add(self.packed, kept, r)
        for j, origin in self.origins.items():
            about = x - origin
            weighted = r[j] * about.T
            self.first[j] += weighted.sum(axis=1)
            self.second[j] += weighted @ about


def _normalise(joint):
    """Turn log joints (k, w) into responsibilities in place, and return the sum of the log marginals."""
    top = joint.max(axis=0)
    joint -= top
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint *= 1 / total
    return top.sum() + _sum_of_logs(total)


def _sum_of_logs(totals):
    """Add up logarithms of numbers from 1 to k, of many 32 at a time: a product costs a tenth of a logarithm."""
    if len(totals) < 1024:
        return np.log(totals).sum()
    whole = len(totals) - len(totals) % 32
    return np.log(totals[:whole].reshape(32, -1).prod(axis=0)).sum() + np.log(totals[whole:]).sum()


def _pass(X, components, origins, *, threads):
    """Go through a block of data once; return the log-likelihood and the sums."""
    forms = components.forms
    size = min(len(X), forms.block)

    def work(blocks):
        sums = _Sums(components, origins)
        room, r = forms.room(size), np.empty((len(components.means), size))
        with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses what is not finite
            for block in blocks:
                x = X[block]
                sums.add(x, room, r[:, : len(x)])
        return sums.log_likelihood, sums.packed, sums.first, sums.second

    return added(over_tiles(work, len(X), size, threads))


def expected_moments(X, theta, frame, covariance):
    """Return the expected sufficient statistics, and the log-likelihood.

    Parameters
    ----------
    X : Blocks
        Data.
    theta : MixtureParameters
        Whose covariances are of the kind ``covariance``.
    frame : Frame
        Origin and unit of the features; for spherical covariances the unit is the same in all columns.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Which moments are needed.

    Returns
    -------
    moments : Moments
    log_likelihood : float
        In nats, of densities in the units of ``X``.
    """
    components = _Components(theta, frame, covariance)
    origins = {j: theta.means[j] for j in components.narrow}
    log_likelihood, *sums = X.total(_pass, components, origins)
    moments, lost = _moments(components, origins, *sums)
    if lost.any():
        origins |= {j: moments.means[j] for j in np.flatnonzero(lost)}
        _, *sums = X.total(_pass, components, origins)
        moments, _ = _moments(components, origins, *sums)
    return moments, float(log_likelihood)


def _moments(components, origins, packed, first, second):
    """Return moments about the mean, and which of them lost digits to a mean far from the origin of the sums."""
    frame, covariance = components.frame, components.covariance
    sizes = np.where(packed[:, 0] > VANISHED, packed[:, 0], 0.0)
    R = np.maximum(sizes, VANISHED)
    averages = packed / R[:, None]
    shifts = averages[:, 1 : len(frame.origin) + 1]
    covariances = components.forms.covariances(averages, shifts)
    means = frame.origin + shifts
    for j, origin in origins.items():
        shifts[j] = first[j] / R[j]
        means[j] = origin + shifts[j]
        covariances[j] = project(second[j] / R[j] - np.outer(shifts[j], shifts[j]), covariance)
    whiteners = whiteners_of(covariances)
    narrow = _squared_lengths(shifts / frame.unit) > NARROW * _squared_widths(whiteners * frame.unit)
    return Moments(sizes, means, covariances, whiteners), narrow & (sizes > 0)


def _squared_lengths(vectors):
    return np.vecdot(vectors, vectors)


def _squared_widths(whiteners):
    """Return d / trace(Sigma_j^-1), shape (k,): the square of the width, narrow directions counting most."""
    entries = whiteners.reshape(len(whiteners), -1)
    return whiteners.shape[1] / np.vecdot(entries, entries)
