"""The plain step in the README of the folder gives what the library does."""

import re
from pathlib import Path

import numpy as np
import pytest

import lecture_lib.gaussian
from lecture_lib.datasets import load_old_faithful, standardise
from lecture_lib.gaussian.kinds import Full
from lecture_lib.log_sum_exp import posterior
from lecture_lib.models.gaussian_mixture import GaussianMixture, features, natural_parameters
from lecture_lib.models.mixture import MixtureParameters

README = Path(lecture_lib.gaussian.__file__).with_name("README.md").read_text(encoding="utf-8")


def test_the_plain_step_is_that_of_the_library():
    X = standardise(load_old_faithful())  # near 0 and not narrow: the plain step needs no care
    theta = MixtureParameters([0.4, 0.6], [[-1, -1], [1, 0.5]], [np.eye(2), np.diag([0.5, 2])])
    plain = {"features": features, "natural_parameters": natural_parameters, "posterior": posterior, "Full": Full}
    exec(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1], plain)
    sums, objective = plain["e_step"](X, theta)
    model = GaussianMixture(X)
    moments, expected = model.e_step(theta)
    assert objective == pytest.approx(expected, rel=1e-13)  # 272 terms
    step = model.m_step(theta, moments)
    for ours, name in zip(plain["m_step"](sums, 2), ("weights", "means", "covariances"), strict=True):
        np.testing.assert_allclose(ours, getattr(step, name), rtol=0, atol=1e-13)


def test_every_file_of_the_folder_is_listed():
    folder = Path(lecture_lib.gaussian.__file__).parent
    listed = set(re.findall(r"^\| `(\w+\.py)` \|", README, re.MULTILINE))
    assert listed == {path.name for path in folder.glob("*.py")} - {"__init__.py"}
