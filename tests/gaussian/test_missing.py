"""Missing values: beside a likelihood written from scratch and climbed by a general optimiser, and at the edges."""

import tracemalloc

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from lecture_lib.blocks import Blocks
from lecture_lib.em import CollapsedComponentError, converge, em, objective_settles
from lecture_lib.gaussian import missing as missing_module
from lecture_lib.gaussian.kinds import COVARIANCES, kind_of
from lecture_lib.models import ppca
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior, bic_table, fit
from lecture_lib.models.mixture import (
    MixtureParameters,
    bic,
    log_evidence,
    log_likelihood,
    responsibilities,
    sample,
)

TRUTH = MixtureParameters(
    [0.6, 0.4], [[0.0, 0, 0], [3, 2, -2]], [[[1, 0.6, 0], [0.6, 1, 0.3], [0, 0.3, 1]], np.diag([0.5, 1, 2])]
)
X, Z = sample(TRUTH, 300, np.random.default_rng(0))


def with_holes(X, share, seed=1):
    holes = X.copy()
    holes[np.random.default_rng(seed).random(X.shape) < share] = np.nan
    return holes


HOLES = with_holes(X, 0.2)


def start_of(covariance):
    return MixtureParameters(
        TRUTH.weights, TRUTH.means, kind_of(covariance).nearest(np.array([np.eye(3), 2 * np.eye(3)]))
    )


def observed_log_likelihood(X, weights, means, covariances):
    """From scratch: the density of what each row has, a pattern at a time, from inverses and determinants."""
    total, seen = 0.0, ~np.isnan(X)
    for o in np.unique(seen, axis=0):
        if not o.any():
            continue
        x = X[(seen == o).all(axis=1)][:, o]
        densities = 0.0
        for weight, m, S in zip(weights, means, covariances, strict=True):
            part = S[np.ix_(o, o)]
            squared = np.sum((x - m[o]) @ np.linalg.inv(part) * (x - m[o]), axis=1)
            densities += weight * np.exp(-squared / 2) / np.sqrt(np.linalg.det(2 * np.pi * part))
        total += np.log(densities).sum()
    return total


def test_the_density_from_scratch_is_that_of_another_library():
    rows = [x[~np.isnan(x)] for x in HOLES[:20]]
    o = [~np.isnan(x) for x in HOLES[:20]]
    parts = [
        [
            multivariate_normal(m[i], S[np.ix_(i, i)]).pdf(x)
            for m, S in zip(TRUTH.means, TRUTH.covariances, strict=True)
        ]
        for x, i in zip(rows, o, strict=True)
        if i.any()
    ]
    expected = np.log(np.array(parts) @ TRUTH.weights).sum()
    ours = observed_log_likelihood(HOLES[:20], TRUTH.weights, TRUTH.means, TRUTH.covariances)
    assert ours == pytest.approx(expected, rel=1e-12)


def test_the_objective_is_the_density_of_what_was_observed():
    expected = observed_log_likelihood(HOLES, TRUTH.weights, TRUTH.means, TRUTH.covariances)
    assert np.isnan(HOLES).all(axis=1).any(), "a row without any entry is among them"
    _, objective = GaussianMixture(HOLES, missing=True).e_step(TRUTH)
    assert objective == pytest.approx(expected, rel=1e-12)
    blocks = Blocks(HOLES, missing=True)
    assert log_likelihood(blocks, TRUTH) == pytest.approx(expected, rel=1e-12)
    assert log_evidence(blocks, TRUTH).sum() == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(responsibilities(blocks, TRUTH).sum(axis=1), 1, rtol=1e-12)


def unpacked(vector, covariance):
    """Turn free numbers into parameters, by a logarithm, a logistic function and a Cholesky factor."""
    share = 1 / (1 + np.exp(-vector[0]))
    means, rest = vector[1:7].reshape(2, 3), vector[7:]
    if covariance in ("full", "tied"):
        rest = np.tile(rest, 1 if covariance == "full" else 2).reshape(2, 6)
        L = np.zeros((2, 3, 3))
        L[:, *np.tril_indices(3, -1)] = rest[:, 3:]
        L += np.exp(rest[:, :3])[:, :, None] * np.eye(3)
        covariances = L @ L.mT
    else:
        variances = np.exp(2 * rest.reshape(2, -1)) * np.ones((2, 3))
        covariances = variances[:, :, None] * np.eye(3)
    return [share, 1 - share], means, covariances


N_FREE = {"full": 12, "tied": 6, "diagonal": 6, "spherical": 2}


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_general_optimiser_finds_the_same_maximum(covariance):
    data = HOLES[:60]
    tight = {"until": objective_settles(1e-10), "max_steps": 3000}
    run = converge(em(GaussianMixture(data, covariance=covariance, missing=True), start_of(covariance)), **tight)
    theta = run.theta

    def loss(vector):
        return -observed_log_likelihood(data, *unpacked(vector, covariance))

    start = np.concatenate([[0.4], TRUTH.means.ravel(), np.zeros(N_FREE[covariance])])
    found = minimize(loss, start, method="BFGS", options={"maxiter": 60, "gtol": 1e-3})
    # Differences of the loss are good to about 1e-6 of it, so gradients of 1e-3 are as small as they get.
    assert -found.fun == pytest.approx(run.objective, abs=1e-4)
    for ours, theirs in zip(
        (theta.weights, theta.means, theta.covariances), unpacked(found.x, covariance), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=2e-2)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_with_nothing_missing_the_numbers_are_those_of_before(covariance):
    theta = start_of(covariance)
    (ours, objective), (expected, same) = (
        GaussianMixture(X, covariance=covariance, missing=missing).e_step(theta) for missing in (True, False)
    )
    assert objective == same
    for name in ("sizes", "means", "covariances"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(expected, name))


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_differences_and_products_of_features_give_the_same(covariance, monkeypatch):
    model, theta = GaussianMixture(HOLES, covariance=covariance, missing=True), start_of(covariance)
    by_features, objective = model.e_step(theta)
    monkeypatch.setattr(missing_module, "narrow", lambda means, *_: np.full(len(means), True))
    by_differences, same = model.e_step(theta)
    assert same == pytest.approx(objective, rel=1e-12)
    for name in ("sizes", "means", "covariances"):
        ours, expected = getattr(by_features, name), getattr(by_differences, name)
        np.testing.assert_allclose(ours, expected, rtol=1e-10, atol=1e-12)


def test_patterns_are_taken_in_any_number_at_a_time(monkeypatch):
    model = GaussianMixture(HOLES, missing=True, sample_weight=np.linspace(0.5, 2, len(HOLES)))
    whole, objective = model.e_step(TRUTH)
    for name, value in (("MATRIX_ENTRIES", 1), ("MAX_ROWS", 7)):
        monkeypatch.setattr(missing_module, name, value)
        parts, same = model.e_step(TRUTH)
        assert same == pytest.approx(objective, rel=1e-12)
        np.testing.assert_allclose(parts.covariances, whole.covariances, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_moments_are_those_of_many_completions(covariance):
    """Monte Carlo: draw what is missing from its conditional distribution, component by component."""
    rng, theta, data = np.random.default_rng(2), start_of(covariance), HOLES[:12]
    moments, _ = GaussianMixture(data, covariance=covariance, missing=True).e_step(theta)
    r = responsibilities(Blocks(data, missing=True), theta)
    for j, S in enumerate(theta.covariances):
        first, second = np.zeros(3), np.zeros((3, 3))
        for i, x in enumerate(data):
            m = np.isnan(x)
            draws = np.tile(x, (20_000, 1))
            P = np.linalg.inv(S)[np.ix_(m, m)]  # the conditional by its precision, not by the library's regression
            mean = theta.means[j][m]
            if not m.all():
                mean = mean - np.linalg.solve(P, np.linalg.inv(S)[np.ix_(m, ~m)] @ (x - theta.means[j])[~m])
            draws[:, m] = rng.multivariate_normal(mean, np.linalg.inv(P), 20_000) if m.any() else draws[:, m]
            first += r[i, j] * draws.mean(axis=0) / r[:, j].sum()
            second += r[i, j] * draws.T @ draws / 20_000 / r[:, j].sum()
        expected = kind_of(covariance).project(second - np.outer(first, first))
        # The spread of an average of 20,000 draws is below 0.02 here; five of that.
        np.testing.assert_allclose(moments.means[j], first, atol=0.05)
        np.testing.assert_allclose(moments.covariances[j], expected, atol=0.1)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_half_of_the_entries_missing_still_moves_with_the_units(covariance):
    holes = with_holes(X, 0.5)
    scale, shift = (1e8, 1e8) if kind_of(covariance).one_scale else (np.array([1e-8, 1, 1e8]), 1e8)
    start = start_of(covariance)
    moved = MixtureParameters(
        start.weights, start.means * scale + shift * scale, start.covariances * np.multiply.outer(scale, scale)
    )
    kind = {"covariance": covariance, "missing": True}
    here, there = GaussianMixture(holes, **kind), GaussianMixture(holes * scale + shift * scale, **kind)
    for _ in range(5):
        start, moved = here.m_step(start, here.e_step(start)[0]), there.m_step(moved, there.e_step(moved)[0])
    # The data themselves are rounded to 1e-8 of their spread by the shift.
    np.testing.assert_allclose((moved.means - shift * scale) / scale, start.means, atol=1e-6)


def test_a_column_missing_in_one_cluster_and_rows_without_any_entry():
    holes = X.copy()
    holes[Z == 1, 2] = np.nan
    holes[:5] = np.nan
    run = converge(em(GaussianMixture(holes, missing=True), TRUTH), max_steps=50)
    assert np.isfinite(run.theta.covariances).all()
    blocks = Blocks(holes, missing=True)
    assert blocks.total_weight == len(X) - 5
    np.testing.assert_allclose(responsibilities(blocks, run.theta)[:5], [run.theta.weights] * 5, rtol=1e-12)
    without = converge(em(GaussianMixture(holes[5:], missing=True), run.theta), max_steps=2)
    assert without.states[0].objective == pytest.approx(run.objective, rel=1e-12)
    assert bic(blocks, run.theta, "full") == pytest.approx(bic(Blocks(holes[5:], missing=True), run.theta, "full"))


def test_narrow_components_far_away_keep_their_digits():
    rng = np.random.default_rng(3)
    near, far = rng.standard_normal((200, 2)), 1e6 + 1e-3 * rng.standard_normal((200, 2))
    data = with_holes(np.concatenate([near, far]), 0.2)
    data = data[~np.isnan(data).all(axis=1)]
    theta = MixtureParameters([0.5, 0.5], [[0.0, 0], [1e6, 1e6]], [np.eye(2), 1e-5 * np.eye(2)])
    moments, _ = GaussianMixture(data, missing=True).e_step(theta)
    alone = data[np.nanmax(data, axis=1) > 1e5] - 1e6
    expected, _ = GaussianMixture(alone, missing=True).e_step(
        MixtureParameters([1.0], [[0.0, 0]], [1e-5 * np.eye(2)])
    )
    # At 1e6 the data are rounded to 1e-7 of the width of 1e-3.
    assert moments.sizes[1] == pytest.approx(len(alone), rel=1e-9)
    np.testing.assert_allclose(moments.means[1] - 1e6, expected.means[0], atol=1e-9)
    np.testing.assert_allclose(moments.covariances[1], expected.covariances[0], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_fit_with_holes_finds_what_the_whole_data_say(covariance):
    start = {"covariance": covariance, "restarts": 3}
    ours = fit(HOLES, 2, rng=np.random.default_rng(0), missing=True, **start).theta
    order = np.argsort(ours.means[:, 0])
    # A fifth of the entries is gone: a mean of 120 data is known to about 0.15 then.
    np.testing.assert_allclose(ours.means[order], TRUTH.means, atol=0.5)


def test_a_table_of_bic_takes_holes():
    table = bic_table(HOLES, [1, 2], rng=np.random.default_rng(0), restarts=1, missing=True, covariances=["full"])
    assert table[0, 1] < table[0, 0]


def test_a_prior_and_blocks_take_holes():
    prior = MixturePrior([1.0, 1, 0], np.eye(3), strength=0.1, dof=5)
    whole = GaussianMixture(HOLES, prior=prior, missing=True).e_step(TRUTH)
    parts = GaussianMixture(np.split(HOLES, [50, 51, 200]), prior=prior, missing=True).e_step(TRUTH)
    assert parts[1] == pytest.approx(whole[1], rel=1e-12)
    np.testing.assert_allclose(parts[0].covariances, whole[0].covariances, rtol=1e-9, atol=1e-12)


def test_memory_stays_in_blocks_also_where_each_row_is_a_pattern():
    d = 24
    rng = np.random.default_rng(4)
    data = with_holes(rng.standard_normal((4000, d)), 0.5)
    theta = MixtureParameters(np.ones(2) / 2, rng.standard_normal((2, d)), [np.eye(d)] * 2)
    model = GaussianMixture(np.split(data, 8), missing=True)
    tracemalloc.start()
    model.e_step(theta)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # The features and a dozen arrays of matrices, on each of two threads, are 30 MB. If the 500 patterns of a block
    # were taken at once, each such array would hold 500 * 2 * 25^2 numbers, ten times as many.
    assert peak < 2 * 8 * (missing_module.ROW_NUMBERS + 16 * missing_module.MATRIX_ENTRIES)


BAD = {
    "inf": (np.array([[1.0, np.inf], [2.0, 3.0]]), r"got NaN or inf in 1 of 4 entries, the first at \[0, 1\]"),
    "an empty column": (
        np.array([[1.0, np.nan], [2.0, np.nan]]),
        r"X must have an entry in every column, got none in column 1; drop it, np.delete\(X, 1, axis=1\)",
    ),
    "a column with one value": (np.array([[1.0, 3], [2.0, np.nan]]), "X must vary in every column"),
    "too large": (np.array([[1e200, np.nan], [2.0, 3.0]]), "X must not exceed"),
}


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_bad_data_are_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        GaussianMixture(bad, missing=True)


def test_nan_without_missing_is_refused_with_the_way_out():
    with pytest.raises(
        ValueError, match=r"drop or replace them; .* take NaN for a missing value, with missing=True"
    ):
        GaussianMixture(HOLES)


# Probabilistic PCA


def test_ppca_climbs_to_the_maximum_that_a_general_optimiser_finds():
    rng = np.random.default_rng(5)
    data = with_holes(rng.standard_normal((40, 1)) @ [[2.0, 1, -1]] + 0.4 * rng.standard_normal((40, 3)) + 5, 0.25)
    run = converge(
        em(ppca.PPCA(data, 1, missing=True), ppca.fit(data, 1, rng=rng, missing=True).theta),
        until=objective_settles(1e-10),
    )

    def loss(v):
        S = np.outer(v[3:6], v[3:6]) + np.exp(v[6]) * np.eye(3)
        return -observed_log_likelihood(data, [1.0], [v[:3]], [S])

    found = minimize(loss, np.array([5.0, 5, 5, 1, 1, -1, 0]), method="BFGS", options={"gtol": 1e-3})
    assert run.objective == pytest.approx(-found.fun, abs=1e-5)
    W, w = run.theta.loadings[:, 0], found.x[3:6]
    np.testing.assert_allclose(np.outer(W, W), np.outer(w, w), atol=1e-2)
    assert run.theta.noise == pytest.approx(np.exp(found.x[6]), rel=1e-2)


def test_ppca_with_nothing_missing_is_that_of_before():
    ours, expected = (
        ppca.fit(X, 1, rng=np.random.default_rng(0), missing=missing).theta for missing in (True, False)
    )
    for name in ("mean", "loadings", "noise"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(expected, name))


def test_ppca_without_noise_beside_the_plane_collapses_with_a_remedy():
    line = np.outer(np.arange(6.0), [1, 2, 3])
    line[0, 1] = np.nan
    with pytest.raises(CollapsedComponentError, match="choose a smaller q, or add data"):
        ppca.fit(line, 1, rng=np.random.default_rng(0), missing=True)


@pytest.mark.parametrize("n", [15, 16, 40])
def test_holes_in_one_column(n):
    """NumPy 2.4.6 fills a view of every eighth entry wrongly from 16 entries on."""
    Y = np.random.default_rng(0).normal(size=(n, 1))
    Y[:5] = np.nan
    theta = fit(Y, 1, rng=np.random.default_rng(0), missing=True).theta
    # EM ends within 1e-6 nats of the maximum, so within the root of that.
    np.testing.assert_allclose(theta.means[0], np.nanmean(Y), atol=2e-3)
    np.testing.assert_allclose(theta.covariances[0], np.nanvar(Y), rtol=5e-3)


@pytest.mark.parametrize("seed", [3006, 3044, 3048, 3067, 3084, 3101])
def test_narrow_components_keep_the_digits_that_the_check_of_the_objective_needs(seed):
    """On each of these the objective seemed to fall, by 1e-8, when widths of 1/300 of the spread passed."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 110))
    X = rng.normal(size=(n, 2)) @ rng.normal(size=(2, 2)) / 2
    X += 3 * rng.normal(size=(3, 2))[rng.integers(0, 3, n)]
    X[rng.uniform(size=X.shape) < 0.15] = np.nan
    w = rng.uniform(size=n) if seed % 2 else None
    run = fit(X, 3, rng=np.random.default_rng(seed), sample_weight=w, missing=True, restarts=2)
    assert np.diff(run.objectives).min() > -1e-9
