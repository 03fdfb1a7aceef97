r"""The rules that reasons name, and whether what changed between two lines is what the rule changes.

A reason names a rule by its usual words ("expand the square", "definition of $R_j$"). The rule holds for a step
when every smallest pair of parts in which the lines differ matches it. A step whose reason names no rule that
matches may replace few parts only: ``LARGEST``.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from lecture_lib.derivation.chain import Line
from lecture_lib.formulas import Formula
from lecture_lib.formulas.difference import Change, canonical, difference, size
from lecture_lib.formulas.expansion import expanded
from lecture_lib.formulas.tree import Tree

__all__ = ["LARGEST", "RULES", "Rule", "unexplained"]

LARGEST = 17
"""How many parts a step may replace whose reason names no rule that matches: as many as the largest such step of
the gradient in the covariances, the model derivation."""

QUOTED = 45
"""How many, where an identity or an inequality is quoted in the reason."""

INEQUALITIES = {"<=", ">=", "<", ">"}

BOTH_SIDES = r"multipl|divide|solve|bring|both sides"
"""Words for what is done to both sides of an equation."""

LETTERS = {"symbol", "call", "assigned"}

ARITHMETIC = {
    "add", "neg", "mul", "divide", "power", "matrix power", "number", "size", "identity", "letter", "odot", "dot",
    "norm", "squared norm", "transpose", "entry", "event", "sqrt",
}  # fmt: skip
"""What the laws of addition and multiplication move; everything else is a function."""

FOLDS = {"big", "stack", "relation", "iverson", "trace", "member"}
"""What sums: the laws of sums move it."""


@dataclass(frozen=True)
class Rule:
    """A rule of calculation.

    Parameters
    ----------
    name : str
        As it is called.
    words : str
        A regular expression for the words that name it in a reason.
    matches : callable
        Whether a change is one that the rule makes.
    at_once : bool
        Whether all that changed in a step is looked at together.
    """

    name: str
    words: str
    matches: Callable[[Change], bool]
    at_once: bool = False


def unexplained(before: Line, after: Line) -> int:
    """Return how many parts a step replaces that no rule named by its reason explains."""
    name = after.relation.name if after.relation else "="
    if name == r"\overset{!}{=}":
        return 0  # what is asked for is no step
    if name != r"\iff":
        rest = _unexplained(before.sides[-1], after.sides[0], after.because)
        return 0 if name in INEQUALITIES and rest <= QUOTED else rest
    if re.search(BOTH_SIDES, after.because) and _letters(_trees(before)) == _letters(_trees(after)):
        return 0
    return sum(_unexplained(one, two, after.because) for one, two in zip(before.sides, after.sides, strict=False))


def _unexplained(before: Formula, after: Formula, because: str) -> int:
    named = [rule for rule in RULES if re.search(rule.words, because, re.IGNORECASE)]
    as_written = _not_matched(difference(before.tree, after.tree), named)
    if as_written == 0 or not any(rule.name in {"definition", "quoted identity"} for rule in named):
        return as_written
    full = (canonical(expanded(part.tree, part.notation)) for part in (before, after))
    return min(as_written, _not_matched(difference(*full), named))


def _trees(line):
    return tuple(side.tree for side in line.sides)


def _not_matched(changes, named):
    """Return how many parts of some changes no rule among those named explains."""
    together = Change("add", sum((c.before for c in changes), ()), sum((c.after for c in changes), ()))
    if any(rule.at_once and rule.matches(together) for rule in named):
        return 0
    return sum(change.size for change in changes if not any(rule.matches(change) for rule in named))


# -- what a rule looks at ------------------------------------------------------------------------------------------


def _parts(tree: Tree):
    """Yield all parts of a tree but what stands in an index or a condition."""
    yield tree
    for child in () if tree.op in {"symbol", "relation", "member"} else tree.children:
        yield from _parts(child)


def _ops(trees: tuple[Tree, ...]) -> Counter:
    return Counter(part.op for tree in trees for part in _parts(tree))


def _letters(trees):
    return {str(part.detail) for tree in trees for part in _parts(tree) if part.op in LETTERS}


def _same_letters(change):
    return _letters(change.before) == _letters(change.after)


def _functions(trees, but=frozenset()):
    return _ops(trees).keys() - ARITHMETIC - LETTERS - but


def _sizes(change):
    return [sum(map(size, trees)) for trees in (change.before, change.after)]


def _within(trees, ops):
    """How much stands within some operations."""
    return sum(size(part) for tree in trees for part in _parts(tree) if part.op in ops)


# -- the rules -----------------------------------------------------------------------------------------------------


def _distributive(change):
    """Multiply out, or collect: the same letters and functions."""
    return _same_letters(change) and _functions(change.before) == _functions(change.after)


def _linear(change):
    """Split a sum, or pull out of it: the same letters, and the same functions but for what sums."""
    same = _functions(change.before, FOLDS) == _functions(change.after, FOLDS)
    return same and _letters(change.before) == _letters(change.after)


def _logarithm(change):
    """Take a logarithm or an exponential apart: the same letters."""
    return _same_letters(change) and bool({"log", "exp"} & (_ops(change.before) + _ops(change.after)).keys())


def _density(change):
    """Write a density out: the same letters, fewer densities."""
    return _same_letters(change) and _ops(change.before)["normal"] != _ops(change.after)["normal"]


def _derive(change):
    """Differentiate: fewer derivatives, or less within them."""
    ops = {"derivative", "differential"}
    return _within(change.before, ops) > _within(change.after, ops)


def _cancel(change):
    """Leave out, or put in, what cancels or is zero: one side has fewer parts."""
    before, after = _sizes(change)
    return before != after or _linear(change)


def _insert(change):
    """Put in zero or one: what is new cancels."""
    signs = Counter()
    for part in change.after:
        signs[part.children[0] if part.op == "neg" else part] += -1 if part.op == "neg" else 1
    return not change.before and bool(change.after) and not any(signs.values())


def _rearranged(change):
    """Turn round what may be turned: as often the same letters, in another arrangement."""
    before, after = (
        Counter(str(part.detail) for tree in trees for part in _parts(tree) if part.op in LETTERS)
        for trees in (change.before, change.after)
    )
    return before == after


RULES = (
    Rule(
        "definition",
        r"definition|insert|put (in|back)|stands for|equations? \d|^by \d|\(\d+\.\d+\)",
        lambda _: False,
    ),
    Rule(
        "quoted result",
        r"equations? \d|derivation above|the rule (above|for)|theorem|Laplace|Cramer|identit(y|ies)|notebook \d",
        lambda _: True,
    ),
    Rule("quoted identity", r"\$[^$]*(=|\\[lg]e\b|<|>)[^$]*\$", lambda change: change.size <= QUOTED),
    Rule("insert", r"insert|(add and subtract|multiply and divide)", _insert, at_once=True),
    Rule(
        "expand",
        r"expand|multipl(y|ied) out|square|norm|merge|add the|distributive|one product|exponents",
        _distributive,
    ),
    Rule("collect", r"collect|common|factor|both have|pull|take out|bracket", _distributive),
    Rule("split", r"split|term by term|linear|one sum|back into|exchange|sort", _linear),
    Rule("pull out", r"pull|does not depend|depend on|take out|the same for|leaves", _linear),
    Rule("logarithm", r"logarithm|\\?log|exponential", _logarithm),
    Rule("density", r"Gaussian|normal density|\\mathcal N|densit", _density),
    Rule("derivative", r"(chain|product|quotient) rule|differentia|derivative|slope|gradient", _derive),
    Rule("cancel", r"cancel|vanish|zero|sums? to 1|one-hot|drop|surviv|constant|hold|is 0|one term", _cancel),
    Rule("rearrange", r"transpose|trace|cyclic|rearrange|regroup|same", _rearranged),
    Rule("symmetric", r"symmetric", _distributive),
    Rule("determinant", r"determinant", _same_letters),
)
"""All rules; a reason may name several."""
