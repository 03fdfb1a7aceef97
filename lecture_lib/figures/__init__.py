"""Figures: each function draws on Axes that it is given, and returns nothing.

One look for the whole course: Okabe-Ito colours together with marker shapes, so that no message hangs on colour
alone; a white ground, so that a figure reads the same on a dark page and on a projector.
"""

from lecture_lib.figures.appearance import COLOURS, INK, MARKERS, frame, note, panels, show, style
from lecture_lib.figures.bifurcation import branches, threshold
from lecture_lib.figures.bounds import height, touching_bound
from lecture_lib.figures.curves import balance, curve, dots, half_step_trace, shares, trace
from lecture_lib.figures.densities import density
from lecture_lib.figures.ellipses import ellipses
from lecture_lib.figures.images import picture
from lecture_lib.figures.landscapes import arrows, basins, end_marks, landscape
from lecture_lib.figures.loglog import falling, growing
from lecture_lib.figures.plane import clusters, columns, means, path, regions, rings
from lecture_lib.figures.plates import plate

__all__ = [
    "COLOURS",
    "INK",
    "MARKERS",
    "arrows",
    "balance",
    "basins",
    "branches",
    "clusters",
    "columns",
    "curve",
    "density",
    "dots",
    "ellipses",
    "end_marks",
    "falling",
    "frame",
    "growing",
    "half_step_trace",
    "height",
    "landscape",
    "means",
    "note",
    "panels",
    "path",
    "picture",
    "plate",
    "regions",
    "rings",
    "shares",
    "show",
    "style",
    "threshold",
    "touching_bound",
    "trace",
]
