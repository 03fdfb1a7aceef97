"""Re-iterable chunks of rows, reduced by map and sum in a fixed order.

:class:`Blocks` holds what the user passed in: an array, or any re-iterable of blocks, which need not fit into
memory or be on this machine.
"""

import contextlib
import functools
import operator
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks.chunked import blocks_of, cut

__all__ = ["Blocks", "added"]

ROWS_PER_BLOCK = 262_144
"""How many rows of an array make a block, for an executor or for a memory map that is not float64."""

BLOCKS_AHEAD = 8
"""How many blocks of an iterable an executor has at once: without a bound, all would be in memory together."""


class Blocks:
    """Data that can be gone through again, block by block; a block without rows counts as nothing.

    Eq. 12.1: what a function of each datum sums up to over all data is the sum of what it sums up to over blocks.

    Parameters
    ----------
    X : array_like, shape (n, d), or re-iterable of blocks
        A block is an array_like of rows; an object whose ``__array__`` loads them; or whatever the executor makes
        one of, a future of Dask for example. A list of files is a list of their blocks; arrays of dask, h5py and
        zarr are gone through by their chunks.
    executor : concurrent.futures.Executor, optional
        Summarises the blocks; without one this process does, on two threads.
    check : callable
        Takes a block and its name, returns it as a float64 array, raises ValueError.
    sample_weight : array_like, shape (n,), optional
        How often each datum counts; one of weight 0 is absent, as if it were not in its block.
    missing : bool
        Whether NaN stands for a value that is missing; else it is refused.

    Attributes
    ----------
    array : ndarray or None
        The data, if they are one array, and there is neither an executor nor a memory map that is not float64.
    lengths : list of int
        How many rows each block has, absent ones among them.
    shape : tuple
        (n, d).
    weights : ndarray, or list of one for each block, or None
        Of the data that are not absent in the array, or of all in each block.
    total_weight : float
        The sum of the weights; n without. A row that is missing whole does not count.
    holes : bool
        Whether a value is missing.
    columns : list of str or None
        Their names, where the data are a frame, frames or a table of Parquet.

    Raises
    ------
    ValueError
        When a block is bad, which its message names; when blocks differ in their columns, none has a row, ``X``
        can be gone through only once, or ``executor`` is none.
    """

    array: np.ndarray | None = None
    weights: Any = None

    def __init__(
        self,
        X: ArrayLike | Iterable,
        executor: Executor | None = None,
        *,
        check: Callable = validation.data,
        sample_weight: ArrayLike | None = None,
        missing: bool = False,
    ):
        self._executor = validation.executor(executor)
        self._check = check = functools.partial(check, missing=True) if missing else check
        self._blocks: Any = blocks_of(X, ROWS_PER_BLOCK)
        if self._blocks is None and executor is None and not (isinstance(X, np.memmap) and X.dtype != np.float64):
            self.array, self.columns = check(X), validation.column_names(X)
        elif self._blocks is None:
            self._blocks = cut(X, ROWS_PER_BLOCK)
        self.lengths, width = self._sizes()
        self.shape = (sum(self.lengths), width)
        self.holes, self.total_weight = False, float(self.shape[0])
        if sample_weight is not None:
            self._weigh(validation.sample_weight(validation.aligned(sample_weight, X), self.shape[0]))
        if missing:
            self._look_for_holes()

    @classmethod
    def of(cls, X: "ArrayLike | Iterable | Blocks") -> "Blocks":
        """Return blocks as they are, with their executor and weights, and make blocks of anything else."""
        return X if isinstance(X, Blocks) else cls(X)

    def _look_for_holes(self):
        holes, self.total_weight = self.total(_holes)
        self.holes = holes > 0

    def _weigh(self, weights):
        """Keep the weights of the data, and of an array only the data that count."""
        self.total_weight = float(weights.sum())
        if self.array is None:
            self.weights = np.split(weights, np.cumsum(self.lengths)[:-1])
            return
        present = weights > 0
        if not present.all():
            self.array, weights = self.array[present], weights[present]
            self.lengths, self.shape = [len(weights)], self.array.shape
        self.weights = weights

    def _sizes(self) -> tuple[list[int], int]:
        """Return the length of each block, and their common width."""
        if self.array is not None:
            return [len(self.array)], self.array.shape[1]
        sizes = list(self._results(None, None, (), None))
        found = [(number, columns) for number, (n, columns) in enumerate(sizes) if n]
        if not found:
            raise ValueError(
                f"X must hold at least one row, got none in {len(sizes)} blocks; check how it was loaded"
            )
        first, (width, self.columns) = found[0]
        for number, (d, columns) in found:
            if d != width or (columns and self.columns and columns != self.columns):
                order = f"in the order {self.columns}" if self.columns else f"d = {width}"
                raise ValueError(
                    f"block {number} of X must have as many columns as block {first}, {order}, got {columns or d}; "
                    "choose these, or check how it was loaded"
                )
        return [n for n, _ in sizes], width

    def __len__(self) -> int:
        return self.shape[0]

    def summarise(self, work: Callable, *arguments: Any, each: Sequence | None = None) -> list:
        """Return what ``work`` makes of every block that has rows, in the order of the blocks.

        Parameters
        ----------
        work : callable
            ``work(block, *arguments, threads=...)``, a function at the top of a module, so that it can be sent to
            another process. ``threads`` says whether it may use threads of its own. If the data are weighted, it
            is given ``weights=...`` of the data of the block too.
        *arguments
            For every block the same.
        each : sequence, optional
            One further argument per block.

        Raises
        ------
        ValueError
            When a block is bad, or not as long as in the first pass, or there are more or fewer of them.
        """
        if self.array is not None:
            weighted = {} if self.weights is None else {"weights": self.weights}
            return [work(self.array, *arguments, *([each[0]] if each else ()), threads=True, **weighted)]
        results, number = [], -1
        for number, (n, result) in enumerate(self._results(self.shape[1], work, arguments, each)):
            if number >= len(self.lengths) or n != self.lengths[number]:
                self._refuse_change(f"block {number} had {n} rows")
            if result is not None:
                results.append(result)
        if number + 1 != len(self.lengths):
            self._refuse_change(f"there were {number + 1} blocks")
        return results

    def total(self, work: Callable, *arguments: Any) -> tuple:
        """Return the sum over the blocks of what ``work`` returns, a tuple of things to add, in a fixed order."""
        return added(self.summarise(work, *arguments))

    def _refuse_change(self, what):
        raise ValueError(
            f"X must be the same each time it is gone through, but {what}, and not as before: {self.lengths[:5]} "
            f"in {len(self.lengths)} blocks; keep it unchanged while a fit runs"
        )

    def _results(self, width, work, arguments, each) -> Iterator[tuple]:
        """Yield the length and the summary of each block, in order."""
        jobs = (
            (block, number, self._check, width, work, (*arguments, *_nth(each, number)), _nth(self.weights, number))
            for number, block in enumerate(self._blocks)
        )
        if self._executor is None:
            for job in jobs:
                yield _summary(*job, threads=True)
            return
        ahead = len(self._blocks) if isinstance(self._blocks, Sequence) else BLOCKS_AHEAD
        pending: deque = deque()
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


def _nth(values, number):
    """Return what there is for a block, in a tuple: too many blocks are an error of a later line."""
    return () if values is None else tuple(values[number : number + 1])


def _summary(block, number, check, width, work, arguments, weights, threads=False):
    """Load and check a block; return its length and its summary, None for one without rows that count.

    The summary is its width and names as long as no width is known.
    ``weights`` holds those of its data, or nothing.
    """
    with _naming(number):
        validation.refuse_other_container(block, f"block {number} of X")
        is_frame = hasattr(block, "iloc") and not validation.is_chunked(block)
        rows = np.asarray(block) if hasattr(block, "__array__") and not is_frame else block
        if getattr(rows, "ndim", 1) and isinstance(rows, Sized) and not len(rows):
            return 0, None
        rows = check(rows, f"block {number} of X")
        if width is None:
            return len(rows), (rows.shape[1], validation.column_names(block))
        if rows.shape[1] != width:
            raise ValueError(
                f"block {number} of X must have d = {width} columns, got {rows.shape[1]}; keep X unchanged"
            )
        if not weights:
            return len(rows), work(rows, *arguments, threads=threads)
        (w,) = weights
        if len(w) != len(rows) or not w.any():  # the caller words the former
            return len(rows), None
        return len(rows), work(rows[w > 0], *arguments, weights=w[w > 0], threads=threads)


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


def _holes(X, *, threads, weights=None):
    """Return how many entries are missing, and how much the rows weigh in which not all are."""
    missing = np.isnan(X)
    there = ~missing.all(axis=1)
    return bool(missing.any()), float(there.sum() if weights is None else weights[there].sum())


def added(summaries: Sequence[tuple]) -> tuple:
    """Return the sum of at least one summary, each a tuple of things to add, in their order."""
    return functools.reduce(lambda one, other: tuple(map(operator.add, one, other)), summaries)
