"""LaTeX that is computed: what stands on the page is what ran. README.md says how to write a formula."""

from lecture_lib.formulas.errors import FormulaError
from lecture_lib.formulas.evaluation import Formula, evaluate
from lecture_lib.formulas.grammar import parse
from lecture_lib.formulas.notation import Glossary, Notation

__all__ = ["Formula", "FormulaError", "Glossary", "Notation", "evaluate", "parse"]
