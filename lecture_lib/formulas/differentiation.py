r"""Derivatives, by forward mode on the tree: each operation says how it passes a differential on.

The differential of a tree is a tree again, so derivatives nest. A part that does not hold the variable gives None.
A derivative in a vector or a matrix runs over unit directions, one index letter an axis, and is stacked over them:
matrices are differentiated entry by entry, unconstrained.
"""

from collections.abc import Callable

from lecture_lib.formulas.distributions import node
from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.expansion import members, opened_once
from lecture_lib.formulas.notation import Notation
from lecture_lib.formulas.tree import Tree, fresh, number, renamed

__all__ = ["derivative", "differential", "slope"]

Seed = Callable[[Tree], Tree | None]

ONE, TWO = number(1), number(2)

SLOPES = {
    "exp": lambda x: node("exp", x),
    "log": lambda x: node("divide", ONE, x),
    "sqrt": lambda x: node("divide", ONE, node("mul", TWO, node("sqrt", x))),
    "tanh": lambda x: node("add", ONE, node("neg", node("power", node("tanh", x), TWO))),
    "cosh": lambda x: node("sinh", x),
    "sinh": lambda x: node("cosh", x),
    "sin": lambda x: node("cos", x),
    "cos": lambda x: node("neg", node("sin", x)),
    "abs": lambda x: node("sign", x),
    "gamma": lambda x: node("mul", node("gamma", x), node("digamma", x)),
    "loggamma": lambda x: node("digamma", x),
    "digamma": lambda x: node("trigamma", x),
    "factorial": lambda x: node("mul", node("factorial", x), node("digamma", node("add", x, ONE))),
}
"""The slope of each function of one number."""


def slope(tree: Tree, seed: Seed, notation: Notation) -> Tree | None:
    """Return the differential of a tree, given that of its symbols; None where it is zero."""
    own = seed(tree)
    if own is not None:
        return own
    if tree.op in {"symbol", "call", "normal", "divergence", "derivative", "differential"}:
        from lecture_lib.formulas.expansion import expanded

        opened = opened_once(tree, notation) if tree.op in {"symbol", "call"} else _opened(tree, expanded, notation)
        return None if opened is tree else slope(opened, seed, notation)
    if tree.op in FLAT:
        return None
    rule = RULES.get(tree.op)
    if rule is None:
        if any(slope(child, seed, notation) is not None for child in tree.children):
            raise FormulaError(
                f"the derivative of {tree.op} is not known here", remedy="differentiate what it holds"
            )
        return None
    parts = [slope(child, seed, notation) for child in tree.children]
    return None if all(part is None for part in parts) else rule(tree, parts)


def _opened(tree, expanded, notation):
    from lecture_lib.formulas.distributions import written_out

    if tree.op in {"normal", "divergence"}:
        return written_out(tree)
    return derivative(tree, notation) if tree.op == "derivative" else expanded(tree, notation)


def _sum(terms):
    terms = [term for term in terms if term is not None]
    return terms[0] if len(terms) == 1 else node("add", *terms)


def _times(*factors):
    return node("mul", *factors)


def _product(tree, parts):
    """d(a b c) = da b c + a db c + a b dc."""
    c = tree.children
    return _sum(_times(*c[:i], part, *c[i + 1 :]) if len(c) > 1 else part for i, part in enumerate(parts) if part)


def _bilinear(tree, parts):
    """d(a * b) = da * b + a * db, for any product of two."""
    (a, b), (da, db) = tree.children, parts
    return _sum([da and node(tree.op, da, b), db and node(tree.op, a, db)])


def _quotient(tree, parts):
    """d(a / b) = da / b - a db / b^2."""
    (a, b), (da, db) = tree.children, parts
    first = node("divide", da, b) if da else None
    second = node("neg", node("divide", _times(a, db), node("power", b, TWO))) if db else None
    return _sum([first, second])


def _power(tree, parts):
    """d(a^b) = b a^(b-1) da + a^b log a db."""
    (a, b), (da, db) = tree.children, parts
    first = _times(b, node("power", a, node("add", b, node("neg", ONE))), da) if da else None
    second = _times(tree, node("log", a), db) if db else None
    return _sum([first, second])


def _inverse(tree, parts):
    """d(A^-1) = -A^-1 dA A^-1."""
    return node("neg", _times(tree, parts[0], tree))


def _det(tree, parts):
    """d|A| = tr(cof(A)' dA)."""
    return node("dot", node("cof", tree.children[0]), parts[0])


def _cof(tree, parts):
    """cof(A) = |A| A^-T, where A has an inverse."""
    a = tree.children[0]
    inverse = node("transpose", node("inverse", a))
    change = node("transpose", node("neg", _times(node("inverse", a), parts[0], node("inverse", a))))
    return node("add", _times(node("dot", tree, parts[0]), inverse), _times(node("det", a), change))


def _big(tree, parts):
    """Pass on through a sum, and factor by factor through a product."""
    kind, binders = tree.detail
    (change, *_), condition = parts, tree.children[1:]
    if change is None or kind.startswith("arg"):
        return None
    if kind == "sum":
        return Tree("big", (change, *condition), tree.detail, tree.shape)
    if kind == "prod":
        others = Tree("big", (node("divide", change, tree.children[0]), *condition), ("sum", binders), ())
        return _times(tree, others)
    raise FormulaError("the derivative of an extreme is not known here", remedy="differentiate at its place")


def _function(tree, parts):
    """Multiply by the slope: the differential of f(x) is f'(x) dx."""
    return _times(SLOPES[tree.op](tree.children[0]), parts[0])


FLAT = {"relation", "and", "member", "iverson", "sign", "cardinality"}
"""What does not move with what it is made of."""

RULES = {
    "add": lambda tree, parts: _sum(parts),
    "neg": lambda tree, parts: node("neg", parts[0]),
    "mul": _product,
    "odot": _bilinear,
    "divide": _quotient,
    "power": _power,
    "transpose": lambda tree, parts: node("transpose", parts[0]),
    "inverse": _inverse,
    "det": _det,
    "cof": _cof,
    "trace": lambda tree, parts: node("trace", parts[0]),
    "diag": lambda tree, parts: node("diag", parts[0]),
    "norm": lambda tree, parts: node("divide", node("dot", tree.children[0], parts[0]), tree),
    "squared norm": lambda tree, parts: _times(TWO, node("dot", tree.children[0], parts[0])),
    "dot": _bilinear,
    "kron": _bilinear,
    "entry": lambda tree, parts: Tree("entry", (parts[0], *tree.children[1:]), None, ()) if parts[0] else None,
    "stack": lambda tree, parts: Tree("stack", (parts[0],), tree.detail, tree.shape),
    "big": _big,
    **dict.fromkeys(SLOPES, _function),
}
"""How each operation passes on the differentials of its parts."""


def derivative(tree: Tree, notation: Notation) -> Tree:
    """Return the tree that a derivative stands for."""
    body, variable = tree.children
    if variable.op == "bundle":
        pieces = [_derived(body, member, False, notation) for member in members(variable.detail, notation)]
        return Tree("joined", tuple(pieces), None, tree.shape)
    return _derived(body, variable, tree.detail, notation)


def _derived(body, variable, row, notation):
    """Return the derivative of a body in one variable: stacked over the unit directions."""
    whole, wheres = variable, []
    if variable.op == "stack":
        wheres, variable = list(variable.detail[1]), variable.children[0]
    entry = variable.children[1:] if variable.op == "entry" else None
    symbol = variable.children[0] if entry else variable
    new = [(fresh(letter), size) for letter, size in wheres]
    renaming = {old: Tree("letter", (), now) for (old, _), (now, _) in zip(wheres, new, strict=True)}
    indices = tuple(renamed(child, renaming) for child in symbol.children)
    axes = [] if entry or symbol.shape == () else [size for size in symbol.shape if size != "1"]
    directions = [(fresh("u"), size) for size in axes]
    places = list(entry) if entry else [Tree("letter", (), letter) for letter, _ in directions]
    unit = Tree("unit", tuple(places), None, symbol.shape) if places else ONE

    def seed(part):
        if part.op != "symbol" or part.detail != symbol.detail:
            return None
        pairs = [(a, b) for a, b in zip(part.children, indices, strict=True) if a != b]
        equal = [node("iverson", node("relation", a, b, detail="=")) for a, b in pairs]
        return _times(*equal, unit) if equal else unit

    change = slope(body, seed, notation)
    change = change if change is not None else _times(number(0), body)
    letters = (*new, *directions)
    if not letters:
        return change
    shape = (
        body.shape if whole.shape == () else whole.shape if body.shape == () else (body.shape[0], whole.shape[0])
    )
    kind = "whole" if body.shape == () else "columns"
    stack = Tree("stack", (change,), (kind, letters), shape)
    return node("transpose", stack) if row and body.shape == () else stack


def differential(tree: Tree, notation: Notation) -> Tree:
    r"""Return the tree that \mathrm d stands for: in an arbitrary direction of all that varies."""

    def seed(part):
        if part.op == "symbol" and getattr(notation.named[part.detail][0], "varies", False):
            return Tree("direction", part.children, part.detail, part.shape)
        return None

    change = slope(tree.children[0], seed, notation)
    return change if change is not None else _times(number(0), tree.children[0])
