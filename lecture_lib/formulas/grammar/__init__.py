r"""The grammar of formulas: one file a kind of rule, one method a rule.

statements  statements, sums, products, powers     (statements.py)
atoms       brackets, bars, fractions, functions, cases
reach       sums, products and extremes over letters
derivatives \nabla, \partial, \mathrm d
chances     \mathcal N, \mathrm{KL}, \mathbb E
calls       letters without a declaration, functions with arguments
names       base, accent, marks, indices, and what a name stands for
cursor      the place in the tokens, groups in braces, errors that show the place
"""

from lecture_lib.formulas.grammar.statements import Parser, parse

__all__ = ["Parser", "parse"]
