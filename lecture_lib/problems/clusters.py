"""Problems of k-means and of soft k-means, and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.problems.sizes import few_sizes, sizes

__all__ = [
    "CLUSTERS",
    "FEW_CLUSTERS",
    "MEANS",
    "ROUND_CLUSTERS",
    "SOFT_CLUSTERS",
    "random_assignment",
    "random_clusters",
    "random_clusters_and_width",
    "random_data_and_means",
    "random_few_clusters",
    "random_soft_clusters",
]

DATA = Notation(
    ranges={"i": ("n", "data"), "j l": ("k", "clusters"), "a b": ("d", "coordinates")},
    symbols={"x_i": ("vector d", "X", "datum i")},
)
MEANS = DATA | Notation(
    symbols={"m_j": ("vector d", "means", "mean of cluster j")},
    definitions={
        "k_i": (r"\arg\min_j \lVert x_i - m_j \rVert^2", "cluster of the nearest mean; ties go to the lowest"),
        "J^*(m)": (r"\sum_i \min_j \lVert x_i - m_j \rVert^2", "loss of the best assignment"),
    },
)
"""Data and means; nothing is assigned yet."""

ASSIGNED = Notation(
    DATA.ranges,
    {"x_i": DATA.symbols["x_i"], "m_j": MEANS.symbols["m_j"], "r_{ij}": ("number", "r", "share of datum i in j")},
    {
        "R_j": (r"\sum_i r_{ij}", "size of cluster j"),
        r"\bar x_j": (r"\frac{1}{R_j} \sum_i r_{ij} x_i", "mean of the data of cluster j"),
        "J(r, m)": (r"\sum_i \sum_j r_{ij} \lVert x_i - m_j \rVert^2", "loss of k-means"),
    },
)
CLUSTERS = MEANS | ASSIGNED
"""Data, means, and an assignment r that has nothing to do with them."""

FEW_CLUSTERS = CLUSTERS | Notation(ranges={"r": ("k^n", "assignments: all tables with one 1 a row")})
r"""The same, where \min_r runs over all assignments: for ``random_few_clusters``."""

ROUND_CLUSTERS = CLUSTERS | Notation(
    symbols={r"\sigma": ("number", "sigma", "width of every cluster")},
    definitions={
        r"p(x \mid m, r)": (
            r"\prod_i \sum_j r_{ij} \mathcal N(x_i; m_j, \sigma^2 I)",
            "likelihood of the labelling",
        ),
        r"\hat\sigma": (r"\sqrt{\frac{J(r, m)}{nd}}", "best width"),
    },
)
"""Clusters of one width."""

SOFT_CLUSTERS = (
    MEANS
    | ASSIGNED
    | Notation(
        symbols={
            r"\beta": ("number", "beta", "stiffness: the inverse of the squared width"),
            r"\pi_j": ("number", "weights", "weight of cluster j"),
        },
        definitions={
            "H(r)": (r"-\sum_i \sum_j r_{ij} \log r_{ij}", "entropy of the responsibilities, in nats"),
            "F(r, m)": (r"\frac12 J(r, m) - \frac1\beta H(r)", "free energy"),
            "r^*_{ij}": (
                r"\frac{\exp(-\frac\beta2 \lVert x_i - m_j \rVert^2)}"
                r"{\sum_{l} \exp(-\frac\beta2 \lVert x_i - m_{l} \rVert^2)}",
                "best responsibilities, all weights equal",
            ),
            "f^*_i": (
                r"-\frac1\beta \log \sum_j \exp(-\frac\beta2 \lVert x_i - m_j \rVert^2)",
                "free energy of datum i",
            ),
            "F^*(m)": (r"\sum_i f^*_i", "free energy of the best responsibilities"),
        },
    )
)
"""Soft k-means: r has nothing to do with the means, r* is the best one."""


def random_data_and_means(rng: Generator) -> dict:
    """Return ``X`` and ``means``, for ``MEANS``."""
    n, d, k = sizes(rng)
    return {"X": rng.standard_normal((n, d)), "means": rng.standard_normal((k, d))}


def random_assignment(rng: Generator, X: np.ndarray, means: np.ndarray) -> dict:
    """Return one-hot ``r`` under which no cluster is empty."""
    n, k = len(X), len(means)
    return {"r": np.eye(k)[rng.permutation(np.arange(n) % k)]}


def random_clusters(rng: Generator) -> dict:
    """Return ``X``, ``means`` and one-hot ``r`` under which no cluster is empty, for ``CLUSTERS``."""
    problem = random_data_and_means(rng)
    return problem | random_assignment(rng, **problem)


def random_few_clusters(rng: Generator) -> dict:
    """Return what ``random_clusters`` does with 4 or 5 data, so that all assignments can be tried."""
    n, d, k = few_sizes(rng)
    problem = {"X": rng.standard_normal((n, d)), "means": rng.standard_normal((k, d))}
    return problem | random_assignment(rng, **problem)


def random_clusters_and_width(rng: Generator) -> dict:
    """Return what ``random_clusters`` does, and ``sigma`` from 0.7 to 1.5, for ``ROUND_CLUSTERS``."""
    return random_clusters(rng) | {"sigma": rng.uniform(0.7, 1.5)}


def random_soft_clusters(rng: Generator) -> dict:
    """Return ``X``, ``means``, ``beta`` from 0.5 to 3, ``weights`` and soft ``r``, for ``SOFT_CLUSTERS``."""
    problem = random_data_and_means(rng)
    (n, _), k = problem["X"].shape, len(problem["means"])
    shares = {"weights": rng.dirichlet(np.full(k, 3.0)), "r": rng.dirichlet(np.ones(k), size=n)}
    return problem | {"beta": rng.uniform(0.5, 3)} | shares
