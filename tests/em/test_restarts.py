"""Several starts: what collapsed is counted, and no last digit decides which end is kept."""

import numpy as np
import pytest

from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import (
    CollapsedComponentError,
    Run,
    State,
    best_of,
    em,
    parameters_settle,
    runs_from,
    squarem,
)
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import KMeans
from lecture_lib.models.mixture import MixtureParameters


def run_to(objective, nat=1.0):
    return Run((State(0, None, objective, nat),), converged=True)


class Halving:
    def e_step(self, theta):
        return None, -(theta**2)

    def m_step(self, theta, q):
        return theta / 2


def test_best_of_keeps_the_highest():
    runs = [run_to(value) for value in (1.0, 3.0, 2.0)]
    assert best_of(iter(runs)).states is runs[1].states
    assert best_of(iter(runs)).collapsed == 0


@pytest.mark.parametrize(
    ("ends", "nat", "first"),
    [
        ((-1000 - 5e-6, -1000.0), 1.0, 0),
        ((-1000 - 2e-5, -1000.0), 1.0, 1),
        ((-1000 - 1.5e-5, -1000 - 8e-6, -1000.0), 1.0, 1),  # the first is near the second, not near the best
        ((-1000 - 8e-6, -2000.0, -1000.0, -1000 + 1e-6), 1.0, 0),
        ((-1e9 - 5e-3, -1e9), 1.0, 0),
        ((-1e9 - 5e-2, -1e9), 1.0, 1),
        ((-1e-16 * (1 + 5e-9), -1e-16), 0.0, 0),
        ((-1e-16 * (1 + 5e-8), -1e-16), 0.0, 1),
        ((-1e-16 * (1 + 1e-9), 0.0), 0.0, 1),
    ],
)
def test_of_ends_that_are_equal_within_tolerance_the_first_is_kept(ends, nat, first):
    runs = [run_to(objective, nat) for objective in ends]
    assert best_of(runs).states is runs[first].states


def test_the_last_digits_of_the_data_do_not_decide_which_start_is_kept():
    X = load_old_faithful()
    means = [[2.0, 55.0], [4.0, 80.0]]
    starts = [MixtureParameters([0.5, 0.5], m, [np.diag([0.1, 36.0])] * 2) for m in (means, means[::-1], means)]
    for seed in range(10):
        nudged = X * (1 + 1e-15 * np.random.default_rng(seed).integers(-2, 3, X.shape))
        best = best_of(runs_from(GaussianMixture(nudged), starts)).theta
        assert best.means[0, 0] < best.means[1, 0]
        best = best_of(
            runs_from(KMeans(nudged), [theta.means for theta in starts], until=parameters_settle())
        ).theta
        assert best[0, 0] < best[1, 0]


def test_best_of_leaves_out_what_collapsed_and_counts_it():
    good = run_to(1.0)
    best = best_of([CollapsedComponentError(0, 1.0), good, CollapsedComponentError(1, 2.0)])
    assert (best.objective, best.collapsed) == (1.0, 2)


def test_best_of_raises_the_collapse_when_every_run_collapsed():
    with pytest.raises(CollapsedComponentError, match=r"^component 1 \(R = 2.5\) .* there; use a prior") as caught:
        best_of([CollapsedComponentError(0, 1.0), CollapsedComponentError(1, 2.5)])
    assert caught.value.__notes__ == ["all 2 starts collapsed"]
    assert (caught.value.component, caught.value.size) == (1, 2.5)


def test_a_collapse_of_what_components_share_names_none_of_them():
    assert str(CollapsedComponentError(None, 272.0)).startswith(
        "the shared covariance (R = 272) shrank onto a point"
    )


def test_runs_from_passes_a_collapse_on_and_goes_on():
    class Fragile(Halving):
        def e_step(self, theta):
            if theta == 7.0:
                raise CollapsedComponentError(0, 1.0)
            return super().e_step(theta)

    first, second = runs_from(Fragile(), [7.0, 8.0], until=parameters_settle(0.5), max_steps=100)
    assert isinstance(first, CollapsedComponentError)
    assert second.theta == 0.5


def test_runs_from_passes_rules_on_and_takes_another_loop():
    plain, fast = (
        next(runs_from(Halving(), [8.0], loop=loop, until=lambda seen: False, max_steps=9, keep=3))
        for loop in (em, squarem)
    )
    assert [state.step for state in plain.states] == [7, 8, 9]
    assert [state.step for state in fast.states] == [14, 16, 18]


def test_without_a_run_there_is_no_best():
    with pytest.raises(ValueError, match="runs must hold at least one run, got none; ask for at least one restart"):
        best_of([])
