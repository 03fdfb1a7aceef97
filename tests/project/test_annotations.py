"""What is public says what it takes and returns: mypy reads annotations, and this test that there are some."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import lecture_lib

ROOT = Path(__file__).parents[2]
# Not annotated throughout yet.
EXEMPT = {"derivation", "formulas", "homework", "problems", "widgets"}


def public_modules():
    names = [info.name for info in pkgutil.walk_packages(lecture_lib.__path__, "lecture_lib.")]
    modules = [importlib.import_module(name) for name in names if name.split(".")[1] not in EXEMPT]
    return [module for module in modules if hasattr(module, "__all__")]


def functions_of(thing):
    """List a function itself, or the public methods that a class has written."""
    if inspect.isfunction(thing):
        return [thing]
    if not inspect.isclass(thing) or getattr(thing, "_is_protocol", False):
        return []
    members = [value for name, value in vars(thing).items() if name == "__init__" or not name.startswith("_")]
    plain = [getattr(value, "fget", None) or getattr(value, "__func__", value) for value in members]
    return [function for function in plain if inspect.isfunction(function) and is_written(function)]


def is_written(function):
    return not function.__code__.co_filename.startswith("<")  # as dataclasses make them


def missing(function):
    names = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    returns = [] if function.__name__ == "__init__" else ["return"]
    return [name for name in names + returns if name not in function.__annotations__]


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_public_functions_are_annotated(module):
    functions = [function for name in module.__all__ for function in functions_of(getattr(module, name))]
    lacking = {function.__qualname__: missing(function) for function in functions}
    assert {name: names for name, names in lacking.items() if names} == {}


def test_what_is_missing_is_found():
    class Half:
        def __init__(self, x): ...
        def take(self, x: int, y) -> int: ...
        def _inner(self, z): ...

    assert [missing(function) for function in functions_of(Half)] == [["x"], ["y"]]


SCRIPT = """
from typing import Any

import numpy as np
from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import Run, converge, em
from lecture_lib.estimators import GaussianMixtureEstimator
from lecture_lib.models import kmeans
from lecture_lib.models.gaussian_mixture import GaussianMixture, fit
from lecture_lib.models.mixture import MixtureParameters, bic

X = load_old_faithful()
rng = np.random.default_rng(0)
start = fit(X, 2, rng=rng)
run: Run[MixtureParameters] = converge(em(GaussianMixture(X), start.theta))
means: np.ndarray[Any, Any] = kmeans.fit(X, 2, rng=rng).theta
criterion: float = bic(X, run.theta, "full")
labels = GaussianMixtureEstimator(2).fit(X).predict(X)
print(run.theta.means.shape, run.objective.real, labels)
"""
WRONG = {
    "fit(X, 'two', rng=rng)": "incompatible type",
    "fit(X, 2, rng=3)": "incompatible type",
    "run.theta.menas": 'has no attribute "menas"',
    "GaussianMixtureEstimator(2).fti(X)": 'has no attribute "fti"',
}


def judged(code, path):
    """Return what mypy says of a user's script, in its strictest mode."""
    path.write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={path.parent}", str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_a_users_script_is_clean_and_its_slips_are_found(tmp_path):
    wrong = SCRIPT + "\n".join(WRONG)
    said = judged(wrong, tmp_path / "wrong.py").splitlines()
    assert [words in line for words, line in zip(WRONG.values(), said, strict=False)] == [True] * len(WRONG), said
    assert "Success" in judged(SCRIPT, tmp_path / "script.py")
