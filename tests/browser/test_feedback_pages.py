"""The formulas of a feedback page, in a browser: none of a student's stops those of the others."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

sys.path.insert(0, str(Path(__file__).parents[2] / "notebooks" / "homework"))
import feedback

pytestmark = pytest.mark.browser
STOPPING = [
    r"\require{html}\style{color: red}{x}",
    r"\href{javascript:alert(1)}{x}",
    r"\cancel{x}",
    r"\boldsymbol{x}",
]


@pytest.mark.parametrize("formula", STOPPING)
def test_no_formula_stops_the_others(page, tmp_path, formula):
    made = tmp_path / "student" / "hw1" / "page.html"
    made.parent.mkdir(parents=True)
    made.write_text(f"<html><head></head><body>$a$ and ${formula}$ and $b$</body></html>", encoding="utf-8")
    feedback.finish(made, {}, {})
    page.goto(made.as_uri())
    page.wait_for_function("document.querySelectorAll('mjx-container svg').length === 3")
    assert page.locator("a").count() == 0
