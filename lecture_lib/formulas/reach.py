r"""Operators with a reach: sums, products, extremes, derivatives, expectations, divergences.

    big        := ("\sum" | "\prod" | "\min" | ...) "_" binders term
    binders    := letters [("=" | "\ne" | "<" | "\in" | ":") ...]
    derivative := "\nabla" ["^2"] "_" name term | "\frac{\partial ...}{\partial ...}" | "\mathrm d" factor

Each reaches to the next + or - or relation at its level.
"""

from typing import ClassVar

from lecture_lib.formulas.expansion import matched
from lecture_lib.formulas.notation import split_letter
from lecture_lib.formulas.tree import Tree, free_letters, fresh, number, renamed

__all__ = ["BigOperators"]


class BigOperators:
    """The part of the parser that reads operators with a reach."""

    BIG: ClassVar = {r"\sum": "sum", r"\prod": "prod", r"\min": "min", r"\max": "max", r"\arg": "arg"}

    def big_operator(self) -> Tree:
        """Read a sum, a product or an extreme, with what it binds and what it reaches."""
        token = self.take()
        kind = self.BIG[token.text]
        if kind == "arg":
            extreme = self.accept(r"\min", r"\max") or self.fail("expected \\min or \\max", self.next.span)
            kind += extreme.text[1:]
        if not self.accept("_"):
            if kind in {"min", "max"} and self.next.text in {"(", r"\{", "["}:
                children, _ = self.arguments()
                return self.make(f"{kind} of", *children, span=(token.span[0], self.tokens[self.at - 1].span[1]))
            self.fail(
                f"{token.text} does not say over what", token.span, f"write {token.text}_i or {token.text}_{{ij}}"
            )
        letters, condition = self.binders(self.group("_"), token)
        self.bound += [letter for letter, _ in letters]
        body = self.term()
        del self.bound[len(self.bound) - len(letters) :]
        children = (body,) if condition is None else (body, condition)
        if kind not in {"sum", "argmin", "argmax"} and body.shape != () and body.shape != "index":
            self.fail(f"{token.text} is taken over numbers", body.span)
        self.last_open = None
        return Tree("big", children, (kind, tuple(letters)), body.shape, (token.span[0], body.span[1]))

    def binders(self, group, token):
        """Return the letters that a big operator binds, with their sizes, and its condition or None."""
        reader = self.inner(group)
        letters = []
        while reader.next.text in self.notation.sizes:
            letter = reader.primed_letter()
            if letter.detail in self.bound:
                self.fail(f"{letter.detail} is summed over already", letter.span, f"write {letter.detail}'")
            letters.append((letter.detail, self.notation.sizes[letter.detail.rstrip("'")]))
            reader.accept(",")
        if not letters:
            known = ", ".join(self.notation.sizes)
            self.fail(f"expected an index letter under {token.text}, got {reader.next.text}", reader.next.span,
                      f"index letters are {known}")  # fmt: skip
        reader.bound += [letter for letter, _ in letters]
        if reader.accept("="):
            self.limits(reader, letters, token)
            return letters, None
        if reader.next.kind == "end":
            return letters, None
        if reader.accept(":", r"\mid", "|"):
            return letters, reader.condition(reader.statement())
        relation = reader.take()
        last = Tree("letter", (), letters[-1][0], (), relation.span)
        from lecture_lib.formulas.grammar import RELATIONS

        if relation.text not in RELATIONS:
            self.fail(
                f"expected a condition, got {relation.text}", relation.span, r"write i \ne 0, j < k or i \in A"
            )
        right = reader.expression_only()
        size = letters[-1][1]
        if right.op == "size" and not (relation.text == "<" and right.detail == size):
            self.fail(f"{letters[-1][0]} counts from 0 to {size} - 1, so this leaves out nothing", relation.span,
                      f"write {token.text}_{letters[-1][0]}")  # fmt: skip
        chain = Tree("statement", (last, right), (RELATIONS[relation.text],), "statement", relation.span)
        return letters, reader.condition(chain)

    def limits(self, reader, letters, token):
        """Read i = 1 below and n above, which says the whole range, counted from 0 or from 1."""
        (letter, size), start = letters[-1], reader.take()
        reader.end()
        self.expect("^", f"write what {letter} runs to, or {token.text}_{letter}")
        above = "".join(part.text for part in self.group("^"))
        if (start.text, above) not in {("1", size), ("0", f"{size}-1")}:
            self.fail(f"{letter} runs over its whole range, not from {start.text} to {above}", start.span,
                      f"write {token.text}_{letter}, or a condition: {token.text}_{{{letter} \\ne 0}}")  # fmt: skip

    def cardinality(self, bar):
        r"""Read |\{ i : condition \}|, the number of i for which it holds."""
        self.take()
        group, depth = [], 0
        while not (self.next.text == r"\}" and depth == 0):
            if self.next.kind == "end":
                self.fail(r"the \{ is not closed", bar.span)
            group.append(self.take())
        self.take()
        letters, condition = self.binders(group, bar)
        self.expect("|")
        span = (bar.span[0], self.tokens[self.at - 1].span[1])
        children = (number(1),) if condition is None else (number(1), condition)
        return Tree("big", children, ("sum", tuple(letters)), (), span)

    # -- derivatives -----------------------------------------------------------------------------------------------

    def derivative(self) -> Tree:
        r"""Read \nabla_x, \nabla^2_x, \partial_x or \mathrm d before what they reach."""
        token = self.take()
        if token.kind == "word":
            inner = self.factor()
            self.last_open = r"\mathrm d"
            return Tree("differential", (inner,), None, inner.shape, (token.span[0], inner.span[1]))
        twice = self.next.text == "^" and self.tokens[self.at + 1].text == "2"
        if twice:
            self.take(), self.take()
        if not self.accept("_"):
            self.fail(
                f"{token.text} does not say with respect to what", token.span, rf"write {token.text}_{{\mu_j}}"
            )
        variable = self.inner(self.group("_")).variable()
        row = False
        if self.next.text == "^":
            self.take()
            row = "".join(part.text for part in self.group("^")) in {r"\top", "T"}
        body = self.term()
        self.last_open = None
        span = (token.span[0], body.span[1])
        body = self.derived(body, variable, row, span)
        return self.derived(body, variable, variable.shape != (), span) if twice else body

    def variable(self):
        """Read the letter that a derivative is taken with respect to."""
        name, indices, span = self.spelled()
        return self.symbol(name, indices, span)

    def derived(self, body, variable, row, span):
        """Return the derivative of an expression with respect to a letter, as a column, or as a row."""
        parts = (body.shape, variable.shape)
        if variable.shape == "bundle":
            shape = ("parameters", "1")
        elif variable.shape == ():
            shape = body.shape
        elif body.shape == ():
            shape = variable.shape[::-1] if row else variable.shape
        elif row and body.shape[1] == "1" and variable.shape[1] == "1":
            shape = (body.shape[0], variable.shape[0])
        elif not row and body.shape[0] == "1" and variable.shape[1] == "1":
            turned = self.derived(self.make("transpose", body), variable, True, span)
            return self.make("transpose", turned, span=span)
        else:
            what = f"the derivative of {self.words(parts[0])} in {self.words(parts[1])}"
            remedy = r"write \frac{\partial v}{\partial x^\top} for the matrix with a row per entry of v"
            shape = self.fail(f"{what} has no fixed layout", span, remedy)
        return Tree("derivative", (body, variable), row, shape, span)

    def words(self, shape):
        """Say a shape in words."""
        from lecture_lib.formulas.operations import shown_shape

        return shown_shape(shape)

    def is_derivative_fraction(self):
        r"""Whether a fraction has \partial or \mathrm d as the first thing above."""
        first = self.tokens[self.at + 1] if self.next.text == "{" else self.next
        return first.text == r"\partial" or (first.kind == "word" and first.text == "d")

    def derivative_fraction(self, command):
        r"""Read \frac{\partial^2 f}{\partial x \partial y^\top}, or the operator \frac{\partial}{\partial x} f."""
        above, below = self.inner(self.group("\\frac")), self.inner(self.group("\\frac"))
        above.take()
        order = above.group("^")[0].text if above.accept("^") else "1"
        body = above.expression_only() if above.next.kind != "end" else None
        variables = []
        while below.next.kind != "end":
            sign = below.take()
            if sign.text != r"\partial" and not (sign.kind == "word" and sign.text == "d"):
                self.fail(r"expected \partial", sign.span, r"write \frac{\partial f}{\partial x}")
            variable = below.variable()
            above_it = "".join(part.text for part in below.group("^")) if below.accept("^") else ""
            variables.append((variable, above_it in {r"\top", "T"}))
            if above_it == "2":
                variables.append((variable, variable.shape != ()))
        if order != str(len(variables)):
            self.fail(f"above stands the derivative of order {order}, below {len(variables)}", command.span,
                      r"write \frac{\partial^2 f}{\partial x \, \partial y}")  # fmt: skip
        if body is None:
            body = self.term()
            self.last_open = None
        span = (command.span[0], self.tokens[self.at - 1].span[1])
        for variable, row in variables:
            body = self.derived(body, variable, row, span)
        return body

    # -- distributions ---------------------------------------------------------------------------------------------

    def distribution(self):
        r"""Read \mathcal N(x; \mu, \Sigma), or \mathrm{KL}(q \Vert p)."""
        token = self.take()
        name = "normal" if token.text == r"\mathcal N" else "divergence"
        if self.next.text not in {"(", "["}:
            self.fail(f"{token.text} has no arguments", token.span, r"write \mathcal N(x_i; \mu_j, \Sigma_j)")
        arguments, separators = self.arguments()
        span = (token.span[0], self.tokens[self.at - 1].span[1])
        if name == "normal" and len(arguments) == 2:
            return Tree("gaussian", tuple(arguments), None, "distribution", span)
        wanted = {"normal": 3, "divergence": 2}[name]
        if len(arguments) != wanted or (name == "divergence" and separators != "‖"):
            self.fail(f"{token.text} takes {wanted} arguments", span,
                      r"write \mathcal N(x_i; \mu_j, \Sigma_j) or \mathrm{KL}(q \Vert p)")  # fmt: skip
        if name == "divergence":
            return self.divergence(*arguments, span)
        if name == "normal":
            x, mean, covariance = (argument.shape for argument in arguments)
            fits = x == mean and covariance == (() if x == () else (x[0], x[0]))
            if not fits:
                self.fail(f"a normal density of {self.words(x)} with mean {self.words(mean)} and covariance "
                          f"{self.words(covariance)}", span, r"write \sigma^2 I for a round covariance")  # fmt: skip
        return Tree(name, tuple(arguments), None, (), span)

    def divergence(self, q, p, span):
        """Return the divergence of two Gaussians, or of two distributions of what one letter counts."""
        if q.shape == p.shape == "distribution":
            return Tree("divergence", (q, p), None, (), span)
        binders = next((part.detail[1] for part in (q, p) if part.op == "stack"), None)
        if binders is None:
            letters = [
                x for x in free_letters(q) | free_letters(p) if "^" in self.notation.sizes.get(x.rstrip("'"), "")
            ]
            binders = [(x, self.notation.sizes[x.rstrip("'")]) for x in letters]
        if len(binders) != 1:
            self.fail(r"\mathrm{KL} compares two distributions of one letter", span,
                      r"write \mathrm{KL}(q \Vert p), or \sum_i \mathrm{KL}(r_i \Vert s_i)")  # fmt: skip
        (old, size), letter = binders[0], fresh(binders[0][0])
        parts = []
        for part in (q, p):
            names = [x for x, _ in part.detail[1]] if part.op == "stack" else free_letters(part)
            own = next((x for x in names if split_letter(x)[0] == split_letter(old)[0]), old)
            inner = part.children[0] if part.op == "stack" else part
            parts.append(renamed(inner, {own: Tree("letter", (), letter)}))
        return Tree("divergence", tuple(parts), ("of", ((letter, size),)), (), span)

    def expectation(self):
        r"""Read \mathbb E[f(z) \mid x], \mathbb E_q[f(z)]."""
        token = self.take()
        under = self.group("_") if self.accept("_") else []
        if self.next.text not in {"(", "["}:
            self.fail(r"\mathbb E has no bracket", token.span, r"write \mathbb E[z_{ij} \mid x]")
        arguments, _ = self.arguments()
        span = (token.span[0], self.tokens[self.at - 1].span[1])
        weights = self.weights_of_expectation(under, arguments, span)
        letter = self.assignment_letter(span)
        body = self.make("mul", weights, arguments[0], span=span)
        return Tree("big", (body,), ("sum", ((letter, self.notation.sizes[letter]),)), arguments[0].shape, span)

    def assignment_letter(self, span):
        """Return the letter over whose assignments an expectation runs."""
        letters = [letter for letter, size in self.notation.sizes.items() if "^" in size]
        return letters[0] if letters else self.fail("this notation has no assignments to average over", span)

    def weights_of_expectation(self, under, arguments, span):
        """Return the probability that an expectation weights with: p(z | ...) or the q below the E."""
        letter = self.assignment_letter(span)
        z = Tree("letter", (), letter, "assignment", span)
        if under:
            name, detail, given = under[0].text, "", ()
        else:
            name, detail, given = "p", "|" + "," * (len(arguments) - 2), tuple(arguments[1:])
        tree = Tree("call", (z, *given), (name, 0, detail), (), span)
        if matched(self.notation, tree)[0] is None:
            self.fail(r"the distribution of this \mathbb E is not declared", span, rf"declare {name}(z ...)")
        return tree
