"""What the constants of lecture_lib.gaussian.kernels are worth: milliseconds of an E-step around them.

    python tests/benchmarks/kernels.py

Each kernel runs with smaller and larger tiles; free covariances are computed by features and by rows on both sides
of ``MIN_DIM_FOR_ROWS``. Times are minima; those of one line are measured in turn, so a busy machine slows all.
"""

import time

import numpy as np

from lecture_lib.gaussian import kernels, moments
from lecture_lib.gaussian.kernels import MIN_DIM_FOR_ROWS, FeatureKernel, RowKernel
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters

ROUNDS = 5


def problem(n, d, k):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d))
    return X, MixtureParameters(np.full(k, 1 / k), X[:k], [np.eye(d)] * k)


def milliseconds(X, theta, covariance, kernel_for):
    model = GaussianMixture(X, covariance=covariance)
    moments.kernel_for = kernel_for
    began = time.perf_counter()
    model.e_step(theta)
    moments.kernel_for = kernels.kernel_for
    return 1e3 * (time.perf_counter() - began)


def with_tile(factor):
    def kernel_for(*arguments):
        kernel = kernels.kernel_for(*arguments)
        kernel.tile = int(factor * kernel.tile)
        return kernel

    return kernel_for


def by_rows(means, inverse_factors, log_normalisers, kind):
    return RowKernel(means, inverse_factors, log_normalisers)


def line(label, X, theta, covariance, ways):
    """Print the time of each way."""
    rounds = [[milliseconds(X, theta, covariance, way) for way in ways.values()] for _ in range(ROUNDS)]
    times = np.min(rounds, axis=0)
    print(f"{label:28}" + "  ".join(f"{name} {t:8.2f}" for name, t in zip(ways, times, strict=True)), flush=True)


def main():
    tiles = {f"tile x {factor:g}": with_tile(factor) for factor in (0.25, 0.5, 1, 2, 4)}
    sizes = [("full", 300_000, 2, 10), ("full", 200_000, 8, 10), ("full", 100_000, 16, 16),
             ("diagonal", 100_000, 64, 10), ("full", 50_000, 64, 10)]  # fmt: skip
    for covariance, n, d, k in sizes:
        line(f"{covariance} {n:,}, {d}, {k}", *problem(n, d, k), covariance, tiles)
    for d in (MIN_DIM_FOR_ROWS // 2, MIN_DIM_FOR_ROWS, 4 * MIN_DIM_FOR_ROWS // 3):
        line(f"full 20,000, {d}, 10", *problem(20_000, d, 10), "full", {"features": FeatureKernel, "rows": by_rows})


if __name__ == "__main__":
    main()
