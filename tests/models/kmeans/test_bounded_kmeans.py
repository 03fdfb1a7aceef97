"""Bounds save distances and change nothing: the iterates are those of plain k-means."""

import itertools
import tracemalloc
import warnings

import numpy as np
import pytest
from sklearn.cluster import KMeans as TheirKMeans

from lecture_lib.datasets import load_iris, load_old_faithful
from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models import kmeans
from lecture_lib.models.kmeans import (
    BoundedKMeans,
    EmptyClusterWarning,
    KMeans,
    fastest_others,
    gaps,
    least_gaps,
    squared_distances,
)


def bounded(X, **options):
    """Few data are left to plain steps; here the bounds are to be tested, and both threads."""
    return BoundedKMeans(X, **{"plain_up_to": 0, "two_threads_from": 1000} | options)


def settled(states):
    return converge(states, until=parameters_settle())


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


def plain_steps(X, means):
    """Yield means, labels and J of each step of plain k-means until no mean moves."""
    model = KMeans(X)
    while True:
        labels, objective = model.e_step(means)
        yield means, labels, -objective
        moved = model.m_step(means, labels)
        if np.array_equal(moved, means):
            return
        means = moved


def bounded_steps(X, start, **options):
    """Yield means, labels and J of each step with bounds until no mean moves."""
    before = None
    for now in bounded(X, **options).clusterings(start):
        if before is not None and np.array_equal(now.means, before):
            return
        yield now.means, now.labels, now.loss
        before = now.means


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
    pairs = itertools.zip_longest(plain_steps(X, start), bounded_steps(X, start))
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
        plain_steps(X, start), bounded_steps(X, start), strict=True
    ):
        np.testing.assert_array_equal(ours, labels)
        assert our_objective == pytest.approx(objective, rel=1e-9)


def test_tight_clusters_far_apart_lose_no_digit():
    rng = np.random.default_rng(0)
    X = np.concatenate([centre + 1e-7 * rng.standard_normal((50, 2)) for centre in (-1e3, 0.0, 1e3)])
    start = X[[0, 1, 149]]
    run, plain = settled(bounded(X).states(start)), settled(em(KMeans(X), start))
    np.testing.assert_array_equal(run.theta, plain.theta)
    assert run.objective == pytest.approx(plain.objective, rel=1e-9)


@pytest.mark.parametrize("X", [load_old_faithful(), load_iris()[0]])
@pytest.mark.parametrize("algorithm", ["lloyd", "elkan"])
def test_the_end_is_that_of_scikit_learn(X, algorithm):
    start = X[[0, 60, 149]]
    run = settled(bounded(X).states(start))
    theirs = TheirKMeans(3, init=start, n_init=1, tol=0, algorithm=algorithm).fit(X)
    np.testing.assert_allclose(run.theta, theirs.cluster_centers_, rtol=1e-9)
    assert -run.objective == pytest.approx(theirs.inertia_, rel=1e-9)


def test_bounds_save_most_distances_and_hold():
    X, start = clouds(20_000, 2, 5)
    shares = []
    for now in itertools.islice(bounded(X).clusterings(start), 30):
        shares.append(now.computed / (len(X) * len(start)))
        distances = np.sort(np.sqrt(squared_distances(X, now.means)), axis=1)
        assert np.all(now.gaps - now.moved <= distances[:, 1] - distances[:, 0] + 1e-12)
    assert shares[0] == 1
    assert np.mean(shares) < 0.5
    assert shares[-1] < 0.1


def test_states_keep_no_clustering_alive():
    """States hold means alone: a run of many steps does not grow with the data."""
    X, start = clouds(40_000, 2, 30)
    settled(bounded(X).states(start))  # what is made once, threads and imports
    tracemalloc.start()
    run = settled(bounded(X).states(start))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert run.states[-1].step > 20
    assert held < 5 * len(X)  # the labels of one step take 1 byte a datum, its gaps 4


def test_the_loops_of_two_runs_do_not_mix():
    X, start = clouds(500, 2, 3)
    model = bounded(X)
    ours, others = model.states(start), model.states(start[::-1])
    mixed = [(next(ours).objective, next(others).objective) for _ in range(5)]
    alone = [state.objective for state in itertools.islice(model.states(start), 5)]
    assert [objective for objective, _ in mixed] == alone


@pytest.mark.parametrize("plain_up_to", [0, 100])
def test_an_empty_cluster_keeps_its_mean_with_a_warning(plain_up_to):
    states = bounded([[0.0], [1.0], [10.0]], plain_up_to=plain_up_to).states([[0.0], [10.0], [99.0]])
    next(states)
    with pytest.warns(EmptyClusterWarning, match="cluster 2 is empty") as warned:
        assert next(states).theta[2] == 99.0
    assert warned[0].filename == kmeans.bounded.__file__ or warned[0].filename == __file__


@pytest.mark.parametrize("plain_up_to", [0, 100])
def test_an_empty_cluster_gets_the_mean_that_it_is_given(plain_up_to):
    def refill(means, empty):
        np.testing.assert_array_equal(means, [[0.5], [10.0], [99.0]])
        np.testing.assert_array_equal(empty, [2])
        return np.array([[0.5], [10.0], [1.0]])

    states = bounded([[0.0], [1.0], [10.0]], plain_up_to=plain_up_to).states([[0.0], [10.0], [99.0]], refill=refill)
    run = converge(states, until=parameters_settle())  # a warning would be an error
    np.testing.assert_array_equal(run.theta, [[0.0], [10.0], [1.0]])


@pytest.mark.parametrize(
    ("drifts", "others"), [([1.0, 3.0, 2.0], [3, 2, 3]), ([2.0, 2.0], [2, 2]), ([5.0], [0]), ([0.0, 4.0], [4, 0])]
)
def test_fastest_others(drifts, others):
    np.testing.assert_array_equal(fastest_others(drifts), others)


def test_random_problems_in_bulk():
    warnings.simplefilter("ignore", EmptyClusterWarning)
    rng = np.random.default_rng(1)
    for _ in range(200):
        n, d, k = rng.integers(1, 60), rng.integers(1, 20), rng.integers(1, 12)
        X = rng.integers(-3, 4, size=(n, d)) / rng.choice([1, 2, 4])
        start = X[rng.integers(n, size=k)]
        ours, plain = list(bounded_steps(X, start)), list(plain_steps(X, start))
        assert len(ours) == len(plain)
        assert all(np.array_equal(a[1], b[1]) for a, b in zip(ours, plain, strict=True))


def test_tiles_and_threads_do_not_matter():
    X, start = clouds(3000, 2, 9)
    expected = [labels for _, labels, _ in bounded_steps(X, start)]
    for options in ({"tile": 100}, {"two_threads_from": 10**9}):
        found = [labels for _, labels, _ in bounded_steps(X, start, **options)]
        assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


def test_no_step_changes_what_it_is_given():
    X, start = clouds(500, 2, 9)
    data_before, before = X.copy(), start.copy()
    clusterings = bounded(X).clusterings(start)
    first = next(clusterings)
    kept = {name: np.copy(value) for name, value in vars(first).items()}
    next(clusterings)
    np.testing.assert_array_equal(X, data_before)
    np.testing.assert_array_equal(start, before)
    assert all(np.array_equal(getattr(first, name), value) for name, value in kept.items())
    with pytest.raises(ValueError, match="read-only"):
        first.means[0] = 3
    start[0] = 99  # the caller's array is the caller's
    np.testing.assert_array_equal(first.means, before)


def test_gaps_and_their_bound():
    X, means, moved = [[0.0], [4.0]], [[1.0], [5.0], [9.0]], [[2.0], [5.0], [6.0]]
    np.testing.assert_array_equal(gaps(X, means, [0, 1]), [4, 2])
    np.testing.assert_array_equal(least_gaps([4.0, 2.0], means, moved, [0, 1]), [4 - 1 - 3, 2 - 0 - 3])
    with pytest.raises(ValueError, match="nearest must hold whole numbers"):
        gaps(X, means, [0.5, 1])


@pytest.mark.filterwarnings("ignore::lecture_lib.em.EmptyClusterWarning")
@pytest.mark.parametrize("data", ["clouds", "grid"])
@pytest.mark.parametrize("seed", range(5))
def test_what_runs_is_at_most_what_the_bound_of_the_lecture_allows(data, seed):
    """One number for all data, the way of the two fastest means, is subtracted; Eq. 11.3 subtracts at most that."""
    X, start = {"clouds": clouds, "grid": grid}[data](400, 2, 6, seed)
    for before, now in itertools.pairwise(itertools.islice(bounded(X).clusterings(start), 6)):
        drifts = np.sort(np.sqrt(np.sum((now.means - before.means) ** 2, axis=1)))
        by_equation = least_gaps(np.zeros(len(X)), before.means, now.means, before.labels)
        assert now.moved - before.moved == pytest.approx(drifts[-2:].sum(), rel=1e-9)
        assert np.all(by_equation >= -(now.moved - before.moved))


@pytest.mark.parametrize("k", [3, 9])
def test_steps_after_the_end_compute_nothing_and_change_nothing(k):
    X, start = clouds(400, 2, k)
    end = settled(bounded(X).states(start)).theta
    for step, now in enumerate(itertools.islice(bounded(X).clusterings(end), 4)):
        np.testing.assert_allclose(now.means, end, rtol=1e-12)
        assert now.sizes.sum() == len(X)
        assert now.loss == pytest.approx(-KMeans(X).e_step(end)[1], rel=1e-12)
        assert (now.computed == 0) == (step > 0)


@pytest.mark.parametrize("size", [1, 1e25, 1e-25, 1e60])
@pytest.mark.parametrize("d", [2, 20])
def test_sizes_at_which_single_precision_fails(size, d):
    X, start = clouds(600, d, 6)
    for (_, labels, _), (_, ours, _) in zip(
        plain_steps(size * X, size * start), bounded_steps(size * X, size * start), strict=True
    ):
        np.testing.assert_array_equal(ours, labels)


@pytest.mark.parametrize("d", [2, 20])
def test_an_outlier_takes_single_precision_its_digits_and_changes_nothing(d):
    X, start = clouds(600, d, 6)
    X[5] = 1e6
    start[3] = X[5]
    pairs = zip(plain_steps(X, start), bounded_steps(X, start), strict=True)
    assert all(np.array_equal(ours[1], plain[1]) for plain, ours in pairs)


@pytest.mark.parametrize("d", [2, 20])
def test_means_closer_than_single_precision_tells(d):
    """Two means 1e-5 apart, and data 1e-6 to either side of the middle, as far as 30 along it."""
    X, means = 10 * np.random.default_rng(0).standard_normal((1000, d)), np.zeros((2, d))
    X[:, 0], means[:, 0] = np.tile([-1e-6, 1e-6], 500), [-5e-6, 5e-6]
    np.testing.assert_array_equal(next(bounded(X).clusterings(means)).labels, X[:, 0] > 0)


@pytest.mark.parametrize("size", [1e-18, 1e-20, 1e-21, 1e-22])
def test_squares_that_underflow_beside_others_that_do_not(size):
    X = np.random.default_rng(0).standard_normal((4000, 2))
    X[::2] *= size
    means = X[:40:2]
    np.testing.assert_array_equal(next(bounded(X).clusterings(means)).labels, KMeans(X).e_step(means)[0])


def test_few_data_are_left_to_plain_steps():
    X, start = clouds(300, 2, 4)
    plain = settled(em(KMeans(X), start))
    run = settled(BoundedKMeans(X).states(start))
    for ours, theirs in zip(run.states, plain.states, strict=True):
        np.testing.assert_array_equal(ours.theta, theirs.theta)
        assert ours.objective == theirs.objective
    assert next(BoundedKMeans(X).clusterings(start)).gaps is None


def test_a_step_takes_little_memory_beside_the_data():
    """Beside the data: their half in single precision, ten bytes a datum twice, and 16 MiB at work."""
    X, start = clouds(300_000, 8, 5)
    tracemalloc.start()
    for _ in itertools.islice(bounded(X).clusterings(start), 3):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= X.nbytes / 2 + 24 * len(X) + 16 * 2**20
