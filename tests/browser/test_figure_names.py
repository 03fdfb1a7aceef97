"""Buttons, ticks and choices that a notebook names beside its live figure are in the figure, as it is stored."""

import re

import pages
import pytest
from figure import Figure
from lab_server import ROOT

from lecture_lib.widgets.script import script

pytestmark = pytest.mark.browser
STORED = [*ROOT.glob("notebooks/[0-9]*.ipynb"), *ROOT.glob("notebooks/homework/solutions/*.ipynb")]
NAME = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")
ABOUT = re.compile(
    r"^(## With your own hands|.*\b([Ff]igure|[Dd]rag))", re.MULTILINE
)  # where it begins to tell of it
NO_CONTROL = {"for example", "touches"}  # the last one is written in the picture
WRITTEN = "part => [...part.childNodes].find(node => node.nodeType === Node.TEXT_NODE)?.textContent ?? ''"


def told(path):
    """Yield each live figure of a notebook as HTML, with the text before it."""
    text = ""
    for cell in pages.read(path).cells:
        text = cell.source if cell.cell_type == "markdown" else text
        for output in cell.get("outputs", []):
            if "data-explorer" in output.get("data", {}).get("text/html", ""):
                yield text[ABOUT.search(text).start() :], output.data["text/html"]


FIGURES = {path.stem: found for path in sorted(STORED) for found in told(path)}


@pytest.fixture
def opened(page, tmp_path):
    def show(html):
        file = tmp_path / "figure.html"
        file.write_text(f"<!doctype html><meta charset=utf-8>{html}<script>{script()}</script>", encoding="utf-8")
        page.goto(file.as_uri())
        return Figure(page)

    return show


def controls(figure):
    """Return what is written on that which can be pressed, ticked or chosen."""
    parts = figure.root.locator("button, label, option").all()
    written = {part.evaluate(WRITTEN) for part in parts}
    return {name.partition(":")[0].strip("▶ ").lower() for name in written}


def test_there_are_figures():
    assert len(FIGURES) == 13


@pytest.mark.parametrize("stem", FIGURES)
def test_what_the_text_names_is_there(opened, stem):
    text, html = FIGURES[stem]
    figure = opened(html)
    ticks = figure.root.locator("input[type=checkbox]").all()
    assert any(tick.is_checked() for tick in ticks) or "is ticked" not in text
    there = controls(figure)
    if figure.button("Step").count():  # its name is that of the half-step to come
        figure.click("Step")
        there |= controls(figure)
    assert {name.lower() for name in NAME.findall(text)} - there <= NO_CONTROL
