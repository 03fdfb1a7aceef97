"""SQUAREM: the same end in far fewer steps, and never a step down."""

import itertools

import numpy as np
import pytest

from lecture_lib.datasets import load_elderly_deaths, load_linkage, load_old_faithful
from lecture_lib.em import (
    CollapsedComponentError,
    converge,
    em,
    extrapolate,
    from_vector,
    squarem,
    step_jacobian,
    to_vector,
)
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import KMeans
from lecture_lib.models.linkage import Linkage
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters
from lecture_lib.models.student_t import StudentT, StudentTParameters

DEATHS = PoissonMixture(load_elderly_deaths())
DEATHS_START = PoissonMixtureParameters([0.3, 0.7], [1.0, 2.5])
MIXTURE_START = MixtureParameters([0.5, 0.5], [[2.0, 60], [4.0, 70]], [np.diag([1.0, 100.0])] * 2)


def steps_to(states, objective):
    return next(state.step for state in states if state.objective >= objective)


def test_on_the_elderly_women_it_needs_a_twentieth_of_the_steps():
    best = converge(em(DEATHS, DEATHS_START), max_steps=20_000).objective
    goal = best - 1e-8
    plain, fast = steps_to(em(DEATHS, DEATHS_START), goal), steps_to(squarem(DEATHS, DEATHS_START), goal)
    assert plain >= 20 * fast


@pytest.mark.parametrize(
    ("model", "start"),
    [
        (DEATHS, DEATHS_START),
        (Linkage(load_linkage()), 0.1),
        (GaussianMixture(load_old_faithful()), MIXTURE_START),
    ],
)
def test_the_end_is_that_of_em_and_the_objective_never_falls(model, start):
    fast, plain = converge(squarem(model, start)), converge(em(model, start))
    assert fast.converged
    assert np.all(np.diff(fast.objectives) >= -1e-11 * abs(fast.objective))
    assert fast.objective == pytest.approx(plain.objective, rel=1e-9)
    np.testing.assert_allclose(to_vector(fast.theta), to_vector(plain.theta), rtol=2e-3, atol=1e-6)


def test_leaps_keep_weights_that_sum_to_one():
    # Rounding, times the square of a leap of hundreds of steps, came to 1e-10, which 1,096 data count 1,096 times.
    for state in converge(squarem(DEATHS, DEATHS_START)).states:
        assert state.theta.weights.sum() == pytest.approx(1, abs=5e-16)  # rounding of two numbers


def test_a_leap_that_would_lower_the_objective_or_leave_the_domain_is_not_taken():
    class Steep:
        """theta -> 0.99 theta, but everything beyond 0 is bad in its own way."""

        def __init__(self, beyond):
            self.beyond = beyond

        def e_step(self, theta):
            if theta < 5:
                if self.beyond is None:
                    return None, -1e6
                raise self.beyond
            return None, -theta

        def m_step(self, theta, q):
            return 0.99 * theta

    for beyond in (None, ValueError("outside"), CollapsedComponentError(0, 1.0)):
        run = converge(squarem(Steep(beyond), 8.0), max_steps=10)
        assert [state.theta for state in run.states] == pytest.approx([8 * 0.99 ** (2 * i) for i in range(11)])
        assert [state.step for state in run.states] == list(range(0, 22, 2))


class Slow:
    """theta -> 0.99 theta, a model of which one leap finds the end; some of its parameters raise an error."""

    def __init__(self, raised, where):
        self.raised, self.where = raised, where

    def e_step(self, theta):
        if self.where(theta):
            raise self.raised
        return None, -(theta**2)

    def m_step(self, theta, q):
        return 0.99 * theta


@pytest.mark.parametrize("error", [TypeError, IndexError, KeyboardInterrupt])
def test_an_error_that_is_not_about_parameters_is_passed_on_from_a_leap_too(error):
    with pytest.raises(error, match="mine"):
        next(itertools.islice(squarem(Slow(error("mine"), lambda theta: theta < 5), 8.0), 5, None))


@pytest.mark.parametrize("error", [ValueError, ArithmeticError, CollapsedComponentError])
@pytest.mark.parametrize("at", [8.0, 0.99 * 8, 0.99**2 * 8])
def test_an_error_on_the_path_of_em_is_passed_on(error, at):
    raised = error(0, 1.0) if error is CollapsedComponentError else error("mine")
    with pytest.raises(error) as caught:
        # Below 7.7 too, so that the leap is refused, and the second step is looked at.
        next(itertools.islice(squarem(Slow(raised, lambda theta: theta == at or theta < 7.7), 8.0), 5, None))
    assert caught.value is raised


def test_coordinates_that_never_work_are_an_error_and_not_em_without_a_word():
    def broken(vector, like):
        raise ValueError("cannot write this back")

    with pytest.raises(ValueError, match="cannot write this back"):
        converge(squarem(DEATHS, DEATHS_START, from_vector=broken))
    with pytest.raises(TypeError, match="parameters must consist of real numbers, got <U1"):
        converge(squarem(InNames(), {"rates": 1.0, "name": "a"}), max_steps=3)


class InNames(Slow):
    def __init__(self):
        pass

    def e_step(self, theta):
        return None, -theta["rates"]

    def m_step(self, theta, q):
        return theta | {"rates": 0.99 * theta["rates"]}


def test_a_leap_to_an_infinite_objective_is_not_taken():
    class Open(Slow):
        def e_step(self, theta):
            return None, np.inf if theta < 5 else -theta

    run = converge(squarem(Open(None, None), 8.0), max_steps=5)
    assert np.isfinite(run.objectives).all()


def test_with_infinite_parameters_the_steps_are_those_of_em():
    X = np.random.default_rng(0).normal(size=(40, 1))
    start = StudentTParameters([0.3], [[2.0]], np.inf)
    fast, plain = (
        converge(loop(StudentT(X, dof=np.inf), start), until=lambda seen: False, max_steps=steps)
        for loop, steps in ((squarem, 4), (em, 8))
    )
    assert fast.theta.dof == np.inf
    np.testing.assert_allclose(fast.theta.location, plain.theta.location, rtol=1e-14)


def test_coordinates_of_ones_own_are_used():
    def log(theta):
        return np.log(to_vector(theta))

    def exp(vector, like):
        numbers = np.exp(vector)
        numbers[:2] /= numbers[:2].sum()
        return from_vector(numbers, like)

    run = converge(squarem(DEATHS, DEATHS_START, to_vector=log, from_vector=exp))
    assert run.objective == pytest.approx(converge(squarem(DEATHS, DEATHS_START)).objective, rel=1e-9)


def test_a_linear_map_is_solved_by_one_leap_and_sums_are_kept():
    rate, end = 0.97, np.array([0.2, 0.8])
    start = np.array([0.6, 0.4])
    first, second = (end + rate**i * (start - end) for i in (1, 2))
    np.testing.assert_allclose(extrapolate(start, first, second), end, atol=1e-12)
    bent = extrapolate(start, first, np.array([0.5, 0.5]))
    assert bent.sum() == pytest.approx(1)
    np.testing.assert_array_equal(extrapolate(end, end, end), end)
    np.testing.assert_array_equal(extrapolate([0.0], [1.0], [5.0]), [5.0])  # ever longer steps: no estimate


@pytest.mark.parametrize("theta", [0.3, [1.0, 2.0], np.eye(2), DEATHS_START, MIXTURE_START])
def test_parameters_become_vectors_and_come_back(theta):
    back = from_vector(to_vector(theta), theta)
    assert type(back) is type(theta) or isinstance(back, np.ndarray)
    np.testing.assert_array_equal(to_vector(back), to_vector(theta))


def test_numbers_that_parameters_do_not_allow_are_refused():
    with pytest.raises(ValueError, match="weights"):
        from_vector(np.array([1.5, -0.5, 1.0, 2.0]), DEATHS_START)


def test_the_jacobian_of_a_linear_step_is_its_matrix():
    matrix = np.array([[0.5, 0.2], [0.1, 0.9]])
    np.testing.assert_allclose(step_jacobian(lambda v: matrix @ v + 3, [1.0, -2.0]), matrix, atol=1e-9)
    with pytest.raises(ValueError, match="width must be"):
        step_jacobian(lambda v: v, [1.0], width=0)


def test_the_first_state_is_not_changed_by_what_the_caller_does_later():
    start = np.array([[0.0], [9.0]])
    states = squarem(KMeans([[0.0], [1.0], [8.0]]), start)
    first = next(states)
    start[:] = 5
    assert first.theta.tolist() == [[0], [9]]
    assert next(states).theta.tolist() == [[0.5], [8]]
