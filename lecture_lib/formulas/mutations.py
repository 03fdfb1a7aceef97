"""Single edits of a formula: every tree that one slip makes of it, with the kind of slip."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from lecture_lib.formulas.distributions import node
from lecture_lib.formulas.errors import ShapeMismatch
from lecture_lib.formulas.notation import Notation, Symbol
from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tree import Tree, free_letters, number, renamed

__all__ = ["mutations"]

Edit = tuple[str, Tree]

LEFT_OUT = {
    "log": "a function", "exp": "a function", "sqrt": "a function", "tanh": "a function", "abs": "a function",
    "factorial": "a function", "trace": "a function", "inverse": "an inverse", "transpose": "a transpose",
    "neg": "a sign", "power": "a power",
}  # fmt: skip
"""What can be left out, so that its first part remains, and the kind of slip it is."""

SWAPPED = {"sum": "prod", "prod": "sum", "min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin"}
OPPOSITE = {"=": "!=", "!=": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def mutations(tree: Tree, notation: Notation, free: frozenset[str] | None = None) -> Iterator[Edit]:
    """Yield each tree that differs from a formula by one slip, and what kind of slip it is.

    Parameters
    ----------
    tree : Tree
        The formula as it was read.
    notation : Notation
        What its letters mean.
    free : frozenset of str, optional
        The free indices that the result should have; a letter beyond them may have lost its sum.
    """
    own = free_letters(tree)
    scope = {letter: notation.sizes.get(letter.rstrip("'"), "") for letter in own | (free or set())}
    for letter in own - free if free is not None else ():
        yield from _summed(tree, letter, scope[letter])
    if tree.op != "neg":
        yield from _made([("a sign", node, "neg", tree)])
    for place, term in enumerate(tree.children if tree.op == "add" else [tree]):
        doubled, halved = ("a factor", node, "mul", number(2), term), ("a factor", node, "divide", term, number(2))
        for kind, scaled in _made([doubled, halved]):
            yield kind, _with(tree, place, scaled) if tree.op == "add" else scaled
    yield from _everywhere(tree, notation, scope)


def _everywhere(tree, notation, scope) -> Iterator[Edit]:
    """Yield the slips at a node, and those within each of its parts."""
    yield from _here(tree, notation, scope)
    if tree.op == "stack" and tree.detail[0] == "whole":
        return  # a name without its indices: they are not written
    inner = scope | dict(tree.detail[1]) if tree.op in {"big", "stack"} else scope
    for place, child in enumerate(tree.children):
        yield from _made(
            (kind, _with, tree, place, changed) for kind, changed in _everywhere(child, notation, inner)
        )


def _made(edits) -> Iterator[Edit]:
    """Yield the edits whose shapes go together, each given as its kind and how to make it."""
    for kind, make, *parts in edits:
        try:
            yield kind, make(*parts)
        except ShapeMismatch:
            continue


def _with(tree, place, part):
    """Return a node with another part at a place; with one part less, where it is None."""
    parts = (*tree.children[:place], *([] if part is None else [part]), *tree.children[place + 1 :])
    if part is None and len(parts) == 1:
        return parts[0]
    if tree.op in OPERATIONS:
        return replace(tree, children=parts, shape=OPERATIONS[tree.op].shape(*(child.shape for child in parts)))
    if part is not None and part.shape != tree.children[place].shape:
        raise ShapeMismatch("a part of another shape")
    return replace(tree, children=parts)


def _here(tree, notation, scope) -> Iterator[Edit]:
    """Yield the slips at one node."""
    if tree.op in LEFT_OUT:
        yield LEFT_OUT[tree.op], tree.children[0]
    square = isinstance(tree.shape, tuple) and len(set(tree.shape)) == 1
    if square and tree.op in {"symbol", "inverse"}:
        yield "a transpose", node("transpose", tree)
    if square and tree.op == "symbol":
        yield "an inverse", node("inverse", tree)
    if tree.op in RULES:
        yield from RULES[tree.op](tree, notation, scope)


def _terms(tree, notation, scope) -> Iterator[Edit]:
    for place, term in enumerate(tree.children):
        yield "a sign", _with(tree, place, term.children[0] if term.op == "neg" else node("neg", term))
        yield "a term", _with(tree, place, None)


def _factors(tree, notation, scope) -> Iterator[Edit]:
    return _made(("a factor", _with, tree, place, None) for place, _ in enumerate(tree.children))


def _quotients(tree, notation, scope) -> Iterator[Edit]:
    over, under = tree.children
    yield "a factor", over
    yield from _made([("a factor", node, "mul", over, under), ("a factor", node, "divide", under, over)])


def _numbers(tree, notation, scope) -> Iterator[Edit]:
    if tree.detail != r"\pi":
        value = float(tree.detail)
        others = {value + 1, abs(value - 1), 1 / value if value else 1.0} - {value}
        yield from (("a number", number(f"{other:.12g}")) for other in others)


def _letter(tree, notation, scope) -> Iterator[Edit]:
    if tree.detail in scope:
        alike = [letter for letter, size in scope.items() if size == scope[tree.detail] and letter != tree.detail]
        yield from (("an index", replace(tree, detail=letter)) for letter in alike)


def _big(tree, notation, scope) -> Iterator[Edit]:
    (kind, binders), used = tree.detail, free_letters(tree.children[0])
    if kind in SWAPPED and tree.shape == ():
        yield "a sum or product", replace(tree, detail=(SWAPPED[kind], binders))
    if len(tree.children) > 1:
        yield "a condition", replace(tree, children=tree.children[:1])
    if kind == "sum" and not any(letter in used for letter, _ in binders):
        yield "a sum", tree.children[0]
    for letter, size in binders:  # the letter of the sum for one of the same range from outside
        for other in used & scope.keys():
            if other != letter and scope[other] == size:
                body = renamed(tree.children[0], {other: Tree("letter", (), letter)})
                yield "an index", replace(tree, children=(body, *tree.children[1:]))


def _symbol(tree, notation, scope) -> Iterator[Edit]:
    """Yield other letters of the same shape and indices, and letters in scope where an index is a number."""
    own = _kind(notation, tree.detail)
    for name in notation.named:
        if name != tree.detail and own and _kind(notation, name) == own:
            yield "a letter", replace(tree, detail=name)
    for place, (child, size) in enumerate(zip(tree.children, own[0] if own else (), strict=False)):
        for letter in (letter for letter, its in scope.items() if child.op == "number" and its == size):
            yield "an index", _with(tree, place, Tree("letter", (), letter))


def _kind(notation, name):
    """Return the sizes of the indices of a letter, and its shape; None of a function."""
    entry = notation.named[name][0]
    if not isinstance(entry, Symbol) and entry.arguments is not None:
        return None
    sizes = [notation.sizes[letter] for letter in (*notation.unwritten(entry), *entry.letters)]
    return sizes, entry.shape if isinstance(entry, Symbol) else notation.body(entry).shape


def _summed(tree, letter, size) -> Iterator[Edit]:
    """Put a sum over a letter where it may have been lost: before the whole, or before one term or factor."""
    yield "a sum", Tree("big", (tree,), ("sum", ((letter, size),)), tree.shape)
    for place, part in enumerate(tree.children if tree.op in {"add", "mul", "divide", "neg"} else ()):
        if letter in free_letters(part):
            yield from ((kind, _with(tree, place, changed)) for kind, changed in _summed(part, letter, size))


RULES: dict[str, Callable[..., Iterator[Edit]]] = {
    "add": _terms,
    "mul": _factors,
    "divide": _quotients,
    "number": _numbers,
    "letter": _letter,
    "big": _big,
    "symbol": _symbol,
    "squared norm": lambda tree, *_: iter([("a square", node("norm", *tree.children))]),
    "norm": lambda tree, *_: iter([("a square", node("squared norm", *tree.children))]),
    "relation": lambda tree, *_: iter([("a condition", replace(tree, detail=OPPOSITE[tree.detail]))]),
}
"""What slips at an operation, beside what can be left out."""
