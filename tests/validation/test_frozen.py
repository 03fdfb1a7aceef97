"""Parameters cannot be changed, also after pickle, copy and deepcopy."""

import copy
import importlib
import inspect
import pickle
import pkgutil
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

import lecture_lib.gaussian
import lecture_lib.models
from lecture_lib import validation
from lecture_lib.datasets import load_old_faithful
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.bernoulli_mixture import BernoulliMixtureParameters
from lecture_lib.models.binomial_mixture import BinomialMixtureParameters
from lecture_lib.models.gaussian_mixture import GaussianMixture, fit
from lecture_lib.models.mixture import MixtureParameters, log_likelihood
from lecture_lib.models.poisson_mixture import PoissonMixtureParameters
from lecture_lib.models.ppca import PPCAParameters
from lecture_lib.models.shared.priors import BetaPrior, GammaPrior
from lecture_lib.models.student_t import StudentTParameters

PARAMETERS = [
    MixtureParameters([0.3, 0.7], np.ones((2, 2)), [np.eye(2)] * 2),
    MixturePrior(np.zeros(2), np.eye(2), strength=1.0, dof=4.0),
    BetaPrior(2.0, 1.0),
    GammaPrior(2.0, 1.0),
    BernoulliMixtureParameters([0.3, 0.7], np.full((2, 3), 0.5)),
    BinomialMixtureParameters([0.3, 0.7], [0.2, 0.6]),
    PoissonMixtureParameters([0.3, 0.7], [1.0, 2.0]),
    PPCAParameters(np.zeros(3), np.ones((3, 1)), 1.0),
    StudentTParameters(np.zeros(2), np.eye(2), np.inf),
]
WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "replace": replace,
    **{
        f"pickle {n}": lambda theta, n=n: pickle.loads(pickle.dumps(theta, protocol=n))
        for n in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
    "deepcopy in a dict": lambda theta: copy.deepcopy({"a": [theta]})["a"][0],
}


def test_every_class_of_parameters_is_in_the_table():
    packages = (lecture_lib.gaussian, lecture_lib.models)
    modules = [info.name for p in packages for info in pkgutil.walk_packages(p.__path__, f"{p.__name__}.")]
    found = [value for name in modules for value in vars(importlib.import_module(name)).values()]
    found = {cls for cls in found if inspect.isclass(cls)}
    named = {cls for cls in found if is_dataclass(cls) and cls.__name__.endswith(("Parameters", "Prior"))}
    frozen = {cls for cls in found if issubclass(cls, validation.Frozen)} - {validation.Frozen}
    assert named == frozen == {type(theta) for theta in PARAMETERS}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("theta", PARAMETERS, ids=lambda theta: type(theta).__name__)
def test_no_copy_can_be_changed(theta, way):
    other = WAYS[way](theta)
    assert type(other) is type(theta)
    assert vars(other).keys() == {field.name for field in fields(theta)}
    for field in fields(theta):
        kept, new = getattr(theta, field.name), getattr(other, field.name)
        assert type(new) is type(kept)
        np.testing.assert_array_equal(new, kept)
        if isinstance(new, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                new[...] = 0


def test_a_saved_fit_means_the_same_to_every_function():
    X = load_old_faithful()
    theta = pickle.loads(pickle.dumps(fit(X, 2, rng=np.random.default_rng(0), restarts=1).theta))
    with pytest.raises(ValueError, match="read-only"):
        theta.covariances[:] *= 100
    wide = replace(theta, covariances=100 * theta.covariances)
    for mixture in (theta, wide):
        assert GaussianMixture(X).e_step(mixture)[1] == pytest.approx(log_likelihood(X, mixture), rel=1e-12)


def test_frozen_fields_are_read_only_copies_and_floats_stay():
    class Parameters:
        pass

    parameters, given = Parameters(), np.arange(3.0)
    validation.freeze(parameters, array=given, number=2.5)
    given[0] = 9
    assert parameters.array[0] == 0
    assert parameters.array.flags.writeable is False
    assert parameters.number == 2.5
