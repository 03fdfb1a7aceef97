"""Explorer 08: soft k-means with a dial for beta, beside the diagram of how its means part."""

import itertools
from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import seeding
from lecture_lib.em import objective_settles, parameters_settle
from lecture_lib.figures.look import colour
from lecture_lib.models.soft_kmeans import SoftKMeans, anneal, critical_beta, soft_assign
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.explorer import Explorer
from lecture_lib.widgets.journey import Journey, journey

__all__ = ["BetaExplorer"]

LOW, HIGH = 0.3, 40.0
"""The dial goes from here to there, in units of the critical beta."""

STOPS = 61
PACE = 90
MOST_CLUSTERS = 5
MOST_STEPS = 200
SETTLED = 1e-4
"""A run ends when no more than this is left to gain, in nats: less is not seen."""

STILL = 1e-5
"""Of the spread of the data: a mean that moves less is at rest. A run that starts near its end gains little."""


@dataclass(frozen=True, eq=False)
class State:
    """Data, their names, beta, the means at each beta of the diagram, and the run at this one.

    ``critical`` is the critical beta; ``betas (stops,)`` and ``branches (stops, k, 2)`` are the diagram. The run
    starts where a hand put its means when ``dragged``, else on the branches. When ``sweeping``, the dial turns by
    itself.
    """

    X: np.ndarray
    names: tuple[str, str]
    critical: float
    betas: np.ndarray
    branches: np.ndarray
    beta: float
    journey: Journey
    dragged: bool = False
    sweeping: bool = False

    @property
    def k(self):
        """How many means there are."""
        return self.branches.shape[1]

    @property
    def start(self):
        """The means that the run starts from, shape (k, 2)."""
        return self.journey.stops[0].theta

    @property
    def means(self):
        """The means at this beta, shape (k, 2)."""
        return self.journey.here.theta


class BetaExplorer(Explorer):
    """Soft k-means with a dial.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data; both columns in the same unit, or standardised.
    k : int
        Number of means, from 1 to 5.
    names : pair of str
        What the two columns are, with units.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data or ``k``.
    """

    def __init__(self, X, k=3, *, names=("", ""), rng=None):
        X = layers.plane_data(X)
        self._branches = {}
        state = _state(X, tuple(names), *self._diagram(X, layers.few(k, MOST_CLUSTERS)))
        super().__init__(state, rng=np.random.default_rng(0) if rng is None else rng)

    def _diagram(self, X, k):
        """Return the critical beta, the betas of the diagram and the means there; computed once for each k."""
        if k not in self._branches:
            critical = critical_beta(X)
            betas = critical * np.geomspace(LOW, HIGH, STOPS)
            rules = {"until": objective_settles(SETTLED), "max_steps": MOST_STEPS}
            runs = anneal(X, k, betas, rng=np.random.default_rng(0), **rules)
            self._branches[k] = critical, betas, np.array([run.theta for run in runs])
        return self._branches[k]

    def rows(self):
        """Return the controls."""
        low, high = (np.log10(self.state.critical * end) for end in (LOW, HIGH))
        beta = ipywidgets.FloatLogSlider(min=low, max=high, step=0.01, description="beta β", readout=False)
        beta.layout.width = "300px"
        k = ipywidgets.IntSlider(min=1, max=MOST_CLUSTERS, description="means k")
        k.layout.width = "200px"
        yield [
            self.button("Sweep β", sweep, "Turn the dial from its lowest to its highest beta", main=True),
            self.button("Random start", self._random_start, "Means at data drawn at random, at this beta"),
            self.button("Back to the branches", follow, "Means as annealing leaves them at this beta"),
            self._reset_button(),
        ]
        yield [self.control("beta", beta), self.control("k", k)]

    def _random_start(self, state):
        return placed(state, seeding.random_points(state.X, state.k, self.rng))

    def chosen(self, state, field, value):
        """Return the state at another beta, or with another number of means."""
        if field == "beta":
            return dialled(state, value)
        _, betas, branches = self._diagram(state.X, value)
        return dialled(replace(state, betas=betas, branches=branches), state.beta)

    def moved(self, state, name, at):
        """Return the state after the dial or a mean was dragged."""
        if name == "beta":
            return dialled(state, 10.0 ** at[0])
        start = (state.start if state.dragged else state.means).copy()
        start[int(name.split("-")[1])] = at
        return placed(state, start)

    def ticked(self, state, to_the_end):
        """Return the state with the dial turned a little further."""
        if not state.sweeping:
            return state
        above = state.betas[state.betas > state.beta * (1 + 1e-9)]
        if not len(above):
            return replace(state, sweeping=False)
        beta = above[-1] if to_the_end else above[0]
        return replace(dialled(state, beta), sweeping=beta < state.betas[-1])

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def _state(X, names, critical, betas, branches):
    return dialled(State(X, names, critical, betas, branches, critical, None), 2.5 * critical)


def _run(X, beta, start):
    rules = {"until": parameters_settle(STILL * X.std()), "max_steps": MOST_STEPS}
    return journey(SoftKMeans(X, beta), start, **rules)


def dialled(state, beta):
    """Return the state at another beta, on the branches."""
    beta = float(np.clip(beta, state.betas[0], state.betas[-1]))
    nearest = np.argmin(np.abs(np.log(state.betas / beta)))
    way = _run(state.X, beta, state.branches[nearest])
    return replace(state, beta=beta, journey=way, dragged=False, sweeping=False)


def placed(state, start):
    """Return the state with means that a hand has put somewhere, at the same beta."""
    return replace(state, journey=_run(state.X, state.beta, start), dragged=True, sweeping=False)


def follow(state):
    """Return the state back on the branches."""
    return dialled(state, state.beta)


def sweep(state):
    """Return the state with the dial at its lowest, about to turn by itself."""
    return replace(dialled(state, state.betas[0]), sweeping=True)


def draw(state):
    """Return the scene of a state."""
    low, high = layers.limits(state.X)
    way = state.journey
    plane = [
        sc.points(state.X, soft_assign(state.X, state.means, state.beta), size=7 if len(state.X) <= 400 else 4.5),
        *(layers.paths([stop.theta for stop in way.seen]) if state.dragged else []),
        *(layers.rings(state.means) if state.dragged else []),
        *layers.mean_handles(state.start if state.dragged else state.means, state.names),
    ]
    title = "soft responsibilities mix the colours"
    return sc.scene(
        [
            sc.panel(*layers.data_axes(low, high, state.names), plane, title=title, width=1.1, equal=True),
            _diagram(state),
        ],
        name=f"Data in mixed colours, and {state.k} means of soft k-means; beside them where each mean lies along "
        "the longest direction of the data, for every beta, with a dial.",
        say=_say(state),
        notice=way.notice,
        pace=PACE if state.sweeping else 0,
    )


def _diagram(state):
    """Return the panel with the branches and the dial."""
    centre, direction = _longest(state.X)
    places = (state.branches - centre) @ direction
    here = (state.means - centre) @ direction
    at, dial = np.log10(state.betas), np.log10(state.beta)
    top = 1.15 * np.abs((state.X - centre) @ direction).max()
    split = np.log10(state.critical)
    layer = [
        sc.line([[split, -top], [split, top]], "quiet", width=1.2, dash=True),
        sc.text([split, -top], f"critical β = {sc.number(state.critical, 3)}", "quiet", shift=(6, -8)),
        *(sc.line(np.stack([at, places[:, j]], axis=1), colour(j), width=2.4) for j in range(state.k)),
        *(sc.marks([[dial, here[j]]], colour(j), shape=j, size=10) for j in range(state.k)),
        sc.handle("beta", [dial, 0.86 * top], label="dial for beta", value=f"beta {sc.number(state.beta, 3)}",
                  style="dial", along="x"),
    ]  # fmt: skip
    x = sc.axis(at[0], at[-1], "beta β", _decades(at[0], at[-1]))
    return sc.panel(
        x, sc.axis(-top, top, "mean along the first axis"), layer, title="how the means part", width=1.0
    )


def _longest(X):
    """Return the mean of the data and the direction in which they spread most; it points to the right."""
    centre = X.mean(axis=0)
    direction = np.linalg.eigh((X - centre).T @ (X - centre))[1][:, -1]
    return centre, direction * (1 if direction[np.abs(direction).argmax()] > 0 else -1)


def _decades(low, high):
    values = (digit * 10.0**power for power, digit in itertools.product(range(-12, 12), (1, 2, 5)))
    return [[float(np.log10(value)), sc.number(value, 3)] for value in values if low <= np.log10(value) <= high]


def _say(state):
    spread = np.sqrt(((state.X - state.X.mean(axis=0)) ** 2).sum(axis=1).mean())
    apart = [state.means[0]]
    for mean in state.means[1:]:
        if min(np.hypot(*(mean - other)) for other in apart) > 0.02 * spread:
            apart.append(mean)
    places = "1 place" if len(apart) == 1 else f"{len(apart)} places"
    ratio = sc.number(state.beta / state.critical, 3)
    return (
        f"β = {sc.number(state.beta, 3)}, {ratio} times the critical one: {state.k} means at {places}. "
        f"Free energy {sc.number(-state.journey.here.objective, 5)}."
    )
