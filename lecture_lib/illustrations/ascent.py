"""Gradient ascent on the log-likelihood of a Gaussian mixture, and EM written as a scaled gradient step.

Weights must sum to 1 and covariances must be positive definite, so a gradient step in these numbers can leave
what they are allowed to be. It is therefore taken in coordinates in which every vector is a mixture.

``X`` (n, d) are data, ``theta`` is a mixture in their units, all weights of which are above 0; else there is a
``ValueError``.

Sources: L. Xu and M. I. Jordan, *On convergence properties of the EM algorithm for Gaussian mixtures*, Neural
Computation 8, 1996; J. C. Pinheiro and D. M. Bates, *Unconstrained parametrizations for variance-covariance
matrices*, 1996.
"""

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.em import State
from lecture_lib.models.mixture import (
    MixtureParameters,
    grad_covariances,
    grad_means,
    grad_weights,
    log_likelihood,
    responsibilities,
)

__all__ = ["coordinates", "gradient", "gradient_ascent", "mixture_at", "scaled_gradient_step"]


def coordinates(theta: MixtureParameters) -> np.ndarray:
    """Return a mixture as a vector without constraints, shape (k + k d + k d (d + 1) / 2,).

    log pi_j; then mu_j, in the units of the data; then, row by row, the lower triangle of the Cholesky factor C_j
    of each Sigma_j = C_j C_j^T, with the logarithms of its diagonal. Source: Pinheiro and Bates 1996
    (log-Cholesky).
    """
    weights = _checked(theta).weights
    factors = theta.factors
    _diagonal(factors)[:] = np.log(_diagonal(factors))
    return np.concatenate([np.log(weights), theta.means.ravel(), _packed(factors)])


def mixture_at(vector: ArrayLike, components: int) -> MixtureParameters:
    """Return the mixture of k components that has the given coordinates, in the order of :func:`coordinates`.

    Any numbers will do. A number added to all of the first k changes nothing, since the weights are normalised.

    Raises
    ------
    ValueError
        When the length of the vector belongs to no number of dimensions, or the numbers are so large that float64
        cannot hold the mixture.
    """
    vector = validation.vector(vector, "vector")
    k = validation.count(components, None, "components")
    # k (1 + d + d (d + 1) / 2) = length, a quadratic equation for d.
    d = round((np.sqrt(8 * len(vector) / k + 1) - 3) / 2)
    if d < 1 or k * (d + 1) * (d + 2) != 2 * len(vector):
        raise ValueError(
            f"vector must hold k (d + 1) (d + 2) / 2 numbers with k = {k}, got {len(vector)}; pass what "
            "coordinates(theta) returns"
        )
    logits, means, packed = np.split(vector, [k, k + k * d])
    weights, _ = log_sum_exp.posterior(logits)
    factors = np.zeros((k, d, d))
    factors[:, *np.tril_indices(d)] = packed.reshape(k, -1)
    with np.errstate(over="ignore", invalid="ignore"):  # refused below
        _diagonal(factors)[:] = np.exp(_diagonal(factors))
        covariances = factors @ factors.mT
    return MixtureParameters(weights, means.reshape(k, d), covariances)


def gradient(X: ArrayLike, theta: MixtureParameters) -> np.ndarray:
    """Return the derivatives of the log-likelihood in the coordinates without constraints. Eq. 6.5.

    In the order of :func:`coordinates`, in nats per unit: R_j - n pi_j; sum_i r_ij Sigma_j^-1 (x_i - mu_j); the
    lower triangle of 2 G_j C_j, where G_j is the derivative in Sigma_j, its diagonal times that of C_j.
    """
    weights = _checked(theta).weights
    r = responsibilities(X, theta)
    factors = theta.factors
    in_factors = 2 * grad_covariances(X, theta) @ factors
    _diagonal(in_factors)[:] *= _diagonal(factors)
    return np.concatenate([r.sum(axis=0) - len(r) * weights, grad_means(X, theta).ravel(), _packed(in_factors)])


def gradient_ascent(X: ArrayLike, theta: MixtureParameters, step_size: float) -> Iterator[State]:
    """Climb the log-likelihood along its gradient, endlessly, in the coordinates without constraints. Eq. 6.6.

    ``step_size``, above 0, is the same for all coordinates and all steps; nothing keeps the log-likelihood from
    falling when it is too large.

    Yields
    ------
    lecture_lib.em.State
        First the start, then one state per step, for :func:`lecture_lib.em.converge`.

    Raises
    ------
    ValueError
        Also when a step leaves what float64 can hold.
    """
    X, step_size = validation.data(X), validation.positive(step_size, "step_size")
    vector, k = coordinates(theta), len(theta.weights)
    for step in itertools.count():
        yield State(step, theta, log_likelihood(X, theta), nat=1.0)
        vector = vector + step_size * gradient(X, theta)
        theta = mixture_at(vector, k)


def scaled_gradient_step(X: ArrayLike, theta: MixtureParameters) -> MixtureParameters:
    """Return the parameters after one step of EM, computed from the gradients of the log-likelihood alone. Eq. 6.7.

    pi + (diag pi - pi pi^T) grad_pi / n; mu_j + delta_j with delta_j = Sigma_j grad_mu_j / R_j; and Sigma_j + 2
    Sigma_j grad_Sigma_j Sigma_j / R_j - delta_j delta_j^T. A component without data stays; one that collapses is an
    error. Source: Xu and Jordan 1996.
    """
    pi, S = _checked(theta).weights, theta.covariances
    in_weights = grad_weights(X, theta)
    R = pi * in_weights  # sum_i r_ij
    share = np.divide(1, R, out=np.zeros_like(R), where=R > 0)[:, None, None]
    shift = share * S @ grad_means(X, theta)[:, :, None]
    turned = 2 * share * S @ grad_covariances(X, theta) @ S
    return MixtureParameters(
        pi + (pi * in_weights - pi * (pi @ in_weights)) / R.sum(),
        theta.means + shift[:, :, 0],
        S + (turned + turned.mT) / 2 - shift @ shift.mT,
    )


def _checked(theta):
    """Return the parameters if no weight is 0."""
    if not validation.instance(theta, MixtureParameters).weights.all():
        j = np.argmin(theta.weights)
        raise ValueError(
            f"theta must have weights above 0, got weights[{j}] = 0, whose logarithm is -inf; leave it out"
        )
    return theta


def _diagonal(matrices):
    """Return the diagonals of matrices (k, d, d) as a view, shape (k, d)."""
    return np.einsum("jaa->ja", matrices)


def _packed(matrices):
    """Return the lower triangles of matrices (k, d, d) as one vector."""
    return matrices[:, *np.tril_indices(matrices.shape[1])].ravel()
