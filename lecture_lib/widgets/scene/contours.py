"""A function of two variables as a layer."""

import zlib

import numpy as np

from lecture_lib.figures.look import COLOURS

__all__ = ["heat"]


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
