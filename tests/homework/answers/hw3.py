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


class Explorer:
    """What an explorer shows to a check."""

    means = np.array([[0.71, 0.68], [-1.25, -1.19]])


RIGHT = {
    "log_sum_exp": [lse, lse_loop, lse_scipy],
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
    "climb": [
        [[2.0, 54.5], [4.3, 80.0]], [[0.1, 0.1], [0.1, 0.1]], [[3.0, -3.0], [-3.0, 3.0]], [[0.5, 0.5], [1.0, 1.0]],
        [[-0.9, -1.6], [0.9, 0.9]], [[-1.2, -1.1], [0.8, 0.7]], [[-1.25, 0.7]], [-1.25, 0.7],
        Explorer(), [[-1.25, -1.2], ...],
    ],
}  # fmt: skip
