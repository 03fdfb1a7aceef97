"""Genetic linkage: the iterates of the paper that gave EM its name, its closed form, and its edges."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numerical import assert_monotone, gradient
from scipy.stats import binom, multinomial

from lecture_lib.datasets import load_linkage
from lecture_lib.derivation import numerical_hessian
from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models import linkage
from lecture_lib.models.linkage import Linkage

COUNTS = load_linkage()
BEST = (15 + np.sqrt(15**2 + 4 * 197 * 68)) / (2 * 197)
"""The positive root of 197 theta^2 - 15 theta - 68, where the derivative of the likelihood vanishes."""


def log_likelihood(counts, theta):
    classes = [0.5 + theta / 4, (1 - theta) / 4, (1 - theta) / 4, theta / 4]
    return multinomial.logpmf(counts, np.sum(counts), classes)


def closed_form(y1, y2, y3, y4):
    """The root from 0 to 1 of n theta^2 - b theta - 2 y4, where the derivative vanishes for any counts."""
    n = y1 + y2 + y3 + y4
    b = y1 - 2 * (y2 + y3) - y4
    return (b + np.sqrt(b**2 + 8 * n * y4)) / (2 * n)


@pytest.fixture(scope="module")
def run():
    return converge(em(Linkage(COUNTS), 0.5), until=parameters_settle(1e-16))


def test_the_iterates_as_published():
    """Dempster, Laird and Rubin 1977, table 1: nine decimals, the last of them rounded up here and there."""
    printed = [0.500000000, 0.608247423, 0.624321051, 0.626488879, 0.626777323]
    printed += [0.626815632, 0.626820719, 0.626821395, 0.626821484]
    iterates = [state.theta for state in itertools.islice(em(Linkage(COUNTS), 0.5), 9)]
    np.testing.assert_allclose(iterates, printed, rtol=0, atol=1e-9)


def test_the_rate_as_published():
    """The last column of the same table: each error over the one before."""
    errors = np.array([state.theta for state in itertools.islice(em(Linkage(COUNTS), 0.5), 6)]) - BEST
    np.testing.assert_array_equal(np.round(errors[1:] / errors[:-1], 4), [0.1465, 0.1346, 0.1330, 0.1328, 0.1328])


def test_the_limit_is_the_root_of_the_quadratic(run):
    assert run.converged
    assert_monotone(run)
    assert run.theta == pytest.approx(BEST, rel=1e-15)
    # The paper prints 0.6268214980; the root is 0.62682149787.
    assert round(run.theta, 9) == 0.626821498
    assert isinstance(run.theta, float)


def test_the_gradient_vanishes_at_the_limit(run):
    # The likelihood is about 7, exact to 1e-13 (its factorials are of order 1000).
    assert gradient(lambda theta: log_likelihood(COUNTS, theta), run.theta) == pytest.approx(0, abs=1e-7)


def test_the_objective_is_the_likelihood_of_the_same_theta():
    for state in itertools.islice(em(Linkage(COUNTS), 0.1), 5):
        # Differences of log-factorials of order 1000.
        assert state.objective == pytest.approx(log_likelihood(COUNTS, state.theta), abs=1e-11)


def test_the_likelihood_sums_over_the_two_parts_of_the_first_class():
    theta, counts = 0.3, [5, 2, 1, 3]
    classes = [0.5, theta / 4, (1 - theta) / 4, (1 - theta) / 4, theta / 4]
    parts = [multinomial.pmf([5 - x, x, 2, 1, 3], 11, classes) for x in range(6)]
    expected, objective = Linkage(counts).e_step(theta)
    assert objective == pytest.approx(np.log(np.sum(parts)), rel=1e-12)
    assert expected == pytest.approx(np.arange(6) @ parts / np.sum(parts), rel=1e-12)
    assert expected == pytest.approx(binom.mean(5, (theta / 4) / (0.5 + theta / 4)), rel=1e-14)


@settings(max_examples=80, deadline=None)
@given(st.tuples(*[st.integers(0, 300)] * 4).filter(any), st.floats(0.01, 0.99))
def test_any_counts_reach_their_closed_form(counts, start):
    run = converge(em(Linkage(counts), start), until=parameters_settle(1e-13), max_steps=50_000)
    assert np.all(np.diff(run.objectives) >= -1e-13 * np.abs(run.objectives).max())
    # At the edges of [0, 1] the convergence is slow, and near a flat maximum the closed form cancels.
    assert log_likelihood(counts, run.theta) == pytest.approx(
        log_likelihood(counts, closed_form(*counts)), abs=1e-5
    )


@pytest.mark.parametrize(
    ("counts", "best"), [((4, 0, 0, 0), 1.0), ((0, 3, 2, 0), 0.0), ((0, 0, 0, 5), 1.0), ((0, 0, 7, 7), 0.5)]
)
def test_classes_without_animals(counts, best):
    assert converge(em(Linkage(counts), 0.5)).theta == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize(("theta", "counts"), [(0, (5, 1, 0, 0)), (1, (5, 0, 0, 2)), (0, (5, 0, 0, 0))])
def test_an_end_of_the_range_that_the_counts_allow_is_a_fixed_point(theta, counts):
    run = converge(em(Linkage(counts), theta))
    assert (run.converged, run.theta) == (True, theta)
    assert isinstance(run.theta, float)
    assert run.objective == pytest.approx(log_likelihood(counts, theta), abs=1e-12)


def test_counts_in_one_class_only_have_the_probability_of_that_class():
    assert Linkage([3, 0, 0, 0]).e_step(0.2)[1] == pytest.approx(3 * np.log(0.55), rel=1e-13)
    assert Linkage([0, 1, 0, 0]).e_step(0.2)[1] == pytest.approx(np.log(0.2), rel=1e-13)
    assert Linkage([0, 0, 0, 2]).e_step(0.2)[1] == pytest.approx(2 * np.log(0.05), rel=1e-13)


def test_information_is_curvature_and_what_is_missing_is_the_rate():
    counts, theta = load_linkage(), 0.6268214978709824
    observed, complete = linkage.information(counts, theta)
    curvature = numerical_hessian(lambda t: linkage.Linkage(counts).e_step(float(t[0]))[1], [theta])[0, 0]
    assert observed == pytest.approx(-curvature, rel=1e-4)
    assert 1 - observed / complete == pytest.approx(0.132778, abs=1e-6)  # Dempster, Laird and Rubin 1977


@pytest.mark.parametrize("theta", [0, 1, -0.1, 1.5, np.nan])
def test_there_is_no_information_at_the_ends(theta):
    with pytest.raises(ValueError, match=r"^theta must be "):
        linkage.information([3, 0, 0, 1], theta)
