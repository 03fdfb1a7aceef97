"""The exercises of homework set 2, *Lyapunov functions*."""

import numpy as np

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.homework.derivations.hw2 import SLOPE
from lecture_lib.homework.engine.exercise import Exercise, function
from lecture_lib.homework.engine.messages import failed
from lecture_lib.homework.engine.outcome import Outcome
from lecture_lib.homework.engine.results import stacked
from lecture_lib.homework.engine.selection import state
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
        (lambda X, r, m: np.sum(_apart(X, m)), "every datum counts for every cluster: r does not enter your sum."),
        (
            lambda X, r, m: np.sum(_apart(X, m).sum(axis=2).min(axis=1)),
            "you let each datum choose its nearest median. Here r says where it belongs.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, _medians(X, r, m)).sum(axis=2)),
            "you computed medians of your own. The loss is asked for at those that are passed in.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, m)[:, :, 0]),
            "only the first column counts in your loss. Add up over all of them.",
        ),
        (
            lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2)) / X.size,
            "you averaged over data and columns. A sum is wanted.",
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
        (lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2), axis=0), "one number for each cluster. Add them up."),
        (lambda X, r, m: np.sum(r * _apart(X, m).sum(axis=2), axis=1), "one number for each datum. Add them up."),
    ],
    because="A sum of absolute values, never below 0, and so a candidate for a Lyapunov function.",
)


# the update of k-medians


def _update_cases(rng):
    empty = _clusters(rng, 8, 2, 2)
    empty["r"] = np.insert(empty["r"], 1, 0.0, axis=1)
    empty["medians"] = rng.normal(size=(3, 2)) + 9
    odd = [_clusters(rng, 9, 2, 3), _clusters(rng, 5, 1, 1), _clusters(rng, 15, 3, 3)]
    single = _clusters(rng, 6, 2, 1)
    single["r"] = np.eye(2)[[0, 0, 1, 0, 0, 0]]
    single["medians"] = rng.normal(size=(2, 2)) + 9
    return {
        "usual data": odd,
        "an even number of data": [_clusters(rng, 12, 2, 2)],
        "a cluster with a single datum": [single],
        "a cluster without data": [empty],
    }


def _medians(X, r, medians, middle=np.median, empty=None):
    new = np.array(medians if empty is None else np.full_like(medians, empty))  # empty: a number, or a row
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


def _below_the_middle(data, axis):
    return np.sort(data, axis=0)[max(len(data) // 2 - 1, 0)]


def _two_in_the_middle(data, axis):
    data = np.sort(data, axis=0)
    return (data[len(data) // 2] + data[len(data) // 2 - 1]) / 2


def _singles_left_out(X, r, m):
    return np.where(r.sum(axis=0)[:, None] > 1, _medians(X, r, m), m)


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
            lambda X, r, m: _medians(X, r, m, _below_the_middle),
            "you are one place below the middle: python counts from 0.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, _two_in_the_middle),
            "with an odd number of data there is one in the middle; you took the average of it and the one below.",
        ),
        (
            lambda X, r, m: np.trunc(_medians(X, r, m)),
            "your medians are cut to whole numbers. Is the new array one of integers?",
        ),
        (lambda X, r, m: m, "your medians are the old ones, as they were passed in."),
        (_singles_left_out, "a cluster with a single datum kept its old median. The datum itself is its median."),
        (
            lambda X, r, m: np.array([np.full(X.shape[1], np.median(X[r[:, j] == 1])) for j in range(len(m))]),
            "one median for all columns together. Take each column by itself: axis=0.",
        ),
        (lambda X, r, m: _medians(X, r, m).T, "one row a cluster, one column a dimension; yours is turned."),
        (
            lambda X, r, m: _medians(X, r, m, empty=np.nan),
            "a cluster without data has no median. Let it keep the old one, as k-means does with its mean.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, empty=0.0),
            "a cluster without data went to the origin. Let it keep the old median.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, empty=np.median(X, axis=0)),
            "a cluster without data went to the median of all. Let it keep the old median.",
        ),
        (
            lambda X, r, m: _medians(X, r, m, empty=X[0]),
            "a cluster without data went to the first datum. Let it keep the old median.",
        ),
        (
            lambda X, r, m: _medians(X, r, m)[r.any(axis=0)],
            "a cluster without data is missing; then the others change their numbers. Let it keep the old median.",
        ),
    ],
    because="In each column as many data lie above as below, so the loss cannot be lowered by moving.",
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
    for at in run.states:
        distances = np.sort(squared_distances(points, at.theta), axis=1)
        if (distances[:, 1] - distances[:, 0] < 1e-6 * distances.max()).any():
            where = "where k-means starts" if at.step == 0 else f"after round {at.step}"
            return f"{where}, a point lies half way between the means. Find a trap without a tie in any round."
    J, (best, moved) = -run.objective, _best_move(points, labels(points, run.theta))
    if best < 0.999 * J:
        return None
    return (
        f"k-means stops at J = {J:.4g}, and no single move of a datum lowers it: the best, that of point {moved}, "
        f"gives {best:.4g}. Look at a small cluster: its mean gives way to a datum that joins it."
    )


def _best_move(points, side):
    """Return the lowest J that moving one datum to the other cluster gives, means averaged anew, and the datum."""
    best = np.inf, None
    for i in range(len(points)):
        moved = side.copy()
        moved[i] = 1 - moved[i]
        if 0 < moved.sum() < len(points):
            groups = (points[moved == 0], points[moved == 1])
            best = min(best, (sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups), i))
    return best


STUCK = state(
    {"points": (5, 2), "means": (2, 2)},
    _judge_stuck,
    shown_by="plane.state.X.tolist() and plane.state.start.tolist()",
    because="k-means compares distances to means as they are; it never asks where they would go.",
)


# a tie rule of one's own

ROUNDS = 60
SEARCHED = 400
"""On how many random problems with many ties the loop is run. The usual rules that cycle do so on more than half of
them; one that does so on one in a hundred is missed twice in a hundred."""
REPEATS = 20
"""How often a question is put, to see whether the answer is always the same."""


def _tie_cases(seed):
    """Return data, means and old labels: far from ties, nearly tied, tied in part, all tied, and random."""
    rng = np.random.default_rng(seed)
    shift = float(rng.integers(-3, 4))
    line = [
        ([1.01, 0.995, 1.0, 1.0], [0.0, 2.0], [0, 1, 1, 0]),  # the first two are not tied, only nearly
        ([1.0, 1.0, 3.0], [2.0, 0.0, 4.0], [1, 1, 2]),
        ([1.0, 1.0, 3.0], [0.0, 2.0, 4.0], [1, 0, 2]),
        ([-1.0, 1.0, -2.0, 2.0], [0.0, 0.0], [0, 0, 1, 1]),
        ([-1.0, 1.0, 0.0], [0.0, 0.0], [-1, -1, -1]),
        ([-2.0, 0.0, 2.0], [0.0, 0.0, 0.0], [2, 1, 0]),
        ([-2.0, -1.0, 0.0, 1.0, 2.0], [0.0, 0.0, 0.0], [1, 1, 2, 2, 1]),
        ([-1.0, 1.0, -3.0, 3.0], [0.0, 0.0, 0.0], [-1, -1, -1, -1]),
    ]
    return [
        {"X": rng.normal(size=(9, 2)), "means": rng.normal(size=(3, 2)), "old": rng.integers(0, 3, 9)},
        {
            "X": np.array([[0.0, 0.0], [5.0, 5.0]]) + shift,  # nearest by squares, not by absolute differences
            "means": np.array([[3.0, 0.0], [2.0, 2.0]]) + shift,
            "old": np.array([0, 1]),
        },
        {
            "X": rng.integers(0, 4, size=(12, 2)).astype(float),
            "means": np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 3.0]]),
            "old": np.full(12, -1),
        },
        *(
            {"X": np.array([x]).T + shift, "means": np.array([m]).T + shift, "old": np.array(old)}
            for x, m, old in line
        ),
        *_tied_data(seed),
    ]


def _tied_data(seed):
    """Return problems in which many data are tied, drawn at random: a search for a loop that never stops."""
    rng = np.random.default_rng([seed, 1])
    problems = []
    for number in range(SEARCHED):
        n, k, d = rng.integers(3, 8), rng.integers(2, 4), rng.integers(1, 3)
        X = rng.integers(-1, 2, size=(n, d)).astype(float)
        means = np.zeros((k, d)) if rng.random() < 0.5 else rng.integers(-1, 2, size=(k, d)).astype(float)
        if number % 2:  # opposite data around equal means: shared out evenly, they leave the means tied
            half, means = X[: n // 2], np.zeros((k, d))
            X = rng.permutation(np.vstack([half, 0 - half, np.zeros((n % 2, d))]))
        problems.append({"X": X, "means": means, "old": np.full(n, -1)})
    return problems


AT_ONCE = 50
"""Of how many problems the loops run side by side; after some that are wrong no others are begun."""


def _ask_rule(answer, cases):
    asked = [answer.call(case) for case in cases[:-SEARCHED] * (1 + REPEATS)]
    yield from asked
    if _wrong_once(asked, cases):
        return
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        runs = _loops(answer, some)
        yield from runs
        if _wrong_runs(runs, some):
            return


def _loops(answer, cases):
    """Run k-means with the rule on all cases, round by round.

    The outcome of each is the labels of all its rounds, or that of the call that failed.
    """
    rounds, means = [[np.full_like(case["old"], -1)] for case in cases], [case["means"] for case in cases]
    ended, going = {}, list(range(len(cases)))
    while going:
        asked = [{"X": cases[n]["X"], "means": means[n], "old": rounds[n][-1]} for n in going]
        for n, outcome in zip(going, answer.calls(asked), strict=True):
            labelled = stacked(outcome.value)
            if getattr(labelled, "shape", None) != cases[n]["old"].shape:
                ended[n] = outcome
                continue
            rounds[n].append(labelled.astype(int))
            means[n] = _averages(cases[n]["X"], rounds[n][-1], means[n])
            if len(rounds[n]) > ROUNDS or np.array_equal(rounds[n][-1], rounds[n][-2]):
                ended[n] = Outcome("value", np.array(rounds[n], dtype=float))
        going = [n for n in going if n not in ended]
    return [ended[n] for n in range(len(cases))]


def _averages(X, side, means):
    return np.array([X[side == j].mean(axis=0) if (side == j).any() else mean for j, mean in enumerate(means)])


def _wrong_rounds(rounds, case):
    """Replay the rounds of a run; say what is wrong with them, or None."""
    means, old = case["means"], np.full_like(case["old"], -1)
    if np.ndim(rounds) != 2 or not np.array_equal(rounds[0], old):
        return "labels of shape (n,) are expected in every round."
    for new in rounds[1:]:
        if said := _wrong_labels(new, {"X": case["X"], "means": means, "old": old}):
            return said
        means, old = _averages(case["X"], new, means), new
    if len(rounds) < 2 or not np.array_equal(rounds[-1], rounds[-2]):
        data, places = (" ".join(map(_point, case[name])) for name in ("X", "means"))
        return (
            f"each step is right, but k-means with your rule never stops on the data {data} with means at "
            f"{places}: follow some rounds from old = -1. The labels should change only where J falls."
        )
    return None


def _point(row):
    """Return a datum as it is written: 1, or (1, 0)."""
    numbers = ", ".join(f"{number:g}" for number in row)
    return f"({numbers})" if len(row) > 1 else numbers


def _wrong_once(asked, cases):
    """Say what is wrong with single calls, each put several times, or None."""
    usual = cases[:-SEARCHED]
    for outcome in asked:
        if said := failed(outcome, "assign_with_rule(X, means, old)", "labels of shape (n,)", {}):
            return said
    if len(asked) != (1 + REPEATS) * len(usual):
        return "an unreadable record."
    times = [asked[start :: len(usual)] for start in range(len(usual))]
    for case, all_times in zip(usual, times, strict=True):
        if said := _wrong_labels(stacked(all_times[0].value), case):
            return said
        if not all(np.array_equal(all_times[0].value, again.value) for again in all_times):
            return "calls with the same arguments differ. A rule gives equal labels for equal arguments."
    return None


def _wrong_runs(runs, cases):
    """Say what is wrong with some of the loops, or None."""
    for case, outcome in zip(cases, runs, strict=False):
        said = failed(outcome, "assign_with_rule(X, means, old)", "labels of shape (n,)", {})
        if said := said or _wrong_rounds(outcome.value, case):
            return said
    return None


def _judge_rule(outcomes, cases):
    """Judge single calls, and the loops, as many as were begun."""
    calls = (1 + REPEATS) * len(cases[:-SEARCHED])
    asked, runs = outcomes[:calls], outcomes[calls:]
    if said := _wrong_once(asked, cases) or _wrong_runs(runs, cases):
        return said
    if len(runs) != len(cases):
        return "an unreadable record."
    if all(_is_lowest(outcome.value, case) for case, outcome in zip(cases, runs, strict=True)) and all(
        np.array_equal(first.value, labels(case["X"], case["means"]))
        for first, case in zip(asked, cases[:-SEARCHED], strict=False)
    ):
        return "ties go to the lowest index, wherever this check looked. That is the rule of the course."
    return None


def _is_lowest(rounds, case):
    """Return whether each round of a run gave each datum to the lowest of its nearest means."""
    means = case["means"]
    for new in rounds[1:]:
        if not np.array_equal(new, labels(case["X"], means)):
            return False
        means = _averages(case["X"], new, means)
    return True


def _wrong_labels(given, case):
    """Say why labels are no assignment to a nearest mean, or None."""
    X, means, old = case.values()
    n, k = len(X), len(means)
    given = stacked(given)
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
        absolute = np.abs(X[:, None] - means).sum(axis=2)
        if (absolute[np.arange(n), given.astype(int)] == absolute.min(axis=1)).all():
            return "you measured by absolute differences, as k-medians does. This exercise is on k-means: squares."
        return "a datum goes to a mean that is not nearest. Your rule may choose among the nearest only."
    return None


TIE_RULE = Exercise(
    _tie_cases,
    _ask_rule,
    _judge_rule,
    "Nearest means only, the same answer each time, and every run comes to its end.",
)

QUESTIONS = {"loss": LOSS, "slope": SLOPE, "update": MEDIANS, "stuck": STUCK, "tie_rule": TIE_RULE}
