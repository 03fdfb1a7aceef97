"""Bad input to every public function: one table of calls, one of bad values, and the message of each pair.

A new public function adds a row to ``TAKES_X`` (and the like); what it must refuse then follows.
"""

import inspect

import numpy as np
import pytest

from lecture_lib import datasets, seeding
from lecture_lib.models import bernoulli_mixture, binomial_mixture, kmeans, poisson_mixture, ppca, student_t

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 2))
MEANS = X[:3] + 0.1
R = np.eye(3)[[0, 1, 2, 0, 1, 2]]


def with_entry(value, i, c):
    changed = X.copy()
    changed[i, c] = value
    return changed


TAKES_X = {
    "datasets.standardise": datasets.standardise,
    "kmeans.KMeans": kmeans.KMeans,
    "kmeans.assign": lambda X: kmeans.assign(X, MEANS),
    "kmeans.final_losses": lambda X: kmeans.final_losses(X, [MEANS]),
    "kmeans.fit": lambda X: kmeans.fit(X, 2, rng=np.random.default_rng(0)),
    "kmeans.gradient": lambda X: kmeans.gradient(X, R, MEANS),
    "kmeans.half_steps": lambda X: list(kmeans.half_steps(X, MEANS))[-1][1],
    "kmeans.labels": lambda X: kmeans.labels(X, MEANS),
    "kmeans.lyapunov": lambda X: kmeans.lyapunov(X, R, MEANS),
    "kmeans.reduced_lyapunov": lambda X: kmeans.reduced_lyapunov(X, MEANS),
    "kmeans.squared_distances": lambda X: kmeans.squared_distances(X, MEANS),
    "kmeans.update": lambda X: kmeans.update(X, R, MEANS),
    "ppca.PPCA": lambda X: ppca.PPCA(X, 1),
    "ppca.closed_form": lambda X: ppca.closed_form(X, 1).loadings,
    "ppca.fit": lambda X: ppca.fit(X, 1, rng=np.random.default_rng(0)),
    "seeding.kmeans_plus_plus": lambda X: seeding.kmeans_plus_plus(X, 2, np.random.default_rng(0)),
    "seeding.random_points": lambda X: seeding.random_points(X, 2, np.random.default_rng(0)),
    "student_t.StudentT": student_t.StudentT,
    "student_t.fit": lambda X: student_t.fit(X, 4.0),
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
    "bernoulli_mixture.fit": lambda k: bernoulli_mixture.fit(X > 0, k, rng=np.random.default_rng(0)),
    "binomial_mixture.fit": lambda k: binomial_mixture.fit(np.arange(6), [9] * 6, k, rng=np.random.default_rng(0)),
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
    "kmeans.final_losses": lambda means: kmeans.final_losses(X, [means]),
    "kmeans.gradient": lambda means: kmeans.gradient(X, R, means),
    "kmeans.half_steps": lambda means: list(kmeans.half_steps(X, means)),
    "kmeans.labels": lambda means: kmeans.labels(X, means),
    "kmeans.lyapunov": lambda means: kmeans.lyapunov(X, R, means),
    "kmeans.predicted_fall": lambda means: kmeans.predicted_fall(R, means, MEANS),
    "kmeans.reduced_lyapunov": lambda means: kmeans.reduced_lyapunov(X, means),
    "kmeans.squared_distances": lambda means: kmeans.squared_distances(X, means),
    "kmeans.update": lambda means: kmeans.update(X, R, means),
}

BAD_MEANS = {
    "other columns": (
        MEANS[:, :1],
        r"means must have shape \(k, d\) with d = 2, .*, got shape \(3, 1\)",
    ),
    "1-D": (MEANS[0], r"means must have shape \(k, d\) with d = 2, .*, got shape \(2,\); give one row a cluster"),
    "NaN": (MEANS * np.nan, "means must be finite, got NaN or inf in 6 of 6 entries"),
    "none": (MEANS[:0], r"means must have shape .*, got shape \(0, 2\)"),
}

TAKES_R = {
    "kmeans.gradient": lambda r: kmeans.gradient(X, r, MEANS),
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
    "bernoulli_mixture.fit": lambda rng: bernoulli_mixture.fit(X > 0, 2, rng=rng),
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

OTHERS = {
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
        r"means must have one row a cluster, k = 2, got shape \(3, 2\)",
    ),
}

TABLES = [
    (TAKES_X, BAD_X),
    (TAKES_K, BAD_K),
    (TAKES_MEANS, BAD_MEANS),
    (TAKES_R, BAD_R),
    (TAKES_RNG, BAD_RNG),
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


MODULES = (datasets, seeding, kmeans, bernoulli_mixture, binomial_mixture, poisson_mixture, ppca, student_t)
TAKES_BINARY_X = {"bernoulli_mixture.BernoulliMixture", "bernoulli_mixture.fit"}  # in test_bad_input_further.py


def takers(argument):
    """Name the public functions and models of the modules above that take an argument of this name."""
    for module in MODULES:
        for name in module.__all__:
            public = getattr(module, name)
            takes_input = inspect.isfunction(public) or hasattr(public, "m_step")
            if takes_input and argument in inspect.signature(public).parameters:
                yield f"{module.__name__.rpartition('.')[2]}.{name}"


@pytest.mark.parametrize(("argument", "calls"), [("X", TAKES_X), ("k", TAKES_K), ("rng", TAKES_RNG)])
def test_every_public_function_stands_in_the_tables(argument, calls):
    assert set(takers(argument)) - TAKES_BINARY_X == set(calls) - TAKES_BINARY_X


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
    if name.endswith(("KMeans", "PPCA", "StudentT")):
        ours, theirs = ours.X, theirs.X
    elif name.endswith(("ppca.fit", "student_t.fit")):
        ours, theirs = ours.objectives, theirs.objectives
    elif name.endswith("fit"):
        ours, theirs = ours.theta, theirs.theta
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", TAKES_X)
def test_nothing_that_is_passed_in_is_changed(name):
    TAKES_X[name](read_only(X))


@pytest.mark.parametrize("name", TAKES_MEANS)
def test_nor_are_the_means(name):
    TAKES_MEANS[name](read_only(MEANS))


@pytest.mark.parametrize("name", TAKES_R)
def test_nor_are_the_responsibilities(name):
    TAKES_R[name](read_only(R))
