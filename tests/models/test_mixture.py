"""Gaussian mixtures by definition: against scipy.stats, enumeration over z, and numerical derivatives."""

import itertools
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from scipy.differentiate import derivative
from scipy.special import logsumexp, xlogy
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture as TheirMixture

from lecture_lib.em import CollapsedComponentError
from lecture_lib.gaussian.cholesky import refuse_collapse
from lecture_lib.models.mixture import (
    COVARIANCES,
    MixtureParameters,
    aic,
    bic,
    complete_data_estimate,
    expected_complete_log_likelihood,
    grad_covariances,
    grad_means,
    grad_weights,
    log_density,
    log_joint,
    log_likelihood,
    lower_bound,
    n_parameters,
    posterior_divergence,
    responsibilities,
    sample,
)
from lecture_lib.problems import plain_log_likelihood


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def random_parameters(rng, k=3, d=2):
    factors = rng.standard_normal((k, d, d + 2))
    return MixtureParameters(rng.dirichlet(np.ones(k)), rng.standard_normal((k, d)), factors @ factors.mT / d)


@pytest.fixture
def theta(rng):
    return random_parameters(rng)


@pytest.fixture
def X(rng):
    return rng.standard_normal((7, 2))


def their_joint(X, theta):
    """The same by scipy.stats."""
    parts = zip(theta.weights, theta.means, theta.covariances, strict=True)
    return np.column_stack([np.log(w) + multivariate_normal(m, S).logpdf(X) for w, m, S in parts])


# Definitions. Sums of tens of terms of order one, in another order: a few units in the last place.


@pytest.mark.parametrize("d", [1, 2, 5])
def test_log_density_agrees_with_scipy(rng, d):
    theta, X = random_parameters(rng, k=1, d=d), rng.standard_normal((9, d))
    expected = multivariate_normal(theta.means[0], theta.covariances[0]).logpdf(X)
    np.testing.assert_allclose(log_density(X, theta.means[0], theta.covariances[0]), expected, rtol=1e-12)


def test_log_density_far_from_the_origin_and_in_any_units(X, theta):
    X, mean, S = np.round(X, 3), np.round(theta.means[0], 3), theta.covariances[0]
    here = log_density(X, mean, S)
    # Data near 1e8 are stored to 1.5e-8; the density changes by about its gradient, of order one, times that.
    np.testing.assert_allclose(log_density(X + 1e8, mean + 1e8, S), here, atol=2e-7)
    units = np.array([1e-8, 1e8])  # the volume of a unit stays 1
    np.testing.assert_allclose(log_density(X * units, mean * units, S * np.outer(units, units)), here, rtol=1e-12)


def test_log_density_of_a_thin_component():
    # The exponent is (difference / width)^2 / 2 = 1/2 in the thin direction, whose width is 1e-4 of the other.
    turn = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
    S = turn @ np.diag([1.0, 1e-8]) @ turn.T
    expected = -0.5 - np.log(2 * np.pi) - 0.5 * np.log(1e-8)
    # The entries of S, rounded, give the thin direction to 1e-16 / 1e-8.
    assert log_density([turn[:, 1] * 1e-4], [0, 0], S)[0] == pytest.approx(expected, rel=1e-7)


def test_log_joint_responsibilities_and_log_likelihood_agree_with_scipy(X, theta):
    joint = their_joint(X, theta)
    np.testing.assert_allclose(log_joint(X, theta), joint, rtol=1e-12)
    r = np.exp(joint) / np.exp(joint).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(responsibilities(X, theta), r, rtol=1e-12)
    assert log_likelihood(X, theta) == pytest.approx(np.log(np.exp(joint).sum(axis=1)).sum(), rel=1e-12)


def test_enumeration_over_every_z(X, theta):
    X, joint = X[:5], log_joint(X[:5], theta)
    zs = np.array(list(itertools.product(range(3), repeat=5)))
    log_p = joint[np.arange(5), zs].sum(axis=1)  # log p(X, z) of each of the 3^5 z
    assert log_likelihood(X, theta) == pytest.approx(logsumexp(log_p), rel=1e-12)
    posterior = np.exp(log_p - logsumexp(log_p))
    r = np.array([[posterior[zs[:, i] == j].sum() for j in range(3)] for i in range(5)])
    np.testing.assert_allclose(responsibilities(X, theta), r, rtol=1e-11)
    assert expected_complete_log_likelihood(X, r, theta) == pytest.approx(posterior @ log_p, rel=1e-11)
    entropy = -np.sum(posterior * np.log(posterior))
    assert lower_bound(X, r, theta) == pytest.approx(posterior @ log_p + entropy, rel=1e-11)


def test_densities_that_underflow_still_have_their_logarithm(theta):
    X = np.array([[1e4, -1e4], [0.0, 0.0]])
    joint = their_joint(X, theta)
    assert np.all(np.exp(joint[0]) == 0)
    np.testing.assert_allclose(responsibilities(X, theta).sum(axis=1), 1, rtol=1e-15)
    assert log_likelihood(X, theta) == pytest.approx(logsumexp(joint, axis=1).sum(), rel=1e-12)


def test_the_bound_lies_below_by_the_kl_divergence_and_touches_at_the_responsibilities(X, theta, rng):
    top, posterior = log_likelihood(X, theta), responsibilities(X, theta)
    assert lower_bound(X, posterior, theta) == pytest.approx(top, rel=1e-12)
    assert posterior_divergence(X, posterior, theta) == pytest.approx(0, abs=1e-13)
    for r in (rng.dirichlet(np.ones(3), size=7), np.eye(3)[[0, 1, 2, 0, 1, 2, 0]]):
        gap = np.sum(xlogy(r, r) - xlogy(r, posterior))
        assert gap > 0.1
        assert posterior_divergence(X, r, theta) == pytest.approx(gap, rel=1e-12)
        assert lower_bound(X, r, theta) == pytest.approx(top - gap, rel=1e-12)


def test_a_component_of_weight_zero_takes_nothing(X, theta):
    without = replace(theta, weights=[0.4, 0.6, 0.0])
    assert np.all(log_joint(X, without)[:, 2] == -np.inf)
    assert np.all(responsibilities(X, without)[:, 2] == 0)
    two = MixtureParameters([0.4, 0.6], theta.means[:2], theta.covariances[:2])
    assert log_likelihood(X, without) == pytest.approx(log_likelihood(X, two), rel=1e-15)
    assert np.isfinite(lower_bound(X, responsibilities(X, without), without))
    assert expected_complete_log_likelihood(X, np.full((7, 3), 1 / 3), without) == -np.inf
    assert posterior_divergence(X, np.full((7, 3), 1 / 3), without) == np.inf


# Gradients: numerical ones of a log-likelihood that is written here once more, for any square matrix.


def their_plain_log_likelihood(X, weights, means, covariances):
    total = 0.0
    for w, m, S in zip(weights, means, covariances, strict=True):
        exponent = np.einsum("na,ab,nb->n", X - m, np.linalg.inv(S), X - m)
        total = total + w * np.exp(-0.5 * exponent) / np.sqrt(np.linalg.det(2 * np.pi * S))
    return np.log(total).sum()


def numerical_gradient(X, theta, name):
    parts = {part: getattr(theta, part) for part in ("weights", "means", "covariances")}
    gradient = np.empty(parts[name].shape)
    for index in np.ndindex(gradient.shape):

        def along(t, index=index):
            moved = parts[name].copy()
            moved[index] += t
            return their_plain_log_likelihood(X, **(parts | {name: moved}))

        gradient[index] = derivative(np.vectorize(along), 0.0, initial_step=0.01).df
    return gradient


def test_the_plain_formula_of_the_notebooks_is_that_of_the_library_on_mixtures(X, theta):
    plain = plain_log_likelihood(X, theta.weights, theta.means, theta.covariances)
    assert plain == pytest.approx(log_likelihood(X, theta), rel=1e-12)
    skew = theta.covariances + np.array([[0, 0.1], [0, 0]])
    ours = plain_log_likelihood(X, 2 * theta.weights, theta.means, skew)
    assert ours == pytest.approx(their_plain_log_likelihood(X, 2 * theta.weights, theta.means, skew), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "gradient"),
    [("weights", grad_weights), ("means", grad_means), ("covariances", grad_covariances)],
)
def test_gradients_agree_with_numerical_ones(X, theta, name, gradient):
    # scipy's default tolerance is 1e-8 of the value.
    np.testing.assert_allclose(gradient(X, theta), numerical_gradient(X, theta, name), rtol=1e-7, atol=1e-9)


def test_along_a_symmetric_change_the_off_diagonal_derivative_doubles(X, theta):
    symmetric = np.array([[0.0, 1.0], [1.0, 0.0]])

    def along(t):
        covariances = theta.covariances + t * symmetric * np.array([1, 0, 0])[:, None, None]
        return log_likelihood(X, replace(theta, covariances=covariances))

    slope = derivative(np.vectorize(along), 0.0, initial_step=0.01).df
    assert 2 * grad_covariances(X, theta)[0, 0, 1] == pytest.approx(slope, rel=1e-7)


def test_the_gradient_of_a_weight_that_is_zero_is_a_sum_of_density_ratios(X, theta):
    without = replace(theta, weights=[0.4, 0.6, 0.0])
    densities = np.exp(their_joint(X, replace(theta, weights=[1 / 3] * 3))) * 3
    expected = (densities[:, 2] / (densities @ without.weights)).sum()
    assert grad_weights(X, without)[2] == pytest.approx(expected, rel=1e-12)


def test_a_weight_gradient_too_large_for_float64_is_infinite():
    theta = MixtureParameters([1, 0], [[0], [100]], [[[1]], [[1]]])
    assert grad_weights([[100.0]], theta)[1] == np.inf


# The complete-data estimate.


def test_complete_data_estimate_is_the_mean_and_covariance_of_each_component(rng):
    X, z = rng.standard_normal((40, 2)), np.arange(40) % 3
    theta = complete_data_estimate(X, z)
    np.testing.assert_allclose(theta.weights, np.bincount(z) / 40, rtol=1e-15)
    for j in range(3):
        np.testing.assert_allclose(theta.means[j], X[z == j].mean(axis=0), rtol=0, atol=1e-15)
        np.testing.assert_allclose(theta.covariances[j], np.cov(X[z == j].T, bias=True), rtol=0, atol=1e-15)
    one_hot = complete_data_estimate(X, np.eye(3)[z])
    np.testing.assert_array_equal(one_hot.covariances, theta.covariances)


def test_complete_data_estimate_with_soft_rows_is_weighted(rng):
    X, r = rng.standard_normal((40, 2)), rng.dirichlet(np.ones(3), size=40)
    theta = complete_data_estimate(X, r)
    np.testing.assert_allclose(theta.weights, r.mean(axis=0), rtol=1e-14)
    for j in range(3):
        np.testing.assert_allclose(theta.means[j], np.average(X, axis=0, weights=r[:, j]), atol=1e-14)
        np.testing.assert_allclose(
            theta.covariances[j], np.cov(X.T, aweights=r[:, j], bias=True), rtol=1e-13, atol=1e-14
        )


def test_complete_data_estimate_maximises_the_expected_complete_log_likelihood(rng):
    X, r = rng.standard_normal((40, 2)), rng.dirichlet(np.ones(3), size=40)
    theta = complete_data_estimate(X, r)
    best = expected_complete_log_likelihood(X, r, theta)
    for _ in range(20):
        other = replace(
            theta,
            weights=0.9 * theta.weights + 0.1 * rng.dirichlet(np.ones(3)),
            means=theta.means + 0.01 * rng.standard_normal((3, 2)),
            covariances=theta.covariances * np.exp(0.01 * rng.standard_normal((3, 1, 1))),
        )
        assert expected_complete_log_likelihood(X, r, other) < best


def test_complete_data_estimate_keeps_its_digits_far_from_the_origin(rng):
    X, z = np.round(rng.standard_normal((40, 2)) * 64) / 64, np.arange(40) % 2  # exact in binary, also shifted
    here, there = complete_data_estimate(X, z), complete_data_estimate(X + 1e8, z)
    # The mean itself is stored to 1.5e-8 there, which moves a covariance by the square of that.
    np.testing.assert_allclose(there.covariances, here.covariances, rtol=0, atol=1e-14)


def test_the_mean_of_a_component_is_exact_far_from_the_origin():
    X = 1e8 + np.arange(1000.0).reshape(-1, 1) / 8  # exact in binary, mean exactly 1e8 + 62.4375
    theta = complete_data_estimate(X, np.zeros(1000))
    assert theta.means[0, 0] == 1e8 + 62.4375
    assert theta.covariances[0, 0, 0] == pytest.approx((1000**2 - 1) / 12 / 64, rel=1e-13)


@pytest.mark.parametrize(
    ("X", "z", "component", "size"),
    [
        ([[0.0, 0], [1, 3], [2, 1], [5, 5]], [0, 0, 0, 1], 1, 1),  # one datum
        ([[0.0, 0], [1, 3], [2, 1], [5, 5], [5, 5]], [0, 0, 0, 1, 1], 1, 2),  # one datum, twice
        ([[0.1, 0.3], [0.2, 0.6], [0.7, 2.1], [2, 1], [0, 1], [1, 3]], [0, 0, 0, 1, 1, 1], 0, 3),  # on a line
        ([[1e8, 0.1], [1e8, 0.4], [1e8, 0.7]], [0, 0, 0], 0, 3),  # a constant column
        ([[0.1, 0.3, 1], [0.2, 0.6, 2]], [0, 0], 0, 2),  # two data in three dimensions
    ],
)
def test_a_component_whose_data_do_not_span_all_dimensions_has_collapsed(X, z, component, size):
    with pytest.raises(CollapsedComponentError) as caught:
        complete_data_estimate(X, z)
    assert (caught.value.component, caught.value.size) == (component, size)


def test_collapse_is_judged_in_units_of_the_component_itself():
    R, means = np.ones(1), np.zeros((1, 2))
    for width in (1e-100, 1e-8, 1e8, 1e100):
        refuse_collapse(R, means, width**2 * np.array([[[1.0, 0.0], [0.0, 1.0]]]))
        refuse_collapse(R, means, width**2 * np.array([[[1.0, 1 - 1e-9], [1 - 1e-9, 1.0]]]))
        with pytest.raises(CollapsedComponentError):
            refuse_collapse(R, means, width**2 * np.array([[[1.0, 1 - 1e-11], [1 - 1e-11, 1.0]]]))
        with pytest.raises(CollapsedComponentError):
            refuse_collapse(R, means, width**2 * np.array([[[1.0, -2.0], [-2.0, 1.0]]]))
    # At 1e8 float64 tells numbers 1.5e-8 apart; a width below a few of those is no width.
    refuse_collapse(R, means + 1e8, np.array([np.eye(2) * 1e-6**2]))
    with pytest.raises(CollapsedComponentError):
        refuse_collapse(R, means + 1e8, np.array([np.eye(2) * 1e-8**2]))
    with pytest.raises(CollapsedComponentError):
        refuse_collapse(R, means, np.array([np.diag([1.0, 0.0])]))


def test_the_first_collapsed_component_is_named():
    flat = np.ones((2, 2))
    with pytest.raises(CollapsedComponentError) as caught:
        refuse_collapse(np.array([3.0, 4.0, 5.0]), np.zeros((3, 2)), np.array([np.eye(2), flat, flat]))
    assert (caught.value.component, caught.value.size) == (1, 4)


# Sampling.


def test_samples_have_the_moments_of_the_mixture(theta):
    theta = replace(theta, weights=[0.5, 0.5, 0.0])
    n = 40_000
    X, z = sample(theta, n, np.random.default_rng(1))
    assert np.bincount(z, minlength=3)[2] == 0
    assert abs((z == 0).mean() - 0.5) < 5 * np.sqrt(0.25 / n)  # five standard errors, here and below
    for j in (0, 1):
        white = np.linalg.solve(np.linalg.cholesky(theta.covariances[j]), (X[z == j] - theta.means[j]).T)
        assert np.all(np.abs(white.mean(axis=1)) < 5 / np.sqrt(n / 2))
        assert np.all(np.abs(np.cov(white) - np.eye(2)) < 5 * np.sqrt(2 / (n / 2)))


def test_a_seed_fixes_the_sample(theta):
    (X, z), (Y, t) = (sample(theta, 10, np.random.default_rng(2)) for _ in range(2))
    assert (X.shape, z.shape) == ((10, 2), (10,))
    np.testing.assert_array_equal(X, Y)
    np.testing.assert_array_equal(z, t)


# How many parameters, and what they cost.


@pytest.mark.parametrize(
    ("covariance", "theirs", "count"),
    [("full", "full", 59), ("tied", "tied", 29), ("diagonal", "diag", 35), ("spherical", "spherical", 23)],
)
def test_criteria_agree_with_scikit_learn(rng, covariance, theirs, count):
    X = rng.standard_normal((50, 4))
    theta = replace(random_parameters(rng, k=4, d=4), covariances=np.array([np.eye(4)] * 4))
    assert n_parameters(theta, covariance) == count
    assert isinstance(n_parameters(theta, covariance), int)
    model = TheirMixture(4, covariance_type=theirs)
    model.weights_, model.means_ = theta.weights, theta.means
    model.precisions_cholesky_ = {
        "full": theta.covariances, "tied": np.eye(4), "diagonal": np.ones((4, 4)), "spherical": np.ones(4)
    }[covariance]  # fmt: skip
    assert aic(X, theta, covariance) == pytest.approx(model.aic(X), rel=1e-12)
    assert bic(X, theta, covariance) == pytest.approx(model.bic(X), rel=1e-12)


def test_the_names_of_the_covariances():
    assert COVARIANCES == ("full", "tied", "diagonal", "spherical")


# The parameter class.


def test_parameters_are_read_only_copies(theta):
    weights = np.array([0.5, 0.5])
    mine = MixtureParameters(weights, [[0], [1]], [[[1]], [[2]]])
    weights[0] = 7
    assert mine.weights.tolist() == [0.5, 0.5]
    assert [part.dtype for part in (mine.weights, mine.means, mine.covariances)] == [np.float64] * 3
    for part in (theta.weights, theta.means, theta.covariances):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
    with pytest.raises(FrozenInstanceError):
        theta.weights = weights


def test_covariances_of_any_unit_pass():
    units = np.array([1e-8, 1e8])
    S = np.array([[1.0, 0.9], [0.9, 1.0]]) * np.outer(units, units)
    np.testing.assert_array_equal(MixtureParameters([1], [[0, 0]], [S]).covariances[0], S)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_of_the_columns_does_not_matter_to_a_narrow_component(order):
    """Against the formula by hand: the widths are 1e-26 and 1.2, and the correlation is below 1e-25."""
    X, variances = np.array([[0.0, 0], [0, 1], [0, 3]])[:, order], np.array([2e-52, 1.5])[list(order)]
    covariance = np.diag(variances) - 3e-52 * (1 - np.eye(2))
    mean = np.array([0.0, 1.1])[list(order)]
    by_hand = -0.5 * (np.log(2 * np.pi * variances) + (X - mean) ** 2 / variances).sum(axis=1)
    np.testing.assert_allclose(log_density(X, mean, covariance), by_hand, rtol=1e-13)  # a few roundings
