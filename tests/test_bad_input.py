"""Bad input to every public function: one table of calls, one of bad values, and the message of each pair.

A new public function adds a row to ``TAKES_X`` (and the like); what it must refuse then follows.
"""

import numpy as np
import pytest

from lecture_lib import datasets, seeding
from lecture_lib.models import (
    bernoulli_mixture,
    binomial_mixture,
    kmeans,
    linkage,
    poisson_mixture,
    ppca,
    student_t,
)

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 2))
MEANS = RNG.standard_normal((3, 2))
R = np.eye(3)[[0, 1, 2, 0, 1, 2]]
BINARY = np.array([[0, 1], [1, 1], [0, 0], [1, 0], [1, 1], [0, 1]])
COUNTS = np.array([3, 1, 7, 4])


def with_entry(value, i, c):
    changed = X.copy()
    changed[i, c] = value
    return changed


TAKES_X = {
    "datasets.standardise": datasets.standardise,
    "kmeans.KMeans": kmeans.KMeans,
    "kmeans.assign": lambda X: kmeans.assign(X, MEANS),
    "kmeans.fit": lambda X: kmeans.fit(X, 2, rng=np.random.default_rng(0)),
    "kmeans.labels": lambda X: kmeans.labels(X, MEANS),
    "kmeans.lyapunov": lambda X: kmeans.lyapunov(X, R, MEANS),
    "kmeans.squared_distances": lambda X: kmeans.squared_distances(X, MEANS),
    "kmeans.update": lambda X: kmeans.update(X, R, MEANS),
    "ppca.PPCA": lambda X: ppca.PPCA(X, 1).X,
    "ppca.closed_form": lambda X: ppca.closed_form(X, 1).loadings,
    "ppca.fit, loadings": lambda X: ppca.fit(X, 1, rng=np.random.default_rng(0)).theta.loadings,
    "student_t.StudentT": lambda X: student_t.StudentT(X).X,
    "student_t.fit, scale": lambda X: student_t.fit(X, 4.0).theta.scale,
    "seeding.kmeans_plus_plus": lambda X: seeding.kmeans_plus_plus(X, 2, np.random.default_rng(0)),
    "seeding.random_points": lambda X: seeding.random_points(X, 2, np.random.default_rng(0)),
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

TAKES_K = {
    "bernoulli_mixture.fit": lambda k: bernoulli_mixture.fit(BINARY, k, rng=np.random.default_rng(0)),
    "binomial_mixture.fit": lambda k: binomial_mixture.fit(
        np.arange(6), [9] * 6, k, rng=np.random.default_rng(0)
    ),
    "kmeans.fit": lambda k: kmeans.fit(X, k, rng=np.random.default_rng(0)),
    "poisson_mixture.fit": lambda k: poisson_mixture.fit(np.arange(6), k, rng=np.random.default_rng(0)),
    "seeding.kmeans_plus_plus": lambda k: seeding.kmeans_plus_plus(X, k, np.random.default_rng(0)),
    "seeding.random_points": lambda k: seeding.random_points(X, k, np.random.default_rng(0)),
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
    "kmeans.KMeans.e_step": lambda means: kmeans.KMeans(X).e_step(means),
    "kmeans.assign": lambda means: kmeans.assign(X, means),
    "kmeans.labels": lambda means: kmeans.labels(X, means),
    "kmeans.lyapunov": lambda means: kmeans.lyapunov(X, R, means),
    "kmeans.squared_distances": lambda means: kmeans.squared_distances(X, means),
    "kmeans.update": lambda means: kmeans.update(X, R, means),
}

BAD_MEANS = {
    "other columns": (
        MEANS[:, :1],
        r"means must have as many columns as X, \(k, d\) with d = 2, got shape \(3, 1\)",
    ),
    "1-D": (MEANS[0], r"means must have shape \(n, d\), got the 1-D shape \(2,\)"),
    "NaN": (MEANS * np.nan, "means must be finite, got NaN or inf in 6 of 6 entries"),
    "none": (MEANS[:0], "means must have at least one row"),
}

TAKES_R = {
    "kmeans.lyapunov": lambda r: kmeans.lyapunov(X, r, MEANS),
    "kmeans.update": lambda r: kmeans.update(X, r, MEANS),
}

BAD_R = {
    "other rows": (R[:5], r"r must have one row a datum, n = 6, got shape \(5, 3\)"),
    "transposed": (R.T, r"r must have one row a datum, n = 6, got shape \(3, 6\)"),
    "other columns": (R[:, :2] + 0.5 * R[:, 2:], r"means must have one row a cluster, k = 2, got shape \(3, 2\)"),
    "normalised over data": (R / R.sum(axis=0), r"each row of r must sum to 1, got 0.5 in row 0; .*axis=1"),
    "negative": (R - 0.5, r"r must not be negative, got r\[0, 1\] = -0.5"),
    "NaN": (R * np.nan, "r must be finite"),
}

TAKES_RNG = {
    "bernoulli_mixture.fit": lambda rng: bernoulli_mixture.fit(BINARY, 2, rng=rng),
    "binomial_mixture.fit": lambda rng: binomial_mixture.fit(np.arange(6), [9] * 6, 2, rng=rng),
    "kmeans.fit": lambda rng: kmeans.fit(X, 2, rng=rng),
    "poisson_mixture.fit": lambda rng: poisson_mixture.fit(np.arange(6), 2, rng=rng),
    "ppca.fit": lambda rng: ppca.fit(X, 1, rng=rng),
    "seeding.kmeans_plus_plus": lambda rng: seeding.kmeans_plus_plus(X, 2, rng),
    "seeding.random_points": lambda rng: seeding.random_points(X, 2, rng),
}

BAD_RNG = {
    "a seed": (3, r"rng must be a numpy.random.Generator, got 3; pass np.random.default_rng\(seed\)"),
    "None": (None, "rng must be a numpy.random.Generator, got None"),
}

TAKES_BINARY = {
    "bernoulli_mixture.BernoulliMixture": lambda X: bernoulli_mixture.BernoulliMixture(X).X,
    "bernoulli_mixture.fit, weights": lambda X: (
        bernoulli_mixture.fit(X, 2, rng=np.random.default_rng(0), restarts=1).theta.weights
    ),
}

BAD_BINARY = BAD_X | {
    "a grey value": (BINARY * 0.5, r"X must hold zeros and ones, got X\[0, 1\] = 0.5; threshold it"),
    "minus one": (1 - 2 * BINARY, r"X must hold zeros and ones, got X\[0, 1\] = -1"),
}

TAKES_COUNTS = {
    "binomial_mixture.BinomialMixture, heads": lambda heads: (
        binomial_mixture.BinomialMixture(heads, [9] * 4).heads
    ),
    "binomial_mixture.BinomialMixture, tosses": lambda tosses: (
        binomial_mixture.BinomialMixture([1] * 4, tosses).tosses
    ),
    "linkage.Linkage": lambda counts: linkage.Linkage(counts).counts,
    "poisson_mixture.PoissonMixture": lambda counts: poisson_mixture.PoissonMixture(counts).values,
    "poisson_mixture.fit, rates": lambda counts: (
        poisson_mixture.fit(counts, 2, rng=np.random.default_rng(0), restarts=1).theta.rates
    ),
}

BAD_COUNTS = {
    "NaN": (
        [3, np.nan, 7, 4],
        r"^(counts|heads|tosses) must be finite, got NaN or inf in 1 of 4 entries, the first at \[1\]",
    ),
    "negative": (
        [3, 1, 7, -4],
        r"^(counts|heads|tosses) must not be negative, got \w+\[3\] = -4; they say how often",
    ),
    "a fraction": ([3, 1, 2.5, 4], r"^(counts|heads|tosses) must be whole numbers, got \w+\[2\] = 2.5"),
    "2-D": (
        [[3, 1], [7, 4]],
        r"^(counts|heads|tosses) must be one row of at least one number, got shape \(2, 2\); flatten it",
    ),
    "empty": ([], r"^(counts|heads|tosses) must be one row of at least one number, got shape \(0,\)"),
    "a number": (3, r"^(counts|heads|tosses) must be one row of at least one number, got shape \(\)"),
    "object": (COUNTS.astype(object), r"^(counts|heads|tosses) must hold real numbers, got dtype object"),
    "complex": (COUNTS.astype(complex), r"^(counts|heads|tosses) must hold real numbers, got dtype complex128"),
    "ragged": ([[3, 1], [7]], r"^(counts|heads|tosses) must be a rectangular array"),
    "masked": (np.ma.masked_less(COUNTS, 2), r"^(counts|heads|tosses) has masked entries"),
}

PARAMETERS = {
    "BernoulliMixtureParameters": lambda w, p: bernoulli_mixture.BernoulliMixtureParameters(w, np.c_[p, p]),
    "BinomialMixtureParameters": binomial_mixture.BinomialMixtureParameters,
    "PoissonMixtureParameters": poisson_mixture.PoissonMixtureParameters,
}

TAKES_WEIGHTS = {name: lambda w, make=make: make(w, [0.2, 0.5, 0.7]) for name, make in PARAMETERS.items()} | {
    "BinomialMixture": lambda w: binomial_mixture.BinomialMixture(COUNTS, [9] * 4, w)
}

BAD_WEIGHTS = {
    "negative": ([0.5, 0.7, -0.2], "weights must not be negative, got -0.2"),
    "too much": ([0.5, 0.5, 1e-8], "weights must sum to 1, got 1.00000001; divide them by their sum"),
    "too little": ([0.5, 0.3, 0.1], "weights must sum to 1, got 0.9"),
    "NaN": ([0.5, np.nan, 0.5], "weights must be finite"),
    "2-D": ([[0.5, 0.5, 0.0]], r"weights must be one row of at least one number, got shape \(1, 3\)"),
    "empty": ([], r"weights must be one row of at least one number, got shape \(0,\)"),
}

TAKES_PROBABILITIES = {
    name: lambda p, make=PARAMETERS[name]: make([0.5, 0.3, 0.2], p)
    for name in ("BernoulliMixtureParameters", "BinomialMixtureParameters")
}

BAD_PROBABILITIES = {
    "above 1": ([0.2, 0.5, 1.0 + 1e-15], "^probabilities must be from 0 to 1, got 1; they are"),
    "below 0": ([0.2, -0.5, 1.0], "^probabilities must be from 0 to 1, got -0.5"),
    "NaN": ([0.2, np.nan, 1.0], "^probabilities must be finite"),
}

TAKES_DOF = {
    "student_t.StudentT": lambda dof: student_t.StudentT(X, dof),
    "student_t.StudentTParameters": lambda dof: student_t.StudentTParameters([0, 0], np.eye(2), dof),
    "student_t.fit": lambda dof: student_t.fit(X, dof),
}

BAD_DOF = {
    "zero": (0, "dof must be one finite number above 0, got 0"),
    "negative": (-1.5, "dof must be one finite number above 0, got -1.5"),
    "minus infinity": (-np.inf, "dof must be one finite number above 0, got -inf"),
    "NaN": (np.nan, "dof must be one finite number above 0, got nan"),
    "text": ("4", "dof must be one finite number above 0, got '4'"),
    "a truth value": (True, "dof must be one finite number above 0, got True"),
}

TAKES_SCALE = {"student_t.StudentTParameters": lambda S: student_t.StudentTParameters([0, 0], S, 4.0)}

BAD_SCALE = {
    "not symmetric": ([[1, 0.5], [0.4, 1]], r"scale must be symmetric positive definite, got \[\[1.0, 0.5\]"),
    "not definite": ([[1, 2], [2, 1]], "scale must be symmetric positive definite"),
    "singular": ([[1, 1], [1, 1]], "scale must be symmetric positive definite"),
    "a variance of zero": ([[1, 0], [0, 0]], "scale must be symmetric positive definite"),
    "a negative variance": ([[-1, 0], [0, 1]], "scale must be symmetric positive definite"),
    "another size": (np.eye(3), r"scale must have shape \(d, d\) with d = 2, got shape \(3, 3\)"),
    "only variances": ([1, 1], r"scale must have shape \(d, d\) with d = 2, got shape \(2,\)"),
    "NaN": ([[1, np.nan], [np.nan, 1]], "scale must be finite"),
}

TAKES_Q = {
    "ppca.PPCA": lambda q: ppca.PPCA(X, q),
    "ppca.closed_form": lambda q: ppca.closed_form(X, q),
    "ppca.fit": lambda q: ppca.fit(X, q, rng=np.random.default_rng(0)),
}

BAD_Q = {
    "zero": (0, "q must be from 1 to d - 1 = 1, got 0; choose a larger one"),
    "d": (2, "q must be from 1 to d - 1 = 1, got 2; choose a smaller one"),
    "a fraction": (1.5, "q must be an integer from 1 to d - 1 = 1, got 1.5"),
    "None": (None, "q must be an integer from 1 to d - 1 = 1, got None"),
}

TAKES_THETA = {"linkage.Linkage.e_step": lambda theta: linkage.Linkage(COUNTS).e_step(theta)}

BAD_THETA = {
    "above 1": (1.5, "theta must be from 0 to 1, got 1.5"),
    "below 0": (-0.5, "theta must be from 0 to 1, got -0.5"),
    "NaN": (np.nan, "theta must be one finite number, got nan"),
    "text": ("0.5", "theta must be one finite number, got '0.5'"),
    "0": (0, "theta must leave the counts possible, got 0; start between 0 and 1"),
    "1": (1.0, "theta must leave the counts possible, got 1; start between 0 and 1"),
}

TAKES_RESTARTS = {
    "bernoulli_mixture.fit": lambda n: bernoulli_mixture.fit(BINARY, 2, rng=np.random.default_rng(0), restarts=n),
    "binomial_mixture.fit": lambda n: binomial_mixture.fit(
        COUNTS, [9] * 4, 2, rng=np.random.default_rng(0), restarts=n
    ),
    "poisson_mixture.fit": lambda n: poisson_mixture.fit(COUNTS, 2, rng=np.random.default_rng(0), restarts=n),
}

BAD_RESTARTS = {
    "zero": (0, "restarts must be at least 1, got 0"),
    "a fraction": (2.5, "restarts must be an integer at least 1, got 2.5"),
}

OTHERS = {
    "no restart": (
        lambda: kmeans.fit(X, 2, rng=np.random.default_rng(0), restarts=0),
        "restarts must be at least 1, got 0",
    ),
    "a constant column": (
        lambda: datasets.standardise([[1.0, 2.0], [3.0, 2.0]]),
        "X must vary in every column, got a constant column 1; drop it",
    ),
    "more heads than tosses": (
        lambda: binomial_mixture.BinomialMixture([4, 5], [4, 4]),
        "heads must not exceed tosses, got 5 of 4 in set 1; tosses count heads and tails",
    ),
    "no toss": (
        lambda: binomial_mixture.BinomialMixture([1, 0], [4, 0]),
        "tosses must be at least 1, got 0 in set 1; drop that set",
    ),
    "heads and tosses of other lengths": (
        lambda: binomial_mixture.BinomialMixture([1, 0], [4, 4, 4]),
        "tosses must hold 2 numbers, got 3; give one for each",
    ),
    "other weights than those held fixed": (
        lambda: binomial_mixture.BinomialMixture([1], [4], [0.5, 0.5]).e_step(
            binomial_mixture.BinomialMixtureParameters([0.4, 0.6], [0.1, 0.2])
        ),
        r"theta.weights must be those held fixed, \[0.5, 0.5\], got \[0.4, 0.6\]; start there, .*weights=None",
    ),
    "a set that no coin can make": (
        lambda: binomial_mixture.BinomialMixture([1, 0, 4, 1], [4, 4, 4, 4]).e_step(
            binomial_mixture.BinomialMixtureParameters([0.4, 0.6], [0, 1])
        ),
        "theta must leave every datum possible, got probability 0 for 2 of 4, the first at 0; start from",
    ),
    "one probability for two weights": (
        lambda: binomial_mixture.BinomialMixtureParameters([0.4, 0.6], [0.5]),
        "probabilities must hold 2 numbers, got 1",
    ),
    "one row of probabilities for two weights": (
        lambda: bernoulli_mixture.BernoulliMixtureParameters([0.4, 0.6], [[0.5, 0.5]]),
        r"probabilities must have one row a component, k = 2, got shape \(1, 2\); match them",
    ),
    "a flat row of probabilities": (
        lambda: bernoulli_mixture.BernoulliMixtureParameters([0.4, 0.6], [0.5, 0.5]),
        r"probabilities must have shape \(n, d\), got the 1-D shape \(2,\)",
    ),
    "probabilities of other dimensions than the data": (
        lambda: bernoulli_mixture.BernoulliMixture(BINARY).e_step(
            bernoulli_mixture.BernoulliMixtureParameters([1.0], [[0.5, 0.5, 0.5]])
        ),
        r"one column a dimension, \(k, d\) with d = 2, got shape \(1, 3\); match them to X",
    ),
    "a picture that no component can make": (
        lambda: bernoulli_mixture.BernoulliMixture([[1, 1], [0, 1]]).e_step(
            bernoulli_mixture.BernoulliMixtureParameters([1.0], [[1.0, 0.5]])
        ),
        "theta must leave every datum possible, got probability 0 for 1 of 2, the first at 1",
    ),
    "a negative rate": (
        lambda: poisson_mixture.PoissonMixtureParameters([0.4, 0.6], [2.0, -1.0]),
        "rates must not be negative, got -1; they are expected counts",
    ),
    "one rate for two weights": (
        lambda: poisson_mixture.PoissonMixtureParameters([0.4, 0.6], [2.0]),
        "rates must hold 2 numbers, got 1",
    ),
    "a count that no rate can make": (
        lambda: poisson_mixture.PoissonMixture([0, 2]).e_step(
            poisson_mixture.PoissonMixtureParameters([1.0], [0.0])
        ),
        "theta must leave every datum possible, got probability 0 for 1 of 2, the first at 1",
    ),
    "a location that is not a number": (
        lambda: student_t.StudentTParameters([0.0, np.nan], np.eye(2), 4.0),
        "^location must be finite",
    ),
    "a mean that is not a number": (
        lambda: ppca.PPCAParameters([0.0, np.nan], np.ones((2, 1)), 1.0),
        "^mean must be finite",
    ),
    "loadings in one row": (
        lambda: ppca.PPCAParameters([0.0, 0.0], [1.0, 1.0], 1.0),
        r"^loadings must have shape \(n, d\), got the 1-D shape \(2,\)",
    ),
    "five classes": (lambda: linkage.Linkage([1, 2, 3, 4, 5]), "counts must hold 4 numbers, got 5"),
    "no animal": (
        lambda: linkage.Linkage([0] * 4),
        "^counts must hold at least one animal, got only zeros; check how they were loaded$",
    ),
    "a location of other dimensions than the data": (
        lambda: student_t.StudentT(X).e_step(student_t.StudentTParameters([0.0], [[1.0]], 4.0)),
        "location must hold 2 numbers, one a column of X, got 1",
    ),
    "other dof than those held fixed": (
        lambda: student_t.StudentT(X, 3).e_step(student_t.StudentTParameters([0, 0], np.eye(2), 4.0)),
        "theta.dof must be the one held fixed, 3, got 4; start there, or let it free with dof=None",
    ),
    "data on a line": (
        lambda: student_t.StudentT(np.c_[X[:, 0], 2 * X[:, 0] + 1]),
        "X must vary in at least 2 directions, got 1; drop columns that are constant or depend on the others",
    ),
    "a constant column of data for a t": (
        lambda: student_t.StudentT(np.c_[X, np.full(6, 0.1)]),
        "X must vary in at least 3 directions, got 2; drop columns",
    ),
    "all data equal": (
        lambda: student_t.StudentT(np.full((6, 2), 0.1)),
        "X must vary in at least 2 directions, got 0; drop columns",
    ),
    "fewer data than dimensions": (
        lambda: student_t.StudentT(X.T),
        "X must vary in at least 6 directions, got 1",
    ),
    "one column for a plane": (
        lambda: ppca.PPCA(X[:, :1], 1),
        "^X must have at least 2 columns, got 1; in one dimension",
    ),
    "loadings of other rows than the mean": (
        lambda: ppca.PPCAParameters([0.0, 0.0], np.ones((3, 1)), 1.0),
        r"loadings must have one row a dimension, \(d, q\) with d = 2, got shape \(3, 1\); match them to mean",
    ),
    "as many loadings as dimensions": (
        lambda: ppca.PPCAParameters([0.0, 0.0], np.ones((2, 2)), 1.0),
        "q must be from 1 to d - 1 = 1, got 2",
    ),
    "no noise": (
        lambda: ppca.PPCAParameters([0.0, 0.0], np.ones((2, 1)), 0.0),
        "noise must be one finite number above 0, got 0.0",
    ),
    "loadings of another q than the model's": (
        lambda: ppca.PPCA(np.c_[X, X[:, 0] ** 2], 1).e_step(ppca.PPCAParameters([0] * 3, np.ones((3, 2)), 1.0)),
        r"loadings must have shape \(d, q\) = \(3, 1\), got \(3, 2\); match X and q",
    ),
    "moved means of another shape": (
        lambda: kmeans.predicted_fall(R, MEANS, MEANS[:2]),
        r"means must have one row a cluster, k = 2, got shape \(3, 2\)",
    ),
}

TABLES = [
    (TAKES_X, BAD_X),
    (TAKES_K, BAD_K),
    (TAKES_MEANS, BAD_MEANS),
    (TAKES_R, BAD_R),
    (TAKES_RNG, BAD_RNG),
    (TAKES_BINARY, BAD_BINARY),
    (TAKES_COUNTS, BAD_COUNTS),
    (TAKES_WEIGHTS, BAD_WEIGHTS),
    (TAKES_PROBABILITIES, BAD_PROBABILITIES),
    (TAKES_DOF, BAD_DOF),
    (TAKES_SCALE, BAD_SCALE),
    (TAKES_Q, BAD_Q),
    (TAKES_THETA, BAD_THETA),
    (TAKES_RESTARTS, BAD_RESTARTS),
]

CASES = {
    f"{name}: {kind}": (lambda call=call, bad=bad: call(bad), message)
    for calls, values in TABLES
    for name, call in calls.items()
    for kind, (bad, message) in values.items()
} | OTHERS


@pytest.mark.parametrize("case", CASES)
def test_is_refused_with_a_message_that_says_what_to_do(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


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


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TAKES_X)
def test_every_form_of_the_same_numbers_gives_the_same_answer(name, form):
    whole = np.round(10 * X)  # whole numbers: every form holds them exactly
    call = TAKES_X[name]
    ours, theirs = call(whole), call(FORMS[form](whole))
    if name.endswith("KMeans"):
        ours, theirs = ours.X, theirs.X
    elif name.endswith("fit"):
        ours, theirs = ours.theta, theirs.theta
    np.testing.assert_array_equal(ours, theirs)


FORMS_OF_COUNTS = {
    "floating point": lambda c: c.astype(float),
    "bytes": lambda c: c.astype(np.uint8),
    "every second of a longer array": lambda c: np.repeat(c, 2)[::2],
    "a list": lambda c: c.tolist(),
    "a series": lambda c: pytest.importorskip("pandas").Series(c),
    "read-only": read_only,
}


@pytest.mark.parametrize("form", FORMS_OF_COUNTS)
@pytest.mark.parametrize("name", TAKES_COUNTS)
def test_every_form_of_the_same_counts_gives_the_same_answer(name, form):
    call = TAKES_COUNTS[name]
    np.testing.assert_array_equal(call(COUNTS), call(FORMS_OF_COUNTS[form](COUNTS)))


@pytest.mark.parametrize("form", [*FORMS, "truth values", "read-only"])
@pytest.mark.parametrize("name", TAKES_BINARY)
def test_every_form_of_the_same_binary_data_gives_the_same_answer(name, form):
    forms = FORMS | {"truth values": lambda X: X == 1, "read-only": read_only}
    call = TAKES_BINARY[name]
    np.testing.assert_array_equal(call(BINARY), call(forms[form](BINARY)))


@pytest.mark.parametrize("name", TAKES_X)
def test_nothing_that_is_passed_in_is_changed(name):
    TAKES_X[name](read_only(X))


@pytest.mark.parametrize("name", TAKES_MEANS)
def test_nor_are_the_means(name):
    TAKES_MEANS[name](read_only(MEANS))


@pytest.mark.parametrize("name", TAKES_R)
def test_nor_are_the_responsibilities(name):
    TAKES_R[name](read_only(R))
