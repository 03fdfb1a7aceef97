"""Explorer 07: EM for a Gaussian mixture, by half-steps: good starts, equal components, a collapse, the prior."""

import contextlib

import numpy as np

from lecture_lib import figures, validation
from lecture_lib.em import CollapsedComponentError, converge, em
from lecture_lib.gaussian.kinds import COVARIANCES
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior
from lecture_lib.models.mixture import log_likelihood, lower_bound, responsibilities
from lecture_lib.widgets.climbing import start_of
from lecture_lib.widgets.explorer import Explorer, off, packed
from lecture_lib.widgets.k_means import steps_of

__all__ = ["MixtureExplorer"]

MOST_COMPONENTS = 6
MOST_STEPS = 1000


class MixtureExplorer(Explorer):
    """EM for a Gaussian mixture under your hands, half-step by half-step.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data; not all on a line.
    k : int
        Number of components, from 1 to 6.
    start : MixtureParameters, optional
        Where EM starts; means at data drawn at random if not given.
    names : pair of str
        What the two columns are, with units.
    covariance : {"full", "tied", "diagonal", "spherical"}
        What the covariances may be.
    prior : bool
        Whether the weak prior holds them.
    at : int
        How many half-steps are shown.
    ahead : bool
        Whether the end is shown while the start is dragged.
    rng : numpy.random.Generator, optional
        Source of the start.

    Raises
    ------
    ValueError
        For bad data, ``start``, ``k`` or ``covariance``.

    Notes
    -----
    ``explorer.state`` has the start ``start``, the present parameters ``theta``, the responsibilities ``r`` that
    are shown, and the ``objective``: the bound F(r, theta), and with a prior log p(theta).
    """

    def __init__(
        self, X, k=2, *, start=None, names=("", ""), covariance="full", prior=False, at=0, ahead=False, rng=None
    ):
        self._X, self._start = start_of(X, k, start, rng, most=MOST_COMPONENTS)
        validation.choice(covariance, COVARIANCES, "covariance")
        self._names, self._covariance, self._prior = tuple(names), covariance, bool(prior)
        options = {"X": self._X.tolist(), "names": list(names), "start": packed(self._start)}
        options |= {"covariance": covariance, "prior": self._prior, **steps_of(at, ahead)}
        state = {"X": self._X, "start": self._start, "theta": self._start, "anchor": None, "r": None}
        super().__init__("Mixture", options, state | {"objective": None, "step": "start", "rest": False})

    def draw(self, axes):
        """Draw the way of EM from the start to its end, and the objective after each step."""
        X, start, names = self._X, self._start, self._names
        states = _states(X, start)
        theta, values = states[-1].theta, [state.objective for state in states]
        unit = X.std(axis=0)
        figures.frame(axes[0], X, names, margin=0.12)
        axes[0].set_aspect(unit[0] / unit[1])
        figures.clusters(axes[0], X, responsibilities(X, theta))
        for j in range(len(theta.weights)):
            figures.path(axes[0], [state.theta.means[j] for state in states], which=j)
        figures.ellipses(axes[0], theta, radii=(2.0,))
        axes[0].set_title("from the start to the end")
        figures.trace(axes[1], values)
        axes[1].set(title="the objective never falls", ylabel="log-likelihood / nats")
        weights = ", ".join(f"{weight:.3g}" for weight in theta.weights)
        return (
            f"EM for {len(theta.weights)} Gaussian components, drawn as ellipses, from its start (hollow) on: "
            f"log-likelihood {values[-1]:.6g} after {len(values) - 1} steps, weights {weights}."
        )

    def differences(self, state):
        """Compare the half-step that is shown; after a collapse, that the library finds it too."""
        if state.anchor is None:
            return {}
        X, anchor = state.X, state.anchor
        prior = MixturePrior.weak(X, len(anchor.weights)) if state.prior else None
        r = responsibilities(X, anchor)
        found = {"responsibilities": float(np.abs(state.r - r).max())}
        if state.step == "M":
            model = GaussianMixture(X, covariance=state.covariance, prior=prior)
            try:
                theta = model.m_step(anchor, model.e_step(anchor)[0])
            except CollapsedComponentError:
                return found | {"collapse": float(state.collapsed is None)}
            found["collapse"] = float(state.collapsed is not None)
            for name in ("weights", "means", "covariances"):
                found[name] = off(getattr(state.theta, name), getattr(theta, name))
        objective = log_likelihood(X, anchor) if state.step == "E" else lower_bound(X, r, state.theta)
        objective += prior.log_density(state.theta, state.covariance) if prior else 0.0
        return found | {"objective": off(state.objective, objective)}


def _states(X, start):
    """Return the states of EM from a start, as far as it goes."""
    seen = []

    def noted():
        for state in em(GaussianMixture(X), start):
            seen.append(state)
            yield state

    with contextlib.suppress(CollapsedComponentError):  # the picture ends before; the live figure tells of it
        converge(noted(), max_steps=MOST_STEPS)
    return seen
