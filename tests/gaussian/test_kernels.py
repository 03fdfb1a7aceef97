"""Both kernels give the numbers of the definitions: those use Cholesky factors and differences."""

import numpy as np
import pytest

from lecture_lib.gaussian.kernels import kernel_for
from lecture_lib.gaussian.kinds import COVARIANCES, Full, kind_of
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, log_likelihood, responsibilities


def problem(n, d, k, covariance="full", centre=5):
    rng = np.random.default_rng(0)
    factors = rng.standard_normal((k, d, d + 2))
    covariances = (factors @ factors.mT + np.eye(d)) / d
    if covariance == "tied":
        covariances = np.repeat(covariances[:1], k, axis=0)
    means = 3 * rng.standard_normal((k, d)) / np.sqrt(d)
    theta = MixtureParameters(rng.dirichlet(np.ones(k)), centre + means, kind_of(covariance).project(covariances))
    return centre + rng.standard_normal((n, d)), theta


@pytest.mark.parametrize("centre", [0, 5])  # about 0 the data are taken as they are, else about their mean
@pytest.mark.parametrize(
    ("n", "d"),  # one tile, and several with a rest; free covariances by features, from 48 dimensions on by rows
    [(40, 1), (20_000, 1), (20_000, 3), (11_000, 20), (11_000, 47), (40, 48), (11_000, 48)],
)
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_moments_and_objective_are_those_of_the_definitions(covariance, n, d, centre):
    X, theta = problem(n, d, 3, covariance, centre)
    moments, objective = GaussianMixture(X, covariance=covariance).e_step(theta)
    r = responsibilities(X, theta)
    assert objective == pytest.approx(log_likelihood(X, theta), rel=1e-12)  # sums of a few thousand terms
    # Log densities of a few hundred nats, from two formulas, agree to 1e-12; so do the shares that follow.
    np.testing.assert_allclose(moments.sizes, r.sum(axis=0), rtol=1e-11)
    np.testing.assert_allclose(moments.means, r.T @ X / r.sum(axis=0)[:, None], rtol=0, atol=1e-11)
    for j in range(3):
        about = X - moments.means[j]
        expected = kind_of(covariance).project((r[:, j] * about.T) @ about)
        np.testing.assert_allclose(moments.scatters[j], expected, rtol=0, atol=1e-11 * np.abs(expected).max())


def test_a_narrow_component_in_many_dimensions_keeps_nine_digits():
    d = 48
    X, theta = problem(3 * d, d, 2)
    far = np.vstack([X, 1e4 + 1e-1 * X[: d + 2]])  # the ratio of spread to width is about 1e5
    means, covariances = [theta.means[0], 1e4 + 0.1 * theta.means[0]], theta.covariances * [[[1]], [[0.01]]]
    narrow = MixtureParameters([0.7, 0.3], means, covariances)
    moments, _ = GaussianMixture(far).e_step(narrow)
    r = responsibilities(far, narrow)
    about = far - moments.means[1]
    expected = (r[:, 1] * about.T) @ about
    np.testing.assert_allclose(moments.scatters[1], expected, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("k", [1, 10, 200])
@pytest.mark.parametrize("d", [2, 47, 64])
def test_the_workspace_stays_small(d, k):
    kernel = kernel_for(np.zeros((k, d)), np.array([np.eye(d)] * k), np.zeros(k), Full())
    workspace = kernel.workspace(kernel.tile)
    parts = workspace if isinstance(workspace, tuple) else [workspace]
    assert sum(part.nbytes for part in parts) < 2**24  # 16 MiB for each of two threads
