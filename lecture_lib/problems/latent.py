"""Problems with latent variables, so small that all assignments can be written down, and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.problems.mixtures import MIXTURE, parameters, random_start
from lecture_lib.problems.sizes import few_sizes, sizes

__all__ = ["LATENT", "random_complete_data", "random_enumeration", "random_few_data"]

LATENT = MIXTURE | Notation(
    ranges={"z": ("k^n", "assignments: all tables with one 1 a row")},
    symbols={
        r"\pi_j^{\text{old}}": ("number", "theta_old.weights", "old weight"),
        r"\mu_j^{\text{old}}": ("vector d", "theta_old.means", "old mean"),
        r"\Sigma_j^{\text{old}}": ("matrix d d", "theta_old.covariances", "old covariance"),
        "q(z)": ("number", "q", "a distribution of the assignments"),
    },
    definitions={
        "k_i": (r"\arg\max_j z_{ij}", "component of datum i"),
        r"p(z)": (r"\prod_i \prod_j \pi_j^{z_{ij}}", "prior of the assignments"),
        r"p(x \mid z)": (
            r"\prod_i \prod_j \mathcal N(x_i; \mu_j, \Sigma_j)^{z_{ij}}",
            "density of the data, assigned",
        ),
        r"p(x, z)": (r"p(z) \, p(x \mid z)", "joint density"),
        r"p(x, z \mid \theta)": (r"p(x, z)", "joint density"),
        r"p(x)": (r"p(x \mid \theta)", "density of the data"),
        r"p(z \mid x)": (r"\frac{p(x, z)}{p(x)}", "posterior of the assignments"),
        r"p(z \mid x, \theta)": (r"p(z \mid x)", "posterior of the assignments"),
        r"p(z_{ij} = 1)": (r"\pi_j", "prior of one component"),
        r"p(x_i \mid z_{ij} = 1)": (r"\mathcal N(x_i; \mu_j, \Sigma_j)", "density of datum i in component j"),
        r"p(z_{ij} = 1 \mid x_i)": (r"r_{ij}", "posterior of one component"),
        r"F(q, \theta)": (
            r"\sum_z q(z) \log \frac{p(x, z \mid \theta)}{q(z)}",
            "lower bound on the log-likelihood",
        ),
        r"H(q)": (r"-\sum_z q(z) \log q(z)", "entropy of a distribution of the assignments, in nats"),
        r"Q(\theta, \theta_{\text{old}})": (
            r"\sum_z p(z \mid x, \theta_{\text{old}}) \log p(x, z \mid \theta)",
            "expected complete log-likelihood",
        ),
    },
)
"""A mixture whose assignments z are summed over, an old mixture, and a distribution q of z."""


def random_enumeration(rng: Generator) -> dict:
    """Return ``X``, ``theta``, ``theta_old``, and ``q`` over all k^n assignments, for ``LATENT``.

    The assignments are in the order of :func:`lecture_lib.illustrations.latent.every_z`; ``q`` has nothing to
    do with theta.
    """
    n, d, k = few_sizes(rng)
    X, theta = rng.standard_normal((n, d)), parameters(rng, k, d)
    return {"X": X, "theta": theta, **random_start(rng, X, theta), "q": rng.dirichlet(np.ones(k**n))}


def random_few_data(rng: Generator) -> dict:
    """Return ``X``, ``theta`` and one-hot ``z``: a few data, and one value of z."""
    n, d, k = few_sizes(rng)
    return {
        "X": rng.standard_normal((n, d)),
        "theta": parameters(rng, k, d),
        "z": np.eye(k)[rng.integers(k, size=n)],
    }


def random_complete_data(rng: Generator) -> dict:
    """Return ``X``, one-hot ``z`` with at least d + 2 data a component, and ``theta``."""
    _, d, k = sizes(rng)
    n = k * (d + 2) + rng.integers(4)
    z = np.eye(k)[rng.permutation(np.arange(n) % k)]
    theta: MixtureParameters = parameters(rng, k, d)
    return {"X": rng.standard_normal((n, d)), "z": z, "theta": theta}
