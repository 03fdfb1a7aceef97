"""Problems of models of counts: animals, coins, Poissons, pixels, too many zeros; and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation

__all__ = [
    "ANIMALS",
    "CHAIN",
    "COINS",
    "EXPOSED",
    "PIXELS",
    "POISSONS",
    "fitted_animals",
    "fitted_coins",
    "fitted_exposed",
    "fitted_pixels",
    "fitted_poissons",
    "random_animals",
    "random_chain",
    "random_coins",
    "random_exposed",
    "random_pixels",
    "random_poissons",
]

ANIMALS = Notation(
    ranges={"c": ("classes", "classes of animals"), "v": ("values", "values of z")},
    symbols={
        "y_c": ("number", "counts", "animals in class c"),
        "z_v": ("number", "z", "a number of animals of class 0 that may belong to the part theta/4"),
        r"\theta": ("number", "theta", "the parameter, between 0 and 1"),
        r"\theta_{\text{old}}": ("number", "theta_old", "an old parameter"),
    },
    definitions={
        "L": (
            r"y_0 \log(\frac12 + \frac\theta4) + (y_1 + y_2) \log \frac{1 - \theta}{4} + y_3 \log \frac\theta4",
            "log-likelihood, but for the number of orders",
        ),
        "b": (r"\frac{\theta}{2 + \theta}", "share of the part theta/4 in class 0"),
        r"e(\theta)": (r"\frac{y_0 \theta}{2 + \theta}", "expected number of animals in the part theta/4"),
        r"p(y, z_v \mid \theta)": (
            r"\binom{y_0}{z_v} (\frac12)^{y_0 - z_v} (\frac\theta4)^{z_v}"
            r" (\frac{1 - \theta}{4})^{y_1 + y_2} (\frac\theta4)^{y_3}",
            "joint probability, but for the number of orders",
        ),
        "p(y)": (r"\sum_v p(y, z_v \mid \theta)", "likelihood, but for the number of orders"),
        r"p(z_v \mid y)": (
            r"\frac{p(y, z_v \mid \theta)}{p(y)}",
            "posterior of z",
        ),
        r"Q(\theta, \theta_{\text{old}})": (
            r"(e(\theta_{\text{old}}) + y_3) \log \theta + (y_1 + y_2) \log(1 - \theta)",
            "expected complete log-likelihood, its terms with theta",
        ),
        r"U(\theta, \theta_{\text{old}})": (
            r"\frac{e(\theta_{\text{old}}) + y_3}{\theta} - \frac{y_1 + y_2}{1 - \theta}",
            "slope of Q in its first argument",
        ),
        r"A(\theta, \theta_{\text{old}})": (
            r"-\frac{e(\theta_{\text{old}}) + y_3}{\theta^2} - \frac{y_1 + y_2}{(1 - \theta)^2}",
            "slope of U in its first argument",
        ),
        r"B(\theta, \theta_{\text{old}})": (
            r"\frac{2 y_0}{\theta (2 + \theta_{\text{old}})^2}",
            "slope of U in its second argument",
        ),
        r"M(\theta)": (r"\frac{e(\theta) + y_3}{e(\theta) + y_1 + y_2 + y_3}", "where one step of EM leads"),
        r"s(z_v)": (r"\frac{\partial}{\partial \theta} \log p(y, z_v \mid \theta)", "score, z known"),
        r"I_{\text{o}}": (r"-\frac{\partial^2 L}{\partial \theta^2}", "observed information"),
        r"I_{\text{c}}": (r"-A(\theta, \theta)", "complete information"),
    },
)
"""Genetic linkage."""


def random_animals(rng: Generator) -> dict:
    """Return four ``counts``, ``theta``, ``theta_old``, and ``z``, all values that z can take, for ``ANIMALS``."""
    counts = rng.integers([8, 3, 4, 5], [20, 9, 10, 11])
    theta, old = rng.uniform(0.2, 0.8, size=2)
    return {"counts": counts, "theta": theta, "theta_old": old, "z": np.arange(counts[0] + 1)}


def fitted_animals(rng: Generator) -> dict:
    """Return the same where EM has come to rest: theta is the positive root of n t^2 - b t - 2 y_3 = 0."""
    problem = random_animals(rng)
    first, second, third, fourth = problem["counts"]
    others = first - 2 * (second + third) - fourth
    theta = (others + np.sqrt(others**2 + 8 * problem["counts"].sum() * fourth)) / (2 * problem["counts"].sum())
    return problem | {"theta": theta, "theta_old": theta}


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
