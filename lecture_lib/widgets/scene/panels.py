"""Panels and scenes: what holds the layers."""

import numpy as np

__all__ = ["MARGIN", "panel", "scene"]

MARGIN = {"left": 68, "right": 16, "top": 30, "bottom": 46}
"""Room around the box of a panel for its title, ticks and labels, in pixels."""


def panel(x, y, layers, *, title="", width=1.0, equal=None):
    """Return one panel.

    Parameters
    ----------
    x, y : dict
        Axes.
    layers : list of dict
        From the lowest up.
    title : str
        Above the box.
    width : float
        Share of the width, compared with that of the other panels.
    equal : True or array_like, shape (2,), optional
        One unit is as long in both directions; with numbers, so many units.

    Returns
    -------
    dict
    """
    units = None if equal is None else [float(unit) for unit in np.broadcast_to(equal, 2)]
    return {"x": x, "y": y, "layers": layers, "title": title, "width": float(width), "units": units}


def scene(panels, *, name, say, notice="", aspect=0.46, pace=0):
    """Return a scene.

    Parameters
    ----------
    panels : list of dict
        From left to right.
    name : str
        What the whole is, for those who cannot see it.
    say : str
        The sentence below that tells the objective.
    notice : str
        What went wrong, in a sentence.
    aspect : float
        Height over width.
    pace : int
        Milliseconds until the next step of a run; 0 at rest.

    Returns
    -------
    dict
    """
    words = {"name": name, "say": say, "notice": notice}
    return {"panels": panels, **words, "aspect": float(aspect), "pace": int(pace), "margin": MARGIN}
