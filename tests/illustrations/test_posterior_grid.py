"""The posterior of a small mixture: against pointwise definitions, quadrature, and known cases."""

import itertools

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import beta, dirichlet, multivariate_normal, norm

from lecture_lib.illustrations.posterior_grid import (
    correlation,
    log_posterior,
    log_terms,
    mutual_information,
    probabilities,
)
from lecture_lib.models.mixture import MixtureParameters, log_likelihood

x = np.array([-1.5, 0.2, 0.4, 2.0])
MU, WEIGHT = np.linspace(-2, 2, 4), np.array([0.1, 0.5, 0.8])


def test_every_entry_is_likelihood_times_prior():
    found = log_posterior(x, MU, WEIGHT, width=0.7, spread=2.0)
    assert found.shape == (4, 4, 3)
    for a, b, c in itertools.product(range(4), range(4), range(3)):
        theta = MixtureParameters([1 - WEIGHT[c], WEIGHT[c]], [[MU[a]], [MU[b]]], [[[0.49]], [[0.49]]])
        prior = norm(0, 2).logpdf(MU[a]) + norm(0, 2).logpdf(MU[b]) + beta(1, 1).logpdf(WEIGHT[c])
        np.testing.assert_allclose(found[a, b, c], log_likelihood(x[:, None], theta) + prior, rtol=1e-12)


def test_with_known_components_it_is_a_product():
    z = np.array([0, 1, 1, 1])
    found = log_posterior(x, MU, WEIGHT, z=z)
    for a, b, c in itertools.product(range(4), range(4), range(3)):
        means, weights = MU[[a, b]][z], np.array([1 - WEIGHT[c], WEIGHT[c]])[z]
        prior = norm(0, 3).logpdf(MU[[a, b]]).sum()
        np.testing.assert_allclose(found[a, b, c], np.sum(norm(means).logpdf(x) + np.log(weights)) + prior)
    joint = probabilities(found)
    assert mutual_information(joint.sum(axis=0)) < 1e-12
    assert mutual_information(joint.sum(axis=2)) < 1e-12


def test_the_names_of_the_components_can_be_exchanged():
    weight = np.array([0.25, 0.5, 0.75])
    found = log_posterior(x, MU, weight)
    np.testing.assert_allclose(found, found.transpose(1, 0, 2)[:, :, ::-1], rtol=1e-13)


def test_weights_of_zero_and_one_leave_one_component():
    found = log_posterior(x, MU, [0.0, 1.0])
    alone = norm(MU).logpdf(x[:, None]).sum(axis=0)
    prior = norm(0, 3).logpdf(MU)
    np.testing.assert_allclose(found[:, :, 0], (alone + prior)[:, None] + prior)
    np.testing.assert_allclose(found[:, :, 1], (alone + prior) + prior[:, None])


@pytest.mark.parametrize("k", [1, 2, 3])
def test_each_term_is_the_evidence_of_its_labelling(k):
    terms = log_terms(x, k, width=0.7, spread=2.0)
    assert terms.shape == (k**4,)
    for term, z in zip(terms, itertools.product(range(k), repeat=4), strict=True):
        expected = 0.0
        R = np.bincount(z, minlength=k)
        # p(z): the chance of these labels, averaged over uniform weights; exact by the rule of succession.
        seen = np.zeros(k)
        for label in z:
            expected += np.log((seen[label] + 1) / (seen.sum() + k))
            seen[label] += 1
        for j in range(k):
            if R[j]:
                cluster = x[np.array(z) == j]
                S = 0.49 * np.eye(R[j]) + 4.0 * np.ones((R[j], R[j]))
                expected += multivariate_normal(np.zeros(R[j]), S).logpdf(cluster)
        np.testing.assert_allclose(term, expected, rtol=1e-11)


def test_terms_and_grid_have_the_same_sum():
    mu, weight = np.linspace(-12, 12, 121), (np.arange(60) + 0.5) / 60
    by_grid = logsumexp(log_posterior(x, mu, weight)) + np.log((mu[1] - mu[0]) ** 2 / 60)
    # The midpoints of 60 cells give an integral of polynomials of degree 4 to about 1e-4.
    np.testing.assert_allclose(by_grid, logsumexp(log_terms(x)), atol=5e-4)


def test_uniform_weights_are_a_dirichlet():
    rng = np.random.default_rng(0)
    draws = dirichlet([1, 1, 1]).rvs(200_000, random_state=rng)
    labels = (0, 0, 1, 2)
    far = log_terms(np.zeros(4), 3, width=1.0, spread=1e-9)  # the means are pinned to 0: only the weights count
    index = int(np.ravel_multi_index(labels, (3,) * 4))
    chance = np.exp(far[index] - norm.logpdf(0) * 4)
    np.testing.assert_allclose(chance, draws[:, list(labels)].prod(axis=1).mean(), rtol=0.02)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.8])
def test_correlation_and_information_of_a_gaussian(rho):
    u, v = np.linspace(-6, 6, 201), 3 * np.linspace(-6, 6, 161) + 1
    S = np.array([[1, 3 * rho], [3 * rho, 9]])
    p = probabilities(multivariate_normal([0, 1], S).logpdf(np.stack(np.meshgrid(u, v, indexing="ij"), axis=-1)))
    np.testing.assert_allclose(correlation(p, u, v), rho, atol=1e-6)
    np.testing.assert_allclose(mutual_information(p), -0.5 * np.log(1 - rho**2), atol=1e-6)


def test_information_of_a_copy_is_the_entropy():
    np.testing.assert_allclose(mutual_information(np.diag([0.5, 0.25, 0.25])), 1.5 * np.log(2))


def test_probabilities_of_far_away_logarithms():
    np.testing.assert_allclose(probabilities([-5000.0, -5000.0, -np.inf]), [0.5, 0.5, 0])
    with pytest.raises(ValueError, match="log_density must have a largest finite entry, got none"):
        probabilities([-np.inf, -np.inf])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_posterior([[1.0]], MU, WEIGHT), "x must be one row of at least one number"),
        (lambda: log_posterior([np.nan], MU, WEIGHT), "x must be finite"),
        (lambda: log_posterior(x, [MU], WEIGHT), "mu must be one row"),
        (lambda: log_posterior(x, MU, [0.5, 1.5]), "weight must be from 0 to 1, got 1.5"),
        (lambda: log_posterior(x, MU, WEIGHT, width=0), "width must be one finite number above 0"),
        (lambda: log_posterior(x, MU, WEIGHT, spread=-1), "spread must be one finite number above 0"),
        (
            lambda: log_posterior(x, MU, WEIGHT, z=[0, 1]),
            r"z must hold a 0 or a 1 for each of 4 data, got \[0, 1\]",
        ),
        (lambda: log_posterior(x, MU, WEIGHT, z=[0, 1, 2, 0]), "there are two components"),
        (lambda: log_terms(np.zeros(17)), r"k\*\*n must be at most 65536, got 2\*\*17; take fewer data"),
        (lambda: log_terms(x, 0), "k must be at least 1, got 0"),
        (lambda: log_terms(x, width=np.inf), "width must be one finite number above 0"),
        (lambda: correlation(np.ones((2, 2)) / 4, MU, WEIGHT), r"p must be a table .*, got shape \(2, 2\)"),
        (lambda: mutual_information(np.ones((2, 2))), "p must be a table of probabilities with sum 1, .* sum 4"),
        (lambda: mutual_information([1.0]), r"got shape \(1,\)"),
        (lambda: mutual_information([[-1.0, 2.0]]), "p must be from 0 to 1, got -1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
