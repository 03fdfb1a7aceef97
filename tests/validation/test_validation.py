"""Checks of input that the tables of bad input do not reach: limits, units and defaults."""

import numpy as np
import pytest

from lecture_lib import validation


def test_weights_may_miss_1_by_rounding():
    thousandths = np.full(1000, 1e-3)
    np.testing.assert_array_equal(validation.weights(thousandths), thousandths)
    nearly = validation.weights([0.5, 0.5 + 0.9e-9])
    assert nearly.sum() == pytest.approx(1, abs=5e-16)  # rounding of two numbers
    assert nearly[1] > nearly[0]
    with pytest.raises(ValueError, match=r"^weights must sum to 1, got 1.*; divide them by their sum$"):
        validation.weights([0.5, 0.5 + 1.1e-9])


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_a_covariance_is_judged_by_its_correlations(unit):
    units = np.outer([1, unit], [1, unit])
    nearly = np.array([[1, 1 - 1e-12], [1 - 1e-12, 1]])
    np.testing.assert_array_equal(validation.covariance(nearly * units, 2), nearly * units)
    rounded = np.array([[1, 0.5], [0.5 + 0.9e-9, 1]])
    validation.covariance(rounded * units, 2)
    message = (
        "^covariance must be symmetric positive definite, got .*; check it for columns that depend on each other$"
    )
    for wrong in ([[1, 1 + 1e-12], [1 + 1e-12, 1]], [[1, 0.5], [0.5 + 1.1e-9, 1]]):
        with pytest.raises(ValueError, match=message):
            validation.covariance(wrong * units, 2)


def test_probabilities_keep_their_shape_and_may_be_0_and_1():
    for p in (0.5, [0.0, 1.0], [[[0.25]]]):
        np.testing.assert_array_equal(validation.probabilities(p, "p"), p)
    with pytest.raises(ValueError, match=r"^p must be finite"):
        validation.probabilities(np.nan, "p")


def test_what_binary_data_are_called_is_up_to_the_caller():
    for name in ("X", "pixels"):
        with pytest.raises(ValueError, match=f"^{name} must hold zeros and ones, .* {name} > {name}.mean"):
            validation.binary([[2.0]], name)
        with pytest.raises(ValueError, match=f"^{name} must be finite"):
            validation.binary([[np.nan]], name)


def test_a_far_first_datum_hides_no_direction():
    X = np.random.default_rng(0).standard_normal((200_000, 2))
    X[0] = 1e11
    validation.spanning(X, 2, "")


@pytest.mark.parametrize("shift", [0.0, 1.0, 1e8])
@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_directions_are_counted_in_any_unit_and_anywhere(unit, shift):
    rng = np.random.default_rng(0)
    plane = rng.standard_normal((50, 2)) @ rng.standard_normal((2, 4))
    X = (plane + shift) * [1, unit, 1, 1 / unit]
    validation.spanning(X, 2, "")
    with pytest.raises(ValueError, match=r"^X must vary in at least 3 directions, got 2; add some$"):
        validation.spanning(X, 3, "add some")
    validation.spanning((plane + rng.standard_normal((50, 4)) + shift) * [1, unit, 1, 1 / unit], 4, "")


def test_in_one_unit_a_direction_counts_from_rounding_of_variances_on():
    X = np.random.default_rng(0).standard_normal((10_000, 2))
    validation.spanning(X * [1, 3e-8], 2, "", one_unit=True)
    validation.spanning(X * [1, 3e-9], 2, "")
    with pytest.raises(ValueError, match=r"^X must vary in at least 2 directions, got 1; add some$"):
        validation.spanning(X * [1, 3e-9], 2, "add some", one_unit=True)
