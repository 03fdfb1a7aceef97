"""Single edits of a formula: every tree that one slip makes of it, with the kind of slip."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lecture_lib.formulas.errors import ShapeMismatch
from lecture_lib.formulas.notation import Notation, Symbol
from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tree import Tree, free_letters, number, renamed

__all__ = ["mutations"]

Edit = tuple[str, Tree]

SIMILAR = {
    "log": "a function", "exp": "a function", "sqrt": "a function", "tanh": "a function", "abs": "a function",
    "factorial": "a function", "trace": "a function", "inverse": "an inverse", "transpose": "a transpose",
}  # fmt: skip
"""What can be left out, or put where it does not belong, and the kind of slip it is."""

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
    scope = {letter: notation.sizes.get(letter.rstrip("'"), "") for letter in free_letters(tree) | (free or set())}
    beyond = free_letters(tree) - free if free is not None else ()
    for letter in beyond:
        yield from _summed(tree, letter, scope[letter])
    if tree.op != "neg" and tree.shape != "statement":
        yield "a sign", _node("neg", tree)
    for term in tree.children if tree.op == "add" else [tree]:
        yield from (("a factor", _swapped(tree, term, changed)) for changed in _scaled(term))
    yield from ((kind, changed) for kind, changed in _everywhere(tree, notation, scope) if changed is not None)


def _scaled(term):
    """Return a term with a factor 2, and with a factor 1/2."""
    return [_node("mul", number(2), term), _node("divide", term, number(2))]


def _swapped(tree, term, changed):
    """Return a sum in which one term is another; or the other, if the term is all there is."""
    return (
        changed
        if tree is term
        else replace(tree, children=tuple(changed if t is term else t for t in tree.children))
    )


def _everywhere(tree, notation, scope) -> Iterator[Edit]:
    """Yield the slips at a node, and those within each of its parts."""
    yield from _here(tree, notation, scope)
    if tree.op == "stack" and tree.detail[0] == "whole":
        return  # a name without its indices: they are not written
    inner = scope | dict(tree.detail[1]) if tree.op in {"big", "stack"} else scope
    for place, child in enumerate(tree.children):
        for kind, changed in _everywhere(child, notation, inner):
            children = (*tree.children[:place], changed, *tree.children[place + 1 :])
            if (remade := _remade(tree, children)) is not None:
                yield kind, remade


def _remade(tree, children):
    """Return a node with other children; None where their shapes do not go together."""
    if tree.op in OPERATIONS:
        try:
            return replace(tree, children=children, shape=OPERATIONS[tree.op].shape(*(c.shape for c in children)))
        except ShapeMismatch:
            return None
    same = all(a.shape == b.shape for a, b in zip(tree.children, children, strict=True))
    return replace(tree, children=children) if same else None


def _node(op, *children, detail=None):
    try:
        return Tree(op, children, detail, OPERATIONS[op].shape(*(child.shape for child in children)))
    except ShapeMismatch:
        return None


def _here(tree, notation, scope) -> Iterator[Edit]:
    """Yield the slips at one node."""
    rule = _RULES.get(tree.op)
    if rule:
        yield from rule(tree)
    if tree.op in SIMILAR:
        yield SIMILAR[tree.op], tree.children[0]
    if tree.op in {"symbol", "inverse"} and isinstance(tree.shape, tuple) and len(set(tree.shape)) == 1:
        yield "a transpose", _node("transpose", tree)
    if tree.op == "symbol":
        if isinstance(tree.shape, tuple) and len(set(tree.shape)) == 1:
            yield "an inverse", _node("inverse", tree)
        yield from _other_letters(tree, notation)
        yield from _letters_for_numbers(tree, notation, scope)
    if tree.op == "big":
        yield from _bound_for_free(tree, scope)
    if tree.op == "letter" and tree.detail in scope:
        alike = [letter for letter, size in scope.items() if size == scope[tree.detail] and letter != tree.detail]
        yield from (("an index", replace(tree, detail=letter)) for letter in alike)


def _signs(tree) -> Iterator[Edit]:
    for place, term in enumerate(tree.children):
        turned = term.children[0] if term.op == "neg" else _node("neg", term)
        yield "a sign", replace(tree, children=(*tree.children[:place], turned, *tree.children[place + 1 :]))
        rest = (*tree.children[:place], *tree.children[place + 1 :])
        yield "a term", rest[0] if len(rest) == 1 else replace(tree, children=rest)


def _factors(tree) -> Iterator[Edit]:
    for place, _ in enumerate(tree.children):
        rest = (*tree.children[:place], *tree.children[place + 1 :])
        lost = rest[0] if len(rest) == 1 else _node("mul", *rest)
        if lost is not None:
            yield "a factor", lost


def _quotients(tree) -> Iterator[Edit]:
    over, under = tree.children
    yield "a factor", over
    if (product := _node("mul", over, under)) is not None:
        yield "a factor", product
    if over.shape == under.shape == ():
        yield "a factor", _node("divide", under, over)


def _numbers(tree) -> Iterator[Edit]:
    if tree.detail == r"\pi":
        return
    value = float(tree.detail)
    for other in {value + 1, abs(value - 1), 1 / value if value else 1.0} - {value}:
        yield "a number", number(f"{other:.12g}")


def _folds(tree) -> Iterator[Edit]:
    kind, binders = tree.detail
    if kind in SWAPPED and tree.shape == ():
        yield "a sum or product", replace(tree, detail=(SWAPPED[kind], binders))
    if len(tree.children) > 1:
        yield "a condition", replace(tree, children=tree.children[:1])
    used = free_letters(tree.children[0])
    if kind == "sum" and not any(letter in used for letter, _ in binders):
        yield "a sum", tree.children[0]


def _bound_for_free(tree, scope) -> Iterator[Edit]:
    """Put the letter of a sum wherever a letter of the same range from outside stands in it."""
    for letter, size in tree.detail[1]:
        for other in free_letters(tree.children[0]) & scope.keys():
            if other != letter and scope[other] == size:
                body = renamed(tree.children[0], {other: Tree("letter", (), letter)})
                yield "an index", replace(tree, children=(body, *tree.children[1:]))


def _letters_for_numbers(tree, notation, scope) -> Iterator[Edit]:
    """Put a letter in scope where an index is a number."""
    entry = notation.named[tree.detail][0]
    ranges = [notation.sizes[letter] for letter in (*notation.unwritten(entry), *entry.letters)]
    for place, (child, size) in enumerate(zip(tree.children, ranges, strict=True)):
        if child.op == "number":
            for letter in (letter for letter, own in scope.items() if own == size):
                put = Tree("letter", (), letter)
                yield "an index", replace(tree, children=(*tree.children[:place], put, *tree.children[place + 1 :]))


def _summed(tree, letter, size) -> Iterator[Edit]:
    """Put a sum over a letter where it may have been lost: before the whole, or before one term."""
    yield "a sum", Tree("big", (tree,), ("sum", ((letter, size),)), tree.shape)
    if tree.op == "add":
        for place, term in enumerate(tree.children):
            if letter in free_letters(term):
                summed = Tree("big", (term,), ("sum", ((letter, size),)), term.shape)
                yield "a sum", replace(tree, children=(*tree.children[:place], summed, *tree.children[place + 1 :]))
    if tree.op in {"mul", "divide", "neg"}:
        for place, part in enumerate(tree.children):
            for kind, changed in _summed(part, letter, size) if letter in free_letters(part) else ():
                yield kind, replace(tree, children=(*tree.children[:place], changed, *tree.children[place + 1 :]))


def _other_letters(tree, notation) -> Iterator[Edit]:
    """Yield other declared letters of the same shape and the same indices."""
    own = notation.named[tree.detail][0]
    sizes = [notation.sizes[letter] for letter in own.letters]
    for name, (entry, *_) in notation.named.items():
        plain = isinstance(entry, Symbol) or entry.arguments is None
        alike = plain and [notation.sizes[x] for x in entry.letters] == sizes
        if name == tree.detail or not alike or notation.unwritten(entry) != notation.unwritten(own):
            continue
        if (entry.shape if isinstance(entry, Symbol) else notation.body(entry).shape) == tree.shape:
            yield "a letter", replace(tree, detail=name)


_RULES: Mapping = {
    "add": _signs,
    "neg": lambda tree: [("a sign", tree.children[0])],
    "mul": _factors,
    "divide": _quotients,
    "number": _numbers,
    "big": _folds,
    "power": lambda tree: [("a power", tree.children[0])],
    "squared norm": lambda tree: [("a square", _node("norm", *tree.children))],
    "norm": lambda tree: [("a square", _node("squared norm", *tree.children))],
    "relation": lambda tree: [("a condition", replace(tree, detail=OPPOSITE[tree.detail]))],
}
