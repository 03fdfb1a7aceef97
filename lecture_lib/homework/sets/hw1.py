"""The exercises of homework set 1, *k-means*."""

import numpy as np
from scipy import stats

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.homework.engine.exercise import Exercise, function
from lecture_lib.homework.engine.messages import failed
from lecture_lib.homework.engine.results import stacked
from lecture_lib.homework.engine.selection import state
from lecture_lib.homework.figures import three_clouds
from lecture_lib.models import kmeans
from lecture_lib.models.kmeans import labels, squared_distances

__all__ = ["QUESTIONS"]


# assign


def _data_and_means(rng):
    sizes = [(8, 2, 3), (7, 1, 2), (9, 3, 4)]
    usual = [{"X": rng.normal(size=(n, d)), "means": rng.normal(size=(k, d)) + 0.3} for n, d, k in sizes]
    shift = rng.integers(-5, 6)
    # Here the sum of squares and the sum of absolute values disagree.
    corners, means = np.array([[0.0, 0.0], [5.0, 5.0]]), np.array([[3.0, 0.0], [2.0, 2.0]])
    usual.append({"X": corners + shift, "means": means + shift})
    tied = {"X": np.array([[1.0], [0.0], [4.0], [3.0]]) + shift, "means": np.array([[0.0], [2.0], [4.0]]) + shift}
    nearly = {"X": np.array([[1 + 1e-5], [1.0]]) + shift, "means": np.array([[0.0], [2.0]]) + shift}
    thrice = {"X": np.array([[1.0], [0.5]]) + shift, "means": np.array([[0.0], [2.0], [2.0], [0.0]]) + shift}
    return {
        "usual data": usual,
        "a datum at the same distance from two means": [tied],
        "a datum that is nearly, but not quite, at the same distance from two means": [nearly],
        "a datum at the same distance from several means": [thrice],
    }


def _one_hot(index, k):
    return np.eye(k)[index]


def _all_ties(X, means):
    distances = squared_distances(X, means)
    return (distances == distances.min(axis=1, keepdims=True)).astype(float)


def _last_of_ties(X, means):
    return _one_hot(len(means) - 1 - np.argmin(squared_distances(X, means)[:, ::-1], axis=1), len(means))


ASSIGN = function(
    "assign(X, means)",
    cases=_data_and_means,
    right=kmeans.assign,
    returns="r of shape (n, k), one row a datum, one column a cluster",
    hint="take one datum, write down its squared distance to each mean, and find the smallest: equation 1.1.",
    mistakes=[
        (labels, "these are labels, one integer a datum. Write each as a row with a single 1, equation 1.2."),
        (lambda X, m: kmeans.assign(X, m).T, "r has one row a datum and one column a cluster; yours is turned."),
        (lambda X, m: squared_distances(X, m), "these are squared distances. Which of them becomes the 1?"),
        (
            lambda X, m: np.tile(kmeans.assign(X, m).any(axis=0), (len(X), 1)),
            "every row got the same ones. Datum i concerns row i alone: a single 1, in column k_i of that row.",
        ),
        (
            lambda X, m: _one_hot(np.argmax(squared_distances(X, m), axis=1), len(m)),
            "every datum goes to the farthest mean. Is it the largest distance that is wanted?",
        ),
        (
            lambda X, m: _one_hot(np.argmin(squared_distances(X, m), axis=0), len(X)).T,
            "you chose a datum for each mean. Choose a mean for each datum: the minimum along the other axis.",
        ),
        (
            lambda X, m: _one_hot(np.argmin(squared_distances(X, m), axis=0), len(m)),
            "you chose a datum for each mean. Choose a mean for each datum: the minimum along the other axis.",
        ),
        (
            lambda X, m: _one_hot(np.argmin(np.abs(X[:, None] - m).sum(axis=2), axis=1), len(m)),
            "you added up absolute differences. The distance of k-means adds up squares.",
        ),
        (
            lambda X, m: _one_hot(np.argmin(np.abs(X[:, None, 0] - m[:, 0]), axis=1), len(m)),
            "only the first column of the data counts in your distances. Add up over all columns.",
        ),
        (
            lambda X, m: _one_hot(np.argmin((X[:, None] - m).sum(axis=2) ** 2, axis=1), len(m)),
            "you squared a sum. Square each difference first, then add up over the columns.",
        ),
        (
            lambda X, m: _one_hot(np.argmin((X[:, None] - m).sum(axis=2), axis=1), len(m)),
            "you forgot to square: differences of opposite sign cancel.",
        ),
        (
            lambda X, m: _one_hot(np.argmax(X @ m.T, axis=1), len(m)),
            "the largest product of x and m is no smallest distance: a long mean would win. Subtract first.",
        ),
        (_last_of_ties, "ties go to your last mean; the rule of the course is the lowest index."),
        (_all_ties, "a tied datum got several ones. A row has a single 1: for the lowest index."),
        (
            lambda X, m: _all_ties(X, m) / _all_ties(X, m).sum(axis=1, keepdims=True),
            "a tied datum was shared out. k-means gives it to the lowest index alone.",
        ),
    ],
    because="Each row has a single 1, at the nearest mean, and ties go to the lowest index.",
)


# update


def _assigned(rng):
    usual = []
    for n, d, k in [(9, 2, 3), (7, 1, 2), (8, 3, 3)]:
        r = _one_hot(rng.permutation(np.arange(n) % k), k)
        usual.append({"X": rng.normal(size=(n, d)) + 1, "r": r, "means": rng.normal(size=(k, d))})
    X, means = rng.normal(size=(6, 2)) + 1, rng.normal(size=(3, 2)) + 5
    empty = {"X": X, "r": _one_hot(np.array([0, 2, 0, 2, 0, 2]), 3), "means": means}
    return {"usual data": usual, "a cluster without data": [empty]}


def _update(X, r, means, empty=None):
    """Average; ``empty`` replaces the row of an empty cluster (its old mean if None)."""
    R = r.sum(axis=0)[:, None]
    return np.where(R > 0, r.T @ X / np.where(R > 0, R, 1), means if empty is None else empty)


UPDATE = function(
    "update(X, r, means)",
    cases=_assigned,
    right=_update,
    returns="means of shape (k, d), one row a cluster",
    hint={
        "usual data": "equation 1.3: add up the data of cluster j, and divide by their number R_j.",
        "a cluster without data": "by the rule of notebook 01 it keeps its old mean. Yours goes elsewhere.",
    },
    mistakes=[
        (lambda X, r, m: r.T @ X, "these are sums. Divide each row by R_j, the number of data in its cluster."),
        (
            lambda X, r, m: r.T @ X / len(X),
            "you divided by n, the number of all data. Divide each row by R_j, the sum of a column of r.",
        ),
        (lambda X, r, m: r.T @ X / len(m), "you divided by k, the number of clusters. Divide by R_j."),
        (
            lambda X, r, m: np.tile(X.mean(axis=0), (len(m), 1)),
            "every mean went to the middle of all data: r does not enter. Weigh each datum by its column of r.",
        ),
        (
            lambda X, r, m: np.array([np.median(X[r[:, j] == 1], axis=0) for j in range(len(m))]),
            "these are medians. They minimise another loss, that of homework 2; k-means takes the mean.",
        ),
        (
            lambda X, r, m: (m + _update(X, r, m)) / 2,
            "your means go only half of the way. The new mean does not depend on the old one, if there are data.",
        ),
        (lambda X, r, m: m + _update(X, r, m), "you added the new means to the old ones. They replace them."),
        (lambda X, r, m: _update(X, r, m).T, "one row a cluster, one column a dimension; yours is turned."),
        (
            lambda X, r, m: _update(X, r, m, empty=np.nan),
            "a cluster without data became 0 / 0. By the rule of notebook 01 it keeps its old mean.",
        ),
        (
            lambda X, r, m: _update(X, r, m, empty=0.0),
            "a cluster without data went to the origin. By the rule of notebook 01 it keeps its old mean.",
        ),
        (
            lambda X, r, m: _update(X, r, m, empty=X.mean(axis=0)),
            "a cluster without data went to the middle of all. By the rule of notebook 01 it keeps its old mean.",
        ),
        (
            lambda X, r, m: _update(X, r, m)[r.sum(axis=0) > 0],
            "a cluster without data is missing from your means; then the others change their numbers. Keep it.",
        ),
    ],
    because="Each mean is the middle of its data, and an empty cluster keeps its own.",
)


# k-means++: the weights of the next mean


def _some_means(rng):
    sizes = [(6, 2, 2), (5, 1, 1), (7, 3, 3)]
    return {"usual data": [{"X": rng.normal(size=(n, d)), "means": rng.normal(size=(k, d))} for n, d, k in sizes]}


def _squared(X, means):
    return squared_distances(X, means).min(axis=1)


def _normalised(weights):
    return weights / weights.sum()


def _exponential(X, m):
    return _normalised(np.exp(_squared(X, m) - _squared(X, m).max()))


NEXT_MEAN = function(
    "next_mean(X, means)",
    cases=_some_means,
    right=lambda X, m: _normalised(_squared(X, m)),
    returns="p of shape (n,), one probability a datum",
    hint="equation 1.5: first each datum's squared distance to its nearest mean, then normalise over the data.",
    mistakes=[
        (lambda X, m: _squared(X, m), "these are the weights D_i squared. Probabilities add up to 1: normalise."),
        (
            lambda X, m: _normalised(np.sqrt(_squared(X, m))),
            "your weights are the distances themselves; in k-means++ they enter squared.",
        ),
        (
            lambda X, m: np.full(len(X), 1 / len(X)),
            "every datum is as likely as every other: that is a plain random start.",
        ),
        (
            lambda X, m: _one_hot(np.argmax(_squared(X, m)), len(X)),
            "you always take the farthest datum, so an outlier is sure to win. k-means++ draws: it needs weights.",
        ),
        (
            lambda X, m: _normalised(squared_distances(X, m).max(axis=1)),
            "you took the distance to the farthest mean. D_i is that to the nearest.",
        ),
        (
            lambda X, m: _normalised(squared_distances(X, m).sum(axis=1)),
            "you added up the distances to all means. D_i is the distance to the nearest alone.",
        ),
        (
            lambda X, m: _normalised(squared_distances(X, m)[:, -1]),
            "you measured to the last mean only. A datum close to an earlier one should get little weight, too.",
        ),
        (
            lambda X, m: _normalised(squared_distances(X, m)[:, 0]),
            "you measured to the first mean only. What if another one is nearer?",
        ),
        (lambda X, m: _normalised(1 / _squared(X, m)), "near data get the large weights. It is the opposite."),
        (_exponential, "there is no exponential function in equation 1.5: divide by the sum, that is all."),
        (lambda X, m: squared_distances(X, m), "one number a datum is wanted: take the minimum over the means."),
        (
            lambda X, m: squared_distances(X, m) / squared_distances(X, m).sum(axis=0),
            "one probability a datum is wanted: take the minimum over the means first, then normalise.",
        ),
    ],
    because="Far from every mean there is, so the more likely to become one.",
)


# k-means++: a whole start

DRAWS = 4000
LINE = np.array([[0.0], [1.0], [5.0], [12.0]])
"""Few data, so that the frequencies of many draws tell apart how they were drawn."""
REFUSED = 1e-7
"""Below which probability, by chi-square, draws are refused, in each of three tests. Right draws were refused in
5 of a million checks (small counts have heavier tails), 5 % of uniform draws passed 15 of 1000, an exponent of 1.5
in place of 2 none of 300; when grading, two checks must be passed."""
EARLY, SURELY = 500, 1e-12
"""After how many draws those that are far off are refused, so that no time is lost: below this probability by
Hoeffding's inequality, 2 exp(-2 n t^2) for a share of n draws that is off by t.
All others are judged by all draws."""


def _start_cases(seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(4)
    line, plane = (LINE + rng.integers(-3, 4))[order], rng.normal(size=(12, 2))
    return {"line": line, "plane": plane, "seeds": rng.integers(2**62, size=DRAWS).tolist()}


def _ask_start(answer, cases):
    first, *_ = seeds = cases["seeds"]
    outcomes = [answer.call({"X": cases["plane"], "k": 4, "rng": first}) for _ in range(2)]
    yield from outcomes
    if all(outcome.kind == "value" for outcome in outcomes):
        for start in range(0, DRAWS, 100):
            new = answer.calls([{"X": cases["line"], "k": 3, "rng": s} for s in seeds[start : start + 100]])
            outcomes += new
            yield from new
            if len(outcomes) == 2 + EARLY and _is_refused(outcomes, cases):
                return


def _is_refused(outcomes, cases):
    """Return whether the first draws are far off; outcomes that cannot be judged are."""
    try:
        return _wrong_so_far(outcomes, cases) is not None
    except Exception:  # outcomes of a form that no check writes
        return True


def _judge_start(outcomes, cases):
    """Judge all draws, or the first ones where these are far off."""
    said = _wrong_so_far(outcomes, cases)
    return said or (None if len(outcomes) == 2 + DRAWS else "an unreadable record.")


def _wrong_so_far(outcomes, cases):
    """Judge draws: each a choice of data, all different, and as frequent as equation 1.5 says."""
    plane, line = cases["plane"], cases["line"]
    for outcome in outcomes:
        if said := failed(outcome, "plus_plus(X, k, rng)", "means of shape (k, d)", {}):
            return said
    first, again = stacked(outcomes[0].value), stacked(outcomes[1].value)
    if said := _no_choice(first, plane, 4):
        return said
    if not np.array_equal(first, again):
        return "two calls with equal generators differ. Draw from the rng that is passed in, and nowhere else."
    draws = [stacked(outcome.value) for outcome in outcomes[2:]]
    if len(draws) not in {EARLY, DRAWS} or any(np.shape(draw) != (3, 1) for draw in draws):
        return "expected means of shape (k, d) each time."
    counts = np.zeros((4, 4, 4))
    for draw in draws:
        index = [np.flatnonzero(line == value)[:1] for value in draw.ravel()]
        if not all(found.size for found in index):
            return "a mean that is no datum: each mean of k-means++ is one of the data."
        counts[tuple(np.concatenate(index))] += 1
    early = len(draws) == EARLY
    return _wrong_pairs(counts.sum(axis=2), line, early) or _wrong_third(counts, line, early)


def _is_likely(counts, shares):
    """Return whether counts may come from shares, row by row; what has no share must have no count."""
    expected = counts.sum(axis=-1, keepdims=True) * shares
    if (counts[expected == 0] > 0).any():
        return False
    used = expected > 0
    statistic = ((counts - expected)[used] ** 2 / expected[used]).sum()
    rows = (counts.sum(axis=-1) > 0).sum()
    return stats.chi2.sf(statistic, max(used.sum() - rows, 1)) > REFUSED


def _is_far_off(counts, shares):
    """Return whether early counts cannot come from shares."""
    n = counts.sum(axis=-1, keepdims=True)
    off = counts / np.maximum(n, 1) - shares * (n > 0)
    return (2 * np.exp(-2 * n * off**2) < SURELY).any()


def _wrong_third(counts, line, early):
    """Say what is wrong with the third mean, or None, given how often each ordered triple was drawn."""
    if any(counts[i, j, [i, j]].any() for i in range(4) for j in range(4)):
        return "now and then a datum becomes a mean twice. Measure to the nearest of all means so far."
    if early:
        return None
    pairs = [(i, j) for i in range(4) for j in range(4) if counts[i, j].sum() >= 150]  # else too few for chi-square
    shares = np.array([_normalised(_squared(line, line[[i, j]])) for i, j in pairs])
    if not _is_likely(np.array([counts[pair] for pair in pairs]), shares):
        return (
            "the first two means are drawn as they should be, the third is not. The weights of equation 1.5 change "
            "with every mean: take them anew, from all means so far."
        )
    return None


def _no_choice(means, X, k):
    """Say why some means are no choice of different data, or None."""
    if not isinstance(means, np.ndarray):
        return "expected means of shape (k, d), an array."
    if means.shape == (k,):
        return "these are k numbers, perhaps the indices of the data. Return the data: X[indices]."
    if means.shape == (k, X.shape[1])[::-1]:
        return "one row a mean, one column a dimension; yours is turned."
    if means.shape == (k + 1, X.shape[1]) or means.shape == (k - 1, X.shape[1]):
        return f"k = {k} means are wanted, got {len(means)}: count how often your loop draws."
    if means.shape != (k, X.shape[1]):
        return f"expected means of shape (k, d) = {(k, X.shape[1])}, got shape {means.shape}."
    if not means.any(axis=1).all():
        row = int(np.flatnonzero(~means.any(axis=1))[0])
        return f"row {row} of your means holds nothing but zeros: was it prepared, and then never filled?"
    if not all((mean == X).all(axis=1).any() for mean in means):
        return "a mean that is no datum: each mean of k-means++ is one of the data."
    if len(np.unique(means, axis=0)) < k:
        return "the same datum became a mean twice. Its distance to the nearest mean is 0, so its weight is 0, too."
    return None


def _best_of(candidates):
    """Return the shares of greedy k-means++: the best of some candidates becomes the second mean."""

    def shares(row, line):
        p = _normalised(row**2)
        left = np.minimum(row[:, None] ** 2, (line - line.T) ** 2).sum(axis=0)  # the loss with each as a mean
        above, equal = (
            np.array([p[compare(left, one)].sum() for one in left]) for compare in (np.greater, np.equal)
        )
        best = (above + equal) ** candidates - above**candidates
        return best * p / np.where(equal > 0, equal, 1)  # of equally good ones the first that was drawn

    return shares


def _weighed(weigh):
    return lambda row, line: _normalised(weigh(row))


def _wrong_pairs(counts, line, early):
    """Say what is wrong with how often each ordered pair of data was drawn, or None."""
    first, distances = counts.sum(axis=1), np.abs(line - line.T)
    right = np.array([_normalised(row**2) for row in distances])
    if early and not _is_far_off(first, np.full(4, 0.25)) and not _is_far_off(counts, right):
        return None
    if (counts > 0.99 * counts.sum()).any():
        return "every call gives the same means. Draw from the rng that is passed in; do not make one of your own."
    if (first > 0.99 * counts.sum()).any():
        return "the first mean is always the same datum. Draw it, each datum as likely as any other."
    if not _is_likely(first, np.full(4, 0.25)):
        return "the first mean is not drawn uniformly. Each datum is as likely as any other."
    for shares, words in _SECOND:
        if _is_likely(counts, np.array([shares(row, line) for row in distances])):
            return words
    return "the second mean is not drawn with the weights of equation 1.5. Use next_mean with the means so far."


_GREEDY = "the second mean is the best of several candidates: that is greedy k-means++. Here it is drawn once."
_SECOND = [
    (_weighed(lambda d: d**2), None),
    (_weighed(lambda d: d), "the second mean is drawn with the distances as weights. They enter squared."),
    (_weighed(lambda d: d > 0), "the second mean is drawn uniformly. Weigh each datum as in next_mean."),
    (
        _weighed(lambda d: d == d.max()),
        "the second mean is always the farthest datum. Draw it, weighed as in next_mean.",
    ),
    (
        _weighed(lambda d: d**2 == np.sort(d**2)[1]),
        "the second mean is always the nearest datum. Far ones are wanted.",
    ),
    (
        _weighed(lambda d: d**4),
        "the second mean is drawn with the squared weights. D_i is squared once, not twice.",
    ),
    *((_best_of(candidates), _GREEDY) for candidates in (2, 3, 4, 5)),
]
"""How the second mean may have been drawn, and what to say; the first that fits is said."""


PLUS_PLUS = Exercise(
    _start_cases,
    _ask_start,
    _judge_start,
    "All means are data, all different, and as frequent as they should be in 4000 draws.",
)


# colours


def _pictures(rng):
    def picture(h, w, k):
        return {
            "image": rng.integers(0, 256, size=(h, w, 3), dtype=np.uint8),
            "palette": rng.integers(0, 256, size=(k, 3), dtype=np.uint8),
        }

    far = {
        "image": np.full((2, 3, 3), rng.integers(0, 3), dtype=np.uint8),
        "palette": np.array([[255, 255, 250], [200, 180, 170], [210, 200, 190]], dtype=np.uint8),
    }
    return {
        "usual pictures": [picture(5, 7, 4), picture(6, 4, 3), picture(3, 8, 6)],
        "a picture far from every colour": [far],
    }


def _nearest_colour(image, palette, distances=squared_distances):
    pixels, colours = image.reshape(-1, 3).astype(float), palette.astype(float)
    return palette[distances(pixels, colours).argmin(axis=1)].reshape(image.shape)


def _small_integers(pixels, colours):
    difference = pixels.astype(np.uint8)[:, None] - colours.astype(np.uint8)
    return (difference**2).sum(axis=2)


def _wrapped_differences(pixels, colours):
    difference = pixels.astype(np.uint8)[:, None] - colours.astype(np.uint8)
    return (difference.astype(float) ** 2).sum(axis=2)


COLOURS = function(
    "quantise(image, palette)",
    cases=_pictures,
    right=_nearest_colour,
    returns="an image of shape (h, w, 3), as the one passed in",
    hint="a pixel is a datum in three dimensions, and the palette holds the means. Which rows of it are wanted?",
    mistakes=[
        (
            lambda i, p: _nearest_colour(i, p, _small_integers),
            "pixels are 8-bit integers, in which 3 - 5 is 254, and squares wrap around, too. Use floats first.",
        ),
        (
            lambda i, p: _nearest_colour(i, p, _wrapped_differences),
            "pixels are 8-bit integers, in which 3 - 5 is 254. Turn both into floats before you subtract.",
        ),
        (
            lambda i, p: labels(i.reshape(-1, 3), p).reshape(i.shape[:2]),
            "these are the numbers of the colours. Look each of them up in the palette.",
        ),
        (
            lambda i, p: labels(i.reshape(-1, 3), p),
            "these are the numbers of the colours, in one long row. Look them up, and restore the shape.",
        ),
        (
            lambda i, p: _nearest_colour(i, p).reshape(-1, 3),
            "the colours are right, in one long list of pixels. Give it the shape of the image again.",
        ),
        (
            lambda i, p: _nearest_colour(i, p, lambda x, m: -squared_distances(x, m)),
            "every pixel got the colour that is farthest from its own.",
        ),
        (
            lambda i, p: _nearest_colour(i, p, lambda x, m: np.abs(x.sum(1)[:, None] - m.sum(1))),
            "you compared brightness, the sum over the channels, only. Red and blue can be equally bright.",
        ),
        (
            lambda i, p: np.stack([p[labels(i[..., c].reshape(-1, 1), p[:, [c]]), c].reshape(i.shape[:2])
                                   for c in range(3)], axis=2),
            "you matched each channel by itself, so colours come out that the palette does not have.",
        ),
        (
            lambda i, p: _nearest_colour(i, p, lambda x, m: np.abs(x[:, None] - m).sum(axis=2)),
            "you added up absolute differences. The distance of k-means adds up squares.",
        ),
        (
            lambda i, p: _nearest_colour(i.transpose(1, 0, 2), p),
            "the picture is turned on its side: height comes first, then width.",
        ),
        (
            lambda i, p: _nearest_colour(i.transpose(1, 0, 2), p).reshape(i.shape),
            "the colours are right, but the pixels are in another order: reshape row by row, without transposing.",
        ),
        (
            lambda i, p: _nearest_colour(i, p) / 255,
            "the colours are right, but run from 0 to 1. Return rows of the palette as they are, from 0 to 255.",
        ),
        (lambda i, p: i, "the image is as it was. Each pixel should get a colour of the palette."),
    ],
    because="Each pixel has the nearest colour of the palette.",
)  # fmt: skip


# a bad start


def _judge_bad_start(means):
    X = three_clouds()
    if len(np.unique(means, axis=0)) < len(means):
        return "two of your means lie in the same place, so the second gets no datum. Move them apart."
    r = kmeans.assign(X, means)
    if not r.any(axis=0).all():
        return "one of your means gets no datum at all. That is no fair start: move it nearer."
    run = converge(em(kmeans.KMeans(X), means), until=parameters_settle())
    best = kmeans.fit(X, 3, rng=np.random.default_rng(0)).objective
    if run.objective > 1.05 * best:
        if _clouds_with_a_mean(X, means) == 3:
            return "each cloud has a nearest mean of its own: the best start there is. Leave a cloud without one."
        return "from there k-means finds the best optimum. Which two clouds could one mean be made to serve?"
    if run.objective > 2 * best:
        return "that ends badly, but not badly enough: J should end at twice its best value or more."
    return None


def _clouds_with_a_mean(X, means):
    centres = [X[20 * cloud : 20 * cloud + 20].mean(axis=0) for cloud in range(3)]
    return len(np.unique(labels(means, centres)))


BAD_START = state(
    {"means": (3, 2)},
    _judge_bad_start,
    shown_by="plane.state.start.tolist()",
    because="k-means has stopped at twice the best J or more, and no half-step can lower it.",
)

QUESTIONS = {
    "assign": ASSIGN,
    "update": UPDATE,
    "next_mean": NEXT_MEAN,
    "plus_plus": PLUS_PLUS,
    "colours": COLOURS,
    "bad_start": BAD_START,
}
