r"""Atoms: brackets, bars, fractions, roots, functions before their argument, cases.

bracketed := "(" expression ")" | "[" condition "]" | "|" expression "|" | "\|" expression "\|"
function  := "\log" bracketed | "\log" factor | "\log" big operator
cases     := "\begin{cases}" (value "&" condition "\\")* "\end{cases}"
"""

from lecture_lib.formulas.grammar.calls import CLOSING, Calls
from lecture_lib.formulas.tree import Tree

__all__ = ["FUNCTIONS", "Atoms"]

FUNCTIONS = {
    r"\log": "log", r"\exp": "exp", r"\det": "det", r"\tanh": "tanh", r"\cosh": "cosh", r"\sinh": "sinh",
    r"\sin": "sin", r"\cos": "cos", "tr": "trace", "diag": "diag", "cof": "cof", r"\Gamma": "gamma",
    r"\psi": "digamma", "sign": "sign", "sgn": "sign",
}  # fmt: skip
"""Functions of one argument that stand before it, with or without brackets."""


COMPARES = {"=", "<", ">", r"\le", r"\ge", r"\ne", r"\in"}


class Atoms(Calls):
    """The part of the parser that reads what stands for itself."""

    last_open: str | None = None
    """The function without brackets that the last factor was."""

    def enclosed(self, closing: str, context: str = "(") -> Tree:
        """Read an expression up to a closing bracket."""
        self.context.append(context)
        tree = self.expression()
        self.expect(closing, "close what is open")
        self.context.pop()
        return tree

    def bracket(self) -> Tree:
        r"""Read (...), [...] or \{...\}; [a = b] is 1 where it holds and 0 elsewhere."""
        opening = self.take()
        self.context.append("(")
        parts = [self.statement()]
        while opening.text == r"\{" and self.accept(","):
            parts.append(self.expression())
        self.expect(CLOSING[opening.text], "close what is open")
        self.context.pop()
        tree, span = parts[0], self.since(opening)
        if len(parts) > 1 or (opening.text == r"\{" and self.tokens[self.at - len(parts) - 2].text == r"\in"):
            return Tree("set of", tuple(parts), None, "set", span)
        if tree.op == "statement":
            return self.make("iverson", self.condition(tree), span=span)
        return Tree(tree.op, tree.children, tree.detail, tree.shape, span)

    def braces(self) -> Tree:
        """Read a group that changes nothing."""
        self.take()
        return self.enclosed("}")

    def bars(self) -> Tree:
        """Read ``|...|``, a determinant, an absolute value or a cardinality by its kind, or a norm."""
        bar = self.take()
        inner = self.enclosed(bar.text, bar.text)
        if bar.text == r"\|":
            return self._norm(bar, inner)
        if isinstance(inner.shape, str) and inner.shape.startswith("set"):
            return Tree("cardinality", (inner,), None, (), self.since(bar))
        if inner.shape and inner.shape[1] == "1":
            self.fail("the length of a vector has two bars a side", self.since(bar), r"write \lVert x \rVert")
        return self.make("det" if inner.shape else "abs", inner, detail="|", span=self.since(bar))

    def _norm(self, bar, inner):
        """Return a norm, or its square; the F of Frobenius says nothing new."""
        self.raised_before_lowered()
        if self.next.text == "_" and self.tokens[self.at + 1].text in {"F", "2"}:
            self.take(), self.take()
        remedy = "a number has the absolute value |x|"
        if self.next.text == "^" and self.tokens[self.at + 1].text == "2":
            self.take(), self.take()
            return self.make("squared norm", inner, span=self.since(bar), remedy=remedy)
        return self.make("norm", inner, span=self.since(bar), remedy=remedy)

    def argument(self) -> Tree:
        """Read a braced argument of a command, or the one sign after it."""
        if self.accept("{"):
            return self.enclosed("}")
        token = self.next
        if token.kind == "number" and len(token.text) > 1:
            start = token.span[0]
            self.tokens[self.at] = type(token)("number", token.text[1:], (start + 1, token.span[1]))
            return Tree("number", (), token.text[0], (), (start, start + 1))
        if token.kind == "end":
            self.fail("expected an argument", token.span, "write it in braces")
        return self.inner([self.take()]).expression_only()

    def fraction(self) -> Tree:
        r"""Read \frac; one with \partial or \mathrm d above is a derivative."""
        command = self.take()
        if self.at_derivative_fraction():
            return self.derivative_fraction(command)
        over, under = self.argument(), self.argument()
        return self.make("divide", over, under, span=self.since(command))

    def root(self) -> Tree:
        r"""Read \sqrt."""
        command = self.take()
        return self.make("sqrt", self.argument(), span=self.since(command))

    def binomial(self) -> Tree:
        r"""Read \binom."""
        command = self.take()
        return self.make("binomial", self.argument(), self.argument(), span=self.since(command))

    def euler(self) -> Tree:
        """Read e^{...}."""
        letter = self.take()
        self.take()
        return self.make("exp", self.inner(self.group("^")).expression_only(), span=self.since(letter))

    def function(self) -> Tree:
        """Read a function: with brackets, or before one factor or one big operator with its reach."""
        name = self.take()
        shown = name.text if name.kind == "command" else f"\\operatorname{{{name.text}}}"
        if self.next.text == "^":
            problem = f"a power of {shown} cannot be told from a power of its argument"
            self.fail(problem, self.next.span, f"write ({shown} x)^2")
        bracketed = self.next.text in CLOSING
        inner = self.atom() if bracketed else self.factor()
        if bracketed and self.next.text in {"^", "!"}:
            remedy = f"write ({shown}(...))^2 or {shown}((...)^2)"
            self.fail(f"it cannot be seen what is raised, {shown} or its argument", self.next.span, remedy)
        remedy = "write its index" if inner.op == "stack" and inner.detail[0] == "whole" else ""
        tree = self.make(FUNCTIONS[name.text], inner, span=self.since(name), remedy=remedy)
        self.last_open = None if bracketed or inner.op == "big" else shown
        return tree

    def cases(self) -> Tree:
        r"""Read \begin{cases} value & if condition, \\ ... \end{cases}; the last may be "otherwise"."""
        start = self.take()
        self.environment("cases")
        parts, otherwise = [], []
        while self.next.text != r"\end":
            value = self.expression()
            self.accept(",")
            words = self._words()
            if not words and self.next.text in COMPARES:
                problem = "it cannot be seen where the condition begins"
                self.fail(problem, self.next.span, r"write \text{if } before the condition")
            if "otherwise" in words or "else" in words:
                otherwise = [value]
            elif self.next.text in {"\\\\", r"\end"}:
                parts += [value, self._proposition(words)]
            else:
                parts += [value, self.condition(self.statement())]
            self.accept(",", ".")
            self._words()
            self.accept("\\\\")
        self.take()
        self.environment("cases")
        if not parts + otherwise:
            self.fail("no case stands here", start.span, r"write a value, & and a condition")
        return self.make("cases", *parts, *otherwise, span=self.since(start))

    def _words(self):
        """Skip words, and return them."""
        words = ""
        while self.next.kind == "text":
            words += self.take().text
        return words.strip()

    def _proposition(self, words):
        """Return a condition that is a declared word."""
        name = f"\\text {words}"
        if name not in self.notation.named:
            self.fail(f"expected a condition, got {words!r}", self.next.span, "write a relation, as in j = k_i")
        return Tree("symbol", (), name, "statement")

    def environment(self, name: str) -> None:
        """Read the name of an environment."""
        self.expect("{")
        word = ""
        while self.next.text != "}" and self.next.kind != "end":
            word += self.take().text
        self.expect("}")
        if word != name:
            self.fail(f"the environment {word} is not known here", self.tokens[self.at - 1].span, f"write {name}")

    def condition(self, statement: Tree) -> Tree:
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
                self.fail("this relation is no condition", statement.span, r"write =, \ne, <, \le or \in")
        return parts[0] if len(parts) == 1 else self.make("and", *parts)
