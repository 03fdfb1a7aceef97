"""Parquet files as blocks of rows, one per row group: each is read where it is summarised, never as a whole."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["ParquetFile", "ParquetRows"]

INDEX_NAME = re.compile(r"__index_level_\d+__|__null_dask_index__")
"""How pandas and Dask call an index without a name; a program that rewrites the file may drop the metadata."""

NUMERIC = ("int", "uint", "float", "double", "halffloat", "bool")
"""How pyarrow's names of types of numbers begin."""


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
    """A Parquet file, or several as one table, as blocks of rows: one per row group.

    Parameters
    ----------
    path : str or Path, or a sequence of them
        A file; a folder of parts, as Dask and Spark write it, whose hidden files (_, .) are left out; or several.
    columns : sequence of str, optional
        Which columns, in this order. If none are given, all that hold data: the index of a pandas frame, which
        stands in the file beside its columns, numbers the rows and is left out. What the names of folders say
        (year=2026) is no column.

    Raises
    ------
    ValueError
        When there is no such file or column, one does not hold numbers, or files differ in their columns.
    ModuleNotFoundError
        Without pyarrow; the message says how to get it.
    """

    def __init__(self, path: str | Path | Sequence[str | Path], columns: Sequence[str] | None = None):
        self._groups: list[tuple[str, int]] = []
        self.rows = 0
        chosen = None if columns is None else tuple(columns)
        for part in _parts(path):
            with _parquet().ParquetFile(part) as file:
                number, schema = file.num_row_groups, file.schema_arrow
                self.rows += file.metadata.num_rows
            found = tuple(_data_columns(schema))
            chosen = found if chosen is None else chosen
            if columns is None and set(found) != set(chosen):
                raise ValueError(
                    f"path must name files with the same columns, got {found} in {part} beside {chosen}; "
                    "choose them with columns="
                )
            _refuse_other_columns(chosen, schema, part)
            self._groups += [(part, group) for group in range(number)]
        self.columns = chosen or ()

    def __repr__(self) -> str:
        return f"ParquetFile({self.rows} rows in {len(self)} row groups, columns={self.columns})"

    def __len__(self) -> int:
        return len(self._groups)

    def __getitem__(self, number: int) -> ParquetRows:  # type: ignore[override]  # blocks are never sliced
        return ParquetRows(*self._groups[number], self.columns)


def _parts(path: str | Path | Sequence[str | Path]) -> list[str]:
    """List the files of a file, a folder, or several of them, those of a folder by name."""
    if not isinstance(path, (str, Path)):
        return [part for one in path for part in _parts(one)]
    if not Path(path).is_dir():
        return [str(path)]
    files = sorted(file for file in Path(path).rglob("*.parquet") if file.is_file())
    shown = [str(file) for file in files if not any(part[0] in "._" for part in file.relative_to(path).parts)]
    if not shown:
        raise ValueError(
            f"path must be a file or a folder of .parquet files, got {path} without one; check the name"
        )
    return shown


def _refuse_other_columns(columns, schema, path):
    kinds = {field.name: str(field.type) for field in schema}
    numeric = {name for name, kind in kinds.items() if kind.startswith(NUMERIC)}
    for name in columns:
        if name not in numeric:
            raise ValueError(
                f"columns must be of numbers, got {name!r} ({kinds.get(name, 'not there')}); choose among "
                f"columns={[name for name in _data_columns(schema) if name in numeric]}, those of {path}"
            )
    if not columns:
        raise ValueError(f"columns must name at least one, got none; choose among those of {path}: {kinds}")


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
