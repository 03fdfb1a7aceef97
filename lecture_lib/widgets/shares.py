"""Explorer of homework 4: shares that are dragged, datum by datum, until the bound touches."""

import numpy as np

from lecture_lib import validation
from lecture_lib.models.one_mean import OneMean
from lecture_lib.widgets.bound import line_of, plot_bound
from lecture_lib.widgets.explorer import Explorer, off

__all__ = ["SharesExplorer"]

MOST = 12


class SharesExplorer(Explorer):
    """A bound that touches where q is the posterior, and nowhere else.

    Parameters
    ----------
    x : array_like, shape (n,)
        From 1 to 12 data on a line, as :class:`lecture_lib.models.one_mean.OneMean` takes them.
    theta : float
        Where the bound is to touch; it is held.
    q : array_like, shape (n,), optional
        Shares from 0 to 1; one half for each datum if not given.

    Raises
    ------
    ValueError
        For bad data, too many of them, or a theta that is far from all data and 0.

    Notes
    -----
    ``explorer.state.q`` are the shares as they are now.
    """

    def __init__(self, x, theta, q=None):
        self._model, self._grid = line_of(x)
        n = len(self._model.x)
        if n > MOST:
            raise ValueError(f"x must have from 1 to {MOST} data, got {n}; take fewer")
        theta = float(validation.number(theta, "theta"))
        low, high = self._grid[[0, -1]]
        if not low <= theta <= high:
            raise ValueError(f"theta must lie from {low:g} to {high:g}, near the data, got {theta:g}")
        q = np.full(n, 0.5) if q is None else validation.probabilities(validation.vector(q, "q", n), "q")
        self._theta, self._q = theta, q
        state = {"x": self._model.x, "theta": theta, "q": q}
        state["bound"] = float(self._model.lower_bound(q, theta))
        state["likelihood"] = float(self._model.log_likelihood(theta))
        super().__init__("Shares", {"x": self._model.x.tolist(), "theta": theta, "q": q.tolist()}, state)

    def draw(self, axes):
        """Draw the bound under the log-likelihood, and the shares."""
        alt = plot_bound(axes[0], self._model, self._grid, self._q, self._theta, None)
        axes[1].stem(self._q, basefmt=" ")
        axes[1].set(title="the shares q", xlabel="datum", ylabel="q", ylim=(-0.06, 1.06))
        axes[1].set_xticks(range(len(self._q)), [f"{at:g}" for at in self._model.x])
        return f"{alt} Right the share of each datum that belongs to the component at theta."

    def differences(self, state):
        """Compare bound and likelihood."""
        model = OneMean(state.x)
        return {
            "bound": off(state.bound, model.lower_bound(state.q, state.theta)),
            "log-likelihood": off(state.likelihood, model.log_likelihood(state.theta)),
        }
