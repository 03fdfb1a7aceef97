"""Checks of covariances: symmetric, positive definite, of the right shape."""

from typing import Any

import numpy as np

from lecture_lib.validation.numbers import LARGEST, array

__all__ = ["SYMMETRY_TOLERANCE", "component", "covariance", "covariances"]

SYMMETRY_TOLERANCE = 1e-9
"""How far two mirrored entries of a correlation matrix may differ; rounding stays far below."""


def covariances(values: Any, k: Any, d: int, name: str = "covariances") -> np.ndarray:
    """Return symmetric positive definite matrices, shape (k, d, d); correlations may be asymmetric by 1e-9."""
    S = array(values, name, LARGEST**2)  # squares of what data may be
    if S.shape != (k, d, d):
        raise ValueError(
            f"{name} must have shape (k, d, d) = ({k}, {d}, {d}) to fit the means, got shape {S.shape}; "
            "give one matrix per component"
        )
    variances = np.einsum("jaa->ja", S)
    if variances.min() <= 0:
        j, a = np.argwhere(variances <= 0)[0]
        raise ValueError(
            f"{name} must be positive definite, got the variance {name}[{j}, {a}, {a}] = "
            f"{variances[j, a]:g}; variances are above 0"
        )
    _refuse_asymmetric(S, np.sqrt(variances), name)
    for j in _not_positive_definite(S):
        raise ValueError(
            f"{name} must be positive definite, got {name}[{j}] with the smallest eigenvalue "
            f"{np.linalg.eigvalsh(S[j])[0]:g}; a covariance has none at or below 0"
        )
    return S


def _refuse_asymmetric(S, widths, name):
    skew = np.abs(S - S.transpose(0, 2, 1)) > SYMMETRY_TOLERANCE * widths[:, :, None] * widths[:, None, :]
    if skew.any():
        j, a, b = np.argwhere(skew)[0]
        raise ValueError(
            f"{name} must be symmetric, got {name}[{j}, {a}, {b}] = {S[j, a, b]:g} but "
            f"{name}[{j}, {b}, {a}] = {S[j, b, a]:g}; check how they were computed"
        )


def _not_positive_definite(S):
    """List the matrices without a Cholesky factor; ask for all at once first, which is nearly always enough."""
    try:
        np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        return [j for j in range(len(S)) if len(S) == 1 or _not_positive_definite(S[j : j + 1])]
    return []


def covariance(values: Any, d: int, name: str = "covariance") -> np.ndarray:
    """Return one symmetric positive definite matrix as an array of shape (d, d).

    It is judged by its correlations, so independently of the units of the dimensions.
    """
    S = array(values, name)
    if S.shape != (d, d):
        raise ValueError(f"{name} must have shape (d, d) with d = {d}, got shape {S.shape}; match it to the data")
    diagonal = np.diag(S)
    if diagonal.min() > 0:
        widths = np.sqrt(diagonal)
        correlations = S / widths / widths[:, None]
        symmetric = np.abs(correlations - correlations.T).max() <= SYMMETRY_TOLERANCE
        if symmetric and not _not_positive_definite(correlations[None]):
            return S
    raise ValueError(
        f"{name} must be symmetric positive definite, got {S.tolist()}; check it for columns that depend on "
        "each other"
    )


def component(mean: Any, covariance: Any, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean, shape (d,), and the covariance, shape (d, d), of one Gaussian for data of d columns."""
    mean = array(mean, "mean")
    covariance = array(covariance, "covariance")
    if mean.shape != (d,) or covariance.shape != (d, d):
        raise ValueError(
            f"mean and covariance must have the shapes (d,) and (d, d) with d = {d} to fit X, got "
            f"{mean.shape} and {covariance.shape}; pass one component"
        )
    return mean, covariances(covariance[None], 1, d)[0]
