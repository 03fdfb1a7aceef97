"""Shift and scale of data: against NumPy's own mean and standard deviation, and that no units spoil them."""

import numpy as np
import pytest

from lecture_lib.blocks import Blocks
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.gaussian.scaling import scaling_of


def of(X, covariance="full", prior_scale=None):
    return scaling_of(Blocks(X), kind_of(covariance), prior_scale)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(50, 2), (9000, 3), (5000, 20)])  # one block and more; short rows and long
def test_mean_and_standard_deviation_of_each_column(rng, shape):
    X = rng.standard_normal(shape) * np.geomspace(1e-8, 1e8, shape[1]) + 3
    scaling = of(X)
    np.testing.assert_allclose(scaling.shift, X.mean(axis=0), rtol=1e-10)
    np.testing.assert_allclose(scaling.scale, X.std(axis=0), rtol=1e-7)  # of 3 + 1e-8, eight digits are left


def test_spherical_covariances_have_one_scale(rng):
    X = rng.standard_normal((50, 3)) * [1, 2, 30]
    np.testing.assert_allclose(of(X, "spherical").scale, np.sqrt(X.var(axis=0).mean()), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-130, 1e150])
def test_squares_neither_vanish_nor_overflow(size):
    X = np.array([[-1.0], [1.0]]) * size
    for covariance in ("full", "spherical"):
        assert of(X, covariance).scale == pytest.approx(size, rel=1e-15)


def test_the_shift_of_a_constant_column_is_its_value_and_its_scale_that_of_the_prior(rng):
    X = np.column_stack([np.full(1000, 0.1), rng.standard_normal(1000)])
    scaling = of(X, "full", np.array([3.0, 2.0]))
    assert scaling.shift[0] == 0.1
    assert scaling.scale[0] == 3
    assert scaling.scale[1] == pytest.approx(X[:, 1].std(), rel=1e-12)
    assert of(X, "spherical").scale[0] == pytest.approx(np.sqrt(X[:, 1].var() / 2), rel=1e-12)


def test_the_messages():
    with pytest.raises(
        ValueError,
        match=r'constant column 1; drop it, choose covariance="spherical", or pass a MixturePrior whose scatter',
    ):
        of(np.array([[1.0, 2.0], [2.0, 2.0]]), "tied")
    with pytest.raises(ValueError, match=r"at least 1e-140 .*, got 5e-151 in column 1; use a smaller unit"):
        of(np.array([[1.0, 0.0], [2.0, 1e-150]]))


@pytest.mark.parametrize("covariance", ["full", "spherical"])
def test_equal_data_get_a_remedy_that_helps(covariance):
    with pytest.raises(
        ValueError,
        match=r"constant column 0; add data that differ, or pass a MixturePrior whose scatter",
    ):
        of(np.ones((5, 2)), covariance)
    scaling = of(np.ones((5, 2)), covariance, np.array([3.0, 3.0]))
    np.testing.assert_allclose(scaling.scale, 3, rtol=1e-15)
