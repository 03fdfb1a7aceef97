"""Priors of discrete mixtures: beside SciPy's densities, derivatives, and data that add the pseudocounts."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from lecture_lib.em import converge, em
from lecture_lib.models import bernoulli_mixture, binomial_mixture, poisson_mixture
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters
from lecture_lib.models.binomial_mixture import BinomialMixture, BinomialMixtureParameters
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters
from lecture_lib.models.shared.priors import BetaPrior, GammaPrior

RNG = np.random.default_rng(0)
WEIGHTS, P, RATES = np.array([0.2, 0.3, 0.5]), RNG.uniform(size=(3, 4)), np.array([0.5, 2.0, 7.0])
BINARY = (RNG.random((60, 4)) < np.repeat(P, 20, axis=0)).astype(float)
COUNTS = RNG.poisson(np.repeat(RATES, 20))
BETA, GAMMA = BetaPrior(0.7, 1.6, 2.5), GammaPrior(1.4, 0.8, 2.5)


def test_log_densities_are_those_of_scipy():
    dirichlet = stats.dirichlet([2.5] * 3).logpdf(WEIGHTS)
    expected = dirichlet + stats.beta(1.7, 2.6).logpdf(P).sum()
    assert BETA.log_density(WEIGHTS, P) == pytest.approx(expected, rel=1e-12)
    expected = dirichlet + stats.gamma(2.4, scale=1 / 0.8).logpdf(RATES).sum()
    assert GAMMA.log_density(WEIGHTS, RATES) == pytest.approx(expected, rel=1e-12)
    assert BETA.log_density(WEIGHTS, P * [[0], [1], [1]]) == -np.inf


MODELS = {
    "Bernoulli": (BernoulliMixture(BINARY, prior=BETA), BernoulliMixtureParameters(WEIGHTS, P)),
    "binomial": (
        BinomialMixture(BINARY.sum(axis=1), [4] * 60, prior=BETA),
        BinomialMixtureParameters(WEIGHTS, P[:, 0]),
    ),
    "Poisson": (PoissonMixture(COUNTS, prior=GAMMA), PoissonMixtureParameters(WEIGHTS, RATES)),
}


@pytest.mark.parametrize(("model", "start"), MODELS.values(), ids=MODELS)
def test_at_the_end_every_parameter_alone_is_where_the_posterior_is_highest(model, start):
    theta = converge(em(model, start)).theta
    name = next(name for name in ("probabilities", "rates") if hasattr(theta, name))
    values = getattr(theta, name)
    for index in np.ndindex(values.shape):

        def loss(x, index=index):
            moved = values.copy()
            moved[index] = x
            return -model.e_step(type(theta)(theta.weights, moved))[1]

        x = values[index]
        best = minimize_scalar(loss, bounds=(0.5 * x, min(2 * x, (1 + x) / 2 if name != "rates" else 2 * x)))
        # A flat top: 1e-6 nats, at which the run ends, leave about their root to the parameter.
        assert loss(x) <= best.fun + 1e-6


def test_pseudocounts_are_data_in_advance():
    """One M-step equals that of data to which the pseudocounts were appended, in each component."""
    r = RNG.dirichlet([1, 1, 1], 60)
    ours = BernoulliMixture(BINARY, prior=BetaPrior(1.0, 2.0)).m_step(MODELS["Bernoulli"][1], r)
    ones, zeros = np.ones((3, 4)), np.zeros((6, 4))
    more = BernoulliMixture(np.concatenate([BINARY, ones, zeros]))
    own = np.concatenate([r, np.eye(3), np.eye(3), np.eye(3)])
    expected = more.m_step(MODELS["Bernoulli"][1], own)
    np.testing.assert_allclose(ours.probabilities, expected.probabilities, rtol=1e-12)
    np.testing.assert_allclose(ours.weights, r.mean(axis=0), rtol=1e-12)


def test_new_data_are_possible_after_a_fit_with_pseudocounts():
    """A column that was always 0, a coin that never fell on heads, counts that were all 0."""
    X, new = np.array([[0.0, 1], [0, 0], [0, 1]]), np.array([[1.0, 1]])
    plain = bernoulli_mixture.fit(X, 1, rng=np.random.default_rng(0)).theta
    with pytest.raises(ValueError, match="a fit with a prior, which adds pseudocounts"):
        BernoulliMixture(new).e_step(plain)
    theta = bernoulli_mixture.fit(X, 1, rng=np.random.default_rng(0), prior=BetaPrior()).theta
    assert theta.probabilities[0].tolist() == pytest.approx([1 / 5, 3 / 5])
    assert np.isfinite(BernoulliMixture(new).e_step(theta)[1])
    coins = binomial_mixture.fit([0, 0], [5, 5], 1, rng=np.random.default_rng(0), prior=BetaPrior()).theta
    assert coins.probabilities[0] == pytest.approx(1 / 12)
    assert np.isfinite(BinomialMixture([5], [5]).e_step(coins)[1])
    rates = poisson_mixture.fit([0, 0, 0], 1, rng=np.random.default_rng(0), prior=GammaPrior(1, 1)).theta
    assert rates.rates[0] == pytest.approx(1 / 4)
    assert np.isfinite(PoissonMixture([3]).e_step(rates)[1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BetaPrior(successes=0), "successes must be one finite number above 0"),
        (lambda: BetaPrior(concentration=0.5), "concentration must be one finite number, at least 1"),
        (lambda: GammaPrior(1, -1), "exposure must be one finite number above 0"),
        (lambda: PoissonMixture(COUNTS, prior=BETA), "prior must be a GammaPrior"),
        (lambda: BernoulliMixture(BINARY, prior=GAMMA), "prior must be a BetaPrior"),
        (lambda: BinomialMixture([1], [2], prior=2), "prior must be a BetaPrior"),
    ],
)
def test_bad_priors_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
