"""What the derivations of all sets share."""

from lecture_lib.homework.engine.milestones import Milestone

__all__ = ["CARRIED_OUT", "DATA", "INSIDE", "taken_in"]

DATA = {"i": ("n", "data"), "j l": ("k", "components"), "a b": ("d", "columns")}
CARRIED_OUT = Milestone("carry out the derivative", lambda view: not view.bodies)
INSIDE = Milestone(
    "take the derivative into the sum over the data", lambda view: not view.differentiates("big", "n")
)


def taken_in(name: str, what: str) -> Milestone:
    """Return the milestone that no sum is still to be differentiated whose summands hold a letter."""
    return Milestone(what, lambda view: not any(name in held for held in view.summands(differentiated=True)))
