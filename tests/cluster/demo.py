"""A mixture fitted on a cluster, one worker of which is killed in the middle of an iteration.

    python tests/cluster/demo.py                 # ten million rows
    python tests/cluster/demo.py --rows 100000   # to see that it runs

Scheduler and two workers are processes of their own on this machine, and talk over its loopback interface. The
blocks of data live on the workers: each step sends the parameters out, and adds up what comes back. Dask knows how
each block was made, so it makes those of the dead worker once more on the other. The end is compared with that of a
fit in this process.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor
from pathlib import Path

import numpy as np

from lecture_lib.em import converge, em
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters, sample

try:
    from distributed import Client
except ModuleNotFoundError:
    sys.exit('The cluster is run by Dask, which is not installed: pip install ".[cluster]"')

TRUTH = MixtureParameters(
    [0.5, 0.3, 0.2], [[0.0, 0.0], [3.0, 1.0], [-1.0, 4.0]], [np.eye(2), np.diag([2.0, 0.5]), np.eye(2)]
)
START = MixtureParameters([1 / 3] * 3, [[0.0, 1.0], [2.0, 0.0], [0.0, 3.0]], [3 * np.eye(2)] * 3)
BLOCKS, STEPS, DEADLY_STEP = 40, 10, 4
LOCAL = ("--host", "127.0.0.1", "--no-dashboard")


def make_block(number, rows):
    """Return a block of data: drawn here, read from a file in earnest."""
    return sample(TRUTH, rows, np.random.default_rng(number))[0]


class Deadly(Executor):
    """Passes everything on, and kills a process at one of the blocks."""

    def __init__(self, executor, victim, at):
        self.executor, self.victim, self.at, self.submitted = executor, victim, at, 0

    def submit(self, work, /, *arguments, **options):
        self.submitted += 1
        if self.submitted == self.at:
            self.victim.kill()
            print(
                f"block {self.at % BLOCKS} of step {DEADLY_STEP} is handed out: worker {self.victim.pid} is killed"
            )
        return self.executor.submit(work, *arguments, **options)


@contextlib.contextmanager
def cluster():
    """Start a scheduler and two workers; yield a client and the workers, and end all of them."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        address = ("--scheduler-file", str(Path(folder) / "scheduler.json"))

        def start(module, *flags):
            command = [sys.executable, "-m", f"distributed.cli.{module}", *address, *LOCAL, *flags]
            process = stack.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            stack.callback(process.kill)
            return process

        start("dask_scheduler", "--port", "0")
        workers = [start("dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", folder) for _ in "12"]
        client = stack.enter_context(Client(scheduler_file=address[1], timeout=60))
        client.wait_for_workers(2, timeout=60)
        yield client, workers


def fit(X, executor=None):
    """Return the run of some steps."""
    return converge(em(GaussianMixture(X, executor=executor), START), until=lambda seen: False, max_steps=STEPS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_args().rows // BLOCKS
    with cluster() as (client, workers):
        print(
            f"a scheduler and {len(client.scheduler_info()['workers'])} workers, {BLOCKS} blocks of {rows:,} rows"
        )
        blocks = client.map(make_block, range(BLOCKS), rows=rows)
        passes = 3 + DEADLY_STEP  # three before the first step, to check the data and find their frame
        executor = Deadly(client.get_executor(retries=5), workers[0], passes * BLOCKS + BLOCKS // 2)
        began = time.perf_counter()
        there = fit(blocks, executor)
        print(f"cluster:     {there}, {time.perf_counter() - began:.1f} s")
        print(f"             {len(client.scheduler_info()['workers'])} worker is left")
        client.cancel(blocks)
        died = workers[0].wait()
    began = time.perf_counter()
    here = fit([make_block(number, rows) for number in range(BLOCKS)])
    print(f"one process: {here}, {time.perf_counter() - began:.1f} s")
    off = max(np.abs(getattr(there.theta, name) - getattr(here.theta, name)).max() for name in vars(TRUTH))
    print(f"parameters differ by at most {off:.1e}")
    return 0 if off <= 1e-9 and died else 1


if __name__ == "__main__":
    sys.exit(main())
