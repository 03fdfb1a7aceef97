"""Three ways to go through a block of data: one for few dimensions, two for many.

All give the log joint of each datum and each component, and the sums that the M-step needs, about one origin.
In few dimensions both are products with the features, one feature after the other. In many, variances along the
axes need rows and their squares; for free covariances forming the features takes longer than they save, so the
quadratic forms come from whitened rows, and the second moments from products of rows.
"""

import math

import numpy as np

from lecture_lib.gaussian.features import fill, natural, project, unpack

__all__ = ["AxisForms", "FeatureForms", "RowForms", "forms_for"]

MANY = 48
"""From this many dimensions on, free covariances are computed by rows; measured."""

LONG = 16
"""From this many dimensions on, variances along the axes are computed by rows; measured."""

STRETCH = 512
"""How many data a product of responsibilities and features takes at a time; measured."""

SHORT = 64
"""How many data a product of coefficients and rows takes at a time; measured: BLAS copies neither then."""


def forms_for(means, whiteners, log_heights, covariance):
    """Choose the fastest for a kind of covariance and a number of dimensions.

    Parameters
    ----------
    means : ndarray, shape (k, d)
        mu_j, about the origin that the data are taken about.
    whiteners : ndarray, shape (k, d, d)
        L_j^-1, where Sigma_j = L_j L_j^T.
    log_heights : ndarray, shape (k,)
        As :func:`lecture_lib.gaussian.features.log_heights` returns them.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Of what kind the covariances are.

    Returns
    -------
    FeatureForms, AxisForms or RowForms
        All have ``block``, ``width``, ``room``, ``log_joint``, ``add`` and ``covariances``.
    """
    if covariance in ("full", "tied") and means.shape[1] >= MANY:
        return RowForms(means, whiteners, log_heights)
    if covariance in ("diagonal", "spherical") and means.shape[1] >= LONG:
        return AxisForms(means, whiteners, log_heights, covariance)
    return FeatureForms(means, whiteners, log_heights, covariance)


class FeatureForms:
    """Log joints as ``eta @ phi``, sums as ``r @ phi.T``.

    Attributes
    ----------
    block : int
        How many data to take at a time: with fewer, threads wait for each other; with more, the features leave
        the cache. Measured.
    width : int
        p, how many sums a component has: its size, its first and its second moments.
    """

    def __init__(self, means, whiteners, log_heights, covariance):
        self.covariance = covariance
        self.eta = natural(means, whiteners, log_heights, covariance)
        self.width = self.eta.shape[1]
        self.block = _block(46_400 / math.sqrt(self.width))

    def room(self, n):
        """Return room for the features of n data."""
        return np.empty((self.width, n))

    def log_joint(self, x, origin, room, out):
        """Write the log joints of data (w, d) into ``out`` (k, w); return their features, kept in the room."""
        phi = room[:, : len(x)]
        coordinates = phi[1 : x.shape[1] + 1]
        np.subtract(x.T, origin[:, None], out=coordinates)
        fill(phi, coordinates, self.covariance)
        np.matmul(self.eta, phi, out=out)
        return phi

    def add(self, sums, phi, r):
        """Add r @ phi.T to the sums."""
        sums += _by_stretches(r, phi.T)

    def covariances(self, averages, shifts):
        """Return second moments about the mean, given the averages (k, p) and the means (k, d) about the origin."""
        d = shifts.shape[1]
        own = project(shifts[:, :, None] * shifts[:, None, :], self.covariance)
        return unpack(averages[:, d + 1 :], d, self.covariance) - own


class AxisForms(FeatureForms):
    """Log joints from rows and their squares, for variances along the axes in many dimensions.

    Attributes
    ----------
    block : int
        How many data to take at a time: 8 MiB of rows and squares. Measured.
    """

    def __init__(self, means, whiteners, log_heights, covariance):
        super().__init__(means, whiteners, log_heights, covariance)
        d = means.shape[1]
        self.block = _block(1_048_576 / self.width)
        self.heights, self.linear, self.quadratic = self.eta[:, :1], self.eta[:, 1 : d + 1], self.eta[:, d + 1 :]

    def room(self, n):
        """Return room for n data about the origin, and for their squares, or for the sum of these."""
        return np.empty((n, self.linear.shape[1])), np.empty((n, self.quadratic.shape[1]))

    def log_joint(self, x, origin, room, out):
        """Write the log joints of data (w, d) into ``out`` (k, w); return the rows about the origin and squares."""
        rows, squares = (part[: len(x)] for part in room)
        rows = np.subtract(x, origin, out=rows) if origin.any() else x
        if self.covariance == "spherical":
            np.einsum("nd,nd->n", rows, rows, out=squares[:, 0])
        else:
            np.multiply(rows, rows, out=squares)
        _by_short_stretches(self.linear, rows, out)
        out += _by_short_stretches(self.quadratic, squares, np.empty_like(out))
        out += self.heights
        return rows, squares

    def add(self, sums, kept, r):
        """Add responsibilities, weighted rows and weighted squares to the sums, shape (k, p)."""
        rows, squares = kept
        end = 1 + rows.shape[1]
        sums[:, 0] += r.sum(axis=1)
        sums[:, 1:end] += _by_stretches(r, rows)
        sums[:, end:] += _by_stretches(r, squares)


def _block(n):
    """Return how many data to take at a time: whole stretches, at least one, up to n data or 16,384."""
    return max(1, min(int(n), 16_384) // STRETCH) * STRETCH


def _by_short_stretches(coefficients, rows, out):
    """Write coefficients (k, p) @ rows.T into ``out`` (k, w), and return it."""
    (k, p), whole = coefficients.shape, len(rows) - len(rows) % SHORT
    stretches = out[:, :whole].reshape(k, -1, SHORT).transpose(1, 0, 2)
    np.matmul(coefficients, rows[:whole].reshape(-1, SHORT, p).mT, out=stretches)
    np.matmul(coefficients, rows[whole:].T, out=out[:, whole:])
    return out


def _by_stretches(r, rows):
    """Return r @ rows, shape (k, p); at once, BLAS would be slower on matrices as long and thin as these."""
    if len(rows) < STRETCH:
        return r @ rows
    whole = len(rows) - len(rows) % STRETCH
    stretches = r[:, :whole].reshape(len(r), -1, STRETCH).transpose(1, 0, 2)
    products = stretches @ rows[:whole].reshape(-1, STRETCH, rows.shape[1])
    return products.sum(axis=0) + r[:, whole:] @ rows[whole:]


class RowForms:
    """Log joints from whitened rows, second moments as products of rows scaled by the root of r.

    Attributes
    ----------
    block : int
        How many data to take at a time: 5 MiB of whitened rows. Measured.
    width : int
        1 + d + d^2, how many sums a component has: its size, its first and its second moments.
    """

    def __init__(self, means, whiteners, log_heights):
        k, d = means.shape
        self.whiteners, self.log_heights = whiteners, log_heights
        self.white_means = (whiteners @ means[:, :, None])[:, :, 0]
        self.width = 1 + d + d * d
        self.block = max(64, min(1024, 655_360 // (k * d)))

    def room(self, n):
        """Return room for n data about the origin, and for as many rows whitened by each component."""
        k, d = self.white_means.shape
        return np.empty((n, d)), np.empty((n, k * d))

    def log_joint(self, x, origin, room, out):
        """Write the log joints of data (w, d) into ``out`` (k, w); return the data about the origin."""
        rows, white = (part[: len(x)] for part in room)
        k, d = self.white_means.shape
        np.subtract(x, origin, out=rows)
        np.matmul(rows, self.whiteners.reshape(-1, d).T, out=white)
        white -= self.white_means.ravel()
        white = white.reshape(-1, k, d)
        np.einsum("nkd,nkd->kn", white, white, out=out)
        out *= -0.5
        out += self.log_heights[:, None]
        return rows

    def add(self, sums, rows, r):
        """Add responsibilities, weighted rows and their products to the sums, shape (k, 1 + d + d^2)."""
        d = rows.shape[1]
        sums[:, 0] += r.sum(axis=1)
        sums[:, 1 : d + 1] += r @ rows
        for second, root in zip(sums[:, d + 1 :].reshape(-1, d, d), np.sqrt(r), strict=True):
            scaled = rows * root[:, None]
            second += scaled.T @ scaled  # BLAS computes half of a symmetric product

    def covariances(self, averages, shifts):
        """Return second moments about the mean, given the averages (k, p) and the means (k, d) about the origin."""
        k, d = shifts.shape
        return averages[:, d + 1 :].reshape(k, d, d) - shifts[:, :, None] * shifts[:, None, :]
