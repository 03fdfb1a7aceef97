"""A .npy file as blocks of rows: each is read where it is summarised, again in each pass, never as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lecture_lib import validation
from lecture_lib.blocks.blocks import ROWS_PER_BLOCK

__all__ = ["NpyFile", "NpyRows"]


@dataclass(frozen=True)
class NpyRows:
    """Some rows of a .npy file; ``numpy.asarray`` reads them.

    Attributes
    ----------
    path : str
        The file; workers on other machines must see it under the same name.
    start, stop : int
        Which rows.
    """

    path: str
    start: int
    stop: int

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        shape, kind, offset = _header(self.path)
        n, d = self.stop - self.start, shape[1]
        with Path(self.path).open("rb") as file:
            file.seek(offset + self.start * d * kind.itemsize)
            numbers = np.fromfile(file, kind, n * d)
        if numbers.size != n * d:
            raise ValueError(
                f"{self.path} must hold {shape[0]} rows, but ends in row {self.start + numbers.size // d}; it "
                "was cut short: write it again"
            )
        return numbers.reshape(n, d).astype(dtype or kind, copy=False)


def _header(path):
    """Return shape, dtype and offset of the numbers in a .npy file."""
    with Path(path).open("rb") as file:
        try:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version[0] == 1 else np.lib.format.read_array_header_2_0
            shape, fortran, kind = read(file)
        except ValueError as error:
            raise ValueError(
                f"{path} must begin as a .npy file of numbers does, but does not: {error}; it is another file, or "
                "was cut short: write it with np.save"
            ) from None
        if fortran or len(shape) != 2 or kind.kind not in "biuf":
            raise ValueError(
                f"{path} must hold real numbers, shape (n, d), in C order, got shape {shape}, dtype {kind}"
                f"{', Fortran order' if fortran else ''}; save np.ascontiguousarray(X)"
            )
        return shape, kind, file.tell()


class NpyFile(Sequence[NpyRows]):
    """A .npy file of shape (n, d) as blocks of rows.

    Parameters
    ----------
    path : str or Path
        The file.
    rows : int
        How many rows make a block.

    Raises
    ------
    ValueError
        When it is no table of real numbers in C order.
    """

    def __init__(self, path: str | Path, rows: int = ROWS_PER_BLOCK):
        self.path, self.rows = str(path), validation.count(rows, None, "rows")
        self.shape = _header(self.path)[0]

    def __len__(self) -> int:
        return -(-self.shape[0] // self.rows)

    def __getitem__(self, number: int) -> NpyRows:  # type: ignore[override]  # blocks are never sliced
        start = range(0, self.shape[0], self.rows)[number]
        return NpyRows(self.path, start, min(start + self.rows, self.shape[0]))
