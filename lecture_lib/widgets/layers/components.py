"""The components of a mixture as ellipses."""

from lecture_lib.figures.look import colour
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets import shapes

__all__ = ["ellipses"]


def ellipses(theta):
    """Return the ellipses of all components, two standard deviations wide.

    Parameters
    ----------
    theta : MixtureParameters
        In two dimensions.

    Returns
    -------
    list of dict
    """
    borders = (shapes.ellipse(mean, S) for mean, S in zip(theta.means, theta.covariances, strict=True))
    return [sc.line(border, colour(j), width=2.2, halo=True, fill=0.07) for j, border in enumerate(borders)]
