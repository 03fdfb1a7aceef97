r"""Each numbered equation of a notebook belongs to exactly one docstring, and the other way round.

A notebook writes ``\tag{3.4}``; the function that bears the equation writes "Eq. 3.4" in its docstring.

What a displayed equation claims is executed: the code cell that follows has a line of a derivation or an
assertion. A Markdown cell whose displayed equations only define carries the tag ``defines``.
``python tests/notebooks/test_equations.py`` lists all equations, and how each is held.
"""

import ast
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def tags():
    """List the tags of all notebooks, each with the number of its notebook."""
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for tag in re.findall(r"\\tag\{([\d.]+)\}", "".join(cell["source"])):
                    yield int(path.name[:2]), tag


def named():
    """List the equations that docstrings of public functions name, and who names them: module.function.

    What a package re-exports bears the name of the package, as notebooks import it.
    """
    for path in sorted((ROOT / "lecture_lib").rglob("*.py")):
        module = path.relative_to(ROOT / "lecture_lib").with_suffix("")
        passed_on = re.findall(r'"(\w+)"', path.with_name("__init__.py").read_text(encoding="utf-8"))
        package = dict.fromkeys(passed_on, ".".join(module.parts[:-1]))
        yield from _named_in(ast.parse(path.read_text(encoding="utf-8")), ".".join(module.parts), package)


def _named_in(node, owner, package):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)) and not child.name.startswith("_"):
            name = f"{package.get(child.name, owner)}.{child.name}"
            for tag in re.findall(r"Eq\. (\d+\.\d+)", ast.get_docstring(child) or ""):
                yield tag, name
            yield from _named_in(child, name, {})


@cache
def named_by():
    """Return who names each equation."""
    return dict(named())


def test_equations_and_docstrings_belong_together():
    tagged = Counter(tag for _, tag in tags())
    assert tagged
    assert tagged == Counter(tag for tag, _ in named())
    assert set(tagged.values()) == {1}


def test_tags_are_numbered_in_order_within_their_notebook():
    by_notebook = {}
    for notebook, tag in tags():
        by_notebook.setdefault(notebook, []).append(tag)
    for notebook, found in by_notebook.items():
        assert found == [f"{notebook}.{number}" for number in range(1, len(found) + 1)]


def test_every_equation_that_prose_refers_to_exists():
    known = {tag for _, tag in tags()}
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
            for name in re.findall(r"\((\d+\.\d+)\)|[Ee]quations? (\d+\.\d+)", source):
                assert "".join(name) in known, f"{path.name}: {name}"


@dataclass(frozen=True)
class Displayed:
    """An equation that stands on lines of its own, and what becomes of it."""

    notebook: str
    latex: str
    defines: bool
    executed: bool


def displayed():
    """List the displayed equations of all notebooks."""
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "markdown":
                defines = "defines" in cell["metadata"].get("tags", [])
                next_code = next((c for c in cells[number:] if c["cell_type"] == "code"), {"source": []})
                executed = bool(re.search(r"\.line\(|\bassert\b", "".join(next_code["source"])))
                for latex in re.findall(r"\$\$(.+?)\$\$", "".join(cell["source"]), re.DOTALL):
                    yield Displayed(path.stem, " ".join(latex.split()), defines, executed)


def test_every_displayed_equation_is_executed_or_only_defines():
    found = list(displayed())
    assert found
    assert [equation for equation in found if not (equation.defines or equation.executed)] == []


def main():
    for equation in displayed():
        held = "defines " if equation.defines else "executed" if equation.executed else "NOT HELD"
        print(f"{equation.notebook[:2]} {held} {equation.latex}")
    count = Counter(equation.defines for equation in displayed())
    print(f"{count[False]} claim something, {count[True]} only define")


if __name__ == "__main__":
    main()
