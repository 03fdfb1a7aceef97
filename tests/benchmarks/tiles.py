"""Measure again what the constants of k-means were chosen by: ``python tests/benchmarks/tiles.py``, two minutes.

Each constant is tried at a quarter, at once and at four times its value, in turn, on data for which it matters;
printed is the shortest time of a run in units of that with the value as it stands. What a constant guards against
stands beside it; where its neighbours make no difference, it is uncritical.
"""

import time
from functools import partial

import numpy as np

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models.kmeans import BoundedKMeans, KMeans, assignment, bounded, screening

ROUNDS = 9


def clouds(n, d, k):
    rng = np.random.default_rng(0)
    centres = 2 * rng.standard_normal((k, d))
    X = centres[rng.integers(k, size=n)] + rng.standard_normal((n, d))
    return X, X[rng.choice(n, k, replace=False)]


def plain(X, start, **constant):
    with_constant(assignment, constant, lambda: em(KMeans(X), start), 10)


def screened(X, start, **constant):
    with_constant(screening, constant, lambda: BoundedKMeans(X, plain_up_to=0).states(start), 30)


def with_options(X, start, **options):
    converge(BoundedKMeans(X, **options).states(start), until=parameters_settle(), max_steps=30)


def with_constant(module, constant, states, steps):
    """Run with a constant of a module at another value."""
    before = {name: getattr(module, name) for name in constant}
    vars(module).update(constant)
    converge(states(), until=parameters_settle(), max_steps=steps)
    vars(module).update(before)


def times(calls):
    """Return the shortest time of each call; they take turns, so that a busy machine hurts all."""
    found = np.full((ROUNDS, len(calls)), np.inf)
    for (row, column), _ in np.ndenumerate(found):
        began = time.perf_counter()
        calls[column]()
        found[row, column] = time.perf_counter() - began
    return found.min(axis=0)


TRIALS = (
    (plain, "TILE", assignment.TILE, (200_000, 2, 5)),
    (plain, "NUMBERS_PER_TILE", assignment.NUMBERS_PER_TILE, (50_000, 8, 50)),
    (screened, "NUMBERS_PER_BATCH", screening.NUMBERS_PER_BATCH, (200_000, 8, 20)),
    (screened, "MIN_DIM_FOR_FLOAT64_SCREEN", screening.MIN_DIM_FOR_FLOAT64_SCREEN, (100_000, 4, 20)),
    (screened, "MIN_DIM_FOR_FLOAT64_SCREEN", screening.MIN_DIM_FOR_FLOAT64_SCREEN, (50_000, 16, 20)),
    (with_options, "tile", bounded.ROWS_PER_TILE, (500_000, 2, 5)),
    (with_options, "two_threads_from", bounded.MIN_WORK_FOR_TWO_THREADS, (100_000, 2, 5)),
)


def main():
    print(f"{'':28} {'/4':>6} {'as is':>6} {'x4':>6}")
    for run, name, chosen, size in TRIALS:
        problem = clouds(*size)
        quarter, one, four = times([partial(run, *problem, **{name: int(chosen * by)}) for by in (0.25, 1, 4)])
        print(f"{name:28} {quarter / one:6.2f} {1:6.2f} {four / one:6.2f}   n, d, k = {size}", flush=True)
    print("\nbounds always, in units of never:")
    for n in (272, 2_000, 8_192, 20_000):
        always, never = times([partial(with_options, *clouds(n, 2, 5), plain_up_to=at) for at in (0, 2 * n)])
        print(f"{2 * n:>8,} numbers {always / never:6.2f}", flush=True)


if __name__ == "__main__":
    main()
