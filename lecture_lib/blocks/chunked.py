"""Arrays that lie in chunks, of dask, h5py or zarr, as blocks of rows: each is read where it is summarised."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Rows", "chunks_of"]


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


def chunks_of(X: Any, rows: int) -> Sequence:
    """Return the chunks of an array or data frame, those of h5py and zarr joined to about ``rows`` rows each.

    Raises
    ------
    ValueError
        When dask does not know how long its chunks are.
    """
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
