r"""Formulas against what the library, NumPy or another formula gives for the same thing.

Tolerance 1e-12 relative to the largest term: formulas and functions add the same few numbers in another order.
"""

import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.formulas import FormulaError, Notation, evaluate
from lecture_lib.illustrations import latent
from lecture_lib.models import classification, kmeans, mixture, soft_kmeans
from lecture_lib.problems import (
    CLUSTERS,
    FEW_CLUSTERS,
    LATENT,
    MATRIX,
    MIXTURE,
    ROUND_CLUSTERS,
    SHARES,
    SOFT_CLUSTERS,
)

NOTATIONS = {name: value for name, value in vars(problems).items() if isinstance(value, Notation)}


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("notation", NOTATIONS.values(), ids=NOTATIONS)
def test_every_definition_can_be_read(notation):
    notation.check()
    assert all(meaning for _, _, meaning in notation.glossary())


def hessian(X, means, beta):
    (k, d) = means.shape
    return soft_kmeans.curvature(X, means, beta).reshape(k, d, k, d).transpose(0, 2, 1, 3)


FUNCTIONS = [
    ("J(r, m)", CLUSTERS, problems.random_clusters, kmeans.lyapunov),
    (r"\nabla_{m_j} J", CLUSTERS, problems.random_clusters, kmeans.gradient),
    (r"\bar x_j", CLUSTERS, problems.random_clusters, kmeans.update),
    ("k_i", CLUSTERS, problems.random_clusters, kmeans.labels),
    (
        r"\begin{cases} 1 & \text{if } j = k_i, \\ 0 & \text{otherwise.} \end{cases}",
        CLUSTERS,
        problems.random_clusters,
        kmeans.assign,
    ),
    (r"\sum_i \min_j \lVert x_i - m_j \rVert^2", CLUSTERS, problems.random_clusters, kmeans.reduced_lyapunov),
    (r"\min_r J(r, m)", FEW_CLUSTERS, problems.random_few_clusters, kmeans.reduced_lyapunov),
    (
        r"\log p(x \mid m, r)",
        ROUND_CLUSTERS,
        problems.random_clusters_and_width,
        classification.classification_log_likelihood,
    ),
    (r"\hat\sigma", ROUND_CLUSTERS, problems.random_clusters_and_width, classification.best_sigma),
    ("F(r, m)", SOFT_CLUSTERS, problems.random_soft_clusters, soft_kmeans.free_energy),
    (r"F^\star(m)", SOFT_CLUSTERS, problems.random_soft_clusters, soft_kmeans.reduced_free_energy),
    (
        r"r^\star_{ij}",
        SOFT_CLUSTERS,
        problems.random_soft_clusters,
        lambda X, means, beta: soft_kmeans.soft_assign(X, means, beta),
    ),
    (
        r"\frac{\partial^2 F^\star}{\partial m_j \partial m_l^\top}",
        SOFT_CLUSTERS,
        problems.random_soft_clusters,
        hessian,
    ),
    ("L", MIXTURE, problems.random_mixture, mixture.log_likelihood),
    ("a_{ij}", MIXTURE, problems.random_mixture, mixture.log_joint),
    ("r_{ij}", MIXTURE, problems.random_mixture, mixture.responsibilities),
    (
        r"\frac{\partial}{\partial a_{ij}} \log \sum_{j'} e^{a_{ij'}}",
        MIXTURE,
        problems.random_mixture,
        mixture.responsibilities,
    ),
    (r"\nabla_{\mu_j} L", MIXTURE, problems.random_mixture, mixture.grad_means),
    (r"\nabla_{\Sigma_j} L", MIXTURE, problems.random_mixture, mixture.grad_covariances),
    (r"\frac{\partial L}{\partial \pi_j}", MIXTURE, problems.random_mixture, mixture.grad_weights),
    (r"Q(r, \theta)", SHARES, problems.random_shared_data, mixture.expected_complete_log_likelihood),
    (r"F(r, \theta)", SHARES, problems.random_shared_data, mixture.lower_bound),
    (r"\nabla_S \log |S|", MATRIX, problems.random_matrix, lambda S: np.linalg.inv(S).T),
    (
        r"\frac{\partial |S|}{\partial S_{ab}}",
        MATRIX,
        problems.random_matrix,
        lambda S: np.linalg.det(S) * np.linalg.inv(S).T,
    ),
    (r"\log p(x, z)", LATENT, problems.random_enumeration, latent.log_joints),
    (r"p(z \mid x)", LATENT, problems.random_enumeration, latent.posterior),
    (r"\mathbb E[z_{ij} \mid x]", LATENT, problems.random_enumeration, mixture.responsibilities),
]


@pytest.mark.parametrize(("latex", "notation", "on", "function"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_a_formula_gives_what_the_library_gives(latex, notation, on, function):
    for seed in range(3):
        problem = on(np.random.default_rng(seed))
        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
        arguments = {name: problem[name] for name in wanted if name in problem}
        close(evaluate(latex, notation, problem), function(**arguments))


ZERO = [
    (r"\sum_b S_{ab} C_{ab} - |S|", MATRIX, problems.random_matrix),
    (r"\mathrm d (S S^{-1})", MATRIX, problems.random_matrix),
    (r"\mathrm d \log |S| - \operatorname{tr}(S^{-1} \mathrm d S)", MATRIX, problems.random_matrix),
    (
        r"\frac{\partial\, v^\top S^{-1} w}{\partial S} + (S^{-1} w v^\top S^{-1})^\top",
        MATRIX,
        problems.random_matrix,
    ),
    (r"J(r, \bar x) + \sum_j R_j \lVert \bar x_j - m_j \rVert^2 - J(r, m)", CLUSTERS, problems.random_clusters),
    (r"J(r, m) - \sum_i \lVert x_i - \sum_j r_{ij} m_j \rVert^2", CLUSTERS, problems.random_clusters),
    (
        r"\frac{\partial^2 J}{\partial m_j \partial m_l^\top} - 2 \delta_{jl} R_j I",
        CLUSTERS,
        problems.random_clusters,
    ),
    (
        r"F(r, m) - F^\star(m) - \frac1\beta \sum_i \mathrm{KL}(r_i \Vert r_i^\star)",
        SOFT_CLUSTERS,
        problems.random_soft_clusters,
    ),
    (r"\sum_z p(x, z) - p(x)", LATENT, problems.random_enumeration),
    (r"\prod_i \mathcal N(x_i; \mu_{k_i}, \Sigma_{k_i}) - p(x \mid z)", LATENT, problems.random_enumeration),
    (r"L(\theta) - F(q, \theta) - \mathrm{KL}(q \Vert p(z \mid x, \theta))", LATENT, problems.random_enumeration),
    (
        r"L(\theta) - L(\theta_{\text{old}})"
        r" - Q(\theta, \theta_{\text{old}}) + Q(\theta_{\text{old}}, \theta_{\text{old}})"
        r" - \mathrm{KL}(p(z \mid x, \theta_{\text{old}}) \Vert p(z \mid x, \theta))",
        LATENT,
        problems.random_enumeration,
    ),
    (r"\nabla_{\mu_j} L - \sum_z p(z \mid x) \nabla_{\mu_j} \log p(x, z)", LATENT, problems.random_enumeration),
    (r"(x_i - m_j)^\top (x_i - m_j) - \lVert x_i - m_j \rVert^2", CLUSTERS, problems.random_clusters),
    (r"(x^\top r)_{aj} - \sum_i x_{ia} r_{ij}", CLUSTERS, problems.random_clusters),
]


@pytest.mark.parametrize(("latex", "notation", "on"), ZERO, ids=[row[0] for row in ZERO])
def test_an_identity_is_zero(latex, notation, on):
    for seed in range(3):
        close(evaluate(latex, notation, on(np.random.default_rng(seed))), 0)


def test_free_indices_are_axes_in_the_order_of_the_ranges():
    problem = problems.random_clusters(np.random.default_rng(0))
    (n, d), k = problem["X"].shape, len(problem["means"])
    assert evaluate(r"m_j^\top x_i", CLUSTERS, problem).shape == (n, k)
    assert evaluate(r"m_j x_i^\top", CLUSTERS, problem).shape == (n, k, d, d)
    assert evaluate("x_i - m_{k_i}", CLUSTERS, problem).shape == (n, d)


@pytest.mark.parametrize(
    "on",
    [
        getattr(problems, name)
        for name in problems.__all__
        if name
        in {
            "random_data_and_means",
            "random_clusters",
            "random_few_clusters",
            "random_mixture",
            "random_enumeration",
            "random_soft_clusters",
            "random_few_data",
            "random_shared_data",
        }
    ],
)
def test_sizes_differ_and_none_is_one(on):
    for seed in range(50):
        problem = on(np.random.default_rng(seed))
        k = len(problem["means"]) if "means" in problem else len(problem["theta"].weights)
        assert len({1, *problem["X"].shape, k}) == 4


ASSIGNED = LATENT | Notation(
    definitions={
        "B": (r"\sum_i k_i", "sum of the labels, which holds z"),
        "A": (r"\sum_z p(z \mid x) B", "its mean"),
        r"M^*": (r"\max_z B", "the largest"),
        "G": (r"\mathrm{KL}(q \Vert B)", "a divergence"),
    }
)


@pytest.mark.parametrize(
    ("short", "written_out"),
    [
        ("A", r"\sum_z p(z \mid x) \sum_i k_i"),
        (r"\mathbb E[B \mid x]", r"\sum_z p(z \mid x) \sum_i k_i"),
        ("M^*", r"\max_z \sum_i k_i"),
        ("G", r"\sum_z q(z) \log \frac{q(z)}{\sum_i k_i}"),
        ("B", r"\sum_i k_i"),
    ],
)
def test_a_definition_that_holds_assignments_is_bound_by_the_operators_of_another(short, written_out):
    problem = problems.random_enumeration(np.random.default_rng(0))
    found, expected = (evaluate(latex, ASSIGNED, problem) for latex in (short, written_out))
    assert found.shape == expected.shape
    close(found, expected)


def test_a_function_may_not_hold_assignments_that_its_head_does_not_name():
    with pytest.raises(FormulaError, match=r"z is free here, but f\(t\) does not have it"):
        (
            LATENT | Notation(symbols={"t": ("number", "t", "a number")}, definitions={"f(t)": ("t k_0", "x")})
        ).check()


SHAPES = Notation(
    ranges={"i": ("n", "data"), "a b": ("d", "coordinates"), "u v": ("q", "directions")},
    symbols={
        "A": ("matrix q q", "A", "square"),
        "W": ("matrix d q", "W", "tall"),
        "z_i": ("vector q", "z", "places"),
        "t": ("number", "t", "a number"),
    },
    definitions={"M": (r"t I + W^\top W", "a definition")},
)


@pytest.mark.parametrize(
    ("latex", "rows"),
    [
        ("A + I - A", "q"), ("2 t I - A + A", "q"), (r"W^{\top} I W - W^\top W + I", "q"), ("W I W^\\top", None),
        ("M - W^\\top W", "q"), ("I", "d"), (r"A = \frac{1}{t} I", "q"), ("I_q", "q"),
        ("A (I + A)^{-1} (A^{-1} + I)", "q"),
    ],
)  # fmt: skip
def test_how_large_the_identity_is_follows_from_its_neighbours(latex, rows):
    rng = np.random.default_rng(0)
    values = {"A": np.eye(2) + rng.random((2, 2)) / 4, "W": rng.random((3, 2)), "z": rng.random((4, 2)), "t": 0.7}
    found = evaluate(latex.replace("\\\\", "\\"), SHAPES, values)
    if rows is None:
        close(found, values["W"] @ values["W"].T)
    else:
        size = {"q": 2, "d": 3}[rows]
        close(found / found[0, 0], np.eye(size))


def test_an_identity_of_which_nothing_tells_the_size_is_an_error():
    small = Notation(symbols={"A": ("matrix q q", "A", "square")})
    with pytest.raises(FormulaError, match="nothing here says how large I is"):
        evaluate(r"\operatorname{tr}(I)", small, {"A": np.eye(2)})
    with pytest.raises(FormulaError, match="d-by-d matrix and a d-by-q matrix"):
        evaluate("I + W", SHAPES, {})
