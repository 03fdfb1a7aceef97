r"""What letters of displayed formulas mean, beyond the derivations of their notebook; by notebook, in ``EXTRA``.

A displayed formula is computed in the notations of its notebook's derivations, and in these.
"""

from dataclasses import replace

import numpy as np
from notebook_formulas import Meaning
from scipy import stats
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import invwishart

from lecture_lib import problems
from lecture_lib.em import extrapolate
from lecture_lib.formulas import Notation
from lecture_lib.illustrations.posterior_grid import log_terms
from lecture_lib.models import kmeans, mixture, soft_kmeans
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.one_mean import OneMean
from lecture_lib.problems import (
    ANIMALS,
    BLOCKS,
    CLUSTERS,
    COINS,
    FEW_CLUSTERS,
    LATENT,
    MEANS,
    MISSING,
    MIXTURE,
    PLANE,
    POISSONS,
    POSTERIOR,
    PRECISIONS,
    PRIOR_PARAMETERS,
    ROUND_CLUSTERS,
    SHARES,
    SOFT_CLUSTERS,
    WITH_PRIOR,
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
WEIGHTS = Notation(
    MIXTURE.ranges,
    MIXTURE.symbols | {r"\pi'_j": ("number", "others", "other weights")},
    {head: meaning for head, meaning in MIXTURE.definitions.items() if head != r"L(\theta)"}
    | {r"L(\pi)": (r"\sum_i \log \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "log-likelihood")},
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


# The prior of a mixture, its densities up to their constants.
PRIOR = (MIXTURE | PRIOR_PARAMETERS) | Notation(
    symbols={
        r"\epsilon": ("number", "density", "prior density at theta, by the library"),
        r"\rho": ("number", "constant", "the constants of the Dirichlet and of the inverse-Wisharts, by SciPy"),
    },
    definitions={
        r"p(\theta)": (r"\epsilon", "prior density"),
        r"\mathrm{Dir}(\pi; \alpha)": (r"\rho \prod_j \pi_j^{\alpha - 1}", "Dirichlet density"),
        r"\mathrm{IW}(\Sigma_j; \Psi, \nu)": (
            r"|\Sigma_j|^{-(\nu + d + 1) / 2} e^{-\frac12 \operatorname{tr}(\Psi \Sigma_j^{-1})}",
            "inverse-Wishart density",
        ),
    },
)


def random_prior(rng):
    problem = problems.random_regularised_mixture(rng)
    theta, prior = problem["theta"], problem["prior"]
    k, d = theta.means.shape
    at = np.eye(d)
    wishart = invwishart(prior.dof, prior.scatter).logpdf(at) + np.trace(prior.scatter) / 2
    dirichlet = gammaln(k * prior.concentration) - k * gammaln(prior.concentration)
    density = np.exp(prior.log_density(theta, "full"))
    return problem | {"density": density, "constant": np.exp(dirichlet + k * wishart)}


CRITICAL = MEANS | Notation(
    symbols={r"\beta_c": ("number", "critical", "where the means part, by the library")},
    definitions={
        r"\bar x": (r"\frac1n \sum_i x_i", "mean of the data"),
        "S": (r"\frac1n \sum_i (x_i - \bar x)(x_i - \bar x)^\top", "covariance of the data"),
    },
)


def random_critical(rng):
    problem = problems.random_data_and_means(rng)
    return problem | {"critical": soft_kmeans.critical_beta(problem["X"])}


# The means that are best at a stiffness, and any others.
BEST = SOFT_CLUSTERS | Notation(
    symbols={
        r"m_{j \beta}": ("vector d", "best", "mean of cluster j, best at beta"),
        "m'_j": ("vector d", "others", "another mean"),
    }
)


def random_best(rng):
    problem = problems.random_soft_clusters(rng)
    X, means, beta = (problem[key] for key in ("X", "means", "beta"))
    for _ in range(300):
        means = kmeans.update(X, soft_kmeans.soft_assign(X, means, beta), means)
    return problem | {"best": means, "others": means + 0.3 * rng.standard_normal(means.shape)}


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


# Laplace's approximation, its parts as numbers.
LAPLACE = MIXTURE | Notation(
    symbols={
        "p": ("number", "count", "number of parameters"),
        "I": ("matrix p p", "information", "information per datum"),
        r"\hat p": ("number", "density", "prior density at the highest maximum"),
    }
)


def random_laplace(rng):
    root = rng.standard_normal((4, 4))
    information = {"count": 4, "information": root @ root.T + np.eye(4), "density": rng.uniform(1, 2)}
    return problems.random_mixture(rng) | information


# One unknown mean on a line, its density by the library.
LINE_MIXTURE = Notation(
    ranges={"i": ("n", "data")},
    symbols={
        "x_i": ("number", "x", "datum i"),
        r"\theta": ("number", "theta", "the unknown mean"),
        r"\epsilon_i": ("number", "density", "density of datum i, by the library"),
    },
    definitions={r"p(x_i \mid \theta)": (r"\epsilon_i", "density of datum i")},
)


def random_line_mixture(rng):
    x, theta = 2 * rng.standard_normal(6), 2 * rng.standard_normal()
    return {"x": x, "theta": theta, "density": [np.exp(OneMean([one]).log_likelihood(theta)) for one in x]}


# What belongs to a component or a datum as a joint density, by SciPy.
def joint_of(notation, datum):
    return notation | Notation(
        symbols={
            "x_i": ("number", datum, "datum i"),
            "z_{ij}": ("number", "r", "whether datum i came from component j"),
            r"\theta": ("parameters", r"\pi", "all parameters"),
            r"\epsilon_{ij}": ("number", "joint", "joint probability of datum i and component j, by SciPy"),
        },
        definitions={r"p(x_i, z_{ij} = 1 \mid \theta)": (r"\epsilon_{ij}", "joint probability")},
    )


def coins_with_joint(rng):
    problem = problems.random_coins(rng)
    heads, tosses = problem["heads"][:, None], problem["tosses"][:, None]
    joint = problem["weights"] * stats.binom.pmf(heads, tosses, problem["probabilities"])
    return problem | {"joint": joint, "names": np.arange(len(joint))}


def poissons_with_joint(rng):
    problem = problems.random_poissons(rng)
    joint = problem["weights"] * stats.poisson.pmf(problem["counts"][:, None], problem["rates"])
    return problem | {"joint": joint}


JOINT_PRECISIONS = PRECISIONS | Notation(
    symbols={r"\epsilon_i": ("number", "joint", "joint density of datum i and its precision, by SciPy")},
    definitions={"p(x_i, u_i)": (r"\epsilon_i", "joint density")},
)


def precisions_with_joint(rng):
    problem = problems.random_precisions(rng)
    half, scale = problem["dof"] / 2, problem["scale"] / np.sqrt(problem["u"])
    gamma = stats.gamma.pdf(problem["u"], half, scale=1 / half)
    return problem | {"joint": stats.norm.pdf(problem["x"], problem["location"], scale) * gamma}


JOINT_PLANE = PLANE | Notation(
    symbols={
        "q": ("number", "count", "number of coordinates of a place"),
        r"\epsilon_i": ("number", "near", "density of datum i, given its place, by SciPy"),
        r"\kappa_i": ("number", "prior", "density of its place, by SciPy"),
    },
    definitions={
        r"p(x_i \mid z_i)": (r"\epsilon_i", "density of datum i, given its place"),
        "p(z_i)": (r"\kappa_i", "density of its place"),
    },
)


def plane_with_joint(rng):
    problem = problems.random_plane(rng, q=3)
    z, centres = problem["z"], problem["mean"] + problem["z"] @ problem["loadings"].T
    near = stats.norm.pdf(problem["X"], centres, problem["noise"]).prod(axis=1)
    return problem | {"count": z.shape[1], "near": near, "prior": stats.norm.pdf(z).prod(axis=1)}


COMPLETED = MISSING | Notation(
    symbols={r"\Sigma_j^{\text{new}}": ("matrix d d", "moments.covariances", "covariance after one step of EM")}
)


def completed(rng):
    problem = problems.random_missing(rng)
    rows = np.concatenate([problem["H"], problem["X"]])  # a column without an entry would be refused
    weights = np.repeat([1, 1e-13], len(problem["H"]))
    model = GaussianMixture(rows, missing=True, sample_weight=weights)
    return problem | {"moments": model.e_step(problem["theta"])[0]}


WITHOUT_ZEROS = Notation(
    symbols={r"\lambda": ("number", "rate", "rate at which a Poisson without zeros has the mean")}
)


def without_zeros(rng):
    counts = np.arange(1, 60)

    def surplus(rate):
        shares = stats.poisson.pmf(counts, rate)
        return counts @ shares / shares.sum() - 86 / 55

    return {"rate": brentq(surplus, 0.1, 5, xtol=1e-14)}


def random_best_with_prior(rng):
    """Return theta_new where Q + log prior is largest, the prior on the means alone, and any other theta."""
    problem = problems.random_map_step(rng)
    X, old, centre = problem["X"], problem["theta_old"], problem["centre"]
    r = mixture.responsibilities(X, old)
    best = replace(problem["theta_new"], weights=r.mean(axis=0))
    for _ in range(500):  # means and covariances in turn: each update has a closed form
        precisions = np.linalg.inv(best.covariances)
        prior = np.eye(len(centre)) / problem["spread"] ** 2
        means = [
            np.linalg.solve(R * P + prior, P @ (column @ X) + prior @ centre)
            for R, P, column in zip(r.sum(axis=0), precisions, r.T, strict=True)
        ]
        away = X[:, None, :] - np.array(means)
        covariances = np.einsum("nj,nja,njb->jab", r, away, away) / r.sum(axis=0)[:, None, None]
        best = replace(best, means=np.array(means), covariances=covariances)
    return problem | {"theta_new": best, "theta": problems.parameters(rng, *best.means.shape)}


# A leap of SQUAREM, from three iterates.
LEAPING = Notation(
    symbols={
        r"\theta": ("vector m", "start", "start"),
        r"\theta'": ("vector m", "end", "where the leap ends, by the library"),
        "s": ("vector m", "step", "first step"),
        "v": ("vector m", "turn", "how the second step differs from the first"),
        "a": ("number", "a", "length of the leap"),
    }
)


def random_leaping(rng):
    start, step, turn = rng.standard_normal((3, 4))
    first, second = start + 3 * step, start + 6 * step + turn
    a = np.linalg.norm(3 * step) / np.linalg.norm(turn)
    if a < 1:
        return random_leaping(rng)
    end = extrapolate(start, first, second)
    return {"start": start, "first": first, "second": second, "step": 3 * step, "turn": turn, "a": a, "end": end}


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
        Meaning(VECTOR, random_vector),
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
        Meaning(STEPPED, random_stepped),
        Meaning(WEIGHTS, random_weights),
        Meaning(LAGRANGIAN, lambda rng: problems.random_mixture(rng) | {"multiplier": rng.uniform(1, 2)}),
    ],
    "07": [
        Meaning(COUNTS, random_counts),
        Meaning(MIXTURE, problems.random_mixture, problems.fitted_mixture),
        Meaning(SHARES, problems.random_shared_data),
        Meaning(COUNTED, random_counted),
        Meaning(PRIOR, random_prior),
        Meaning(LAPLACE, random_laplace),
    ],
    "08": [
        Meaning(SOFT, random_soft),
        Meaning(SOFT_CLUSTERS, problems.random_soft_clusters),
        Meaning(CRITICAL, random_critical),
        Meaning(BEST, random_best),
    ],
    "09": [Meaning(LATENT, problems.random_enumeration)],
    "10": [
        Meaning(LATENT, problems.random_enumeration),
        Meaning(LINE_MIXTURE, random_line_mixture),
        Meaning(ANIMALS, problems.random_animals, problems.fitted_animals),
        Meaning(WITH_PRIOR, random_best_with_prior),
    ],
    "11": [
        Meaning(joint_of(COINS, "names"), coins_with_joint),
        Meaning(joint_of(POISSONS, "counts"), poissons_with_joint),
        Meaning(JOINT_PRECISIONS, precisions_with_joint),
        Meaning(JOINT_PLANE, plane_with_joint),
        Meaning(COMPLETED, completed),
        Meaning(WITHOUT_ZEROS, without_zeros),
    ],
    "12": [Meaning(BLOCKS, problems.random_blocks), Meaning(LEAPING, random_leaping)],
}
"""By the number of the notebook."""
