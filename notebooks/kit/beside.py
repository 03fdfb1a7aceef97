"""Pictures that stand beside the text of a page of the lecture: the data of a question, the state of a story.

``beside.csv`` says which page of the plan has which; each function here draws one, square, and its first line says
what is to be seen.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np

from lecture_lib import datasets, figures
from lecture_lib.figures.appearance import bundle
from lecture_lib.models import gaussian_mixture, kmeans
from lecture_lib.models.mixture import MixtureParameters, responsibilities, sample
from lecture_lib.models.one_mean import TWO_HILLS
from lecture_lib.seeding import random_points

TABLE = Path(__file__).with_name("beside.csv")
FIVE = np.array([1.0, 2.0, 6.0, 7.0, 9.0])
START = np.array([[-1.2, 1.6], [1.2, -1.6]])


@cache
def pictures():
    """Return the pictures of a page of the plan: (notebook, cell) -> its name here, and that with the answer."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(row["notebook"], row["cell"]): tuple(filter(None, (row["picture"], row["answer"]))) for row in rows}


def drawn(name, answer=None):
    """Return the HTML of a picture, and of another that takes its place with the answer."""
    later = f'<div class="fragment answer" data-fragment-index="0">{image(answer)}</div>' if answer else ""
    return f'<div class="beside">{image(name)}{later}</div>'


@cache
def image(name):
    """Return the HTML of a drawing."""
    from matplotlib import pyplot as plt  # here, so that reading the plan sets up no backend

    draw = globals()[name]
    with plt.rc_context(figures.style() | {"font.size": 12, "axes.titlesize": 13}):
        fig, ax = plt.subplots(figsize=(4.7, 4.7), layout="constrained")
        draw(ax)
        data, _ = bundle(fig, alt=draw.__doc__.splitlines()[0])
    return data["text/html"]


def _faithful():
    return datasets.load_old_faithful()


def faithful(ax):
    """The eruptions of Old Faithful: two clouds, the short eruptions with short waits and the long with long."""
    figures.frame(ax, _faithful(), datasets.OLD_FAITHFUL_AXES)
    figures.clusters(ax, _faithful(), size=30)


def minutes(ax):
    """Old Faithful with one mean at the top left and one at the bottom right, where hardly any data are."""
    faithful(ax)
    figures.means(ax, _faithful().mean(axis=0) + START * _faithful().std(axis=0))


def start(ax, means=START):
    """Old Faithful in standard units, one mean at the top left and one at the bottom right of the data."""
    Z = datasets.standardise(_faithful())
    figures.frame(ax, Z, ("eruption, standardised", "wait, standardised"))
    figures.clusters(ax, Z, size=30)
    figures.means(ax, means)


def _cycle(ax, left, right, there, back):
    ax.set_axis_off()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    box = {"boxstyle": "round,pad=0.7", "facecolor": "white", "edgecolor": figures.INK, "linewidth": 1.6}
    ends = (0.18, 0.5), (0.82, 0.5)
    for (x, y), word in zip(ends, (left, right), strict=True):
        ax.text(x, y, word, ha="center", va="center", fontsize=17, bbox=box, zorder=3)
    for a, b, words, side in ((*ends, there, 1), (*ends[::-1], back, -1)):
        look = {"arrowstyle": "-|>,head_width=0.5,head_length=0.8", "connectionstyle": "arc3,rad=-0.9"}
        ax.annotate(
            "", b, a, arrowprops=look | {"color": figures.COLOURS[0], "linewidth": 3, "shrinkB": 28, "shrinkA": 28}
        )
        ax.text(0.5, 0.5 + 0.37 * side, words, ha="center", va="center", fontsize=15)


def questions(ax):
    """A circle of two arrows: the groups give the centres, and the centres give the groups."""
    _cycle(ax, "groups", "centres", "average", "nearest")


def circle(ax):
    """A circle of two arrows: q follows from theta by the E-step, and theta from q by the M-step."""
    _cycle(ax, r"$q$", r"$\theta$", "M: best parameters", "E: responsibilities")


def circular(ax):
    """A circle of two arrows: the responsibilities follow from theta, and theta follows from them."""
    _cycle(ax, r"$r$", r"$\theta$", "equations for $\\theta$", "responsibilities")


def _line(ax, X, means, was=None):
    """Draw data on a line, and means above; with the means as they were, colours of their data, and arrows."""
    X = np.asarray(X)
    figures.frame(ax, np.array([[min(X), -1.0], [max(X), 1.0]]), ("x", ""), margin=0.1)
    r = None if was is None else kmeans.assign(X[:, None], np.reshape(was, (-1, 1)))
    figures.clusters(ax, np.column_stack([X, np.zeros(len(X))]), r, size=170)
    figures.means(ax, np.column_stack([means, np.full(len(means), 0.35)]), size=330)
    for a, b in zip(was or [], means, strict=False):
        if a != b:
            ax.annotate("", (b, 0.55), (a, 0.55), arrowprops={"arrowstyle": "-|>", "linewidth": 2.5})
    ax.axhline(0, color=figures.INK, linewidth=1, zorder=0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def five(ax):
    """Five data on a line, at 1, 2, 6, 7 and 9, and above them two means, at 1 and 2."""
    _line(ax, FIVE, [1.0, 2.0])


def assigned(ax):
    """Five data in the colours of their means, at 1 and 2: all but the datum at 1 belong to the second."""
    _line(ax, FIVE, [1.0, 2.0], [1.0, 2.0])


def updated(ax):
    """Five data in the colours of their means; an arrow shows that the second mean has gone from 2 to 6."""
    _line(ax, FIVE, [1.0, 6.0], [1.0, 2.0])


def hurt(ax):
    """Two data on a line, at 0 and 10, and above them one mean, at 9."""
    _line(ax, [0.0, 10.0], [9.0])


def healed(ax):
    """Two data on a line, at 0 and 10, and above them their mean, which an arrow leads from 9 to 5."""
    _line(ax, [0.0, 10.0], [5.0], [9.0])


def trap(ax):
    """Three data on a line, at 0, 2 and 3, and above them two means, at 1 and 3."""
    _line(ax, [0.0, 2.0, 3.0], [1.0, 3.0])


def stuck(ax):
    """Three data in the colours of their means, at 1 and 3: those at 0 and 2 belong to the first."""
    _line(ax, [0.0, 2.0, 3.0], [1.0, 3.0], [1.0, 3.0])


def _plain(ax, X):
    figures.frame(ax, X, equal=True)
    figures.clusters(ax, X, size=30)


def works_well(ax):
    """Two round clouds of data, well apart, without colours."""
    _plain(ax, datasets.load_works_well()[0])


def worked(ax):
    """Two round clouds of data, well apart, and the two means that k-means found."""
    _ended(ax, datasets.load_works_well()[0])


def little_and_large(ax):
    """A large wide cloud of data beside a little narrow one, without colours."""
    _plain(ax, datasets.load_little_and_large()[0])


def two_elongated(ax):
    """Two long clouds of data, one above the other, without colours."""
    X = datasets.load_two_elongated()[0]
    figures.frame(ax, X)
    figures.clusters(ax, X, size=30)


def _ended(ax, X):
    means = kmeans.fit(X, 2, rng=np.random.default_rng(0)).theta
    figures.frame(ax, X, equal=True)
    figures.regions(ax, means)
    figures.clusters(ax, X, kmeans.assign(X, means), size=30)
    figures.means(ax, means)


def misplaced(ax):
    """Where k-means ends on a large and a little cloud: the border runs through the large one."""
    _ended(ax, datasets.load_little_and_large()[0])


def four_starts(ax):
    """Old Faithful in standard units, and four data of it as means."""
    start(ax, random_points(datasets.standardise(_faithful()), 4, np.random.default_rng(108)))


def _theta():
    return gaussian_mixture.fit(_faithful(), 2, rng=np.random.default_rng(0)).theta


def mixture(ax):
    """Old Faithful with the two Gaussians that fit it best; between the clouds the colours mix."""
    figures.frame(ax, _faithful(), datasets.OLD_FAITHFUL_AXES)
    figures.clusters(ax, _faithful(), responsibilities(_faithful(), _theta()), size=30)
    figures.ellipses(ax, _theta(), size=150)


def incomplete(ax):
    """Five hundred draws from a mixture, without the colours of the components that they came from."""
    covariances = [[[1.0, 0.75], [0.75, 0.9]], [[0.6, -0.4], [-0.4, 0.5]], [[0.35, 0.0], [0.0, 0.35]]]
    theta = MixtureParameters([0.5, 0.3, 0.2], [[-1.2, 0.0], [1.2, 1.1], [1.3, -1.2]], covariances)
    _plain(ax, sample(theta, 500, np.random.default_rng(5))[0])


def logarithm(ax):
    """The logarithm of a Gaussian is a parabola; the logarithm of a sum of two is none."""
    x = np.linspace(-4, 6, 400)
    one, two = np.exp(-(x**2) / 2), np.exp(-((x - 3) ** 2) / 2)
    for j, (y, words) in enumerate(((one, r"log of $e^{-x^2/2}$"), (two, r"log of $e^{-(x-3)^2/2}$"))):
        ax.plot(x, np.log(y), "--", color=figures.COLOURS[j], label=words)
    ax.plot(x, np.log(one + two), color=figures.INK, linewidth=3, label="log of their sum")
    ax.set(ylim=(-6, 4), xlabel="x", yticks=[])
    ax.legend(frameon=False, loc="upper center")


def tangent(ax):
    """The logarithm and its tangent at 1: the curve lies below the line, and touches it once."""
    x = np.linspace(0.15, 3.5, 300)
    ax.plot(x, x - 1, color=figures.COLOURS[1], label="$x - 1$")
    ax.plot(x, np.log(x), color=figures.INK, linewidth=3, label=r"$\log x$")
    ax.scatter(1, 0, s=90, color=figures.COLOURS[0], zorder=3)
    ax.set_xlabel("x")
    ax.legend(frameon=False)


def hills(ax):
    """The log-likelihood of one unknown mean: two hills, and a parameter on the way up."""
    theta, x = np.linspace(-6, 7, 400), np.array(TWO_HILLS)
    L = np.log(np.exp(-(x**2) / 2) + np.exp(-((x - theta[:, None]) ** 2) / 2)).sum(axis=1)
    figures.height(ax, theta, L, r"$L(\theta)$")
    at = np.searchsorted(theta, 0.4)
    ax.scatter(theta[at], L[at], s=110, facecolors="white", edgecolors=figures.COLOURS[0], linewidths=2.5, zorder=3)
    ax.set(xlabel=r"$\theta$", yticks=[])
