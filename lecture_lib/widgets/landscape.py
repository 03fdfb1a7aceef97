"""Explorer 03: the landscape of k-means with two means on a line; drag the start, and see where the walk ends."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from lecture_lib import validation
from lecture_lib.em import EmptyClusterWarning, parameters_settle
from lecture_lib.figures.look import COLOURS
from lecture_lib.illustrations import landscape
from lecture_lib.models.kmeans import KMeans, labels
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.journey import Journey, journey
from lecture_lib.widgets.watched import WatchedExplorer

__all__ = ["LandscapeExplorer"]

GRID = 81
MARGIN = 0.18
FEWEST, MOST = 2, 60


@dataclass(frozen=True, eq=False)
class State:
    """Data, their unit, the two maps, and the walk of the two means."""

    x: np.ndarray
    unit: str
    grid: np.ndarray
    heights: np.ndarray
    losses: np.ndarray
    ends: np.ndarray
    journey: Journey

    @property
    def start(self):
        """Where the two means start, shape (2,)."""
        return self.journey.stops[0].theta.ravel()


class LandscapeExplorer(WatchedExplorer):
    """The loss of k-means seen from above, and the basins of its ends.

    Parameters
    ----------
    x : array_like, shape (n, 1)
        From 2 to 60 data on a line.
    start : pair of float
        Where the two means start.
    unit : str
        Of the data.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, or too many.
    """

    def __init__(self, x, start=(5.0, 6.0), *, unit="", rng=None):
        x = validation.data(x)
        if x.shape[1] != 1 or not FEWEST <= len(x) <= MOST:
            raise ValueError(
                f"x must have shape (n, 1) with n from {FEWEST} to {MOST}, got {x.shape}; take fewer data"
            )
        first = validation.vector(start, "start", 2)
        grid = _grid(x)
        with warnings.catch_warnings(action="ignore", category=EmptyClusterWarning):
            losses, ends = landscape.ends(x, grid, grid + _aside(grid))
        heights = landscape.heights(x, grid, grid)
        state = State(x, unit, grid, heights, losses, ends, walk(x, first))
        super().__init__(state, rng=np.random.default_rng(0) if rng is None else rng)

    def rows(self):
        """Return the controls."""
        yield [
            *self.step_and_run("Assign and update once"),
            self.button("Random start", self._random_start, "Both means anywhere on the map"),
            self._reset_button(),
            self.show_control(210),
        ]

    def _random_start(self, state):
        return restarted(state, self.rng.uniform(state.x.min(), state.x.max(), 2))

    def chosen(self, state, field, value):
        """Return the state shown in another way."""
        return self.watched(state, value)

    def moved(self, state, name, at):
        """Return the state after the start was dragged, on either map."""
        return restarted(state, at)

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def _grid(x):
    room = MARGIN * (np.ptp(x) or 1.0)
    return np.linspace(x.min() - room, x.max() + room, GRID)


def _aside(grid):
    """Return a shift that nobody sees: no two means on the grid are equal then, and no datum sits on the fence."""
    return 0.013 * (grid[1] - grid[0])


def walk(x, start, stepping=False):
    """Return the walk of k-means from a start, shape (2,)."""
    return journey(KMeans(x), np.reshape(start, (2, 1)), stepping=stepping, until=parameters_settle())


def restarted(state, start):
    """Return the state with another start."""
    return replace(state, journey=walk(state.x, start, state.journey.stepping))


def draw(state):
    """Return the scene of a state."""
    way, low, high = state.journey, state.grid[0], state.grid[-1]
    unit = f" / {state.unit}" if state.unit else ""
    here = way.here.theta.ravel()
    at = here if way.stepping else state.start
    seen = np.array([stop.theta.ravel() for stop in way.seen])
    left = [
        sc.heat(state.heights, state.grid, state.grid),
        *_rug(state, way.here.theta),
        sc.line(seen, COLOURS[1], width=2.4, halo=True),
        sc.marks(seen, COLOURS[1], size=8),
        *([] if way.stepping else [sc.marks([here], COLOURS[1], size=15, look="hollow")]),
        _grip("start", at, unit),
    ]
    names = [sc.text(_place(state, end), f"J = {sc.number(J, 4)}") for end, J in enumerate(state.losses)]
    right = [sc.heat(state.ends, state.grid, state.grid), *names, _grip("start, on the map", at, unit)]
    axes = [sc.axis(low, high, f"mean m₀{unit}"), sc.axis(low, high, f"mean m₁{unit}")]
    return sc.scene(
        [
            sc.panel(*axes, left, title="J from above: dark is low", equal=True),
            sc.panel(*axes, right, title="where a start ends", equal=True),
        ],
        name="Two maps over the places of two means on a line: the height J with the walk of k-means, and the end "
        "that each start leads to.",
        say=_say(way),
        notice=way.notice,
        aspect=0.5,
        pace=way.pace,
    )


def _rug(state, means):
    """Return the data along both axes, in the colours of their means."""
    low, side = state.grid[0] + 0.02 * np.ptp(state.grid), labels(state.x, means)
    rug = []
    for j in range(2):
        x, y = state.x[side == j].ravel(), np.full(np.sum(side == j), low)
        look = {"shape": (0, 1)[j], "size": 10}
        rug += [sc.marks(np.stack(pair, axis=1), COLOURS[(0, 2)[j]], **look) for pair in ((x, y), (y, x))]
    return rug


def _grip(name, at, unit):
    value = f"mean 0 at {sc.number(at[0])}, mean 1 at {sc.number(at[1])}{unit.replace(' / ', ' ')}"
    return sc.handle(name, at, label=f"{name}: both means at once", value=value, tint=COLOURS[1])


def _place(state, end):
    """Return a place for the name of an end: the middle of its largest patch above the diagonal."""
    rows, columns = np.nonzero(state.ends == end)
    above = rows >= columns
    rows, columns = (rows[above], columns[above]) if above.any() else (rows, columns)
    centre = np.median(rows), np.median(columns)
    nearest = np.argmin((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2)
    return state.grid[columns[nearest]], state.grid[rows[nearest]]


def _say(way):
    start, here = way.stops[0].theta.ravel(), way.here
    at = " and ".join(sc.number(value) for value in here.theta.ravel())
    where = "ends" if way.where == "the end" else "stands"
    first = " and ".join(sc.number(value) for value in start)
    return f"From {first}, k-means {where} at {at} after {here.step} rounds: J = {sc.number(-here.objective, 5)}."
