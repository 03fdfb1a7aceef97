"""What data come in: arrays, lists and data frames are numbers; the rest is refused, with the line that helps."""

from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

__all__ = ["NUMBERS", "as_numbers", "column", "column_names", "is_chunked", "refuse_other_container"]

NUMBERS = "biuf"
"""The kinds of dtype that hold real numbers."""


def is_chunked(X: Any) -> bool:
    """Tell whether ``numpy.asarray`` would load data whole that lie in chunks: of dask, h5py, zarr, xarray."""
    kind = type(X)
    lies_in_chunks = hasattr(kind, "chunks") and (X.chunks is not None or not hasattr(kind, "to_numpy"))
    return lies_in_chunks or hasattr(kind, "npartitions")


def column_names(X: Any) -> list[str] | None:
    """Return the names of a data frame's columns, None if they are no words."""
    names = list(getattr(X, "columns", ()))
    return names if names and all(isinstance(name, str) for name in names) else None


def column(names: Sequence[str] | None, c: Any) -> tuple[str, str]:
    """Return how a message calls a column of data that have such names, and the line that leaves it out."""
    if names is None:
        return f"column {c}", f"np.delete(X, {c}, axis=1)"
    return f"column {names[c]!r}", f"X.drop(columns=[{names[c]!r}])"


def refuse_other_container(values: Any, name: str) -> None:
    """Raise for sparse matrices, dicts, sets and iterators, none of which is an array or a list of rows."""
    word, kind = _variable(name), type(values).__name__
    first = values[0] if isinstance(values, (list, tuple)) and values else None
    if hasattr(values, "toarray") and hasattr(values, "nnz"):
        raise ValueError(
            f"{name} must be dense, got a sparse {kind}; pass {word}.toarray(), or, where that does not fit into "
            f"memory, the chosen columns {word}.tocsc()[:, columns].toarray()"
        )
    if isinstance(values, Mapping):
        raise ValueError(f"{name} must be an array, got a {kind}; pass np.column_stack(list({word}.values()))")
    if isinstance(first, Mapping):
        raise ValueError(
            f"{name} must hold rows of numbers, got a {type(first).__name__}; pass [list(row.values()) "
            f"for row in {word}]"
        )
    if isinstance(values, (set, frozenset, Iterator)):
        raise ValueError(
            f"{name} must be a list or an array, which can be gone through again, got a {kind}; pass list({word})"
        )


def as_numbers(values: Any, name: str, missing: bool = False) -> np.ndarray:
    """Return an array of booleans, integers or floats, NaN where a value of a nullable column is missing.

    Where values may be ``missing``, None and NA among objects stand for such a one too.
    """
    refuse_other_container(values, name)
    if np.ma.is_masked(values):
        raise ValueError(f"{name} has masked entries; fill or drop them first")
    if is_chunked(values):
        raise ValueError(
            f"{name} must be in memory here, got a {type(values).__name__} that would be loaded whole; pass "
            f"np.asarray({_variable(name)}) if it fits, else fit lecture_lib.blocks.sample_rows(X, 10_000, rng)"
        )
    try:
        raw = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array, got rows of different lengths") from None
    if raw.dtype.kind in NUMBERS:
        return raw
    if hasattr(values, "to_numpy"):
        return _of_frame(values, name)
    if missing and raw.ndim == 2 and all(map(_is_convertible, raw.T)):
        return np.array([[np.nan if _is_missing(entry) else entry for entry in row] for row in raw], dtype=float)
    raise ValueError(f"{name} must hold real numbers, got {_what(raw)}; {_remedy(raw, _variable(name))}")


def _of_frame(frame, name):
    """Return the numbers of a data frame or series whose columns differ in type or are nullable."""
    columns = [frame[c] for c in frame.columns] if hasattr(frame, "columns") else [frame]
    wrong = [column for column in columns if _kind(column) not in NUMBERS]
    if wrong:
        word, names = _variable(name), [column.name for column in wrong]
        drop = f"leave them out, {word}.drop(columns={names})" if hasattr(frame, "columns") else "pass another one"
        raise ValueError(
            f"{name} must hold real numbers, got the columns {names} (the first {wrong[0].dtype}); {drop}, "
            'or convert them: pd.to_numeric, read_csv(decimal=","), get_dummies, .dt.total_seconds()'
        )
    numbers = [column.to_numpy(dtype=float, na_value=np.nan) for column in columns]
    return np.column_stack(numbers) if hasattr(frame, "columns") else numbers[0]


def _kind(column):
    """Return the kind of dtype of a column; objects count as numbers if all that are there are."""
    kind = getattr(column.dtype, "kind", "O")
    if kind != "O" or not hasattr(column, "dropna"):
        return kind
    return np.asarray(list(column.dropna()) or [np.nan]).dtype.kind


def _what(raw):
    """Word what stands in an array that is none of numbers."""
    missing = np.array([_is_missing(entry) for entry in raw.ravel()])
    if not raw.ndim or not missing.any():
        return f"dtype {raw.dtype}"
    first = [int(i) for i in np.argwhere(missing.reshape(raw.shape))[0]]
    return f"missing values (None or NA) in {missing.sum()} of {missing.size} entries, the first at {first}"


def _is_missing(entry):
    return entry is None or type(entry).__name__ in ("NAType", "NaTType")


def _remedy(raw, word):
    """Return the line that makes numbers of an array of something else."""
    if raw.dtype.kind == "c":
        return f"choose np.real({word}), np.imag({word}) or np.abs({word})"
    if raw.dtype.kind in "mM":
        return f'count from a date on, np.asarray({word}).astype("int64")'
    if not raw.ndim and isinstance(raw[()], (str, PathLike)):
        return f"read the file first, pandas.read_csv({word}), or by blocks, lecture_lib.blocks.ParquetFile({word})"
    columns = raw.T if raw.ndim == 2 else [raw]
    wrong = [number for number, column in enumerate(columns) if not _is_convertible(column)]
    if len(wrong) == len(columns):
        return "pass numbers"
    if wrong:
        return f"leave out the columns {wrong}, np.delete({word}, {wrong}, axis=1)"
    if any(_is_missing(entry) for entry in raw.ravel()):
        frame = f"pandas.{'DataFrame' if raw.ndim == 2 else 'Series'}({word})"
        return f"drop what has them, {frame}.dropna(), or pass missing=True where that is allowed"
    return f"convert it, for example with np.asarray({word}, dtype=float)"


def _is_convertible(column):
    try:
        np.array([entry for entry in column if not _is_missing(entry)], dtype=float)
    except (TypeError, ValueError):
        return False
    return True


def _variable(name):
    """Return what stands for the argument in a line of Python: blocks have a name that is none."""
    return name if name.isidentifier() else "block"
