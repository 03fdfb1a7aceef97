"""A scene painted with Matplotlib: the picture that stays in a stored notebook, where no kernel runs."""

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure

from lecture_lib.figures.look import INK, MARKERS, PIXELS_PER_INCH, QUIET, style
from lecture_lib.figures.look import bundle as picture_bundle
from lecture_lib.widgets.scene import places

__all__ = ["boxes", "bundle", "paint"]

WIDTH = 840
"""Of the picture on the page, in pixels."""

FOOT = 30
"""Height of the line of text below, in pixels."""

TICK_POINTS, LABEL_POINTS = 8.64, 9.36
"""The 12 and 13 pixels of ``canvas/panel.js``; with larger ones, long numbers reach into the label."""

TINTS = {"ink": INK, "quiet": QUIET, "ground": "white"}
LOW, HIGH = "#777777", "#FFFFFF"
POINT = 72 / PIXELS_PER_INCH  # a pixel of the page, in points


def bundle(scene):
    """Return a scene as a notebook stores it.

    Parameters
    ----------
    scene : dict
        As :func:`lecture_lib.widgets.scene.scene` returns it.

    Returns
    -------
    data, metadata : dict
        As :func:`lecture_lib.figures.look.bundle` returns them.
    """
    return picture_bundle(paint(scene), alt=f"{scene['name']} {scene['say']}")


def boxes(scene, width=WIDTH):
    """Return the box of each panel, as ``canvas/coordinates.js`` lays them out side by side.

    Parameters
    ----------
    scene : dict
        The scene.
    width : float
        Of the whole, in pixels.

    Returns
    -------
    list of tuple of float
        Left, top, width and height of each box, in pixels.
    """
    margin, total = scene["margin"], sum(panel["width"] for panel in scene["panels"])
    left, found = 0.0, []
    for panel in scene["panels"]:
        share = width * panel["width"] / total
        wide = share - margin["left"] - margin["right"]
        high = width * scene["aspect"] - margin["top"] - margin["bottom"]
        x, y = left + margin["left"], float(margin["top"])
        if panel["units"]:
            ranges = [(panel[a]["high"] - panel[a]["low"]) / u for a, u in zip("xy", panel["units"], strict=True)]
            unit = min(wide / ranges[0], high / ranges[1])
            x += (wide - unit * ranges[0]) / 2
            y += (high - unit * ranges[1]) / 2
            wide, high = unit * ranges[0], unit * ranges[1]
        found.append((x, y, wide, high))
        left += share
    return found


def paint(scene):
    """Return a figure that shows a scene.

    Parameters
    ----------
    scene : dict
        The scene.

    Returns
    -------
    matplotlib.figure.Figure
    """
    height = WIDTH * scene["aspect"] + FOOT
    with mpl.rc_context(style()):
        fig = Figure(figsize=(WIDTH / PIXELS_PER_INCH, height / PIXELS_PER_INCH))
        for panel, (x, y, wide, high) in zip(scene["panels"], boxes(scene), strict=True):
            ax = fig.add_axes((x / WIDTH, 1 - (y + high) / height, wide / WIDTH, high / height))
            _frame(ax, panel, wide)
            for order, layer in enumerate(panel["layers"]):
                PAINTERS[layer["kind"]](ax, layer, {"zorder": 2 + order / 100})
        fig.text(scene["margin"]["left"] / WIDTH, FOOT / 3 / height, scene["notice"] or scene["say"], fontsize=10)
    return fig


def _frame(ax, panel, wide):
    for name in "xy":
        axis = panel[name]
        ax.set(**{f"{name}lim": (axis["low"], axis["high"]), f"{name}label": axis["label"]})
        ax.set(**{f"{name}ticks": [at for at, _ in axis["ticks"]]})
        ax.set(**{f"{name}ticklabels": [words for _, words in axis["ticks"]]})
    ax.tick_params(labelsize=TICK_POINTS)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set_size(LABEL_POINTS)
    ax.yaxis.set_label_coords(-52 / wide, 0.5)
    ax.set_title(panel["title"])


def _tint(layer):
    return TINTS.get(layer["colour"], layer["colour"])


def _points(ax, layer, order):
    xy = np.frombuffer(layer["xy"], "<f4").reshape(-1, 2)
    size = (layer["size"] * POINT) ** 2
    if not layer["rgb"]:
        ax.scatter(*xy.T, s=size, color=QUIET, linewidths=0, **order)
        return
    rgb, shapes = np.frombuffer(layer["rgb"], "u1").reshape(-1, 3) / 255, np.frombuffer(layer["shape"], "u1")
    for shape in np.unique(shapes):
        mine = shapes == shape
        ax.scatter(*xy[mine].T, s=size, c=rgb[mine], marker=MARKERS[shape], linewidths=0, **order)


def _line(ax, layer, order):
    if not layer["xy"]:
        return
    x, y = places(layer).T
    if layer["fill"]:
        ax.fill(x, y, color=_tint(layer), alpha=layer["fill"], linewidth=0, **order)
    if layer["width"]:
        halo = [patheffects.withStroke(linewidth=(layer["width"] + 2.5) * POINT, foreground="white")]
        look = {"linestyle": (0, (4, 3)) if layer["dash"] else "-", "path_effects": halo if layer["halo"] else None}
        ax.plot(x, y, color=_tint(layer), linewidth=layer["width"] * POINT, **look, **order)


def _marks(ax, layer, order):
    if not layer["xy"]:
        return
    face = {"facecolors": {"solid": _tint(layer), "hollow": "white", "ring": "none"}[layer["look"]]}
    width = {"solid": 1, "hollow": 2, "ring": 1.2}[layer["look"]] * POINT
    edge = {"edgecolors": "white" if layer["look"] == "solid" else _tint(layer), "linewidths": width}
    x, y = places(layer).T
    ax.scatter(x, y, s=(layer["size"] * POINT) ** 2, marker=MARKERS[layer["shape"]], **face, **edge, **order)


def _text(ax, layer, order):
    right, down = (POINT * pixels for pixels in layer["shift"])
    halo = [patheffects.withStroke(linewidth=3, foreground="white")]
    anchor = {"start": "left", "middle": "center", "end": "right"}[layer["anchor"]]
    ax.annotate(
        layer["text"], layer["at"], (right, -down), textcoords="offset points", ha=anchor, fontsize=9,
        color=_tint(layer), path_effects=halo, annotation_clip=False, **order,
    )  # fmt: skip


def _arrow(ax, layer, order):
    look = {"arrowstyle": "-|>,head_width=0.3,head_length=0.6", "color": _tint(layer), "linewidth": 2.2 * POINT}
    look |= {"shrinkA": 0, "shrinkB": 0, "path_effects": [patheffects.withStroke(linewidth=4, foreground="white")]}
    ax.annotate("", layer["end"], layer["start"], arrowprops=look, annotation_clip=False, **order)


def _heat(ax, layer, order):
    x0, x1, y0, y1 = layer["extent"]
    values = np.frombuffer(layer["values"], "u1").reshape(layer["rows"], layer["columns"])
    x, y = np.linspace(x0, x1, layer["columns"]), np.linspace(y0, y1, layer["rows"])
    below = {"zorder": order["zorder"] - 1}
    if not layer["levels"]:
        look = {"cmap": ListedColormap(layer["colours"]), "vmin": -0.5, "vmax": len(layer["colours"]) - 0.5}
        ax.pcolormesh(x, y, values, alpha=0.45, rasterized=True, **look, **below)
        return
    levels = np.linspace(0, 255, layer["levels"] + 1)
    greys = LinearSegmentedColormap.from_list("greys", [LOW, HIGH])
    ax.contourf(x, y, values, levels=levels, cmap=greys, extend="both", **below)
    ax.contour(x, y, values, levels=levels[1:-1], colors="white", linewidths=0.6, **below)


def _handle(ax, layer, order):
    (x, y), tint = layer["at"], _tint(layer)
    over = {"clip_on": False, "zorder": 5 + order["zorder"]}
    if layer["style"] == "dial":
        ax.axvline(x, color=tint, linewidth=2 * POINT, **order)
    if layer["style"] != "mean":
        ax.scatter(x, y, s=(13 * POINT) ** 2, facecolors="white", edgecolors=tint, linewidths=2, **over)
        return
    ax.scatter(x, y, s=(26 * POINT) ** 2, color="white", **over)
    ax.scatter(x, y, s=(20 * POINT) ** 2, color=tint, edgecolors=INK, linewidths=1.3, **over)
    over["zorder"] += 1
    ax.text(
        x, y, layer["caption"], ha="center", va="center_baseline", color="white", weight="bold", fontsize=9, **over
    )


PAINTERS = {
    "points": _points,
    "line": _line,
    "marks": _marks,
    "text": _text,
    "arrow": _arrow,
    "heat": _heat,
    "handle": _handle,
}
