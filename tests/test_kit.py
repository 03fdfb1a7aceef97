"""The lecturer's kit without a browser: what is in the decks, that times and slides of the plan add up."""

import re
from pathlib import Path

import assets
import nbformat
import paper
import plan
import pytest
import slides
from bs4 import BeautifulSoup
from test_slide_map import N_SLIDES

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The folder of all decks, and each of them parsed, by name."""
    folder = tmp_path_factory.mktemp("slides") / "decks"
    assert slides.main(folder) == 0
    return {path.stem: BeautifulSoup(path.read_text(), "html.parser") for path in folder.glob("*.html")}, folder


def clock(text):
    return sum(60**power * int(part) for power, part in enumerate(reversed(text.split(":"))))


def timings(deck):
    return [int(section["data-timing"]) for section in deck.select("section > section")]


def test_there_is_a_deck_for_each_notebook_and_the_lecture(decks):
    found, _ = decks
    names = {path.stem for path in NOTEBOOKS} | {"lecture", "lecture_1", "lecture_2"}
    assert set(found) == names | {"index"}
    assert {link["href"] for link in found["index"].select("li a")} == {f"{name}.html" for name in names}


def test_whatever_a_deck_loads_lies_beside_it(decks):
    found, folder = decks
    for name, deck in found.items():
        loaded = [tag.get("src") or tag.get("href") for tag in deck.select("script[src], link[href], img")]
        assert name == "index" or len(loaded) > 5
        for address in loaded:
            assert address.startswith("data:image/png") or (folder / address).is_file(), address
        for link in deck.select("a[href]:not(.anchor-link)"):
            assert link["href"].startswith("https://") or (folder / link["href"]).is_file(), link


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_deck_shows_what_is_stored(decks, path):
    deck = decks[0][path.stem]
    cells = nbformat.read(path, as_version=4).cells
    shown = [cell for cell in cells if cell.metadata.get("slideshow", {}).get("slide_type") != "skip"]
    outputs = [output.get("data", {}) for cell in shown for output in cell.get("outputs", [])]
    stored = [data["image/png"] for data in outputs if "image/png" in data]
    assert [img["src"].split(",")[1] for img in deck.select("section img")] == [data.strip() for data in stored]
    assert all(img["alt"] for img in deck.select("img"))
    asked = sum(cell.source.count("**Predict first.**") for cell in shown)
    notes = "".join(note.get_text() for note in deck.select("aside.notes"))
    assert asked == len(deck.select(".fragment.answer")) == notes.count("Ask first") == notes.count("Answer.")
    assert len(deck.select("section > section")) == len(deck.select("aside.notes"))
    opened = sum("show-code" in cell.metadata.get("tags", []) for cell in shown)
    assert len(deck.select(".highlight")) - len(deck.select("details.code .highlight")) >= opened


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_times_of_a_deck_add_up_to_that_of_its_notebook(decks, path):
    named = int(re.search(r"\*Time:\* (\d+) minutes", nbformat.read(path, as_version=4).cells[0].source)[1])
    assert sum(timings(decks[0][path.stem])) == 60 * named


@pytest.mark.parametrize(("name", "minutes"), [("lecture", 90), ("lecture_1", 45), ("lecture_2", 45)])
def test_the_notes_of_the_lecture_keep_its_time(decks, name, minutes):
    deck = decks[0][name]
    assert sum(timings(deck)) == 60 * minutes
    now = 0
    for note, seconds in zip(deck.select("aside.notes"), timings(deck), strict=True):
        begins, lasts, total = re.search(r"At ([\d:]+), for ([\d:]+), of ([\d:]+)", note.get_text()).groups()
        assert (clock(begins), clock(lasts), clock(total)) == (now, seconds, 60 * minutes)
        now += seconds


def test_no_original_slide_is_left_out():
    for shown in (plan.whole(), plan.half(1) + plan.half(2)):
        assert {number for page in shown for number in plan.originals(page)} == set(range(1, N_SLIDES + 1))


def test_the_table_of_the_plan_is_made_from_it():
    text = plan.README.read_text(encoding="utf-8")
    assert plan.with_table(text) == text, "run `python notebooks/kit/plan.py`"


def test_a_plan_with_a_cell_that_begins_no_slide_is_refused(monkeypatch, tmp_path):
    changed = plan.PLAN.read_text().replace("01_k_means,1e530097", "01_k_means,1e53")
    monkeypatch.setattr(plan, "PLAN", tmp_path / "plan.csv")
    plan.PLAN.write_text(changed)
    with pytest.raises(ValueError, match="no slide of 01_k_means begins with the cell 1e53"):
        plan.showings()


@pytest.mark.parametrize("missing", ["sphinx_revealjs", "sphinx-mathjax-offline"])
@pytest.mark.parametrize("tool", [lambda folder: slides.main(folder), lambda folder: paper.main([], folder)])
def test_a_missing_package_is_named_in_one_line(monkeypatch, capsys, tmp_path, missing, tool):
    find = assets.find_spec
    monkeypatch.setattr(assets, "find_spec", lambda name: None if name == missing else find(name))
    assert tool(tmp_path / "new") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert missing in line
    assert 'pip install ".[kit]"' in line
    assert not (tmp_path / "new").exists()


def test_a_missing_chromium_is_named_in_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert paper.main([], tmp_path / "new") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "chromium" in line
    assert "apt install" in line


def test_a_notebook_that_is_not_there_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(paper, "chromium", lambda: "chromium")
    assert paper.main(["notebooks/12_nothing.ipynb"], tmp_path / "new") == 1
    assert capsys.readouterr().err == "no notebook notebooks/12_nothing.ipynb\n"
