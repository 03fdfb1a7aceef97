"""A Parquet file as blocks of rows, one per row group: each is read where it is summarised, never as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["ParquetFile", "ParquetRows"]

INDEX_NAME = re.compile(r"__index_level_\d+__|__null_dask_index__")
"""How pandas and Dask call an index without a name; a program that rewrites the file may drop the metadata."""


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

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        with _parquet().ParquetFile(self.path) as file:
            table = file.read_row_group(self.group, columns=list(self.columns))
        table = table.select(self.columns)  # pyarrow promises no order
        rows = np.column_stack([_numbers(column) for column in table.itercolumns()])
        return rows.astype(dtype or rows.dtype, copy=False)


def _numbers(column) -> np.ndarray:
    """Return a column as an array of numbers, a missing one as NaN: among truth values NumPy has none."""
    return (column.cast("uint8") if column.type == "bool" else column).to_numpy()


class ParquetFile(Sequence[ParquetRows]):
    """A Parquet file as blocks of rows, one per row group.

    Parameters
    ----------
    path : str or Path
        The file.
    columns : sequence of str, optional
        Which columns, in this order. If none are given, all that hold data: the index of a pandas frame, which
        stands in the file beside its columns, numbers the rows and is left out.

    Raises
    ------
    ValueError
        When there is no such column, or one does not hold numbers.
    ModuleNotFoundError
        Without pyarrow; the message says how to get it.
    """

    def __init__(self, path: str | Path, columns: Sequence[str] | None = None):
        self.path = str(path)
        with _parquet().ParquetFile(self.path) as file:
            self._groups, schema = file.num_row_groups, file.schema_arrow
        self.columns = tuple(_data_columns(schema) if columns is None else columns)
        kinds = {field.name: str(field.type) for field in schema}
        for name in self.columns:
            if not kinds.get(name, "").startswith(("int", "uint", "float", "double", "halffloat", "bool")):
                raise ValueError(
                    f"columns must be of numbers, got {name!r} ({kinds.get(name, 'not there')}); choose among "
                    f"those of {path}: {kinds}"
                )
        if not self.columns:
            raise ValueError(f"columns must name at least one, got none; choose among those of {path}: {kinds}")

    def __len__(self) -> int:
        return self._groups

    def __getitem__(self, number: int) -> ParquetRows:  # type: ignore[override]  # blocks are never sliced
        return ParquetRows(self.path, range(self._groups)[number], self.columns)


def _data_columns(schema) -> list[str]:
    """List the columns but those of a pandas index: its metadata name them, unless the index is a mere range."""
    index = [name for name in (schema.pandas_metadata or {}).get("index_columns", ()) if isinstance(name, str)]
    return [name for name in schema.names if name not in index and not INDEX_NAME.fullmatch(name)]


def _parquet():
    try:
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Parquet files are read by pyarrow, which is not installed; in the folder of the course: "
            'pip install ".[parquet]"'
        ) from None
    return parquet
