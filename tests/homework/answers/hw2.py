"""Right answers and usual mistakes for homework set 2, written as students write them."""

import itertools
from functools import partial

import numpy as np


def loss_with_loops(X, r, medians):
    total = 0.0
    for x, row in zip(X, r, strict=True):
        for share, median in zip(row, medians, strict=True):
            if share:
                total += sum(abs(a - b) for a, b in zip(x, median, strict=True))
    return total


def loss_by_labels(X, r, medians):
    return np.abs(X - medians[r.argmax(axis=1)]).sum()


def loss_by_product(X, r, medians):
    return np.abs(X - r @ medians).sum()


def loss_squared(X, r, medians):
    return ((X - r @ medians) ** 2).sum()


def loss_lengths(X, r, medians):
    return np.linalg.norm(X - r @ medians, axis=1).sum()


def loss_mean(X, r, medians):
    return np.abs(X - r @ medians).sum(axis=1).mean()


def loss_without_r(X, r, medians):
    return sum(np.abs(x - m).sum() for x in X for m in medians)


def loss_signed(X, r, medians):
    return (X - r @ medians).sum()


def loss_of_sums(X, r, medians):
    return np.abs((X - r @ medians).sum(axis=1)).sum()


def loss_rows(X, r, medians):
    return np.abs(X - r @ medians).sum(axis=1)


def loss_clusters(X, r, medians):
    return [np.abs(X[r[:, j] == 1] - medians[j]).sum() for j in range(len(medians))]


def loss_max(X, r, medians):
    return np.abs(X - r @ medians).max(axis=1).sum()


def by_cluster(middle, empty=lambda old: old):
    def update(X, r, medians):
        return np.array([
            middle(X[row == 1]) if row.any() else empty(old) for row, old in zip(r.T, medians, strict=True)
        ])  # fmt: skip

    return update


def lower_middle(data):
    return np.sort(data, axis=0)[(len(data) - 1) // 2]


def upper_middle(data):
    return np.sort(data, axis=0)[len(data) // 2]


def update_with_loops(X, r, medians):
    new = medians.copy()
    for j, c in itertools.product(range(len(medians)), range(X.shape[1])):
        values = sorted(X[i, c] for i in range(len(X)) if r[i, j])
        if values:
            half = len(values) // 2
            new[j, c] = values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
    return new


def update_zeros(X, r, medians):
    return np.array([np.median(X * r[:, [j]], axis=0) for j in range(r.shape[1])])


def update_all(X, r, medians):
    return np.array([np.median(X, axis=0)] * len(medians))


def update_no_axis(X, r, medians):
    return by_cluster(lambda data: np.full(data.shape[1], np.median(data)))(X, r, medians)


def update_drops(X, r, medians):
    return np.array([np.median(X[row == 1], axis=0) for row in r.T if row.any()])


def update_turned(X, r, medians):
    return by_cluster(upper_middle)(X, r, medians).T


STUCK = [[0.0, 9.0], [10.0, 10.0], [1.0, 10.0], [9.0, 8.0], [5.0, 2.0]], [[2.0, 7.0], [9.5, 9.0]]


class Explorer:
    """What an explorer shows to a check."""

    points = np.array([[6.0, 6.0], [4.0, 10.0], [10.0, 7.0], [7.0, 7.0], [4.0, 1.0]])
    means = np.array([[10.0, 7.0], [5.25, 6.0]])


def all_distances(X, means):
    return ((X[:, None] - means) ** 2).sum(axis=2)


def lowest(X, means, old):
    return all_distances(X, means).argmin(axis=1)


def highest(X, means, old):
    return len(means) - 1 - all_distances(X, means)[:, ::-1].argmin(axis=1)


def stays(X, means, old):
    new = []
    for row, before in zip(all_distances(X, means), old, strict=True):
        if before >= 0 and row[before] == row.min():
            new.append(int(before))
        else:
            new.append(int(row.argmin()))
    return new


def rows(X, means, old):
    return np.eye(len(means))[lowest(X, means, old)]


def farthest(X, means, old):
    return all_distances(X, means).argmax(axis=1)


def second(X, means, old):
    return all_distances(X, means).argsort(axis=1)[:, 1]


def never_moves(X, means, old):
    return np.where(old >= 0, old, lowest(X, means, old))


def draws(X, means, old):
    rng = np.random.default_rng()
    d = all_distances(X, means)
    return [rng.choice(np.flatnonzero(row == row.min())) for row in d]


def swaps(X, means, old):
    new = []
    for row, before in zip(all_distances(X, means), old, strict=True):
        best = [j for j in range(len(row)) if row[j] == row.min() and j != before]
        new.append(best[0] if best else int(before))
    return new


def from_one(X, means, old):
    return lowest(X, means, old) + 1


def keeps_minus_one(X, means, old):
    d = all_distances(X, means)
    return [before if row[before] == row.min() else row.argmin() for row, before in zip(d, old, strict=True)]


def column(X, means, old):
    return lowest(X, means, old)[:, None]


def company(X, means, old, *, wanted):
    """Let a tied datum join the nearest cluster with the most, or the fewest, of the other data."""
    d = all_distances(X, means)
    new = d.argmin(axis=1)
    for i in range(len(X)):
        tied = np.flatnonzero(d[i] == d[i].min())
        new[i] = tied[wanted([np.sum(np.delete(old, i) == j) for j in tied])]
    return new


def coin(X, means, old):
    return (highest if np.random.default_rng().random() < 0.5 else lowest)(X, means, old)


def coin_then_stays(X, means, old):
    return (draws if (old < 0).all() else stays)(X, means, old)


def moves_on_if_three(X, means, old):
    """Let a datum stay between two means, and move on among three or more."""
    new = []
    for row, before in zip(all_distances(X, means), old, strict=True):
        tied = np.flatnonzero(row == row.min())
        if len(tied) > 2:
            new.append(tied[(list(tied).index(before) + 1) % len(tied)] if before in tied else tied[0])
        else:
            new.append(before if before in tied else tied[0])
    return np.array(new)


def lazy(X, means, old):
    d, i = all_distances(X, means), np.arange(len(X))
    return np.where((old >= 0) & (d[i, old] < d.min(axis=1) + 0.1), old, d.argmin(axis=1))


def rounded(X, means, old):
    return len(means) - 1 - all_distances(X, means).round(1)[:, ::-1].argmin(axis=1)


def by_absolute(X, means, old):
    return np.abs(X[:, None] - means).sum(axis=2).argmin(axis=1)


def leftmost(X, means, old):
    order = np.argsort(means[:, 0], kind="stable")
    return order[all_distances(X, means)[:, order].argmin(axis=1)]


def update_singles(X, r, medians):
    new = medians.copy()
    for j, members in enumerate(r.T == 1):
        if members.sum() > 1:
            new[j] = np.median(X[members], axis=0)
    return new


RIGHT = {
    "loss": [loss_with_loops, loss_by_labels, loss_by_product],
    "update": [by_cluster(lower_middle), by_cluster(upper_middle), update_with_loops],
    "stuck": [
        STUCK,
        (Explorer.points, Explorer.means),
        {"points": np.array(STUCK[0]) + 3, "means": np.array(STUCK[1]) + 3},
    ],
    "tie_rule": [highest, stays, leftmost, partial(company, wanted=np.argmax)],
}

WRONG = {
    "loss": [
        loss_squared, loss_lengths, loss_mean, loss_without_r, loss_signed, loss_of_sums, loss_rows, loss_clusters,
        loss_max,
        lambda X, r, m: np.abs(X[:, None] - m).sum(axis=2).min(axis=1).sum(),
        lambda X, r, m: loss_with_loops(X, r, update_with_loops(X, r, m)),
        lambda X, r, m: loss_with_loops(X[:, :1], r, m[:, :1]),
        lambda X, r, m: loss_with_loops(X, r, m) / X.size,
    ],
    "update": [
        by_cluster(lambda data: data.mean(axis=0)), update_zeros, update_all, update_no_axis, update_drops,
        update_turned, by_cluster(lambda data: data[len(data) // 2]),
        by_cluster(lambda data: (data.min(axis=0) + data.max(axis=0)) / 2),
        by_cluster(lower_middle, lambda old: old * np.nan), by_cluster(upper_middle, lambda old: old * 0),
        update_singles, lambda X, r, m: m.copy(), lambda X, r, m: update_with_loops(X, r, m).astype(int),
        by_cluster(lambda data: np.sort(data, axis=0)[max(len(data) // 2 - 1, 0)]),
        by_cluster(lambda data: np.sort(data, axis=0)[[len(data) // 2, len(data) // 2 - 1]].mean(axis=0)),
        lambda X, r, m: np.where(r.any(axis=0)[:, None], update_with_loops(X, r, m), X[0]),
        lambda X, r, m: np.where(r.any(axis=0)[:, None], update_with_loops(X, r, m), np.median(X, axis=0)),
    ],
    "stuck": [
        ([[0, 0], [1, 0], [0, 1], [9, 9], [9, 8]], [[0, 0], [9, 9]]),
        (STUCK[0], [[5, 5], [5, 5]]),
        ([[0, 0], [0, 0], [0, 1], [9, 9], [9, 8]], [[0, 0], [9, 9]]),
        (STUCK[0], [[5, 5], [500, 500]]),
        (STUCK[0][:4], STUCK[1]),
        (STUCK[0], STUCK[1][:1]),
        STUCK[0],
        (np.transpose(STUCK[0]), STUCK[1]),
        ([[0, 0], [0, 1], [0, 2], [2.5, 1], [5, 1]], [[0, 1], [5, 1]]),
        Explorer(),
        (STUCK[0], ...),
        ([*STUCK[0][:4], [1.0]], STUCK[1]),
    ],
    "tie_rule": [
        rows, farthest, second, never_moves, draws, swaps, from_one, keeps_minus_one, column, lowest, by_absolute,
    ],
}  # fmt: skip

# Wrong in the same way as others, and told so in the same words.
ALSO_WRONG = {
    "tie_rule": [coin, coin_then_stays, moves_on_if_three, partial(company, wanted=np.argmin), lazy, rounded],
}
RIGHT["tie_rule"].append(lambda X, means, old: tuple(map(int, stays(X, means, old))))
