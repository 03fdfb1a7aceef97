"""What the operations of a formula do: the shape of the result, its value, one entry each.

A value is an array: first one axis for each index letter in scope that it depends on, the innermost first, so that
values of different depth broadcast against each other; then no axis for a number, two for a matrix. Vectors are
matrices with one column, and juxtaposition is the matrix product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy import special

from lecture_lib.formulas.errors import ShapeMismatch

__all__ = ["OPERATIONS", "SCALAR_FUNCTIONS", "Operation", "shown_shape"]


@dataclass(frozen=True)
class Operation:
    """One operation.

    Parameters
    ----------
    shape : callable
        From the children's shapes, shape of the result; raises ``ShapeMismatch``.
    value : callable
        From the node and the children's values, value of the result.
    """

    shape: Callable
    value: Callable


def shown_shape(shape) -> str:
    """Say a shape in words."""
    if shape == ():
        return "a number"
    if isinstance(shape, str):
        return f"a {shape}"
    rows, columns = shape
    if columns == "1":
        return f"a vector of length {rows}"
    if rows == "1":
        return f"a row of length {columns}"
    return f"a {rows}-by-{columns} matrix"


def _numbers(name):
    def shape(*shapes):
        for found in shapes:
            if found != ():
                raise ShapeMismatch(f"{name} takes numbers, got {shown_shape(found)}")
        return ()

    return shape


def _square(name, result=lambda shape: ()):
    def shape(found):
        if not _is_matrix(found) or found[0] != found[1]:
            raise ShapeMismatch(f"{name} takes a square matrix, got {shown_shape(found)}")
        return result(found)

    return shape


def _is_matrix(shape):
    return isinstance(shape, tuple) and len(shape) == 2


def _matrix(name, result):
    def shape(found):
        if not _is_matrix(found):
            raise ShapeMismatch(f"{name} takes a vector or a matrix, got {shown_shape(found)}")
        return result(found)

    return shape


def _equal_shapes(*shapes):
    for found in shapes:
        if isinstance(found, str):
            raise ShapeMismatch(f"cannot compute with {shown_shape(found)}")
        if found != shapes[0]:
            raise ShapeMismatch(f"cannot add or compare {shown_shape(shapes[0])} and {shown_shape(found)}")
    return shapes[0]


def product_shape(*shapes):
    """Return the shape of a product from left to right."""
    result = ()
    for found in shapes:
        if isinstance(found, str):
            raise ShapeMismatch(f"cannot multiply by {shown_shape(found)}")
        if result == () or found == ():
            result = result or found
        elif result[1] != found[0]:
            hint = "; a vector is a column, so write x^\\top y or x y^\\top" if result[1] == found[1] == "1" else ""
            raise ShapeMismatch(f"cannot multiply {shown_shape(result)} by {shown_shape(found)}{hint}")
        else:
            result = (result[0], found[1])
            result = () if result == ("1", "1") else result
    return result


def _product(tree, *values):
    """Multiply from left to right; 0 times -infinity is 0, as in 0 log 0."""
    result, shape = values[0], tree.children[0].shape
    for child, value in zip(tree.children[1:], values[1:], strict=True):
        if shape == () or child.shape == ():
            a = result if shape else _as(result, child.shape)
            b = value if child.shape else _as(value, shape)
            result = a * b
            if np.isnan(result).any():
                none_of_it = ((a == 0) & (b == -np.inf)) | ((b == 0) & (a == -np.inf))
                result = np.where(none_of_it, 0.0, result)
        else:
            result = result @ value
        shape = product_shape(shape, child.shape)
        if shape == () and result.ndim and child.shape != ():
            result = result[..., 0, 0]
    return result


def _as(number, shape):
    """Let a number meet a value of some shape."""
    return np.asarray(number)[..., None, None] if shape else np.asarray(number)


def _quotient_shape(over, under):
    if under != ():
        raise ShapeMismatch(f"cannot divide by {shown_shape(under)}; write its inverse, as in A^{{-1}} b")
    return product_shape(over)


def _trace_shape(found):
    return () if found == () else _square("\\operatorname{tr}")(found)  # a number is its own trace


def _cofactors(tree, matrix):
    """Return the cofactors of a matrix from its minors."""
    size = matrix.shape[-1]
    result = np.empty_like(matrix)
    for a in range(size):
        for b in range(size):
            minor = np.delete(np.delete(matrix, a, axis=-2), b, axis=-1)
            result[..., a, b] = (-1) ** (a + b) * np.linalg.det(minor)
    return result


def _diag(tree, value):
    if tree.children[0].shape[1] == "1":
        return value * np.eye(value.shape[-2])
    return np.diagonal(value, axis1=-2, axis2=-1)[..., None]


def _kron(tree, a, b):
    result = a[..., :, None, :, None] * b[..., None, :, None, :]
    rows, columns = a.shape[-2] * b.shape[-2], a.shape[-1] * b.shape[-1]
    return result.reshape(*result.shape[:-4], rows, columns)


def _kron_shape(a, b):
    if not (_is_matrix(a) and _is_matrix(b)):
        raise ShapeMismatch(f"\\otimes takes two matrices, got {shown_shape(a)} and {shown_shape(b)}")
    return tuple("1" if x == y == "1" else f"{x}*{y}" for x, y in zip(a, b, strict=True))


def _relation_shape(a, b):
    _equal_shapes(a, b)
    return "statement"


def _compare(tree, a, b):
    a, b = np.broadcast_arrays(a, b)
    relation = {"=": np.equal, "!=": np.not_equal, "<": np.less, ">": np.greater, "<=": np.less_equal}
    return relation.get(tree.detail, np.greater_equal)(a, b)


def _cases(tree, *values):
    result = np.nan if len(values) % 2 == 0 else values[-1]
    pairs = list(zip(values[0::2], values[1::2], strict=False))
    for value, condition in reversed(pairs):
        result = np.where(_as(condition, tree.shape), value, result)
    return result


SCALAR_FUNCTIONS = {
    "log": np.log, "exp": np.exp, "sqrt": np.sqrt, "tanh": np.tanh, "cosh": np.cosh, "sinh": np.sinh, "sin": np.sin,
    "cos": np.cos, "abs": np.abs, "sign": np.sign, "gamma": special.gamma, "loggamma": special.gammaln,
    "digamma": special.digamma, "trigamma": lambda x: special.polygamma(1, x),
    "factorial": lambda x: special.gamma(x + 1),
}  # fmt: skip
"""Functions of one number."""

OPERATIONS = {
    "add": Operation(_equal_shapes, lambda tree, *values: sum(values[1:], values[0])),
    "neg": Operation(_equal_shapes, lambda tree, value: -value),
    "mul": Operation(product_shape, _product),
    "odot": Operation(_equal_shapes, lambda tree, a, b: a * b),
    "kron": Operation(_kron_shape, _kron),
    "dot": Operation(lambda a, b: _equal_shapes(a, b) and (), lambda tree, a, b: (a * b).sum(axis=(-2, -1))),
    "divide": Operation(_quotient_shape, lambda tree, a, b: a / _as(b, tree.shape)),
    "power": Operation(_numbers("a power"), lambda tree, a, b: np.power(a, b)),
    "transpose": Operation(_matrix(r"^\top", lambda s: s[::-1]), lambda tree, a: np.swapaxes(a, -1, -2)),
    "inverse": Operation(_square("an inverse", lambda s: s), lambda tree, a: np.linalg.inv(a)),
    "matrix power": Operation(
        _square("a power", lambda s: s), lambda tree, a: np.linalg.matrix_power(a, tree.detail)
    ),
    "det": Operation(_square("a determinant"), lambda tree, a: np.linalg.det(a)),
    "cof": Operation(_square(r"\operatorname{cof}", lambda s: s), _cofactors),
    "trace": Operation(
        _trace_shape, lambda tree, a: np.trace(a, axis1=-2, axis2=-1) if tree.children[0].shape else a
    ),
    "diag": Operation(_matrix(r"\operatorname{diag}", lambda s: (s[0], s[0] if s[1] == "1" else "1")), _diag),
    "eigmax": Operation(_square(r"\lambda_{\max}"), lambda tree, a: np.linalg.eigvalsh(a)[..., -1]),
    "eigmin": Operation(_square(r"\lambda_{\min}"), lambda tree, a: np.linalg.eigvalsh(a)[..., 0]),
    "norm": Operation(_matrix("a norm", lambda s: ()), lambda tree, a: np.sqrt((a**2).sum(axis=(-2, -1)))),
    "squared norm": Operation(_matrix("a norm", lambda s: ()), lambda tree, a: (a**2).sum(axis=(-2, -1))),
    "binomial": Operation(_numbers("a binomial coefficient"), lambda tree, a, b: special.binom(a, b)),
    "min of": Operation(_numbers(r"\min"), lambda tree, *values: reduce(np.minimum, values)),
    "max of": Operation(_numbers(r"\max"), lambda tree, *values: reduce(np.maximum, values)),
    "relation": Operation(_relation_shape, _compare),
    "and": Operation(lambda *shapes: "statement", lambda tree, *values: reduce(np.logical_and, values)),
    "iverson": Operation(lambda shape: (), lambda tree, value: np.asarray(value, float)),
    "cases": Operation(lambda *shapes: _equal_shapes(*shapes[0::2]), _cases),
    **{
        name: Operation(_numbers(f"\\{name}"), lambda tree, value, function=function: function(value))
        for name, function in SCALAR_FUNCTIONS.items()
    },
}
"""The operations whose value follows from the values of their parts."""
