"""Moves of single data between components: against F by its definition, and a datum at home in two components."""

import numpy as np
import pytest

from lecture_lib.em import CollapsedComponentError, converge, em, objective_settles
from lecture_lib.gaussian.kinds import COVARIANCES
from lecture_lib.models.gaussian_mixture import GaussianMixture, moves, search, trials
from lecture_lib.models.gaussian_mixture.fitting import run_from_clusters
from lecture_lib.models.mixture import (
    MixtureParameters,
    complete_data_estimate,
    log_likelihood,
    lower_bound,
    responsibilities,
)


def m_step(X, w, r):
    """The maximum-likelihood parameters of weighted rows, by their definition."""
    R = w @ r
    means = (w * r.T) @ X / R[:, None]
    covariances = [((w * c) * (X - m).T) @ (X - m) / size for c, m, size in zip(r.T, means, R, strict=True)]
    return MixtureParameters(R / R.sum(), means, covariances)


def at_rest(weighted, d=3, k=3, n=40):
    """Few data of many dimensions; at a fixed point of EM to ten digits."""
    rng = np.random.default_rng(2)
    X = rng.standard_normal((n, d))
    X[:15] += 2
    w = rng.integers(1, 4, n).astype(float) if weighted else np.ones(n)
    model = GaussianMixture(X, sample_weight=w if weighted else None)
    start = complete_data_estimate(X, np.eye(k)[rng.integers(k, size=n)])
    return model, X, w, converge(em(model, start), until=objective_settles(1e-13), max_steps=20_000).theta


@pytest.mark.parametrize("weighted", [False, True])
def test_changes_and_moments_are_those_of_the_rows_with_one_replaced(weighted, monkeypatch):
    model, X, w, theta = at_rest(weighted)
    r, change = moves.changes(model, theta)
    np.testing.assert_allclose(r, responsibilities(X, theta), rtol=1e-12)

    def F(q):
        twice = w.astype(int)
        return lower_bound(np.repeat(X, twice, axis=0), np.repeat(q, twice, axis=0), m_step(X, w, q))

    least = F(r)
    for i, j in np.argwhere(r < 0.5):
        q = r.copy()
        q[i] = np.arange(3) == j
        assert change[i, j] == pytest.approx(F(q) - least, abs=1e-5)  # of F near its maximum, to the root of 1e-10
    assert np.isneginf(change[r >= 0.5]).all()
    monkeypatch.setattr(moves, "MAX_LOSS", np.inf)
    promising = np.argsort(-change, axis=None)
    for flat, moments in zip(promising[:20], moves.after_moves(model, theta), strict=False):
        i, j = np.unravel_index(flat, r.shape)
        q = r.copy()
        q[i] = np.arange(3) == j
        new, expected = model.m_step(theta, moments), m_step(X, w, q)
        for part in ("weights", "means", "covariances"):
            np.testing.assert_allclose(getattr(new, part), getattr(expected, part), rtol=1e-5, atol=1e-6)


def few_in_many_dimensions(seed, n=120, d=8, k=3):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) + 1.2 * rng.standard_normal((k, d))[rng.integers(k, size=n)]


def test_em_rests_where_moves_of_single_data_still_help():
    """So it is in 24 of 38 such draws. Then no promising move is left, by the definitions."""
    helped = 0
    for seed in range(8):
        X = few_in_many_dimensions(seed)
        model, one = GaussianMixture(X), np.ones(len(X))
        rest = run_from_clusters(model, 3, np.random.default_rng(seed)).states[-1]
        end = trials._moving_data(model, rest)
        assert end.objective == pytest.approx(log_likelihood(X, end.theta), rel=1e-12)
        assert end is rest or end.objective > rest.objective + trials.ROUGH
        helped += end is not rest
        r = responsibilities(X, end.theta)
        F = lower_bound(X, r, m_step(X, one, r))
        for i, j in np.argwhere(r < 0.5):
            q = r.copy()
            q[i] = np.arange(3) == j
            new = m_step(X, one, q)
            if lower_bound(X, q, new) > F - moves.MAX_LOSS:
                assert log_likelihood(X, new) < end.objective + trials.ROUGH + 1e-6
    assert helped >= 2


def test_the_search_moves_data_at_its_end(monkeypatch):
    X = few_in_many_dimensions(7)
    moved = search(X, 3, rng=np.random.default_rng(0), restarts=1, patience=1)
    assert np.all(np.diff(moved.objectives) >= -1e-9)
    monkeypatch.setattr(trials, "_moving_data", lambda model, now: now)
    without = search(X, 3, rng=np.random.default_rng(0), restarts=1, patience=1)
    assert moved.objective > without.objective + 0.1


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_only_free_covariances_of_whole_data_have_moves(covariance, monkeypatch):
    monkeypatch.setattr(moves, "MAX_LOSS", 2.0)
    X = few_in_many_dimensions(0)
    theta = search(X, 3, rng=np.random.default_rng(0), covariance=covariance, restarts=1, patience=1).theta
    found = list(moves.after_moves(GaussianMixture(X, covariance=covariance), theta))
    assert bool(found) == (covariance == "full")
    X[0, 0] = np.nan
    assert not list(moves.after_moves(GaussianMixture(X, covariance=covariance, missing=True), theta))


def test_a_component_without_data_and_one_that_loses_its_last():
    """The first has no say, the second no change to compare; no warning of a division by 0."""
    X = np.array([[0.0], [1.0], [2.0], [3.0], [50.0]])
    theta = MixtureParameters([0.8, 0.2, 0.0], [[1.5], [50], [7]], [[[1.25]], [[1.0]], [[1.0]]])
    r, change = moves.changes(GaussianMixture(X), theta)
    np.testing.assert_allclose(r, responsibilities(X, theta), atol=1e-12)
    assert np.isneginf(change[4]).all()
    assert not np.isnan(change).any()


def test_a_move_that_collapses_is_not_made(monkeypatch):
    """Of three data, one leaves: the other two lie on a line."""
    monkeypatch.setattr(moves, "MAX_LOSS", np.inf)
    X = np.concatenate([np.random.default_rng(0).standard_normal((20, 2)), [[30.0, 0], [31, 0], [30, 1]]])
    model = GaussianMixture(X)
    start = complete_data_estimate(X, np.eye(2)[np.repeat([0, 1], [20, 3])])
    rest = converge(em(model, start)).states[-1]
    assert any(collapses(model, rest.theta, moments) for moments in moves.after_moves(model, rest.theta))
    assert trials._moving_data(model, rest) is rest


def collapses(model, theta, moments):
    try:
        model.m_step(theta, moments)
    except CollapsedComponentError:
        return True
    return False
