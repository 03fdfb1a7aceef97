"""Problems of large data: blocks, means and data that move, iterates on their way to a limit; and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.problems.clusters import CLUSTERS, MEANS, random_clusters, random_data_and_means

__all__ = [
    "BLOCKS",
    "LEAP",
    "MOVED",
    "TAKEN",
    "random_blocks",
    "random_even_leap",
    "random_leap",
    "random_moved",
    "random_taken",
]

BLOCKS = CLUSTERS | Notation(
    symbols={
        "A": ("set n", "A", "data of the first block"),
        "B": ("set n", "B", "data of the second"),
        "o_{Aj}": ("vector d", "origins", "origin of cluster j in the first block"),
        "o_{Bj}": ("vector d", "others", "origin of cluster j in the second"),
    },
    definitions={"R_{Bj}": (r"\sum_{i \in B} r_{ij}", "size of cluster j in the second block")},
)
"""Data in two blocks."""

MOVED = MEANS | Notation(
    symbols={r"m_j^{\text{new}}": ("vector d", "moved", "mean of cluster j after its move")},
    definitions={
        r"\delta_j": (r"\lVert m_j^{\text{new}} - m_j \rVert", "how far mean j moves"),
        "g_i": (r"\min_{l \ne k_i} \lVert x_i - m_l \rVert - \lVert x_i - m_{k_i} \rVert", "gap of datum i"),
        r"g_i^{\text{new}}": (
            r"\min_{l \ne k_i} \lVert x_i - m_l^{\text{new}} \rVert - \lVert x_i - m_{k_i}^{\text{new}} \rVert",
            "gap after the move, with the old assignment",
        ),
    },
)
"""Data, and means before and after a move."""

TAKEN = CLUSTERS | Notation(
    symbols={"y": ("vector d", "y", "datum that is taken"), r"\delta": ("number", "delta", "how much of it")},
    definitions={
        r"\mu_j": (r"\frac{1}{R_j} \sum_i r_{ij} x_i", "mean of component j"),
        r"\Sigma_j": (r"\frac{1}{R_j} \sum_i r_{ij} (x_i - \mu_j) (x_i - \mu_j)^\top", "its covariance"),
        "R'_j": (r"R_j + \delta", "size after the move"),
        r"\mu'_j": (r"\frac{1}{R'_j} \Bigl( \sum_i r_{ij} x_i + \delta y \Bigr)", "mean after it"),
        r"\Sigma'_j": (
            r"\frac{1}{R'_j} \Bigl( \sum_i r_{ij} (x_i - \mu'_j) (x_i - \mu'_j)^\top"
            r" + \delta (y - \mu'_j) (y - \mu'_j)^\top \Bigr)",
            "covariance after it",
        ),
    },
)
"""Components, and one of them takes more of a datum."""

LEAP = Notation(
    ranges={"c": ("d", "parts of the error")},
    symbols={
        r"\hat\theta_c": ("number", "limit", "limit"),
        "e_c": ("number", "error", "error at the start"),
        r"\lambda_c": ("number", "rates", "what a step multiplies part c by"),
        r"\rho": ("number", "rate", "the one rate, where all are equal"),
        "a": ("number", "a", "length of the leap"),
    },
    definitions={
        r"\theta'_c": (r"\hat\theta_c + \lambda_c e_c", "after one step"),
        r"\theta''_c": (r"\hat\theta_c + \lambda_c^2 e_c", "after two"),
        r"\theta_c": (r"\hat\theta_c + e_c", "start"),
        "s_c": (r"\theta'_c - \theta_c", "first step"),
        "v_c": (r"\theta''_c - \theta'_c - s_c", "how the second step differs from the first"),
    },
)
"""Three iterates of a linear iteration."""


def random_blocks(rng: Generator) -> dict:
    """Return clusters whose data are in two blocks, with an origin for each cluster, for ``BLOCKS``."""
    problem = random_clusters(rng)
    (n, _), (k, d) = problem["X"].shape, problem["means"].shape
    order = rng.permutation(n)
    origins, others = rng.standard_normal((2, k, d))
    return problem | {"A": order[:3], "B": order[3:], "origins": origins, "others": others}


def random_moved(rng: Generator) -> dict:
    """Return data and means, and where the means move, for ``MOVED``."""
    problem = random_data_and_means(rng)
    return problem | {"moved": problem["means"] + 0.3 * rng.standard_normal(problem["means"].shape)}


def random_taken(rng: Generator) -> dict:
    """Return clusters, a datum, and how much of it is taken, for ``TAKEN``."""
    problem = random_clusters(rng)
    return problem | {"y": rng.standard_normal(problem["X"].shape[1]), "delta": rng.uniform(0.1, 1)}


def random_leap(rng: Generator) -> dict:
    """Return a limit, an error in each of three parts, their rates, one rate, and the length of a leap."""
    rates = rng.uniform(0.1, 0.97, size=3)
    limit, error = rng.standard_normal((2, 3))
    return {"limit": limit, "error": error, "rates": rates, "rate": rates[0], "a": rng.uniform(1, 30)}


def random_even_leap(rng: Generator) -> dict:
    """Return the same with one rate for all parts, and the length that SQUAREM takes."""
    problem = random_leap(rng)
    rate = problem["rate"]
    return problem | {"rates": np.full(3, rate), "a": 1 / (1 - rate)}
