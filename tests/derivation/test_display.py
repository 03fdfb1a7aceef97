r"""Derivations as they are shown: what changed is in colour, lines break at a plus, letters say what they mean."""

import html
import re

import model_derivation as model
import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.derivation import Derivation
from lecture_lib.derivation.display import CHANGED, broken, marked
from lecture_lib.formulas import Glossary
from lecture_lib.problems import CLUSTERS, MIXTURE


def chain(*lines):
    derivation = Derivation("a chain", on=problems.random_clusters, notation=CLUSTERS)
    for line in lines:
        derivation.line(line)
    return derivation


def split():
    derivation = Derivation("the <split>", on=problems.random_clusters, notation=CLUSTERS)
    derivation.line(r"\sum_i r_{ij} \lVert x_i - m_j \rVert^2")
    return derivation.line(
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2 + R_j \lVert \bar x_j - m_j \rVert^2",
        because=r"equation 3.4, $a < b$",
    )


def test_it_reads_as_text_and_as_latex():
    text, latex = repr(split()), split().latex()
    assert text.startswith("the <split>\n    \\sum_i r_{ij}")
    assert "\n        20 problems, off by at most" in text
    assert latex.count(r"\begin{aligned}") == latex.count(r"\end{aligned}") == 1
    assert r"\text{equation 3.4, $a < b$}" in latex
    assert r"R_j" not in split().latex(1)


def test_what_changed_and_nothing_else_is_coloured():
    derivation = Derivation("one letter", on=problems.random_clusters, notation=CLUSTERS)
    derivation.line(r"\bigl( R_j + 2 \bigr)^2 \, n").line(
        r"\Bigl( \sum_i r_{ij} + 2 \Bigr)^2 \, n", because="definition"
    )
    assert rf"\Bigl( {{\color{{{CHANGED}}}{{\sum_i r_{{ij}}}}}} + 2 \Bigr)^2" in derivation.latex()
    assert derivation.latex(1).count("color") == 0


def test_a_mark_takes_the_size_of_its_bracket_and_letters_of_a_declaration_have_none():
    derivation = chain("n k", r"n \Bigl( \sum_j 1 + 0 \Bigr)")
    assert rf"n {{\color{{{CHANGED}}}{{\Bigl( \sum_j 1 + 0 \Bigr)}}}}" in derivation.latex()
    (first, *_) = re.findall(r"\\\(\\displaystyle (.*?)\\\)", chain("J").html())
    assert first == r"{\class{mjx-letter-0}{J}}"


@pytest.mark.parametrize("make", model.ALL)
def test_coloured_lines_stay_well_formed(make):
    derivation = make()
    for shown in (derivation.latex(), html.unescape(derivation.html())):
        plain = re.sub(r"<[^<>]*>", "", shown)
        assert len(re.findall(r"(?<!\\){", plain)) == len(re.findall(r"(?<!\\)}", plain))
        for opening, closing in (("Bigl", "Bigr"), ("bigl", "bigr"), ("left", "right")):
            assert len(re.findall(rf"\\{opening}\b", plain)) == len(re.findall(rf"\\{closing}\b", plain))


@pytest.mark.parametrize(
    ("latex", "pieces"),
    [
        ("a + b - c", ["a ", "+ b ", "- c"]),
        ("-a + (b + c)", ["-a ", "+ (b + c)"]),
        (r"\frac{a + b}{c} + d^{e + f}", [r"\frac{a + b}{c} ", "+ d^{e + f}"]),
        (r"\lVert a + b \rVert + c", [r"\lVert a + b \rVert ", "+ c"]),
        (r"\{ a + b \}", [r"\{ a + b \}"]),
        (r"a + b = c \le d", ["a ", "+ b ", "= c ", r"\le d"]),
        (r"\Bigl( a + b \Bigr)", [r"\Bigl( a + b \Bigr)"]),
        (
            r"\frac12 \sum_i r_{ij} (\Sigma_j^{-1} (x_i - \mu_j) (x_i - \mu_j)^\top \Sigma_j^{-1} - \Sigma_j^{-1})",
            [
                r"\frac12 \sum_i r_{ij} (\Sigma_j^{-1} (x_i - \mu_j) (x_i - \mu_j)^\top \Sigma_j^{-1} ",
                r"- \Sigma_j^{-1})",
            ],
        ),
        (
            r"\frac12 \sum_i r_{ij} \Bigl( \Sigma_j^{-1} (x_i - \mu_j) (x_i - \mu_j)^\top - \Sigma_j^{-1} \Bigr)",
            [
                r"\frac12 \sum_i r_{ij} \Bigl( \Sigma_j^{-1} (x_i - \mu_j) (x_i - \mu_j)^\top ",
                r"- \Sigma_j^{-1} \Bigr)",
            ],
        ),
    ],
)
def test_a_formula_breaks_at_an_outer_plus(latex, pieces):
    assert [latex[start:stop] for start, stop in broken(latex)] == pieces


def test_the_page_says_what_letters_mean_and_escapes_what_is_text():
    page = split().html()
    assert "&lt;split&gt;" in page
    assert r"\(a &lt; b\)" in page
    assert page.count('class="fragment"') == 2
    assert page.count("✓") == 1


def test_each_line_has_its_value_on_one_problem():
    page = html.unescape(split().html())
    values = re.findall(r'class="value" hidden="hidden">\\\((.*?)\\\)', page)
    assert len(values) == 2
    assert values[0] == values[1]
    j, found = values[0].split(r"\textstyle ")
    assert "j = 0" in j
    X, means, r = problems.random_clusters(np.random.default_rng(0)).values()
    first = (r[:, 0] * ((X - means[0]) ** 2).sum(axis=1)).sum()
    assert float(found) == pytest.approx(first, rel=1e-3)  # four digits are shown
    root = html.unescape(model.root().html())
    assert root.count("at an optimum") == len(model.root().lines) - 1


def test_a_letter_tells_its_meaning_and_its_shape_once():
    page = split().html()
    assert page.count(r"{\class{mjx-letter-1}{x}}_i") == 2
    told = re.findall(r'class="meaning" role="status" hidden="hidden">(.*?)</div>', page)
    assert told[1] == r"\(x_i\): datum i, a vector of length d"
    assert r"\(\bar x_j\): mean of the data of cluster j, a vector of length d" in told
    assert len(told) == len(set(told)) == 5


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([(0, 1, "<{")], "<{a} + b"),
        ([(0, 5, "<{"), (4, 5, ">{")], "<{a + >{b}}"),
        ([(2, 9, "<{")], "a <{+ b}"),
    ],
)
def test_marks_are_put_in_nested_and_end_with_their_piece(marks, expected):
    assert marked("a + b + c", marks, 0, 5) == expected


def test_marks_of_one_place_are_in_the_same_order_in_every_run():
    marks = [(0, 1, rf"\class{{letter-{number}}}{{") for number in range(6)]
    opened = "".join(opening for _, _, opening in marks)
    assert marked("a + b", marks[::-1], 0, 5) == f"{opened}a{'}' * 6} + b"


def test_a_notation_is_a_glossary():
    table = CLUSTERS._repr_markdown_()
    assert "| $x_i$ | a vector of length d | datum i |" in table
    assert "| $j, l$ |" in table
    assert "| $J(r, m)$ | a number | loss of k-means |" in table
    assert {row.count("|") for row in table.split("\n")} == {4}
    both = repr(Glossary(CLUSTERS, MIXTURE)).split("\n")
    assert both.count("x_i: datum i, a vector of length d") == 1
    assert len([row for row in both if row.startswith("r_{ij}: ")]) == 2


@pytest.mark.parametrize("n_lines", [0, -1, "2", 1.5])
def test_latex_of_no_lines_is_refused(n_lines):
    with pytest.raises(ValueError, match="n_lines must be"):
        split().latex(n_lines)


def test_the_stepper_shows_a_line_at_a_time():
    box = split().stepper()
    shown, (back, forward) = box.children[0], box.children[1].children
    assert "R_j" not in shown.value
    assert (back.disabled, forward.disabled) == (True, False)
    forward.click()
    assert "R_j" in shown.value
    assert forward.disabled
    back.click()
    assert "R_j" not in shown.value
