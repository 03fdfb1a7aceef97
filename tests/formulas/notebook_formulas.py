"""What the notebooks show: displayed formulas, and derivations as they are written, without computing them."""

import ast
import contextlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import matplotlib as mpl

from lecture_lib.derivation.relations import relation_from, sides
from lecture_lib.formulas import Formula, Notation, parse

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@dataclass(frozen=True)
class Meaning:
    """What the letters of a formula may mean: a notation, and problems for it."""

    notation: Notation = field(repr=False)
    on: object
    solved: object = None


@dataclass(frozen=True)
class Displayed:
    """A formula on lines of its own, and the meanings that its notebook gives to letters, nearest first."""

    notebook: str
    latex: str
    tags: tuple[str, ...]
    meanings: tuple[Meaning, ...] = field(repr=False)

    def read(self):
        """Return all readings: a meaning, and the statements as trees."""
        for meaning in self.meanings:
            try:
                yield meaning, parse(self.latex, meaning.notation)
            except ValueError:
                continue


@dataclass(frozen=True)
class Written:
    """A line of a derivation as it is written."""

    latex: str
    sides: tuple[Formula, ...] = field(repr=False)
    relation: object
    because: str


class Recorded:
    """A derivation that is read, and not computed."""

    def __init__(self, title, *, on, notation, problems=20, proves=None, solved=None):
        self.title, self.proves, self.meaning, self.lines = title, proves, Meaning(notation, on, solved), []

    def line(self, latex, *, relation="=", because="", code=None, tolerance=1e-9):
        found = tuple(formula for _, formula in sides(latex, self.meaning.notation))
        self.lines.append(Written(latex, found, relation_from(relation) if self.lines else None, because))
        return self

    def stepper(self):
        return None


def sources(path):
    """Return kind and source of each cell of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]


@cache
def derivations(path):
    """Return the derivations of a notebook, each with the number of its cell."""
    cells = sources(path)
    space, found = {}, []
    with mpl.rc_context():
        exec(next(source for kind, source in cells if kind == "code"), space)
        for _, source in cells:
            with contextlib.suppress(NameError):  # a default that another cell makes
                exec(functions(source), space)
        for number, (kind, source) in enumerate(cells):
            if kind == "code" and "Derivation(" in source and number:
                space |= {
                    "Derivation": lambda *a, n=number, **k: found.append((n, Recorded(*a, **k))) or found[-1][1]
                }
                exec(written_part(source), space)
    return tuple(found)


def functions(source):
    """Return the functions that a cell defines."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # prose
        return ""
    return "\n".join(ast.unparse(s) for s in statements if isinstance(s, ast.FunctionDef))


def written_part(source):
    """Return the statements of a cell that make and extend derivations, and the functions they use."""
    kept = []
    for statement in ast.parse(source).body:
        text = ast.unparse(statement)
        if (
            isinstance(statement, ast.FunctionDef)
            or "Derivation(" in text
            or ".line(" in text
            or "Notation(" in text
        ):
            kept.append(text)
    return "\n".join(kept)


@cache
def displayed(path):
    """Return the displayed formulas of a notebook."""
    made, found = derivations(path), []
    for number, (kind, source) in enumerate(sources(path)):
        if kind == "markdown":
            nearest = sorted(made, key=lambda pair: (abs(pair[0] - number), pair[0] < number))
            meanings = tuple({id(d.meaning.notation): d.meaning for _, d in reversed(nearest)}.values())[::-1]
            for latex in re.findall(r"\$\$(.+?)\$\$", source, re.DOTALL):
                tags = tuple(re.findall(r"\\tag\{([\d.]+)\}", latex))
                found.append(Displayed(path.stem, re.sub(r"\\tag\{[\d.]+\}", "", latex).strip(), tags, meanings))
    return tuple(found)


def moved_over(path):
    """Whether the derivations of a notebook are formulas that run."""
    return any("Derivation(" in source and "notation=" in source for _, source in sources(path))
