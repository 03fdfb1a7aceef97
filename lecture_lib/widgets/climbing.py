"""Explorer 06: climb the likelihood of a mixture by hand, along gradient arrows, and compare with EM."""

from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import seeding
from lecture_lib.em import objective_settles
from lecture_lib.figures.look import colour
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import grad_means, log_likelihood, responsibilities
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.by_hand import ByHand, shaped, spread, start_of
from lecture_lib.widgets.journey import journey
from lecture_lib.widgets.weighed import MOST_COMPONENTS, WeighedExplorer

__all__ = ["ClimbingExplorer"]

MOST_STEPS = 200
SETTLED = 0.01
"""A run ends when no more than this is left to gain, in nats: less is not seen."""

REMEMBERED = 60
LONGEST = 0.22
"""Length of the longest arrow, as a share of the picture."""


@dataclass(frozen=True, eq=False)
class State:
    """Data, their names, the mixture, the likelihoods on the way, EM's likelihood, and the size of a step."""

    X: np.ndarray
    names: tuple[str, str]
    mixture: ByHand
    trail: tuple[float, ...]
    summit: float
    rate: float

    @property
    def k(self):
        """How many components there are."""
        return self.mixture.k

    @property
    def height(self):
        """The log-likelihood where we are."""
        return self.trail[-1]


class ClimbingExplorer(WeighedExplorer):
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
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, ``start`` or ``k``.

    Notes
    -----
    ``explorer.state.height`` is the log-likelihood, ``explorer.state.summit`` that of EM from the first start.
    Arrows show the gradient in the means, measured with each column in units of its standard deviation.
    """

    def __init__(self, X, k=2, *, start=None, names=("", ""), rng=None):
        rng = np.random.default_rng(0) if rng is None else rng
        X, start = start_of(X, k, start, rng, most=MOST_COMPONENTS)
        super().__init__(begun(X, tuple(names), start), rng=rng)

    def rows(self):
        """Return the controls."""
        rate = ipywidgets.FloatLogSlider(min=-5, max=-1, step=0.1, description="step size", readout_format=".2g")
        rate.layout.width = "240px"
        k = ipywidgets.IntSlider(min=1, max=MOST_COMPONENTS, description="components k")
        k.layout.width = "230px"
        yield [
            self.button("Gradient step", gradient_step, "Move all means along their arrows", main=True),
            self.button("EM step", em_step, "E-step and M-step once", main=True),
            self.button("Random start", self._random_start, "Means at data drawn at random"),
            self._reset_button(),
            self.control("rate", rate),
            self.control("k", k),
        ]
        yield self.weight_sliders()

    def _random_start(self, state):
        means = seeding.random_points(state.X, state.k, self.rng)
        return replace(begun(state.X, state.names, spread(state.X, means)), rate=state.rate)

    def chosen(self, state, field, value):
        """Return the state with another weight, step size or number of components."""
        if field == "k":
            means = seeding.random_points(state.X, value, self.rng)
            return replace(begun(state.X, state.names, spread(state.X, means)), rate=state.rate)
        if field.startswith("weight"):
            mixture = self.weighed(state, field, value)
            return state if mixture is None else gone(state, mixture)
        return replace(state, rate=value)

    def moved(self, state, name, at):
        """Return the state after a mean or an axis was dragged."""
        return gone(state, state.mixture.moved(name, at))

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def begun(X, names, start):
    """Return the state at a start, with the height that EM reaches from it."""
    way = journey(GaussianMixture(X), start, until=objective_settles(SETTLED), max_steps=MOST_STEPS)
    mixture = shaped(start, X.std(axis=0))
    return State(X, names, mixture, (log_likelihood(X, start),), way.here.objective, 3e-4)


def gone(state, mixture):
    """Return the state at another mixture, the likelihood there added to the trail."""
    height = log_likelihood(state.X, mixture.theta)
    return replace(state, mixture=mixture, trail=(*state.trail, height)[-REMEMBERED:])


def slope(state):
    """Return the gradient in the means, in units of the spread of each column, shape (k, 2)."""
    return grad_means(state.X, state.mixture.theta) * state.mixture.unit


def gradient_step(state):
    """Return the state after all means went along their gradients."""
    mixture = state.mixture
    return gone(state, replace(mixture, means=mixture.means + state.rate * slope(state) * mixture.unit))


def em_step(state):
    """Return the state after one step of EM."""
    model, theta = GaussianMixture(state.X), state.mixture.theta
    theta = model.m_step(theta, model.e_step(theta)[0])
    return gone(state, shaped(theta, state.mixture.unit))


def draw(state):
    """Return the scene of a state."""
    low, high = layers.limits(state.X, 0.15)
    mixture = state.mixture
    plane = [
        sc.points(state.X, responsibilities(state.X, mixture.theta), size=6.5 if len(state.X) <= 400 else 4.5),
        *mixture.ellipses(),
        *_arrows(state, high - low),
        *mixture.handles(state.names),
    ]
    title = "the likelihood on your way"
    goal = (state.summit, f"EM: {sc.number(state.summit, 6)}")
    return sc.scene(
        [
            sc.panel(
                *layers.data_axes(low, high, state.names),
                plane,
                title="drag means and axes",
                width=1.35,
                equal=mixture.unit,
            ),
            layers.trace(state.trail, title=title, label="log-likelihood / nats", steps="move", target=goal),
        ],
        name=f"Data and {state.k} Gaussian components that can be dragged, with arrows for the gradient in their "
        "means; beside them the log-likelihood move by move, and that of EM.",
        say=_say(state),
    )


def _arrows(state, extent):
    """Return an arrow for each gradient; long ones are cut, so that all stay in the picture."""
    unit = state.mixture.unit
    share = slope(state) * unit / extent
    length = np.hypot(*share.T)
    scale = LONGEST / (length + 40.0)
    ends = state.mixture.means + (scale[:, None] * share) * extent
    return [sc.arrow(a, b, colour(j)) for j, (a, b) in enumerate(zip(state.mixture.means, ends, strict=True))]


def _say(state):
    gap = state.summit - state.height
    compared = f"{sc.number(gap, 4)} nats below EM" if gap > 0 else f"{sc.number(-gap, 4)} nats above EM"
    steep = sc.number(np.hypot(*slope(state).T).max(), 3)
    return f"Log-likelihood {sc.number(state.height, 6)}: {compared} from the same start. Steepest slope: {steep}."
