"""Probabilistic PCA: the Gaussian it stands for, its closed form, gradients, and its edges."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_frozen, assert_monotone, gradient
from scipy.linalg import sqrtm
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA

from lecture_lib.datasets import load_digits, load_iris, load_old_faithful
from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models.ppca import PPCA, LatentPosterior, PPCAParameters, closed_form, fit

IRIS, _ = load_iris()


def covariance(theta):
    return theta.loadings @ theta.loadings.T + theta.noise * np.eye(len(theta.mean))


def log_likelihood(X, mean, loadings, noise):
    return multivariate_normal.logpdf(X, mean, loadings @ loadings.T + noise * np.eye(len(mean))).sum()


@pytest.fixture
def theta():
    rng = np.random.default_rng(2)
    return PPCAParameters(IRIS.mean(axis=0) + 0.3, rng.standard_normal((4, 2)), 0.5)


@pytest.fixture(scope="module")
def run():
    """EM on iris from a start whose mean is off, until no parameter moves but for rounding."""
    start = PPCAParameters(IRIS.mean(axis=0) + 0.5, np.random.default_rng(0).standard_normal((4, 2)), 1.0)
    return converge(em(PPCA(IRIS, 2), start), until=parameters_settle(1e-12))


def test_the_objective_is_the_likelihood_of_the_same_parameters(theta):
    for state in itertools.islice(em(PPCA(IRIS, 2), theta), 4):
        expected = log_likelihood(IRIS, state.theta.mean, state.theta.loadings, state.theta.noise)
        # scipy takes the eigenvalues of the covariance, we a Cholesky factor of a smaller matrix.
        assert state.objective == pytest.approx(expected, rel=1e-11)


def test_the_posterior_is_the_joint_gaussian_conditioned_on_the_datum(theta):
    posterior, _ = PPCA(IRIS, 2).e_step(theta)
    W, gain = theta.loadings, np.linalg.solve(covariance(theta), theta.loadings).T
    np.testing.assert_allclose(posterior.means, (IRIS - theta.mean) @ gain.T, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(posterior.covariance, np.eye(2) - gain @ W, rtol=1e-10, atol=1e-12)


def test_one_step_maximises_the_expected_complete_log_likelihood_over_the_law_of_z_too(theta):
    """The regression on (z, 1), written out with E[z z^T]: one sum a datum; then z is standardised."""
    model = PPCA(IRIS, 2)
    posterior, _ = model.e_step(theta)
    second, cross = np.zeros((3, 3)), np.zeros((4, 3))
    for x, z in zip(IRIS, posterior.means, strict=True):
        one = np.append(z, 1)
        second += np.outer(one, one)
        second[:2, :2] += posterior.covariance
        cross += np.outer(x, one)
    B = cross @ np.linalg.inv(second)
    noise = (np.sum(IRIS**2) - 2 * np.sum(B * cross) + np.trace(B @ second @ B.T)) / IRIS.size
    W, m = B[:, :2], second[:2, 2] / len(IRIS)
    V = second[:2, :2] / len(IRIS) - np.outer(m, m)
    moved = model.m_step(theta, posterior)
    # An inverse, and sums of 1e4.
    np.testing.assert_allclose(moved.loadings, W @ sqrtm(V), rtol=1e-9)
    np.testing.assert_allclose(moved.mean, B[:, 2] + W @ m, rtol=1e-9)
    assert moved.noise == pytest.approx(noise, rel=1e-9)
    # Standardising z is worth something, and what it is worth is not lost on the way back.
    usual = model.e_step(PPCAParameters(B[:, 2], W, noise))[1]
    assert model.e_step(theta)[1] < usual < model.e_step(moved)[1]


def test_the_mean_of_z_in_place_of_z_makes_the_noise_too_small():
    model, theta = PPCA(IRIS, 2), closed_form(IRIS, 2)
    for _ in range(50):
        means = model.e_step(theta)[0].means
        theta = model.m_step(theta, LatentPosterior(means, np.zeros((2, 2))))
    # It is divided by d, though q of the d directions hold none of it.
    assert theta.noise == pytest.approx(closed_form(IRIS, 2).noise * 2 / 4, rel=1e-9)


def test_em_reaches_the_closed_form_up_to_rotation(run):
    best = closed_form(IRIS, 2)
    assert run.converged
    assert_monotone(run)
    # Steps of 1e-12 at a rate near 0.99 leave 1e-10.
    np.testing.assert_allclose(covariance(run.theta), covariance(best), atol=1e-9)
    np.testing.assert_allclose(run.theta.mean, best.mean, atol=1e-9)
    assert run.theta.noise == pytest.approx(best.noise, rel=1e-9)
    assert run.objective == pytest.approx(PPCA(IRIS, 2).e_step(best)[1], rel=1e-12)
    rotation = np.linalg.lstsq(best.loadings, run.theta.loadings)[0]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(2), atol=1e-8)


@pytest.mark.parametrize("which", ["EM", "closed form"])
def test_every_gradient_vanishes(run, which):
    theta = run.theta if which == "EM" else closed_form(IRIS, 2)
    mean, W, noise = theta.mean, theta.loadings, theta.noise
    # The likelihood is about 400, exact to 1e-13 of that: quotients over a step of 1e-4 are exact to 1e-6.
    tolerance = 1e-5
    np.testing.assert_allclose(gradient(lambda m: log_likelihood(IRIS, m, W, noise), mean), 0, atol=tolerance)
    np.testing.assert_allclose(gradient(lambda W: log_likelihood(IRIS, mean, W, noise), W), 0, atol=tolerance)
    assert gradient(lambda s: log_likelihood(IRIS, mean, W, s), noise) == pytest.approx(0, abs=tolerance)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_the_closed_form_keeps_the_variance_along_the_plane_and_averages_the_rest(q):
    theta = closed_form(IRIS, q)
    sample = np.linalg.eigvalsh(np.cov(IRIS.T, bias=True))[::-1]
    fitted = np.linalg.eigvalsh(covariance(theta))[::-1]
    np.testing.assert_allclose(fitted[:q], sample[:q], rtol=1e-12)
    np.testing.assert_allclose(fitted[q:], sample[q:].mean(), rtol=1e-12)
    theirs = PCA(q).fit(IRIS)  # its variances are over n - 1
    assert theta.noise == pytest.approx(theirs.noise_variance_ * 149 / 150, rel=1e-10)
    np.testing.assert_allclose(theta.mean, theirs.mean_, rtol=1e-13)
    cosines = theirs.components_ @ (theta.loadings / np.linalg.norm(theta.loadings, axis=0))
    np.testing.assert_allclose(np.abs(cosines), np.eye(q), atol=1e-10)


def test_the_loadings_of_the_closed_form_are_orthogonal_longest_first_and_signed():
    W = closed_form(IRIS, 3).loadings
    lengths = np.linalg.norm(W, axis=0)
    np.testing.assert_allclose(W.T @ W, np.diag(lengths**2), atol=1e-12)
    assert np.all(np.diff(lengths) < 0)
    assert np.all(W[np.abs(W).argmax(axis=0), range(3)] > 0)
    np.testing.assert_allclose(closed_form(-IRIS, 3).loadings, W, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_data_without_a_preferred_direction_have_loadings_of_length_zero(seed):
    axes = np.linalg.qr(np.random.default_rng(seed).standard_normal((3, 3)))[0]
    theta = closed_form(np.vstack([axes, -axes]), 1)
    np.testing.assert_allclose(theta.loadings, 0, atol=1e-7)  # the root of a variance that cancels to 1e-16
    assert theta.noise == pytest.approx(1 / 3, rel=1e-14)


def test_loadings_of_zero_stay_and_noise_takes_all_the_variance():
    model = PPCA(IRIS, 2)
    start = PPCAParameters(IRIS.mean(axis=0), np.zeros((4, 2)), 1.0)
    *_, state = itertools.islice(em(model, start), 2)
    np.testing.assert_allclose(state.theta.loadings, 0, atol=1e-15)
    assert state.theta.noise == pytest.approx(IRIS.var(axis=0).mean(), rel=1e-13)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.data())
def test_runs_are_monotone_below_the_closed_form_and_follow_rotations(seed, d, data):
    q = data.draw(st.integers(1, d - 1))
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((2 * d + 2, d)) * rng.uniform(0.5, 3, d)
    start = PPCAParameters(rng.standard_normal(d), rng.standard_normal((d, q)), rng.uniform(0.1, 3))
    ours = converge(em(PPCA(X, q), start), max_steps=15)
    assert_monotone(ours)
    assert ours.objective <= PPCA(X, q).e_step(closed_form(X, q))[1] + 1e-9
    A, b = np.linalg.qr(rng.standard_normal((d, d)))[0], rng.standard_normal(d)
    turned = PPCAParameters(A @ start.mean + b, A @ start.loadings, start.noise)
    theirs = converge(em(PPCA(rng.permutation(X) @ A.T + b, q), turned), max_steps=15)
    steps = min(len(ours.states), len(theirs.states)) - 1
    one, other = ours.states[steps].theta, theirs.states[steps].theta
    # Sums in another order and another basis, through up to 15 steps.
    np.testing.assert_allclose(other.mean, A @ one.mean + b, atol=1e-7)
    np.testing.assert_allclose(other.loadings, A @ one.loadings, atol=1e-7)
    assert other.noise == pytest.approx(one.noise, rel=1e-7)


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_the_fit_scales_with_a_common_unit(unit):
    here = fit(IRIS, 2, rng=np.random.default_rng(1)).theta
    there = fit(IRIS * unit, 2, rng=np.random.default_rng(1)).theta
    np.testing.assert_allclose(there.mean / unit, here.mean, rtol=1e-9)
    np.testing.assert_allclose(there.loadings / unit, here.loadings, rtol=1e-7)
    assert there.noise / unit**2 == pytest.approx(here.noise, rel=1e-7)
    exact, scaled = closed_form(IRIS, 2), closed_form(IRIS * unit, 2)
    np.testing.assert_allclose(scaled.loadings / unit, exact.loadings, rtol=1e-11)


@pytest.mark.parametrize("shift", [1e4, 1e8])
def test_the_fit_moves_with_the_data(shift):
    here = fit(IRIS, 2, rng=np.random.default_rng(1))
    there = fit(IRIS + shift, 2, rng=np.random.default_rng(1))
    # Data near 1e8 are stored to 1.5e-8, a relative error of 1e-6 in a noise of width 0.2.
    np.testing.assert_allclose(there.theta.mean - shift, here.theta.mean, atol=1e-7)
    np.testing.assert_allclose(covariance(there.theta), covariance(here.theta), atol=1e-6)
    exact, moved = closed_form(IRIS, 2), closed_form(IRIS + shift, 2)
    np.testing.assert_allclose(moved.mean - shift, exact.mean, atol=3e-8)
    np.testing.assert_allclose(moved.loadings, exact.loadings, atol=1e-6)


def test_a_column_far_from_the_origin_costs_the_others_no_digit():
    far = IRIS + np.array([1e8, 0, -1e8, 0])
    here, there = closed_form(IRIS, 2), closed_form(far, 2)
    np.testing.assert_allclose(there.mean[[1, 3]], here.mean[[1, 3]], rtol=1e-14)
    # Their mean is 0 to the rounding of the differences; the mean itself is stored to 1.5e-8 only.
    np.testing.assert_allclose(PPCA(far, 2).centred.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(PPCA(far, 2).centred[:, [1, 3]], IRIS[:, [1, 3]] - here.mean[[1, 3]], atol=1e-14)


@pytest.mark.parametrize("ratio", [1e2, 1e4, 1e6])
def test_noise_far_below_the_spread_of_the_plane_is_not_lost(ratio):
    rng = np.random.default_rng(0)
    X = ratio * rng.standard_normal((60, 2)) @ rng.standard_normal((2, 4)) + rng.standard_normal((60, 4))
    best = closed_form(X, 2)
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / 60
    assert best.noise == pytest.approx(variances[2:].mean(), rel=1e-9)
    # At the maximum the squared distances sum to n d, and the determinant is known.
    expected = -30 * (4 * np.log(2 * np.pi) + np.log(variances[:2]).sum() + 2 * np.log(best.noise) + 4)
    # Data of size 1e6 are stored to 1e-10, beside a noise of width 1.
    assert PPCA(X, 2).e_step(best)[1] == pytest.approx(expected, rel=1e-9)
    run = converge(em(PPCA(X, 2), PPCAParameters(X.mean(axis=0), X[:2].T, ratio**2)), max_steps=300)
    assert run.theta.noise < 5


def test_columns_of_incomparable_units_are_refused():
    with pytest.raises(
        ValueError,
        match=r"at least 3 directions, got 1; .* far outliers, or bring the columns to comparable units$",
    ):
        PPCA(IRIS * [1e5, 1e-5, 1e-5, 1e-5], 2)
    PPCA(IRIS * [1e3, 1e-3, 1e-3, 1e-3], 2)


def test_fit_starts_at_the_mean_in_a_plane_near_the_data_with_the_variance_beside_it():
    start = fit(IRIS, 2, rng=np.random.default_rng(3)).states[0].theta
    away = IRIS - IRIS.mean(axis=0)
    np.testing.assert_allclose(start.mean, IRIS.mean(axis=0), rtol=1e-15)
    scatter = away.T @ away
    mixed = scatter @ scatter @ away.T @ np.random.default_rng(3).standard_normal((150, 2))
    plane = np.linalg.qr(mixed)[0]
    spread = plane @ plane.T * IRIS.var(axis=0).sum()
    np.testing.assert_allclose(start.loadings @ start.loadings.T, spread, rtol=1e-9)  # mixed is nearly of rank 1
    rest = np.linalg.lstsq(mixed, away.T)[1].sum()
    assert start.noise == pytest.approx(rest / (150 * 2), rel=1e-9)


def test_no_start_ends_on_a_saddle():
    """Eight widths from 0.2 down to 0.0014, the last two alike: an unlucky plane hides the seventh."""
    widths = np.sqrt([4.4e-2, 1.3e-3, 6.4e-4, 8e-5, 2.7e-5, 1.4e-5, 2.5e-6, 2e-6])
    X = np.linalg.qr(np.random.default_rng(0).standard_normal((45, 8)))[0] * widths
    best = PPCA(X, 7).e_step(closed_form(X, 7))[1]
    for seed in range(30):
        assert fit(X, 7, rng=np.random.default_rng(seed)).objective == pytest.approx(best, rel=0, abs=1e-6)


def long_data(ratio, *, turned):
    """Five columns, one of them ``ratio`` times as wide; or turned, so that every column is wide."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((100, 5)) * [ratio, 1, 1, 0.9, 0.8]
    return X @ np.linalg.qr(rng.standard_normal((5, 5)))[0] if turned else X


FITS = {
    "Old Faithful": (load_old_faithful(), 1),
    "iris": (IRIS, 2),
    "iris, all but one": (IRIS, 3),
    "digits": (load_digits()[0], 10),
    "one far outlier": (np.vstack([IRIS, np.full(4, 1e4)]), 2),
    "one far outlier along a column": (np.vstack([IRIS, [0, 0, 1e4, 0]]), 2),
    "mixed units": (IRIS * [1e3, 1, 1, 1e-2], 2),
    "units at the edge of what is allowed": (IRIS * [1e3, 1e-3, 1e-3, 1e-3], 2),
    "more dimensions than data": (np.random.default_rng(1).standard_normal((10, 200)), 4),
} | {
    f"long by {ratio:g}{', turned' * turned}": (long_data(ratio, turned=turned), 2)
    for ratio in (1, 1e2, 1e4, 1e6)
    for turned in (False, True)
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", FITS)
def test_fit_reaches_the_closed_form_from_any_start_in_few_steps(name, seed):
    X, q = FITS[name]
    best = closed_form(X, q)
    run = fit(X, q, rng=np.random.default_rng(seed))
    assert run.converged
    assert run.states[-1].step < 300  # the most is 198, for more dimensions than data; most take below 60
    # Two-sided: neither short of the highest likelihood, nor above what can be.
    assert run.objective == pytest.approx(PPCA(X, q).e_step(best)[1], rel=0, abs=1e-6)
    # The objective is that of the parameters reported with it.
    assert run.objective == PPCA(X, q).e_step(run.theta)[1]
    # Near a maximum, an error in the parameters costs its square: theirs is the root of the objective's.
    spread = best.loadings @ best.loadings.T
    np.testing.assert_allclose(run.theta.loadings @ run.theta.loadings.T, spread, rtol=0, atol=1e-5 * spread.max())
    assert run.theta.noise == pytest.approx(best.noise, rel=1e-5)
    np.testing.assert_array_equal(run.theta.mean, best.mean)
    # Far from the origin of a narrow rest, the likelihood itself is exact to 1e-11 of its size only.
    fall = -np.diff(run.objectives).min(initial=0)
    assert fall <= 1e-11 * np.abs(run.objectives).max()


@pytest.mark.parametrize("far", [1e-2, 1e6])
def test_a_start_of_the_wrong_size_costs_few_steps(far):
    """Standardising z mends long loadings and a mean far off in one step."""
    start = PPCAParameters(IRIS.mean(axis=0) + 3, far * np.random.default_rng(0).standard_normal((4, 2)), 0.1)
    run = converge(em(PPCA(IRIS, 2), start))
    assert run.states[-1].step < 100
    assert run.objective == pytest.approx(PPCA(IRIS, 2).e_step(closed_form(IRIS, 2))[1], rel=0, abs=1e-6)
    np.testing.assert_allclose(run.states[1].theta.mean, IRIS.mean(axis=0), rtol=1e-14)


@pytest.mark.parametrize("n", [12, 200])
def test_constant_columns_and_fewer_data_than_dimensions_will_do(n):
    X = load_digits()[0][:n]
    assert X.std(axis=0).min() == 0
    best = closed_form(X, 3)
    expected = log_likelihood(X, best.mean, best.loadings, best.noise)
    assert PPCA(X, 3).e_step(best)[1] == pytest.approx(expected, rel=1e-10)
    # An eigenvalue decomposition in 64 dimensions against our factor of 3.
    assert fit(X, 3, rng=np.random.default_rng(0)).objective == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("function", [PPCA, closed_form])
def test_as_many_directions_as_q_leave_no_noise(function):
    line = np.c_[np.arange(10.0), 2 * np.arange(10.0) + 0.3, np.arange(10.0) / 7]
    with pytest.raises(ValueError, match=r"X must vary in at least 2 directions, got 1; .*choose a smaller q"):
        function(line + 1e8, 1)
    with pytest.raises(ValueError, match=r"at least 3 directions, got 2; one more than q = 2"):
        function([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], 2)


def test_parameters_are_read_only_copies():
    assert_frozen(PPCAParameters, mean=[1.0, 2.0, 3.0], loadings=[[2.0], [0.5], [0.5]], noise=0.3)
