"""What mixtures share: Bayes' rule in all its digits, shares, ratios, and starts."""

import numpy as np
import pytest
from scipy.special import logsumexp

from lecture_lib import mixing
from lecture_lib.models import kmeans


def test_the_posterior_is_bayes_rule():
    rng = np.random.default_rng(0)
    weights, log_likelihood = rng.dirichlet(np.ones(3)), rng.normal(0, 3, (20, 3))
    joint = weights * np.exp(log_likelihood)
    r, log_evidence = mixing.posterior(weights, log_likelihood)
    np.testing.assert_allclose(r, joint / joint.sum(axis=1, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(log_evidence, logsumexp(log_likelihood, b=weights, axis=1), rtol=1e-13)


def test_responsibilities_sum_to_1_however_far_the_data_lie():
    # The evidence, near -1e17, is rounded to a multiple of 16; a responsibility must not inherit that.
    r, _ = mixing.posterior(np.array([0.5, 0.5]), -1e17 + np.array([[0.0, 0.0], [0.0, 16.0]]))
    np.testing.assert_allclose(r, [[0.5, 0.5], [np.exp(-16), 1]], rtol=1e-6)
    np.testing.assert_allclose(r.sum(axis=1), 1, rtol=1e-15)


def test_a_component_of_weight_0_takes_nothing():
    log_likelihood = np.array([[-5.0, 0.0], [-np.inf, 0.0]])
    r, log_evidence = mixing.posterior(np.array([1.0, 0.0]), log_likelihood[:1])
    np.testing.assert_array_equal(r, [[1, 0]])
    np.testing.assert_array_equal(log_evidence, [-5])
    with pytest.raises(ValueError, match="got probability 0 for 1 of 2, the first at 1"):
        mixing.posterior(np.array([1.0, 0.0]), log_likelihood)


def test_a_share_too_small_for_a_float_is_a_loss():
    with pytest.warns(mixing.EmptyClusterWarning, match="component 1 has lost all data"):
        share = mixing.shares(np.array([9.0, 5e-324, 0.0]), np.array([0.5, 0.5, 0.0]))
    np.testing.assert_array_equal(share, [1, 0, 0])


def test_a_ratio_without_a_whole_is_the_old_one_and_leaves_it_alone():
    old = np.array([[0.1, 0.2], [0.3, 0.4]])
    new = mixing.ratios(np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[4.0, 4.0], [0.0, 0.0]]), old)
    np.testing.assert_array_equal(new, [[0.25, 0.5], [0.3, 0.4]])
    np.testing.assert_array_equal(old, [[0.1, 0.2], [0.3, 0.4]])


def test_k_means_warns_with_the_same_class():
    assert kmeans.EmptyClusterWarning is mixing.EmptyClusterWarning
