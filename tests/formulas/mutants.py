"""All single edits of all displayed formulas: how many are noticed, and why the others are not.

``make mutants`` runs all; the tests take a fixed sample.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, replace

import judged
import meanings
import notebook_formulas
import numpy as np
from bearers import bearers, gives

from lecture_lib.formulas import Formula
from lecture_lib.formulas.mutations import mutations
from lecture_lib.formulas.tree import walk


@dataclass(frozen=True)
class Mutant:
    """A formula with one edit."""

    notebook: str
    latex: str
    kind: str
    survives: bool
    reason: str | None

    @property
    def shown(self):
        return f"{self.notebook}: {self.kind} in {' '.join(self.latex.split())}"


def formulas(path):
    """Return the displayed formulas of a notebook, with the further meanings of its letters."""
    extra = tuple(meanings.EXTRA.get(path.name[:2], ()))
    return [replace(formula, meanings=formula.meanings + extra) for formula in notebook_formulas.displayed(path)]


def edited(tree, meaning):
    """Yield each statement that a single edit makes of one."""
    if tree.op != "statement":
        return
    for place, side in enumerate(tree.children):
        if side.op == "set of" or (place == 0 and tree.detail[0] in {r"\leftarrow", ":="}):
            continue
        free = frozenset(Formula(side, meaning.notation).letters)
        for kind, changed in mutations(side, meaning.notation, free):
            yield kind, replace(tree, children=(*tree.children[:place], changed, *tree.children[place + 1 :]))


def letters_of(tree):
    return {part.detail for part in walk(tree) if part.op == "symbol"}


def residuals(tree):
    """Whether a statement holds data less a mean of data."""
    sums = [letters_of(part) for part in walk(tree) if part.op == "add"]
    return any("x" in letters and letters & {r"\bar x", r"\hat\mu", r"\hat \mu"} for letters in sums)


def why(tree, kind, mode, meaning):
    """Return why an edit may go unnoticed, None if there is no reason."""
    if any(relation in {"<=", ">=", "<", ">"} for relation in tree.detail):
        return "an inequality with room"
    if kind == "a transpose":
        return "a symmetric matrix"
    extremes = [part for part in walk(tree) if part.op == "big" and part.detail[0].startswith("arg")]
    if kind in {"a square", "a power"} and extremes:
        return "an extreme is where that of its square is"
    if kind in {"a square", "a power"} and "r_{ij}" in meaning.notation.symbols:
        return "one-hot rows: 0 and 1 are their own squares"
    if kind in {"a sign", "a term", "a letter"} and residuals(tree):
        return "residuals about a mean, which add up to 0 with their weights"
    if kind == "an index" and any(part.op == "iverson" for part in walk(tree)):
        return "a Kronecker delta, which makes the indices equal"
    ops, letters = {part.op for part in walk(tree)}, letters_of(tree)
    if kind == "a letter" and r"\mu|new" in letters:
        return "two names of one value: the new mean is the mean of the data"
    if {r"\lambda", r"\pi"} <= letters and kind in {"a sign", "a term", "a factor", "a letter"}:
        return "a constraint that holds, whose term is 0"
    if {"derivative", "log"} <= ops and kind in {"a letter", "a factor"}:
        return "the logarithm of a factor that the derivative does not see"
    if mode == "equation" and kind in {"a sign", "a term", "a letter"}:
        return "an optimum, where weighted residuals add up to 0"
    if kind == "a sign" and tree.children[0].detail == r"\hat \Sigma":
        return "differences from the mean of the data add up to 0"
    return None


def tried(displayed, most=None):
    """Judge the edits of some formulas; of all, or of a fixed sample."""
    waiting = []
    for formula in displayed:
        meaning, trees = judged.true_reading(formula)
        waiting += [(formula, meaning, tree, kind, new) for tree in trees for kind, new in edited(tree, meaning)]
    if most is not None and len(waiting) > most:
        chosen = np.random.default_rng(0).choice(len(waiting), most, replace=False)
        waiting = [waiting[place] for place in sorted(chosen)]
    return [judged_mutant(*one) for one in waiting]


def judged_mutant(formula, meaning, tree, kind, new):
    """Judge an edited statement in the way in which the statement itself holds."""
    mode = judged.holds(tree, meaning)
    try:
        with np.errstate(all="ignore"):
            survives = judged.holds(new, meaning, mode) is not None and borne(formula, tree, new, meaning)
    except (ValueError, KeyError):
        survives = False
    return Mutant(
        formula.notebook, formula.latex, kind, survives, why(tree, kind, mode, meaning) if survives else None
    )


def borne(formula, tree, new, meaning):
    """Whether the function of the formula's number gives the edited statement too, if it bears this statement."""
    held = [bearer for tag in formula.tags for bearer in bearers(tag)]
    trees = next(trees for m, trees in formula.read() if m is meaning)
    return all(gives(bearer, new, meaning) for bearer in held if trees[bearer.statement] == tree)


def main():
    start = time.perf_counter()
    displayed = [
        f for path in notebook_formulas.NOTEBOOKS if notebook_formulas.moved_over(path) for f in formulas(path)
    ]
    found = tried(displayed)
    survivors = [mutant for mutant in found if mutant.survives]
    for mutant in survivors:
        print(f"{mutant.reason or 'NO REASON'}: {mutant.shown}")
    kinds = Counter(mutant.kind for mutant in found)
    alive = Counter(mutant.kind for mutant in survivors)
    for kind, count in kinds.most_common():
        print(f"{kind:20} {count:6} edits, {alive[kind]:4} survive")
    seconds = time.perf_counter() - start
    print(f"{len(displayed)} formulas, {len(found)} edits, {len(survivors)} survive, {seconds:.0f} s")
    return sum(mutant.reason is None for mutant in survivors)


if __name__ == "__main__":
    sys.exit(main() > 0)
