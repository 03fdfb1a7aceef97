"""Figures: each function draws on Axes that it is given, and returns nothing.

One look for the whole course: Okabe-Ito colours together with marker shapes, so that no message hangs on colour
alone; a white ground, so that a figure reads the same on a dark page and on a projector.

Source of the palette: M. Okabe and K. Ito, *Color universal design*, 2008.
"""

import base64
import html
import io
import math

import numpy as np
from IPython.display import display
from matplotlib import patheffects
from matplotlib.colors import ListedColormap, to_rgb

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "basins",
    "clusters",
    "curve",
    "end_marks",
    "frame",
    "half_step_trace",
    "landscape",
    "means",
    "note",
    "panels",
    "path",
    "regions",
    "rings",
    "shares",
    "show",
    "style",
]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""One colour a cluster; the seventh cluster begins anew, with another marker."""

MARKERS = ("o", "^", "s", "D", "v", "P", "X")
"""One marker shape a cluster."""

INK = "#333333"
QUIET = "#8A8A8A"
PANEL = 2.9
"""Width and height of one panel, in inches."""

PIXELS_PER_INCH = 100
"""On the page."""

SHARPNESS = 1.5
"""Pixels of the picture for each pixel of the page, for screens of high density."""


def style():
    """Return the settings of the course's figures, for ``plt.rcParams.update``.

    Returns
    -------
    dict
        Matplotlib settings.
    """
    return {
        "axes.edgecolor": INK,
        "axes.labelcolor": INK,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 10.5,
        "figure.facecolor": "white",
        "font.size": 10,
        "lines.linewidth": 1.8,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }


def panels(columns=1, rows=1, *, width=PANEL, height=PANEL, **kwargs):
    """Return the size and layout of a figure with equal panels, for ``plt.subplots``.

    Parameters
    ----------
    columns, rows : int
        How many panels.
    width, height : float
        Of one panel, in inches.
    **kwargs
        Passed on, ``sharey=True`` for example.

    Returns
    -------
    dict
        Keyword arguments of ``plt.subplots``.
    """
    size = (columns * width, rows * height)
    return {"nrows": rows, "ncols": columns, "figsize": size, "layout": "constrained"} | kwargs


def show(fig, *, alt):
    """Display a figure in a notebook, sharp on every screen, with a text for those who cannot see it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it is closed afterwards.
    alt : str
        What is to be seen, in a sentence or two.

    Raises
    ------
    ValueError
        When ``alt`` says too little.
    """
    if not isinstance(alt, str) or len(alt.split()) < 5:
        raise ValueError(f"alt must say in a sentence what is to be seen, got {alt!r}; write at least 5 words")
    from matplotlib import pyplot as plt  # here, so that importing this file sets up no backend

    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=SHARPNESS * PIXELS_PER_INCH, metadata={"Software": None})
    plt.close(fig)
    width, height = (round(PIXELS_PER_INCH * inches) for inches in fig.get_size_inches())
    png = base64.b64encode(file.getvalue()).decode()
    # JupyterLab shows an alt text only in HTML; GitHub and nbconvert take the picture and its metadata.
    tag = f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" src="data:image/png;base64,{png}">'
    metadata = {"image/png": {"alt": alt, "width": width, "height": height}}
    display({"image/png": png, "text/html": tag, "text/plain": alt}, raw=True, metadata=metadata)


def frame(ax, X, names=("", ""), *, margin=0.07, equal=False):
    """Give an Axes limits that hold all data, and labels; the same data give the same limits in every panel.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : ndarray, shape (n, 2)
        Data.
    names : pair of str
        What the two columns are, with units: ``"waiting time / min"``.
    margin : float
        Room around the data, as a share of their range.
    equal : bool
        Whether one unit is as long in both directions.
    """
    low, high = X.min(axis=0), X.max(axis=0)
    room = margin * (high - low)
    ax.set_xlim(low[0] - room[0], high[0] + room[0])
    ax.set_ylim(low[1] - room[1], high[1] + room[1])
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    if equal:
        ax.set_aspect("equal", adjustable="box")


def clusters(ax, X, r=None, *, size=16):
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
    palette = np.array([to_rgb(_colour(j)) for j in range(r.shape[1])])
    largest = r.argmax(axis=1)
    for j in np.unique(largest):
        mine = largest == j
        ax.scatter(*X[mine].T, s=size, c=r[mine] @ palette, marker=_marker(j), linewidths=0)


def rings(ax, X):
    """Draw rings around data, to point them out.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    X : ndarray, shape (n, 2)
        Data.
    """
    ax.scatter(*X.T, s=70, facecolors="none", edgecolors=INK, linewidths=0.9, zorder=3)


def means(ax, m, *, size=150, numbered=True):
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
        ax.scatter(x, y, s=size, color=_colour(j), edgecolors=INK, linewidths=1.5, zorder=5)
        if numbered:
            number = {"ha": "center", "va": "center_baseline", "color": "white", "weight": "bold"}
            ax.text(x, y, str(j), fontsize=9, zorder=6, **number)


def regions(ax, m, *, unit=1.0, resolution=300):
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
    colours = ListedColormap([_colour(j) for j in range(len(m))])
    nearest = squared.argmin(axis=2)
    ax.pcolormesh(x, y, nearest, cmap=colours, vmin=-0.5, vmax=len(m) - 0.5, alpha=0.13, rasterized=True, zorder=0)


def path(ax, points, *, which=0):
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
    ax.plot(*points.T, color=_colour(which), path_effects=white, zorder=4)
    ax.scatter(*points[0], s=40, facecolors="white", edgecolors=_colour(which), linewidths=1.8, zorder=5)


def half_step_trace(ax, J):
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
    for step, word, colour in ((0, "assigned", COLOURS[0]), (1, "updated", COLOURS[1])):
        ax.annotate(word, (step, J[step]), (9, 4), textcoords="offset points", color=colour)
    ax.margins(y=0.12)
    ax.set_xlabel("half-step")
    ax.set_xticks(steps[:: max(1, math.ceil(len(J) / 10))])


def curve(ax, x, y, *, label="", which=0):
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
    ax.plot(x, y, color=_colour(which), marker=_marker(which), markersize=5.5)
    if label:
        beside = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        ax.annotate(label, (x[-1], y[-1]), (8, 0), color=_colour(which), **beside)


def shares(ax, names, values):
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
    ax.barh(places, values, color=[_colour(j) for j in range(len(names))], height=0.62)
    for place, value in zip(places, values, strict=True):
        ax.text(value + 0.015, place, f"{100 * value:.0f} %", va="center")
    ax.set_yticks(places, names)
    ax.set_xlim(0, 1.1)
    ax.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)


def landscape(ax, m0, m1, J, *, levels=14):
    """Draw a function of two one-dimensional means as filled contours: dark is low.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    m0, m1 : ndarray, shapes (a,), (b,)
        The grids of the two means.
    J : ndarray, shape (b, a)
        ``[row, column]`` is the value at ``(m0[column], m1[row])``.
    levels : int
        How many contours, at equal shares of the values.
    """
    at = np.unique(np.quantile(J, np.linspace(0, 1, levels)))
    ranks = np.interp(J, at, np.arange(len(at)))
    ax.contourf(m0, m1, ranks, levels=np.arange(len(at)), cmap="Greys_r", vmin=-len(at) / 2)
    ax.contour(m0, m1, J, levels=at[1:-1], colors="white", linewidths=0.6)
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("mean $m_0$")
    ax.set_ylabel("mean $m_1$")


def basins(ax, m0, m1, ends):
    """Colour each start by where it ends; equal ends have one colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    m0, m1 : ndarray, shapes (a,), (b,)
        The grids of the two starting means.
    ends : ndarray of int, shape (b, a)
        Number of the end that the start ``(m0[column], m1[row])`` leads to.
    """
    count = ends.max() + 1
    colours = ListedColormap([_colour(j) for j in range(count)])
    ax.pcolormesh(m0, m1, ends, cmap=colours, vmin=-0.5, vmax=count - 0.5, alpha=0.45, rasterized=True)
    ax.set_aspect("equal", adjustable="box")
    ax.set_xlabel("start of $m_0$")
    ax.set_ylabel("start of $m_1$")


def end_marks(ax, points, texts):
    """Mark places in a plane of two means, and write a few words beside each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    points : sequence of pairs of float
        Where; colour and marker follow their order.
    texts : sequence of str
        What to write.
    """
    for j, ((x, y), text) in enumerate(zip(points, texts, strict=True)):
        ax.scatter(x, y, s=80, color=_colour(j), marker=_marker(j), edgecolors="white", linewidths=1.5, zorder=5)
        note(ax, (x, y), text)


def note(ax, at, text, *, offset=(9, -4)):
    """Write a few words beside a point, legible on any ground.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    at : pair of float
        The point, in data coordinates.
    text : str
        What to write.
    offset : pair of float
        From the point to the text, in points.
    """
    halo = [patheffects.withStroke(linewidth=3, foreground="white")]
    ax.annotate(text, at, offset, textcoords="offset points", fontsize=9, path_effects=halo, zorder=6)


def _colour(j):
    return COLOURS[j % len(COLOURS)]


def _marker(j):
    return MARKERS[j % len(MARKERS)]
