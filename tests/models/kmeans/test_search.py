"""The search for the best optimum of k-means: against enumeration, dynamic programming, and J computed afresh."""

import itertools

import numpy as np
import pytest

from lecture_lib.em import converge, em, nothing_gained, parameters_settle
from lecture_lib.models.kmeans import Jumps, KMeans, assign, fit, labels, move_one, reduced_lyapunov, search
from lecture_lib.models.kmeans.jumps import SHARE, STEPS_WITH_MORE, _merged, _merging_costs
from lecture_lib.models.kmeans.partitions import FARTHER, NEARLY, Partitions
from lecture_lib.seeding import kmeans_plus_plus


def J_of(X, z, w=None):
    """J of a labelling with each mean at the mean of its data, which count as often as their weight says."""
    w = np.ones(len(X)) if w is None else w
    groups = [z == j for j in np.unique(z)]
    return sum(w[g] @ ((X[g] - np.average(X[g], axis=0, weights=w[g])) ** 2).sum(axis=1) for g in groups)


def best_on_a_line(x, k):
    """The least J in one dimension: its clusters are intervals, so the last one begins somewhere."""
    x = np.sort(x)
    n = len(x)
    cost = np.array(
        [[np.sum((x[a : b + 1] - x[a : b + 1].mean()) ** 2) if a <= b else 0 for b in range(n)] for a in range(n)]
    )
    best = cost[0]
    for _ in range(k - 1):
        best = np.array([min(best[a - 1] + cost[a, b] for a in range(1, b + 1)) if b else 0 for b in range(n)])
    return best[-1]


def crowd(seed=0, k=25, n=1000, d=2):
    rng = np.random.default_rng(seed)
    return 6 * rng.standard_normal((k, d))[rng.integers(k, size=n)] + rng.standard_normal((n, d))


@pytest.mark.parametrize("k", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(4))
def test_it_finds_the_best_of_all_enumerated_partitions(seed, k):
    X = np.random.default_rng(seed).standard_normal((7, 2))
    least = min(J_of(X, np.array(z)) for z in itertools.product(range(k), repeat=7))
    run = search(X, k, rng=np.random.default_rng(0))
    assert -run.objective == pytest.approx(least, rel=1e-12)  # sums of sixteen squares


@pytest.mark.parametrize(("n", "k"), [(60, 5), (120, 12), (200, 3)])
def test_it_finds_the_best_on_a_line(n, k):
    rng = np.random.default_rng(n)
    x = np.concatenate([rng.standard_normal(n // 2), 3 + 2 * rng.standard_normal(n - n // 2)])
    least = best_on_a_line(x, k)
    rngs = map(np.random.default_rng, range(5))
    found = [-search(x[:, None], k, rng=rng, patience=60).objective for rng in rngs]
    assert min(found) >= least * (1 - 1e-12)
    assert min(found) == pytest.approx(least, rel=1e-12)
    assert max(found) <= 1.02 * least


def test_J_never_rises_and_belongs_to_the_means():
    X = crowd()
    run = search(X, 25, rng=np.random.default_rng(1), restarts=1)
    J = -run.objectives
    assert np.all(np.diff(J) <= 1e-12 * J[0])
    assert J[-1] < 0.97 * J[0]  # k-means alone ends higher here
    for state in run.states[:: len(J) // 5]:
        # J of a clustering whose last step lowered it by less than a thousandth: the next step does no more.
        assert (1 - 1e-3) * -state.objective <= reduced_lyapunov(X, state.theta) <= (1 + 1e-12) * -state.objective
    assert -run.objective == reduced_lyapunov(X, run.theta)  # the same arithmetic as KMeans, at the end
    again = converge(em(KMeans(X), run.theta), until=parameters_settle())
    np.testing.assert_array_equal(again.theta, run.theta)


@pytest.mark.parametrize("seed", range(5))
def test_in_the_end_no_move_of_one_datum_helps(seed):
    X = np.random.default_rng(seed).standard_normal((300, 3))
    r = assign(X, search(X, 9, rng=np.random.default_rng(seed), restarts=1, patience=2).theta)
    assert move_one(X, r, X[:9]) is r


def test_it_ends_no_higher_than_k_means_from_its_start():
    """On ten draws. A jump may stay before k-means has ended, so that no theorem says so."""
    for seed in range(10):
        X = np.random.default_rng(seed).uniform(size=(150, 2))
        run = search(X, 6, rng=np.random.default_rng(seed), restarts=1)
        start = kmeans_plus_plus(X, 6, np.random.default_rng(seed), 3)  # 3 = 2 + int(log 6)
        alone = converge(em(KMeans(X), start), until=parameters_settle())
        assert run.objective >= alone.objective * (1 + 1e-12)
        assert -run.objectives[0] < reduced_lyapunov(X, start)


def test_it_finds_what_single_starts_do_not():
    """49 clusters on a grid: most starts with candidates leave some cluster without a mean."""
    rng = np.random.default_rng(0)
    grid = 8.0 * np.array(list(itertools.product(range(7), repeat=2)))
    X = (grid[:, None] + rng.standard_normal((49, 20, 2))).reshape(-1, 2)
    truth = J_of(X, np.repeat(np.arange(49), 20))
    found = [-search(X, 49, rng=np.random.default_rng(seed)).objective / truth for seed in range(5)]
    assert max(found) <= 1 + 1e-9
    alone = [-fit(X, 49, rng=np.random.default_rng(seed), restarts=1).objective / truth for seed in range(5)]
    assert sum(ratio > 1.01 for ratio in alone) >= 3


def test_a_seed_fixes_the_search():
    X = crowd(3)
    one, other = (search(X, 25, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one.theta, other.theta)
    assert one.objective == other.objective
    assert (one.agreeing, one.second, len(one.states)) == (other.agreeing, other.second, len(other.states))


@pytest.mark.parametrize("power", [-60, 40])
def test_the_search_scales_with_a_unit_that_is_a_power_of_two(power):
    """Exactly: every number of the search is then the same but for its exponent."""
    X, unit = crowd(4), 2.0**power
    plain, scaled = (search(data, 25, rng=np.random.default_rng(2), restarts=1) for data in (X, unit * X))
    np.testing.assert_array_equal(scaled.theta, unit * plain.theta)
    assert scaled.objective == unit**2 * plain.objective


@pytest.mark.parametrize(("unit", "shift"), [(1e-8, 0), (1e8, 0), (1, 1e6)])
def test_clear_clusters_are_found_in_any_unit_and_anywhere(unit, shift):
    grid = 20.0 * np.array(list(itertools.product(range(4), repeat=2)))
    X = (grid[:, None] + np.random.default_rng(0).standard_normal((16, 12, 2))).reshape(-1, 2)
    z = np.repeat(np.arange(16), 12)
    run = search(unit * X + shift, 16, rng=np.random.default_rng(1))
    # Data at 1e6 are stored to 1e-10, and J sums squares of order one.
    assert -run.objective == pytest.approx(unit**2 * J_of(X, z), rel=1e-8)
    assert len(np.unique(labels(unit * X + shift, run.theta))) == 16


def test_a_weight_of_two_is_a_datum_twice_and_of_zero_none():
    rng = np.random.default_rng(0)
    X, w = crowd(6, k=6, n=200), rng.integers(0, 3, size=200)
    weighted = search(X, 6, rng=np.random.default_rng(0), sample_weight=w)
    counted = search(np.repeat(X, w, axis=0), 6, rng=np.random.default_rng(0))
    assert weighted.objective == pytest.approx(counted.objective, rel=1e-12)
    order = np.lexsort(weighted.theta.T), np.lexsort(counted.theta.T)
    np.testing.assert_allclose(weighted.theta[order[0]], counted.theta[order[1]], rtol=1e-10)


def test_weights_that_are_no_counts():
    rng = np.random.default_rng(1)
    X, w = rng.standard_normal((8, 2)), rng.uniform(0.2, 3, 8)
    least = min(J_of(X, np.array(z), w) for z in itertools.product(range(3), repeat=8))
    run = search(X, 3, rng=np.random.default_rng(0), sample_weight=w)
    assert -run.objective == pytest.approx(least, rel=1e-12)


def test_the_report_counts_the_ends():
    X = crowd(7, k=12, n=400)
    ends = []
    rng = np.random.default_rng(3)
    for _ in range(6):
        ends.append(search(X, 12, rng=rng, restarts=1, patience=1).objective)
    run = search(X, 12, rng=np.random.default_rng(3), restarts=6, patience=1)
    best = max(ends)
    assert run.objective == best
    # -J has no nats: ends within 1e-8 of it are one.
    others = [end for end in ends if end < best * (1 + 1e-8)]
    assert run.agreeing == 6 - len(others) < 6
    assert run.second == max(others)
    assert search(X, 1, rng=rng).second is None


def test_patience_and_steps_are_kept():
    X = crowd(8, k=4, n=200)
    run = search(X, 4, rng=np.random.default_rng(0), restarts=1, patience=7)
    assert run.converged
    rises = np.flatnonzero(np.diff(run.objectives[:-1]) > 0)
    assert len(run.states) == (rises[-1] + 1 if len(rises) else 0) + 7 + 2  # the jumps in vain, start, single moves
    short = search(X, 4, rng=np.random.default_rng(0), restarts=1, max_steps=2)
    assert not short.converged
    assert [state.step for state in short.states] == [0, 1, 2, 3]


def test_an_interrupt_keeps_what_was_found(monkeypatch):
    X, calls = crowd(9), iter(range(100))
    jump = Jumps._jump

    def interrupted(*arguments):
        if next(calls) == 3:
            raise KeyboardInterrupt
        return jump(*arguments)

    monkeypatch.setattr(Jumps, "_jump", interrupted)
    run = search(X, 25, rng=np.random.default_rng(0))
    assert run.interrupted
    assert len(run.states) == 4
    # Where k-means was when it was left: a thousandth of J, at most, from its next step.
    assert (1 - 1e-3) * -run.objective <= reduced_lyapunov(X, run.theta) <= (1 + 1e-12) * -run.objective


@pytest.mark.parametrize("k", [1, 2])
def test_few_clusters(k):
    X = crowd(1, k=2, n=50)
    run = search(X, k, rng=np.random.default_rng(0))
    assert run.agreeing == 2
    assert len(run.states) == 22


def test_duplicates_and_all_means_on_data():
    X = np.repeat(np.random.default_rng(0).standard_normal((6, 2)), 5, axis=0)
    for k in (3, 5, 6):
        run = search(X, k, rng=np.random.default_rng(0))
        assert len(np.unique(labels(X, run.theta))) == k
    assert run.objective == 0
    with pytest.raises(ValueError, match="number of distinct data = 6"):
        search(X, 7, rng=np.random.default_rng(0))


class Recorder(Jumps):
    """Keeps the means with which steps begin, how many were taken each time, and when they were to end."""

    began, counts, ends = (), (), ()

    def steps(self, means):
        self.began, self.counts = (*self.began, means), (*self.counts, 0)
        for step in super().steps(means):
            self.counts = (*self.counts[:-1], self.counts[-1] + 1)
            yield step

    def settle(self, means, *end, **ends):
        self.ends = end
        return super().settle(means, *end, **ends)


def two_means_amiss(seed=0):
    """Seven clusters: the first two, far apart, have two means each, the two pairs after them one in the middle.

    The last cluster has its own mean, and lies beside the first.
    """
    rng = np.random.default_rng(seed)
    centres = np.array([[0, 0], [200, 0], [0, 100], [10, 100], [60, 100], [71, 100], [0, -20]])
    X = (centres[:, None] + rng.standard_normal((7, 60, 2))).reshape(-1, 2)
    means = np.array([[-1, 0], [1, 0], [199, 0], [201, 0], [5, 100], [65.5, 100], [0, -20]])
    jumps = Recorder(X)
    return jumps, jumps.settle(means - jumps.shift), J_of(X, np.repeat(np.arange(7), 60))


@pytest.mark.parametrize("seed", range(5))
def test_a_jump_mends_two_means_amiss_at_once(seed):
    jumps, old, truth = two_means_amiss(seed)
    assert old.J / truth > 2
    ends = [jumps._jump(old, np.random.default_rng(draw), 0) for draw in range(20)]
    # With seven means more; where no datum was drawn from one of the pairs in the middle, the jump fails.
    mended = [end is not None and abs(end.J / truth - 1) < 1e-12 for end in ends]  # sums of 840 squares
    assert sum(mended) >= 10
    assert all(end is None or end.J <= old.J * (1 + 1e-12) for end in ends)


def test_after_failures_fewer_means_are_added_and_then_all_again():
    X = crowd(k=16)
    jumps = Recorder(X)
    old = jumps.settle(jumps.X[:16])
    for fails, more in enumerate([16, 8, 4, 2, 16, 8]):
        jumps.began, jumps.counts = (), ()
        jumps._jump(old, np.random.default_rng(0), fails)
        added, merged = jumps.began
        np.testing.assert_array_equal(added[:16], old.means)
        assert (len(added), len(merged)) == (16 + more, 16)
        assert jumps.counts[0] == STEPS_WITH_MORE > 1  # a mean that was just added has not taken its data yet
        assert jumps.ends == (old.J, SHARE)
    other = Recorder(X[:, :1])
    other._jump(other.settle(other.X[:3]), np.random.default_rng(0), 3)
    assert len(other.began[1]) == 4  # one at least


def test_a_datum_is_added_in_proportion_to_what_it_costs():
    X = np.array([0.0] * 50 + [10, 12, 20, 26])[:, None]
    for w, share in ((None, 9 / 10), (np.r_[np.ones(50), 9, 9, 1, 1], 1 / 2)):
        jumps = Recorder(X, sample_weight=w)
        old = jumps.settle(np.array([[0.0], [11], [23]]) - jumps.shift)
        for seed in range(400):
            jumps._jump(old, np.random.default_rng(seed), 3)
        drawn = np.concatenate(jumps.began[1::2])[3::4] + jumps.shift
        assert drawn.min() > 9
        # The two last cost 9 each, the two before 1 each: three standard deviations of 400 draws.
        assert abs(np.mean(drawn > 15) - share) < 3 * np.sqrt(share * (1 - share) / 400)


@pytest.mark.parametrize("seed", range(5))
def test_pairs_are_merged_the_cheapest_first(seed):
    rng = np.random.default_rng(seed)
    means, R = rng.standard_normal((13, 2)), rng.integers(1, 9, 13).astype(float)

    def cheapest(means, R):
        """The pair, and what its merging costs, by the two means' data all at the means."""
        pairs = list(itertools.combinations(range(len(R)), 2))
        data = [np.repeat(means[[a, b]], R[[a, b]].astype(int), axis=0) for a, b in pairs]
        return pairs[np.argmin([J_of(two, np.zeros(len(two))) for two in data])]

    a, b = cheapest(means, R)
    one = _merged(means.copy(), R.copy(), 12)
    expected = np.delete(means, b, axis=0)
    expected[a] = (R[a] * means[a] + R[b] * means[b]) / (R[a] + R[b])
    np.testing.assert_allclose(one, expected, rtol=1e-12)
    # Down to seven: of six merges three, then two, then one, each time pairs apart from each other.
    assert len(_merged(means.copy(), R.copy(), 7)) == 7
    total = R @ means
    left, sizes = means.copy(), R.copy()
    for _ in range(12):
        a, b = cheapest(left, sizes)
        left[a] = (sizes[a] * left[a] + sizes[b] * left[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        left, sizes = np.delete(left, b, axis=0), np.delete(sizes, b)
    np.testing.assert_allclose(_merged(means.copy(), R.copy(), 1), left)
    np.testing.assert_allclose(left[0], total / R.sum())


def test_several_merges_are_those_of_one_at_a_time_where_pairs_are_clear():
    """Eight pairs, wide ones too: the six narrow ones are merged, with the weights of their sizes."""
    places = 100.0 * np.arange(8)[:, None]
    widths = np.array([1.0, 20, 2, 3, 1, 2, 30, 1])[:, None]
    R = np.arange(1.0, 17)
    means = np.concatenate([places, places + widths])
    expected = [(R[j] * means[j] + R[j + 8] * means[j + 8]) / (R[j] + R[j + 8]) for j in (0, 2, 3, 4, 5, 7)]
    found = _merged(means, R, 10)
    np.testing.assert_allclose(np.sort(found[:, 0]), np.sort(np.concatenate([*expected, [100, 120, 600, 630]])))


def test_a_merge_changes_which_is_the_next():
    found = _merged(np.array([[0.0], [0.3], [1.2], [50], [52]]), np.ones(5), 3)
    np.testing.assert_allclose(found, [[0.5], [50], [52]])


def test_an_empty_cluster_is_merged_first():
    means, R = np.array([[0.0], [5], [6], [90]]), np.array([4.0, 3, 3, 0])
    np.testing.assert_array_equal(_merged(means, R, 3), [[0], [5], [6]])


@pytest.mark.parametrize("w", [None, np.random.default_rng(1).uniform(0.5, 2, 60)])
def test_means_go_on_by_a_part_of_their_last_way(w):
    X = np.random.default_rng(0).standard_normal((60, 2))
    data = Partitions(X, sample_weight=w)
    weights = np.ones(60) if w is None else w
    means = before = data.X[:5]
    for J, z, new, R in itertools.islice(data.steps(means), 6):
        squared = np.sum((data.X[:, None] - means) ** 2, axis=2)
        np.testing.assert_array_equal(z, squared.argmin(axis=1))
        own = [z == j for j in range(5)]
        np.testing.assert_allclose(J, weights @ squared.min(axis=1), rtol=1e-12)
        np.testing.assert_allclose(R, np.bincount(z, weights))
        np.testing.assert_allclose(new, [np.average(data.X[mine], axis=0, weights=weights[mine]) for mine in own])
        means, before = new + FARTHER * (new - before), new


def test_along_a_row_of_clusters_that_saves_steps():
    """On ten draws, beside k-means as it is: steps to within a thousandth of the higher of both ends."""
    counts = []
    for seed in range(10):
        X, start = np.random.default_rng(seed).uniform(size=(600, 1)), np.linspace(0, 0.5, 12)[:, None]
        data, alone = Partitions(X), converge(em(KMeans(X), start), until=parameters_settle())
        enough = 1.001 * max(data.settle(start - data.shift).J, -alone.objective)
        ours = np.array([J for J, *_ in itertools.islice(data.steps(start - data.shift), len(alone.states))])
        counts.append([(ours <= enough).argmax(), (-alone.objectives <= enough).argmax()])
    ours, plain = np.sum(counts, axis=0)
    assert 10 < ours < 0.8 * plain


def test_a_jump_that_leads_nowhere_is_given_up():
    X = crowd()
    data = Recorder(X)
    end = data.settle(data.X[:25])
    assert data.settle(data.X[:25], goal=end.J / 2) is None
    assert data.counts[1] < data.counts[0] / 2
    # What is within reach is not given up, though J is above it for some steps.
    assert data.settle(data.X[:25], goal=1.01 * end.J, share=1e-3).J < 1.01 * end.J


def test_k_means_is_left_where_J_falls_by_less_than_a_share():
    data, means = Partitions(crowd()), crowd()[:25]
    ends = [data.settle(means, share=share).J for share in (0.0, 1e-3, 0.1)]
    assert ends[0] < ends[1] < ends[2]


@pytest.mark.parametrize("w", [None, np.random.default_rng(1).uniform(0.5, 2, 90)])
def test_costs_of_merging_are_exact(w):
    X = np.random.default_rng(0).standard_normal((90, 2))
    jumps = Jumps(X, sample_weight=w)
    old = jumps.settle(jumps.X[:7])
    w = np.ones(90) if w is None else w
    costs = _merging_costs(old.means, old.sizes)
    for a, b in itertools.combinations(range(7), 2):
        z = np.where(old.labels == b, a, old.labels)
        assert costs[a, b] == costs[b, a] == pytest.approx(J_of(X, z, w) - old.J, rel=1e-9)


@pytest.mark.parametrize("w", [None, np.random.default_rng(1).uniform(0.5, 2, 40)])
def test_gains_of_single_moves_are_exact(w):
    X = np.random.default_rng(2).standard_normal((40, 2))
    data = Partitions(X, sample_weight=w)
    old = data.partition(np.arange(40) % 5, np.zeros((5, 2)))
    w = np.ones(40) if w is None else w
    gains, to = data._gains(old)
    for i in range(40):
        after = {b: J_of(X, np.where(np.arange(40) == i, b, old.labels), w) for b in range(5) if b != old.labels[i]}
        assert to[i] == min(after, key=after.get)
        assert gains[i] == pytest.approx(old.J - min(after.values()), abs=1e-11)
    assert old.J - gains.max() * (1 - 1e-9) > data.move_single_data(old).J


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "seed"), [(40, 0), (40, 1), (40, 3), (400, 1), (400, 2), (400, 4)])
def test_single_data_move_one_after_the_other(n, seed, weighted):
    """The best first, each only if J, computed afresh with those that moved before, falls; some only then."""
    X, w = np.random.default_rng(seed).standard_normal((n, 2)), np.ones(n)
    w = np.random.default_rng(1).uniform(0.5, 2, n) if weighted else w
    data = Partitions(X, sample_weight=w)
    old = data.partition(np.random.default_rng(seed).permutation(n) % 6, np.zeros((6, 2)))
    old = data.settle(old.means, share=1e-2) if n > 40 else old
    z, refused, late = old.labels.copy(), 0, 0
    gains, to = data._gains(old)
    tried = np.flatnonzero(gains > -NEARLY * old.costs)
    for i in tried[np.argsort(-gains[tried])]:
        moved = np.where(np.arange(n) == i, to[i], z)
        falls = J_of(X, moved, w) < J_of(X, z, w)
        z = moved if falls else z
        late, refused = late + (falls and gains[i] < 0), refused + (not falls and gains[i] > 0)
    assert (late if n > 40 else refused) > 0
    np.testing.assert_array_equal(data.move_single_data(old).labels, z)


def test_states_can_be_followed_and_a_rule_ends_them():
    X = crowd(2)
    states = Jumps(X).states(25, rng=np.random.default_rng(0))
    run = converge(states, until=nothing_gained(3))
    assert run.objectives[-1] == run.objectives[-4] > run.objectives[0]
    with pytest.raises(ValueError, match="patience"):
        nothing_gained(0)


@pytest.mark.parametrize("away", [1e10, 1e11, 9.96921e36])
def test_a_datum_far_away_costs_the_others_no_digit(away):
    """The last one is what stands for a missing value in many files."""
    rng = np.random.default_rng(0)
    X = 5 * rng.standard_normal((6, 2))[rng.integers(6, size=120)] + 0.3 * rng.standard_normal((120, 2))
    X = np.vstack([X, [[away, 0]]])
    for seed in range(3):
        found, plain = (way(X, 6, rng=np.random.default_rng(seed)) for way in (search, fit))
        assert found.objective >= plain.objective * (1 + 1e-9)


@pytest.mark.parametrize("where", ["single_moves", "KMeans"])
def test_an_interrupt_after_the_jumps_keeps_what_they_found(monkeypatch, where):
    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt
        yield

    X = np.random.default_rng(0).standard_normal((100, 2))
    if where == "KMeans":
        monkeypatch.setattr("lecture_lib.models.kmeans.jumps.em", interrupted)
    else:
        monkeypatch.setattr(Jumps, where, interrupted)
    run = search(X, 4, rng=np.random.default_rng(0))
    assert run.interrupted
    assert run.objective == pytest.approx(-reduced_lyapunov(X, run.theta), rel=0.02)


def test_weights_whose_costs_overflow_end_the_search():
    X = np.random.default_rng(0).integers(0, 3, size=(60_000, 1)).astype(float)
    with np.errstate(over="ignore", invalid="ignore"):
        run = search(X, 2, rng=np.random.default_rng(0), sample_weight=np.full(len(X), 1e150), restarts=1)
    assert np.isfinite(run.theta).all()
