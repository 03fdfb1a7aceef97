"""Every explorer, as the tests make it."""

import math

import numpy as np

from lecture_lib import datasets, widgets
from lecture_lib.models.mixture import MixtureParameters

X = datasets.load_old_faithful()
Z = datasets.standardise(X)
LINE = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
TEN = (-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6)
TWO = MixtureParameters([0.5, 0.5], [[2.0, 55.0], [4.3, 80.0]], [np.diag([0.3, 40.0])] * 2)

APART = {"start": [[-1.0, 0.8], [1.0, -0.8]]}

EXPLORERS = {
    "01": lambda **given: widgets.KMeansExplorer(Z[::8], k=3, drag_data=True, **(given or APART)),
    "02": lambda **given: widgets.FailuresExplorer(**given),
    "03": lambda **given: widgets.LandscapeExplorer(LINE, unit="m", **given),
    "05": lambda **given: widgets.SamplingExplorer(**{"n": 60} | given),
    "06": lambda **given: widgets.ClimbingExplorer(X[::8], names=datasets.OLD_FAITHFUL_AXES, **given),
    "07": lambda **given: widgets.MixtureExplorer(X[::8], names=datasets.OLD_FAITHFUL_AXES, **given),
    "08": lambda **given: widgets.BetaExplorer(Z[::8], **{"k": 3} | given),
    "10": lambda **given: widgets.BoundExplorer(TEN, **given),
    "hw4": lambda **given: widgets.SharesExplorer([-1.0, 1.0, 2.0], -1.0, **given),
}
"""Notebook to what makes its explorer."""


def near(a, b, but=("step", "rest", "axes")):
    """Whether two mirrored states hold the same numbers."""
    if isinstance(a, dict):
        return all(near(a[name], b[name]) for name in a if name not in but)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(near, a, b))
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    return a == b
