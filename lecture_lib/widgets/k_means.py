"""Explorer 01: k-means under your hands."""

import itertools
import warnings

import numpy as np

from lecture_lib import figures, seeding, validation
from lecture_lib.models.kmeans import EmptyClusterWarning, assign, half_steps, lyapunov, update
from lecture_lib.widgets.explorer import Explorer, few, off, plane_data

__all__ = [
    "KMeansExplorer",
    "half_step_differences",
    "plot_walk",
    "quiet_about_empty_clusters",
    "steps_of",
    "stop_at",
    "walk",
]

MOST_CLUSTERS = 6


class KMeansExplorer(Explorer):
    """k-means under your hands, half-step by half-step.

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
    at : int
        How many half-steps are shown.
    ahead : bool
        Whether the end is shown while the start is dragged.
    drag_data : bool
        Whether data can be dragged, added and removed from the beginning.
    rng : numpy.random.Generator, optional
        Source of the start.

    Raises
    ------
    ValueError
        For bad data, means or ``k``.

    Notes
    -----
    ``explorer.state`` has the data ``X``, the starting means ``start``, the present ``means``, their ``labels`` and
    the loss ``loss``.
    """

    def __init__(self, X, k=2, *, start=None, names=("", ""), at=0, ahead=False, drag_data=False, rng=None):
        X = plane_data(X)
        rng = np.random.default_rng(0) if rng is None else validation.rng(rng)
        start = seeding.random_points(X, few(k, MOST_CLUSTERS), rng) if start is None else start
        start = validation.means(start, 2)
        few(len(start), MOST_CLUSTERS)
        self._X, self._start, self._names = X, start.copy(), tuple(names)
        options = {"X": X.tolist(), "start": start.tolist(), "names": list(names), **steps_of(at, ahead)}
        options["click"] = "data" if drag_data else "nothing"
        super().__init__("KMeans", options, {"X": X, "start": start, **stop_at(walk(X, start), at, ahead)})

    def draw(self, axes):
        """Draw the way from the start to the end, and J after each half-step."""
        end, way = plot_walk(axes[0], self._X, self._start, self._names)
        losses = [stop["loss"] for stop in way[1:]]
        figures.half_step_trace(axes[1], losses)
        axes[1].set_title("J after each half-step")
        sizes = ", ".join(str(size) for size in np.bincount(end["labels"], minlength=len(self._start)))
        return (
            f"k-means with {len(self._start)} means from its start (hollow) to its end after {len(losses) // 2} "
            f"rounds: J = {losses[-1]:.6g}, data of each mean: {sizes}. Alive, the figure goes there step by step."
        )

    def differences(self, state):
        """Compare the half-step that is shown."""
        return half_step_differences(state)


def quiet_about_empty_clusters():
    """Return a context without warnings: the figure itself tells of a cluster that is empty."""
    return warnings.catch_warnings(action="ignore", category=EmptyClusterWarning)


def steps_of(at, ahead):
    """Return the options that say how far a figure has gone when it opens.

    Raises
    ------
    ValueError
        When ``at`` is not a whole number of at least 0.
    """
    if validation.number(at, "at", least=0) != int(at):
        raise ValueError(f"at must be a whole number of half-steps, got {at}; give an integer")
    return {"at": int(at), "ahead": bool(ahead)}


def stop_at(stops, at, ahead):
    """Return the stop that is shown: the last one, or the one after so many half-steps."""
    return stops[-1 if ahead else min(at, len(stops) - 1)]


def walk(X, start):
    """Return the stops of k-means, from its start to its end.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        Data.
    start : ndarray, shape (k, d)
        Means.

    Returns
    -------
    list of dict
        With ``step``, ``means``, the means ``source`` that data were assigned with, ``labels``, ``loss``.
    """
    stops = [
        {"step": "start", "means": np.array(start), "source": None, "labels": None, "loss": None, "rest": False}
    ]
    names = itertools.cycle(("assign", "update"))
    with quiet_about_empty_clusters():
        for name, (r, means) in zip(names, half_steps(X, start), strict=False):
            source = means if name == "assign" else stops[-1]["source"]
            found = {"step": name, "means": means, "source": source, "labels": r.argmax(axis=1)}
            stops.append(found | {"loss": lyapunov(X, r, means), "rest": False})
    stops[-1]["rest"] = True
    return stops


def plot_walk(ax, X, start, names, margin=0.07):
    """Draw k-means from a start to its end; return the last stop, and all."""
    stops = walk(X, start)
    end = stops[-1]
    figures.frame(ax, X, names, margin=margin, equal=True)
    figures.regions(ax, end["means"])
    figures.clusters(ax, X, np.eye(len(start))[end["labels"]])
    for j in range(len(start)):
        figures.path(ax, [stop["means"][j] for stop in stops], which=j)
    figures.means(ax, end["means"])
    ax.set_title("from the start to the end")
    return end, stops


def half_step_differences(state):
    """Return how far the half-step of a state lies from the library's, done from the same means."""
    if state.source is None:
        return {}
    X, r = state.X, assign(state.X, state.source)
    with quiet_about_empty_clusters():
        means = state.source if state.step == "assign" else update(X, r, state.source)
    return {
        "labels": float(np.sum(r.argmax(axis=1) != state.labels)),
        "means": off(state.means, means),
        "J": off(state.loss, lyapunov(X, r, means)),
    }
