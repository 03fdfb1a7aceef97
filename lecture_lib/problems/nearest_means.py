r"""Problems of k-means beside the random assignment: nearest means, one point, one more mean, one more datum."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.kmeans import assign
from lecture_lib.problems.clusters import (
    CLUSTERS,
    MEANS,
    ROUND_CLUSTERS,
    random_clusters,
    random_data_and_means,
    random_soft_clusters,
)
from lecture_lib.problems.latent import random_complete_data

__all__ = [
    "CHOSEN",
    "DENSITIES",
    "LABELLED",
    "NEWCOMER",
    "POINT",
    "STEP",
    "random_assigned",
    "random_labelled",
    "random_new_mean",
    "random_newcomer",
    "random_point",
    "random_soft_clusters_and_width",
    "random_step",
]

POINT = MEANS | Notation(symbols={"y": ("vector d", "y", "any place, datum or not")})
"""Means, and one place."""

CHOSEN = CLUSTERS | Notation(
    definitions={
        "c_i": (r"\arg\max_j r_{ij}", "cluster of datum i under r"),
        r"\bar x_{\text{all}}": (r"\frac1n \sum_i x_i", "mean of all data"),
    }
)
"""Clusters, with a name for the one that each datum is in."""

DENSITIES = ROUND_CLUSTERS | Notation(
    definitions={
        "N_{ij}": (r"\mathcal N(x_i; m_j, \sigma^2 I)", "density of datum i about mean j"),
        "s_i": (r"\sum_j r_{ij} N_{ij}", "average of the densities of datum i"),
    }
)
"""Clusters of one width, and the densities of the data about their means."""

STEP = CLUSTERS | Notation(symbols={"v_j": ("vector d", "step", "how far mean j moves")})
"""Clusters, and a move of all means."""

NEWCOMER = Notation(
    ranges={"i": ("n", "data of the cluster")},
    symbols={"x_i": ("vector d", "X", "datum i"), "y": ("vector d", "y", "the datum that joins")},
    definitions={
        "R": (r"\sum_i 1", "how many they are"),
        r"\bar x": (r"\frac1R \sum_i x_i", "mean before"),
        r"\bar x^{\text{new}}": (r"\frac{R \bar x + y}{R + 1}", "mean after"),
    },
)
"""One cluster, and a datum that joins it."""

LABELLED = Notation(
    ranges={"i": ("n", "data"), "j": ("k", "clusters")},
    symbols={
        "x_i": ("vector d", "X", "datum i"),
        "r_{ij}": ("number", "r", "1 if datum i is in cluster j, else 0"),
    },
    definitions={
        "c_i": CHOSEN.definitions["c_i"],
        "R_j": (r"\sum_i r_{ij}", "size of cluster j"),
        r"\bar x_j": (r"\frac{1}{R_j} \sum_i r_{ij} x_i", "mean of cluster j"),
        r"\hat\Sigma_j": (
            r"\frac{1}{R_j} \sum_i r_{ij} (x_i - \bar x_j)(x_i - \bar x_j)^\top",
            "covariance of cluster j",
        ),
        "C": (
            r"\sum_i \sum_j r_{ij} \Bigl( \log \frac{R_j}{n} + \log \mathcal N(x_i; \bar x_j, \hat\Sigma_j) \Bigr)",
            "log-likelihood of data and labels, with the best parameters",
        ),
    },
)
"""Clusters with covariances."""


def random_assigned(rng: Generator) -> dict:
    """Return ``X``, ``means``, and ``r`` with every datum at its nearest mean, for ``CLUSTERS``."""
    problem = random_data_and_means(rng)
    return problem | {"r": assign(**problem)}


def random_point(rng: Generator) -> dict:
    """Return ``X``, ``means`` and a place ``y (d,)``, for ``POINT``."""
    problem = random_data_and_means(rng)
    return problem | {"y": rng.standard_normal(problem["X"].shape[1])}


def random_new_mean(rng: Generator) -> dict:
    """Return ``X`` and ``means``, of which mean 0 lies on datum 0, for ``MEANS``."""
    X, means = random_data_and_means(rng).values()
    return {"X": X, "means": np.vstack([X[:1], means[1:]])}


def random_step(rng: Generator) -> dict:
    """Return what ``random_clusters`` does, and ``step (k, d)``, for ``STEP``."""
    problem = random_clusters(rng)
    return problem | {"step": rng.standard_normal(problem["means"].shape)}


def random_newcomer(rng: Generator) -> dict:
    """Return the data ``X`` of a cluster and one more datum ``y (d,)``, for ``NEWCOMER``."""
    problem = random_point(rng)
    return {"X": problem["X"], "y": problem["y"]}


def random_labelled(rng: Generator) -> dict:
    """Return ``X``, one-hot ``r`` with invertible covariances, and the labels ``z (n,)``, for ``LABELLED``."""
    problem = random_complete_data(rng)
    return {"X": problem["X"], "r": problem["z"], "z": problem["z"].argmax(axis=1)}


def random_soft_clusters_and_width(rng: Generator) -> dict:
    """Return ``X``, ``means``, soft ``r`` and ``sigma``, for ``ROUND_CLUSTERS``."""
    problem = random_soft_clusters(rng)
    return {key: problem[key] for key in ("X", "means", "r")} | {"sigma": rng.uniform(0.7, 1.5)}
