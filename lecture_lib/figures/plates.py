"""Plate diagrams of Gaussian mixtures: which variable depends on which, and how often each is there."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from lecture_lib.figures.appearance import COLOURS, INK

__all__ = ["plate"]

LABELS = {"pi": r"$\pi$", "z": "$z_i$", "x": "$x_i$", "mu": r"$\mu_j$", "Sigma": r"$\Sigma_j$"}
SHADE = "#C9C9C9"
RADIUS = 0.4  # of a node
ROOM = 0.62  # from the middle of a node to the edge of its plate
FOOT = 0.2  # below that, for the count in the corner


def plate(
    ax: Axes, *, latent: bool = True, observed: Sequence[str] = ("x",), lit: Sequence[tuple[str, str]] = ()
) -> None:
    """Draw the plate diagram of a Gaussian mixture; variables that are known are shaded.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; about 3 by 2 inches are enough.
    latent : bool
        Whether the component z_i of a datum is shown; without it, the weights point at the datum.
    observed : sequence of str
        What is known, of "x", "z", "pi", "mu", "Sigma".
    lit : sequence of pairs of str
        Arrows to draw in colour, to point out a path: ``("pi", "x")``.

    Raises
    ------
    ValueError
        For a variable or an arrow that the diagram does not have.

    Notes
    -----
    Source: the form of the diagrams of lecture 22, slides "Soft k-means as maximum likelihood" and "Gaussian
    Mixtures Revisited".
    """
    places = {"pi": (0, 1.5), "mu": (3.1, 1.5), "Sigma": (3.1, 0)}
    places |= {"z": (1.5, 1.5), "x": (1.5, 0)} if latent else {"x": (1.5, 0.75)}
    arrows = [("pi", "z"), ("z", "x")] if latent else [("pi", "x")]
    arrows += [("mu", "x"), ("Sigma", "x")]
    _refuse_others(observed, places, "observed")
    _refuse_others(lit, arrows, "lit")
    for names, count in ((("z", "x") if latent else ("x",), "$n$"), (("mu", "Sigma"), "$k$")):
        _plate(ax, [places[name] for name in names], count)
    for name, centre in places.items():
        ground = SHADE if name in observed else "white"
        ax.add_patch(Circle(centre, RADIUS, facecolor=ground, edgecolor=INK, linewidth=1.2))
        ax.text(*centre, LABELS[name], ha="center", va="center", fontsize=12)
    for start, end in arrows:
        _arrow(ax, places[start], places[end], lit=(start, end) in lit)
    ax.set(xlim=(-0.55, 3.85), ylim=(-0.95, 2.25), aspect="equal")
    ax.axis("off")


def _plate(ax, centres, count):
    """Draw the plate around nodes that stand above each other."""
    (x, *_), heights = zip(*centres, strict=True)
    left, bottom = x - ROOM, min(heights) - ROOM - FOOT
    height = max(heights) + ROOM - bottom
    ax.add_patch(Rectangle((left, bottom), 2 * ROOM, height, facecolor="none", edgecolor=INK, linewidth=1.2))
    ax.text(left + 2 * ROOM - 0.06, bottom + 0.06, count, ha="right", va="bottom", fontsize=12)


def _arrow(ax, start, end, *, lit):
    """Draw the arrow from one node's edge to another's."""
    length = np.hypot(*np.subtract(end, start))
    step = np.subtract(end, start) * RADIUS / length
    colour = COLOURS[1] if lit else INK
    ends = (np.add(start, step), np.subtract(end, step))
    width = 2 if lit else 1.2
    ax.add_patch(
        FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=12, shrinkA=0, shrinkB=0, color=colour, lw=width)
    )


def _refuse_others(names, known, argument):
    """Raise if the diagram lacks one of the names."""
    for name in names:
        if name not in known:
            raise ValueError(f"{argument} must name some of {list(known)}, got {name!r}; choose from these")
