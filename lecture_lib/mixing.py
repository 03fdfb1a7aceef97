"""What the mixtures share, whatever their components are: Bayes' rule, shares of the data, several starts.

Source: C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.2.
"""

import warnings

import numpy as np

from lecture_lib import validation
from lecture_lib.em import EmptyClusterWarning, Run, best_of, runs_from

__all__ = ["EmptyClusterWarning", "best_of_draws", "posterior", "ratios", "shares"]


def posterior(weights, log_likelihood):
    """Return the responsibilities and the log evidence of each datum.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Shares of the components.
    log_likelihood : ndarray, shape (n, k)
        ``[i, j]`` is log p(x_i) under component j, in nats; -inf where that is impossible.

    Returns
    -------
    r : ndarray, shape (n, k)
        Rows sum to 1.
    log_evidence : ndarray, shape (n,)
        log sum_j w_j p(x_i | j), in nats.

    Raises
    ------
    ValueError
        When no component leaves some datum possible.
    """
    with np.errstate(divide="ignore"):  # a weight of 0 has the logarithm -inf
        log_joint = np.log(weights) + log_likelihood
    highest = validation.possible(log_joint.max(axis=1))
    r = np.exp(log_joint - highest[:, None])
    total = r.sum(axis=1)
    # Divided, not exp(log_joint - log_evidence): the evidence of a datum far from all components is rounded.
    return r / total[:, None], highest + np.log(total)


def shares(R, weights):
    """Return each component's share of the data, with a warning when one has lost its last datum.

    Parameters
    ----------
    R : ndarray, shape (k,)
        Sums of responsibilities.
    weights : ndarray, shape (k,)
        The old shares: of a component without any, no data were to be expected.

    Returns
    -------
    ndarray, shape (k,)
        R_j / n.
    """
    share = R / R.sum()
    for j in np.flatnonzero((share == 0) & (weights > 0)):
        warnings.warn(
            f"component {j} has lost all data and keeps its parameters; start from others or choose a smaller k",
            EmptyClusterWarning,
            stacklevel=3,
        )
    return share


def ratios(parts, wholes, old):
    """Return parts / wholes; where a component has no data, and so no whole, what it had before.

    Parameters
    ----------
    parts, wholes, old : ndarray
        Of one shape, with the components along the first axis.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    return np.divide(parts, wholes, out=old.copy(), where=wholes > 0)


def best_of_draws(model, make, draw, n, k, *, rng, restarts) -> Run:
    """Run EM from several starts, each from k data drawn at random, and keep the best run.

    Parameters
    ----------
    model : lecture_lib.em.Model
        A mixture.
    make : callable
        Makes the model's parameters from weights, all equal, and from what ``draw`` returns.
    draw : callable
        Draws the other parameters, one a component, given the indices of as many different data.
    n : int
        Number of data.
    k : int
        Number of components, from 1 to n.
    rng : numpy.random.Generator
        Source of the indices.
    restarts : int
        How many starts, at least 1.

    Returns
    -------
    Run
        With the highest objective.

    Raises
    ------
    ValueError
        For a ``k`` outside 1 to n, no restart, or an ``rng`` that is none.
    """
    k = validation.count(k, n)
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)
    starts = (make(np.full(k, 1 / k), draw(rng.choice(n, size=k, replace=False))) for _ in range(restarts))
    return best_of(runs_from(model, starts))
