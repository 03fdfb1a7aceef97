"""Right answers and usual mistakes for homework set 3, written as students write them."""

import math

import numpy as np
from scipy.special import logsumexp


def lse(a):
    top = a.max(axis=1)
    return top + np.log(np.exp(a - top[:, None]).sum(axis=1))


def lse_loop(a):
    result = []
    for row in a.tolist():
        top = max(row)
        result.append(top + math.log(sum(math.exp(value - top) for value in row)))
    return result


def lse_scipy(a):
    return logsumexp(a, axis=1)


def lse_no_top(a):
    top = a.max(axis=1)
    return np.log(np.exp(a - top[:, None]).sum(axis=1))


def lse_column(a):
    return lse(a)[:, None]


def shares(a):
    return np.exp(a - lse(a)[:, None])


def lse_global(a):
    return a.max() + np.log(np.exp(a - a.max()).sum(axis=1))


def lse_clipped(a):
    return np.log(np.exp(a).sum(axis=1) + 1e-300)


def densities(X, weights, means, variances):
    n, (k, d) = len(X), means.shape
    p = np.zeros((n, k))
    for j in range(k):
        v = variances[j] * np.ones(d)
        p[:, j] = (
            weights[j] * np.exp(-((X - means[j]) ** 2 / (2 * v)).sum(axis=1)) / np.sqrt(np.prod(2 * np.pi * v))
        )
    return p


def soft(X, weights, means, variances):
    p = densities(X, weights, means, variances)
    return p / p.sum(axis=1, keepdims=True)


def spherical(X, weights, means, variances, r=None, half=0.5, power=2, d=None):
    r = soft(X, weights, means, variances) if r is None else r
    d = X.shape[1] if d is None else d
    gradient = np.zeros(len(weights))
    for j in range(len(weights)):
        squares = ((X - means[j]) ** 2).sum(axis=1)
        gradient[j] = half * (r[:, j] * (squares / variances[j] ** power - d / variances[j])).sum()
    return gradient


def spherical_at_once(X, weights, means, variances):
    r = soft(X, weights, means, variances)
    S = np.einsum("nk,nkd,nkd->k", r, X[:, None] - means, X[:, None] - means)
    return S / (2 * variances**2) - r.sum(axis=0) * X.shape[1] / (2 * variances)


def by_differences(X, weights, means, variances):
    """No formula at all: a correct method, if a slow one."""
    gradient = np.zeros(variances.shape)
    for at in np.ndindex(variances.shape):
        up, down = variances.copy(), variances.copy()
        up[at] += 1e-5
        down[at] -= 1e-5
        high, low = (np.log(densities(X, weights, means, v).sum(axis=1)).sum() for v in (up, down))
        gradient[at] = (high - low) / 2e-5
    return gradient


def over_data(X, weights, means, variances):
    p = densities(X, weights, means, variances)
    return p / p.sum(axis=0)


def equal(X, weights, means, variances):
    return soft(X, np.ones(len(weights)), means, variances)


def everywhere(X, weights, means, variances):
    return np.ones((len(X), len(weights)))


def no_determinant(X, weights, means, variances):
    wide = variances.reshape(len(weights), -1)
    p = weights * np.exp(-0.5 * ((X[:, None] - means) ** 2 / wide).sum(axis=2))
    return p / p.sum(axis=1, keepdims=True)


def hard(*a):
    return np.eye(len(a[1]))[soft(*a).argmax(axis=1)]


def prior(X, weights, means, variances):
    return np.tile(weights, (len(X), 1))


def squared(gradient):
    return lambda X, weights, means, variances: gradient(X, weights, means, variances**2)


def in_sigma(gradient):
    return lambda X, weights, means, sigma: 2 * sigma * gradient(X, weights, means, sigma**2)


def with_r(gradient, responsibilities):
    return lambda *a: gradient(*a, r=responsibilities(*a))


def diagonal(X, weights, means, variances, r=None, half=0.5, power=2):
    r = soft(X, weights, means, variances) if r is None else r
    result = []
    for j in range(len(weights)):
        terms = (X - means[j]) ** 2 / variances[j] ** power - 1 / variances[j]
        result.append(half * r[:, j] @ terms)
    return np.array(result)


def diagonal_loops(X, weights, means, variances):
    r = soft(X, weights, means, variances)
    k, d = means.shape
    result = [[0.0] * d for _ in range(k)]
    for i in range(len(X)):
        for j in range(k):
            for c in range(d):
                z = (X[i, c] - means[j, c]) ** 2 / variances[j, c]
                result[j][c] += r[i, j] * (z - 1) / (2 * variances[j, c])
    return result


def diagonal_cross(X, weights, means, variances):
    r = soft(X, weights, means, variances)
    squares = ((X[:, None] - means) ** 2).sum(axis=2)
    return np.stack(
        [r[:, j] @ (squares[:, [j]] / variances[j] ** 2 - 1 / variances[j]) / 2 for j in range(len(means))]
    )


def gradient(R, alpha, pi, lam):
    return (R + alpha - 1) / pi + lam


def multiplier(n, total, k):
    return -(n + total - k)


def weights(R, alpha):
    return (R + alpha - 1) / np.sum(R + alpha - 1)


class Explorer:
    """What an explorer shows to a check."""

    means = np.array([[0.71, 0.68], [-1.25, -1.19]])


RIGHT = {
    "log_sum_exp": [lse, lse_loop, lse_scipy],
    "spherical": [spherical, spherical_at_once, by_differences],
    "diagonal": [diagonal, diagonal_loops, by_differences],
    "multiplier": [
        [gradient, multiplier, weights],
        [lambda R, alpha, pi, lam: [lam + (a + b - 1) / p for a, b, p in zip(R, alpha, pi, strict=True)],
         lambda n, total, k: np.array([k - n - total]), weights],
        (gradient, multiplier, lambda R, alpha: (R + alpha - 1) / -multiplier(R.sum(), alpha.sum(), len(R))),
    ],
    "climb": [np.array([[-1.25, -1.2], [0.7, 0.7]]), [[0.72, 0.68], [-1.24, -1.18]], {"means": Explorer.means}],
}  # fmt: skip

WRONG = {
    "log_sum_exp": [
        lse_no_top, lse_column, shares, lse_global, lse_clipped,
        lambda a: np.log(np.exp(a).sum(axis=1)),
        lambda a: logsumexp(a, axis=0),
        lambda a: logsumexp(a),
        lambda a: a.max(axis=1),
        lambda a: a.sum(axis=1),
        lambda a: np.exp(a).sum(axis=1),
        lambda a: logsumexp(a.astype(np.float32), axis=1).astype(float),
        lambda a: np.log(np.exp(a.astype(np.longdouble)).sum(axis=1)).astype(float),
    ],
    "spherical": [
        lambda *a: -spherical(*a),
        lambda *a: spherical(*a, half=1),
        lambda *a: spherical(*a, power=1),
        lambda *a: spherical(*a, d=1),
        lambda *a: spherical(*a, d=0),
        lambda X, w, m, v: 2 * np.sqrt(v) * spherical(X, w, m, v),
        with_r(spherical, over_data), with_r(spherical, equal), with_r(spherical, everywhere),
        with_r(spherical, densities), with_r(spherical, no_determinant), with_r(spherical, hard),
        with_r(spherical, prior), squared(spherical), in_sigma(spherical),
        lambda X, w, m, v: w * spherical(X, w, m, v),
        lambda *a: spherical(*a) / soft(*a).sum(axis=0),
        lambda *a: spherical(*a) / len(a[0]),
        lambda X, w, m, v: diagonal(X, w, m, np.tile(v[:, None], X.shape[1])),
    ],
    "diagonal": [
        lambda *a: -diagonal(*a),
        lambda *a: diagonal(*a, half=1),
        lambda *a: diagonal(*a, power=1),
        lambda *a: diagonal(*a).sum(axis=1),
        lambda *a: diagonal(*a).T,
        lambda X, w, m, v: 2 * np.sqrt(v) * diagonal(X, w, m, v),
        diagonal_cross,
        with_r(diagonal, over_data), with_r(diagonal, equal), with_r(diagonal, everywhere),
        with_r(diagonal, densities), with_r(diagonal, no_determinant), with_r(diagonal, hard),
        with_r(diagonal, prior), squared(diagonal), in_sigma(diagonal),
        lambda X, w, m, v: w[:, None] * diagonal(X, w, m, v),
    ],
    "multiplier": [
        [lambda R, alpha, pi, lam: (R + alpha - 1) / pi, multiplier, weights],
        [lambda R, alpha, pi, lam: R / pi + lam, multiplier, weights],
        [lambda R, alpha, pi, lam: (R + alpha) / pi + lam, multiplier, weights],
        [lambda R, alpha, pi, lam: (R + alpha - 1) / pi - lam, multiplier, weights],
        [lambda R, alpha, pi, lam: (R + alpha - 1) + lam * pi, multiplier, weights],
        [lambda R, alpha, pi, lam: (R + alpha - 1) / pi + lam * pi, multiplier, weights],
        [gradient, lambda n, total, k: n + total - k, weights],
        [gradient, lambda n, total, k: -n, weights],
        [gradient, lambda n, total, k: -(n + total), weights],
        [gradient, multiplier, lambda R, alpha: R / R.sum()],
        [gradient, multiplier, lambda R, alpha: (R + alpha) / np.sum(R + alpha)],
        [gradient, multiplier, lambda R, alpha: R + alpha - 1],
        [gradient, multiplier, lambda R, alpha: (R + alpha - 1) / R.sum()],
        [gradient, multiplier],
    ],
    "climb": [
        [[2.0, 54.5], [4.3, 80.0]], [[0.1, 0.1], [0.1, 0.1]], [[3.0, -3.0], [-3.0, 3.0]], [[0.5, 0.5], [1.0, 1.0]],
        [[-0.9, -1.6], [0.9, 0.9]], [[-1.2, -1.1], [0.8, 0.7]], [[-1.25, 0.7]], [-1.25, 0.7],
        Explorer(), [[-1.25, -1.2], ...],
    ],
}  # fmt: skip
