"""The search for the best optimum of a mixture: its moves against the definitions, its ends against others."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from lecture_lib.datasets import load_iris, load_old_faithful
from lecture_lib.em import CollapsedComponentError, best_of, converge, em, objective_settles, runs_from, squarem
from lecture_lib.gaussian.kinds import COVARIANCES
from lecture_lib.models import kmeans
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior, fit, search, splits, trials
from lecture_lib.models.gaussian_mixture.fitting import run_from_clusters
from lecture_lib.models.mixture import MixtureParameters, log_likelihood, responsibilities, sample


def example(seed=0, k=4, d=2):
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((k, d, d))
    theta = MixtureParameters(rng.dirichlet(np.full(k, 4.0)), 3 * rng.standard_normal((k, d)), A @ A.mT + np.eye(d))
    return sample(theta, 300, rng)[0], theta


def test_it_finds_what_many_draws_find_at_best():
    """Twenty starts from random labels, which know nothing of k-means."""
    X, rng = load_old_faithful(), np.random.default_rng(0)
    model = GaussianMixture(X)

    def starts():
        for _ in range(20):
            z = rng.integers(3, size=len(X))
            groups = [X[z == j] if rng.random() < 0.5 else X[rng.choice(len(X), 30)] for j in range(3)]
            yield MixtureParameters(
                np.full(3, 1 / 3), [g.mean(axis=0) for g in groups], [np.cov(g.T) for g in groups]
            )

    drawn = best_of(runs_from(model, starts(), loop=squarem))
    for seed in range(3):
        run = search(X, 3, rng=np.random.default_rng(seed))
        assert run.objective >= drawn.objective - 1e-5  # each ends within 1e-6 nats of its optimum
    assert run.objective > fit(X, 3, rng=np.random.default_rng(0)).objective + 1  # where ten starts stay below


def test_the_objective_never_falls_and_belongs_to_theta():
    X, _ = example(1)
    run = search(X, 4, rng=np.random.default_rng(0), restarts=1)
    assert np.all(np.diff(run.objectives) >= -1e-9)
    assert run.objective == pytest.approx(log_likelihood(X, run.theta), rel=1e-12)
    again = converge(em(GaussianMixture(X), run.theta))
    assert again.objective - run.objective < 1e-5
    assert [state.step for state in run.states] == sorted(state.step for state in run.states)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_all_kinds_and_no_worse_than_fit(covariance):
    X = load_iris()[0]
    run = search(X, 3, rng=np.random.default_rng(0), covariance=covariance)
    assert run.objective >= fit(X, 3, rng=np.random.default_rng(0), covariance=covariance).objective - 1e-5
    assert run.agreeing >= 1


def test_elongated_clusters_that_k_means_cuts():
    rng = np.random.default_rng(3)
    X = np.concatenate([rng.standard_normal((200, 2)) * [8, 0.5] + [0, y] for y in (0, 4, 8)])
    run = search(X, 3, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.sort(run.theta.means[:, 1]), [0, 4, 8], atol=0.15)  # three standard errors: 0.1
    assert run.agreeing == 2


def test_a_seed_fixes_the_search():
    X, _ = example(2)
    one, other = (search(X, 4, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one.theta.means, other.theta.means)
    assert (one.objective, one.agreeing, one.second) == (other.objective, other.agreeing, other.second)


@pytest.mark.parametrize(
    ("unit", "shift"), [([2.0**-20, 2.0**10], [0, 0]), ([1.0, 1.0], [2.0**20, -(2.0**16)]), ([1e9, 1e9], [0, 0])]
)
def test_the_search_moves_with_units_and_origin(unit, shift):
    X, _ = example(20)  # each of 15 seeds found the same optimum
    plain, moved = (search(data, 4, rng=np.random.default_rng(1)) for data in (X, X * unit + shift))
    # Data at a million are stored to 1e-10; runs end within 1e-6 nats, so means within the root of that.
    assert moved.objective + 300 * np.sum(np.log(unit)) == pytest.approx(plain.objective, abs=1e-4)
    order = plain.theta.means[:, 0].argsort(), moved.theta.means[:, 0].argsort()
    np.testing.assert_allclose(moved.theta.means[order[1]], plain.theta.means[order[0]] * unit + shift, rtol=1e-3)


def test_a_weight_of_two_is_a_datum_twice():
    X, _ = example(4)
    w = np.random.default_rng(0).integers(0, 3, size=len(X))
    weighted = search(X, 3, rng=np.random.default_rng(0), sample_weight=w)
    counted = search(np.repeat(X, w, axis=0), 3, rng=np.random.default_rng(0))
    assert weighted.objective == pytest.approx(counted.objective, abs=1e-4)


def test_missing_values_and_a_prior():
    X, _ = example(5)
    holes = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X)
    run = search(holes, 3, rng=np.random.default_rng(0), restarts=1, patience=2, missing=True)
    assert np.all(np.diff(run.objectives) >= -1e-9)
    prior = MixturePrior(X.mean(axis=0), scatter=np.eye(2), strength=0.1, dof=4)
    run = search(X, 3, rng=np.random.default_rng(0), restarts=1, prior=prior)
    assert np.all(np.diff(run.objectives) >= -1e-9)
    assert run.objective == pytest.approx(GaussianMixture(X, prior=prior).e_step(run.theta)[1], rel=1e-12)


def test_what_collapses_never_wins(monkeypatch):
    """Every move ends on a point: the search returns what its starts found."""
    X, _ = example(6)
    calls = []

    def onto_a_point(model, theta, r, costs, rng, fails):
        calls.append(fails)
        covariances = theta.covariances.copy()
        covariances[0] *= 1e-9
        means = theta.means.copy()
        means[0] = X[0]
        return MixtureParameters(theta.weights, means, covariances), np.arange(3)

    monkeypatch.setattr(trials, "split_and_merged", onto_a_point)
    run = search(X, 3, rng=np.random.default_rng(0), restarts=1, patience=1)
    assert calls == [0, 1]  # patience counts trials per component; the third is one of single data
    assert run.collapsed == 0
    assert np.linalg.eigvalsh(run.theta.covariances).min() > 1e-2


def test_all_starts_collapse():
    with pytest.raises(CollapsedComponentError) as error:
        search(np.arange(6.0)[:, None], 6, rng=np.random.default_rng(0))
    assert "all 2 starts collapsed" in error.value.__notes__


@pytest.mark.parametrize("k", [1, 2, 50])
def test_few_and_many_components(k):
    """Clusters nine widths apart: no lower than EM from the truth."""
    rng, centres = np.random.default_rng(0), 9.0 * np.array(list(itertools.product(range(10), range(5))))[:k]
    X = (centres[:, None] + rng.standard_normal((k, 40, 2))).reshape(-1, 2)
    truth = MixtureParameters(np.full(k, 1 / k), centres, [np.eye(2)] * k)
    run = search(X, k, rng=np.random.default_rng(0), restarts=1, patience=2)
    assert run.objective >= converge(em(GaussianMixture(X), truth)).objective - 1e-5


def test_the_report_counts_the_ends():
    X, _ = example(7, k=4)
    rng = np.random.default_rng(3)
    ends = [search(X, 4, rng=rng, restarts=1, patience=1).objective for _ in range(4)]
    run = search(X, 4, rng=np.random.default_rng(3), restarts=4, patience=1)
    others = [end for end in ends if end < max(ends) - 1e-3]
    assert run.agreeing == 4 - len(others)
    assert run.second == max(others, default=None)


def test_an_interrupt_keeps_what_was_found(monkeypatch):
    X, _ = example(8)
    move, calls = splits.split_and_merged, itertools.count()

    def interrupted(*arguments):
        if next(calls) == 2:
            raise KeyboardInterrupt
        return move(*arguments)

    monkeypatch.setattr(trials, "split_and_merged", interrupted)
    run = search(X, 4, rng=np.random.default_rng(0))
    assert run.interrupted
    assert len(run.states) == 3


def test_an_interrupt_within_em_ends_the_search_too(monkeypatch):
    X, _ = example(8)
    step, calls = GaussianMixture.e_step, itertools.count()

    def interrupted(model, theta):
        if next(calls) == 150:
            raise KeyboardInterrupt
        return step(model, theta)

    monkeypatch.setattr(GaussianMixture, "e_step", interrupted)
    run = search(X, 4, rng=np.random.default_rng(0))
    assert run.interrupted
    assert next(calls) <= 153  # no further trial


def test_local_steps_of_components_with_small_shares_take_all_data():
    X = np.random.default_rng(0).standard_normal((100, 2))
    theta = MixtureParameters([0.997, 0.001, 0.001, 0.001], np.zeros((4, 2)), [np.eye(2)] * 4)
    model, changed = GaussianMixture(X), np.arange(1, 4)
    new, gain = trials._after_local_steps(model, theta, theta, changed, responsibilities(X, theta))
    assert abs(gain) < 0.1
    assert new.weights.sum() == pytest.approx(1, rel=1e-12)


def test_an_interrupt_of_a_later_start_keeps_what_the_first_found(monkeypatch):
    X, _ = example(8)
    begin, calls = trials.start_from_clusters, itertools.count()

    def interrupted(*arguments):
        if next(calls):
            raise KeyboardInterrupt
        return begin(*arguments)

    first = search(X, 4, rng=np.random.default_rng(0), restarts=1)
    monkeypatch.setattr(trials, "start_from_clusters", interrupted)
    run = search(X, 4, rng=np.random.default_rng(0), restarts=3)
    assert run.interrupted
    assert run.objective == first.objective
    with pytest.raises(KeyboardInterrupt):
        search(X, 4, rng=np.random.default_rng(0))


def test_a_start_that_comes_to_an_earlier_end_is_done_and_still_counts():
    X, _ = example(20)
    one = search(X, 4, rng=np.random.default_rng(0), restarts=1)
    rng, counted = np.random.default_rng(0), []
    move = trials._next

    def noted(*arguments):
        counted.append(1)
        return move(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "_next", noted)
        run = search(X, 4, rng=rng, restarts=4)
    assert run.agreeing == 4
    # Twelve trials in vain end the first; the others need none after they have come to its end.
    assert len(counted) < 2 * len(one.states)


def test_a_constant_column_with_a_prior_and_rows_thrice():
    X, _ = example(10)
    X = np.column_stack([np.repeat(X[:60], 3, axis=0), np.ones(180)])
    prior = MixturePrior(X.mean(axis=0), scatter=np.eye(3), strength=0.1, dof=5)
    run = search(X, 3, rng=np.random.default_rng(0), restarts=1, patience=1, prior=prior)
    assert np.all(np.diff(run.objectives) >= -1e-9)
    # EM puts all data of this column at its one value, the mean of the prior too.
    np.testing.assert_allclose(run.theta.means[:, 2], 1, atol=1e-12)


@pytest.mark.parametrize(("X", "k"), [(load_old_faithful(), 3), (load_iris()[0], 3), (example(20)[0], 4)])
def test_it_is_no_lower_than_fifty_fits(X, k):
    model, rng, rough = GaussianMixture(X), np.random.default_rng(0), objective_settles(1e-2)
    best = best_of(run_from_clusters(model, k, rng, loop=squarem, until=rough) for _ in range(50)).objective
    for seed in range(3):
        assert search(X, k, rng=np.random.default_rng(seed)).objective >= best - 1e-5


def test_components_without_data_are_merged_first():
    X, theta = example(11)
    empty = MixtureParameters([0.5, 0, 0.5, 0], theta.means, theta.covariances)
    kind = GaussianMixture(X).kind
    costs = splits.merging_costs(empty, kind)[np.triu_indices(4, 1)]
    assert np.isfinite(costs).all()
    np.testing.assert_allclose(costs[[0, 2, 3, 4, 5]], 0, atol=1e-12)  # all but the pair that has the data


def moments(weights, means, covariances):
    """Mean and covariance of a mixture's density."""
    p = weights / weights.sum()
    mean = p @ means
    return mean, np.einsum("j,jab->ab", p, covariances) + np.einsum("j,ja,jb->ab", p, means - mean, means - mean)


@pytest.mark.parametrize("fails", [0, 1, 2, 3])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_move_keeps_the_moments_of_what_it_merges_and_splits(k, fails):
    X, theta = example(k, k)
    r, costs = responsibilities(X, theta), splits.merging_costs(theta, GaussianMixture(X).kind)
    new, changed = splits.split_and_merged(GaussianMixture(X), theta, r, costs, np.random.default_rng(fails), fails)
    # One after the other: a merger leaves mean and covariance of the whole, and so do the halves of a Gaussian.
    for one, other in zip(moments(new.weights, new.means, new.covariances),
                          moments(theta.weights, theta.means, theta.covariances), strict=True):  # fmt: skip
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)
    assert len(changed) in ({2} if k == 2 else {2, 3})
    stay = np.delete(np.arange(k), changed)
    for part in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(new, part)[stay], getattr(theta, part)[stay])
        assert not np.isclose(getattr(new, part)[changed], getattr(theta, part)[changed]).all(axis=-1).any()


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_moves_are_of_the_kind(covariance):
    X, _ = example(12)
    model = GaussianMixture(X, covariance=covariance)
    theta = fit(X, 4, rng=np.random.default_rng(0), covariance=covariance, restarts=1).theta
    r, costs = responsibilities(X, theta), splits.merging_costs(theta, model.kind)
    for fails in range(4):
        new, changed = splits.split_and_merged(model, theta, r, costs, np.random.default_rng(0), fails)
        model.e_step(new)  # refuses other kinds
        if covariance == "tied":
            np.testing.assert_array_equal(new.covariances, theta.covariances)
            assert len(changed) == 4


def test_each_component_is_split_in_turn():
    X, theta = example(13, k=6)
    model, r = GaussianMixture(X), responsibilities(X, theta)
    costs = np.full((6, 6), np.inf)
    costs[1, 4] = 0  # the only pair
    seen = [
        frozenset(splits.split_and_merged(model, theta, r, costs, np.random.default_rng(0), fails)[1].tolist())
        for fails in range(10)
    ]
    # The merged one has its turn too.
    assert set(seen) == {frozenset({1, 4, c}) for c in range(6)}
    assert seen[:5] == seen[5:]


@pytest.mark.parametrize("weighted", [False, True])
def test_local_steps_raise_the_whole_by_no_less_than_they_say(weighted, monkeypatch):
    monkeypatch.setattr(trials, "MIN_SHARE", 0.0)  # else rows are left out and the inequality is approximate
    monkeypatch.setattr(trials, "MAX_LOCAL_LOSS", np.inf)
    for seed in range(10):
        X, theta = example(seed, k=5)
        w = np.random.default_rng(seed).integers(1, 4, size=len(X)) if weighted else None
        model = GaussianMixture(X, sample_weight=w)
        r, costs = responsibilities(X, theta), splits.merging_costs(theta, model.kind)
        moved, changed = splits.split_and_merged(model, theta, r, costs, np.random.default_rng(0), 0)
        new, gain = trials._after_local_steps(model, theta, moved, changed, r)
        assert model.e_step(new)[1] - model.e_step(theta)[1] >= gain - 1e-9 * len(X)
        stay = np.delete(np.arange(5), changed)
        np.testing.assert_array_equal(new.means[stay], theta.means[stay])
        assert new.weights[changed].sum() == pytest.approx(theta.weights[changed].sum(), rel=1e-12)
        assert model.e_step(new)[1] > model.e_step(moved)[1]


def test_the_cost_of_a_merger_is_what_complete_data_lose():
    X, theta = example(9)
    costs = splits.merging_costs(theta, GaussianMixture(X).kind)

    def Q(weights, covariances):
        """Per datum, but for what no merger changes: a fitted Gaussian's quadratic form is d on average."""
        return sum(
            w * (np.log(w) - 0.5 * np.log(np.linalg.det(S))) for w, S in zip(weights, covariances, strict=True)
        )

    pi, mu, S = theta.weights, theta.means, theta.covariances
    for a, b in itertools.combinations(range(4), 2):
        both = [a, b]
        merged = moments(pi[both], mu[both], S[both])[1]
        assert costs[a, b] == pytest.approx(Q(pi[both], S[both]) - Q([pi[both].sum()], [merged]), rel=1e-10)
    assert np.isinf(costs[np.tril_indices(4)]).all()


@pytest.mark.parametrize("weighted", [False, True])
def test_a_cut_is_worth_more_where_there_are_two(weighted):
    rng = np.random.default_rng(0)
    two = 40 + rng.standard_normal((400, 1)) + np.repeat([[4.0], [-4.0]], 200, axis=0)
    X = np.concatenate([4 * rng.standard_normal((400, 1)), two])
    z = np.repeat([0, 1], 400)
    # 0 and 2, as often: the same data on average; sums of squares then vary by 5 %.
    w = 2 * rng.integers(2, size=800) if weighted else np.ones(800)
    model, z = GaussianMixture(X, sample_weight=w), z[w > 0]
    steps, gains = splits._cuts(model, np.array([[0.0], [40]]), np.array([[[16.0]], [[17.0]]]), z, rng)
    np.testing.assert_allclose(np.abs(steps[:, 0]), np.sqrt(2 / np.pi * np.array([16, 17])))
    # The halves keep 1 of 17: 200 log(0.363 * 17) nats; a Gaussian keeps its 0.363, to a few per cent.
    assert gains[1] == pytest.approx(200 * np.log(17 * (1 - 2 / np.pi)), rel=0.15)
    assert abs(gains[0]) < 30


def test_a_step_ends_at_the_mean_of_a_half():
    """Against a million draws: a Gaussian is cut across any direction, and the halves have what is left."""
    rng, S = np.random.default_rng(0), np.array([[4.0, 1.5], [1.5, 1.0]])
    X = rng.multivariate_normal([0, 0], S, size=1_000_000)
    model = GaussianMixture(X[:1000])
    steps, _ = splits._cuts(model, np.zeros((1, 2)), S[None], np.zeros(1000, dtype=int), rng)
    half = X[X @ np.linalg.solve(S, steps[0]) > 0]
    np.testing.assert_allclose(half.mean(axis=0), steps[0], atol=0.01)  # five standard errors
    np.testing.assert_allclose(np.cov(half.T), S - np.outer(steps[0], steps[0]), atol=0.03)


def test_a_missing_value_counts_as_the_mean_in_a_cut():
    X, theta = example(14)
    z, holes = responsibilities(X, theta).argmax(axis=1), np.random.default_rng(0).random(X.shape) < 0.1
    cuts = [
        splits._cuts(model, theta.means, theta.covariances, z, np.random.default_rng(1))
        for model in (
            GaussianMixture(np.where(holes, np.nan, X), missing=True),
            GaussianMixture(np.where(holes, theta.means[z], X)),
        )
    ]
    assert np.isfinite(cuts[0][1]).all()
    # The scales of the data differ by a few per cent, and with them the directions.
    np.testing.assert_allclose(cuts[0][1], cuts[1][1], atol=0.1 * np.abs(cuts[1][1]).max())


def test_cuts_move_with_units():
    X, theta = example(15)
    z, unit = responsibilities(X, theta).argmax(axis=1), np.array([2.0**-20, 2.0**10])
    cuts = [
        splits._cuts(
            GaussianMixture(X * u), theta.means * u, theta.covariances * np.outer(u, u), z, np.random.default_rng(0)
        )
        for u in (np.ones(2), unit)
    ]
    np.testing.assert_allclose(cuts[1][0], cuts[0][0] * unit, rtol=1e-10)  # rounding alone
    np.testing.assert_allclose(cuts[1][1], cuts[0][1], rtol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_a_unit_that_is_a_power_of_two_changes_no_leap(seed):
    X, _ = example(seed)
    plain, moved = (search(X * unit, 4, rng=np.random.default_rng(1), restarts=1) for unit in (1, 2.0**20))
    # Rounding of 1e-13, which leaps of hundreds of steps enlarge: the same optimum, and the same trials.
    np.testing.assert_allclose(moved.theta.means, plain.theta.means * 2.0**20, rtol=1e-6)
    assert len(moved.states) == len(plain.states)


def test_an_interrupt_of_the_clustering_is_one_of_the_search(monkeypatch):
    X, _ = example(8)

    def interrupted(*arguments, **settings):
        return replace(fit_clusters(*arguments, **settings), interrupted=True)

    fit_clusters = kmeans.fit
    monkeypatch.setattr(kmeans, "fit", interrupted)
    for find in (search, fit):
        with pytest.raises(KeyboardInterrupt):
            find(X, 4, rng=np.random.default_rng(0))
