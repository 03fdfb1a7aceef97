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
