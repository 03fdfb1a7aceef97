"""Tiles: the few thousand rows of a block that one thread takes at a time, so that temporaries stay in the cache.

Tiles are dealt to two threads. NumPy releases the GIL in every expensive call; BLAS is held to one thread, since
its products are too small here to gain from more.
"""

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

from threadpoolctl import ThreadpoolController

__all__ = ["THREADS", "one_blas_thread", "over_tiles"]

THREADS = 2
"""The same on every machine: the number fixes the order in which sums are formed, and so their last digits."""

Result = TypeVar("Result")


def over_tiles(work: Callable[[list[slice]], Result], n: int, size: int, threads: bool = True) -> list[Result]:
    """Cut n rows into tiles, run ``work`` on each thread's tiles, return one result per thread.

    Parameters
    ----------
    work : callable
        Takes a list of slices, returns anything. It must not change what the other thread reads.
    n : int
        Number of rows.
    size : int
        How many rows make a tile.
    threads : bool
        Whether threads run; without, each thread's tiles are worked on in turn, with the same results.

    Returns
    -------
    list
        The results in a fixed order; a single one when all rows fit into one tile.
    """
    tiles = [slice(start, min(start + size, n)) for start in range(0, n, size)]
    with one_blas_thread():
        if len(tiles) <= 1:
            return [work(tiles)]
        shares = [tiles[thread::THREADS] for thread in range(THREADS)]
        if not threads:
            return [work(share) for share in shares]
        others = [_pool().submit(work, share) for share in shares[1:]]
        try:
            first = work(shares[0])
        finally:
            wait(others)  # an error must not leave a thread at work on arrays of the caller
        return [first, *(other.result() for other in others)]


@functools.cache
def _pool() -> ThreadPoolExecutor:
    """Start the threads beside the caller's own, once: starting them takes longer than a step on few data."""
    return ThreadPoolExecutor(THREADS - 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked process has no threads


_lock, _inside = threading.Lock(), 0
_before: list[int] = []


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread, and restore it: re-entrant across threads.

    The first to enter limits BLAS, the last to leave restores it. A limit of threadpoolctl alone restores what it
    found: of two that overlap, the one that leaves last found the limit of the other, and would leave BLAS at that.
    """
    global _inside, _before
    with _lock:
        if _inside == 0:
            _before = [library.num_threads for library in _blas()]
            _set_threads([1] * len(_before))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _set_threads(_before)


def _set_threads(numbers: list[int]) -> None:
    for library, number in zip(_blas(), numbers, strict=True):
        library.set_num_threads(number)


@functools.cache
def _blas() -> list[Any]:
    """Find the BLAS libraries in use, once: the search takes longer than a step on few data."""
    return ThreadpoolController().select(user_api="blas").lib_controllers
