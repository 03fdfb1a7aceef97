"""Explorer 08: soft k-means with a dial for beta, beside the diagram of how its means part."""

import numpy as np

from lecture_lib import figures, validation
from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models.kmeans import update
from lecture_lib.models.soft_kmeans import SoftKMeans, anneal, critical_beta, free_energy, soft_assign
from lecture_lib.widgets.explorer import Explorer, few, off, plane_data
from lecture_lib.widgets.k_means import steps_of

__all__ = ["BetaExplorer"]

LOW, HIGH, STOPS = 0.3, 40.0, 61
"""The diagram goes from here to there, in units of the critical beta, in so many steps."""

MOST_CLUSTERS = 5
RULES = {"until": parameters_settle(1e-5), "max_steps": 200}


class BetaExplorer(Explorer):
    """Soft k-means with a dial.

    Parameters
    ----------
    X : array_like, shape (n, 2)
        Data; both columns in the same unit, or standardised.
    k : int
        Number of means, from 1 to 5.
    names : pair of str
        What the two columns are, with units.
    beta : float, optional
        Where the dial stands; at 2.5 times the critical one if not given.
    start : array_like, shape (k, 2), optional
        Where the means start; as annealing leaves them if not given.
    at : int
        How many half-steps are shown.
    ahead : bool
        Whether the end is shown while dial and means are dragged.

    Raises
    ------
    ValueError
        For bad data, ``k`` or ``beta``.
    """

    def __init__(self, X, k=3, *, names=("", ""), beta=None, start=None, at=0, ahead=True):
        X = plane_data(X)
        few(k, MOST_CLUSTERS)
        if start is not None:
            start = validation.means(start, 2, k)
        critical = critical_beta(X)
        beta = 2.5 * critical if beta is None else validation.positive(beta, "beta")
        self._X, self._k, self._names, self._critical, self._beta = X, int(k), tuple(names), critical, beta
        options = {"X": X.tolist(), "k": int(k), "names": list(names), "beta": beta, **steps_of(at, ahead)}
        options["start"] = None if start is None else start.tolist()
        state = {
            "X": X,
            "beta": beta,
            "critical": critical,
            "means": None,
            "start": start,
            "r": None,
            "source": None,
        }
        super().__init__("Beta", options, state | {"energy": None, "step": "start", "rest": False})

    def draw(self, axes):
        """Draw the data in mixed colours at this beta, and the branches."""
        X, k = self._X, self._k
        betas = self._critical * np.geomspace(LOW, HIGH, STOPS)
        spread = float(np.sqrt(X.var(axis=0).sum()))
        rules = RULES | {"until": parameters_settle(1e-5 * spread)}
        branches = [run.theta for run in anneal(X, k, betas, rng=np.random.default_rng(0), **rules)]
        nearest = branches[int(np.argmin(np.abs(np.log(betas / self._beta))))]
        means = converge(em(SoftKMeans(X, self._beta), nearest), **rules).theta
        figures.frame(axes[0], X, self._names, equal=True)
        figures.clusters(axes[0], X, soft_assign(X, means, self._beta))
        figures.means(axes[0], means)
        axes[0].set_title(f"β = {self._beta:.3g}: responsibilities mix the colours")
        centred = X - X.mean(axis=0)
        direction = np.linalg.eigh(centred.T @ centred)[1][:, -1]
        direction *= np.sign(direction[np.abs(direction).argmax()])
        figures.branches(axes[1], betas, (np.array(branches) - X.mean(axis=0)) @ direction)
        axes[1].set_xscale("log")
        axes[1].axvline(self._beta, color=figures.INK, linewidth=1)
        axes[1].set(title="how the means part", xlabel="β", ylabel="mean along the first axis")
        figures.threshold(axes[1], self._critical, f"critical β = {self._critical:.3g}", height=0.03)
        return (
            f"Left data in the mixed colours of {k} means of soft k-means at beta = {self._beta:.3g}; right where "
            f"each mean lies along the longest direction of the data, for every beta: they part at "
            f"{self._critical:.3g}."
        )

    def differences(self, state):
        """Compare the half-step that is shown, and the critical beta."""
        found = {"critical beta": off(state.critical, critical_beta(state.X))}
        if state.source is None:
            return found
        r = soft_assign(state.X, state.source, state.beta)
        means = state.source if state.step == "assign" else update(state.X, r, state.source)
        energy = free_energy(state.X, r, means, state.beta)
        return found | {
            "responsibilities": off(state.r, r),
            "means": off(state.means, means),
            "free energy": off(state.energy, energy),
        }
