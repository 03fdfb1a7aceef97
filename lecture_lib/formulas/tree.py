"""The tree of a formula, and what is done to trees as such: walk, rename, put in, find free letters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

__all__ = [
    *("Tree", "bound_letters", "free_letters", "fresh", "number", "rebuilt", "renamed", "settled", "unsettled"),
    "walk",
]  # fmt: skip

Shape = tuple[str, ...] | str
"""() of a number, (rows, columns) of a matrix, as names of sizes; a column has "1" column. A few things that are no
numbers have a word: "statement", "set d", "bundle", "table"."""


@dataclass(frozen=True)
class Tree:
    """A formula: what is done, to which parts.

    Parameters
    ----------
    op : str
        What is done; a key of ``operations.OPERATIONS``.
    children : tuple of Tree
        To what.
    detail : hashable
        What else must be said: the name of a symbol, the letters that a sum binds.
    shape : Shape
        Of the value.
    span : tuple of int
        Where in the LaTeX it stood; two trees are equal wherever they stand.
    """

    op: str
    children: tuple["Tree", ...] = ()
    detail: Any = None
    shape: Shape = ()
    span: tuple[int, int] = field(default=(0, 0), compare=False)


_numbers = count()


def fresh(letter: str) -> str:
    """Return a letter that stands nowhere else."""
    return f"{letter.split('°')[0]}°{next(_numbers)}"


def number(value: str | int) -> Tree:
    """Return the tree of a number, given as it is written."""
    return Tree("number", (), str(value))


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield a tree and all parts of it, from the outside in."""
    yield tree
    for child in tree.children:
        yield from walk(child)


def rebuilt(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """Return a tree with each child changed; itself, where none is."""
    children = tuple(change(child) for child in tree.children)
    return (
        tree
        if all(a is b for a, b in zip(children, tree.children, strict=True))
        else replace(tree, children=children)
    )


def unsettled(shape: Shape) -> bool:
    """Whether a shape waits for a neighbour to say how large an I is."""
    return isinstance(shape, tuple) and any(size.startswith("I°") for size in shape)


def settled(trees: Sequence[Tree], sizes: Mapping[str, str]) -> tuple[Tree, ...]:
    """Return trees in which each I has the size that was found for it."""

    def one(tree):
        tree = rebuilt(tree, one)
        if not unsettled(tree.shape):
            return tree
        detail = sizes.get(tree.detail, tree.detail) if tree.op == "identity" else tree.detail
        return replace(tree, detail=detail, shape=tuple(sizes.get(size, size) for size in tree.shape))

    return tuple(map(one, trees)) if sizes else tuple(trees)


def bound_letters(tree: Tree) -> tuple[str, ...]:
    """Return the letters that a node binds in its children."""
    binds = tree.op in {"big", "stack"} or (tree.op == "divergence" and tree.detail)
    return tuple(letter for letter, _ in tree.detail[1]) if binds else ()


def free_letters(tree: Tree) -> frozenset[str]:
    """Return the index letters that are bound by nothing within the tree."""
    if tree.op == "letter":
        return frozenset([tree.detail])
    below = frozenset().union(*map(free_letters, tree.children)) if tree.children else frozenset()
    if tree.op == "event":  # p(z_ij = 1) speaks of no particular z
        return below - {part.children[0].detail for part in walk(tree) if part.op == "assigned"}
    return below - set(bound_letters(tree))


def renamed(tree: Tree, letters: Mapping[str, Tree]) -> Tree:
    """Put trees in for free letters; what the tree itself binds is renamed, so that nothing is caught."""
    if not letters:
        return tree
    if tree.op == "letter":
        put_in = letters.get(tree.detail, tree)
        return replace(put_in, shape=tree.shape) if put_in.op == "letter" else put_in
    if bound := bound_letters(tree):
        new = {letter: fresh(letter) for letter in bound}
        binders = tuple((new[letter], size) for letter, size in tree.detail[1])
        tree = replace(tree, detail=(tree.detail[0], binders))
        letters = {**letters, **{old: Tree("letter", (), name) for old, name in new.items()}}
    return rebuilt(tree, lambda child: renamed(child, letters))
