"""Pictures made of numbers."""

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

__all__ = ["picture"]


def picture(ax: Axes, pixels: ArrayLike, title: str = "") -> None:
    """Draw a picture in shades of grey, without axes: 0 is white, 1 is black.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    pixels : ndarray, shape (rows, columns)
        From 0 to 1.
    title : str
        Written above it.
    """
    ax.imshow(pixels, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
    ax.set_axis_off()
    ax.set_title(title, loc="center")
