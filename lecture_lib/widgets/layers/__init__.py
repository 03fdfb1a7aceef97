"""Layers and panels that several explorers show: axes around data, means, ellipses, the trace of an objective."""

from lecture_lib.widgets.layers.box import data_axes, limits, places, plane_data
from lecture_lib.widgets.layers.components import ellipses
from lecture_lib.widgets.layers.means import few, mean_handles, paths, rings, territories
from lecture_lib.widgets.layers.objective import trace

__all__ = [
    "data_axes",
    "ellipses",
    "few",
    "limits",
    "mean_handles",
    "paths",
    "places",
    "plane_data",
    "rings",
    "territories",
    "trace",
]
