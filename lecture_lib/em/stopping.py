"""When a loop stops, and which step of it was wrong.

Every tolerance is measured from the objective or the parameters as they are now, never from what they once were: a
bad start makes no rule blind.

Source: D. Böhning, E. Dietz, R. Schaub, P. Schlattmann and B. Lindsay, *The distribution of the likelihood ratio
for mixtures of densities from the one-parameter exponential family*, 1994 (Aitken's estimate as a stopping rule).
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from lecture_lib import validation
from lecture_lib.em.errors import ObjectiveDecreasedError
from lecture_lib.em.parameters import numbers, precision
from lecture_lib.em.state import State

__all__ = ["Rule", "check_rise", "nothing_gained", "objective_settles", "parameters_settle"]

Rule = Callable[[Sequence[State]], bool]
"""A stopping rule: does the loop stop at the last of these (at least two) states?"""

TOLERANCE = 1e-6
"""How much may be left to gain, in nats."""

NAT_SHARE, NAT_SHARE_IF_UNKNOWN = 1e-6, 1e-3
"""At least this share of the objective counts as one nat: beside a large one less cannot be told from rounding.

The second holds where nothing is known of nats.
"""

GAIN_SHARE_IN_NATS, GAIN_SHARE_IN_SIZES = 1e-4, 1e-8
"""The last gain is at most this share of the tolerance: counted in nats, and in sizes of the objective.

Else a fast mode of convergence hides a slow one, or one that grows. Of 79 runs from bad starts, half of them near a
saddle, two gains within the tolerance and Aitken's estimate ended 13 too early, by up to 350 nats; with a share of
1e-2 it was 7, of 1e-3 it was 5, and of 1e-4, which allows for a rate of 0.9999, it was 1, by 2e-5 nats, after half
as many steps again. Measured by ``tests/benchmarks/stopping.py``.
"""

MAX_FALL = 1e-10
"""A fall of the objective by more than this share of its size is no rounding, in float64.

Sums of millions of terms are exact to about 1e-13 of their size, and a step of a narrow component may lose three
digits more; a wrong step costs far more than that.
"""

MAX_FALL_IN_EPSILONS = 1e3
"""The same in machine epsilons, for what is computed in float32: it sums thousands of terms, and exact to a few."""


def nat(state: State) -> float:
    """Return what counts as one nat in the units of the objective."""
    return max(state.nat, NAT_SHARE * state.size) if state.nat else NAT_SHARE_IF_UNKNOWN * state.size


def objective_settles(tol: float = TOLERANCE) -> Rule:
    """Stop when little is left to gain by Aitken's estimate, and the last gain is a small part of that little.

    Near its end EM is linear: each gain is the same share of the one before. If the last two are h and g, the gains
    to come add up to g^2 / (h - g). A gain that is no smaller than the one before does not stop a run, unless it is
    0, or negative by rounding.

    Parameters
    ----------
    tol : float
        How much may be left to gain, at least 0, in nats. One nat is at least a millionth of the objective; of an
        objective that is no log-likelihood, a thousandth.

    Returns
    -------
    Rule
        For :func:`converge`.
    """
    tol = validation.number(tol, "tol", least=0)

    def settled(states: Sequence[State]) -> bool:
        last = states[-1]
        gain = last.objective - states[-2].objective
        if gain <= 0:
            return True
        if len(states) < 3:
            return False
        before = states[-2].objective - states[-3].objective
        small = gain <= tol * max(GAIN_SHARE_IN_NATS * last.nat, GAIN_SHARE_IN_SIZES * last.size)
        return small and gain < before and gain * gain <= (before - gain) * tol * nat(last)

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
    """
    tol = validation.number(tol, "tol", least=0)

    def settled(states: Sequence[State]) -> bool:
        old, new = numbers(states[-2].theta), numbers(states[-1].theta)
        with np.errstate(invalid="ignore"):  # infinite degrees of freedom have settled, though inf - inf is NaN
            return all(np.all((a == b) | (np.abs(b - a) <= tol)) for a, b in zip(old, new, strict=True))

    return settled


def nothing_gained(patience: int) -> Rule:
    """Stop when the objective has been the same for so many steps, at least 1: for a search that keeps the best."""
    patience = validation.count(patience, None, "patience")
    return lambda states: len(states) > patience and states[-1].objective == states[-1 - patience].objective


def check_rise(before: State | None, state: State) -> None:
    """Raise ObjectiveDecreasedError unless the objective is finite and did not fall, but for rounding."""
    if not math.isfinite(state.objective):
        raise ObjectiveDecreasedError(
            f"the objective is {state.objective} at step {state.step}, not a finite number; check the start and "
            "the model's e_step"
        )
    if before is None:
        return
    fall = before.objective - state.objective
    if fall <= MAX_FALL * state.size or fall <= _coarse_fall(state) * state.size:
        return
    # As many digits as show the fall.
    digits = max(6, 2 + math.ceil(math.log10(max(abs(before.objective), abs(state.objective)) / fall)))
    raise ObjectiveDecreasedError(
        f"the objective fell by {fall:.6g}, from {before.objective:.{digits}g} to {state.objective:.{digits}g}, at "
        f"step {state.step}; no step may lower it: check the model's e_step and m_step"
    )


def _coarse_fall(state: State) -> float:
    """Return the share of the objective that rounding may reach, in the coarsest floating type of the state."""
    eps = precision(state.objective, state.theta)
    return MAX_FALL_IN_EPSILONS * eps if eps > np.finfo(float).eps else MAX_FALL
