r"""The grammar of formulas, one method a rule; names are read in ``names``, big operators in ``reach``.

statements := statement ("," statement | "\\" statement)*
statement  := expression (relation expression)*
expression := ["+" | "-"] term (("+" | "-") term)*
term       := factor (["\cdot" | "\times" | "\otimes" | "\odot" | "/"] factor)*
factor     := atom ("^" power | "!" | "_" component)*
atom       := number | name | function | bracketed | fraction | big operator | derivative | cases
"""

from lecture_lib.formulas.expansion import matched
from lecture_lib.formulas.names import Reader, stacked
from lecture_lib.formulas.notation import Definition, Symbol
from lecture_lib.formulas.reach import BigOperators
from lecture_lib.formulas.tree import Tree, free_letters, number, walk

__all__ = ["Parser", "parse"]

RELATIONS = {
    "=": "=", ":=": ":=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!=", r"\leftarrow": "<-",
    r"\propto": "propto", "!=": "!", "c=": "c", r"\iff": "iff", r"\implies": "implies", r"\in": "in",
    r"\approx": "approx", r"\to": "to", r"\sim": "sim", r"\equiv": ":=",
}  # fmt: skip
"""Relations, as LaTeX and as statements spell them."""

FUNCTIONS = {
    r"\log": "log", r"\exp": "exp", r"\det": "det", r"\tanh": "tanh", r"\cosh": "cosh", r"\sinh": "sinh",
    r"\sin": "sin", r"\cos": "cos", "tr": "trace", "diag": "diag", "cof": "cof", r"\Gamma": "gamma", "Tr": "trace",
    r"\psi": "digamma", "sign": "sign",
}  # fmt: skip
"""Functions of one argument that stand before it, with or without brackets."""

OPENING = {"(", "[", r"\{", "{", r"\frac", r"\sqrt", r"\binom", r"\begin", r"\nabla", r"\partial"}
CLOSING = {"(": ")", "[": "]", r"\{": r"\}"}
NOT_COMPUTED = {
    r"\int": "an integral", r"\lim": "a limit", r"\dots": "an ellipsis", r"\forall": "a quantifier",
    r"\infty": "infinity", r"\sup": "a supremum", r"\inf": "an infimum", r"\pm": "a choice of signs",
}  # fmt: skip


class Parser(BigOperators, Reader):
    """Reads LaTeX into trees."""

    # -- statements ------------------------------------------------------------------------------------------------

    def statements(self) -> list[Tree]:
        """Read statements separated by commas or lines to the end; what begins with words is prose."""
        found = []
        aligned = self.next.text == r"\begin" and self.tokens[self.at + 2].text == "a"
        if aligned and self.take():
            self.environment("aligned")
        while True:
            if self.next.kind == "text":
                while self.next.kind != "end" and self.next.text not in {",", "\\\\"}:
                    self.take()
            else:
                found.append(self.statement())
            while separated := self.accept(",", "\\\\", ";", "."):
                pass
            if separated is None and self.tokens[self.at - 1].text not in {",", "\\\\", ";"}:
                break
            if self.next.kind == "end" or self.next.text == r"\end":
                break
        if aligned and self.expect(r"\end"):
            self.environment("aligned")
        self.accept(".", ",")
        self.end()
        for statement in found:
            self.check_letters(statement)
        return found

    def statement(self) -> Tree:
        """Read expressions joined by relations."""
        sides, relations = [self.expression()], []
        while self.next.kind in {"mark", "command"} and self.next.text in RELATIONS:
            token = self.take()
            relations.append(RELATIONS[token.text])
            sides.append(self.expression())
        if not relations:
            return sides[0]
        return Tree("statement", tuple(sides), tuple(relations), "statement", (sides[0].span[0], sides[-1].span[1]))

    def expression_only(self) -> Tree:
        """Read one expression to the end."""
        tree = self.expression()
        self.accept(".", ",")
        self.end()
        self.check_letters(tree)
        return tree

    def end(self):
        """Expect the end."""
        if self.next.kind != "end":
            token = self.next
            remedy = (
                "a relation does not belong here" if token.text in RELATIONS else "leave it out, or close a bracket"
            )
            self.fail(f"expected the end, got {token.text}", token.span, remedy)

    def check_letters(self, tree):
        """Refuse a letter that is bound in one part of a line and free in another."""
        both = free_letters(tree) & {
            letter for part in walk(tree) if part.op == "big" for letter, _ in part.detail[1]
        }
        for part in walk(tree):
            if part.op == "letter" and part.detail in both:
                self.fail(f"{part.detail} is summed over in one part of this line and free in another", part.span,
                          f"write {part.detail}' for the one that is summed over")  # fmt: skip

    # -- sums and products -----------------------------------------------------------------------------------------

    def expression(self) -> Tree:
        """Read terms that are added or subtracted."""
        terms = [self.signed_term()]
        while self.next.text in {"+", "-"} and self.next.kind == "mark":
            terms.append(self.signed_term())
        if len(terms) == 1:
            return terms[0]
        return self.make("add", *terms)

    def signed_term(self):
        """Read a term with the sign before it."""
        sign = self.accept("+", "-")
        term = self.term()
        if sign is None or sign.text == "+":
            return term
        return self.make("neg", term, span=(sign.span[0], term.span[1]))

    def term(self) -> Tree:
        """Read factors that are multiplied."""
        factors, open_function = [self.factor()], self.last_open
        while True:
            sign = self.accept(r"\cdot", r"\times", "/", r"\otimes", r"\odot", r"\oslash")
            if sign is None and not self.at_factor():
                break
            if open_function:
                self.further_factor(open_function, factors[-1])
            if sign is None or sign.text in {r"\cdot", r"\times"}:
                factors.append(self.factor())
            else:
                factors = [self.joined(sign.text, self.product(factors), self.factor())]
            open_function = self.last_open
        return self.product(factors)

    def product(self, factors):
        """Return the product of factors."""
        return factors[0] if len(factors) == 1 else self.make("mul", *factors)

    def joined(self, sign, left, right):
        """Return two parts joined by a sign of its own."""
        if sign != "/":
            return self.make({r"\otimes": "kron", r"\odot": "odot", r"\oslash": "oslash"}[sign], left, right)
        if self.at_factor():
            self.fail("it cannot be seen how far the / reaches", self.next.span, r"write \frac{...}{...}")
        return self.make("divide", left, right, detail="/")

    def further_factor(self, name, argument):
        """Refuse a factor after a function without brackets."""
        inside = self.latex[argument.span[0] : argument.span[1]].strip()
        what = inside[len(name) :].strip()
        start = self.tokens[self.at].span[0]
        rest = self.latex[start:].split("+")[0].split("=")[0].strip()
        self.fail(f"it cannot be seen whether {name} takes the next factor too", self.next.span,
                  f"write {name}({what} {rest}), or put it first: {rest} {inside}")  # fmt: skip

    last_open = None  # the name of the function without brackets that the last factor was

    def at_factor(self) -> bool:
        """Whether a factor can begin here."""
        token, innermost = self.next, self.context[-1]
        if token.kind == "end":
            return False
        if token.kind in {"number", "letter", "word"} or self.at_name():
            return True
        if token.text in {"|", r"\|"}:
            return innermost not in {token.text, "arguments"}
        return token.text in OPENING | FUNCTIONS.keys() | self.BIG.keys() | NOT_COMPUTED.keys()

    # -- factors ---------------------------------------------------------------------------------------------------

    def factor(self) -> Tree:
        """Read an atom and what is raised, lowered or put after it."""
        first = self.next
        tree = self.atom()
        if not (first.text in FUNCTIONS or (first.text == "d" and first.kind == "word")):
            self.last_open = None  # whatever stood within is closed
        return tree if self.last_open else self.raised(tree)

    def raised(self, tree):
        """Read powers, transposes, inverses, factorials and components after an atom."""
        while True:
            if self.next.text == "^" and self.next.kind == "mark":
                tree = self.power(tree)
            elif mark := self.accept("!"):
                tree = self.make("factorial", tree, span=(tree.span[0], mark.span[1]))
            elif self.next.text == "_" and self.tokens[self.at - 1].text in {")", "]"}:
                self.take()
                tree = self.component(tree, self._subscript(self.group("_"))[1])
            else:
                return tree

    def component(self, tree, indices):
        """Return an entry of a bracketed vector or matrix."""
        axes = [size for size in tree.shape if size != "1"] if isinstance(tree.shape, tuple) else []
        if len(indices) != len(axes) or not axes:
            self.fail(f"an entry of it takes {len(axes)} indices, got {len(indices)}", tree.span)
        entries = (
            indices if len(axes) == 2 else [*indices, number(0)] if tree.shape[1] == "1" else [number(0), *indices]
        )
        return Tree("entry", (tree, *entries), None, (), tree.span)

    def power(self, base):
        """Read what is raised: a transpose, an inverse, a power."""
        mark = self.take()
        group = self.group("^")
        span = (base.span[0], self.tokens[self.at - 1].span[1])
        texts = "".join(token.text for token in group)
        if texts in {r"\top", "T", "t"} and base.shape != ():
            return self.make("transpose", base, span=span)
        if texts == r"-\top":
            return self.make("transpose", self.make("inverse", base, span=span), span=span)
        if texts == r"\top":
            return base  # the transpose of a number
        if base.shape == () or isinstance(base.shape, str):
            return self.make("power", base, self.inner(group).expression_only(), span=span)
        if texts == "-1":
            return self.make("inverse", base, span=span)
        if texts.isdigit() and base.shape[0] == base.shape[1]:
            return self.make("matrix power", base, detail=int(texts), span=span)
        kind = "a vector" if base.shape[1] == "1" else "a matrix"
        return self.fail(f"{kind} has no power {texts}", mark.span, r"write \lVert x \rVert^2 or x^\top x")

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
        if token.text in {r"\nabla", r"\partial"} or (token.kind == "word" and token.text == "d"):
            return self.derivative()
        if (token.kind == "word" and token.text == "KL") or token.text == r"\mathcal N":
            return self.distribution()
        if token.text == r"\mathbb E" and r"\mathbb E" not in self.notation.named:
            return self.expectation()
        if token.text in FUNCTIONS and not self.declares(token):
            return self.function()
        reader = {
            r"\frac": self.fraction, r"\sqrt": self.root, r"\binom": self.binomial, r"\begin": self.cases,
            "|": self.bars, r"\|": self.bars, "(": self.bracket, "[": self.bracket, r"\{": self.bracket,
            "{": self.braces, "e": self.euler,
        }.get(token.text) if token.kind != "text" else None  # fmt: skip
        if reader and not (token.text == "e" and not self.is_euler()):
            return reader()
        if self.at_name():
            return self.named()
        remedy = "close what is open, or write what is missing" if token.kind == "end" else ""
        return self.fail(f"expected a number, a letter or a bracket, got {token.text}", token.span, remedy)

    def declares(self, token):
        """Whether the notation gives the token a meaning of its own."""
        key = f"\\mathrm {token.text}" if token.kind == "word" else token.text
        return any(name.split("|")[0] == key for name in self.notation.named)

    def is_euler(self):
        """Whether an e is Euler's: raised to a group, and not declared."""
        return self.tokens[self.at + 1].text == "^" and "e" not in self.notation.named

    def euler(self):
        """Read e^{...}."""
        start = self.take().span[0]
        self.expect("^")
        inner = self.inner(self.group("^")).expression_only()
        return self.make("exp", inner, detail="e", span=(start, self.tokens[self.at - 1].span[1]))

    def enclosed(self, closing, context="("):
        """Read an expression up to a closing bracket."""
        self.context.append(context)
        tree = self.expression()
        self.expect(closing, "close what is open")
        self.context.pop()
        return tree

    def bracket(self):
        r"""Read (...), [...] or \{...\}; [a = b] is 1 where it holds, else 0."""
        opening = self.take()
        self.context.append("(")
        tree = self.statement()
        members = [tree]
        while opening.text == r"\{" and self.accept(","):
            members.append(self.expression())
        self.expect(CLOSING[opening.text], f"the {opening.text} is not closed")
        self.context.pop()
        span = (opening.span[0], self.tokens[self.at - 1].span[1])
        if len(members) > 1:
            return Tree("set of", tuple(members), None, "set", span)
        if tree.op == "statement":
            return self.make("iverson", self.condition(tree), span=span)
        return Tree(tree.op, tree.children, tree.detail, tree.shape, span)

    def braces(self):
        """Read a group that changes nothing."""
        self.take()
        return self.enclosed("}")

    def bars(self):
        """Read |...|: a determinant, an absolute value or a cardinality; ||...||: a norm."""
        bar = self.take()
        if self.next.text == r"\{":
            return self.cardinality(bar)
        inner = self.enclosed(bar.text, bar.text)
        span = (bar.span[0], self.tokens[self.at - 1].span[1])
        if bar.text == "|":
            if isinstance(inner.shape, str) and inner.shape.startswith("set"):
                return Tree("cardinality", (inner,), None, (), span)
            if inner.shape != () and inner.shape[1] == "1":
                self.fail("the length of a vector has two bars a side", span, r"write \lVert x \rVert")
            return self.make("det" if inner.shape else "abs", inner, detail="|", span=span)
        self.accept_frobenius()
        if self.next.text == "^" and self.tokens[self.at + 1].text == "2":
            self.take(), self.group("^")
            return self.make("squared norm", inner, span=(span[0], self.tokens[self.at - 1].span[1]),
                             remedy="a number has the absolute value |x|")  # fmt: skip
        return self.make("norm", inner, span=span, remedy="a number has the absolute value |x|")

    def accept_frobenius(self):
        """Skip the F of a Frobenius norm."""
        if self.next.text == "_" and self.tokens[self.at + 1].text in {"F", "2"}:
            self.take(), self.take()

    def argument(self):
        """Read a braced argument of a command, or the one sign after it."""
        if self.accept("{"):
            return self.enclosed("}")
        token = self.next
        if token.kind == "number" and len(token.text) > 1:
            self.tokens[self.at] = type(token)("number", token.text[1:], (token.span[0] + 1, token.span[1]))
            return Tree("number", (), token.text[0], (), (token.span[0], token.span[0] + 1))
        return self.inner([self.take()]).expression_only()

    def fraction(self):
        r"""Read \frac; a fraction with \partial or \mathrm d above is a derivative."""
        command = self.take()
        if self.is_derivative_fraction():
            return self.derivative_fraction(command)
        over, under = self.argument(), self.argument()
        return self.make(
            "divide", over, under, detail="frac", span=(command.span[0], self.tokens[self.at - 1].span[1])
        )

    def root(self):
        r"""Read \sqrt."""
        command = self.take()
        inner = self.argument()
        return self.make("sqrt", inner, span=(command.span[0], inner.span[1]))

    def binomial(self):
        r"""Read \binom."""
        command = self.take()
        over, under = self.argument(), self.argument()
        return self.make("binomial", over, under, span=(command.span[0], under.span[1]))

    def function(self):
        """Read a function: with brackets, or before one factor or one big operator with its reach."""
        name = self.take()
        shown = name.text if name.kind == "command" else f"\\operatorname{{{name.text}}}"
        if self.next.text == "^":
            self.fail(f"a power of {shown} cannot be told from a power of its argument", self.next.span,
                      f"write ({shown} x)^2")  # fmt: skip
        bracketed = self.next.text in CLOSING
        inner = self.atom() if bracketed else self.factor()
        if bracketed and self.next.text in {"^", "!"}:
            self.fail(f"it cannot be seen what is raised, {shown} or its argument", self.next.span,
                      f"write ({shown}(...))^2 or {shown}((...)^2)")  # fmt: skip
        reached = any(part.op == "big" for part in [inner])
        span = (name.span[0], self.tokens[self.at - 1].span[1])
        tree = self.make(FUNCTIONS[name.text], inner, detail=name.text, span=span)
        self.last_open = None if bracketed or reached else shown
        return tree

    def cases(self):
        r"""Read \begin{cases} value & if condition, \\ ... \end{cases}."""
        start = self.take().span[0]
        self.environment("cases")
        parts, otherwise = [], None
        while self.next.text != r"\end":
            value = self.expression()
            self.accept(",")
            words = ""
            while self.next.kind == "text":
                words += self.take().text
            if "otherwise" in words or "else" in words:
                otherwise = value
            elif self.next.text in {"\\\\", r"\end"}:
                parts += [value, self.proposition(words)]
            else:
                parts += [value, self.condition(self.statement())]
            self.accept(",", ".")
            while self.next.kind == "text":
                self.take()
            self.accept("\\\\")
        self.take()
        self.environment("cases")
        children = [*parts, otherwise] if otherwise is not None else parts
        return self.make("cases", *children, span=(start, self.tokens[self.at - 1].span[1]))

    def proposition(self, words):
        """Return a condition that is a declared word."""
        name = f"\\text {words.strip()}"
        if name not in self.notation.named:
            self.fail(f"the condition {words!r} is not declared", self.next.span, "write a relation, as in j = k_i")
        return Tree("symbol", (), name, "statement")

    def environment(self, name):
        """Read the name of an environment."""
        self.expect("{")
        word = ""
        while self.next.text != "}" and self.next.kind != "end":
            word += self.take().text
        self.expect("}")
        if word != name:
            self.fail(f"the environment {word} is not known", self.tokens[self.at - 1].span, "write cases")

    def condition(self, statement):
        """Return a chain of relations as a condition."""
        if statement.op != "statement":
            self.fail("expected a condition", statement.span, "write a relation, as in j = k_i")
        parts = []
        for left, right, relation in zip(
            statement.children, statement.children[1:], statement.detail, strict=False
        ):
            if relation == "in":
                parts.append(Tree("member", (left, right), None, "statement", statement.span))
            elif relation in {"=", "!=", "<", ">", "<=", ">="}:
                parts.append(self.make("relation", left, right, detail=relation))
            else:
                self.fail(f"{relation} is no condition", statement.span)
        return parts[0] if len(parts) == 1 else self.make("and", *parts)

    # -- names and calls -------------------------------------------------------------------------------------------

    def named(self):
        """Read a letter: an index, a size, a table of assignments, a symbol, or a function with its arguments."""
        token = self.next
        sizes = self.notation.sizes
        if (
            token.text in sizes
            and "^" in sizes[token.text]
            and (self.is_bound(token.text) or token.text not in self.notation.named)
        ):
            return self.assignment()
        if (
            token.text in sizes
            and self.tokens[self.at + 1].text not in {"_", "^"}
            and token.text not in self.notation.named
        ):
            return self.primed_letter()
        start = self.at
        name, indices, span = self.spelled()
        if name in self.notation.all_sizes and not indices:
            return Tree("size", (), name, (), span)
        if self.next.text in {"(", "["} and self.functions(name):
            return self.call(name, indices, span)
        if self.next.text == "(" and any(
            isinstance(e, Symbol) and "(" in e.head for e in self.notation.named.get(name, [])
        ):
            indices = [*indices, *self.arguments()[0]]
        if name not in self.notation.named:
            special = self.special(name, indices, span)
            if special is not None:
                return special
        elif name == r"\pi" and not indices and start and self.tokens[start - 1].kind == "number":
            return Tree("number", (), r"\pi", (), span)
        return self.symbol(name, indices, span)

    def functions(self, name):
        """Return the definitions of functions with this name."""
        return [
            e for e in self.notation.named.get(name, []) if isinstance(e, Definition) and e.arguments is not None
        ]

    def special(self, name, indices, span):
        """Return what a name means without a declaration: pi, sizes, the identity, Kronecker's delta."""
        if name == r"\pi" and not indices:
            return Tree("number", (), name, (), span)
        base, *marks = name.split("|")
        if base == "I" and (not marks or marks[0] in self.notation.all_sizes):
            size = marks[0] if marks else "d"
            return Tree("identity", (), size, (size, size), span)
        if base == "I" and len(indices) == 1 and indices[0].op == "size":
            return Tree("identity", (), indices[0].detail, (indices[0].detail,) * 2, span)
        if base == r"\delta" and not marks and len(indices) == 2:
            return self.make("iverson", self.make("relation", *indices, detail="="), span=span)
        if base == r"\lambda" and marks and marks[0] in {r"\max", r"\min"} and self.accept("("):
            return self.make("eig" + marks[0][1:], self.enclosed(")"), span=span)
        return None

    def is_bound(self, letter):
        """Whether an enclosing sum binds the letter, primed or not."""
        return any(bound.rstrip("'") == letter for bound in self.bound)

    def assignment(self):
        """Read a table of assignments, as in z_{ij}, z'_{ij}, or the letter z itself."""
        letter = self.primed_letter()
        if not self.accept("_"):
            return Tree("letter", (), letter.detail, "assignment", letter.span)
        indices = self._subscript(self.group("_"))[1]
        while self.accept("'"):
            letter = Tree("letter", (), letter.detail + "'", (), letter.span)
        size = self.notation.sizes[letter.detail.rstrip("'")]
        span = (letter.span[0], self.tokens[self.at - 1].span[1])
        columns = size.split("^")[0]
        if len(indices) == 1:
            own = next(name for name, s in self.notation.sizes.items() if s == columns) + "°"
            entry = Tree("assigned", (letter, indices[0], Tree("letter", (), own)), size, (), span)
            return Tree("stack", (entry,), ("whole", ((own, columns),)), stacked(((own, columns),), ()), span)
        return Tree("assigned", (letter, *indices), size, (), span)

    def call(self, name, indices, span):
        """Read the arguments of a function and find the definition that they match."""
        arguments, separators = self.arguments()
        span = (span[0], self.tokens[self.at - 1].span[1])
        tree = Tree("call", (*indices, *arguments), (name, len(indices), separators), (), span)
        definition, _ = matched(self.notation, tree)
        if definition is None:
            heads = " or ".join(e.head for e in self.functions(name))
            self.fail("the arguments match no declaration of this function", span, f"declared is {heads}")
        return Tree("call", tree.children, tree.detail, self.notation.body(definition).shape, span)

    def arguments(self):
        """Read arguments in brackets; returns them, and what separates them."""
        opening = self.take()
        self.context.append("arguments")
        found, separators = [], ""
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

    def formal_arguments(self):
        """Read the arguments of the head of a definition; None if it has none."""
        self.spelled()
        if self.next.kind == "end":
            return None, ""
        if self.next.text not in {"(", "["}:
            self.fail("expected the arguments of a function", self.next.span, "write them in brackets")
        found, separators = self.arguments()
        self.end()
        return tuple(found), separators


def parse(latex, notation) -> list[Tree]:
    """Read a formula: its statements, as trees.

    Raises
    ------
    FormulaError
        With the place, what was expected, and what to write.
    """
    return Parser(latex, notation).statements()
