"""The one loop of the course: two steps, each of which can only improve one objective.

A model brings the two steps; :func:`em` alternates them, endlessly; :func:`converge` decides when to stop and
checks at every step that the objective did not get worse. No model is imported here, and a model need not
import this file: it fits the protocol :class:`Model`.

Sources: R. M. Neal and G. E. Hinton, *A view of the EM algorithm that justifies incremental, sparse, and other
variants*, 1998 (both steps maximise one F); lecture 22, slides "Generic EM Algorithm".
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np

from lecture_lib import validation
from lecture_lib.em.parameters import leaves, read_only
from lecture_lib.em.state import Q, Run, State, Theta
from lecture_lib.em.stopping import Rule, check_rise, objective_settles, parameters_settle

__all__ = ["Guarded", "Model", "converge", "em"]

LEAST_KEPT = 3
"""How many states a stopping rule may look at: two gains, and so one rate."""


class Model(Protocol[Theta, Q]):
    """What a model brings to the loop: two maximisations of one function F(q, theta).

    For k-means q are assignments, theta the means and F = -J; for a mixture q are responsibilities and F is
    the lower bound on the log-likelihood. A model whose F is not in nats has an attribute ``nat``: how much one nat
    is in the units of F, or 0 if there is no such number.

    Eq. 10.3. Source: Neal and Hinton 1998.
    """

    def e_step(self, theta: Theta) -> tuple[Q, float]:
        """Return q = argmax_q F(q, theta), and F there: the objective at theta."""
        ...

    def m_step(self, theta: Theta, q: Q) -> Theta:
        """Return argmax_theta F(q, theta); the old theta serves where the maximum is not unique."""
        ...


def em(model: Model[Theta, Q], theta: Theta) -> Iterator[State[Theta]]:
    """Alternate the two steps of a model, endlessly; the caller decides when to stop.

    Source: lecture 22, slide "Generic EM Algorithm"; Dempster, Laird and Rubin 1977.

    Parameters
    ----------
    model : Model
        Brings ``e_step`` and ``m_step``.
    theta : Theta
        The start: numbers and arrays, alone or in dicts, tuples, lists or dataclasses.

    Yields
    ------
    State
        First the start itself, then one state per M-step, each with the objective at its own parameters, which are
        deep copies with read-only arrays.

    Raises
    ------
    ValueError
        When a step of the model changes the parameters that it was given.
    """
    model, theta = Guarded(model), read_only(theta)
    for step in itertools.count():
        q, objective = model.e_step(theta)
        yield State(step, theta, objective, model.nat)
        theta = model.m_step(theta, q)


class Guarded:
    """A model whose steps cannot change the parameters of earlier states, and which knows its nat."""

    def __init__(self, model: Model):
        self.model = model
        self.nat = float(getattr(model, "nat", 1.0))

    def e_step(self, theta: Any) -> tuple[Any, Any]:
        """Return what the model does, the objective as a float unless its type tells that it is rounded more."""
        q, objective = self._call("e_step", theta)
        return q, objective if isinstance(objective, (np.float16, np.float32)) else float(objective)

    def m_step(self, theta: Any, q: Any) -> Any:
        """Return what the model does, as a read-only copy."""
        return read_only(self._call("m_step", theta, q))

    def _call(self, name: str, theta: Any, *q: Any) -> Any:
        before = leaves(theta)
        try:
            result = getattr(self.model, name)(theta, *q)
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise ValueError(
                f"{name} wrote into an array that is read-only, as the parameters are, which an earlier state of "
                "the run holds; write into a copy, array.copy(), and return new parameters"
            ) from error
        if list(map(id, leaves(theta))) != list(map(id, before)):
            raise ValueError(
                f"{name} changed the parameters that it was given, which an earlier state of the run holds; "
                "return new ones, made from copy.deepcopy(theta) for example"
            )
        return result


def converge(
    states: Iterable[State[Theta]], *, until: Rule | None = None, max_steps: int = 10_000, keep: int | None = None
) -> Run[Theta]:
    """Follow the loop until a rule stops it, and check at each step that the objective does not fall.

    Eq. 10.5 is what it checks.

    Parameters
    ----------
    states : iterable of State
        As :func:`em` yields them.
    until : Rule, optional
        When to stop; :func:`objective_settles` if none is given.
    max_steps : int
        At least 1. The run ends there in any case, with ``converged=False``.
    keep : int, optional
        How many of the last states the run, and the rule, have: at least 3; all if not given.

    Returns
    -------
    Run
        Its last state is the one at which the rule stopped. An interrupt (Ctrl-C, the stop button) also ends the
        run, with the states so far and ``interrupted=True``; before the first state it is raised.

    Raises
    ------
    ObjectiveDecreasedError
        When the objective falls by more than rounding, or is not finite.
    ValueError
        When ``until`` is no rule, a number is out of its range, or there is no state at all.

    Examples
    --------
    >>> from lecture_lib.datasets import load_old_faithful
    >>> from lecture_lib.models.kmeans import KMeans
    >>> converge(em(KMeans(load_old_faithful()), [[2.0, 60.0], [4.0, 60.0]]))
    Run(converged after 3 steps, objective -8901.77)
    """
    max_steps = validation.count(max_steps, None, "max_steps")
    if keep is not None and validation.count(keep, None, "keep") < LEAST_KEPT:
        raise ValueError(f"keep must be at least {LEAST_KEPT}, got {keep}; stopping rules look at so many states")
    until = _rule(until)
    seen: list[State[Theta]] = []
    converged = interrupted = False
    try:
        for number, state in enumerate(states):
            check_rise(seen[-1] if seen else None, state)
            seen.append(state)
            if keep is not None:
                del seen[:-keep]
            converged = number > 0 and bool(until(seen))
            if converged or number >= max_steps:
                break
    except KeyboardInterrupt:
        if not seen:
            raise
        interrupted = True
    if not seen:
        raise ValueError("states must hold at least the start, got none; pass em(model, theta)")
    return Run(tuple(seen), converged, interrupted=interrupted)


def _rule(until):
    """Return a stopping rule, ``objective_settles()`` for None."""
    if until is None:
        return objective_settles()
    if not callable(until) or until in (objective_settles, parameters_settle):
        raise ValueError(f"until must be a stopping rule, got {until!r}; pass objective_settles() for example")
    return until
