"""Per-column shift and scale that make the computation unit-free."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lecture_lib import validation
from lecture_lib.blocks import Blocks, over_tiles
from lecture_lib.gaussian.kinds import Full, Spherical

__all__ = ["Scaling", "scaling_of"]

SMALLEST_SCALE = 1e-140
"""Columns that vary less are refused: their variances would lose digits, or vanish, in float64."""

MAX_MEAN_UNSHIFTED = 2
"""Means so many standard deviations from 0 need no shift: squares, five times the variance on average, lose less
than a digit."""

TILE_ENTRIES = 65_536
"""How many numbers to take at a time: with more, what is computed of them leaves the cache."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """Features are formed about the shift, and widths are judged in units of the scale.

    Attributes
    ----------
    shift, scale : ndarray, shape (d,)
        Mean and standard deviation of each column; where one variance holds for all columns, one scale for all.
        The shift is 0 where no mean is farther from it than ``MAX_MEAN_UNSHIFTED`` scales.
    """

    shift: np.ndarray
    scale: np.ndarray


def scaling_of(X: Blocks, kind: Full, prior_scale: np.ndarray | None = None) -> Scaling:
    """Return mean and standard deviation of each column as shift and scale.

    Parameters
    ----------
    X : Blocks
        Data.
    kind : Full, Tied, Diagonal or Spherical
        Of which the covariances are.
    prior_scale : ndarray, shape (d,), optional
        The scale of a constant column; there may be one if a prior expects it to vary.

    Raises
    ------
    ValueError
        When a column is constant, and neither the kind nor a prior can have it; or varies too little to square.
    """
    lows, highs, sums, counts = (np.array(vectors) for vectors in zip(*X.summarise(_ranges), strict=True))
    low, high, n = np.fmin.reduce(lows), np.fmax.reduce(highs), counts.sum(axis=0)
    if not n.all():
        empty, drop = validation.column(X.columns, np.argmin(n))
        raise ValueError(f"X must have an entry in every column, got none in {empty}; drop it, {drop}")
    constant = low == high
    if prior_scale is None:
        _refuse_constant(constant, kind, X.columns)
    mean = np.clip(sums.sum(axis=0) / n, low, high)
    width = np.where(constant, 1.0, high - low)  # keeps the squares from overflowing
    (squares,) = X.total(_squares, mean, width)
    deviation = width * np.sqrt(squares / n)
    scale = deviation if prior_scale is None else np.where(constant, prior_scale, deviation)
    if kind.one_scale:
        scale = np.full_like(scale, scale.max() * np.sqrt(np.mean((scale / scale.max()) ** 2)))
    if (scale < SMALLEST_SCALE).any():
        raise ValueError(
            f"X must vary by at least {SMALLEST_SCALE:g} in every column, got {scale.min():g} in "
            f"{validation.column(X.columns, np.argmin(scale))[0]}; use a smaller unit of measurement"
        )
    central = (np.abs(mean) <= MAX_MEAN_UNSHIFTED * deviation).all()
    return Scaling(np.zeros_like(mean) if central else mean, scale)


def _refuse_constant(constant, kind, names):
    if not (constant.all() if kind.one_scale else constant.any()):
        return
    prior = "pass a MixturePrior whose scatter says how much is expected"
    remedy = f'drop it, choose covariance="{Spherical.name}", or {prior}'
    raise ValueError(
        f"X must vary in every column, got a constant {validation.column(names, np.argmax(constant))[0]}; "
        f"{f'add data that differ, or {prior}' if constant.all() else remedy}"
    )


def _ranges(X, *, threads, weights=None):
    """Return minimum, maximum and sum of each column, and how much its entries weigh."""

    def summarise(x, w):
        low = x.min(axis=0)
        if w is None and not np.isnan(low).any():
            return low, x.max(axis=0), x.sum(axis=0), np.full(len(low), len(x))
        seen, w = ~np.isnan(x), np.ones(len(x)) if w is None else w
        return np.fmin.reduce(x), np.fmax.reduce(x), w @ np.where(seen, x, 0), w @ seen

    vectors = _of_tiles(X, summarise, threads, weights)
    ranges = np.fmin.reduce(vectors[0]), np.fmax.reduce(vectors[1])
    return *ranges, vectors[2].sum(axis=0), vectors[3].sum(axis=0)


def _squares(X, mean, width, *, threads, weights=None):
    """Return the sums of squares about a mean, in units of a width."""

    def summarise(x, w):
        about = x - mean
        about /= width
        squares = np.einsum("nd,nd->d", about, about)
        if w is None and not np.isnan(squares).any():
            return (squares,)
        return ((np.ones(len(x)) if w is None else w) @ np.nan_to_num(about) ** 2,)

    (squares,) = _of_tiles(X, summarise, threads, weights)
    return (squares.sum(axis=0),)


def _of_tiles(X: np.ndarray, summarise: Callable, threads: bool, weights: np.ndarray | None) -> list[np.ndarray]:
    """Summarise tiles of data, shape (w, d), and their weights, by vectors of length d; return a stack of each."""
    short = X.shape[1] < 16  # short rows are slow to go through

    def work(tiles):
        parts = [(X[tile], None if weights is None else weights[tile]) for tile in tiles]
        return [summarise(np.asfortranarray(x) if short else x, w) for x, w in parts]

    shares = over_tiles(work, len(X), max(1, TILE_ENTRIES // X.shape[1]), threads)
    return [np.array(vectors) for vectors in zip(*(summary for share in shares for summary in share), strict=True)]
