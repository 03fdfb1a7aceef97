"""Gaussian components in the plane: their means and covariances, as ellipses."""

from collections.abc import Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse

from lecture_lib.figures.appearance import colour
from lecture_lib.figures.plane import means
from lecture_lib.gaussian.parameters import MixtureParameters

__all__ = ["ellipses"]


def ellipses(
    ax: Axes,
    theta: MixtureParameters,
    *,
    radii: Sequence[float] = (1.0, 2.0),
    size: float = 90,
    numbered: bool = True,
) -> None:
    """Draw each component of a mixture as ellipses about its mean, in the colour of its cluster.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    theta : lecture_lib.models.mixture.MixtureParameters
        A mixture in the plane.
    radii : sequence of float
        Where the ellipses run, in standard deviations: within 2 of them lie 86 % of a component's data.
    size : float
        Of the rings at the means, in square points.
    numbered : bool
        Whether each mean bears the number of its component.
    """
    white = [patheffects.withStroke(linewidth=3.5, foreground="white")]
    for j, (mean, covariance) in enumerate(zip(theta.means, theta.covariances, strict=True)):
        variances, axes = np.linalg.eigh(covariance)
        angle = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))  # of the long axis
        for radius in radii:
            short, long = 2 * radius * np.sqrt(variances)
            place = {"xy": mean, "width": long, "height": short, "angle": angle}
            ax.add_patch(Ellipse(**place, facecolor=colour(j), alpha=0.1, linewidth=0, zorder=0))
            ax.add_patch(Ellipse(**place, fill=False, edgecolor=colour(j), path_effects=white, zorder=2.5))
    means(ax, theta.means, size=size, numbered=numbered)
