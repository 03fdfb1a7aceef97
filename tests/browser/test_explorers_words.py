"""What live figures ask, call things, and leave unchanged while a hand is at work."""

import re
import sys
import time

import pytest
from lab_server import ROOT
from playwright.sync_api import expect

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS

pytestmark = pytest.mark.browser
MARKS = ("|◀", "◀", "▶|")  # of the time line, with their names as tips
TITLE = """root => {
    const [view] = root.closest('[data-explorer]').figure.views, [map] = view.maps;
    const ctx = view.canvas.getContext('2d');
    let bottom = 0;
    const write = ctx.fillText;
    ctx.fillText = (words, x, y) => {
        if (words === map.panel.title) bottom = y + ctx.measureText(words).actualBoundingBoxDescent;
        write.call(ctx, words, x, y);
    };
    view.paint();
    delete ctx.fillText;
    const { layer } = view.handles.all.get('mean-0');
    return { bottom, top: map.placeOf(layer)[1] - 13.5, above: layer.at[1] - map.y.high };
}"""


@pytest.mark.parametrize(
    ("number", "words"),
    [("01", ["mean 0", "mean 1"]), ("07", ["mean 0", "mean 1"]), ("03", ["the end"]), ("10", ["θ"])],
)
def test_a_prediction_is_asked_for_until_it_is_made(opened, number, words):
    figure = opened(EXPLORERS[number]())
    figure.root.get_by_label("a click").select_option("guess")
    figure.settle()
    box = figure.root.locator("canvas").bounding_box()
    for i, word in enumerate(words):
        assert figure.text.startswith(f"Click where {word} will be. ")
        figure.page.mouse.click(box["x"] + (0.22 + 0.05 * i) * box["width"], box["y"] + 0.5 * box["height"])
        figure.settle()
    assert "Click where" not in figure.text
    figure.click("Step")
    assert "Click where" not in figure.text


@pytest.mark.parametrize("number", EXPLORERS)
def test_a_button_has_words_or_a_mark_of_the_time_line(opened, number):
    figure = opened(EXPLORERS[number]())
    for words in figure.root.locator("button:visible").all_inner_texts():
        assert words in MARKS or re.search("[A-Za-z]{4}", words) or words.startswith("Next: ")


def test_pause_is_written_in_characters_that_each_font_has(opened):
    figure = opened(EXPLORERS["01"]())
    figure.root.get_by_label("speed").select_option("slow")
    figure.button("Play").click()
    expect(figure.button("Play")).to_have_text("|| Pause")


def test_the_seal_changes_at_rest_only(opened):
    figure = opened(EXPLORERS["01"]())
    seal = figure.root.locator(".seal")
    figure.page.evaluate("() => new Promise(resolve => setTimeout(resolve, 700))")  # it is at rest
    before = seal.inner_text()
    figure.root.evaluate("""root => {
        const store = root.closest('[data-explorer]').figure;
        Object.assign(store, { seal: 'The numbers agree.', compared: 0 });  // as of a state long ago
    }""")
    x, y = figure.middle("mean-0")
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    for i in range(1, 9):
        began = time.monotonic()
        figure.page.mouse.move(x + 4 * i, y)
        figure.page.wait_for_timeout(100)
        text = seal.inner_text()
        if time.monotonic() - began > 0.4:
            break  # on a busy machine this was a rest
        assert text == before
    figure.page.mouse.up()
    figure.page.wait_for_function("() => document.querySelector('.seal').textContent.includes('not compared')")


def test_a_mean_far_outside_is_not_over_the_title(opened):
    figure = opened(EXPLORERS["01"]())
    figure.drag("mean-0", -60, -400)
    seen = figure.root.evaluate(TITLE)
    assert seen["above"] > 0.5
    assert seen["top"] >= seen["bottom"] > 0


def test_the_first_value_of_j_is_shown_from_zero_up(opened):
    figure = opened(EXPLORERS["01"]())
    figure.click("Step")
    first = figure.scene()["panels"][1]["y"]
    assert first["low"] < 0 < figure.state()["loss"] < first["high"]
    figure.click("Step")
    assert figure.scene()["panels"][1]["y"]["high"] == pytest.approx(first["high"], rel=0.1)
