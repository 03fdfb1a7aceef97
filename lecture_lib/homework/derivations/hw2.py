r"""The derivation of homework set 2: the slope of the loss of k-medians."""

import numpy as np

from lecture_lib.formulas import Notation
from lecture_lib.homework.derivations.common import DATA, taken_in
from lecture_lib.homework.engine.derivation import Derived
from lecture_lib.homework.engine.milestones import Milestone

__all__ = ["SLOPE"]


def _on_a_line(rng):
    x = rng.normal(size=9)
    return {"x": x, "m": float(np.sort(x)[rng.integers(2, 6)] + 1e-3)}


SLOPE = Derived(
    r"\frac{\partial}{\partial m} \sum_i |x_i - m|",
    "l - r",
    Notation(
        {"i": DATA["i"]},
        {"x_i": ("number", "x", "datum i"), "m": ("number", "m", "a point that is no datum")},
        {
            "l": (r"\sum_{i : x_i < m} 1", "number of data on the left of m"),
            "r": (r"\sum_{i : x_i > m} 1", "number of data on the right of m"),
        },
    ),
    _on_a_line,
    [
        taken_in("m", "take the derivative into the sum over the data, or split the sum at m"),
        Milestone(
            "carry out the derivative",
            lambda view: not view.bodies and (view.count("x") > 0 or not view.has("big")),
        ),
        Milestone(
            "count the data on either side",
            lambda view: all("x" in letters and not letters & {"m", "l", "r"} for letters in view.summands()),
        ),
    ],
    points=3,
    because="The slope is zero where as many data lie on the left as on the right: at the median.",
)
