"""Priors of discrete mixtures: what data that were never seen would have added, as pseudocounts.

They are conjugate to the complete data, so the M-step stays one ratio of counts, with the pseudocounts among them;
no probability becomes 0 or 1, no rate 0, and no new datum is impossible. Bad input raises a ``ValueError``.

Sources: C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, sections 2.1.1 and 2.2.1 (beta, Dirichlet);
A. Gelman et al., *Bayesian Data Analysis*, 2013, section 2.6 (gamma and Poisson).
"""

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from lecture_lib import log_sum_exp, validation

Prior = TypeVar("Prior")

__all__ = ["BetaPrior", "GammaPrior", "checked_prior", "weights_of"]


@dataclass(frozen=True, eq=False)
class BetaPrior(validation.Frozen):
    """p(theta) = Dirichlet(weights) prod Beta(p; successes + 1, failures + 1) over all probabilities p.

    Each probability is given so many ones (heads) and zeros (tails) in advance, both above 0; each component
    ``concentration - 1`` data, at least 0.
    """

    successes: float = 1.0
    failures: float = 1.0
    concentration: float = 1.0

    def __post_init__(self):
        validation.freeze(
            self,
            successes=validation.positive(self.successes, "successes"),
            failures=validation.positive(self.failures, "failures"),
            concentration=validation.number(self.concentration, "concentration", least=1),
        )

    def log_density(self, weights: np.ndarray, probabilities: np.ndarray) -> float:
        """Return log p(theta), in nats; -inf where a probability is 0 or 1."""
        a, b = self.successes, self.failures
        constant = math.lgamma(a + b + 2) - math.lgamma(a + 1) - math.lgamma(b + 1)
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            logs = a * np.log(probabilities) + b * np.log(1 - probabilities)
        return log_sum_exp.log_dirichlet(weights, self.concentration) + float(np.sum(constant + logs))


@dataclass(frozen=True, eq=False)
class GammaPrior(validation.Frozen):
    """p(theta) = Dirichlet(weights) prod_j Gamma(rate_j; shape = events + 1, rate = exposure).

    Each component is given ``exposure`` data, above 0, with a sum of ``events``, above 0; ``concentration`` is as
    that of :class:`BetaPrior`.
    """

    events: float
    exposure: float
    concentration: float = 1.0

    def __post_init__(self):
        validation.freeze(
            self,
            events=validation.positive(self.events, "events"),
            exposure=validation.positive(self.exposure, "exposure"),
            concentration=validation.number(self.concentration, "concentration", least=1),
        )

    def log_density(self, weights: np.ndarray, rates: np.ndarray) -> float:
        """Return log p(theta), in nats; -inf where a rate is 0."""
        a, b = self.events, self.exposure
        with np.errstate(divide="ignore"):  # log 0 = -inf is meant
            logs = (a + 1) * math.log(b) - math.lgamma(a + 1) + a * np.log(rates) - b * rates
        return log_sum_exp.log_dirichlet(weights, self.concentration) + float(np.sum(logs))


def checked_prior(prior: Prior | None, kind: type[Prior]) -> Prior | None:
    """Return the prior if it is one of the kind, or None."""
    return None if prior is None else validation.instance(prior, kind, "prior")


def weights_of(sizes: np.ndarray, concentration: float) -> np.ndarray:
    """Return the weights of the highest posterior, given R_j, shape (k,)."""
    counts = sizes + (concentration - 1)
    return counts / counts.sum()
