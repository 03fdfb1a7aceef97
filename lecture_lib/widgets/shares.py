"""Explorer of homework 4: theta is held, and the shares q are dragged, datum by datum, until the bound touches."""

from dataclasses import dataclass, replace

import numpy as np

from lecture_lib import validation
from lecture_lib.figures.look import COLOURS
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.bound import Hills, gap_in_words, hills, line_of
from lecture_lib.widgets.explorer import Explorer

__all__ = ["TOUCH", "SharesExplorer"]

MOST = 12
TOUCH = 1e-3
"""A gap below this, in nats, is not seen: the bound touches."""

SHARE = COLOURS[0]


@dataclass(frozen=True, eq=False)
class State(Hills):
    """The hills, and the shares q, shape (n,): how much of each datum the component at theta takes."""

    q: np.ndarray


class SharesExplorer(Explorer):
    """A bound that touches where q is the posterior, and nowhere else.

    Parameters
    ----------
    x : array_like, shape (n,)
        From 1 to 12 data on a line, as :class:`lecture_lib.models.one_mean.OneMean` takes them.
    theta : float
        Where the bound is to touch; it is held.
    rng : numpy.random.Generator, optional
        Source of random starts.

    Raises
    ------
    ValueError
        For bad data, too many of them, or a theta that is far from all data and 0.

    Notes
    -----
    All shares are one half at the start. ``explorer.state.q`` are the shares as they are now.
    """

    def __init__(self, x, theta, *, rng=None):
        model, grid, heights = line_of(x)
        if len(model.x) > MOST:
            raise ValueError(f"x must have from 1 to {MOST} data, got {len(model.x)}; take fewer")
        theta = float(validation.number(theta, "theta"))
        if not grid[0] <= theta <= grid[-1]:
            raise ValueError(f"theta must lie from {grid[0]:g} to {grid[-1]:g}, near the data, got {theta:g}")
        state = State(model, grid, heights, theta, np.full(len(model.x), 0.5))
        super().__init__(state, rng=np.random.default_rng(0) if rng is None else rng)

    def rows(self):
        """Return the controls."""
        yield [self.button("Random start", self._random_start, "Any share for each datum"), self._reset_button()]

    def _random_start(self, state):
        return replace(state, q=self.rng.uniform(size=len(state.q)))

    def moved(self, state, name, at):
        """Return the state after the share of one datum was dragged."""
        q = state.q.copy()
        q[int(name.removeprefix("share-"))] = np.clip(at[1], 0.0, 1.0)
        return replace(state, q=q)

    def draw(self, state):
        """Return the scene."""
        touch = [state.theta, state.likelihood] if state.likelihood - state.bound < TOUCH else None
        return sc.scene(
            [hills(state, touch), _shares(state)],
            name="Left the log-likelihood of one unknown mean theta and the lower bound under it; right the share "
            "of each datum that belongs to the component at theta, to be dragged up and down.",
            say=gap_in_words(state),
            aspect=0.48,
        )


def _shares(state):
    """Return the panel with one stem a datum."""
    layers = [sc.line([[i, 0.0], [i, share]], SHARE, width=4) for i, share in enumerate(state.q)]
    for i, (at, share) in enumerate(zip(state.model.x, state.q, strict=True)):
        layers.append(
            sc.handle(f"share-{i}", [i, share], label=f"share of the datum {sc.number(at)}", value=sc.number(share),
                      tint=SHARE, along="y")
        )  # fmt: skip
    below = [[i, sc.number(at)] for i, at in enumerate(state.model.x)]
    x, y = sc.axis(-0.6, len(state.q) - 0.4, "datum", below), sc.axis(-0.06, 1.06, "q")
    return sc.panel(x, y, layers, title="the shares q: drag them up and down")
