"""Problems of notebook 06: multipliers, directions, one step of EM, and coordinates without constraints."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.problems.mixtures import MIXTURE, PARAMETERS, SHARES, SIZES, fitted_mixture, random_mixture

__all__ = [
    "COORDINATES",
    "LAGRANGE",
    "SHIFTED",
    "WEIGHTED",
    "fitted_multiplier",
    "random_coordinates",
    "random_multiplier",
]

WEIGHTED = SHARES | Notation(
    definitions={r"\bar\Sigma_j": (r"\frac{1}{R_j} S_j", "weighted covariance of the data")}
)
"""Shares that are held, and the covariance of the data that they give."""

LAGRANGE = MIXTURE | Notation(
    symbols={
        r"\lambda": ("number", "multiplier", "Lagrange's multiplier"),
        "v_j": ("number", "direction", "a direction in the space of the weights"),
    },
    definitions={r"\Lambda": (r"L + \lambda \Bigl( \sum_j \pi_j - 1 \Bigr)", "Lagrangian: L with the constraint")},
)
"""A mixture, a multiplier, and a direction in which the weights may move."""

SHIFTED = MIXTURE | Notation(
    definitions={
        r"\delta_j": (r"\bar x_j - \mu_j", "step of the mean"),
        r"\bar\Sigma_j": (r"\frac{1}{R_j} S_j", "weighted covariance of the data"),
        r"\mu_j^{\text{new}}": (r"\bar x_j", "mean after a step of EM"),
        r"\Sigma_j^{\text{new}}": (r"\frac{1}{R_j} S_j", "covariance after a step of EM"),
        r"\pi_j^{\text{new}}": (r"\frac{R_j}{n}", "weight after a step of EM"),
    }
)
"""A mixture, and the mixture after a step of EM."""

COORDINATES = (
    Notation(
        ranges=PARAMETERS.ranges,
        symbols={
            "x_i": PARAMETERS.symbols["x_i"],
            r"\mu_j": PARAMETERS.symbols[r"\mu_j"],
            r"\alpha_j": ("number", "logits", "coordinate of weight j"),
            "C_j": ("variable matrix d d", "factors", "Cholesky factor of covariance j"),
        },
        definitions={
            r"\pi_j": (r"\frac{e^{\alpha_j}}{\sum_{j'} e^{\alpha_{j'}}}", "weight of component j"),
            r"\Sigma_j": (r"C_j C_j^\top", "covariance of component j"),
            "L": (r"\sum_i \log \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "log-likelihood"),
            "r_{ij}": MIXTURE.definitions["r_{ij}"],
            "G_j": (r"\nabla_{\Sigma_j} L", "equation 6.3"),
        },
    )
    | SIZES
)
"""A mixture in coordinates without constraints."""


def random_multiplier(rng: Generator) -> dict:
    """Return ``X``, ``theta``, a ``multiplier`` and a ``direction (k,)``, for ``LAGRANGE``."""
    problem = random_mixture(rng)
    direction = rng.standard_normal(len(problem["theta"].weights))
    return problem | {"multiplier": rng.uniform(-5, 5), "direction": direction}


def fitted_multiplier(rng: Generator) -> dict:
    """Return a mixture at a maximum of its likelihood, with the multiplier that belongs to it."""
    problem = fitted_mixture(rng)
    return problem | {"multiplier": -float(len(problem["X"])), "direction": rng.standard_normal(2)}


def random_coordinates(rng: Generator) -> dict:
    """Return ``X``, ``theta``, its ``logits (k,)`` and Cholesky ``factors (k, d, d)``, for ``COORDINATES``."""
    problem = random_mixture(rng)
    theta = problem["theta"]
    return problem | {
        "logits": np.log(theta.weights) + rng.standard_normal(),
        "factors": np.linalg.cholesky(theta.covariances),
    }
