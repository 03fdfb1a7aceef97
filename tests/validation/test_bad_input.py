"""Bad input to every public function: one table of calls, one of bad values, and the message of each pair.

A new public function adds a row to ``TAKES_X`` (and the like); what it must refuse then follows.
"""

import functools
import importlib
import inspect
import pkgutil
from dataclasses import replace

import numpy as np
import pytest
from tables import cases

from lecture_lib import blocks, datasets, em, illustrations, models, seeding
from lecture_lib.illustrations import ascent, latent
from lecture_lib.models import (
    bernoulli_mixture,
    binomial_mixture,
    classification,
    gaussian_mixture,
    kmeans,
    mixture,
    poisson_mixture,
    ppca,
    soft_kmeans,
    student_t,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 2))
MEANS = X[:3] + 0.1
R = np.eye(3)[[0, 1, 2, 0, 1, 2]]
THETA = mixture.MixtureParameters([0.2, 0.3, 0.5], MEANS, [np.eye(2)] * 3)
PAIR = mixture.MixtureParameters([0.4, 0.6], MEANS[:2], [np.eye(2)] * 2)  # for 2^6 values of z, not 3^6
PRIOR = gaussian_mixture.MixturePrior([0, 0], np.eye(2), strength=1, dof=4)


def with_entry(value, i, c):
    changed = X.copy()
    changed[i, c] = value
    return changed


TAKES_X = {
    "blocks.Blocks": lambda X: blocks.Blocks(X).array,
    "blocks.sample_rows": lambda X: blocks.sample_rows(X, 3, np.random.default_rng(0)),
    "kmeans.BoundedKMeans": kmeans.BoundedKMeans,
    "kmeans.gaps": lambda X: kmeans.gaps(X, MEANS, [0, 1, 2, 0, 1, 2]),
    "classification.estimate": lambda X: classification.estimate(X, [0] * 6).covariances,
    "classification.log_likelihood": lambda X: classification.log_likelihood(X, [0] * 6, covariance="one width"),
    "ascent.gradient": lambda X: ascent.gradient(X, THETA),
    "ascent.gradient_ascent": lambda X: next(ascent.gradient_ascent(X, THETA, 0.1)).objective,
    "ascent.scaled_gradient_step": lambda X: ascent.scaled_gradient_step(X, THETA).covariances,
    "datasets.standardise": datasets.standardise,
    "gaussian_mixture.GaussianMixture": gaussian_mixture.GaussianMixture,
    "gaussian_mixture.MixturePrior.weak": lambda X: gaussian_mixture.MixturePrior.weak(X, 2).scatter,
    "gaussian_mixture.bic_table": lambda X: gaussian_mixture.bic_table(X, [1], rng=np.random.default_rng(0)),
    "gaussian_mixture.features": gaussian_mixture.features,
    "gaussian_mixture.fit": lambda X: gaussian_mixture.fit(X, 1, rng=np.random.default_rng(0)),
    "gaussian_mixture.search": lambda X: gaussian_mixture.search(X, 1, rng=np.random.default_rng(0)),
    "kmeans.KMeans": kmeans.KMeans,
    "kmeans.assign": lambda X: kmeans.assign(X, MEANS),
    "classification.best_sigma": lambda X: classification.best_sigma(X, R, MEANS),
    "classification.classification_log_likelihood": lambda X: classification.classification_log_likelihood(
        X, R, MEANS, 1.0
    ),
    "kmeans.final_losses": lambda X: kmeans.final_losses(X, [MEANS]),
    "kmeans.fit": lambda X: kmeans.fit(X, 2, rng=np.random.default_rng(0)),
    "kmeans.search": lambda X: kmeans.search(X, 2, rng=np.random.default_rng(0)),
    "kmeans.gradient": lambda X: kmeans.gradient(X, R, MEANS),
    "kmeans.half_steps": lambda X: list(kmeans.half_steps(X, MEANS))[-1][1],
    "kmeans.labels": lambda X: kmeans.labels(X, MEANS),
    "classification.log_densities": lambda X: classification.log_densities(X, MEANS, 1.0),
    "kmeans.lyapunov": lambda X: kmeans.lyapunov(X, R, MEANS),
    "kmeans.reduced_lyapunov": lambda X: kmeans.reduced_lyapunov(X, MEANS),
    "kmeans.squared_distances": lambda X: kmeans.squared_distances(X, MEANS),
    "kmeans.move_one": lambda X: kmeans.move_one(X, R, MEANS),
    "kmeans.update": lambda X: kmeans.update(X, R, MEANS),
    "latent.expectation": lambda X: latent.expectation(lambda z: z, X, PAIR),
    "latent.log_conditional": lambda X: latent.log_conditional(X, R, THETA),
    "latent.log_joints": lambda X: latent.log_joints(X, PAIR),
    "latent.posterior": lambda X: latent.posterior(X, PAIR),
    "ppca.PPCA": lambda X: ppca.PPCA(X, 1),
    "ppca.closed_form": lambda X: ppca.closed_form(X, 1).loadings,
    "ppca.fit": lambda X: ppca.fit(X, 1, rng=np.random.default_rng(0)),
    "seeding.kmeans_plus_plus": lambda X: seeding.kmeans_plus_plus(X, 2, np.random.default_rng(0)),
    "seeding.random_points": lambda X: seeding.random_points(X, 2, np.random.default_rng(0)),
    "student_t.StudentT": student_t.StudentT,
    "student_t.fit": lambda X: student_t.fit(X, 4.0),
    "mixture.aic": lambda X: mixture.aic(X, THETA, "full"),
    "mixture.bic": lambda X: mixture.bic(X, THETA, "full"),
    "mixture.complete_data_estimate": lambda X: mixture.complete_data_estimate(X, [0] * 6).covariances,
    "mixture.expected_complete_log_likelihood": lambda X: mixture.expected_complete_log_likelihood(X, R, THETA),
    "mixture.grad_covariances": lambda X: mixture.grad_covariances(X, THETA),
    "mixture.grad_means": lambda X: mixture.grad_means(X, THETA),
    "mixture.grad_weights": lambda X: mixture.grad_weights(X, THETA),
    "mixture.log_density": lambda X: mixture.log_density(X, MEANS[0], np.eye(2)),
    "mixture.log_joint": lambda X: mixture.log_joint(X, THETA),
    "mixture.log_evidence": lambda X: mixture.log_evidence(X, THETA),
    "mixture.log_likelihood": lambda X: mixture.log_likelihood(X, THETA),
    "mixture.lower_bound": lambda X: mixture.lower_bound(X, R, THETA),
    "mixture.posterior_divergence": lambda X: mixture.posterior_divergence(X, R, THETA),
    "mixture.responsibilities": lambda X: mixture.responsibilities(X, THETA),
    "soft_kmeans.SoftKMeans": lambda X: soft_kmeans.SoftKMeans(X, 1.0),
    "soft_kmeans.anneal": lambda X: next(soft_kmeans.anneal(X, 2, [1.0], rng=np.random.default_rng(0))).theta,
    "soft_kmeans.critical_beta": soft_kmeans.critical_beta,
    "soft_kmeans.curvature": lambda X: soft_kmeans.curvature(X, MEANS, 1.0),
    "soft_kmeans.free_energy": lambda X: soft_kmeans.free_energy(X, R, MEANS, 1.0),
    "soft_kmeans.reduced_free_energy": lambda X: soft_kmeans.reduced_free_energy(X, MEANS, 1.0),
    "soft_kmeans.soft_assign": lambda X: soft_kmeans.soft_assign(X, MEANS, 1.0),
}

BAD_X = {
    "NaN": (with_entry(np.nan, 3, 1), r"X must be finite, got NaN or inf in 1 of 12 .*\[3, 1\]"),
    "inf": (
        np.where(np.arange(12).reshape(6, 2) == 0, -np.inf, X),
        r"X must be finite, got NaN or inf in 1 of 12 .*\[0, 0\]",
    ),
    "too large": (X * 1e200, r"X must not exceed 1e\+150 in size, got .* larger unit"),
    "1-D": (X[:, 0], r"X must have shape \(n, d\), got the 1-D shape \(6,\); .*X.reshape\(-1, 1\)"),
    "3-D": (X[None], r"X must have shape \(n, d\), got shape \(1, 6, 2\)"),
    "a number": (3.0, r"X must have shape \(n, d\), got shape \(\)"),
    "no rows": (X[:0], r"X must have at least one row and one column, got shape \(0, 2\)"),
    "no columns": (X[:, :0], r"X must have at least one row and one column, got shape \(6, 0\)"),
    "object": (X.astype(object), "X must hold real numbers, got dtype object"),
    "complex": (X.astype(complex), "X must hold real numbers, got dtype complex128"),
    "text": (X.astype(str), "X must hold real numbers, got dtype <U"),
    "None": (None, "X must hold real numbers, got dtype object"),
    "ragged": ([[1.0, 2.0], [3.0]], "X must be a rectangular array, got rows of different lengths"),
    "masked": (np.ma.masked_less(X, 0), "X has masked entries; fill or drop them first"),
}

TAKE_BLOCKS = {
    *("blocks.Blocks", "blocks.sample_rows", "gaussian_mixture.GaussianMixture"),
    *("kmeans.KMeans", "kmeans.final_losses", "kmeans.labels"),
    *("mixture.aic", "mixture.bic", "mixture.log_evidence", "mixture.log_likelihood", "mixture.responsibilities"),
}
TAKES_AN_ARRAY = {name: call for name, call in TAKES_X.items() if name not in TAKE_BLOCKS}

IN_MEMORY = (
    r"^X must be one array in memory, got blocks of rows; fit lecture_lib.blocks.sample_rows\(X, .*KMeans\(X"
)
BLOCKS_OF_ROWS = {
    "a list of arrays": ([X, X], IN_MEMORY),
    "a tuple of arrays of two lengths": ((X, X[:4]), IN_MEMORY),
    "one array in a list": ([X], IN_MEMORY),
    "a generator": (
        (part for part in [X, X]),
        r"^X must be a list or an array, which can be gone through again, got a generator; pass list\(X\)",
    ),
}

TAKES_K = {
    "bernoulli_mixture.fit": lambda k: bernoulli_mixture.fit(X > 0, k, rng=np.random.default_rng(0)),
    "binomial_mixture.fit": lambda k: binomial_mixture.fit(np.arange(6), [9] * 6, k, rng=np.random.default_rng(0)),
    "gaussian_mixture.MixturePrior.weak": lambda k: gaussian_mixture.MixturePrior.weak(X, k),
    "gaussian_mixture.bic_table": lambda k: gaussian_mixture.bic_table(X, [k], rng=np.random.default_rng(0)),
    "gaussian_mixture.fit": lambda k: gaussian_mixture.fit(X, k, rng=np.random.default_rng(0)),
    "gaussian_mixture.search": lambda k: gaussian_mixture.search(X, k, rng=np.random.default_rng(0)),
    "kmeans.fit": lambda k: kmeans.fit(X, k, rng=np.random.default_rng(0)),
    "kmeans.search": lambda k: kmeans.search(X, k, rng=np.random.default_rng(0)),
    "poisson_mixture.fit": lambda k: poisson_mixture.fit(np.arange(6), k, rng=np.random.default_rng(0)),
    "seeding.kmeans_plus_plus": lambda k: seeding.kmeans_plus_plus(X, k, np.random.default_rng(0)),
    "seeding.random_points": lambda k: seeding.random_points(X, k, np.random.default_rng(0)),
    "soft_kmeans.anneal": lambda k: next(soft_kmeans.anneal(X, k, [1.0], rng=np.random.default_rng(0))),
}

BAD_K = {
    "above n": (7, "k must be from 1 to n = 6, got 7; choose a smaller one or add data"),
    "zero": (0, "k must be from 1 to n = 6, got 0; choose a larger one"),
    "negative": (-2, "k must be from 1 to n = 6, got -2"),
    "a fraction": (2.5, "k must be an integer from 1 to n = 6, got 2.5"),
    "a float": (2.0, "k must be an integer from 1 to n = 6, got 2.0"),
    "a truth value": (True, "k must be an integer from 1 to n = 6, got True"),
    "text": ("2", "k must be an integer from 1 to n = 6, got '2'"),
    "None": (None, "k must be an integer from 1 to n = 6, got None"),
}

TAKES_MEANS = {
    "kmeans.BoundedKMeans.states": lambda means: next(kmeans.BoundedKMeans(X).states(means)),
    "kmeans.gaps": lambda means: kmeans.gaps(X, means, [0] * 6),
    "kmeans.least_gaps": lambda means: kmeans.least_gaps([1.0] * 6, means, MEANS, [0] * 6),
    "kmeans.move_one": lambda means: kmeans.move_one(X, R, means),
    "kmeans.KMeans.e_step": lambda means: kmeans.KMeans(X).e_step(means),
    "kmeans.assign": lambda means: kmeans.assign(X, means),
    "classification.best_sigma": lambda means: classification.best_sigma(X, R, means),
    "classification.classification_log_likelihood": lambda means: classification.classification_log_likelihood(
        X, R, means, 1.0
    ),
    "kmeans.final_losses": lambda means: kmeans.final_losses(X, [means]),
    "kmeans.gradient": lambda means: kmeans.gradient(X, R, means),
    "kmeans.half_steps": lambda means: list(kmeans.half_steps(X, means)),
    "kmeans.labels": lambda means: kmeans.labels(X, means),
    "classification.log_densities": lambda means: classification.log_densities(X, means, 1.0),
    "kmeans.lyapunov": lambda means: kmeans.lyapunov(X, R, means),
    "kmeans.predicted_fall": lambda means: kmeans.predicted_fall(R, means, MEANS),
    "kmeans.reduced_lyapunov": lambda means: kmeans.reduced_lyapunov(X, means),
    "kmeans.squared_distances": lambda means: kmeans.squared_distances(X, means),
    "kmeans.update": lambda means: kmeans.update(X, R, means),
    "soft_kmeans.SoftKMeans.e_step": lambda means: soft_kmeans.SoftKMeans(X, 1.0).e_step(means),
    "soft_kmeans.curvature": lambda means: soft_kmeans.curvature(X, means, 1.0),
    "soft_kmeans.free_energy": lambda means: soft_kmeans.free_energy(X, R, means, 1.0),
    "soft_kmeans.reduced_free_energy": lambda means: soft_kmeans.reduced_free_energy(X, means, 1.0),
    "soft_kmeans.soft_assign": lambda means: soft_kmeans.soft_assign(X, means, 1.0),
}

BAD_MEANS = {
    "other columns": (
        MEANS[:, :1],
        r"means must have shape \(k, d\) with d = 2, .*, got shape \(3, 1\)",
    ),
    "1-D": (MEANS[0], r"means must have shape \(k, d\) with d = 2, .*, got shape \(2,\); give one row per cluster"),
    "NaN": (MEANS * np.nan, "means must be finite, got NaN or inf in 6 of 6 entries"),
    "none": (MEANS[:0], r"means must have shape .*, got shape \(0, 2\)"),
}

TAKES_R = {
    "kmeans.gradient": lambda r: kmeans.gradient(X, r, MEANS),
    "kmeans.lyapunov": lambda r: kmeans.lyapunov(X, r, MEANS),
    "kmeans.update": lambda r: kmeans.update(X, r, MEANS),
    "mixture.expected_complete_log_likelihood": lambda r: mixture.expected_complete_log_likelihood(X, r, THETA),
    "mixture.lower_bound": lambda r: mixture.lower_bound(X, r, THETA),
    "mixture.posterior_divergence": lambda r: mixture.posterior_divergence(X, r, THETA),
    "soft_kmeans.free_energy": lambda r: soft_kmeans.free_energy(X, r, MEANS, 1.0),
}

BAD_R = {
    "other rows": (R[:5], r"r must have one row per datum, n = 6, got shape \(5, 3\)"),
    "transposed": (R.T, r"r must have one row per datum, n = 6, got shape \(3, 6\)"),
    "other columns": (
        R[:, :2] + 0.5 * R[:, 2:],
        r"means must have one row per cluster, k = 2, got shape \(3, 2\)|r must have shape \(n, k\) = \(6, 3\)",
    ),
    "normalised over data": (R / R.sum(axis=0), r"each row of r must sum to 1, got 0.5 in row 0; .*axis=1"),
    "negative": (R - 0.5, r"r must not be negative, got r\[0, 1\] = -0.5"),
    "NaN": (R * np.nan, "r must be finite"),
}

TAKES_THETA = {
    "ascent.gradient": lambda theta: ascent.gradient(X, theta),
    "ascent.gradient_ascent": lambda theta: next(ascent.gradient_ascent(X, theta, 0.1)),
    "ascent.scaled_gradient_step": lambda theta: ascent.scaled_gradient_step(X, theta),
    "gaussian_mixture.GaussianMixture.e_step": lambda theta: gaussian_mixture.GaussianMixture(X).e_step(theta),
    "gaussian_mixture.MixturePrior.log_density": lambda theta: PRIOR.log_density(theta, "full"),
    "latent.expectation": lambda theta: latent.expectation(lambda z: z, X, theta),
    "latent.log_conditional": lambda theta: latent.log_conditional(X, R, theta),
    "latent.log_joints": lambda theta: latent.log_joints(X, theta),
    "latent.posterior": lambda theta: latent.posterior(X, theta),
    "mixture.aic": lambda theta: mixture.aic(X, theta, "full"),
    "mixture.bic": lambda theta: mixture.bic(X, theta, "full"),
    "mixture.expected_complete_log_likelihood": lambda theta: mixture.expected_complete_log_likelihood(X, R, theta),
    "mixture.grad_covariances": lambda theta: mixture.grad_covariances(X, theta),
    "mixture.grad_means": lambda theta: mixture.grad_means(X, theta),
    "mixture.grad_weights": lambda theta: mixture.grad_weights(X, theta),
    "mixture.log_joint": lambda theta: mixture.log_joint(X, theta),
    "mixture.log_evidence": lambda theta: mixture.log_evidence(X, theta),
    "mixture.log_likelihood": lambda theta: mixture.log_likelihood(X, theta),
    "mixture.lower_bound": lambda theta: mixture.lower_bound(X, R, theta),
    "mixture.posterior_divergence": lambda theta: mixture.posterior_divergence(X, R, theta),
    "mixture.responsibilities": lambda theta: mixture.responsibilities(X, theta),
}

BAD_THETA = {
    "a tuple": ((THETA.weights, MEANS), r"theta must be a MixtureParameters, got \(array"),
    "means": (MEANS, "theta must be a MixtureParameters, got array"),
    "None": (None, "theta must be a MixtureParameters, got None"),
    "other columns": (
        mixture.MixtureParameters([1], [[0, 0, 0]], [np.eye(3)]),
        r"means must have shape \(k, d\) with d = 2, .*, got shape \(1, 3\)",
    ),
}

TAKES_WEIGHTS = {
    "soft_kmeans.as_mixture": lambda weights: soft_kmeans.as_mixture(MEANS, 1.0, weights),
    "mixture.MixtureParameters": lambda weights: replace(THETA, weights=weights),
}

BAD_WEIGHTS = {
    "negative": ([0.5, 0.7, -0.2], r"weights must not be negative, got weights\[2\] = -0.2"),
    "another sum": ([0.5, 0.5, 0.5], "weights must sum to 1, got 1.5; divide them by their sum"),
    "a little off": ([0.5, 0.3, 0.2 + 2e-9], "weights must sum to 1"),
    "2-D": ([[0.5, 0.3, 0.2]], r"weights must have shape \(k,\), got shape \(1, 3\)"),
    "none": ([], r"weights must have shape \(k,\), got shape \(0,\)"),
    "a number": (1.0, r"weights must have shape \(k,\), got shape \(\)"),
    "NaN": ([np.nan, 0.5, 0.5], "weights must be finite"),
    "too few": ([0.5, 0.5], r"means must have one row per component, k = 2, got shape \(3, 2\)"),
    "objects": ([None, 0.5, 0.5], "weights must hold real numbers, got missing values"),
}

TAKES_BETA = {
    "soft_kmeans.SoftKMeans": lambda beta: soft_kmeans.SoftKMeans(X, beta),
    "soft_kmeans.anneal": lambda beta: list(soft_kmeans.anneal(X, 2, [beta], rng=np.random.default_rng(0))),
    "soft_kmeans.as_mixture": lambda beta: soft_kmeans.as_mixture(MEANS, beta),
    "soft_kmeans.curvature": lambda beta: soft_kmeans.curvature(X, MEANS, beta),
    "soft_kmeans.free_energy": lambda beta: soft_kmeans.free_energy(X, R, MEANS, beta),
    "soft_kmeans.reduced_free_energy": lambda beta: soft_kmeans.reduced_free_energy(X, MEANS, beta),
    "soft_kmeans.soft_assign": lambda beta: soft_kmeans.soft_assign(X, MEANS, beta),
}

BAD_BETA = {
    "zero": (0, "beta must be one finite number above 0, got 0"),
    "negative": (-1.5, "beta must be one finite number above 0, got -1.5"),
    "NaN": (np.nan, "beta must be one finite number above 0, got nan"),
    "infinite": (np.inf, "beta must be one finite number above 0, got inf"),
    "many": ([1.0, 2.0], r"beta must be one finite number above 0, got \[1.0, 2.0\]"),
    "None": (None, "beta must be one finite number above 0, got None"),
}

TAKES_COVARIANCES = {
    "mixture.MixtureParameters": lambda S: replace(THETA, covariances=[np.eye(2), np.eye(2), S]),
    "mixture.log_density": lambda S: mixture.log_density(X, MEANS[2], S),
}

BAD_COVARIANCES = {
    "not symmetric": ([[1, 0.5], [0.4, 1]], "must be symmetric, got .*= 0.5 but .*= 0.4"),
    "a little skew": ([[1, 0.5], [0.5 + 1e-8, 1]], "must be symmetric"),
    "indefinite": ([[1, 2], [2, 1]], "must be positive definite, got .* smallest eigenvalue -1"),
    "singular": ([[1, 1], [1, 1]], "must be positive definite, got .* smallest eigenvalue"),
    "a variance of 0": ([[1, 0], [0, 0]], r"positive definite, got the variance covariances\[., 1, 1\] = 0"),
    "a negative variance": ([[-1, 0], [0, 1]], "must be positive definite, got the variance .* = -1"),
    "NaN": ([[1, 0], [0, np.nan]], "must be finite"),
}

TAKES_COVARIANCE = {
    "gaussian_mixture.GaussianMixture": lambda covariance: gaussian_mixture.GaussianMixture(
        X, covariance=covariance
    ),
    "gaussian_mixture.MixturePrior.log_density": lambda covariance: PRIOR.log_density(THETA, covariance),
    "gaussian_mixture.bic_table": lambda covariance: gaussian_mixture.bic_table(
        X, [1], rng=np.random.default_rng(0), covariances=[covariance]
    ),
    "gaussian_mixture.fit": lambda covariance: gaussian_mixture.fit(
        X, 2, rng=np.random.default_rng(0), covariance=covariance
    ),
}

TELLS_COVARIANCE = {
    "mixture.aic": lambda covariance: mixture.aic(X, THETA, covariance),
    "mixture.bic": lambda covariance: mixture.bic(X, THETA, covariance),
    "mixture.n_parameters": lambda covariance: mixture.n_parameters(THETA, covariance),
}

BAD_COVARIANCE = {
    "scikit-learn's word": (
        "diag",
        "covariance must be one of 'full', 'tied', 'diagonal', 'spherical', got 'diag'",
    ),
    "a matrix": (np.eye(2), "covariance must be one of .*, got array"),
}

NO_COVARIANCE = {"None": (None, "covariance must be one of .*, got None")}

TAKES_Z = {
    "mixture.complete_data_estimate": lambda z: mixture.complete_data_estimate(X, z),
}

BAD_Z = {
    "too short": ([0, 1, 0, 1, 0], r"z must have shape \(n,\) or \(n, k\) with n = 6, got shape \(5,\)"),
    "3-D": (R[None], r"z must have shape \(n,\) or \(n, k\) with n = 6, got shape \(1, 6, 3\)"),
    "negative": ([0, 0, 0, -1, 0, 0], "z must hold labels, whole numbers from 0 to at most n - 1 = 5"),
    "fractions": ([0, 0, 0, 0.5, 0, 0], "z must hold labels"),
    "too large": ([0, 0, 0, 6, 0, 0], "z must hold labels"),
    "a gap": ([0, 0, 0, 2, 2, 2], "z must give every component a datum, got none for component 1.*without gaps$"),
    "no rows that sum to 1": (R / 2, "each row of r must sum to 1"),
    "text": (["a"] * 6, "z must hold real numbers"),
}

TAKES_ONE_HOT = {
    "latent.log_conditional": lambda z: latent.log_conditional(X, z, THETA),
    "latent.log_prior": lambda z: latent.log_prior(z, THETA),
}

BAD_ONE_HOT = {
    "labels": ([0, 1, 2, 0, 1, 2], r"z must have shape \(n, d\), got the 1-D shape \(6,\)"),
    "shares": (np.full((6, 3), 1 / 3), "z must be one-hot, a single 1 in each row .*np.eye"),
    "two ones": (np.minimum(R + R[::-1], 1), "z must be one-hot"),
    "other columns": (R[:, :2], r"z must have shape \(n, k\) = \(6, 3\), got shape \(6, 2\); match it"),
    "NaN": (R * np.nan, "z must be finite"),
}

TAKES_RNG = {
    "blocks.sample_rows": lambda rng: blocks.sample_rows(X, 3, rng),
    "bernoulli_mixture.fit": lambda rng: bernoulli_mixture.fit(X > 0, 2, rng=rng),
    "binomial_mixture.fit": lambda rng: binomial_mixture.fit(np.arange(6), [9] * 6, 2, rng=rng),
    "kmeans.fit": lambda rng: kmeans.fit(X, 2, rng=rng),
    "kmeans.search": lambda rng: kmeans.search(X, 2, rng=rng),
    "poisson_mixture.fit": lambda rng: poisson_mixture.fit(np.arange(6), 2, rng=rng),
    "ppca.fit": lambda rng: ppca.fit(X, 1, rng=rng),
    "gaussian_mixture.bic_table": lambda rng: gaussian_mixture.bic_table(X, [1], rng=rng),
    "gaussian_mixture.fit": lambda rng: gaussian_mixture.fit(X, 2, rng=rng),
    "gaussian_mixture.search": lambda rng: gaussian_mixture.search(X, 2, rng=rng),
    "mixture.sample": lambda rng: mixture.sample(THETA, 5, rng),
    "soft_kmeans.anneal": lambda rng: next(soft_kmeans.anneal(X, 2, [1.0], rng=rng)),
    "seeding.kmeans_plus_plus": lambda rng: seeding.kmeans_plus_plus(X, 2, rng),
    "seeding.random_points": lambda rng: seeding.random_points(X, 2, rng),
}

BAD_RNG = {
    "a seed": (3, r"rng must be a numpy.random.Generator, got 3; pass np.random.default_rng\(seed\)"),
    "None": (None, "rng must be a numpy.random.Generator, got None"),
}

OTHERS = {
    "no row of a sample": (lambda: blocks.sample_rows(X, 0, RNG), "size must be from 1 to n = 6, got 0"),
    "more rows of a sample than there are": (
        lambda: blocks.sample_rows([X, X], 13, RNG),
        "size must be from 1 to n = 12, got 13",
    ),
    "an executor that is none": (
        lambda: blocks.sample_rows(X, 3, RNG, executor=2),
        "executor must have the method submit of a concurrent.futures.Executor, got 2; pass",
    ),
    "no row of a file": (lambda: blocks.NpyFile("x.npy", rows=0), "rows must be at least 1, got 0"),
    "drifts of no mean": (lambda: kmeans.fastest_others([]), "drifts must be one row of at least one number"),
    "drifts of NaN": (lambda: kmeans.fastest_others([1.0, np.nan]), "drifts must be finite"),
    "own means that are no labels": (
        lambda: kmeans.gaps(X, MEANS, [0.5] * 6),
        "nearest must hold whole numbers",
    ),
    "own means that are not there": (
        lambda: kmeans.gaps(X, MEANS, [3] * 6),
        "nearest must hold a label below k = 3 for each datum, got 6 up to 3; pass labels",
    ),
    "own means of fewer data": (
        lambda: kmeans.gaps(X, MEANS, [0, 1]),
        "nearest must hold a label below k = 3 for each datum, got 2 up to 1; pass labels",
    ),
    "gaps before of fewer data": (
        lambda: kmeans.least_gaps([1.0, 2.0], MEANS, MEANS, [0, 1, 2]),
        "before must hold 3 numbers, got 2",
    ),
    "a datum that is shared cannot move": (
        lambda: kmeans.move_one(X, np.full((6, 3), 1 / 3), MEANS),
        r"each row of r must be one-hot, got r\[0, 0\] = 0.333333; assign each datum whole",
    ),
    "gaps before that are NaN": (
        lambda: kmeans.least_gaps([np.nan], MEANS, MEANS, [0]),
        "before must be finite",
    ),
    "means before that are 1-D": (
        lambda: kmeans.least_gaps([1.0], MEANS[0], MEANS, [0]),
        r"means must have shape \(k, d\) with d = 2, .*, got shape \(2,\)",
    ),
    "a leap of other lengths": (
        lambda: em.extrapolate([1.0, 2.0], [1.0, 2.0], [1.0]),
        "^second must hold 2 numbers, got 1",
    ),
    "a leap to infinity": (lambda: em.extrapolate([1.0], [np.inf], [1.0]), "^first must be finite"),
    "a leap from a matrix": (lambda: em.extrapolate(X, X, X), "^start must be one row"),
    "numbers for other parameters": (
        lambda: em.from_vector(np.zeros(3), MEANS),
        "^vector must hold 6 numbers, got 3",
    ),
    "numbers that are NaN": (lambda: em.from_vector([np.nan], 0.5), "^vector must be finite"),
    "a Jacobian of no width": (lambda: em.step_jacobian(np.sin, [1.0], width=0), "^width must be one finite"),
    "a Jacobian at a matrix": (lambda: em.step_jacobian(np.sin, X), "^at must be one row"),
    "coordinates of no mixture": (lambda: ascent.coordinates(MEANS), "theta must be a MixtureParameters"),
    "coordinates of a weight of 0": (
        lambda: ascent.coordinates(replace(THETA, weights=[0.5, 0, 0.5])),
        r"^theta must have weights above 0, got weights\[1\] = 0, whose logarithm is -inf; leave it out$",
    ),
    "a vector of no mixture": (
        lambda: ascent.mixture_at(np.zeros(11), 2),
        r"^vector must hold k \(d \+ 1\) \(d \+ 2\) / 2 numbers with k = 2, got 11; pass what coordinates\(theta\)",
    ),
    "a vector of no dimension": (lambda: ascent.mixture_at(np.zeros(2), 2), "^vector must hold .*, got 2"),
    "a vector of NaN": (lambda: ascent.mixture_at([0, np.nan, 0], 1), "^vector must be finite"),
    "a vector too large": (lambda: ascent.mixture_at([0, 0, 800], 1), "^covariances must be finite"),
    "a vector for no component": (lambda: ascent.mixture_at([0, 0, 0], 0), "^components must be at least 1, got 0"),
    "a step of no size": (
        lambda: next(ascent.gradient_ascent(X, THETA, 0)),
        "^step_size must be one finite number above 0, got 0",
    ),
    "no restart": (
        lambda: kmeans.fit(X, 2, rng=np.random.default_rng(0), restarts=0),
        "restarts must be at least 1, got 0",
    ),
    "a constant column": (
        lambda: datasets.standardise([[1.0, 2.0], [3.0, 2.0]]),
        "X must vary in every column, got a constant column 1; drop it",
    ),
    "moved means of another shape": (
        lambda: kmeans.predicted_fall(R, MEANS, MEANS[:2]),
        r"means must have one row per cluster, k = 2, got shape \(3, 2\)",
    ),
    "a mean of another shape": (
        lambda: mixture.log_density(X, [0.0], np.eye(2)),
        r"mean and covariance must have the shapes \(d,\) and \(d, d\) with d = 2 .*, got \(1,\) and \(2, 2\)",
    ),
    "a covariance of another shape": (
        lambda: mixture.log_density(X, [0.0, 0.0], [1.0, 1.0]),
        r"mean and covariance must have the shapes .*, got \(2,\) and \(2,\)",
    ),
    "covariances of another shape": (
        lambda: replace(THETA, covariances=np.eye(2)),
        r"covariances must have shape \(k, d, d\) = \(3, 2, 2\) to fit the means, got shape \(2, 2\)",
    ),
    "means that are 1-D": (
        lambda: replace(THETA, means=[0.0, 1.0, 2.0]),
        r"means must have shape \(n, d\), got the 1-D shape \(3,\)",
    ),
    "weights of another number": (
        lambda: soft_kmeans.soft_assign(X, MEANS, 1.0, [0.5, 0.5]),
        "weights must have one number per mean, k = 3, got 2",
    ),
    "weights with another sum": (
        lambda: soft_kmeans.soft_assign(X, MEANS, 1.0, [0.5, 0.5, 0.5]),
        "weights must sum to 1, got 1.5",
    ),
    "data without spread": (
        lambda: soft_kmeans.critical_beta([[0.1], [0.1]]),
        "X must hold at least two different",
    ),
    "moved means that are 1-D": (
        lambda: kmeans.predicted_fall(R, MEANS, MEANS[0]),
        r"moved must have shape \(n, d\), got the 1-D shape \(2,\)",
    ),
    "one datum has no spread": (
        lambda: soft_kmeans.critical_beta([[0.1, 2.0]]),
        "^X must hold .* nothing splits$",
    ),
    "responsibilities of another number": (
        lambda: mixture.lower_bound(X, np.eye(2)[[0, 1, 0, 1, 0, 1]], THETA),
        r"^r must have shape \(n, k\) = \(6, 3\), got shape \(6, 2\); match it to theta$",
    ),
    "a prior with a mean of NaN": (lambda: replace(PRIOR, mean=[0, np.nan]), "^mean must be finite"),
    "a prior with a scatter of inf": (
        lambda: replace(PRIOR, scatter=[[np.inf, 0], [0, 1]]),
        "^scatter must be finite",
    ),
    "a prior of no dimension": (
        lambda: replace(PRIOR, mean=[], scatter=np.zeros((0, 0))),
        r"^mean and scatter must have the shapes .*, got \(0,\) and \(0, 0\); give one number, and one row",
    ),
    "no restart of a mixture": (
        lambda: gaussian_mixture.fit(X, 2, rng=np.random.default_rng(0), restarts=0),
        "restarts must be at least 1, got 0",
    ),
    "natural parameters of no mixture": (
        lambda: gaussian_mixture.natural_parameters(MEANS),
        "theta must be a MixtureParameters",
    ),
    "covariances that are not tied": (
        lambda: gaussian_mixture.GaussianMixture(X, covariance="tied").e_step(
            replace(THETA, covariances=[np.eye(2), np.eye(2), 2 * np.eye(2)])
        ),
        r"theta must have tied covariances, got covariances\[2\] = \[\[2.0, 0.0\], \[0.0, 2.0\]\]; project them",
    ),
    "covariances that are not diagonal": (
        lambda: gaussian_mixture.GaussianMixture(X, covariance="diagonal").e_step(
            replace(THETA, covariances=[[[1, 0.1], [0.1, 1]]] * 3)
        ),
        r"theta must have diagonal covariances, got covariances\[0\].* choose another covariance for the model$",
    ),
    "covariances that are not spherical": (
        lambda: gaussian_mixture.GaussianMixture(X, covariance="spherical").e_step(
            replace(THETA, covariances=[np.diag([1, 1 + 1e-8])] * 3)
        ),
        r"theta must have spherical covariances, got covariances\[0\]",
    ),
    "a datum without density": (
        lambda: gaussian_mixture.GaussianMixture([[0.0], [1e140]]).e_step(
            mixture.MixtureParameters([1], [[0]], [[[1e-50]]])
        ),
        "^theta must give every datum a density above 0.* that even its .*; start nearer to the data$",
    ),
    "a prior that is none": (
        lambda: gaussian_mixture.GaussianMixture(X, prior=0.1),
        "prior must be a MixturePrior or None, got 0.1",
    ),
    "a prior for other dimensions": (
        lambda: gaussian_mixture.GaussianMixture(X[:, :1], prior=PRIOR),
        "prior must be for as many dimensions as X has columns, d = 1, got 2",
    ),
    "an estimate with a prior for other dimensions": (
        lambda: mixture.complete_data_estimate(X[:, :1], [0] * 6, prior=PRIOR),
        "prior must be for as many dimensions as X has columns, d = 1, got 2",
    ),
    "a spread too small to square": (
        lambda: gaussian_mixture.GaussianMixture(X * 1e-145),
        "X must vary by at least 1e-140 in every column, got .* smaller unit",
    ),
    "equal data": (
        lambda: gaussian_mixture.GaussianMixture(np.ones((6, 2)), covariance="spherical"),
        "X must vary in every column, got a constant column 0",
    ),
    "a prior worth no mean": (lambda: replace(PRIOR, strength=0), "strength must be one finite number above 0"),
    "a prior worth no covariance": (lambda: replace(PRIOR, dof=1), r"dof must be above d - 1 = 1, got 1; d \+ 2"),
    "a prior without dof": (
        lambda: replace(PRIOR, dof=None),
        "dof must be one finite number, got None",
    ),
    "a prior against weights": (
        lambda: replace(PRIOR, concentration=0.5),
        "concentration must be one finite number, at least 1, got 0.5",
    ),
    "a prior with a singular scatter": (
        lambda: replace(PRIOR, scatter=[[1, 1], [1, 1]]),
        "scatter must be positive definite",
    ),
    "a prior of mixed shapes": (
        lambda: replace(PRIOR, mean=[0, 0, 0]),
        r"mean and scatter must have the shapes \(d,\) and \(d, d\), got \(3,\) and \(2, 2\)",
    ),
    "a prior with means for many": (
        lambda: replace(PRIOR, mean=[[0, 0]]),
        r"mean and scatter must have the shapes .*, got \(1, 2\) and \(2, 2\)",
    ),
    "a negative nudge": (
        lambda: next(soft_kmeans.anneal(X, 2, [1.0], rng=RNG, nudge=-1e-3)),
        "nudge must be one finite number, at least 0, got -0.001",
    ),
    "too many values of z": (lambda: latent.every_z(17, 2), r"k\^n must be at most 100000, got 2\^17; take fewer"),
    "no data to enumerate": (lambda: latent.every_z(0, 2), "n must be at least 1, got 0"),
    "estimate and theta of other shapes": (
        lambda: latent.complete_data_divergence(THETA, mixture.MixtureParameters([1], MEANS[:1], [np.eye(2)])),
        r"estimate and theta must have means of one shape, got \(3, 2\) and \(1, 2\)",
    ),
    "a divergence of no mixture": (
        lambda: latent.complete_data_divergence(MEANS, THETA),
        "theta must be a MixtureParameters",
    ),
    "no sample": (lambda: mixture.sample(THETA, 0, RNG), "n must be at least 1, got 0"),
    "a sample of no mixture": (lambda: mixture.sample(MEANS, 5, RNG), "theta must be a MixtureParameters"),
    "parameters of no mixture": (
        lambda: mixture.n_parameters(MEANS, "full"),
        "theta must be a MixtureParameters",
    ),
    "a datum whose density is lost": (
        lambda: mixture.log_likelihood([[0.0], [1e140]], mixture.MixtureParameters([1], [[0]], [[[1e-50]]])),
        r"theta must give every datum a density above 0, but X\[1\] .* overflows; start nearer to the data$",
    ),
}

TABLES = [
    (TAKES_X, BAD_X),
    (TAKES_AN_ARRAY, BLOCKS_OF_ROWS),
    (TAKES_K, BAD_K),
    (TAKES_MEANS, BAD_MEANS),
    (TAKES_R, BAD_R),
    (TAKES_THETA, BAD_THETA),
    (TAKES_WEIGHTS, BAD_WEIGHTS),
    (TAKES_BETA, BAD_BETA),
    (TAKES_COVARIANCES, BAD_COVARIANCES),
    (TAKES_COVARIANCE | TELLS_COVARIANCE, BAD_COVARIANCE),
    (TAKES_COVARIANCE, NO_COVARIANCE),
    (TAKES_Z, BAD_Z),
    (TAKES_ONE_HOT, BAD_ONE_HOT),
    (TAKES_RNG, BAD_RNG),
]

CASES = cases(TABLES) | OTHERS


@pytest.mark.parametrize("case", CASES)
def test_is_refused_with_a_message_that_says_what_to_do(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


TAKES_BINARY_X = {"bernoulli_mixture.BernoulliMixture", "bernoulli_mixture.fit"}  # in test_bad_input_further.py
NOT_BOUNDED_BY_N = {"latent.every_z", "posterior_grid.log_terms"}  # their k counts components of what is enumerated
FOLDERS = (models, illustrations)
FILES = (blocks, datasets, seeding)


def modules():
    """Return every module whose public functions take data from outside: none of them can be forgotten."""
    inside = [
        info.name for folder in FOLDERS for info in pkgutil.walk_packages(folder.__path__, f"{folder.__name__}.")
    ]
    inside = [
        name for name in inside if not name.startswith("lecture_lib.models.shared")
    ]  # for models, not for users
    return [*FILES, *map(importlib.import_module, sorted(inside, key=lambda name: (name.count("."), name)))]


def public():
    """Return every public function and model of these modules, by the shortest path that exports it."""
    found = {}
    for module in modules():
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isfunction(value) or hasattr(value, "m_step"):
                found.setdefault(value, f"{module.__name__.rpartition('.')[2]}.{name}")
    return found


def takers(argument):
    """Name the public functions and models that take an argument of this name."""
    return {name for value, name in public().items() if argument in inspect.signature(value).parameters}


@pytest.mark.parametrize(
    ("argument", "calls"),
    [
        ("X", {*TAKES_X, *TAKES_BINARY_X}),
        ("k", {*TAKES_K, *TAKES_BINARY_X, *NOT_BOUNDED_BY_N}),
        ("rng", TAKES_RNG),
        ("means", {*TAKES_MEANS, "soft_kmeans.as_mixture"}),  # which takes means of any number and dimension
        ("beta", TAKES_BETA),
    ],
)
def test_every_public_function_stands_in_the_tables(argument, calls):
    assert takers(argument) <= set(calls)


FORMS = {
    "integers": lambda X: X.astype(int),
    "float32": lambda X: X.astype(np.float32),
    "Fortran order": np.asfortranarray,
    "every second row of a larger array": lambda X: np.repeat(X, 2, axis=0)[::2],
    "lists": lambda X: X.tolist(),
    "a data frame": lambda X: pytest.importorskip("pandas").DataFrame(X),
}


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


WHOLE = np.round(10 * X)  # whole numbers: every form holds them exactly


def comparable(name, X):
    """Return what a public function makes of X, as an array."""
    answer = TAKES_X[name](X)
    if name.endswith(("KMeans", "GaussianMixture", "PPCA", "StudentT")):
        return answer.X
    return answer.objectives if name.endswith(("fit", "search")) else answer


@functools.cache
def expected(name):
    return comparable(name, WHOLE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TAKES_X)
def test_every_form_of_the_same_numbers_gives_the_same_answer(name, form):
    np.testing.assert_array_equal(comparable(name, FORMS[form](WHOLE)), expected(name))


@pytest.mark.parametrize("name", TAKES_X)
def test_nothing_that_is_passed_in_is_changed(name):
    TAKES_X[name](read_only(X))


@pytest.mark.parametrize("name", TAKES_MEANS)
def test_nor_are_the_means(name):
    TAKES_MEANS[name](read_only(MEANS))


@pytest.mark.parametrize("name", TAKES_R)
def test_nor_are_the_responsibilities(name):
    TAKES_R[name](read_only(R))
