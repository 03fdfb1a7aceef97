"""Moves of single data: what may still raise the likelihood of a mixture where EM has come to rest.

A component turns towards a datum that it takes, and so makes it more likely: where few data have a say, a datum may
be at home in either of two components, and EM does not leave the worse one. In k-means these are the moves of
:func:`lecture_lib.models.kmeans.move_one`.
"""

from collections.abc import Iterator

import numpy as np

from lecture_lib import log_sum_exp
from lecture_lib.gaussian.moments import Moments
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.models.gaussian_mixture.model import GaussianMixture
from lecture_lib.models.mixture import log_joint

__all__ = ["after_moves", "changes"]

MAX_LOSS = 0.5
"""Moves that cost F at most so many nats are tried; a datum between two components that do not turn costs log 2."""


def after_moves(model: GaussianMixture, theta: MixtureParameters) -> Iterator[Moments]:
    """Yield the moments after each promising move, the most promising one first.

    There is none where covariances are not free, or data have holes: EM alone has the last word there.
    """
    if model.kind.name != "full" or model.blocks.holes:
        return
    r, change = changes(model, theta)
    before, X = model.e_step(theta)[0], np.asarray(model.X)
    for flat in np.argsort(-change, axis=None)[: np.sum(change > -MAX_LOSS)]:
        i, b = np.unravel_index(flat, r.shape)
        delta = (np.arange(len(theta.weights)) == b) - r[i]
        if model.blocks.weights is not None:
            delta *= model.blocks.weights[i]
        sizes, away = before.sizes + delta, X[i] - before.means
        means = before.means + (delta / sizes)[:, None] * away
        turned = before.covariances + (delta / sizes)[:, None, None] * away[:, :, None] * away[:, None, :]
        yield Moments(sizes, means, (before.sizes / sizes)[:, None, None] * turned)


def changes(model: GaussianMixture, theta: MixtureParameters) -> tuple[np.ndarray, np.ndarray]:
    r"""Return r, and by how much F changes if r_i becomes one-hot at j and an M-step follows, both (n, k).

    It is that of theta at rest, without a prior; -inf where a component loses its last datum, and for a component
    that has half of the datum or more. With :math:`\delta_l` the change of :math:`w_i r_{il}`,

    .. math:: R_l' = R_l + \delta_l, \quad \lvert\Sigma_l'\rvert = \lvert\Sigma_l\rvert
              \left( \frac{R_l}{R_l'} \right)^d \left( 1 + \frac{\delta_l}{R_l'} (x_i - \mu_l)^\top
              \Sigma_l^{-1} (x_i - \mu_l) \right) .
    """
    from scipy.special import xlogy  # here, so that the import of the models stays quick

    joint, d = log_joint(np.asarray(model.X), theta), theta.means.shape[1]
    log_det = np.linalg.slogdet(theta.covariances).logabsdet
    with np.errstate(divide="ignore", invalid="ignore"):  # components without data, or on a plane then
        squared = 2 * (np.log(theta.weights) - joint) - d * np.log(2 * np.pi) - log_det
        log_sum_exp.normalise(joint)
        r, w = joint, np.ones((len(joint), 1)) if model.blocks.weights is None else model.blocks.weights[:, None]
        R = np.sum(w * r, axis=0)

        def change(delta):
            after = R + delta
            log_det_after = log_det - d * np.log(after / R) + np.log1p(delta / after * squared)
            return xlogy(after, after) - xlogy(R, R) - 0.5 * (after * log_det_after - R * log_det)

        taken, given = change(w * (1 - r)), change(-w * r)
        whole = taken - given + np.sum(given + w * xlogy(r, r), axis=1, keepdims=True)
    return r, np.where((r < 0.5) & np.isfinite(whole), whole, -np.inf)
