"""A datum of weight 2 is the datum twice, one of weight 0 is absent, and only sums of weights count as n."""

import warnings

import numpy as np
import pytest

from lecture_lib.blocks import Blocks
from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.models import bernoulli_mixture, gaussian_mixture, kmeans, poisson_mixture
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior
from lecture_lib.models.kmeans import BoundedKMeans, KMeans
from lecture_lib.models.mixture import COVARIANCES, MixtureParameters, aic, bic, log_likelihood
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters
from lecture_lib.seeding import kmeans_plus_plus

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.standard_normal((60, 2)), np.array([4, 1]) + RNG.standard_normal((40, 2))])
TIMES = RNG.integers(0, 4, len(X))
REPEATED = X.repeat(TIMES, axis=0)
START = MixtureParameters([0.5, 0.5], [[0.0, 0], [3, 1]], [np.eye(2)] * 2)
CUTS = [30, 31, 70]
SOURCES = {"array": lambda X: X, "blocks": lambda X: np.split(X, CUTS)}


def assert_same(theta, other):
    # Sums in another order differ by rounding, and twelve digits are left after a run.
    for name in vars(theta):
        np.testing.assert_allclose(getattr(theta, name), getattr(other, name), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_gaussian_mixture_of_weighted_data_is_that_of_repeated_ones(covariance, missing, source):
    start = MixtureParameters(START.weights, START.means, kind_of(covariance).nearest(START.covariances))
    data = X.copy()
    if missing:
        data[::7, 0] = np.nan
    kind = {"covariance": covariance, "missing": missing}
    ours = converge(em(GaussianMixture(source(data), sample_weight=TIMES, **kind), start), max_steps=20)
    theirs = converge(em(GaussianMixture(data.repeat(TIMES, axis=0), **kind), start), max_steps=20)
    assert_same(ours.theta, theirs.theta)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-12)


def test_criteria_and_priors_count_the_weights():
    weighted = Blocks(X, sample_weight=TIMES)
    for criterion in (aic, bic):
        assert criterion(weighted, START, "full") == pytest.approx(criterion(REPEATED, START, "full"), rel=1e-12)
    assert log_likelihood(weighted, START) == pytest.approx(log_likelihood(REPEATED, START), rel=1e-12)
    ours, theirs = MixturePrior.weak(X, 2, sample_weight=TIMES), MixturePrior.weak(REPEATED, 2)
    np.testing.assert_allclose(ours.scatter, theirs.scatter, rtol=1e-12)
    np.testing.assert_allclose(ours.mean, theirs.mean, rtol=1e-12)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_k_means_of_weighted_data_is_that_of_repeated_ones(source):
    runs = [
        converge(em(model, START.means), until=parameters_settle())
        for model in (KMeans(source(X), sample_weight=TIMES), KMeans(REPEATED))
    ]
    np.testing.assert_allclose(runs[0].theta, runs[1].theta, rtol=1e-12)
    assert runs[0].objective == pytest.approx(runs[1].objective, rel=1e-12)


def test_bounded_k_means_has_the_same_iterates_with_weights():
    rng = np.random.default_rng(1)
    data, weights = rng.standard_normal((3000, 2)), rng.exponential(size=3000) * (rng.random(3000) < 0.8)
    start = data[:8]
    small = {"plain_up_to": 0, "two_threads_from": 0, "tile": 500}
    bounded = converge(BoundedKMeans(data, sample_weight=weights, **small).states(start), until=parameters_settle())
    plain = converge(em(KMeans(data, sample_weight=weights), start), until=parameters_settle())
    assert len(bounded.states) == len(plain.states)
    np.testing.assert_array_equal(bounded.theta, plain.theta)
    assert bounded.objective == pytest.approx(plain.objective, rel=1e-12)


def test_a_cluster_without_weight_is_empty():
    with pytest.warns(kmeans.EmptyClusterWarning, match="cluster 1 is empty"):
        theta = KMeans([[0.0], [1.0], [9.0]], sample_weight=[1, 2, 0]).m_step([[0.0], [8.0]], np.array([0, 0]))
    np.testing.assert_allclose(theta, [[2 / 3], [8.0]], rtol=1e-12)


def test_weights_below_1_weigh():
    theta = KMeans([[0.0], [3.0]], sample_weight=[0.02, 0.01]).m_step([[0.0]], np.array([0, 0]))
    np.testing.assert_allclose(theta, [[1.0]], rtol=1e-12)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_bernoulli_mixture_of_weighted_data_is_that_of_repeated_ones(source):
    binary = X > 0.5
    start = BernoulliMixtureParameters([0.4, 0.6], [[0.3, 0.6], [0.8, 0.5]])
    ours = converge(em(BernoulliMixture(source(binary), sample_weight=TIMES), start), max_steps=20)
    theirs = converge(em(BernoulliMixture(binary.repeat(TIMES, axis=0)), start), max_steps=20)
    assert_same(ours.theta, theirs.theta)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-12)


def test_a_poisson_mixture_of_weighted_data_is_that_of_repeated_ones():
    counts, start = RNG.poisson(3, len(X)), PoissonMixtureParameters([0.4, 0.6], [1.0, 5.0])
    ours = converge(em(PoissonMixture(counts, sample_weight=TIMES), start), max_steps=20)
    theirs = converge(em(PoissonMixture(counts.repeat(TIMES)), start), max_steps=20)
    assert_same(ours.theta, theirs.theta)
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-12)


def test_k_means_plus_plus_draws_by_weight_times_squared_distance():
    data, w = np.array([[0.0], [1.0], [3.0], [9.0]]), np.array([2.0, 1.0, 3.0, 0.0])
    first = w / w.sum()
    gains = w[:, None] * (data - data.T) ** 2  # [i, j]: datum i after j
    expected = first[None, :] * gains / gains.sum(axis=0)
    rng, seen = np.random.default_rng(2), np.zeros((4, 4))
    for _ in range(4000):
        one, other = kmeans_plus_plus(data, 2, rng, sample_weight=w).ravel()
        seen[data.ravel() == other, data.ravel() == one] += 1 / 4000
    # Each share has a standard deviation below 0.008; four of them.
    np.testing.assert_allclose(seen, expected, atol=0.032)
    assert not seen[3].any()
    assert not seen[:, 3].any()


def test_the_best_candidate_is_that_of_the_repeated_data():
    data, w = np.array([[0.0], [5.0], [9.0]]), np.array([1000, 1, 100])
    taken = [kmeans_plus_plus(data, 2, np.random.default_rng(s), 20, w)[1, 0] for s in range(20)]
    assert set(taken) <= {0.0, 9.0}


FITS = {
    "k-means": lambda X, **more: kmeans.fit(X, 2, rng=np.random.default_rng(0), restarts=5, **more),
    "Gaussian": lambda X, **more: gaussian_mixture.fit(X, 2, rng=np.random.default_rng(0), restarts=3, **more),
    "Bernoulli": lambda X, **more: bernoulli_mixture.fit(X > 1, 2, rng=np.random.default_rng(0), **more),
    "Poisson": lambda X, **more: poisson_mixture.fit(
        np.floor(np.abs(3 * X[:, 0])), 2, rng=np.random.default_rng(0), restarts=30, **more
    ),
}


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
def test_fit_finds_the_optimum_of_the_repeated_data(fit):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", kmeans.EmptyClusterWarning)
        ours, theirs = fit(X, sample_weight=TIMES), fit(REPEATED)
    # Two runs with one end are within 1e-5 nats of each other.
    assert ours.objective == pytest.approx(theirs.objective, abs=1e-4)


@pytest.mark.parametrize("fit", FITS.values(), ids=FITS)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([-1.0] * len(X), "sample_weight must be at least 0, .* got -1 for datum 0"),
        ([0.0] * len(X), "sample_weight must be at least 0, and above 0 for some datum"),
        ([1.0], f"sample_weight must hold {len(X)} numbers, got 1"),
        ([np.nan] * len(X), "sample_weight must be finite"),
    ],
)
def test_bad_weights_are_refused(fit, weights, message):
    with pytest.raises(ValueError, match=message):
        fit(X, sample_weight=weights)
