"""The posterior of a small mixture, in full: two components on a line, both means and a weight unknown.

The components have a known width. Priors: each mean is Gaussian about 0, the weights are uniform. A grid shows
the whole posterior; the sum over all labellings gives its exact normalisation, and shows why this does not scale.

Data, grids, widths and spreads are in one unit, widths and spreads above 0; what is not, or not finite, is a
``ValueError``.

Sources: lecture 22, slide "Soft k-means as maximum likelihood"; D. MacKay, ITILA, 2003, chapter 22 (the modes);
T. Cover and J. Thomas, *Elements of Information Theory*, 2006, section 2.3 (mutual information).
"""

import itertools

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from lecture_lib import log_sum_exp, validation
from lecture_lib.gaussian.parameters import LOG_2_PI

__all__ = ["correlation", "log_posterior", "log_terms", "mutual_information", "probabilities"]

MOST_TERMS = 2**16
"""More labellings than this are not enumerated."""


def log_posterior(
    x: ArrayLike,
    mu: ArrayLike,
    weight: ArrayLike,
    *,
    z: ArrayLike | None = None,
    width: float = 1.0,
    spread: float = 3.0,
) -> np.ndarray:
    """Return log p(x given mu_0, mu_1, pi_1) + log p(mu_0, mu_1, pi_1) on a grid: the posterior but for p(x).

    Eq. 5.3.

    Source: lecture 22, slide "Soft k-means as maximum likelihood".

    Parameters
    ----------
    x : array_like, shape (n,)
        Data on a line.
    mu : array_like, shape (a,)
        Grid of either mean.
    weight : array_like, shape (b,)
        Grid of pi_1, the weight of component 1, from 0 to 1; component 0 has the rest.
    z : array_like of int, shape (n,), optional
        The component of each datum, 0 or 1, where it is known.
    width, spread : float
        Standard deviations, of both components and of the prior of either mean. The prior of pi_1 is uniform.

    Returns
    -------
    ndarray, shape (a, a, b)
        ``[row, column, layer]`` belongs to mu_0, mu_1 and pi_1; in nats, of a density.
    """
    x, mu = validation.vector(x, "x"), validation.vector(mu, "mu")
    weight = validation.probabilities(validation.vector(weight, "weight"), "weight")
    densities = _log_normal(x[:, None] - mu, validation.positive(width, "width"))
    log_prior = _log_normal(mu, validation.positive(spread, "spread"))
    total = np.zeros((len(mu), len(mu), len(weight))) + log_prior[:, None, None] + log_prior[:, None]
    known = np.full(len(x), -1) if z is None else _components(z, len(x))
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        log_weights = np.log([1 - weight, weight])
    for density, component in zip(densities, known, strict=True):
        first = density[:, None, None] + log_weights[0]
        second = density[:, None] + log_weights[1]
        total += np.logaddexp(first, second) if component < 0 else (first, second)[component]
    return total


def _log_normal(difference, width):
    return -0.5 * (LOG_2_PI + (difference / width) ** 2) - np.log(width)


def _components(z, n):
    """Return the known components, 0 or 1, of n data."""
    z = validation.labels(z, "z")
    if z.shape != (n,) or z.max() > 1:
        raise ValueError(f"z must hold a 0 or a 1 for each of {n} data, got {z.tolist()}; there are two components")
    return z


def probabilities(log_density: ArrayLike) -> np.ndarray:
    """Return the share of the posterior in each cell of an even grid.

    ``log_density`` is in nats, but for a constant; -inf for what is impossible, but not everywhere.
    """
    log_density = np.asarray(log_density, dtype=float)
    top = log_density.max(initial=-np.inf)
    if not np.isfinite(top):
        raise ValueError("log_density must have a largest finite entry, got none; is the grid near the data?")
    p, _ = log_sum_exp.posterior(log_density.ravel())
    return p.reshape(log_density.shape)


def log_terms(x: ArrayLike, k: int = 2, *, width: float = 1.0, spread: float = 3.0) -> np.ndarray:
    """Return log p(x, z) for every labelling z, shape (k**n,): what the exact posterior is a sum of. Eq. 5.4.

    The labellings, at most 65536, are in the order of ``itertools.product``; means and weights, whose prior is
    uniform, are integrated out. ``width`` and ``spread`` are those of :func:`log_posterior`. Each term is the
    evidence of one conjugate pair for each component (Bishop 2006, section 2.3.6) and of one for the weights.
    """
    x = validation.vector(x, "x")
    n, k = len(x), validation.count(k, None)
    if k**n > MOST_TERMS:
        raise ValueError(f"k**n must be at most {MOST_TERMS}, got {k}**{n}; take fewer data")
    v, s = validation.positive(width, "width") ** 2, validation.positive(spread, "spread") ** 2
    taken = np.array(list(itertools.product(np.eye(k), repeat=n)))  # (k**n, n, k), one-hot
    R, sums = taken.sum(axis=1), np.einsum("znk,n->zk", taken, x)
    weights = gammaln(k) + gammaln(R + 1).sum(axis=1) - gammaln(n + k)
    # Integrate N(mu; 0, s) prod_i N(x_i; mu, v) over mu; an empty component gives 1.
    means = 0.5 * (s * sums**2 / (v * (v + R * s)) - np.log1p(R * s / v)).sum(axis=1)
    return weights + means - 0.5 * (n * (LOG_2_PI + np.log(v)) + x @ x / v)


def correlation(p: ArrayLike, u: ArrayLike, v: ArrayLike) -> float:
    """Return the correlation of values ``u`` (a,) and ``v`` (b,) with joint probabilities ``p`` (a, b)."""
    u, v = validation.vector(u, "u"), validation.vector(v, "v")
    p = _joint(p, (len(u), len(v)))
    u, v = u - p.sum(axis=1) @ u, v - p.sum(axis=0) @ v
    return float(u @ p @ v / np.sqrt((p.sum(axis=1) @ u**2) * (p.sum(axis=0) @ v**2)))


def mutual_information(p: ArrayLike) -> float:
    """Return how much one variable tells about another, in nats: 0 exactly if they are independent. Eq. 5.5.

    ``p`` (a, b) are their joint probabilities. Source: Cover and Thomas 2006, section 2.3.
    """
    p = _joint(p)
    apart = np.outer(p.sum(axis=1), p.sum(axis=0))
    possible = p > 0  # 0 log 0 = 0
    return float(np.sum(p[possible] * np.log(p[possible] / apart[possible])))


def _joint(p, shape=None):
    """Return a table of joint probabilities."""
    p = validation.probabilities(p, "p")
    if p.ndim != 2 or shape not in (None, p.shape) or not np.isclose(p.sum(), 1):
        raise ValueError(
            f"p must be a table of probabilities with sum 1, got shape {p.shape}, sum {p.sum():g}; match its axes"
        )
    return p
