r"""Slips, as they are typed: what is said, that the carets stand under the slip, and what to write instead."""

import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.formulas import FormulaError, Notation, evaluate
from lecture_lib.problems import CLUSTERS, LATENT, MIXTURE

SLIPS = [
    # formula, what is said, what the carets mark, what to write
    (CLUSTERS, r"\sum_i r_ij x_i", "_ij lowers one letter only", "ij", "write _{ij} for two indices"),
    (CLUSTERS, r"e^-R_j", "^- raises or lowers nothing but the sign", "-", "write ^{-R}"),
    (CLUSTERS, r"R_j^12", "^12 raises or lowers one digit only", "12", "write ^{12}"),
    (
        MIXTURE,
        r"\log \pi_j r_{ij}",
        r"whether \log takes the next factor too",
        "r",
        r"write \log(\pi_j r_{ij}) or (\log \pi_j) r_{ij}",
    ),
    (CLUSTERS, r"1 / 2 R_j", "how far the / reaches", "R", r"write \frac{...}{...}"),
    (CLUSTERS, r"\exp(R_j)^2", "what is raised", "^", r"write (\exp(...))^2"),
    (
        CLUSTERS,
        r"\frac{R_j}{\sum_j R_j}",
        "j is summed over in one part of this line and free in another",
        "j",
        "write j' for the one that is summed over",
    ),
    (CLUSTERS, r"\sum_i \sum_i r_{ij}", "i is summed over already", "i", "write i'"),
    (CLUSTERS, r"\sum r_{ij}", r"\sum does not say over what", r"\sum", r"write \sum_i"),
    (CLUSTERS, r"\sum_{i=1}^k r_{ij}", "i runs over its whole range", "1", r"write \sum_i"),
    (CLUSTERS, r"\sum_{i}^{n} r_{ij}", r"\sum ends somewhere, but begins nowhere", "^", r"write \sum_i"),
    (CLUSTERS, r"\min_{j \le k} R_j", "this leaves out nothing", r"\le", r"write \min_j"),
    (CLUSTERS, r"(x_i - m_j)^2", "a vector has no power 2", "2", r"write \lVert x \rVert^2"),
    (CLUSTERS, r"x_i m_j", "cannot multiply a vector of length d by a vector of length d", "x_i m_j", ""),
    (CLUSTERS, r"x_i + R_j", "cannot add or compare a vector of length d and a number", "x_i + R_j", ""),
    (CLUSTERS, r"x_i' m_j", "this prime belongs to the name", "'", r"x_i^\top for a transpose"),
    (
        CLUSTERS,
        r"r_{ji}",
        "this index counts to k, but r_{ij} has one that counts to n",
        "j",
        "take a letter of that range",
    ),
    (CLUSTERS, r"m_{R_j}", "this is no index", "R_j", "a label such as k_i"),
    (CLUSTERS, r"m_{9}", "there is no index 9 here", "m_{9}", "indices count from 0 to"),
    (CLUSTERS, r"|x_i|", "two bars a side", "|x_i|", r"write \lVert x \rVert"),
    (CLUSTERS, r"\mu_j", r"\mu is not declared", r"\mu_j", "declared are"),
    (CLUSTERS, r"m_j^{\text{new}}", r"m^{\text{new}} is not declared", r"m_j^{\text{new}}", "did you mean m_j?"),
    (CLUSTERS, r"\Sigma_i r_{ij}", r"\Sigma is not declared", r"\Sigma_i", r"did you mean \sum?"),
    (CLUSTERS, "J(m, r)", "the arguments match no declaration", "J(m, r)", "declared is J(r, m)"),
    (CLUSTERS, r"\left( x_i - m_j", "expected ), got the end", " ", "close what is open"),
    (CLUSTERS, r"x_i \top", r"expected the end, got \top", r"\top", r"write ^\top"),
    (CLUSTERS, "$R_j$", "expected a number, a letter or a bracket, got $", "$", "leave the dollar signs out"),
    (CLUSTERS, r"\nabla J", "does not say with respect to what", r"\nabla", r"write \nabla_{\mu_j}"),
    (CLUSTERS, r"\frac{\partial^2 J}{\partial m_j}", "of order 2, below 1", r"\frac", r"\partial^2 f"),
    (CLUSTERS, r"\nabla_{m_j} x_i", "has no fixed layout", r"\nabla_{m_j} x_i", r"\partial x^\top"),
    (CLUSTERS, "1_{j = k_i}", "expected the end, got _", "_", "write [...] for 1"),
    (CLUSTERS, r"x_i / m_j", "cannot divide by a vector of length d", "x_i / m_j", ""),
    (MIXTURE, r"\log \pi", "log takes numbers, got a vector of length k", r"\log \pi", ""),
    (MIXTURE, r"N(x_i; \mu_j, \Sigma_j)", "N is not declared", "N", r"did you mean \mathcal N(...)?"),
    (
        MIXTURE,
        r"\mathcal N(x_i; \mu_j, \pi_j)",
        "a normal density of a vector of length d",
        r"\mathcal N(x_i; \mu_j, \pi_j)",
        r"write \sigma^2 I",
    ),
    (MIXTURE, r"\tr(\Sigma_j)", r"got \tr", r"\tr", r"write \operatorname{tr}"),
    (
        LATENT,
        r"\mathrm{KL}(q, p(z))",
        r"two distributions with \Vert between",
        r"\mathrm{KL}(q, p(z))",
        r"(q \Vert p)",
    ),
    (CLUSTERS, r"\frac{exp(R_j)}{2}", "exp stands for a product of letters", "exp", r"write \exp"),
    (CLUSTERS, "log R_j", "log stands for a product of letters", "log", r"write \log"),
    (CLUSTERS, "argmin_j R_j", "argmin stands for a product of letters", "argmin", r"write \arg\min_j"),
    (CLUSTERS, r"\argmin_j R_j", r"got \argmin", r"\argmin", r"write \arg\min_j"),
    (CLUSTERS, r"R_j \over 2", r"got \over", r"\over", r"write \frac"),
    (CLUSTERS, "2 * R_j", "got *", "*", r"write \cdot"),
    (CLUSTERS, r"R_j \tag{1}", r"got \tag", r"\tag", "the number of a formula is no part of it"),
    (CLUSTERS, r"\text{tr}(x)", "no formula", r"\text{tr}(x)", r"\operatorname{tr}"),
    (
        CLUSTERS,
        r"\begin{cases} 1 & j = k_i \end{cases}",
        "it cannot be seen where the condition begins",
        "=",
        r"write \text{if } before the condition",
    ),
    (CLUSTERS, "r_{i,j,1}", "r_{ij} has no entries, got 1 more", "r_{i,j,1}", "leave one out"),
    (MIXTURE, r"\Sigma_j^{a b}", "a matrix has no power ab", "a", r"A^{-1}"),
    (LATENT, r"KL(q \Vert p(z))", "KL stands for a product of letters", "KL", r"\mathrm{KL}"),
    (LATENT, r"\int p(x)", "an integral is not computed", r"\int", ""),
]


@pytest.mark.parametrize(("notation", "latex", "said", "marked", "remedy"), SLIPS, ids=[row[1] for row in SLIPS])
def test_a_slip_is_told_where_it_is_and_what_to_write(notation, latex, said, marked, remedy):
    on = {id(CLUSTERS): problems.random_clusters, id(MIXTURE): problems.random_mixture}
    problem = on.get(id(notation), problems.random_enumeration)(np.random.default_rng(0))
    with pytest.raises(FormulaError) as caught:
        evaluate(latex, notation, problem)
    error = caught.value
    assert said in error.problem
    assert remedy in error.remedy
    _, line, carets, *_ = str(error).split("\n")
    assert line[4:] == latex
    start, stop = carets.index("^"), len(carets)
    assert line.ljust(stop)[start:stop].strip() == marked.strip()


EATEN = [
    "\frac{1}{2} R_j",
    "\nabla_{m_j} J",
    "x_i^\top m_j",
    "\bar x_j",
    "\tfrac12 R_j",
    "\text{a} R_j",
    "\rVert x_i",
    "R_j \times 2",
    "\theta",
    "\alpha",
    "\beta",
    "|\vert",
]


@pytest.mark.parametrize("latex", EATEN)
def test_a_formula_typed_without_r_is_recognised(latex):
    with pytest.raises(FormulaError, match="put r before the quotes"):
        evaluate(latex, CLUSTERS, {})


def test_a_formula_over_several_lines_is_none_of_these():
    problem = problems.random_clusters(np.random.default_rng(0))
    assert evaluate("\\sum_i\n\tr_{ij}\n\tx_i", CLUSTERS, problem).shape == evaluate("m_j", CLUSTERS, problem).shape


@pytest.mark.parametrize("value", [None, 3, b"R_j", ["R_j"]])
def test_only_text_is_a_formula(value):
    with pytest.raises(FormulaError, match="a formula is text"):
        evaluate(value, CLUSTERS, {})


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        (Notation({"i": ("n", "data")}, {"x_i": ("scalar", "x", "a number")}), "unknown kind 'scalar'"),
        (Notation({"i": ("n", "data")}, {"x_{i0}": ("number", "x", "a number")}), "index letters only"),
        (
            Notation({"i": ("n", "data")}, {"x_i": ("number", "x", "a"), r"x_{i'}": ("number", "y", "b")}),
            "declared twice",
        ),
        (Notation({"i": ("n", "data")}, {"i": ("number", "x", "a")}), "declared twice"),
        (Notation({"i": ("n", "data")}, {"x_i": ("number", "x", "a")}, {"c": ("2 x_i", "b")}), "i is free"),
        (Notation({}, {"f(": ("number", "x", "a")}), "expected"),
        (Notation({}, {}, {"f + 1": ("2", "a")}), "expected the arguments of a function"),
    ],
)
def test_a_slip_in_a_notation_is_told(notation, said):
    with pytest.raises(FormulaError, match=said):
        notation.check()


@pytest.mark.parametrize("head", [r"\ell(\hat\theta)", r"\ell(\eta)", r"\ell(L(\theta), \eta)", r"\ell(\theta; y)"])
def test_an_undeclared_letter_in_the_head_of_a_definition_is_told(head):
    with pytest.raises(FormulaError, match="is not declared"):
        evaluate(r"\ell", MIXTURE | Notation(definitions={head: ("1", "a function")}), {})
