"""What a plane shows, as plain instructions: a scene holds panels, a panel holds layers.

Every function here is pure: numbers in, dictionaries of numbers and words out. Two painters read them: the scripts
in ``canvas`` in the browser, and :mod:`lecture_lib.widgets.still` with Matplotlib, for the picture that stays in a
stored notebook. All places are in the coordinates of the data. A colour is ``"#0072B2"``, or ``"ink"``,
``"quiet"`` or ``"ground"``, which follow the theme.
"""

from lecture_lib.widgets.scene.axes import axis, number, ticks
from lecture_lib.widgets.scene.contours import heat
from lecture_lib.widgets.scene.data import points, rgb
from lecture_lib.widgets.scene.handles import handle, movable
from lecture_lib.widgets.scene.panels import MARGIN, panel, scene
from lecture_lib.widgets.scene.strokes import arrow, line, marks, places, text

__all__ = [
    "MARGIN",
    "arrow",
    "axis",
    "handle",
    "heat",
    "line",
    "marks",
    "movable",
    "number",
    "panel",
    "places",
    "points",
    "rgb",
    "scene",
    "text",
    "ticks",
]
