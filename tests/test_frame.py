"""Where data lie: against NumPy's own mean and standard deviation, and that no units spoil it."""

import numpy as np
import pytest

from lecture_lib.gaussian.frame import frame_of
from lecture_lib.gaussian.prior import MixturePrior


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(50, 2), (9000, 3), (5000, 20)])  # one block and more; short rows and long
def test_mean_and_standard_deviation_of_each_column(rng, shape):
    X = rng.standard_normal(shape) * np.geomspace(1e-8, 1e8, shape[1]) + 3
    frame = frame_of(X, "full", None)
    np.testing.assert_allclose(frame.origin, X.mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(frame.unit, X.std(axis=0), rtol=1e-7)  # of 3 + 1e-8, eight digits are left


def test_spherical_covariances_have_one_unit(rng):
    X = rng.standard_normal((50, 3)) * [1, 2, 30]
    np.testing.assert_allclose(frame_of(X, "spherical", None).unit, np.sqrt(X.var(axis=0).mean()), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-130, 1e150])
def test_squares_neither_vanish_nor_overflow(size):
    X = np.array([[-1.0], [1.0]]) * size
    for covariance in ("full", "spherical"):
        assert frame_of(X, covariance, None).unit == pytest.approx(size, rel=1e-15)


def test_the_origin_of_a_constant_column_is_its_value_and_its_unit_that_of_the_prior(rng):
    X = np.column_stack([np.full(1000, 0.1), rng.standard_normal(1000)])
    prior = MixturePrior([0, 0], np.diag([9.0, 4.0]), strength=1, dof=2)
    frame = frame_of(X, "full", prior)
    assert frame.origin[0] == 0.1
    assert frame.unit[0] == 3
    assert frame.unit[1] == pytest.approx(X[:, 1].std(), rel=1e-12)
    assert frame_of(X, "spherical", None).unit[0] == pytest.approx(np.sqrt(X[:, 1].var() / 2), rel=1e-12)


def test_the_messages():
    with pytest.raises(
        ValueError, match=r'constant column 1; drop it, choose covariance="spherical", or pass a prior$'
    ):
        frame_of(np.array([[1.0, 2.0], [2.0, 2.0]]), "tied", None)
    with pytest.raises(ValueError, match=r"at least 1e-140 .*, got 5e-151 in column 1; use a smaller unit"):
        frame_of(np.array([[1.0, 0.0], [2.0, 1e-150]]), "full", None)
