r"""What letters of displayed formulas mean, beyond the derivations of their notebook; by notebook, in ``EXTRA``.

A displayed formula is computed in the notations of its notebook's derivations, and in these.
"""

from dataclasses import replace

import numpy as np
from notebook_formulas import Meaning

from lecture_lib import problems
from lecture_lib.formulas import Notation
from lecture_lib.illustrations.posterior_grid import log_terms
from lecture_lib.models import kmeans, mixture, soft_kmeans
from lecture_lib.problems import (
    CLUSTERS,
    FEW_CLUSTERS,
    LATENT,
    MEANS,
    MIXTURE,
    POSTERIOR,
    ROUND_CLUSTERS,
    SHARES,
    SOFT_CLUSTERS,
)

KINDS = ("full", "tied", "diagonal", "spherical")

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
    symbols={"r_{ij}": ("number", "r", "1 for the nearest mean")},
    definitions={"R_j": (r"\sum_i r_{ij}", "size")},
)


def random_nearest(rng):
    while True:
        problem = problems.random_data_and_means(rng)
        r = kmeans.assign(**problem)
        if r.any(axis=0).all():  # no cluster is empty
            return problem | {"r": r}


SOFT = MEANS | Notation(
    symbols={
        r"\beta": ("number", "beta", "stiffness"),
        r"\pi_j": ("number", "weights", "weight"),
        "r_{ij}": ("number", "r", "responsibilities of the means"),
    }
)


def random_soft(rng):
    problem = problems.random_soft_clusters(rng)
    X, means, beta, weights = (problem[key] for key in ("X", "means", "beta", "weights"))
    return problem | {"r": soft_kmeans.soft_assign(X, means, beta, weights)}


STEPPED = MIXTURE | Notation(
    symbols={
        r"\pi_j^{\text{new}}": ("number", "theta_new.weights", "weight after one step of EM"),
        r"\mu_j^{\text{new}}": ("vector d", "theta_new.means", "mean after one step of EM"),
        r"\Sigma_j^{\text{new}}": ("matrix d d", "theta_new.covariances", "covariance after one step of EM"),
    },
    definitions={r"\delta_j": (r"\bar x_j - \mu_j", "step of the mean")},
)


def random_stepped(rng):
    problem = problems.random_mixture(rng)
    r = mixture.responsibilities(**problem)
    return problem | {"theta_new": mixture.complete_data_estimate(problem["X"], r)}


# L as a function of the weights alone, about the weights that are best for the other parameters.
WEIGHTS = MIXTURE | Notation(
    symbols={r"\pi'_j": ("number", "others", "other weights")},
    definitions={r"L(\pi)": (r"\sum_i \log \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "log-likelihood")},
)


def random_weights(rng):
    problem = problems.random_mixture(rng)
    theta = problem["theta"]
    for _ in range(20_000):
        moved = mixture.responsibilities(problem["X"], theta).mean(axis=0)
        if np.abs(moved - theta.weights).max() < 1e-15:
            break
        theta = replace(theta, weights=moved / moved.sum())
    return problem | {"theta": theta, "others": rng.dirichlet(np.ones(len(moved)))}


LAGRANGIAN = MIXTURE | Notation(
    symbols={r"\lambda": ("number", "multiplier", "multiplier")},
    definitions={r"\Lambda(\pi, \lambda)": (r"\lambda (\sum_j \pi_j - 1) + L", "Lagrangian")},
)

ASCENT = Notation(
    symbols={r"\omega": ("vector q", "omega", "coordinates"), r"\eta": ("number", "eta", "step size")},
    definitions={"L": (r"-\lVert \omega \rVert^2", "a hill")},
)

BAYES = LATENT | Notation(
    symbols={
        r"\epsilon": ("number", "prior", "prior density"),
        r"\kappa": ("number", "evidence", "density of the data"),
    },
    definitions={
        r"p(\theta)": (r"\epsilon", "prior density"),
        r"p(\theta \mid x)": (r"\frac{\epsilon \, L_p}{p_x}", "posterior density"),
        "L_p": (r"p(x \mid \theta)", "likelihood"),
        "p_x": ("p(x)", "density of the data"),
    },
)

EVIDENCE = POSTERIOR | Notation(
    symbols={r"\epsilon": ("number", "evidence", "density of the data, by the library")},
    definitions={"p(x)": (r"\epsilon", "density of the data")},
)


def random_evidence(rng):
    problem = problems.random_small_posterior(rng)
    terms = log_terms(problem["x"], problem["k"], spread=problem["spread"])
    return problem | {"evidence": np.exp(terms).sum()}


COUNTED = MIXTURE | Notation(
    symbols={
        "p": ("number", "count", "number of parameters"),
        r"\mathrm{BIC}": ("number", "bic", "criterion of Schwarz"),
        r"\mathrm{AIC}": ("number", "aic", "criterion of Akaike"),
        **{rf"\text{{{kind}}}": ("condition", kind, f"covariances are {kind}") for kind in KINDS},
    }
)


def random_counted(rng):
    problem = problems.random_mixture(rng)
    kind = KINDS[rng.integers(4)]
    given = dict(zip(KINDS, [name == kind for name in KINDS], strict=True))
    count = mixture.n_parameters(problem["theta"], kind)
    n, level = len(problem["X"]), mixture.log_likelihood(**problem)
    return problem | given | {"count": count, "bic": count * np.log(n) - 2 * level, "aic": 2 * count - 2 * level}


EXTRA = {
    "01": [Meaning(NEAREST, random_nearest), Meaning(CLUSTERS, problems.random_clusters)],
    "03": [Meaning(FEW_CLUSTERS, problems.random_few_clusters), Meaning(CLUSTERS, problems.random_clusters)],
    "04": [Meaning(GAUSSIAN, random_gaussian), Meaning(ROUND_CLUSTERS, problems.random_clusters_and_width)],
    "05": [
        Meaning(LATENT, problems.random_enumeration),
        Meaning(EVIDENCE, random_evidence),
        Meaning(
            BAYES, lambda rng: problems.random_enumeration(rng) | {"prior": rng.uniform(1, 2), "evidence": 1.0}
        ),
    ],
    "06": [
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
        Meaning(STEPPED, random_stepped),
        Meaning(WEIGHTS, random_weights),
        Meaning(LAGRANGIAN, lambda rng: problems.random_mixture(rng) | {"multiplier": rng.uniform(1, 2)}),
        Meaning(ASCENT, lambda rng: {"omega": rng.standard_normal(3), "eta": rng.uniform(0.1, 1)}),
    ],
    "07": [
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
        Meaning(COUNTED, random_counted),
    ],
    "08": [Meaning(SOFT, random_soft), Meaning(SOFT_CLUSTERS, problems.random_soft_clusters)],
    "09": [Meaning(LATENT, problems.random_enumeration)],
    "10": [Meaning(LATENT, problems.random_enumeration)],
}
"""By the number of the notebook."""
