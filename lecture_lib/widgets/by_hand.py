"""A Gaussian mixture that is shaped by hand: its weights, its means, and the half axes of its ellipses."""

from dataclasses import dataclass, field, replace

import numpy as np

from lecture_lib import seeding, validation
from lecture_lib.figures.look import colour
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.widgets import layers, shapes
from lecture_lib.widgets import scene as sc

__all__ = ["ByHand", "shaped", "spread", "start_of"]


@dataclass(frozen=True, eq=False)
class ByHand:
    """Weights, means and half axes.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        With sum 1.
    means : ndarray, shape (k, 2)
        In the units of the data.
    axes : ndarray, shape (k, 2, 2)
        ``[j, a]`` is half axis a of component j, one standard deviation long.
    unit : ndarray, shape (2,)
        Angles and lengths are those in these units.
    theta : MixtureParameters
        The same, for the library.
    """

    weights: np.ndarray
    means: np.ndarray
    axes: np.ndarray
    unit: np.ndarray
    theta: MixtureParameters = field(init=False)

    def __post_init__(self):
        theta = MixtureParameters(self.weights, self.means, shapes.covariance_of(self.axes))
        object.__setattr__(self, "theta", theta)

    @property
    def k(self):
        """How many components there are."""
        return len(self.weights)

    def weighed(self, j, weight):
        """Return the mixture with another weight of component j; the others keep their proportions."""
        if self.k == 1:
            return self
        weights = self.weights.copy()
        weights[j] = 0.0
        rest = weights.sum()
        others = weights / rest if rest > 0 else np.where(np.arange(self.k) == j, 0.0, 1 / (self.k - 1))
        weights = others * (1 - weight)
        weights[j] = weight
        return replace(self, weights=weights / weights.sum())

    def moved(self, name, at):
        """Return the mixture after one of its handles was moved."""
        kind, j, *axis = name.split("-")
        j, means, axes = int(j), self.means.copy(), self.axes.copy()
        if kind == "mean":
            means[j] = at
        else:
            pull = (np.asarray(at) - means[j]) / shapes.WIDTHS
            axes[j] = shapes.turned(axes[j], int(axis[0]), pull, self.unit)
        return replace(self, means=means, axes=axes)

    def ellipses(self):
        """Return the layers that show its components."""
        return layers.ellipses(self.theta)

    def handles(self, names):
        """Return its handles: two knobs on each ellipse, and its means."""
        knobs = []
        for j, a in np.ndindex(self.k, 2):
            at = self.means[j] + shapes.WIDTHS * self.axes[j, a]
            label = f"{('first', 'second')[a]} axis of component {j}"
            knobs.append(
                sc.handle(f"axis-{j}-{a}", at, label=label, value=layers.places(at, names), tint=colour(j),
                          style="knob")
            )  # fmt: skip
        return knobs + layers.mean_handles(self.means, names, word="mean of component")


def shaped(theta, unit):
    """Return parameters as a mixture that can be shaped by hand.

    Parameters
    ----------
    theta : MixtureParameters
        In two dimensions.
    unit : ndarray, shape (2,)
        As :class:`ByHand` has it.

    Returns
    -------
    ByHand
    """
    return ByHand(theta.weights, theta.means, shapes.axes_of(theta.covariances, unit), unit)


def start_of(X, k, start, rng, *, most):
    """Return data and a start, as an explorer of a mixture takes them from its user.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data.
    k : int
        Number of components.
    start : MixtureParameters or None
        What the user gave; means at data drawn at random for None.
    rng : numpy.random.Generator
        Source of those.
    most : int
        At most so many components.

    Returns
    -------
    X : ndarray, shape (n, 2)
    start : MixtureParameters

    Raises
    ------
    ValueError
        For bad data, ``start`` or ``k``.
    """
    X, k = layers.plane_data(X), layers.few(k, most)
    start = spread(X, seeding.random_points(X, k, rng)) if start is None else start
    layers.few(len(validation.instance(start, MixtureParameters).weights), most)
    return X, start


def spread(X, means):
    """Return equal weights, given means, and for each component the covariance of the data over k.

    Parameters
    ----------
    X : ndarray, shape (n, 2)
        Data that do not lie on a line.
    means : ndarray, shape (k, 2)
        Means.

    Returns
    -------
    MixtureParameters
    """
    k = len(means)
    centred = X - X.mean(axis=0)
    return MixtureParameters(np.full(k, 1 / k), means, [centred.T @ centred / len(X) / k] * k)
