"""What all explorers share: controls above a plane, one state, and one way in for everything a user does.

An explorer is made of pure functions. Whatever happens (a button, a control, a dragged handle) maps the state to
the next one; ``draw`` maps the state to a scene. An error of the library on the way is shown as a sentence in the
figure, and the state stays what it was.
"""

import math
import warnings

import ipywidgets
import numpy as np

from lecture_lib import validation
from lecture_lib.em import EmptyClusterWarning
from lecture_lib.widgets import still
from lecture_lib.widgets.journey import sentence
from lecture_lib.widgets.plane import Plane
from lecture_lib.widgets.scene import movable

__all__ = ["Explorer"]

HALF_A_STEP = 0.51


class Explorer(ipywidgets.VBox):
    """Controls above a plane.

    Parameters
    ----------
    state
        What the explorer starts from, and what *Reset* goes back to.
    rng : numpy.random.Generator
        Source of random starts.

    Attributes
    ----------
    state
        Where the explorer stands.
    plane : Plane
        What is seen.
    buttons : dict
        Name to button.
    controls : dict
        Name of a field of the state to the control that sets it.
    """

    def __init__(self, state, *, rng):
        self.state = self._first = state
        self.rng = validation.rng(rng)
        self.plane = Plane(on_move=self.move, on_tick=self.tick)
        self.buttons, self.controls, self._syncing = {}, {}, False
        super().__init__()
        self.children = [*self._rows(), self.plane]
        self.add_class("lecture-explorer")
        self._show(self.draw(state))

    # What an explorer brings: pure functions of its state.

    def draw(self, state):
        """Return the scene of a state."""
        raise NotImplementedError

    def moved(self, state, name, at):
        """Return the state after a handle was moved."""
        raise NotImplementedError

    def chosen(self, state, field, value):
        """Return the state after a control was set."""
        raise NotImplementedError

    def ticked(self, state, to_the_end):
        """Return the state after a tick of a run."""
        return state

    def rows(self):
        """Return rows of controls and buttons, made with :meth:`button` and :meth:`control`."""
        raise NotImplementedError

    # What happens to all of them alike.

    def act(self, change):
        """Apply a function to the state and show the result; what goes wrong becomes a sentence in the figure.

        Parameters
        ----------
        change : callable
            Maps the state to the next one.
        """
        notice = ""
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", EmptyClusterWarning)
            try:
                state = change(self.state)
                scene = self.draw(state)
            except (ValueError, ArithmeticError) as error:
                state, scene, notice = self.state, self.draw(self.state), sentence(error)
        self.state = state
        notice = notice or scene["notice"] or (sentence(said[-1].message) if said else "")
        self._show(scene | {"notice": notice})

    def move(self, name, at):
        """Move a handle, as a hand does.

        Parameters
        ----------
        name : str
            Of the handle.
        at : pair of float
            Where to.
        """
        if movable(self.plane.scene, name):  # it may be gone since the hand took it
            self.act(lambda state: self.moved(state, name, np.array(at)))

    def tick(self, to_the_end=False):
        """Go one step on, if a run goes on by itself; or all that are left."""
        self.act(lambda state: self.ticked(state, to_the_end))

    def reset(self):
        """Go back to where the explorer started."""
        self.act(lambda _: self._first)

    @property
    def status(self):
        """The sentence below the figure."""
        return self.plane.scene["say"]

    @property
    def notice(self):
        """What went wrong, in a sentence; empty when nothing did."""
        return self.plane.scene["notice"]

    def button(self, name, change, tip, *, main=False):
        """Return a button that applies a function to the state."""
        button = ipywidgets.Button(description=name, tooltip=tip, button_style="primary" if main else "")
        button.layout.width = "auto"
        button.on_click(lambda _: self.act(change))
        self.buttons[name] = button
        return button

    def control(self, field, control):
        """Bind a control to a field of the state: it sets it, and it shows it."""
        control.style.description_width = "initial"
        control.observe(lambda change: self._choose(field, change["new"]), "value")
        self.controls[field] = control
        return control

    def _choose(self, field, value):
        if not (self._syncing or _is_echo(self.controls[field], self.value_of(self.state, field), value)):
            self.act(lambda state: self.chosen(state, field, value))

    def _rows(self):
        for row in self.rows():
            yield ipywidgets.HBox(row, layout={"flex_flow": "row wrap", "align_items": "center"})

    def _reset_button(self):
        return self.button("Reset", lambda _: self._first, "Go back to where this figure started")

    def _show(self, scene):
        self.plane.show(scene, later=self._set_controls)

    def _set_controls(self):
        self._syncing = True
        try:
            for field, control in self.controls.items():
                control.value = self.value_of(self.state, field)
        finally:
            self._syncing = False

    def value_of(self, state, field):
        """Return what the control of a field shows."""
        return getattr(state, field)

    def __repr__(self):
        return f"{type(self).__name__}: {self.plane.scene['say']}"

    def _repr_mimebundle_(self, **kwargs):
        """Return the live view, and the picture that stays where no kernel runs."""
        data = super()._repr_mimebundle_(**kwargs)
        data = data[0] if isinstance(data, tuple) else data
        picture, metadata = still.bundle(self.plane.scene)
        return data | picture | {"text/plain": repr(self)}, metadata


def _is_echo(control, shown, value):
    """Tell whether a slider only sends back what it was told to show, rounded to its own steps."""
    if isinstance(control, ipywidgets.FloatLogSlider):
        return abs(math.log(value / shown, control.base)) < HALF_A_STEP * control.step
    return isinstance(control, ipywidgets.FloatSlider) and abs(value - shown) < HALF_A_STEP * control.step
