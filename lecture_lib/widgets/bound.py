"""Explorer 10: the lower bound F(q, theta) under the log-likelihood of one unknown mean, and the stairs of EM."""

import numpy as np

from lecture_lib import figures, validation
from lecture_lib.models.one_mean import OneMean
from lecture_lib.widgets.explorer import Explorer, off
from lecture_lib.widgets.k_means import steps_of

__all__ = ["BoundExplorer", "line_of", "plot_bound"]

ROOM, POINTS, GRID = 1.5, 201, 61


class BoundExplorer(Explorer):
    """The bound that touches, and the stairs of EM.

    Parameters
    ----------
    x : array_like, shape (n,)
        Data on a line, in units of the known width, as :class:`lecture_lib.models.one_mean.OneMean` takes them.
    theta, anchor : float
        Where to begin; q is the posterior at ``anchor``.
    at : int
        How many steps are shown.

    Raises
    ------
    ValueError
        For bad data, or numbers that are not finite.

    Notes
    -----
    ``explorer.state`` has ``theta``, the shares ``q``, the ``bound`` and the ``likelihood``.
    """

    def __init__(self, x, theta=0.4, anchor=1.6, *, at=0):
        self._model, self._grid = line_of(x)
        theta, anchor = (
            float(np.clip(validation.number(value, name), self._grid[0], self._grid[-1]))
            for value, name in ((theta, "theta"), (anchor, "anchor"))
        )
        self._theta, self._anchor = theta, anchor
        options = {"x": self._model.x.tolist(), "theta": theta, "anchor": anchor, "at": steps_of(at, False)["at"]}
        step = "start"
        for _ in range(options["at"]):
            step = "M" if step == "E" or (step == "start" and theta == anchor) else "E"
            if step == "E":
                anchor = theta
            else:
                theta = self._model.m_step(theta, self._model.e_step(anchor)[0])
        q = self._model.e_step(anchor)[0]
        state = {"x": self._model.x, "theta": theta, "anchor": anchor, "q": q, "step": step, "rest": False}
        state["bound"] = float(self._model.lower_bound(q, theta))
        state["likelihood"] = float(self._model.log_likelihood(theta))
        super().__init__("Bound", options, state)

    def draw(self, axes):
        """Draw the bound under the log-likelihood, and the bound from above."""
        q = self._model.e_step(self._anchor)[0]
        alt = plot_bound(axes[0], self._model, self._grid, q, self._theta, self._anchor)
        coarse = np.linspace(self._grid[0], self._grid[-1], GRID)
        over = np.array([self._model.lower_bound(self._model.e_step(at)[0], coarse) for at in coarse])
        figures.landscape(axes[1], coarse, coarse, -np.maximum(over, np.quantile(over, 0.25)))
        axes[1].plot(
            [coarse[0], coarse[-1]], [coarse[0], coarse[-1]], "--", color=figures.COLOURS[0], linewidth=1.4
        )
        axes[1].plot(
            self._theta, self._anchor, "o", color=figures.COLOURS[1], markersize=9, markeredgecolor="white"
        )
        axes[1].set(title="F from above: dark is high", xlabel="θ", ylabel="q, the posterior at this θ")
        return f"{alt} Right the bound from above, over theta and q, with the place where we are."

    def differences(self, state):
        """Compare shares, bound and likelihood; after an M-step also where it went."""
        model = OneMean(state.x)
        q = model.e_step(state.anchor)[0]
        found = {
            "shares": off(state.q, q),
            "bound": off(state.bound, model.lower_bound(q, state.theta)),
            "log-likelihood": off(state.likelihood, model.log_likelihood(state.theta)),
        }
        return found | ({"mean": off(state.theta, model.m_step(state.theta, q))} if state.step == "M" else {})


def line_of(x):
    """Return the model of some data, and a grid on the line."""
    model = OneMean(x)
    return model, np.linspace(min(model.x.min(), 0) - ROOM, max(model.x.max(), 0) + ROOM, POINTS)


def plot_bound(ax, model, grid, q, theta, touch):
    """Draw the bound under the log-likelihood with the gap at theta; return what is to be seen."""
    heights, bound = model.log_likelihood(grid), model.lower_bound(q, grid)
    L, F = float(model.log_likelihood(theta)), float(model.lower_bound(q, theta))
    low, high = heights.min(), heights.max()
    figures.height(ax, grid, heights, "L(θ)")
    ax.plot(grid, bound, color=figures.COLOURS[0])
    ax.set(xlim=(grid[0], grid[-1]), ylim=(low - 0.35 * (high - low), high + 0.12 * (high - low)))
    ax.plot([theta, theta], [F, L], color=figures.COLOURS[1], linewidth=4)
    if touch is not None:
        ax.plot(
            touch, model.log_likelihood(touch), "o", color=figures.COLOURS[0], markerfacecolor="white", markersize=9
        )
    ax.set(title="the bound F(q, θ) under L(θ)", xlabel="θ", ylabel="nats")
    return (
        f"Left the log-likelihood of one unknown mean theta and the lower bound under it: at theta = {theta:.4g} "
        f"L = {L:.5g}, F = {F:.5g}, and {max(L - F, 0.0):.3g} nats lie between them."
    )
