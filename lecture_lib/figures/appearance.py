"""The look of the course: colours, shapes, sizes, and how a figure is shown.

Source of the palette: M. Okabe and K. Ito, *Color universal design*, 2008.
"""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

from IPython.display import display
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "PANEL",
    "PIXELS_PER_INCH",
    "QUIET",
    "SHARPNESS",
    "bundle",
    "colour",
    "frame",
    "marker",
    "note",
    "panels",
    "picture_html",
    "show",
    "style",
]

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""One colour a cluster; the seventh cluster begins anew, with another marker."""

MARKERS = ("o", "^", "s", "D", "v", "P", "X")
"""One marker shape a cluster."""

INK = "#333333"
"""Colour of text and axes."""

QUIET = "#8A8A8A"
"""Colour of data that belong to no cluster yet, and of lines that only help."""

PANEL = 2.9
"""Width and height of one panel, in inches."""

PIXELS_PER_INCH = 100
"""On the page."""

SHARPNESS = 1.5
"""Pixels of the picture for each pixel of the page, for screens of high density."""


def style() -> dict:
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


def panels(columns: int = 1, rows: int = 1, *, width: float = PANEL, height: float = PANEL, **kwargs: Any) -> dict:
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


def show(fig: Figure, *, alt: str) -> None:
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
    data, metadata = bundle(fig, alt=alt)
    display(data, raw=True, metadata=metadata)


def bundle(fig: Figure, *, alt: str) -> dict:
    """Return a figure as a notebook stores it: the picture, its alt text, its size.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it is closed afterwards.
    alt : str
        What is to be seen, in a sentence or two.

    Returns
    -------
    data : dict
        Media type to content.
    metadata : dict
        Alt text, width and height of the picture.

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
    about = {"alt": alt, "width": width, "height": height}
    # JupyterLab shows an alt text only in HTML; GitHub and nbconvert take the picture and its metadata.
    return {"image/png": png, "text/html": picture_html(png, about), "text/plain": alt}, {"image/png": about}


def picture_html(png: str, about: dict) -> str:
    """Return the HTML of a picture.

    Parameters
    ----------
    png : str
        The file, in base64.
    about : dict
        What its metadata say: alt text, width, height; of a live figure also ``explorer``, what it begins from.
    """
    size = f'width="{about["width"]}" height="{about["height"]}"'
    tag = f'<img alt="{html.escape(about["alt"])}" {size} src="data:image/png;base64,{png}">'
    return f'<div data-explorer="{html.escape(about["explorer"])}">{tag}</div>' if "explorer" in about else tag


def frame(
    ax: Axes, X: ArrayLike, names: Sequence[str] = ("", ""), *, margin: float = 0.07, equal: bool = False
) -> None:
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


def note(
    ax: Axes, at: tuple[float, float], text: str, *, offset: tuple[float, float] = (9, -4), ha: str = "left"
) -> None:
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
    ha : {"left", "center", "right"}
        Which end of the text is there.
    """
    halo = [patheffects.withStroke(linewidth=3, foreground="white")]
    ax.annotate(text, at, offset, textcoords="offset points", fontsize=9, ha=ha, path_effects=halo, zorder=6)


def colour(j: int) -> str:
    """Return the colour of cluster j.

    Parameters
    ----------
    j : int
        Number of the cluster.

    Returns
    -------
    str
        As Matplotlib reads it.
    """
    return COLOURS[j % len(COLOURS)]


def marker(j: int) -> str:
    """Return the marker shape of cluster j.

    Parameters
    ----------
    j : int
        Number of the cluster.

    Returns
    -------
    str
        As Matplotlib reads it.
    """
    return MARKERS[j % len(MARKERS)]
