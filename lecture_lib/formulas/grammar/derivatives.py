r"""Derivatives: they are read here, and computed by differentiating what they stand before.

derivative := "\nabla" ["^2"] "_" name ["^\top"] term
            | "\frac{\partial" ["^2"] expression "}{\partial" name ... "}"
                | "\frac{\partial}{\partial" name "}" term
            | "\mathrm d" factor
"""

from lecture_lib.formulas.grammar.big_operators import BigOperators
from lecture_lib.formulas.grammar.calls import CLOSING
from lecture_lib.formulas.operations import shown_shape
from lecture_lib.formulas.tree import Tree

__all__ = ["Derivatives"]

HIGHEST_ORDER = 4
"""How many derivatives may stand within each other: each takes four times as long as what it stands before."""


def _order(tree):
    """Return how many derivatives stand within each other."""
    return (tree.op == "derivative") + max(map(_order, tree.children), default=0)


class Derivatives(BigOperators):
    """The part of the parser that reads derivatives."""

    def derivative(self) -> Tree:
        r"""Read \nabla_x, \nabla^2_x, \partial_x or \mathrm d before what they reach."""
        token = self.take()
        if token.kind == "word":
            bracketed = self.next.text in CLOSING
            inner = self.atom() if bracketed else self.factor()
            self.last_open = None if bracketed else r"\mathrm d"
            return Tree("differential", (inner,), None, inner.shape, self.since(token))
        self.raised_before_lowered()
        twice = self._raised() == "2"
        if not self.accept("_"):
            self.fail(
                f"{token.text} does not say with respect to what", token.span, rf"write {token.text}_{{\mu_j}}"
            )
        variable = self.inner(self.group("_")).variable()
        raised = self._raised()
        body, span = self.term(), self.since(token)
        body = self._derived(body, variable, raised in {r"\top", "T"}, span)
        again = twice or raised == "2"
        return self._derived(body, variable, variable.shape != (), span) if again else body

    def _raised(self):
        """Read a superscript, as text; empty if there is none."""
        return "".join(token.text for token in self.group("^")) if self.accept("^") else ""

    def variable(self) -> Tree:
        """Read the letter that a derivative is taken with respect to."""
        return self.symbol(*self.spelled())

    def _derived(self, body, variable, row, span):
        """Return the derivative of an expression with respect to a letter, as a column, or as a row."""
        inner, outer = body.shape, variable.shape
        if outer == "bundle":
            shape = ("parameters", "1")
        elif outer == () or inner == ():
            shape = inner or (outer[::-1] if row else outer)
        elif row and inner[1] == "1" and outer[1] == "1":
            shape = (inner[0], outer[0])
        elif not row and inner[0] == "1" and outer[1] == "1":
            turned = self._derived(self.make("transpose", body), variable, True, span)
            return self.make("transpose", turned, span=span)
        else:
            remedy = r"write \frac{\partial v}{\partial x^\top} for the matrix with a row per entry of v"
            what = f"the derivative of {shown_shape(inner)} in {shown_shape(outer)}"
            self.fail(f"{what} has no fixed layout", span, remedy)
        if _order(body) >= HIGHEST_ORDER:
            self.fail("derivatives within derivatives are too many to compute", span, "carry some of them out")
        return Tree("derivative", (body, variable), row, shape, span)

    def at_derivative_fraction(self) -> bool:
        r"""Whether a fraction has \partial or \mathrm d as the first thing above."""
        return self._is_d(self.tokens[self.at + 1] if self.next.text == "{" else self.next)

    def _is_d(self, token):
        r"""Whether a token is \partial, \mathrm d, or a d that means nothing else."""
        means_else = token.kind != "word" and (self.notation.named.get("d") or "d" in self.notation.all_sizes)
        return token.text == r"\partial" or (token.text == "d" and not means_else)

    def derivative_fraction(self, command) -> Tree:
        r"""Read \frac{\partial^2 f}{\partial x \partial y^\top}, or the operator \frac{\partial}{\partial x} f."""
        above, below = self.inner(self.group(r"\frac")), self.inner(self.group(r"\frac"))
        above.take()
        order = above._raised() or "1"
        body = above.expression_only() if above.next.kind != "end" else None
        variables = []
        while below.next.kind != "end":
            sign = below.take()
            if not self._is_d(sign):
                self.fail(r"expected \partial", sign.span, r"write \frac{\partial f}{\partial x}")
            variable = below.variable()
            raised = below._raised()
            variables.append((variable, raised in {r"\top", "T"}))
            if raised == "2":
                variables.append((variable, variable.shape != ()))
        if order != str(len(variables)):
            problem = f"above stands the derivative of order {order}, below {len(variables)}"
            self.fail(problem, command.span, r"write \frac{\partial^2 f}{\partial x \, \partial y}")
        body = body or self.term()
        for variable, row in variables:
            body = self._derived(body, variable, row, self.since(command))
        return body
