"""The place in the tokens of a formula: going on, groups in braces, errors that show the place."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn

from lecture_lib.formulas.errors import FormulaError, ShapeMismatch
from lecture_lib.formulas.operations import OPERATIONS
from lecture_lib.formulas.tokens import Token, tokens
from lecture_lib.formulas.tree import Tree, settled, unsettled, walk

__all__ = ["Cursor"]

ALIKE = {"add", "odot", "dot", "relation", "statement"}
"""What is made of parts of one shape."""

SIGNS = {"-", "+", "}", "_", "^"}


class Cursor:
    """A place in the tokens of a formula.

    ``bound`` are the letters that enclosing sums bind, ``depth`` says how many factors enclose the place, and
    ``context`` what the open brackets are: "(", "|", a norm's bars, or "arguments", where bars separate.
    """

    def __init__(self, latex: str, notation, part: list[Token] | None = None):
        self.latex, self.notation = latex, notation
        self.tokens = tokens(latex) if part is None else part
        self.at, self.depth = 0, 0
        self.bound: list[str] = []
        self.context = ["top"]

    # Rules of other files, which call each other.
    statement: Callable[[], Tree]
    statement_only: Callable[[], Tree]
    expression: Callable[[], Tree]
    expression_only: Callable[[], Tree]
    term: Callable[[], Tree]
    factor: Callable[[], Tree]
    atom: Callable[[], Tree]
    condition: Callable[[Tree], Tree]
    derivative_fraction: Callable[[Token], Tree]
    at_derivative_fraction: Callable[[], bool]
    binders: Callable[[list[Token], Token], tuple]
    end: Callable[[], None]

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.next
        self.at += token.kind != "end"
        return token

    def accept(self, *texts: str) -> Token | None:
        """Return the next token and go on if it is one of these signs, else None."""
        return self.take() if self.next.kind not in {"text", "word", "end"} and self.next.text in texts else None

    def expect(self, text: str, remedy: str = "") -> Token:
        """Go on if the next token is this sign; else say so."""
        return self.accept(text) or self.fail(f"expected {text}, got {self.next.text}", self.next.span, remedy)

    def since(self, start) -> tuple[int, int]:
        """Return the span from a token or a tree to here."""
        return (start.span[0], self.tokens[self.at - 1].span[1])

    def fail(self, problem: str, span: tuple[int, int], remedy: str = "") -> NoReturn:
        """Raise an error that shows the place."""
        raise FormulaError(problem, self.latex, span, remedy)

    def make(self, op: str, *children: Tree, detail=None, span=None, remedy: str = "") -> Tree:
        """Return a node with its shape; a mismatch becomes an error that shows the place."""
        span = span or (children[0].span[0], children[-1].span[1])
        children = self.meeting(op, children)
        try:
            shape = OPERATIONS[op].shape(*(child.shape for child in children))
        except ShapeMismatch as mismatch:
            self.fail(str(mismatch), span, remedy)
        return Tree(op, children, detail, shape, span)

    def meeting(self, op: str, parts: Sequence[Tree]) -> tuple[Tree, ...]:
        """Let neighbours say how large an I is: terms and sides are alike, factors share a size."""
        shapes = [part.shape for part in parts if part.shape != ()]
        if op not in ALIKE | {"mul"} or not any(map(unsettled, shapes)):
            return tuple(parts)
        found: dict[str, str] = {}
        for one, two in pairwise(shapes):
            for pair in [(one[1], two[0])] if op == "mul" else zip(one, two, strict=False):
                a, b = (found.get(size, size) for size in pair)
                found |= {a: b} if a.startswith("I°") else {b: a} if b.startswith("I°") else {}
        return self.meeting(op, settled(parts, found)) if found else tuple(parts)

    def sized(self, tree: Tree) -> Tree:
        """Return a whole formula; an I that no neighbour tells of has d rows."""
        waiting = {part.detail: part for part in walk(tree) if part.op == "identity" and unsettled(part.shape)}
        if waiting and "d" not in self.notation.all_sizes:
            first = next(iter(waiting.values()))
            self.fail("nothing here says how large I is", first.span, "write its size, as in I_q")
        return settled([tree], dict.fromkeys(waiting, "d"))[0]

    def inner(self, group: list[Token]) -> Any:
        """Return a parser for the tokens of a group."""
        end = group[-1].span[1] if group else self.next.span[0]
        reader = type(self)(
            self.latex, self.notation, [*group, Token("end", "the end of the group", (end, end + 1))]
        )
        reader.bound, reader.depth = [*self.bound], self.depth
        return reader

    def group(self, sign: str) -> list[Token]:
        """Return the tokens after ``_`` or ``^``: those in braces, or the one there is."""
        if opening := self.accept("{"):
            start, depth = self.at, 1
            while depth:
                token = self.take()
                if token.kind == "end":
                    self.fail(f"the brace after {sign} is not closed", opening.span, "write }")
                depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "mark" else 0
            return self.tokens[start : self.at - 1]
        token = self.take()
        self._refuse_more_than_one(sign, token)
        return [token]

    def _refuse_more_than_one(self, sign, token):
        """Refuse what is typeset otherwise than it looks: r_ij, x^12, e^-x."""
        if token.kind == "end":
            self.fail(f"nothing stands after {sign}", self.tokens[self.at - 1].span, f"write {sign}{{...}}")
        if token.text in SIGNS:
            more = self.next.text if token.text in {"-", "+"} else "..."
            problem = f"{sign}{token.text} raises or lowers nothing but the sign"
            self.fail(problem, token.span, f"write {sign}{{{token.text}{more}}}")
        if token.kind == "number" and len(token.text) > 1:
            self.fail(
                f"{sign}{token.text} raises or lowers one digit only", token.span, f"write {sign}{{{token.text}}}"
            )
        after = self.next
        joined = sign == "_" and token.kind == "letter" and after.kind in {"letter", "number"} and not after.spaced
        if joined and (after.text in self.notation.sizes or after.kind == "number"):
            both = token.text + after.text
            remedy = f"write _{{{both}}} for two indices, or a space after the first"
            self.fail(f"_{both} lowers one letter only", (token.span[0], after.span[1]), remedy)
