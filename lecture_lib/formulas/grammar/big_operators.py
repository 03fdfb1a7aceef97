r"""Operators that reach over what follows: sums, products and extremes over index letters.

    big     := ("\sum" | "\prod" | "\min" | "\max" | "\arg\min" | "\arg\max") "_" binders ["-"] term
    binders := letters [("=" 1 ... "^" n) | ("\ne" | "<" | "\in" ...) expression | ":" statement]

Each reaches to the next + or - or relation at its level.
"""

from typing import ClassVar

from lecture_lib.formulas.grammar.atoms import Atoms
from lecture_lib.formulas.tree import Tree

__all__ = ["BigOperators"]


class BigOperators(Atoms):
    """The part of the parser that reads big operators."""

    BIG: ClassVar = {r"\sum": "sum", r"\prod": "prod", r"\min": "min", r"\max": "max", r"\arg": "arg"}

    def big_operator(self) -> Tree:
        """Read a big operator, with what it binds and what it reaches."""
        token = self.take()
        kind = self.BIG[token.text]
        if kind == "arg":
            extreme = self.accept(r"\min", r"\max") or self.fail(r"expected \min or \max", self.next.span)
            kind += extreme.text[1:]
        self.raised_before_lowered()
        if not self.accept("_"):
            if kind in {"min", "max"} and self.next.text in {"(", r"\{", "["}:
                return self.make(f"{kind} of", *self.arguments()[0], span=self.since(token))
            self.fail(
                f"{token.text} does not say over what", token.span, f"write {token.text}_i or {token.text}_{{ij}}"
            )
        letters, condition = self.binders(self.group("_"), token)
        if self.next.text == "^":
            problem, remedy = (
                f"{token.text} ends somewhere, but begins nowhere",
                f"write {token.text}_{letters[-1][0]}",
            )
            self.fail(problem, self.next.span, remedy)
        self.bound += [letter for letter, _ in letters]
        body = self.make("neg", self.term()) if self.accept("-") else self.term()
        del self.bound[len(self.bound) - len(letters) :]
        if kind not in {"sum"} and body.shape != ():
            self.fail(f"{token.text} is taken over numbers", body.span)
        children = (body,) if condition is None else (body, condition)
        return Tree("big", children, (kind, letters), body.shape, self.since(token))

    def binders(self, group, token) -> tuple[tuple[tuple[str, str], ...], Tree | None]:
        """Return the letters that a big operator binds, with their sizes, and its condition or None."""
        reader, letters = self.inner(group), []
        while reader.next.text in self.notation.sizes:
            letter = reader.letter()
            if letter.detail in self.bound:
                self.fail(f"{letter.detail} is summed over already", letter.span, f"write {letter.detail}'")
            letters.append((letter.detail, self.notation.sizes[letter.detail.rstrip("'")]))
            reader.accept(",")
        if not letters:
            remedy = f"index letters are {', '.join(self.notation.sizes)}"
            problem = f"expected an index letter under {token.text}, got {reader.next.text}"
            self.fail(problem, reader.next.span, remedy)
        reader.bound += [letter for letter, _ in letters]
        if reader.accept("="):
            self._limits(reader, letters[-1], token)
        elif reader.next.kind != "end":
            return tuple(letters), self._condition(reader, letters[-1], token)
        return tuple(letters), None

    def _condition(self, reader, binder, token):
        """Read which values a letter may take: i : condition, or i with a relation."""
        if reader.accept(":", r"\mid", "|"):
            return reader.condition(reader.statement_only())
        letter, size = binder
        relation = reader.next
        reader.at -= 1
        reader.tokens[reader.at] = type(relation)("letter", letter.rstrip("'"), relation.span)
        primes = [type(relation)("mark", "'", relation.span)] * letter.count("'")
        reader.tokens[reader.at + 1 : reader.at + 1] = primes
        statement = reader.statement_only()
        right = statement.children[-1] if statement.op == "statement" else statement
        if right.op == "size" and statement.detail != ("<",):
            problem = f"{letter} counts from 0 to {size} - 1, so this leaves out nothing"
            self.fail(problem, relation.span, f"write {token.text}_{letter}")
        return reader.condition(statement)

    def _limits(self, reader, binder, token):
        """Read i = 1 below and n above, which says the whole range, counted from 1, or from 0 to n-1."""
        (letter, size), start = binder, reader.take()
        reader.end()
        self.expect("^", f"write what {letter} runs to, or {token.text}_{letter}")
        above = "".join(part.text for part in self.group("^"))
        if (start.text, above) not in {("1", size), ("0", f"{size}-1")}:
            remedy = f"write {token.text}_{letter}, or a condition: {token.text}_{{{letter} \\ne 0}}"
            self.fail(f"{letter} runs over its whole range, not from {start.text} to {above}", start.span, remedy)
