"""Definitions, put in: a call finds the head that it matches, and gives way to what that stands for."""

from dataclasses import replace
from typing import Any

from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.notation import Definition, Notation, Symbol, split_letter
from lecture_lib.formulas.tree import Tree, bound_letters, free_letters, fresh, number, rebuilt, renamed

__all__ = ["expanded", "matched", "with_put_in"]


def matched(notation: Notation, call: Tree) -> tuple[Definition | None, Any]:
    """Return the definition whose head a call matches, and what its letters stand for; (None, None) if none does.

    Of several heads the one that shares most names with the call is taken: p(x, z) is not p(z, x).
    """
    name, n_indices, separators = call.detail
    best: tuple[Definition | None, Any] = (None, None)
    best_score = -1
    for entry in notation.named.get(name, []):
        if not isinstance(entry, Definition) or entry.arguments is None or len(entry.letters) != n_indices:
            continue
        formals = _flat(entry.arguments, notation)
        actuals = _flat(call.children[n_indices:], notation)
        if len(formals) != len(actuals) or not _same_kind_of_separators(entry.separators, separators):
            continue
        meaning = _Meaning(dict(zip(entry.letters, call.children[:n_indices], strict=True)), {}, notation)
        if all(meaning.take(formal, actual) for formal, actual in zip(formals, actuals, strict=True)):
            score = sum(_base(a) == _base(b) for a, b in zip(formals, actuals, strict=True))
            if score > best_score:
                best, best_score = (entry, meaning), score
    return best


def _same_kind_of_separators(formal, actual):
    """Whether what is given stands apart in both: ``|`` counts, commas and semicolons are alike."""
    return [s for s in formal if s in "|‖"] == [s for s in actual if s in "|‖"]


def _flat(arguments, notation):
    """Return arguments with bundles replaced by their members."""
    found = []
    for argument in arguments:
        found += members(argument.detail, notation) if argument.op == "bundle" else [argument]
    return found


def members(name, notation):
    """Return the members of a bundle as trees, with the marks of the bundle."""
    from lecture_lib.formulas.grammar import Parser

    base, *marks = name.split("|")
    entry = notation.named[name][0] if name in notation.named else notation.named[base][0]
    found = []
    for member in entry.path.split(","):
        parser = Parser(member.strip(), notation)
        own, indices, span = parser.spelled()
        if name not in notation.named:
            own = "|".join([own.split("|")[0], *sorted({*own.split("|")[1:], *marks})])
        found.append(parser.symbol(own, indices, span))
    return found


def _base(tree):
    """Return the name of what an argument is about, without its marks."""
    while tree.op in {"stack", "entry", "relation", "event"} and tree.children:
        tree = tree.children[0]
    if tree.op == "letter":
        return tree.detail.rstrip("'")
    return tree.detail.split("|")[0] if tree.op in {"symbol", "assigned"} else tree.op


class _Meaning:
    """What the letters of a head stand for in one call."""

    def __init__(self, letters, names, notation):
        self.letters, self.names, self.notation = letters, names, notation

    def take(self, formal, actual):
        """Let a formal argument stand for an actual one; False if it cannot."""
        if formal.op == "letter":
            return actual.op == "letter" and formal.shape == actual.shape and self._index(formal, actual)
        if formal.shape == "event" and actual.shape != "event":
            return False
        if formal.op == "stack" and actual.shape == () and self._as_function(formal, actual):
            return True
        if formal.shape != actual.shape and not _tables_alike(formal, actual):
            return False
        if formal.op in {"event", "assigned", "number"}:
            return self._same(formal, actual)
        if formal.op == "stack":
            return self._whole(formal, actual)
        if formal.op == "symbol":
            return self._symbol(formal, actual)
        return False

    def _index(self, formal, actual):
        if formal.detail in self.letters:
            return self.letters[formal.detail] == actual
        self.letters[formal.detail] = actual
        return True

    def _same(self, formal, actual):
        """Match node by node; letters of the head stand for whatever index comes."""
        if formal.op == "letter":
            return self._index(formal, actual)
        alike = formal.op == actual.op and formal.detail == actual.detail
        alike = alike and len(formal.children) == len(actual.children)
        return alike and all(map(self._same, formal.children, actual.children))

    def _whole(self, formal, actual):
        """Let a letter without its indices stand for whatever has the same ones."""
        inner, letters = formal.children[0], [letter for letter, _ in formal.detail[1]]
        name = inner.detail[0] if inner.op == "call" else inner.detail
        if actual.op == "letter" and actual.shape == "assignment":
            size = self.notation.sizes[split_letter(actual.detail)[0]]
            body = Tree("assigned", (actual, *(Tree("letter", (), x) for x in letters)), size, ())
            self.names[name] = (letters, body)
            return True
        if actual.op != "stack" or [s for _, s in actual.detail[1]] != [s for _, s in formal.detail[1]]:
            return False
        if actual.children[0].shape != inner.shape:
            return False
        own = [letter for letter, _ in actual.detail[1]]
        self.names[name] = (own, actual.children[0])
        return True

    def _as_function(self, formal, actual):
        """Let a distribution stand for a formula in the letter that it is a distribution of."""
        letters = [split_letter(letter)[0] for letter, _ in formal.detail[1]]
        own = [x for x in free_letters(actual) if split_letter(x)[0] in letters]
        if len(own) != len(letters) or actual.op == "letter":
            return False
        self.names[formal.children[0].detail] = (own, actual)
        return True

    def _symbol(self, formal, actual):
        """Let a letter with its indices stand for itself at others, or for an expression."""
        if actual.op == "symbol" and actual.detail.split("|")[0] == formal.detail.split("|")[0]:
            alike = all(map(self._same, formal.children, actual.children))
            if alike and actual.detail != formal.detail:
                fresh_letters = [fresh("x") for _ in formal.children]
                indices = tuple(Tree("letter", (), x) for x in fresh_letters)
                self.names[formal.detail] = (fresh_letters, replace(actual, children=indices))
            return alike
        if formal.children:
            return False
        self.names[formal.detail] = ([], actual)
        return True


def _tables_alike(formal, actual):
    """Whether a letter of assignments comes where a table of responsibilities is wanted."""
    return formal.op == "stack" and actual.op == "letter" and actual.shape == "assignment"


def with_put_in(tree, meaning, notation):
    """Put in what letters and names stand for; a definition that may hold them gives way first."""
    names = {name: to for name, to in meaning.names.items() if not _is_itself(name, to)}
    tree = renamed(tree, meaning.letters) if meaning.letters else tree
    return _named_put_in(tree, names, notation) if names else tree


def _is_itself(name, to):
    letters, body = to
    indices = [child.detail for child in body.children if child.op == "letter"]
    return body.op == "symbol" and body.detail == name and indices == list(letters)


def _named_put_in(tree, names, notation):
    name = tree.detail[0] if tree.op == "call" else tree.detail
    if tree.op in {"symbol", "call"} and name in names:
        letters, body = names[name]
        indices = [_named_put_in(child, names, notation) for child in tree.children]
        return renamed(_freshened(body), dict(zip(letters, indices, strict=True)))
    if tree.op in {"symbol", "call"} and (opened := opened_once(tree, notation)) is not tree:
        return _named_put_in(opened, names, notation)
    if bound_letters(tree):
        tree = _freshened(tree)
    return rebuilt(tree, lambda child: _named_put_in(child, names, notation))


def _freshened(tree):
    """Return a tree whose bound letters stand nowhere else."""
    return renamed(tree, {"": number(0)})


def opened_once(tree: Tree, notation: Notation) -> Tree:
    """Return what a name or a call stands for; the tree itself, where it stands for itself."""
    if tree.op == "call":
        definition, meaning = matched(notation, tree)
        if definition is None:
            raise FormulaError(f"the arguments of {tree.detail[0]} match no declaration", span=tree.span)
        return with_put_in(_differentiated(_freshened(notation.body(definition)), notation), meaning, notation)
    if tree.op == "symbol":
        entries = notation.named.get(tree.detail, [])
        if entries and isinstance(entries[0], Symbol):
            return tree
        plain = [e for e in entries if isinstance(e, Definition) and e.arguments is None]
        if plain:
            letters = (*notation.unwritten(plain[0]), *plain[0].letters)
            return renamed(_freshened(notation.body(plain[0])), dict(zip(letters, tree.children, strict=True)))
    return tree


def _differentiated(tree, notation):
    """Return a tree without derivatives: A(a, a) is the slope of U(a, b) in a, and then b is a."""
    if tree.op in {"derivative", "differential"}:
        return expanded(tree, notation)
    return rebuilt(tree, lambda child: _differentiated(child, notation))


def expanded(tree: Tree, notation: Notation) -> Tree:
    """Return a tree in which nothing is left but symbols, numbers and operations."""
    from lecture_lib.formulas.differentiation import derivative, differential
    from lecture_lib.formulas.distributions import written_out

    if tree.op in {"symbol", "call"} and (opened := opened_once(tree, notation)) is not tree:
        return expanded(opened, notation)
    if tree.op in {"normal", "divergence"}:
        return expanded(written_out(tree), notation)
    if tree.op == "derivative":
        return expanded(derivative(tree, notation), notation)
    if tree.op == "differential":
        return expanded(differential(tree, notation), notation)
    return rebuilt(tree, lambda child: expanded(child, notation))
