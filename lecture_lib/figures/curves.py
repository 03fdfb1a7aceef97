"""What is drawn against a step, a number or a name."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import COLOURS, INK, QUIET, colour, marker

__all__ = ["balance", "curve", "dots", "half_step_trace", "shares", "trace"]


def half_step_trace(ax: Axes, J: ArrayLike) -> None:
    """Draw J after each half-step: hollow circles after assignments, filled squares after updates.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    J : sequence of float
        After the first assignment, the first update, the second assignment, ...
    """
    J = np.asarray(J)
    steps = np.arange(len(J))
    ax.step(steps, J, where="post", color=QUIET, linewidth=1)
    ax.scatter(steps[::2], J[::2], s=46, facecolors="white", edgecolors=COLOURS[0], linewidths=1.8, zorder=3)
    ax.scatter(steps[1::2], J[1::2], s=34, color=COLOURS[1], marker="s", zorder=3)
    for step, word in ((0, "assigned"), (1, "updated")):
        ax.annotate(word, (step, J[step]), (9, 4), textcoords="offset points", color=colour(step))
    ax.margins(y=0.12)
    ax.set_xlabel("half-step")
    ax.set_xticks(steps[:: max(1, math.ceil(len(J) / 10))])


def curve(ax: Axes, x: ArrayLike, y: ArrayLike, *, label: str = "", which: int = 0) -> None:
    """Draw a curve through marked points, with its name beside the last one.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    x, y : sequence of float
        Points.
    label : str
        The name.
    which : int
        Colour and marker, as for a cluster of that number.
    """
    ax.plot(x, y, color=colour(which), marker=marker(which), markersize=5.5)
    if label:
        beside = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        ax.annotate(label, (x[-1], y[-1]), (8, 0), color=colour(which), **beside)


def shares(ax: Axes, names: Sequence[str], values: ArrayLike) -> None:
    """Draw shares from 0 to 1 as bars, each with its name and its value beside it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    names : sequence of str
        From top to bottom.
    values : sequence of float
        From 0 to 1.
    """
    places = np.arange(len(names))[::-1]
    ax.barh(places, values, color=[colour(j) for j in range(len(names))], height=0.62)
    for place, value in zip(places, values, strict=True):
        ax.text(value + 0.015, place, f"{100 * value:.0f} %", va="center")
    ax.set_yticks(places, names)
    ax.set_xlim(0, 1.1)
    ax.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def balance(ax: Axes, names: Sequence[str], values: ArrayLike) -> None:
    """Draw numbers as bars to the left or the right of zero, each with its value at its end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    names : sequence of str
        From top to bottom.
    values : sequence of float
        Below zero a bar has the colour of cluster 1, above it that of cluster 0.
    """
    values = np.asarray(values)
    places = np.arange(len(names))[::-1]
    ax.barh(places, values, color=[colour(int(value < 0)) for value in values], height=0.62)
    for place, value in zip(places, values, strict=True):
        side = {"ha": "right" if value < 0 else "left", "va": "center", "textcoords": "offset points"}
        ax.annotate(f"{value:+.0f}".replace("-", "−"), (value, place), (-4 if value < 0 else 4, 0), **side)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(places, names)
    ax.margins(x=0.2)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def dots(ax: Axes, names: Sequence[str], values: ArrayLike) -> None:
    """Draw numbers as rows of dots, one row a name: how they lie, and which row has the lowest.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    names : sequence of str
        From top to bottom.
    values : sequence of sequences of float
        One a name.
    """
    for j, numbers in enumerate(values):
        numbers = np.sort(numbers)
        heights = -j + 0.14 * (np.arange(len(numbers)) % 3 - 1) * (len(numbers) > 1)  # so that neighbours show
        ax.scatter(numbers, heights, s=34, color=colour(j), marker=marker(j), edgecolors="white", linewidths=0.5)
    ax.set_yticks(-np.arange(len(names)), names)
    ax.set_ylim(0.5 - len(names), 0.5)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def trace(ax: Axes, values: ArrayLike, *, label: str = "", at: int | None = None, which: int = 0) -> None:
    """Draw an objective against the step, from step 0.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    values : sequence of float
        After each step.
    label : str
        The name.
    at : pair of float, optional
        Where the name stands, in data coordinates; beside the last step if nowhere else.
    which : int
        Colour and marker, as for a cluster of that number.
    """
    steps = np.arange(len(values))
    marked = {"marker": marker(which), "markersize": 4, "markevery": math.ceil(len(values) / 25)}
    ax.plot(steps, values, color=colour(which), **marked)
    if label:
        beside = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        place, offset = ((steps[-1], values[-1]), (8, 0)) if at is None else (at, (0, 0))
        ax.annotate(label, place, offset, color=colour(which), **beside)
    ax.set_xlabel("step")
