"""Derivatives by differences agree with known ones."""

import numpy as np

from lecture_lib import problems
from lecture_lib.derivation import numerical_gradient, numerical_hessian
from lecture_lib.models.kmeans import gradient, lyapunov


def test_numerical_gradient_agrees_with_known_derivatives():
    at = np.array([[0.3, -0.7], [1.1, 0.2]])
    found = numerical_gradient(lambda m: np.sum(np.sin(m)) + m[0, 0] * m[1, 1], at)
    known = np.cos(at) + np.array([[at[1, 1], 0], [0, at[0, 0]]])
    np.testing.assert_allclose(found, known, atol=1e-10)  # adaptive differences: about ten digits


def test_numerical_hessian_agrees_with_known_derivatives():
    found = numerical_hessian(lambda m: np.exp(m[0]) * m[1] ** 2, [0.3, 0.8])
    known = np.exp(0.3) * np.array([[0.64, 1.6], [1.6, 2.0]])
    np.testing.assert_allclose(found, known, atol=1e-6)  # differences of differences: about six digits


def test_the_gradient_of_k_means_agrees_with_differences():
    for seed in range(5):
        X, means, r = problems.random_clusters(np.random.default_rng(seed)).values()
        found = numerical_gradient(lambda m, X=X, r=r: lyapunov(X, r, m), means)
        np.testing.assert_allclose(gradient(X, r, means), found, atol=1e-9)
