"""One unknown mean: the same numbers as the general mixture, a parabola that touches, and a climb."""

import itertools

import numpy as np
import pytest
from numerical import assert_monotone, gradient

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models import mixture
from lecture_lib.models.one_mean import TWO_HILLS, OneMean

X = np.array(TWO_HILLS)
MODEL = OneMean(X)
GRID = np.linspace(-4, 7, 23)


def parameters(theta):
    return mixture.MixtureParameters([0.5, 0.5], [[0.0], [theta]], [[[1.0]]] * 2)


@pytest.mark.parametrize("theta", [-3.0, 0.0, 2.5])
def test_it_is_the_mixture_with_all_else_known(theta):
    q, objective = MODEL.e_step(theta)
    general = parameters(theta)
    np.testing.assert_allclose(q, mixture.responsibilities(X[:, None], general)[:, 1], rtol=1e-13)
    assert objective == pytest.approx(mixture.log_likelihood(X[:, None], general), rel=1e-14)
    assert MODEL.log_likelihood(theta) == pytest.approx(objective, rel=1e-14)
    any_q = np.random.default_rng(0).random(len(X))
    expected = mixture.lower_bound(X[:, None], np.c_[1 - any_q, any_q], general)
    assert MODEL.lower_bound(any_q, theta) == pytest.approx(expected, rel=1e-13)


def test_grids_of_any_shape_are_taken_entry_by_entry():
    q, _ = MODEL.e_step(1.0)
    grid = GRID[:20].reshape(4, 5)
    for function in (MODEL.log_likelihood, lambda theta: MODEL.lower_bound(q, theta)):
        np.testing.assert_allclose(function(grid), [[function(theta) for theta in row] for row in grid], rtol=1e-14)


@pytest.mark.parametrize("start", [-3.0, 0.4, 6.0])
def test_the_bound_is_a_parabola_that_touches_with_the_same_slope(start):
    q, objective = MODEL.e_step(start)
    assert MODEL.lower_bound(q, start) == pytest.approx(objective, rel=1e-13)
    assert np.all(MODEL.lower_bound(q, GRID) <= MODEL.log_likelihood(GRID) + 1e-12)
    bend = np.diff(MODEL.lower_bound(q, GRID), 2) / 0.5**2
    np.testing.assert_allclose(bend, -q.sum(), rtol=1e-8)  # second differences of numbers of size 100
    slopes = [gradient(f, start) for f in (MODEL.log_likelihood, lambda theta: MODEL.lower_bound(q, theta))]
    assert slopes[0] == pytest.approx(slopes[1], abs=1e-8)
    assert gradient(lambda theta: MODEL.lower_bound(q, theta), MODEL.m_step(start, q)) == pytest.approx(0, abs=1e-8)


def test_hard_shares_have_no_entropy_and_no_data_leave_theta_where_it_is():
    q = np.repeat([0.0, 1.0], [6, 4])
    expected = -(len(X) * np.log(2 * np.sqrt(2 * np.pi))) - np.sum((X - 3 * q) ** 2) / 2
    assert MODEL.lower_bound(q, 3.0) == pytest.approx(expected, rel=1e-13)
    assert MODEL.m_step(3.0, q) == pytest.approx(X[6:].mean(), rel=1e-15)
    assert MODEL.m_step(3.0, np.zeros(10)) == 3.0


def test_two_starts_climb_two_hills():
    ends = [converge(em(MODEL, start), until=parameters_settle(1e-12)) for start in (-2.5, 0.4)]
    for run in ends:
        assert_monotone(run)
        assert gradient(MODEL.log_likelihood, run.theta) == pytest.approx(0, abs=1e-8)
    assert ends[0].theta == pytest.approx(-2.3, abs=0.1)
    assert ends[1].theta == pytest.approx(2.6, abs=0.1)
    assert ends[1].objective > ends[0].objective + 5


def test_each_state_has_the_objective_of_its_own_theta():
    for state in itertools.islice(em(MODEL, 0.4), 4):
        assert isinstance(state.theta, float)
        assert state.objective == pytest.approx(float(MODEL.log_likelihood(state.theta)), rel=1e-14)
