"""The exercises of homework set 4, *EM*."""

import numpy as np
from scipy.special import xlogy

from lecture_lib.homework.derivations.hw4 import BOUND, LEAST_SQUARES, PROBABILITIES
from lecture_lib.homework.engine.exercise import function
from lecture_lib.homework.engine.selection import state, word
from lecture_lib.models.one_mean import OneMean

__all__ = ["QUESTIONS"]


def _posterior(log_joint, weights):
    """Return responsibilities and the log-likelihood."""
    log_joint = log_joint + np.log(weights)
    log_evidence = np.logaddexp.reduce(log_joint, axis=1)
    return np.exp(log_joint - log_evidence[:, None]), log_evidence.sum()


def _e_mistakes(log_density):
    """List the mistakes of an E-step, whatever the model: ``log_density(*data, theta)`` has shape (n, k)."""

    def step(*arguments):
        return _posterior(log_density(*arguments), arguments[-1][0])

    def joint(*arguments):
        return np.exp(log_density(*arguments)) * arguments[-1][0]

    def expected(*arguments):
        r, _ = step(*arguments)
        return r, np.sum(r * (log_density(*arguments) + np.log(arguments[-1][0])))

    return [
        (lambda *a: step(*a)[::-1], "the E-step returns the responsibilities first, then the objective."),
        (
            lambda *a: (step(*a)[0].T, step(*a)[1]),
            "r has one row a datum and one column a component; yours is turned.",
        ),
        (
            lambda *a: (joint(*a) / joint(*a).sum(axis=0), step(*a)[1]),
            "you normalised r over the data, not over the components: its rows should add up to 1.",
        ),
        (
            lambda *a: (joint(*a), step(*a)[1]),
            "r is not normalised: divide each row by its sum, the probability of the datum.",
        ),
        (
            lambda *a: (_posterior(log_density(*a), np.ones(len(a[-1][0])))[0], step(*a)[1]),
            "the weights are missing from r: a large component takes more of each datum.",
        ),
        (
            lambda *a: _posterior(log_density(*a), np.full(len(a[-1][0]), 1 / len(a[-1][0]))),
            "the weights are missing, from r and from the objective.",
        ),
        (
            lambda *a: _posterior(log_density(*a), np.ones(len(a[-1][0]))),
            "the weights are missing, from r and from the objective.",
        ),
        (
            lambda *a: (np.eye(len(a[-1][0]))[step(*a)[0].argmax(axis=1)], step(*a)[1]),
            "your r is hard, as in k-means. EM keeps the probabilities as they are.",
        ),
        (
            lambda *a: (step(*a)[0], step(*a)[1] / len(a[0])),
            "the objective is a sum over the data; you divided it by n.",
        ),
        (
            lambda *a: (step(*a)[0], -step(*a)[1]),
            "the sign of the objective is wrong: the loop climbs the log-likelihood.",
        ),
        (
            expected,
            "your objective is Q, the expected complete log-likelihood. Without the entropy of r it may fall: "
            "the log-likelihood is wanted.",
        ),
        (
            lambda *a: (step(*a)[0], joint(*a).sum(axis=1).sum()),
            "you added up probabilities. The objective adds up their logarithms.",
        ),
        (
            lambda *a: (step(*a)[0], np.log(joint(*a).sum())),
            "you took the logarithm of the sum over the data. It is the sum over the data of logarithms.",
        ),
        (
            lambda *a: (step(*a)[0], np.log(joint(*a).sum(axis=1))),
            "the objective is one number; you have one a datum. Add them up.",
        ),
        (
            lambda *a: (joint(*a) / joint(*a).sum(axis=0), np.log(joint(*a).sum(axis=0)).sum()),
            "you added up over the data where you should add up over the components, along the rows.",
        ),
        (lambda *a: (np.log(step(*a)[0]), step(*a)[1]), "these are the logarithms of r."),
        (lambda *a: (step(*a)[0], step(*a)[1] / np.log(2)), "the objective is in bits. Nats are asked for."),
        *(
            (lambda *a, least=least: _posterior(np.log(np.exp(log_density(*a)) + least), a[-1][0]), words)
            for least in (1e-300, 1e-30, 1e-12)
            for words in ["a constant inside the logarithm hides that a product underflows. Add up logarithms."]
        ),
    ]


# Bernoulli


def _bits(rng, n, d, k):
    theta = (rng.dirichlet(np.full(k, 4.0)), rng.uniform(0.1, 0.9, size=(k, d)))
    return {"X": (rng.uniform(size=(n, d)) < 0.5).astype(float), "theta": theta}


def _bernoulli_cases(rng):
    def with_r(case):
        n, k = len(case["X"]), len(case["theta"][0])
        return {**case, "r": rng.dirichlet(np.ones(k), size=n)}

    sizes = [(8, 3, 2), (6, 4, 3)]
    return {
        "the E-step": [_bits(rng, *size) for size in sizes],
        "the M-step": [with_r(_bits(rng, *size)) for size in sizes],
        "the E-step for probabilities near 0 and 1": [_rare(rng)],
        "the M-step for a column that is hardly ever 1": [_hardly(rng)],
        "the E-step for 1500 columns": [_bits(rng, 4, 1500, 2)],
    }


def _rare(rng):
    case = _bits(rng, 6, 3, 2)
    p = np.array([[2e-4, 0.4, 0.9997], [0.7, 0.9998, 0.3]])
    return {**case, "theta": (case["theta"][0], p)}


def _hardly(rng):
    case = _bits(rng, 6, 2, 2)
    case["X"][:, 0] = np.eye(6)[0]
    r = np.full(6, 0.4)
    r[0] = 3e-4
    return {**case, "r": np.column_stack([r, 1 - r])}


def _bernoulli_density(X, theta):
    return X @ np.log(theta[1]).T + (1 - X) @ np.log(1 - theta[1]).T


def _bernoulli(X, theta, r=None):
    if r is None:
        return _posterior(_bernoulli_density(X, theta), theta[0])
    R = r.sum(axis=0)
    return R / len(X), r.T @ X / R[:, None]


def _by_products(X, theta):
    weights, p = theta
    joint = np.prod(np.where(X[:, None] == 1, p, 1 - p), axis=2) * weights
    return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


def _clipped(c):
    """Return the E-step, and the M-step, with probabilities that stay away from 0 and 1."""

    def m_step(X, theta, r):
        weights, p = _bernoulli(X, theta, r)
        return weights, np.clip(p, c, 1 - c)

    return lambda X, theta: _bernoulli(X, (theta[0], np.clip(theta[1], c, 1 - c))), m_step


E_GROUPS = ("the E-step", "the E-step for probabilities near 0 and 1", "the E-step for 1500 columns",
            "the E-step for data far from both lines", "the E-step for a small variance")  # fmt: skip
M_GROUPS = ("the M-step", "the M-step for a column that is hardly ever 1", "the M-step for data close to a line")


def _step_of(case):
    """Return which step an example asks for."""
    return "m_step" if "r" in case else "e_step"


def _by_step(e_step, m_step):
    """Return what is said about the examples of either step."""
    return dict.fromkeys(E_GROUPS, e_step) | dict.fromkeys(M_GROUPS, m_step)


BERNOULLI = function(
    _by_step("Bernoulli(X).e_step(theta)", "Bernoulli(X).m_step(theta, r)"),
    cases=_bernoulli_cases,
    drive=lambda answer, case: answer.call(case, _step_of(case), made_of=1),
    right=_bernoulli,
    returns="r of shape (n, k) and the log-likelihood from e_step(theta); weights (k,) and probabilities (k, d) "
    "from m_step(theta, r)",
    hint=_by_step(
        "try the E-step with one datum, one column and two components, and work it out on paper.",
        "try the M-step with one column and two data, and work it out on paper.",
    ),
    mistakes=[
        (
            lambda X, theta: _posterior(X @ np.log(theta[1]).T, theta[0]),
            "the zeros of a datum count, too: each has the probability 1 - p.",
        ),
        (
            lambda X, theta: _posterior(np.log(X @ theta[1].T + (1 - X) @ (1 - theta[1]).T), theta[0]),
            "the columns are independent given the component, so their probabilities multiply; you added them up.",
        ),
        *_e_mistakes(_bernoulli_density),
        (lambda X, theta, r: _bernoulli(X, theta, r)[::-1], "theta is (weights, probabilities), in this order."),
        (
            lambda X, theta, r: (r.sum(axis=0), _bernoulli(X, theta, r)[1]),
            "the weights do not add up to 1: divide R by n.",
        ),
        (
            lambda X, theta, r: (theta[0], _bernoulli(X, theta, r)[1]),
            "the weights are still the old ones. They are parameters, too.",
        ),
        (
            lambda X, theta, r: (_bernoulli(X, theta, r)[0], r.T @ X),
            "your probabilities are counts: divide row j by R_j.",
        ),
        (
            lambda X, theta, r: (_bernoulli(X, theta, r)[0], r.T @ X / len(X)),
            "you divided the probabilities by n. Component j has R_j data, not n.",
        ),
        (
            lambda X, theta, r: (
                _bernoulli(X, theta, r)[0],
                (r.T @ X + 1) / (r.sum(axis=0)[:, None] + 2),
            ),
            "you added a datum of each kind. That is the estimate with a prior; the maximum likelihood is wanted.",
        ),
        (
            lambda X, theta, r: (_bernoulli(X, theta, r)[0], _bernoulli(X, theta, r)[1].T),
            "one row a component, one column a dimension; your probabilities are turned.",
        ),
        (
            lambda X, theta, r: _bernoulli(X, theta, np.eye(r.shape[1])[r.argmax(axis=1)]),
            "your M-step gives each datum to one component. EM counts it in fractions.",
        ),
        (
            lambda X, theta, r: _bernoulli(X, theta, _bernoulli(X, theta)[0]),
            "your M-step computes responsibilities of its own. It should use the r that it is given.",
        ),
        *(
            (step, "you keep the probabilities away from 0 and 1. Values as small as 0.0002 are allowed.")
            for c in (1e-3, 0.01, 0.02, 0.05, 0.1)
            for step in _clipped(c)
        ),
        (
            lambda X, theta, r: (_bernoulli(X, theta, r)[0], r.T @ X / (len(X) * theta[0][:, None])),
            "you divided by n times the old weight. Divide row j by R_j, from the r that is passed in.",
        ),
        (
            _by_products,
            "right so far, but a product of 1500 probabilities underflows to 0. Add up logarithms, and see set 3.",
        ),
    ],
    because="Both steps are right, also where probabilities are too small for a float.",
)  # fmt: skip


# regressions


def _lines(rng, n, p, k):
    A = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
    theta = (rng.dirichlet(np.full(k, 4.0)), rng.normal(size=(k, p)), rng.uniform(0.5, 2, size=k))
    return {"A": A, "y": rng.normal(size=n) * 2, "theta": theta}


def _regression_cases(rng):
    def with_r(case):
        return {**case, "r": rng.dirichlet(np.ones(len(case["theta"][0])), size=len(case["y"]))}

    sizes = [(8, 3, 2), (10, 2, 3)]
    far = _lines(rng, 5, 2, 2)
    far["y"] = far["y"] + 200
    narrow, close = _lines(rng, 6, 2, 2), _lines(rng, 8, 2, 2)
    narrow["theta"] = (*narrow["theta"][:2], np.array([4e-4, 1.0]))
    narrow["y"] = narrow["A"] @ narrow["theta"][1][0] + 0.02 * rng.normal(size=6)
    close["y"] = close["A"] @ close["theta"][1][0] + 0.01 * rng.normal(size=8)
    return {
        "the E-step": [_lines(rng, *size) for size in sizes],
        "the M-step": [with_r(_lines(rng, *size)) for size in sizes],
        "the E-step for a small variance": [narrow],
        "the M-step for data close to a line": [with_r(close)],
        "the E-step for data far from both lines": [far],
    }


def _residuals(A, y, theta):
    return y[:, None] - A @ theta[1].T


def _regression_density(A, y, theta):
    return -0.5 * np.log(2 * np.pi * theta[2]) - _residuals(A, y, theta) ** 2 / (2 * theta[2])


def _weighted_lines(A, y, r):
    return np.array([np.linalg.solve((A.T * share) @ A, A.T @ (share * y)) for share in r.T])


def _regression(A, y, theta, r=None):
    if r is None:
        return _posterior(_regression_density(A, y, theta), theta[0])
    R, lines = r.sum(axis=0), _weighted_lines(A, y, r)
    return R / len(y), lines, (r * _residuals(A, y, (None, lines)) ** 2).sum(axis=0) / R


def _with(part, compute):
    """Return the M-step with one part computed in another way."""

    def wrong(A, y, theta, r):
        parts = list(_regression(A, y, theta, r))
        parts[part] = compute(A, y, theta, r)
        return tuple(parts)

    return wrong


def _with_lines(compute):
    """Return the M-step with other lines, and the variances about them."""

    def wrong(A, y, theta, r):
        lines = compute(A, y, r)
        return r.sum(axis=0) / len(y), lines, (r * _residuals(A, y, (None, lines)) ** 2).sum(0) / r.sum(0)

    return wrong


def _densities(A, y, theta):
    joint = np.exp(_regression_density(A, y, theta)) * theta[0]
    return joint / joint.sum(axis=1, keepdims=True), np.log(joint.sum(axis=1)).sum()


def _floored(c):
    """Return the E-step, and the M-step, with variances that stay away from 0."""

    def m_step(A, y, theta, r):
        weights, lines, variances = _regression(A, y, theta, r)
        return weights, lines, np.maximum(variances, c)

    return lambda A, y, theta: _regression(A, y, (*theta[:2], np.maximum(theta[2], c))), m_step


REGRESSIONS = function(
    _by_step("Regressions(A, y).e_step(theta)", "Regressions(A, y).m_step(theta, r)"),
    cases=_regression_cases,
    drive=lambda answer, case: answer.call(case, _step_of(case), made_of=2),
    right=_regression,
    returns="r of shape (n, k) and the log-likelihood from e_step(theta); weights (k,), coefficients (k, p) and "
    "variances (k,) from m_step(theta, r)",
    hint=_by_step(
        "try the E-step with one datum and one component: the objective is the logarithm of a normal density.",
        "with one component and all r = 1 the M-step is ordinary least squares. Try that first, then let r be 1 "
        "for some of the data and 0 for the others.",
    ),
    mistakes=[
        (
            lambda A, y, theta: _posterior(-_residuals(A, y, theta) ** 2 / (2 * theta[2]), theta[0]),
            "the normal density has a factor in front, which depends on the variance of the component.",
        ),
        (
            lambda A, y, theta: _posterior(_regression_density(A, y, (*theta[:2], theta[2] ** 2)), theta[0]),
            "you squared the third parameter. It is the variance already.",
        ),
        (
            lambda A, y, theta: _posterior(
                _regression_density(A, y, theta) + 0.5 * np.log(2 * np.pi), theta[0]
            ),
            "the factor with 2 pi is missing: r is right without it, the objective is not.",
        ),
        (
            lambda A, y, theta: _posterior(
                -0.5 * np.log(2 * np.pi * theta[2]) - _residuals(A, y, theta) ** 2 / theta[2], theta[0]
            ),
            "the exponent of the normal density has a factor 1/2.",
        ),
        (
            lambda A, y, theta: _posterior(
                -np.log(2 * np.pi * theta[2]) - _residuals(A, y, theta) ** 2 / (2 * theta[2]), theta[0]
            ),
            "the factor in front of the density holds the root of the variance: half of its logarithm.",
        ),
        (
            lambda A, y, theta: _posterior(
                -0.5 * np.log(2 * np.pi * theta[2]) + _residuals(A, y, theta) ** 2 / (2 * theta[2]), theta[0]
            ),
            "the exponent has the wrong sign: data far from a line are unlikely.",
        ),
        *(
            (step, "you keep the variances away from 0. Data close to a line have a small one.")
            for c in (0.01, 0.05, 0.1)
            for step in _floored(c)
        ),
        (
            lambda A, y, theta, r: _regression(A, y, theta, np.eye(r.shape[1])[r.argmax(axis=1)]),
            "your M-step gives each datum to one component. EM counts it in fractions.",
        ),
        (
            lambda A, y, theta, r: _regression(A, y, theta, _regression(A, y, theta)[0]),
            "your M-step computes responsibilities of its own. It should use the r that it is given.",
        ),
        *_e_mistakes(_regression_density),
        (
            _with(0, lambda A, y, theta, r: r.sum(axis=0)),
            "the weights do not add up to 1: divide R by n.",
        ),
        (
            _with(0, lambda A, y, theta, r: theta[0]),
            "the weights are still the old ones. They are parameters, too.",
        ),
        (
            _with_lines(lambda A, y, r: np.tile(np.linalg.lstsq(A, y, rcond=None)[0], (r.shape[1], 1))),
            "all components have the same line: weigh the data of component j with column j of r.",
        ),
        (
            _with_lines(lambda A, y, r: _weighted_lines(A, y, r**2)),
            "r enters your coefficients squared. For lstsq multiply the rows of A and y by the root of r.",
        ),
        (
            _with_lines(lambda A, y, r: np.array([np.linalg.lstsq(A * s[:, None], y, rcond=None)[0] for s in r.T])),
            "you weighed A, but not y.",
        ),
        (
            _with(2, lambda A, y, theta, r: (r * _residuals(A, y, theta) ** 2).sum(0) / r.sum(0)),
            "the variances are measured about the old lines. Use the new coefficients.",
        ),
        (
            _with(2, lambda A, y, theta, r: _regression(A, y, theta, r)[2] * r.sum(0) / len(y)),
            "you divided the variances by n. Component j has R_j data, not n.",
        ),
        (
            _with(2, lambda A, y, theta, r: np.sqrt(_regression(A, y, theta, r)[2])),
            "these are standard deviations. The third parameter is the variance.",
        ),
        (
            _with(2, lambda A, y, theta, r: _regression(A, y, theta, r)[2] * r.sum(0)),
            "the variances are sums of squares: divide by R_j.",
        ),
        (
            _with(2, lambda A, y, theta, r: (_residuals(A, y, (None, _weighted_lines(A, y, r))) ** 2).mean(0)),
            "the variances count every datum fully. Weigh the squared residuals with r.",
        ),
        (
            _with(2, lambda A, y, theta, r: _regression(A, y, theta, r)[2] * r.sum(0) / (r.sum(0) - 1)),
            "you divided the variances by R_j - 1. The maximum has R_j.",
        ),
        (
            _with_lines(lambda A, y, r: np.array([np.linalg.solve(A.T @ A, A.T @ (s * y)) for s in r.T])),
            "r is missing from one side of your normal equations: it weighs the squares, so it enters both.",
        ),
        (
            _with(2, lambda A, y, theta, r: np.full(
                r.shape[1], (r * _residuals(A, y, (None, _weighted_lines(A, y, r))) ** 2).sum() / len(y)
            )),
            "you share one variance among the components. Each has its own.",
        ),
        (
            _densities,
            "right so far, but far from both lines the densities underflow to 0. Stay with logarithms, see set 3.",
        ),
    ],
    because="Weighted least squares, and the weights are the responsibilities.",
)  # fmt: skip


# the planted bug

_E_STEP = "The E-step is right: with the true parameters it gives the true log-likelihood. Look at the other step."

BUG = word(
    "f",
    {
        "a": f"line A is the logarithm of weight times density, as it should be. {_E_STEP}",
        "b": f"line B is a log-sum-exp over the components. {_E_STEP}",
        "c": f"line C divides by the sum, in logarithms. {_E_STEP}",
        "d": f"line D adds up over the data. {_E_STEP}",
        "e": "line E adds up the columns of r, as it should.",
        "g": "line G is the weighted variance about the means as they are at this point. Are these right?",
        "h": "line H is right: R_j / n. But look at when it is computed.",
    },
    because="The weights that line F divides by are still the old ones. At a fixed point old and new agree, "
    "so the bug does not show in the result, only on the way.",
)


def _m_step_cases(rng):
    sizes = [(9, 2), (8, 3)]
    usual = [{"x": rng.normal(size=n) + 2, "r": rng.dirichlet(np.ones(k), size=n)} for n, k in sizes]
    close = {"x": rng.normal(size=7) * 0.01 + 2, "r": rng.dirichlet(np.ones(2), size=7)}
    return {"usual data": usual, "data that lie close together": [close]}


def _m_step(x, r):
    R = r.sum(axis=0)
    means = r.T @ x / R
    return R / len(x), means, (r * (x[:, None] - means) ** 2).sum(axis=0) / R


def _old_weights(x, r):
    R, k = r.sum(axis=0), r.shape[1]
    means = r.T @ x / (len(x) / k)
    return R / len(x), means, (r * (x[:, None] - means) ** 2).sum(axis=0) / R


def _m_part(part, compute):
    def wrong(x, r):
        parts = list(_m_step(x, r))
        parts[part] = compute(x, r, *_m_step(x, r))
        return tuple(parts)

    return wrong


def _about(means):
    """Return the M-step with other means, and the variances about them."""

    def wrong(x, r):
        m = means(x, r)
        return r.mean(axis=0), m, (r * (x[:, None] - m) ** 2).sum(axis=0) / r.sum(axis=0)

    return wrong


REPAIR = function(
    "m_step(x, r)",
    cases=_m_step_cases,
    right=_m_step,
    returns="weights, means and variances, each of shape (k,)",
    hint="compute R first, and from it, in this order, weights, means, and the variances about these means.",
    mistakes=[
        (_old_weights, "your means are divided by equal weights. Divide by R_j, the size of the component now."),
        (_m_part(0, lambda x, r, w, m, v: w * len(x)), "the weights do not add up to 1: divide R by n."),
        (_m_part(0, lambda x, r, w, m, v: np.full_like(w, 1 / len(w))), "the weights stay equal; they are R / n."),
        (_m_part(1, lambda x, r, w, m, v: r.T @ x), "your means are sums: divide by R_j."),
        (_m_part(1, lambda x, r, w, m, v: r.T @ x / len(x)), "you divided the sums by n. Divide by R_j."),
        (
            _m_part(2, lambda x, r, w, m, v: (r * (x[:, None] - x.mean()) ** 2).sum(0) / r.sum(0)),
            "the variances are measured about the mean of all data. Each component has its own.",
        ),
        (_m_part(2, lambda x, r, w, m, v: np.sqrt(v)), "these are standard deviations; variances are wanted."),
        (
            _m_part(2, lambda x, r, w, m, v: (r * x[:, None] ** 2).sum(0) / r.sum(0)),
            "the mean was not subtracted before squaring.",
        ),
        (_m_part(2, lambda x, r, w, m, v: v * r.sum(0)), "the variances are sums of squares: divide by R_j."),
        (
            _m_part(2, lambda x, r, w, m, v: ((x[:, None] - m) ** 2).mean(0)),
            "the variances count every datum fully. Weigh the squared distances with r.",
        ),
        (
            _m_part(2, lambda x, r, w, m, v: (r**2 * (x[:, None] - m) ** 2).sum(0) / r.sum(0)),
            "r enters your variances squared.",
        ),
        (
            _m_part(2, lambda x, r, w, m, v: v * r.sum(0) / (r.sum(0) - 1)),
            "you divided the variances by R_j - 1. The maximum has R_j.",
        ),
        (
            lambda x, r: _m_step(x, np.eye(r.shape[1])[r.argmax(axis=1)]),
            "your M-step gives each datum to one component. EM counts it in fractions.",
        ),
        (_about(lambda x, r: r.T @ x / len(x)), "you divided the sums for the means by n. Divide by R_j."),
        (
            _about(lambda x, r: np.full(r.shape[1], x.mean())),
            "all your means are that of all data. Weigh the data with r.",
        ),
        (lambda x, r: (_m_step(x, r)[0], _m_step(x, r)[2], _m_step(x, r)[1]), "means come before variances."),
        *(
            (
                _m_part(2, lambda x, r, w, m, v, c=c: np.maximum(v, c)),
                "you keep the variances away from 0. Data that lie close together have a small one.",
            )
            for c in (0.001, 0.01, 0.1)
        ),
        (
            _m_part(2, lambda x, r, w, m, v: v * w),
            "you divided the variances by n. Component j has R_j data, not n.",
        ),
        (lambda x, r: _m_step(x, r)[1:], "three are wanted: weights, means, variances. The weights are missing."),
        (
            lambda x, r: (_m_step(x, r)[1], _m_step(x, r)[0], _m_step(x, r)[2]),
            "the order is weights, means, variances.",
        ),
    ],
    because="Now every line uses this round's R, and no step can lower the likelihood.",
)


# the bound that touches

THREE_DATA = np.array([-1.0, 1.0, 2.0])
"""The data of the exercise in which the bound is to touch, half of them scattered around 0, half around theta."""
THETA = -1.0
"""Where it is to touch."""
CLOSED = 1e-3
"""A gap below this, in nats, is not seen."""


def _touches(q):
    """Return the shares at which the bound touches, and what each datum adds to the gap."""
    r, _ = OneMean(THREE_DATA).e_step(THETA)
    gaps = sum(xlogy(a, a) - xlogy(a, b) for a, b in ((q, r), (1 - q, 1 - r)))
    return r, gaps


def _wrong_shares(r):
    """List shares that are known mistakes."""
    near_theta = np.exp(-0.5 * (THREE_DATA - THETA) ** 2) / np.sqrt(2 * np.pi)
    odds = r / (1 - r)
    other_side = np.exp(-THETA * THREE_DATA - THETA**2 / 2)
    return [
        (np.full(3, 0.5), "q is even: it does not know the data yet"),
        (r.round(), "q is hard, as in k-means: the bound touches at probabilities only"),
        (1 - r, "these are the shares of the other component, the one at 0"),
        (r[::-1], "the shares are in the wrong order: that of the datum -1 comes first"),
        (near_theta, "these are densities. Divide by the sum of the densities of both components"),
        (near_theta / 2, "this is the joint, weight times density. Divide by the probability of the datum"),
        (r / r.sum(), "you normalised over the data. Each datum is shared between the two components, by itself"),
        (odds, "these are odds, one component over the other. A share is one component over both"),
        (np.log(r), "these are logarithms of the shares"),
        (odds**2 / (1 + odds**2), "the exponent of the normal density has a factor 1/2"),
        (other_side / (1 + other_side), "your shares fit a component at +1. Mind the sign of theta"),
    ]


def _judge_touch(q):
    r, gaps = _touches(np.clip(q, 1e-12, 1 - 1e-12))
    outside = (q < 0).any() or (q > 1).any()
    gap = gaps.sum()
    if gap < CLOSED and not outside:
        return None
    lies = (
        "" if outside else f" The bound lies {gap:.2g} nats below the log-likelihood; below {CLOSED:g} it touches."
    )
    for wrong, words in _wrong_shares(r):
        if np.allclose(q, wrong, atol=5e-3):
            return f"{words}.{lies}"
    if outside:
        return "q holds shares: every entry lies between 0 and 1."
    worst = int(gaps.argmax())
    return (
        f"the largest part of the gap comes from the datum at {THREE_DATA[worst]:g}: change its share until the "
        f"bound rises no more.{lies}"
    )


TOUCH = state(
    {"q": (3,)},
    _judge_touch,
    shown_by="plane.state.q.tolist()",
    because="The gap is KL(q || p): it is the sum of three, and closes at the posterior and nowhere else.",
)

QUESTIONS = {
    "probabilities": PROBABILITIES,
    "bernoulli": BERNOULLI,
    "least_squares": LEAST_SQUARES,
    "regressions": REGRESSIONS,
    "bug": BUG,
    "repair": REPAIR,
    "bound": BOUND,
    "touch": TOUCH,
}
