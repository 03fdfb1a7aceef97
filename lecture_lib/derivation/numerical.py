"""Derivatives by differences: evidence that is independent of any formula."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import differentiate

from lecture_lib import validation

__all__ = ["numerical_gradient", "numerical_hessian"]


def numerical_gradient(function: Callable, at: ArrayLike) -> np.ndarray:
    """Return the gradient of a function, by differences of adaptive width.

    Parameters
    ----------
    function : callable
        Maps an array of the shape of ``at`` to a float.
    at : array_like
        Where; entries of order one.

    Returns
    -------
    ndarray
        The partial derivatives, in the shape of ``at``.

    Notes
    -----
    Independent of any formula: this is ``scipy.differentiate.jacobian``, good for about ten digits.
    """
    at = validation.array(at, "at")
    return differentiate.jacobian(_flat(function, at), at.ravel(), initial_step=0.1).df.reshape(at.shape)


def numerical_hessian(function: Callable, at: ArrayLike) -> np.ndarray:
    """Return the matrix of second derivatives of a function, by differences of adaptive width.

    Parameters
    ----------
    function : callable
        Maps an array of the shape of ``at`` to a float.
    at : array_like
        Where; entries of order one, m of them.

    Returns
    -------
    ndarray, shape (m, m)
        The entries of ``at`` are taken in C order.

    Notes
    -----
    Independent of any formula: this is ``scipy.differentiate.hessian``, good for about six digits.
    """
    at = validation.array(at, "at")
    # Few and low-order differences: every entry costs a product of two such schemes.
    settings = {"initial_step": 0.1, "order": 4, "maxiter": 3}
    return differentiate.hessian(_flat(function, at), at.ravel(), **settings).ddf


def _flat(function, at):
    """Let a function of an array take stacks of flat arguments, shape (m, ...), as SciPy passes them."""

    def flat(stack):
        return np.apply_along_axis(lambda entries: function(entries.reshape(at.shape)), 0, stack)

    return flat
