"""Every explorer, as the tests make it."""

import functools

import numpy as np

from lecture_lib import datasets, widgets

X = datasets.load_old_faithful()
Z = datasets.standardise(X)
LINE = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
TEN = (-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6)

EXPLORERS = {
    "01": lambda **rng: widgets.KMeansExplorer(Z[::4], 3, drag_data=True, **rng),
    "02": lambda **rng: widgets.FailuresExplorer(**rng),
    "03": lambda **rng: widgets.LandscapeExplorer(LINE, unit="m", **rng),
    "05": lambda **rng: widgets.SamplingExplorer(n=60, **rng),
    "06": lambda **rng: widgets.ClimbingExplorer(X[::6], names=datasets.OLD_FAITHFUL_AXES, **rng),
    "07": lambda **rng: widgets.MixtureExplorer(X[::6], 2, names=datasets.OLD_FAITHFUL_AXES, **rng),
    "08": lambda **rng: widgets.BetaExplorer(Z[::6], 3, **rng),
    "10": lambda **rng: widgets.BoundExplorer(TEN, **rng),
    "hw4": lambda **rng: widgets.SharesExplorer([-1.0, 1.0, 2.0], -1.0, **rng),
}
"""Notebook to what makes its explorer."""


@functools.cache
def _made(number):
    return EXPLORERS[number]()


def made(number):
    """Return an explorer as it is when new; one serves all tests, since some take a second to make."""
    explorer = _made(number)
    explorer.rng = np.random.default_rng(0)
    explorer.reset()
    return explorer


def handles(scene):
    """Return all that can be dragged: name to panel, and the place where it is."""
    found = {}
    for panel in scene["panels"]:
        for layer in panel["layers"]:
            if layer["kind"] == "handle":
                found[layer["id"]] = panel, layer["at"]
            if layer["kind"] == "points" and layer["drag"]:
                xy = np.frombuffer(layer["xy"], "<f4").reshape(-1, 2)
                found |= {f"{layer['drag']}{i}": (panel, at.tolist()) for i, at in enumerate(xy[:5])}
    return found
