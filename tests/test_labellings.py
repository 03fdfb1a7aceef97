"""Comparing labellings: against the search through all namings."""

from itertools import permutations

import numpy as np
import pytest

from lecture_lib.labellings import disagreement, renamed


def test_names_do_not_count():
    assert disagreement([0, 0, 1, 1], [1, 1, 0, 0]) == 0
    assert disagreement([0, 0, 1, 1], [1, 1, 0, 1]) == 1
    np.testing.assert_array_equal(renamed([0, 0, 1, 1], [1, 1, 0, 1]), [1, 1, 0, 0])


def test_agrees_with_the_search_through_all_namings():
    rng = np.random.default_rng(0)
    for _ in range(50):
        a, b = rng.integers(0, 4, size=(2, 12))
        searched = min(np.sum(np.array(names)[a] != b) for names in permutations(range(4)))
        assert disagreement(a, b) == disagreement(b, a) == searched


def test_different_numbers_of_clusters():
    assert disagreement([0, 0, 0, 0], [0, 1, 2, 2]) == 2
    assert disagreement([0, 1, 2, 2], [0, 0, 0, 0]) == 2


@pytest.mark.parametrize(
    ("labels", "like", "message"),
    [
        ([0, 1], [0, 1, 1], "must have the same length, got 2 and 3"),
        ([0.5, 1], [0, 1], "labels must hold whole numbers from 0"),
        ([0, 1], [-1, 1], "like must hold whole numbers from 0, got -1"),
        ([[0, 1]], [0, 1], r"labels must have shape \(n,\), got shape \(1, 2\)"),
        ([], [], r"labels must have shape \(n,\), got shape \(0,\)"),
    ],
)
def test_bad_input(labels, like, message):
    with pytest.raises(ValueError, match=message):
        disagreement(labels, like)


def test_names_may_be_large():
    np.testing.assert_array_equal(renamed([0, 10**9, 10**9], [7, 3, 3]), [7, 3, 3])
