"""Time and memory of one EM step against the number of data: writes data/growth.csv.

    python tests/benchmarks/growth.py  # up to 1e8 numbers: some minutes, 1 GB of disk, 14 GB of memory; Linux
    python tests/benchmarks/growth.py --most 1e6

Each measurement is a process of its own, so that its memory is its own; the three programs take turns.
"""

import argparse
import csv
import itertools
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import numpy as np

D, K, STEPS = 2, 5, 2
TABLE = Path(__file__).parents[2] / "data" / "growth.csv"
PROGRAMS = ("array", "file", "scikit-learn")


def write_data(path, n):
    """Write n rows from K clusters, a block at a time."""
    rng = np.random.default_rng(0)
    centres = 4 * rng.standard_normal((K, D))
    X = np.lib.format.open_memmap(path, mode="w+", dtype=float, shape=(n, D))
    for start in range(0, n, 1_000_000):
        rows = X[start : start + 1_000_000]
        rows[:] = centres[rng.integers(K, size=len(rows))] + rng.standard_normal(rows.shape)
    X.flush()


class Memory(threading.Thread):
    """Watches how much memory of its own (not of files) the process holds."""

    def __init__(self):
        super().__init__(daemon=True)
        self.before = self.peak = self.now()
        self.start()

    @staticmethod
    def now():
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))

    def run(self):
        while True:
            self.peak = max(self.peak, self.now())
            time.sleep(0.002)


def measure(program, path):
    """Return seconds a step, and the memory beyond the data in MiB."""
    from sklearn.mixture import GaussianMixture as Theirs

    from lecture_lib.blocks import NpyFile
    from lecture_lib.em import em
    from lecture_lib.models.gaussian_mixture import GaussianMixture
    from lecture_lib.models.mixture import MixtureParameters

    warnings.simplefilter("ignore")
    means = np.load(path, mmap_mode="r")[:K].copy()
    start = MixtureParameters(np.full(K, 1 / K), means, [4 * np.eye(D)] * K)
    X = NpyFile(path) if program == "file" else np.load(path)
    memory, began = Memory(), time.perf_counter()
    if program == "scikit-learn":
        Theirs(
            K, tol=0, max_iter=STEPS, reg_covar=0, weights_init=start.weights, means_init=means,
            precisions_init=np.array([np.eye(D) / 4] * K), init_params="random_from_data",
        ).fit(X)  # fmt: skip
    else:
        next(itertools.islice(em(GaussianMixture(X), start), STEPS, None))
    return (time.perf_counter() - began) / STEPS, memory.peak - memory.before


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=float, default=1e8, help="how many numbers at most")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(*measure(*arguments.one))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.npy"
        for size in 10 ** np.arange(5, int(np.log10(arguments.most)) + 1):
            write_data(path, int(size) // D)
            for program in PROGRAMS:
                command = [sys.executable, __file__, "--one", program, str(path)]
                output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
                seconds, memory = map(float, output.split())
                rows.append([program, size, f"{seconds:.3g}", f"{max(memory, 1):.3g}"])
                print(*rows[-1], flush=True)
    with TABLE.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["program", "values", "seconds_per_step", "extra_mib"], *rows]
        )


if __name__ == "__main__":
    main()
