"""Problems of notebook 07: units, a component on one datum, a prior, and kinds of covariances."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, complete_data_estimate, responsibilities
from lecture_lib.problems.gradients import WEIGHTED
from lecture_lib.problems.mixtures import MIXTURE, random_mixture, random_regularised_mixture

__all__ = [
    "KINDS",
    "PRIOR",
    "PRIOR_PARAMETERS",
    "SPIKE",
    "UNITS",
    "random_kinds",
    "random_prior",
    "random_spike",
    "random_units",
    "solved_kinds",
    "solved_prior",
]

UNITS = MIXTURE | Notation(
    symbols={
        "D": ("matrix d d", "units", "diagonal matrix of the factors between two units"),
        "c": ("vector d", "offset", "where the one has its zero in the other"),
    }
)
"""A mixture, and other units for its data."""

SPIKE = MIXTURE | Notation(
    symbols={
        "s": ("number", "width", "width of a component on datum 0, in its own unit"),
        "w": ("number", "share", "weight of that component"),
        "V": ("matrix d d", "unit", "its covariance at s = 1"),
    }
)
"""A mixture, and one more component that sits on datum 0."""

PRIOR_PARAMETERS = Notation(
    symbols={
        r"\alpha": ("number", "prior.concentration", "of the Dirichlet"),
        r"\kappa": ("number", "prior.strength", "how many data the mean of the prior is worth"),
        r"\mu_*": ("vector d", "prior.mean", "where means are expected"),
        r"\nu": ("number", "prior.dof", "degrees of freedom of the inverse-Wishart"),
        r"\Psi": ("matrix d d", "prior.scatter", "its scatter"),
    }
)
"""What the conjugate prior of a mixture is made of; joined to MIXTURE or to WEIGHTED, which have d."""

PRIOR = (WEIGHTED | PRIOR_PARAMETERS) | Notation(
    symbols={r"\lambda": ("number", "multiplier", "Lagrange's multiplier")},
    definitions={
        r"p(\theta)": (
            r"\prod_j \pi_j^{\alpha - 1} \mathcal N(\mu_j; \mu_*, \tfrac1\kappa \Sigma_j)"
            r" |\Sigma_j|^{-(\nu + d + 1) / 2} e^{-\frac12 \operatorname{tr}(\Psi \Sigma_j^{-1})}",
            "prior, up to its constant",
        ),
        r"\hat\mu_j": (
            r"\frac{1}{R_j + \kappa} (R_j \bar x_j + \kappa \mu_*)",
            "mean of the data and of those that the prior is worth",
        ),
        "c_j": (r"R_j + \nu + d + 2", "how many data the covariance rests on, those of the prior included"),
        "A_j": (
            r"S_j + \frac{\kappa R_j}{\kappa + R_j} (\bar x_j - \mu_*)(\bar x_j - \mu_*)^\top + \Psi",
            "scatter, that of the prior included",
        ),
    },
)
"""Shares that are held, and a prior of the parameters."""

KINDS = WEIGHTED | Notation(
    symbols={
        "T": ("variable matrix d d", "tied", "covariance of all components"),
        "t_j": ("vector d", "variances", "variances of component j along the axes"),
        "u_j": ("number", "round", "variance of component j in every direction"),
    }
)
"""Shares that are held, and covariances of other kinds than the full one."""


def random_units(rng: Generator) -> dict:
    """Return ``X``, ``theta``, a diagonal matrix ``units (d, d)`` and ``offset (d,)``, for ``UNITS``."""
    problem = random_mixture(rng)
    d = problem["X"].shape[1]
    return problem | {"units": np.diag(rng.uniform(0.3, 3, size=d)), "offset": rng.standard_normal(d)}


def random_spike(rng: Generator) -> dict:
    """Return ``X``, ``theta``, ``width``, ``share`` and ``unit (d, d)``, for ``SPIKE``."""
    problem = random_mixture(rng)
    unit = problem["theta"].covariances[0]
    return problem | {"width": rng.uniform(0.01, 1), "share": rng.uniform(0.05, 0.3), "unit": unit}


def random_prior(rng: Generator) -> dict:
    """Return ``X``, ``theta``, soft ``r``, a ``prior`` and a ``multiplier``, for ``PRIOR``."""
    return random_regularised_mixture(rng) | {"multiplier": rng.uniform(-5, 5)}


def solved_prior(rng: Generator) -> dict:
    """Return the same at the parameters that maximise Q + log prior, with the multiplier that belongs to it."""
    problem = random_regularised_mixture(rng)
    X, r, prior = problem["X"], problem["r"], problem["prior"]
    worth = len(X) + r.shape[1] * (prior.concentration - 1)
    return problem | {"theta": complete_data_estimate(X, r, prior=prior), "multiplier": -worth}


def random_kinds(rng: Generator) -> dict:
    """Return ``X``, ``theta``, soft ``r``, and ``tied (d, d)``, ``variances (k, d)``, ``round (k,)``."""
    problem = random_prior(rng)
    (_, d), k = problem["X"].shape, problem["r"].shape[1]
    return problem | {
        "tied": problem["theta"].covariances[0],
        "variances": rng.uniform(0.5, 3, size=(k, d)),
        "round": rng.uniform(0.5, 3, size=k),
    }


def solved_kinds(rng: Generator) -> dict:
    """Return the same where the library's M-steps of tied, diagonal and spherical covariances end."""
    problem = random_kinds(rng)
    X, theta = problem["X"], problem["theta"]
    k, d = theta.means.shape
    theta = MixtureParameters(theta.weights, theta.means, [2 * np.eye(d)] * k)  # of every kind
    ends = {}
    for kind in ("tied", "diagonal", "spherical"):
        model = GaussianMixture(X, covariance=kind)
        ends[kind] = model.m_step(theta, model.e_step(theta)[0]).covariances
    return problem | {
        "theta": theta,
        "r": responsibilities(X, theta),
        "tied": ends["tied"][0],
        "variances": np.einsum("jaa->ja", ends["diagonal"]),
        "round": ends["spherical"][:, 0, 0],
    }
