"""A journey: the stops of an algorithm from its start to its end, and which of them is shown.

It is computed as a whole, so going a step is only showing one stop more; the same buttons serve k-means and EM.
"""

import warnings
from dataclasses import dataclass, replace

from lecture_lib.blocks import one_blas_thread
from lecture_lib.em import EmptyClusterWarning, ObjectiveDecreasedError, converge, em

__all__ = ["PACE", "Journey", "heard", "journey", "sentence"]

PACE = 450
"""Milliseconds between two steps of a run that is watched."""


@dataclass(frozen=True, eq=False)
class Journey:
    """Stops, and where we are.

    Attributes
    ----------
    stops : tuple
        From the start to the end.
    ending : str
        Why it ends before its goal, in a sentence; empty when it got there.
    said : tuple of str
        What the library said about each stop, a sentence or nothing.
    at_rest : bool
        Whether nothing moves any more at the end; else the steps were used up.
    shown : int
        Index of the stop that is shown.
    stepping : bool
        Whether the user goes step by step; else the end is shown at once.
    playing : bool
        Whether a step follows by itself.
    """

    stops: tuple
    ending: str = ""
    said: tuple = ()
    at_rest: bool = True
    shown: int = 0
    stepping: bool = False
    playing: bool = False

    def __post_init__(self):
        last = len(self.stops) - 1
        shown = min(max(self.shown, 0), last) if self.stepping else last
        object.__setattr__(self, "shown", shown)
        object.__setattr__(self, "playing", self.playing and self.stepping and shown < last)

    @property
    def seen(self):
        """The stops from the start to the one that is shown."""
        return self.stops[: self.shown + 1]

    @property
    def here(self):
        """The stop that is shown."""
        return self.stops[self.shown]

    @property
    def over(self):
        """Whether the last stop is shown."""
        return self.shown == len(self.stops) - 1

    @property
    def where(self):
        """Where the stop that is shown lies, in words."""
        if not self.over:
            return "on the way"
        return "the end" if self.at_rest or self.ending else "and not yet at rest"

    @property
    def notice(self):
        """What went wrong at the stop that is shown, a sentence or nothing."""
        return self.ending if self.over and self.ending else self.said[self.shown] if self.said else ""

    @property
    def pace(self):
        """Milliseconds until the next step, 0 at rest."""
        return PACE if self.playing else 0

    def step(self):
        """Return the journey one stop further; from the end that was shown at once, at its first step."""
        return replace(self, stepping=True, playing=False, shown=self.shown + 1 if self.stepping else 1)

    def run(self):
        """Return the journey at its start, or where it was stopped, going on by itself."""
        again = self.over or not self.stepping
        return replace(self, stepping=True, playing=True, shown=0 if again else self.shown)

    def tick(self, to_the_end=False):
        """Return the journey one step later, if it goes on by itself."""
        if not self.playing:
            return self
        return replace(self, shown=len(self.stops) if to_the_end else self.shown + 1)

    def watched(self, stepping):
        """Return the journey at its start, to go step by step, or at its end."""
        return replace(self, stepping=stepping, playing=False, shown=0)


def journey(model, theta, *, stepping=False, shown=0, **rules):
    """Run a model's loop from a start until it stops, or until it can go no further.

    Parameters
    ----------
    model : lecture_lib.em.Model
        Brings the two steps.
    theta : Theta
        The start.
    stepping : bool
        Whether to stand at ``shown``, or at the end.
    shown : int
        A stop.
    **rules
        ``until`` and ``max_steps``, as :func:`lecture_lib.em.converge` takes them.

    Returns
    -------
    Journey
        Its stops are states.

    Raises
    ------
    ValueError
        When there is not even a first state.
    """
    seen, notes, ending, at_rest = [], [], "", False

    def recorded():
        for state in em(model, theta):
            if seen:
                notes.append(heard(said))  # in the M-step that left the stop before
            seen.append(state)
            yield state

    with one_blas_thread(), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", EmptyClusterWarning)
        try:
            at_rest = converge(recorded(), **rules).converged
        except (ArithmeticError, ValueError) as error:
            if not seen:
                raise
            if isinstance(error, ObjectiveDecreasedError):
                seen.pop()
            ending = sentence(error)
    notes.append(notes[-1] if at_rest and notes else "")  # at rest the last two stops are alike
    return Journey(tuple(seen), ending, tuple(notes[: len(seen)]), at_rest, shown, stepping)


def heard(said):
    """Return the last of the recorded warnings as a sentence, nothing if there is none; forget them all."""
    words = sentence(said[-1].message) if said else ""
    said.clear()
    return words


def sentence(error):
    """Return what an error or a warning says, as a sentence.

    Parameters
    ----------
    error : Exception or Warning
        Of the library.

    Returns
    -------
    str
    """
    words = str(error).strip() or type(error).__name__
    return words[0].upper() + words[1:] + ("" if words.endswith(".") else ".")
