"""SQUAREM: two EM steps tell where they lead, and a third one leaps there.

Near its end EM is almost linear: each step multiplies the error by a matrix whose largest eigenvalue is the share
of missing information. Two steps r and r + v in a row are enough to estimate how far that leads.

Source: R. Varadhan and C. Roland, *Simple and globally convergent methods for accelerating the convergence of any
EM algorithm*, 2008.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace

import numpy as np

from lecture_lib import validation
from lecture_lib.em import Model, State

__all__ = ["extrapolate", "from_vector", "squarem", "step_jacobian", "to_vector"]


def to_vector(theta):
    """Return all numbers of parameters as one vector.

    Parameters
    ----------
    theta : float, array_like, or dataclass of these
        Parameters.

    Returns
    -------
    ndarray, shape (number of entries,)
    """
    if is_dataclass(theta):
        return np.concatenate([to_vector(getattr(theta, field.name)) for field in fields(theta)])
    return np.array(theta, dtype=float).ravel()


def from_vector(vector, like):
    """Return parameters of the form of others, with the numbers of a vector.

    Parameters
    ----------
    vector : ndarray, shape (number of entries,)
        As :func:`to_vector` returns it.
    like : float, array_like, or dataclass of these
        Parameters of that form.

    Returns
    -------
    of the type of ``like``

    Raises
    ------
    ValueError
        When there are more or fewer numbers than in ``like``, or its class does not allow them.
    """
    vector = validation.vector(vector, "vector", to_vector(like).size)
    if not is_dataclass(like):
        return vector.reshape(np.shape(like)) if np.ndim(like) else float(vector[0])
    names = [field.name for field in fields(like)]
    ends = np.cumsum([to_vector(getattr(like, name)).size for name in names])
    parts = np.split(vector, ends[:-1])
    return replace(
        like, **{name: from_vector(part, getattr(like, name)) for name, part in zip(names, parts, strict=True)}
    )


def step_jacobian(step, at, *, width=1e-4):
    """Return the Jacobian of one step of an algorithm, by central differences.

    Parameters
    ----------
    step : callable
        Maps a vector of parameters to the next one.
    at : array_like, shape (m,)
        Where; a fixed point of the step, to see how it comes to rest.
    width : float
        Of the differences, above 0, in the units of the parameters.

    Returns
    -------
    ndarray, shape (m, m)
        Its largest eigenvalue, in size, is the factor by which one step multiplies the error in the end.

    Raises
    ------
    ValueError
        When ``at`` is no vector of finite numbers, or ``width`` not above 0.

    Notes
    -----
    Eq. 10.7. Source: Dempster, Laird and Rubin 1977, section 3.
    """
    at, width = validation.vector(at, "at"), validation.positive(width, "width")
    changes = width * np.eye(len(at))
    return np.stack([(step(at + change) - step(at - change)) / (2 * width) for change in changes], axis=1)


def extrapolate(start, first, second):
    """Return where two EM steps lead: start + 2 a r + a^2 v, with r = first - start, v = second - first - r.

    Parameters
    ----------
    start, first, second : ndarray, shape (number of entries,)
        Parameters before the steps, after one, and after two.

    Returns
    -------
    ndarray, shape (number of entries,)
        ``a = |r| / |v|``, at least 1, for which it is ``second`` itself. Sums that all three share, as of weights,
        are kept, since the coefficients of the three add up to 1, but for their rounding times a^2.

    Raises
    ------
    ValueError
        When they are not three vectors of equally many finite numbers.

    Notes
    -----
    Eq. 12.4. Source: Varadhan and Roland 2008, their third choice of the step length, with a = -alpha.
    """
    start = validation.vector(start, "start")
    first, second = (validation.vector(v, name, len(start)) for v, name in ((first, "first"), (second, "second")))
    r = first - start
    v = second - first - r
    size = np.linalg.norm(v)
    a = max(1.0, np.linalg.norm(r) / size) if size > 0 else 1.0
    return second if a == 1 else start + 2 * a * r + a * a * v


def squarem(
    model: Model, theta, *, to_vector: Callable = to_vector, from_vector: Callable = from_vector
) -> Iterator[State]:
    """Alternate two EM steps and a leap; where a leap ends lower than the first of them, take the second instead.

    Parameters
    ----------
    model : Model
        Brings ``e_step`` and ``m_step``.
    theta : Theta
        The start.
    to_vector, from_vector : callable
        Write parameters as a vector, and back: ``from_vector(vector, like)``. The default takes the numbers as they
        are; coordinates without bounds, logarithms for example, let more leaps succeed.

    Yields
    ------
    State
        First the start, then one a leap, for :func:`lecture_lib.em.converge`. ``step`` counts M-steps, two a leap.

    Notes
    -----
    Parameters that ``from_vector`` or the model refuses, by a ValueError or an ArithmeticError, count as lower.
    """
    theta, step = copy.copy(theta), 0
    q, objective = model.e_step(theta)
    while True:
        yield State(step, theta, float(objective))
        first = model.m_step(theta, q)
        q, least = model.e_step(first)
        second = model.m_step(first, q)
        try:
            leap = extrapolate(*map(to_vector, (theta, first, second)))
            candidate = from_vector(leap, second)
            q, objective = model.e_step(candidate)
        except (ValueError, ArithmeticError):
            objective = -np.inf
        # As good as the first step will do: the objective then never falls.
        if objective >= least:
            theta = candidate
        else:
            theta = second
            q, objective = model.e_step(second)
        step += 2
