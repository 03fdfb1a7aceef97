"""Bad input to the further models: counts, pictures, shares and the rest, in the form of test_bad_input."""

import numpy as np
import pytest
import test_bad_input
from tables import cases
from test_bad_input import BAD_X, BLOCKS_OF_ROWS, FORMS, X, read_only

from lecture_lib.models import (
    bernoulli_mixture,
    binomial_mixture,
    linkage,
    one_mean,
    poisson_mixture,
    ppca,
    student_t,
)

BINARY = np.array([[0, 1], [1, 1], [0, 0], [1, 0], [1, 1], [0, 1]])
COUNTS = np.array([3, 1, 7, 4])

TAKES_BINARY = {
    "bernoulli_mixture.BernoulliMixture": lambda X: bernoulli_mixture.BernoulliMixture(X).X,
    "bernoulli_mixture.fit": lambda X: (
        bernoulli_mixture.fit(X, 2, rng=np.random.default_rng(0), restarts=1).theta.weights
    ),
}

BAD_BINARY = BAD_X | {
    "a grey value": (BINARY * 0.5, r"X must hold zeros and ones, got X\[0, 1\] = 0.5; threshold it"),
    "minus one": (1 - 2 * BINARY, r"X must hold zeros and ones, got X\[0, 1\] = -1"),
}

TAKES_COUNTS = {
    "binomial_mixture.BinomialMixture, heads": lambda heads: binomial_mixture.BinomialMixture(heads, [9] * 4).heads,
    "binomial_mixture.BinomialMixture, tosses": lambda tosses: (
        binomial_mixture.BinomialMixture([1] * 4, tosses).tosses
    ),
    "linkage.Linkage": lambda counts: linkage.Linkage(counts).counts,
    "linkage.information": lambda counts: linkage.information(counts, 0.5),
    "poisson_mixture.PoissonMixture": lambda counts: poisson_mixture.PoissonMixture(counts).values,
    "poisson_mixture.fit": lambda counts: (
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
    "negative": ([0.5, 0.7, -0.2], "^weights must not be negative, got .*-0.2"),
    "too much": ([0.5, 0.5, 1e-8], "^weights must sum to 1, got 1.*; divide them by their sum"),
    "too little": ([0.5, 0.3, 0.1], "^weights must sum to 1, got 0.9"),
    "NaN": ([0.5, np.nan, 0.5], "^weights must be finite"),
    "2-D": ([[0.5, 0.5, 0.0]], r"^weights must .*, got shape \(1, 3\)"),
    "empty": ([], r"^weights must .*, got shape \(0,\)"),
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

TAKES_PARAMETERS = {
    "bernoulli_mixture.BernoulliMixture": (bernoulli_mixture.BernoulliMixture(BINARY), "BernoulliMixture"),
    "binomial_mixture.BinomialMixture": (binomial_mixture.BinomialMixture(COUNTS, [9] * 4), "BinomialMixture"),
    "poisson_mixture.PoissonMixture": (poisson_mixture.PoissonMixture(COUNTS), "PoissonMixture"),
    "ppca.PPCA": (ppca.PPCA(X, 1), "PPCA"),
    "student_t.StudentT": (student_t.StudentT(X), "StudentT"),
}

BAD_PARAMETERS = {"a tuple": ([0.5, 0.5], [0.1, 0.9]), "None": None, "a number": 0.5}

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
        r"probabilities must have one row per component, k = 2, got shape \(1, 2\); match them",
    ),
    "a flat row of probabilities": (
        lambda: bernoulli_mixture.BernoulliMixtureParameters([0.4, 0.6], [0.5, 0.5]),
        r"probabilities must have shape \(n, d\), got the 1-D shape \(2,\)",
    ),
    "probabilities of other dimensions than the data": (
        lambda: bernoulli_mixture.BernoulliMixture(BINARY).e_step(
            bernoulli_mixture.BernoulliMixtureParameters([1.0], [[0.5, 0.5, 0.5]])
        ),
        r"one column per dimension, \(k, d\) with d = 2, got shape \(1, 3\); match them to X",
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
    "a table of data for one mean": (lambda: one_mean.OneMean([[0.0, 1.0]]), "x must be one row .*, got shape"),
    "no data for one mean": (lambda: one_mean.OneMean([]), "x must be one row of at least one number"),
    "a mean of None": (lambda: ONE_MEAN.e_step(None), "theta must be one finite number, got None"),
    "five classes": (lambda: linkage.Linkage([1, 2, 3, 4, 5]), "counts must hold 4 numbers, got 5"),
    "no animal": (
        lambda: linkage.Linkage([0] * 4),
        "^counts must hold at least one animal, got only zeros; check how they were loaded$",
    ),
    "a location of other dimensions than the data": (
        lambda: student_t.StudentT(X).e_step(student_t.StudentTParameters([0.0], [[1.0]], 4.0)),
        "location must hold 2 numbers, one per column of X, got 1",
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
        r"loadings must have one row per dimension, \(d, q\) with d = 2, got shape \(3, 1\); match them to mean",
    ),
    "as many loadings as dimensions": (
        lambda: ppca.PPCAParameters([0.0, 0.0], np.ones((2, 2)), 1.0),
        r"^loadings must have fewer columns than rows, got shape \(2, 2\); as many directions as dimensions leave",
    ),
    "loadings in one dimension": (
        lambda: ppca.PPCAParameters([0], [[1]], 1),
        r"^loadings must have fewer columns than rows, got shape \(1, 1\)",
    ),
    "no noise": (
        lambda: ppca.PPCAParameters([0.0, 0.0], np.ones((2, 1)), 0.0),
        "noise must be one finite number above 0, got 0.0",
    ),
    "loadings of another q than the model's": (
        lambda: ppca.PPCA(np.c_[X, X[:, 0] ** 2], 1).e_step(ppca.PPCAParameters([0] * 3, np.ones((3, 2)), 1.0)),
        r"loadings must have shape \(d, q\) = \(3, 1\), got \(3, 2\); match X and q",
    ),
}

ONE_MEAN = one_mean.OneMean([0.0, 1.0, 5.0])

TAKES_SHARES = {
    "one_mean.OneMean.lower_bound": lambda q: ONE_MEAN.lower_bound(q, 1.0),
    "one_mean.OneMean.m_step": lambda q: ONE_MEAN.m_step(1.0, q),
}

BAD_SHARES = {
    "one too many": ([0.1] * 4, "q must hold 3 numbers, got 4"),
    "above 1": ([0.1, 1.1, 0.2], "q must be from 0 to 1, got 1.1"),
    "NaN": ([0.1, np.nan, 0.2], "q must be finite"),
}

TAKES_MEAN = {
    "one_mean.OneMean": lambda x: one_mean.OneMean([1.0, x]),
    "one_mean.OneMean.log_likelihood": ONE_MEAN.log_likelihood,
    "one_mean.OneMean.lower_bound": lambda theta: ONE_MEAN.lower_bound([0.5] * 3, theta),
}

BAD_MEAN = {
    "NaN": (np.nan, "^(x|theta) must be finite, got NaN or inf"),
    "text": ("a", "^(x|theta) must hold real numbers"),
}

TABLES = [
    (TAKES_BINARY, BAD_BINARY),
    ({"bernoulli_mixture.fit": TAKES_BINARY["bernoulli_mixture.fit"]}, BLOCKS_OF_ROWS),
    (TAKES_COUNTS, BAD_COUNTS),
    (TAKES_WEIGHTS, BAD_WEIGHTS),
    (TAKES_PROBABILITIES, BAD_PROBABILITIES),
    (TAKES_DOF, BAD_DOF),
    (TAKES_SCALE, BAD_SCALE),
    (TAKES_Q, BAD_Q),
    (TAKES_THETA, BAD_THETA),
    (TAKES_RESTARTS, BAD_RESTARTS),
    (TAKES_SHARES, BAD_SHARES),
    (TAKES_MEAN, BAD_MEAN),
]

CASES = cases(TABLES) | OTHERS


def test_every_model_stands_in_a_table_of_bad_data():
    models = {name for value, name in test_bad_input.public().items() if hasattr(value, "m_step")}
    assert len(models) > 9
    assert models <= {name.partition(",")[0] for calls, _ in [*TABLES, *test_bad_input.TABLES] for name in calls}


@pytest.mark.parametrize("case", CASES)
def test_is_refused_with_a_message_that_says_what_to_do(case):
    call, message = CASES[case]
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("kind", BAD_PARAMETERS)
@pytest.mark.parametrize("name", TAKES_PARAMETERS)
def test_parameters_of_another_class_are_refused(name, kind):
    model, class_name = TAKES_PARAMETERS[name]
    with pytest.raises(ValueError, match=f"^theta must be a {class_name}Parameters, got .*; make one"):
        model.e_step(BAD_PARAMETERS[kind])


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
