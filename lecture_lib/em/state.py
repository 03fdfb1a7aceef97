"""Where the loop stands, and the states that it went through."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

__all__ = ["Run", "State"]

Theta = TypeVar("Theta")
Q = TypeVar("Q")


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
    nat : float
        How much one nat is in the units of the objective: 1 for a log-likelihood, 0 for an objective without such a
        unit, k-means' -J for example. Tolerances are measured in it.
    """

    step: int
    theta: Theta
    objective: float
    nat: float = field(default=0.0, repr=False)

    @property
    def size(self) -> float:
        """How large the objective is, for tolerances that are shares of it; at least one nat.

        The log-likelihood of data in suitable units is 0 by cancellation, while its terms, and their rounding,
        are not.
        """
        return max(abs(self.objective), self.nat)


@dataclass(frozen=True, eq=False)
class Run(Generic[Theta]):
    """The states that a loop went through.

    Attributes
    ----------
    states : tuple of State
        From the start to the last state, or as many of the last ones as were asked for.
    converged : bool
        Whether the stopping rule ended it; False when ``max_steps`` or an interrupt did.
    collapsed : int
        Set by :func:`best_of`: how many of the compared runs collapsed.
    agreeing : int
        Set by :func:`best_of`: how many of them, this one included, ended here, to within tolerance.
    second : float or None
        Set by :func:`best_of`: the highest objective at which another one ended; None if there is none.
    interrupted : bool
        Whether Ctrl-C, or a notebook's stop button, ended it. ``em(model, run.theta)`` goes on from there.
    """

    states: tuple[State[Theta], ...]
    converged: bool
    collapsed: int = 0
    agreeing: int = 1
    second: float | None = None
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

    def __repr__(self) -> str:
        ending = "converged" if self.converged else "interrupted" if self.interrupted else "stopped"
        return f"Run({ending} after {self.states[-1].step} steps, objective {self.objective:.6g})"
