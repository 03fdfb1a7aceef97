"""What the letters of a page mean: ranges, symbols, definitions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.tree import Tree, free_letters

__all__ = ["Definition", "Notation", "Symbol", "split_letter"]

LETTER = re.compile(r"(?P<base>\\[A-Za-z]+|[A-Za-z])(?P<primes>'*)")


@dataclass(frozen=True)
class Symbol:
    """A letter that has a value.

    Parameters
    ----------
    name : str
        Base, accent and marks, without indices, as the parser spells it.
    letters : tuple of str
        The index letters it is declared with.
    shape : Shape
        Of the value for one setting of the indices.
    path : str
        Where a problem keeps it: a key, and attributes after dots; the members, for a bundle.
    meaning : str
        For the glossary.
    head : str
        As it was declared.
    varies : bool
        Whether a differential varies it.
    counts_to : str
        The size that a label counts to; empty, where it is none.
    """

    name: str
    letters: tuple[str, ...]
    shape: object
    path: str
    meaning: str
    head: str
    varies: bool = False
    counts_to: str = ""


@dataclass(frozen=True)
class Definition:
    """A letter, or a function, that stands for a formula.

    Parameters
    ----------
    name, letters, meaning, head
        As for a symbol.
    arguments : tuple of Tree or None
        The formal arguments of a function.
    separators : str
        What stands between them.
    latex : str
        The formula.
    """

    name: str
    letters: tuple[str, ...]
    arguments: tuple[Tree, ...] | None
    separators: str
    latex: str
    meaning: str
    head: str


@dataclass(frozen=True)
class Notation:
    r"""What the letters of a page mean.

    Parameters
    ----------
    ranges : dict
        Index letters: ``"i": ("n", "data")`` lets i, and i', i'', count n data. Several letters may share a line:
        ``"j l"``. Where free indices become axes, they come in this order. A size ``"k^n"`` is that of all tables
        of n rows with one 1 in k columns: ``"z": ("k^n", "assignments")`` lets ``\sum_z`` run over them.
    symbols : dict
        Letters that a problem gives: ``r"\mu_j": ("vector d", "theta.means", "mean of component j")``: kind, where
        the problem keeps it (a key, and attributes after dots), meaning. Kinds are "number", "vector d",
        "matrix d d", "index k" (a label that counts to k), "set n" (some of the n), with "variable" before what a
        differential varies; and "parameters", whose second entry lists what it bundles:
        ``r"\theta": ("parameters", r"\pi, \mu, \Sigma", "all parameters")``.
    definitions : dict
        Letters and functions that stand for a formula: ``"R_j": (r"\sum_i r_{ij}", "size of cluster j")``,
        ``r"L(\theta)": (r"\sum_i \log \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", "log-likelihood")``.

    Raises
    ------
    FormulaError
        For a head that cannot be read, and for a letter that is declared twice; when a declaration is first used,
        so that parts of a notation can be joined. ``check()`` reads all.
    """

    ranges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    symbols: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    definitions: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __or__(self, other: "Notation") -> "Notation":
        """Join two notations; what both declare, they must declare alike."""
        parts: list[Any] = []
        for mine, theirs in ((self.ranges, other.ranges), (self.symbols, other.symbols),
                             (self.definitions, other.definitions)):  # fmt: skip
            for key in mine.keys() & theirs.keys():
                if mine[key][:2] != theirs[key][:2]:
                    raise FormulaError(f"two notations declare {key} differently", remedy="join them without it")
            parts.append({**mine, **theirs})
        return Notation(*parts)

    @cached_property
    def sizes(self) -> dict[str, str]:
        """Return the size of the range of each index letter, in the order of the ranges."""
        return {letter: size for letters, (size, _) in self.ranges.items() for letter in letters.split()}

    @cached_property
    def all_sizes(self) -> frozenset[str]:
        """Return the names of all sizes, those of ranges and those of kinds."""
        kinds = [word for kind, _, _ in self.symbols.values() for word in kind.split()[1:] if word != "matrix"]
        return frozenset(
            part for size in [*self.sizes.values(), *kinds] for part in size.split("^") if part != "vector"
        )

    @cached_property
    def named(self) -> dict[str, list]:
        """Return symbols and definitions by name; a name may have one symbol or several definitions."""
        from lecture_lib.formulas.grammar import Parser

        found: dict[str, list] = {}
        object.__setattr__(self, "named", found)
        for head, (kind, path, meaning) in self.symbols.items():
            name, letters = Parser(head, self).declared(False)
            if name in found or (name in self.sizes and not letters and kind.split()[0] != "parameters"):
                raise FormulaError(f"{head} is declared twice", remedy="take another letter for one of them")
            shape, varies = _shape(kind, head), kind.startswith("variable ")
            found[name] = [Symbol(name, letters, shape, path, meaning, head, varies, *_counts(kind))]
        for head, (latex, meaning) in self.definitions.items():
            name, letters = Parser(head, self).declared(True)
            found.setdefault(name, []).append(Definition(name, letters, None, "", latex, meaning, head))
        # Arguments come last: a head may hold a letter that is defined further down.
        for name, entries in found.items():
            found[name] = [self._with_arguments(entry) for entry in entries]
        return found

    def _with_arguments(self, entry):
        from lecture_lib.formulas.grammar import Parser

        if isinstance(entry, Symbol):
            return entry
        arguments, separators = Parser(entry.head, self).formal_arguments()
        return replace(entry, arguments=arguments, separators=separators)

    def body(self, definition: Definition) -> Tree:
        """Return the formula that a definition stands for, as a tree.

        Raises
        ------
        FormulaError
            When it cannot be read, or stands for itself.
        """
        from lecture_lib.formulas.grammar import Parser

        bodies = self.__dict__.setdefault("_bodies", {})
        if definition.head not in bodies:
            bodies[definition.head] = None
            try:
                parser = Parser(definition.latex, self)
                bodies[definition.head] = self._closed(definition, parser.sized(parser.expression_only()))
            finally:
                if bodies[definition.head] is None:
                    del bodies[definition.head]
        if bodies[definition.head] is None:
            raise FormulaError(f"{definition.head} is defined by itself", definition.latex)
        return bodies[definition.head]

    def _closed(self, definition, tree):
        """Refuse a letter that the head does not have; only assignments may come from outside, to no function."""
        known = set(definition.letters).union(*(free_letters(part) for part in definition.arguments or ()))
        for letter in sorted(free_letters(tree) - known):
            if definition.arguments is not None or "^" not in self.sizes[split_letter(letter)[0]]:
                problem = f"{letter} is free here, but {definition.head} does not have it"
                raise FormulaError(problem, definition.latex, tree.span, "sum over it, or write it in the head")
        return tree

    def unwritten(self, entry: "Symbol | Definition") -> tuple[str, ...]:
        """Return the letters of assignments that what a letter stands for holds, but not its head: k_i holds z."""
        if isinstance(entry, Symbol):
            return ()
        return tuple(sorted(free_letters(self.body(entry)) - {*entry.letters})) if entry.arguments is None else ()

    def check(self) -> None:
        """Read all definitions."""
        for entries in self.named.values():
            for entry in entries:
                if isinstance(entry, Definition):
                    self.body(entry)

    def measured(self, values: Mapping) -> dict[str, int]:
        """Return the sizes that a problem's values have: n, k, d by name.

        Raises
        ------
        FormulaError
            When two values disagree, or one does not have the declared shape.
        """
        found = {"1": 1}
        for entries in self.named.values():
            symbol = entries[0]
            if not isinstance(symbol, Symbol) or symbol.shape == "bundle" or str(symbol.shape).startswith("set "):
                continue  # a set lists some of the n
            value = lookup(values, symbol.path)
            if value is None:
                continue
            names = [self.sizes[letter] for letter in symbol.letters] + list(_array_axes(symbol.shape))
            if np.ndim(value) != len(names):
                problem = (
                    f"{symbol.head} has {len(names)} axes ({', '.join(names) or 'none'}), got {np.shape(value)}"
                )
                raise FormulaError(problem, remedy=f"give {symbol.path!r} that shape, or declare another kind")
            for name, size in zip(names, np.shape(value), strict=True):
                if found.setdefault(name, size) != size:
                    raise FormulaError(f"{symbol.head} has {size} for {name}, another symbol {found[name]}")
        return found

    def _repr_markdown_(self):
        rows = [f"| ${head}$ | {kind} | {meaning} |" for head, kind, meaning in self.glossary()]
        return "\n".join(["| letter | is | means |", "|---|---|---|", *rows])

    def glossary(self) -> list[tuple[str, str, str]]:
        """Return head, shape and meaning of every letter, in the order of declaration."""
        rows = [(letters.replace(" ", ", "), f"0 ... {size} - 1", meaning)
                for letters, (size, meaning) in self.ranges.items()]  # fmt: skip
        entries = [entry for entries in self.named.values() for entry in entries]
        return rows + [(entry.head, self.shown_shape(entry), entry.meaning) for entry in entries]

    def shown_shape(self, entry: "Symbol | Definition") -> str:
        """Say the shape of what a letter stands for."""
        from lecture_lib.formulas.operations import shown_shape

        return shown_shape(entry.shape if isinstance(entry, Symbol) else self.body(entry).shape)


def split_letter(letter: str) -> tuple[str, str]:
    """Return base and primes of an index letter."""
    plain = letter.split("°")[0]
    return plain.rstrip("'"), plain[len(plain.rstrip("'")) :]


def lookup(values: Mapping, path: str):
    """Return what a problem keeps at a path, None if there is nothing."""
    key, *attributes = path.split(".")
    found = values.get(key)
    for attribute in attributes:
        found = getattr(found, attribute, None)
    return found


def _array_axes(shape):
    if isinstance(shape, str):
        return (shape.split()[1],) if shape.startswith("set") else ()
    return tuple(size for size in shape if size != "1") if shape else ()


def _counts(kind):
    words = kind.split()
    return words[1:] if words[0] == "index" else []


def _shape(kind, head):
    match kind.removeprefix("variable ").split():
        case ["number"]:
            return ()
        case ["vector", size]:
            return (size, "1")
        case ["matrix", rows, columns]:
            return (rows, columns)
        case ["index", _]:
            return ()
        case ["set", size]:
            return f"set {size}"
        case ["parameters"]:
            return "bundle"
        case ["condition"]:
            return "statement"
    kinds = '"number", "vector d", "matrix d d", "index k", "set n", "parameters" or "condition"'
    raise FormulaError(f"{head} has an unknown kind {kind!r}", remedy=f"write {kinds}")
