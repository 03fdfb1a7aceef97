"""Parameters of any nesting: numbers and arrays, alone or in dicts, tuples, lists and dataclasses.

The loop never looks into a model; of its parameters it knows this much. Source of the idea: the pytrees of JAX.
"""

import copy
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from lecture_lib import validation

__all__ = ["from_vector", "leaves", "precision", "read_only", "to_vector"]


def leaves(theta: Any) -> list:
    """Return what parameters consist of, in order: each number, array, or other object that is no container."""
    if theta is None:
        return []
    if is_dataclass(theta) and not isinstance(theta, type):
        parts = [getattr(theta, field.name) for field in fields(theta)]
    elif isinstance(theta, dict):
        parts = theta.values()
    elif isinstance(theta, (tuple, list)):
        parts = theta
    else:
        return [theta]
    return [leaf for part in parts for leaf in leaves(part)]


def read_only(theta: Any) -> Any:
    """Return a deep copy of parameters in which no array can be written; frozen parameters are their own copy."""
    if isinstance(theta, validation.Frozen):
        return theta
    theta = copy.deepcopy(theta)
    for leaf in leaves(theta):
        if isinstance(leaf, np.ndarray):
            leaf.flags.writeable = False
    return theta


def precision(*numbers: Any) -> float:
    """Return the machine epsilon of the coarsest floating type among numbers and parameters, at least float64's."""
    types = {leaf.dtype for leaf in leaves(numbers) if isinstance(leaf, (np.ndarray, np.floating))}
    return float(max([np.finfo(kind).eps for kind in types if kind.kind == "f"] + [np.finfo(float).eps]))


def numbers(theta: Any) -> list[np.ndarray]:
    """Return the leaves as arrays of float64; raise where one does not consist of real numbers."""
    arrays = [np.asarray(leaf) for leaf in leaves(theta)]
    for array in arrays:
        if array.dtype.kind not in "buif":
            raise TypeError(
                f"parameters must consist of real numbers, got {array.dtype} in a {type(theta).__name__}; store "
                "what is no number on the model"
            )
    return [array.astype(float) for array in arrays]


def to_vector(theta: Any) -> np.ndarray:
    """Return all numbers of parameters as one vector, shape (number of entries,)."""
    return np.concatenate([np.empty(0), *(array.ravel() for array in numbers(theta))])


def from_vector(vector: np.ndarray, like: Any) -> Any:
    """Return parameters of the form of others, with the numbers of a vector.

    Parameters
    ----------
    vector : ndarray, shape (number of entries,)
        As :func:`to_vector` returns it.
    like : parameters
        Of that nesting, with those shapes and floating types.

    Raises
    ------
    ValueError
        When there are more or fewer numbers than in ``like``, or its class does not allow them.
    """
    parts = numbers(like)
    ends = np.cumsum([part.size for part in parts])
    vector = validation.vector(vector, "vector", ends[-1] if parts else 0)
    return _rebuilt(like, iter(np.split(vector, ends[:-1])))


def _rebuilt(like: Any, parts: Iterator[np.ndarray]) -> Any:
    """Return parameters of the form of others, whose leaves are taken from an iterator."""
    if like is None:
        return None
    if is_dataclass(like) and not isinstance(like, type):
        new = {field.name: _rebuilt(getattr(like, field.name), parts) for field in fields(like)}
        return replace(like, **{field.name: new[field.name] for field in fields(like) if field.init})
    if isinstance(like, dict):
        new = copy.copy(like)  # its own kind of dict
        new.update((name, _rebuilt(part, parts)) for name, part in like.items())
        return new
    if isinstance(like, (tuple, list)):
        new = [_rebuilt(part, parts) for part in like]
        return type(like)(*new) if hasattr(like, "_fields") else type(like)(new)
    part = next(parts).reshape(np.shape(like))
    if np.array_equal(part, like):  # so a whole number that stays is still an index
        return like
    kind = getattr(like, "dtype", None)
    part = part if kind is None or kind.kind != "f" else part.astype(kind)
    return part if isinstance(like, np.ndarray) else part[()] if kind else float(part)
