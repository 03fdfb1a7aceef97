"""The plane: one canvas that paints a scene and tells what the user moves.

The kernel sends a scene (:mod:`lecture_lib.widgets.scene`) as one traitlet. The browser sends back moves, at most
one message at a time: while it waits for the answer, the last place of each handle overwrites the one before, so a
quick hand never fills a queue.
"""

import math

import anywidget
import traitlets

from lecture_lib.widgets.script import CANVAS, joined

__all__ = ["Plane"]


class Plane(anywidget.AnyWidget):
    """A canvas with panels, data, handles and a line of text.

    Attributes
    ----------
    scene : dict
        What is shown, as :func:`lecture_lib.widgets.scene.scene` returns it.
    answered : list
        The sender and the number of the last message from the browser that was answered.
    """

    _esm = joined()
    _css = CANVAS / "plane.css"

    scene = traitlets.Dict().tag(sync=True)
    answered = traitlets.List().tag(sync=True)

    def __init__(self, *, on_move, on_tick):
        super().__init__()
        self.layout.width = "100%"
        self._on_move, self._on_tick = on_move, on_tick
        self._answering, self._later = False, None
        self.on_msg(self._receive)

    def show(self, scene, later):
        """Show a scene, and do something that can wait.

        Parameters
        ----------
        scene : dict
            As :func:`lecture_lib.widgets.scene.scene` returns it.
        later : callable
            Called at once; while a message is answered, when the hand rests, or the tick of a run was answered.
            What it sends would hold up the answer; and sliders send back what they are told, late when there is
            much to do.
        """
        self.scene = scene
        if self._answering:
            self._later = later
        else:
            later()

    def _receive(self, _, message, buffers):
        """Take one message: moves ``{handle: [x, y]}``, or the tick of a run, and answer it in one message.

        The word that the hand rests needs no answer. An empty message is sent only to make the connection quick.
        """
        if "serial" in message:
            self._answering = True
            try:
                with self.hold_sync():
                    self._answer(message)
            finally:
                self._answering = False
        if self._later is not None and ("tick" in message or "rest" in message):
            later, self._later = self._later, None
            later()

    def _answer(self, message):
        try:
            for name, at in message.get("moves", {}).items():
                if _is_place(at):
                    self._on_move(str(name), (float(at[0]), float(at[1])))
            if "tick" in message:
                self._on_tick(message["tick"] == "end")
        finally:
            self.answered = list(message["serial"])

    def __repr__(self):
        return f"Plane({self.scene.get('name', '')})"


def _is_place(at):
    """Tell whether a message holds two finite numbers."""
    try:
        return len(at) == 2 and all(math.isfinite(coordinate) for coordinate in at)
    except TypeError:
        return False
