"""The value of a formula on one problem; every index letter is an axis, so nothing loops over data."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.expansion import expanded
from lecture_lib.formulas.grammar import parse
from lecture_lib.formulas.grammar.names import shown_name
from lecture_lib.formulas.notation import Notation, lookup, split_letter
from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tree import Tree, free_letters, walk

__all__ = ["Formula", "evaluate"]

MOST_ASSIGNMENTS = 20_000
"""More terms than this in a sum over all assignments take too long for a lesson."""


def evaluate(latex: str, notation: Notation, values: Mapping) -> np.ndarray:
    r"""Compute a formula from its LaTeX.

    Parameters
    ----------
    latex : str
        One expression; of several joined by relations, the last.
    notation : Notation
        What its letters mean.
    values : dict
        A problem, as the paths of the notation's symbols ask for it.

    Returns
    -------
    ndarray
        An axis for each free index, in the order of the notation's ranges; then those of the value: none for a
        number, one for a vector, two for a row or a matrix.

    Raises
    ------
    FormulaError
        With the formula, a caret, what was expected, and what to write.

    Examples
    --------
    >>> sizes = Notation({"i": ("n", "data")}, {"a_i": ("number", "a", "a number")})
    >>> float(evaluate(r"\sum_i a_i^2", sizes, {"a": [1.0, 2.0]}))
    5.0
    """
    tree = parse(latex, notation)[-1]
    tree = tree.children[-1] if tree.op == "statement" else tree
    if isinstance(tree.shape, str):
        raise FormulaError("this has no value", latex, tree.span, "write a number, a vector or a matrix")
    return Formula(tree, notation, latex).value(values)


@dataclass(frozen=True)
class Formula:
    """An expression that is read, and ready to be computed on many problems.

    Parameters
    ----------
    tree : Tree
        The expression as it was read.
    notation : Notation
        What its letters mean.
    latex : str
        As it was written.
    """

    tree: Tree
    notation: Notation
    latex: str = ""
    full: Tree = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "full", self._expanded())

    def _expanded(self):
        try:
            return expanded(self.tree, self.notation)
        except FormulaError as error:
            raise FormulaError(error.problem, self.latex, self.tree.span, error.remedy) from None

    @property
    def letters(self) -> tuple[str, ...]:
        """The free indices, in the order of the notation's ranges."""
        order = list(self.notation.sizes)
        return tuple(sorted(free_letters(self.full), key=lambda x: (order.index(split_letter(x)[0]), x)))

    @cached_property
    def paths(self) -> frozenset[str]:
        """Where a problem keeps what the value is computed from."""
        names = {part.detail for part in walk(self.full) if part.op == "symbol"}
        return frozenset(self.notation.named[name][0].path for name in names)

    def magnitude(self, values: Mapping, letters: tuple[str, ...] | None = None) -> np.ndarray:
        """Compute how large the terms are that add up to the value: the expression with every sign a plus."""
        return self.value(values, letters, kind=Magnitude)

    def value(
        self, values: Mapping, letters: tuple[str, ...] | None = None, kind: type | None = None
    ) -> np.ndarray:
        """Compute the expression on one problem; ``letters`` may name further axes than the free indices."""
        letters = self.letters if letters is None else letters
        sizes = self.notation.measured(values)
        run = (kind or Evaluation)(self.notation, values, sizes, self.latex)
        with np.errstate(all="ignore"):
            for letter in reversed(letters):
                run.bind(letter, self.notation.sizes[split_letter(letter)[0]])
            try:
                found = np.asarray(run.of(self.full)) + 0.0
            except np.linalg.LinAlgError:
                raise FormulaError("a matrix without an inverse", self.latex, self.tree.span) from None
        shape = self.full.shape
        trailing = found.shape[found.ndim - 2 :] if shape else ()
        found = np.broadcast_to(found, tuple(run.lengths) + trailing)
        return found[..., 0] if shape and shape[1] == "1" else found


class Evaluation:
    """Values on one problem; each letter that is bound adds an axis before the others."""

    def __init__(self, notation, values, sizes, latex):
        self.notation, self.values, self.sizes, self.latex = notation, values, sizes, latex
        self.letters, self.lengths = {}, []

    def size(self, name):
        """Return a size: n, k, d, or the number of tables k^n."""
        if "^" in name:
            base, power = (self.size(part) for part in name.split("^"))
            if base**power > MOST_ASSIGNMENTS:
                raise FormulaError(f"{name} is {base}^{power}, too many to add up", self.latex,
                                   remedy="take a problem with fewer data")  # fmt: skip
            return base**power
        if name not in self.sizes:
            raise FormulaError(f"the problem does not say how large {name} is", self.latex,
                               remedy=f"it has {', '.join(self.values)}")  # fmt: skip
        return self.sizes[name]

    def bind(self, letter, size):
        """Let a letter run over its range, on an axis before the present ones."""
        length = self.size(size)
        self.letters[letter] = np.arange(length).reshape(-1, *[1] * len(self.lengths))
        self.lengths.insert(0, length)

    def release(self, letter):
        """Forget a letter, the last that was bound."""
        del self.letters[letter]
        self.lengths.pop(0)

    def of(self, tree):
        """Return the value of a tree."""
        rule = getattr(self, "_" + tree.op.replace(" ", "_"), None)
        if rule:
            return rule(tree)
        return OPERATIONS[tree.op].value(tree, *map(self.of, tree.children))

    def _number(self, tree):
        return np.float64(np.pi if tree.detail == r"\pi" else float(tree.detail))

    def _letter(self, tree):
        return self.letters[tree.detail]

    def _size(self, tree):
        return np.float64(self.size(tree.detail))

    def _identity(self, tree):
        return np.eye(self.size(tree.detail))

    def _symbol(self, tree):
        symbol = self.notation.named[tree.detail][0]
        value = lookup(self.values, symbol.path)
        if value is None:
            raise FormulaError(f"the problem has no {symbol.path!r} for {shown_name(tree.detail)}", self.latex,
                               remedy=f"it has {', '.join(self.values)}")  # fmt: skip
        return self._gathered(tree, np.asarray(value) + 0.0, tree.children)

    def _gathered(self, tree, value, indices):
        """Take the entries of an array that indices name."""
        places = tuple(self._place(index) for index in indices)
        self._within(tree, places, value.shape)
        found = value[places] if places else value
        if tree.shape and not isinstance(tree.shape, str):
            found = found[..., None] if tree.shape[1] == "1" else found
            found = found[..., None, :] if tree.shape[0] == "1" else found
        return found

    def _within(self, tree, places, lengths):
        """Refuse an index beyond the end."""
        for place, length in zip(places, lengths, strict=False):
            if place.max(initial=0) >= length or place.min(initial=0) < 0:
                worst = place.max() if place.max() >= length else place.min()
                remedy = f"indices count from 0 to {length - 1}"
                raise FormulaError(f"there is no index {worst} here", self.latex, tree.span, remedy)

    def _place(self, index):
        return np.asarray(self.of(index)).astype(int)

    def _assigned(self, tree):
        """Return an entry of one of all the tables with one 1 a row."""
        base, power = (self.size(part) for part in tree.detail.split("^"))
        return every_table(power, base)[tuple(map(self._place, tree.children))]

    def _direction(self, tree):
        """Return the direction of a differential: an arbitrary array, the same in every line."""
        symbol = self.notation.named[tree.detail][0]
        rng = np.random.default_rng(zlib.crc32(tree.detail.encode()))
        return self._gathered(tree, rng.standard_normal(np.shape(lookup(self.values, symbol.path))), tree.children)

    def _unit(self, tree):
        """Return the matrix with a single 1, at the place that the children name."""
        rows, columns = map(self.size, tree.shape)
        row, column = tree.children[0], tree.children[1] if len(tree.children) > 1 else None
        at_row = np.arange(rows) == np.asarray(self.of(row))[..., None]
        at_column = np.arange(columns) == (0 if column is None else np.asarray(self.of(column))[..., None])
        return (at_row[..., :, None] & np.atleast_1d(at_column)[..., None, :]).astype(float)

    def _entry(self, tree):
        matrix, row, column = tree.children
        value, places = self.of(matrix), [self._place(row), self._place(column)]
        self._within(tree, places, value.shape[-2:])
        lead = np.broadcast_shapes(value.shape[:-2], *(place.shape for place in places))
        value = np.broadcast_to(value, lead + value.shape[-2:])
        grid = np.ogrid[tuple(slice(length) for length in lead)] if lead else []
        return value[(*grid, *places)]

    def _over(self, binders, tree, fill=None):
        """Return the values of a tree over letters, which are the first axes; ``fill`` where a condition fails."""
        depth = len(self.lengths)
        for letter, size in binders:
            self.bind(letter, size)
        body, inner = tree.children[0], 2 if tree.children[0].shape else 0
        value = np.asarray(self.of(body))
        value = value.reshape((1,) * (depth + len(binders) + inner - value.ndim) + value.shape)
        value = np.broadcast_to(value, (*self.lengths[: len(binders)], *value.shape[len(binders) :]))
        for condition in tree.children[1:]:
            holds = np.asarray(self.of(condition))
            value = np.where(holds[..., None, None] if inner else holds, value, fill)
        for letter, _ in reversed(binders):
            self.release(letter)
        return value

    def _stack(self, tree):
        """Put the values over the bound letters into rows and columns."""
        kind, binders = tree.detail
        value = self._over(binders, tree)
        if kind == "columns" or tree.children[0].shape:
            return np.moveaxis(value[..., 0], 0, -1 if kind == "columns" else -2)
        value = np.moveaxis(value, range(len(binders)), range(-1, -len(binders) - 1, -1))
        return value[..., None] if len(binders) == 1 else value

    def _joined(self, tree):
        """Put derivatives in several parameters below one another."""
        parts = []
        for child in tree.children:
            value = np.asarray(self.of(child))
            inner = max(2, len(child.detail[1])) if child.op == "stack" else 0
            lead = tuple(self.lengths) + value.shape[value.ndim - inner :]
            parts.append(np.broadcast_to(value, lead).reshape(*self.lengths, -1, 1))
        return np.concatenate(parts, axis=-2)

    def _member(self, tree):
        place, chosen = tree.children
        found = np.asarray(self.of(place))
        if chosen.op == "set of":
            return np.logical_or.reduce([found == self.of(member) for member in chosen.children])
        return np.isin(found, np.asarray(self.of(chosen)))

    def _cardinality(self, tree):
        return np.float64(len(self.of(tree.children[0])))

    def _big(self, tree):
        """Fold the values over the bound letters."""
        kind, binders = tree.detail
        fill = {"sum": 0, "prod": 1, "min": np.inf, "argmin": np.inf}.get(kind, -np.inf)
        value = self._over(binders, tree, fill)
        return getattr(np, kind)(value, axis=0 if kind.startswith("arg") else tuple(range(len(binders))))


class Magnitude(Evaluation):
    """How large the terms are that add up to a value: what rounding is measured by."""

    PASSED_ON = frozenset({"mul", "transpose", "trace", "diag", "kron", "dot", "squared norm", "odot"})

    def of(self, tree):
        """Return the magnitude of a tree."""
        if tree.op == "add":
            return sum((self.of(child) for child in tree.children[1:]), self.of(tree.children[0]))
        if tree.op == "neg":
            return self.of(tree.children[0])
        if tree.op == "divide":
            over, under = self.of(tree.children[0]), self._plain(tree.children[1])
            return over / np.abs(under if tree.shape == () else np.asarray(under)[..., None, None])
        if (tree.op in {"stack", "big"} and not str(tree.detail[0]).startswith("arg")) or tree.op in self.PASSED_ON:
            return super().of(tree)
        return np.abs(self._plain(tree)) + (tree.op == "log")

    def _plain(self, tree):
        plain = Evaluation(self.notation, self.values, self.sizes, self.latex)
        plain.letters, plain.lengths = self.letters, self.lengths
        return plain.of(tree)


@lru_cache(maxsize=8)
def every_table(rows, columns):
    """Return all tables with one 1 in each row, shape (columns ** rows, rows, columns)."""
    labels = np.indices((columns,) * rows).reshape(rows, -1).T
    return np.eye(columns)[labels]
