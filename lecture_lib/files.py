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
    columns : tuple of str
        Which columns.
    """

    path: str
    group: int
    columns: tuple[str, ...]

    def __array__(self, dtype=None, copy=None):
        with _parquet().ParquetFile(self.path) as file:
            table = file.read_row_group(self.group, columns=list(self.columns))
        table = table.select(self.columns)  # pyarrow promises no order
        # A missing value becomes NaN, which is refused.
        rows = np.column_stack([column.to_numpy() for column in table.itercolumns()])
        return rows.astype(dtype or rows.dtype, copy=False)


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
    ValueError
        When there is no such column, or one does not hold numbers.
    ModuleNotFoundError
        Without pyarrow; the message says how to get it.
    """

    def __init__(self, path, columns=None):
        self.path = str(path)
        with _parquet().ParquetFile(self.path) as file:
            self._groups, kinds = file.num_row_groups, {field.name: str(field.type) for field in file.schema_arrow}
        self.columns = tuple(kinds if columns is None else columns)
        for name in self.columns:
            if not kinds.get(name, "").startswith(("int", "uint", "float", "double", "halffloat", "bool")):
                raise ValueError(
                    f"columns must be of numbers, got {name!r} ({kinds.get(name, 'not there')}); choose among "
                    f"those of {path}: {kinds}"
                )

    def __len__(self):
        return self._groups

    def __getitem__(self, number):
        return ParquetRows(self.path, range(self._groups)[number], self.columns)


def _parquet():
    try:
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Parquet files are read by pyarrow, which is not installed; in the folder of the course: "
            'pip install ".[parquet]"'
        ) from None
    return parquet
