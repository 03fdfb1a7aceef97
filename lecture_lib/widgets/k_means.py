"""Explorer 01: drag the means of k-means, and go step by step or straight to the end."""

import itertools
import warnings
from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import seeding, validation
from lecture_lib.em import EmptyClusterWarning
from lecture_lib.models.kmeans import half_steps, lyapunov
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.journey import Journey, heard
from lecture_lib.widgets.watched import WatchedExplorer

__all__ = ["KMeansExplorer"]

MOST_CLUSTERS = 6
MOST_HALF_STEPS = 400


@dataclass(frozen=True, eq=False)
class Stop:
    """After a half-step: responsibilities (none at the start), means, and J."""

    r: np.ndarray | None
    means: np.ndarray
    J: float


@dataclass(frozen=True, eq=False)
class State:
    """Data, their names, whether they can be dragged, and the journey of the means."""

    X: np.ndarray
    names: tuple[str, str]
    drag_data: bool
    box: tuple
    journey: Journey

    @property
    def start(self):
        """The means that the journey starts from."""
        return self.journey.stops[0].means

    @property
    def k(self):
        """How many means there are."""
        return len(self.start)


class KMeansExplorer(WatchedExplorer):
    """k-means under your hands.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data.
    k : int
        Number of means, from 1 to 6.
    start : array_like, shape (k, 2), optional
        Where they start; data drawn at random if not given.
    names : pair of str
        What the two columns are, with units.
    drag_data : bool
        Whether single data can be dragged too.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, means or ``k``.

    Notes
    -----
    ``explorer.state.start`` are the starting means, ``explorer.end`` the means at the end, ``explorer.loss`` is J.
    """

    def __init__(self, X, k=2, *, start=None, names=("", ""), drag_data=False, rng=None):
        X = layers.plane_data(X)
        rng = np.random.default_rng(0) if rng is None else rng
        start = seeding.random_points(X, layers.few(k, MOST_CLUSTERS), rng) if start is None else start
        start = validation.means(start, 2).copy()
        layers.few(len(start), MOST_CLUSTERS)
        state = State(X, tuple(names), drag_data, layers.limits(X), travelled(X, start))
        super().__init__(state, rng=rng)

    @property
    def end(self):
        """The means at which k-means ends from here, shape (k, 2)."""
        return self.state.journey.stops[-1].means

    @property
    def loss(self):
        """J of the means that are shown, in squared units of the data."""
        return self.state.journey.here.J

    def rows(self):
        """Return the controls."""
        most = min(MOST_CLUSTERS, len(np.unique(self.state.X, axis=0)))
        k = ipywidgets.IntSlider(min=1, max=most, description="means k")
        k.layout.width = "200px"
        yield [
            *self.step_and_run("One half-step: assign, or update"),
            self.button("Random start", self._random_start, "Means at data drawn at random"),
            self.button("k-means++ start", self._spread_start, "Means at data drawn far from each other"),
            self._reset_button(),
            self.control("k", k),
            self.show_control(210),
        ]

    def _random_start(self, state):
        return restarted(state, seeding.random_points(state.X, state.k, self.rng))

    def _spread_start(self, state):
        return restarted(state, seeding.kmeans_plus_plus(state.X, state.k, self.rng))

    def chosen(self, state, field, value):
        """Return the state with another number of means, or shown in another way."""
        if field == "k":
            extra = seeding.random_points(state.X, max(value - state.k, 1), self.rng)
            return restarted(state, np.vstack([state.start, extra])[:value])
        return self.watched(state, value)

    def moved(self, state, name, at):
        """Return the state after a mean or a datum was dragged."""
        kind, j = name.split("-")
        means = (state.journey.here.means if state.journey.stepping else state.start).copy()
        if kind == "datum" and state.drag_data:
            X = state.X.copy()
            X[int(j)] = at
            return restarted(replace(state, X=X), means)
        means[int(j)] = at
        return restarted(state, means)

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def travelled(X, start, stepping=False):
    """Return the journey of k-means from a start, half-step by half-step."""
    stops, notes = [Stop(None, np.asarray(start), np.nan)], [""]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", EmptyClusterWarning)
        for r, m in itertools.islice(half_steps(X, start), MOST_HALF_STEPS):
            stops.append(Stop(r, m, lyapunov(X, r, m)))
            notes.append(heard(said))
    at_rest = len(stops) <= MOST_HALF_STEPS
    return Journey(tuple(stops), said=tuple(notes), at_rest=at_rest, stepping=stepping, shown=1)


def restarted(state, start):
    """Return the state with a new start; step by step, the first assignment is shown at once."""
    return replace(state, journey=travelled(state.X, start, state.journey.stepping))


def draw(state):
    """Return the scene of a state."""
    way, here, (low, high) = state.journey, state.journey.here, state.box
    grips = here.means if way.stepping else state.start
    plane = [
        *(layers.territories(here.means, low, high) if here.r is not None else ()),
        sc.points(state.X, here.r, size=_dot(len(state.X)), drag="datum-" if state.drag_data else ""),
        *layers.paths([stop.means for stop in way.seen]),
        *([] if way.stepping else layers.rings(here.means)),
        *layers.mean_handles(grips, state.names),
    ]
    J = [stop.J for stop in way.stops[1:]]
    return sc.scene(
        [
            sc.panel(*layers.data_axes(low, high, state.names), plane, title=_title(way), width=1.35,
                     equal=True),
            layers.trace(J[: way.shown], ahead=J, title="J after each half-step", label="J", steps="half-step",
                         halves=True),
        ],
        name=f"Data and {state.k} means of k-means that can be dragged; beside them J after each half-step.",
        say=_say(way),
        notice=way.notice,
        pace=way.pace,
    )  # fmt: skip


def _dot(n):
    return 7.0 if n <= 400 else 4.5


def _title(way):
    if not way.stepping:
        return f"from the start (numbered) to {'the end' if way.at_rest else 'where we stop'} (ring)"
    if way.shown == 0:
        return "start"
    ended = ", the end" if way.where == "the end" else ""
    return f"{(way.shown + 1) // 2}: {'assign' if way.shown % 2 else 'update'}{ended}"


def _say(way):
    here = way.here
    if here.r is None:
        return f"{len(here.means)} means, nothing assigned yet."
    sizes = ", ".join(f"{size:.0f}" for size in here.r.sum(axis=0))
    rounds = (way.shown + 1) // 2
    return f"J = {sc.number(here.J, 6)} in round {rounds}, {way.where}. Data of each mean: {sizes}."
