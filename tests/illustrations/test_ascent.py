"""Gradient ascent: its coordinates hold every mixture, its gradient is numerical, EM is a scaled step of it."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lecture_lib.datasets import load_old_faithful, standardise
from lecture_lib.derivation import numerical_gradient
from lecture_lib.em import ObjectiveDecreasedError, converge, em, objective_settles
from lecture_lib.illustrations import ascent
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, complete_data_estimate, log_likelihood, responsibilities
from lecture_lib.problems import random_mixture

X = load_old_faithful()
Z = standardise(X)
START = MixtureParameters([0.5, 0.5], [[-1.0, 1.5], [1.0, -1.5]], [np.eye(2)] * 2)
SEEDS = range(8)


def assert_same_mixture(theta, other, rtol):
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(theta, name), getattr(other, name), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("seed", SEEDS)
def test_coordinates_and_mixture_are_inverse(seed):
    theta = random_mixture(np.random.default_rng(seed))["theta"]
    k, d = theta.means.shape
    vector = ascent.coordinates(theta)
    assert vector.shape == (k + k * d + k * d * (d + 1) // 2,)
    assert_same_mixture(ascent.mixture_at(vector, k), theta, 1e-13)


def test_every_vector_is_a_mixture():
    rng = np.random.default_rng(0)
    for k, d in itertools.product((1, 2, 5), (1, 2, 6)):
        vector = 3 * rng.standard_normal(k * (d + 1) * (d + 2) // 2)
        theta = ascent.mixture_at(vector, k)  # MixtureParameters would refuse what is none
        shifted = vector + np.where(np.arange(len(vector)) < k, 700.0, 0.0)
        np.testing.assert_allclose(ascent.mixture_at(shifted, k).weights, theta.weights, rtol=1e-12)


def test_coordinates_of_one_component_by_hand():
    theta = MixtureParameters([1], [[3.0, 4.0]], [[[4.0, 2.0], [2.0, 10.0]]])  # C = [[2, 0], [1, 3]]
    np.testing.assert_allclose(ascent.coordinates(theta), [0, 3, 4, np.log(2), 1, np.log(3)], atol=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_the_numerical_one(seed):
    data, theta = random_mixture(np.random.default_rng(seed)).values()
    expected = numerical_gradient(
        lambda vector: log_likelihood(data, ascent.mixture_at(vector, len(theta.weights))),
        ascent.coordinates(theta),
    )
    np.testing.assert_allclose(ascent.gradient(data, theta), expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_scaled_step_is_a_step_of_em(seed):
    data, theta = random_mixture(np.random.default_rng(seed)).values()
    expected = complete_data_estimate(data, responsibilities(data, theta))
    assert_same_mixture(ascent.scaled_gradient_step(data, theta), expected, 1e-9)


def test_the_scaled_step_leaves_a_component_without_data_where_it_is():
    theta = MixtureParameters([0.5, 0.5], [[0.0], [1e4]], [[[1.0]], [[2.0]]])
    moved = ascent.scaled_gradient_step([[-1.0], [1.0]], theta)
    np.testing.assert_array_equal(moved.weights, [1, 0])
    assert (moved.means[1, 0], moved.covariances[1, 0, 0]) == (1e4, 2)


def test_gradient_ascent_steps_along_the_gradient_and_reports_where_it_stands():
    first, second = itertools.islice(ascent.gradient_ascent(Z, START, 1e-3), 2)
    assert (first.step, second.step, first.theta) == (0, 1, START)
    moved = ascent.coordinates(START) + 1e-3 * ascent.gradient(Z, START)
    assert_same_mixture(second.theta, ascent.mixture_at(moved, 2), 1e-12)
    for state in (first, second):
        assert state.objective == log_likelihood(Z, state.theta)


def test_a_small_step_climbs_to_where_em_ends_and_a_large_one_falls():
    run = converge(ascent.gradient_ascent(Z, START, 1e-3), until=objective_settles(1e-12))
    best = converge(em(GaussianMixture(Z), START))
    assert run.objective == pytest.approx(best.objective, abs=1e-6)
    assert len(run.states) > 3 * len(best.states)
    with pytest.raises(ObjectiveDecreasedError):
        converge(ascent.gradient_ascent(Z, START, 5e-3))


def test_a_weight_of_zero_has_no_coordinates():
    with pytest.raises(ValueError, match=r"got weights\[1\] = 0"):
        ascent.scaled_gradient_step(Z, replace(START, weights=[1, 0]))
