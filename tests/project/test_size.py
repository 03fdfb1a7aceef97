"""The library stays small: code lines, which are neither blank, comment nor docstring, are counted and limited."""

import ast
import collections
import io
import tokenize
from functools import cache
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "lecture_lib"
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}
# Code lines of what stands apart from computing, as counted, rounded up; the rest is what notebooks compute with.
LIMITS = {
    "formulas derivation problems": 4500,
    "figures": 500,
    "widgets": 700,
    "homework": 2250,  # without the sets, which are content
    "estimators": 170,
    "compute": 4700,
}
PARTS = {part: room for room in LIMITS for part in room.split()}


def lines_of(nodes):
    return {line for node in nodes for line in range(node.lineno, node.end_lineno + 1)}


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def code_lines(source):
    """Return the numbers of the code lines, and the syntax tree."""
    tree = ast.parse(source)
    heard = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in SILENT]
    lines = {line for token in heard for line in range(token.start[0], token.end[0] + 1)}
    return lines - lines_of(filter(is_text, ast.walk(tree))), tree


@cache
def counted():
    """Return for each file of the library its code lines and its tree."""
    return {path: code_lines(path.read_text(encoding="utf-8")) for path in sorted(LIBRARY.rglob("*.py"))}


def room(path):
    return PARTS.get(path.relative_to(LIBRARY).with_suffix("").parts[0], "compute")


COMPUTE = [path for path in counted() if room(path) == "compute"]
NAMES = [str(path.relative_to(LIBRARY)) for path in COMPUTE]


def test_what_counts_as_code():
    source = '"""Text\nof two."""\n\nX = 1\n"""What X is."""\n# comment\ny = """a\nb"""\ndef f(\n    a,\n): ...\n'
    assert code_lines(source)[0] == {4, 7, 8, 9, 10, 11}


@pytest.mark.parametrize("name", LIMITS)
def test_the_library_is_small(name):
    sets = LIBRARY / "homework" / "sets"
    mine = [path for path in counted() if room(path) == name and not path.is_relative_to(sets)]
    assert sum(len(counted()[path][0]) for path in mine) <= LIMITS[name]


@pytest.mark.parametrize("path", COMPUTE, ids=NAMES)
def test_a_function_fits_on_a_screen_and_a_file_on_a_few(path):
    lines, tree = counted()[path]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    sizes = {node.name: len(lines & lines_of([node])) for node in functions}
    assert {name: size for name, size in sizes.items() if size > 25} == {}
    assert len(lines) <= 160


def test_a_constant_has_one_meaning():
    places = collections.defaultdict(list)
    for name, path in zip(NAMES, COMPUTE, strict=True):
        for node in counted()[path][1].body:
            if isinstance(node, ast.Assign):
                for target in ast.walk(ast.Tuple(node.targets)):
                    if isinstance(target, ast.Name) and target.id.isupper():
                        places[target.id].append(name)
    assert len(places) > 30
    assert {constant: where for constant, where in places.items() if len(where) > 1} == {}
