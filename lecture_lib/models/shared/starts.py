"""Several starts of a mixture, each from k data drawn at random."""

from collections.abc import Callable

import numpy as np

from lecture_lib import validation
from lecture_lib.em import Model, Run, best_of, runs_from

__all__ = ["best_of_draws"]


def best_of_draws(
    model: Model,
    make: Callable,
    draw: Callable,
    n: int,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int,
    weights: np.ndarray | None = None,
) -> Run:
    """Run EM from several starts, each from k data drawn at random, and return the run with the highest objective.

    Parameters
    ----------
    model : lecture_lib.em.Model
        A mixture.
    make : callable
        Makes the model's parameters from weights, all equal, and from what ``draw`` returns.
    draw : callable
        Draws the other parameters, one per component, given the indices of as many different data.
    n, k : int
        Number of data, and of components: from 1 to n.
    rng : numpy.random.Generator
        Source of the indices.
    restarts : int
        How many starts, at least 1.
    weights : ndarray, shape (n,), optional
        A datum is drawn in proportion to its weight.
    """
    k = validation.count(k, n)
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)
    p = None if weights is None else weights / weights.sum()
    starts = (make(np.full(k, 1 / k), draw(rng.choice(n, size=k, replace=False, p=p))) for _ in range(restarts))
    return best_of(runs_from(model, starts))
