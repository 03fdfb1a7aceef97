"""E-step kernels: what is computed of one tile of data.

Both give the log joint of each datum and each component, and the sums that the M-step needs, about one shift. The
first does it by two products with the features, one row per feature. In many dimensions that takes longer than it
saves for free covariances; the second gets quadratic forms from whitened rows, second moments from scaled rows.
"""

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
        self.inverse_factors, self.log_normalisers = inverse_factors, log_normalisers
        self.white_means = (inverse_factors @ means[:, :, None])[:, :, 0]
        self.n_sums = 1 + d + d * d
        self.tile = max(64, min(1024, 655_360 // (k * d)))

    def workspace(self, n: int) -> tuple[Array, Array]:
        """Return arrays for n data about the shift, and for as many rows whitened by each component."""
        k, d = self.white_means.shape
        return np.empty((n, d)), np.empty((n, k * d))

    def log_joint(self, x: Array, shift: Array, workspace: tuple[Array, Array], out: Array) -> Array:
        """Write the log joints of data (w, d) into ``out`` (k, w); return the data about the shift."""
        rows, white = (part[: len(x)] for part in workspace)
        k, d = self.white_means.shape
        np.subtract(x, shift, out=rows)
        np.matmul(rows, self.inverse_factors.reshape(-1, d).T, out=white)
        white -= self.white_means.ravel()
        white = white.reshape(-1, k, d)
        np.einsum("nkd,nkd->kn", white, white, out=out)
        out *= -0.5
        out += self.log_normalisers[:, None]
        return rows

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
