"""A fit that is saved and loaded is the same fit; what is no such file is refused."""

import pickle
from dataclasses import fields

import numpy as np
import pytest

from lecture_lib import storage, validation
from lecture_lib.models import bernoulli_mixture, binomial_mixture, kmeans, poisson_mixture, ppca, student_t
from lecture_lib.models.gaussian_mixture import MixturePrior, fit
from lecture_lib.models.mixture import log_likelihood
from lecture_lib.models.shared.priors import BetaPrior, GammaPrior

RNG = np.random.default_rng(0)
X = RNG.standard_normal((40, 3)) * [1, 1e-8, 1e8]
SAVED = {
    "MixtureParameters": fit(X, 2, rng=RNG, restarts=1, covariance="diagonal").theta,
    "MixturePrior": MixturePrior.weak(X, 2),
    "BernoulliMixtureParameters": bernoulli_mixture.fit(X > 0, 2, rng=RNG, restarts=1).theta,
    "BinomialMixtureParameters": binomial_mixture.fit([1, 5, 9], [10, 10, 10], 2, rng=RNG, restarts=1).theta,
    "PoissonMixtureParameters": poisson_mixture.fit([0, 1, 9, 9], 2, rng=RNG, restarts=1).theta,
    "PPCAParameters": ppca.fit(X / [1, 1e-8, 1e8], 1, rng=RNG).theta,
    "StudentTParameters": student_t.fit(X / [1, 1e-8, 1e8]).theta,
    "BetaPrior": BetaPrior(2.0, 0.5, 1.5),
    "GammaPrior": GammaPrior(0.1, 0.2),
}


def parameter_classes(kind=validation.Frozen):
    return {one for sub in kind.__subclasses__() for one in (sub, *parameter_classes(sub))}


def test_every_class_of_parameters_can_be_saved():
    assert set(storage.KINDS.values()) == {
        one for one in parameter_classes() if one.__module__.startswith("lecture_lib")
    }
    assert set(SAVED) == set(storage.KINDS)


@pytest.mark.parametrize("name", SAVED)
def test_what_is_loaded_is_what_was_saved_to_the_last_bit(name, tmp_path):
    theta = SAVED[name]
    storage.save(theta, tmp_path / "theta")
    again = storage.load(tmp_path / "theta")
    assert type(again) is type(theta)
    for field in fields(theta):
        ours, theirs = getattr(again, field.name), getattr(theta, field.name)
        assert type(ours) is type(theirs)
        np.testing.assert_array_equal(ours, theirs)


def test_a_loaded_mixture_goes_on(tmp_path):
    storage.save(SAVED["MixtureParameters"], str(tmp_path / "fit.npz"))
    theta = storage.load(str(tmp_path / "fit.npz"))
    assert log_likelihood(X, theta) == log_likelihood(X, SAVED["MixtureParameters"])
    with pytest.raises(ValueError, match="read-only"):
        theta.means[0] = 0


def test_means_of_k_means_are_an_array(tmp_path):
    means = kmeans.fit(X, 2, rng=RNG, restarts=1).theta
    storage.save(means, tmp_path / "means.npz")
    np.testing.assert_array_equal(storage.load(tmp_path / "means.npz"), means)


def test_the_file_is_read_without_this_library(tmp_path):
    storage.save(SAVED["MixtureParameters"], tmp_path / "fit.npz")
    with np.load(tmp_path / "fit.npz", allow_pickle=False) as file:
        assert str(file["lecture_lib.class"]) == "MixtureParameters"
        assert int(file["lecture_lib.format"]) == 1
        assert file["means"].shape == (2, 3)


def written(path, **values):
    with path.open("wb") as file:
        np.savez(file, **values)


def one_array(path):
    with path.open("wb") as file:
        np.save(file, np.eye(2))


BAD = {
    "text": (lambda path: path.write_text("theta"), "which is none"),
    "empty": (lambda path: path.write_bytes(b""), "which is none"),
    "cut short": (
        lambda path: (storage.save(SAVED["MixtureParameters"], path), path.write_bytes(path.read_bytes()[:300])),
        "which is none",
    ),
    "another archive": (lambda path: written(path, means=np.eye(2)), "which is none; save"),
    "one array": (one_array, "which is none"),
    "a pickle of something": (lambda path: path.write_bytes(pickle.dumps([1])), "which is none; save the"),
    "pickle": (lambda path: written(path, means=np.array([{}], dtype=object)), "which is none"),
    "a later format": (
        lambda path: written(path, **{storage.CLASS: "MixtureParameters", storage.FORMAT: 2}),
        "format 1 or before, got 'MixtureParameters' in format 2 .*; install a newer",
    ),
    "an unknown class": (
        lambda path: written(path, **{storage.CLASS: "os.system", storage.FORMAT: 1}),
        "got 'os.system' in format 1",
    ),
    "a bad value": (
        lambda path: written(
            path, weights=[1.0], means=[[np.nan]], covariances=[[[1.0]]],
            **{storage.CLASS: "MixtureParameters", storage.FORMAT: 1},
        ),
        "means must be finite",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("write", "message"), BAD.values(), ids=BAD)
def test_what_is_no_such_file_is_refused(write, message, tmp_path):
    write(tmp_path / "file.npz")
    with pytest.raises(ValueError, match=message):
        storage.load(tmp_path / "file.npz")


@pytest.mark.parametrize("theta", [{"means": 1}, object(), np.array([None])])
def test_what_is_no_parameter_is_not_saved(theta, tmp_path):
    with pytest.raises(ValueError, match="theta must"):
        storage.save(theta, tmp_path / "file.npz")
    assert not list(tmp_path.iterdir())
