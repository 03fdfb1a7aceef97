"""What all explorers share: the figure in the page, its picture, its state, and the comparison with the library.

The figure is written in JavaScript (``page``) and needs no kernel. Where one runs, the page mirrors the figure's
state to Python, and here each state is computed once more by the library.
"""

import json
import uuid
from types import SimpleNamespace

import anywidget
import numpy as np
import traitlets
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.pyplot import rc_context

from lecture_lib import validation
from lecture_lib.figures.appearance import bundle, picture_html, style
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.widgets.script import PAGE, module, script

__all__ = ["Explorer", "few", "off", "packed", "plane_data", "unpacked"]

SIZE = (8.4, 3.9)
"""Of the picture, in inches."""

STILL = "A picture. In JupyterLab, run this cell and those above: then it answers."
"""Below the picture of a live figure."""

MOST_DATA = 5000
"""More would not be drawn sixty times a second."""

AGREED = 1e-9
"""The largest relative difference between the page and the library that is rounding."""


class Explorer(anywidget.AnyWidget):
    """A live figure.

    Parameters
    ----------
    kind : str
        The explorer's name in ``page/explorers/index.js``.
    options : dict
        Plain numbers, from which that explorer begins.
    state : dict
        The state that it begins in, by the library; under the names that the page's ``mirror`` gives.
    """

    _esm = module()
    _css = PAGE / "figure.css"

    figure = traitlets.Dict().tag(sync=True)
    mirror = traitlets.Dict().tag(sync=True)
    seal = traitlets.Unicode("lecture_lib has not compared these numbers yet.").tag(sync=True)
    compared = traitlets.Int(0).tag(sync=True)
    """Which of the page's states the seal is about, by its count there."""

    def __init__(self, kind, options, state):
        super().__init__(figure={"kind": kind, "options": options, "key": uuid.uuid4().hex})
        self._first, self._shown, self._in_page = state, [], False
        self.on_msg(self._hear)
        self.observe(lambda change: self._compare(), "mirror")

    # What an explorer brings.

    def draw(self, axes):
        """Draw the picture for a page without scripts, by the library, on two Axes; return its alt text."""
        raise NotImplementedError

    def differences(self, state):
        """Return by quantity how far the numbers of a state are from those of the library, relatively."""
        raise NotImplementedError

    # What happens to all of them alike.

    @property
    def state(self):
        """Where the figure stands: arrays by name, those of a mixture as MixtureParameters."""
        state = self.mirror or self._first
        return SimpleNamespace(**{name: _array(value) for name, value in state.items()})

    def _compare(self):
        worst = max(self.differences(self.state).values(), default=0.0)
        verdict = "agree with" if worst <= AGREED else "differ from"
        by = f"to {worst:.0e}" if worst else "to the last digit"
        with self.hold_sync():
            self.seal = f"The numbers {verdict} lecture_lib, {by}."
            self.compared = self.mirror.get("count", 0)

    def _hear(self, _, message, buffers):
        """Put plain HTML, which never asks for a kernel, into the notebook as soon as the page is there."""
        if message.get("here") and not self._in_page:
            self._in_page = True
            data, metadata = self._plain()
            for handle in self._shown:
                handle.update(data, raw=True, metadata=metadata)

    def _ipython_display_(self):
        data, metadata = self._plain()
        if not self._in_page:
            data |= super()._repr_mimebundle_()[0] | data
        self._shown.append(display(data, raw=True, metadata=metadata, display_id=True))

    def _plain(self):
        """Return the figure for a page: a place that comes alive, with the picture inside.

        Once the page is there, the script comes with it: so the figure lives in a notebook that is reopened too.
        """
        with rc_context(style()):
            fig = Figure(figsize=SIZE, layout="constrained")
            alt = self.draw(fig.subplots(1, 2))
            fig.supxlabel(STILL, x=1, ha="right", fontsize="small")
            data, metadata = bundle(fig, alt=alt)
        # A key would differ from run to run; it is needed only where a kernel answers.
        given = {name: self.figure[name] for name in ("kind", "options", "key") if self._in_page or name != "key"}
        about = metadata["image/png"] | {"explorer": json.dumps(given, separators=(",", ":"))}
        data["text/html"] = picture_html(data["image/png"], about)
        if self._in_page:
            data["text/html"] += f"<style>{self._css}</style><script>{script()}</script>"
        return data | {"text/plain": repr(self)}, {"image/png": about}

    def __repr__(self):
        return f"{type(self).__name__}: a live figure"


def _array(value):
    """Return what the page sent as arrays; a word, a number or nothing stays what it is."""
    if isinstance(value, dict) and "covariances" in value:
        return unpacked(value)
    return np.array(value) if isinstance(value, list) else value


def packed(theta):
    """Return a mixture in the plane as the page wants it: a covariance is its three numbers."""
    covariances = [[S[0, 0], S[0, 1], S[1, 1]] for S in theta.covariances]
    return {
        "weights": theta.weights.tolist(),
        "means": theta.means.tolist(),
        "covariances": np.array(covariances).tolist(),
    }


def unpacked(theta):
    """Return a mixture from what the page sends."""
    weights = np.array(theta["weights"])
    matrices = [[[a, b], [b, c]] for a, b, c in theta["covariances"]]
    return MixtureParameters(weights / weights.sum(), theta["means"], matrices)


def off(page, library):
    """Return the largest difference of the page's numbers from the library's, as a share of the size of these."""
    page, library = np.asarray(page, dtype=float), np.asarray(library, dtype=float)
    return float(np.max(np.abs(page - library)) / max(np.max(np.abs(library)), 1e-300)) if library.size else 0.0


def plane_data(X):
    """Return data if they have two columns, and are not too many to be drawn at each move.

    Raises
    ------
    ValueError
        For bad data, another number of columns, or too many rows.
    """
    X = validation.data(X)
    if X.shape[1] != 2:
        raise ValueError(f"X must have two columns to be drawn in a plane, got {X.shape[1]}; choose two of them")
    if len(X) > MOST_DATA:
        raise ValueError(f"X must have at most {MOST_DATA} rows to be dragged live, got {len(X)}; draw a sample")
    return X


def few(k, most):
    """Return a number of means or components if so many can be told apart.

    Raises
    ------
    ValueError
        When ``k`` is not an integer from 1 to ``most``.
    """
    if validation.count(k, None) > most:
        raise ValueError(f"k must be from 1 to {most} in this figure, got {k}; choose a smaller one")
    return int(k)
