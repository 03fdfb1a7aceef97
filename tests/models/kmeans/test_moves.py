"""Moves of single data: every move is tried, and J computed afresh from each."""

import itertools

import numpy as np
import pytest

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models.kmeans import KMeans, assign, lyapunov, move_one


def best_J(X, z, k):
    """J of a labelling with each mean at the mean of its data; an empty cluster costs nothing."""
    return sum(((X[z == j] - X[z == j].mean(axis=0)) ** 2).sum() for j in range(k) if (z == j).any())


def after_each_move(X, z, k):
    """J after the move of each datum to each cluster; the move to its own is none."""
    table = np.empty((len(X), k))
    for i, j in np.ndindex(table.shape):
        moved = z.copy()
        moved[i] = j
        table[i, j] = best_J(X, moved, k)
    return table


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_best_of_all_moves(seed):
    rng = np.random.default_rng(seed)
    n, d, k = rng.integers(3, 12), rng.integers(1, 4), rng.integers(1, 6)
    X, z = rng.standard_normal((n, d)), rng.integers(k, size=n)  # singletons and empty clusters among them
    table = after_each_move(X, z, k)
    moved = move_one(X, np.eye(k)[z], rng.standard_normal((k, d)))
    assert best_J(X, moved.argmax(axis=1), k) == pytest.approx(table.min(), rel=1e-12)
    assert (moved != np.eye(k)[z]).any(axis=1).sum() == (table.min() < best_J(X, z, k) * (1 - 1e-12))


@pytest.mark.parametrize(("x", "start", "after"), [([0, 2, 3.2], [1, 3.2], 0.72), ([0, 2, 3], [1, 3], 0.5)])
def test_where_k_means_stops_and_one_datum_does_not(x, start, after):
    X, means = np.reshape(x, (-1, 1)).astype(float), np.reshape(start, (-1, 1)).astype(float)
    end = converge(em(KMeans(X), means), until=parameters_settle())
    assert -end.objective == 2
    r = assign(X, end.theta)
    moved = move_one(X, r, end.theta)
    assert best_J(X, moved.argmax(axis=1), 2) == pytest.approx(after, rel=1e-12)
    assert move_one(X, moved, end.theta) is moved


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("shift", [0.0, 1e8])
def test_moves_come_to_an_end_where_no_move_helps(scale, shift):
    """Whole numbers, so that there are many ties, and equal clusterings could take turns for ever."""
    rng = np.random.default_rng(3)
    for _ in range(10):
        X = scale * (rng.integers(0, 4, size=(12, 2)) + shift)
        r = np.eye(3)[rng.integers(3, size=12)]
        means, losses = np.zeros((3, 2)), []
        for _ in range(200):
            losses.append(best_J(X, r.argmax(axis=1), 3))
            before, r = r, move_one(X, r, means)
            if r is before:
                break
        assert r is before
        # Data at 1e8 are exact whole numbers; J sums up to 24 squares of their differences.
        assert np.all(np.diff(losses) < 1e-12 * losses[0])
        assert after_each_move(X, r.argmax(axis=1), 3).min() >= losses[-1] * (1 - 1e-9)


def test_at_a_global_optimum_nothing_moves():
    X = np.random.default_rng(0).standard_normal((8, 2))
    z = min(map(np.array, itertools.product((0, 1), repeat=8)), key=lambda z: best_J(X, z, 2))
    r = np.eye(2)[z]
    assert move_one(X, r, X[:2]) is r


def test_what_comes_in_stays_and_must_be_one_hot():
    X, r = np.array([[0.0], [2.0], [3.2]]), np.array([[1.0, 0], [1, 0], [0, 1]])
    kept = r.copy()
    assert lyapunov(X, move_one(X, r, X[:2]), [[0.0], [2.6]]) == pytest.approx(0.72)
    np.testing.assert_array_equal(r, kept)
    with pytest.raises(ValueError, match="must be one-hot"):
        move_one(X, [[0.5, 0.5]] * 3, X[:2])
