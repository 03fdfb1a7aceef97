"""Two components become one, and one becomes two: where the search for the best mixture tries next.

Source: N. Ueda, R. Nakano, Z. Ghahramani and G. E. Hinton, *SMEM algorithm for mixture models*, 2000. The choice of
components is our own.
"""

import numpy as np

from lecture_lib.gaussian.parameters import MixtureParameters

NATS_OF_NOISE = 4.0
"""By about so many nats, times the number of failures, the costs of merging are blurred."""

HALF = np.sqrt(2 / np.pi)
"""How far the mean of half a Gaussian is from that of the whole, in standard deviations."""

SMALLEST = np.finfo(float).tiny


def split_and_merged(model, theta, r, costs, rng, fails):
    """Return a mixture in which two components are one, and another one is two, and which ones changed.

    With each failure it is the turn of another one to be split, the merged one among them.
    """
    k, kind = len(theta.weights), model.kind
    costs = costs * model.blocks.total_weight + fails * NATS_OF_NOISE * rng.exponential(size=(k, k))
    a, b = np.unravel_index(costs.argmin(), costs.shape)
    weights, means, covariances = (whole.copy() for whole in (theta.weights, theta.means, theta.covariances))
    weights[a], means[a], merged = _merged(theta, a, b, kind)
    if not kind.tied:
        covariances[a] = merged
    z = r.argmax(axis=1)
    z[z == b] = a
    steps, gains = _cuts(model, means, covariances, z, rng)
    gains[b] = -np.inf
    c = gains.argsort()[::-1][fails % (k - 1)]
    if not kind.tied:
        covariances[c] -= kind.project(np.outer(steps[c], steps[c]))
    covariances[b] = covariances[c]
    weights[[b, c]] = weights[c] / 2
    means[[b, c]] = means[c] + steps[c], means[c] - steps[c]
    changed = np.arange(k) if kind.tied else np.unique([a, b, c])
    return MixtureParameters(weights, means, covariances), changed


def _merged(theta, a, b, kind):
    """Return weight, mean and covariance of two components, or of one and several, as one: the moments stay."""
    pi, mu, Sigma = theta.weights, theta.means, theta.covariances
    weight = pi[a] + pi[b]
    share = pi[b] / np.maximum(weight, SMALLEST)
    apart = mu[b] - mu[a]
    p = np.asarray(share)[..., None, None]
    between = p * (1 - p) * apart[..., :, None] * apart[..., None, :]
    covariance = (1 - p) * Sigma[a] + p * Sigma[b] + kind.project(between)
    return weight, mu[a] + np.asarray(share)[..., None] * apart, covariance


def merging_costs(theta, kind):
    """Return what complete data would lose in log-likelihood per datum if two components were one, shape (k, k)."""

    def gained(weights, covariances):
        return weights * (np.log(np.maximum(weights, SMALLEST)) - np.linalg.slogdet(covariances)[1] / 2)

    alone, every = gained(theta.weights, theta.covariances), np.arange(len(theta.weights))
    costs = np.full((len(every), len(every)), np.inf)
    for a in every[:-1]:
        weight, _, covariance = _merged(theta, a, every[a + 1 :], kind)
        costs[a, a + 1 :] = alone[a] + alone[a + 1 :] - gained(weight, covariance)
    return costs


def _cuts(model, means, covariances, z, rng):
    """Return for each component the step to the mean of a half, and how much a cut into halves may gain, in nats.

    It is cut at its mean, across g = Sigma u, with u drawn at random in units of the data's spread: wide directions
    are likely. A Gaussian's halves then have means HALF Sigma g / |g| away, where |g|^2 = g^T Sigma g, and keep
    1 - HALF^2 of the variance along g; a component whose data keep less looks like two.
    """
    unit = model.scaling.scale
    g = np.einsum("jab,jb->ja", covariances, rng.standard_normal(means.shape) / unit) / unit**2
    steps, w = np.einsum("jab,jb->ja", covariances, g), model.blocks.weights
    steps *= HALF / np.sqrt(np.vecdot(g, steps))[:, None]
    along = np.vecdot(np.nan_to_num(model.X - means[z]), g[z])
    sizes, sums, squares = (
        np.bincount(z, values if w is None else w * values, minlength=len(means))
        for values in (np.ones(len(z)), np.abs(along), along**2)
    )
    kept = 1 - sums**2 / np.maximum(sizes * squares, SMALLEST)
    return steps, sizes / 2 * np.log((1 - HALF**2) / np.maximum(kept, SMALLEST))
