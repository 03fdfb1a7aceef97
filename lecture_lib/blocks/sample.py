"""A sample of rows: few enough to find a start for the many."""

from collections.abc import Iterable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks.blocks import Blocks

__all__ = ["sample_rows"]


def sample_rows(
    X: ArrayLike | Iterable | Blocks,
    size: int,
    rng: np.random.Generator,
    executor: Executor | None = None,
    *,
    missing: bool = False,
) -> np.ndarray:
    """Return rows (size, d) drawn at random without replacement, in the order of the data.

    Parameters
    ----------
    X, executor, missing
        As :class:`lecture_lib.blocks.Blocks` takes them; or Blocks without weights.
    size : int
        How many rows, from 1 to n.
    rng : numpy.random.Generator
        Source of the draw.
    """
    blocks = X if isinstance(X, Blocks) else Blocks(X, executor, missing=missing)
    if blocks.weights is not None:
        raise ValueError("X must be without weights to draw from, got weighted blocks; pass the data themselves")
    n, size = len(blocks), validation.count(size, len(blocks), "size")
    chosen = np.sort(validation.rng(rng).choice(n, size, replace=False))
    ends = np.cumsum(blocks.lengths)
    parts = np.split(chosen, np.searchsorted(chosen, ends[:-1]))
    each = [part - start for part, start in zip(parts, ends - blocks.lengths, strict=True)]
    return np.concatenate(blocks.summarise(_rows, each=each))


def _rows(X, chosen, *, threads):
    return X[chosen]
