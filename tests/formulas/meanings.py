r"""What letters of displayed formulas mean beyond the derivations of their notebook, and which function bears a number.

A displayed formula is computed in the notations of its notebook's derivations; where it holds other letters, they
are declared here, by notebook. ``BEARERS`` says which function gives one side of a numbered formula.
"""

import itertools
from dataclasses import dataclass
from math import comb

import numpy as np
from pages import Meaning
from scipy import stats

from lecture_lib import problems
from lecture_lib.formulas import Notation
from lecture_lib.models import kmeans, mixture, soft_kmeans
from lecture_lib.problems import (
    CLUSTERS,
    FEW_CLUSTERS,
    LATENT,
    MEANS,
    MIXTURE,
    ROUND_CLUSTERS,
    SHARES,
    SOFT_CLUSTERS,
)

GAUSSIAN = Notation(
    ranges={"a b": ("d", "coordinates")},
    symbols={
        "x": ("vector d", "x", "a place"),
        r"\mu": ("vector d", "mean", "mean"),
        r"\Sigma": ("matrix d d", "covariance", "covariance"),
    },
)


def random_gaussian(rng):
    X, theta = problems.random_mixture(rng).values()
    return {"x": X[0], "mean": theta.means[0], "covariance": theta.covariances[0]}


# r is the assignment to the nearest mean, as equations 1.2 and 8.1 define it.
NEAREST = MEANS | Notation(
    symbols={"r_{ij}": ("number", "nearest", "1 for the nearest mean")},
    definitions={"R_j": (r"\sum_i r_{ij}", "size")},
)


def random_nearest(rng):
    problem = problems.random_data_and_means(rng)
    return problem | {"nearest": kmeans.assign(**problem)}


SOFT = MEANS | Notation(
    symbols={
        r"\beta": ("number", "beta", "stiffness"),
        r"\pi_j": ("number", "weights", "weight"),
        "r_{ij}": ("number", "soft", "responsibilities of the means"),
    }
)


def random_soft(rng):
    problem = problems.random_soft_clusters(rng)
    X, means, beta, weights = (problem[key] for key in ("X", "means", "beta", "weights"))
    return problem | {"soft": soft_kmeans.soft_assign(X, means, beta, weights)}


# One vector of coordinates, for the step of gradient ascent.
VECTOR = Notation(
    symbols={
        r"\omega": ("vector m", "vector", "coordinates"),
        "g": ("vector m", "slope", "gradient"),
        r"\eta": ("number", "size", "step size"),
    }
)


def random_vector(rng):
    vector, slope = rng.standard_normal((2, 5))
    return {"vector": vector, "slope": slope, "size": rng.uniform(0.1, 1)}


COUNTS = MIXTURE | Notation(
    symbols={
        rf"p_{{\text{{{kind}}}}}": ("number", kind, "free numbers of a mixture of this kind")
        for kind in mixture.COVARIANCES
    }
)


def random_counts(rng):
    problem = problems.random_mixture(rng)
    k, d = problem["theta"].means.shape
    theta = mixture.MixtureParameters(problem["theta"].weights, problem["theta"].means, [np.eye(d)] * k)
    return problem | {kind: float(mixture.n_parameters(theta, kind)) for kind in mixture.COVARIANCES}


EXTRA = {
    "01": [Meaning(NEAREST, random_nearest), Meaning(CLUSTERS, problems.random_clusters)],
    "03": [Meaning(FEW_CLUSTERS, problems.random_few_clusters), Meaning(CLUSTERS, problems.random_clusters)],
    "04": [Meaning(GAUSSIAN, random_gaussian), Meaning(ROUND_CLUSTERS, problems.random_clusters_and_width)],
    "05": [Meaning(LATENT, problems.random_enumeration)],
    "06": [
        Meaning(VECTOR, random_vector),
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
    ],
    "07": [
        Meaning(COUNTS, random_counts),
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
    ],
    "08": [Meaning(SOFT, random_soft), Meaning(SOFT_CLUSTERS, problems.random_soft_clusters)],
    "09": [Meaning(LATENT, problems.random_enumeration)],
    "10": [Meaning(LATENT, problems.random_enumeration)],
}
"""By the number of the notebook."""


@dataclass(frozen=True)
class Bearer:
    """A function that gives one side of a numbered formula: which statement, which side, through what."""

    function: object
    side: int = -1
    through: object = np.asarray
    statement: int = 0


BEARERS = {
    "1.1": Bearer(kmeans.labels),
    "1.2": Bearer(kmeans.assign),
    "1.3": Bearer(lambda X, means, nearest: kmeans.update(X, nearest, means)),
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
    "5.1": Bearer(mixture.log_likelihood, through=np.log),
    "6.1": Bearer(mixture.responsibilities),
    "6.2": Bearer(mixture.grad_means),
    "6.3": Bearer(mixture.grad_covariances),
    "6.4": Bearer(mixture.grad_weights),
    "8.1": Bearer(lambda X, means, beta, weights: soft_kmeans.soft_assign(X, means, beta, weights)),
    "8.2": Bearer(soft_kmeans.free_energy),
    "9.3": Bearer(
        lambda X, theta: np.array(
            [
                mixture.expected_complete_log_likelihood(X, z, theta)
                for z in (
                    np.eye(len(theta.weights))[list(v)]
                    for v in itertools.product(range(len(theta.weights)), repeat=len(X))
                )
            ]
        )
    ),
}
"""By the number of the formula. Other numbers are held by a derivation with ``proves=`` and ``code=``."""


def seeds_are_uniform(latex):
    """1.4: every k of the n data are as likely to be the means: one of n over k sets."""
    assert latex.split("=")[-1].split() == [r"1", r"\Big/", r"\tbinom{n}{k}", "."]
    assert len(list(itertools.combinations(range(7), 3))) == comb(7, 3)


def criteria_charge(latex):
    """7.6 and 7.7: log n, or 2, for each free number, less twice the log-likelihood."""
    X, theta = problems.random_mixture(np.random.default_rng(0)).values()
    L, p = mixture.log_likelihood(X, theta), mixture.n_parameters(theta, "full")
    if "BIC" in latex:
        np.testing.assert_allclose(mixture.bic(X, theta, "full"), p * np.log(len(X)) - 2 * L)
    else:
        np.testing.assert_allclose(mixture.aic(X, theta, "full"), 2 * p - 2 * L)


def laplace_approximates(latex):
    """Laplace's method, for one mean with the prior N(0, 4): right up to a share of 1 / n."""
    x = np.random.default_rng(0).standard_normal(2000)
    means = x.mean() + np.linspace(-8, 8, 4001) / np.sqrt(len(x))
    L = np.array([stats.norm.logpdf(x, m).sum() for m in means])
    prior = stats.norm.pdf(means, scale=2)
    integral = np.trapezoid(np.exp(L - L.max()) * prior, means)
    approximation = prior[2000] * np.sqrt(2 * np.pi / len(x))  # p = 1, and I = 1
    np.testing.assert_allclose(integral, approximation, rtol=2 / len(x))


EXCEPTIONS = {
    r"\mathrm{BIC}": criteria_charge,
    r"\mathrm{AIC}": criteria_charge,
    r"\begin{aligned} p(x \mid \text{model})": laplace_approximates,
}
"""What cannot be computed from its LaTeX, by its beginning, with the assertion that stands for it; at most ten."""
