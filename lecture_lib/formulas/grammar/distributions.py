r"""Densities, divergences and expectations: \mathcal N, \mathrm{KL}, \mathbb E."""

from lecture_lib.formulas.grammar.derivatives import Derivatives
from lecture_lib.formulas.notation import split_letter
from lecture_lib.formulas.operations import shown_shape
from lecture_lib.formulas.tree import Tree, free_letters, fresh, renamed, settled, unsettled

__all__ = ["Distributions"]


class Distributions(Derivatives):
    """The part of the parser that reads what belongs to distributions."""

    def normal(self) -> Tree:
        r"""Read \mathcal N(x; \mu, \Sigma); in a divergence, \mathcal N(\mu, \Sigma)."""
        token = self.take()
        usual = r"write \mathcal N(x_i; \mu_j, \Sigma_j)"
        if self.next.text not in {"(", "["}:
            self.fail(r"\mathcal N has no arguments", token.span, usual)
        arguments, _ = self.arguments()
        if len(arguments) == 2:
            return Tree("gaussian", tuple(map(self.sized, arguments)), None, "distribution", self.since(token))
        if len(arguments) != 3:
            self.fail(rf"\mathcal N takes 3 arguments, got {len(arguments)}", self.since(token), usual)
        if unsettled(arguments[2].shape) and arguments[0].shape:
            rows, columns = arguments[2].shape
            arguments[2:] = settled(arguments[2:], dict.fromkeys((rows, columns), arguments[0].shape[0]))
        x, mean, covariance = (argument.shape for argument in arguments)
        if x != mean or covariance != (() if x == () else (x[0], x[0])):
            what = f"{shown_shape(x)}, mean {shown_shape(mean)} and covariance {shown_shape(covariance)}"
            self.fail(f"a normal density of {what}", self.since(token), r"write \sigma^2 I for a round covariance")
        return Tree("normal", tuple(arguments), None, (), self.since(token))

    def divergence(self) -> Tree:
        r"""Read \mathrm{KL}(q \Vert p), of two Gaussians, or of two distributions of what one letter counts."""
        token = self.take()
        usual = r"write \mathrm{KL}(q \Vert p), or \sum_i \mathrm{KL}(r_i \Vert s_i)"
        arguments, separators = self.arguments() if self.next.text in {"(", "["} else ([], "")
        span = self.since(token)
        if len(arguments) != 2 or separators != "‖":
            self.fail(r"\mathrm{KL} takes two distributions with \Vert between them", span, usual)
        if all(part.shape == "distribution" for part in arguments):
            return Tree("divergence", tuple(arguments), None, (), span)
        binders = self._counted_by(arguments)
        if len(binders) != 1 or "distribution" in {part.shape for part in arguments}:
            self.fail(r"\mathrm{KL} compares two distributions of what one letter counts", span, usual)
        (old, size), parts = binders[0], []
        letter = Tree("letter", (), fresh(old), "assignment" if "^" in size else ())
        for part in arguments:
            names = [x for x, _ in part.detail[1]] if part.op == "stack" else free_letters(part)
            own = next((x for x in names if split_letter(x)[0] == split_letter(old)[0]), old)
            parts.append(renamed(part.children[0] if part.op == "stack" else part, {own: letter}))
        return Tree("divergence", tuple(parts), ("sum", ((letter.detail, size),)), (), span)

    def _counted_by(self, parts):
        """Return the letters, with their sizes, that some expressions are distributions of."""
        for part in parts:
            if part.op == "stack":
                return part.detail[1]
        sizes = {x: self.notation.sizes[split_letter(x)[0]] for part in parts for x in free_letters(part)}
        return [(letter, size) for letter, size in sizes.items() if "^" in size]

    def expectation(self) -> Tree:
        r"""Read \mathbb E[f(z) \mid x], \mathbb E_q[f(z)]: the average over all assignments."""
        token = self.take()
        under = self.group("_") if self.accept("_") else []
        letters = [(letter, size) for letter, size in self.notation.sizes.items() if "^" in size]
        if self.next.text not in {"(", "["} or not letters:
            problem = r"\mathbb E has no bracket" if letters else "this notation has no assignments to average over"
            self.fail(problem, token.span, r"write \mathbb E[z_{ij} \mid x]" if letters else "write the sum")
        (body, *given), separators = self.arguments()
        span = self.since(token)
        z = Tree("letter", (), letters[0][0], "assignment", span)
        name = under[0].text if under else "p"
        entries = self.notation.named.get(name, [])
        if under and not given and entries and "(" in entries[0].head and not hasattr(entries[0], "arguments"):
            weight = Tree("symbol", (z,), name, (), span)
        else:
            weight = self.called(name, [], [z, *given], separators, span)
        product = self.make("mul", weight, body, span=span)
        return Tree("big", (product,), ("sum", tuple(letters[:1])), body.shape, span)
