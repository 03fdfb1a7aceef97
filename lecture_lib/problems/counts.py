"""Problems of models of counts: coins, Poissons, pixels, a chain, too many zeros; and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation

__all__ = [
    "CHAIN",
    "COINS",
    "EXPOSED",
    "PIXELS",
    "POISSONS",
    "fitted_coins",
    "fitted_exposed",
    "fitted_pixels",
    "fitted_poissons",
    "random_chain",
    "random_coins",
    "random_exposed",
    "random_pixels",
    "random_poissons",
]

COMPONENTS = Notation(
    ranges={"i": ("n", "data"), "j l": ("k", "components")},
    symbols={
        r"\pi_j": ("number", "weights", "weight of component j"),
        r"\kappa": ("number", "multiplier", "Lagrange's multiplier"),
    },
)
HELD = Notation(
    ranges=COMPONENTS.ranges,
    symbols={"r_{ij}": ("number", "r", "responsibility of component j for datum i, held")},
    definitions={"R_j": (r"\sum_i r_{ij}", "expected size of component j")},
)

COINS = COMPONENTS | HELD | Notation(
    symbols={
        "h_i": ("number", "heads", "heads in set i"),
        "t_i": ("number", "tosses", "tosses in set i"),
        "p_j": ("number", "probabilities", "probability of heads of coin j"),
    },
    definitions={
        "f_{ij}": (
            r"\pi_j \binom{t_i}{h_i} p_j^{h_i} (1 - p_j)^{t_i - h_i}",
            "joint probability of set i and coin j",
        ),
        "Q": (r"\sum_i \sum_j r_{ij} \log f_{ij}", "expected complete log-likelihood"),
    },
)  # fmt: skip
"""A mixture of binomials."""

POISSONS = COMPONENTS | HELD | Notation(
    symbols={
        "x_i": ("number", "counts", "count i"),
        r"\lambda_j": ("number", "rates", "rate of component j"),
    },
    definitions={
        "f_{ij}": (
            r"\pi_j e^{-\lambda_j} \frac{\lambda_j^{x_i}}{x_i!}",
            "joint probability of count i and component j",
        ),
        "Q": (r"\sum_i \sum_j r_{ij} \log f_{ij}", "expected complete log-likelihood"),
    },
)  # fmt: skip
"""A mixture of Poissons."""

PIXELS = COMPONENTS | HELD | Notation(
    ranges={"c": ("d", "pixels")},
    symbols={
        "x_{ic}": ("number", "X", "1 where pixel c of picture i is inked, else 0"),
        "p_{jc}": ("number", "probabilities", "probability of ink in pixel c of component j"),
    },
    definitions={
        "f_{ij}": (
            r"\pi_j \prod_c p_{jc}^{x_{ic}} (1 - p_{jc})^{1 - x_{ic}}",
            "joint probability of picture i and component j",
        ),
        "a_{ij}": (
            r"\log \pi_j + \sum_c (x_{ic} \log p_{jc} + (1 - x_{ic}) \log(1 - p_{jc}))",
            "its logarithm",
        ),
        "Q": (r"\sum_i \sum_j r_{ij} a_{ij}", "expected complete log-likelihood"),
    },
)  # fmt: skip
"""A mixture of Bernoullis."""

CHAIN = COMPONENTS | Notation(
    symbols={
        "A_{jl}": ("number", "moves", "probability to move from state j to state l"),
        "f_{ij}": ("number", "f", "density of datum i in state j"),
    },
    definitions={
        r"\alpha_j": (r"\pi_j f_{0j}", "first datum, and in state j"),
        r"\alpha'_l": (r"f_{1l} \sum_j \alpha_j A_{jl}", "first two data, and then in state l"),
        r"\beta_l": (r"\sum_{l'} A_{ll'} f_{2l'}", "last datum, given state l before it"),
    },
)
"""A hidden Markov model of three data."""

EXPOSED = Notation(
    ranges={"i": ("n", "households")},
    symbols={
        "x_i": ("number", "counts", "cases in household i"),
        "z_i": ("number", "z", "1 where household i was exposed, else 0"),
        "r_i": ("number", "r", "probability that household i was exposed, held"),
        "s": ("number", "share", "share of exposed households"),
        r"\lambda": ("number", "rate", "cases of an exposed household"),
    },
    definitions={
        "p(x_i, z_i)": (
            r"(s e^{-\lambda} \frac{\lambda^{x_i}}{x_i!})^{z_i} ((1 - s) [x_i = 0])^{1 - z_i}",
            "joint probability of cases and exposure",
        ),
        "Q": (
            r"\sum_i (r_i (\log s - \lambda + x_i \log \lambda - \log x_i!) + (1 - r_i) \log(1 - s))",
            "expected complete log-likelihood",
        ),
    },
)
"""Too many zeros for a Poisson."""


def _components(rng, n, k):
    return {
        "weights": rng.dirichlet(np.full(k, 3.0)),
        "r": rng.dirichlet(np.ones(k), size=n),
        "multiplier": rng.standard_normal(),
    }


def _at_top(problem):
    """Return a problem with the weights and the multiplier at which Q is largest."""
    R = problem["r"].sum(axis=0)
    return problem | {"weights": R / R.sum(), "multiplier": -R.sum()}


def random_coins(rng: Generator) -> dict:
    """Return ``heads``, ``tosses``, ``probabilities``, ``weights`` and soft ``r``, for ``COINS``."""
    tosses = rng.integers(3, 9, size=5)
    return _components(rng, 5, 3) | {
        "tosses": tosses,
        "heads": rng.binomial(tosses, 0.5),
        "probabilities": rng.uniform(0.2, 0.8, size=3),
    }


def fitted_coins(rng: Generator) -> dict:
    """Return the same where Q is largest, r held: expected heads over expected tosses."""
    problem = _at_top(random_coins(rng))
    r = problem["r"]
    return problem | {"probabilities": problem["heads"] @ r / (problem["tosses"] @ r)}


def random_poissons(rng: Generator) -> dict:
    """Return ``counts``, ``rates``, ``weights`` and soft ``r``, for ``POISSONS``."""
    return _components(rng, 6, 3) | {"counts": rng.poisson(2.0, size=6), "rates": rng.uniform(0.5, 4, size=3)}


def fitted_poissons(rng: Generator) -> dict:
    """Return the same where Q is largest, r held: weighted means."""
    problem = _at_top(random_poissons(rng))
    return problem | {"rates": problem["counts"] @ problem["r"] / problem["r"].sum(axis=0)}


def random_pixels(rng: Generator) -> dict:
    """Return pictures ``X``, ``probabilities``, ``weights`` and soft ``r``, for ``PIXELS``."""
    X = rng.integers(0, 2, size=(6, 4))
    X[0], X[1] = 0, 1  # so that no share of ink is 0 or 1
    return _components(rng, 6, 3) | {"X": X, "probabilities": rng.uniform(0.2, 0.8, size=(3, 4))}


def fitted_pixels(rng: Generator) -> dict:
    """Return the same where Q is largest, r held: expected shares of ink."""
    problem = _at_top(random_pixels(rng))
    R = problem["r"].sum(axis=0)
    return problem | {"probabilities": problem["r"].T @ problem["X"] / R[:, None]}


def random_exposed(rng: Generator) -> dict:
    """Return ``counts``, ``share``, ``rate``, the known ``z`` and the expected ``r``, for ``EXPOSED``."""
    counts = np.r_[0, 0, 1, rng.poisson(1.0, size=5)]
    with_cases = counts > 0
    return {
        "counts": counts,
        "z": np.where(with_cases, 1, rng.integers(2, size=8)),
        "r": np.where(with_cases, 1, rng.uniform(0.2, 0.8, size=8)),
        "share": rng.uniform(0.3, 0.8),
        "rate": rng.uniform(0.5, 2),
    }


def fitted_exposed(rng: Generator) -> dict:
    """Return the same where Q is largest, r held."""
    problem = random_exposed(rng)
    r = problem["r"]
    return problem | {"share": r.mean(), "rate": r @ problem["counts"] / r.sum()}


def random_chain(rng: Generator) -> dict:
    """Return ``weights``, ``moves`` and densities ``f`` of three data, for ``CHAIN``."""
    return _components(rng, 3, 2) | {
        "moves": rng.dirichlet(np.ones(2), size=2),
        "f": rng.uniform(0.1, 2, size=(3, 2)),
    }
