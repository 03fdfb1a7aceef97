"""Bounds save distances and change nothing: the iterates are those of plain k-means."""

import gc
import itertools
import tracemalloc
import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans as TheirKMeans

from lecture_lib.datasets import load_iris, load_old_faithful
from lecture_lib.em import best_of, converge, em, parameters_settle, runs_from
from lecture_lib.models import bounded_kmeans, kmeans
from lecture_lib.models.bounded_kmeans import BoundedKMeans, fastest_others, gaps, least_gaps
from lecture_lib.models.kmeans import EmptyClusterWarning, KMeans


@pytest.fixture(autouse=True)
def bounds_whatever_the_size(monkeypatch):
    """Few data are left to the plain step; here the bounds are to be tested, and both threads."""
    monkeypatch.setattr(bounded_kmeans, "SMALL", 0)
    monkeypatch.setattr(bounded_kmeans, "WORTH", 1000)


def clouds(n, d, k, seed=0):
    rng = np.random.default_rng(seed)
    centres = 2 * rng.standard_normal((k, d))
    X = centres[rng.integers(k, size=n)] + rng.standard_normal((n, d))
    return X, X[rng.choice(n, k, replace=False)]


def grid(n, d, k, seed=0):
    """Whole numbers, many equal: ties at almost every step."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 6, size=(n, d)).astype(float)
    return X, X[rng.choice(n, k, replace=False)] + rng.integers(0, 2, size=(k, d))


def steps(model, means):
    """Yield means, labels and objective of each step until no mean moves."""
    while True:
        q, objective = model.e_step(means)
        yield means, getattr(q, "labels", q), objective
        moved = model.m_step(means, q)
        if np.array_equal(moved, means):
            return
        means = moved


CASES = [
    (clouds, 272, 2, 2), (clouds, 3000, 2, 5), (clouds, 3000, 8, 10), (clouds, 2000, 16, 40), (clouds, 500, 70, 17),
    (clouds, 50, 3, 50), (clouds, 40, 1, 1), (grid, 500, 1, 3), (grid, 700, 2, 5), (grid, 3000, 2, 9),
    (grid, 800, 3, 20), (grid, 300, 20, 12),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::lecture_lib.em.EmptyClusterWarning")
@pytest.mark.parametrize(("make", "n", "d", "k"), CASES)
@pytest.mark.parametrize("seed", range(5))
def test_every_step_is_that_of_plain_k_means_ties_included(make, n, d, k, seed):
    X, start = make(n, d, k, seed)
    pairs = itertools.zip_longest(steps(KMeans(X), start), steps(BoundedKMeans(X), start))
    for (means, labels, objective), (our_means, our_labels, our_objective) in pairs:
        np.testing.assert_array_equal(our_labels, labels)
        np.testing.assert_allclose(our_means, means, rtol=1e-12, atol=1e-12)
        assert our_objective == pytest.approx(objective, rel=1e-10)


@pytest.mark.filterwarnings("ignore::lecture_lib.em.EmptyClusterWarning")
@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (1e8, 0), (1e-8, 0), (1, 1e8), (1, -1e12)])
@pytest.mark.parametrize(("n", "d", "k"), [(400, 2, 4), (400, 20, 30)])
def test_units_and_origin_do_not_matter(scale, shift, n, d, k):
    X, start = clouds(n, d, k)
    X, start = scale * X + shift, scale * start + shift
    for (_, labels, objective), (_, ours, our_objective) in zip(
        steps(KMeans(X), start), steps(BoundedKMeans(X), start), strict=True
    ):
        np.testing.assert_array_equal(ours, labels)
        assert our_objective == pytest.approx(objective, rel=1e-9)


def test_tight_clusters_far_apart_lose_no_digit():
    rng = np.random.default_rng(0)
    X = np.concatenate([centre + 1e-7 * rng.standard_normal((50, 2)) for centre in (-1e3, 0.0, 1e3)])
    start = X[[0, 1, 149]]
    run, plain = (converge(em(M(X), start), until=parameters_settle()) for M in (BoundedKMeans, KMeans))
    np.testing.assert_array_equal(run.theta, plain.theta)
    assert run.objective == pytest.approx(plain.objective, rel=1e-9)


@pytest.mark.parametrize("X", [load_old_faithful(), load_iris()[0]])
@pytest.mark.parametrize("algorithm", ["lloyd", "elkan"])
def test_the_end_is_that_of_scikit_learn(X, algorithm):
    start = X[[0, 60, 149]]
    run = converge(em(BoundedKMeans(X), start), until=parameters_settle())
    theirs = TheirKMeans(3, init=start, n_init=1, tol=0, algorithm=algorithm).fit(X)
    np.testing.assert_allclose(run.theta, theirs.cluster_centers_, rtol=1e-9)
    assert -run.objective == pytest.approx(theirs.inertia_, rel=1e-9)


def test_bounds_save_most_distances_and_hold():
    X, start = clouds(20_000, 2, 5)
    model, theta, shares = BoundedKMeans(X), start, []
    for _ in range(30):
        q, _ = model.e_step(theta)
        shares.append(q.computed / (len(X) * len(start)))
        distances = np.sort(np.sqrt(kmeans.squared_distances(X, theta)), axis=1)
        assert np.all(q.gaps - q.moved <= distances[:, 1] - distances[:, 0] + 1e-12)
        theta = model.m_step(theta, q)
    assert shares[0] == 1
    assert np.mean(shares) < 0.5
    assert shares[-1] < 0.1


def test_means_whose_clustering_is_gone_give_the_same_labels():
    X, start = clouds(2000, 3, 6)
    model = BoundedKMeans(X)
    q, _ = model.e_step(start)
    moved = model.m_step(start, q)
    with_bounds, _ = model.e_step(moved)
    del q
    gc.collect()
    assert moved.before() is None
    afresh, _ = model.e_step(moved)
    np.testing.assert_array_equal(with_bounds.labels, afresh.labels)
    assert with_bounds.computed < afresh.computed == len(X) * len(start)


def test_states_keep_no_clustering_alive():
    X, start = clouds(500, 2, 3)
    run = converge(em(BoundedKMeans(X), start), until=parameters_settle())
    gc.collect()
    assert all(state.theta.before() is None for state in run.states[1:])
    assert repr(run.theta).startswith("array(")


def test_means_that_were_changed_by_hand_are_looked_at_afresh():
    X, start = clouds(500, 2, 3)
    model = BoundedKMeans(X)
    q, _ = model.e_step(start)
    moved = model.m_step(start, q)
    np.testing.assert_array_equal(model.e_step(moved + 0.5)[0].labels, kmeans.labels(X, np.asarray(moved) + 0.5))
    moved[0] += 3
    np.testing.assert_array_equal(model.e_step(moved)[0].labels, kmeans.labels(X, np.asarray(moved)))
    np.testing.assert_array_equal(model.e_step(moved[:2])[0].labels, kmeans.labels(X, np.asarray(moved[:2])))


def test_a_cluster_that_loses_all_data_keeps_its_mean_with_a_warning():
    X = np.array([[0.0], [1.0], [10.0]])
    model = BoundedKMeans(X)
    start = np.array([[0.0], [10.0], [99.0]])
    q, _ = model.e_step(start)
    with pytest.warns(EmptyClusterWarning, match="cluster 2 is empty"):
        assert model.m_step(start, q)[2] == 99.0


def test_fit_gives_what_plain_k_means_gives():
    X, _ = clouds(600, 3, 5)
    run = kmeans.fit(X, 5, rng=np.random.default_rng(3), restarts=4)
    rng = np.random.default_rng(3)
    starts = [kmeans.kmeans_plus_plus(X, 5, rng) for _ in range(4)]
    plain = best_of(runs_from(KMeans(X), starts, until=parameters_settle()))
    np.testing.assert_array_equal(run.theta, plain.theta)
    assert run.objective == plain.objective


@pytest.mark.parametrize(
    ("ways", "others"), [([1.0, 3.0, 2.0], [3, 2, 3]), ([2.0, 2.0], [2, 2]), ([5.0], [0]), ([0.0, 4.0], [4, 0])]
)
def test_fastest_others(ways, others):
    np.testing.assert_array_equal(fastest_others(ways), others)


def test_random_problems_in_bulk():
    warnings.simplefilter("ignore", EmptyClusterWarning)
    rng = np.random.default_rng(1)
    for _ in range(200):
        n, d, k = rng.integers(1, 60), rng.integers(1, 20), rng.integers(1, 12)
        X = rng.integers(-3, 4, size=(n, d)) / rng.choice([1, 2, 4])
        start = X[rng.integers(n, size=k)]
        ours, plain = list(steps(BoundedKMeans(X), start)), list(steps(KMeans(X), start))
        assert len(ours) == len(plain)
        assert all(np.array_equal(a[1], b[1]) for a, b in zip(ours, plain, strict=True))


def test_blocks_and_rooms_do_not_matter(monkeypatch):
    X, start = clouds(3000, 2, 9)
    expected = [labels for _, labels, _ in steps(BoundedKMeans(X), start)]
    monkeypatch.setattr(bounded_kmeans, "BLOCK", 100)
    monkeypatch.setattr(bounded_kmeans, "ROOM", 64)
    found = [labels for _, labels, _ in steps(BoundedKMeans(X), start)]
    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


def test_no_step_changes_what_it_is_given_or_remembers_another():
    X, start = clouds(500, 2, 9)
    model, before = BoundedKMeans(X), start.copy()
    q, objective = model.e_step(start)
    kept = {name: np.copy(value) for name, value in vars(q).items()}
    model.e_step(model.m_step(start, q))
    again, again_objective = model.e_step(start)
    np.testing.assert_array_equal(start, before)
    assert all(np.array_equal(getattr(q, name), value) for name, value in kept.items())
    np.testing.assert_array_equal(again.labels, q.labels)
    np.testing.assert_array_equal(model.m_step(start, again), model.m_step(start, q))
    assert again_objective == objective


def test_gaps_and_their_bound():
    X, means, moved = [[0.0], [4.0]], [[1.0], [5.0], [9.0]], [[2.0], [5.0], [6.0]]
    np.testing.assert_array_equal(gaps(X, means, [0, 1]), [4, 2])
    np.testing.assert_array_equal(least_gaps([4.0, 2.0], means, moved, [0, 1]), [4 - 1 - 3, 2 - 0 - 3])
    with pytest.raises(ValueError, match="nearest must hold whole numbers"):
        gaps(X, means, [0.5, 1])


@pytest.mark.parametrize("k", [3, 9])
def test_steps_after_the_end_compute_nothing_and_change_nothing(k):
    X, start = clouds(400, 2, k)
    model, means = BoundedKMeans(X), converge(em(BoundedKMeans(X), start), until=parameters_settle()).theta
    for step in range(4):
        clustering, objective = model.e_step(means)
        assert clustering.sizes.sum() == len(X)
        assert objective == pytest.approx(KMeans(X).e_step(means)[1], rel=1e-12)
        assert (clustering.computed == 0) == (step > 0)
        means = model.m_step(means, clustering)


@pytest.mark.parametrize("size", [1, 1e25, 1e-25, 1e60])
@pytest.mark.parametrize("d", [2, 20])
def test_sizes_at_which_single_precision_fails(size, d):
    X, start = clouds(600, d, 6)
    for (_, labels, _), (_, ours, _) in zip(
        steps(KMeans(size * X), size * start), steps(BoundedKMeans(size * X), size * start), strict=True
    ):
        np.testing.assert_array_equal(ours, labels)


@pytest.mark.parametrize("d", [2, 20])
def test_an_outlier_takes_single_precision_its_digits_and_changes_nothing(d):
    X, start = clouds(600, d, 6)
    X[5] = 1e6
    start[3] = X[5]
    pairs = zip(steps(KMeans(X), start), steps(BoundedKMeans(X), start), strict=True)
    assert all(np.array_equal(ours[1], plain[1]) for plain, ours in pairs)


@pytest.mark.parametrize("d", [2, 20])
def test_means_closer_than_single_precision_tells(d):
    """Two means 1e-5 apart, and data 1e-6 to either side of the middle, as far as 30 along it."""
    X, means = 10 * np.random.default_rng(0).standard_normal((1000, d)), np.zeros((2, d))
    X[:, 0], means[:, 0] = np.tile([-1e-6, 1e-6], 500), [-5e-6, 5e-6]
    np.testing.assert_array_equal(BoundedKMeans(X).e_step(means)[0].labels, X[:, 0] > 0)


@pytest.mark.parametrize("size", [1e-18, 1e-20, 1e-21, 1e-22])
def test_squares_that_underflow_beside_others_that_do_not(size):
    X = np.random.default_rng(0).standard_normal((4000, 2))
    X[::2] *= size
    means = X[:40:2]
    np.testing.assert_array_equal(BoundedKMeans(X).e_step(means)[0].labels, KMeans(X).e_step(means)[0])


def test_few_data_are_left_to_the_plain_step(monkeypatch):
    monkeypatch.undo()
    X, start = clouds(300, 2, 4)
    for (means, labels, objective), (our_means, ours, our_objective) in zip(
        steps(KMeans(X), start), steps(BoundedKMeans(X), start), strict=True
    ):
        np.testing.assert_array_equal(our_means, means)
        np.testing.assert_array_equal(ours, labels)
        assert our_objective == objective
    assert not hasattr(BoundedKMeans(X), "about")


def test_a_step_takes_little_memory_beside_the_data():
    """Beside the data: their half in single precision, ten bytes a datum twice, and 16 MiB at work."""
    X, start = clouds(300_000, 8, 5)
    tracemalloc.start()
    model, means = BoundedKMeans(X), start
    for _ in range(3):
        means = model.m_step(means, model.e_step(means)[0])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= X.nbytes / 2 + 24 * len(X) + 16 * 2**20
