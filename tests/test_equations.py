r"""Each numbered equation of a notebook belongs to exactly one docstring, and the other way round.

A notebook writes ``\tag{3.4}``; the function that bears the equation writes "Eq. 3.4" in its docstring.
"""

import ast
import json
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tags():
    """List the tags of all notebooks, each with the number of its notebook."""
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for tag in re.findall(r"\\tag\{([\d.]+)\}", "".join(cell["source"])):
                    yield int(path.name[:2]), tag


def named():
    """List the equations that docstrings of public functions name."""
    for path in sorted((ROOT / "lecture_lib").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                yield from re.findall(r"Eq\. (\d+\.\d+)", ast.get_docstring(node) or "")


def test_equations_and_docstrings_belong_together():
    tagged = Counter(tag for _, tag in tags())
    assert tagged
    assert tagged == Counter(named())
    assert set(tagged.values()) == {1}


def test_tags_are_numbered_in_order_within_their_notebook():
    by_notebook = {}
    for notebook, tag in tags():
        by_notebook.setdefault(notebook, []).append(tag)
    for notebook, found in by_notebook.items():
        assert found == [f"{notebook}.{number}" for number in range(1, len(found) + 1)]


def test_every_equation_that_prose_refers_to_exists():
    known = {tag for _, tag in tags()}
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            for name in re.findall(r"\((\d\.\d)\)|[Ee]quation (\d\.\d)", source):
                assert "".join(name) in known, f"{path.name}: {name}"
