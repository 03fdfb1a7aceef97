"""SQUAREM: two EM steps tell where they lead, and a third one leaps there.

Near its end EM is almost linear: each step multiplies the error by a matrix whose largest eigenvalue is the share
of missing information. Two steps r and r + v in a row are enough to estimate how far that leads.

Source: R. Varadhan and C. Roland, *Simple and globally convergent methods for accelerating the convergence of any
EM algorithm*, 2008.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.em.loop import Guarded, Model
from lecture_lib.em.parameters import from_vector, read_only, to_vector
from lecture_lib.em.state import Q, State, Theta

__all__ = ["extrapolate", "squarem", "step_jacobian"]


def step_jacobian(step: Callable[[np.ndarray], np.ndarray], at: ArrayLike, *, width: float = 1e-4) -> np.ndarray:
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

    Notes
    -----
    Eq. 10.7. Source: Dempster, Laird and Rubin 1977, section 3.
    """
    at, width = validation.vector(at, "at"), validation.positive(width, "width")
    changes = width * np.eye(len(at))
    return np.stack([(step(at + change) - step(at - change)) / (2 * width) for change in changes], axis=1)


def extrapolate(start: ArrayLike, first: ArrayLike, second: ArrayLike) -> np.ndarray:
    """Return where two EM steps lead: start + 2 a r + a^2 v, with r = first - start, v = second - first - r.

    Parameters
    ----------
    start, first, second : array_like, shape (number of entries,)
        Parameters before the steps, after one, and after two.

    Returns
    -------
    ndarray, shape (number of entries,)
        ``a = |r| / |v|``, at least 1, for which it is ``second`` itself. Sums that all three share, as of weights,
        are kept, since the coefficients of the three add up to 1, but for their rounding times a^2.

    Notes
    -----
    Eq. 12.4. Source: Varadhan and Roland 2008, their third choice of the step length, with a = -alpha.
    """
    start = validation.vector(start, "start")
    first, second = (validation.vector(v, name, len(start)) for v, name in ((first, "first"), (second, "second")))
    r = first - start
    v = second - first - r
    size = float(np.linalg.norm(v))
    a = max(1.0, float(np.linalg.norm(r)) / size) if size > 0 else 1.0
    return second if a == 1 else start + 2 * a * r + a * a * v


def squarem(
    model: Model[Theta, Q],
    theta: Theta,
    *,
    to_vector: Callable[[Theta], np.ndarray] = to_vector,
    from_vector: Callable[[np.ndarray, Theta], Theta] = from_vector,
) -> Iterator[State[Theta]]:
    """Alternate two EM steps and a leap; where a leap ends lower than the first of them, take the second instead.

    Parameters
    ----------
    model : Model
        Brings ``e_step`` and ``m_step``.
    theta : Theta
        The start, as :func:`em` takes it.
    to_vector, from_vector : callable
        Write parameters as a vector, and back: ``from_vector(vector, like)``. The default takes the numbers as they
        are; coordinates without bounds, logarithms for example, let more leaps succeed.

    Yields
    ------
    State
        First the start, then one per leap, for :func:`converge`. ``step`` counts M-steps, two per leap.

    Notes
    -----
    A leap is refused when ``from_vector``, or the E-step there, raises a ValueError or an ArithmeticError. At the
    parameters of EM's own path these are raised, and other errors everywhere. No leap from infinite parameters.
    """
    model, theta, step = Guarded(model), read_only(theta), 0
    q, objective = model.e_step(theta)
    while True:
        yield State(step, theta, objective, model.nat)
        first = model.m_step(theta, q)
        q, least = model.e_step(first)
        second = model.m_step(first, q)
        path = [to_vector(parameters) for parameters in (theta, first, second)]
        theta, q, objective = _leap(model, path, second, from_vector)
        # As good as the first step will do: the objective then never falls.
        if not least <= objective < np.inf:
            theta = second
            q, objective = model.e_step(second)
        step += 2


def _leap(model, path, like, from_vector):
    """Return parameters of the form of others where a path leads, q and the objective there, -inf if refused."""
    if np.isfinite(np.concatenate(path)).all():
        leap = extrapolate(*path)
        try:
            theta = read_only(from_vector(leap, like))
            return theta, *model.e_step(theta)
        except (ValueError, ArithmeticError):
            from_vector(path[-1], like)  # raises when the leap is not to blame
    return like, None, -np.inf
