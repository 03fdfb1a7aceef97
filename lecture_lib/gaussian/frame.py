"""Where data lie and how far they spread: what keeps features, widths and starts free of units."""

from dataclasses import dataclass

import numpy as np

from lecture_lib.blocks import Blocks, over_tiles

__all__ = ["Frame", "frame_of"]

SMALLEST_SPREAD = 1e-140
"""Columns that vary less are refused: their variances would lose digits, or vanish, in float64."""

CENTRED = 2
"""Means so many standard deviations from 0 are left there: squares, five times the variance on average, lose less
than a digit, and the data need not be moved at each step."""

AT_ONCE = 65_536
"""How many numbers to take at a time: what is computed of them stays in the cache. Measured."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Where the data lie: features are formed about the origin, and widths are judged in units of the spread.

    Attributes
    ----------
    origin, unit : ndarray, shape (d,)
        Mean and standard deviation of each column, for spherical covariances one for all. The origin is 0 where no
        mean is farther from it than ``CENTRED`` times that.
    """

    origin: np.ndarray
    unit: np.ndarray


def frame_of(X, covariance, prior):
    """Choose origin and unit: mean and standard deviation of each column, or of all for spherical covariances.

    Parameters
    ----------
    X : ndarray, shape (n, d), or Blocks
        Data.
    covariance : {"full", "tied", "diagonal", "spherical"}
        Of what kind the covariances are.
    prior : MixturePrior or None
        Gives the unit of a constant column.

    Returns
    -------
    Frame

    Raises
    ------
    ValueError
        When a column is constant, and neither the kind nor a prior can have it; or varies too little to square.
    """
    X = X if isinstance(X, Blocks) else Blocks(X)
    lows, highs, sums = (np.array(vectors) for vectors in zip(*X.summarise(_ranges), strict=True))
    low, high = lows.min(axis=0), highs.max(axis=0)
    constant = low == high
    refused = constant.all() if covariance == "spherical" else constant.any()
    if refused and prior is None:
        raise ValueError(
            f"X must vary in every column, got a constant column {np.argmax(constant)}; drop it, choose "
            'covariance="spherical", or pass a prior'
        )
    origin = np.clip(sums.sum(axis=0) / len(X), low, high)
    width = np.where(constant, 1.0, high - low)  # keeps the squares from overflowing
    (squares,) = X.total(_squares, origin, width)
    unit = width * np.sqrt(squares / len(X))
    if (np.abs(origin) <= CENTRED * unit).all():
        origin = np.zeros_like(origin)
    if prior is not None:
        unit = np.where(constant, np.sqrt(np.diag(prior.scatter)), unit)
    if covariance == "spherical":
        unit = np.full_like(unit, unit.max() * np.sqrt(np.mean((unit / unit.max()) ** 2)))
    if (unit < SMALLEST_SPREAD).any():
        raise ValueError(
            f"X must vary by at least {SMALLEST_SPREAD:g} in every column, got {unit.min():g} in column "
            f"{np.argmin(unit)}; use a smaller unit of measurement"
        )
    return Frame(origin, unit)


def _ranges(X, *, threads):
    """Return minimum, maximum and sum of each column."""
    vectors = _over_tiles(X, lambda x: (x.min(axis=0), x.max(axis=0), x.sum(axis=0)), threads)
    return vectors[0].min(axis=0), vectors[1].max(axis=0), vectors[2].sum(axis=0)


def _squares(X, origin, width, *, threads):
    """Return the sums of squares about an origin, in units of a width."""

    def summarise(x):
        about = x - origin
        about /= width
        return (np.einsum("nd,nd->d", about, about),)

    (squares,) = _over_tiles(X, summarise, threads)
    return (squares.sum(axis=0),)


def _over_tiles(X, summarise, threads):
    """Summarise blocks of data, shape (w, d), by vectors of length d; return a stack of each."""
    short = X.shape[1] < 16  # short rows are slow to go through

    def work(blocks):
        return [summarise(np.asfortranarray(X[block]) if short else X[block]) for block in blocks]

    summaries = [
        summary for part in over_tiles(work, len(X), max(1, AT_ONCE // X.shape[1]), threads) for summary in part
    ]
    return [np.array(vectors) for vectors in zip(*summaries, strict=True)]
