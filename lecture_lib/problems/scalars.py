r"""Problems of numbers: data on a line, exponents, a table of probabilities; and two more letters for mixtures."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.problems.mixtures import MIXTURE, random_mixture

__all__ = [
    "COLLAPSE",
    "EXPONENTS",
    "LINE",
    "MIXTURE_MEAN",
    "POSTERIOR",
    "TABLE",
    "random_collapse",
    "random_exponents",
    "random_joint_table",
    "random_line",
    "random_small_posterior",
]

NUMBERS = Notation(ranges={"i": ("n", "data")}, symbols={"x_i": ("number", "x", "datum i")})

LINE = NUMBERS | Notation(symbols={"a": ("number", "a", "a place on the line")})
"""Data on a line, and one place."""

POSTERIOR = NUMBERS | Notation(
    ranges={"j": ("k", "components"), "z": ("k^n", "assignments: all tables with one 1 a row")},
    symbols={
        r"\pi_j": ("number", "weights", "weight of component j"),
        r"\mu_j": ("number", "mu", "mean of component j"),
        "s": ("number", "spread", "standard deviation of the prior of a mean"),
    },
    definitions={
        r"p(\pi)": (r"\Gamma(k)", "prior of the weights, uniform"),
        r"p(\mu_j)": (r"\mathcal N(\mu_j; 0, s^2)", "prior of a mean"),
        "R_j": (r"\sum_i z_{ij}", "how many data component j has"),
        "S_j": (r"\sum_i z_{ij} x_i", "sum of the data of component j"),
        "c_j": (r"R_j + \frac{1}{s^2}", "precision of the mean of component j, given its data"),
        r"\hat\mu_j": (r"\frac{S_j}{c_j}", "mean of the mean of component j, given its data"),
    },
)
"""A mixture on a line, of width 1, with a prior of its weights and means; all assignments are summed over."""

TABLE = Notation(
    ranges={"u": ("rows", "values of the one"), "v": ("columns", "values of the other")},
    symbols={"p_{uv}": ("number", "p", "joint probability")},
    definitions={
        "f_u": (r"\sum_v p_{uv}", "marginal of the one"),
        "g_v": (r"\sum_u p_{uv}", "marginal of the other"),
        "I": (r"\sum_u \sum_v p_{uv} \log \frac{p_{uv}}{f_u g_v}", "mutual information"),
    },
)
"""The joint probabilities of two variables."""

EXPONENTS = Notation(
    ranges={"j": ("k", "terms")},
    symbols={"a_j": ("number", "a", "an exponent")},
    definitions={"a_*": (r"\max_j a_j", "the largest")},
)
"""The exponents of a sum."""

MIXTURE_MEAN = MIXTURE | Notation(definitions={r"\bar\mu": (r"\sum_j \pi_j \mu_j", "mean of the mixture")})
"""A mixture, and its mean."""

COLLAPSE = MIXTURE | Notation(symbols={"s": ("number", "s", "width of component 0")})
"""A mixture whose component 0 is round and lies on datum 0."""


def random_line(rng: Generator) -> dict:
    """Return ``x (n,)`` and ``a``, for ``LINE``."""
    return {"x": rng.standard_normal(rng.integers(8, 13)), "a": rng.uniform(0.3, 2)}


def random_small_posterior(rng: Generator) -> dict:
    """Return ``x (n,)``, ``weights (k,)``, ``mu (k,)`` and ``spread``, for ``POSTERIOR``; k^n is at most 81."""
    k, n = [(2, 4), (2, 5), (3, 4)][rng.integers(3)]
    parameters = {"weights": rng.dirichlet(np.full(k, 3.0)), "mu": rng.standard_normal(k), "k": k}
    return {"x": rng.standard_normal(n), "spread": rng.uniform(0.7, 3), **parameters}


def random_joint_table(rng: Generator) -> dict:
    """Return ``p (2, 3)``, a table of joint probabilities, for ``TABLE``."""
    return {"p": rng.dirichlet(np.ones(6)).reshape(2, 3)}


def random_exponents(rng: Generator) -> dict:
    """Return ``a (k,)``, for ``EXPONENTS``."""
    return {"a": 3 * rng.standard_normal(rng.integers(2, 6))}


def random_collapse(rng: Generator) -> dict:
    """Return ``X``, ``theta`` with component 0 about ``X[0]``, of covariance s^2 I, and ``s``, for ``COLLAPSE``."""
    X, theta = random_mixture(rng).values()
    s = rng.uniform(0.1, 0.5)
    means = np.vstack([X[:1], theta.means[1:]])
    covariances = np.concatenate([s**2 * np.eye(X.shape[1])[None], theta.covariances[1:]])
    return {"X": X, "theta": MixtureParameters(theta.weights, means, covariances), "s": s}
