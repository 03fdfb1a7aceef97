"""All ways through the data give the numbers of the definitions: those use Cholesky factors and differences."""

import numpy as np
import pytest

from lecture_lib.gaussian.forms import LONG, MANY, AxisForms, FeatureForms, RowForms, forms_for
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, log_likelihood, responsibilities


def problem(n, d, k, seed=0):
    rng = np.random.default_rng(seed)
    factors = rng.standard_normal((k, d, d + 2))
    covariances = (factors @ factors.mT + np.eye(d)) / d
    means = 3 * rng.standard_normal((k, d)) / np.sqrt(d)
    return 5 + rng.standard_normal((n, d)), MixtureParameters(rng.dirichlet(np.ones(k)), 5 + means, covariances)


@pytest.mark.parametrize("d", [1, 3, MANY, MANY + 15])
@pytest.mark.parametrize("n", [40, 20_000])  # one block, and several with a rest
def test_moments_and_objective_are_those_of_the_definitions(n, d):
    X, theta = problem(n, d, 3)
    moments, objective = GaussianMixture(X).e_step(theta)
    r = responsibilities(X, theta)
    assert objective == pytest.approx(log_likelihood(X, theta), rel=1e-12)  # sums of a few thousand terms
    np.testing.assert_allclose(moments.sizes, r.sum(axis=0), rtol=1e-9)  # r itself is good to about ten digits
    np.testing.assert_allclose(moments.means, r.T @ X / r.sum(axis=0)[:, None], rtol=1e-9)
    for j in range(3):
        about = X - moments.means[j]
        expected = (r[:, j] * about.T) @ about
        np.testing.assert_allclose(moments.scatters[j], expected, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("centre", [0, 5])  # about 0 the data are taken as they are, else about their mean
@pytest.mark.parametrize("d", [LONG - 1, LONG + 5])
@pytest.mark.parametrize("kind", ["diagonal", "spherical"])
def test_variances_along_the_axes_are_those_of_the_definitions(kind, d, centre):
    X, full = problem(20_000, d, 3)  # several blocks, the last with a rest
    variances = np.diagonal(full.covariances, axis1=1, axis2=2)
    if kind == "spherical":
        variances = np.repeat(variances.mean(axis=1, keepdims=True), d, axis=1)
    X, theta = (
        X + centre - 5,
        MixtureParameters(full.weights, full.means + centre - 5, variances[:, :, None] * np.eye(d)),
    )
    moments, objective = GaussianMixture(X, covariance=kind).e_step(theta)
    r = responsibilities(X, theta)
    assert objective == pytest.approx(log_likelihood(X, theta), rel=1e-12)  # sums of a few thousand terms
    np.testing.assert_allclose(moments.sizes, r.sum(axis=0), rtol=1e-9)  # r itself is good to about ten digits
    np.testing.assert_allclose(moments.means, r.T @ X / r.sum(axis=0)[:, None], rtol=1e-9)
    for j in range(3):
        expected = r[:, j] @ (X - moments.means[j]) ** 2
        if kind == "spherical":
            expected = np.full(d, expected.mean())
        np.testing.assert_allclose(moments.scatters[j], np.diag(expected), rtol=1e-9)


def test_a_narrow_component_in_many_dimensions_keeps_nine_digits():
    X, theta = problem(3 * MANY, MANY, 2)
    far = np.vstack([X, 1e4 + 1e-1 * X[: MANY + 2]])  # the ratio of spread to width is about 1e5
    means, covariances = [theta.means[0], 1e4 + 0.1 * theta.means[0]], theta.covariances * [[[1]], [[0.01]]]
    narrow = MixtureParameters([0.7, 0.3], means, covariances)
    moments, _ = GaussianMixture(far).e_step(narrow)
    r = responsibilities(far, narrow)
    about = far - moments.means[1]
    expected = (r[:, 1] * about.T) @ about
    np.testing.assert_allclose(moments.scatters[1], expected, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize(
    ("covariance", "d", "kind"),
    [
        ("full", MANY - 1, FeatureForms),
        ("full", MANY, RowForms),
        ("tied", MANY, RowForms),
        ("diagonal", LONG - 1, FeatureForms),
        ("diagonal", LONG, AxisForms),
        ("spherical", 10 * MANY, AxisForms),
    ],
)
def test_rows_serve_in_many_dimensions(covariance, d, kind):
    forms = forms_for(np.zeros((2, d)), np.array([np.eye(d)] * 2), np.zeros(2), covariance)
    assert type(forms) is kind


@pytest.mark.parametrize("k", [1, 10, 200])
def test_room_for_rows_stays_small(k):
    forms = forms_for(np.zeros((k, 64)), np.array([np.eye(64)] * k), np.zeros(k), "full")
    assert sum(part.nbytes for part in forms.room(forms.block)) < 2**23  # 8 MiB for each of two threads
