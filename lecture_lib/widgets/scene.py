"""What a plane shows, as plain instructions: a scene holds panels, a panel holds layers.

Every function here is pure: numbers in, dictionaries of numbers and words out. Two painters read them:
``plane.js`` on a canvas in the browser, and :mod:`lecture_lib.widgets.still` with Matplotlib, for the picture that
stays in a stored notebook. All places are in the coordinates of the data. A colour is ``"#0072B2"``, or ``"ink"``,
``"quiet"`` or ``"ground"``, which follow the theme.
"""

import zlib

import numpy as np

from lecture_lib.figures.look import COLOURS, MARKERS, colour

__all__ = [
    "MARGIN",
    "arrow",
    "axis",
    "handle",
    "heat",
    "line",
    "marks",
    "movable",
    "number",
    "panel",
    "points",
    "scene",
    "text",
    "ticks",
]

MARGIN = {"left": 68, "right": 16, "top": 30, "bottom": 46}
"""Room around the box of a panel for its title, ticks and labels, in pixels."""


def number(value, digits=4):
    """Return a number as it is shown: few digits, and a true minus sign.

    Parameters
    ----------
    value : float
        Any number.
    digits : int
        How many significant ones.

    Returns
    -------
    str
    """
    shown = f"{value + 0.0:.0f}" if 10**digits <= abs(value) < 1e9 else f"{value + 0.0:.{digits}g}"
    return shown.replace("-", "−")


def ticks(low, high, most=6):
    """Return round numbers between two limits, each with its text.

    Parameters
    ----------
    low, high : float
        Limits; ``low`` is below ``high``.
    most : int
        At most so many.

    Returns
    -------
    list of [float, str]
        From the lowest up.
    """
    rough = (high - low) / most
    unit = 10.0 ** np.floor(np.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * (1 - 1e-9))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [[float(step * i), number(step * i, 6)] for i in np.arange(first, last + 1)]


def axis(low, high, label="", at=None):
    """Return an axis.

    Parameters
    ----------
    low, high : float
        Limits.
    label : str
        What it measures, with the unit: ``"wait / min"``.
    at : list of [float, str], optional
        Ticks; round numbers if none are given.

    Returns
    -------
    dict
    """
    low, high = float(low), float(high)
    return {"low": low, "high": high, "label": label, "ticks": ticks(low, high) if at is None else at}


def panel(x, y, layers, *, title="", width=1.0, equal=False):
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
    equal : bool
        Whether one unit is as long in both directions.

    Returns
    -------
    dict
    """
    return {"x": x, "y": y, "layers": layers, "title": title, "width": float(width), "equal": equal}


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


def points(X, r=None, *, size=6.0, drag=""):
    """Return data; colour and marker shape say which cluster takes a datum, soft shares mix the colours.

    Parameters
    ----------
    X : ndarray, shape (n, 2)
        Data.
    r : ndarray, shape (n, k), optional
        Responsibilities. Grey dots without them.
    size : float
        Diameter of a dot, in pixels.
    drag : str
        When given, each datum i can be dragged, and calls itself by this word and ``i``.

    Returns
    -------
    dict
        Numbers in binary form: ``xy`` float32, ``rgb`` and ``shape`` uint8.
    """
    layer = {"kind": "points", "xy": np.asarray(X, dtype="<f4").tobytes(), "size": float(size), "drag": drag}
    if r is None:
        return layer | {"rgb": b"", "shape": b""}
    palette = np.array([rgb(colour(j)) for j in range(r.shape[1])])
    mixed = np.rint(r @ palette).clip(0, 255).astype(np.uint8)
    shapes = (r.argmax(axis=1) % len(MARKERS)).astype(np.uint8)
    return layer | {"rgb": mixed.tobytes(), "shape": shapes.tobytes()}


def rgb(hexadecimal):
    """Return a colour as three integers from 0 to 255."""
    return [int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5)]


def line(xy, tint="ink", *, width=1.8, dash=False, halo=False, fill=0.0):
    """Return a line through points; points that are not finite are left out.

    Parameters
    ----------
    xy : array_like, shape (points, 2)
        Where it goes.
    tint : str
        Its colour.
    width : float
        In pixels; 0 for a filled shape without border.
    dash, halo : bool
        Whether it is dashed, and whether it stands out from what lies below.
    fill : float
        Opacity of the shape that it encloses.

    Returns
    -------
    dict
    """
    xy = np.reshape(np.asarray(xy, dtype=float), (-1, 2))
    xy = xy[np.isfinite(xy).all(axis=1)]
    look = {"colour": tint, "width": float(width), "dash": dash, "halo": halo, "fill": float(fill)}
    return {"kind": "line", "xy": xy.tolist(), **look}


def marks(xy, tint="ink", *, shape=0, size=8.0, look="solid"):
    """Return marks at a few places.

    Parameters
    ----------
    xy : array_like, shape (marks, 2)
        Where; those that are not finite are left out.
    tint : str
        Their colour.
    shape : int
        Number of the marker, as for a cluster of that number.
    size : float
        Diameter, in pixels.
    look : {"solid", "hollow", "ring"}
        Filled with their colour, with that of the ground, or not at all.

    Returns
    -------
    dict
    """
    where = line(xy)["xy"]
    what = {"colour": tint, "shape": int(shape) % len(MARKERS), "size": float(size)}
    return {"kind": "marks", "xy": where, "look": look, **what}


def text(at, words, tint="ink", *, shift=(8, -6), anchor="start"):
    """Return a few words beside a point.

    Parameters
    ----------
    at : array_like, shape (2,)
        The point.
    words : str
        What to write.
    tint : str
        Colour.
    shift : pair of float
        From the point to the words, in pixels, to the right and down.
    anchor : {"start", "middle", "end"}
        Which part of the words is there.

    Returns
    -------
    dict
    """
    shift = [float(pixels) for pixels in shift]
    return {"kind": "text", "at": _place(at), "text": words, "colour": tint, "shift": shift, "anchor": anchor}


def arrow(start, end, tint="ink"):
    """Return an arrow.

    Parameters
    ----------
    start, end : array_like, shape (2,)
        From where to where.
    tint : str
        Colour.

    Returns
    -------
    dict
    """
    return {"kind": "arrow", "start": _place(start), "end": _place(end), "colour": tint}


def heat(values, x, y, *, levels=14):
    """Return a function of two variables as filled contours at equal shares of its values: dark is low.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        ``[row, column]`` is the value at ``x[column], y[row]``. Integers are names: one colour each, as clusters.
    x, y : ndarray, shapes (columns,), (rows,)
        An even grid, from the lowest up.
    levels : int
        How many contours.

    Returns
    -------
    dict
        ``values`` are uint8: names, or heights from 0 to 255.
    """
    named = np.issubdtype(np.asarray(values).dtype, np.integer)
    if named:
        heights = values % len(COLOURS)
    else:
        at = np.unique(np.quantile(values, np.linspace(0, 1, levels + 1)))
        heights = np.interp(values, at, np.linspace(0, 255, len(at)))
    content = np.rint(heights).astype(np.uint8).tobytes()
    extent = [float(edge) for edge in (x[0], x[-1], y[0], y[-1])]
    shape = {"rows": len(y), "columns": len(x), "extent": extent, "levels": 0 if named else levels}
    return {"kind": "heat", "values": content, **shape, "key": zlib.crc32(content), "colours": list(COLOURS)}


def handle(name, at, *, label, value, tint="ink", style="mean", caption="", along="xy"):
    """Return something that can be dragged, or moved with the arrow keys.

    Parameters
    ----------
    name : str
        What a move of it is called.
    at : array_like, shape (2,)
        Where it is.
    label, value : str
        What it is, and where, in words.
    tint : str
        Colour.
    style : {"mean", "knob", "dial"}
        A large ring with its caption, a small knob, or a line across the panel.
    caption : str
        Written into the ring.
    along : {"xy", "x", "y"}
        In which directions it moves.

    Returns
    -------
    dict
    """
    words = {"label": label, "value": value, "caption": caption}
    return {"kind": "handle", "id": name, "at": _place(at), "style": style, "colour": tint, "along": along, **words}


def movable(drawn, name):
    """Tell whether a scene shows something of this name that can be moved.

    Parameters
    ----------
    drawn : dict
        The scene.
    name : str
        Of a handle, or of a datum.

    Returns
    -------
    bool
    """
    for layer in (layer for panel in drawn["panels"] for layer in panel["layers"]):
        if layer["kind"] == "handle" and layer["id"] == name:
            return True
        if layer["kind"] == "points" and layer["drag"] and name.startswith(layer["drag"]):
            number_of = name.removeprefix(layer["drag"])
            return number_of.isdecimal() and int(number_of) < len(layer["xy"]) // 8
    return False


def _place(at):
    return [float(coordinate) for coordinate in at]
