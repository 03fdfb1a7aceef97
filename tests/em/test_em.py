"""The loop: what it yields, that it notices a wrong step, and that no step can change an earlier state."""

import copy
import gc
import itertools
import weakref
from dataclasses import dataclass

import numpy as np
import pytest

from lecture_lib.em import (
    CollapsedComponentError,
    ObjectiveDecreasedError,
    State,
    converge,
    em,
    objective_settles,
    parameters_settle,
    squarem,
)


class Halving:
    """theta -> theta / 2 with the objective -theta^2: a model without data whose every state is known."""

    def e_step(self, theta):
        return None, -(theta**2)

    def m_step(self, theta, q):
        return theta / 2


class Climbing(Halving):
    """The same with a wrong step: away from the maximum."""

    def m_step(self, theta, q):
        return theta * 2


def states(*objectives):
    return [State(step, float(step), objective) for step, objective in enumerate(objectives)]


def test_the_first_state_is_the_start_and_each_objective_belongs_to_its_own_parameters():
    first = list(itertools.islice(em(Halving(), 8.0), 4))
    assert [state.step for state in first] == [0, 1, 2, 3]
    assert [state.theta for state in first] == [8.0, 4.0, 2.0, 1.0]
    assert [state.objective for state in first] == [-64.0, -16.0, -4.0, -1.0]


def test_the_loop_is_endless_and_lazy():
    loop = em(Halving(), 8.0)
    assert next(itertools.islice(loop, 500, None)).step == 500


def test_a_run_tells_its_last_state_and_all_objectives():
    run = converge(em(Halving(), 8.0), until=parameters_settle(0.5))
    assert run.converged
    assert run.theta == run.states[-1].theta == 0.5
    assert run.objective == -0.25
    np.testing.assert_array_equal(run.objectives, [-64, -16, -4, -1, -0.25])
    assert repr(run) == "Run(converged after 4 steps, objective -0.25)"


def test_the_m_step_receives_what_the_e_step_returned():
    class Passing:
        def e_step(self, theta):
            return ("q", theta), 0.0

        def m_step(self, theta, q):
            assert q == ("q", theta)
            return theta + 1

    assert next(itertools.islice(em(Passing(), 0), 3, None)).theta == 3


def test_a_run_stops_at_the_first_state_at_which_the_rule_does():
    assert len(converge(states(5.0, 5.0, 6.0)).states) == 2


def test_max_steps_ends_a_run_that_has_not_converged():
    run = converge(em(Halving(), 8.0), until=lambda seen: False, max_steps=7)
    assert not run.converged
    assert run.states[-1].step == 7
    assert "stopped after 7 steps" in repr(run)


def test_a_falling_objective_is_an_error_that_names_the_step_and_both_values():
    with pytest.raises(ObjectiveDecreasedError, match=r"fell by 3, from -1 to -4, at step 1; .*m_step"):
        converge(em(Climbing(), 1.0))


@pytest.mark.parametrize("objective", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("before", [(), (0.0,)])
def test_an_objective_that_is_not_finite_is_an_error(objective, before):
    with pytest.raises(ObjectiveDecreasedError, match=f"is {objective} at step {len(before)}"):
        converge(states(*before, objective))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: converge([]), "states must hold at least the start, got none"),
        (lambda: converge(states(0.0), max_steps=0), "max_steps must be at least 1, got 0"),
        (lambda: converge(states(0.0), keep=2), "keep must be at least 3, got 2; stopping rules look at"),
        (lambda: converge(states(0.0), keep=2.5), "keep must be an integer"),
        (lambda: objective_settles(-1), "tol must be one finite number, at least 0, got -1"),
        (lambda: parameters_settle(np.nan), "tol must be one finite number, at least 0, got nan"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_component_without_data_is_said_to_have_none():
    assert "component 2 (R = 0) has no data left; use a prior" in str(CollapsedComponentError(2, 0.0))
    assert "shrank onto" in str(CollapsedComponentError(2, 0.5))


def test_the_first_state_does_not_change_with_the_callers_array():
    class Array(Halving):
        def e_step(self, theta):
            return None, -float(theta @ theta)

    start = np.array([8.0, 8.0])
    run = converge(em(Array(), start), until=parameters_settle(1.0))
    start[:] = 99
    np.testing.assert_array_equal(run.states[0].theta, [8.0, 8.0])


@pytest.mark.parametrize("rule", [objective_settles, parameters_settle, 3])
def test_a_rule_is_called_before_it_is_passed(rule):
    with pytest.raises(ValueError, match=r"until must be a stopping rule, got .*; pass objective_settles"):
        converge(states(0.0, 1.0), until=rule)


def test_a_model_can_name_its_own_remedy_for_a_collapse():
    message = str(CollapsedComponentError(0, 36.0, remedy="sleep on it"))
    assert message.endswith("grows without bound there; sleep on it")
    assert "prior" not in message


def test_rounding_is_judged_by_the_size_of_the_objective_however_small():
    with pytest.raises(
        ObjectiveDecreasedError, match=r"^the objective fell .* check the model's e_step and m_step$"
    ):
        converge(states(1e-3, 1e-3 - 1e-12), until=lambda seen: False)


def test_states_that_end_by_themselves_are_a_run_that_has_not_converged():
    run = converge(states(0.0, 1.0), until=lambda seen: False)
    assert (run.converged, run.objective) == (False, 1.0)


def test_a_long_run_can_keep_few_states():
    whole = converge(em(Halving(), 8.0), until=parameters_settle(1e-3))
    few = converge(em(Halving(), 8.0), until=parameters_settle(1e-3), keep=3)
    assert [state.step for state in few.states] == [state.step for state in whole.states[-3:]]
    assert few.converged
    assert (few.theta, few.objective) == (whole.theta, whole.objective)
    assert converge(em(Halving(), 8.0), keep=3).theta == converge(em(Halving(), 8.0)).theta
    stopped = converge(em(Halving(), 8.0), until=lambda seen: False, max_steps=7, keep=4)
    assert [state.step for state in stopped.states] == [4, 5, 6, 7]


def test_what_is_no_longer_kept_is_let_go():
    freed = []

    class Big(Halving):
        def e_step(self, theta):
            return None, -float(theta[0] ** 2)

        def m_step(self, theta, q):
            return theta / 2

    def watched(loop):
        for state in loop:
            weakref.finalize(state.theta, freed.append, state.step)
            yield state

    converge(watched(em(Big(), np.full(3, 8.0))), until=lambda seen: False, max_steps=20, keep=3)
    gc.collect()
    assert set(range(18)) <= set(freed)


@dataclass
class Line:
    """Parameters that can be changed in place, and hold an array."""

    slope: float
    ends: np.ndarray


class InPlace:
    """Writes into its parameters in a given step, in a given way, and is right otherwise."""

    def __init__(self, write, step="m_step"):
        self.write, self.step = write, step

    def e_step(self, theta):
        if self.step == "e_step":
            self.write(theta)
        return None, 0.0

    def m_step(self, theta, q):
        if self.step == "m_step":
            self.write(theta)
        return theta


def double(array):
    array *= 2


WRITES = {
    "an entry": (np.ones(3), lambda theta: theta.__setitem__(0, 2.0), "array that is read-only"),
    "all entries": (np.ones(3), double, "array that is read-only"),
    "sorting": (np.ones(3), lambda theta: theta.sort(), "array that is read-only"),
    "an array in a dict": ({"m": np.ones(3)}, lambda theta: double(theta["m"]), "array that is read-only"),
    "an array in a tuple": ((np.ones(3), 1.0), lambda theta: double(theta[0]), "array that is read-only"),
    "an array in a dataclass": (Line(1.0, np.ones(2)), lambda theta: double(theta.ends), "array that is read-only"),
    "a dict": ({"m": 1.0}, lambda theta: theta.update(m=2.0), "changed the parameters that it was given"),
    "a new name": ({"m": 1.0}, lambda theta: theta.update(s=2.0), "changed the parameters that it was given"),
    "a list": ([1.0, 2.0], lambda theta: theta.append(3.0), "changed the parameters that it was given"),
    "a dataclass": (Line(1.0, np.ones(2)), lambda theta: setattr(theta, "slope", 2.0), "changed the parameters"),
}


@pytest.mark.parametrize("step", ["e_step", "m_step"])
@pytest.mark.parametrize("way", WRITES)
@pytest.mark.parametrize("loop", [em, squarem])
def test_a_model_that_writes_into_its_parameters_is_told_so(way, step, loop):
    start, write, message = WRITES[way]
    with pytest.raises(ValueError, match=rf"^{step} .*{message}.*return new"):
        converge(loop(InPlace(write, step), start), until=lambda seen: False, max_steps=2)


def test_what_the_message_advises_works():
    class Copying(InPlace):
        def m_step(self, theta, q):
            return super().m_step(copy.deepcopy(theta), q)

    for start, write, _ in WRITES.values():
        if not isinstance(start, (list, tuple)):
            converge(em(Copying(write), start), until=lambda seen: False, max_steps=3)

    class CopyingOneArray(Halving):
        def e_step(self, theta):
            return None, -float(theta @ theta)

        def m_step(self, theta, q):
            new = theta.copy()
            new /= 2
            return new

    assert converge(em(CopyingOneArray(), np.ones(2))).converged


def test_states_hold_copies_of_what_a_model_goes_on_using():
    class Buffered:
        """Writes each new state into one array of its own."""

        def __init__(self):
            self.room = {"m": np.zeros(2)}

        def e_step(self, theta):
            return None, -float(theta["m"] @ theta["m"])

        def m_step(self, theta, q):
            self.room["m"][:] = theta["m"] / 2
            return self.room

    start = {"m": np.array([8.0, 4.0])}
    run = converge(em(Buffered(), start), until=parameters_settle(1.0))
    assert [state.theta["m"].tolist() for state in run.states[:3]] == [[8, 4], [4, 2], [2, 1]]
    assert run.states[0].theta is not start


@pytest.mark.parametrize("error", [ValueError("my own"), TypeError("my own"), ZeroDivisionError("my own")])
@pytest.mark.parametrize("step", ["e_step", "m_step"])
@pytest.mark.parametrize("loop", [em, squarem])
def test_an_error_of_the_model_is_passed_on_as_it_is(error, step, loop):
    def fail(theta):
        raise error

    with pytest.raises(type(error), match=r"^my own$") as caught:
        converge(loop(InPlace(fail, step), 1.0))
    assert caught.value is error
