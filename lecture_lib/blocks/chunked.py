"""What is gone through in blocks: lists of them, files, and arrays of dask, h5py or zarr by their chunks.

A chunk is read where it is summarised, again in each pass, never the whole.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib import validation

__all__ = ["Rows", "blocks_of", "cut"]


@dataclass(frozen=True)
class Rows:
    """Some rows of an array; ``numpy.asarray`` reads them.

    Attributes
    ----------
    source : object
        Has ``shape``, and gives rows by a slice.
    start, stop : int
        Which rows.
    """

    source: Any
    start: int
    stop: int

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.source[self.start : self.stop], dtype=dtype)


def cut(X: Any, rows: int) -> list:
    """Cut an array into blocks of so many rows, without loading it."""
    whole = X if isinstance(X, np.ndarray) else np.asarray(X)
    return [whole] if whole.ndim == 0 else [whole[a : a + rows] for a in range(0, len(whole), rows)]


def blocks_of(X: Any, rows: int) -> Iterable | None:
    """Return the blocks of a user's data, those of each file for a list of files; None if they are one array."""
    if validation.is_chunked(X):
        return _chunks(X, rows)
    if not validation.are_blocks(X):
        return None
    if not isinstance(X, (list, tuple)) or not all(isinstance(item, Sequence) for item in X):
        return X
    names = {getattr(item, "columns", ()) for item in X}
    if len(names) > 1:
        raise ValueError(f"X must be files with the same columns, got {sorted(names)}; choose them with columns=")
    return [block for item in X for block in item]


def _chunks(X: Any, rows: int) -> Sequence:
    """Return the chunks of an array or data frame, those of h5py and zarr joined to about so many rows each."""
    if hasattr(X, "npartitions") and hasattr(X, "partitions") and not hasattr(X, "chunks"):
        return [X.partitions[number] for number in range(X.npartitions)]
    if math.isnan(X.shape[0]):
        raise ValueError("X must have chunks of known length, got NaN rows; pass X.compute_chunk_sizes()")
    first = X.chunks[0] if X.chunks and len(X.shape) else rows
    if isinstance(first, tuple):
        ends = np.cumsum([0, *first]).tolist()
    else:
        step = max(1, rows // first) * first
        ends = [*range(0, X.shape[0], step), X.shape[0]]
    return [Rows(X, start, stop) for start, stop in itertools.pairwise(ends)]
