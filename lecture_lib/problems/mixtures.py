"""Problems of Gaussian mixtures, and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.mixture import MixtureParameters, complete_data_estimate, responsibilities
from lecture_lib.problems.sizes import sizes

__all__ = [
    "COMPONENT",
    "MATRIX",
    "MIXTURE",
    "SHARES",
    "fitted_mixture",
    "parameters",
    "plain_log_likelihood",
    "random_component",
    "random_matrix",
    "random_mixture",
    "random_regularised_mixture",
    "random_shared_data",
    "random_shares",
    "random_start",
]

PARAMETERS = Notation(
    ranges={"i": ("n", "data"), "j l": ("k", "components"), "a b": ("d", "coordinates")},
    symbols={
        "x_i": ("vector d", "X", "datum i"),
        r"\pi_j": ("number", "theta.weights", "weight of component j"),
        r"\mu_j": ("vector d", "theta.means", "mean of component j"),
        r"\Sigma_j": ("matrix d d", "theta.covariances", "covariance of component j"),
        r"\theta": ("parameters", r"\pi, \mu, \Sigma", "all parameters of the mixture"),
    },
    definitions={
        r"L(\theta)": (r"\sum_i \log \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "log-likelihood"),
        r"p(x \mid \theta)": (r"\prod_i \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "likelihood"),
        r"p(x_i \mid \theta)": (r"\sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "density of datum i"),
        "a_{ij}": (
            r"\log \pi_j + \log \mathcal N(x_i; \mu_j, \Sigma_j)",
            "log joint density of datum i and component j",
        ),
    },
)
SIZES = Notation(
    definitions={
        "R_j": (r"\sum_i r_{ij}", "size of component j"),
        r"\bar x_j": (r"\frac{1}{R_j} \sum_i r_{ij} x_i", "weighted mean of the data"),
        "S_j": (r"\sum_i r_{ij} (x_i - \bar x_j)(x_i - \bar x_j)^\top", "scatter about that mean"),
    }
)
MIXTURE = PARAMETERS | SIZES | Notation(
    definitions={
        "r_{ij}": (
            r"\frac{\pi_j \mathcal N(x_i; \mu_j, \Sigma_j)}"
            r"{\sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_{j'}, \Sigma_{j'})}",
            "responsibility of component j for datum i",
        ),
    }
)  # fmt: skip
"""Data and a mixture; r are the responsibilities of this mixture."""

SHARES = PARAMETERS | SIZES | Notation(
    symbols={"r_{ij}": ("number", "r", "responsibility of component j for datum i, held")},
    definitions={
        r"Q(r, \theta)": (
            r"\sum_i \sum_j r_{ij} (\log \pi_j + \log \mathcal N(x_i; \mu_j, \Sigma_j))",
            "expected complete log-likelihood",
        ),
        "H(r)": (r"-\sum_i \sum_j r_{ij} \log r_{ij}", "entropy of the responsibilities, in nats"),
        r"F(r, \theta)": (
            r"\sum_i \sum_j r_{ij} (\log \pi_j + \log \mathcal N(x_i; \mu_j, \Sigma_j) - \log r_{ij})",
            "lower bound on the log-likelihood",
        ),
    },
)  # fmt: skip
"""Data, a mixture, and responsibilities r that have nothing to do with it."""

COMPONENT = Notation(
    ranges={"a b c": ("d", "coordinates")},
    symbols={
        "v": ("vector d", "v", "a vector"),
        "S": ("variable matrix d d", "S", "a symmetric positive definite matrix"),
    },
    definitions={"C_{ab}": (r"\operatorname{cof}(S)_{ab}", "cofactor of S at row a and column b")},
)
"""A vector and one covariance."""

MATRIX = Notation(
    ranges=COMPONENT.ranges,
    symbols={
        "v": ("vector d", "v", "a vector"),
        "w": ("vector d", "w", "another vector"),
        "S": ("variable matrix d d", "S", "a matrix with a positive determinant"),
    },
    definitions=COMPONENT.definitions,
)
"""Two vectors and a matrix that is not symmetric."""


def random_mixture(rng: Generator) -> dict:
    """Return ``X`` and ``theta``, for ``MIXTURE``; no covariance is near to singular."""
    n, d, k = sizes(rng)
    return {"X": rng.standard_normal((n, d)), "theta": parameters(rng, k, d)}


def parameters(rng: Generator, k: int, d: int) -> MixtureParameters:
    """Draw the parameters of a mixture."""
    factors = rng.standard_normal((k, d, d + 2))
    covariances = (factors @ factors.mT + np.eye(d)) / d
    return MixtureParameters(rng.dirichlet(np.full(k, 3.0)), rng.standard_normal((k, d)), covariances)


def random_shares(rng: Generator, X: np.ndarray, theta: MixtureParameters) -> dict:
    """Return soft ``r``: all above 0, rows sum to 1."""
    return {"r": rng.dirichlet(np.ones(len(theta.weights)), size=len(X))}


def random_shared_data(rng: Generator) -> dict:
    """Return ``X``, ``theta`` and soft ``r``, for ``SHARES``."""
    problem = random_mixture(rng)
    return problem | random_shares(rng, **problem)


def random_start(rng: Generator, X: np.ndarray, theta: MixtureParameters) -> dict:
    """Return ``theta_old``, a second mixture of the same sizes."""
    return {"theta_old": parameters(rng, *theta.means.shape)}


def fitted_mixture(rng: Generator) -> dict:
    """Return ``X`` and ``theta`` where EM has come to rest with two components, far from a boundary.

    Notes
    -----
    Thirty data in each of two overlapping clouds, and 400 steps of EM: the slopes are below 1e-8.
    """
    X = np.concatenate(
        [rng.standard_normal((30, 3)) + 2, rng.standard_normal((30, 3)) @ rng.uniform(-1, 1, (3, 3)) - 2]
    )
    theta = complete_data_estimate(X, np.repeat(np.eye(2), 30, axis=0))
    for _ in range(400):
        theta = complete_data_estimate(X, responsibilities(X, theta))
    return {"X": X, "theta": theta}


def random_component(rng: Generator) -> dict:
    """Return ``v (d,)`` and ``S (d, d)``, symmetric positive definite, for ``COMPONENT``."""
    X, theta = random_mixture(rng).values()
    return {"v": X[0], "S": theta.covariances[0]}


def random_matrix(rng: Generator) -> dict:
    """Return ``v (d,)``, ``w (d,)`` and ``S (d, d)``, not symmetric, its determinant above 0, for ``MATRIX``."""
    d = int(rng.integers(2, 4))
    S = rng.standard_normal((d, d)) + 2 * np.eye(d)
    S[0] *= np.sign(np.linalg.det(S))
    return {"v": rng.standard_normal(d), "w": rng.standard_normal(d), "S": S}


def random_regularised_mixture(rng: Generator) -> dict:
    """Return ``X``, ``theta``, soft ``r`` and ``prior``, a MixturePrior worth a few data."""
    problem = random_shared_data(rng)
    d = problem["X"].shape[1]
    scatter = parameters(rng, 1, d).covariances[0]
    strength, dof, concentration = rng.uniform(0.5, 3), d + rng.uniform(0, 3), rng.uniform(1, 3)
    return problem | {"prior": MixturePrior(rng.standard_normal(d), scatter, strength, dof, concentration)}


def plain_log_likelihood(X: np.ndarray, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> float:
    """Return sum_i log sum_j pi_j N(x_i; mu_j, Sigma_j) as it reads, also where that is no mixture.

    A numerical derivative in all entries needs it at weights that do not sum to 1, and at matrices that are not
    symmetric; :func:`lecture_lib.models.mixture.log_likelihood` refuses both.

    Returns
    -------
    float
        In nats. Written for numbers of order one: densities far out underflow.
    """
    away = X[:, None] - means
    squared = np.einsum("nja,jab,njb->nj", away, np.linalg.inv(covariances), away)
    densities = np.exp(-squared / 2) / np.sqrt(np.linalg.det(2 * np.pi * covariances))
    return float(np.log(densities @ weights).sum())
