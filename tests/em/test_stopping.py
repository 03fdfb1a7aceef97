"""When a run ends, and which fall is an error: measured by what is there now, in any unit and from any start."""

from dataclasses import replace

import numpy as np
import pytest
from every_model import MODELS, in_the_library
from hypothesis import given, settings
from hypothesis import strategies as st

from lecture_lib.datasets import load_elderly_deaths, load_old_faithful
from lecture_lib.em import (
    ObjectiveDecreasedError,
    State,
    converge,
    em,
    objective_settles,
    parameters_settle,
    squarem,
)
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import KMeans
from lecture_lib.models.mixture import MixtureParameters
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters

RNG = np.random.default_rng(4)
Z = np.vstack([RNG.normal(0, 1, (150, 2)), RNG.normal(1.6, 1, (150, 2))]) * 1e5
MEANS = Z[RNG.choice(300, 2, replace=False)]
GOOD = MixtureParameters([0.5, 0.5], MEANS, [np.cov(Z.T)] * 2)
BAD = MixtureParameters([0.5, 0.5], MEANS, [np.eye(2)] * 2)  # the usual first try, for data of size 1
NEVER = {"until": lambda seen: False}


def states(*objectives, nat=1.0):
    return [State(step, float(step), objective, nat) for step, objective in enumerate(objectives)]


def geometric(gains, top=-1000.0):
    """Objectives that rise by such gains to the top."""
    return top - np.cumsum(gains[::-1])[::-1]


def no_gain(seen):
    return seen[-1].objective <= seen[-2].objective


def end(objectives, nat=1.0, rule=None):
    return converge(states(*objectives, nat=nat), until=rule).objective


@pytest.mark.parametrize("rate", [0.1, 0.9, 0.99, 0.999])
def test_of_geometric_gains_the_sum_to_come_is_what_counts(rate):
    gains = 100 * rate ** np.arange(16 / -np.log10(rate))
    run = converge(states(*geometric(gains)), max_steps=len(gains))
    assert run.converged
    assert 1e-12 < -1000 - run.objective <= 1e-6


@pytest.mark.parametrize(("slow", "share"), [(0.999, 1e-6), (0.999, 1e-8), (0.99, 1e-9), (0.9995, 1e-9)])
def test_a_slow_mode_that_hides_under_a_fast_one_is_waited_for(slow, share):
    steps = np.arange(40_000)
    gains = 0.5**steps + share * slow**steps
    objectives = geometric(gains)
    run = converge(states(*objectives), max_steps=50_000)
    assert run.converged
    assert -1000 - run.objective <= 1e-6


def test_growing_gains_do_not_stop_a_run_however_small_they_are():
    plateau = np.concatenate([[500, 1e-3], 1e-9 * 1.1 ** np.arange(200), 0.15 * 0.5 ** np.arange(60)])
    assert end(geometric(plateau)) == pytest.approx(-1000, abs=1e-6)
    shrinks_first = np.concatenate([[500], 1e-2 * 0.5 ** np.arange(24), 6e-10 * 1.1 ** np.arange(200)])
    run = converge(states(*geometric(shrinks_first)))
    assert not run.converged


def test_a_step_that_gains_nothing_ends_a_run():
    for last in (5.0, 5.0 - 1e-13):
        assert len(converge(states(0.0, 5.0, last, 6.0)).states) == 3
    assert len(converge(states(5.0, 5.0, 6.0)).states) == 2  # a start at the optimum


def test_of_a_large_objective_a_trillionth_is_left():
    gains = 1e12 * 0.9 ** np.arange(600)
    assert 1e-5 < -1e9 - end(geometric(gains, -1e9)) <= 1e-3


@pytest.mark.parametrize("unit", [1e-16, 1.0, 1e16])
def test_without_a_nat_the_rule_scales_with_the_objective(unit):
    gains = unit * 100 * 0.9 ** np.arange(500)
    runs = [converge(states(*geometric(scale * gains, -1000 * scale * unit), nat=0)) for scale in (1, 2.0**30)]
    assert runs[0].states[-1].step == runs[1].states[-1].step
    assert 0 < -1000 * unit - runs[0].objective <= 1e-9 * 1000 * unit


def test_a_tolerance_says_how_much_may_be_left():
    gains = 100 * 0.9 ** np.arange(500)
    lefts = [-1000 - end(geometric(gains), rule=objective_settles(tol)) for tol in (1e-2, 1e-4, 1e-6)]
    assert np.all(np.array(lefts) <= [1e-2, 1e-4, 1e-6])
    assert lefts[0] > 10 * lefts[1] > 100 * lefts[2] > 0
    assert end(geometric(gains), rule=objective_settles(0)) == pytest.approx(-1000, abs=2e-12)  # rounding


def test_a_bad_start_leads_where_a_good_one_does():
    bad, good = (converge(em(GaussianMixture(Z), start)) for start in (BAD, GOOD))
    assert bad.states[0].objective < -1e12
    assert bad.converged
    assert bad.objective == pytest.approx(good.objective, abs=1e-6)
    again = converge(em(GaussianMixture(Z), bad.theta))
    assert again.objective == pytest.approx(bad.objective, abs=1e-6)


@pytest.mark.parametrize("start", [BAD, GOOD])
@pytest.mark.parametrize("loop", [em, squarem])
def test_a_wrong_step_is_found_however_bad_the_start_was(start, loop):
    class Wide(GaussianMixture):
        def m_step(self, theta, q):
            right = super().m_step(theta, q)
            return replace(right, covariances=1.1 * right.covariances)

    with pytest.raises(ObjectiveDecreasedError, match="check the model's e_step and m_step"):
        converge(loop(Wide(Z), start))


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
@pytest.mark.parametrize("start", [-1e15, -1.0])
def test_a_fall_is_judged_by_the_objective_as_it_is_now(size, start):
    converge(states(start * size, -size, -size - 0.9e-10 * size, nat=0), **NEVER)
    with pytest.raises(ObjectiveDecreasedError, match=r"fell by 1\.1e-\d+|fell by 1\.1\d* |fell by 110"):
        converge(states(start * size, -size, -size - 1.1e-10 * size, nat=0), **NEVER)


def test_a_message_shows_as_many_digits_as_were_compared():
    with pytest.raises(ObjectiveDecreasedError, match=r"by 3e-06, from -1000 to -1000\.000003, at step 1"):
        converge(states(-1000.0, -1000.000003), **NEVER)
    with pytest.raises(ObjectiveDecreasedError, match=r"by 21\.6543, from -1100\.12 to -1121\.78, at step 1"):
        converge(states(-1100.123456, -1121.777777), **NEVER)


def test_a_log_likelihood_that_cancels_to_0_is_still_rounded_like_its_terms():
    X, start = load_old_faithful(), MixtureParameters([0.4, 0.6], [[2, 55], [4, 80]], [np.diag([0.1, 36])] * 2)
    best = converge(em(GaussianMixture(X), start)).theta
    L = GaussianMixture(X).e_step(best)[1]
    unit = np.exp(L / X.size)  # L - n d log(unit) = 0
    scaled = MixtureParameters(best.weights, best.means * unit, best.covariances * unit**2)
    for shift in np.linspace(-1e-14, 1e-14, 21):
        run = converge(em(GaussianMixture(X * unit), replace(scaled, means=scaled.means * (1 + shift))))
        assert run.converged
        assert abs(run.objective) < 1e-9  # terms of five nats, 272 of them


def test_the_table_has_every_model_of_the_library():
    assert {cls for cls, _ in MODELS.values()} == in_the_library()


@pytest.mark.filterwarnings("ignore::lecture_lib.em.EmptyClusterWarning")
@pytest.mark.parametrize("loop", [em, squarem])
@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), unit=st.floats(-8, 8), far=st.floats(0, 13))
def test_a_run_ends_where_no_more_is_to_be_had(name, loop, seed, unit, far):
    model, start = MODELS[name][1](np.random.default_rng(seed), 10**unit, 10**far)
    run = converge(loop(model, start))
    assert run.converged
    # 1e-6 nats or 1e-12 of the objective; 1e-9 of one that has no nats.
    last = run.states[-1]
    left = converge(em(model, run.theta), until=no_gain, max_steps=300).objective - run.objective
    assert left <= (max(1e-6 * last.nat, 1e-12 * last.size) if last.nat else 1e-9 * last.size)


def test_starts_of_the_table_are_as_bad_as_they_say():
    rng = np.random.default_rng(0)
    lowest = {name: make(rng, 1e-8, 1e14) for name, (_, make) in MODELS.items()}
    bad = {
        name for name, (model, start) in lowest.items() if model.e_step(start)[1] < -1e14 * getattr(model, "nat", 1)
    }
    assert bad >= {"soft k-means", "PPCA", *(name for name in MODELS if name.startswith("Gaussian"))}


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_k_means_in_any_unit_ends_when_no_mean_moves_and_a_wrong_update_is_found(unit):
    class Overshooting(KMeans):
        def m_step(self, means, labels):
            return means + 2.5 * (super().m_step(means, labels) - means)

    X = load_old_faithful() * unit
    run = converge(em(KMeans(X), X[:2]), until=parameters_settle())
    np.testing.assert_array_equal(run.states[-1].theta, run.states[-2].theta)
    assert converge(em(KMeans(X), X[:2])).objective == run.objective
    with pytest.raises(ObjectiveDecreasedError):
        converge(em(Overshooting(X), X[:2]), until=parameters_settle())


def test_at_a_slow_rate_too_a_millionth_of_a_nat_is_left():
    deaths = PoissonMixture(load_elderly_deaths())  # rate 0.9957
    start = PoissonMixtureParameters([0.3, 0.7], [1.0, 2.5])
    top = converge(em(deaths, start), until=no_gain).objective
    for loop in (em, squarem):
        assert 0 <= top - converge(loop(deaths, start)).objective <= 1e-6


class Float32:
    """A mixture of two Gaussians on the line with known widths, right, in single precision."""

    def __init__(self, x):
        self.x = x.astype(np.float32)

    def e_step(self, means):
        means = means.astype(np.float32)
        log_joint = -0.5 * (self.x[:, None] - means) ** 2 - np.float32(np.log(2 * np.sqrt(2 * np.pi)))
        log_marginal = np.logaddexp(log_joint[:, 0], log_joint[:, 1])
        return np.exp(log_joint - log_marginal[:, None]), log_marginal.sum()

    def m_step(self, means, r):
        return r.T @ self.x / r.sum(axis=0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kept", [np.float32, np.float64])
def test_a_right_model_in_float32_passes_and_a_wrong_one_does_not(seed, kept):
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(-1, 1, 15_000), rng.normal(1.5, 1, 15_000)])

    class Kept(Float32):  # the parameters, or only the objective, in single precision
        def m_step(self, means, r):
            return super().m_step(means, r).astype(kept)

    run = converge(em(Kept(x), np.array([-0.3, 0.4])))
    assert run.converged
    np.testing.assert_allclose(run.theta, [-1, 1.5], atol=0.06)  # a sampling error of 0.01, and flat in float32

    class Overshooting(Kept):
        def m_step(self, means, r):
            return means + kept(3.5) * (super().m_step(means, r) - means)

    with pytest.raises(ObjectiveDecreasedError):
        converge(em(Overshooting(x), np.array([-0.3, 0.4])), until=lambda seen: False, max_steps=50)
