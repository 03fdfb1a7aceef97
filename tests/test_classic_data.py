"""The classical tables: the numbers that the sources print about them."""

import numpy as np
from sklearn import datasets as theirs

from lecture_lib.datasets import (
    load_cholera,
    load_digits,
    load_elderly_deaths,
    load_iris,
    load_linkage,
    load_newcomb,
    load_two_coins,
)


def test_two_coins_are_five_sets_of_ten():
    heads, tosses = load_two_coins()
    np.testing.assert_array_equal(heads, [5, 9, 8, 4, 7])
    np.testing.assert_array_equal(tosses, [10] * 5)


def test_linkage_has_197_animals():
    np.testing.assert_array_equal(load_linkage(), [125, 18, 20, 34])


def test_elderly_deaths_are_the_days_of_three_years_one_of_them_a_leap_year():
    counts = load_elderly_deaths()
    assert counts.shape == (365 + 365 + 366,)
    np.testing.assert_array_equal(np.bincount(counts.astype(int)), [162, 267, 271, 185, 111, 61, 27, 8, 3, 1])


def test_newcombs_measurements_have_the_mean_and_the_outliers_that_are_printed():
    X = load_newcomb()
    assert X.shape == (66, 1)
    # Gelman et al., Bayesian Data Analysis, section 3.2: mean 26.2, standard deviation 10.8 (it is 10.745).
    np.testing.assert_allclose([X.mean(), X.std(ddof=1)], [26.2, 10.8], atol=0.06)
    np.testing.assert_array_equal(np.sort(X[:, 0])[:3], [-44, -2, 16])


def test_cholera_spared_most_households():
    cases = load_cholera()
    np.testing.assert_array_equal(np.bincount(cases.astype(int)), [168, 32, 16, 6, 1])
    assert len(cases) == 223


def test_digits_are_scikit_learns():
    X, labels = load_digits()
    np.testing.assert_array_equal(X, theirs.load_digits().data)
    np.testing.assert_array_equal(labels, theirs.load_digits().target)
    # The class sizes that the UCI repository prints for this set.
    np.testing.assert_array_equal(np.bincount(labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])


def test_iris_is_fishers_in_the_two_rows_where_other_copies_err():
    X, z = load_iris()
    np.testing.assert_array_equal(X, theirs.load_iris().data)
    np.testing.assert_array_equal(z, np.repeat([0, 1, 2], 50))
    np.testing.assert_array_equal(X[[34, 37]], [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]])
