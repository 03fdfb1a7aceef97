"""Explorer 03: the landscape of k-means with two means on a line."""

import numpy as np

from lecture_lib import figures, validation
from lecture_lib.figures.appearance import colour
from lecture_lib.illustrations import landscape
from lecture_lib.models.kmeans import reduced_lyapunov
from lecture_lib.widgets.explorer import Explorer
from lecture_lib.widgets.k_means import half_step_difference, quiet_about_empty_clusters, steps_of, stop_at, walk

__all__ = ["LandscapeExplorer"]

FEWEST, MOST = 2, 60
GRID, MARGIN = 81, 0.18
ASIDE = 0.013
"""Of a step of the grid: no two means on it are equal then, and no datum sits on the fence."""


class LandscapeExplorer(Explorer):
    """The loss of k-means seen from above, and the basins of its ends.

    Parameters
    ----------
    x : array_like, shape (n, 1)
        From 2 to 60 data on a line.
    start : pair of float
        Where the two means start.
    unit : str
        Of the data.
    at : int
        How many half-steps are shown.
    ahead : bool
        Whether the end is shown while the start is dragged.

    Raises
    ------
    ValueError
        For bad data, or too many.
    """

    def __init__(self, x, start=(5.0, 6.0), *, unit="", at=0, ahead=False):
        x = validation.data(x)
        if x.shape[1] != 1 or not FEWEST <= len(x) <= MOST:
            raise ValueError(
                f"x must have shape (n, 1) with n from {FEWEST} to {MOST}, got {x.shape}; take fewer data"
            )
        start = validation.vector(start, "start", 2)
        self._x, self._start, self._unit = x, start, unit
        stop = stop_at(walk(x, start[:, None]), at, ahead)
        options = {"x": x.tolist(), "start": start.tolist(), "unit": unit, **steps_of(at, ahead)}
        super().__init__("Landscape", options, {"x": x, "start": start, **stop})

    def draw(self, axes):
        """Draw J from above with the walk, and the end that each start leads to."""
        room = MARGIN * (np.ptp(self._x) or 1.0)
        grid = np.linspace(self._x.min() - room, self._x.max() + room, GRID)
        stops = walk(self._x, self._start[:, None])
        end = stops[-1]["means"].ravel()
        figures.landscape(axes[0], grid, grid, landscape.heights(self._x, grid, grid))
        with quiet_about_empty_clusters():
            losses, ends = landscape.ends(self._x, grid, grid + ASIDE * (grid[1] - grid[0]))
        loss = reduced_lyapunov(self._x, end[:, None])
        which = int(np.abs(losses - loss).argmin())
        figures.path(axes[0], [stop["means"].ravel() for stop in stops], which=which)
        dot = {"color": colour(which), "markersize": 9, "markeredgecolor": "white"}
        axes[0].plot(*end, "o", **dot)
        axes[0].set_title("J from above: dark is low")
        figures.basins(axes[1], grid, grid, ends)
        axes[1].plot(*self._start, "o", **dot)
        axes[1].set_title("where a start ends")
        first, last = (" and ".join(f"{at:.4g}" for at in pair) for pair in (self._start, end))
        return (
            f"Two maps over the places of two means on a line: the height J with the walk of k-means from {first} "
            f"to {last}, where J = {loss:.5g}, and the "
            f"{len(losses)} ends of all starts."
        )

    def difference(self, state):
        """Compare the half-step that is shown."""
        state.X = state.x
        return half_step_difference(state)
