"""What a step costs here and in another checkout, in turn, and beside it with weights and with holes.

    python tests/benchmarks/against.py ../before    # a folder with the library as it was

One process for each library takes a step whenever it is told to, so that a busy machine slows both alike.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parents[2]
ROWS = [(272, 2, 2), (1_000, 8, 3), (1_000, 8, 10), (10_000, 8, 10), (100_000, 2, 5), (100_000, 8, 10)]
ROUNDS = 100

WORKER = """
import sys, time
import numpy as np
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, sample

n, d, k = map(int, sys.argv[1:4])
rng = np.random.default_rng(0)
theta = MixtureParameters(np.full(k, 1 / k), 2 * rng.standard_normal((k, d)), [np.eye(d)] * k)
X, _ = sample(theta, n, rng)
options = {}
if sys.argv[4] == "weights":
    options["sample_weight"] = rng.uniform(0.5, 2, n)
if sys.argv[4] == "holes":
    X[rng.random(X.shape) < 0.1] = np.nan
    options["missing"] = True
model = GaussianMixture(X, **options)
times = max(1, 20_000 // n)
for _ in sys.stdin:
    began = time.perf_counter(), time.process_time()
    for _ in range(times):
        model.m_step(theta, model.e_step(theta)[0])
    print((time.perf_counter() - began[0]) / times, (time.process_time() - began[1]) / times, flush=True)
"""


class Worker:
    """A process that takes steps with the library in a folder."""

    def __init__(self, folder, row, what="plain"):
        command = [sys.executable, "-c", WORKER, *map(str, row), what]
        environment = {"PYTHONPATH": str(folder), "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.step()  # the first one warms caches up

    def step(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [float(time) for time in self.process.stdout.readline().split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("before", type=Path)
    before = parser.parse_args().before.resolve()
    print("                     ms               ratio of times, and of processor time in brackets")
    print("       n   d   k    before       now   now / before   weights / without   holes / without")
    for row in ROWS:
        workers = [Worker(before, row), Worker(HERE, row), Worker(HERE, row, "weights"), Worker(HERE, row, "holes")]
        times = [[worker.step() for worker in workers] for _ in range(max(10, ROUNDS * 1000 // max(row[0], 1000)))]
        wall, cpu = 1e3 * np.min(times, axis=0).T
        n, d, k = row
        ratios = [(wall[i] / wall[j], cpu[i] / cpu[j]) for i, j in ((1, 0), (2, 1), (3, 1))]
        print(f"{n:>8,} {d:>3} {k:>3} {wall[0]:>9.3f} {wall[1]:>9.3f}   ", end="")
        print("        ".join(f"{one:.2f} ({other:.2f})" for one, other in ratios), flush=True)
        for worker in workers:
            worker.process.terminate()


if __name__ == "__main__":
    sys.exit(main())
