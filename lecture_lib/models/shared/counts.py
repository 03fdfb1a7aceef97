"""The log-probability of a count, which keeps its digits however large the count is.

Written out as x log(mean) - mean - log x!, terms of size x log x cancel: at counts of a million so many digits
are lost that EM seems to lower its objective. Here what is left of them is computed in the first place.

Source: C. Loader, *Fast and accurate computation of binomial probabilities*, 2000.
"""

import numpy as np
from scipy.special import gammaln, xlogy

__all__ = ["STIRLING_FROM", "log_binomial", "log_poisson", "stirling_rest"]

STIRLING_FROM = 100.0
"""From here on Stirling's series, exact to 1e-13, replaces log-gamma functions, whose differences lose digits."""


def log_poisson(x: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return log p(x) under a Poisson, in nats; -inf where x > 0 meets the mean 0.

    Parameters
    ----------
    x : ndarray
        Whole numbers, at least 0.
    mean : ndarray
        At least 0; of a shape that broadcasts with that of ``x``.

    Notes
    -----
    With u = mean / x - 1, log p(x) is the highest value that any mean gives, less x (u - log(1 + u)). Source:
    Loader 2000.
    """
    at_least_1 = np.maximum(x, 1.0)
    u = (mean - x) / at_least_1
    with np.errstate(divide="ignore"):
        # Far below the count u rounds to -1; the logarithms themselves still tell such means apart.
        far = np.log(mean) - np.log(at_least_1)
    logs = np.where(u < -0.5, far, np.log1p(np.maximum(u, -0.5)))
    return _log_peak(x) - np.where(x > 0, x * (u - logs), mean)


def _log_peak(x):
    """Return log p(x) under the Poisson with mean x."""
    small, large = np.minimum(x, STIRLING_FROM), np.maximum(x, STIRLING_FROM)
    series = -np.log(2 * np.pi * large) / 2 - stirling_rest(large)
    return np.where(x < STIRLING_FROM, xlogy(small, small) - small - gammaln(small + 1), series)


def stirling_rest(x: np.ndarray) -> np.ndarray:
    """Return log Gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2 for x from ``STIRLING_FROM`` on."""
    return 1 / (12 * x) - 1 / (360 * x**3)


def log_binomial(heads: np.ndarray, tails: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return the log-probability of so many heads among all tosses, in nats; -inf where heads or tails cannot be.

    Parameters
    ----------
    heads, tails : ndarray
        Whole numbers, at least 0.
    p : ndarray
        Probability of heads, from 0 to 1; of a shape that broadcasts with theirs.

    Notes
    -----
    Two Poisson counts with means t p and t (1 - p), given that they sum to t, are binomial. Source: Loader 2000.
    """
    t = heads + tails
    return log_poisson(heads, t * p) + log_poisson(tails, t * (1 - p)) - _log_peak(t)
