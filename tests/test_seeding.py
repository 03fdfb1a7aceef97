"""Starts: they are data, and they are drawn with the stated probabilities."""

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from lecture_lib.seeding import kmeans_plus_plus, random_points

X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [5.0, 1.0]])
DRAWS = 4000


def drawn_pairs(seed_function):
    """How often each ordered pair of data was drawn."""
    rng = np.random.default_rng(0)
    counts = dict.fromkeys(itertools.permutations(range(4), 2), 0)
    for _ in range(DRAWS):
        first, second = (int(np.flatnonzero((mean == X).all(axis=1))[0]) for mean in seed_function(X, 2, rng))
        counts[first, second] += 1
    return counts


def test_random_points_are_different_data_and_each_pair_is_as_likely():
    counts = drawn_pairs(random_points)
    # A fixed seed; for a right sampler the p-value is uniform, so 1e-3 says a wrong one apart.
    assert chisquare(list(counts.values())).pvalue > 1e-3


def test_kmeans_plus_plus_draws_proportionally_to_the_squared_distance():
    counts = drawn_pairs(kmeans_plus_plus)
    squared = ((X[:, None] - X) ** 2).sum(axis=2)
    expected = [DRAWS / 4 * squared[i, j] / squared[i].sum() for i, j in counts]
    assert chisquare(list(counts.values()), expected).pvalue > 1e-3


def test_the_third_mean_looks_at_the_nearest_of_the_first_two():
    on_a_line = np.array([[0.0], [1.0], [10.0]])
    rng = np.random.default_rng(1)
    for _ in range(50):
        np.testing.assert_array_equal(np.sort(kmeans_plus_plus(on_a_line, 3, rng), axis=0), on_a_line)


@pytest.mark.parametrize("seed_function", [random_points, kmeans_plus_plus])
def test_starts_are_copies(seed_function):
    ours = X.copy()
    start = seed_function(ours, 4, np.random.default_rng(0))
    start += 1
    np.testing.assert_array_equal(ours, X)


def test_fewer_distinct_data_than_means_is_an_error_that_counts_them():
    with pytest.raises(ValueError, match="k must be at most the number of distinct data = 2, got 3"):
        kmeans_plus_plus([[0.0], [0.0], [1.0], [1.0]], 3, np.random.default_rng(0))


def plain_kmeans_plus_plus(X, k, rng):
    """The seeding of notebook 01, one candidate a mean, written out."""
    means = [X[rng.integers(len(X))]]
    while len(means) < k:
        squared = np.min([((X - m) ** 2).sum(axis=1) for m in means], axis=0)
        means.append(X[rng.choice(len(X), p=squared / squared.sum())])
    return np.array(means)


def test_one_candidate_is_plain_k_means_plus_plus_draw_by_draw():
    data = np.random.default_rng(0).standard_normal((300, 3))
    for seed in range(20):
        ours, plain = np.random.default_rng(seed), np.random.default_rng(seed)
        for _ in range(2):  # and the generator is left in the same place
            np.testing.assert_array_equal(kmeans_plus_plus(data, 7, ours), plain_kmeans_plus_plus(data, 7, plain))


def loss(data, means):
    return ((data[:, None] - means) ** 2).sum(axis=2).min(axis=1).sum()


def test_of_several_candidates_the_one_that_lowers_J_most_is_taken():
    """With so many candidates that each datum is among them, greedy seeding is the best addition, mean by mean."""
    data = np.random.default_rng(1).standard_normal((12, 2))
    means = kmeans_plus_plus(data, 4, np.random.default_rng(0), candidates=2000)
    for j in range(1, 4):
        losses = [loss(data, np.vstack([means[:j], x])) for x in data]
        assert loss(data, means[: j + 1]) == pytest.approx(min(losses), rel=1e-14)  # two data may be as good


def test_the_second_mean_of_two_candidates_has_the_probabilities_of_the_better_of_two_draws():
    losses = ((X[:, None] - X) ** 2).sum(axis=2)  # [i, j]: of datum i with a mean at j
    rng, counts, expected = np.random.default_rng(0), np.zeros((4, 4)), np.zeros((4, 4))
    for i in range(4):
        p = losses[i] / losses[i].sum()
        J = np.minimum(losses[:, [i]], losses).sum(axis=0)
        for a, b in itertools.product(range(4), repeat=2):
            expected[i, a if J[a] <= J[b] else b] += DRAWS / 4 * p[a] * p[b]
    for _ in range(DRAWS):
        first, second = (int(np.flatnonzero((m == X).all(axis=1))[0]) for m in kmeans_plus_plus(X, 2, rng, 2))
        counts[first, second] += 1
    possible = expected > 0
    assert chisquare(counts[possible], expected[possible]).pvalue > 1e-3
    assert counts[~possible].sum() == 0


@pytest.mark.parametrize("candidates", [0, -1, 1.5, None])
def test_candidates_are_counted(candidates):
    with pytest.raises(ValueError, match=r"candidates must be (an integer )?at least 1"):
        kmeans_plus_plus(X, 2, np.random.default_rng(0), candidates)
