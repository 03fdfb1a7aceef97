"""Explorer 10: the lower bound F(q, theta) under the log-likelihood of one unknown mean, and the stairs of EM."""

from dataclasses import dataclass, replace

import numpy as np

from lecture_lib.figures.look import COLOURS
from lecture_lib.models.one_mean import OneMean
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.explorer import Explorer

__all__ = ["BoundExplorer", "Hills", "gap_in_words", "hills", "line_of"]

PACE = 700
POINTS = 201
GRID = 61
ROOM = 1.5
STILL = 1e-3
"""A step in theta that is smaller than this is not seen, and ends a run."""

BOUND, GAP = COLOURS[0], COLOURS[1]


@dataclass(frozen=True, eq=False)
class Hills:
    """The model, a grid with L over it, and theta; what derives from it brings shares ``q``, shape (n,)."""

    model: OneMean
    grid: np.ndarray
    heights: np.ndarray
    theta: float

    @property
    def likelihood(self):
        """L(theta), in nats."""
        return float(self.model.log_likelihood(self.theta))

    @property
    def bound(self):
        """F(q, theta), in nats."""
        return float(self.model.lower_bound(self.q, self.theta))


@dataclass(frozen=True, eq=False)
class State(Hills):
    """The hills, the bound over theta and q, where we stand, and where we stood before.

    ``q`` is named by the theta whose posterior it is, ``anchor``. ``trail`` holds pairs (theta, anchor).
    """

    map: np.ndarray
    anchor: float
    trail: tuple = ()
    running: bool = False

    @property
    def q(self):
        """The shares, shape (n,)."""
        return self.model.e_step(self.anchor)[0]


class BoundExplorer(Explorer):
    """The bound that touches, and the stairs of EM.

    Parameters
    ----------
    x : array_like, shape (n,)
        Data on a line, in units of the known width, as :class:`lecture_lib.models.one_mean.OneMean` takes them.
    theta, anchor : float
        Where to begin; q is the posterior at ``anchor``.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, or numbers that are not finite.
    """

    def __init__(self, x, theta=0.4, anchor=1.6, *, rng=None):
        model, grid, heights = line_of(x)
        coarse = np.linspace(grid[0], grid[-1], GRID)
        over = np.array([model.lower_bound(model.e_step(at)[0], coarse) for at in coarse])
        state = State(model, grid, heights, 0.0, over, 0.0)
        state = placed(state, theta, anchor)
        super().__init__(state, rng=np.random.default_rng(0) if rng is None else rng)

    def rows(self):
        """Return the controls."""
        yield [
            self.button("E-step", e_step, "q becomes the posterior at theta: the bound touches", main=True),
            self.button("M-step", m_step, "theta goes to the highest point of the bound", main=True),
            self.button("Run", run, "E-step and M-step in turn"),
            self.button("Random start", self._random_start, "Any theta, any q"),
            self._reset_button(),
        ]

    def _random_start(self, state):
        return placed(state, *self.rng.uniform(state.grid[0] + ROOM, state.grid[-1] - ROOM, 2))

    def moved(self, state, name, at):
        """Return the state after theta, or theta and q at once, were dragged."""
        if name == "theta":
            return placed(state, at[0], state.anchor)
        return placed(state, at[0], at[1])

    def chosen(self, state, field, value):
        """Return the state: there are no controls but buttons."""
        return state

    def ticked(self, state, to_the_end):
        """Return the state a step later, or where the steps lead."""
        while state.running:
            state = next_step(state)
            if not to_the_end:
                break
        return state

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def line_of(x):
    """Return the model of some data, a grid on the line, and the log-likelihood over it."""
    model = OneMean(x)
    grid = np.linspace(min(model.x.min(), 0) - ROOM, max(model.x.max(), 0) + ROOM, POINTS)
    return model, grid, model.log_likelihood(grid)


def placed(state, theta, anchor):
    """Return the state somewhere else; a new trail begins."""
    theta, anchor = (float(np.clip(value, state.grid[0], state.grid[-1])) for value in (theta, anchor))
    return replace(state, theta=theta, anchor=anchor, trail=((theta, anchor),), running=False)


def _gone(state, **to):
    state = replace(state, running=False, **to)
    return replace(state, trail=(*state.trail, (state.theta, state.anchor))[-200:])


def e_step(state):
    """Return the state after an E-step: q is the posterior at theta."""
    return _gone(state, anchor=state.theta)


def m_step(state):
    """Return the state after an M-step: theta is where the bound is highest."""
    return _gone(state, theta=state.model.m_step(state.theta, state.q))


def run(state):
    """Return the state with E- and M-steps following by themselves."""
    return replace(state, running=True)


def next_step(state):
    """Return the state after the step that is due, and whether more are to follow."""
    due = e_step if state.theta != state.anchor else m_step
    later = due(state)
    moved = max(abs(later.theta - state.theta), abs(later.anchor - state.anchor))
    return replace(later, running=moved > STILL)


def draw(state):
    """Return the scene."""
    touch = [state.anchor, float(state.model.log_likelihood(state.anchor))]
    dial = sc.handle("theta", [state.theta, state.bound], label="theta", value=sc.number(state.theta), tint=GAP,
                     style="dial", along="x")  # fmt: skip
    return sc.scene(
        [hills(state, touch, dial), _map(state)],
        name="Left the log-likelihood of one unknown mean theta and the lower bound under it, with a dial; "
        "right the bound from above, over theta and q, and the stairs of EM.",
        say=gap_in_words(state),
        pace=PACE if state.running else 0,
        aspect=0.48,
    )


def gap_in_words(state):
    """Return the sentence that tells L, F and the gap between them."""
    F, L = state.bound, state.likelihood
    return (
        f"θ = {sc.number(state.theta)}: L(θ) = {sc.number(L, 5)}, F(q, θ) = {sc.number(F, 5)}, and "
        f"KL(q ‖ p) = {sc.number(round(max(L - F, 0.0), 4), 3)} nats lie between them."
    )


def hills(state, touch, *above):
    """Return the panel with the log-likelihood, the bound under it, and the gap between them at theta.

    Parameters
    ----------
    state : Hills
        With shares.
    touch : pair of float, or None
        Where the two touch, if they do.
    *above : dict
        Further layers.

    Returns
    -------
    dict
    """
    low, high = state.heights.min(), state.heights.max()
    low, high = low - 0.35 * (high - low), high + 0.12 * (high - low)
    over = state.model.lower_bound(state.q, state.grid)
    top = state.grid[np.argmax(state.heights)]
    L = state.likelihood
    layers = [
        sc.line(np.stack([state.grid, state.heights], axis=1), "ink", width=2.4),
        sc.line(np.stack([state.grid, over], axis=1), BOUND, width=2.2),
        sc.line([[state.theta, max(state.bound, low)], [state.theta, L]], GAP, width=5),
        sc.marks([[state.theta, L]], "ink", size=8),
        sc.text([top, state.heights.max()], "L(θ)", shift=(0, -10), anchor="middle"),
    ]
    if touch is not None:
        layers.insert(3, sc.marks([touch], BOUND, size=12, look="hollow"))
        layers.append(sc.text(touch, "touches", BOUND, shift=(10, 16)))
    x, y = sc.axis(state.grid[0], state.grid[-1], "θ"), sc.axis(low, high, "nats")
    return sc.panel(x, y, [*layers, *above], title="the bound F(q, θ) under L(θ)", width=1.2)


def _map(state):
    """Return the panel with the bound over theta and q."""
    coarse = np.linspace(state.grid[0], state.grid[-1], GRID)
    ends = [state.grid[0], state.grid[-1]]
    value = f"theta {sc.number(state.theta)}, q the posterior at {sc.number(state.anchor)}"
    layers = [
        sc.heat(-_lifted(state.map), coarse, coarse),
        sc.line(np.transpose([ends, ends]), BOUND, dash=True, width=1.6),
        sc.line(state.trail, GAP, width=2.4, halo=True),
        sc.marks(state.trail, GAP, size=7),
        sc.handle("theta and q", [state.theta, state.anchor], label="theta and q", value=value, tint=GAP),
    ]
    title = "F from above: dark is high"
    x, y = sc.axis(*ends, "θ"), sc.axis(*ends, "q, the posterior at this θ")
    return sc.panel(x, y, layers, title=title)


def _lifted(values):
    """Return heights with the valleys filled, where nobody climbs: contours then fall where they are needed."""
    return np.maximum(values, np.quantile(values, 0.25))
