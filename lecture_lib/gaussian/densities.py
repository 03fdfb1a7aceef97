"""Log densities from differences to each mean, accurate far from the origin and in narrow components.

Arrays have been checked: data ``X`` (n, d), and what belongs to ``theta``, MixtureParameters.
"""

import numpy as np

from lecture_lib import log_sum_exp
from lecture_lib.gaussian import missing
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters

__all__ = ["density_of", "log_densities", "posterior", "whitened", "within_reach"]


def whitened(X: np.ndarray, mean: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return L^-1 (x - mu) for every datum, shape (d, n): differences in units of the component's widths."""
    # Rows of one length: where one width is far below another, the solver would exchange rows and lose all digits.
    widths = np.linalg.norm(factor, axis=1)[:, None]
    return np.linalg.solve(factor / widths, (X - mean).T / widths)


def density_of(whitened: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return the log density from whitened differences and the Cholesky factor L."""
    with np.errstate(over="ignore"):  # a datum may be so far away that the log density is -inf
        squared = np.einsum("dn,dn->n", whitened, whitened)
    return -0.5 * (len(factor) * LOG_2_PI + squared) - np.log(np.diag(factor)).sum()


def log_densities(X: np.ndarray, theta: MixtureParameters) -> np.ndarray:
    """Return log N(x_i; mu_j, Sigma_j) of what was observed of each datum, shape (n, k)."""
    if np.isnan(X).any():
        return missing.log_densities(X, theta)
    densities = np.empty((len(X), len(theta.weights)))
    for j, factor in enumerate(theta.factors):
        densities[:, j] = density_of(whitened(X, theta.means[j], factor), factor)
    return densities


def posterior(X: np.ndarray, theta: MixtureParameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the responsibilities, shape (n, k), and the log evidence of each datum."""
    return log_sum_exp.posterior(within_reach(log_sum_exp.log_joint(theta.weights, log_densities(X, theta))))


def within_reach(joint: np.ndarray) -> np.ndarray:
    """Return log joints, shape (n, k), if each datum has a finite one."""
    reached = np.isfinite(joint.max(axis=1))
    if not reached.all():
        raise ValueError(
            f"theta must give every datum a density above 0, but X[{np.argmin(reached)}] is so far from every "
            "component that even its logarithm overflows; start nearer to the data"
        )
    return joint
