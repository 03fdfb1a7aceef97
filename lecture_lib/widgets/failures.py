"""Explorer 02: choose a set of data and a number of clusters, and see which data k-means misplaces."""

from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import datasets, seeding, validation
from lecture_lib.em import best_of, parameters_settle, runs_from
from lecture_lib.labellings import renamed
from lecture_lib.models.kmeans import KMeans, assign
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.explorer import Explorer
from lecture_lib.widgets.journey import Journey, journey

__all__ = ["FailuresExplorer"]

SETS = {
    "works well": datasets.load_works_well,
    "no way to set k": datasets.load_no_way_to_set_k,
    "little and large": datasets.load_little_and_large,
    "two elongated": datasets.load_two_elongated,
}
NAMES = ("first column", "second column")
MOST_CLUSTERS = 6
STARTS = 20


@dataclass(frozen=True, eq=False)
class State:
    """The set, its data, the cluster each was drawn from, and the run of k-means."""

    name: str
    X: np.ndarray
    truth: np.ndarray
    journey: Journey

    @property
    def start(self):
        """The starting means, shape (k, 2)."""
        return self.journey.stops[0].theta

    @property
    def k(self):
        """How many means there are."""
        return len(self.start)


class FailuresExplorer(Explorer):
    """k-means beside the truth.

    Parameters
    ----------
    name : {"works well", "no way to set k", "little and large", "two elongated"}
        The set to begin with.
    k : int
        Number of means, from 1 to 6.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For another name, or a bad ``k``.

    Notes
    -----
    ``explorer.misplaced`` counts the data on the wrong side.
    """

    def __init__(self, name="two elongated", k=2, *, rng=None):
        rng = np.random.default_rng(0) if rng is None else rng
        X, truth = SETS[validation.choice(name, tuple(SETS), "name")]()
        k = layers.few(k, MOST_CLUSTERS)
        super().__init__(State(name, X, truth, travelled(X, seeding.random_points(X, k, rng))), rng=rng)

    @property
    def misplaced(self):
        """How many data are on the wrong side."""
        return int(wrong(self.state)[1].sum())

    def rows(self):
        """Return the controls."""
        name = ipywidgets.Dropdown(options=list(SETS), description="data")
        name.layout.width = "210px"
        k = ipywidgets.IntSlider(min=1, max=MOST_CLUSTERS, description="means k")
        k.layout.width = "200px"
        yield [
            self.control("name", name),
            self.control("k", k),
            self.button("Another start", self._another, "Means at data drawn at random", main=True),
            self.button(f"Best of {STARTS}", self._best, f"The lowest J of {STARTS} random starts", main=True),
            self._reset_button(),
        ]

    def _another(self, state):
        return restarted(state, seeding.random_points(state.X, state.k, self.rng))

    def _best(self, state):
        starts = [seeding.random_points(state.X, state.k, self.rng) for _ in range(STARTS)]
        best = best_of(runs_from(KMeans(state.X), starts, until=parameters_settle()))
        return restarted(state, best.states[0].theta)

    def chosen(self, state, field, value):
        """Return the state with other data, or with another number of means."""
        if field == "name":
            X, truth = SETS[value]()
            state, k = replace(state, name=value, X=X, truth=truth), state.k
            return restarted(state, seeding.random_points(X, k, self.rng))
        return restarted(state, seeding.random_points(state.X, value, self.rng))

    def moved(self, state, name, at):
        """Return the state after a mean was dragged."""
        start = state.start.copy()
        start[int(name.split("-")[1])] = at
        return restarted(state, start)

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def travelled(X, start):
    """Return the run of k-means from a start."""
    return journey(KMeans(X), start, until=parameters_settle())


def restarted(state, start):
    """Return the state with a new start."""
    return replace(state, journey=travelled(state.X, start))


def wrong(state):
    """Return the truth under the names of k-means, and which data are on the wrong side."""
    found = assign(state.X, state.journey.here.theta).argmax(axis=1)
    truth = renamed(state.truth, like=found)
    return truth, truth != found


def draw(state):
    """Return the scene of a state."""
    (low, high), way = layers.limits(state.X, 0.1), state.journey
    truth, misplaced = wrong(state)
    axes, means = layers.data_axes(low, high, NAMES), way.here.theta
    answer = [
        *layers.territories(means, low, high),
        sc.points(state.X, assign(state.X, means), size=7),
        sc.marks(state.X[misplaced], size=13, look="ring"),
        *layers.paths([stop.theta for stop in way.seen]),
        *layers.rings(means),
        *layers.mean_handles(state.start, NAMES),
    ]
    drawn = [sc.points(state.X, np.eye(max(truth.max() + 1, state.k))[truth], size=7)]
    J, count = sc.number(-way.here.objective, 5), int(misplaced.sum())
    return sc.scene(
        [
            sc.panel(*axes, answer, title=f"k-means with k = {state.k}: {count} misplaced", equal=True),
            sc.panel(*axes, drawn, title="the clusters they were drawn from", equal=True),
        ],
        name=f"Left the answer of k-means to the set '{state.name}', misplaced data ringed; right the truth.",
        say=f"J = {J} after {way.here.step} rounds; {count} of {len(state.X)} data are on the wrong side.",
        notice=way.notice,
    )
