"""E-step kernels: what is computed of one tile of data.

Both give the log joint of each datum and each component, and the sums that the M-step needs, about one shift. The
first does it by two products with the features, one row per feature. In many dimensions that takes longer than it
saves for free covariances; the second gets quadratic forms from whitened rows, second moments from scaled rows.
"""

import itertools

import numpy as np

from lecture_lib.gaussian.exponential_family import natural_parameters, write_features
from lecture_lib.gaussian.kinds import Diagonal, Full

__all__ = ["FeatureKernel", "RowKernel", "kernel_for"]

Array = np.ndarray

MIN_DIM_FOR_ROWS = 48
"""From here on free covariances are computed by rows.

In 24 dimensions rows take 1.3 times as long as features, in 64 features 1.15 times as long as rows: measured on
two cores by ``tests/benchmarks/kernels.py``.
"""


BANDS = 4
"""Into how many bands of columns a triangle is cut: 4 save three eighths of its products, 2 a quarter."""


def kernel_for(
    means: Array, inverse_factors: Array, log_normalisers: Array, kind: Full
) -> "FeatureKernel | RowKernel":
    """Return the faster kernel for a kind of covariance and a number of dimensions.

    Parameters
    ----------
    means : ndarray, shape (k, d)
        mu_j, about the shift that the data are taken about.
    inverse_factors : ndarray, shape (k, d, d)
        L_j^-1, where Sigma_j = L_j L_j^T.
    log_normalisers : ndarray, shape (k,)
        As :func:`lecture_lib.gaussian.exponential_family.log_normalisers` returns them.
    kind : Full, Tied, Diagonal or Spherical
        Of which the covariances are.
    """
    if means.shape[1] >= MIN_DIM_FOR_ROWS and not isinstance(kind, Diagonal):
        return RowKernel(means, inverse_factors, log_normalisers)
    return FeatureKernel(means, inverse_factors, log_normalisers, kind)


class FeatureKernel:
    """Log joints as ``eta @ phi``, sums as ``r @ phi.T``.

    Attributes
    ----------
    tile : int
        How many rows to take at a time. Products of more than a million multiplications are copied by BLAS first:
        at (200,000, 8, 10) a step takes 1.25 times as long with three times as many rows. With fewer, threads wait
        for each other (``tests/benchmarks/kernels.py``).
    n_sums : int
        p, how many sums a component has: its size, its first and its second moments.
    """

    def __init__(self, means: Array, inverse_factors: Array, log_normalisers: Array, kind: Full):
        self.kind = kind
        self.eta = natural_parameters(means, inverse_factors, log_normalisers, kind)
        self.n_sums = self.eta.shape[1]
        self.tile = max(1024, min(1_000_000 // self.eta.size, 16_384))

    def workspace(self, n: int) -> Array:
        """Return an array for the features of n data."""
        return np.empty((self.n_sums, n))

    def log_joint(self, x: Array, shift: Array, workspace: Array, out: Array) -> Array:
        """Write the log joints of data (w, d) into ``out`` (k, w); return their features, in the workspace."""
        phi = workspace[:, : len(x)]
        about = phi[1 : x.shape[1] + 1]
        np.subtract(x.T, shift[:, None], out=about)
        write_features(phi, len(about), self.kind)
        np.matmul(self.eta, phi, out=out)
        return phi

    def add(self, sums: Array, phi: Array, r: Array) -> None:
        """Add r @ phi.T to the sums (k, n_sums)."""
        sums += (phi @ r.T).T  # this way round BLAS copies the smaller of the two

    def covariances(self, averages: Array, means: Array) -> Array:
        """Return second moments about the means (k, d), given the averages (k, n_sums), all about the shift."""
        d = means.shape[1]
        own = self.kind.project(means[:, :, None] * means[:, None, :])
        return self.kind.matrices(averages[:, d + 1 :], d) - own


class RowKernel:
    """Log joints from whitened rows, second moments as products of rows scaled by the root of r.

    Inverse factors are triangular: rows are whitened in bands of columns, each from the entries it needs and a 1.

    Attributes
    ----------
    tile : int
        How many rows to take at a time: 5 MiB of whitened rows; four times as many take 1.25 times as long
        (``tests/benchmarks/kernels.py``).
    n_sums : int
        1 + d + d^2, how many sums a component has: its size, its first and its second moments.
    """

    def __init__(self, means: Array, inverse_factors: Array, log_normalisers: Array):
        k, d = means.shape
        self.log_normalisers = log_normalisers
        bordered = np.concatenate([-(inverse_factors @ means[:, :, None]), inverse_factors], axis=2)
        edges = itertools.pairwise(d * band // BANDS for band in range(BANDS + 1))
        self.bands = [bordered[:, start:stop, : stop + 1].reshape(-1, stop + 1).T for start, stop in edges]
        self.n_sums = 1 + d + d * d
        self.tile = max(64, min(1024, 655_360 // (k * d)))

    def workspace(self, n: int) -> tuple[Array, Array]:
        """Return arrays for n data about the shift, after a 1, and for a band of as many whitened rows."""
        return np.ones((n, self.bands[-1].shape[0])), np.empty(n * max(band.shape[1] for band in self.bands))

    def log_joint(self, x: Array, shift: Array, workspace: tuple[Array, Array], out: Array) -> Array:
        """Write the log joints of data (w, d) into ``out`` (k, w); return the data about the shift."""
        rows, room = workspace[0][: len(x)], workspace[1]
        np.subtract(x, shift, out=rows[:, 1:])
        out[:] = -2 * self.log_normalisers[:, None]
        for band in self.bands:
            white = room[: len(x) * band.shape[1]].reshape(len(x), len(out), -1)
            np.matmul(rows[:, : len(band)], band, out=white.reshape(len(x), -1))
            out += np.einsum("nkd,nkd->kn", white, white)
        out *= -0.5
        return rows[:, 1:]

    def add(self, sums: Array, rows: Array, r: Array) -> None:
        """Add responsibilities, weighted rows and their products to the sums (k, n_sums)."""
        d = rows.shape[1]
        sums[:, 0] += r.sum(axis=1)
        sums[:, 1 : d + 1] += r @ rows
        for second, root in zip(sums[:, d + 1 :].reshape(-1, d, d), np.sqrt(r), strict=True):
            scaled = rows * root[:, None]
            second += scaled.T @ scaled  # BLAS computes half of a symmetric product

    def covariances(self, averages: Array, means: Array) -> Array:
        """Return second moments about the means (k, d), given the averages (k, n_sums), all about the shift."""
        k, d = means.shape
        return averages[:, d + 1 :].reshape(k, d, d) - means[:, :, None] * means[:, None, :]
