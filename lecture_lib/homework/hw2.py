"""The exercises of homework set 2, *Lyapunov functions*."""

import numpy as np

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.homework.exercises import Exercise, Step, derivation, function, state
from lecture_lib.homework.trial import Outcome, call, calls
from lecture_lib.models.kmeans import KMeans, assign, labels, squared_distances

__all__ = ["QUESTIONS"]


def _clusters(rng, n, d, k):
    r = np.eye(k)[rng.permutation(np.arange(n) % k)]
    return {"X": np.round(rng.normal(size=(n, d)) * 3, 2), "r": r, "medians": np.round(rng.normal(size=(k, d)), 2)}


# the loss of k-medians


def _loss_cases(rng):
    return {"usual data": [_clusters(rng, 8, 2, 3), _clusters(rng, 7, 1, 2), _clusters(rng, 9, 3, 3)]}


def _apart(X, m):
    return np.abs(X[:, None] - m)


LOSS = function(
    "median_loss(X, r, medians)",
    cases=_loss_cases,
    right=lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2)),
    returns="one number",
    hint="equation 3.1 with |x - m| summed over the columns in place of the squared distance. Try two data.",
    mistakes=[
        (
            lambda X, r, m: np.sum(r * squared_distances(X, m)),
            "that is J of k-means, with squares. The loss of k-medians adds up absolute differences.",
        ),
        (
            lambda X, r, m: np.sum(r * np.sqrt(squared_distances(X, m))),
            "you added up Euclidean lengths. Here the absolute differences of all columns are added up.",
        ),
        (
            lambda X, r, m: np.sum(_apart(X, m)),
            "every datum counts for every cluster: r does not enter your sum.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, m).min(axis=2)),
            "you took the smallest difference over the columns. They are added up.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, m).max(axis=2)),
            "you took the largest difference over the columns. They are added up.",
        ),
        (
            lambda X, r, m: np.sum(r * np.abs((X[:, None] - m).sum(axis=2))),
            "you added up the columns first, so that their signs cancel. Absolute values first.",
        ),
        (
            lambda X, r, m: np.sum(r * (X[:, None] - m).sum(axis=2)),
            "the absolute value is missing: what is above and what is below the median cancels.",
        ),
        (lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2)) / len(X), "you divided by n. A sum is wanted."),
        (
            lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2), axis=0),
            "one number for each cluster. Add them up.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2), axis=1),
            "one number for each datum. Add them up.",
        ),
    ],
    because="A sum of absolute values, never below 0, and so a candidate for a Lyapunov function.",
)


# the update of k-medians


def _update_cases(rng):
    empty = _clusters(rng, 8, 2, 2)
    empty["r"] = np.insert(empty["r"], 1, 0.0, axis=1)
    empty["medians"] = rng.normal(size=(3, 2)) + 9
    odd = [_clusters(rng, 9, 2, 3), _clusters(rng, 5, 1, 1), _clusters(rng, 15, 3, 3)]
    return {
        "usual data": odd,
        "an even number of data": [_clusters(rng, 12, 2, 2)],
        "a cluster without data": [empty],
    }


def _medians(X, r, medians, middle=np.median, empty=None):
    new = np.array(medians if empty is None else np.full_like(medians, empty))
    for j in np.flatnonzero(r.any(axis=0)):
        new[j] = middle(X[r[:, j] == 1], axis=0)
    return new


def _is_minimum(value, case):
    """Accept every minimum: with an even number of data, all between the middle two are as good."""
    X, r, medians = case.values()
    if not isinstance(value, np.ndarray) or value.shape != medians.shape or not np.isfinite(value).all():
        return False
    best = _medians(X, r, medians)
    for j, taken in enumerate(r.T == 1):
        if not taken.any():
            if not np.allclose(value[j], medians[j]):
                return False
        elif (np.abs(X[taken] - value[j]).sum(axis=0) > np.abs(X[taken] - best[j]).sum(axis=0) + 1e-6).any():
            return False
    return True


def _middle_of_unsorted(data, axis):
    return data[len(data) // 2]


def _middle_of_range(data, axis):
    return (data.min(axis=0) + data.max(axis=0)) / 2


def _central_datum(data, axis):
    return data[np.abs(data[:, None] - data).sum(axis=(1, 2)).argmin()]


def _beside_the_middle(data, axis):
    return np.sort(data, axis=0)[min(len(data) // 2 + 1, len(data) - 1)]


MEDIANS = function(
    "update_medians(X, r, medians)",
    cases=_update_cases,
    right=_medians,
    accepts=_is_minimum,
    returns="medians of shape (k, d), one row a cluster",
    hint="take one cluster and one column: as many of its data should lie above your value as below.",
    mistakes=[
        (
            lambda X, r, m: _medians(X, r, m, np.mean),
            "these are means. A sum of absolute values has its minimum elsewhere: count, do not add.",
        ),
        (
            lambda X, r, m: np.tile(np.median(X, axis=0), (len(m), 1)),
            "every median went to the middle of all data: r does not enter. Take the data of each cluster alone.",
        ),
        (
            lambda X, r, m: np.array([np.median(r[:, [j]] * X, axis=0) for j in range(len(m))]),
            "you multiplied by r, so all other data count as zeros. A sum does not mind; a median does.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, _middle_of_unsorted),
            "you took the middle row of a cluster as the data happen to stand. Sort each column first.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, _middle_of_range),
            "half way between the smallest and the largest is not the median: how many data lie below it?",
        ),
        (
            lambda X, r, m: _medians(X, r, m, _central_datum),
            "you chose the most central datum. The columns are free of each other: a median need not be a datum.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, _beside_the_middle),
            "you are one place beside the middle: python counts from 0.",
        ),
        (
            lambda X, r, m: np.array([np.full(X.shape[1], np.median(X[r[:, j] == 1])) for j in range(len(m))]),
            "one median for all columns together. Take each column by itself: axis=0.",
        ),
        (
            lambda X, r, m: _medians(X, r, m).T,
            "one row a cluster, one column a dimension; yours is turned.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, empty=np.nan),
            "a cluster without data has no median. Let it keep the old one, as k-means does with its mean.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, empty=0.0),
            "a cluster without data went to the origin. Let it keep the old median.",
        ),
        (
            lambda X, r, m: _medians(X, r, m)[r.any(axis=0)],
            "a cluster without data is missing; then the others change their numbers. Let it keep the old median.",
        ),
    ],
    because="In each column as many data lie above as below, so the loss cannot be lowered by moving.",
)


# the slope of the loss


def _beside_data(rng):
    """Draw data on a line and a point that is none of them, with room around it."""
    x = rng.permutation(np.arange(rng.integers(5, 10))) + rng.uniform(0.1, 0.4)
    m = float(rng.integers(0, len(x)))
    return {"x": x * 0.7, "m": m * 0.7, "left": int((x < m).sum()), "right": int((x > m).sum())}


def _slope_by_differences(x, m, h=1e-3):
    return (np.abs(x - (m + h)).sum() - np.abs(x - (m - h)).sum()) / (2 * h)


SLOPE = derivation(
    [
        Step(
            "slope_by_data(x, m)",
            "the slope of the loss, by differences and by your first line",
            _slope_by_differences,
            _beside_data,
            [
                (
                    lambda x, m: np.sign(x - m).sum(),
                    "the sign is wrong: as m grows, the distance to a datum on its right becomes smaller.",
                ),
                (
                    lambda x, m: -2 * (x - m).sum(),
                    "that is the derivative of a sum of squares. How fast does |x - m| grow?",
                ),
                (lambda x, m: (m - x).sum(), "you lost the absolute value. How fast does |x - m| grow with m?"),
                (lambda x, m: np.abs(x - m).sum(), "that is the loss itself. Differentiate it."),
                (lambda x, m: len(x), "each datum adds 1 or -1, depending on its side."),
                (lambda x, m: np.sign(m - x), "one number a datum. Add them up."),
                (lambda x, m: np.sign(m - x).mean(), "you divided by n. The loss is a sum, and so is its slope."),
                (lambda x, m: 2 * np.sign(m - x).sum(), "the factor 2 belongs to squares."),
            ],
            "The slope of |x - m| in m is 1 or -1, depending on the side of m on which x lies.",
        ),
        Step(
            "slope_by_counts(left, right)",
            "the slope of the loss, by your first line and by your second",
            lambda x, m: np.sign(m - x).sum(),
            _beside_data,
            [
                (
                    lambda left, right: right - left,
                    "the sign is wrong: from a datum on the left, m moves away as it grows.",
                ),
                (lambda left, right: left + right, "data on both sides pull, in opposite directions."),
                (lambda left, right: left, "the data on the right count, too."),
                (lambda left, right: -right, "the data on the left count, too."),
                (
                    lambda left, right: (left - right) / (left + right),
                    "you divided by n. The loss is a sum, and so is its slope.",
                ),
                (lambda left, right: 2 * (left - right), "the factor 2 belongs to squares."),
            ],
            "Count: what does a datum on the left add to the slope, what one on the right?",
        ),
    ],
    because="The slope is zero where as many data lie on the left as on the right: at the median.",
)


# five points where k-means is stuck


def _judge_stuck(points, means):
    if len(np.unique(means, axis=0)) < 2:
        return "both means lie in the same place, so the second gets no datum. Move them apart."
    if len(np.unique(points, axis=0)) < 5:
        return "two of your points lie in the same place. Five different ones are asked for."
    if not assign(points, means).any(axis=0).all():
        return "one mean gets no datum. Both should have some."
    run = converge(em(KMeans(points), means), until=parameters_settle())
    stop = labels(points, run.theta)
    distances = np.sort(squared_distances(points, run.theta), axis=1)
    if (distances[:, 1] - distances[:, 0] < 1e-6 * distances.max()).any():
        return "where k-means stops, a point lies half way between the means. Find a trap without a tie."
    if _best_move(points, stop) < -0.999 * run.objective:
        return None
    return (
        "where k-means stops, no single move of a datum lowers J. Look at a cluster of two: its mean gives way "
        "to a datum that joins it."
    )


def _best_move(points, side):
    """Return the lowest J that moving one datum to the other cluster gives, means averaged anew."""
    best = np.inf
    for i in range(len(points)):
        moved = side.copy()
        moved[i] = 1 - moved[i]
        if 0 < moved.sum() < len(points):
            groups = (points[moved == 0], points[moved == 1])
            best = min(best, sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups))
    return best


STUCK = state(
    {"points": (5, 2), "means": (2, 2)},
    _judge_stuck,
    because="k-means compares distances to means as they are; it never asks where they would go.",
)


# a tie rule of one's own

ROUNDS = 60


def _tie_cases(seed):
    rng = np.random.default_rng(seed)
    shift = float(rng.integers(-3, 4))
    free = {"X": rng.normal(size=(9, 2)), "means": rng.normal(size=(3, 2)), "old": rng.integers(0, 3, 9)}
    fresh = {**free, "old": np.full(9, -1)}
    tied = {
        "X": np.array([[-1.0], [1.0], [-2.0], [2.0]]) + shift,
        "means": np.array([[0.0], [0.0]]) + shift,
        "old": np.array([0, 0, 1, 1]),
    }
    grid = {
        "X": rng.integers(0, 4, size=(12, 2)).astype(float),
        "means": np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 3.0]]),
        "old": np.full(12, -1),
    }
    return [free, fresh, grid, tied]


def _ask_rule(answer, cases):
    if not callable(answer):
        return [Outcome("strange", said=type(answer).__name__)]
    once = [lambda case=case: call(answer, case) for case in cases]
    return calls(once + once + [lambda case=case: _loop(answer, case) for case in cases])


def _loop(answer, case):
    """Run k-means with the rule; the outcome is the labels of each round, or that of the call that failed."""
    X, means, rounds = case["X"], case["means"], [case["old"]]
    while len(rounds) <= ROUNDS and (len(rounds) < 2 or not np.array_equal(rounds[-1], rounds[-2])):
        outcome = call(answer, {"X": X, "means": means, "old": rounds[-1]})
        if outcome.kind != "value" or np.shape(outcome.value) != case["old"].shape:
            return outcome
        rounds.append(np.asarray(outcome.value).astype(int))
        means = _averages(X, rounds[-1], means)
    return Outcome("value", np.array(rounds, dtype=float))


def _averages(X, side, means):
    return np.array([X[side == j].mean(axis=0) if (side == j).any() else mean for j, mean in enumerate(means)])


def _wrong_rounds(rounds, case):
    """Replay the rounds of a run; say what is wrong with them, or None."""
    means, old = case["means"], case["old"]
    if np.ndim(rounds) != 2 or not np.array_equal(rounds[0], old):
        return "labels of shape (n,) are expected in every round."
    for new in rounds[1:]:
        if said := _wrong_labels(new, {"X": case["X"], "means": means, "old": old}):
            return said
        means, old = _averages(case["X"], new, means), new
    if len(rounds) < 2 or not np.array_equal(rounds[-1], rounds[-2]):
        return (
            "each step is right, but k-means with your rule never stops on data -1, 1, -2, 2 with both means at 0: "
            "follow two rounds. The labels should change only where J falls."
        )
    return None


def _judge_rule(outcomes, cases):
    name = "assign_with_rule"
    for outcome in outcomes:
        if outcome.kind != "value":
            return {
                "nothing": f"{name} returns nothing. Does it end with `return`?",
                "error": f"{name} was called as {name}(X, means, old) and stopped: {outcome.said}.",
                "slow": f"{name} takes too long; is there a loop that never ends?",
                "changed": f"{name} changes its argument {outcome.said}. Work on a copy.",
            }.get(outcome.kind, f"expected labels of shape (n,). Pass {name} itself, without calling it.")
    first, second, runs = (outcomes[i * len(cases) : (i + 1) * len(cases)] for i in range(3))
    for case, once, again in zip(cases, first, second, strict=True):
        if said := _wrong_labels(once.value, case):
            return said
        if not np.array_equal(once.value, again.value):
            return "two calls with the same arguments differ. With a rule that changes, nothing bounds the rounds."
    runs = (_wrong_rounds(outcome.value, case) for case, outcome in zip(cases, runs, strict=True))
    return next(filter(None, runs), None)


def _wrong_labels(given, case):
    """Say why labels are no assignment to a nearest mean, or None."""
    X, means, old = case.values()
    n, k = len(X), len(means)
    if not isinstance(given, np.ndarray):
        return "expected labels of shape (n,), an array of integers."
    if given.shape == (n, k):
        return "these are rows. For this exercise return labels, one integer a datum."
    if given.shape != (n,):
        return f"expected labels of shape (n,) = ({n},), got shape {given.shape}."
    if (given == -1).any() and (old == -1).any():
        return "a label -1 is left: before the first round there is no old cluster to stay with."
    if given.max() == k:
        return "a label is k. Clusters are counted from 0."
    if not np.isin(given, np.arange(k)).all():
        return "labels are whole numbers from 0 to k - 1; one of yours is not."
    distances = squared_distances(X, means)
    chosen = distances[np.arange(n), given.astype(int)]
    if (chosen > distances.min(axis=1)).any():
        if np.array_equal(given, old):
            return "every datum stays where it was, though another mean is nearer. The rule is for ties only."
        if np.array_equal(chosen, distances.max(axis=1)):
            return "every datum goes to the farthest mean."
        return "a datum goes to a mean that is not nearest. Your rule may choose among the nearest only."
    return None


TIE_RULE = Exercise(
    _tie_cases,
    _ask_rule,
    _judge_rule,
    "Nearest means only, the same answer each time, and every run comes to its end.",
)

QUESTIONS = {"loss": LOSS, "slope": SLOPE, "update": MEDIANS, "stuck": STUCK, "tie_rule": TIE_RULE}
