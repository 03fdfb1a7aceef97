"""The mixture of Poissons: the deaths of elderly women as published, enumeration, gradients, and its edges."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_frozen, assert_monotone, gradient, starts_of
from scipy.special import logsumexp
from scipy.stats import gamma, kstest, poisson

from lecture_lib.datasets import load_elderly_deaths
from lecture_lib.em import EmptyClusterWarning, converge, em, parameters_settle
from lecture_lib.models import poisson_mixture
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters, fit

DEATHS = load_elderly_deaths()


def log_likelihood(counts, weights, rates):
    """Written with scipy's Poisson, one term a datum; weights need not sum to 1."""
    return logsumexp(poisson.logpmf(np.asarray(counts)[:, None], rates), b=weights, axis=1).sum()


@pytest.fixture(scope="module")
def deaths_run():
    start = PoissonMixtureParameters([0.3, 0.7], [1.0, 2.5])
    # This is slow: nearly all of the information is missing.
    return converge(em(PoissonMixture(DEATHS), start), until=parameters_settle(1e-12), max_steps=20_000)


def test_the_deaths_of_elderly_women_as_published(deaths_run):
    """Hasselblad 1969; to these digits in Titterington, Smith and Makov 1985 and in McLachlan and Peel 2000."""
    theta = deaths_run.theta
    np.testing.assert_array_equal(np.round(theta.weights, 4), [0.3599, 0.6401])
    np.testing.assert_array_equal(np.round(theta.rates, 3), [1.256, 2.663])
    assert round(deaths_run.objective, 3) == -1989.946


def test_one_poisson_is_reached_in_one_step_and_fits_worse(deaths_run):
    states = itertools.islice(em(PoissonMixture(DEATHS), PoissonMixtureParameters([1.0], [9.0])), 2)
    *_, single = states
    assert single.theta.rates[0] == pytest.approx(DEATHS.mean(), rel=1e-14)
    assert deaths_run.objective - single.objective > 10


def test_every_gradient_vanishes_at_the_fixed_point(deaths_run):
    assert deaths_run.converged
    assert_monotone(deaths_run)
    weights, rates = deaths_run.theta.weights, deaths_run.theta.rates
    # The likelihood is about 2000, exact to 1e-14 of that: quotients over a step of 1e-4 are exact to 1e-7.
    in_rates = gradient(lambda rates: log_likelihood(DEATHS, weights, rates), rates)
    np.testing.assert_allclose(in_rates, 0, atol=1e-6)
    # Lagrange: the gradient in the weights is the same for all, and equal to n.
    in_weights = gradient(lambda w: log_likelihood(DEATHS, w, rates), weights)
    np.testing.assert_allclose(in_weights, len(DEATHS), rtol=1e-8)


def test_the_objective_is_the_likelihood_of_the_same_parameters():
    start = PoissonMixtureParameters([0.2, 0.5, 0.3], [0.5, 2.0, 7.0])
    for state in itertools.islice(em(PoissonMixture(DEATHS), start), 4):
        expected = log_likelihood(DEATHS, state.theta.weights, state.theta.rates)
        assert state.objective == pytest.approx(expected, rel=1e-13)  # order of summation


def test_the_likelihood_sums_over_every_way_to_choose_the_components():
    counts, weights, rates = [0, 4, 4], np.array([0.3, 0.7]), np.array([0.2, 3.0])
    total = sum(
        np.prod([weights[z] * poisson.pmf(x, rates[z]) for x, z in zip(counts, choice, strict=True)])
        for choice in itertools.product((0, 1), repeat=3)
    )
    _, objective = PoissonMixture(counts).e_step(PoissonMixtureParameters(weights, rates))
    assert objective == pytest.approx(np.log(total), rel=1e-13)


def test_one_step_is_bayes_rule_and_two_averages_over_all_data():
    theta = PoissonMixtureParameters([0.2, 0.5, 0.3], [0.5, 2.0, 7.0])
    model = PoissonMixture(DEATHS)
    joint = theta.weights * poisson.pmf(DEATHS[:, None], theta.rates)
    expected = joint / joint.sum(axis=1, keepdims=True)
    r, _ = model.e_step(theta)
    np.testing.assert_array_equal(model.values, np.arange(10))
    np.testing.assert_allclose(np.repeat(r, model.frequencies, axis=0), expected, rtol=1e-13)
    moved = model.m_step(theta, r)
    np.testing.assert_allclose(moved.weights, expected.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moved.rates, DEATHS @ expected / expected.sum(axis=0), rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=15), st.integers(0, 10**6))
def test_runs_are_monotone_and_follow_permutations(counts, seed):
    rng = np.random.default_rng(seed)
    theta = PoissonMixtureParameters(rng.dirichlet(np.ones(2)), rng.uniform(0.1, 60, 2))
    run = converge(em(PoissonMixture(counts), theta), max_steps=40)
    assert_monotone(run)
    swapped = PoissonMixtureParameters(theta.weights[::-1], theta.rates[::-1])
    other = converge(em(PoissonMixture(rng.permutation(counts)), swapped), max_steps=40)
    # Sums in another order, through up to 40 steps, each of which may stretch a difference.
    steps = min(len(run.states), len(other.states)) - 1
    ours, theirs = run.states[steps].theta, other.states[steps].theta
    np.testing.assert_allclose(theirs.rates[::-1], ours.rates, rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(theirs.weights[::-1], ours.weights, atol=1e-8)


def test_only_zeros_have_rate_zero():
    run = fit([0, 0, 0, 0], 2, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(run.theta.rates, 0)
    assert run.objective == pytest.approx(0, abs=1e-14)


def test_a_rate_of_zero_explains_zeros_and_nothing_else():
    model = PoissonMixture([0, 2])
    r, objective = model.e_step(PoissonMixtureParameters([0.5, 0.5], [0, 2]))
    p = np.exp(-2)
    np.testing.assert_allclose(r, [[1 / (1 + p), p / (1 + p)], [0, 1]], rtol=1e-14)
    assert objective == pytest.approx(np.log((1 + p) / 2) + np.log(p), rel=1e-14)


def test_equal_counts_have_their_own_value_as_rate():
    run = fit([5] * 8, 2, rng=np.random.default_rng(0))
    assert run.theta.weights @ run.theta.rates == pytest.approx(5, rel=1e-12)
    assert run.objective == pytest.approx(8 * poisson.logpmf(5, 5), rel=1e-6)  # what the stopping rule leaves


def test_far_counts_as_many_as_components_have_a_component_each():
    run = fit([0, 100, 10_000], 3, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.sort(run.theta.rates), [0, 100, 10_000], rtol=1e-9, atol=1e-30)
    expected = poisson.logpmf([0, 100, 10_000], [0, 100, 10_000]).sum() + 3 * np.log(1 / 3)
    assert run.objective == pytest.approx(expected, rel=1e-12)


def test_a_component_that_loses_its_data_keeps_its_rate_with_a_warning():
    theta = PoissonMixtureParameters([0.5, 0.5], [2.0, 1e5])
    model = PoissonMixture(DEATHS)
    r, _ = model.e_step(theta)
    with pytest.warns(
        EmptyClusterWarning, match=r"^component 1 has lost all data .* choose a smaller k$"
    ) as caught:
        moved = model.m_step(theta, r)
    assert [warning.filename for warning in caught] == [__file__]
    np.testing.assert_array_equal(moved.weights, [1, 0])
    np.testing.assert_array_equal(theta.rates, [2, 1e5])
    run = converge(em(model, moved))  # no second warning, and the closed form of one Poisson
    np.testing.assert_allclose(run.theta.rates, [DEATHS.mean(), 1e5], rtol=1e-14)
    assert run.objective == pytest.approx(log_likelihood(DEATHS, [1.0], [DEATHS.mean()]), rel=1e-13)


@pytest.mark.parametrize("size", [1e3, 1e6, 1e8, 1e10, 1e12, 1e14])
def test_large_counts_lose_no_digits_that_the_loop_would_miss(size):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        counts = np.r_[rng.poisson(size, 100), rng.poisson(size + 2 * np.sqrt(size), 100)]
        run = fit(counts, 2, rng=rng, restarts=3)  # raises where the objective falls
        assert run.converged
        spread = (run.theta.rates - size) / np.sqrt(size)
        assert np.all((spread > -3) & (spread < 5))
        assert run.theta.weights @ run.theta.rates == pytest.approx(counts.mean(), rel=1e-12)


def test_a_start_far_below_large_counts_leaves_them_possible():
    counts = 10**12 + 10**6 * np.arange(5)
    run = converge(em(PoissonMixture(counts), PoissonMixtureParameters([1.0], [1e-300])))
    assert run.theta.rates[0] == pytest.approx(counts.mean(), rel=1e-14)


def test_a_million_counts_cost_what_their_distinct_values_cost():
    model = PoissonMixture(np.tile(DEATHS, 1000))
    r, _ = model.e_step(PoissonMixtureParameters([0.5, 0.5], [1.0, 3.0]))
    assert r.shape == (10, 2)
    assert model.frequencies.sum() == 1_096_000


def test_fit_reaches_the_published_likelihood_and_a_seed_fixes_it():
    run = fit(DEATHS, 2, rng=np.random.default_rng(0), restarts=2)
    assert run.converged
    assert run.objective == pytest.approx(-1989.9459, abs=1e-3)
    again = fit(DEATHS, 2, rng=np.random.default_rng(0), restarts=2)
    np.testing.assert_array_equal(run.theta.rates, again.theta.rates)


def test_fit_starts_ten_times_from_equal_weights_and_rates_that_differ(monkeypatch):
    starts = starts_of(poisson_mixture, monkeypatch, lambda fit: fit([0, 400], 2, rng=np.random.default_rng(0)))
    assert len(starts) == 10
    for theta in starts:
        np.testing.assert_array_equal(theta.weights, 0.5)
        # Gamma(1) and Gamma(401), one of each: both counts are drawn, and none twice.
        low, high = np.sort(theta.rates)
        assert 0 < low < 10
        assert 300 < high < 500


def test_a_rate_starts_from_what_one_count_says_of_it(monkeypatch):
    def call(fit):
        fit([2], 1, rng=np.random.default_rng(0), restarts=4000)

    drawn = [theta.rates[0] for theta in starts_of(poisson_mixture, monkeypatch, call)]
    # A fixed seed; for a right sampler the p-value is uniform, so 1e-3 says a wrong one apart.
    assert kstest(drawn, gamma(3).cdf).pvalue > 1e-3


def test_parameters_are_read_only_copies():
    assert_frozen(PoissonMixtureParameters, weights=[0.3, 0.7], rates=[0.0, 1.5])
