"""The exercises of homework set 3, *gradients of the likelihood*."""

import numpy as np

from lecture_lib.datasets import load_old_faithful, standardise
from lecture_lib.homework.derivations.hw3 import DIAGONAL, MULTIPLIER, SHIFT, SPHERICAL
from lecture_lib.homework.engine.exercise import function
from lecture_lib.homework.engine.selection import state
from lecture_lib.homework.figures import climbed, round_mixture
from lecture_lib.models.mixture import responsibilities

__all__ = ["QUESTIONS"]


# log-sum-exp


def _rows(rng):
    usual = [{"a": rng.normal(size=shape)} for shape in [(4, 3), (5, 2), (3, 6)]]
    low = {"a": rng.normal(size=(4, 3)) - 1000}
    lower = {"a": rng.normal(size=(4, 3)) - 20_000}  # underflows in every format of floats
    high = {"a": rng.normal(size=(3, 4)) + 1000}
    mixed = {"a": rng.normal(size=(3, 3)) + np.array([[0.0], [-2000.0], [900.0]])}
    absent = {"a": np.where(np.eye(3) > 0, -np.inf, rng.normal(size=(3, 3)))}
    return {
        "usual numbers": usual,
        "numbers far below 0, as log densities are": [low, lower],
        "numbers near 1000": [high],
        "rows of different size": [mixed],
        "an entry that is -inf, the logarithm of a weight 0": [absent],
    }


def _log_sum_exp(a):
    return np.logaddexp.reduce(a, axis=1)


LOG_SUM_EXP = function(
    "log_sum_exp(a)",
    cases=_rows,
    right=_log_sum_exp,
    returns="one number a row, shape (n,)",
    tolerance=1e-11,
    hint="take the largest entry of a row out of the sum as a factor, and then out of the logarithm as a term; "
    "keep all digits, and mind the signs.",
    mistakes=[
        (
            lambda a: np.log(np.exp(a - a.max(1, keepdims=True)).sum(1)),
            "you took the largest entry out of the sum, and did not put it back outside the logarithm.",
        ),
        (lambda a: a.max(axis=1), "that is the largest entry alone. What is left in the sum once it is out?"),
        (lambda a: np.logaddexp.reduce(a, axis=0), "you summed down the columns. One number a row is wanted."),
        (lambda a: np.logaddexp.reduce(a, axis=None), "you summed over everything. One number a row is wanted."),
        (
            lambda a: np.logaddexp.reduce(a, axis=1, keepdims=True),
            "the numbers are right, in a column of shape (n, 1). Shape (n,) is wanted.",
        ),
        (
            lambda a: a - np.logaddexp.reduce(a, axis=1, keepdims=True),
            "these are the logarithms of the shares. The number that you subtract is the one that is wanted.",
        ),
        (
            lambda a: np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True)),
            "these are the shares of each row. Their common denominator, as a logarithm, is wanted.",
        ),
        (lambda a: a.sum(axis=1), "the logarithm of a sum is not the sum of the logarithms."),
        (lambda a: np.exp(a).sum(axis=1), "the logarithm outside is missing."),
        (lambda a: np.log(np.exp(a).mean(axis=1)), "you averaged. A sum is wanted."),
        (
            lambda a: a.max() + np.log(np.exp(a - a.max()).sum(1)),
            "you took out the largest entry of all rows; a row far below still underflows. Each row has its own.",
        ),
        (
            lambda a: a.min(1) + np.log(np.exp(a - a.min(1, keepdims=True)).sum(1)),
            "you took out something smaller than the largest entry, so that the others may overflow, and an entry "
            "-inf ruins all. After which one is nothing left above 0?",
        ),
        (
            lambda a: np.log(np.exp(a).sum(axis=1)),
            "exp underflows to 0 below about -745 and overflows above 709. Take the largest entry out first.",
        ),
        (
            lambda a: np.log(np.exp(a).sum(axis=1) + 1e-300),
            "a constant inside the logarithm hides the underflow and gives a wrong number. Take the largest out.",
        ),
    ],
    because="Nothing larger than exp(0) is ever computed, and what underflows did not matter.",
)


# climb by hand


def _top():
    """Return the means at the top, by EM with nothing but the means free."""
    X = standardise(load_old_faithful())
    means = np.array([[-1.0, -1.0], [1.0, 1.0]])
    for _ in range(200):
        r = responsibilities(X, round_mixture(means))
        means = r.T @ X / r.sum(axis=0)[:, None]
    return means


def _judge_climb(means):
    X = standardise(load_old_faithful())
    if np.abs(means).max() > 10:
        return "a mean lies far outside the data. Were these minutes? They are standard deviations here."
    if np.linalg.norm(means[0] - means[1]) < 1e-6:
        return "both means lie in the same place. There the components are equal, and nothing can part them."
    top = climbed(_top())
    reached = climbed(means)
    if reached >= top - 1:
        return None
    there = f"log-likelihood {reached:.1f}, {top - reached:.1f} nats to go"
    if reached < climbed(np.zeros((2, 2))):
        return f"{there}: that is less than with both means in the middle of the data."
    side = X[:, 0] > 0
    near = [side[((X - mean) ** 2).sum(axis=1).argmin()] for mean in means]
    if near[0] == near[1]:
        return f"{there}: both means lie in the same cloud. Give each cloud one."
    if reached < top - 20:
        return f"{there}: each cloud has its mean, but not in its middle. Move towards it."
    return f"{there}: you are close. Move one mean at a time, by 0.05."


CLIMB = state(
    {"means": (2, 2)},
    _judge_climb,
    shown_by="plane.state.mixture.means.tolist()",
    because="Within one nat of where EM ends; and EM needed no eyes.",
)

QUESTIONS = {
    "shift": SHIFT,
    "log_sum_exp": LOG_SUM_EXP,
    "spherical": SPHERICAL,
    "diagonal": DIAGONAL,
    "multiplier": MULTIPLIER,
    "climb": CLIMB,
}
