"""The latent variable: by hand, against scipy.stats, and against the formulas that need no enumeration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from lecture_lib.illustrations import latent
from lecture_lib.models.mixture import (
    MixtureParameters,
    complete_data_estimate,
    expected_complete_log_likelihood,
    log_likelihood,
    responsibilities,
)
from lecture_lib.problems import random_complete_data, random_few_data

SEEDS = range(5)


def few(seed):
    return random_few_data(np.random.default_rng(seed)).values()


def test_every_z_in_the_order_of_counting():
    values = latent.every_z(2, 3)
    assert values.shape == (9, 2, 3)
    np.testing.assert_array_equal(values.argmax(axis=2)[:4], [[0, 0], [0, 1], [0, 2], [1, 0]])
    np.testing.assert_array_equal(values.sum(axis=2), 1)
    assert len({value.tobytes() for value in values}) == 9
    assert latent.every_z(16, 2).shape == (2**16, 16, 2)
    assert latent.every_z(1000, 1).shape == (1, 1000, 1)


def test_prior_and_conditional_by_hand():
    theta = MixtureParameters([0.2, 0.8], [[0.0], [3.0]], [[[1.0]], [[4.0]]])
    z = np.eye(2)[[1, 0, 1]]
    assert latent.log_prior(z, theta) == pytest.approx(np.log(0.8 * 0.2 * 0.8), rel=1e-14)
    # At the means: -log sqrt(2 pi) of width 1, and of width 2 twice.
    expected = -1.5 * np.log(2 * np.pi) - 2 * np.log(2)
    assert latent.log_conditional([[3.0], [0.0], [3.0]], z, theta) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_conditional_agrees_with_scipy_and_knows_no_weights(seed):
    X, theta, z = few(seed)
    j = z.argmax(axis=1)
    parts = [multivariate_normal(theta.means[b], theta.covariances[b]).logpdf(x) for x, b in zip(X, j, strict=True)]
    assert latent.log_conditional(X, z, theta) == pytest.approx(np.sum(parts), rel=1e-11)
    equal = MixtureParameters(np.full(len(theta.weights), 1 / len(theta.weights)), theta.means, theta.covariances)
    assert latent.log_conditional(X, z, equal) == latent.log_conditional(X, z, theta)


def test_the_conditional_of_one_datum_integrates_to_one():
    theta = MixtureParameters([0.2, 0.8], [[0.0], [3.0]], [[[1.0]], [[4.0]]])
    for z in np.eye(2)[:, None]:
        total, _ = quad(lambda x, z=z: np.exp(latent.log_conditional([[x]], z, theta)), -30, 30, points=(0, 3))
        assert total == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_summed_over_z_the_joint_is_the_likelihood(seed):
    X, theta, _ = few(seed)
    assert logsumexp(latent.log_joints(X, theta)) == pytest.approx(log_likelihood(X, theta), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_posterior_is_a_product_of_responsibilities_and_they_are_its_mean(seed):
    X, theta, _ = few(seed)
    r = responsibilities(X, theta)
    product = [np.prod(r[z == 1]) for z in latent.every_z(len(X), len(theta.weights))]
    np.testing.assert_allclose(latent.posterior(X, theta), product, rtol=1e-10)
    np.testing.assert_allclose(latent.expectation(lambda z: z, X, theta), r, rtol=1e-10)
    assert latent.expectation(lambda z: 1.0, X, theta) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_joint_is_the_complete_data_log_likelihood(seed):
    X, theta, z = few(seed)
    joint = latent.log_prior(z, theta) + latent.log_conditional(X, z, theta)
    assert expected_complete_log_likelihood(X, z, theta) == pytest.approx(joint, rel=1e-12)


def test_a_component_of_weight_zero_has_no_data():
    theta = MixtureParameters([1.0, 0.0], [[0.0], [3.0]], [[[1.0]], [[4.0]]])
    assert latent.log_prior([[1, 0]], theta) == 0
    assert latent.log_prior([[0, 1]], theta) == -np.inf
    np.testing.assert_array_equal(latent.posterior([[3.0]], theta), [1, 0])


@pytest.mark.parametrize("seed", SEEDS)
def test_other_parameters_fall_short_by_what_is_said(seed):
    X, z, theta = random_complete_data(np.random.default_rng(seed)).values()
    best = complete_data_estimate(X, z)
    gap = expected_complete_log_likelihood(X, z, best) - expected_complete_log_likelihood(X, z, theta)
    assert len(X) * latent.complete_data_divergence(best, theta) == pytest.approx(gap, rel=1e-11)
    assert latent.complete_data_divergence(best, best) == pytest.approx(0, abs=1e-12)
