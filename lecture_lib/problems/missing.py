"""Problems of a Gaussian mixture some of whose data are missing, and their letters."""

import numpy as np
from numpy.random import Generator

from lecture_lib.formulas import Notation
from lecture_lib.problems.mixtures import PARAMETERS, SIZES, parameters

__all__ = ["MISSING", "random_missing"]

MISSING = PARAMETERS | SIZES | Notation(
    ranges={"v": ("points", "values of what is missing")},
    symbols={
        "S_o": ("matrix seen d", "seen", "rows of the identity: those of the entries that were observed"),
        "S_m": ("matrix unseen d", "unseen", "rows of the identity: those of the entries that are missing"),
        r"\omega_v": ("number", "chances", "probability of value v"),
        "u_{vj}": ("vector unseen", "rests", "value v of the rest of what is missing, in component j"),
    },
    definitions={
        "x_{io}": ("S_o x_i", "what was observed of datum i"),
        "x_{im}": ("S_m x_i", "what is missing of it"),
        r"\mu_{jo}": (r"S_o \mu_j", "part of the mean"),
        r"\mu_{jm}": (r"S_m \mu_j", "the other part"),
        r"\Sigma_{joo}": (r"S_o \Sigma_j S_o^\top", "covariance of what was observed"),
        r"\Sigma_{jmo}": (r"S_m \Sigma_j S_o^\top", "covariance of what is missing with what was observed"),
        r"\Sigma_{jmm}": (r"S_m \Sigma_j S_m^\top", "covariance of what is missing"),
        "B_j": (r"\Sigma_{jmo} \Sigma_{joo}^{-1}", "regression of what is missing on what was observed"),
        "C_j": (r"\Sigma_{jmm} - B_j \Sigma_{jmo}^\top", "covariance of what is missing, given what was observed"),
        r"\hat x_{ij}": (
            r"S_o^\top x_{io} + S_m^\top (\mu_{jm} + B_j (x_{io} - \mu_{jo}))",
            "datum i, with its expectation in component j where it is missing",
        ),
        r"\mu_j^{\text{new}}": (r"\frac{1}{R_j} \sum_i r_{ij} \hat x_{ij}", "mean after one step of EM"),
        "f_{ij}": (r"\pi_j \mathcal N(x_{io}; \mu_{jo}, \Sigma_{joo})", "joint density of what was observed"),
        "r_{ij}": (r"\frac{f_{ij}}{\sum_{j'} f_{ij'}}", "responsibility of component j for datum i"),
    },
)  # fmt: skip
"""Data that lack the same entries; what is missing is there as well, to integrate over."""


def random_missing(rng: Generator) -> dict:
    """Return ``X``, ``theta``, which entries are observed and missing, and values of the rest, for ``MISSING``."""
    X, theta, order = rng.standard_normal((8, 7)), parameters(rng, 2, 7), rng.permutation(7)
    S, seen, unseen = theta.covariances, np.eye(7)[order[:4]], np.eye(7)[order[4:]]
    C = np.linalg.inv(unseen @ np.linalg.inv(S) @ unseen.T)  # a block of the precision, inverted
    root = np.sqrt(3) * np.linalg.cholesky(C).mT  # its rows, up and down, have the mean 0 and the covariance C
    rests = np.concatenate([root, -root], axis=1).swapaxes(0, 1)
    given = {"seen": seen, "unseen": unseen, "chances": np.full(6, 1 / 6), "rests": rests}
    H = np.where(seen.any(axis=0), X, np.nan)
    return {"X": X, "H": H, "theta": theta} | given
