"""The mixture of binomials: the two coins as published, enumeration, gradients, and its edges."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_frozen, assert_monotone, gradient, starts_of
from scipy.special import logsumexp
from scipy.stats import beta, binom, kstest

from lecture_lib.datasets import load_two_coins
from lecture_lib.em import EmptyClusterWarning, converge, em, parameters_settle
from lecture_lib.models import binomial_mixture
from lecture_lib.models.binomial_mixture import BinomialMixture, BinomialMixtureParameters, fit

HEADS, TOSSES = load_two_coins()
START = BinomialMixtureParameters([0.5, 0.5], [0.6, 0.5])


def log_likelihood(heads, tosses, weights, p):
    """Written with scipy's binomial; weights need not sum to 1, so that each can be varied alone."""
    log_p = binom.logpmf(np.asarray(heads)[:, None], np.asarray(tosses)[:, None], p)
    return logsumexp(log_p, b=weights, axis=1).sum()


@pytest.fixture
def problem():
    rng = np.random.default_rng(3)
    tosses = rng.integers(1, 40, 60)
    heads = rng.binomial(tosses, np.where(rng.random(60) < 0.3, 0.2, 0.7))
    return heads, tosses, BinomialMixtureParameters([0.2, 0.5, 0.3], [0.1, 0.5, 0.8])


def test_the_two_coins_as_published():
    """Do and Batzoglou 2008, figure 1: every number printed there."""
    model = BinomialMixture(HEADS, TOSSES, weights=[0.5, 0.5])
    r, _ = model.e_step(START)
    printed = [0.45, 0.80, 0.73, 0.35, 0.65]
    # Printed to two digits.
    np.testing.assert_allclose(r[:, 0], printed, atol=0.0051)
    np.testing.assert_allclose(HEADS @ r, [21.3, 11.7], atol=0.05)
    np.testing.assert_allclose((TOSSES - HEADS) @ r, [8.6, 8.4], atol=0.05)
    states = list(itertools.islice(em(model, START), 11))
    np.testing.assert_array_equal(np.round(states[1].theta.probabilities, 2), [0.71, 0.58])
    np.testing.assert_array_equal(np.round(states[10].theta.probabilities, 2), [0.80, 0.52])
    np.testing.assert_array_equal(states[10].theta.weights, [0.5, 0.5])


def test_the_complete_data_as_published():
    """Do and Batzoglou 2008, figure 1a: with the coins known (B A A B A), 0.80 and 0.45."""
    moved = BinomialMixture(HEADS, TOSSES).m_step(START, np.eye(2)[[1, 0, 0, 1, 0]])
    np.testing.assert_allclose(moved.probabilities, [24 / 30, 9 / 20], rtol=1e-15)
    np.testing.assert_allclose(moved.weights, [0.6, 0.4], rtol=1e-15)


def test_the_objective_is_the_likelihood_of_the_same_parameters(problem):
    heads, tosses, theta = problem
    for state in itertools.islice(em(BinomialMixture(heads, tosses), theta), 4):
        expected = log_likelihood(heads, tosses, state.theta.weights, state.theta.probabilities)
        assert state.objective == pytest.approx(expected, rel=1e-13)  # order of summation


def test_the_likelihood_sums_over_every_way_to_choose_the_coins():
    heads, tosses, weights, p = [1, 3, 0], [4, 3, 2], np.array([0.3, 0.7]), np.array([0.2, 0.9])
    total = sum(
        np.prod([weights[z] * binom.pmf(h, t, p[z]) for h, t, z in zip(heads, tosses, choice, strict=True)])
        for choice in itertools.product((0, 1), repeat=3)
    )
    _, objective = BinomialMixture(heads, tosses).e_step(BinomialMixtureParameters(weights, p))
    assert objective == pytest.approx(np.log(total), rel=1e-13)


def test_one_step_is_bayes_rule_and_two_ratios(problem):
    heads, tosses, theta = problem
    model = BinomialMixture(heads, tosses)
    joint = theta.weights * binom.pmf(heads[:, None], tosses[:, None], theta.probabilities)
    expected = joint / joint.sum(axis=1, keepdims=True)
    r, _ = model.e_step(theta)
    np.testing.assert_allclose(r, expected, rtol=1e-12)  # differences of log-factorials of up to 40
    moved = model.m_step(theta, r)
    np.testing.assert_allclose(moved.weights, expected.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moved.probabilities, heads @ expected / (tosses @ expected), rtol=1e-12)


def test_every_gradient_vanishes_at_the_fixed_point(problem):
    heads, tosses, start = problem
    start = BinomialMixtureParameters([0.5, 0.5], start.probabilities[[0, 2]])
    run = converge(em(BinomialMixture(heads, tosses), start), until=parameters_settle(1e-14), max_steps=3000)
    assert run.converged
    assert_monotone(run)
    weights, p = run.theta.weights, run.theta.probabilities
    # The likelihood is about 100, exact to 1e-14 of that: quotients over a step of 1e-4 are exact to 1e-8.
    in_p = gradient(lambda p: log_likelihood(heads, tosses, weights, p), p)
    np.testing.assert_allclose(in_p, 0, atol=1e-7)
    # Lagrange: the gradient in the weights is the same for all, and equal to n.
    in_weights = gradient(lambda w: log_likelihood(heads, tosses, w, p), weights)
    np.testing.assert_allclose(in_weights, len(heads), rtol=1e-8)


def test_with_weights_held_fixed_the_gradient_in_the_probabilities_vanishes():
    weights = np.array([0.3, 0.7])
    model = BinomialMixture(HEADS, TOSSES, weights)
    run = converge(em(model, BinomialMixtureParameters(weights, [0.6, 0.5])), until=parameters_settle(1e-14))
    np.testing.assert_array_equal(run.theta.weights, weights)
    assert_monotone(run)
    in_p = gradient(lambda p: log_likelihood(HEADS, TOSSES, weights, p), run.theta.probabilities)
    np.testing.assert_allclose(in_p, 0, atol=1e-8)


SETS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(any), min_size=2, max_size=12)


@settings(max_examples=60, deadline=None)
@given(SETS, st.integers(0, 10**6))
def test_runs_are_monotone_and_follow_permutations(sets, seed):
    heads, tails = np.array(sets).T
    rng = np.random.default_rng(seed)
    theta = BinomialMixtureParameters(rng.dirichlet(np.ones(2)), rng.uniform(0.05, 0.95, 2))
    run = converge(em(BinomialMixture(heads, heads + tails), theta), max_steps=40)
    assert_monotone(run)
    order = rng.permutation(len(sets))
    swapped = BinomialMixtureParameters(theta.weights[::-1], theta.probabilities[::-1])
    other = converge(em(BinomialMixture(heads[order], (heads + tails)[order]), swapped), max_steps=40)
    # Sums in another order, through up to 40 steps, each of which may stretch a difference.
    steps = min(len(run.states), len(other.states)) - 1
    ours, theirs = run.states[steps].theta, other.states[steps].theta
    np.testing.assert_allclose(theirs.probabilities[::-1], ours.probabilities, atol=1e-8)
    np.testing.assert_allclose(theirs.weights[::-1], ours.weights, atol=1e-8)


def test_only_heads_make_coins_that_always_show_heads():
    run = fit([4, 7, 7], [4, 7, 7], 2, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(run.theta.probabilities, 1)
    assert run.objective == pytest.approx(0, abs=1e-14)


def test_rounding_never_carries_a_probability_beyond_1():
    rng = np.random.default_rng(0)
    tosses = rng.integers(1, 50, 2000)
    model = BinomialMixture(np.r_[tosses, 0], np.r_[tosses, 9])
    r = np.vstack([rng.dirichlet(np.ones(7), 2000), np.eye(7)[0]])
    theta = BinomialMixtureParameters(np.full(7, 1 / 7), np.full(7, 0.5))
    p = model.m_step(theta, r).probabilities
    np.testing.assert_array_equal(p[1:], 1)
    assert p[0] < 1


def test_coins_that_never_show_one_side_explain_what_they_can():
    theta = BinomialMixtureParameters([0.25, 0.25, 0.5], [0, 1, 0.5])
    r, objective = BinomialMixture([0, 3, 1], [3, 3, 3]).e_step(theta)
    np.testing.assert_allclose(r, [[0.8, 0, 0.2], [0, 0.8, 0.2], [0, 0, 1]], rtol=1e-14)
    assert objective == pytest.approx(np.log(0.3125 * 0.3125 * 0.1875), rel=1e-14)


def test_equal_sets_and_as_many_coins_as_sets():
    run = fit([3, 3, 3], [6, 6, 6], 3, rng=np.random.default_rng(1))
    np.testing.assert_allclose(run.theta.weights @ run.theta.probabilities, 0.5, rtol=1e-12)
    # One binomial is the best that any mixture can do here, and it is reached to the rule's tolerance.
    assert run.objective == pytest.approx(3 * binom.logpmf(3, 6, 0.5), rel=1e-6)


@pytest.mark.parametrize("fixed", [None, [0.5, 0.5]])
def test_a_coin_that_loses_its_data_keeps_its_probability_with_a_warning(fixed):
    theta = BinomialMixtureParameters([0.5, 0.5], [0.5, 1e-300])
    model = BinomialMixture(HEADS, TOSSES, fixed)
    r, _ = model.e_step(theta)
    with pytest.warns(EmptyClusterWarning, match="^component 1 has lost all data .* choose a smaller k$") as caught:
        moved = model.m_step(theta, r)
    assert [warning.filename for warning in caught] == [__file__]
    np.testing.assert_array_equal(moved.weights, fixed or [1, 0])
    np.testing.assert_allclose(moved.probabilities, [HEADS.sum() / TOSSES.sum(), 1e-300], rtol=1e-14)
    np.testing.assert_array_equal(theta.probabilities, [0.5, 1e-300])


@pytest.mark.parametrize("fixed", [None, [1, 0]])
def test_a_coin_of_weight_0_stays_as_it_is_without_a_warning(fixed):
    theta = BinomialMixtureParameters([1, 0], [0.5, 0.7])
    run = converge(em(BinomialMixture(HEADS, TOSSES, fixed), theta))
    p = HEADS.sum() / TOSSES.sum()
    np.testing.assert_array_equal(run.theta.weights, [1, 0])
    np.testing.assert_allclose(run.theta.probabilities, [p, 0.7], rtol=1e-14)
    assert run.objective == pytest.approx(log_likelihood(HEADS, TOSSES, [1.0], [p]), rel=1e-13)


@pytest.mark.parametrize("p", [0.5, 1e-3, 0.98])
@pytest.mark.parametrize("size", [1e4, 1e6, 1e8, 1e10, 1e12])
def test_large_counts_lose_no_digits_that_the_loop_would_miss(size, p):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        tosses = np.full(200, int(size))
        other = p + 2 * np.sqrt(p * (1 - p) / size)
        heads = rng.binomial(tosses, np.repeat([p, other], 100))
        run = fit(heads, tosses, 2, rng=rng, restarts=3)  # raises where the objective falls
        assert run.converged
        assert run.theta.weights @ run.theta.probabilities == pytest.approx(heads.sum() / tosses.sum(), rel=1e-12)


def test_fit_finds_the_best_of_many_starts_and_a_seed_fixes_it(problem):
    heads, tosses, _ = problem
    run = fit(heads, tosses, 2, rng=np.random.default_rng(0))
    assert run.converged
    again = fit(heads, tosses, 2, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(run.theta.probabilities, again.theta.probabilities)
    others = [fit(heads, tosses, 2, rng=np.random.default_rng(s), restarts=1).objective for s in range(8)]
    assert run.objective >= max(others) - 1e-6  # what the stopping rule leaves over


def test_fit_starts_ten_times_from_equal_weights_and_coins_that_differ(monkeypatch):
    starts = starts_of(
        binomial_mixture, monkeypatch, lambda fit: fit([0, 90], [90, 90], 2, rng=np.random.default_rng(0))
    )
    assert len(starts) == 10
    for theta in starts:
        np.testing.assert_array_equal(theta.weights, 0.5)
        # Beta(1, 91) and Beta(91, 1), one of each: both sets are drawn, and none twice.
        low, high = np.sort(theta.probabilities)
        assert 0 < low < 0.15
        assert 0.85 < high < 1


def test_a_coin_starts_from_what_one_set_says_of_it(monkeypatch):
    def call(fit):
        fit([1], [4], 1, rng=np.random.default_rng(0), restarts=4000)

    drawn = [theta.probabilities[0] for theta in starts_of(binomial_mixture, monkeypatch, call)]
    # A fixed seed; for a right sampler the p-value is uniform, so 1e-3 says a wrong one apart.
    assert kstest(drawn, beta(2, 4).cdf).pvalue > 1e-3


def test_parameters_are_read_only_copies():
    assert_frozen(BinomialMixtureParameters, weights=[0.3, 0.7], probabilities=[0.1, 1.0])
