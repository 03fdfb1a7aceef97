"""The one loop that all algorithms of the course run through: its states, when it stops, several starts.

Functions raise ``ValueError`` for a number out of its range; the message says which, and what is allowed.
"""

from lecture_lib.em.errors import CollapsedComponentError, EmptyClusterWarning, ObjectiveDecreasedError
from lecture_lib.em.loop import Model, converge, em
from lecture_lib.em.parameters import from_vector, to_vector
from lecture_lib.em.progress import progress
from lecture_lib.em.restarts import best_of, runs_from
from lecture_lib.em.squarem import extrapolate, squarem, step_jacobian
from lecture_lib.em.state import Run, State
from lecture_lib.em.stopping import Rule, nothing_gained, objective_settles, parameters_settle

__all__ = [
    "CollapsedComponentError",
    "EmptyClusterWarning",
    "Model",
    "ObjectiveDecreasedError",
    "Rule",
    "Run",
    "State",
    "best_of",
    "converge",
    "em",
    "extrapolate",
    "from_vector",
    "nothing_gained",
    "objective_settles",
    "parameters_settle",
    "progress",
    "runs_from",
    "squarem",
    "step_jacobian",
    "to_vector",
]
