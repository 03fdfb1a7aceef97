"""Problems in which it is known which component each datum came from, or how that sum falls apart."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.mixture import complete_data_estimate
from lecture_lib.problems.latent import LATENT, random_complete_data
from lecture_lib.problems.mixtures import PARAMETERS, parameters

__all__ = ["KNOWN", "THREE_DATA", "fitted_known", "random_known", "random_three_data"]

THREE_DATA = LATENT | Notation(
    definitions={
        "f_{ij}": (r"\pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "factor of datum i in the joint, from component j")
    }
)
"""A mixture whose assignments can be summed over, factor by factor."""

KNOWN = PARAMETERS | Notation(
    symbols={
        "z_{ij}": ("number", "z", "1 where datum i came from component j, else 0"),
        r"\lambda": ("number", "multiplier", "Lagrange's multiplier"),
        "P_j": ("matrix d d", "precisions", "precision of component j"),
        "H": ("matrix d d", "direction", "a symmetric matrix"),
        "t": ("number", "t", "how far along it"),
    },
    definitions={
        "N_j": (r"\sum_i z_{ij}", "number of data of component j"),
        r"\hat\pi_j": (r"\frac{N_j}{n}", "share of component j"),
        r"\hat\mu_j": (r"\frac{1}{N_j} \sum_i z_{ij} x_i", "mean of its data"),
        r"\hat\Sigma_j": (
            r"\frac{1}{N_j} \sum_i z_{ij} (x_i - \hat\mu_j)(x_i - \hat\mu_j)^\top",
            "covariance of its data",
        ),
        r"\ell(\theta)": (
            r"\sum_i \sum_j z_{ij} (\log \pi_j + \log \mathcal N(x_i; \mu_j, \Sigma_j))",
            "log joint density of the data and the known z",
        ),
        r"\hat\ell": (
            r"\sum_i \sum_j z_{ij} (\log \hat\pi_j + \log \mathcal N(x_i; \hat\mu_j, \hat\Sigma_j))",
            "the same at the estimate",
        ),
    },
)
"""Data of known components."""


def random_three_data(rng: Generator) -> dict:
    """Return three data and a mixture of two or four components, for ``THREE_DATA``."""
    d, k = (4, 2) if rng.integers(2) else (2, 4)
    return {"X": rng.standard_normal((3, d)), "theta": parameters(rng, k, d)}


def random_known(rng: Generator) -> dict:
    """Return data of known components, any parameters, a multiplier, precisions and a direction, for ``KNOWN``."""
    problem = random_complete_data(rng)
    k, d = problem["theta"].means.shape
    square = rng.standard_normal((d, d))
    return problem | {
        "multiplier": rng.standard_normal(),
        "precisions": np.linalg.inv(parameters(rng, k, d).covariances),
        "direction": (square + square.T) / 20,
        "t": rng.uniform(-0.5, 0.5),
    }


def fitted_known(rng: Generator) -> dict:
    """Return the same at the estimate: shares, means and covariances, and the multiplier -n."""
    problem = random_known(rng)
    theta = complete_data_estimate(problem["X"], problem["z"])
    precisions = np.linalg.inv(theta.covariances)
    return problem | {"theta": theta, "multiplier": -len(problem["X"]), "precisions": precisions}
