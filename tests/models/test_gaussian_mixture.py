"""EM for Gaussian mixtures: against the definitions, extended precision, scikit-learn, BFGS and mclust."""

import copy
import itertools
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.mixture import GaussianMixture as TheirMixture

from lecture_lib.datasets import load_little_and_large, load_old_faithful, standardise
from lecture_lib.em import CollapsedComponentError, converge, em, objective_settles
from lecture_lib.gaussian import moments as moments_module
from lecture_lib.gaussian.cholesky import inverse_factors
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.models import kmeans, mixture
from lecture_lib.models.gaussian_mixture import (
    GaussianMixture,
    MixturePrior,
    bic_table,
    features,
    fit,
    natural_parameters,
)
from lecture_lib.models.kmeans import EmptyClusterWarning
from lecture_lib.models.mixture import (
    COVARIANCES,
    MixtureParameters,
    bic,
    complete_data_estimate,
    grad_covariances,
    grad_means,
    grad_weights,
    log_joint,
    log_likelihood,
    responsibilities,
    sample,
)
from lecture_lib.seeding import random_points

X = load_old_faithful()


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def of_kind(theta, covariance):
    """The same mixture with covariances of a kind."""
    S = np.repeat(theta.covariances[:1], len(theta.weights), axis=0)
    return replace(theta, covariances=S if covariance == "tied" else kind_of(covariance).project(theta.covariances))


def random_start(X, k, rng, covariance="full"):
    S = np.cov(X.T, bias=True).reshape(X.shape[1], -1)
    theta = MixtureParameters(rng.dirichlet(np.full(k, 5.0)), random_points(X, k, rng), [S] * k)
    return of_kind(theta, covariance)


def iterate(model, theta, steps):
    return next(itertools.islice(em(model, theta), steps, None))


def widths(theta):
    return np.sqrt(np.einsum("jaa->ja", theta.covariances))


def assert_same_mixture(theta, other, rtol, order=slice(None)):
    """Weights to ``rtol``, means to that share of a width, covariances to that share of two widths."""
    w = widths(other)
    np.testing.assert_allclose(theta.weights[order], other.weights, rtol=rtol)
    assert np.abs((theta.means[order] - other.means) / w).max() < rtol
    assert np.abs((theta.covariances[order] - other.covariances) / (w[:, :, None] * w[:, None])).max() < rtol


# The exponential family.


def test_features_are_one_the_data_and_their_products():
    np.testing.assert_array_equal(features([[2.0, 3, 5]]), [[1], [2], [3], [5], [4], [6], [10], [9], [15], [25]])


def test_the_log_joint_is_a_product_of_natural_parameters_and_features(rng):
    theta = random_start(rng.standard_normal((20, 3)), 4, rng)
    data = rng.standard_normal((6, 3))
    # The same terms of order ten in another order.
    np.testing.assert_allclose((natural_parameters(theta) @ features(data)).T, log_joint(data, theta), rtol=1e-12)
    without = natural_parameters(replace(theta, weights=[0.5, 0.5, 0, 0]))
    np.testing.assert_array_equal(without[2:, 0], -np.inf)


# One step.


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize(
    ("n", "d"),
    [(7, 3), (3668, 3), (9000, 3), (1000, 20), (1000, 45)],  # one block, more on two threads, many dimensions
)
def test_a_step_agrees_with_the_definitions(rng, covariance, n, d):
    data = rng.standard_normal((n, d)) @ (np.eye(d) + 0.3 * rng.standard_normal((d, d))) + 5
    theta = random_start(data, 2, rng, covariance)
    model = GaussianMixture(data, covariance=covariance)
    moments, objective = model.e_step(theta)
    # Thousands of terms of order one, summed in another order.
    assert objective == pytest.approx(log_likelihood(data, theta), rel=1e-12)
    r = responsibilities(data, theta)
    expected = complete_data_estimate(data, r)
    if covariance == "tied":
        pooled = np.einsum("j,jab->ab", expected.weights, expected.covariances)
        expected = replace(expected, covariances=[pooled] * 2)
    else:
        expected = replace(expected, covariances=kind_of(covariance).project(expected.covariances))
    assert_same_mixture(model.m_step(theta, moments), expected, 1e-12)
    np.testing.assert_allclose(moments.sizes, r.sum(axis=0), rtol=1e-12)


def precise_step(X, theta):
    """One EM step by definition in extended precision."""
    L = np.longdouble
    X, (k, d) = X.astype(L), theta.means.shape
    joint = np.empty((len(X), k), L)
    for j in range(k):
        S, C, y = theta.covariances[j].astype(L), np.zeros((d, d), L), np.zeros((d, len(X)), L)
        for a, b in itertools.product(range(d), range(d)):
            if b <= a:
                rest = S[a, b] - C[a, :b] @ C[b, :b]
                C[a, b] = np.sqrt(rest) if a == b else rest / C[b, b]
        for a in range(d):
            y[a] = (X[:, a] - L(theta.means[j, a]) - C[a, :a] @ y[:a]) / C[a, a]
        joint[:, j] = np.log(L(theta.weights[j])) - np.log(C.diagonal()).sum() - (y * y).sum(axis=0) / 2
    joint -= d * np.log(2 * L(np.pi)) / 2
    r = np.exp(joint - joint.max(axis=1, keepdims=True))
    objective = (np.log(r.sum(axis=1)) + joint.max(axis=1)).sum()
    r /= r.sum(axis=1, keepdims=True)
    R = r.sum(axis=0)
    means = (r.T @ X) / R[:, None]
    S = [(r[:, j] * (X - means[j]).T) @ (X - means[j]) / R[j] for j in range(k)]
    return MixtureParameters(R / len(X), means, S), float(objective)


@pytest.mark.parametrize(
    ("n", "unit"), [(1000, 1.0), (9000, 1.0), (1000, 1e-8), (1000, 1e8), (1000, np.array([1e8, 1, 1e-8]))]
)
@pytest.mark.parametrize("start", ["near", "wide", "mixed"])
@pytest.mark.parametrize("ratio", [1e0, 1e2, 1e4, 1e5, 1e6, 1e8, 1e10])
def test_a_step_keeps_nine_digits_however_far_apart_the_components_are(ratio, start, n, unit):
    rng = np.random.default_rng(1)
    k, d = 4, 3
    factors = rng.standard_normal((k, d, d + 3))
    truth = MixtureParameters(
        rng.dirichlet(np.full(k, 5.0)), np.sqrt(ratio) * rng.standard_normal((k, d)), factors @ factors.mT / d
    )
    data, _ = sample(truth, n, rng)
    near = truth.means + 0.3 * rng.standard_normal((k, d))
    wide = np.array([np.eye(d) * max(1, ratio / 25)] * k)
    half = np.arange(k)[:, None, None] % 2 == 0
    covariances = {
        "near": truth.covariances,
        "wide": wide,
        "mixed": np.where(half, truth.covariances, wide),
    }[start]
    theta = MixtureParameters(truth.weights, near * unit, covariances * np.multiply.outer(unit, unit))
    data = data * unit
    model = GaussianMixture(data)
    moments, objective = model.e_step(theta)
    expected, expected_objective = precise_step(data, theta)
    # Nine digits are promised up to 1e6, and kept beyond.
    assert objective == pytest.approx(expected_objective, rel=1e-9)
    assert_same_mixture(model.m_step(theta, moments), expected, 1e-9)


@pytest.mark.parametrize(
    ("covariance", "unit"),
    [
        *itertools.product(COVARIANCES, [1e-8, 1, 1e8]),
        *itertools.product(["full", "tied", "diagonal"], [(1e-8, 1e8), (1e8, 1e-8)]),  # of each column
    ],
)
def test_ordinary_data_need_one_pass_and_no_differences(monkeypatch, covariance, unit):
    passes, go_through = [], moments_module._pass

    def recorded(X, components, origins, *, threads):
        passes.append(origins)
        return go_through(X, components, origins, threads=threads)

    monkeypatch.setattr(moments_module, "_pass", recorded)
    data = standardise(X) * unit
    start = random_start(data, 2, np.random.default_rng(0), covariance)
    iterate(GaussianMixture(data, covariance=covariance), start, 5)
    assert passes == [{}] * 6


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("covariance", ["tied", "diagonal", "spherical"])
def test_the_kind_of_covariances_is_judged_in_units_of_their_widths(covariance, unit):
    data = standardise(X) * unit
    model = GaussianMixture(data, covariance=covariance)
    theta = random_start(data, 3, np.random.default_rng(0), covariance)
    for off, refused in ((1e-12, False), (1e-7, True)):
        S = theta.covariances.copy()
        change = np.array([[0, 1], [1, 0]]) if covariance == "diagonal" else np.diag([0, 1])
        S[2] += off * unit**2 * change
        if refused:
            with pytest.raises(
                ValueError, match=rf"theta must have {covariance} covariances, got covariances\[2\]"
            ):
                model.e_step(replace(theta, covariances=S))
        else:
            model.e_step(replace(theta, covariances=S))


def test_a_component_may_have_less_than_one_datum(rng):
    theta = replace(random_start(X[:20], 2, rng), weights=[0.99, 0.01])
    model = GaussianMixture(X[:20])
    moments, _ = model.e_step(theta)
    assert moments.sizes[1] < 1
    expected = complete_data_estimate(X[:20], responsibilities(X[:20], theta))
    assert_same_mixture(model.m_step(theta, moments), expected, 1e-11)


@pytest.mark.parametrize("covariance", ["diagonal", "spherical", "tied"])
def test_the_other_kinds_keep_their_digits_too(rng, covariance):
    truth = MixtureParameters([0.3, 0.7], 1e4 * rng.standard_normal((2, 3)), [np.eye(3)] * 2)
    data, _ = sample(truth, 500, rng)
    model = GaussianMixture(data, covariance=covariance)
    moments, objective = model.e_step(truth)
    expected, expected_objective = precise_step(data, truth)
    expected = MixtureParameters(expected.weights, expected.means, expected.covariances)
    if covariance == "tied":
        pooled = np.einsum("j,jab->ab", expected.weights, expected.covariances)
        expected = replace(expected, covariances=[pooled] * 2)
    else:
        expected = of_kind(expected, covariance)
    assert objective == pytest.approx(expected_objective, rel=1e-9)
    assert_same_mixture(model.m_step(truth, moments), expected, 1e-9)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_same_iterates_as_scikit_learn(rng, covariance):
    data = rng.standard_normal((500, 3)) * [1, 2, 3]
    start = random_start(data, 3, rng, covariance)
    P = np.linalg.inv(start.covariances)
    theirs = TheirMixture(
        3,
        covariance_type={"diagonal": "diag"}.get(covariance, covariance),
        tol=0,
        max_iter=10,
        reg_covar=0,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init={
            "full": P, "tied": P[0], "diagonal": np.einsum("jaa->ja", P), "spherical": P[:, 0, 0]
        }[covariance],
    )  # fmt: skip
    with pytest.warns(match="did not converge"):
        theirs.fit(data)
    ours = iterate(GaussianMixture(data, covariance=covariance), start, 10).theta
    S = {
        "full": lambda S: S, "tied": lambda S: [S] * 3,
        "diagonal": lambda S: [np.diag(v) for v in S], "spherical": lambda S: [v * np.eye(3) for v in S],
    }[covariance](theirs.covariances_)  # fmt: skip
    assert_same_mixture(MixtureParameters(theirs.weights_, theirs.means_, S), ours, 1e-10)


# The whole run.


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("with_prior", [False, True])
def test_the_objective_never_falls_and_belongs_to_its_parameters(rng, covariance, with_prior):
    prior = MixturePrior.weak(X, 3) if with_prior else None
    model = GaussianMixture(X, covariance=covariance, prior=prior)
    for _ in range(5):
        run = converge(em(model, random_start(X, 3, rng, covariance)))
        assert run.converged
        assert np.all(np.diff(run.objectives) >= -1e-13 * abs(run.objective))  # rounding of 272 terms
        extra = prior.log_density(run.theta, covariance) if with_prior else 0
        assert run.objective == pytest.approx(log_likelihood(X, run.theta) + extra, rel=1e-13)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_at_the_fixed_point_every_gradient_vanishes(covariance):
    run = fit(X, 2, rng=np.random.default_rng(0), covariance=covariance, restarts=1)
    run = converge(em(GaussianMixture(X, covariance=covariance), run.theta), until=objective_settles(0))
    # The log-likelihood settles to 1e-13 of about 1e3; a gradient, its root, to a few 1e-6 of sums over 272 data.
    np.testing.assert_allclose(grad_weights(X, run.theta), len(X), rtol=1e-7)
    assert np.abs(grad_means(X, run.theta) * widths(run.theta)).max() < 1e-5
    w = widths(run.theta)
    gradient = grad_covariances(X, run.theta) * w[:, :, None] * w[:, None, :]
    free = gradient.sum(axis=0) if covariance == "tied" else kind_of(covariance).project(gradient)
    assert np.abs(free).max() < 1e-5


def bfgs(X, theta):
    """Polish a full mixture by BFGS in log weights, means and precision factors, apart from EM in all."""
    k, d = theta.means.shape
    lower = np.tril_indices(d)
    factors = np.linalg.cholesky(np.linalg.inv(theta.covariances))
    start = np.concatenate([np.log(theta.weights), theta.means.ravel(), factors[:, *lower].ravel()])
    scale = np.abs(start) + 1e-3

    def minus_log_likelihood(v):
        a, m, packed = np.split(v * scale, [k, k + k * d])
        L = np.zeros((k, d, d))
        L[:, *lower] = packed.reshape(k, -1)
        joint = a[:, None] - np.logaddexp.reduce(a) - d / 2 * np.log(2 * np.pi)
        white = np.einsum("jnd,jde->jne", X - m.reshape(k, 1, d), L)
        joint = joint + np.log(np.abs(np.einsum("jaa->ja", L))).sum(axis=1)[:, None] - 0.5 * (white**2).sum(axis=2)
        return -np.logaddexp.reduce(joint, axis=0).sum()

    x = start / scale
    for _ in range(3):
        result = minimize(minus_log_likelihood, x, method="BFGS", options={"gtol": 1e-9})
        x = result.x
    return -result.fun


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_default_rule_ends_within_1e_6_nats_of_the_optimum(seed):
    rng = np.random.default_rng(seed)
    run = converge(em(GaussianMixture(X), random_start(X, 3, rng)))
    assert 0 <= bfgs(X, run.theta) - run.objective + 1e-9 < 1e-6


def test_the_default_rule_ends_there_after_a_bad_start_too():
    start = MixtureParameters([0.2, 0.3, 0.5], random_points(X, 3, np.random.default_rng(0)), [np.eye(2) / 8] * 3)
    run = converge(em(GaussianMixture(X), start))
    assert run.objectives[0] < -1e5
    assert bfgs(X, run.theta) - run.objective < 1e-6


@pytest.mark.parametrize(
    ("k", "covariance", "published"),
    [
        (1, "full", 2607.623),
        (1, "diagonal", 3055.835),
        (1, "spherical", 4024.721),
        (2, "full", 2322.192),
        (2, "tied", 2325.220),
        (2, "diagonal", 2346.065),
    ],
)
def test_bic_of_old_faithful_as_published(k, covariance, published):
    """The table that R's package mclust 5 prints for ``mclustBIC(faithful)``, which has the opposite sign."""
    run = fit(X, k, rng=np.random.default_rng(0), covariance=covariance, restarts=3)
    assert bic(X, run.theta, covariance) == pytest.approx(published, abs=5e-4)


def test_a_fit_stops_by_the_rule_that_it_is_given():
    rough, fine = (
        fit(X, 2, rng=np.random.default_rng(0), restarts=1, until=rule) for rule in (objective_settles(1e-4), None)
    )
    assert len(rough.states) < len(fine.states)
    np.testing.assert_array_equal(rough.objectives, fine.objectives[: len(rough.states)])


def test_a_table_of_bic_holds_that_of_each_fit_and_nan_where_all_collapse():
    table = bic_table(X, (1, 2), rng=np.random.default_rng(0), restarts=1)
    published = [[2607.623, 2322.192], [2607.623, 2325.220], [3055.835, 2346.065]]  # as above
    np.testing.assert_allclose(table[:3], published, rtol=0, atol=5e-4)
    few = X[[0, 1, 9]]
    assert np.isnan(bic_table(few, [3], rng=np.random.default_rng(0), covariances=["full"])).all()


def test_a_mixture_finds_what_k_means_cuts():
    data, z = load_little_and_large()
    run = fit(data, 2, rng=np.random.default_rng(0))
    labels = responsibilities(data, run.theta).argmax(axis=1)
    assert min(np.sum(labels != z), np.sum(labels == z)) <= 4


# Symmetries. Near 1e8 data are stored to 1.5e-8, some 1e-7 of a width: fits there agree to 1e-5 after many steps.


def moved_back(theta, shift, unit):
    return MixtureParameters(
        theta.weights, (theta.means - shift) / unit, theta.covariances / np.multiply.outer(unit, unit)
    )


def fits_of(sets, covariance, seed):
    return [fit(data, 2, rng=np.random.default_rng(seed), covariance=covariance, restarts=1) for data in sets]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    covariance=st.sampled_from(["full", "tied", "diagonal"]),
    shift=st.lists(st.floats(-1e8, 1e8), min_size=2, max_size=2).map(np.array),
    seed=st.integers(0, 3),
)
def test_a_fit_moves_with_a_shift(covariance, shift, seed):
    here, there = (
        fit(data, 2, rng=np.random.default_rng(seed), covariance=covariance, restarts=1) for data in (X, X + shift)
    )
    assert_same_mixture(moved_back(there.theta, shift, np.ones(2)), here.theta, 1e-5)
    assert there.objective == pytest.approx(here.objective, abs=1e-3)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    covariance=st.sampled_from(["full", "tied", "diagonal"]),
    unit=st.lists(st.floats(-8, 8), min_size=2, max_size=2).map(lambda powers: 10 ** np.array(powers)),
    seed=st.integers(0, 3),
)
def test_a_fit_scales_with_each_column(covariance, unit, seed):
    here, there = fits_of((X, X * unit), covariance, seed)
    assert_same_mixture(moved_back(there.theta, 0, unit), here.theta, 1e-6)
    assert there.objective + len(X) * np.log(unit).sum() == pytest.approx(here.objective, abs=1e-9)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(shift=st.floats(-1e8, 1e8), power=st.floats(-8, 8))
def test_a_spherical_fit_moves_with_a_shift_and_one_scaling(shift, power):
    data, unit = X / [1, 10], 10.0**power
    here = fit(data, 2, rng=np.random.default_rng(0), covariance="spherical", restarts=1).theta
    there = fit((data + shift) * unit, 2, rng=np.random.default_rng(0), covariance="spherical", restarts=1).theta
    assert_same_mixture(moved_back(there, shift * unit, np.full(2, unit)), here, 1e-5)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    covariance=st.sampled_from(COVARIANCES),
    data=st.permutations(range(272)),
    clusters=st.permutations(range(3)),
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_a_run_follows_permutations_of_data_and_clusters_and_keeps_to_float64(covariance, data, clusters, dtype):
    rounded = X.astype(dtype)
    start = random_start(rounded.astype(float), 3, np.random.default_rng(5), covariance)
    moved = MixtureParameters(start.weights[clusters], start.means[clusters], start.covariances[clusters])
    here = iterate(GaussianMixture(rounded.astype(float), covariance=covariance), start, 30)
    there = iterate(GaussianMixture(rounded[data], covariance=covariance), moved, 30)
    assert there.objective == pytest.approx(here.objective, rel=1e-12)  # sums in another order
    assert_same_mixture(here.theta, there.theta, 1e-8, clusters)


@pytest.mark.parametrize("covariance", ["full", "diagonal", "spherical"])
def test_far_outliers_do_not_blur_the_other_components(rng, covariance):
    outliers = 1e10 + 1e9 * rng.standard_normal((20, 2))
    alone = MixtureParameters([0.4, 0.6], [[2, 54], [4.3, 80]], [np.diag([0.1, 30])] * 2)
    alone = of_kind(alone, covariance)
    here = iterate(GaussianMixture(X, covariance=covariance), alone, 50).theta
    weights = np.append(alone.weights * 272 / 292, 20 / 292)
    S = np.concatenate([alone.covariances, [np.eye(2) * 1e18]])
    start = MixtureParameters(weights, np.vstack([alone.means, [[1e10, 1e10]]]), S)
    there = iterate(GaussianMixture(np.vstack([X, outliers]), covariance=covariance), start, 50).theta
    kept = MixtureParameters(there.weights[:2] * 292 / 272, there.means[:2], there.covariances[:2])
    assert_same_mixture(kept, here, 1e-10)
    np.testing.assert_allclose(there.means[2], outliers.mean(axis=0), rtol=1e-12)


# Hard data: the right answer, or an error that says what to do.


def test_a_shared_covariance_that_collapses_names_no_component():
    with pytest.raises(CollapsedComponentError, match=r"the shared covariance \(R = 6\) shrank") as caught:
        fit(X[:6], 6, rng=np.random.default_rng(0), covariance="tied")
    assert caught.value.component is None


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_k_equals_n_collapses(covariance):
    with pytest.raises(
        CollapsedComponentError,
        match=rf"weak\(X, k\), fewer components, another start, or perhaps {kind_of(covariance).roomier}",
    ) as caught:
        fit(X[:6], 6, rng=np.random.default_rng(0), covariance=covariance)
    assert caught.value.__notes__ == ["all 10 starts collapsed"]


@pytest.mark.parametrize("covariance", ["full", "tied"])
@pytest.mark.parametrize("shift", [0, 1e8])
def test_data_on_a_line_collapse(rng, covariance, shift):
    data = rng.standard_normal((50, 1)) * [1, 3] + shift
    with pytest.raises(CollapsedComponentError, match="line or plane"):
        fit(data, 2, rng=rng, covariance=covariance)


@pytest.mark.parametrize("covariance", ["diagonal", "spherical"])
def test_data_on_a_line_are_no_harm_to_covariances_along_the_axes(rng, covariance):
    data = rng.standard_normal((50, 1)) * [1, 3]
    run = fit(data, 1, rng=rng, covariance=covariance)
    S = kind_of(covariance).project(np.cov(data.T, bias=True)[None])
    assert_same_mixture(run.theta, MixtureParameters([1], data.mean(axis=0)[None], S), 1e-12)


def test_a_component_that_shrinks_onto_a_datum_collapses():
    start = MixtureParameters([0.9, 0.1], [X.mean(axis=0), X[0]], [np.cov(X.T), np.eye(2) * 1e-4])
    with pytest.raises(CollapsedComponentError) as caught:
        converge(em(GaussianMixture(X), start))
    assert caught.value.component == 1
    assert caught.value.size == pytest.approx(1, abs=1e-3)  # the one datum


def test_duplicated_data_count_twice():
    once = fit(X, 2, rng=np.random.default_rng(0), restarts=1)
    twice = fit(np.repeat(X, 2, axis=0), 2, rng=np.random.default_rng(0), restarts=5)
    assert twice.objective == pytest.approx(2 * once.objective, rel=1e-10)


def test_a_component_on_duplicates_collapses_and_a_prior_holds_it():
    data = np.vstack([X, np.repeat([[3.0, 40.0]], 30, axis=0)])
    start = random_start(data, 2, np.random.default_rng(0))
    start = replace(start, means=[X.mean(axis=0), [3, 40]], covariances=[np.cov(X.T), np.eye(2) * 0.01])
    with pytest.raises(CollapsedComponentError):
        converge(em(GaussianMixture(data), start))
    run = converge(em(GaussianMixture(data, prior=MixturePrior.weak(data, 2)), start))
    assert run.converged


def test_constant_columns_are_refused_unless_the_model_can_have_them(rng):
    data = np.column_stack([X[:, 0], np.full(272, 0.1)])
    for covariance in ("full", "tied", "diagonal"):
        with pytest.raises(ValueError, match="X must vary in every column, got a constant column 1"):
            fit(data, 2, rng=rng, covariance=covariance)
    run = fit(data, 2, rng=rng, covariance="spherical", restarts=1)
    np.testing.assert_allclose(run.theta.means[:, 1], 0.1, rtol=1e-15)
    prior = MixturePrior([3, 0], np.eye(2), strength=0.1, dof=4)
    assert fit(data, 2, rng=rng, prior=prior, restarts=1).converged


def test_an_empty_component_shares_a_tied_covariance():
    theta = MixtureParameters([0.5, 0.5], [[3, 70], [1e6, 1e6]], [np.cov(X.T)] * 2)
    model = GaussianMixture(X, covariance="tied")
    moments, _ = model.e_step(theta)
    with pytest.warns(EmptyClusterWarning):
        moved = model.m_step(theta, moments)
    np.testing.assert_array_equal(moved.covariances[1], moved.covariances[0])
    np.testing.assert_allclose(moved.covariances[0], np.cov(X.T, bias=True), rtol=1e-12)


def test_a_component_that_loses_its_data_keeps_its_place_with_a_warning():
    theta = MixtureParameters([0.5, 0.5], [[3, 70], [1e6, 1e6]], [np.cov(X.T), np.eye(2)])
    model = GaussianMixture(X)
    moments, _ = model.e_step(theta)
    message = "component 1 has lost all data and keeps its parameters; .* choose a smaller k$"
    with pytest.warns(EmptyClusterWarning, match=message) as caught:
        moved = model.m_step(theta, moments)
    assert caught[0].filename == __file__
    assert moved.weights.tolist() == [1, 0]
    np.testing.assert_array_equal(moved.means[1], theta.means[1])
    np.testing.assert_array_equal(moved.covariances[1], theta.covariances[1])
    run = converge(em(model, moved))  # no second warning, and one Gaussian's closed form
    np.testing.assert_allclose(run.theta.means[0], X.mean(axis=0), rtol=1e-13)
    assert run.objective == pytest.approx(log_likelihood(X, run.theta), rel=1e-13)


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("n", [5, 6])
def test_tiny_data_end_in_a_fit_or_in_a_collapse(rng, k, n):
    try:
        run = fit(rng.standard_normal((n, 2)), k, rng=rng)
    except CollapsedComponentError:
        return
    assert np.isfinite(run.objective)


# fit.


def test_a_seed_fixes_the_fit():
    first, second = (fit(X, 3, rng=np.random.default_rng(4), restarts=3) for _ in range(2))
    np.testing.assert_array_equal(first.objectives, second.objectives)
    np.testing.assert_array_equal(first.theta.covariances, second.theta.covariances)


def test_a_fit_starts_from_converged_k_means_and_the_covariance_within_clusters():
    start = fit(X, 3, rng=np.random.default_rng(8), restarts=1).states[0].theta
    scaled = standardise(X)
    z = kmeans.labels(scaled, kmeans.fit(scaled, 3, rng=np.random.default_rng(8), restarts=1).theta)
    np.testing.assert_allclose(start.weights, np.bincount(z) / 272, rtol=1e-14)
    means = np.array([X[z == j].mean(axis=0) for j in range(3)])
    np.testing.assert_allclose(start.means, means, rtol=1e-13)
    within = (X - means[z]).T @ (X - means[z]) / 272
    np.testing.assert_allclose(start.covariances, [within] * 3, rtol=1e-12)


def test_a_fit_ends_after_as_many_steps_as_asked():
    run = fit(X, 3, rng=np.random.default_rng(0), restarts=2, max_steps=2)
    assert (len(run.states), run.converged) == (3, False)


def test_fit_keeps_the_best_of_its_starts():
    rng = np.random.default_rng(6)
    singles = [fit(X, 3, rng=rng, restarts=1).objective for _ in range(4)]
    assert fit(X, 3, rng=np.random.default_rng(6), restarts=4).objective == max(singles)
    assert len({round(single, 3) for single in singles}) > 1


def test_a_fit_with_one_component_is_the_closed_form():
    run = fit(X, 1, rng=np.random.default_rng(0))
    expected = complete_data_estimate(X, np.zeros(272))
    assert_same_mixture(run.theta, expected, 1e-12)


def test_nothing_is_stored_that_grows_with_the_data_and_nothing_is_changed():
    data = X.copy()
    data.flags.writeable = False
    model = GaussianMixture(data)
    assert model.X is data
    theta = random_start(X, 2, np.random.default_rng(0))
    moments, _ = model.e_step(theta)
    before = moments.means.copy()
    model.m_step(theta, moments)
    np.testing.assert_array_equal(moments.means, before)


def test_the_import_brings_neither_plots_nor_statistics():
    code = "import lecture_lib.models.gaussian_mixture, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"matplotlib", "scipy", "sklearn", "pandas", "IPython", "ipywidgets"}
    assert not heavy & {name.partition(".")[0] for name in done.stdout.split()}


def test_inverse_factors_follow_the_units_to_the_last_bit():
    rng = np.random.default_rng(0)
    factors, units = rng.standard_normal((3, 8, 10)), 2.0 ** rng.integers(-26, 26, 8)
    covariances = factors @ factors.mT
    scaled = inverse_factors(covariances * np.outer(units, units))
    np.testing.assert_array_equal(scaled * units, inverse_factors(covariances))


def test_inverse_factors_are_infinite_where_there_is_no_factor():
    good, flat = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])
    inverses = inverse_factors(np.array([good, flat, good]))
    assert np.isposinf(inverses[1]).all()
    for inverse in inverses[[0, 2]]:
        np.testing.assert_allclose(inverse @ good @ inverse.T, np.eye(2), atol=1e-15)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda theta: pickle.loads(pickle.dumps(theta))])
def test_copied_parameters_carry_nothing_that_can_go_stale(again):
    model = GaussianMixture(X)
    start = random_start(X, 2, np.random.default_rng(0))
    theta = model.m_step(start, model.e_step(start)[0])
    twin = again(theta)
    assert vars(twin).keys() == {"weights", "means", "covariances"}
    # Whatever was computed of the old covariances, the new ones count.
    object.__setattr__(twin, "covariances", 100 * theta.covariances)
    assert model.e_step(twin)[1] == pytest.approx(log_likelihood(X, twin), rel=1e-13)


@pytest.mark.parametrize("power", [-100, 100, 140])
def test_a_fit_of_tiny_or_huge_data_is_that_of_the_data(power):
    here, there = (fit(X * unit, 2, rng=np.random.default_rng(0), restarts=1) for unit in (1, 10.0**power))
    # The log of 1e-100 or 1e140 is carried to 1e-13, as is a step; the steps are the same.
    assert there.objective + X.size * power * np.log(10) == pytest.approx(here.objective, abs=1e-8)
    start = replace(there.theta, weights=[0.5, 0.5])  # is checked as what a user makes
    assert GaussianMixture(X * 10.0**power).e_step(start)[1] < there.objective


@pytest.mark.parametrize("covariance", COVARIANCES)
@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("k", [1, 2, 4])
def test_of_a_fit_the_number_of_parameters_is_told(covariance, d, k):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        data = rng.standard_normal((300, d)) @ rng.standard_normal((d, d))
        for prior in (None, MixturePrior.weak(data, k)):
            theta = fit(data, k, rng=rng, covariance=covariance, prior=prior, restarts=1, max_steps=3).theta
            assert mixture.n_parameters(theta) == mixture.n_parameters(theta, covariance)
            assert mixture.bic(data, theta) == mixture.bic(data, theta, covariance)
