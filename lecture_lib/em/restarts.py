"""Several starts, and the best of their runs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from lecture_lib.em.errors import CollapsedComponentError
from lecture_lib.em.loop import Model, converge, em
from lecture_lib.em.state import Q, Run, State, Theta
from lecture_lib.em.stopping import TOLERANCE, nat

__all__ = ["best_of", "runs_from"]

EQUAL = 10 * TOLERANCE
"""Runs whose objectives differ by at most so many nats have the same end: each is within TOLERANCE of it.

Without it the last digit decides which of two equal ends is kept, and so how its components are numbered; another
processor rounds it otherwise.
"""


def runs_from(
    model: Model[Theta, Q],
    starts: Iterable[Theta],
    *,
    loop: Callable[[Model[Theta, Q], Theta], Iterable[State[Theta]]] = em,
    **rules: Any,
) -> Iterator[Run[Theta] | CollapsedComponentError]:
    """Converge from each start; a run that collapses is passed on as its error.

    Parameters
    ----------
    model : Model
        Brings the two steps.
    starts : iterable of Theta
        Where to start.
    loop : callable
        What yields the states, given the model and a start: :func:`em`, or :func:`squarem`.
    **rules
        ``until``, ``max_steps`` and ``keep``, as :func:`converge` takes them.

    Yields
    ------
    Run or CollapsedComponentError
        One per start, for :func:`best_of`.
    """
    for theta in starts:
        try:
            yield converge(loop(model, theta), **rules)
        except CollapsedComponentError as collapse:
            yield collapse


def best_of(runs: Iterable[Run[Theta] | CollapsedComponentError]) -> Run[Theta]:
    """Return the run with the highest objective; of those that are equal to it, to within tolerance, the first.

    Parameters
    ----------
    runs : iterable of Run or CollapsedComponentError
        As :func:`runs_from` yields them. Runs that collapsed are left out and counted. After one that was
        interrupted no other is asked for; an interrupt between them ends the comparison too.

    Returns
    -------
    Run
        With ``collapsed`` set to the number of runs that collapsed, ``agreeing`` to that of those that are equal to
        the best, and ``second`` to the highest objective among the others.

    Raises
    ------
    CollapsedComponentError
        The last one, when every run collapsed.
    ValueError
        When there is no run.
    """
    equal, ends, collapses = list[Run[Theta]](), list[float](), list[CollapsedComponentError]()
    interrupted = False
    try:
        for run in runs:
            if isinstance(run, CollapsedComponentError):
                collapses.append(run)
                continue
            ends.append(run.objective)
            best = max([run, *equal], key=lambda one: one.objective)
            least = best.objective - EQUAL * nat(best.states[-1])
            equal = [one for one in [*equal, run] if one.objective >= least]
            if interrupted := run.interrupted:
                break
    except KeyboardInterrupt:
        if not equal:
            raise
        interrupted = True
    if not equal:
        raise _without_a_run(collapses)
    others, collapsed = [end for end in ends if end < least], len(collapses)
    second, agreeing = max(others, default=None), len(ends) - len(others)
    return replace(equal[0], collapsed=collapsed, interrupted=interrupted, agreeing=agreeing, second=second)


def _without_a_run(collapses):
    """Return what to raise where no run is left."""
    if not collapses:
        return ValueError("runs must hold at least one run, got none; ask for at least one restart")
    collapses[-1].add_note(f"all {len(collapses)} starts collapsed")
    return collapses[-1]
