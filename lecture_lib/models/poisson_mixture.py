"""A mixture of Poissons: counts that vary more than one rate allows.

Equal counts have equal responsibilities, so the model computes with the distinct counts and how often each was
seen: its steps cost the same for a thousand days and for a million.

Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: V. Hasselblad, *Estimation of finite mixtures of distributions from the exponential family*, JASA 64,
1969 (deaths of women of 80 and more in The Times); lecture 22, slides "Generic EM Algorithm".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import log_sum_exp, validation
from lecture_lib.em import Run
from lecture_lib.models.shared.counts import log_poisson
from lecture_lib.models.shared.priors import GammaPrior, checked_prior
from lecture_lib.models.shared.shares import divide_or_keep, shares
from lecture_lib.models.shared.starts import best_of_draws

__all__ = ["PoissonMixture", "PoissonMixtureParameters", "fit"]


@dataclass(frozen=True, eq=False)
class PoissonMixtureParameters(validation.Frozen):
    """The share and the rate of each component.

    Source: Hasselblad 1969.

    Attributes
    ----------
    weights : ndarray, shape (k,)
        Shares; they sum to 1. Read-only.
    rates : ndarray, shape (k,)
        Expected count under component j, at least 0. Read-only.
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
    """A mixture of Poissons as a model of the loop: q are responsibilities, the objective is log p(counts) in nats.

    Parameters
    ----------
    counts : array_like, shape (n,)
        One count per datum: whole numbers, at least 0.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts; those of weight 0 are absent.
    prior : GammaPrior, optional
        Pseudocounts; the objective is then log p(counts) + log p(theta).

    Attributes
    ----------
    values, frequencies : ndarray, shape (u,)
        The distinct counts in ascending order, and how often each was seen: the sum of its weights.

    Notes
    -----
    r_ij is proportional to w_j exp(-rate_j) rate_j^x_i; rate_j <- sum_i r_ij x_i / R_j; w_j <- R_j / n.
    Eq. 11.3. Source: Hasselblad 1969.
    """

    def __init__(
        self, counts: ArrayLike, *, sample_weight: ArrayLike | None = None, prior: GammaPrior | None = None
    ):
        counts = validation.counts(counts, "counts")
        w = None if sample_weight is None else validation.sample_weight(sample_weight, len(counts))
        present = slice(None) if w is None else w > 0
        self.values, which = np.unique(counts[present], return_inverse=True)
        self.frequencies = np.bincount(which, None if w is None else w[present])
        self.prior = checked_prior(prior, GammaPrior)

    def e_step(self, theta: PoissonMixtureParameters) -> tuple[np.ndarray, float]:
        """Return the responsibilities for each distinct count, shape (u, k), and log p(counts) in nats.

        Raises
        ------
        ValueError
            When ``theta`` makes a count impossible.
        """
        validation.instance(theta, PoissonMixtureParameters)
        log_likelihood = log_poisson(self.values[:, None], theta.rates)
        r, log_evidence = log_sum_exp.posterior(log_sum_exp.log_joint(theta.weights, log_likelihood))
        prior = 0.0 if self.prior is None else self.prior.log_density(theta.weights, theta.rates)
        return r, float(self.frequencies @ log_evidence) + prior

    def m_step(self, theta: PoissonMixtureParameters, r: np.ndarray) -> PoissonMixtureParameters:
        """Return the shares and the mean count of each component.

        A component without data keeps its rate, with an ``EmptyClusterWarning`` when it loses its last.
        """
        R = self.frequencies @ r
        events, exposure = (self.frequencies * self.values) @ r, R
        if self.prior is not None:
            events, exposure = events + self.prior.events, R + self.prior.exposure
        rates = divide_or_keep(events, exposure, theta.rates)
        return PoissonMixtureParameters(shares(R, theta.weights, self.prior), rates)


def fit(
    counts: ArrayLike,
    k: int,
    *,
    rng: np.random.Generator,
    restarts: int = 10,
    sample_weight: ArrayLike | None = None,
    prior: GammaPrior | None = None,
) -> Run:
    """Run EM from several starts and keep the run with the highest likelihood.

    Parameters
    ----------
    counts : array_like, shape (n,)
        One count per datum.
    k : int
        Number of components, from 1 to n.
    rng : numpy.random.Generator
        Source of the starts: each rate is drawn from what one datum, drawn at random, says of it (the posterior
        for a flat prior), so no two rates start equal.
    restarts : int
        How many starts, at least 1.
    sample_weight, prior
        As :class:`PoissonMixture` takes them. With weights, k is at most the number of distinct counts.

    Returns
    -------
    Run
        ``theta`` are :class:`PoissonMixtureParameters`; ``objective`` is log p(counts), in nats.
    """
    model = PoissonMixture(counts, sample_weight=sample_weight, prior=prior)
    weighted = sample_weight is not None
    data = model.values if weighted else np.repeat(model.values, model.frequencies)
    weights = model.frequencies if weighted else None

    def draw(drawn):
        return rng.gamma(data[drawn] + 1)

    return best_of_draws(
        model, PoissonMixtureParameters, draw, len(data), k, rng=rng, restarts=restarts, weights=weights
    )
