"""Problems whose latent variable is a number or a vector: Student's t, probabilistic PCA; and their letters."""

import numpy as np
from numpy.random import Generator
from scipy.optimize import brentq
from scipy.special import digamma

from lecture_lib.formulas import Notation

__all__ = ["PLANE", "PRECISIONS", "fitted_plane", "fitted_precisions", "random_plane", "random_precisions"]

PRECISIONS = Notation(
    ranges={"i": ("n", "data")},
    symbols={
        "x_i": ("number", "x", "datum i"),
        "u_i": ("number", "u", "latent precision factor of datum i"),
        "w_i": ("number", "w", "its expectation, held"),
        "l_i": ("number", "log_w", "expectation of its logarithm, held"),
        r"\mu": ("number", "location", "location"),
        r"\sigma": ("number", "scale", "scale"),
        r"\nu": ("number", "dof", "degrees of freedom"),
        "y": ("number", "y", "a Gamma variable"),
        "a": ("number", "a", "its shape"),
        "b": ("number", "b", "its rate"),
    },
    definitions={
        "s_i": (r"\frac{(x_i - \mu)^2}{\sigma^2}", "squared distance of datum i, in scales"),
        "G(y, a, b)": (r"\frac{b^a}{\Gamma(a)} y^{a - 1} e^{-b y}", "density of a Gamma variable, shape a, rate b"),
        "Q": (
            r"\sum_i (\frac12 l_i - \frac12 \log(2\pi \sigma^2) - \frac12 w_i s_i"
            r" + \frac\nu2 \log \frac\nu2 - \log \Gamma(\frac\nu2) + (\frac\nu2 - 1) l_i - \frac\nu2 w_i)",
            "expected complete log-likelihood",
        ),
    },
)
"""Student's t in one dimension."""

PLANE = Notation(
    ranges={"i": ("n", "data"), "v": ("points", "values of a place")},
    symbols={
        "x_i": ("vector d", "X", "datum i"),
        "z_i": ("vector q", "z", "any place in the plane"),
        "m_i": ("vector q", "places", "expected place of datum i, held"),
        "C": ("matrix q q", "spread", "posterior covariance of a place, held"),
        r"\omega_v": ("number", "chances", "probability of value v"),
        "u_v": ("vector q", "rests", "value v of a place less its mean"),
        r"\mu": ("vector d", "mean", "mean of the data in the model"),
        "W": ("matrix d q", "loadings", "loadings"),
        r"\sigma": ("number", "noise", "standard deviation of the noise"),
        r"\tilde I": ("matrix q q", "identity", "identity, as large as a place"),
    },
    definitions={
        "M": (r"W^\top W + \sigma^2 \tilde I", "precision of a place, in units of the noise"),
        "c_i": (r"M^{-1} W^\top (x_i - \mu)", "most probable place of datum i"),
        r"\bar x": (r"\frac1n \sum_i x_i", "mean of the data"),
        r"\bar m": (r"\frac1n \sum_i m_i", "mean of the expected places"),
        "y_{iv}": ("m_i + u_v", "value v of the place of datum i"),
        "E_i": (r"C + m_i m_i^\top", "expected outer product of a place with itself"),
        "g_i": (
            r"\lVert x_i - \mu - W m_i \rVert^2 + \operatorname{tr}(W C W^\top)",
            "expected squared distance of datum i from its place",
        ),
        "Q": (
            r"-\frac{nd}{2} \log(2\pi \sigma^2) - \frac{1}{2\sigma^2} \sum_i g_i",
            "expected complete log-likelihood, its terms with the parameters",
        ),
    },
)
"""Probabilistic PCA."""


def random_precisions(rng: Generator) -> dict:
    """Return data, precisions, their expectations (held), location, scale and dof, for ``PRECISIONS``."""
    w = rng.uniform(0.3, 2, size=6)
    return {
        "x": rng.standard_normal(6),
        "u": rng.uniform(0.3, 2, size=6),
        "w": w,
        "log_w": np.log(w) - rng.uniform(0.1, 0.5, size=6),  # Jensen: below log w
        "location": rng.standard_normal(),
        "scale": rng.uniform(0.5, 2),
        "dof": rng.uniform(1, 6),
        **dict(zip("yab", rng.uniform(0.5, 3, size=3), strict=True)),
    }


def fitted_precisions(rng: Generator) -> dict:
    """Return the same where Q is largest."""
    problem = random_precisions(rng)
    x, w = problem["x"], problem["w"]
    location = w @ x / w.sum()
    rest = 1 + np.mean(problem["log_w"] - w)
    dof = brentq(lambda nu: np.log(nu / 2) - digamma(nu / 2) + rest, 1e-3, 1e4, xtol=1e-13)
    return problem | {"location": location, "scale": np.sqrt(w @ (x - location) ** 2 / len(x)), "dof": dof}


def random_plane(rng: Generator, q: int = 2) -> dict:
    """Return data, places and their spread (held), loadings, noise and mean, for ``PLANE``."""
    n, d = 6, 4
    root = rng.standard_normal((q, q)) + 2 * np.eye(q)
    axes = np.sqrt(q / 8) * root.T  # up and down, their mean is 0 and their covariance that of a place
    problem = {
        "X": rng.standard_normal((n, d)),
        "z": rng.standard_normal((n, q)),
        "places": rng.standard_normal((n, q)),
        "spread": root @ root.T / 8,
        "chances": np.full(2 * q, 1 / (2 * q)),
        "rests": np.concatenate([axes, -axes]),
    }
    return problem | {
        "mean": rng.standard_normal(d),
        "loadings": rng.standard_normal((d, q)),
        "noise": rng.uniform(0.5, 1.5),
        "identity": np.eye(q),
    }


def fitted_plane(rng: Generator) -> dict:
    """Return the same where Q is largest: a regression of the data on the places."""
    problem = random_plane(rng)
    X, m, C = problem["X"], problem["places"], problem["spread"]
    n, d = X.shape
    away, moved = X - X.mean(axis=0), m - m.mean(axis=0)
    W = np.linalg.solve(n * C + moved.T @ moved, moved.T @ away).T
    mean = X.mean(axis=0) - W @ m.mean(axis=0)
    rest = np.sum((X - mean - m @ W.T) ** 2) / n + np.trace(W @ C @ W.T)
    return problem | {"mean": mean, "loadings": W, "noise": np.sqrt(rest / d)}
