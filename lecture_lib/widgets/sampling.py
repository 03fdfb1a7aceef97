"""Explorer 05: a mixture that is built by hand, and data drawn from it."""

import numpy as np

from lecture_lib import figures, validation
from lecture_lib.models.mixture import MixtureParameters, log_likelihood, responsibilities, sample
from lecture_lib.widgets.explorer import Explorer, few, off, packed

__all__ = ["SamplingExplorer"]

MOST_COMPONENTS, MOST_DATA = 4, 2000
NAMES = ("x₁", "x₂")


class SamplingExplorer(Explorer):
    """A mixture that is shaped by hand, and data drawn from it.

    Parameters
    ----------
    theta : MixtureParameters, optional
        The mixture to begin with, in the square from 0 to 10, at most four components.
    n : int
        How many data, from 10 to 2000.

    Raises
    ------
    ValueError
        For a ``theta`` that is no such mixture, or a bad ``n``.

    Notes
    -----
    While a handle moves the seed stays, so the sample bends with the mixture. ``explorer.state`` has the
    ``mixture``, the data ``X`` and their components ``z``.
    """

    def __init__(self, theta=None, n=300):
        theta = _first() if theta is None else validation.instance(theta, MixtureParameters)
        validation.shape_of_means(theta.means, 2)
        few(len(theta.means), MOST_COMPONENTS)
        n = validation.count(n, MOST_DATA, "n")
        self._theta, self._n = theta, n
        super().__init__("Sampling", {"theta": packed(theta), "n": n, "seed": 0}, {"mixture": theta, "n": n})

    def draw(self, axes):
        """Draw a sample in the colours of its components, and the shares that were drawn."""
        theta, n = self._theta, self._n
        X, z = sample(theta, n, np.random.default_rng(0))
        axes[0].set(xlim=(0, 10), ylim=(0, 10), aspect="equal", xlabel=NAMES[0], ylabel=NAMES[1])
        figures.clusters(axes[0], X, np.eye(len(theta.weights))[z])
        figures.ellipses(axes[0], theta, radii=(2.0,))
        axes[0].set_title("complete: the component is known")
        counts = np.bincount(z, minlength=len(theta.weights))
        figures.shares(axes[1], [f"component {j}" for j in range(len(counts))], counts / n)
        axes[1].set_title("shares that were drawn")
        drawn = ", ".join(map(str, counts))
        return (
            f"{n} data drawn from a mixture of {len(counts)} Gaussian components, drawn as ellipses: {drawn} of "
            f"each. The log-likelihood of the mixture is {log_likelihood(X, theta):.6g} nats."
        )

    def differences(self, state):
        """Compare responsibilities and log-likelihood of the data that the page drew."""
        X, theta = state.X, state.mixture
        return {
            "responsibilities": off(state.r, responsibilities(X, theta)),
            "log-likelihood": off(state.likelihood, log_likelihood(X, theta)),
        }


def _first():
    turns = np.array([0.6, -0.7, 0.0])
    long, short = np.array([1.6, 1.1, 0.6]), np.array([0.5, 0.6, 0.6])
    cos, sin = np.cos(turns), np.sin(turns)
    axes = np.stack([np.stack([long * cos, long * sin], 1), np.stack([-short * sin, short * cos], 1)], 1)
    means = [[3.0, 3.6], [4.6, 7.0], [7.4, 4.6]]
    return MixtureParameters([0.5, 0.3, 0.2], means, np.swapaxes(axes, 1, 2) @ axes)
