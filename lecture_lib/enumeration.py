"""Every value that the latent variables of a small mixture can have, for checks by brute force."""

import itertools

import numpy as np

from lecture_lib import validation
from lecture_lib.models.mixture import log_joint

__all__ = ["MOST", "every_assignment", "log_joint_of_each"]

MOST = 100_000
"""No more assignments than this are listed."""


def every_assignment(n, k):
    """List all ways to give each of n data one of k components.

    Parameters
    ----------
    n, k : int
        Numbers of data and components, at least 1.

    Returns
    -------
    ndarray of int, shape (k**n, n)
        One row an assignment, in lexical order.

    Raises
    ------
    ValueError
        When ``n`` or ``k`` is not an integer of at least 1, or there are more than ``MOST`` assignments.
    """
    n, k = validation.count(n, None, "n"), validation.count(k, None, "k")
    if k**n > MOST:
        raise ValueError(f"k ** n must be at most {MOST}, got {k} ** {n}; take fewer data")
    return np.array(list(itertools.product(range(k), repeat=n)))


def log_joint_of_each(X, theta):
    """Return log p(X, z) for every assignment z of all data.

    Parameters
    ----------
    X : array_like, shape (n, d)
        A few data.
    theta : MixtureParameters
        With k components, in the units of ``X``.

    Returns
    -------
    ndarray, shape (k**n,)
        In nats, in the order of :func:`every_assignment`.

    Raises
    ------
    ValueError
        As :func:`every_assignment` and :func:`lecture_lib.models.mixture.log_joint`.
    """
    terms = log_joint(X, theta)
    z = every_assignment(*terms.shape)
    return terms[np.arange(len(terms)), z].sum(axis=1)
