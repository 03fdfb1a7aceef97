"""Problems of notebook 08: the best shares, means that lie together, and how to choose beta."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.kmeans import lyapunov
from lecture_lib.models.soft_kmeans import soft_assign
from lecture_lib.problems.clusters import SOFT_CLUSTERS, random_soft_clusters

__all__ = [
    "COMMON_MEAN",
    "GIBBS",
    "PAIR",
    "random_common_mean",
    "random_gibbs",
    "random_pair",
    "solved_gibbs",
    "solved_stiffness",
]

GIBBS = SOFT_CLUSTERS | Notation(
    symbols={r"\lambda_i": ("number", "multipliers", "Lagrange's multiplier of row i")}
)
"""Soft k-means, with a multiplier for each row of r."""

COMMON_MEAN = Notation(
    ranges=SOFT_CLUSTERS.ranges,
    symbols={name: SOFT_CLUSTERS.symbols[name] for name in ("x_i", "m_j", r"\beta", r"\pi_j")}
    | {"v_j": ("vector d", "moves", "how mean j moves")},
    definitions={
        "r^*_{ij}": SOFT_CLUSTERS.definitions["r^*_{ij}"],
        r"\bar x": (r"\frac1n \sum_i x_i", "mean of the data"),
        "S": (r"\frac1n \sum_i (x_i - \bar x)(x_i - \bar x)^\top", "covariance of the data"),
        r"\beta_c": (r"\frac{1}{\lambda_{\max}(S)}", "where the common mean stops being a minimum"),
        r"\bar v": (r"\frac1k \sum_j v_j", "how the means move together"),
        r"F_{\text{w}}(m)": (
            r"-\frac1\beta \sum_i \log \sum_j \pi_j \exp(-\frac\beta2 \lVert x_i - m_j \rVert^2)",
            "free energy of the best shares, with weights",
        ),
        r"\bar v_\pi": (r"\sum_j \pi_j v_j", "the same, weighted"),
    },
)
"""All means at the mean of the data."""

PAIR = SOFT_CLUSTERS | Notation(
    symbols={"v": ("vector d", "move", "how mean 0 moves; mean 1 moves by -v")},
    definitions={
        "R^*_j": (r"\sum_i r^*_{ij}", "size of cluster j"),
        "C_j": (
            r"\frac{1}{R^*_j} \sum_i r^*_{ij} (x_i - m_j)(x_i - m_j)^\top",
            "covariance of the data of cluster j",
        ),
    },
)
"""Means of which the first two lie on each other."""


def random_gibbs(rng: Generator) -> dict:
    """Return a problem of soft k-means with ``multipliers (n,)``, for ``GIBBS``."""
    problem = random_soft_clusters(rng)
    return problem | {"multipliers": rng.standard_normal(len(problem["X"]))}


def solved_gibbs(rng: Generator) -> dict:
    """Return the same at the best shares, with the multipliers that belong to them."""
    problem = random_soft_clusters(rng)
    X, means, beta = (problem[name] for name in ("X", "means", "beta"))
    r = soft_assign(X, means, beta)
    squared = np.sum((X - means[0]) ** 2, axis=1)
    return problem | {"r": r, "multipliers": -squared / 2 - (np.log(r[:, 0]) + 1) / beta}


def solved_stiffness(rng: Generator) -> dict:
    """Return a problem of soft k-means at the beta that is best for its shares and means."""
    problem = random_soft_clusters(rng)
    X, means, r = (problem[name] for name in ("X", "means", "r"))
    return problem | {"beta": X.size / lyapunov(X, r, means)}


def random_common_mean(rng: Generator) -> dict:
    """Return a problem of soft k-means with all means equal, and ``moves (k, d)``, for ``COMMON_MEAN``."""
    problem = random_soft_clusters(rng)
    shape = problem["means"].shape
    return problem | {
        "means": np.tile(problem["X"].mean(axis=0), (shape[0], 1)),
        "moves": rng.standard_normal(shape),
    }


def random_pair(rng: Generator) -> dict:
    """Return a problem of soft k-means with means 0 and 1 equal, and ``move (d,)``, for ``PAIR``."""
    problem = random_soft_clusters(rng)
    means = problem["means"].copy()
    means[1] = means[0]
    return problem | {"means": means, "move": rng.standard_normal(means.shape[1])}
