"""The trace of an objective."""

import math

import numpy as np

from lecture_lib.figures.look import COLOURS
from lecture_lib.widgets import scene as sc

__all__ = ["trace"]


def trace(values, *, ahead=None, title, label, steps="step", target=None, halves=False, width=0.8):
    """Return a panel with the objective, step by step.

    Parameters
    ----------
    values : sequence of float
        What was seen so far.
    ahead : sequence of float, optional
        All there is to be seen, for the limits; so they stay while we go on.
    title, label : str
        Above the box, and at the upright axis.
    steps : str
        What is counted.
    target : (float, str), optional
        A height to reach, and its name.
    halves : bool
        Whether every other value follows an assignment (hollow) and an update (filled).
    width : float
        Share of the width.

    Returns
    -------
    dict
    """
    values = np.asarray(values, dtype=float)
    ahead = values if ahead is None else np.asarray(ahead, dtype=float)
    low, high = _span(np.append(ahead, [] if target is None else target[0]))
    last = max(len(ahead) - 1, 1)
    ticks = [tick for tick in sc.ticks(0, last, 7) if tick[0] == math.floor(tick[0])]
    x = sc.axis(-0.04 * last, 1.06 * last, steps, ticks)
    at = np.stack([np.arange(len(values)), values], axis=1)
    layers = [] if target is None else _goal(target, x)
    layers += [sc.line(at, "quiet", width=1.4)]
    if halves:
        layers += [sc.marks(at[::2], COLOURS[0], look="hollow"), sc.marks(at[1::2], COLOURS[1], shape=2)]
    else:
        layers += [sc.marks(at, COLOURS[0], size=6.5 if last < 60 else 4)]
    return sc.panel(x, sc.axis(low, high, label), layers, title=title, width=width)


def _goal(target, x):
    height, words = target
    across = sc.line([[x["low"], height], [x["high"], height]], COLOURS[2], dash=True)
    return [across, sc.text([x["high"], height], words, COLOURS[2], shift=(-4, -7), anchor="end")]


def _span(heights):
    """Return limits around finite numbers, some room included."""
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        return 0.0, 1.0
    low, high = heights.min(), heights.max()
    room = 0.1 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
