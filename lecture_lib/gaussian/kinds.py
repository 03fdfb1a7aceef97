"""The kinds of covariances, one class each: what each keeps, shares and estimates.

A class says which products of the data its sums need, how many entries are free, what is nearest to it, how
components share, and where the posterior has its mode. A new kind is a class here, with a place in ``KINDS`` and in
``Covariance``.
"""

import functools
from typing import Literal, get_args

import numpy as np

from lecture_lib import validation

__all__ = ["COVARIANCES", "KINDS", "Covariance", "Diagonal", "Full", "Spherical", "Tied", "kind_of"]


class Full:
    """Free covariances: all d (d + 1) / 2 entries of each component."""

    name = "full"
    tied = False
    """Whether all components share one covariance."""
    one_scale = False
    """Whether all columns of the data have the same unit."""
    roomier = 'covariance="tied" or "diagonal"'
    """What collapses less often where this kind does: all have one width, or columns may depend on each other."""

    def n_products(self, d: int) -> int:
        """Return how many products x_a x_b of a datum the second moments need."""
        return d * (d + 1) // 2

    def write_products(self, x: np.ndarray, out: np.ndarray) -> None:
        """Write the products of data (d, n), given by columns, into ``out`` (n_products, n)."""
        start = 0
        for a in range(len(x)):
            stop = start + len(x) - a
            np.multiply(x[a], x[a:], out=out[start:stop])
            start = stop

    def quadratic(self, inverse_factors: np.ndarray) -> np.ndarray:
        """Return the coefficients of the products in -1/2 x^T Sigma_j^-1 x, shape (k, n_products).

        ``inverse_factors`` (k, d, d) are L_j^-1, where Sigma_j = L_j L_j^T.
        """
        indices, factor = _pair_indices(inverse_factors.shape[1])
        precisions = inverse_factors.mT @ inverse_factors
        return factor * precisions.reshape(len(precisions), -1).take(indices, axis=1)

    def matrices(self, products: np.ndarray, d: int) -> np.ndarray:
        """Return sums of products (k, n_products) as symmetric matrices (k, d, d); what is not among them is 0."""
        return products.take(_pair_index_matrix(d), axis=1)

    def n_free(self, k: int, d: int) -> int:
        """Return how many entries of the covariances are free."""
        return k * self.n_products(d)

    def project(self, matrices: np.ndarray) -> np.ndarray:
        """Keep of symmetric matrices (..., d, d) what this kind of covariance has."""
        return matrices

    def nearest(self, covariances: np.ndarray) -> np.ndarray:
        """Return covariances (k, d, d) of this kind: the same if they are."""
        return self.project(covariances)

    def pool(self, sizes: np.ndarray, covariances: np.ndarray) -> np.ndarray:
        """Return the maximum-likelihood covariances, given those of each component's R_j data."""
        return covariances

    def free_blocks(self, covariances: np.ndarray) -> np.ndarray:
        """Return the square blocks of covariances (k, d, d) that vary freely, shape (..., g, g)."""
        return covariances

    def mode(self, prior: np.ndarray, scatters: np.ndarray, sizes: np.ndarray, dof: float) -> np.ndarray:
        """Return the covariances (k, d, d) of the highest posterior, beside Gaussian means at theirs.

        The prior is inverse-Wishart with scatter ``prior`` (d, d) and ``dof``; ``scatters`` (k, d, d) hold the pull
        of the means' prior too.
        """
        return (prior + scatters) / (dof + sizes + len(prior) + 2)[:, None, None]


class Tied(Full):
    """One free covariance that all components share."""

    name = "tied"
    tied = True
    roomier = 'covariance="diagonal"'

    def n_free(self, k: int, d: int) -> int:
        """Return how many entries of the covariances are free."""
        return self.n_products(d)

    def nearest(self, covariances: np.ndarray) -> np.ndarray:
        """Return the first covariance for all."""
        return np.broadcast_to(covariances[:1], covariances.shape)

    def pool(self, sizes: np.ndarray, covariances: np.ndarray) -> np.ndarray:
        """Return the average over all data for each component."""
        within = (sizes[:, None, None] * covariances).sum(axis=0) / sizes.sum()
        return np.repeat(within[None], len(sizes), axis=0)

    def free_blocks(self, covariances: np.ndarray) -> np.ndarray:
        """Return the one covariance, shape (1, d, d)."""
        return covariances[:1]

    def mode(self, prior: np.ndarray, scatters: np.ndarray, sizes: np.ndarray, dof: float) -> np.ndarray:
        """Return the mode, one for all: the means of all components take part in it."""
        k, d = scatters.shape[:2]
        shared = (prior + scatters.sum(axis=0)) / (dof + sizes.sum() + d + k + 1)
        return np.repeat(shared[None], k, axis=0)


class Diagonal(Full):
    """Variances along the axes: d of each component."""

    name = "diagonal"
    roomier = 'covariance="tied"'

    def n_products(self, d: int) -> int:
        """Return d: only the squares."""
        return d

    def write_products(self, x: np.ndarray, out: np.ndarray) -> None:
        """Write the squares of data (d, n) into ``out`` (d, n)."""
        np.multiply(x, x, out=out)

    def quadratic(self, inverse_factors: np.ndarray) -> np.ndarray:
        """Return the coefficients of the squares, shape (k, d)."""
        return -0.5 * np.einsum("jaa->ja", inverse_factors) ** 2

    def matrices(self, products: np.ndarray, d: int) -> np.ndarray:
        """Return sums of squares as diagonal matrices (k, d, d)."""
        return _diagonal_matrices(products)

    def project(self, matrices: np.ndarray) -> np.ndarray:
        """Keep the diagonals."""
        return _diagonal_matrices(np.einsum("...aa->...a", matrices))

    def free_blocks(self, covariances: np.ndarray) -> np.ndarray:
        """Return the variances as matrices of one entry, shape (k, d, 1, 1)."""
        return np.einsum("jaa->ja", covariances)[:, :, None, None]

    def mode(self, prior: np.ndarray, scatters: np.ndarray, sizes: np.ndarray, dof: float) -> np.ndarray:
        """Return the mode: each variance has the prior of one dimension."""
        return (prior + scatters) / (dof + sizes + 3)[:, None, None]


class Spherical(Diagonal):
    """One variance in all directions, of each component."""

    name = "spherical"
    one_scale = True

    def n_products(self, d: int) -> int:
        """Return 1: only the sum of the squares."""
        return 1

    def write_products(self, x: np.ndarray, out: np.ndarray) -> None:
        """Write the sums of the squares of data (d, n) into ``out`` (1, n)."""
        np.einsum("dn,dn->n", x, x, out=out[0])

    def quadratic(self, inverse_factors: np.ndarray) -> np.ndarray:
        """Return the coefficient of the sum of the squares, shape (k, 1)."""
        return -0.5 * inverse_factors[:, 0, :1] ** 2

    def matrices(self, products: np.ndarray, d: int) -> np.ndarray:
        """Return sums of squares spread over the diagonal, shape (k, d, d)."""
        return _diagonal_matrices(np.repeat(products / d, d, axis=1))

    def project(self, matrices: np.ndarray) -> np.ndarray:
        """Keep the average of the diagonals."""
        variances = np.einsum("...aa->...a", matrices)
        return _diagonal_matrices(np.repeat(variances.mean(axis=-1, keepdims=True), variances.shape[-1], axis=-1))

    def free_blocks(self, covariances: np.ndarray) -> np.ndarray:
        """Return the variances as matrices of one entry, shape (k, 1, 1, 1)."""
        return super().free_blocks(covariances)[:, :1]

    def mode(self, prior: np.ndarray, scatters: np.ndarray, sizes: np.ndarray, dof: float) -> np.ndarray:
        """Return the mode: all d squares of a datum tell of the one variance."""
        d = len(prior)
        return (prior + d * scatters) / (dof + d * sizes + d + 2)[:, None, None]


KINDS = {kind.name: kind for kind in (Full(), Tied(), Diagonal(), Spherical())}
"""The kinds of covariance, by name."""

Covariance = Literal["full", "tied", "diagonal", "spherical"]
"""These names, for those who check types."""

COVARIANCES: tuple[Covariance, ...] = get_args(Covariance)
"""What the covariances of a mixture may be: free, one for all, along the axes, or one width in all directions."""


def kind_of(covariance: str) -> Full:
    """Return the kind of covariances that a user named."""
    return KINDS[validation.choice(covariance, COVARIANCES, "covariance")]


def _diagonal_matrices(variances):
    """Return matrices (..., d, d) with these diagonals (..., d), and 0 beside them."""
    matrices = np.zeros((*variances.shape, variances.shape[-1]))
    np.einsum("...aa->...a", matrices)[...] = variances
    return matrices


@functools.cache
def _pair_indices(d):
    """Return where the pairs a <= b stand in a flat matrix, in the order of the products, and what each counts.

    The factor is that of -1/2 sum_ab P_ab x_a x_b, in which x_a x_b and x_b x_a are one product.
    """
    a, b = np.triu_indices(d)
    return a * d + b, np.where(a == b, -0.5, -1.0)


@functools.cache
def _pair_index_matrix(d):
    """Return where the product of each pair stands among the products, shape (d, d)."""
    a, b = np.triu_indices(d)
    indices = np.empty((d, d), dtype=int)
    indices[a, b] = indices[b, a] = np.arange(len(a))
    return indices
