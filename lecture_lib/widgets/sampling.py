"""Explorer 05: build a mixture by hand, and sample from it."""

from dataclasses import dataclass, replace

import ipywidgets
import numpy as np

from lecture_lib import validation
from lecture_lib.figures.look import colour
from lecture_lib.models.mixture import MixtureParameters, log_likelihood, responsibilities, sample
from lecture_lib.widgets import layers
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.by_hand import ByHand, shaped
from lecture_lib.widgets.weighed import MOST_COMPONENTS, WeighedExplorer

__all__ = ["SamplingExplorer"]

LOW, HIGH = np.zeros(2), np.array([10.0, 10.0])
UNIT = np.ones(2)
NAMES = ("x₁", "x₂")
VIEWS = ("complete: the component is known", "incomplete: it is not", "responsibilities: what can be inferred")


@dataclass(frozen=True, eq=False)
class State:
    """The mixture, how many data are drawn from which seed, and what is shown of them."""

    mixture: ByHand
    n: int
    seed: int
    view: str

    @property
    def k(self):
        """How many components there are."""
        return self.mixture.k


class SamplingExplorer(WeighedExplorer):
    """A mixture that is shaped by hand, and data drawn from it.

    Parameters
    ----------
    theta : MixtureParameters, optional
        The mixture to begin with, in the square from 0 to 10, at most four components.
    n : int
        How many data, from 10 to 2000.
    rng : numpy.random.Generator, optional
        Source of random mixtures, and of seeds.

    Raises
    ------
    ValueError
        For a ``theta`` that is no such mixture, or a bad ``n``.

    Notes
    -----
    While a handle moves the seed stays, so the sample bends with the mixture.
    """

    def __init__(self, theta=None, n=300, *, rng=None):
        rng = np.random.default_rng(0) if rng is None else rng
        theta = _first() if theta is None else validation.instance(theta, MixtureParameters)
        layers.few(len(validation.means(theta.means, 2)), MOST_COMPONENTS)
        state = State(shaped(theta, UNIT), validation.count(n, 2000, "n"), 0, VIEWS[0])
        super().__init__(state, rng=rng)

    def rows(self):
        """Return the controls."""
        view = ipywidgets.Dropdown(options=VIEWS, description="show")
        view.layout.width = "330px"
        n = ipywidgets.IntSlider(min=10, max=2000, step=10, description="data n")
        n.layout.width = "240px"
        k = ipywidgets.IntSlider(min=1, max=MOST_COMPONENTS, description="components k")
        k.layout.width = "230px"
        yield [
            self.button("Draw again", self._again, "The same mixture, other data", main=True),
            self.button("Random mixture", self._random_mixture, "Another mixture of as many components"),
            self._reset_button(),
            self.control("view", view),
        ]
        yield [self.control("n", n), self.control("k", k)]
        yield self.weight_sliders()

    def _again(self, state):
        return replace(state, seed=int(self.rng.integers(2**31)))

    def _random_mixture(self, state):
        means = self.rng.uniform(2, 8, (state.k, 2))
        axes = np.stack([_axes(*self.rng.uniform((0.3, 0.3, 0), (1.5, 0.8, np.pi))) for _ in means])
        weights = self.rng.dirichlet(np.full(state.k, 4.0))
        return replace(state, mixture=ByHand(weights, means, axes, UNIT))

    def chosen(self, state, field, value):
        """Return the state with another weight, number of components or data, or another view."""
        if field == "k":
            return replace(state, mixture=self._resized(state.mixture, value))
        if field.startswith("weight"):
            mixture = self.weighed(state, field, value)
            return state if mixture is None else replace(state, mixture=mixture)
        return replace(state, **{field: value})

    def _resized(self, mixture, k):
        more = max(k - mixture.k, 0)
        means = np.vstack([mixture.means, self.rng.uniform(2, 8, (more, 2))])[:k]
        axes = np.concatenate([mixture.axes, np.tile(_axes(0.8, 0.8, 0.0), (more, 1, 1))])[:k]
        weights = np.append(mixture.weights, np.full(more, 1 / mixture.k))[:k]
        weights = weights / weights.sum() if weights.sum() > 0 else np.full(k, 1 / k)
        return ByHand(weights, means, axes, UNIT)

    def moved(self, state, name, at):
        """Return the state after a mean or an axis was dragged."""
        return replace(state, mixture=state.mixture.moved(name, at))

    def draw(self, state):
        """Return the scene."""
        return draw(state)


def _axes(long, short, angle):
    """Return half axes from their lengths and the angle of the first."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[long * cos, long * sin], [-short * sin, short * cos]])


def _first():
    axes = np.stack([_axes(1.6, 0.5, 0.6), _axes(1.1, 0.6, -0.7), _axes(0.6, 0.6, 0.0)])
    means = [[3.0, 3.6], [4.6, 7.0], [7.4, 4.6]]
    return MixtureParameters([0.5, 0.3, 0.2], means, np.swapaxes(axes, 1, 2) @ axes)


def draw(state):
    """Return the scene of a state."""
    theta = state.mixture.theta
    X, z = sample(theta, state.n, np.random.default_rng(state.seed))
    one_hot = np.eye(state.k)[z]
    r = {VIEWS[0]: one_hot, VIEWS[1]: None, VIEWS[2]: responsibilities(X, theta)}[state.view]
    plane = [
        sc.points(X, r, size=6 if state.n <= 600 else 4.5),
        *state.mixture.ellipses(),
        *state.mixture.handles(NAMES),
    ]
    counts = one_hot.sum(axis=0)
    return sc.scene(
        [
            sc.panel(sc.axis(0, 10, NAMES[0]), sc.axis(0, 10, NAMES[1]), plane, title=state.view, equal=True),
            _shares(theta.weights, counts / state.n),
        ],
        name=f"{state.n} data drawn from a mixture of {state.k} Gaussian components, that can be dragged; "
        "beside them the weight and the share of each component.",
        say=f"Drawn: {', '.join(f'{count:.0f}' for count in counts)} of {state.n}. Log-likelihood of the mixture: "
        f"{sc.number(log_likelihood(X, theta), 6)} nats.",
        aspect=0.56,
    )


def _shares(weights, drawn):
    """Return bars for the shares that were drawn, and a line for each weight."""
    bars = []
    for j, (weight, share) in enumerate(zip(weights, drawn, strict=True)):
        bar = [[j - 0.32, 0], [j + 0.32, 0], [j + 0.32, share], [j - 0.32, share]]
        bars.append(sc.line(bar, colour(j), width=0, fill=0.55))
        bars.append(sc.line([[j - 0.42, weight], [j + 0.42, weight]], "ink", width=2.5))
    x = sc.axis(-0.6, len(weights) - 0.4, "component", [[float(j), str(j)] for j in range(len(weights))])
    top = max(np.max(weights), np.max(drawn)) * 1.15
    title = "weights (line), drawn (bar)"
    return sc.panel(x, sc.axis(0, min(top, 1.05), "share of the data"), bars, title=title, width=0.62)
