"""Layers of a few strokes: lines and marks, whose places are in binary form; words, arrows."""

import numpy as np

from lecture_lib.figures.look import MARKERS

__all__ = ["arrow", "line", "marks", "places", "text"]


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
        ``xy`` is float64 in binary form: hundreds of short lists would hold up each answer.
    """
    xy = np.reshape(np.asarray(xy, dtype="<f8"), (-1, 2))
    xy = xy[np.isfinite(xy).all(axis=1)]
    look = {"colour": tint, "width": float(width), "dash": dash, "halo": halo, "fill": float(fill)}
    return {"kind": "line", "xy": xy.tobytes(), **look}


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
        ``xy`` as in :func:`line`.
    """
    where = line(xy)["xy"]
    what = {"colour": tint, "shape": int(shape) % len(MARKERS), "size": float(size)}
    return {"kind": "marks", "xy": where, "look": look, **what}


def places(layer):
    """Return where the points of a line, or marks, are.

    Parameters
    ----------
    layer : dict
        As :func:`line` or :func:`marks` returns it.

    Returns
    -------
    ndarray, shape (points, 2)
    """
    return np.frombuffer(layer["xy"], "<f8").reshape(-1, 2)


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


def _place(at):
    return [float(coordinate) for coordinate in at]
