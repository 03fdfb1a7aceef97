"""The exercises of homework set 3, *gradients of the likelihood*."""

import numpy as np

from lecture_lib.datasets import load_old_faithful, standardise
from lecture_lib.derivation import numerical_gradient
from lecture_lib.homework.engine.exercise import function
from lecture_lib.homework.engine.lines import Step, derivation
from lecture_lib.homework.engine.placed import state
from lecture_lib.models.mixture import MixtureParameters, grad_covariances, log_likelihood, responsibilities

__all__ = ["QUESTIONS", "WIDTH", "climbed"]


# log-sum-exp


def _rows(rng):
    usual = [{"a": rng.normal(size=shape)} for shape in [(4, 3), (5, 2), (3, 6)]]
    low = {"a": rng.normal(size=(4, 3)) - 1000}
    lower = {"a": rng.normal(size=(4, 3)) - 20_000}  # underflows in every format of floats
    high = {"a": rng.normal(size=(3, 4)) + 1000}
    mixed = {"a": rng.normal(size=(3, 3)) + np.array([[0.0], [-2000.0], [900.0]])}
    absent = {"a": np.where(np.eye(3) > 0, -np.inf, rng.normal(size=(3, 3)))}
    return {
        "usual numbers": usual,
        "numbers far below 0, as log densities are": [low, lower],
        "numbers near 1000": [high],
        "rows of different size": [mixed],
        "an entry that is -inf, the logarithm of a weight 0": [absent],
    }


def _log_sum_exp(a):
    return np.logaddexp.reduce(a, axis=1)


LOG_SUM_EXP = function(
    "log_sum_exp(a)",
    cases=_rows,
    right=_log_sum_exp,
    returns="one number a row, shape (n,)",
    tolerance=1e-11,
    hint="take the largest entry of a row out of the sum as a factor, and then out of the logarithm as a term; "
    "keep all digits, and mind the signs.",
    mistakes=[
        (
            lambda a: np.log(np.exp(a - a.max(1, keepdims=True)).sum(1)),
            "you took the largest entry out of the sum, and did not put it back outside the logarithm.",
        ),
        (lambda a: a.max(axis=1), "that is the largest entry alone. What is left in the sum once it is out?"),
        (lambda a: np.logaddexp.reduce(a, axis=0), "you summed down the columns. One number a row is wanted."),
        (lambda a: np.logaddexp.reduce(a, axis=None), "you summed over everything. One number a row is wanted."),
        (
            lambda a: np.logaddexp.reduce(a, axis=1, keepdims=True),
            "the numbers are right, in a column of shape (n, 1). Shape (n,) is wanted.",
        ),
        (
            lambda a: a - np.logaddexp.reduce(a, axis=1, keepdims=True),
            "these are the logarithms of the shares. The number that you subtract is the one that is wanted.",
        ),
        (
            lambda a: np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True)),
            "these are the shares of each row. Their common denominator, as a logarithm, is wanted.",
        ),
        (lambda a: a.sum(axis=1), "the logarithm of a sum is not the sum of the logarithms."),
        (lambda a: np.exp(a).sum(axis=1), "the logarithm outside is missing."),
        (lambda a: np.log(np.exp(a).mean(axis=1)), "you averaged. A sum is wanted."),
        (
            lambda a: a.max() + np.log(np.exp(a - a.max()).sum(1)),
            "you took out the largest entry of all rows; a row far below still underflows. Each row has its own.",
        ),
        (
            lambda a: a.min(1) + np.log(np.exp(a - a.min(1, keepdims=True)).sum(1)),
            "you took out something smaller than the largest entry, so that the others may overflow, and an entry "
            "-inf ruins all. After which one is nothing left above 0?",
        ),
        (
            lambda a: np.log(np.exp(a).sum(axis=1)),
            "exp underflows to 0 below about -745 and overflows above 709. Take the largest entry out first.",
        ),
        (
            lambda a: np.log(np.exp(a).sum(axis=1) + 1e-300),
            "a constant inside the logarithm hides the underflow and gives a wrong number. Take the largest out.",
        ),
    ],
    because="Nothing larger than exp(0) is ever computed, and what underflows did not matter.",
)


# gradients


def _mixtures(rng, diagonal):
    cases = []
    for n, d, k in [(7, 2, 2), (6, 3, 3), (8, 2, 3)]:
        shape = (k, d) if diagonal else (k,)
        cases.append(
            {
                "X": rng.normal(size=(n, d)),
                "weights": rng.dirichlet(np.full(k, 3.0)),
                "means": rng.normal(size=(k, d)),
                "variances": rng.uniform(0.5, 2.0, size=shape),
            }
        )
    return {"usual data": cases}


def _theta(w, m, v):
    d = m.shape[1]
    wide = v if v.ndim == 2 else np.repeat(v[:, None], d, axis=1)
    return MixtureParameters(w, m, np.einsum("kd,de->kde", wide, np.eye(d)))


def _r(X, w, m, v):
    return responsibilities(X, _theta(w, m, v))


def _same_weights(X, w, m, v):
    return _r(X, np.full_like(w, 1 / len(w)), m, v)


def _joint(X, w, m, v):
    """Return w_j N(x_i; mu_j, Sigma_j), not normalised."""
    return np.exp([[log_likelihood([x], _theta(np.ones(1), m[[j]], v[[j]])) for j in range(len(w))] for x in X]) * w


def _soft(X, w, m, v, power):
    """Return responsibilities in which the determinant has a wrong power; 0 leaves it out."""
    wide = v if v.ndim == 2 else np.repeat(v[:, None], X.shape[1], axis=1)
    exponent = np.log(w) - 0.5 * ((X[:, None] - m) ** 2 / wide).sum(axis=2) - power * np.log(wide[:, 0])
    return np.exp(exponent - np.logaddexp.reduce(exponent, axis=1)[:, None])


def _terms(X, m, v):
    """Return what r multiplies: for a spherical and for a diagonal covariance."""
    if v.ndim == 1:
        return ((X[:, None] - m) ** 2).sum(axis=2) / (2 * v**2) - X.shape[1] / (2 * v)
    return (X[:, None] - m) ** 2 / (2 * v**2) - 1 / (2 * v)


def _weighed(r, terms):
    return np.einsum("nk,nk...->k...", r, terms)


def _right_diagonal(X, w, m, v):
    return np.einsum("kdd->kd", grad_covariances(X, _theta(w, m, v)))


def _right_spherical(X, w, m, v):
    return _right_diagonal(X, w, m, v).sum(axis=1)


def _about_r(terms):
    """List the mistakes that concern the responsibilities, whatever they multiply."""
    return [
        (
            lambda X, w, m, v: _weighed(_same_weights(X, w, m, v), terms(X, m, v)),
            "the weights are missing from your responsibilities.",
        ),
        (
            lambda X, w, m, v: _weighed(_soft(X, w, m, v, 0), terms(X, m, v)),
            "the determinant is missing from your responsibilities: a wide component has a low density.",
        ),
        (
            lambda X, w, m, v: _weighed(_soft(X, w, m, v, 0.5), terms(X, m, v)),
            "in your responsibilities the determinant counts one column only. There are d of them.",
        ),
        (
            lambda X, w, m, v: _weighed(np.eye(len(w))[_r(X, w, m, v).argmax(axis=1)], terms(X, m, v)),
            "your responsibilities are hard. The likelihood shares each datum out.",
        ),
        (
            lambda X, w, m, v: _weighed(np.tile(w, (len(X), 1)), terms(X, m, v)),
            "the weights stand where the responsibilities belong: each datum has shares of its own.",
        ),
        (
            lambda X, w, m, v: (_weighed(_r(X, w, m, v), terms(X, m, v)).T * w).T,
            "a factor pi_j too many: the responsibilities hold it already.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v**2), terms(X, m, v**2)),
            "you squared the variances, as if they were standard deviations.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v**2), terms(X, m, v**2)) * 2 * v,
            "you took the variances for standard deviations, and differentiated in these.",
        ),
        (
            lambda X, w, m, v: _weighed(_joint(X, w, m, v), terms(X, m, v)),
            "your responsibilities are not normalised: divide by the density of the whole mixture at each datum.",
        ),
        (
            lambda X, w, m, v: _weighed(_joint(X, w, m, v) / _joint(X, w, m, v).sum(axis=0), terms(X, m, v)),
            "you normalised the responsibilities over the data. They are normalised over the components.",
        ),
        (
            lambda X, w, m, v: _weighed(np.ones((len(X), len(w))), terms(X, m, v)),
            "every datum counts fully for every component: the responsibilities are missing.",
        ),
        (
            lambda X, w, m, v: (
                _weighed(_r(X, w, m, v), terms(X, m, v)).T / _r(X, w, m, v).sum(axis=0)
            ).T,
            "you divided by R_j. The gradient of a sum over the data is a sum.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), terms(X, m, v)) / len(X),
            "you divided by n. The log-likelihood is a sum over the data, and so is its gradient.",
        ),
    ]  # fmt: skip


SPHERICAL = function(
    "grad_spherical(X, weights, means, variances)",
    cases=lambda rng: _mixtures(rng, diagonal=False),
    right=_right_spherical,
    returns="one derivative a component, shape (k,)",
    hint="differentiate log N(x; m, s I) in s, weigh with the responsibilities, and compare with differences.",
    mistakes=[
        (
            lambda X, w, m, v: -_right_spherical(X, w, m, v),
            "the sign is wrong: where the data lie far outside, a wider component is more likely.",
        ),
        (
            lambda X, w, m, v: 2 * _right_spherical(X, w, m, v),
            "a factor 1/2 is missing: the exponent and the square root of the determinant both bring one.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), ((X[:, None] - m) ** 2).sum(2) / (2 * v**2) - 1 / (2 * v)),
            "the determinant of s I is s to the power d, so the term with 1/s carries a factor d.",
        ),
        (
            lambda X, w, m, v: 2 * np.sqrt(v) * _right_spherical(X, w, m, v),
            "that is the derivative in the standard deviation. The one in the variance s is wanted.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), ((X[:, None] - m) ** 2).sum(axis=2) / (2 * v**2)),
            "the normalising constant depends on s, too: its derivative is missing.",
        ),
        (
            lambda X, w, m, v: _weighed(
                _r(X, w, m, v), ((X[:, None] - m) ** 2).sum(2) / (2 * v) - X.shape[1] / (2 * v)
            ),
            "the derivative of 1/s is -1/s^2: the square is missing.",
        ),
        (
            lambda X, w, m, v: _weighed(
                _r(X, w, m, v), ((X[:, None] - m) ** 2).sum(2) * v**2 / 2 - X.shape[1] * v / 2
            ),
            "the covariance stands where the precision, its inverse, belongs.",
        ),
        (
            lambda X, w, m, v: _right_diagonal(X, w, m, np.repeat(v[:, None], X.shape[1], axis=1)),
            "one number a component: all d variances are the same s, so their derivatives add up.",
        ),
        *_about_r(_terms),
    ],
    because="All d directions count. Exercise 6 asks where it vanishes.",
)

DIAGONAL = function(
    "grad_diagonal(X, weights, means, variances)",
    cases=lambda rng: _mixtures(rng, diagonal=True),
    right=_right_diagonal,
    returns="one derivative a component and column, shape (k, d)",
    hint="the columns are independent given the component: differentiate the one with v_jc and leave the others.",
    mistakes=[
        (
            lambda X, w, m, v: -_right_diagonal(X, w, m, v),
            "the sign is wrong: where the data lie far outside, a wider component is more likely.",
        ),
        (
            lambda X, w, m, v: 2 * _right_diagonal(X, w, m, v),
            "a factor 1/2 is missing: the exponent and the square root of the determinant both bring one.",
        ),
        (
            lambda X, w, m, v: 2 * np.sqrt(v) * _right_diagonal(X, w, m, v),
            "that is the derivative in the standard deviations. The one in the variances is wanted.",
        ),
        (
            lambda X, w, m, v: _right_diagonal(X, w, m, v).sum(axis=1),
            "you added up the columns. Each column has a variance of its own.",
        ),
        (
            lambda X, w, m, v: _right_diagonal(X, w, m, v).T,
            "one row a component, one column a dimension; yours is turned.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), (X[:, None] - m) ** 2 / (2 * v**2)),
            "the normalising constant depends on the variances, too: its derivative is missing.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), (X[:, None] - m) ** 2 / (2 * v) - 1 / (2 * v)),
            "the derivative of 1/v is -1/v^2: the square is missing.",
        ),
        (
            lambda X, w, m, v: _weighed(
                _r(X, w, m, v), ((X[:, None] - m) ** 2).sum(axis=2, keepdims=True) / (2 * v**2) - 1 / (2 * v)
            ),
            "the squared distance over all columns stands where that of the own column belongs.",
        ),
        (
            lambda X, w, m, v: _weighed(_r(X, w, m, v), (X[:, None] - m) ** 2 / (2 * v**2) - X.shape[1] / (2 * v)),
            "the factor d belongs to one variance for all columns. Here each column has its own.",
        ),
        *_about_r(_terms),
    ],
    because="Each column has a derivative of its own. Exercise 6 asks where it vanishes.",
)


# a Dirichlet prior on the weights


def _counts(rng):
    k = rng.integers(2, 5)
    R, alpha, pi = rng.uniform(1, 6, size=k), rng.uniform(1.2, 4, size=k), rng.uniform(0.3, 1, size=k)
    lam = -float(rng.uniform(1, 5))
    sums = {"n": float(R.sum()), "total": float(alpha.sum()), "k": int(k)}
    return {"R": R, "alpha": alpha, "pi": pi, "lam": lam} | sums


def _lagrangian_gradient(R, alpha, pi, lam):
    return numerical_gradient(lambda p: (R + alpha - 1) @ np.log(p) + lam * (p.sum() - 1), pi)


MULTIPLIER = derivation(
    [
        Step(
            "gradient(R, alpha, pi, lam)",
            "the gradient of the Lagrangian in the weights",
            _lagrangian_gradient,
            _counts,
            [
                (
                    lambda R, a, p, lam: (R + a - 1) / p,
                    "the constraint is missing: add the multiplier to each entry.",
                ),
                (lambda R, a, p, lam: (R + a - 1) / p - lam, "the multiplier enters with the other sign."),
                (
                    lambda R, a, p, lam: (R + a - 1) / p + lam * p,
                    "the derivative of lam times the sum of pi in pi_j is lam alone.",
                ),
                (lambda R, a, p, lam: R / p + lam, "the prior is missing. Its density has pi_j to which power?"),
                (lambda R, a, p, lam: (R + a) / p + lam, "the power of pi_j in the Dirichlet density is one less."),
                (lambda R, a, p, lam: (R + a - 1) + lam * p, "you multiplied by pi_j. That is the next step."),
                (lambda R, a, p, lam: (R + a - 1) * np.log(p) + lam, "differentiate the logarithm, too."),
                (lambda R, a, p, lam: ((R + a - 1) / p + lam).sum(), "one entry a component; you added them up."),
                (
                    lambda R, a, p, lam: (R + a - 1) / p + lam * (p.sum() - 1),
                    "that is the constraint itself. What is the derivative of lam (sum of pi - 1) in pi_j?",
                ),
            ],
            "Differentiate (R_j + alpha_j - 1) log pi_j, and the term with the multiplier, in pi_j.",
        ),
        Step(
            "multiplier(n, total, k)",
            "the multiplier at the maximum",
            lambda R, alpha: -np.sum(R + alpha - 1),
            _counts,
            [
                (
                    lambda n, t, k: n + t - k,
                    "the sign is wrong: in the gradient 1/pi_j is positive.",
                ),
                (lambda n, t, k: -n, "that is the multiplier without a prior."),
                (lambda n, t, k: -(n + t), "each of the k components brings a -1 along."),
                (lambda n, t, k: -(n + t - 1), "the -1 is summed over the components, too."),
                (lambda n, t, k: -(n + t + k), "the -1 of each component got a plus."),
                (lambda n, t, k: -(t - k), "the data are missing: the R_j add up to n."),
            ],
            "Set the gradient to zero, multiply by pi_j, and sum over j.",
        ),
        Step(
            "map_weights(R, alpha)",
            "the weights at the maximum",
            lambda R, alpha: np.exp(_log_odds(R + alpha - 1)),
            _counts,
            [
                (lambda R, a: R / R.sum(), "these are the weights without a prior."),
                (
                    lambda R, a: (R + a) / (R + a).sum(),
                    "that is the posterior mean. The maximum has R_j + alpha_j - 1.",
                ),
                (lambda R, a: R + a - 1, "these do not add up to 1. Divide by minus the multiplier."),
                (
                    lambda R, a: (R + a - 1) / R.sum(),
                    "you divided by n, but a prior changes the multiplier.",
                ),
                (
                    lambda R, a: (R + a - 1) / (R.sum() + a.sum()),
                    "these add up to less than 1: the multiplier has a k in it.",
                ),
                (
                    lambda R, a: (R + a - 1) / (R.sum() + a.sum() - 1),
                    "these do not add up to 1: the -1 is summed over the components, too.",
                ),
                (lambda R, a: (a - 1) / (a - 1).sum(), "the data are missing: that is the maximum of the prior."),
                (lambda R, a: -(R + a - 1) / (R + a - 1).sum(), "weights are not negative: check the sign."),
            ],
            "Put the multiplier into the gradient, set it to zero, and solve for pi_j.",
        ),
    ],
    because="A prior with alpha_j counts like alpha_j - 1 further data of component j.",
)


def _log_odds(counts):
    return np.log(counts) - np.logaddexp.reduce(np.log(counts))


# climb by hand

WIDTH = 0.5
"""The standard deviation, in both directions, of both components of the mixture that is climbed by hand."""


def climbed(means):
    """Return the log-likelihood of two equally heavy, round components of fixed width on Old Faithful.

    Parameters
    ----------
    means : array_like, shape (2, 2)
        In standard deviations of the data from their mean.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        When ``means`` has another shape or is not finite.
    """
    if np.shape(means) != (2, 2):
        raise ValueError(f"means must have shape (2, 2), a row for each of two means, got shape {np.shape(means)}")
    return log_likelihood(standardise(load_old_faithful()), _round(means))


def _round(means):
    return MixtureParameters(np.full(2, 0.5), means, np.tile(WIDTH**2 * np.eye(2), (2, 1, 1)))


def _top():
    """Return the means at the top, by EM with nothing but the means free."""
    X = standardise(load_old_faithful())
    means = np.array([[-1.0, -1.0], [1.0, 1.0]])
    for _ in range(200):
        r = responsibilities(X, _round(means))
        means = r.T @ X / r.sum(axis=0)[:, None]
    return means


def _judge_climb(means):
    X = standardise(load_old_faithful())
    if np.abs(means).max() > 10:
        return "a mean lies far outside the data. Were these minutes? They are standard deviations here."
    if np.linalg.norm(means[0] - means[1]) < 1e-6:
        return "both means lie in the same place. There the components are equal, and nothing can part them."
    top = climbed(_top())
    reached = climbed(means)
    if reached >= top - 1:
        return None
    there = f"log-likelihood {reached:.1f}, {top - reached:.1f} nats to go"
    if reached < climbed(np.zeros((2, 2))):
        return f"{there}: that is less than with both means in the middle of the data."
    side = X[:, 0] > 0
    near = [side[((X - mean) ** 2).sum(axis=1).argmin()] for mean in means]
    if near[0] == near[1]:
        return f"{there}: both means lie in the same cloud. Give each cloud one."
    if reached < top - 20:
        return f"{there}: each cloud has its mean, but not in its middle. Move towards it."
    return f"{there}: you are close. Move one mean at a time, by 0.05."


CLIMB = state(
    {"means": (2, 2)},
    _judge_climb,
    shown_by="plane.state.mixture.means.tolist()",
    because="Within one nat of where EM ends; and EM needed no eyes.",
)

QUESTIONS = {
    "log_sum_exp": LOG_SUM_EXP,
    "spherical": SPHERICAL,
    "diagonal": DIAGONAL,
    "multiplier": MULTIPLIER,
    "climb": CLIMB,
}
