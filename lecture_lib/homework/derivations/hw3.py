r"""The derivations of homework set 3: log-sum-exp, two gradients, and weights with a Dirichlet prior."""

import numpy as np

from lecture_lib.formulas import Notation
from lecture_lib.homework.derivations.common import CARRIED_OUT, DATA, INSIDE
from lecture_lib.homework.engine.derivation import Derived
from lecture_lib.homework.engine.milestones import Milestone

__all__ = ["DIAGONAL", "MULTIPLIER", "SHIFT", "SPHERICAL"]


SHIFT = Derived(
    r"\log \sum_j e^{a_j}",
    r"m + \log \sum_j e^{a_j - m}",
    Notation(
        {"j l": ("k", "entries")},
        {"a_j": ("number", "a", "entry j"), "m": ("number", "m", "any number, such as the largest entry")},
    ),
    lambda rng: {"a": rng.normal(size=4), "m": rng.normal()},
    [
        Milestone(
            "have m subtracted from a_j in the exponent",
            lambda view: view.within("exp", "a", "m") or view.subtracts("m", "log"),
        ),
        Milestone("take m out of the logarithm", lambda view: view.adds("m")),
    ],
    points=1,
    because="The identity holds for every m; the largest entry is the m for which nothing overflows.",
)

LOGARITHM = Milestone(
    "differentiate the logarithm of the sum over the components",
    lambda view: not view.differentiates("big", "k", within="log"),
)


def _gradient(by, density, slope, symbols, variances, because):
    """Return the derivation of a mixture's gradient; ``density(j)`` is that of component j, ``slope`` its log's."""

    def mixture(rng):
        return {
            "X": rng.normal(size=(5, 3)),
            "weights": rng.dirichlet(np.full(2, 3.0)),
            "means": rng.normal(size=(2, 3)),
            "variances": rng.uniform(0.5, 2.0, size=variances),
        }

    def is_written_out(view):
        """Whether the variance stands in a log or exp, and no density is left."""
        written = not view.bodies or view.differentiates_letter(by[0], "log", "exp")
        return written and not view.differentiates("normal")

    total = rf"\sum_l \pi_l {density('l')}"
    share = rf"\frac{{\pi_j {density('j')}}}{{{total}}}"
    return Derived(
        rf"\frac{{\partial}}{{\partial {by}}} \sum_i \log {total}",
        rf"\sum_i r_{{ij}} \left( {slope} \right)",
        Notation(
            DATA,
            symbols | {r"\pi_j": ("number", "weights", "weight of component j")},
            {"r_{ij}": (share, "responsibility of component j for datum i")},
        ),
        mixture,
        [INSIDE, LOGARITHM, Milestone("write the density out", is_written_out), CARRIED_OUT],
        points=3,
        because=because,
    )


SPHERICAL = _gradient(
    "s_j",
    lambda j: rf"\mathcal N(x_i; \mu_{j}, s_{j} I)",
    r"\frac{\lVert x_i - \mu_j \rVert^2}{2 s_j^2} - \frac{d}{2 s_j}",
    {
        "x_i": ("vector d", "X", "datum i"),
        r"\mu_j": ("vector d", "means", "mean of component j"),
        "s_j": ("number", "variances", "variance of component j, in all directions"),
    },
    2,
    because="All d directions count. The last exercise asks where it vanishes.",
)

DIAGONAL = _gradient(
    "v_{ja}",
    lambda j: rf"\prod_b \mathcal N(x_{{ib}}; \mu_{{{j}b}}, v_{{{j}b}})",
    r"\frac{(x_{ia} - \mu_{ja})^2}{2 v_{ja}^2} - \frac{1}{2 v_{ja}}",
    {
        "x_{ia}": ("number", "X", "column a of datum i"),
        r"\mu_{ja}": ("number", "means", "column a of mean j"),
        "v_{ja}": ("number", "variances", "variance of column a in component j"),
    },
    (2, 3),
    because="Each column has a derivative of its own. The last exercise asks where it vanishes.",
)


def _counts(rng):
    return {
        "R": rng.uniform(1, 6, size=3),
        "alpha": rng.uniform(1.2, 4, size=3),
        "weights": rng.uniform(0.2, 1, size=3),
        "lam": -float(rng.uniform(1, 5)),
    }


def _best_weights(rng):
    problem = _counts(rng)
    counts = problem["R"] + problem["alpha"] - 1
    return problem | {"weights": counts / counts.sum(), "lam": -counts.sum()}


def _freed(view):
    """Whether no weight stands below a bar, or their sum is a factor of the multiplier."""
    summed = view.within("mul", r"\lambda", r"\pi") and {r"\pi"} in view.summands()
    return not view.bodies and (summed or view.polynomial(r"\pi"))


MULTIPLIER = Derived(
    r"\frac{\partial}{\partial \pi_j} \left( \sum_l (R_l + \alpha_l - 1) \log \pi_l"
    r" + \lambda \left( \sum_l \pi_l - 1 \right) \right) = 0",
    r"\pi_j = \frac{R_j + \alpha_j - 1}{\sum_l (R_l + \alpha_l - 1)}",
    Notation(
        {"j l": ("k", "components")},
        {
            "R_j": ("number", "R", "size of component j"),
            r"\alpha_j": ("number", "alpha", "parameter j of the Dirichlet prior"),
            r"\pi_j": ("number", "weights", "weight of component j"),
            r"\lambda": ("number", "lam", "multiplier"),
        },
    ),
    _counts,
    [
        CARRIED_OUT,
        Milestone("bring the weights out of the denominator, or their sum to the multiplier", _freed),
        Milestone(
            "sum over the components, so that the multiplier is known or gone",
            lambda view: not view.bodies and (view.polynomial(r"\lambda", 0) or not view.count(r"\pi")),
        ),
        Milestone("solve for the weight", lambda view: view.solved_for(r"\pi", r"\lambda")),
    ],
    points=3,
    because="A prior with alpha_j counts like alpha_j - 1 further data of component j.",
    solved=_best_weights,
    unknown=("weights", "lam"),
    given=r"\sum_l \pi_l = 1",
)
