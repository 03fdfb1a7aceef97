"""The decks, built once: what is in them, and in Chromium that each slide fits, and asks nothing of the network."""

import re
from pathlib import Path

import nbformat
import pytest
import slides
from bs4 import BeautifulSoup
from figure import Figure, hearing
from lab_server import ROOT

import sys  # isort: skip

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 1280, 720
FLOOR = 684  # below it are the progress bar and the number of the slide
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
# One script divides all decks: here one with a live figure, one of derivations, one of tables, and the lecture.
SHORTLY = "01_k_means", "03_lyapunov_function", "12_large_data"
WALKED = [
    path.stem if path.stem in SHORTLY else pytest.param(path.stem, marks=pytest.mark.thorough) for path in NOTEBOOKS
]

# Goes to each slide as it arrives and as it is with all fragments, and says what is seen. Of an equation the whole
# counts, not its parts. Folded code does not count, and neither do notes, nor what a live figure clips.
# At each step reveal.js looks through all that is in the deck: meanwhile the other slides are empty, which takes a
# third of the time; but a live figure stays where it is.
WALK = """() => [...document.querySelectorAll(".slides > section > section")].map((slide) => {
  const parts = slide.querySelector("[data-explorer]") ? [] : [...slide.childNodes];
  for (const part of parts) part.remove();
  return [slide, parts];
}).map(([slide, parts]) => {
  slide.append(...parts);
  const { h, v } = Reveal.getIndices(slide);
  const all = (selector) =>
    [...slide.querySelectorAll(selector)].filter((node) => !node.closest("aside, details.code"));
  const lines = ".derivation > .row, .derivation > .fragment";
  const blocks = all(`.celltag_alone :is(h1, h2), p:not(.running), li, td, pre, img, .surface, ${lines}`)
    .filter((node) => !node.closest(".beside, .alive > img, .meaning"));
  const tops = () => blocks.map((node) => Math.round(node.getBoundingClientRect().top));
  const isSeen = (node) => !node.closest(".fragment:not(.visible)");
  Reveal.slide(h, v, -1);
  const arrives = blocks.some(isSeen);
  const headless = all(".derivation").some((one) => isSeen(one) && !one.querySelector(".row"));
  const before = tops().join();
  Reveal.slide(h, v, slide.querySelectorAll(".fragment").length);
  const origin = slide.getBoundingClientRect(), edge = 1280 - parseFloat(getComputedStyle(slide).paddingRight);
  const inner = ".surface *, mjx-assistive-mml *, mjx-container > *:not(mjx-math), mjx-math *";
  const boxes = all("*").filter((node) => !node.matches(inner))
    .map((node) => node.getBoundingClientRect()).filter((box) => box.width > 0);
  const last = blocks.filter((node) => node.innerText?.trim()).at(-1);
  const found = {
    where: `${h}/${v} ${slide.innerText.trim().slice(0, 60)}`,
    bottom: Math.max(...boxes.map((box) => box.bottom - origin.top)),
    right: Math.max(...boxes.map((box) => box.right - origin.left)),
    wide: all("mjx-mi, mjx-mo, mjx-mn, mjx-mtext").some((letter) => !letter.closest(".meaning, .value") &&
      letter.getBoundingClientRect().right > origin.left + edge + 1),
    size: [origin.width, origin.height],
    pictures: all("img:not(.alive > img)").map((img) => ({
      loaded: img.naturalWidth > 0,
      scale: Math.min(img.clientWidth / img.getAttribute("width"), img.clientHeight / img.getAttribute("height")),
    })),
    wrong: slide.querySelectorAll("mjx-merror").length + (slide.innerText.includes("$$") ? 1 : 0),
    arrives, headless,
    moves: tops().join() !== before,
    open: last === blocks.at(-1) && last?.innerText.trim().endsWith(":"),
    tall: all("img:not(.alive > img), .surface").some((picture) => {
      const box = picture.getBoundingClientRect();
      const drawn = picture.naturalWidth ? picture.naturalHeight * Math.min(
        box.width / picture.naturalWidth, box.height / picture.naturalHeight) : box.height;
      return drawn >= 0.6 * 720;
    }),
    smallest: Math.min(...all("p, li, h1, h2, h3, td, pre, mjx-container, .derivation div")
      .filter((node) => !node.closest(".surface") && node.getBoundingClientRect().width > 0)
      .map((node) => parseFloat(getComputedStyle(node).fontSize) * (node.currentCSSZoom ?? 1))),
    lines: all(lines).length,
    printed: slide.querySelectorAll(".jp-RenderedText").length,
    planes: [...slide.querySelectorAll("[data-explorer].alive")].flatMap((place) => [...place.figure.views])
      .flatMap((view) => {
        view.paint();
        const scale = view.surface.getBoundingClientRect().height / view.surface.offsetHeight;
        return view.maps.map((map) => map.box.h * scale);
      }),
  };
  for (const part of parts) part.remove();
  return found;
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides") / "decks"
    assert slides.main(folder) == 0
    return folder


@pytest.fixture(scope="module")
def decks(folder):
    """All decks parsed, by name."""
    return {path.stem: BeautifulSoup(path.read_text(), "html.parser") for path in folder.glob("*.html")}


@pytest.fixture
def opened(page, folder):
    """Open a deck at the size of a projector; nothing may come from elsewhere or fail to come."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def open_deck(name):
        page.goto(Path(folder / f"{name}.html").as_uri())
        page.wait_for_function("window.deckIsReady === true")
        return page

    with hearing(page, "request", "requestfailed") as (asked, failed):
        yield open_deck
    assert failed == []
    assert asked
    assert [sent.url for sent in asked if not sent.url.startswith(("file:", "data:", "blob:", "about:"))] == []


def clock(text):
    return sum(60**power * int(part) for power, part in enumerate(reversed(text.split(":"))))


def timings(deck):
    return [int(section["data-timing"]) for section in deck.select("section > section")]


def test_there_is_a_deck_for_each_notebook_and_the_lecture(decks):
    names = {path.stem for path in NOTEBOOKS} | {"lecture", "lecture_1", "lecture_2"}
    assert set(decks) == names | {"index", "replays"}
    assert {link["href"] for link in decks["index"].select("li a")} == {f"{name}.html" for name in names}


def test_whatever_a_deck_loads_lies_beside_it(decks, folder):
    for name, deck in decks.items():
        loaded = [tag.get("src") or tag.get("href") for tag in deck.select("script[src], link[href], img")]
        assert name in ("index", "replays") or len(loaded) > 5
        for address in loaded:
            assert address.startswith("data:image/png") or (folder / address).is_file(), address
        for link in deck.select("a[href]:not(.anchor-link)"):
            assert link["href"].startswith("https://") or (folder / link["href"]).is_file(), link


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_deck_shows_what_is_stored(decks, path):
    deck = decks[path.stem]
    cells = nbformat.read(path, as_version=4).cells
    shown = [cell for cell in cells if cell.metadata.get("slideshow", {}).get("slide_type") != "skip"]
    outputs = [output.get("data", {}) for cell in shown for output in cell.get("outputs", [])]
    stored = [data["image/png"] for data in outputs if "image/png" in data]
    shown_there = [img for img in deck.select("section img") if not img.find_parent(class_="beside")]
    assert [img["src"].split(",")[1] for img in shown_there] == [data.strip() for data in stored]
    assert all(img["alt"] for img in deck.select("img"))
    asked = sum(cell.source.count("**Predict first.**") for cell in shown)
    notes = "".join(note.get_text() for note in deck.select("aside.notes"))
    assert (
        asked
        == len(deck.select("blockquote .fragment.answer"))
        == notes.count("Ask first")
        == notes.count("Answer.")
    )
    assert len(deck.select("section > section")) == len(deck.select("aside.notes"))
    assert "$" not in notes  # the speaker's window shows MathML, but has no MathJax
    opened = sum("show-code" in cell.metadata.get("tags", []) for cell in shown)
    assert len(deck.select(".highlight")) - len(deck.select("details.code .highlight")) >= opened


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_times_of_a_deck_add_up_to_that_of_its_notebook(decks, path):
    named = int(re.search(r"\*Time:\* (\d+) minutes", nbformat.read(path, as_version=4).cells[0].source)[1])
    assert sum(timings(decks[path.stem])) == 60 * named


@pytest.mark.parametrize(("name", "minutes"), [("lecture", 80), ("lecture_1", 40), ("lecture_2", 42)])
def test_the_notes_of_the_lecture_keep_its_time(decks, name, minutes):
    deck = decks[name]
    assert sum(timings(deck)) == 60 * minutes
    now = 0
    for note, seconds in zip(deck.select("aside.notes"), timings(deck), strict=True):
        begins, lasts, total = re.search(r"At ([\d:]+), for ([\d:]+), of ([\d:]+)", note.get_text()).groups()
        assert (clock(begins), clock(lasts), clock(total)) == (now, seconds, 60 * minutes)
        now += seconds


def check(found):
    """Hold each slide of a deck to what can be seen and read of it."""
    for slide in found:
        assert slide["size"] == [WIDTH, HEIGHT]
        assert slide["bottom"] <= FLOOR, slide
        assert slide["right"] <= WIDTH - 20, slide
        assert not slide["wide"], slide  # no formula leaves its column
        assert not slide["wrong"], slide
        assert slide["arrives"], slide  # something below the heading
        assert not slide["headless"], slide  # a derivation begins with its first line
        assert not slide["moves"], slide
        assert not slide["open"], slide  # a colon has something after it
        # A picture is never smaller than in the notebook.
        assert all(picture["loaded"] and picture["scale"] >= 1 for picture in slide["pictures"]), slide
        assert all(height >= 0.55 * HEIGHT for height in slide["planes"]), slide


@pytest.mark.parametrize("name", WALKED)
def test_every_slide_fits(opened, name):
    found = opened(name).evaluate(WALK)
    assert len(found) > 10
    check(found)
    assert any(slide["planes"] for slide in found) == (name[:2] in {"00", *EXPLORERS})


def test_the_lecture_is_made_of_pictures_and_large_type(opened):
    found = opened("lecture").evaluate(WALK)
    check(found)
    assert sum(slide["tall"] for slide in found) >= len([slide for slide in found if not slide["lines"]]) / 2
    assert [slide["where"] for slide in found if slide["smallest"] < 24] == []
    assert [slide["where"] for slide in found if slide["printed"]] == []
    assert found[0]["where"].endswith(slides.settings.course()["title"])
    assert slides.settings.course()["closing"][:30] in found[-1]["where"]


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
    page = opened("01_k_means")
    page.evaluate("""() => {
      const { h, v } = Reveal.getIndices(document.querySelector(".answer").closest("section"));
      Reveal.slide(h, v);
    }""")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    notes = speaker.locator(".speaker-controls-notes .value")
    notes.filter(has_text=re.compile(r"At \d+:\d\d, for .*, of \d+:00")).filter(has_text="Ask first").wait_for()
    assert speaker.locator(".pacing").is_visible()
    speaker.close()


@pytest.mark.parametrize(
    ("name", "live"), [("01_k_means", 1), pytest.param("lecture", 2, marks=pytest.mark.thorough)]
)
def test_one_key_leads_through_a_deck_with_its_live_figures_alive(opened, name, live):
    """From disk, without a network: no second window is needed."""
    page = opened(name)
    here = """() => {
        const place = Reveal.getCurrentSlide().querySelector('[data-explorer].alive');
        const { h, v } = Reveal.getIndices();
        const way = place?.figure.state.way;
        return { slide: `${h}/${v}`, at: way ? way.at : null, last: Reveal.isLastSlide() };
    }"""
    steps, before, presses = {}, page.evaluate(here), 0
    for _ in range(400):
        page.keyboard.press("PageDown")  # what a clicker sends
        now = page.evaluate(here)
        if now["at"] is not None:
            steps.setdefault(now["slide"], []).append(now["at"])
        if now["last"] and now == before:
            break
        before, presses = now, presses + 1
    assert now["last"]
    pages = {name: shown for name, _, shown in slides.decks()}
    keys = sum(slides.keys(screen) for shown in pages[name] for screen in slides.screens(shown))
    assert presses == keys - 1 + 2 * (name == "lecture")  # one screen is there; title and closing page
    assert [at[:8] for at in steps.values()] == live * [list(range(8))]  # the start, and seven half-steps
    for slide in steps:  # with the eighth key it has come to its end
        page.evaluate("place => Reveal.slide(...place.split('/').map(Number))", slide)
        page.wait_for_function("(({ explorer, state }) => explorer.atRest(state))"
                               "(Reveal.getCurrentSlide().querySelector('.alive').figure)")  # fmt: skip
        end = page.evaluate(here)["at"]
        page.keyboard.press("PageUp")
        assert page.evaluate(here)["at"] == end - 1 > 8


def test_a_live_figure_fills_its_slide_and_stays_under_the_hand(opened):
    page = opened("01_k_means")
    page.evaluate("""() => {
      const { h, v } = Reveal.getIndices(document.querySelector("[data-explorer]").closest("section"));
      Reveal.slide(h, v);
    }""")
    page.set_viewport_size({"width": 1000, "height": 640})  # reveal.js scales its slides
    figure = Figure(page)
    page.wait_for_timeout(300)
    figure.settle()
    x, y = figure.middle("mean-0")
    figure.drag("mean-0", 40, 30)
    assert figure.middle("mean-0")[0] - x == pytest.approx(40, abs=1.5)
    assert figure.middle("mean-0")[1] - y == pytest.approx(30, abs=1.5)
    box = figure.root.locator("canvas").bounding_box()
    assert box["height"] > 180
    page.keyboard.press("ArrowRight")  # the hand has let go of the keys
    figure.settle()
    assert figure.state()["step"] == "assign"
    with page.expect_popup() as popup:
        figure.root.locator("a.seal").click()
    assert "KMeansExplorer" in popup.value.locator("table").inner_text()
    popup.value.close()
