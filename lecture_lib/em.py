"""The one loop of the course: two steps, each of which can only improve one objective.

A model brings the two steps; :func:`em` alternates them, endlessly; :func:`converge` decides when to stop and
checks at every step that the objective did not get worse. No model is imported here, and a model need not
import this file: it fits the protocol :class:`Model`.

Sources: R. M. Neal and G. E. Hinton, *A view of the EM algorithm that justifies incremental, sparse, and other
variants*, 1998 (both steps maximise one F); lecture 22, slides "Generic EM Algorithm".
"""

import copy
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Generic, Protocol, TypeVar

import numpy as np

from lecture_lib import validation

__all__ = [
    "CollapsedComponentError",
    "Model",
    "ObjectiveDecreasedError",
    "Run",
    "State",
    "best_of",
    "converge",
    "em",
    "objective_settles",
    "parameters_settle",
    "runs_from",
]

Theta = TypeVar("Theta")
Q = TypeVar("Q")

ROUNDING = 1e-10
"""A fall of the objective up to this share of its largest size so far counts as rounding.

Sums of millions of float64 terms are exact to about 1e-13 of their size, and a step of a narrow component may
lose three digits more; a wrong step costs far more than that.
"""


class Model(Protocol[Theta, Q]):
    """What a model brings to the loop: two maximisations of one function F(q, theta).

    For k-means q are assignments, theta the means and F = -J; for a mixture q are responsibilities and F is
    the lower bound on the log-likelihood.

    Notes
    -----
    Eq. 10.3. Source: Neal and Hinton 1998.
    """

    def e_step(self, theta: Theta) -> tuple[Q, float]:
        """Return q = argmax_q F(q, theta), and F there: the objective at theta."""
        ...

    def m_step(self, theta: Theta, q: Q) -> Theta:
        """Return argmax_theta F(q, theta); the old theta serves where the maximum is not unique."""
        ...


@dataclass(frozen=True, eq=False)
class State(Generic[Theta]):
    """Where the loop stands.

    Attributes
    ----------
    step : int
        How many M-steps led here; 0 is the start.
    theta : Theta
        The parameters.
    objective : float
        The objective at ``theta``: never one step behind it.
    """

    step: int
    theta: Theta
    objective: float


@dataclass(frozen=True, eq=False)
class Run(Generic[Theta]):
    """The states that a loop went through.

    Attributes
    ----------
    states : tuple of State
        From the start to the last state.
    converged : bool
        Whether the stopping rule ended it; False when ``max_steps`` or an interrupt did.
    collapsed : int
        Set by :func:`best_of`: how many of the compared runs collapsed.
    interrupted : bool
        Whether Ctrl-C, or a notebook's stop button, ended it. ``em(model, run.theta)`` goes on from there.
    """

    states: tuple[State[Theta], ...]
    converged: bool
    collapsed: int = 0
    interrupted: bool = False

    @property
    def theta(self) -> Theta:
        """The parameters of the last state."""
        return self.states[-1].theta

    @property
    def objective(self) -> float:
        """The objective of the last state."""
        return self.states[-1].objective

    @property
    def objectives(self) -> np.ndarray:
        """The objectives of all states, shape (number of states,)."""
        return np.array([state.objective for state in self.states])

    def __repr__(self):
        ending = "converged" if self.converged else "interrupted" if self.interrupted else "stopped"
        return f"Run({ending} after {self.states[-1].step} steps, objective {self.objective:.6g})"


class ObjectiveDecreasedError(ArithmeticError):
    """The objective got worse, or is not finite: one of the two steps is wrong."""


class CollapsedComponentError(ArithmeticError):
    """A component shrank onto a point, line or plane, where its likelihood has no bound, or has no data left.

    Attributes
    ----------
    component : int or None
        Which one; None when components share the parameter that collapsed.
    size : float
        Its share of the data, R_j = sum_i r_ij, 0 when it has none left; n when components share it.

    Notes
    -----
    ``remedy`` is how the message ends, for a model in which the usual remedies make no sense.
    """

    def __init__(self, component: int | None, size: float, *, remedy: str | None = None):
        self.component = component
        self.size = size
        what = "the shared covariance" if component is None else f"component {component}"
        fate = (
            "shrank onto a point, line or plane, and the likelihood grows without bound there"
            if size > 0
            else "has no data left"
        )
        if remedy is None:
            remedy = "use a prior, fewer components or dimensions, or another start"
        super().__init__(f"{what} (R = {size:.6g}) {fate}; {remedy}")


Rule = Callable[[Sequence[State]], bool]
"""A stopping rule: does the loop stop at the last of these (at least two) states?"""


def em(model: Model[Theta, Q], theta: Theta) -> Iterator[State[Theta]]:
    """Alternate the two steps of a model, endlessly; the caller decides when to stop.

    Parameters
    ----------
    model : Model
        Brings ``e_step`` and ``m_step``.
    theta : Theta
        The start.

    Yields
    ------
    State
        First the start itself, then one state an M-step, each with the objective at its own parameters.

    Notes
    -----
    Source: lecture 22, slide "Generic EM Algorithm"; Dempster, Laird and Rubin 1977.
    """
    theta = copy.copy(theta)  # else the first state would change when the caller's array does
    for step in itertools.count():
        q, objective = model.e_step(theta)
        yield State(step, theta, float(objective))
        theta = model.m_step(theta, q)


def objective_settles(tol: float = 1e-13) -> Rule:
    """Stop when one step gains at most ``tol`` times the total gain so far.

    The rule compares a gain with a gain, so it depends neither on the units of the data nor on how many
    there are.

    Parameters
    ----------
    tol : float
        At least 0, without unit. The default asks for nearly all that float64 can tell: EM gains ever less a
        step, and what is left when it stops can be a hundred times its last gain.

    Returns
    -------
    Rule
        For :func:`converge`.

    Raises
    ------
    ValueError
        When ``tol`` is negative or not a number.
    """
    tol = validation.number(tol, "tol", least=0)

    def settled(states):
        last = states[-1].objective
        return last - states[-2].objective <= tol * (last - states[0].objective)

    return settled


def parameters_settle(tol: float = 0.0) -> Rule:
    """Stop when no parameter moved by more than ``tol``.

    With ``tol = 0`` this is the rule of k-means: stop when no mean moves.

    Parameters
    ----------
    tol : float
        At least 0, in the units of the parameters.

    Returns
    -------
    Rule
        For :func:`converge`.

    Raises
    ------
    ValueError
        When ``tol`` is negative or not a number.
    """
    tol = validation.number(tol, "tol", least=0)

    def settled(states):
        old, new = _numbers(states[-2].theta), _numbers(states[-1].theta)
        with np.errstate(invalid="ignore"):  # infinite degrees of freedom have settled, though inf - inf is NaN
            return all(np.all((a == b) | (np.abs(b - a) <= tol)) for a, b in zip(old, new, strict=True))

    return settled


def _numbers(theta):
    """List the arrays that parameters consist of: an array, or whatever a class, dict or sequence holds."""
    if theta is None:
        return []
    if is_dataclass(theta):
        parts = [getattr(theta, field.name) for field in fields(theta)]
    elif isinstance(theta, dict):
        parts = list(theta.values())
    elif isinstance(theta, (tuple, list)):
        parts = theta
    else:
        return [np.asarray(theta, dtype=float)]
    return [numbers for part in parts for numbers in _numbers(part)]


def converge(states: Iterable[State[Theta]], *, until: Rule | None = None, max_steps: int = 10_000) -> Run[Theta]:
    """Follow the loop until a rule stops it, and check at each step that the objective does not fall.

    Parameters
    ----------
    states : iterable of State
        As :func:`em` yields them.
    until : Rule, optional
        When to stop; :func:`objective_settles` if none is given.
    max_steps : int
        At least 1. The run ends there in any case, with ``converged=False``.

    Returns
    -------
    Run
        All states, the last of which is the one at which the rule stopped. An interrupt (Ctrl-C, the stop button)
        also ends the run, with the states so far and ``interrupted=True``; before the first state it is raised.

    Raises
    ------
    ObjectiveDecreasedError
        When the objective falls by more than rounding, or is not finite.
    ValueError
        When ``until`` is no rule, ``max_steps`` not an integer of at least 1, or there is no state at all.

    Notes
    -----
    Eq. 10.5 is what it checks.
    """
    max_steps = validation.count(max_steps, None, "max_steps")
    until = objective_settles() if until is None else until
    if not callable(until) or until in (objective_settles, parameters_settle):
        raise ValueError(f"until must be a stopping rule, got {until!r}; pass objective_settles() for example")
    seen, size = [], 0.0
    try:
        for state in states:
            _check(state, seen, size)
            size = max(size, abs(state.objective))
            seen.append(state)
            if len(seen) > 1 and until(seen):
                return Run(tuple(seen), converged=True)
            if len(seen) > max_steps:
                break
    except KeyboardInterrupt:
        if not seen:
            raise
        return Run(tuple(seen), converged=False, interrupted=True)
    if not seen:
        raise ValueError("states must hold at least the start, got none; pass em(model, theta)")
    return Run(tuple(seen), converged=False)


def _check(state, seen, size):
    """Raise unless the state's objective is finite and at least the one before, but for rounding."""
    if not math.isfinite(state.objective):
        raise ObjectiveDecreasedError(
            f"the objective is {state.objective} at step {state.step}, not a finite number; check the start and "
            "the model's e_step"
        )
    if seen and state.objective < seen[-1].objective - ROUNDING * size:
        before = seen[-1].objective
        raise ObjectiveDecreasedError(
            f"the objective fell by {before - state.objective:.6g}, from {before:.6g} to {state.objective:.6g}, at "
            f"step {state.step}; no step may lower it: check the model's e_step and m_step"
        )


def runs_from(
    model: Model[Theta, Q], starts: Iterable[Theta], **rules
) -> Iterator[Run[Theta] | CollapsedComponentError]:
    """Converge from each start; a run that collapses is passed on as its error.

    Parameters
    ----------
    model : Model
        Brings the two steps.
    starts : iterable of Theta
        Where to start.
    **rules
        ``until`` and ``max_steps``, as :func:`converge` takes them.

    Yields
    ------
    Run or CollapsedComponentError
        One a start, for :func:`best_of`.
    """
    for theta in starts:
        try:
            yield converge(em(model, theta), **rules)
        except CollapsedComponentError as collapse:
            yield collapse


def best_of(runs: Iterable[Run[Theta] | CollapsedComponentError]) -> Run[Theta]:
    """Return the run with the highest objective; of equal ones the first.

    Parameters
    ----------
    runs : iterable of Run or CollapsedComponentError
        As :func:`runs_from` yields them. Runs that collapsed are left out and counted. After one that was
        interrupted no other is asked for.

    Returns
    -------
    Run
        With ``collapsed`` set to the number of runs that collapsed.

    Raises
    ------
    CollapsedComponentError
        The last one, when every run collapsed.
    ValueError
        When there is no run.
    """
    best, collapse, collapsed, interrupted = None, None, 0, False
    for run in runs:
        if isinstance(run, CollapsedComponentError):
            collapse, collapsed = run, collapsed + 1
            continue
        if best is None or run.objective > best.objective:
            best = run
        if interrupted := run.interrupted:
            break
    if best is not None:
        return replace(best, collapsed=collapsed, interrupted=interrupted)
    if collapse is None:
        raise ValueError("runs must hold at least one run, got none; ask for at least one restart")
    collapse.add_note(f"all {collapsed} starts collapsed")
    raise collapse
