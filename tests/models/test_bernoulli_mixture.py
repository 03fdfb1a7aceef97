"""The mixture of Bernoullis: enumeration, gradients, digits, and probabilities of exactly 0 and 1."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_frozen, assert_monotone, gradient, starts_of
from scipy.special import logsumexp
from scipy.stats import bernoulli, beta, kstest

from lecture_lib.datasets import load_digits
from lecture_lib.em import EmptyClusterWarning, converge, em, parameters_settle
from lecture_lib.models import bernoulli_mixture
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters, fit


def log_likelihood(X, weights, p):
    """Written with scipy's Bernoulli, pixel by pixel; weights need not sum to 1."""
    return logsumexp(bernoulli.logpmf(X[:, None, :], p).sum(axis=2), b=weights, axis=1).sum()


@pytest.fixture
def problem():
    """Two kinds of binary data in four dimensions, and a start with three components."""
    rng = np.random.default_rng(5)
    kind = rng.random(80) < 0.4
    X = (rng.random((80, 4)) < np.where(kind[:, None], [0.9, 0.8, 0.2, 0.5], [0.2, 0.1, 0.7, 0.5])).astype(int)
    return X, BernoulliMixtureParameters([0.2, 0.5, 0.3], rng.uniform(0.1, 0.9, (3, 4)))


def test_the_objective_is_the_likelihood_of_the_same_parameters(problem):
    X, start = problem
    for state in itertools.islice(em(BernoulliMixture(X), start), 4):
        expected = log_likelihood(X, state.theta.weights, state.theta.probabilities)
        assert state.objective == pytest.approx(expected, rel=1e-13)  # order of summation


def test_the_likelihood_sums_over_every_way_to_choose_the_components(problem):
    X, theta = problem
    few = X[:4]
    p_given = np.prod(np.where(few[:, None, :], theta.probabilities, 1 - theta.probabilities), axis=2)
    total = sum(
        np.prod([theta.weights[z] * p_given[i, z] for i, z in enumerate(choice)])
        for choice in itertools.product(range(3), repeat=4)
    )
    _, objective = BernoulliMixture(few).e_step(theta)
    assert objective == pytest.approx(np.log(total), rel=1e-13)


def test_the_probabilities_of_all_pictures_sum_to_1(problem):
    _, theta = problem
    every = np.array(list(itertools.product((0, 1), repeat=4)))
    total = sum(np.exp(BernoulliMixture(every[[i]]).e_step(theta)[1]) for i in range(16))
    assert total == pytest.approx(1, rel=1e-14)


def test_one_step_is_bayes_rule_and_two_averages(problem):
    X, theta = problem
    joint = theta.weights * np.exp(bernoulli.logpmf(X[:, None, :], theta.probabilities).sum(axis=2))
    expected = joint / joint.sum(axis=1, keepdims=True)
    model = BernoulliMixture(X)
    r, _ = model.e_step(theta)
    np.testing.assert_allclose(r, expected, rtol=1e-13)
    moved = model.m_step(theta, r)
    np.testing.assert_allclose(moved.weights, expected.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(moved.probabilities, expected.T @ X / expected.sum(axis=0)[:, None], rtol=1e-13)


def test_every_gradient_vanishes_at_the_fixed_point(problem):
    X, start = problem
    start = BernoulliMixtureParameters([0.5, 0.5], start.probabilities[:2])
    run = converge(em(BernoulliMixture(X), start), until=parameters_settle(1e-13), max_steps=20_000)
    assert run.converged
    assert_monotone(run)
    weights, p = run.theta.weights, run.theta.probabilities
    assert np.all((p > 0.01) & (p < 0.99))  # inside, where the gradient must vanish
    # The likelihood is about 200, exact to 1e-14 of that: quotients over a step of 1e-4 are exact to 1e-8.
    in_p = gradient(lambda p: log_likelihood(X, weights, p), p)
    np.testing.assert_allclose(in_p, 0, atol=1e-6)
    # Lagrange: the gradient in the weights is the same for all, and equal to n.
    in_weights = gradient(lambda w: log_likelihood(X, w, p), weights)
    np.testing.assert_allclose(in_weights, len(X), rtol=1e-7)


def test_one_component_is_the_share_of_ones_and_reached_in_one_step(problem):
    X, _ = problem
    model = BernoulliMixture(X)
    *_, state = itertools.islice(em(model, BernoulliMixtureParameters([1], [[0.5] * 4])), 2)
    np.testing.assert_allclose(state.theta.probabilities, [X.mean(axis=0)], rtol=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.booleans()] * 3), min_size=2, max_size=12), st.integers(0, 10**6))
def test_runs_are_monotone_and_follow_permutations(rows, seed):
    X = np.array(rows)
    rng = np.random.default_rng(seed)
    theta = BernoulliMixtureParameters(rng.dirichlet(np.ones(2)), rng.uniform(0.05, 0.95, (2, 3)))
    run = converge(em(BernoulliMixture(X), theta), max_steps=40)
    assert_monotone(run)
    columns = rng.permutation(3)
    swapped = BernoulliMixtureParameters(theta.weights[::-1], theta.probabilities[::-1, columns])
    other = converge(em(BernoulliMixture(rng.permutation(X)[:, columns]), swapped), max_steps=40)
    # Sums in another order, through up to 40 steps, each of which may stretch a difference.
    steps = min(len(run.states), len(other.states)) - 1
    ours, theirs = run.states[steps].theta, other.states[steps].theta
    np.testing.assert_allclose(theirs.probabilities[::-1], ours.probabilities[:, columns], atol=1e-8)
    np.testing.assert_allclose(theirs.weights[::-1], ours.weights, atol=1e-8)


def test_swapping_zeros_and_ones_swaps_the_probabilities(problem):
    X, theta = problem
    ours = converge(em(BernoulliMixture(X), theta), max_steps=20).theta
    mirrored = BernoulliMixtureParameters(theta.weights, 1 - theta.probabilities)
    theirs = converge(em(BernoulliMixture(1 - X), mirrored), max_steps=20).theta
    np.testing.assert_allclose(1 - theirs.probabilities, ours.probabilities, atol=1e-12)


@pytest.mark.parametrize("p", [0.0, 1.0])
def test_a_probability_of_0_or_1_counts_only_where_it_is_contradicted(p):
    theta = BernoulliMixtureParameters([0.25, 0.75], [[p, 0.5], [0.5, 0.5]])
    agrees, contradicts = [int(p), 1], [int(1 - p), 1]
    r, objective = BernoulliMixture([agrees, contradicts]).e_step(theta)
    np.testing.assert_allclose(r, [[0.4, 0.6], [0, 1]], rtol=1e-14)
    assert objective == pytest.approx(np.log(0.25 * 0.5 + 0.75 * 0.25) + np.log(0.75 * 0.25), rel=1e-14)


def test_constant_columns_have_probabilities_of_exactly_0_and_1():
    rng = np.random.default_rng(0)
    X = np.c_[np.zeros(500), np.ones(500), rng.integers(0, 2, (500, 3))]
    r = rng.dirichlet(np.ones(4), 500)
    theta = BernoulliMixtureParameters(np.full(4, 1 / 4), np.full((4, 5), 0.5))
    p = BernoulliMixture(X).m_step(theta, r).probabilities
    np.testing.assert_array_equal(p[:, :2], [[0, 1]] * 4)
    run = fit(X[:40], 2, rng=rng, restarts=1)
    np.testing.assert_array_equal(run.theta.probabilities[:, :2], [[0, 1]] * 2)


def test_equal_data_are_explained_fully():
    run = fit(np.tile([1, 0, 1], (5, 1)), 2, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(run.theta.probabilities, [[1, 0, 1]] * 2)
    assert run.objective == pytest.approx(0, abs=1e-14)


def test_as_many_components_as_data_are_one_each():
    X = np.repeat(np.eye(4, dtype=int), 6, axis=1)
    run = fit(X, 4, rng=np.random.default_rng(0))
    # The likelihood of a distribution over four data cannot exceed that of their own frequencies.
    assert run.objective == pytest.approx(4 * np.log(1 / 4), rel=1e-9)


def test_a_component_that_loses_its_data_keeps_its_probabilities_with_a_warning(problem):
    X, _ = problem
    X = X[X[:, 0] == 0]
    theta = BernoulliMixtureParameters([0.5, 0.5], [[0.5] * 4, [1, 0.4, 0.4, 0.4]])
    model = BernoulliMixture(X)
    r, _ = model.e_step(theta)
    with pytest.warns(EmptyClusterWarning, match="^component 1 has lost all data .* choose a smaller k$") as caught:
        moved = model.m_step(theta, r)
    assert [warning.filename for warning in caught] == [__file__]
    np.testing.assert_array_equal(moved.weights, [1, 0])
    np.testing.assert_array_equal(theta.probabilities[1], [1, 0.4, 0.4, 0.4])
    run = converge(em(model, moved))  # no second warning, and the closed form of one component
    np.testing.assert_allclose(run.theta.probabilities, [X.mean(axis=0), theta.probabilities[1]], rtol=1e-14)
    assert run.objective == pytest.approx(log_likelihood(X, [1.0], X.mean(axis=0)[None]), rel=1e-13)


def test_ten_components_tell_digits_apart():
    X, labels = (values[:600] for values in load_digits())
    run = fit(X > 7, 10, rng=np.random.default_rng(0), restarts=1)
    assert run.converged
    assert_monotone(run)
    r, objective = BernoulliMixture(X > 7).e_step(run.theta)
    assert objective == run.objective
    cluster = r.argmax(axis=1)
    agreement = sum(np.bincount(labels[cluster == j]).max() for j in np.unique(cluster)) / len(labels)
    # One digit for all would agree in a tenth of the pictures.
    assert agreement > 0.65


def test_fit_starts_ten_times_from_equal_weights_and_pictures_that_differ(monkeypatch):
    X = np.repeat([[0, 1], [1, 0]], 100, axis=1)
    starts = starts_of(bernoulli_mixture, monkeypatch, lambda fit: fit(X, 2, rng=np.random.default_rng(0)))
    assert len(starts) == 10
    for theta in starts:
        np.testing.assert_array_equal(theta.weights, 0.5)
        # Beta(1, 2) and Beta(2, 1) have means 1/3 and 2/3; a hundred draws of standard deviation 0.24 each.
        left, right = theta.probabilities[:, :100].mean(axis=1), theta.probabilities[:, 100:].mean(axis=1)
        np.testing.assert_allclose(np.sort(left), [1 / 3, 2 / 3], atol=0.1)
        np.testing.assert_allclose(left + right, 1, atol=0.15)


def test_a_pixel_starts_from_what_one_picture_says_of_it(monkeypatch):
    def call(fit):
        fit([[0, 1]], 1, rng=np.random.default_rng(0), restarts=4000)

    drawn = np.array([theta.probabilities[0] for theta in starts_of(bernoulli_mixture, monkeypatch, call)])
    # A fixed seed; for a right sampler the p-value is uniform, so 1e-3 says a wrong one apart.
    assert kstest(drawn[:, 0], beta(1, 2).cdf).pvalue > 1e-3
    assert kstest(drawn[:, 1], beta(2, 1).cdf).pvalue > 1e-3


def test_a_seed_fixes_the_fit(problem):
    X, _ = problem
    first, second = (fit(X, 2, rng=np.random.default_rng(7), restarts=2).theta for _ in range(2))
    np.testing.assert_array_equal(first.probabilities, second.probabilities)


def test_parameters_are_read_only_copies():
    assert_frozen(BernoulliMixtureParameters, weights=[0.3, 0.7], probabilities=[[0.0, 1.0], [0.5, 0.5]])
