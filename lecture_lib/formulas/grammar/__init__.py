r"""The grammar of formulas: one file a kind of construct, one method a rule.

operators       statements, and what joins their parts: +, -, products, powers; where a new operator goes
atoms           brackets, bars, fractions, functions, cases
big_operators   sums, products and extremes over index letters
derivatives     \nabla, \partial, \mathrm d
distributions   \mathcal N, \mathrm{KL}, \mathbb E
calls           letters without a declaration, functions with arguments
names           base, accent, marks, indices, and what a name stands for
cursor          the place in the tokens, groups in braces, errors that show the place
"""

from lecture_lib.formulas.grammar.operators import Parser, parse

__all__ = ["Parser", "parse"]
