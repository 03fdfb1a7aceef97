"""The loop: what it yields, when it stops, and that it notices a wrong step."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from lecture_lib.em import (
    CollapsedComponentError,
    ObjectiveDecreasedError,
    Run,
    State,
    best_of,
    converge,
    em,
    objective_settles,
    parameters_settle,
    runs_from,
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


def test_objective_settles_compares_a_gain_with_the_total_gain():
    rule = objective_settles(0.1)
    assert not rule(states(0.0, 9.0))
    assert not rule(states(0.0, 8.0, 9.0))  # gained 1 of 9
    assert rule(states(0.0, 9.0, 10.0))  # gained 1 of 10, which is allowed
    assert rule(states(5.0, 5.0))  # a start at the optimum
    assert not rule(states(100.0, 108.0, 109.0))  # gained 1 of 9, wherever it began


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_objective_settles_does_not_depend_on_units(unit):
    class Scaled(Halving):
        def e_step(self, theta):
            return None, -unit * theta**2

    assert converge(em(Scaled(), 8.0)).states[-1].step == converge(em(Halving(), 8.0)).states[-1].step


def test_parameters_settle_waits_for_every_field():
    @dataclass(frozen=True)
    class Pair:
        a: np.ndarray
        b: float
        c: None = None

    def pair(a, b):
        return State(0, Pair(np.array(a), b), 0.0)

    rule = parameters_settle(0.1)
    assert rule([pair([1.0, 2.0], 3.0), pair([1.0, 2.05], 3.05)])
    assert not rule([pair([1.0, 2.0], 3.0), pair([1.0, 2.2], 3.0)])
    assert not rule([pair([1.0, 2.0], 3.0), pair([1.0, 2.0], 2.8)])
    assert not parameters_settle()([pair([1.0], 0.0), pair([1.0 + 1e-15], 0.0)])
    assert parameters_settle()([pair([1.0], 0.0), pair([1.0], 0.0)])


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


def test_states_that_end_by_themselves_are_a_run_that_has_not_converged():
    run = converge(states(0.0, 1.0), until=lambda seen: False)
    assert (run.converged, run.objective) == (False, 1.0)


def test_a_falling_objective_is_an_error_that_names_the_step_and_both_values():
    with pytest.raises(ObjectiveDecreasedError, match=r"fell by 3, from -1 to -4, at step 1; .*m_step"):
        converge(em(Climbing(), 1.0))


def test_a_fall_within_rounding_passes_and_one_above_does_not():
    converge(states(-1e6, -100.0, -100.0 - 0.9e-4), until=lambda seen: False)
    with pytest.raises(ObjectiveDecreasedError):
        converge(states(-1e6, -100.0, -100.0 - 1.1e-4), until=lambda seen: False)


def test_rounding_is_judged_by_the_size_of_the_objective_however_small():
    with pytest.raises(
        ObjectiveDecreasedError, match=r"^the objective fell .* check the model's e_step and m_step$"
    ):
        converge(states(1e-3, 1e-3 - 1e-12), until=lambda seen: False)


@pytest.mark.parametrize("objective", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("before", [(), (0.0,)])
def test_an_objective_that_is_not_finite_is_an_error(objective, before):
    with pytest.raises(ObjectiveDecreasedError, match=f"is {objective} at step {len(before)}"):
        converge(states(*before, objective))


def test_best_of_keeps_the_highest_and_the_first_of_equals():
    runs = [Run(tuple(states(value)), converged=True) for value in (1.0, 3.0, 2.0)]
    twin = Run(tuple(states(0.0, 3.0)), converged=True)
    assert best_of([*runs, twin]).states is runs[1].states
    assert best_of(iter(runs)).collapsed == 0


def test_best_of_leaves_out_what_collapsed_and_counts_it():
    good = Run(tuple(states(1.0)), converged=True)
    best = best_of([CollapsedComponentError(0, 1.0), good, CollapsedComponentError(1, 2.0)])
    assert (best.objective, best.collapsed) == (1.0, 2)


def test_best_of_raises_the_collapse_when_every_run_collapsed():
    with pytest.raises(CollapsedComponentError, match=r"^component 1 \(R = 2.5\) .* there; use a prior") as caught:
        best_of([CollapsedComponentError(0, 1.0), CollapsedComponentError(1, 2.5)])
    assert caught.value.__notes__ == ["all 2 starts collapsed"]
    assert (caught.value.component, caught.value.size) == (1, 2.5)


def test_a_collapse_of_what_components_share_names_none_of_them():
    assert str(CollapsedComponentError(None, 272.0)).startswith(
        "the shared covariance (R = 272) shrank onto a point"
    )


def test_runs_from_passes_a_collapse_on_and_goes_on():
    class Fragile(Halving):
        def e_step(self, theta):
            if theta == 7.0:
                raise CollapsedComponentError(0, 1.0)
            return super().e_step(theta)

    first, second = runs_from(Fragile(), [7.0, 8.0], until=parameters_settle(0.5), max_steps=100)
    assert isinstance(first, CollapsedComponentError)
    assert second.theta == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: converge([]), "states must hold at least the start, got none"),
        (lambda: best_of([]), "runs must hold at least one run, got none"),
        (lambda: converge(states(0.0), max_steps=0), "max_steps must be at least 1, got 0"),
        (lambda: objective_settles(-1), "tol must be one finite number, at least 0, got -1"),
        (lambda: parameters_settle(np.nan), "tol must be one finite number, at least 0, got nan"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_infinite_parameter_can_settle():
    rule = parameters_settle()
    assert rule([State(0, np.inf, 0.0), State(1, np.inf, 0.0)])
    assert not rule([State(0, 1.0, 0.0), State(1, np.inf, 0.0)])


def test_a_component_without_data_is_said_to_have_none():
    assert "component 2 (R = 0) has no data left; use a prior" in str(CollapsedComponentError(2, 0.0))
    assert "shrank onto" in str(CollapsedComponentError(2, 0.5))


@pytest.mark.parametrize(
    "wrap",
    [tuple, list, lambda parts: dict(zip("ab", parts, strict=True)), lambda parts: [tuple(parts), None]],
    ids=["tuple", "list", "dict", "nested"],
)
def test_parameters_of_any_make_can_settle(wrap):
    def state(a, b):
        return State(0, wrap([np.array(a), b]), 0.0)

    rule = parameters_settle(0.1)
    assert rule([state([1.0, 2.0], 3.0), state([1.0, 2.05], 3.0)])
    assert not rule([state([1.0, 2.0], 3.0), state([1.0, 2.2], 3.0)])
    assert not rule([state([1.0, 2.0], 3.0), state([1.0, 2.0], 3.2)])


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
