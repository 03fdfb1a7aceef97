"""What lies in the plane of the data: the data themselves, means, regions, paths."""

from collections.abc import Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from numpy.typing import ArrayLike

from lecture_lib.figures.appearance import INK, MARKERS, QUIET, colour, frame, marker

__all__ = ["clusters", "columns", "means", "path", "regions", "rings"]


def clusters(ax: Axes, X: ArrayLike, r: ArrayLike | None = None, *, size: float = 16) -> None:
    """Draw data; colour and marker shape say which cluster takes a datum.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : ndarray, shape (n, 2)
        Data.
    r : ndarray, shape (n, k), optional
        Responsibilities. Soft ones mix the colours; the shape is that of the largest. Grey dots without them.
    size : float
        Of a marker, in square points.
    """
    if r is None:
        ax.scatter(*X.T, s=size, color=QUIET, marker=MARKERS[0], linewidths=0)
        return
    palette = np.array([to_rgb(colour(j)) for j in range(r.shape[1])])
    largest = r.argmax(axis=1)
    for j in np.unique(largest):
        mine = largest == j
        ax.scatter(*X[mine].T, s=size, c=r[mine] @ palette, marker=marker(j), linewidths=0)


def rings(ax: Axes, X: ArrayLike) -> None:
    """Draw rings around data, to point them out.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : ndarray, shape (n, 2)
        Data.
    """
    ax.scatter(*X.T, s=70, facecolors="none", edgecolors=INK, linewidths=0.9, zorder=3)


def means(ax: Axes, m: ArrayLike, *, size: float = 150, numbered: bool = True) -> None:
    """Draw means: large rings in the colours of their clusters, numbered from 0.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    m : ndarray, shape (k, 2)
        Means.
    size : float
        Of a ring, in square points.
    numbered : bool
        Whether each bears its number.
    """
    for j, (x, y) in enumerate(m):
        ax.scatter(x, y, s=2.1 * size, color="white", zorder=5)
        ax.scatter(x, y, s=size, color=colour(j), edgecolors=INK, linewidths=1.5, zorder=5)
        if numbered:
            number = {"ha": "center", "va": "center_baseline", "color": "white", "weight": "bold"}
            ax.text(x, y, str(j), fontsize=9, zorder=6, **number)


def regions(ax: Axes, m: ArrayLike, *, unit: float = 1.0, resolution: int = 300) -> None:
    """Shade the plane by nearest mean, within the limits that the Axes has.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; set its limits first.
    m : ndarray, shape (k, 2)
        Means.
    unit : float or ndarray, shape (2,)
        Distances are measured in these units: the standard deviations, for means of standardised data.
    resolution : int
        Points along each axis.
    """
    x = np.linspace(*ax.get_xlim(), resolution)
    y = np.linspace(*ax.get_ylim(), resolution)
    plane = np.stack(np.meshgrid(x, y), axis=-1)
    squared = np.sum(((plane[:, :, None] - m) / unit) ** 2, axis=-1)
    colours = ListedColormap([colour(j) for j in range(len(m))])
    nearest = squared.argmin(axis=2)
    ax.pcolormesh(x, y, nearest, cmap=colours, vmin=-0.5, vmax=len(m) - 0.5, alpha=0.13, rasterized=True, zorder=0)


def path(ax: Axes, points: ArrayLike, *, which: int = 0) -> None:
    """Draw the way that something took, from a hollow start to its end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    points : array_like, shape (steps, 2)
        Where it was.
    which : int
        Colour, as for a cluster of that number.
    """
    points = np.asarray(points)
    white = [patheffects.withStroke(linewidth=4, foreground="white")]
    ax.plot(*points.T, color=colour(which), path_effects=white, zorder=4)
    ax.scatter(*points[0], s=40, facecolors="white", edgecolors=colour(which), linewidths=1.8, zorder=5)


def columns(ax: Axes, X: ArrayLike, names: Sequence[str], r: ArrayLike) -> None:
    """Draw one or two columns of data in the colours of their clusters: a stacked histogram, or dots.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : ndarray, shape (n, 1) or (n, 2)
        Data; a row in which one is NaN is left out.
    names : sequence of str
        What the columns are.
    r : ndarray, shape (n, k)
        Responsibilities.
    """
    seen = ~np.isnan(X).any(axis=1)
    X, r = X[seen], r[seen]
    if X.shape[1] == 2:
        frame(ax, X, names)
        clusters(ax, X, r)
        return
    z, k = r.argmax(axis=1), r.shape[1]
    ax.hist([X[z == j, 0] for j in range(k)], bins="auto", stacked=True, color=[colour(j) for j in range(k)])
    ax.set_xlabel(names[0])
    ax.set_ylabel("number of data")
