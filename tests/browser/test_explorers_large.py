"""The large mode of each live figure: where the keys go, and what room there is."""

import re
import sys

import pytest
from lab_server import ROOT
from playwright.sync_api import expect

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS

pytestmark = pytest.mark.browser
LARGE = re.compile("large")


def is_large(figure, wanted=True):
    (expect(figure.root).to_have_class if wanted else expect(figure.root).not_to_have_class)(LARGE)
    figure.settle()


@pytest.mark.parametrize("number", EXPLORERS)
def test_in_the_large_mode_space_steps_and_escape_closes(opened, number):
    figure = opened(EXPLORERS[number]())
    figure.click("Large")
    is_large(figure)
    before = figure.state()
    figure.press(" ")
    if figure.button("Step").count():
        assert figure.state()["step"] not in ("start", before["step"])
        figure.press(*" " * 3)
        assert figure.button("Back").is_enabled()
    else:
        assert figure.state() == before
    figure.page.evaluate("() => document.activeElement.blur()")  # as when a button that has the focus is disabled
    figure.press("Escape")
    is_large(figure, wanted=False)


def test_f_works_from_a_handle_and_from_a_menu_and_space_steps_from_a_handle(opened):
    figure = opened(EXPLORERS["01"]())
    figure.handle("mean-0").focus()
    figure.press("f")
    is_large(figure)
    assert figure.page.evaluate("() => document.activeElement.dataset.handle") == "mean-0"
    figure.press(" ")
    assert figure.state()["step"] == "assign"
    figure.root.get_by_label("speed").focus()
    figure.press("f")
    is_large(figure, wanted=False)
    assert figure.root.get_by_label("speed").input_value() == "normal"


def test_on_a_slide_a_key_steps_while_there_are_steps_then_closes_then_leads_on(opened):
    figure = opened(EXPLORERS["01"](), EXPLORERS["06"]())
    forth = "slide => [lectureFigures.takesKey(slide, 1), slide.querySelector('.large') !== null]"
    body = figure.page.locator("body")
    figure.click("Large")
    is_large(figure)
    for _ in range(40):
        taken, large = body.evaluate(forth)
        figure.settle()
        if not large:
            break
        assert taken
    assert taken
    assert "the end" in figure.text
    assert body.evaluate(forth) == [False, False]


def test_a_deck_that_has_the_whole_screen_keeps_it(opened):
    figure = opened(EXPLORERS["01"]())
    figure.page.locator("body").evaluate("body => { body.className = 'deck'; return body.requestFullscreen(); }")
    figure.click("Large")
    figure.page.wait_for_function("() => document.fullscreenElement.matches('.large')")
    is_large(figure)
    figure.press("Escape")
    figure.page.wait_for_function("() => document.fullscreenElement.matches('.deck')")
    is_large(figure, wanted=False)


@pytest.mark.parametrize("number", EXPLORERS)
def test_in_a_hall_the_plane_takes_the_height_and_buttons_take_little(opened, number):
    figure = opened(EXPLORERS[number]())
    figure.page.set_viewport_size({"width": 1280, "height": 720})
    figure.click("Large")
    is_large(figure)
    assert figure.button("Large").inner_text() == "Close"
    seen = figure.root.evaluate("""root => {
        const [view] = root.closest('[data-explorer]').figure.views;
        const zoom = root.getBoundingClientRect().width / root.offsetWidth;
        return {
            buttons: [...root.querySelectorAll('button')].map(b => b.getBoundingClientRect().height),
            planes: view.maps.map(({ box }) => zoom * box.h),
            inside: [...root.querySelectorAll('.bar *, .say, .seal')].every(node => {
                const { right, bottom } = node.getBoundingClientRect();
                return right <= innerWidth && bottom <= innerHeight;
            }),
        };
    }""")
    assert max(seen["buttons"]) <= 33  # pixels, of 720
    assert max(seen["planes"]) > 0.54 * 720  # two squares side by side are bounded by the width
    assert seen["inside"]
    figure.click("Large")
    is_large(figure, wanted=False)
    assert figure.button("Large").inner_text() == "Large"
