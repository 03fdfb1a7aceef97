"""Explorer 06: climb the likelihood of a mixture by hand, along gradient arrows, and compare with EM."""

import numpy as np

from lecture_lib import figures, seeding, validation
from lecture_lib.em import converge, em
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, grad_means, log_likelihood, responsibilities
from lecture_lib.widgets.explorer import Explorer, few, off, packed, plane_data

__all__ = ["ClimbingExplorer", "spread", "start_of"]

MOST_COMPONENTS = 4
MOST_STEPS = 1000


class ClimbingExplorer(Explorer):
    """The likelihood of a Gaussian mixture, climbed by hand.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data; not all on a line.
    k : int
        Number of components, from 1 to 4.
    start : MixtureParameters, optional
        Where to begin; means at data drawn at random if not given.
    names : pair of str
        What the two columns are, with units.
    rng : numpy.random.Generator, optional
        Source of the start.

    Raises
    ------
    ValueError
        For bad data, ``start`` or ``k``.

    Notes
    -----
    ``explorer.state`` has the ``mixture``, its log-likelihood ``height``, and ``summit``, that of EM from the first
    start. Arrows show the gradient in the means, measured with each column in units of its standard deviation.
    """

    def __init__(self, X, k=2, *, start=None, names=("", ""), rng=None):
        self._X, self._start = start_of(X, k, start, rng, most=MOST_COMPONENTS)
        self._names = tuple(names)
        height = log_likelihood(self._X, self._start)
        options = {"X": self._X.tolist(), "names": list(names), "start": packed(self._start)}
        super().__init__("Climbing", options, {"X": self._X, "mixture": self._start, "height": height})

    def draw(self, axes):
        """Draw the start with its gradient, and how far EM gets from there."""
        X, theta, names = self._X, self._start, self._names
        run = converge(em(GaussianMixture(X), theta), max_steps=MOST_STEPS)
        unit = X.std(axis=0)
        figures.frame(axes[0], X, names, margin=0.15)
        axes[0].set_aspect(unit[0] / unit[1])
        figures.clusters(axes[0], X, responsibilities(X, theta))
        figures.ellipses(axes[0], theta, radii=(2.0,))
        slope = grad_means(X, theta) * unit**2
        steps = (
            0.22 * np.ptp(X, axis=0) * slope / np.hypot(*(slope / np.ptp(X, axis=0)).T).max() / np.ptp(X, axis=0)
        )
        for j, (mean, step) in enumerate(zip(theta.means, steps, strict=True)):
            figures.arrows(axes[0], [mean], [step], which=j, width=0.012)
        axes[0].set_title("drag means and axes")
        figures.trace(axes[1], run.objectives)
        axes[1].set(title="EM from this start", ylabel="log-likelihood / nats")
        return (
            f"Data and {len(theta.weights)} Gaussian components with arrows for the gradient in their means: "
            f"log-likelihood {run.objectives[0]:.6g}. Right EM from the same start: it reaches {run.objective:.6g}."
        )

    def differences(self, state):
        """Compare log-likelihood, responsibilities and gradient."""
        X, theta = state.X, state.mixture
        r, slope = responsibilities(X, theta), grad_means(X, theta) * X.std(axis=0)
        # At the summit the gradient is a difference of large terms.
        size = max(np.abs(slope).max(), r.sum(axis=0).max())
        return {
            "log-likelihood": off(state.height, log_likelihood(X, theta)),
            "responsibilities": off(state.r, r),
            "gradient": float(np.abs(state.slope - slope).max() / size),
        }


def start_of(X, k, start, rng, *, most):
    """Return data and a start, as an explorer of a mixture takes them from its user.

    Raises
    ------
    ValueError
        For bad data, ``start`` or ``k``.
    """
    X, k = plane_data(X), few(k, most)
    if start is None:
        rng = np.random.default_rng(0) if rng is None else validation.rng(rng)
        start = spread(X, seeding.random_points(X, k, rng))
    few(len(validation.instance(start, MixtureParameters).weights), most)
    validation.shape_of_means(start.means, 2)
    return X, start


def spread(X, means):
    """Return equal weights, given means, and for each component the covariance of the data over k."""
    k = len(means)
    centred = X - X.mean(axis=0)
    return MixtureParameters(np.full(k, 1 / k), means, [centred.T @ centred / len(X) / k] * k)
