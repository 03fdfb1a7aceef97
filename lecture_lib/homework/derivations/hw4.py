r"""The derivations of homework set 4: two M-steps, and the lower bound."""

import numpy as np

from lecture_lib.formulas import Notation
from lecture_lib.homework.derivations.common import CARRIED_OUT, DATA, taken_in
from lecture_lib.homework.engine.derivation import Derived
from lecture_lib.homework.engine.milestones import Milestone

__all__ = ["BOUND", "LEAST_SQUARES", "PROBABILITIES"]


def _bits(rng):
    return {
        "X": (rng.uniform(size=(7, 3)) < 0.5) * 1.0,
        "r": rng.dirichlet(np.ones(2), size=7),
        "p": rng.uniform(0.1, 0.9, size=(2, 3)),
    }


def _best_bits(rng):
    problem = _bits(rng)
    return problem | {"p": problem["r"].T @ problem["X"] / problem["r"].sum(axis=0)[:, None]}


PROBABILITIES = Derived(
    r"\frac{\partial}{\partial p_{ja}} \sum_i \sum_l r_{il} \sum_b"
    r" \left( x_{ib} \log p_{lb} + (1 - x_{ib}) \log(1 - p_{lb}) \right) = 0",
    r"p_{ja} = \frac{\sum_i r_{ij} x_{ia}}{\sum_i r_{ij}}",
    Notation(
        DATA,
        {
            "x_{ia}": ("number", "X", "column a of datum i, 0 or 1"),
            "r_{ij}": ("number", "r", "responsibility of component j for datum i, held"),
            "p_{ja}": ("number", "p", "probability of a 1 in column a of component j"),
        },
        {"R_j": (r"\sum_i r_{ij}", "size of component j")},
    ),
    _bits,
    [
        taken_in("p", "take the derivative into all sums, the one over columns too"),
        CARRIED_OUT,
        Milestone(
            "clear the denominators, or bring the probability to one place",
            lambda view: not view.bodies and (view.count("p") == 1 or view.polynomial("p")),
        ),
        Milestone("solve for the probability", lambda view: view.solved_for("p")),
    ],
    points=2,
    because="The best probability is the share of ones among the data, each counted as its responsibility says.",
    solved=_best_bits,
    unknown=("p", "r", "X"),
)


def _rows(rng):
    return {
        "A": rng.normal(size=(7, 3)),
        "y": rng.normal(size=7),
        "r": rng.dirichlet(np.ones(2), size=7),
        "c": rng.normal(size=(2, 3)),
        "v": rng.uniform(0.5, 2, size=2),
    }


def _best_lines(rng):
    problem = _rows(rng)
    A, y = problem["A"], problem["y"]
    return problem | {
        "c": np.array([np.linalg.solve((A.T * share) @ A, A.T @ (share * y)) for share in problem["r"].T])
    }


LEAST_SQUARES = Derived(
    r"\nabla_{c_j} \sum_i \sum_l r_{il}"
    r" \left( -\frac12 \log(2 \pi v_l) - \frac{(y_i - a_i^\top c_l)^2}{2 v_l} \right) = 0",
    r"c_j = \left( \sum_i r_{ij} a_i a_i^\top \right)^{-1} \sum_i r_{ij} y_i a_i",
    Notation(
        {"i": DATA["i"], "j l": ("k", "lines")},
        {
            "a_i": ("vector p", "A", "row i"),
            "y_i": ("number", "y", "number i"),
            "r_{ij}": ("number", "r", "responsibility of line j for datum i, held"),
            "c_j": ("vector p", "c", "coefficients of line j"),
            "v_j": ("number", "v", "variance about line j"),
        },
    ),
    _rows,
    [
        taken_in("c", "take the derivative into both sums"),
        CARRIED_OUT,
        Milestone(
            "bring what holds c_j to one side, or c_j out of the sum",
            lambda view: not (view.within("add", "c", "y") and any("c" in held for held in view.summands())),
        ),
        Milestone("solve for the coefficients", lambda view: view.solved_for("c")),
    ],
    points=3,
    because="Weighted least squares: the normal equations, in which datum i counts as its responsibility says.",
    solved=_best_lines,
    unknown=("c", "r"),
)


def _joint(rng):
    """Draw densities below 1 and above."""
    return {"p": np.exp(rng.uniform(-3, 3)) * rng.uniform(0.1, 2, size=4), "q": rng.dirichlet(np.ones(4))}


BOUND = Derived(
    r"\log \sum_z p_z",
    r"\ge \sum_z q_z \log \frac{p_z}{q_z}",
    Notation(
        {"z": ("k", "values of the latent variable")},
        {"p_z": ("number", "p", "joint density of the data and z"), "q_z": ("number", "q", "a distribution of z")},
    ),
    _joint,
    [
        Milestone("multiply and divide by q in the sum", lambda view: view.weighs("q", "log")),
        Milestone("bring the logarithm into the sum", lambda view: not view.nested("log", "big")),
    ],
    points=2,
    because="Jensen's inequality; the two sides are equal where q is the posterior.",
    relations=("=", ">="),
)
