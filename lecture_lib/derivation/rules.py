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
from lecture_lib.formulas.difference import Change, canonical, difference
from lecture_lib.formulas.expansion import expanded
from lecture_lib.formulas.tree import walk

__all__ = ["LARGEST", "RULES", "Rule", "unexplained"]

LARGEST = 18
"""How many parts a step may replace whose reason names no rule that matches: as many as the largest such step of
the gradient in the covariances, the model derivation."""


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
    if after.relation.name == r"\overset{!}{=}":
        return 0  # what is asked for is no step
    is_equation = after.relation.name == r"\iff"
    pairs = zip(before.sides, after.sides, strict=False) if is_equation else [(before.sides[-1], after.sides[0])]
    return sum(_unexplained(one, two, after.because) for one, two in pairs)


def _unexplained(before, after, because):
    changes = difference(before.tree, after.tree)
    named = [rule for rule in RULES if re.search(rule.words, because, re.IGNORECASE)]
    if any(rule.name == "definition" for rule in named) and _same_expanded(before, after):
        return 0
    everything = Change("add", sum((c.before for c in changes), ()), sum((c.after for c in changes), ()))
    if any(rule.at_once and rule.matches(everything) for rule in named):
        return 0
    return sum(change.size for change in changes if not any(rule.matches(change) for rule in named))


def _same_expanded(before, after):
    """Whether two lines are one once definitions are put in."""
    one, two = (canonical(expanded(part.tree, part.notation)) for part in (before, after))
    return difference(one, two) == []


def _ops(trees):
    return Counter(part.op for tree in trees for part in walk(tree))


def _leaves(trees):
    parts = (part for tree in trees for part in walk(tree) if part.op in {"symbol", "call", "assigned"})
    return Counter((part.op, part.detail) for part in parts)


def _top(trees, *ops):
    return any(tree.op in ops or (tree.op == "neg" and tree.children[0].op in ops) for tree in trees)


def _holds(trees, op, inner):
    """Whether an operation stands somewhere with another directly in it."""
    parts = (part for tree in trees for part in walk(tree) if part.op in op)
    return any(child.op in inner for part in parts for child in part.children)


def _either_way(rule):
    """Let a rule be read from left to right and from right to left."""
    return lambda change: rule(change.before, change.after) or rule(change.after, change.before)


def _expand(one, two):
    """Multiply out: a product or power of sums becomes a sum."""
    return _holds(one, {"mul", "power", "squared norm", "dot", "divide", "transpose"}, {"add", "neg"}) and (
        _ops(two)["add"] >= _ops(one)["add"] > 0
    )


def _split(one, two):
    """Split what is linear: a sum over a sum of terms becomes a sum of sums."""
    linear = {"big", "trace", "derivative", "differential", "transpose", "divide", "mul"}
    return _holds(one, linear, {"add", "neg"}) and (len(two) > 1 or _top(two, "add", "neg"))


def _pull(one, two):
    """Pull a factor out of a sum: the same letters, a smaller reach."""
    return _ops(one)["big"] > 0 and _ops(one)["big"] == _ops(two)["big"] and _reach(two) < _reach(one)


def _reach(trees):
    bigs = (part for tree in trees for part in walk(tree) if part.op in {"big", "derivative", "differential"})
    return sum(len(list(walk(part.children[0]))) for part in bigs)


def _logarithm(one, two):
    """Take the logarithm of a product, a quotient, a power or an exponential apart."""
    return _holds(one, {"log"}, {"mul", "divide", "power", "exp", "big", "normal", "call", "sqrt", "det"}) and (
        _reach_of_logs(two) < _reach_of_logs(one)
    )


def _density(one, two):
    """Write a density out: the same letters, and no density."""
    return _ops(one)["normal"] > _ops(two)["normal"] and set(_leaves(one)) == set(_leaves(two))


def _reach_of_logs(trees):
    logs = (part for tree in trees for part in walk(tree) if part.op == "log")
    return sum(len(list(walk(part))) for part in logs)


def _derive(change):
    """Differentiate: fewer derivatives, or what is left to differentiate is smaller."""
    before, after = (
        [part for tree in trees for part in walk(tree) if part.op in {"derivative", "differential"}]
        for trees in (change.before, change.after)
    )
    return bool(before) and (len(after) < len(before) or _largest(after) < _largest(before))


def _largest(parts):
    return max(len(list(walk(part))) for part in parts)


def _less(one, two):
    """Leave out what cancels or is zero: fewer parts than before."""
    return sum(len(list(walk(t))) for t in two) < sum(len(list(walk(t))) for t in one)


def _inserted(one, two):
    """Put in zero or one: what is new cancels."""
    new = list(two)
    for part in one:
        if part in new:
            new.remove(part)
    signs = Counter()
    for part in new:
        inner, sign = (part.children[0], -1) if part.op == "neg" else (part, 1)
        signs[inner] += sign
    cancels = not one and new and all(total == 0 for total in signs.values())
    return cancels or _top(new, "divide")


def _rearranged(one, two):
    """Turn round what may be turned: the same letters in another arrangement."""
    return _leaves(one) == _leaves(two)


DEFINED = r"definition|insert|put (in|back)|stands for|equations? \d|^by \d|\(\d+\.\d+\)"

RULES = (
    Rule("definition", DEFINED, lambda change: False),
    Rule("insert", r"insert|(add and subtract|multiply and divide)", _either_way(_inserted), at_once=True),
    Rule("expand", r"expand|multipl(y|ied) out|square|collect|common factor|factor out", _either_way(_expand)),
    Rule("split", r"split|term by term|linear|sum of", _either_way(_split)),
    Rule("pull out", r"pull|does not depend|depend on|take out|the same for", _either_way(_pull)),
    Rule("logarithm", r"logarithm|\\?log of|exponential", _either_way(_logarithm)),
    Rule("density", r"Gaussian|normal density", _either_way(_density)),
    Rule("derivative", r"(chain|product|quotient) rule|differentiat|derivative|slope|gradient", _derive),
    Rule("cancel", r"cancel|vanish|= 0|zero|sums? to 1|one-hot|drop|surviv|constant", _either_way(_less)),
    Rule("rearrange", r"transpose|symmetric|trace|cyclic|rearrange|regroup", _either_way(_rearranged)),
)  # fmt: skip
"""All rules; a reason may name several."""
