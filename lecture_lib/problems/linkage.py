"""Problems of genetic linkage: animals of four classes, and one parameter; and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation

__all__ = ["ANIMALS", "fitted_animals", "random_animals"]

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
        r"p(z_v \mid y)": (r"\frac{p(y, z_v \mid \theta)}{p(y)}", "posterior of z"),
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
