"""k-means: its three formulas against other ways to compute them, and that J never rises."""

import itertools
import warnings

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans as TheirKMeans

from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import best_of, converge, em, parameters_settle, runs_from
from lecture_lib.models.kmeans import (
    EmptyClusterWarning,
    KMeans,
    assign,
    fit,
    gradient,
    half_steps,
    labels,
    lyapunov,
    predicted_fall,
    reduced_lyapunov,
    squared_distances,
    update,
)
from lecture_lib.models.kmeans.loop import _refilled
from lecture_lib.seeding import kmeans_plus_plus, random_points


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def problem(rng):
    """Data, means and one-hot responsibilities under which no cluster is empty."""
    X, means = rng.standard_normal((30, 3)), rng.standard_normal((4, 3))
    r = np.eye(4)[np.arange(30) % 4]
    return X, r, means


def test_squared_distances_agree_with_scipy(problem):
    X, _, means = problem
    # Both sum three squares of differences: a few units in the last place.
    np.testing.assert_allclose(squared_distances(X, means), cdist(X, means, "sqeuclidean"), rtol=1e-14)


def test_squared_distances_keep_their_digits_far_from_the_origin(problem):
    X, _, means = problem
    X, means = np.round(X, 3), np.round(means, 3)
    far = squared_distances(X + 1e8, means + 1e8)
    # Data near 1e8 are stored to 1.5e-8: distances of order one carry that error, not more.
    np.testing.assert_allclose(far, squared_distances(X, means), atol=3e-7)


def test_ties_go_to_the_lowest_index():
    assert assign([[0.0]], [[1.0], [-1.0], [1.0]]).tolist() == [[1.0, 0.0, 0.0]]
    assert labels([[0.0]], [[2.0], [-1.0], [1.0]]).tolist() == [1]


def test_both_forms_of_the_assignment_agree(problem):
    X, _, means = problem
    r = assign(X, means)
    np.testing.assert_array_equal(r.argmax(axis=1), labels(X, means))
    np.testing.assert_array_equal(r.sum(axis=1), 1)
    np.testing.assert_array_equal(labels(X, means), cdist(X, means).argmin(axis=1))


def test_update_is_the_mean_of_each_cluster(problem):
    X, r, means = problem
    expected = [X[r[:, j] == 1].mean(axis=0) for j in range(4)]
    # Two ways to average seven numbers of order one.
    np.testing.assert_allclose(update(X, r, means), expected, rtol=0, atol=1e-15)


def test_update_with_soft_responsibilities_is_the_weighted_mean(problem, rng):
    X, _, means = problem
    r = rng.dirichlet(np.ones(4), size=30)
    expected = [np.average(X, axis=0, weights=r[:, j]) for j in range(4)]
    np.testing.assert_allclose(update(X, r, means), expected, rtol=0, atol=1e-14)


def test_update_keeps_its_digits_far_from_the_origin():
    X = 1e8 + np.arange(1000.0).reshape(-1, 1) / 8  # exact in binary, mean exactly 1e8 + 62.4375
    assert update(X, np.ones((1000, 1)), [[0.0]]) == 1e8 + 62.4375


def test_an_empty_cluster_keeps_its_mean_and_is_named():
    with pytest.warns(EmptyClusterWarning, match="cluster 1 is empty and keeps its mean"):
        moved = update([[0.0], [2.0]], [[1, 0], [1, 0]], [[5.0], [7.0]])
    np.testing.assert_array_equal(moved, [[1.0], [7.0]])
    with pytest.warns(EmptyClusterWarning, match="cluster 0 is empty"):
        moved = update([[0.0], [2.0]], [[0, 1], [0, 1]], [[5.0], [7.0]])
    np.testing.assert_array_equal(moved, [[5.0], [1.0]])


def test_lyapunov_is_the_sum_over_each_datum_and_its_mean(problem):
    X, r, means = problem
    by_hand = sum(np.sum((x - means[row.argmax()]) ** 2) for x, row in zip(X, r, strict=True))
    assert lyapunov(X, r, means) == pytest.approx(by_hand, rel=1e-14)  # order of summation only


def test_predicted_fall_is_the_fall(problem):
    X, r, means = problem
    moved = update(X, r, means)
    fall = lyapunov(X, r, means) - lyapunov(X, r, moved)
    assert predicted_fall(r, means, moved) == pytest.approx(fall, rel=1e-12)  # J is of order 100


def test_in_200_random_runs_on_old_faithful_no_half_step_raises_J(rng):
    X = load_old_faithful()
    for _ in range(200):
        start = random_points(X, rng.integers(2, 7), rng)
        J = np.array([lyapunov(X, r, means) for r, means in half_steps(X, start)])
        # J sums 272 squares: it is exact to about 1e-14 of its size.
        assert np.all(np.diff(J) <= 1e-13 * J[0])
        assert J[-1] < J[0]


def test_at_the_fixed_point_every_gradient_vanishes_and_no_datum_is_nearer_to_another_mean():
    X = load_old_faithful()
    run = fit(X, 4, rng=np.random.default_rng(1))
    r = assign(X, run.theta)
    step = 1e-4
    for j, c in np.ndindex(run.theta.shape):
        e = np.zeros_like(run.theta)
        e[j, c] = step
        gradient = (lyapunov(X, r, run.theta + e) - lyapunov(X, r, run.theta - e)) / (2 * step)
        # J is about 1e3, exact to 1e-13 of that: the quotient is exact to 1e-6; J is a parabola otherwise.
        assert abs(gradient) < 1e-5
    nearest = cdist(X, run.theta, "sqeuclidean")
    np.testing.assert_array_equal(nearest.argmin(axis=1), r.argmax(axis=1))
    assert run.objective == pytest.approx(-nearest.min(axis=1).sum(), rel=1e-13)


def test_same_iterates_as_scikit_learn():
    X = load_old_faithful()
    start = random_points(X, 3, np.random.default_rng(3))
    ours = converge(em(KMeans(X), start), until=parameters_settle())
    theirs = TheirKMeans(3, init=start, n_init=1, tol=0, algorithm="lloyd").fit(X)
    np.testing.assert_allclose(ours.theta, theirs.cluster_centers_, rtol=1e-12)  # sums in another order
    np.testing.assert_array_equal(labels(X, ours.theta), theirs.labels_)
    assert -ours.objective == pytest.approx(theirs.inertia_, rel=1e-12)


def test_the_warning_of_an_empty_cluster_points_to_the_caller():
    with pytest.warns(EmptyClusterWarning) as first:
        update([[0.0]], [[1, 0]], [[5.0], [7.0]])
    with pytest.warns(EmptyClusterWarning) as second:
        KMeans([[0.0]]).m_step([[5.0], [7.0]], np.array([0]))
    assert first[0].filename == second[0].filename == __file__


@pytest.mark.parametrize("k", [255, 256])
def test_as_many_clusters_as_a_byte_can_count(k):
    X = np.arange(k, dtype=float).reshape(-1, 1)
    np.testing.assert_array_equal(KMeans(X).e_step(X)[0], np.arange(k))


@pytest.mark.parametrize(("n", "k"), [(70_000, 1), (70_000, 3), (20_000, 300)])  # three blocks, and twelve
def test_many_data_go_through_the_loop_as_through_the_definitions(rng, n, k):
    X = np.round(4 * rng.standard_normal((n, 2)))  # whole numbers, so that there are ties
    means = X[rng.choice(n, k, replace=False)]
    model = KMeans(X)
    nearest, objective = model.e_step(means)
    np.testing.assert_array_equal(nearest, labels(X, means))
    r = assign(X, means)
    assert -objective == lyapunov(X, r, means)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyClusterWarning)
        # In the loop a sum of whole numbers is exact; `update` sums up to 70,000 rounded differences of order 4.
        np.testing.assert_allclose(model.m_step(means, nearest), update(X, r, means), rtol=1e-15, atol=5e-15)


def test_clusters_that_begin_late_in_many_data_are_exact_in_the_loop(rng):
    points = rng.standard_normal((5, 1))
    nearest = np.repeat([0, 4, 1, 0, 2], [1500, 100, 4900, 543_500, 50_000])  # two blocks
    with pytest.warns(EmptyClusterWarning, match="cluster 3 is empty"):
        moved = KMeans(points[nearest]).m_step(points, nearest)
    np.testing.assert_array_equal(moved, points)


def test_singletons_and_duplicates_are_exact_in_the_loop(rng):
    points = rng.standard_normal((4, 2)) + 1e8
    X = np.repeat(points, [1, 1, 3, 7], axis=0)
    nearest = np.repeat(np.arange(4), [1, 1, 3, 7])
    np.testing.assert_array_equal(KMeans(X).m_step(rng.standard_normal((4, 2)), nearest), points)


def test_an_empty_cluster_keeps_its_mean_in_the_loop_too():
    with pytest.warns(EmptyClusterWarning, match="cluster 1 is empty and keeps its mean"):
        moved = KMeans([[0.0], [2.0]]).m_step([[5.0], [7.0]], np.array([0, 0]))
    np.testing.assert_array_equal(moved, [[1.0], [7.0]])


def test_fit_finds_the_best_of_the_enumerated_partitions(rng):
    X = rng.standard_normal((9, 2))
    best = min(
        sum(((X[z == j] - X[z == j].mean(axis=0)) ** 2).sum() for j in (0, 1))
        for z in map(np.array, itertools.product((0, 1), repeat=9))
        if 0 < z.sum() < 9
    )
    assert -fit(X, 2, rng=rng, restarts=20).objective == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("restarts", [1, 10])
def test_a_seed_fixes_the_fit(restarts):
    X = load_old_faithful()
    first, second = (fit(X, 5, rng=np.random.default_rng(7), restarts=restarts).theta for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_k_equals_n_reaches_zero(rng):
    X = rng.standard_normal((6, 2)) + 0.1
    run = fit(X, 6, rng=rng, restarts=1)
    assert run.converged
    assert run.objective == 0


def test_all_data_equal_is_a_cluster_of_its_own(rng):
    run = fit(np.full((10, 2), 0.1), 1, rng=rng)
    assert (run.objective, run.converged) == (0.0, True)


@pytest.mark.parametrize("shift", [1e4, 1e8])
def test_the_fit_moves_with_the_data(shift):
    X = load_old_faithful()
    here = fit(X, 3, rng=np.random.default_rng(5))
    there = fit(X + shift, 3, rng=np.random.default_rng(5))
    # Data near 1e8 are stored to 1.5e-8.
    np.testing.assert_allclose(there.theta - shift, here.theta, atol=5e-8)
    np.testing.assert_array_equal(labels(X + shift, there.theta), labels(X, here.theta))


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_the_fit_scales_with_the_unit(unit):
    X = load_old_faithful()
    here = fit(X, 3, rng=np.random.default_rng(5))
    there = fit(X * unit, 3, rng=np.random.default_rng(5))
    np.testing.assert_allclose(there.theta / unit, here.theta, rtol=1e-12)


def test_a_far_outlier_does_not_blur_the_other_means():
    X = np.vstack([load_old_faithful(), [[1e10, 1e10]]])
    run = fit(X, 2, rng=np.random.default_rng(0))
    near = run.theta[run.theta[:, 0].argsort()][0]
    np.testing.assert_allclose(near, load_old_faithful().mean(axis=0), rtol=1e-14)


def test_fit_takes_the_best_of_ten_starts_and_runs_each_until_no_mean_moves():
    X, rng = load_old_faithful(), np.random.default_rng(0)
    ends = [fit(X, 5, rng=rng, restarts=1) for _ in range(10)]
    run = fit(X, 5, rng=np.random.default_rng(0))
    assert run.objective == max(end.objective for end in ends) > min(end.objective for end in ends)
    np.testing.assert_array_equal(run.states[-1].theta, run.states[-2].theta)


def test_fit_runs_plain_k_means_from_greedy_starts():
    X = np.random.default_rng(1).standard_normal((6000, 3))  # enough for bounds
    run = fit(X, 5, rng=np.random.default_rng(3), restarts=4)
    rng = np.random.default_rng(3)
    starts = [kmeans_plus_plus(X, 5, rng, candidates=3) for _ in range(4)]  # 2 + floor(log 5)
    plain = best_of(runs_from(KMeans(X), starts, until=parameters_settle()))
    np.testing.assert_array_equal(run.theta, plain.theta)
    assert run.objective == plain.objective


def test_fit_ends_after_as_many_steps_as_asked():
    X = np.random.default_rng(0).standard_normal((500, 2))
    run = fit(X, 9, rng=np.random.default_rng(0), restarts=2, max_steps=3)
    assert (len(run.states), run.converged) == (4, False)


def best_place(X, others):
    """Where a further mean lowers J most, and how far, over all data."""
    to_nearest = cdist(X, others, "sqeuclidean").min(axis=1)
    losses = [np.minimum(to_nearest, ((X - x) ** 2).sum(axis=1)).sum() for x in X]
    return X[np.argmin(losses)], min(losses)


def test_an_empty_cluster_of_few_data_is_moved_to_the_best_datum(rng):
    """Of 20 data each is tried, so that an enumeration says where the mean goes."""
    X = rng.standard_normal((20, 2))
    means = np.array([[0.1, 0.2], [90.0, 90.0], [-0.5, 1.0], [99.0, 99.0]])
    moved = _refilled(X, rng, means, np.array([1, 3]))
    first, _ = best_place(X, means[[0, 2]])
    second, loss = best_place(X, np.vstack([means[[0, 2]], first]))
    np.testing.assert_array_equal(moved, [means[0], first, means[2], second])
    assert reduced_lyapunov(X, moved) == pytest.approx(loss, rel=1e-14)
    assert loss < reduced_lyapunov(X, means)


def test_no_cluster_of_a_fit_is_empty_and_J_never_rises(monkeypatch):
    rng, emptied = np.random.default_rng(0), 0
    for _ in range(200):
        X = rng.standard_normal((rng.integers(10, 60), 2)).round(1)
        X[0] *= rng.choice([1, 1e5, 1e10])  # beside an outlier, the other distances have few digits as products
        start = 4 * rng.standard_normal((rng.integers(2, 8), 2))
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            converge(em(KMeans(X), start), until=parameters_settle())
        emptied += bool(warned)
        monkeypatch.setattr("lecture_lib.seeding.kmeans_plus_plus", lambda *_, start=start: start)
        run = fit(X, len(start), rng=rng, restarts=1)  # a warning would be an error
        assert run.converged
        assert len(np.unique(labels(X, run.theta))) == len(start)
        # J sums up to 60 squares: exact to about 1e-14 of its size.
        assert np.all(np.diff(run.objectives) >= -1e-13 * abs(run.objectives[0]))
    assert emptied > 50, "else nothing was tried"


def test_k_means_settles_on_centred_data():
    # Means near zero show whether the update depends on where the means were: then the last digits never rest.
    rng = np.random.default_rng(0)
    for _ in range(20):
        X = rng.standard_normal((200, 3))
        X = np.vstack([X, -X])
        for k in (1, 2, 4):
            run = converge(em(KMeans(X), random_points(X, k, rng)), until=parameters_settle(), max_steps=300)
            assert run.converged


def test_equal_data_have_exactly_that_mean():
    # (0.1 + 0.1 + 0.1) / 3 is not 0.1 in floating point.
    np.testing.assert_array_equal(update([[0.1]] * 3, [[1.0]] * 3, [[9.0]]), [[0.1]])


def test_minute_responsibilities_keep_the_mean_among_the_data():
    r = np.array([[5e-324, 1.0], [1e-323, 1.0]])
    moved = update([[0.0], [0.3]], r, [[9.0], [9.0]])
    assert moved[0, 0] == pytest.approx(0.2)  # one part to two parts


def test_the_gradient_agrees_with_differences(problem):
    X, r, means = problem
    step = 1e-5
    found = np.empty_like(means)
    for j, c in np.ndindex(means.shape):
        e = np.zeros_like(means)
        e[j, c] = step
        found[j, c] = (lyapunov(X, r, means + e) - lyapunov(X, r, means - e)) / (2 * step)
    # J is a parabola of order 100: the quotient is exact to 100 x 1e-16 / 1e-5.
    np.testing.assert_allclose(gradient(X, r, means), found, atol=1e-8)


def test_half_steps_take_lists_and_leave_the_start_alone():
    start = np.array([[1.0], [2.0]])
    (_, first), *_ = half_steps([[1.0], [2.0], [6.0]], start)
    start[:] = 99
    np.testing.assert_array_equal(first, [[1.0], [2.0]])
    assert len(list(half_steps([[1.0], [2.0], [6.0]], [[1.0], [2.0]]))) == 6
