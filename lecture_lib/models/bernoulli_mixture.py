"""A mixture of Bernoullis: binary data in d dimensions that are independent within a component.

Black and white pictures are the usual example: a component is a grey picture of probabilities, and dependence
between pixels comes from the mixing alone.

Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: C. Bishop, PRML, 2006, section 9.3.3; lecture 22, slides "Generic EM Algorithm".
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.blocks import Blocks, added
from lecture_lib.em import Run
from lecture_lib.models.shared.priors import BetaPrior, checked_prior
from lecture_lib.models.shared.shares import divide_or_keep, shares
from lecture_lib.models.shared.starts import best_of_draws

__all__ = ["BernoulliMixture", "BernoulliMixtureParameters", "fit"]

Sums = tuple[np.ndarray, np.ndarray, np.ndarray]

ROWS_PER_BERNOULLI_TILE = 4096
"""How many rows of a block are taken at a time: without it, a block's responsibilities would be in memory whole."""


@dataclass(frozen=True, eq=False)
class BernoulliMixtureParameters(validation.Frozen):
    """The share of each component, and its probability of a 1 in each dimension.

    Source: Bishop 2006, section 9.3.3.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Shares; they sum to 1. Read-only.
    probabilities : ndarray, shape (k, d)
        ``[j, c]`` is the probability of a 1 in dimension c under component j, from 0 to 1. Read-only.
    """

    weights: np.ndarray
    probabilities: np.ndarray

    def __post_init__(self):
        weights = validation.weights(self.weights)
        p = validation.probabilities(validation.data(self.probabilities, "probabilities"), "probabilities")
        if len(p) != len(weights):
            raise ValueError(
                f"probabilities must have one row per component, k = {len(weights)}, got shape {p.shape}; "
                "match them to weights"
            )
        validation.freeze(self, weights=weights, probabilities=p)


class BernoulliMixture:
    """A mixture of Bernoullis as a model of the loop: q are responsibilities, the objective is log p(X) in nats.

    Parameters
    ----------
    X : array_like, shape (n, d), or blocks of rows
        Zeros and ones, or truth values; whatever :class:`lecture_lib.blocks.Blocks` takes.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts; those of weight 0 are absent.
    prior : BetaPrior, optional
        Pseudocounts; the objective is then log p(X) + log p(theta).
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does.

    Notes
    -----
    r_ij is proportional to w_j prod_c p_jc^x_ic (1 - p_jc)^(1 - x_ic); p_jc <- sum_i r_ij x_ic / R_j;
    w_j <- R_j / n. Eq. 11.4. Source: Bishop 2006, section 9.3.3.
    """

    def __init__(
        self,
        X: ArrayLike | Iterable,
        *,
        sample_weight: ArrayLike | None = None,
        prior: BetaPrior | None = None,
        executor: Executor | None = None,
    ):
        self.blocks = Blocks(X, executor, check=validation.binary, sample_weight=sample_weight)
        self.X, self.prior = self.blocks.array, checked_prior(prior, BetaPrior)

    def e_step(self, theta: BernoulliMixtureParameters) -> tuple[np.ndarray | Sums, float]:
        """Return the responsibilities, shape (n, k), and log p(X) in nats; for blocks their sums instead.

        The sums are R, and of r_ij x_i and r_ij (1 - x_i): three arrays that do not grow with n.

        Raises
        ------
        ValueError
            When ``theta`` makes a datum impossible.
        """
        p, d = validation.instance(theta, BernoulliMixtureParameters).probabilities, self.blocks.shape[1]
        if p.shape[1] != d:
            raise ValueError(
                f"probabilities must have one column per dimension, (k, d) with d = {d}, got shape {p.shape}; "
                "match them to X"
            )
        if self.X is None:
            *sums, log_likelihood = self.blocks.total(_pass, theta)
            return tuple(sums), self._objective(log_likelihood, theta)
        r, log_evidence = _posterior(self.X, theta)
        return r, self._objective(_weighted(log_evidence, self.blocks.weights).sum(), theta)

    def _objective(self, log_likelihood, theta):
        prior = 0.0 if self.prior is None else self.prior.log_density(theta.weights, theta.probabilities)
        return float(log_likelihood) + prior

    def m_step(self, theta: BernoulliMixtureParameters, r: np.ndarray | Sums) -> BernoulliMixtureParameters:
        """Return the shares, and the share of ones among the data of each component.

        A component without data keeps its probabilities, with an ``EmptyClusterWarning`` when it loses its last.
        """
        R, ones, zeros = r if self.X is None else _sums(self.X, _weighted(r, self.blocks.weights))
        weights = shares(R, theta.weights, self.prior)
        if self.prior is not None:
            ones, zeros = ones + self.prior.successes, zeros + self.prior.failures
        # Ones over ones plus zeros: exactly 0 or 1 for a constant column, and never beyond.
        return BernoulliMixtureParameters(weights, divide_or_keep(ones, ones + zeros, theta.probabilities))


def _posterior(X, theta):
    p = theta.probabilities
    return log_sum_exp.posterior(
        log_sum_exp.log_joint(theta.weights, _sum_of_logs(X, p) + _sum_of_logs(1 - X, 1 - p))
    )


def _sums(X, r):
    """Return R, and for each component the expected number of ones and of zeros in each dimension."""
    return r.sum(axis=0), r.T @ X, r.T @ (1 - X)


def _weighted(rows, weights):
    """Return numbers or rows, one per datum, times its weight."""
    return rows if weights is None else (weights * rows.T).T


def _pass(X, theta, *, threads, weights=None):
    """Go through a block of data tile by tile; return the sums, and the log evidence."""
    totals = []
    for start in range(0, len(X), ROWS_PER_BERNOULLI_TILE):
        tile = slice(start, start + ROWS_PER_BERNOULLI_TILE)
        w = None if weights is None else weights[tile]
        r, log_evidence = (_weighted(rows, w) for rows in _posterior(X[tile], theta))
        totals.append((*_sums(X[tile], r), log_evidence.sum()))
    return added(totals)


def _sum_of_logs(X, p):
    """Return X @ log(p).T with 0 log 0 = 0: -inf only where a 1 meets the probability 0."""
    never = p == 0
    total = X @ np.log(np.where(never, 1, p)).T
    total[X @ never.T > 0] = -np.inf
    return total


def fit(
    X: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int = 10,
    sample_weight: ArrayLike | None = None,
    prior: BetaPrior | None = None,
) -> Run:
    """Run EM from several starts and keep the run with the highest likelihood.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Zeros and ones.
    k : int
        Number of components, from 1 to n.
    rng : numpy.random.Generator
        Source of the starts: each component is drawn from what one datum, drawn at random, says of it (the
        posterior for a flat prior), so no two start equal.
    restarts : int
        How many starts, at least 1.
    sample_weight, prior
        As :class:`BernoulliMixture` takes them.

    Returns
    -------
    Run
        ``theta`` are :class:`BernoulliMixtureParameters`; ``objective`` is log p(X), in nats.
    """
    model = BernoulliMixture(validation.binary(X), sample_weight=sample_weight, prior=prior)
    data, weights = np.asarray(model.X), model.blocks.weights

    def draw(drawn):
        return rng.beta(1 + data[drawn], 2 - data[drawn])

    return best_of_draws(
        model, BernoulliMixtureParameters, draw, len(data), k, rng=rng, restarts=restarts, weights=weights
    )
