"""The table that gives every slide its place: sections, equations and functions are really there."""

import json
import re
from pathlib import Path

import pytest
from test_equations import named_by, tags

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
N_SLIDES = 26


def cells(name):
    return json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]


def rows():
    text = (NOTEBOOKS / "tables.md").read_text(encoding="utf-8")
    return [
        [part.strip() for part in line.strip("|").split(" | ")] for line in re.findall(r"^\| \d.*$", text, re.M)
    ]


def test_no_slide_is_left_out():
    assert [int(number) for number, *_ in rows()] == list(range(1, N_SLIDES + 1))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_sections_and_equations_are_there(row):
    _, _, where, equations = row
    links = re.findall(r"\[(\d\d) · (.*?)\]\((\d\d\w+\.ipynb)\)", where)
    assert links
    for number, section, name in links:
        assert name.startswith(number)
        prose = ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "markdown"]
        assert any(re.search(rf"^##+ {re.escape(section)}$", text, re.M) for text in prose), section
    for tag, function in re.findall(r"(\d+\.\d+) `([\w.]+)`", equations):
        module, _, name = function.partition(".")
        assert named_by()[tag].endswith(f".{name}")
        assert module in named_by()[tag].split(".")


def test_every_notebook_of_the_lecture_has_a_slide():
    linked = {name for row in rows() for name in re.findall(r"\((\d\d)_\w+\.ipynb", row[2])}
    assert linked >= {f"{number:02}" for number, _ in tags()} - {"11", "12"}  # which go beyond the lecture
