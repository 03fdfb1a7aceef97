r"""The lines of a derivation as a student writes them: LaTeX, one step a line, read into formulas.

A line is an expression, or, where the exercise solves an equation, an equation. What people write around a formula
is left out: dollar signs, an ``&``, ``\\`` at the end, a relation at the beginning, a comment after % or #.
"""

import re
from dataclasses import dataclass

from lecture_lib.derivation.relations import sides
from lecture_lib.formulas import Formula, FormulaError, Notation

__all__ = ["LONGEST", "MOST", "Line", "read", "written"]

MOST = 60
"""Lines of a derivation; a longer one has lost its way."""

LONGEST = 2000
"""Letters of a line; what a formula of this length costs to judge is still well below a second."""

NOT_RAW = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v", "\r": r"\r", "\nabla": r"\nabla", "\nu": r"\nu"}
r"""What Python makes of ``\frac`` and its like where the r before the quotation marks was lost; it is undone."""

COMMENT = re.compile(r"(?<!\\)[%#].*")
AROUND = re.compile(
    r"\\(?:begin|end)\{(?:aligned?|equation|gather)\*?\}|\$|\\(?:displaystyle|[,;!]|q?quad)(?![A-Za-z])"
)
ALIGNED = re.compile(r"^\s*&|&(?=\s*(?:=|\\[gl]eq?\b))|(?<==)\s*&")
PROSE = re.compile(r"\\text\{[^{}]*\}\s*$")
LEADING = re.compile(
    r"^\s*(?:(?P<relation>=|\\overset\{!\}\{=\}|\\geq?(?![a-z])|\\leq?(?![a-z])|>=|<=)"
    r"|\\iff|\\implies|\\(?:Left|Long|Longleft)?[Rr]ightarrow|\\Rightarrow)\s*"
)
SPELLED = {r"\overset{!}{=}": "=", r"\ge": ">=", r"\geq": ">=", r"\le": "<=", r"\leq": "<="}


@dataclass(frozen=True, eq=False)
class Line:
    r"""A line that was read, or why it cannot be.

    Parameters
    ----------
    latex : str
        Without what stands around it.
    relation : str
        To the line before, ``=`` or ``>=``.
    sides : tuple of Formula
        The expression; of an equation, both.
    problem : str
        Why it cannot be read; empty where it can.
    """

    latex: str
    relation: str
    sides: tuple[Formula, ...] = ()
    problem: str = ""


def written(text: str) -> list[str]:
    """Return the lines of a text that hold a formula, without what stands around it."""
    for lost, meant in NOT_RAW.items():
        text = text.replace(lost, meant)
    lines = (ALIGNED.sub(" ", AROUND.sub(" ", COMMENT.sub("", line))) for line in text.split("\n"))
    lines = (PROSE.sub("", line.strip().removesuffix("\\\\")).strip().rstrip(",;.").strip() for line in lines)
    return list(filter(None, lines))


def read(latex: str, notation: Notation, *, equations: bool) -> tuple[Line, ...]:
    """Read one written line; ``a = b`` holds two steps, unless equations are what is solved."""
    match = LEADING.match(latex)
    rest = latex[match.end() :] if match else latex
    relation = (match and match["relation"]) or "="
    relation = SPELLED.get(relation, relation)
    if len(rest) > LONGEST:
        return (Line(rest[:LONGEST], relation, (), f"a line has at most {LONGEST} letters, this one {len(rest)}."),)
    try:
        parts = sides(rest, notation)
    except FormulaError as error:
        return (Line(rest, relation, (), _unreadable(error)),)
    except (ValueError, RecursionError) as error:
        return (Line(rest, relation, (), f"it cannot be read: {error}."),)
    if equations:
        return (_equation(rest, parts),)
    if len(parts) == 1:
        return (Line(rest, relation, (parts[0][1],)),)
    return tuple(
        Line(rest[slice(*formula.tree.span)].strip(), SPELLED.get(name, name) if name else relation, (formula,))
        for name, formula in parts
    )


def _equation(latex, parts):
    if len(parts) != 2 or SPELLED.get(parts[1][0], parts[1][0]) != "=":
        return Line(latex, "=", (), "here each line is an equation: write left side = right side.")
    return Line(latex, "=", tuple(formula for _, formula in parts))


def _unreadable(error):
    """Say in one line what cannot be read, where, and what to write."""
    found = error.latex[slice(*error.span)].strip() if error.span else ""
    place = f" at `{found}`" if found else ""
    remedy = f"; {error.remedy}" if error.remedy else ""
    return " ".join(f"it cannot be read: {error.problem}{place}{remedy}.".split())
