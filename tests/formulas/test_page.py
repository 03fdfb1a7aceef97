r"""What stands on the page is computed: every displayed formula of every notebook, and what its number says.

A formula is computed in the notations of its notebook's derivations (and of ``meanings.EXTRA``) on random problems;
an identity holds on all of them, an equation to be solved at optima and nowhere else. A numbered formula is
compared with the function whose docstring bears the number. A single edit of a formula makes it false: 300 are
tried here, all by ``make mutants``, which lists the survivors with their reasons.
"""

import re
from itertools import pairwise

import judged
import mutants
import notebook_formulas
import pytest
from bearers import BEARERS, bearers, gives
from exceptions import EXCEPTIONS
from rules import LARGEST, unexplained

MOVED = [path for path in notebook_formulas.NOTEBOOKS if notebook_formulas.moved_over(path)]
SAMPLE = 300


def all_displayed():
    return [formula for path in MOVED for formula in mutants.formulas(path)]


@pytest.mark.parametrize("path", MOVED, ids=lambda path: path.stem)
def test_every_displayed_formula_is_true(path):
    wrong = []
    for formula in mutants.formulas(path):
        exception = next((check for start, check in EXCEPTIONS.items() if formula.latex.startswith(start)), None)
        if exception is not None:
            exception(formula.latex)
        elif judged.true_reading(formula)[0] is None:
            wrong.append(formula.latex)
    assert wrong == []


def test_few_formulas_are_exceptions():
    assert len(EXCEPTIONS) <= 10


@pytest.mark.parametrize("tag", BEARERS)
def test_a_numbered_formula_is_what_its_function_gives(tag):
    formula = next((f for f in all_displayed() if tag in f.tags), None)
    if formula is None:
        pytest.skip("its notebook has not moved over")
    reading, trees = judged.true_reading(formula)
    for bearer in bearers(tag):
        assert gives(bearer, trees[bearer.statement], reading)


@pytest.mark.parametrize("path", MOVED, ids=lambda path: path.stem)
def test_a_derivation_proves_the_formula_that_it_says(path):
    """Its first and its last line are two sides of the displayed formula; the formula's number is no reason."""
    by_tag = {tag: formula for formula in mutants.formulas(path) for tag in formula.tags}
    for _, derivation in notebook_formulas.derivations(path):
        if derivation.proves is None:
            continue
        formula = by_tag[derivation.proves]
        lines = derivation.lines
        ends = [lines[0].sides[0].tree, lines[-1].sides[-1].tree]
        sides = [side for meaning, trees in formula.read() if meaning.notation is derivation.meaning.notation
                 for tree in trees for side in tree.children]  # fmt: skip
        for end in ends:
            assert any(judged.same(end, side, derivation.meaning) for side in sides), (
                derivation.title,
                formula.latex,
            )
        assert not any(re.search(rf"\b{re.escape(derivation.proves)}\b", line.because) for line in lines)


@pytest.mark.parametrize("path", MOVED, ids=lambda path: path.stem)
def test_reasons_name_the_rule_of_their_step(path):
    jumps, titles = [], []
    for _, derivation in notebook_formulas.derivations(path):
        for before, after in pairwise(derivation.lines):
            quoted = any(title in after.because for title in titles)
            if not quoted and unexplained(before, after) > LARGEST:
                jumps.append(f"{derivation.title}: {before.latex} -> {after.latex} ({after.because})")
        titles.append(derivation.title)
    assert jumps == []


def test_a_single_edit_of_a_formula_makes_it_false():
    found = mutants.tried(all_displayed(), SAMPLE)
    assert len(found) == SAMPLE or not MOVED
    assert [mutant.shown for mutant in found if mutant.survives and mutant.reason is None] == []
