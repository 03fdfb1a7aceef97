r"""What a formula says: the same in every way of writing it, and an error where it can be read in two ways.

Values agree to 1e-12: the same operations, in another notation.
"""

import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.formulas import FormulaError, Notation, evaluate, parse
from lecture_lib.problems import CLUSTERS, FEW_CLUSTERS, LATENT, MIXTURE

CLUSTER_PROBLEM = problems.random_clusters(np.random.default_rng(1))
MIXTURE_PROBLEM = problems.random_mixture(np.random.default_rng(1))

SAME = [
    (
        r"\sum_i r_{ij} x_i",
        [
            r"\sum_{i=1}^n r_{ij} x_i",
            r"\sum_{i=0}^{n-1} r_{ij}\, x_i",
            r"\sum\limits_{i} r_{ij} \cdot x_i",
            r"\sum^n_{i=1} r_{ij} \mathbf{x}_i",
            r"\displaystyle\sum_i{r_{ij}}\boldsymbol{x}_i",
            "∑_i r_{ij} x_i",
            r"\sum_i r_{i,j} x_i",
            r"\sum_i r_{i j} \bm x_i",
            "∑_{i} r_{ij}·x_i",
            r"{\sum_i r_{ij} x_i}",
            r"\left( \sum_i r_{ij} x_i \right)",
        ],
    ),
    (
        r"\lVert x_i - m_j \rVert^2",
        [
            r"\left\lVert x_i - m_j \right\rVert^2",
            r"\|x_i-m_j\|^2",
            r"\Vert x_i - m_j\Vert^{2}",
            "‖x_i − m_j‖²",
            r"(x_i - m_j)^\top (x_i - m_j)",
            r"(x_i - m_j)^T(x_i - m_j)",
            r"\bigl(x_i - m_j\bigr)^{\top} \bigl(x_i - m_j\bigr)",
            r"\sum_a (x_{ia} - m_{ja})^2",
            r"\operatorname{tr}((x_i - m_j)(x_i - m_j)^\top)",
            r"\|x_i-m_j\|_2^2",
        ],
    ),
    (
        r"\frac{1}{2} R_j",
        [r"\tfrac12 R_j", r"\dfrac12R_j", r"\frac 1 2 R_j", r"R_j/2", r"0.5 R_j", "½ R_j", r"R_j \times \frac12"],
    ),
    (r"\log R_j", [r"\ln R_j", r"\log(R_j)", r"\log{R_j}", r"\log\left(R_j\right)", r"\ln{\left[R_j\right]}"]),
    (r"e^{-R_j}", [r"\exp(-R_j)", r"\exp\Bigl(-R_j\Bigr)", r"\frac{1}{e^{R_j}}", r"\exp\{-R_j\}"]),
    (r"\bar x_j", [r"\bar{x}_j", r"\overline{x}_j", r"\overline x_{j}", r"\bar{\mathbf x}_j"]),
    (r"r_{0j}", [r"r_{0,j}", r"r_{0 j}"]),
    (r"r_{01}", [r"r_{0,1}", r"r_{0 1}"]),
    (
        r"[j = k_i]",
        [
            r"\begin{cases} 1 & \text{if } j = k_i \\ 0 & \text{otherwise} \end{cases}",
            r"\delta_{j k_i}",
            r"\begin{cases} 0, & j \ne k_i, \\ 1, & \text{else.} \end{cases}",
        ],
    ),
    (
        r"\sum_{j' \ne j} R_{j'}",
        [r"n - R_j", r"\sum_{l \ne j} R_l", r"\sum_{l : l \ne j} R_l", r"\sum_l (1 - \delta_{jl}) R_l"],
    ),
    (r"\sum_i [k_i = j]", [r"\sum_{i : k_i = j} 1"]),
    (r"\max(R_0, R_1)", [r"-\min\{-R_0, -R_1\}", r"\frac12 (R_0 + R_1 + |R_0 - R_1|)"]),
    (r"R_j!", [r"\Gamma(R_j + 1)"]),
    (r"\binom{n}{k}", [r"\tbinom nk", r"\frac{n!}{k! (n - k)!}", r"{\binom n k}"]),
]


@pytest.mark.parametrize(("latex", "others"), SAME, ids=[row[0] for row in SAME])
def test_ways_of_writing_say_the_same(latex, others):
    expected = evaluate(latex, CLUSTERS, CLUSTER_PROBLEM)
    for other in others:
        found = evaluate(other, CLUSTERS, CLUSTER_PROBLEM)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12, err_msg=other)


MIXTURES = [
    (
        r"\Sigma_j^{-1} (x_i - \mu_j)",
        [
            r"\Sigma^{-1}_j (x_i - \mu_j)",
            r"Σ_j^{-1} (x_i − μ_j)",
            r"\boldsymbol\Sigma_j^{-1}(\mathbf{x}_i-\boldsymbol{\mu}_j)",
        ],
    ),
    (
        r"\log |\Sigma_j|",
        [r"\log \det \Sigma_j", r"\ln\left|\Sigma_j\right|", r"\log(\det(\Sigma_j))", r"\log\lvert\Sigma_j\rvert"],
    ),
    (
        r"\mathcal N(x_i; \mu_j, \Sigma_j)",
        [
            r"\mathcal{N}(x_i \mid \mu_j, \Sigma_j)",
            r"\mathcal N\left(x_i ; \mu_j, \Sigma_j\right)",
            r"\frac{1}{(2\pi)^{d/2} |\Sigma_j|^{1/2}}"
            r" \exp\Bigl(-\tfrac12 (x_i - \mu_j)^\top \Sigma_j^{-1} (x_i - \mu_j)\Bigr)",
        ],
    ),
    (
        r"L(\theta)",
        [r"L(\pi, \mu, \Sigma)", "L", r"\log p(x \mid \pi, \mu, \Sigma)", r"\sum_i \log p(x_i | \theta)"],
    ),
    (
        r"\nabla_{\mu_j} L",
        [
            r"\frac{\partial L}{\partial \mu_j}",
            r"\frac{\partial}{\partial \mu_j} L(\theta)",
            "∇_{μ_j} L",
            r"\partial_{\mu_j} L",
        ],
    ),
    (r"\sum_j \pi_j \mu_j", [r"\mu^\top \pi", r"\sum_j \mu_j \pi_j"]),
    (
        r"\operatorname{tr}(\Sigma_j)",
        [
            r"\mathrm{tr}(\Sigma_j)",
            r"\operatorname{tr} \Sigma_j",
            r"\sum_a \Sigma_{jaa}",
            r"\sum_a (\Sigma_j)_{aa}",
        ],
    ),
    (r"2\pi + \pi_j", [r"\pi_j + 2 \pi"]),
]


@pytest.mark.parametrize(("latex", "others"), MIXTURES, ids=[row[0] for row in MIXTURES])
def test_ways_of_writing_mixtures_say_the_same(latex, others):
    expected = evaluate(latex, MIXTURE, MIXTURE_PROBLEM)
    for other in others:
        found = evaluate(other, MIXTURE, MIXTURE_PROBLEM)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11, err_msg=other)


def test_bare_pi_after_a_number_is_the_number_and_before_an_index_a_weight():
    assert evaluate(r"2\pi", MIXTURE, MIXTURE_PROBLEM) == 2 * np.pi
    weights = MIXTURE_PROBLEM["theta"].weights
    np.testing.assert_array_equal(evaluate(r"2\pi_j", MIXTURE, MIXTURE_PROBLEM), 2 * weights)
    np.testing.assert_array_equal(evaluate(r"\pi", MIXTURE, MIXTURE_PROBLEM), weights)
    with pytest.raises(FormulaError, match="log takes numbers"):
        evaluate(r"\log \pi", MIXTURE, MIXTURE_PROBLEM)


def test_a_sum_reaches_to_the_next_plus_and_binds_nothing_beyond():
    both = evaluate(r"\sum_i r_{ij} + R_j", CLUSTERS, CLUSTER_PROBLEM)
    np.testing.assert_allclose(both, 2 * CLUSTER_PROBLEM["r"].sum(axis=0), rtol=1e-12)
    product = evaluate(r"\prod_j 2 R_j", CLUSTERS, CLUSTER_PROBLEM)
    np.testing.assert_allclose(product, np.prod(2 * CLUSTER_PROBLEM["r"].sum(axis=0)), rtol=1e-12)


def test_definitions_do_not_catch_letters():
    """R_j is a sum over i; at the label of datum i it is still a sum over all data."""
    X, means = CLUSTER_PROBLEM["X"], CLUSTER_PROBLEM["means"]
    sizes = CLUSTER_PROBLEM["r"].sum(axis=0)
    nearest = np.argmin(((X[:, None] - means) ** 2).sum(axis=2), axis=1)
    np.testing.assert_array_equal(evaluate("R_{k_i}", CLUSTERS, CLUSTER_PROBLEM), sizes[nearest])
    np.testing.assert_allclose(
        evaluate(r"\sum_i R_{k_i}", CLUSTERS, CLUSTER_PROBLEM), sizes[nearest].sum(), rtol=1e-12
    )


def test_a_function_is_computed_at_what_stands_in_its_brackets():
    """J(r, x bar) uses the means of the data everywhere, and L at theta_old the old weights, means, covariances."""
    found = evaluate(r"J(r, \bar x)", CLUSTERS, CLUSTER_PROBLEM)
    moved = (CLUSTER_PROBLEM["r"].T @ CLUSTER_PROBLEM["X"]) / CLUSTER_PROBLEM["r"].sum(axis=0)[:, None]
    np.testing.assert_allclose(found, evaluate("J", CLUSTERS, CLUSTER_PROBLEM | {"means": moved}), rtol=1e-12)
    problem = problems.random_enumeration(np.random.default_rng(0))
    old = {"X": problem["X"], "theta": problem["theta_old"]}
    for latex in (r"L(\theta_{\text{old}})", r"L(\theta^{\text{old}})", r"\log p(x \mid \theta_{\text{old}})"):
        np.testing.assert_allclose(evaluate(latex, LATENT, problem), evaluate("L", MIXTURE, old), rtol=1e-12)
    half = evaluate(r"F(p(z \mid x, \theta), \theta)", LATENT, problem)
    np.testing.assert_allclose(half, evaluate("L", LATENT, problem), rtol=1e-12)


def test_a_letter_of_assignments_runs_over_all_of_them():
    problem = problems.random_few_clusters(np.random.default_rng(0))
    (n, _), k = problem["X"].shape, len(problem["means"])
    assert evaluate(r"\sum_r 1", FEW_CLUSTERS, problem) == k**n
    assert evaluate(r"\max_r J(r, m)", FEW_CLUSTERS, problem) >= evaluate("J", FEW_CLUSTERS, problem)
    with pytest.raises(FormulaError, match="too many to add up"):
        evaluate(r"\sum_r 1", FEW_CLUSTERS, {"X": np.zeros((40, 2)), "means": np.zeros((3, 2))})


def test_statements_are_separated_and_words_skipped():
    found = parse(
        r"R_j = \sum_i r_{ij} , \qquad \sum_j R_j \ge 0 , \quad \text{ties go to the lowest } j .", CLUSTERS
    )
    assert [tree.detail for tree in found] == [("=",), (">=",)]
    aligned = parse(r"\begin{aligned} R_j &= \sum_i r_{ij} , \\ n &= \sum_j R_j . \end{aligned}", CLUSTERS)
    assert [tree.detail for tree in aligned] == [("=",), ("=",)]


def test_notations_join_and_disagreements_are_errors():
    more = CLUSTERS | Notation(definitions={"N_j": (r"\sum_i r_{ij}", "size")})
    np.testing.assert_array_equal(evaluate("N_j - R_j", more, CLUSTER_PROBLEM), 0)
    with pytest.raises(FormulaError, match="declare R_j differently"):
        CLUSTERS | Notation(definitions={"R_j": ("n", "something else")})
    with pytest.raises(FormulaError, match="defined by itself"):
        Notation({"i": ("n", "data")}, {}, {"b": ("c + 1", "one"), "c": ("b - 1", "two")}).check()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"X": np.ones(3)}, "x_i has 2 axes"),
        ({"X": np.ones((4, 3)), "means": np.ones((2, 5))}, "m_j has 5 for d"),
        ({"X": np.ones((4, 3))}, "the problem does not say how large k is"),
    ],
)
def test_a_problem_that_does_not_fit_the_notation(values, message):
    with pytest.raises(FormulaError, match=message):
        evaluate("x_i - m_j", CLUSTERS, values)
