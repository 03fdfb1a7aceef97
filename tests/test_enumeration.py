"""Enumeration: every assignment once, and sums over them that are known otherwise."""

import numpy as np
from scipy.special import logsumexp

from lecture_lib.enumeration import every_assignment, log_joint_of_each
from lecture_lib.models import mixture
from lecture_lib.problems import random_enumeration


def test_every_assignment_stands_there_once():
    z = every_assignment(3, 2)
    np.testing.assert_array_equal(z @ [4, 2, 1], np.arange(8))
    assert z.shape == (8, 3)
    assert len(np.unique(every_assignment(4, 3), axis=0)) == 3**4


def test_each_joint_is_a_product_over_data_and_their_sum_is_the_likelihood():
    problem = random_enumeration(np.random.default_rng(3))
    X, theta = problem["X"], problem["theta"]
    k = len(theta.weights)
    z = every_assignment(3, k)
    for row, log_p in zip(z, log_joint_of_each(X, theta), strict=True):
        densities = [
            mixture.log_density(X[[i]], theta.means[j], theta.covariances[j])[0] for i, j in enumerate(row)
        ]
        assert np.isclose(log_p, np.sum(densities) + np.log(theta.weights[row]).sum(), rtol=1e-12)
    assert np.isclose(logsumexp(problem["log_p"]), mixture.log_likelihood(X, theta), rtol=1e-13)
    assert problem["q"].shape == (k**3,)
    assert np.isclose(problem["q"].sum(), 1)
