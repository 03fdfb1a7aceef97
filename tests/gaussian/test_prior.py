"""The prior of a mixture: its density by scipy.stats, its estimate by numerical derivatives."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.differentiate import derivative
from scipy.stats import dirichlet, invwishart, multivariate_normal

from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import CollapsedComponentError, converge, em, objective_settles
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior, fit
from lecture_lib.models.mixture import (
    COVARIANCES,
    MixtureParameters,
    complete_data_estimate,
    log_likelihood,
    responsibilities,
    sample,
)

X = load_old_faithful()
PRIOR = MixturePrior([3, 70], [[1.0, 5], [5, 200]], strength=2.5, dof=6.5, concentration=3)
THETA = MixtureParameters([0.4, 0.6], [[2, 54], [4.3, 80]], [[[0.1, 0.5], [0.5, 30]], [[0.2, 1], [1, 40]]])


def of_kind(theta, covariance):
    S = np.repeat(theta.covariances[:1], 2, axis=0) if covariance == "tied" else theta.covariances
    return replace(theta, covariances=kind_of(covariance).project(S))


def their_log_prior(theta, covariance):
    """The same by scipy.stats."""
    total = dirichlet([PRIOR.concentration] * 2).logpdf(theta.weights)
    for mean, S in zip(theta.means, theta.covariances, strict=True):
        total += multivariate_normal(PRIOR.mean, S / PRIOR.strength).logpdf(mean)
    if covariance in ("full", "tied"):
        free = theta.covariances[: 1 if covariance == "tied" else 2]
        return total + sum(invwishart(PRIOR.dof, PRIOR.scatter).logpdf(S) for S in free)
    scatters = np.diag(PRIOR.scatter)
    if covariance == "spherical":
        scatters = scatters.mean(keepdims=True)
    variances = [np.diag(S)[: len(scatters)] for S in theta.covariances]
    return total + sum(
        invwishart(PRIOR.dof, scatter).logpdf(v)
        for row in variances
        for scatter, v in zip(scatters, row, strict=True)
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_the_density_agrees_with_scipy(covariance):
    theta = of_kind(THETA, covariance)
    assert PRIOR.log_density(theta, covariance) == pytest.approx(their_log_prior(theta, covariance), rel=1e-12)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_covariance_far_below_a_width_changes_nothing(order):
    """The widths are 1e-26 and 1.2, and the correlation is below 1e-25; at 1e-13, a few roundings of logarithms."""
    variances, mean = np.array([2e-52, 1.5])[order], np.array([[0.0, 1.1]])[:, order]
    prior = MixturePrior([0, 0], np.diag(variances), strength=2, dof=5)
    near, diagonal = (
        prior.log_density(MixtureParameters([1], mean, [np.diag(variances) - c * (1 - np.eye(2))]), "full")
        for c in (3e-52, 0)
    )
    assert near == pytest.approx(diagonal, rel=1e-13)


def test_a_flat_prior_on_the_weights_allows_a_weight_of_zero_and_another_does_not():
    theta = replace(THETA, weights=[1, 0])
    assert np.isfinite(replace(PRIOR, concentration=1).log_density(theta, "full"))
    assert PRIOR.log_density(theta, "full") == -np.inf


def directions(covariance):
    """Directions in which the parameters of a kind may move: within the simplex, and among its covariances."""
    rng = np.random.default_rng(0)
    for _ in range(4):
        yield np.array([1.0, -1]), np.zeros((2, 2)), np.zeros((2, 2, 2))
        yield np.zeros(2), rng.standard_normal((2, 2)) * [1, 10], np.zeros((2, 2, 2))
        S = rng.standard_normal((2, 2, 2)) * [[0.1, 1], [1, 10]]
        S = S + S.mT
        yield (
            np.zeros(2),
            np.zeros((2, 2)),
            np.repeat(S[:1], 2, axis=0) if covariance == "tied" else kind_of(covariance).project(S),
        )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_at_the_fixed_point_the_posterior_is_flat(covariance):
    model = GaussianMixture(X, covariance=covariance, prior=PRIOR)
    run = converge(em(model, of_kind(THETA, covariance)), until=objective_settles(0))
    for weights, means, covariances in directions(covariance):

        def along(t, move=(weights, means, covariances)):
            w, m, S = move
            theta = replace(
                run.theta,
                weights=run.theta.weights + t * w,
                means=run.theta.means + t * m,
                covariances=run.theta.covariances + t * S,
            )
            return log_likelihood(X, theta) + their_log_prior(theta, covariance)

        slope = derivative(np.vectorize(along), 0.0, initial_step=1e-3).df
        # The posterior settles to 1e-13 of about 1e3; a slope, its root, to a few 1e-6 of sums over 272 data.
        assert abs(slope) < 1e-3 * 272 * 1e-4
    assert run.objective == pytest.approx(
        log_likelihood(X, run.theta) + their_log_prior(run.theta, covariance), rel=1e-12
    )


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_without_data_the_estimate_is_the_mode_of_the_prior(covariance):
    data = X[:1]
    far = MixtureParameters([0.5, 0.5], [data[0], [1e6, 1e6]], [np.eye(2)] * 2)
    model = GaussianMixture(data, covariance=covariance, prior=PRIOR)
    moments, _ = model.e_step(far)
    moved = model.m_step(far, moments)
    np.testing.assert_array_equal(moved.means[1], PRIOR.mean)
    assert moved.weights[1] == pytest.approx(2 / 5)  # two pseudo-counts each, and the datum
    if covariance == "full":
        np.testing.assert_allclose(moved.covariances[1], PRIOR.scatter / (PRIOR.dof + 4), rtol=1e-14)


def test_the_estimate_from_rows_is_the_m_step_of_the_model():
    model = GaussianMixture(X, prior=PRIOR)
    expected = model.m_step(THETA, model.e_step(THETA)[0])
    found = complete_data_estimate(X, responsibilities(X, THETA), prior=PRIOR)
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-11)


def test_much_data_outweigh_the_prior():
    data, _ = sample(THETA, 50_000, np.random.default_rng(0))
    with_prior = converge(em(GaussianMixture(data, prior=PRIOR), THETA)).theta
    without = converge(em(GaussianMixture(data), THETA)).theta
    # The prior is worth a handful of data among 50,000.
    np.testing.assert_allclose(with_prior.means, without.means, rtol=1e-3)
    np.testing.assert_allclose(with_prior.covariances, without.covariances, rtol=0.02)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_prior_stops_the_collapse(covariance):
    run = fit(X[:8], 8, rng=np.random.default_rng(0), covariance=covariance, prior=MixturePrior.weak(X, 8))
    assert run.converged
    assert run.collapsed == 0


def test_the_weak_prior_is_that_of_fraley_and_raftery():
    prior = MixturePrior.weak(X, 4)
    np.testing.assert_allclose(prior.mean, X.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(prior.scatter, np.cov(X.T, bias=True) / 4, rtol=1e-12)
    assert (prior.strength, prior.dof, prior.concentration) == (0.01, 4, 1)
    cubed = MixturePrior.weak(np.column_stack([X, X[:, 0] ** 2]), 8)
    assert cubed.dof == 5
    assert cubed.scatter[0, 0] == pytest.approx(X[:, 0].var() / 4)  # 8^(2/3)


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_a_fit_with_the_weak_prior_scales_with_the_unit(unit):
    here, there = (
        fit(data, 2, rng=np.random.default_rng(0), prior=MixturePrior.weak(data, 2), restarts=1).theta
        for data in (X, X * unit)
    )
    np.testing.assert_allclose(there.means / unit, here.means, rtol=1e-6)
    np.testing.assert_allclose(there.covariances / unit**2, here.covariances, rtol=1e-5)


def test_the_prior_holds_read_only_copies():
    mean = np.array([3.0, 70])
    prior = MixturePrior(mean, np.eye(2), 1, 3, 2)
    mean[0] = 0
    assert prior.mean[0] == 3
    assert [type(value) for value in (prior.strength, prior.dof, prior.concentration)] == [float] * 3
    for values in (prior.mean, prior.scatter):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


# The chain of remedies: whoever is told to use a prior gets a fit from it, or is told at once why not

AWKWARD = {
    "as many data as dimensions": np.random.default_rng(0).standard_normal((3, 3)),
    "two data in three dimensions": np.array([[0.0, 1, 2], [3, 5, 9]]),
    "two columns that depend on each other": np.random.default_rng(1).standard_normal((50, 2))
    @ [[1, 0, 2], [0, 1, 3.0]],
    "the same, small and far away": np.random.default_rng(1).standard_normal((50, 1)) @ [[1e-8, 2e-8, 1]] + 5,
    "pairs of equal data": np.repeat(np.random.default_rng(2).standard_normal((3, 3)), 2, axis=0),
}


@pytest.mark.parametrize("covariance", ["full", "tied", "diagonal", "spherical"])
@pytest.mark.parametrize("data", AWKWARD.values(), ids=AWKWARD)
def test_a_weak_prior_fits_data_that_do_not_span_all_dimensions(data, covariance):
    k = min(2, len(data))
    prior = MixturePrior.weak(data, k)
    run = fit(data, k, rng=np.random.default_rng(0), covariance=covariance, prior=prior, restarts=2)
    assert run.converged
    assert np.isfinite(run.objective)


def test_a_weak_prior_of_data_that_span_has_their_whole_covariance():
    data = np.random.default_rng(3).standard_normal((50, 3)) @ np.array([[1, 0.9, 0], [0, 0.1, 0], [0, 0, 1]])
    expected = np.cov(data.T, bias=True) / 2 ** (2 / 3)
    np.testing.assert_allclose(MixturePrior.weak(data, 2).scatter, expected, rtol=1e-12)


def test_a_weak_prior_of_data_with_holes_has_the_variances_of_what_was_observed():
    data = np.array([[1.0, 2], [3, np.nan], [5, 6], [np.nan, 7]])
    prior = MixturePrior.weak(data, 1, missing=True)
    np.testing.assert_allclose(prior.mean, np.nanmean(data, axis=0), rtol=1e-12)
    np.testing.assert_allclose(prior.scatter, np.diag(np.nanvar(data, axis=0)), rtol=1e-12)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ([[1.0, 2], [3, 2], [5, 2]], r"a constant column 1; drop it, np.delete\(X, 1, axis=1\), or state what"),
        ([[1.0, 2]], "a constant column 0; add data that differ, or state what you expect: MixturePrior"),
        ([[0.1, 0.1]] * 7, "a constant column 0; add data that differ"),
    ],
)
def test_a_constant_column_is_named_at_once_and_a_prior_with_its_own_scatter_fits_it(data, what):
    with pytest.raises(ValueError, match=what):
        MixturePrior.weak(data, 1)
    d = len(data[0])
    prior = MixturePrior(np.mean(data, axis=0), np.eye(d), strength=0.01, dof=d + 2)
    for covariance in ("full", "tied", "diagonal", "spherical"):
        assert fit(data, 1, rng=np.random.default_rng(0), covariance=covariance, prior=prior).converged


def test_who_has_a_prior_already_is_not_told_to_use_one():
    prior = MixturePrior([0.0, 0], 1e-14 * np.array([[1, 1 - 1e-12], [1 - 1e-12, 1]]), strength=0.01, dof=4)
    data = np.outer(np.arange(6.0), [1, 1])
    with pytest.raises(CollapsedComponentError, match="; use a prior with a larger scatter, or fewer components"):
        fit(data, 1, rng=np.random.default_rng(0), prior=prior)
