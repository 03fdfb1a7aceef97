"""Soft k-means: as the mixture it is, as the k-means it becomes, and at the beta where means part."""

import itertools

import numpy as np
import pytest
from numerical import gradient
from scipy.differentiate import derivative
from scipy.optimize import minimize

from lecture_lib.datasets import NINE_CLUSTERS, load_old_faithful, make_clusters, standardise
from lecture_lib.em import converge, em, objective_settles, parameters_settle
from lecture_lib.models import kmeans
from lecture_lib.models.mixture import log_likelihood, lower_bound, responsibilities
from lecture_lib.models.soft_kmeans import (
    SoftKMeans,
    anneal,
    as_mixture,
    critical_beta,
    curvature,
    free_energy,
    reduced_free_energy,
    soft_assign,
)
from lecture_lib.seeding import random_points

X = standardise(load_old_faithful())


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_mixture_has_covariances_I_over_beta():
    theta = as_mixture([[1, 2], [3, 4]], 4)
    np.testing.assert_array_equal(theta.weights, [0.5, 0.5])
    np.testing.assert_array_equal(theta.covariances, [[[0.25, 0], [0, 0.25]]] * 2)
    np.testing.assert_array_equal(as_mixture([[1], [3]], 4, [0.3, 0.7]).weights, [0.3, 0.7])


@pytest.mark.parametrize("beta", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("weights", [None, [0.5, 0.2, 0.3], [0.6, 0.4, 0.0]])
def test_soft_assign_is_the_posterior_of_a_mixture_with_covariances_I_over_beta(rng, beta, weights):
    means = random_points(X, 3, rng)
    expected = responsibilities(X, as_mixture(means, beta, weights))
    # Exponents of up to 100 with their last digits in another order.
    np.testing.assert_allclose(soft_assign(X, means, beta, weights), expected, rtol=1e-11, atol=1e-300)


def test_soft_assign_minimises_the_free_energy(rng):
    means = random_points(X, 3, rng)
    lowest = free_energy(X, soft_assign(X, means, 2.0), means, 2.0)
    for r in (rng.dirichlet(np.ones(3), size=272), kmeans.assign(X, means), np.full((272, 3), 1 / 3)):
        mixed = 0.9 * soft_assign(X, means, 2.0) + 0.1 * r
        assert lowest < free_energy(X, mixed, means, 2.0) < free_energy(X, r, means, 2.0)


def test_times_minus_beta_the_free_energy_is_the_lower_bound_but_for_a_constant(rng):
    means, beta = random_points(X, 3, rng), 1.7
    constant = 272 * (np.log(beta / (2 * np.pi)) - np.log(3))  # the heights of the peaks, and the equal weights
    for r in (rng.dirichlet(np.ones(3), size=272), kmeans.assign(X, means)):
        bound = lower_bound(X, r, as_mixture(means, beta))
        assert constant - beta * free_energy(X, r, means, beta) == pytest.approx(bound, rel=1e-13)
    objective = SoftKMeans(X, beta).e_step(means)[1]
    assert constant + beta * objective == pytest.approx(log_likelihood(X, as_mixture(means, beta)), rel=1e-13)


def test_the_free_energy_of_one_hot_rows_is_half_of_J(rng):
    means = random_points(X, 3, rng)
    r = kmeans.assign(X, means)
    assert free_energy(X, r, means, 5.0) == kmeans.lyapunov(X, r, means) / 2


def test_the_reduced_free_energy_is_the_lowest(rng):
    for beta in (0.3, 2.0, 40.0):
        means = random_points(X, 3, rng)
        lowest = free_energy(X, soft_assign(X, means, beta), means, beta)
        assert reduced_free_energy(X, means, beta) == pytest.approx(lowest, rel=1e-13)
    assert reduced_free_energy(X, means, 1e300) == pytest.approx(kmeans.reduced_lyapunov(X, means) / 2, rel=1e-14)
    assert reduced_free_energy([[0.0]], [[3.0], [3.0]], 2.0) == pytest.approx(4.5 - np.log(2) / 2, rel=1e-15)


def test_the_curvature_is_the_derivative_of_the_gradient(rng):
    means, beta = random_points(X, 3, rng), 1.3

    def slope(m):
        r = soft_assign(X, m, beta)
        return r.sum(axis=0)[:, None] * m - r.T @ X  # half of the gradient of J at fixed r

    by_differences = [gradient(lambda m, at=at: slope(m)[at], means).ravel() for at in np.ndindex(3, 2)]
    np.testing.assert_allclose(curvature(X, means, beta), by_differences, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(slope(means), gradient(lambda m: reduced_free_energy(X, m, beta), means), atol=1e-8)


# The limits.


@pytest.mark.parametrize("beta", [1e20, 1e300])
def test_a_large_beta_gives_k_means_exactly_off_ties(rng, beta):
    means = random_points(X, 5, rng)
    np.testing.assert_array_equal(soft_assign(X, means, beta), kmeans.assign(X, means))
    soft = converge(em(SoftKMeans(X, beta), means), until=parameters_settle())
    hard = converge(em(kmeans.KMeans(X), means), until=parameters_settle())
    np.testing.assert_allclose(soft.theta, hard.theta, rtol=1e-14, atol=1e-15)  # sums in another order
    assert soft.objective == pytest.approx(hard.objective / 2, rel=1e-14)


def test_at_a_tie_the_limit_is_not_one_hot():
    np.testing.assert_array_equal(soft_assign([[0.0]], [[-1.0], [1.0], [3.0]], 1e300), [[0.5, 0.5, 0]])
    np.testing.assert_allclose(soft_assign([[0.0]], [[-1.0], [1.0]], 1e300, [0.2, 0.8]), [[0.2, 0.8]], rtol=1e-15)


def test_a_near_tie_keeps_its_digits_far_from_both_means():
    # Squares of 2^26 and 2^26 + 1, exact in float64; the exponents are near 1e8 and differ by 2.3.
    gap = 2.0**27 + 1
    r = soft_assign([[0.0], [2.0**26]], [[2.0**26], [2.0**26 + 1]], 4.6 / gap)
    share = 1 / (1 + np.exp(2.3))
    np.testing.assert_allclose(r[0], [1 - share, share], rtol=1e-12)


def test_exponents_beyond_float64_take_nothing():
    np.testing.assert_array_equal(soft_assign([[0.0]], [[1.0], [9.0]], 1.7e308), [[1, 0]])


def test_weights_of_zero_take_nothing_even_where_they_are_nearest():
    np.testing.assert_array_equal(soft_assign([[0.0]], [[0.0], [1e3]], 1e300, [0, 1]), [[0, 1]])


def test_a_small_beta_shares_equally(rng):
    means = random_points(X, 4, rng)
    np.testing.assert_allclose(soft_assign(X, means, 1e-12), 0.25, rtol=1e-10)


def test_assignment_does_not_move_with_a_shift(rng):
    data, means = np.round(X, 3), np.round(random_points(X, 3, rng), 3)
    # Data near 1e8 are stored to 1.5e-8.
    np.testing.assert_allclose(soft_assign(data + 1e8, means + 1e8, 2.0), soft_assign(data, means, 2.0), atol=1e-6)


# The run.


@pytest.mark.parametrize("beta", [0.1, 1.0, 3.0, 100.0])
def test_neither_step_raises_the_free_energy(rng, beta):
    for _ in range(10):
        means = random_points(X, 4, rng)
        energies = []
        for _ in range(30):
            r = soft_assign(X, means, beta)
            energies.append(free_energy(X, r, means, beta))
            means = kmeans.update(X, r, means)
            energies.append(free_energy(X, r, means, beta))
        assert np.all(np.diff(energies) <= 1e-13 * np.abs(energies).max())  # sums of 272 terms


def test_at_the_fixed_point_the_log_likelihood_is_flat_in_the_means(rng):
    beta = 3.0
    run = converge(em(SoftKMeans(X, beta), random_points(X, 3, rng)), until=objective_settles(0))
    for index in np.ndindex(3, 2):

        def along(t, index=index):
            means = run.theta.copy()
            means[index] += t
            return log_likelihood(X, as_mixture(means, beta))

        # The objective settles to 1e-13 of about 1e2; a slope, its root, to some 1e-5.
        assert abs(derivative(np.vectorize(along), 0.0, initial_step=1e-2).df) < 1e-4


def test_the_default_rule_ends_where_bfgs_does(rng):
    beta = 3.0
    run = converge(em(SoftKMeans(X, beta), random_points(X, 3, rng)))

    def minus_log_likelihood(v):
        return -log_likelihood(X, as_mixture(v.reshape(3, 2), beta))

    polished = minimize(minus_log_likelihood, run.theta.ravel(), method="BFGS", options={"gtol": 1e-8})
    assert -log_likelihood(X, as_mixture(run.theta, beta)) - polished.fun < 1e-6


def test_a_cluster_without_any_share_keeps_its_mean():
    model = SoftKMeans([[0.0], [1.0]], 10.0)
    means = np.array([[0.0], [1e6]])
    with pytest.warns(kmeans.EmptyClusterWarning, match="cluster 1 is empty"):
        moved = model.m_step(means, model.e_step(means)[0])
    np.testing.assert_array_equal(moved, [[0.5], [1e6]])


# The critical beta.


def spread_after(beta, steps):
    start = X.mean(axis=0) + 1e-3 * np.array([[1.0, 1.0], [-1.0, -1.0]])
    means = next(itertools.islice(em(SoftKMeans(X, beta), start), steps, None)).theta
    return np.linalg.norm(means[0] - means[1])


def test_means_part_above_the_critical_beta_and_not_below():
    beta = critical_beta(X)
    assert spread_after(0.97 * beta, 200) < 1e-3 * np.sqrt(8) / 10
    assert spread_after(1.03 * beta, 400) > 0.1
    # Near the common mean a step multiplies the difference by beta over its critical value.
    for ratio in (0.5, 1.0, 1.5):
        assert spread_after(ratio * beta, 1) == pytest.approx(ratio * 1e-3 * np.sqrt(8), rel=1e-5)


def test_critical_beta_is_one_over_the_largest_eigenvalue(rng):
    data = rng.standard_normal((50, 3)) * [1, 2, 3]
    largest = np.linalg.eigvalsh(np.cov(data.T, bias=True))[-1]
    assert critical_beta(data) == pytest.approx(1 / largest, rel=1e-12)
    exact = np.round(data * 64) / 64  # also when shifted
    assert critical_beta(exact + 1e8) == pytest.approx(critical_beta(exact), rel=1e-12)
    for unit in (1e-140, 1e-8, 1e8, 1e140):
        assert critical_beta(data * unit) * unit * unit == pytest.approx(1 / largest, rel=1e-12)


def test_with_three_means_or_outliers_a_little_below_it_means_can_stay_apart():
    outliers = np.concatenate([np.linspace(-1, 1, 99), [30.0]])[:, None]
    for data, beta, start in (
        (X, 0.99 * critical_beta(X), [[1.0, 1.0], [1.0, 1.0], [-1.0, -1.0]]),
        (outliers, 0.5 * critical_beta(outliers), [[0.0], [30.0]]),
    ):
        assert np.linalg.eigvalsh(curvature(data, np.tile(data.mean(axis=0), (len(start), 1)), beta))[0] > 0
        run = converge(em(SoftKMeans(data, beta), np.array(start)), until=parameters_settle(1e-9))
        assert run.converged
        assert np.ptp(run.theta, axis=0).max() > 0.1


# Annealing.


def test_annealing_follows_the_means_through_their_first_split():
    betas = critical_beta(X) * np.array([0.8, 0.9, 1.1, 1.2])
    runs = list(anneal(X, 2, betas, rng=np.random.default_rng(0)))
    assert [np.ptp(run.theta, axis=0).max() > 0.1 for run in runs] == [False, False, True, True]
    for beta, run in zip(betas, runs, strict=True):
        # Each end is a fixed point: one step more leaves it where it is, as far as the objective settles.
        again = kmeans.update(X, soft_assign(X, run.theta, beta), run.theta)
        np.testing.assert_allclose(again, run.theta, atol=1e-5)


def test_without_nudges_equal_means_stay_equal():
    (run,) = anneal(X, 3, [5.0], rng=np.random.default_rng(0), nudge=0)
    np.testing.assert_allclose(run.theta, np.zeros((3, 2)), atol=1e-12)


def test_annealing_does_not_depend_on_shift_or_unit():
    data, betas = np.round(X * 64) / 64, critical_beta(X) * np.array([0.9, 1.5, 3.0])
    *_, here = anneal(data, 3, betas, rng=np.random.default_rng(1))
    *_, there = anneal(data * 1e3 + 2.0**20, 3, betas / 1e6, rng=np.random.default_rng(1))
    np.testing.assert_allclose((there.theta - 2.0**20) / 1e3, here.theta, atol=1e-5)


def test_annealing_finds_the_nine_clusters_from_every_seed():
    grid, z = make_clusters(NINE_CLUSTERS)
    truth = kmeans.lyapunov(grid, np.eye(9)[z], kmeans.update(grid, np.eye(9)[z], grid[:9]))
    for seed in range(3):
        *_, last = anneal(
            grid, 9, critical_beta(grid) * np.geomspace(0.9, 1e3, 20), rng=np.random.default_rng(seed), max_steps=50
        )
        assert kmeans.reduced_lyapunov(grid, last.theta) == pytest.approx(truth, rel=1e-6)


def test_the_rules_of_the_loop_reach_every_run():
    runs = list(anneal(X, 2, [1.0, 2.0], rng=np.random.default_rng(0), max_steps=3))
    assert [run.states[-1].step for run in runs] == [3, 3]
