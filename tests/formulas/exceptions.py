r"""Displayed formulas that cannot be computed as they stand, each with the assertion that stands for it.

Each assertion fails when its formula is changed. There are at most ten.
"""

import itertools
import re

import numpy as np
from scipy.integrate import quad

from lecture_lib import problems
from lecture_lib.formulas import Notation, evaluate
from lecture_lib.illustrations.posterior_grid import mutual_information
from lecture_lib.labellings import disagreement
from lecture_lib.models import mixture
from lecture_lib.models.classification import log_likelihood
from lecture_lib.problems import ANIMALS, CLUSTERS, LATENT, MEANS, MIXTURE, TABLE

# The move of one datum from cluster a to cluster b pays, or does not: J before and after, beside the condition.
MOVE = Notation(
    symbols={
        "y": ("vector d", "y", "the datum that moves"),
        "R_a": ("number", "size_a", "size of its cluster"),
        "R_b": ("number", "size_b", "size of the other"),
        r"\bar x_a": ("vector d", "mean_a", "mean of its cluster"),
        r"\bar x_b": ("vector d", "mean_b", "mean of the other"),
    }
)


def uniform_seeds(latex):
    """1.4: of the sets of k data each is drawn as often as any other, one time in n over k."""
    right = latex.split("=")[-1].replace(r"\Big/", "/").rstrip(" .")
    assert latex.startswith(r"p\bigl(\{m_0, \dots, m_{k-1}\} = \{x_{i_1}, \dots, x_{i_k}\}\bigr)")
    problem = problems.random_data_and_means(np.random.default_rng(0))
    n, k = len(problem["X"]), len(problem["means"])
    np.testing.assert_allclose(evaluate(right, MEANS, problem) * len(list(itertools.combinations(range(n), k))), 1)


def weighted_seeds(latex):
    """1.5: a datum becomes the next mean with the share that its squared distance has of all."""
    head, *statements = latex.split(r"\qquad")
    assert head.startswith(r"p(m_j = x_i \mid m_0, \dots, m_{j-1}) = ")
    assert statements == [r" D_i = \min_{j' < j} \lVert x_i - m_{j'} \rVert ."]
    share = head.split("=")[-1].rstrip(" ,")
    problem = problems.random_data_and_means(np.random.default_rng(0))
    drawn = problem | {"means": problem["means"][:1]}
    seeded = MEANS | Notation(
        definitions={"D_i": (r"\min_{j} \lVert x_i - m_{j} \rVert", "distance to the nearest mean")}
    )
    squared = ((problem["X"] - problem["means"][0]) ** 2).sum(axis=1)
    np.testing.assert_allclose(evaluate(share, seeded, drawn), squared / squared.sum(), rtol=1e-12)


def best_renaming(latex):
    """2.1: the fewest data that differ, over all ways of naming the clusters."""
    assert re.fullmatch(
        r"\\Delta\(a, b\) = \\min_\{(s|\\sigma)\} \\, \\bigl\|\\\{\\, i : \1\(a_i\) \\neq b_i \\,\\\}\\bigr\| \.",
        latex,
    )
    a, b = np.random.default_rng(0).integers(3, size=(2, 12))
    fewest = min(np.sum(np.array(s)[a] != b) for s in itertools.permutations(range(3)))
    assert disagreement(a, b) == fewest


def move_that_pays(latex):
    """03: the condition holds exactly where the move of y from cluster a to cluster b lowers the loss."""
    left, right = latex.rstrip(" .").split("<")
    outcomes = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        own, other = rng.standard_normal((4, 2)), rng.standard_normal((3, 2)) + rng.uniform(0, 1)
        values = {"y": own[0], "size_a": 4, "size_b": 3, "mean_a": own.mean(axis=0), "mean_b": other.mean(axis=0)}
        parts = [(own, other), (own[1:], np.vstack([other, own[:1]]))]
        before, after = (sum(((c - c.mean(axis=0)) ** 2).sum() for c in clusters) for clusters in parts)
        pays = bool(evaluate(left, MOVE, values) < evaluate(right, MOVE, values))
        assert pays == (after < before)
        outcomes.add(pays)
    assert outcomes == {True, False}


def best_of_labelling(latex):
    """4.5: the classification likelihood at its best parameters is above that at any other."""
    inner = latex.split(r"\max_\theta")[1].split(r", \qquad")[0]
    labelled = MIXTURE | Notation(symbols={"k_i": ("index k", "labels", "given component of datum i")})
    problem = problems.random_complete_data(np.random.default_rng(0))
    labels = problem["z"].argmax(axis=1)
    best = mixture.complete_data_estimate(problem["X"], problem["z"])
    top = evaluate(inner, labelled, {"X": problem["X"], "theta": best, "labels": labels})
    np.testing.assert_allclose(top, log_likelihood(problem["X"], labels), rtol=1e-9)
    assert top > evaluate(inner, labelled, {"X": problem["X"], "theta": problem["theta"], "labels": labels})


def dirichlet_integral(latex):
    """05: the integral over the weights, for two components by quadrature."""
    right = latex.split("=")[-1].rstrip(" .")
    problem = problems.random_few_clusters(np.random.default_rng(1)) | {"r": np.eye(2)[[0, 1, 1, 0, 1]]}
    problem |= {"X": np.zeros((5, 3)), "means": np.zeros((2, 3))}
    found = quad(lambda t: t**2 * (1 - t) ** 3, 0, 1)[0]
    np.testing.assert_allclose(evaluate(right, CLUSTERS, problem), found, rtol=1e-9)


def information(latex):
    """5.5: the mutual information of two variables, as the library computes it from a table."""
    body = latex.split("=")[1].replace(r"\sum_{\mu_1, \pi_1}", r"\sum_u \sum_v").rstrip(" .")
    for long, short in (
        (r"p(\mu_1, \pi_1 \mid x)", "p_{uv}"),
        (r"p(\mu_1 \mid x)", "f_u"),
        (r"p(\pi_1 \mid x)", "g_v"),
    ):
        body = body.replace(long, short)
    problem = problems.random_joint_table(np.random.default_rng(0))
    np.testing.assert_allclose(evaluate(body, TABLE, problem), mutual_information(problem["p"]), rtol=1e-9)


def one_component(latex):
    """06: the rule for a parameter phi of one component, with phi a mean, a weight and a covariance."""
    for parameter in (r"\mu_j", r"\pi_j", r"\Sigma_j"):
        held = {
            r"r_{ij}\, \frac{\partial}{\partial \phi}": rf"r_{{ij}}\, \frac{{\partial}}{{\partial {parameter}}}"
        }
        left, right = latex.rstrip(" ,.").replace(r"\phi", parameter).split("=")
        assert held
        problem = problems.random_mixture(np.random.default_rng(0))
        found = [evaluate(side, MIXTURE, problem) for side in (left, right)]
        np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-12)


def coordinate_ascent(latex):
    """10.3: F at the posterior is above F at any other q; F in theta is largest after the M-step."""
    found = re.fullmatch(
        r"q \\leftarrow \\arg\\max_q (.+), \\qquad \\theta \\leftarrow \\arg\\max_\\theta (.+) \.", latex
    )
    raised, climbed = found.groups()
    problem = problems.random_enumeration(np.random.default_rng(0))
    X, theta = problem["X"], problem["theta"]
    posterior = evaluate(r"p(z \mid x)", LATENT, problem)
    best = mixture.complete_data_estimate(X, mixture.responsibilities(X, theta))
    steps = {
        "start": (problem["q"], theta),
        "E": (posterior, theta),
        "M": (posterior, best),
        "other": (posterior, problem["theta_old"]),
    }
    at = {
        name: [float(evaluate(F, LATENT, problem | {"q": q, "theta": parameters})) for F in (raised, climbed)]
        for name, (q, parameters) in steps.items()
    }
    np.testing.assert_allclose(at["E"], mixture.log_likelihood(X, theta), rtol=1e-9)
    assert at["E"][0] > at["start"][0]
    assert at["M"][1] > max(at["E"][1], at["other"][1])


def first_order(latex):
    """10.7: both sides agree up to the square of the error, near the limit of the linkage data's EM."""
    left, right = latex.rstrip(" ,").split(r"\;\approx\;")
    near = ANIMALS | Notation(
        symbols={
            r"\theta^{\text{new}}": ("number", "new", "after one step"),
            r"\hat\theta": ("number", "limit", "the limit"),
        }
    )
    problem = problems.fitted_animals(np.random.default_rng(0))
    limit, error = problem["theta"], 1e-5
    at = problem | {"theta": limit + error, "limit": limit}
    at |= {"new": evaluate(r"M(\theta)", ANIMALS, at)}
    np.testing.assert_allclose(evaluate(left, near, at), evaluate(right, near, at), rtol=1e-4)


EXCEPTIONS = {
    r"p\bigl(\{m_0": uniform_seeds,
    r"p(m_j = x_i": weighted_seeds,
    r"\Delta(a, b)": best_renaming,
    r"\frac{R_b}{R_b + 1}": move_that_pays,
    r"C(k_1, \dots": best_of_labelling,
    r"\int p(\pi)": dirichlet_integral,
    r"I(\mu_1; \pi_1": information,
    r"\frac{\partial L}{\partial \phi}": one_component,
    r"q \leftarrow \arg\max_q": coordinate_ascent,
    r"\theta^{\text{new}} - \hat\theta": first_order,
}
"""What cannot be computed as it stands, by its beginning, with the assertion that stands for it; at most ten."""
