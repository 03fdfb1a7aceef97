"""Work on many data a few thousand at a time, so that what is computed on the way stays in the cache.

The blocks are dealt to two threads. NumPy frees them from the interpreter's lock for all that takes long; the
linear algebra inside is held to one thread each, since small products lose more than they gain by more.
"""

import contextlib
import functools
from concurrent.futures import ThreadPoolExecutor

from threadpoolctl import ThreadpoolController

__all__ = ["THREADS", "over_blocks"]

THREADS = 2
"""The same on every machine: it fixes the order in which sums are formed, and so their last digits."""


def over_blocks(work, n, size):
    """Deal the blocks of n data to the threads, and return what each has made of its share.

    Parameters
    ----------
    work : callable
        Takes a list of slices, returns anything. It must not change what the other thread reads.
    n : int
        Number of data.
    size : int
        How many data make a block.

    Returns
    -------
    list
        The results, always in the same order; a single one when all data fit into one block.
    """
    blocks = [slice(start, min(start + size, n)) for start in range(0, n, size)]
    with _one_thread_of_linear_algebra():
        if len(blocks) == 1:
            return [work(blocks)]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(work, [blocks[thread::THREADS] for thread in range(THREADS)]))


@contextlib.contextmanager
def _one_thread_of_linear_algebra():
    """Hold the libraries to one thread, as threadpoolctl's own ``limit`` does in ten times the time."""
    libraries = _libraries()
    before = [library.get_num_threads() for library in libraries]
    for library in libraries:
        library.set_num_threads(1)
    try:
        yield
    finally:
        for library, threads in zip(libraries, before, strict=True):
            library.set_num_threads(threads)


@functools.cache
def _libraries():
    """Find the linear algebra libraries in use; once, since it takes longer than a step on few data."""
    return ThreadpoolController().select(user_api="blas").lib_controllers
