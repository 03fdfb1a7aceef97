"""The likelihood of a labelling: against closed forms, and against every other choice of parameters."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal, norm

from lecture_lib.datasets import load_little_and_large
from lecture_lib.em import CollapsedComponentError
from lecture_lib.models.classification import (
    COVARIANCE_CHOICES,
    best_sigma,
    classification_log_likelihood,
    estimate,
    log_densities,
    log_likelihood,
)
from lecture_lib.models.mixture import complete_data_estimate

X, Z = load_little_and_large()
N, D = X.shape
R = np.bincount(Z)
SCATTERS = [np.cov(X[j == Z].T, bias=True) for j in range(2)]


def determinant(S):
    return np.linalg.det(2 * np.pi * S)


POOLED = sum(R_j / N * S for R_j, S in zip(R, SCATTERS, strict=True))
COVARIANCES = {
    "one width": [np.eye(D) * np.trace(POOLED) / D] * 2,
    "tied": [POOLED] * 2,
    "diagonal": [np.diag(np.diag(S)) for S in SCATTERS],
    "spherical": [np.eye(D) * np.trace(S) / D for S in SCATTERS],
    "full": SCATTERS,
}


@pytest.mark.parametrize("equal_weights", [False, True])
@pytest.mark.parametrize("kind", COVARIANCE_CHOICES)
def test_agrees_with_the_closed_form(kind, equal_weights):
    weights = np.full(2, 0.5) if equal_weights else R / N
    # At the maximum the quadratic forms sum to n d, whatever the kind.
    expected = sum(R * np.log(weights)) - N * D / 2
    expected -= sum(R_j / 2 * np.log(determinant(S)) for R_j, S in zip(R, COVARIANCES[kind], strict=True))
    found = log_likelihood(X, Z, covariance=kind, equal_weights=equal_weights)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", COVARIANCE_CHOICES)
def test_no_other_parameters_of_the_kind_do_better(kind):
    theta, best = estimate(X, Z, covariance=kind), log_likelihood(X, Z, covariance=kind)

    def at(theta):
        parts = zip(theta.weights, theta.means, theta.covariances, strict=True)
        return sum(
            np.sum(np.log(w) + multivariate_normal(m, S).logpdf(X[j == Z])) for j, (w, m, S) in enumerate(parts)
        )

    np.testing.assert_allclose(at(theta), best, rtol=1e-12)
    for change in (0.98, 1.02):
        first = theta.weights[0] * change
        assert at(replace(theta, weights=[first, 1 - first])) < best
        assert at(replace(theta, means=theta.means * change)) < best
        assert at(replace(theta, covariances=theta.covariances * change)) < best


def test_one_width_is_the_model_of_k_means():
    theta, r = estimate(X, Z, covariance="one width", equal_weights=True), np.eye(2)[Z]
    sigma = best_sigma(X, r, theta.means)
    expected = classification_log_likelihood(X, r, theta.means, sigma) - N * np.log(2)
    np.testing.assert_allclose(log_likelihood(X, Z, covariance="one width", equal_weights=True), expected)


def test_without_restrictions_it_is_the_complete_data_estimate():
    ours, theirs = estimate(X, Z), complete_data_estimate(X, Z)
    np.testing.assert_allclose(ours.weights, theirs.weights)
    np.testing.assert_allclose(ours.means, theirs.means)
    np.testing.assert_allclose(ours.covariances, theirs.covariances, rtol=1e-12, atol=1e-14)


def test_one_dimension_and_one_datum_in_a_cluster():
    theta = estimate([[0.0], [2.0], [9.0]], [0, 0, 1], covariance="one width")
    np.testing.assert_allclose(theta.covariances.ravel(), [2 / 3, 2 / 3])
    with pytest.raises(CollapsedComponentError):
        estimate([[0.0], [2.0], [9.0]], [0, 0, 1])


@pytest.mark.parametrize("call", [estimate, log_likelihood])
@pytest.mark.parametrize(
    ("z", "message"),
    [
        (Z[:-1], "z must hold a label for each of 200 data .*, got 199 labels .*; match it to X"),
        (2 * Z, r"skip none from 0 to 2, got 200 labels with counts \[170, 0, 30\]"),
        (Z - 1, "z must hold whole numbers from 0"),
        (Z[:, None], r"z must have shape \(n,\)"),
        (Z + 0.5, "z must hold whole numbers"),
    ],
)
def test_labels_must_fit_the_data(call, z, message):
    with pytest.raises(ValueError, match=message):
        call(X, z)


@pytest.mark.parametrize("call", [estimate, log_likelihood])
def test_the_kind_must_be_known(call):
    with pytest.raises(ValueError, match=r"covariance must be one of 'one width', 'full', .*, got 'round'"):
        call(X, Z, covariance="round")


# The likelihood behind k-means: against scipy.stats, coordinate by coordinate.


@pytest.fixture
def problem():
    """Data, means and one-hot responsibilities under which no cluster is empty."""
    rng = np.random.default_rng(0)
    X, means = rng.standard_normal((30, 3)), rng.standard_normal((4, 3))
    r = np.eye(4)[np.arange(30) % 4]
    return X, r, means


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_log_densities_and_the_classification_likelihood_agree_with_scipy(problem, sigma):
    X, r, means = problem
    densities = norm(X[:, None], sigma).logpdf(means).sum(axis=2)
    np.testing.assert_allclose(log_densities(X, means, sigma), densities, rtol=1e-12)
    ours = densities[np.arange(30), r.argmax(axis=1)].sum()
    np.testing.assert_allclose(classification_log_likelihood(X, r, means, sigma), ours, rtol=1e-12)


def test_the_best_width_is_where_the_likelihood_is_highest(problem):
    X, r, means = problem
    best = minimize_scalar(
        lambda sigma: -classification_log_likelihood(X, r, means, sigma), bounds=(0.1, 9), method="bounded"
    )
    np.testing.assert_allclose(best_sigma(X, r, means), best.x, rtol=1e-4)


def test_with_a_mean_on_each_datum_the_best_width_is_zero():
    assert best_sigma([[0.0], [5.0]], np.eye(2), [[0.0], [5.0]]) == 0


def test_the_classification_likelihood_of_the_narrowest_and_widest():
    at_zero = classification_log_likelihood([[0.0]], [[1.0]], [[0.0]], 1e-200)
    np.testing.assert_allclose(at_zero, 200 * np.log(10) - 0.5 * np.log(2 * np.pi))
    assert classification_log_likelihood([[1.0]], [[1.0]], [[0.0]], 1e-200) == -np.inf
    assert np.isfinite(classification_log_likelihood([[1.0]], [[1.0]], [[0.0]], 1e200))


@pytest.mark.parametrize("function", [classification_log_likelihood, lambda X, r, m, _: best_sigma(X, r, m)])
def test_a_datum_that_is_shared_has_no_classification_likelihood(problem, function):
    X, r, means = problem
    r[3] = 0.25
    with pytest.raises(ValueError, match=r"each row of r must be one-hot, got r\[3, 0\] = 0.25; assign each datum"):
        function(X, r, means, 1.0)


@pytest.mark.parametrize("sigma", [0, -1.0, np.nan, None, [1.0]])
@pytest.mark.parametrize("function", [classification_log_likelihood, lambda X, r, m, s: log_densities(X, m, s)])
def test_a_width_must_be_above_zero(problem, function, sigma):
    with pytest.raises(ValueError, match="sigma must be one finite number above 0"):
        function(*problem, sigma)
