"""A derivation as a page of its own, in Chromium: letters tell their meaning, numbers are put in, lines break."""

import assets
import model_derivation
import pytest

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
TOLD = ".meaning:visible"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The model derivation with MathJax, as the slides load it."""
    folder = tmp_path_factory.mktemp("derivation")
    assets.copy(folder / "assets")
    scripts = '<script src="assets/equations.js"></script><script src="assets/mathjax/tex-chtml-full.js"></script>'
    page = folder / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{scripts}{model_derivation.gradient().html()}", "utf-8")
    return page.as_uri()


@pytest.fixture
def opened(page, shown):
    page.set_viewport_size(PHONE)
    page.goto(shown)
    page.evaluate("() => MathJax.startup.promise")
    return page


def test_a_letter_tells_its_meaning_to_pointer_finger_and_key(opened):
    letter = opened.locator("mjx-math .mjx-letter-2").first
    assert opened.locator(TOLD).count() == 0
    letter.hover()
    assert "component" in opened.locator(TOLD).inner_text()
    opened.locator("strong").hover()
    assert opened.locator(TOLD).count() == 0
    letter.click()
    assert opened.locator(TOLD).count() == 1
    opened.locator("strong").hover()
    opened.locator("button[name=numbers]").focus()
    opened.keyboard.press("Shift")
    opened.keyboard.press("Tab")
    assert opened.locator(TOLD).count() == 1


def test_numbers_come_and_go_by_button_and_by_key(opened):
    lines = len(model_derivation.gradient().lines)
    for press in (opened.locator("button[name=numbers]").click, lambda: opened.keyboard.press("n")):
        press()
        count = opened.locator(".step .value:visible").count()
        assert count in {0, lines}
        assert (count == lines) == opened.locator("text=On one problem, with n =").is_visible()
    assert count == 0


def test_lines_come_one_by_one(opened):
    counts = []
    for _ in range(3):
        opened.locator("button[name=step]").click()
        counts.append(opened.locator(".fragment:visible").count())
    assert counts == [1, 2, 3]


def test_on_a_phone_no_line_scrolls_that_can_be_broken(opened):
    assert opened.locator("mjx-merror").count() == 0
    wide = opened.evaluate("""() => [...document.querySelectorAll('.step')]
        .filter((step) => step.scrollWidth > step.clientWidth + 1).map((step) => step.textContent)""")
    assert len(wide) <= 1  # the quotient of the densities is one piece
    assert opened.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
