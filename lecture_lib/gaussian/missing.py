"""Missing values: the expected moments of a Gaussian mixture when entries of the data are NaN.

What is missing of a datum, x_m, is one more latent variable. Given what was observed, x_o, and component j, it is
Gaussian: its mean is mu_m + B (x_o - mu_o), its covariance C = Sigma_mm - B Sigma_om; B is Sigma_mo Sigma_oo^-1. So
the responsibilities come from N(x_o; mu_o, Sigma_oo), and the sums of x and x x^T from their expectations. That
of x x^T has C on its missing entries: who fills in the mean alone counts no spread there, and makes covariances too
small. A row without any entry has the log evidence 0.

Data with the same entries missing form a *pattern*. All of them have one B and one C in each component, so the sums
of the observed entries are made first, and carried to all entries once for each pattern. As where nothing is
missing (:mod:`lecture_lib.gaussian.moments`), the sums are products with features, in which 0 stands for what is
missing, and those of narrow components are made of differences.

Sources: Z. Ghahramani and M. I. Jordan, *Supervised learning from incomplete data via an EM approach*, 1994;
R. Little and D. Rubin, *Statistical Analysis with Missing Data*, 2002, section 11.3.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from lecture_lib import log_sum_exp
from lecture_lib.blocks import Blocks, added, over_tiles
from lecture_lib.gaussian.cholesky import inverses_of
from lecture_lib.gaussian.exponential_family import write_features
from lecture_lib.gaussian.kinds import Diagonal, Full
from lecture_lib.gaussian.moments import Moments, lost_digits, narrow, significant
from lecture_lib.gaussian.parameters import LOG_2_PI, MixtureParameters
from lecture_lib.gaussian.scaling import Scaling
from lecture_lib.gaussian.sweep import Pairs, completed, natural_parameters, pairs_of, swept_by_pattern

__all__ = ["expected_moments", "log_densities"]

ROW_NUMBERS = 800_000
"""How many numbers that belong to rows, features for example, are held at a time: the more, the fewer tiles share
the rows of a pattern, each of which makes its matrices."""

MAX_ROWS = 16_384
"""How many rows are taken at a time at most, so that two threads share them."""

MATRIX_ENTRIES = 65_536
"""How many entries of matrices are worked on at a time: if each row is its own pattern, all would fill memory."""


MAX_RATIO_WITH_HOLES = 1e3
"""Above this squared ratio of spread to width differences serve: completing the sums costs two more digits."""


def log_densities(X: np.ndarray, theta: MixtureParameters) -> np.ndarray:
    """Return log N(x_o; mu_o, Sigma_oo) of what was observed of every datum, shape (n, k), in nats. Eq. 11.8."""
    order, starts = _by_pattern(X)
    densities, size = np.empty((len(X), len(theta.weights))), max(1, ROW_NUMBERS // theta.means.size)
    for start in range(0, len(X), size):
        for rows, cuts in _batches(order, starts, slice(start, start + size), theta.covariances):
            densities[rows] = _from_differences(X[rows], cuts, theta.means, theta.covariances).T
    return densities


def expected_moments(X: Blocks, theta: MixtureParameters, scaling: Scaling, kind: Full) -> tuple[Moments, float]:
    """Return the expected sufficient statistics, and the log-likelihood of what was observed, in nats.

    Eq. 11.7 is x_m given x_o; the means and covariances of these moments are those of Eq. 11.9. The arguments are
    those of :func:`lecture_lib.gaussian.moments.expected_moments`.
    """
    own = narrow(theta.means - scaling.shift, theta.inverse_factors, scaling, MAX_RATIO_WITH_HOLES)
    products_of = Diagonal() if isinstance(kind, Diagonal) else Full()
    origins = np.where(own[:, None], theta.means, scaling.shift)
    log_likelihood, products = X.total(_pass, _Components(theta, scaling.shift, origins, own, products_of))
    moments, moved = _moments(origins, products, kind)
    lost = lost_digits(moments, moved, scaling)
    if lost.any():  # the means are so far from the origins that sums about these are rounded
        origins = np.where(lost[:, None], moments.means, origins)
        _, products = X.total(_pass, _Components(theta, scaling.shift, origins, own | lost, products_of))
        moments, _ = _moments(origins, products, kind)
    return moments, float(log_likelihood)


def _moments(origins, products, kind):
    """Return moments about the means, and how far these are from the origins of the products (k, d+1, d+1)."""
    sizes, R = significant(products[:, 0, 0])
    averages = products / R[:, None, None]
    moved = averages[:, 0, 1:]
    covariances = averages[:, 1:, 1:] - moved[:, :, None] * moved[:, None, :]
    return Moments(sizes, origins + moved, kind.project(covariances)), moved


@dataclass(frozen=True, eq=False)
class _Components:
    """What one pass is given.

    Attributes
    ----------
    theta : MixtureParameters
    shift : ndarray, shape (d,)
        Features are formed about it.
    origins : ndarray, shape (k, d)
        Products are summed about them: the shift, but for the components ``own``.
    own : ndarray of bool, shape (k,)
        Which components are computed from differences.
    kind : Full or Diagonal
        Which products are among the features.
    """

    theta: MixtureParameters
    shift: np.ndarray
    origins: np.ndarray
    own: np.ndarray
    kind: Full

    @property
    def pairs(self) -> Pairs:
        """What each feature multiplies."""
        return pairs_of(len(self.shift), isinstance(self.kind, Diagonal))


def _pass(X, components, *, threads, weights=None):
    """Go through a block once; return the log-likelihood, and products of (1, x - origin), shape (k, d+1, d+1)."""
    order, starts = _by_pattern(X)
    height = len(components.pairs.first) + len(components.own)
    size = max(1, min(ROW_NUMBERS // height, MAX_ROWS))

    def work(tiles):
        # As large for few rows: of what is freed, malloc keeps about as much as the largest array held.
        workspace, totals = np.empty((height, size)), []
        with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses what is not finite
            for tile in tiles:
                for rows, cuts in _batches(order, starts, tile, components.theta.covariances):
                    x, w = X.take(rows, axis=0), None if weights is None else weights[rows]
                    totals.append(_of_rows(x, cuts, w, components, workspace[:, : len(rows)]))
        return added(totals)

    return added(over_tiles(work, len(X), size, threads))


def _of_rows(x, cuts, weights, components, workspace):
    """Return the same of rows (w, d), of which those between two cuts have one pattern."""
    theta, origins, own = components.theta, components.origins, components.own
    seen, r, phi = ~np.isnan(x[cuts[:-1]]), workspace[: len(own)], workspace[len(own) :]
    swept, log_normalisers = swept_by_pattern(theta.covariances, theta.means - origins, seen)
    eta = natural_parameters(swept, log_normalisers, components.pairs).reshape(len(seen), len(own), -1)
    _write_features(phi, x, components)
    for p, rows in _slices(cuts):
        np.matmul(eta[p], phi[:, rows], out=r[:, rows])
    if own.any():
        r[own] = _from_differences(x, cuts, theta.means[own], theta.covariances[own])
    r += log_sum_exp.log_joint(theta.weights, 0.0)[:, None]
    top, total = log_sum_exp.normalise(r, axis=0)
    logs = (top + np.log(total))[0]
    if weights is not None:
        r *= weights
        logs *= weights
    sums = np.zeros((len(seen), len(own), len(phi) + 1))  # 0 at the end, for products that are no features
    for p, rows in _slices(cuts):
        np.matmul(r[:, rows], phi[:, rows].T, out=sums[p, :, :-1])
    products = sums.take(components.pairs.feature, axis=2)
    if own.any():
        products[:, own] = _products(x, cuts, origins[own], r[own])
    return logs.sum(), completed(products, swept, seen)


def _write_features(phi, x, components):
    """Write the features of rows (w, d) about the shift into ``phi`` (n_features, w)."""
    about = np.subtract(x.T, components.shift[:, None], out=phi[1 : x.shape[1] + 1])
    np.copyto(about, 0, where=np.isnan(about))
    write_features(phi, len(about), components.kind)


def _products(x, cuts, origins, r):
    """Return sums of products of (1, x - origin), 0 where x is missing, with weights r (k, w): (p, k, d+1, d+1)."""
    about = np.concatenate([np.ones((len(r), 1, len(x))), _differences(x, origins)], axis=1)
    weighted = about * r[:, None]
    return np.array([weighted[:, :, rows] @ about[:, :, rows].mT for _, rows in _slices(cuts)])


def _from_differences(x, cuts, means, covariances):
    """Return log N(x_o; mu_o, Sigma_oo) of rows (w, d), shape (k, w), in full precision."""
    about, (k, d) = _differences(x, means), means.shape
    seen, white = ~np.isnan(x[cuts[:-1], None]), np.empty((k, d, len(x)))
    # What is missing, 0 among the differences, stands apart: a variance of 1 adds nothing to the logarithm.
    S = np.where(seen[..., None] & seen[..., None, :], covariances, np.eye(d))
    inverses = inverses_of(np.linalg.cholesky(S), S)
    logs = np.log(inverses.diagonal(axis1=2, axis2=3)).sum(axis=2) - 0.5 * LOG_2_PI * seen.sum(axis=2)
    for p, rows in _slices(cuts):
        np.matmul(inverses[p], about[:, :, rows], out=white[:, :, rows])
    return np.repeat(logs.T, np.diff(cuts), axis=1) - 0.5 * np.einsum("kdw,kdw->kw", white, white)


def _differences(x, origins):
    """Return x - origin_j, shape (k, d, w), 0 where x is missing."""
    about = x.T - origins[:, :, None]
    np.copyto(about, 0, where=np.isnan(about))
    return about


def _by_pattern(X):
    """Return the rows in the order of what they observe, and where in that order each pattern begins."""
    n, d = X.shape
    missing = np.zeros((n, -(-d // 8) * 8), dtype=bool)  # in whole bytes, which are fast to pack
    missing[:, :d] = np.isnan(X)  # out=missing[:, :d] is wrong in NumPy 2.4.6 where d = 1
    codes = np.packbits(missing).reshape(n, -1)
    order = np.lexsort(codes.T)
    changes = (codes[order[1:]] != codes[order[:-1]]).any(axis=1)
    return order, np.flatnonzero(np.append(True, changes))


def _batches(order, starts, tile, covariances):
    """Yield rows of a tile, and the cuts between their patterns, as many as fit into memory with their matrices."""
    stop = min(tile.stop, len(order))
    cuts = np.concatenate([[tile.start], starts[(starts > tile.start) & (starts < stop)], [stop]])
    size = max(1, MATRIX_ENTRIES // covariances.size)
    for first in range(0, len(cuts) - 1, size):
        some = cuts[first : first + size + 1]
        yield order[some[0] : some[-1]], some - some[0]


def _slices(cuts):
    """Yield the number and the rows of each pattern."""
    return enumerate(itertools.starmap(slice, itertools.pairwise(cuts.tolist())))
