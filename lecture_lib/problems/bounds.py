"""Problems of the bound of EM: a tangent, old and new parameters, tables q, a prior, a rate; and their letters."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from lecture_lib.formulas import Notation
from lecture_lib.illustrations import latent
from lecture_lib.models.mixture import log_joint, responsibilities
from lecture_lib.problems.clusters import CLUSTERS, random_clusters
from lecture_lib.problems.latent import LATENT, random_enumeration
from lecture_lib.problems.mixtures import SHARES, parameters

__all__ = [
    "FAMILY",
    "HARD",
    "LAST_MOVE",
    "ONE_STEP",
    "TABLES",
    "TANGENT",
    "WITH_PRIOR",
    "fitted_family",
    "fitted_hard",
    "fitted_tables",
    "random_em_step",
    "random_family",
    "random_last_move",
    "random_map_step",
    "random_positive",
    "random_sparse_q",
    "random_tables",
    "resting_means",
]

TANGENT = Notation(
    symbols={"t": ("number", "t", "a positive number")},
    definitions={"g(t)": (r"t - 1 - \log t", "height of the tangent at 1 above the logarithm")},
)
"""The logarithm and its tangent."""

ONE_STEP = LATENT | Notation(
    symbols={
        r"\pi_j^{\text{new}}": ("number", "theta_new.weights", "new weight"),
        r"\mu_j^{\text{new}}": ("vector d", "theta_new.means", "new mean"),
        r"\Sigma_j^{\text{new}}": ("matrix d d", "theta_new.covariances", "new covariance"),
    },
    definitions={
        r"r_{ij}^{\text{old}}": (
            r"\frac{\pi_j^{\text{old}} \mathcal N(x_i; \mu_j^{\text{old}}, \Sigma_j^{\text{old}})}"
            r"{\sum_{j'} \pi_{j'}^{\text{old}} \mathcal N(x_i; \mu_{j'}^{\text{old}}, \Sigma_{j'}^{\text{old}})}",
            "responsibility at the old parameters",
        ),
        "w(z)": (r"\frac{p(x, z \mid \theta)}{q(z)}", "what is averaged under q"),
        r"\bar w": (r"\sum_z q(z) w(z)", "its mean under q"),
    },
)
"""Old parameters, new ones, and any others."""

WITH_PRIOR = ONE_STEP | Notation(
    symbols={
        "c": ("vector d", "centre", "where the prior expects the means"),
        r"\tau": ("number", "spread", "how far from there it expects them"),
    },
    definitions={r"p(\theta)": (r"\prod_j \mathcal N(\mu_j; c, \tau^2 I)", "prior of the parameters")},
)
"""The same, with a prior on the means."""

TABLES = SHARES | Notation(
    ranges={"z": ("k^n", "assignments: all tables with one 1 a row")},
    symbols={r"\lambda_i": ("number", "multipliers", "Lagrange's multiplier of datum i")},
    definitions={
        "p(x, z)": (r"\prod_i \prod_j (\pi_j \mathcal N(x_i; \mu_j, \Sigma_j))^{z_{ij}}", "joint density"),
        "q(z)": (r"\prod_i \prod_j r_{ij}^{z_{ij}}", "a q that is a product over the data"),
    },
)
"""A q that is written as a table r."""

HARD = CLUSTERS | Notation(
    definitions={
        "F(r, m)": (
            r"\sum_i \sum_j r_{ij} (\log \frac1k + \log \mathcal N(x_i; m_j, \frac12 I))"
            r" - \sum_i \sum_j r_{ij} \log r_{ij}",
            "bound of a mixture with equal weights and covariances I/2",
        )
    }
)
"""Hard assignments in a mixture without shapes and sizes."""

FAMILY = Notation(
    ranges={"y": ("m", "values of x and z together"), "a b": ("p", "statistics")},
    symbols={
        r"\eta": ("vector p", "natural", "natural parameters"),
        "s_y": ("vector p", "statistics", "sufficient statistics of a value"),
        "h_y": ("number", "base", "what does not depend on the parameters"),
        "q_y": ("number", "q", "old posterior: 0 for values that do not agree with x"),
    },
    definitions={
        r"A(\eta)": (r"\log \sum_y h_y e^{\eta^\top s_y}", "log-normaliser"),
        "p_y": (r"h_y e^{\eta^\top s_y - A(\eta)}", "probability of a value"),
        r"\bar s": (r"\sum_y q_y s_y", "expected statistics"),
        r"Q(\eta)": (r"\sum_y q_y \log p_y", "expected complete log-likelihood"),
    },
)
"""An exponential family on finitely many values."""

LAST_MOVE = Notation(
    symbols={
        r"\theta": ("number", "before", "an iterate"),
        r"\theta_{\text{new}}": ("number", "after", "the next"),
        r"\theta_\infty": ("number", "limit", "the limit"),
        r"\rho": ("number", "rate", "what a step multiplies the error by"),
    }
)
"""Two iterates of a linear iteration, and its limit."""


def random_positive(rng: Generator) -> dict:
    """Return ``t`` from 0.1 to 4, for ``TANGENT``."""
    return {"t": rng.uniform(0.1, 4)}


def random_sparse_q(rng: Generator) -> dict:
    """Return what ``random_enumeration`` does, with a q that is 0 for half of the assignments."""
    problem = random_enumeration(rng)
    q = np.where(rng.permutation(len(problem["q"])) % 2, problem["q"], 0)
    return problem | {"q": q / q.sum()}


def random_em_step(rng: Generator) -> dict:
    """Return an enumeration with ``theta_new``, which raises Q, and q, the posterior at ``theta_old``.

    The weights go to their best place and the means half of the way: a step that raises Q without maximising it.
    ``theta`` is ``theta_new``, so that either name can be written.
    """
    problem = random_enumeration(rng)
    X, old = problem["X"], problem["theta_old"]
    return problem | _stepped(X, old, responsibilities(X, old), lambda j, best, R: best)


def random_map_step(rng: Generator) -> dict:
    """Return the same for ``WITH_PRIOR``: a step that raises Q and the log prior together."""
    problem = random_enumeration(rng)
    X, old = problem["X"], problem["theta_old"]
    centre, spread = rng.standard_normal(X.shape[1]), rng.uniform(0.7, 1.5)
    precisions = np.linalg.inv(old.covariances)

    def towards(j, best, R):
        data, prior = R * precisions[j], np.eye(len(centre)) / spread**2
        return np.linalg.solve(data + prior, data @ best + prior @ centre)

    step = _stepped(X, old, responsibilities(X, old), towards)
    return problem | step | {"centre": centre, "spread": spread}


def _stepped(X, old, r, best):
    R = r.sum(axis=0)
    means = np.array([best(j, r[:, j] @ X / R[j], R[j]) for j in range(len(R))])
    q = np.prod(r ** latent.every_z(*r.shape), axis=(1, 2))  # the posterior is a product, equation 9.4
    new = replace(old, weights=R / R.sum(), means=(old.means + means) / 2)
    return {"theta_new": new, "theta": new, "q": q}


def random_tables(rng: Generator) -> dict:
    """Return ``X``, ``theta`` and ``r``, which has nothing to do with them, so small that z can be enumerated."""
    problem = random_enumeration(rng)
    n, k = len(problem["X"]), len(problem["theta"].weights)
    return {
        "X": problem["X"],
        "theta": problem["theta"],
        "r": rng.dirichlet(np.ones(k), size=n),
        "multipliers": rng.standard_normal(n),
    }


def fitted_tables(rng: Generator) -> dict:
    """Return the same with the best table, the posterior, and the multipliers of its rows."""
    problem = random_tables(rng)
    X, theta = problem["X"], problem["theta"]
    evidence = logsumexp(log_joint(X, theta), axis=1)
    return problem | {"r": responsibilities(X, theta), "multipliers": 1 - evidence}


def fitted_hard(rng: Generator) -> dict:
    """Return clusters whose means are those of their data."""
    problem = random_clusters(rng)
    return problem | {"means": problem["r"].T @ problem["X"] / problem["r"].sum(axis=0)[:, None]}


def random_family(rng: Generator) -> dict:
    """Return 7 values with 3 statistics each, and a q on 4 of the values, for ``FAMILY``."""
    q = np.where(np.arange(7) < 4, rng.dirichlet(np.ones(7)), 0)
    return {
        "natural": rng.standard_normal(3),
        "statistics": rng.standard_normal((7, 3)),
        "base": rng.uniform(0.3, 2, size=7),
        "q": q / q.sum(),
    }


def fitted_family(rng: Generator) -> dict:
    """Return a family whose natural parameters maximise Q."""
    problem = random_family(rng)
    s, log_h, q = problem["statistics"], np.log(problem["base"]), problem["q"]

    def loss(natural):
        levels = log_h + s @ natural
        return logsumexp(levels) - q @ s @ natural, softmax(levels) @ s - q @ s

    best = minimize(loss, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-10})
    return problem | {"natural": best.x}


def random_last_move(rng: Generator) -> dict:
    """Return two iterates, the limit and the rate, for ``LAST_MOVE``."""
    limit, error, rate = rng.standard_normal(), rng.standard_normal(), rng.uniform(0.3, 0.99)
    return {"before": limit - error, "after": limit - rate * error, "limit": limit, "rate": rate}


def resting_means(rng: Generator) -> dict:
    """Return ``X`` and a ``theta`` whose means a step of EM does not move: the fixed point is nearer than 1e-10."""
    theta = parameters(rng, 2, 3)
    X = np.repeat(theta.means, 5, axis=0) + rng.standard_normal((10, 3))
    for _ in range(300):
        r = responsibilities(X, theta)
        means = r.T @ X / r.sum(axis=0)[:, None]
        moved, theta = np.abs(means - theta.means).max(), replace(theta, means=means)
        if moved < 1e-14:
            break
    return {"X": X, "theta": theta}
