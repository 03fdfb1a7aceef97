"""Data as blocks of rows that can be gone through again: summarised by a function, the summaries added in order.

:class:`Blocks` holds what the user gave: an array, or any re-iterable of blocks, which need not fit into memory or
be on this machine. Within a block, :func:`over_blocks` works on a few thousand data at a time, so that what is
computed on the way stays in the cache, and deals these to two threads. NumPy frees them from the interpreter's
lock for all that takes long; the linear algebra inside is held to one thread each, since small products lose more
than they gain by more.
"""

import contextlib
import functools
import operator
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
from threadpoolctl import ThreadpoolController

from lecture_lib import validation

__all__ = ["THREADS", "Blocks", "added", "one_thread_of_linear_algebra", "over_blocks", "sample_rows"]

THREADS = 2
"""The same on every machine: it fixes the order in which sums are formed, and so their last digits."""

ROWS = 262_144
"""How many rows of an array make a block, for an executor or of a memory map that is not float64."""

AHEAD = 8
"""How many blocks of an iterable, which are perhaps in memory only while in use, an executor has at once."""


class Blocks:
    """Data that can be gone through again, block by block.

    Eq. 12.1: what a function of each datum sums up to over all data is the sum of what it sums up to over blocks.

    Parameters
    ----------
    X : array_like, shape (n, d), or re-iterable of blocks
        A block is an array_like of rows; an object whose ``__array__`` loads them; or whatever the executor makes
        one of, a future of Dask for example.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.
    check : callable
        Takes a block and its name, returns it as a float64 array, raises ValueError.

    Attributes
    ----------
    array : ndarray or None
        The data, if they are one array, and there is neither an executor nor a memory map that is not float64.
    shape : tuple
        (n, d).

    Raises
    ------
    ValueError
        When a block is bad, which its message names; when blocks differ in width, there is none, ``X`` can be gone
        through only once, or ``executor`` is none.
    """

    def __init__(self, X, executor=None, *, check=validation.data):
        if executor is not None and (isinstance(executor, type) or not callable(getattr(executor, "submit", None))):
            raise ValueError(
                f"executor must have the method submit of a concurrent.futures.Executor, got {executor!r}; pass "
                "ThreadPoolExecutor() for example"
            )
        self._executor, self._check, self._lengths = executor, check, None
        self.array, self._blocks = None, X
        if not validation.are_blocks(X):
            if executor is None and not (isinstance(X, np.memmap) and X.dtype != np.float64):
                self.array = check(X)
                self.shape = self.array.shape
                return
            whole = X if isinstance(X, np.ndarray) else np.asarray(X)
            self._blocks = [whole] if whole.ndim == 0 else [whole[a : a + ROWS] for a in range(0, len(whole), ROWS)]
        elif iter(X) is X:
            raise ValueError(
                "X must be blocks that can be gone through again, got an iterator; pass a list, or an object whose "
                "__iter__ begins anew"
            )
        shapes = self.summarise(_shape)
        if not shapes:
            raise ValueError("X must hold at least one block, got none; check how it was loaded")
        width = shapes[0][1]
        for number, (_, d) in enumerate(shapes):
            if d != width:
                raise ValueError(
                    f"block {number} of X must have as many columns as block 0, d = {width}, got {d}; check how it "
                    "was loaded"
                )
        self._lengths = [n for n, _ in shapes]
        self.shape = (sum(self._lengths), shapes[0][1])

    def __len__(self):
        return self.shape[0]

    def summarise(self, work, *arguments, each=None):
        """Return what ``work`` makes of every block, in the order of the blocks.

        Parameters
        ----------
        work : callable
            ``work(block, *arguments, threads=...)``, a function at the top of a module, so that it can be sent to
            another process. ``threads`` says whether it may use threads of its own.
        *arguments
            For every block the same.
        each : sequence, optional
            One further argument a block.

        Returns
        -------
        list

        Raises
        ------
        ValueError
            When a block is bad, or not as long as in the first pass, or there are more or fewer of them.
        """
        if self.array is not None:
            return [work(self.array, *arguments, *([each[0]] if each else ()), threads=True)]
        results = []
        for number, (n, result) in enumerate(self._results(work, arguments, each)):
            if self._lengths is not None and (number >= len(self._lengths) or n != self._lengths[number]):
                self._refuse_change(f"block {number} had {n} rows")
            results.append(result)
        if self._lengths is not None and len(results) != len(self._lengths):
            self._refuse_change(f"there were {len(results)} blocks")
        return results

    def total(self, work, *arguments):
        """Return the sum over the blocks of what ``work`` returns, a tuple of things to add, in a fixed order.

        Parameters
        ----------
        work, *arguments
            As :meth:`summarise` takes them.

        Returns
        -------
        tuple
        """
        return added(self.summarise(work, *arguments))

    def _refuse_change(self, what):
        raise ValueError(
            f"X must be the same each time it is gone through, but {what}, and not as before: {self._lengths[:5]} "
            f"in {len(self._lengths)} blocks; keep it unchanged while a fit runs"
        )

    def _results(self, work, arguments, each):
        """Yield the length and the summary of each block, in order."""
        jobs = (
            (block, number, self._check, self._width(), work, (*arguments, *([each[number]] if each else ())))
            for number, block in enumerate(self._blocks)
        )
        if self._executor is None:
            for job in jobs:
                yield _summary(*job, threads=True)
            return
        ahead = len(self._blocks) if isinstance(self._blocks, Sequence) else AHEAD
        pending = deque()
        try:
            for job in jobs:
                pending.append((job[1], self._submit(job)))
                if len(pending) >= ahead:
                    yield _awaited(*pending.popleft())
            while pending:
                yield _awaited(*pending.popleft())
        finally:
            for _, future in pending:
                future.cancel()

    def _submit(self, job):
        with _naming(job[1]):
            return self._executor.submit(_summary, *job)

    def _width(self):
        return None if self._lengths is None else self.shape[1]


def _summary(block, number, check, width, work, arguments, threads=False):
    """Load and check a block; return its length and its summary."""
    with _naming(number):
        rows = check(np.asarray(block) if hasattr(block, "__array__") else block, f"block {number} of X")
        if width is not None and rows.shape[1] != width:
            raise ValueError(
                f"block {number} of X must have d = {width} columns, got {rows.shape[1]}; keep X unchanged"
            )
        return len(rows), work(rows, *arguments, threads=threads)


def _awaited(number, future):
    with _naming(number):
        return future.result()


@contextlib.contextmanager
def _naming(number):
    """Add to an error which block it comes from."""
    try:
        yield
    except Exception as error:
        note = f"in block {number} of X, counted from 0"
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise


def _shape(X, *, threads):
    return X.shape


def added(summaries):
    """Return the sum of summaries, each a tuple of things to add, in their order.

    Parameters
    ----------
    summaries : sequence of tuple
        At least one.

    Returns
    -------
    tuple
    """
    return functools.reduce(lambda one, other: tuple(map(operator.add, one, other)), summaries)


def sample_rows(X, size, rng, executor=None):
    """Return rows drawn at random without replacement: few enough to find a start for the many.

    Parameters
    ----------
    X, executor
        As :class:`Blocks` takes them.
    size : int
        How many rows, from 1 to n.
    rng : numpy.random.Generator
        Source of the draw.

    Returns
    -------
    ndarray, shape (size, d)
        In the order of the data.

    Raises
    ------
    ValueError
        As :class:`Blocks`, and for a ``size`` outside 1 to n.
    """
    blocks = Blocks(X, executor)
    chosen = np.sort(
        validation.rng(rng).choice(len(blocks), validation.count(size, len(blocks), "size"), replace=False)
    )
    ends = np.cumsum(blocks._lengths or [len(blocks)])
    parts = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
    each = [part - (end - n) for part, end, n in zip(parts, ends, np.diff(ends, prepend=0), strict=True)]
    return np.concatenate(blocks.summarise(_rows, each=each))


def _rows(X, chosen, *, threads):
    return X[chosen]


def over_blocks(work, n, size, threads=True):
    """Deal the blocks of n data to the threads, and return what each has made of its share.

    Parameters
    ----------
    work : callable
        Takes a list of slices, returns anything. It must not change what the other thread reads.
    n : int
        Number of data.
    size : int
        How many data make a block.
    threads : bool
        Whether there are threads; without, the shares are the same, one after the other.

    Returns
    -------
    list
        The results, always in the same order; a single one when all data fit into one block.
    """
    blocks = [slice(start, min(start + size, n)) for start in range(0, n, size)]
    with one_thread_of_linear_algebra():
        if len(blocks) == 1:
            return [work(blocks)]
        shares = [blocks[thread::THREADS] for thread in range(THREADS)]
        if not threads:
            return [work(share) for share in shares]
        others = [_helper().submit(work, share) for share in shares[1:]]
        try:
            first = work(shares[0])
        finally:
            wait(others)  # not to leave a thread at work on arrays of the caller
        return [first, *(other.result() for other in others)]


@functools.cache
def _helper():
    """Start the threads beside the caller's own; once, since that takes longer than a step on few data."""
    return ThreadPoolExecutor(THREADS - 1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helper.cache_clear)  # a process that is forked has no threads


_lock, _held, _before = threading.Lock(), 0, []


@contextlib.contextmanager
def one_thread_of_linear_algebra():
    """Hold the libraries to one thread, as threadpoolctl's own ``limit`` does in ten times the time.

    Several threads may be in here at once: the first to come holds the libraries, the last to go releases them. A
    caller with many short steps to come is the first, and none of them has to ask.
    """
    global _held, _before
    with _lock:
        if _held == 0:
            _before = [(library, library.get_num_threads()) for library in _libraries()]
            for library, _ in _before:
                library.set_num_threads(1)
        _held += 1
    try:
        yield
    finally:
        with _lock:
            _held -= 1
            if _held == 0:
                for library, threads in _before:
                    library.set_num_threads(threads)


@functools.cache
def _libraries():
    """Find the linear algebra libraries in use; once, since it takes longer than a step on few data."""
    return ThreadpoolController().select(user_api="blas").lib_controllers
