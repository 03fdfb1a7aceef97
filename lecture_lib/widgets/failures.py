"""Explorer 02: k-means beside the truth, on the sets on which it works and fails."""

import numpy as np

from lecture_lib import datasets, figures, seeding, validation
from lecture_lib.labellings import disagreement, renamed
from lecture_lib.widgets.explorer import Explorer, few
from lecture_lib.widgets.k_means import half_step_differences, plot_walk, steps_of, stop_at, walk

__all__ = ["FailuresExplorer"]

SETS = {
    "works well": datasets.load_works_well,
    "no way to set k": datasets.load_no_way_to_set_k,
    "little and large": datasets.load_little_and_large,
    "two elongated": datasets.load_two_elongated,
}
NAMES = ("first column", "second column")
MOST_CLUSTERS = 6


class FailuresExplorer(Explorer):
    """k-means beside the truth.

    Parameters
    ----------
    name : {"works well", "no way to set k", "little and large", "two elongated"}
        The set to begin with.
    k : int
        Number of means, from 1 to 6.
    start : array_like, shape (k, 2), optional
        Where they start; data drawn at random if not given.
    at : int
        How many half-steps are shown.
    ahead : bool
        Whether the end is shown while the start is dragged.
    rng : numpy.random.Generator, optional
        Source of the start.

    Raises
    ------
    ValueError
        For another name, or a bad ``k`` or ``start``.

    Notes
    -----
    ``explorer.state.misplaced`` counts the data on the wrong side, None at the start.
    """

    def __init__(self, name="two elongated", k=2, *, start=None, at=0, ahead=False, rng=None):
        rng = np.random.default_rng(0) if rng is None else validation.rng(rng)
        X, truth = SETS[validation.choice(name, tuple(SETS), "name")]()
        start = seeding.random_points(X, few(k, MOST_CLUSTERS), rng) if start is None else start
        start = validation.means(start, 2)
        few(len(start), MOST_CLUSTERS)
        self._X, self._truth, self._start = X, truth, start
        loaded = {each: load() for each, load in SETS.items()}
        sets = {each: {"X": data.tolist(), "truth": labels.tolist()} for each, (data, labels) in loaded.items()}
        stop = stop_at(walk(X, start), at, ahead)
        misplaced = None if stop["labels"] is None else disagreement(truth, stop["labels"])
        options = {"sets": sets, "name": name, "start": start.tolist(), **steps_of(at, ahead)}
        state = {"name": name, "X": X, "truth": truth, "start": start, "misplaced": misplaced, **stop}
        super().__init__("Failures", options, state)

    def draw(self, axes):
        """Draw the answer of k-means, misplaced data ringed, beside the truth."""
        end, stops = plot_walk(axes[0], self._X, self._start, NAMES, margin=0.1)
        truth = renamed(self._truth, end["labels"])  # in the colours of k-means, as the rings count
        wrong = truth != end["labels"]
        figures.rings(axes[0], self._X[wrong])
        axes[0].set_title(f"k-means with k = {len(self._start)}: {wrong.sum()} misplaced")
        figures.frame(axes[1], self._X, NAMES, margin=0.1, equal=True)
        figures.clusters(axes[1], self._X, np.eye(truth.max() + 1)[truth])
        axes[1].set_title("the clusters they were drawn from")
        return (
            f"Left the answer of k-means: J = {end['loss']:.5g} after {len(stops) // 2} rounds, {wrong.sum()} of "
            f"{len(self._X)} data are on the wrong side and ringed; right the clusters they were drawn from."
        )

    def differences(self, state):
        """Compare the half-step that is shown, and the count of misplaced data."""
        if state.labels is None:
            return {}
        counted = disagreement(state.truth, state.labels)
        return half_step_differences(state) | {"misplaced data": abs(counted - state.misplaced)}
