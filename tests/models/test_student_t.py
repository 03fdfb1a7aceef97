"""Student's t: scipy's densities and fits, integrals over the latent precision, gradients, and its edges."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_frozen, assert_monotone, gradient
from scipy import stats
from scipy.integrate import quad

from lecture_lib.datasets import load_iris, load_old_faithful
from lecture_lib.em import CollapsedComponentError, converge, em
from lecture_lib.models import student_t
from lecture_lib.models.shared.counts import stirling_rest
from lecture_lib.models.student_t import StudentT, StudentTParameters, fit


def log_likelihood(X, location, scale, dof):
    if np.isinf(dof):  # which SciPy's own t refuses before 1.17
        return stats.multivariate_normal.logpdf(X, location, scale).sum()
    return stats.multivariate_t.logpdf(X, location, scale, dof).sum()


def small_moves(tol):
    """Stop when no parameter moves by more than tol times its size."""

    def settled(states):
        a, b = ([s.theta.location, s.theta.scale, np.array(s.theta.dof)] for s in states[-2:])
        return all(np.abs(y - x).max() <= tol * np.abs(x).max() for x, y in zip(a, b, strict=True))

    return settled


@pytest.fixture(scope="module")
def heavy():
    """Data with heavy tails in two dimensions."""
    return stats.multivariate_t.rvs([1, -2], [[2, 1], [1, 1]], df=3, size=300, random_state=4)


@pytest.fixture(scope="module")
def theta():
    return StudentTParameters([0.5, -1.5], [[3, 0.5], [0.5, 2]], 2.5)


@pytest.mark.parametrize("dof", [0.3, 2.5, 60, 250, 1e4, np.inf])
def test_the_objective_is_scipys_likelihood_of_the_same_parameters(heavy, dof):
    start = StudentTParameters([0.5, -1.5], [[3, 0.5], [0.5, 2]], dof)
    for state in itertools.islice(em(StudentT(heavy, dof), start), 3):
        # scipy subtracts log-gamma functions of order dof log dof, here at most 1e5.
        expected = log_likelihood(heavy, state.theta.location, state.theta.scale, dof)
        assert state.objective == pytest.approx(expected, rel=1e-10)


def test_in_one_dimension_it_is_the_usual_t(heavy):
    X = heavy[:, :1]
    _, objective = StudentT(X).e_step(StudentTParameters([0.2], [[4]], 1.5))
    assert objective == pytest.approx(stats.t.logpdf(X, 1.5, 0.2, 2).sum(), rel=1e-13)


def test_the_density_and_the_expected_precision_are_integrals_over_the_latent_precision(heavy, theta):
    u, objective = StudentT(heavy).e_step(theta)
    log_p, expected = [], []
    for x in heavy[:5]:

        def joint(u, x=x):
            p_x = stats.multivariate_normal.pdf(x, theta.location, theta.scale / u)
            return p_x * stats.gamma.pdf(u, theta.dof / 2, scale=2 / theta.dof)

        evidence = quad(joint, 0, np.inf, epsabs=0, epsrel=1e-10)[0]
        expected.append(quad(lambda u, p=joint: u * p(u), 0, np.inf, epsabs=0, epsrel=1e-10)[0] / evidence)
        log_p.append(np.log(evidence))
    np.testing.assert_allclose(u[:5], expected, rtol=1e-7)  # what the integrals are asked for, and a margin
    rest = log_likelihood(heavy[5:], theta.location, theta.scale, theta.dof)
    assert objective == pytest.approx(sum(log_p) + rest, rel=1e-9)


def test_one_step_is_a_weighted_mean_and_scatter(heavy, theta):
    model = StudentT(heavy, 2.5)
    u, _ = model.e_step(theta)
    moved = model.m_step(theta, u)
    location = np.average(heavy, axis=0, weights=u)
    scatter = sum(w * np.outer(x - location, x - location) for w, x in zip(u, heavy, strict=True))
    np.testing.assert_allclose(moved.location, location, rtol=1e-13)
    np.testing.assert_allclose(moved.scale, scatter / len(heavy), rtol=1e-12)
    assert moved.dof == 2.5


def test_an_estimated_dof_maximises_the_likelihood_given_location_and_scale(heavy, theta):
    model = StudentT(heavy)
    moved = model.m_step(theta, model.e_step(theta)[0])
    for x in (0.999, 1.001):
        assert log_likelihood(heavy, moved.location, moved.scale, moved.dof) > log_likelihood(
            heavy, moved.location, moved.scale, moved.dof * x
        )
    slope = gradient(lambda dof: log_likelihood(heavy, moved.location, moved.scale, dof), moved.dof)
    assert slope == pytest.approx(0, abs=1e-6)  # a likelihood of 1e3, over a step of 1e-4


@pytest.mark.parametrize("start", [1e-3, 0.1, 50.0, 1e5, np.inf])
def test_the_dof_does_not_depend_on_where_its_search_starts(heavy, start):
    squared = np.einsum("nd,nd->n", heavy - [1, -2], heavy - [1, -2])
    best = student_t._best_dof(squared, 2, 3.0)
    assert 1 < best < 10
    assert student_t._best_dof(squared, 2, start) == pytest.approx(best, rel=1e-10)  # brentq's tolerance
    assert student_t._best_dof(squared, 2, best) == pytest.approx(best, rel=1e-10)


@pytest.mark.parametrize("start", [1.0, np.inf])
def test_dof_are_infinite_where_squared_distances_vary_no_more_than_a_gaussians(start):
    # In four dimensions their variance is 8 for a Gaussian: the slope in 1 / dof at 0 changes sign there.
    away = np.array([1, -1] * 50)
    assert student_t._best_dof(4 + np.sqrt(7.9) * away, 4, start) == np.inf
    assert 50 < student_t._best_dof(4 + np.sqrt(8.1) * away, 4, np.inf) < 1e4


@pytest.mark.parametrize("dof", [None, 2.0, 7.0])
def test_every_gradient_vanishes_at_the_fixed_point(heavy, dof):
    start = StudentTParameters([0, 0], np.eye(2), 1.0 if dof is None else dof)
    run = converge(em(StudentT(heavy, dof), start), until=small_moves(1e-14))
    assert run.converged
    assert_monotone(run)
    location, scale, dof_there = run.theta.location, run.theta.scale, run.theta.dof
    # The likelihood is about 1e3, exact to 1e-13 of that: quotients over a step of 1e-4 are exact to 1e-6.
    np.testing.assert_allclose(
        gradient(lambda m: log_likelihood(heavy, m, scale, dof_there), location), 0, atol=1e-5
    )

    def of_entries(entries):
        a, b, c = entries
        return log_likelihood(heavy, location, [[a, b], [b, c]], dof_there)

    np.testing.assert_allclose(gradient(of_entries, [scale[0, 0], scale[0, 1], scale[1, 1]]), 0, atol=1e-5)
    if dof is None:
        slope = gradient(lambda dof: log_likelihood(heavy, location, scale, dof), dof_there)
        assert slope == pytest.approx(0, abs=1e-5)


def test_scipys_fit_of_one_dimension_is_reached_and_not_exceeded(heavy):
    X = heavy[:, :1]
    run = fit(X)
    dof, location, width = stats.t.fit(X)
    # Theirs is a simplex search, which stops within 1e-4 of the parameters.
    assert run.theta.dof == pytest.approx(dof, rel=1e-3)
    assert run.theta.location[0] == pytest.approx(location, abs=1e-3)
    assert np.sqrt(run.theta.scale[0, 0]) == pytest.approx(width, rel=1e-3)
    assert run.objective >= stats.t.logpdf(X, dof, location, width).sum() - 1e-6


def test_infinite_dof_is_the_gaussian_and_its_estimate_takes_one_step():
    X = load_old_faithful()
    run = fit(X, np.inf)
    np.testing.assert_allclose(run.theta.location, X.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(run.theta.scale, np.cov(X.T, bias=True), rtol=1e-12)
    assert run.states[1].objective == run.objective


def test_tails_lighter_than_a_gaussians_have_infinite_dof():
    X = load_old_faithful()  # two clumps: lighter than a Gaussian's
    run = fit(X)
    assert (run.converged, run.theta.dof) == (True, np.inf)
    assert_monotone(run)
    gaussian = stats.multivariate_normal.logpdf(X, X.mean(axis=0), np.cov(X.T, bias=True)).sum()
    assert run.objective == pytest.approx(gaussian, rel=1e-9)  # what the stopping rule leaves over


def test_heavy_tails_lead_back_from_infinite_dof(heavy):
    start = StudentTParameters(heavy.mean(axis=0), np.cov(heavy.T), np.inf)
    run = converge(em(StudentT(heavy), start))
    assert_monotone(run)
    assert run.theta.dof == pytest.approx(fit(heavy).theta.dof, rel=1e-3)


@pytest.mark.parametrize("dof", [1e4, 1e6, 1e8, 1e12])
def test_large_dof_keep_their_digits(dof):
    X = load_iris()[0]
    location, scale = X.mean(axis=0) + 0.1, np.cov(X.T) * 1.1
    _, gaussian = StudentT(X).e_step(StudentTParameters(location, scale, np.inf))
    _, objective = StudentT(X).e_step(StudentTParameters(location, scale, dof))
    squared = np.einsum("nd,de,ne->n", X - location, np.linalg.inv(scale), X - location)
    # The first term of the expansion in 1 / dof; the next is of order n d^3 / dof^2, and rounding 1e-13 of 400.
    first = np.sum((squared - 4) ** 2 / 4 - 2) / dof
    assert objective - gaussian == pytest.approx(first, abs=1e5 / dof**2 + 1e-10)


@pytest.mark.parametrize("x", [100.0, 137.5, 1e3])
def test_the_series_for_large_arguments_meet_the_functions(x, monkeypatch):
    for step in (0.5, 1.0, 3.5):
        series = student_t._log_gamma_growth(x, step), student_t._log_minus_digamma(x)
        with monkeypatch.context() as patch:
            patch.setattr(student_t, "STIRLING_FROM", np.inf)
            functions = student_t._log_gamma_growth(x, step), student_t._log_minus_digamma(x)
        # Log-gamma of 1e3 is about 6e3, and carries 1e-12; log 1e3 carries 1e-15.
        np.testing.assert_allclose(series[0], functions[0], rtol=0, atol=2e-12)
        np.testing.assert_allclose(series[1], functions[1], rtol=0, atol=2e-14)


def test_the_rest_of_stirlings_formula_belongs_to_a_factorial():
    main = 99.5 * np.log(100) - 100 + np.log(2 * np.pi) / 2
    # log 99! is 359, exact to 6e-14; the first term left out is 8e-14.
    assert stirling_rest(100.0) == pytest.approx(math.log(math.factorial(99)) - main, abs=4e-13)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([None, 0.7, 4.0, np.inf]))
def test_runs_are_monotone_and_follow_every_affine_map(seed, d, dof):
    rng = np.random.default_rng(seed)
    X = rng.standard_t(2, (8 * d, d))
    A, b = np.linalg.qr(rng.standard_normal((d, d)))[0] * rng.uniform(0.5, 2, d), rng.standard_normal(d)
    start = StudentTParameters(np.zeros(d), np.eye(d), 4.0 if dof is None else dof)
    moved = StudentTParameters(b, A @ A.T, start.dof)
    ours = converge(em(StudentT(X, dof), start), max_steps=12)
    theirs = converge(em(StudentT(rng.permutation(X) @ A.T + b, dof), moved), max_steps=12)
    assert_monotone(ours)
    steps = min(len(ours.states), len(theirs.states)) - 1
    one, other = ours.states[steps].theta, theirs.states[steps].theta
    # Sums in another order and another basis, through up to 12 steps.
    np.testing.assert_allclose(other.location, A @ one.location + b, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(other.scale, A @ one.scale @ A.T, rtol=1e-6, atol=1e-6 * np.abs(other.scale).max())
    assert (other.dof == one.dof) or other.dof == pytest.approx(one.dof, rel=1e-3)


@pytest.mark.parametrize("units", [(1e8, 1e-8), (1e-8, 1.0), (1e8, 1e8)])
def test_the_fit_scales_with_the_unit_of_each_column(heavy, units):
    here, there = fit(heavy), fit(heavy * units)
    np.testing.assert_allclose(there.theta.location / units, here.theta.location, rtol=1e-9)
    np.testing.assert_allclose(there.theta.scale / np.outer(units, units), here.theta.scale, rtol=1e-9)
    assert there.theta.dof == pytest.approx(here.theta.dof, rel=1e-9)


@pytest.mark.parametrize("shift", [1e4, 1e8])
def test_the_fit_moves_with_the_data(heavy, shift):
    here, there = fit(heavy), fit(heavy + shift)
    # Data near 1e8 are stored to 1.5e-8, and so is the location.
    np.testing.assert_allclose(there.theta.location - shift, here.theta.location, atol=1e-7)
    np.testing.assert_allclose(there.theta.scale, here.theta.scale, rtol=1e-6)
    assert there.theta.dof == pytest.approx(here.theta.dof, rel=1e-6)
    assert there.objective == pytest.approx(here.objective, rel=1e-8)


@pytest.mark.parametrize("seed", range(20))
def test_a_location_kept_in_few_digits_does_not_lower_the_likelihood(seed):
    # Near 1e8 the location is stored to 1.5e-8: a hundredth of the data's width.
    run = fit(np.random.default_rng(seed).standard_t(3, (40, 2)) * 1e-6 + 1e8)
    assert run.converged  # which checks every step
    assert 0.1e-6 < np.sqrt(run.theta.scale[0, 0]) < 3e-6


def test_a_far_outlier_is_all_but_ignored():
    X = load_old_faithful()
    with_it, without = fit(np.vstack([X, [[1e10, 1e10]]]), 4), fit(X, 4)
    # The outlier counts as one of 273 in the scale, bounded by its E[u] (x - m)(x - m)^T -> dof + d.
    np.testing.assert_allclose(with_it.theta.location, without.theta.location, rtol=1e-3)
    np.testing.assert_allclose(with_it.theta.scale, without.theta.scale, rtol=0.03)
    assert with_it.converged


def test_data_of_which_too_many_are_equal_collapse():
    X = np.array([0.1] * 30 + [2, 2, 5, 5, 5, 5.5]).reshape(-1, 1)
    for dof in (1.0, None):
        with pytest.raises(CollapsedComponentError, match=r"component 0 \(R = 36\) .*; hold dof fixed") as caught:
            fit(X, dof)
        assert "prior" not in str(caught.value)  # there is none to use
    # With 30 of 36 equal, a fraction below dof / (dof + d) only for dof > 5: then there is a maximum.
    assert fit(X, 8.0).converged


def test_data_of_which_too_many_lie_on_a_line_collapse():
    on_it = np.c_[np.arange(20.0), 2 * np.arange(20.0) + 0.3]
    with pytest.raises(CollapsedComponentError):
        fit(np.vstack([on_it, [[1, 9], [3, 1]]]), 1.0)


def test_dof_that_vanish_are_a_collapse():
    # 14 of 24 data are equal, in five dimensions, and the others lie around them: dof has no maximum above 0.
    X = np.vstack([np.zeros((14, 5)), np.eye(5), -np.eye(5)])
    squared = np.r_[np.zeros(14), np.full(10, 12.0)]
    assert student_t._best_dof(squared, 5, 4.0) == 0
    model = StudentT(X)
    theta = StudentTParameters(np.zeros(5), np.eye(5), 4.0)
    with pytest.raises(CollapsedComponentError) as caught:
        model.m_step(theta, np.ones(24))
    assert (caught.value.component, caught.value.size) == (0, 24)


def test_more_than_half_of_a_column_may_be_equal():
    rng = np.random.default_rng(0)
    X = np.c_[rng.standard_normal(40), np.r_[np.zeros(22), rng.standard_normal(18)]]
    run = fit(X, 30.0)
    assert run.converged
    assert run.states[0].theta.scale[1, 1] == pytest.approx(np.abs(X[:, 1]).mean() ** 2, rel=1e-12)


def test_fit_starts_at_the_medians_with_four_dof(heavy):
    start = fit(heavy).states[0].theta
    np.testing.assert_allclose(start.location, np.median(heavy, axis=0), rtol=1e-15)
    widths = stats.median_abs_deviation(heavy, axis=0)
    np.testing.assert_allclose(start.scale, np.diag(widths**2), rtol=1e-13)
    assert start.dof == 4
    assert fit(heavy, 2.0).states[0].theta.dof == 2


def test_two_data_are_a_gaussian():
    run = fit([[0.0], [2.0]])
    assert (run.theta.location[0], run.theta.scale[0, 0], run.theta.dof) == (1, 1, np.inf)


def test_parameters_are_read_only_copies():
    assert_frozen(StudentTParameters, location=[1.0, 2.0], scale=[[2.0, 0.5], [0.5, 1.0]], dof=3.0)
