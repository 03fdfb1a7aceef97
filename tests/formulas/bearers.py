r"""The functions that bear numbered formulas: what they give is one side of the formula."""

import inspect
import itertools
from dataclasses import dataclass
from functools import wraps

import judged
import numpy as np

from lecture_lib.blocks import Blocks
from lecture_lib.em import extrapolate
from lecture_lib.formulas import Formula
from lecture_lib.illustrations.ascent import scaled_gradient_step
from lecture_lib.illustrations.posterior_grid import log_terms
from lecture_lib.models import kmeans, mixture, soft_kmeans
from lecture_lib.models.classification import best_sigma, classification_log_likelihood


@dataclass(frozen=True)
class Bearer:
    """A function that gives one side of a numbered formula: which statement, which side, through what."""

    function: object
    side: int = -1
    through: object = np.asarray
    statement: int = 0


def curvature(X, means, beta):
    """Return the second derivative of the free energy as blocks, shape (k, k, d, d)."""
    k, d = means.shape
    return soft_kmeans.curvature(X, means, beta).reshape(k, d, k, d).transpose(0, 2, 1, 3)


def updates(step):
    """Return a bearer for the updates of weights, means and covariances, in this order, of one function."""

    def part(name):
        return wraps(step)(lambda **given: getattr(step(**given), name))

    return tuple(Bearer(part(name), statement=s) for s, name in enumerate(("weights", "means", "covariances")))


def joints(X, theta):
    """Return log p(x, z) for every z, each as the library's expected value at one z."""
    n, k = len(X), len(theta.weights)
    tables = (np.eye(k)[list(labels)] for labels in itertools.product(range(k), repeat=n))
    return np.array([mixture.expected_complete_log_likelihood(X, z, theta) for z in tables])


BEARERS = {
    "1.1": Bearer(kmeans.labels),
    "1.2": Bearer(kmeans.assign),
    "1.3": Bearer(kmeans.update),
    "3.1": Bearer(kmeans.lyapunov),
    "3.2": Bearer(kmeans.reduced_lyapunov),
    "3.3": Bearer(kmeans.gradient),
    "3.4": Bearer(
        lambda X, r, means: (
            kmeans.lyapunov(X, r, kmeans.update(X, r, means))
            + kmeans.predicted_fall(r, means, kmeans.update(X, r, means))
        ),
        through=np.sum,
    ),
    "4.1": Bearer(lambda x, mean, covariance: mixture.log_density([x], mean, covariance)[0], through=np.log),
    "4.2": Bearer(classification_log_likelihood, through=np.log),
    "4.3": Bearer(classification_log_likelihood),
    "4.4": Bearer(lambda X, r, means: best_sigma(X, r, means) ** 2),
    "5.1": Bearer(mixture.log_likelihood, through=np.log),
    "5.4": Bearer(lambda x, k, spread: np.exp(log_terms(x, k, spread=spread)).sum()),
    "6.1": Bearer(mixture.responsibilities),
    "6.2": Bearer(mixture.grad_means),
    "6.3": Bearer(mixture.grad_covariances),
    "6.4": Bearer(mixture.grad_weights),
    "6.6": Bearer(lambda vector, slope, size: vector + size * slope),
    "6.7": Bearer(lambda X, theta: scaled_gradient_step(X, theta).means),
    "7.2": updates(lambda X, r: mixture.complete_data_estimate(X, r)),
    "7.4": updates(lambda X, r, prior: mixture.complete_data_estimate(X, r, prior=prior)),
    "7.5": Bearer(lambda theta: mixture.n_parameters(theta, "full")),
    "8.1": Bearer(lambda X, means, beta, weights: soft_kmeans.soft_assign(X, means, beta, weights)),
    "8.2": Bearer(soft_kmeans.free_energy),
    "8.3": Bearer(soft_kmeans.reduced_free_energy, statement=1),
    "8.4": Bearer(curvature),
    "8.5": Bearer(lambda X: soft_kmeans.critical_beta(X)),
    "9.3": Bearer(joints),
    "9.5": Bearer(mixture.responsibilities),
    "11.8": Bearer(lambda H, theta: mixture.responsibilities(Blocks(H, missing=True), theta)),
    "12.4": Bearer(extrapolate),
}
"""By the number of the formula. Other numbers are held by a derivation with ``proves=`` and ``code=``."""


def bearers(tag):
    """Return the bearers of a number: one, or one for each of its statements."""
    found = BEARERS.get(tag, ())
    return found if isinstance(found, tuple) else (found,)


def gives(bearer, statement, reading):
    """Whether the function of a number gives one side of a statement, on all problems."""
    side = Formula(statement.children[bearer.side] if statement.op == "statement" else statement, reading.notation)
    wanted = inspect.signature(bearer.function).parameters
    for problem in judged.problems(reading.on):
        found = bearer.function(**{name: problem[name] for name in wanted if name in problem})
        computed = bearer.through(side.value(problem))
        if computed.shape != np.shape(found) or not np.allclose(computed, found, rtol=1e-9, atol=1e-9):
            return False
    return True
