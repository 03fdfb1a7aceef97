r"""Letters and calls: index letters, sizes, tables of assignments, I, \delta_{jl}, and functions with arguments.

named     := letter | size | name | name "(" arguments ")"
arguments := statement ("," | ";" | "\mid" | "|" | "\Vert" statement)*
"""

from lecture_lib.formulas.expansion import matched
from lecture_lib.formulas.grammar.names import Names, whole
from lecture_lib.formulas.notation import Definition, Symbol, split_letter
from lecture_lib.formulas.tree import Tree, fresh

__all__ = ["CLOSING", "Calls"]

CLOSING = {"(": ")", "[": "]", r"\{": r"\}"}
"""Which bracket closes which."""


class Calls(Names):
    """The part of the parser that reads letters and calls."""

    def named(self) -> Tree:
        """Read a letter: an index, a size, a table of assignments, a symbol, or a function with its arguments."""
        token, start = self.next, self.at
        if token.text in self.notation.sizes:
            is_table = "^" in self.notation.sizes[token.text]
            bound = any(split_letter(letter)[0] == token.text for letter in self.bound)
            if is_table and (bound or token.text not in self.notation.named):
                return self._assignment()
            if not is_table and self.tokens[self.at + 1].text not in {"_", "^"}:
                return self.letter()
        name, indices, span = self.spelled()
        if name in self.notation.all_sizes and not indices:
            return Tree("size", (), name, (), span)
        entries = self.notation.named.get(name, [])
        if self.next.text in CLOSING and any(
            isinstance(e, Definition) and e.arguments is not None for e in entries
        ):
            return self._call(name, indices, span)
        if self.next.text == "(" and any(isinstance(e, Symbol) and "(" in e.head for e in entries):
            indices = [*indices, *self.arguments()[0]]
        after_number = start and self.tokens[start - 1].kind == "number"
        if name == r"\pi" and not indices and (after_number or not entries):
            return Tree("number", (), name, (), span)
        special = None if entries else self._special(name, indices, span)
        return special or self.symbol(name, indices, span)

    def _special(self, name, indices, span):
        """Return what a name means without a declaration: I, Kronecker's delta, an extreme eigenvalue."""
        base, *marks = name.split("|")
        if base == "I" and not marks and len(indices) <= 1 and all(index.op == "size" for index in indices):
            size = indices[0].detail if indices else fresh("I")
            return Tree("identity", (), size, (size, size), span)
        if base == r"\delta" and not marks and len(indices) == 2:
            return self.make("iverson", self.make("relation", *indices, detail="="), span=span)
        if base == r"\lambda" and marks in ([r"\max"], [r"\min"]) and self.accept("("):
            inner = self.enclosed(")")
            return self.make("eig" + marks[0][1:], inner, span=(span[0], self.tokens[self.at - 1].span[1]))
        return None

    def _assignment(self):
        """Read an entry of a table of assignments, as z_{ij} or z'_{ij}, a row z_i, or the letter z itself."""
        letter = self.letter()
        if not (self.next.kind == "mark" and self.accept("_")):
            return Tree("letter", (), letter.detail, "assignment", letter.span)
        indices = self.subscript(self.group("_"))[1]
        while self.accept("'"):
            letter = Tree("letter", (), letter.detail + "'", (), letter.span)
        size = self.notation.sizes[split_letter(letter.detail)[0]]
        columns, rows = size.split("^")
        for index, counted in zip(indices, (rows, columns), strict=False):
            self._counts_to(index, counted, letter.detail)
        tree = Tree("assigned", (letter, *indices), size, (), self.since(letter))
        if len(indices) == 1:
            return whole(tree, [(next(x for x, s in self.notation.sizes.items() if s == columns), columns)])
        return tree if len(indices) == 2 else self.fail(f"{letter.detail} has two indices", tree.span)

    def _call(self, name, indices, span):
        """Read the arguments of a function, and find the definition that they match."""
        arguments, separators = self.arguments()
        span = (span[0], self.tokens[self.at - 1].span[1])
        return self.called(name, indices, arguments, separators, span)

    def called(self, name: str, indices, arguments, separators: str, span) -> Tree:
        """Return the call of a function."""
        arguments = [self.sized(argument) for argument in arguments]
        tree = Tree("call", (*indices, *arguments), (name, len(indices), separators), (), span)
        definition, _ = matched(self.notation, tree)
        if definition is None:
            heads = " or ".join(entry.head for entry in self.notation.named.get(name, [])) or "nothing"
            self.fail("the arguments match no declaration of this function", span, f"declared is {heads}")
        return Tree("call", tree.children, tree.detail, self.notation.body(definition).shape, span)

    def arguments(self) -> tuple[list[Tree], str]:
        """Read arguments in brackets; return them, and what separates them."""
        opening, found, separators = self.take(), [], ""
        self.context.append("arguments")
        while True:
            tree = self.statement()
            if tree.op == "statement":
                tree = Tree("event", (self.condition(tree),), None, "event", tree.span)
            found.append(tree)
            sign = self.accept(",", ";", "|", r"\mid", r"\|")
            if sign is None:
                break
            separators += {r"\mid": "|", r"\|": "‖"}.get(sign.text, sign.text)
        self.expect(CLOSING[opening.text], "close the arguments")
        self.context.pop()
        return found, separators

    def formal_arguments(self) -> tuple[tuple[Tree, ...] | None, str]:
        """Read the arguments of the head of a definition; None if it has none."""
        self.spelled()
        if self.next.kind == "end":
            return None, ""
        if self.next.text not in {"(", "["}:
            self.fail("expected the arguments of a function", self.next.span, "write them in brackets")
        found, separators = self.arguments()
        self.end()
        return tuple(found), separators
