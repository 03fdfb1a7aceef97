"""Files as blocks of rows: read where they are summarised, again in each pass, never as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lecture_lib import validation

__all__ = ["NpyFile", "NpyRows", "ParquetFile", "ParquetRows"]


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

    def __array__(self, dtype=None, copy=None):
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
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran, kind = read(file)
        if fortran or len(shape) != 2 or kind.kind not in "biuf":
            raise ValueError(
                f"{path} must hold real numbers, shape (n, d), in C order, got shape {shape}, dtype {kind}"
                f"{', Fortran order' if fortran else ''}; save np.ascontiguousarray(X)"
            )
        return shape, kind, file.tell()


class NpyFile(Sequence):
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

    def __init__(self, path, rows=262_144):
        self.path, self.rows = str(path), validation.count(rows, None, "rows")
        self.shape = _header(self.path)[0]

    def __len__(self):
        return -(-self.shape[0] // self.rows)

    def __getitem__(self, number):
        start = range(0, self.shape[0], self.rows)[number]
        return NpyRows(self.path, start, min(start + self.rows, self.shape[0]))


@dataclass(frozen=True)
class ParquetRows:
    """A row group of a Parquet file; ``numpy.asarray`` reads it.

    Attributes
    ----------
    path : str
        The file; workers on other machines must see it under the same name.
    group : int
        Which row group.
    columns : tuple of str or None
        Which columns; all if None.
    """

    path: str
    group: int
    columns: tuple[str, ...] | None

    def __array__(self, dtype=None, copy=None):
        with _parquet().ParquetFile(self.path) as file:
            table = file.read_row_group(self.group, columns=None if self.columns is None else list(self.columns))
        # A missing value becomes NaN, which is refused.
        columns = [column.to_numpy() for column in table.itercolumns()]
        return np.column_stack(columns).astype(dtype or columns[0].dtype, copy=False)


class ParquetFile(Sequence):
    """A Parquet file as blocks of rows, one a row group.

    Parameters
    ----------
    path : str or Path
        The file.
    columns : sequence of str, optional
        Which columns, in this order; all if none are given.

    Raises
    ------
    ModuleNotFoundError
        Without pyarrow: ``pip install lecture-lib[parquet]`` brings it.
    """

    def __init__(self, path, columns=None):
        self.path, self.columns = str(path), None if columns is None else tuple(columns)
        with _parquet().ParquetFile(self.path) as file:
            self._groups = file.num_row_groups

    def __len__(self):
        return self._groups

    def __getitem__(self, number):
        return ParquetRows(self.path, range(self._groups)[number], self.columns)


def _parquet():
    try:
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        error.add_note("Parquet files are read by pyarrow: pip install 'lecture-lib[parquet]'")
        raise
    return parquet
