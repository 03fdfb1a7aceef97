"""The difference of two formulas: the smallest parts in which their trees differ."""

from dataclasses import dataclass, replace

from lecture_lib.formulas.tree import Tree, bound_letters

__all__ = ["Change", "canonical", "difference", "size"]


@dataclass(frozen=True)
class Change:
    """What stood before, and what stands after; of a sum or product only the terms that changed.

    Parameters
    ----------
    op : str
        "add" or "mul", where several terms or factors changed together; else that of the part itself.
    before, after : tuple of Tree
        The parts; none, where something was put in or left out.
    """

    op: str
    before: tuple[Tree, ...]
    after: tuple[Tree, ...]

    @property
    def size(self) -> int:
        """The number of parts that are replaced, before and after together."""
        return sum(map(size, (*self.before, *self.after)))


def size(tree: Tree) -> int:
    """Return of how many parts a formula consists; a letter with its indices is one, and so is a density."""
    whole = tree.op in {"symbol", "assigned", "normal", "call"}
    return 1 + (0 if whole else sum(map(size, tree.children)))


def difference(before: Tree, after: Tree) -> list[Change]:
    """Return where two formulas differ; not by the order of terms or factors, nor by the names of bound letters."""
    return _changes(canonical(before), canonical(after))


def canonical(tree: Tree, depth: int = 0) -> Tree:
    """Return a formula with its bound letters named by their depth; positions stay."""
    if bound := bound_letters(tree):
        new = [f"°{depth + place}" for place, _ in enumerate(bound)]
        binders = tuple((letter, size) for letter, (_, size) in zip(new, tree.detail[1], strict=True))
        names = {old: Tree("letter", (), letter) for old, letter in zip(bound, new, strict=True)}
        children = tuple(_put(child, names) for child in tree.children)
        tree = replace(tree, detail=(tree.detail[0], binders), children=children)
        depth += len(bound)
    return replace(tree, children=tuple(canonical(child, depth) for child in tree.children))


def _put(tree, names):
    """Rename letters, and keep the positions."""
    if tree.op == "letter" and tree.detail in names:
        return replace(tree, detail=names[tree.detail].detail)
    inner = {old: new for old, new in names.items() if old not in bound_letters(tree)}
    return replace(tree, children=tuple(_put(child, inner) for child in tree.children))


def _changes(before, after):
    if before == after:
        return []
    if before.op in {"add", "mul"} and after.op in {"add", "mul"} and (before.op == after.op):
        return _between(before.op, before.children, after.children)
    alike = before.op == after.op and before.detail == after.detail and len(before.children) == len(after.children)
    if alike and before.children:
        return [change for a, b in zip(before.children, after.children, strict=True) for change in _changes(a, b)]
    for sum_or_product in ("add", "mul"):
        if sum_or_product in {before.op, after.op}:
            parts = [tree.children if tree.op == sum_or_product else (tree,) for tree in (before, after)]
            if set(parts[0]) & set(parts[1]):
                return _between(sum_or_product, *parts)
    return [Change(before.op, (before,), (after,))]


def _in_order(factors):
    return [factor for factor in factors if factor.shape != ()]


def _between(op, before, after):
    """Compare terms or factors: what stands in both does not count."""
    left, right = list(before), list(after)
    for part in before:
        if part in right:
            left.remove(part)
            right.remove(part)
    if not left and not right and op == "mul" and _in_order(before) != _in_order(after):
        return [Change(op, before, after)]  # matrices have changed places
    if len(left) == len(right):
        return [change for a, b in zip(left, right, strict=True) for change in _changes(a, b)]
    return [Change(op, tuple(left), tuple(right))]
