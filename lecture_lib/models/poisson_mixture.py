"""A mixture of Poissons: counts that vary more than one rate allows.

Equal counts have equal responsibilities, so the model computes with the distinct counts and how often each was
seen: its steps cost the same for a thousand days and for a million.

Sources: V. Hasselblad, *Estimation of finite mixtures of distributions from the exponential family*, JASA 64,
1969 (deaths of women of 80 and more in The Times); lecture 22, slides "Generic EM Algorithm".
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp, xlogy

from lecture_lib import validation
from lecture_lib.em import CollapsedComponentError, Run, best_of, runs_from

__all__ = ["PoissonMixture", "PoissonMixtureParameters", "fit"]


@dataclass(frozen=True, eq=False)
class PoissonMixtureParameters:
    """The share and the rate of each component.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Shares; they sum to 1. Read-only.
    rates : ndarray, shape (k,)
        Expected count under component j, at least 0. Read-only.

    Raises
    ------
    ValueError
        When ``weights`` are negative or do not sum to 1, a rate is negative, or their number differs.
    """

    weights: np.ndarray
    rates: np.ndarray

    def __post_init__(self):
        weights = validation.weights(self.weights)
        rates = validation.vector(self.rates, "rates", len(weights))
        if rates.min() < 0:
            raise ValueError(f"rates must not be negative, got {rates.min():g}; they are expected counts")
        validation.freeze(self, weights=weights, rates=rates)


class PoissonMixture:
    """A mixture of Poissons as a model of the loop: q are responsibilities, the objective is log p(counts).

    Parameters
    ----------
    counts : array_like, shape (n,)
        One count a datum: whole numbers, at least 0.

    Attributes
    ----------
    values, frequencies : ndarray, shape (u,)
        The distinct counts in ascending order, and how often each was seen.

    Raises
    ------
    ValueError
        When counts are negative or not whole, or there are none.

    Notes
    -----
    r_ij is proportional to w_j exp(-rate_j) rate_j^x_i; rate_j <- sum_i r_ij x_i / R_j; w_j <- R_j / n.
    """

    def __init__(self, counts):
        self.values, self.frequencies = np.unique(validation.counts(counts, "counts"), return_counts=True)

    def e_step(self, theta):
        """Return the responsibilities for each distinct count, shape (u, k), and log p(counts).

        Parameters
        ----------
        theta : PoissonMixtureParameters
            Shares and rates.

        Raises
        ------
        ValueError
            When ``theta`` makes a count impossible.
        """
        validation.instance(theta, PoissonMixtureParameters)
        x = self.values[:, None]
        log_joint = xlogy(1.0, theta.weights) + xlogy(x, theta.rates) - theta.rates - gammaln(x + 1)
        log_evidence = validation.possible(logsumexp(log_joint, axis=1))
        return np.exp(log_joint - log_evidence[:, None]), float(self.frequencies @ log_evidence)

    def m_step(self, theta, r):
        """Return the shares and the mean count of each component.

        Parameters
        ----------
        theta : PoissonMixtureParameters
            The old parameters; the maximum does not depend on them.
        r : ndarray, shape (u, k)
            Responsibilities, as :meth:`e_step` returns them.

        Raises
        ------
        CollapsedComponentError
            When a component takes no datum at all.
        """
        R = self.frequencies @ r
        if not R.all():
            raise CollapsedComponentError(int(np.argmin(R)), 0.0)
        return PoissonMixtureParameters(R / R.sum(), (self.frequencies * self.values) @ r / R)


def fit(counts, k, *, rng, restarts=10) -> Run:
    """Run EM from several starts and keep the run with the highest likelihood.

    Parameters
    ----------
    counts : array_like, shape (n,)
        One count a datum.
    k : int
        Number of components, from 1 to n.
    rng : numpy.random.Generator
        Source of the starts: each rate is drawn from what one datum, drawn at random, says of it (the posterior
        for a flat prior), so no two rates start equal.
    restarts : int
        How many starts, at least 1.

    Returns
    -------
    Run
        ``theta`` are :class:`PoissonMixtureParameters`; ``objective`` is log p(counts).

    Raises
    ------
    ValueError
        For bad counts, a ``k`` outside 1 to n, or no restart.
    CollapsedComponentError
        When in every run a component ends up without data.
    """
    model = PoissonMixture(counts)
    data = np.repeat(model.values, model.frequencies)
    k = validation.count(k, len(data))
    restarts = validation.count(restarts, None, "restarts")
    rng = validation.rng(rng)

    def start():
        drawn = rng.choice(data, size=k, replace=False)
        return PoissonMixtureParameters(np.full(k, 1 / k), rng.gamma(drawn + 1))

    return best_of(runs_from(model, (start() for _ in range(restarts))))
