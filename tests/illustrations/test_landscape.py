"""The landscape: its heights are J or what a function says, and its basins are runs of k-means."""

import numpy as np
import pytest

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.illustrations import landscape
from lecture_lib.models.kmeans import KMeans, reduced_lyapunov
from lecture_lib.models.mixture import MixtureParameters, grad_means, log_likelihood

X = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
M0, M1 = np.linspace(0.3, 10.7, 8), np.linspace(0.4, 10.8, 7)


def test_heights_are_the_smallest_J():
    found = landscape.heights(X, M0, M1)
    assert found.shape == (7, 8)
    for (row, column), height in np.ndenumerate(found):
        assert np.isclose(height, reduced_lyapunov(X, [[M0[column]], [M1[row]]]), rtol=1e-14)


def test_ends_are_where_runs_end():
    losses, which = landscape.ends(X, M0, M1)
    assert np.all(np.diff(losses) > 0)
    # Three against three, five against one, four against two: sums of squares about two means, by hand.
    np.testing.assert_allclose(losses, [24.926667, 25.088, 26.7075], rtol=1e-6)
    for (row, column), number in np.ndenumerate(which):
        run = converge(em(KMeans(X), [[M0[column]], [M1[row]]]), until=parameters_settle())
        assert np.isclose(-run.objective, losses[number], rtol=1e-9)


def test_a_function_over_means_sees_each_pair_and_nothing_else_moved():
    theta = MixtureParameters([0.3, 0.7], [[0.0], [0.0]], [[[1.0]], [[4.0]]])
    heights = landscape.over_means(lambda theta: log_likelihood(X, theta), theta, M0, M1)
    slopes = landscape.over_means(lambda theta: grad_means(X, theta), theta, M0, M1)
    assert (heights.shape, slopes.shape) == ((7, 8), (7, 8, 2, 1))
    there = MixtureParameters([0.3, 0.7], [[M0[2]], [M1[5]]], [[[1.0]], [[4.0]]])
    assert heights[5, 2] == log_likelihood(X, there)
    np.testing.assert_array_equal(slopes[5, 2], grad_means(X, there))


@pytest.mark.parametrize("places", [[[0.0, 1.0]], [np.nan], []])
def test_places_of_the_means_are_one_row_of_numbers(places):
    x = np.array([[0.0], [1.0], [4.0]])
    theta = MixtureParameters([0.5, 0.5], [[0.0], [1.0]], np.ones((2, 1, 1)))
    for use in (lambda m0, m1: landscape.ends(x, m0, m1), lambda m0, m1: landscape.over_means(len, theta, m0, m1)):
        with pytest.raises(ValueError, match="m0 must be"):
            use(places, [0.0])
        with pytest.raises(ValueError, match="m1 must be"):
            use([0.0], places)
