"""Which single slip would explain that a line does not follow: single edits of its tree, tried in turn."""

from itertools import islice

import numpy as np

from lecture_lib.derivation.relations import Pair, Relation
from lecture_lib.formulas import Formula
from lecture_lib.formulas.mutations import mutations

__all__ = ["slip"]

MOST = 600
"""How many edits are tried at most, so that the answer comes within a second."""

LIKELY = ("a sign", "a sum", "an index", "a number", "a factor", "a transpose", "an inverse")
"""The kinds of slip that are tried first, in this order; the others after them."""


def slip(before: Formula, relation: Relation, after: Formula, problems: list[dict]) -> str | None:
    """Return the kind of slip without which a line would follow, as "a sign"; None if no single one explains it.

    Nothing is said of where it is, so that homework may pass it on.
    """
    tried = list(islice(mutations(after.tree, after.notation, frozenset(before.letters)), MOST))
    order = {kind: place for place, kind in enumerate(LIKELY)}
    first = before.value(problems[0])
    for kind, tree in sorted(tried, key=lambda edit: order.get(edit[0], len(order))):
        try:
            edited = Formula(tree, before.notation)
            if relation.name == "=" and not _near(edited.value(problems[0]), first):
                continue
            if all(relation.judge(Pair(before, edited, problem)).holds for problem in problems):
                return kind
        except ValueError:  # what cannot be computed, or compared, does not follow
            continue
    return None


def _near(a, b):
    """Whether it is worth a closer look: most edits are not."""
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9)
