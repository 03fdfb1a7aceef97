"""What mixtures share: Bayes' rule in all its digits, shares, quotients, and starts."""

import warnings

import numpy as np
import pytest
from scipy.special import logsumexp

from lecture_lib import log_sum_exp
from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import EmptyClusterWarning
from lecture_lib.models.mixture import (
    MixtureParameters,
    complete_data_estimate,
    expected_complete_log_likelihood,
    grad_weights,
    log_likelihood,
    lower_bound,
    posterior_divergence,
    responsibilities,
)
from lecture_lib.models.shared.shares import divide_or_keep, shares


def test_the_posterior_is_bayes_rule():
    rng = np.random.default_rng(0)
    weights, likelihood = rng.dirichlet(np.ones(3)), rng.normal(0, 3, (20, 3))
    joint = weights * np.exp(likelihood)
    r, log_evidence = log_sum_exp.posterior(log_sum_exp.log_joint(weights, likelihood))
    np.testing.assert_allclose(r, joint / joint.sum(axis=1, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(log_evidence, logsumexp(likelihood, b=weights, axis=1), rtol=1e-13)


@pytest.mark.parametrize("size", [1, 1e6, 1e15])
@pytest.mark.parametrize("k", [2, 30, 1000])
def test_responsibilities_sum_to_1_however_far_the_data_lie(k, size):
    joint = -size * np.random.default_rng(0).uniform(1, 2, (2000, 1)) - np.random.default_rng(1).exponential(
        2, (2000, k)
    )
    before = joint.copy()
    r, _ = log_sum_exp.posterior(joint)
    np.testing.assert_allclose(r.sum(axis=1), 1, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(joint, before)


def test_a_rounded_evidence_is_in_no_responsibility():
    # The evidence, near -1e17, is rounded to a multiple of 16; a responsibility must not inherit that.
    r, _ = log_sum_exp.posterior(-1e17 + np.array([[0.0, 0.0], [0.0, 16.0]]))
    np.testing.assert_allclose(r, [[0.5, 0.5], [np.exp(-16), 1]], rtol=1e-6)


def test_a_component_of_weight_0_takes_nothing():
    joint = log_sum_exp.log_joint(np.array([1.0, 0.0]), np.array([[-5.0, 0.0], [-np.inf, 0.0]]))
    r, log_evidence = log_sum_exp.posterior(joint[:1])
    np.testing.assert_array_equal(r, [[1, 0]])
    np.testing.assert_array_equal(log_evidence, [-5])
    with pytest.raises(ValueError, match="got probability 0 for 1 of 2, the first at 1"):
        log_sum_exp.posterior(joint)


@pytest.mark.parametrize("axis", [0, 1])
def test_responsibilities_in_place_and_the_evidence_in_two_parts(axis):
    joint = np.random.default_rng(0).normal(-700, 30, (5, 4))
    r = joint.copy()
    top, total = log_sum_exp.normalise(r, axis)
    np.testing.assert_allclose(top + np.log(total), logsumexp(joint, axis=axis, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(r, np.exp(joint - logsumexp(joint, axis=axis, keepdims=True)), rtol=1e-12)


@pytest.mark.parametrize("n", [1, 1023, 1024, 1055])
def test_a_sum_of_logarithms_is_that_of_each(n):
    totals = np.random.default_rng(n).uniform(1, 1e9, n)
    assert log_sum_exp.sum_of_logs(totals) == pytest.approx(sum(map(np.log, totals)), rel=1e-13)  # a thousand terms


def test_one_typing_error_in_the_data_leaves_all_of_the_definitions_at_work():
    """Two equal components, the trap of notebook 07, and a datum 790,000 minutes away for 79."""
    X = load_old_faithful().copy()
    trap = MixtureParameters([0.5, 0.5], [X.mean(axis=0)] * 2, [np.cov(X.T)] * 2)
    X[0, 1] = 790_000
    r = responsibilities(X, trap)
    np.testing.assert_allclose(r.sum(axis=1), 1, rtol=0, atol=1e-15)
    np.testing.assert_allclose(r, 0.5, rtol=1e-15)
    expected = log_likelihood(X, trap)
    assert lower_bound(X, r, trap) == pytest.approx(expected, rel=1e-15)
    entropy = len(X) * np.log(2)
    assert expected_complete_log_likelihood(X, r, trap) == pytest.approx(expected - entropy, rel=1e-15)
    assert posterior_divergence(X, r, trap) == pytest.approx(0, abs=1e-13)
    # The log density of the one datum is near -9e9, where float64 has steps of 2e-6.
    np.testing.assert_allclose(grad_weights(X, trap), len(X), rtol=0, atol=2e-6)
    np.testing.assert_allclose(complete_data_estimate(X, r).means, [X.mean(axis=0)] * 2, rtol=1e-12)


def test_a_share_too_small_for_a_float_is_a_loss():
    with pytest.warns(EmptyClusterWarning, match="component 1 has lost all data"):
        share = shares(np.array([9.0, 5e-324, 0.0]), np.array([0.5, 0.5, 0.0]))
    np.testing.assert_array_equal(share, [1, 0, 0])


def test_a_component_without_weight_has_nothing_to_lose():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(shares(np.array([9.0, 0.0]), np.array([1.0, 0.0])), [1, 0])


def test_a_quotient_without_a_denominator_is_the_fallback_and_leaves_it_alone():
    old = np.array([[0.1, 0.2], [0.3, 0.4]])
    new = divide_or_keep(np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[4.0, 4.0], [0.0, 0.0]]), old)
    np.testing.assert_array_equal(new, [[0.25, 0.5], [0.3, 0.4]])
    np.testing.assert_array_equal(old, [[0.1, 0.2], [0.3, 0.4]])
