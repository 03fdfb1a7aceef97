r"""Statements, sums, products and powers: the frame of a formula.

statements := statement (("," | "\\") statement)*            what begins with \text is prose, and skipped
statement  := expression (relation expression)*
expression := ["+" | "-"] term (("+" | "-") term)*
term       := factor (["\cdot" | "\times" | "\otimes" | "\odot" | "/"] factor)*
factor     := atom ("^" power | "!" | "_" entry)*
atom       := number | named | function | bracketed | fraction | big | derivative | density | cases

What an operator computes is in :mod:`lecture_lib.formulas.operations`, its derivative in ``differentiation``.
"""

from lecture_lib.formulas.grammar.atoms import FUNCTIONS
from lecture_lib.formulas.grammar.distributions import Distributions
from lecture_lib.formulas.tree import Tree, free_letters, walk

__all__ = ["Parser", "parse"]

RELATIONS = {
    "=": "=", ":=": ":=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!=", "!=": r"\overset{!}{=}",
    r"\leftarrow": r"\leftarrow", r"\iff": r"\iff", r"\implies": "implies", r"\propto": "propto", "c=": "c",
    r"\in": "in", r"\approx": "approx", r"\to": "to", r"\sim": "sim", r"\equiv": ":=",
}  # fmt: skip
"""Relations in LaTeX, and as trees spell them: as ``Derivation.line`` names them, where it does."""

JOINING = {r"\cdot": "mul", r"\times": "mul", r"\otimes": "kron", r"\odot": "odot", "/": "divide"}

OPENING = {"(", "[", r"\{", "{", r"\frac", r"\sqrt", r"\binom", r"\begin", r"\nabla", r"\partial"}

NOT_COMPUTED = {
    r"\int": "an integral", r"\lim": "a limit", r"\dots": "an ellipsis", r"\forall": "a quantifier",
    r"\infty": "infinity", r"\sup": "a supremum", r"\inf": "an infimum", r"\pm": "a choice of signs",
}  # fmt: skip

INSTEAD = {
    r"\over": r"write \frac{...}{...}", r"\choose": r"write \binom{n}{k}", "*": r"write \cdot, or nothing",
    r"\top": r"write ^\top", r"\tag": "the number of a formula is no part of it", r"\argmin": r"write \arg\min_j",
    r"\argmax": r"write \arg\max_j", "$": "leave the dollar signs out",
}  # fmt: skip
"""What is meant by what is not read."""

DEEPEST = 40
"""How deep a formula may be nested; a reader is lost long before."""


class Parser(Distributions):
    """Reads LaTeX into trees."""

    # -- statements ------------------------------------------------------------------------------------------------

    def statements(self) -> list[Tree]:
        """Read statements, separated by commas or lines, to the end."""
        aligned = self.next.text == r"\begin" and self.tokens[self.at + 2].text == "a" and self.take()
        if aligned:
            self.environment("aligned")
        found, open_end = [], True
        while open_end and self.next.kind != "end" and self.next.text != r"\end":
            if self.next.kind == "text":
                while self.next.kind != "end" and self.next.text not in {",", "\\\\"}:
                    self.take()
            else:
                found.append(self.statement())
            open_end = False
            while self.accept(",", ";", "\\\\"):
                open_end = True
            if self.accept(":"):
                break
            if self.tokens[self.at + 1 :] and self.tokens[self.at + 1].text in {"the end", r"\end"}:
                self.accept(".")
        if aligned and self.expect(r"\end"):
            self.environment("aligned")
        self.end()
        if not found:
            remedy = r"words are left out; a function is written \operatorname{tr}"
            self.fail("no formula", (0, len(self.latex)), remedy if self.latex.strip() else "write one")
        return [self.checked(statement) for statement in found]

    def statement(self) -> Tree:
        """Read expressions joined by relations."""
        sides, relations = [self.expression()], []
        while self.next.kind in {"mark", "command"} and self.next.text in RELATIONS:
            relations.append(RELATIONS[self.take().text])
            sides.append(self.expression())
        if not relations:
            return sides[0]
        span = self.since(sides[0])
        return Tree("statement", self.meeting("statement", sides), tuple(relations), "statement", span)

    def statement_only(self) -> Tree:
        """Read one statement to the end."""
        tree = self.statement()
        self.end()
        return tree

    def expression_only(self) -> Tree:
        """Read one expression to the end."""
        tree = self.expression()
        self.accept(".", ",")
        self.end()
        return tree

    def end(self) -> None:
        """Expect the end."""
        token = self.next
        if token.kind == "end":
            return
        remedy = INSTEAD.get(token.text, "leave it out, or close a bracket")
        if token.text == "_" and self.tokens[self.at - 1].text == "1":
            remedy = "write [...] for 1 where a condition holds, 0 elsewhere"
        self.fail(f"expected the end, got {token.text}", token.span, remedy)

    def checked(self, tree: Tree) -> Tree:
        """Refuse what has no value, and a letter that is bound in one part of a line and free in another."""
        for part in tree.children if tree.op == "statement" else [tree]:
            if part.shape in {"distribution", "event", "bundle", "assignment"}:
                self.fail("this is no number, vector or matrix", part.span, "write what is computed from it")
        both = free_letters(tree) & {
            letter for part in walk(tree) if part.op == "big" for letter, _ in part.detail[1]
        }
        for part in walk(tree):
            if part.op == "letter" and part.detail in both:
                problem = f"{part.detail} is summed over in one part of this line and free in another"
                self.fail(problem, part.span, f"write {part.detail}' for the one that is summed over")
        return self.sized(tree)

    # -- sums and products -----------------------------------------------------------------------------------------

    def expression(self) -> Tree:
        """Read terms that are added or subtracted."""
        terms = [self._signed_term()]
        while self.next.kind == "mark" and self.next.text in {"+", "-"}:
            terms.append(self._signed_term())
        return terms[0] if len(terms) == 1 else self.make("add", *terms)

    def _signed_term(self):
        """Read a term with the sign before it."""
        sign = self.accept("+", "-")
        term = self.term()
        return self.make("neg", term, span=self.since(sign)) if sign and sign.text == "-" else term

    def term(self) -> Tree:
        """Read factors that are multiplied, from left to right."""
        factors = [self.factor()]
        while True:
            sign = self.accept(*JOINING)
            if sign is None and not self._at_factor():
                return self._product(factors)
            if self.last_open:
                self._refuse_further_factor(factors[-1])
            joined, factor = JOINING[sign.text] if sign else "mul", self.factor()
            if joined == "mul":
                factors.append(factor)
                continue
            if joined == "divide" and self._at_factor():
                self.fail("it cannot be seen how far the / reaches", self.next.span, r"write \frac{...}{...}")
            left, right = self._product(factors), factor
            if joined == "kron":
                left, right = self.sized(left), self.sized(right)
            factors = [self.make(joined, left, right)]

    def _product(self, factors):
        return factors[0] if len(factors) == 1 else self.make("mul", *factors)

    def _refuse_further_factor(self, call):
        """Refuse a factor after a function without brackets."""
        inside, argument = (self.latex[tree.span[0] : tree.span[1]].strip() for tree in (call, call.children[0]))
        rest = self.latex[self.next.span[0] :].split("+")[0].split("=")[0].strip()
        remedy = f"write {self.last_open}({argument} {rest}) or ({inside}) {rest}"
        self.fail(f"it cannot be seen whether {self.last_open} takes the next factor too", self.next.span, remedy)

    def _at_factor(self):
        """Whether a factor can begin here."""
        token = self.next
        if token.kind in {"end", "text"}:
            return False
        if token.text in {"|", r"\|"}:
            return self.context[-1] not in {token.text, "arguments"}
        known = token.text in OPENING | FUNCTIONS.keys() | self.BIG.keys() | NOT_COMPUTED.keys()
        return known or token.kind == "number" or self.at_name()

    # -- factors ---------------------------------------------------------------------------------------------------

    def factor(self) -> Tree:
        """Read an atom and what is raised, lowered or put after it."""
        first = self.next
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"more than {DEEPEST} brackets, functions and sums within each other", first.span)
        tree = self.atom()
        self.depth -= 1
        opens = first.text in FUNCTIONS or (first.kind == "word" and first.text == "d")
        self.last_open = self.last_open if opens else None  # whatever stood within is closed
        return tree if self.last_open else self._raised_further(tree)

    def _raised_further(self, tree):
        """Read powers, transposes, inverses, factorials and entries after an atom."""
        while self.next.kind == "mark":
            before = self.tokens[self.at - 1].text
            if self.accept("^"):
                tree = self._power(tree)
            elif self.accept("!"):
                tree = self.make("factorial", tree, span=self.since(tree))
            elif before in {")", "]"} and self.accept("_"):
                tree = self.entry_of(tree, self.subscript(self.group("_"))[1], "it")
            else:
                break
        return tree

    def _power(self, base):
        """Read what is raised: a transpose, an inverse, a power."""
        group = self.group("^")
        span, text = self.since(base), "".join(token.text for token in group)
        if text in {r"\top", "T"} and (base.shape or text == r"\top"):
            return self.make("transpose", base, span=span) if base.shape else base
        if base.shape == () or isinstance(base.shape, str):
            return self.make("power", base, self.inner(group).expression_only(), span=span)
        if text in {"-1", r"-\top", "-T"}:
            tree = self.make("inverse", base, span=span)
            return tree if text == "-1" else self.make("transpose", tree, span=span)
        if text.isdigit() and base.shape[0] == base.shape[1]:
            return self.make("matrix power", base, detail=int(text), span=span)
        kind, remedy = "a matrix", r"write A^{-1}, A^\top, or A^2 of a square one"
        if base.shape[1] == "1":
            kind, remedy = "a vector", r"write \lVert x \rVert^2 or x^\top x"
        return self.fail(f"{kind} has no power {text}", group[0].span if group else span, remedy)

    # -- atoms -----------------------------------------------------------------------------------------------------

    def atom(self) -> Tree:
        """Read the smallest part that stands for itself."""
        token = self.next
        if token.kind == "number":
            self.take()
            return Tree("number", (), token.text, (), token.span)
        if token.text in NOT_COMPUTED:
            self.fail(f"{NOT_COMPUTED[token.text]} is not computed", token.span, "leave it to the text")
        if token.text in self.BIG:
            return self.big_operator()
        reader = self._readers().get(token.text) if token.kind != "text" else None
        if reader and not self._declares(token):
            return reader()
        if token.text in FUNCTIONS and token.kind != "text" and not self._declares(token):
            return self.function()
        if self.at_name():
            return self.named()
        return self.fail(
            f"expected a number, a letter or a bracket, got {token.text}", token.span, self._hint(token)
        )

    def _readers(self):
        """Return what reads an atom, by the token that it begins with."""
        readers = {
            r"\frac": self.fraction, r"\sqrt": self.root, r"\binom": self.binomial, r"\begin": self.cases,
            "|": self.bars, r"\|": self.bars, "(": self.bracket, "[": self.bracket, r"\{": self.bracket,
            "{": self.braces, r"\nabla": self.derivative, r"\partial": self.derivative, r"\mathcal N": self.normal,
            r"\mathbb E": self.expectation,
        }  # fmt: skip
        if self.next.kind == "word":
            return {"d": self.derivative, "KL": self.divergence}
        if self.next.text == "e" and self.tokens[self.at + 1].text == "^":
            readers["e"] = self.euler
        return readers

    def _declares(self, token):
        """Whether the notation gives the token a meaning of its own."""
        key = f"\\mathrm {token.text}" if token.kind == "word" else token.text
        return any(name.split("|")[0] == key for name in self.notation.named)

    def _hint(self, token):
        """Return what may be meant by a token that cannot begin a formula."""
        if token.kind == "end":
            return "close what is open, or write what is missing"
        if token.kind == "text":
            return "words go into the reason; a function is written \\operatorname{tr}"
        known = token.text.lstrip("\\") in FUNCTIONS
        return f"write \\operatorname{{{token.text[1:]}}}" if known else INSTEAD.get(token.text, "")


def parse(latex: str, notation) -> list[Tree]:
    """Read a formula: its statements, as trees.

    Raises
    ------
    FormulaError
        With the place, what was expected, and what to write.
    """
    return Parser(latex, notation).statements()
