"""A mixture of binomials: sets of tosses, each made with one of k coins, and nobody wrote down which.

The smallest model with a latent variable that is of any use: the expected number of heads of each coin is all
that the M-step needs.

Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: C. B. Do and S. Batzoglou, *What is the expectation maximization algorithm?*, Nature Biotechnology 26,
2008 (the two coins); lecture 22, slides "Generic EM Algorithm".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.em import Run
from lecture_lib.models.shared.counts import log_binomial
from lecture_lib.models.shared.priors import BetaPrior, checked_prior
from lecture_lib.models.shared.shares import divide_or_keep, shares
from lecture_lib.models.shared.starts import best_of_draws

__all__ = ["BinomialMixture", "BinomialMixtureParameters", "fit"]


@dataclass(frozen=True, eq=False)
class BinomialMixtureParameters(validation.Frozen):
    """How often each coin is taken, and how often it shows heads.

    Source: Do and Batzoglou 2008, figure 1.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Probability that a set is made with coin j; they sum to 1. Read-only.
    probabilities : ndarray, shape (k,)
        Probability of heads of coin j, from 0 to 1. Read-only.
    """

    weights: np.ndarray
    probabilities: np.ndarray

    def __post_init__(self):
        weights = validation.weights(self.weights)
        p = validation.vector(self.probabilities, "probabilities", len(weights))
        validation.freeze(self, weights=weights, probabilities=validation.probabilities(p, "probabilities"))


class BinomialMixture:
    """A mixture of binomials as a model of the loop: q are responsibilities, the objective is log p(heads) in nats.

    Parameters
    ----------
    heads : array_like, shape (n,)
        Heads in each set: whole numbers from 0 to ``tosses``.
    tosses : array_like, shape (n,)
        Tosses in each set: whole numbers, at least 1.
    weights : array_like, shape (k,), optional
        Hold the weights fixed at these; the start must have the same.
    prior : BetaPrior, optional
        Pseudocounts; the objective is then log p(heads) + log p(theta).

    Notes
    -----
    With h_i heads in t_i tosses, r_ij is proportional to w_j p_j^h_i (1 - p_j)^(t_i - h_i);
    p_j <- sum_i r_ij h_i / sum_i r_ij t_i; w_j <- R_j / n. The objective counts the orders in which the heads
    can fall, so it is the probability of the numbers of heads. Near 1, float64 holds p to 1e-16 only: where
    tails are rarer than 1e-10, count them as heads. Eq. 11.1. Source: Do and Batzoglou 2008, figure 1b.
    """

    def __init__(
        self,
        heads: ArrayLike,
        tosses: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        prior: BetaPrior | None = None,
    ):
        self.heads = validation.counts(heads, "heads")
        self.tosses = validation.counts(tosses, "tosses", len(self.heads))
        _check_tosses(self.heads, self.tosses)
        self.tails = self.tosses - self.heads
        self.weights = None if weights is None else validation.weights(weights)
        self.prior = checked_prior(prior, BetaPrior)

    def e_step(self, theta: BinomialMixtureParameters) -> tuple[np.ndarray, float]:
        """Return the responsibilities of the coins for each set, shape (n, k), and log p(heads) in nats.

        Raises
        ------
        ValueError
            When ``theta`` makes a set impossible, or has other weights than those held fixed.
        """
        validation.instance(theta, BinomialMixtureParameters)
        self._check_weights(theta)
        log_likelihood = log_binomial(self.heads[:, None], self.tails[:, None], theta.probabilities)
        r, log_evidence = log_sum_exp.posterior(log_sum_exp.log_joint(theta.weights, log_likelihood))
        prior = 0.0 if self.prior is None else self.prior.log_density(theta.weights, theta.probabilities)
        return r, float(log_evidence.sum()) + prior

    def _check_weights(self, theta):
        if self.weights is not None and not np.array_equal(theta.weights, self.weights):
            raise ValueError(
                f"theta.weights must be those held fixed, {self.weights.tolist()}, got {theta.weights.tolist()}; "
                "start there, or let them free with weights=None"
            )

    def m_step(self, theta: BinomialMixtureParameters, r: np.ndarray) -> BinomialMixtureParameters:
        """Return the coins that make the expected heads and tails most probable.

        A coin without data keeps its probability, with an ``EmptyClusterWarning`` where its weight is not 0.
        """
        R = r.sum(axis=0)
        weights = shares(R, theta.weights, self.prior)
        expected_heads, expected_tails = self.heads @ r, self.tails @ r
        if self.prior is not None:
            expected_heads = expected_heads + self.prior.successes
            expected_tails = expected_tails + self.prior.failures
        # Heads over heads plus tails, so that rounding never carries a probability beyond 1.
        p = divide_or_keep(expected_heads, expected_heads + expected_tails, theta.probabilities)
        return BinomialMixtureParameters(weights if self.weights is None else self.weights, p)


def _check_tosses(heads, tosses):
    """Raise unless each set has a toss, and no more heads than tosses."""
    if tosses.min() < 1:
        raise ValueError(f"tosses must be at least 1, got 0 in set {np.argmin(tosses)}; drop that set")
    if (heads > tosses).any():
        i = np.argmax(heads > tosses)
        raise ValueError(
            f"heads must not exceed tosses, got {heads[i]:g} of {tosses[i]:g} in set {i}; "
            "tosses count heads and tails"
        )


def fit(
    heads: ArrayLike,
    tosses: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int = 10,
    prior: BetaPrior | None = None,
) -> Run:
    """Run EM from several starts, all parameters free, and keep the run with the highest likelihood.

    Parameters
    ----------
    heads, tosses : array_like, shape (n,)
        Heads and tosses in each set.
    k : int
        Number of coins, from 1 to n.
    rng : numpy.random.Generator
        Source of the starts: each coin is drawn from what one set, drawn at random, says of it (the posterior
        for a flat prior), so no two coins start equal.
    restarts : int
        How many starts, at least 1.
    prior : BetaPrior, optional
        As :class:`BinomialMixture` takes it.

    Returns
    -------
    Run
        ``theta`` are :class:`BinomialMixtureParameters`; ``objective`` is log p(heads), in nats.
    """
    model = BinomialMixture(heads, tosses, prior=prior)

    def draw(drawn):
        return rng.beta(model.heads[drawn] + 1, model.tails[drawn] + 1)

    return best_of_draws(model, BinomialMixtureParameters, draw, len(model.heads), k, rng=rng, restarts=restarts)
