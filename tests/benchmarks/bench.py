"""How fast and how lean: this library beside scikit-learn, in one run, from the same starts.

    python tests/benchmarks/bench.py            # all, some minutes
    python tests/benchmarks/bench.py --quick    # few data, to see that it runs

Prints one table and fails when a target is missed. Times are compared as ratios, each pair measured in turn, so
that a busy machine slows both.
"""

import argparse
import functools
import itertools
import subprocess
import sys
import time
import tracemalloc
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.mixture import GaussianMixture as TheirMixture

from lecture_lib.em import converge, em, parameters_settle
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import BoundedKMeans, KMeans
from lecture_lib.models.mixture import MixtureParameters, sample

ROUNDS = 3
REST = 0.1  # seconds before each measurement: threads of the linear algebra before it spin on for about 30 ms
IMPORT_SECONDS = 0.3
LINEAR = 1.5  # with more data, a step may take a datum at most this many times as long as with fewer
MIB = 2**20


@dataclass(frozen=True)
class Row:
    """One line of the table: what runs on how many data, and the ratio of times to reach."""

    algorithm: str
    n: int
    d: int
    k: int
    iterations: int
    target: float


ROWS = [
    Row("full", 272, 2, 2, 200, 1),
    Row("full", 100_000, 2, 5, 10, 10),
    Row("full", 1_000_000, 2, 10, 3, 25),
    Row("full", 200_000, 8, 10, 5, 10),
    Row("full", 100_000, 16, 16, 5, 5),
    Row("full", 50_000, 64, 10, 5, 2.5),
    Row("diagonal", 1_000_000, 2, 10, 5, 3),
    Row("diagonal", 100_000, 64, 10, 10, 2),
    Row("spherical", 1_000_000, 2, 10, 5, 3),
    Row("spherical", 100_000, 64, 10, 10, 3),
    Row("k-means", 1_000_000, 2, 10, 10, 0.5),
]

# k-means with bounds runs to its end, beside the better of Lloyd and Elkan.
BOUNDED = [
    (272, 2, 2), (100_000, 2, 5), (1_000_000, 2, 10), (200_000, 8, 10), (100_000, 16, 64), (50_000, 64, 100),
    (50_000, 196, 10),
]  # fmt: skip
BOUNDED_MEAN, BOUNDED_LEAST = 1.5, 0.8

# A step where a tenth of the entries is missing, beside one where none is.
HOLES = [(1_000, 8, 3), (1_000, 8, 10), (10_000, 8, 3), (10_000, 8, 10), (100_000, 8, 3), (100_000, 8, 10)]
HOLES_MOST = 5


def problem(row):
    """Return data from k clusters that overlap, and a start at k of them."""
    rng = np.random.default_rng(0)
    truth = MixtureParameters(
        np.full(row.k, 1 / row.k), 2 * rng.standard_normal((row.k, row.d)), [np.eye(row.d)] * row.k
    )
    X, _ = sample(truth, row.n, rng)
    means = X[rng.choice(row.n, row.k, replace=False)]
    return X, MixtureParameters(truth.weights, means, [np.eye(row.d) * X.var()] * row.k)


def ours(row, X, start):
    """Run the iterations, and return the objective at their end."""
    if row.algorithm == "k-means":
        states = em(KMeans(X), start.means)
    else:
        states = em(GaussianMixture(X, covariance=row.algorithm), start)
    return next(itertools.islice(states, row.iterations, None)).objective


def theirs(row, X, start):
    """Return scikit-learn's model after as many iterations."""
    if row.algorithm == "k-means":
        model = TheirKMeans(row.k, init=start.means, n_init=1, max_iter=row.iterations, tol=0, algorithm="lloyd")
        return model.fit(X)
    kind = {"diagonal": "diag"}.get(row.algorithm, row.algorithm)
    precision = 1 / start.covariances[0, 0, 0]
    precisions = {
        "full": precision * np.array([np.eye(row.d)] * row.k),
        "diag": np.full((row.k, row.d), precision),
        "spherical": np.full(row.k, precision),
    }[kind]
    return TheirMixture(
        row.k, covariance_type=kind, tol=0, max_iter=row.iterations, reg_covar=0, weights_init=start.weights,
        means_init=start.means, precisions_init=precisions, init_params="random_from_data",
    ).fit(X)  # fmt: skip


def seconds(call):
    time.sleep(REST)
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def peak_mib(call):
    """Return the most memory that NumPy and Python held at once for a call, beyond what they held before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / MIB


def compare(row):
    """Measure one row, print it, and return whether all its targets are met."""
    X, start = problem(row)
    pairs = []
    for _ in range(ROUNDS):
        their_time, model = seconds(lambda: theirs(row, X, start))
        our_time, objective = seconds(lambda: ours(row, X, start))
        pairs.append((their_time, our_time))
    their_time, our_time = np.min(pairs, axis=0)
    expected = -model.inertia_ if row.algorithm == "k-means" else model.score(X) * len(X)
    same = abs(objective - expected) <= 1e-9 * abs(expected)
    memory, allowed = peak_mib(lambda: ours(row, X, start)), X.nbytes / 2 / MIB + 64
    met = same and their_time / our_time >= row.target and memory <= allowed
    print(
        f"{row.algorithm:10} {row.n:>9,} {row.d:>3} {row.k:>3} "
        f"{1e3 * their_time / row.iterations:>10.3f} {1e3 * our_time / row.iterations:>9.3f} "
        f"{their_time / our_time:>6.1f} {row.target:>6} {'same' if same else 'DIFFERS':>9} "
        f"{memory:>7.1f} {allowed:>7.1f}  {'' if met else 'MISSED'}",
        flush=True,
    )
    return met


def bounded(sizes):
    """Print a table of k-means with bounds, to convergence; return whether it is as much faster as it should."""
    print("\nk-means to convergence")
    print(f"{'n':>9} {'d':>3} {'k':>3} {'steps':>6} {'lloyd s':>9} {'elkan s':>9} {'our s':>9} {'ratio':>6}")
    ratios, same = [], True
    for n, d, k in sizes:
        X, start = problem(Row("k-means", n, d, k, 0, 0))
        times = []
        for _ in range(ROUNDS):
            pair = [seconds(lambda a=a, X=X, m=start.means: _to_the_end(X, m, a)) for a in ("lloyd", "elkan")]
            pair.append(
                seconds(lambda X=X, m=start.means: converge(BoundedKMeans(X).states(m), until=parameters_settle()))
            )
            times.append([time for time, _ in pair])
        (_, theirs), (_, run) = pair[0], pair[2]
        lloyd, elkan, our = np.min(times, axis=0)
        same &= abs(run.objective + theirs.inertia_) <= 1e-9 * theirs.inertia_
        ratios.append(min(lloyd, elkan) / our)
        print(f"{n:>9,} {d:>3} {k:>3} {run.states[-1].step:>6} {lloyd:>9.4f} {elkan:>9.4f} {our:>9.4f} "
              f"{ratios[-1]:>6.2f}", flush=True)  # fmt: skip
    mean = float(np.exp(np.mean(np.log(ratios))))
    met = same and mean >= BOUNDED_MEAN and min(ratios) >= BOUNDED_LEAST
    print(f"geometric mean {mean:.2f}, to reach {BOUNDED_MEAN}; least {min(ratios):.2f}, to reach {BOUNDED_LEAST}; "
          f"J {'same' if same else 'DIFFERS'}  {'' if met else 'MISSED'}")  # fmt: skip
    return met


def _to_the_end(X, means, algorithm):
    """Return scikit-learn's k-means at its end."""
    return TheirKMeans(len(means), init=means, n_init=1, max_iter=10_000, tol=0, algorithm=algorithm).fit(X)


def holes(sizes):
    """Print how many times as long a step takes if a tenth of the entries is missing; return whether few."""
    ratios = []
    for n, d, k in sizes:
        X, start = problem(Row("full", n, d, k, 0, 0))
        punched = np.where(np.random.default_rng(1).random(X.shape) < 0.1, np.nan, X)
        states = [functools.partial(em, GaussianMixture(data, missing=True), start) for data in (X, punched)]
        times, steps = [], max(3, 50_000 // n)
        for _ in range(3 * ROUNDS):
            times.append(
                [seconds(lambda s=s, steps=steps: next(itertools.islice(s(), steps, None)))[0] for s in states]
            )
        whole, missing = np.min(times, axis=0)
        ratios.append(missing / whole)
    met = max(ratios) <= HOLES_MOST
    values = ", ".join(f"{ratio:.1f} {size}" for ratio, size in zip(ratios, sizes, strict=True))
    print(f"\na step with holes beside one without, at (n, d, k): {values}; at most {HOLES_MOST}  "
          f"{'' if met else 'MISSED'}")  # fmt: skip
    return met


def linear(largest):
    """Print what a step takes a datum as n grows; return whether that does not grow."""
    per_datum, n = [], 10_000
    while n <= largest:
        row = Row("full", n, 2, 5, max(3, 300_000 // n), 0)
        X, start = problem(row)
        best = min(seconds(lambda row=row, X=X, start=start: ours(row, X, start))[0] for _ in range(ROUNDS))
        per_datum.append(1e9 * best / (row.iterations + 1) / n)
        n *= 10
    met = per_datum[-1] <= LINEAR * min(per_datum)
    values = ", ".join(f"{value:.1f}" for value in per_datum)
    print(f"\na step, ns a datum, n = 1e4, 1e5, ...: {values}  {'' if met else 'MISSED'}")
    return met


def exponentials():
    """Print what an exponential costs: half of a step on few dimensions, on processors without AVX-512 more."""
    x = -np.random.default_rng(0).exponential(5, 4096)
    room = np.empty_like(x)
    best = min(seconds(lambda: [np.exp(x, out=room) for _ in range(100)])[0] for _ in range(ROUNDS))
    print(f"np.exp, ns an element: {1e7 * best / len(x):.1f}; at 5, full (1e6, 2, 10) cannot reach its target")


def import_time():
    """Print what importing the model costs beyond NumPy; return whether that is little."""
    code = (
        "import numpy, time; t = time.perf_counter(); import lecture_lib.models.gaussian_mixture; "
        "print(time.perf_counter() - t)"
    )
    run = functools.partial(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    best = min(float(run().stdout) for _ in range(ROUNDS))
    met = best < IMPORT_SECONDS
    print(f"import beyond NumPy: {best:.3f} s, to stay below {IMPORT_SECONDS} s  {'' if met else 'MISSED'}")
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a hundredth of the data; targets then mean little")
    parser.add_argument("--bounded", action="store_true", help="k-means with bounds alone")
    arguments = parser.parse_args()
    quick = arguments.quick
    warnings.filterwarnings("ignore", message=".*did not converge|Best performing initialization")
    sizes = [(max(272, n // 100), d, k) for n, d, k in BOUNDED] if quick else BOUNDED
    if arguments.bounded:
        return 0 if bounded(sizes) or quick else 1
    print(f"{'':10} {'n':>9} {'d':>3} {'k':>3} {'their ms':>10} {'our ms':>9} {'ratio':>6} {'target':>6} "
          f"{'objective':>9} {'MiB':>7} {'allowed':>7}")  # fmt: skip
    rows = [Row(r.algorithm, max(272, r.n // 100), r.d, r.k, r.iterations, 0) for r in ROWS] if quick else ROWS
    met = [compare(row) for row in rows]
    met.append(bounded(sizes))
    met.append(holes(HOLES[:2] if quick else HOLES))
    met.append(linear(100_000 if quick else 10_000_000))
    exponentials()
    met.append(import_time())
    return 0 if all(met) or quick else 1


if __name__ == "__main__":
    sys.exit(main())
