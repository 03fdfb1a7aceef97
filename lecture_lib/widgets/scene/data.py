"""The data as a layer: many points, in binary form."""

import numpy as np

from lecture_lib.figures.look import MARKERS, colour

__all__ = ["points", "rgb"]


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
