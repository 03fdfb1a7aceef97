"""Right answers and usual mistakes for homework set 1, written as students write them."""

import numpy as np


def assign_with_loops(X, means):
    r = []
    for x in X.tolist():
        best, where = float("inf"), 0
        for j, mean in enumerate(means.tolist()):
            distance = sum((a - b) ** 2 for a, b in zip(x, mean, strict=True))
            if distance < best:
                best, where = distance, j
        r.append([1 if j == where else 0 for j in range(len(means))])
    return r


def assign_by_argmin(X, means):
    nearest = np.linalg.norm(X[:, None, :] - means[None], axis=-1).argmin(-1)
    return np.eye(len(means))[nearest]


def assign_bool(points, centres):
    distances = np.square(points[:, np.newaxis] - centres).sum(2)
    return np.arange(len(centres)) == distances.argmin(1)[:, None]


def distances(X, means):
    return np.array([[np.sum((x - m) ** 2) for m in means] for x in X])


def assign_labels(X, means):
    return [int(np.argmin(row)) for row in distances(X, means)]


def assign_turned(X, means):
    return assign_by_argmin(X, means).T


def assign_farthest(X, means):
    return np.eye(len(means))[distances(X, means).argmax(1)]


def assign_le(X, means):
    r = np.zeros((len(X), len(means)))
    for i, row in enumerate(distances(X, means)):
        where = 0
        for j in range(len(row)):
            if row[j] <= row[where]:
                where = j
        r[i, where] = 1
    return r


def assign_ties(X, means):
    d = distances(X, means)
    return 1.0 * (d == d.min(axis=1)[:, None])


def assign_axis(X, means):
    r = np.zeros((len(X), len(means)))
    for j, i in enumerate(distances(X, means).argmin(axis=0)):
        r[i, j] = 1
    return r


def assign_absolute(X, means):
    return np.eye(len(means))[np.array([[np.abs(x - m).sum() for m in means] for x in X]).argmin(1)]


def assign_unsquared(X, means):
    return np.eye(len(means))[np.array([[(x - m).sum() for m in means] for x in X]).argmin(1)]


def assign_product(X, means):
    return np.eye(len(means))[(X @ means.T).argmax(axis=1)]


def assign_first_column(X, means):
    return np.eye(len(means))[np.array([[(x[0] - m[0]) ** 2 for m in means] for x in X]).argmin(1)]


def assign_all_rows(X, means):
    r = np.zeros((len(X), len(means)))
    r[:, distances(X, means).argmin(axis=1)] = 1
    return r


def assign_in_place(X, means):
    X -= X.mean(axis=0)
    return assign_by_argmin(X, means)


def assign_no_return(X, means):
    r = assign_by_argmin(X, means)
    r.sum()


def assign_crashes(X, means):
    return X[len(X)]


def update_with_loops(X, r, means):
    new = means.copy()
    for j in range(len(means)):
        total, count = np.zeros(X.shape[1]), 0
        for i in range(len(X)):
            if r[i, j] == 1:
                total += X[i]
                count += 1
        if count:
            new[j] = total / count
    return new


def update_where(X, r, means):
    R = r.sum(0)
    with np.errstate(invalid="ignore"):
        return np.where(R[:, None] > 0, (r.T @ X) / R[:, None], means)


def update_masks(X, r, means):
    return [X[row == 1].mean(axis=0) if row.any() else old for row, old in zip(r.T, means, strict=True)]


def update_naive(X, r, means):
    return r.T @ X / r.sum(axis=0)[:, None]


def update_sums(X, r, means):
    return r.T @ X


def update_by_n(X, r, means):
    return r.T @ X / len(X)


def update_medians(X, r, means):
    return np.array([np.median(X[row == 1], axis=0) for row in r.T])


def update_all(X, r, means):
    return np.array([X.mean(axis=0) for _ in means])


def update_zero(X, r, means):
    return r.T @ X / np.maximum(r.sum(axis=0), 1)[:, None]


def update_drops(X, r, means):
    return np.array([X[row == 1].mean(axis=0) for row in r.T if row.any()])


def update_turned(X, r, means):
    return update_where(X, r, means).T


def update_overwrites(X, r, means):
    for j in range(len(means)):
        means[j] = X[r[:, j] == 1].mean(axis=0)
    return means


def nearest(X, means):
    return distances(X, means).min(axis=1)


def next_right(X, means):
    return nearest(X, means) / nearest(X, means).sum()


def next_loops(X, means):
    weights = []
    for x in X:
        weights.append(min(float(((x - m) ** 2).sum()) for m in means))
    return [weight / sum(weights) for weight in weights]


def next_by_length(X, means):
    D = np.linalg.norm(X[:, None] - means, axis=2).min(axis=1)
    return D**2 / np.sum(D**2)


def next_unsquared(X, means):
    D = np.sqrt(nearest(X, means))
    return D / D.sum()


def next_sum(X, means):
    D = distances(X, means).sum(axis=1)
    return D / D.sum()


def next_max(X, means):
    D = distances(X, means).max(axis=1)
    return D / D.sum()


def next_last(X, means):
    D = ((X - means[-1]) ** 2).sum(axis=1)
    return D / D.sum()


def next_first(X, means):
    D = ((X - means[0]) ** 2).sum(axis=1)
    return D / D.sum()


def next_farthest(X, means):
    p = np.zeros(len(X))
    p[nearest(X, means).argmax()] = 1
    return p


def start_with_choice(X, k, rng):
    means = [X[rng.integers(len(X))]]
    while len(means) < k:
        means.append(X[rng.choice(len(X), p=next_right(X, np.array(means)))])
    return np.array(means)


def start_with_cumulated(X, k, rng):
    chosen = [int(rng.random() * len(X))]
    for _ in range(k - 1):
        steps = np.cumsum(nearest(X, X[chosen]))
        chosen.append(int(np.searchsorted(steps, rng.random() * steps[-1], side="right")))
    return X[chosen]


def start_with_gumbel(X, k, rng):
    means = X[[rng.permutation(len(X))[0]]]
    for _ in range(1, k):
        with np.errstate(divide="ignore"):
            scores = np.log(nearest(X, means)) + rng.gumbel(size=len(X))
        means = np.vstack([means, X[scores.argmax()]])
    return means


def start_uniform(X, k, rng):
    return X[rng.choice(len(X), size=k, replace=False)]


def start_repeats(X, k, rng):
    return X[np.array([0] * k)]


def start_farthest(X, k, rng):
    means = [X[rng.integers(len(X))]]
    while len(means) < k:
        means.append(X[nearest(X, np.array(means)).argmax()])
    return np.array(means)


def start_unsquared(X, k, rng):
    means = [X[rng.integers(len(X))]]
    while len(means) < k:
        means.append(X[rng.choice(len(X), p=next_unsquared(X, np.array(means)))])
    return np.array(means)


def start_own_rng(X, k, rng):
    return start_with_choice(X, k, np.random.default_rng(3))


def start_global(X, k, rng):
    return start_with_choice(X, k, np.random.default_rng())


def start_first(X, k, rng):
    means = [X[0]]
    while len(means) < k:
        means.append(X[rng.choice(len(X), p=next_right(X, np.array(means)))])
    return np.array(means)


def start_indices(X, k, rng):
    return rng.choice(len(X), size=k, replace=False)


def start_too_many(X, k, rng):
    return start_with_choice(X, k + 1, rng)


def start_between(X, k, rng):
    return start_with_choice(X, k, rng) + 0.5


def paint(image, palette):
    pixels = image.reshape(-1, 3).astype(float)
    return palette[distances(pixels, palette.astype(float)).argmin(1)].reshape(image.shape)


def paint_with_loops(image, palette):
    result = np.zeros_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            pixel = [int(value) for value in image[row, column]]
            best = None
            for colour in palette:
                d = sum((a - int(b)) ** 2 for a, b in zip(pixel, colour, strict=True))
                if best is None or d < best[0]:
                    best = d, colour
            result[row, column] = best[1]
    return result


def paint_broadcast(image, palette):
    d = ((image[:, :, None, :].astype(int) - palette.astype(int)) ** 2).sum(-1)
    return palette[d.argmin(-1)].astype(float)


def paint_bytes(image, palette):
    d = ((image[:, :, None, :] - palette) ** 2).sum(-1)
    return palette[d.argmin(-1)]


def paint_labels(image, palette):
    return ((image[:, :, None, :].astype(int) - palette.astype(int)) ** 2).sum(-1).argmin(-1)


def paint_flat(image, palette):
    return paint(image, palette).reshape(-1, 3)


def paint_farthest(image, palette):
    d = ((image[:, :, None, :].astype(int) - palette.astype(int)) ** 2).sum(-1)
    return palette[d.argmax(-1)]


def paint_grey(image, palette):
    d = np.abs(image.astype(int).sum(-1)[:, :, None] - palette.astype(int).sum(-1))
    return palette[d.argmin(-1)]


def paint_channels(image, palette):
    result = np.zeros_like(image)
    for channel in range(3):
        d = np.abs(image[:, :, channel, None].astype(int) - palette[:, channel].astype(int))
        result[:, :, channel] = palette[d.argmin(-1), channel]
    return result


def paint_shares(image, palette):
    image, palette = image / 255, palette / 255
    return palette[((image[:, :, None] - palette) ** 2).sum(-1).argmin(-1)]


def paint_turned(image, palette):
    return paint(image, palette).transpose(1, 0, 2)


def paint_nothing(image, palette):
    return image.copy()


class Explorer:
    """What an explorer shows to a check."""

    means = np.array([[1.0, 2.5], [7.5, 2.0], [8.5, 3.0]])


def start_of_zeros(X, k, rng):
    means = np.zeros((k, X.shape[1]))
    means[0] = X[rng.integers(len(X))]
    return means


def next_mean(X, means):
    raise NotImplementedError()


def start_with_a_stub(X, k, rng):
    def draw(means):
        return X[[rng.choice(len(X), p=next_mean(X, means))]]

    means = X[[rng.integers(len(X))]]
    for _ in range(k - 1):
        means = np.vstack([means, draw(means)])
    return means


def start_in_one_draw(X, k, rng):
    first = rng.integers(len(X))
    weights = np.sum((X - X[first]) ** 2, axis=1)
    return X[[first, *rng.choice(len(X), k - 1, p=weights / weights.sum(), replace=False)]]


def start_drawn(weigh, candidates=1, returned=np.array):
    """K-means++ with other weights, with the best of several candidates, or returned in another form."""

    def plus_plus(X, k, rng):
        means = [X[rng.integers(len(X))]]
        while len(means) < k:
            weights = weigh(distances(X, np.array(means)))
            tried = rng.choice(len(X), size=candidates, p=weights / weights.sum())
            means.append(X[min(tried, key=lambda i: distances(X, np.array([*means, X[i]])).min(axis=1).sum())])
        return returned(means)

    return plus_plus


def partly_uniform(squares):
    nearest = squares.min(axis=1)
    return 0.95 * nearest / nearest.sum() + 0.05 * (nearest > 0) / (nearest > 0).sum()


def assign_wrong_eye(X, means):
    return np.eye(len(means))[distances(X, means).argmin(axis=0)]


def assign_last_of_three(X, means):
    tied = [np.flatnonzero(row == row.min()) for row in distances(X, means)]
    return np.eye(len(means))[[found[0] if len(found) < 3 else found[-1] for found in tied]]


def assign_nearly(X, means):
    return np.eye(len(means))[[np.isclose(row, row.min(), rtol=1e-3).argmax() for row in distances(X, means)]]


def colours_half(image, palette):
    squares = (image.reshape(-1, 1, 3).astype(np.float16) - palette.astype(np.float16)) ** 2
    return palette[squares.sum(axis=2).argmin(axis=1)].reshape(image.shape)


def update_reseeded(X, r, means):
    return np.array([X[row == 1].mean(axis=0) if row.any() else X[3] for row in r.T])


RIGHT = {
    "assign": [assign_with_loops, assign_by_argmin, assign_bool],
    "update": [update_with_loops, update_where, update_masks],
    "next_mean": [next_right, next_loops, next_by_length],
    "plus_plus": [start_with_choice, start_with_cumulated, start_with_gumbel],
    "colours": [paint, paint_with_loops, paint_broadcast],
    "bad_start": [
        [[1, 2.5], [8, 2], [8, 3]],
        {"means": Explorer.means},
        np.array([[8.2, 3.1], [0.9, 2.4], [7.8, 1.9]]),
    ],
}

WRONG = {
    "assign": [
        assign_labels, assign_turned, assign_farthest, assign_le, assign_ties, assign_axis, assign_absolute,
        assign_unsquared, assign_product, assign_first_column, assign_in_place, assign_all_rows,
        assign_no_return, assign_crashes,
        distances,
    ],
    "update": [
        update_naive, update_sums, update_by_n, update_medians, update_all, update_zero, update_drops,
        update_turned, update_overwrites,
    ],
    "next_mean": [
        nearest, next_unsquared, next_sum, next_max, next_last, next_first, next_farthest, distances,
        lambda X, means: np.ones(len(X)) / len(X),
    ],
    "plus_plus": [
        start_uniform, start_repeats, start_farthest, start_unsquared, start_own_rng, start_global, start_first,
        start_indices, start_too_many, start_between, start_in_one_draw,
        start_of_zeros, start_with_a_stub,
    ],
    "colours": [
        paint_bytes, paint_labels, paint_flat, paint_farthest, paint_grey, paint_channels, paint_shares,
        paint_turned,
        paint_nothing,
    ],
    "bad_start": [
        [[1, 1], [1, 4], [8, 2.5]], [[1, 1], [1, 1], [8, 2.5]], [[1, 1], [50, 50], [8, 2.5]], [[1, 1], [8, 2.5]],
        [[1, 8, 8], [2.5, 2, 3]], [[1, np.nan], [8, 2], [8, 3]], [[0, 0], [1, 1], [3, 3]], [1, 8, 8],
        Explorer(), [[1, 2.5], [8, 2], ...],
    ],
}  # fmt: skip

# Wrong in the same way as others, or in a way that only the hint of the exercise tells.
ALSO_WRONG = {
    "assign": [assign_wrong_eye, assign_last_of_three, assign_nearly],
    "update": [update_reseeded],
    "colours": [colours_half],
    "plus_plus": [
        start_drawn(lambda squares: squares.min(axis=1), candidates=2),
        start_drawn(lambda squares: squares.min(axis=1) ** 0.75),
        start_drawn(lambda squares: squares.prod(axis=1)),
    ],
}
RIGHT["plus_plus"].append(start_drawn(lambda squares: squares.min(axis=1), returned=tuple))
