"""Reasons name rules, and what changed is what the rule changes; a jump without a rule is too large."""

from itertools import pairwise

import model_derivation as model
import pytest
from rules import LARGEST, unexplained

from lecture_lib import problems
from lecture_lib.derivation import Derivation
from lecture_lib.formulas import parse
from lecture_lib.formulas.difference import difference
from lecture_lib.problems import CLUSTERS


def steps(*lines):
    derivation = Derivation("steps", on=problems.random_clusters, notation=CLUSTERS)
    for latex, because in lines:
        derivation.line(latex, because=because)
    return [unexplained(before, after) for before, after in pairwise(derivation.lines)]


def test_the_largest_unnamed_step_is_that_of_the_model_derivation():
    found = [unexplained(a, b) for make in model.ALL for a, b in pairwise(make().lines)]
    assert max(found) == LARGEST
    assert found.count(0) > len(found) / 2


SPLIT = [
    (r"\sum_i r_{ij} \lVert x_i - m_j \rVert^2", ""),
    (r"\sum_i r_{ij} \lVert (x_i - \bar x_j) + (\bar x_j - m_j) \rVert^2", r"insert $\bar x_j - \bar x_j$"),
    (
        r"\sum_i r_{ij} \bigl( \lVert x_i - \bar x_j \rVert^2 + 2 (x_i - \bar x_j)^\top (\bar x_j - m_j)"
        r" + \lVert \bar x_j - m_j \rVert^2 \bigr)",
        "expand the square",
    ),
    (
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2 + 2 \sum_i r_{ij} (x_i - \bar x_j)^\top (\bar x_j - m_j)"
        r" + \sum_i r_{ij} \lVert \bar x_j - m_j \rVert^2",
        "split the sum",
    ),
    (
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2"
        r" + 2 \Bigl( \sum_i r_{ij} (x_i - \bar x_j) \Bigr)^\top (\bar x_j - m_j)"
        r" + \sum_i r_{ij} \lVert \bar x_j - m_j \rVert^2",
        r"pull out: $\bar x_j - m_j$ does not depend on $i$",
    ),
    (
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2 + \sum_i r_{ij} \lVert \bar x_j - m_j \rVert^2",
        r"the cross term vanishes: $\sum_i r_{ij} (x_i - \bar x_j) = 0$",
    ),
    (
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2 + R_j \lVert \bar x_j - m_j \rVert^2",
        "pull out; definition of $R_j$",
    ),
]


def test_steps_whose_reasons_name_their_rule_are_explained():
    assert max(steps(*SPLIT)[:-1]) == 0


@pytest.mark.parametrize("because", ["", "algebra", "definition of $R_j$", "chain rule", "a picture"])
def test_a_jump_is_too_large_whatever_it_is_called(because):
    assert steps(SPLIT[0], (SPLIT[-1][0], because))[0] > LARGEST


@pytest.mark.parametrize(
    ("before", "after", "sizes"),
    [
        (r"\sum_i r_{ij} x_i", r"\sum_{i'} r_{i'j} x_{i'}", []),
        (r"R_j + n", "n + R_j", []),
        (r"R_j \, n", r"n \, R_j", []),
        (r"x_i^\top m_j", r"m_j^\top x_i", [2, 2]),
        (r"\log R_j + n", r"\log n + n", [2]),
        (r"R_j + n + d", r"R_j + n", [1]),
        (r"\sum_i r_{ij} (x_i - m_j)", r"\sum_i r_{ij} (x_i - \bar x_j)", [2]),
    ],
)
def test_the_difference_is_the_smallest_and_knows_no_order_and_no_bound_names(before, after, sizes):
    one, two = (parse(latex, CLUSTERS)[0] for latex in (before, after))
    assert [change.size for change in difference(one, two)] == sizes


def test_what_changed_stands_where_it_says():
    before, after = r"\sum_i r_{ij} (x_i - m_j)", r"\sum_i r_{ij} (x_i - \bar x_j)"
    (change,) = difference(parse(before, CLUSTERS)[0], parse(after, CLUSTERS)[0])
    (tree,) = change.after
    assert after[slice(*tree.span)] == r"\bar x_j"
