"""Explorers of a mixture that is shaped by hand: a slider for each weight."""

import ipywidgets

from lecture_lib.widgets.explorer import Explorer

__all__ = ["MOST_COMPONENTS", "WeighedExplorer"]

MOST_COMPONENTS = 4
"""How many sliders for weights there are room for."""


class WeighedExplorer(Explorer):
    """An explorer whose state has a ``mixture``, a :class:`lecture_lib.widgets.by_hand.ByHand`."""

    def weight_sliders(self):
        """Return the sliders, named ``weight-j``."""
        return [self.control(f"weight-{j}", _slider(j)) for j in range(MOST_COMPONENTS)]

    def weighed(self, state, field, value):
        """Return the mixture after a slider was set; None when it is that of a component that is not there."""
        j = _component(field)
        return state.mixture.weighed(j, value) if j < state.k else None

    def value_of(self, state, field):
        """Return what a control shows; sliders of components that are not there are hidden."""
        if not field.startswith("weight"):
            return super().value_of(state, field)
        j = _component(field)
        self.controls[field].layout.display = "" if j < state.k and state.k > 1 else "none"
        return float(state.mixture.weights[j]) if j < state.k else 0.0


def _slider(j):
    slider = ipywidgets.FloatSlider(min=0, max=1, step=0.01, description=f"weight π{'₀₁₂₃'[j]}")
    slider.layout.width = "215px"
    return slider


def _component(field):
    return int(field.partition("-")[2])
