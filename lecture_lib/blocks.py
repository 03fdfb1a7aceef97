"""Work on many data a few thousand at a time, so that what is computed on the way stays in the cache.

The blocks are dealt to two threads. NumPy frees them from the interpreter's lock for all that takes long; the
linear algebra inside is held to one thread each, since small products lose more than they gain by more.
"""

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
    with _blas().limit(limits=1):
        if len(blocks) == 1:
            return [work(blocks)]
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(work, [blocks[thread::THREADS] for thread in range(THREADS)]))


@functools.cache
def _blas():
    """Find the linear algebra libraries in use; once, since it takes longer than a step on few data."""
    return ThreadpoolController().select(user_api="blas")
