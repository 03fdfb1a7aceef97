"""Figures: each function draws on Axes that it is given, and returns nothing.

One look for the whole course: Okabe-Ito colours together with marker shapes, so that no message hangs on colour
alone; a white ground, so that a figure reads the same on a dark page and on a projector.
"""

from lecture_lib.figures.curves import curve, half_step_trace, shares
from lecture_lib.figures.landscapes import basins, end_marks, landscape
from lecture_lib.figures.look import COLOURS, INK, MARKERS, frame, note, panels, show, style
from lecture_lib.figures.plane import clusters, means, path, regions, rings
from lecture_lib.figures.plates import plate

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "basins",
    "clusters",
    "curve",
    "end_marks",
    "frame",
    "half_step_trace",
    "landscape",
    "means",
    "note",
    "panels",
    "path",
    "plate",
    "regions",
    "rings",
    "shares",
    "show",
    "style",
]
