"""Explorers of a journey: the buttons *Step* and *Run*, and whether we go step by step or see the end at once."""

from dataclasses import replace

import ipywidgets

from lecture_lib.widgets.explorer import Explorer

__all__ = ["WatchedExplorer"]

SHOW = (("the end at once", False), ("step by step", True))


class WatchedExplorer(Explorer):
    """An explorer whose state is a dataclass with a field ``journey``."""

    def step_and_run(self, step):
        """Return the buttons.

        Parameters
        ----------
        step : str
            What one step is, for the tip.

        Returns
        -------
        list of ipywidgets.Button
        """
        return [
            self.button("Step", lambda state: replace(state, journey=state.journey.step()), step, main=True),
            self.button("Run", self._run, "All steps, one after the other", main=True),
        ]

    def show_control(self, width):
        """Return the control that says how the journey is watched, so many pixels wide."""
        show = ipywidgets.Dropdown(options=SHOW, description="show")
        show.layout.width = f"{width}px"
        return self.control("stepping", show)

    def _run(self, state):
        return replace(state, journey=state.journey.run())

    def watched(self, state, stepping):
        """Return the state at the start, to go step by step, or at the end."""
        return replace(state, journey=state.journey.watched(stepping))

    def ticked(self, state, to_the_end):
        """Return the state a step later."""
        return replace(state, journey=state.journey.tick(to_the_end))

    def value_of(self, state, field):
        """Return what a control shows."""
        return state.journey.stepping if field == "stepping" else super().value_of(state, field)
