"""Missing values: the expected moments of a Gaussian mixture when entries of the data are NaN.

What is missing of a datum, x_m, is one more latent variable. Given what was observed, x_o, and component j, it is
Gaussian: its mean is mu_m + B (x_o - mu_o), its covariance C = Sigma_mm - B Sigma_om; B is Sigma_mo Sigma_oo^-1. So
the responsibilities come from N(x_o; mu_o, Sigma_oo), and the sums of x and x x^T from their expectations. That
of x x^T has C on its missing entries: who fills in the mean alone counts no spread there, and makes covariances too
small. A row without any entry has the log evidence 0.

Data with the same entries missing form a *pattern*. All of them have one B and one C in each component, so the sums
of the observed entries are made first, and carried to all entries once for each pattern. Patterns of many rows go
through :mod:`lecture_lib.gaussian.moments`, on the columns that they have.

Sources: Z. Ghahramani and M. I. Jordan, *Supervised learning from incomplete data via an EM approach*, 1994;
R. Little and D. Rubin, *Statistical Analysis with Missing Data*, 2002, section 11.3.
"""

import numpy as np

from lecture_lib import log_sum_exp
from lecture_lib.blocks import Blocks, added, over_tiles
from lecture_lib.gaussian.cholesky import inverses_of
from lecture_lib.gaussian.kinds import Full
from lecture_lib.gaussian.moments import Moments, lost_digits, moments_of_rows, significant
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters
from lecture_lib.gaussian.scaling import Scaling

__all__ = ["expected_moments", "log_densities"]

NUMBERS_PER_PIECE = 32_768
"""How many differences, of rows, components and columns, are taken at a time, so that they stay in the cache."""

MATRIX_ENTRIES_PER_BATCH = 262_144
"""How many entries of matrices are inverted at a time: if each row is its own pattern, all would fill memory."""

MANY_ROWS = 512
"""From here on a pattern is worth the set-up of the products of features, a millisecond."""


def log_densities(X: np.ndarray, theta: MixtureParameters) -> np.ndarray:
    """Return log N(x_o; mu_o, Sigma_oo) of what was observed of every datum, shape (n, k), in nats. Eq. 11.8."""
    patterns, groups = _groups(X)
    pieces, size = _pieces(groups, theta), _batch(theta)
    densities = np.empty((len(X), len(theta.weights)))
    for some in (pieces[start : start + size] for start in range(0, len(pieces), size)):
        given = _Conditionals(theta, patterns, some)
        for number, rows in some:
            densities[rows] = given.log_density(number, given.differences(number, X[rows], theta.means)).T
    return densities


def expected_moments(X: Blocks, theta: MixtureParameters, scaling: Scaling, kind: Full) -> tuple[Moments, float]:
    """Return the expected sufficient statistics, and the log-likelihood of what was observed, in nats.

    Eq. 11.7 is x_m given x_o; the means and covariances of these moments are those of Eq. 11.9. The arguments are
    those of :func:`lecture_lib.gaussian.moments.expected_moments`.
    """
    log_likelihood, *sums = X.total(_pass, theta, theta.means, scaling, kind)
    moments, moved = _moments(theta.means, kind, *sums)
    if lost_digits(
        moments, moved, scaling
    ).any():  # the means moved so far that sums about the old ones are rounded
        _, *sums = X.total(_pass, theta, moments.means, scaling, kind)
        moments, _ = _moments(moments.means, kind, *sums)
    return moments, float(log_likelihood)


def _moments(origins, kind, sizes, first, second):
    """Return moments about the means, and how far these are from the origin of the sums."""
    sizes, R = significant(sizes)
    moved = first / R[:, None]
    covariances = second / R[:, None, None] - moved[:, :, None] * moved[:, None, :]
    return Moments(sizes, origins + moved, kind.project(covariances)), moved


def _pass(X, theta, origins, scaling, kind, *, threads, weights=None):
    """Go through a block once; return the log-likelihood, sizes, and moments about the origins (k, d)."""
    patterns, groups = _groups(X)
    many = [len(rows) >= MANY_ROWS and patterns[p].any() for p, rows in enumerate(groups)]
    pieces = _pieces([rows[:0] if large else rows for rows, large in zip(groups, many, strict=True)], theta)
    w = np.ones(len(X)) if weights is None else weights

    def work(tiles):
        totals = []
        for tile in tiles:
            given, log_likelihood = _Conditionals(theta, patterns, pieces[tile]), 0.0
            for number, rows in pieces[tile]:
                log_likelihood += _add_rows(given, number, X[rows], w[rows], theta, origins)
            totals.append((log_likelihood, *given.completed(theta.means - origins)))
        return added(totals)

    totals = []
    with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses what is not finite
        for p in np.flatnonzero(many):
            given, rows = _Conditionals(theta, patterns, [(p, groups[p])]), groups[p]
            chosen = None if weights is None else weights[rows]
            log_likelihood = _add_pattern(given, p, X[rows], chosen, theta, origins, scaling, kind, threads)
            totals.append((log_likelihood, *given.completed(theta.means - origins)))
        if pieces:
            totals += over_tiles(work, len(pieces), _batch(theta), threads)
    return added(totals)


def _add_rows(given, number, x, weights, theta, origins):
    """Add rows with one pattern, from differences to each mean; return their log-likelihood."""
    about = given.differences(number, x, theta.means)
    r = log_sum_exp.log_joint(theta.weights, given.log_density(number, about).T).T
    top, total = log_sum_exp.normalise(r, axis=0)
    r *= weights
    given.add(number, r, about if origins is theta.means else given.differences(number, x, origins))
    return weights @ (top + np.log(total))[0]


def _add_pattern(given, number, x, weights, theta, origins, scaling, kind, threads):
    """Add the many rows of a pattern, by the moments of the columns that they have."""
    seen = given.seen[0]
    part = MixtureParameters(theta.weights, theta.means[:, seen], theta.covariances[:, seen][:, :, seen])
    own = Scaling(scaling.shift[seen], scaling.scale[seen])
    moments, log_likelihood = moments_of_rows(x[:, seen], part, own, kind, threads=threads, weights=weights)
    given.add_moments(moments, origins)
    return log_likelihood


def _groups(X):
    """Return what each pattern observes, shape (p, d), and the rows that have it, a list of p arrays."""
    seen = ~np.isnan(X)
    codes = np.packbits(seen, axis=1)
    order = np.lexsort(codes.T)
    codes = codes[order]
    starts = np.flatnonzero((codes[1:] != codes[:-1]).any(axis=1)) + 1
    return seen[order[np.concatenate([[0], starts])]], np.split(order, starts)


def _pieces(groups, theta):
    """Cut the rows of each pattern into pieces: the number of the pattern, and some of its rows."""
    size = max(1, NUMBERS_PER_PIECE // theta.means.size)
    return [(p, rows[a : a + size]) for p, rows in enumerate(groups) for a in range(0, len(rows), size)]


def _batch(theta):
    """Return how many pieces, each perhaps with a pattern of its own, are worked on at a time."""
    return max(1, min(64, MATRIX_ENTRIES_PER_BATCH // theta.covariances.size))


class _Conditionals:
    """What some patterns need: whitening of what was observed, and x_m given x_o; their sums.

    Factors are taken with the observed entries first. Of Sigma = L L^T, the leading block is then the factor of
    Sigma_oo, the block below it B times that, and the last one the factor of C, which keeps C positive definite.
    """

    def __init__(self, theta, patterns, pieces):
        d = theta.means.shape[1]
        self.first, last = pieces[0][0], pieces[-1][0]
        self.seen = patterns[self.first : last + 1]
        order = np.argsort(~self.seen, axis=1, kind="stable")
        back = np.argsort(order, axis=1)
        S = theta.covariances[:, order[:, :, None], order[:, None, :]].swapaxes(0, 1)  # (patterns, k, d, d)
        L = np.linalg.cholesky(S)
        inverse = inverses_of(L, S)
        leads = np.arange(d) < self.seen.sum(axis=1)[:, None]
        inner, below, rest = (
            (rows[:, None, :, None] & columns[:, None, None, :])
            for rows, columns in ((leads, leads), (~leads, leads), (~leads, ~leads))
        )
        inverse *= inner
        logs = np.log(inverse.diagonal(axis1=2, axis2=3), out=np.zeros((*S.shape[:2], d)), where=leads[:, None])
        self.log_normalisers = logs.sum(axis=2) - 0.5 * LOG_2_PI * self.seen.sum(axis=1)[:, None]
        factor_of_C = L * rest
        self.whiten = _columns(inverse, back).mT
        self.B = _rows(_columns((L * below) @ inverse, back), back)
        self.C = _rows(_columns(factor_of_C @ factor_of_C.mT, back), back)
        self.sums = [np.zeros(S.shape[: 2 + more]) for more in range(3)]  # sizes, first and second moments

    def differences(self, number, x, means):
        """Return x - mu_j, shape (k, w, d), 0 where x is missing."""
        seen = self.seen[number - self.first]
        return np.where(seen, x, 0) - (means * seen)[:, None, :]

    def log_density(self, number, about):
        """Return log N(x_o; mu_o, Sigma_oo), shape (k, w)."""
        white = about @ self.whiten[number - self.first]
        return self.log_normalisers[number - self.first][:, None] - 0.5 * np.einsum("kwd,kwd->kw", white, white)

    def add(self, number, r, about):
        """Add the sums of what was observed, given responsibilities (k, w) and differences from the origins."""
        sizes, first, second = (one[number - self.first] for one in self.sums)
        sizes += r.sum(axis=1)
        first += (r[:, None, :] @ about)[:, 0]
        second += (about * r[:, :, None]).mT @ about

    def add_moments(self, moments, origins):
        """Add all that was observed with the one pattern, given its moments in the columns that it has."""
        sizes, first, second = (one[0] for one in self.sums)
        (columns,) = self.seen[0].nonzero()
        moved, R = moments.means - origins[:, columns], moments.sizes
        sizes += R
        first[:, columns] += R[:, None] * moved
        products = moments.covariances + moved[:, :, None] * moved[:, None, :]
        second[:, columns[:, None], columns] += R[:, None, None] * products

    def completed(self, offset):
        """Return sizes, and expected moments of all entries about origins; the means are ``offset`` from them.

        With v what was observed of x - origin, the expectation of all of it is T v + c: T is B and the identity, c
        what the offset adds to the missing entries.
        """
        sizes, first, second = self.sums
        seen = self.seen[:, None, :]
        T = self.B + seen[..., None] * np.eye(seen.shape[-1])
        c = np.where(seen, 0, offset) - (self.B @ offset[:, :, None])[..., 0]
        R, carried = sizes[:, :, None], (T @ first[..., None])[..., 0]
        cross = carried[..., :, None] * c[..., None, :]
        own = R[..., None] * (c[..., :, None] * c[..., None, :] + self.C)
        second = T @ second @ T.mT + cross + cross.mT + own
        return sizes.sum(axis=0), (carried + R * c).sum(axis=0), second.sum(axis=0)


def _columns(matrices, order):
    """Return matrices (p, k, d, d) with the columns of each pattern in an order (p, d)."""
    return np.take_along_axis(matrices, order[:, None, None, :], axis=3)


def _rows(matrices, order):
    return np.take_along_axis(matrices, order[:, None, :, None], axis=2)
