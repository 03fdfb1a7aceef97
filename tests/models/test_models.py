"""What holds for every model: the steps change nothing that they are given, and forget nothing.

One row a model; a new one joins with a way to make it, and a start. One that stands in no row fails.
"""

import copy
import importlib
import inspect
import pkgutil
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from lecture_lib import models
from lecture_lib.datasets import load_elderly_deaths, load_iris, load_linkage, load_old_faithful, load_two_coins
from lecture_lib.em import converge, em
from lecture_lib.models import (
    bernoulli_mixture,
    binomial_mixture,
    gaussian_mixture,
    kmeans,
    linkage,
    mixture,
    one_mean,
    poisson_mixture,
    ppca,
    soft_kmeans,
    student_t,
)

X = load_old_faithful()
MEANS = np.array([[2.0, 55.0], [4.0, 80.0]])
MIXTURE = mixture.MixtureParameters([0.3, 0.7], MEANS, [np.diag([0.1, 36.0])] * 2)
EMPTY = mixture.MixtureParameters([0.3, 0.7, 0.0], [*MEANS, [9.0, 9.0]], [np.diag([0.1, 36.0])] * 3)
IRIS = load_iris()[0]
BINARY = IRIS.mean(axis=0) < IRIS

MODELS = {
    "k-means": (kmeans.KMeans(X), MEANS),
    "soft k-means": (soft_kmeans.SoftKMeans(X, 0.05), MEANS),
    "Gaussian mixture": (gaussian_mixture.GaussianMixture(X), MIXTURE),
    "Gaussian mixture with an empty component": (gaussian_mixture.GaussianMixture(X), EMPTY),
    "Gaussian mixture with a prior": (
        gaussian_mixture.GaussianMixture(X, prior=gaussian_mixture.MixturePrior.weak(X, 2)),
        MIXTURE,
    ),
    "binomial mixture": (
        binomial_mixture.BinomialMixture(*load_two_coins()),
        binomial_mixture.BinomialMixtureParameters([0.5, 0.5], [0.6, 0.5]),
    ),
    "Bernoulli mixture": (
        bernoulli_mixture.BernoulliMixture(BINARY),
        bernoulli_mixture.BernoulliMixtureParameters([0.5, 0.5], [[0.3] * 4, [0.6] * 4]),
    ),
    "Poisson mixture": (
        poisson_mixture.PoissonMixture(load_elderly_deaths()),
        poisson_mixture.PoissonMixtureParameters([0.4, 0.6], [1.0, 3.0]),
    ),
    "one unknown mean": (one_mean.OneMean([-2.0, 0.5, 3.0, 4.5]), 0.5),
    "linkage": (linkage.Linkage(load_linkage()), 0.5),
    "Student's t": (student_t.StudentT(X), student_t.StudentTParameters([3.0, 70.0], np.diag([1.0, 100.0]), 4.0)),
    "PPCA": (ppca.PPCA(IRIS, 1), ppca.PPCAParameters(IRIS.mean(axis=0), np.ones((4, 1)), 1.0)),
}


def test_every_model_stands_in_the_table():
    modules = [
        importlib.import_module(info.name) for info in pkgutil.walk_packages(models.__path__, "lecture_lib.models.")
    ]
    classes = {value for module in modules for value in vars(module).values() if inspect.isclass(value)}
    found = {value for value in classes if hasattr(value, "e_step") and hasattr(value, "m_step")}
    found = {value for value in found if value.__module__.startswith("lecture_lib.models.")}  # not the protocol
    assert len(found) > 9
    assert found == {type(model) for model, _ in MODELS.values()}


def numbers(thing):
    """Every number inside an array, a class, a dict or a sequence, as one flat list."""
    if is_dataclass(thing):
        return numbers([getattr(thing, field.name) for field in fields(thing)])
    if isinstance(thing, dict):
        return numbers(list(thing.values()))
    if isinstance(thing, (tuple, list)):
        return [number for part in thing for number in numbers(part)]
    return [] if thing is None else np.ravel(thing).tolist()


@pytest.mark.parametrize("name", MODELS)
def test_no_step_changes_what_it_is_given(name):
    model, theta = MODELS[name]
    theta_before = copy.deepcopy(theta)
    q, _ = model.e_step(theta)
    q_before = copy.deepcopy(q)
    model.m_step(theta, q)
    assert numbers(theta) == numbers(theta_before)
    assert numbers(q) == numbers(q_before)


@pytest.mark.parametrize("name", MODELS)
def test_a_step_depends_on_nothing_but_its_arguments(name):
    model, theta = MODELS[name]
    first_q, first = model.e_step(theta)
    model.e_step(model.m_step(theta, first_q))
    again_q, again = model.e_step(theta)
    assert (numbers(first_q), first) == (numbers(again_q), again)
    assert numbers(model.m_step(theta, first_q)) == numbers(model.m_step(theta, again_q))


@pytest.mark.parametrize("name", MODELS)
def test_the_default_rule_ends_and_the_objective_never_falls(name):
    model, theta = MODELS[name]
    run = converge(em(model, theta))
    assert run.converged
    assert isinstance(run.objective, float)
    # Sums over a thousand data at most: exact to 1e-13 of their size.
    assert np.all(np.diff(run.objectives) >= -1e-12 * np.abs(run.objectives).max())
