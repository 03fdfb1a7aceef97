"""Explorer 07: EM for a Gaussian mixture, step by step: good starts, a trap, a collapse, and the prior."""

from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import seeding
from lecture_lib.em import objective_settles
from lecture_lib.gaussian.kinds import COVARIANCES, kind_of
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior
from lecture_lib.models.mixture import responsibilities
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.by_hand import spread, start_of
from lecture_lib.widgets.journey import Journey, journey
from lecture_lib.widgets.watched import WatchedExplorer

__all__ = ["MixtureExplorer"]

MOST_COMPONENTS = 6
MOST_STEPS = 120
SETTLED = 0.01
"""A run ends when no more than this is left to gain, in nats: less is not seen."""

NARROW = (0.05, 0.1)
"""Widths of the component that is about to collapse, as shares of the spread of the data."""

LONELY, LONGEST = 12, 16
"""How many data are tried for a collapse, and how many steps it may take."""


@dataclass(frozen=True, eq=False)
class State:
    """Data, their names, the model's kind, whether a prior holds it, the model itself, and the journey of EM."""

    X: np.ndarray
    names: tuple[str, str]
    covariance: str = "full"
    prior: bool = False
    model: GaussianMixture | None = None
    journey: Journey | None = None

    @property
    def start(self):
        """The parameters that the journey starts from."""
        return self.journey.stops[0].theta

    @property
    def k(self):
        """How many components there are."""
        return len(self.start.weights)


class MixtureExplorer(WatchedExplorer):
    """EM for a Gaussian mixture under your hands.

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
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, ``start`` or ``k``.
    """

    def __init__(self, X, k=2, *, start=None, names=("", ""), rng=None):
        rng = np.random.default_rng(0) if rng is None else rng
        X, start = start_of(X, k, start, rng, most=MOST_COMPONENTS)
        state = State(X, tuple(names))
        self._falling = {}
        super().__init__(restarted(state, start, stepping=False), rng=rng)

    def rows(self):
        """Return the controls."""
        k = ipywidgets.IntSlider(min=1, max=MOST_COMPONENTS, description="components k")
        k.layout.width = "230px"
        kind = ipywidgets.Dropdown(options=COVARIANCES, description="covariances")
        kind.layout.width = "190px"
        prior = ipywidgets.Checkbox(description="prior", indent=False)
        prior.layout.width = "80px"
        yield [
            *self.step_and_run("E-step and M-step once"),
            self.button("Random start", self._random_start, "Means at data drawn at random"),
            self.button("Trap", trap, "All means at the same place: EM cannot tell them apart"),
            self.button("Collapse", self._collapse, "One component, narrow, on a single datum"),
            self._reset_button(),
        ]
        yield [
            self.control("k", k),
            self.control("covariance", kind),
            self.control("prior", prior),
            self.show_control(190),
        ]

    def _collapse(self, state):
        if state.k not in self._falling:
            self._falling[state.k] = falling_start(state.X, state.k)
        return restarted(state, self._falling[state.k], stepping=True)

    def _random_start(self, state):
        return restarted(state, spread(state.X, seeding.random_points(state.X, state.k, self.rng)))

    def chosen(self, state, field, value):
        """Return the state with another number, kind or prior, or shown in another way."""
        if field == "stepping":
            return self.watched(state, value)
        if field == "k":
            extra = seeding.random_points(state.X, max(value - state.k, 1), self.rng)
            return restarted(state, spread(state.X, np.vstack([state.start.means, extra])[:value]))
        return restarted(replace(state, **{field: value}), state.start)

    def moved(self, state, name, at):
        """Return the state after a mean was dragged: EM starts from there."""
        theta = state.journey.here.theta if state.journey.stepping else state.start
        means = theta.means.copy()
        means[int(name.split("-")[1])] = at
        return travelled(state, replace(theta, means=means))

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def restarted(state, start, stepping=None):
    """Return the state with a new start, its covariances made of the model's kind."""
    kind = kind_of(state.covariance)
    covariances = kind.pool(np.ones(len(start.weights)), kind.project(start.covariances))
    start = replace(start, covariances=covariances)
    prior = MixturePrior.weak(state.X, len(start.weights)) if state.prior else None
    model = GaussianMixture(state.X, covariance=state.covariance, prior=prior)
    return travelled(replace(state, model=model), start, stepping)


def travelled(state, start, stepping=None):
    """Return the state with the journey of its model from a start."""
    stepping = state.journey.stepping if stepping is None else stepping
    rules = {"until": objective_settles(SETTLED), "max_steps": MOST_STEPS}
    return replace(state, journey=journey(state.model, start, stepping=stepping, **rules))


def trap(state):
    """Return the state with all components equal: each takes the same share of each datum, and they stay equal."""
    start = spread(state.X, np.tile(state.X.mean(axis=0), (state.k, 1)))
    return restarted(state, start, stepping=False)


def falling_start(X, k):
    """Return a start from which component 0 shrinks onto a datum: of a few that are tried, the slowest.

    Narrow components are put on the data that are farthest from all others, one after the other.
    """
    apart = np.sum(((X[:, None] - X[None]) / X.std(axis=0)) ** 2, axis=2)
    np.fill_diagonal(apart, np.inf)
    lonely = X[np.argsort(-apart.min(axis=1), kind="stable")[:LONELY]]
    tried = [(_narrow_start(X, k, datum, width), width) for width in NARROW for datum in lonely]
    lengths = [_steps_to_collapse(X, start) for start, _ in tried]
    return tried[int(np.argmax(lengths))][0]


def _narrow_start(X, k, datum, width):
    start = spread(X, np.vstack([datum, np.tile(X.mean(axis=0), (k - 1, 1))]))
    covariances = start.covariances.copy()
    covariances[0] = np.diag((width * X.std(axis=0)) ** 2)
    return replace(start, covariances=covariances)


def _steps_to_collapse(X, start):
    way = journey(GaussianMixture(X), start, max_steps=LONGEST)
    return len(way.stops) if way.ending else 0


def draw(state):
    """Return the scene of a state."""
    (low, high), way = layers.limits(state.X, 0.12), state.journey
    theta = way.here.theta
    grips = theta.means if way.stepping else state.start.means
    plane = [
        sc.points(state.X, responsibilities(state.X, theta), size=7 if len(state.X) <= 400 else 4.5),
        *layers.ellipses(theta),
        *layers.paths([stop.theta.means for stop in way.seen]),
        *([] if way.stepping else layers.rings(theta.means)),
        *layers.mean_handles(grips, state.names, word="mean of component"),
    ]
    values = [stop.objective for stop in way.stops]
    label = "log p(X) + log p(θ) / nats" if state.prior else "log-likelihood / nats"
    return sc.scene(
        [
            sc.panel(
                *layers.data_axes(low, high, state.names),
                plane,
                title=_title(way),
                width=1.35,
                equal=state.X.std(axis=0),
            ),
            layers.trace(values[: way.shown + 1], ahead=values, title="the objective never falls", label=label),
        ],
        name=f"Data in the colours of {state.k} Gaussian components, drawn as ellipses; beside them the objective "
        "of EM after each step.",
        say=_say(state),
        notice=way.notice,
        pace=way.pace,
    )


def _title(way):
    if not way.stepping:
        return f"from the start (numbered) to {'the end' if way.where == 'the end' else 'where we stop'} (ring)"
    return "start" if way.shown == 0 else f"after step {way.shown}{', the end' if way.where == 'the end' else ''}"


def _say(state):
    way = state.journey
    what = "Objective" if state.prior else "Log-likelihood"
    weights = ", ".join(sc.number(weight, 3) for weight in way.here.theta.weights)
    after = f"after {way.here.step} step{'' if way.here.step == 1 else 's'}, {way.where}"
    return f"{what} {sc.number(way.here.objective, 6)} {after}. Weights: {weights}."
