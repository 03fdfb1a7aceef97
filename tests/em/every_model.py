"""Every model of the library, in any unit of the data, with starts that may be as bad as one likes."""

import importlib
import inspect
import pkgutil

import numpy as np

import lecture_lib.models
from lecture_lib.datasets import load_linkage, load_two_coins
from lecture_lib.em import Model
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters
from lecture_lib.models.binomial_mixture import BinomialMixture, BinomialMixtureParameters
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import KMeans
from lecture_lib.models.linkage import Linkage
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.models.one_mean import OneMean
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters
from lecture_lib.models.ppca import PPCA, PPCAParameters
from lecture_lib.models.soft_kmeans import SoftKMeans
from lecture_lib.models.student_t import StudentT, StudentTParameters

CLOUDS = np.concatenate(
    [np.random.default_rng(s).normal(at, 1, (30, 2)) for s, at in enumerate([0.0, 2.5, (0, 5)])]
)
TAILS = np.random.default_rng(3).standard_t(3, (90, 2))
LONG = np.random.default_rng(4).normal(0, [3.0, 1.0, 0.5], (60, 3))
COUNTS = np.random.default_rng(6).poisson(np.repeat([2, 9], 60))
BITS = CLOUDS[:, :1] + np.random.default_rng(5).normal(size=(90, 4)) > 1.2


def points(rng, unit, far, k=2):
    """Data at random, as means, moved so far that the square is about ``far`` times that of the spread."""
    return unit * (CLOUDS[rng.choice(len(CLOUDS), k, replace=False)] + rng.normal(0, np.sqrt(far), (k, 2)))


def gaussian(covariance, prior=False):
    def make(rng, unit, far):
        X = unit * CLOUDS
        # Narrow, not wide: components that are wide beside the data are equal but for rounding, a saddle.
        start = MixtureParameters(rng.dirichlet([3, 3]), points(rng, unit, 0), [unit**2 / far * np.eye(2)] * 2)
        return GaussianMixture(X, covariance=covariance, prior=MixturePrior.weak(X, 2) if prior else None), start

    return make


def student_t(rng, unit, far):
    scale = unit**2 * far ** rng.choice([-1, 1]) * np.eye(2)
    return StudentT(unit * TAILS), StudentTParameters(unit * rng.normal(size=2), scale, rng.uniform(1, 30))


def ppca(rng, unit, far):
    start = PPCAParameters(np.zeros(3), unit * rng.normal(size=(3, 1)), unit**2 / far)
    return PPCA(unit * LONG, 1), start


def poisson(rng, unit, far):
    return PoissonMixture(COUNTS), PoissonMixtureParameters([0.4, 0.6], rng.uniform(1, 9, 2) * far**0.05)


def bernoulli(rng, unit, far):
    near_0 = rng.uniform(0.2, 0.8, (2, 4)) / far
    return BernoulliMixture(BITS), BernoulliMixtureParameters([0.5, 0.5], near_0)


def binomial(rng, unit, far):
    return BinomialMixture(*load_two_coins()), BinomialMixtureParameters([0.5, 0.5], rng.uniform(0.1, 0.9, 2) / far)


MODELS = {
    "k-means": (KMeans, lambda rng, unit, far: (KMeans(unit * CLOUDS), points(rng, unit, far, 3))),
    "soft k-means": (
        SoftKMeans,
        lambda rng, unit, far: (SoftKMeans(unit * CLOUDS, unit**-2.0), points(rng, unit, far)),
    ),
    **{
        f"Gaussian mixture, {kind}": (GaussianMixture, gaussian(kind))
        for kind in ("full", "tied", "diagonal", "spherical")
    },
    "Gaussian mixture with a prior": (GaussianMixture, gaussian("full", prior=True)),
    "Student's t": (StudentT, student_t),
    "PPCA": (PPCA, ppca),
    "Poisson mixture": (PoissonMixture, poisson),
    "Bernoulli mixture": (BernoulliMixture, bernoulli),
    "binomial mixture": (BinomialMixture, binomial),
    "linkage": (Linkage, lambda rng, unit, far: (Linkage(load_linkage()), rng.uniform(0.1, 0.9) / far)),
    "one mean": (OneMean, lambda rng, unit, far: (OneMean([-2.0, 0.5, 3.0, 4.5]), rng.normal() * far**0.1)),
}
"""Class, and what makes a model and a start from a generator, a unit, and how bad the start is: from 1 on."""


def in_the_library():
    """Return the classes of the library that have both steps."""
    modules = [info.name for info in pkgutil.walk_packages(lecture_lib.models.__path__, "lecture_lib.models.")]
    found = [value for name in modules for value in vars(importlib.import_module(name)).values()]
    models = {cls for cls in found if inspect.isclass(cls) and hasattr(cls, "e_step") and hasattr(cls, "m_step")}
    return models - {Model}
