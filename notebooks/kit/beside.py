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

TABLE = Path(__file__).with_name("beside.csv")
FIVE = np.array([1.0, 2.0, 6.0, 7.0, 9.0])
START = np.array([[-1.2, 1.6], [1.2, -1.6]])


@cache
def pictures():
    """Return the picture of each page of the plan that has one: (notebook, cell) -> its name here."""
    with TABLE.open(encoding="utf-8") as file:
        return {(row["notebook"], row["cell"]): row["picture"] for row in csv.DictReader(file)}


@cache
def drawn(name):
    """Return the HTML of a picture."""
    from matplotlib import pyplot as plt  # here, so that reading the plan sets up no backend

    draw = globals()[name]
    with plt.rc_context(figures.style() | {"font.size": 12, "axes.titlesize": 13}):
        fig, ax = plt.subplots(figsize=(4.7, 4.7), layout="constrained")
        draw(ax)
        data, _ = bundle(fig, alt=draw.__doc__.splitlines()[0])
    return f'<div class="beside">{data["text/html"]}</div>'


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


def start(ax):
    """Old Faithful in standard units, one mean at the top left and one at the bottom right of the data."""
    Z = datasets.standardise(_faithful())
    figures.frame(ax, Z, ("eruption, standardised", "wait, standardised"))
    figures.clusters(ax, Z, size=30)
    figures.means(ax, START)


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


def _line(ax, X, means):
    figures.frame(ax, np.array([[min(X), -1.0], [max(X), 1.0]]), ("x", ""), margin=0.1)
    figures.clusters(ax, np.column_stack([X, np.zeros(len(X))]), size=170)
    figures.means(ax, np.column_stack([means, np.full(len(means), 0.35)]), size=330)
    ax.axhline(0, color=figures.INK, linewidth=1, zorder=0)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def five(ax):
    """Five data on a line, at 1, 2, 6, 7 and 9, and above them two means, at 1 and 2."""
    _line(ax, FIVE, [1.0, 2.0])


def hurt(ax):
    """Two data on a line, at 0 and 10, and above them one mean, at 9."""
    _line(ax, [0.0, 10.0], [9.0])


def trap(ax):
    """Three data on a line, at 0, 2 and 3, and above them two means, at 1 and 3."""
    _line(ax, [0.0, 2.0, 3.0], [1.0, 3.0])


def _plain(ax, X):
    figures.frame(ax, X, equal=True)
    figures.clusters(ax, X, size=30)


def works_well(ax):
    """Two round clouds of data, well apart, without colours."""
    _plain(ax, datasets.load_works_well()[0])


def no_way_to_set_k(ax):
    """A set of data in which the number of clusters is not to be seen."""
    _plain(ax, datasets.load_no_way_to_set_k()[0])


def little_and_large(ax):
    """A large wide cloud of data beside a little narrow one, without colours."""
    _plain(ax, datasets.load_little_and_large()[0])


def two_elongated(ax):
    """Two long clouds of data, one above the other, without colours."""
    X = datasets.load_two_elongated()[0]
    figures.frame(ax, X)
    figures.clusters(ax, X, size=30)


def misplaced(ax):
    """Where k-means ends on a large and a little cloud: the border runs through the large one."""
    X = datasets.load_little_and_large()[0]
    means = kmeans.fit(X, 2, rng=np.random.default_rng(0)).theta
    figures.frame(ax, X, equal=True)
    figures.regions(ax, means)
    figures.clusters(ax, X, kmeans.assign(X, means), size=30)
    figures.means(ax, means)


def falls(ax):
    """J after each half-step of k-means on Old Faithful: it falls, and ends."""
    Z = datasets.standardise(_faithful())
    figures.half_step_trace(ax, [kmeans.lyapunov(Z, r, m) for r, m in kmeans.half_steps(Z, START)])
    ax.set_ylabel("J")


def _theta():
    return gaussian_mixture.fit(_faithful(), 2, rng=np.random.default_rng(0)).theta


def mixture(ax):
    """Old Faithful with the two Gaussians that fit it best; between the clouds the colours mix."""
    figures.frame(ax, _faithful(), datasets.OLD_FAITHFUL_AXES)
    figures.clusters(ax, _faithful(), responsibilities(_faithful(), _theta()), size=30)
    figures.ellipses(ax, _theta(), size=150)


def incomplete(ax):
    """Five hundred draws from a mixture, without the colours of the components that they came from."""
    covariances = [[[1.2, 0.7], [0.7, 0.8]], [[0.5, -0.3], [-0.3, 0.6]], [[0.4, 0.0], [0.0, 1.2]]]
    theta = MixtureParameters([0.5, 0.3, 0.2], [[0.0, 0.0], [2.5, 1.5], [3.5, -1.5]], covariances)
    _plain(ax, sample(theta, 500, np.random.default_rng(0))[0])


def logarithm(ax):
    """The logarithm of a Gaussian is a parabola; the logarithm of a sum of two is none."""
    x = np.linspace(-4, 6, 400)
    one, two = np.exp(-(x**2) / 2), np.exp(-((x - 3) ** 2) / 2)
    for j, (y, words) in enumerate(((one, "log of one"), (two, "log of the other"))):
        ax.plot(x, np.log(y), "--", color=figures.COLOURS[j], label=words)
    ax.plot(x, np.log(one + two), color=figures.INK, linewidth=3, label="log of their sum")
    ax.set(ylim=(-6, 1.6), xlabel="x", yticks=[])
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
