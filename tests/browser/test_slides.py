"""Each slide of each deck in Chromium: it fits, every picture is there, nothing is asked of the network."""

from pathlib import Path

import pytest
import slides
from lab_server import ROOT

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 1280, 720
FLOOR = 704  # below it are the progress bar and the number of the slide
DECKS = [path.stem for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))]

# Shows each slide with all its fragments, and says where its content ends. Of an equation the whole counts, not its
# parts. Folded code does not count, and neither do notes.
WALK = """() => [...document.querySelectorAll(".slides > section > section")].map((slide) => {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v, slide.querySelectorAll(".fragment").length);
  const origin = slide.getBoundingClientRect();
  const inner = "aside, aside *, details.code *, mjx-assistive-mml *, mjx-container > *:not(mjx-math), mjx-math *";
  const boxes = [...slide.querySelectorAll("*")].filter((node) => !node.matches(inner))
    .map((node) => node.getBoundingClientRect()).filter((box) => box.width > 0);
  return {
    where: `${h}/${v} ${slide.innerText.trim().slice(0, 60)}`,
    bottom: Math.max(...boxes.map((box) => box.bottom - origin.top)),
    right: Math.max(...boxes.map((box) => box.right - origin.left)),
    size: [origin.width, origin.height],
    pictures: [...slide.querySelectorAll("img")].map((img) => ({
      loaded: img.naturalWidth > 0,
      scale: Math.min(img.clientWidth / img.getAttribute("width"), img.clientHeight / img.getAttribute("height")),
    })),
    wrong: slide.querySelectorAll("mjx-merror").length + (slide.innerText.includes("$$") ? 1 : 0),
    empty: boxes.length === 0,
  };
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides") / "decks"
    assert slides.main(folder) == 0
    return folder


@pytest.fixture
def opened(page, folder):
    """Open a deck at the size of a projector; nothing may come from elsewhere or fail to come."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: pytest.fail(f"{request.url} did not come"))
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def open_deck(name):
        page.goto(Path(folder / f"{name}.html").as_uri())
        page.wait_for_function("window.deckIsReady === true")
        return page

    yield open_deck
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []


@pytest.mark.parametrize("name", DECKS)
def test_every_slide_fits(opened, name):
    found = opened(name).evaluate(WALK)
    assert len(found) > 10
    for slide in found:
        assert slide["size"] == [WIDTH, HEIGHT]
        assert slide["bottom"] <= FLOOR, slide
        assert slide["right"] <= WIDTH - 20, slide
        assert not slide["wrong"], slide
        assert not slide["empty"], slide
        # A picture is never smaller than in the notebook.
        assert all(picture["loaded"] and picture["scale"] >= 1 for picture in slide["pictures"]), slide


def test_one_key_leads_through_the_lecture_and_shows_answers_after_questions(opened):
    page = opened("lecture_1")
    answer = page.locator("section.present > section.present .answer")
    states = []
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        if answer.count():
            states.append(answer.first.is_visible())
    assert states[:2] == [False, True]


def test_the_speaker_view_shows_clock_and_question(opened):
    page = opened("lecture")
    page.evaluate("""() => {
      const { h, v } = Reveal.getIndices(document.querySelector(".answer").closest("section"));
      Reveal.slide(h, v);
    }""")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    notes = speaker.locator(".speaker-controls-notes .value")
    notes.filter(has_text="of 90:00").filter(has_text="Ask first").wait_for()
    assert speaker.locator(".pacing").is_visible()
    speaker.close()
