"""The lecturer's kit without a browser: the plan, and what is said where something is missing."""

import re

import assets
import beside
import pages
import paper
import plan
import pytest
import screens
import settings
import slides
from test_slide_map import N_SLIDES


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
    with pytest.raises(SystemExit, match=r"line 4 of plan\.csv: no slide of 01_k_means begins with 1e53"):
        plan.showings()


def test_a_page_of_ones_own_that_is_not_there_is_named_with_its_line(monkeypatch, tmp_path):
    (tmp_path / "plan.csv").write_text("notebook,cell,half,whole,halves\nmy_slides/missing.md,,1,1,1\n")
    monkeypatch.setattr(plan, "PLAN", tmp_path / "plan.csv")
    with pytest.raises(SystemExit, match=r"line 2 of plan\.csv: there is no file my_slides/missing\.md"):
        plan.showings()


SLIPS = [
    ("leave-out = []", 'leave-out = ["08_softkmeans"]', r"'08_softkmeans'.*'08_soft_k_means' meant"),
    ("leave-out = []", 'leave-out = "08_soft_k_means"', r"leave-out is '08_soft_k_means', but takes a list"),
    ('audience = "all"', 'audiense = "all"', r"has 'audiense'.*is 'audience' meant"),
    ('audience = "all"', 'audience = "student"', r"audience is 'student', but takes \"all\" or \"students\""),
    ('audience = "all"', "", r"lacks 'audience'; it takes \"all\""),
    ("companion = true", 'companion = "no"', r"companion is 'no', but takes true or false"),
    ("companion = true", "companion = true\ncolour = 3", r"has 'colour'.*there are repository, site"),
    ('repository = ""', 'repository = "github.com/a/b"', r"repository is 'github.com/a/b', but takes an address"),
    ('site = ""', 'site = "https://a.org/b/"', r"site is 'https://a.org/b/', but .* without a slash"),
    ('date = ""', 'date = "May', r"pyproject.toml cannot be read: .*line \d+"),
    ("[tool.course]", "[tool.curse]", r"lacks the section \[tool.course\]"),
    ('date = ""', "date = 2026-12-01", r"date is datetime.date\(2026, 12, 1\), but takes a text in quotes"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), SLIPS, ids=[wrong for _, wrong, _ in SLIPS])
def test_a_mistyped_setting_is_named(monkeypatch, tmp_path, right, wrong, said):
    text = (settings.ROOT / "pyproject.toml").read_text()
    assert right in text
    (tmp_path / "pyproject.toml").write_text(text.replace(right, wrong))
    (tmp_path / "notebooks").symlink_to(settings.ROOT / "notebooks")
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=said):
        settings.course.__wrapped__()


def test_a_wording_that_its_cell_no_longer_reads_is_named(monkeypatch):
    monkeypatch.setattr(plan, "wordings", lambda: {("01_k_means", "db79808a"): [("no such words", "")]})
    with pytest.raises(SystemExit, match="cell db79808a of 01_k_means does not read 'no such words'"):
        plan.showings()


def test_each_wording_belongs_to_a_page_of_the_plan():
    cells = {
        (page.notebook, cell.id) for path in pages.lecture() for page in pages.pages(path) for cell in page.cells
    }
    assert set(plan.wordings()) <= cells


# What a slide does not have; the exceptions are mathematics.
ELSEWHERE = re.compile(r"\b(below|above|cells?|notebooks?|slides?|printed|lecture)\b", re.I)
MATHEMATICS = re.compile(
    r"bounded below|is below|lies below|lies? one above|above 0|below everywhere|and lies below"
)


def shown():
    """The screens of both lectures, each page once."""
    return [screen for row in plan.showings() for screen in screens.screens(row.page)]


def said(screen):
    """What can be read on a screen: its text, and the reasons of its derivations."""
    reasons = [
        reason
        for cell in screen.cells
        for output in screens.derivations(cell)
        for reason in re.findall(r'<div class="because">(.*?)</div>', output.data["text/html"])
    ]
    return screen.prose, reasons


def test_no_page_of_the_plan_speaks_of_what_a_slide_does_not_have():
    found = []
    for screen in shown():
        prose, reasons = said(screen)
        for text in (prose, *reasons):
            found += [(screen.section, word) for word in ELSEWHERE.findall(MATHEMATICS.sub("", text))]
    assert found == []


def test_each_equation_that_the_plan_refers_to_was_shown_before():
    tags, missing = set(), []
    for screen in shown():
        prose, reasons = said(screen)
        tags |= set(re.findall(r"\\tag\{(.*?)\}", prose))
        for text in (prose, *reasons):
            asked = re.findall(r"\((\d+\.\d)\)|\b[Ee](?:quations?|q\.) (\d+\.\d)(?: and (\d+\.\d))?", text)
            missing += [(screen.section, tag) for tag in {part for group in asked for part in group if part} - tags]
    assert [pair for pair in missing if pair != ("Does the update ever hurt?", "3.4")] == []  # "will say"


def test_what_a_screen_announces_it_shows():
    ends = [
        (screen.notebook, screen.cells[-1])
        for _, _, pages_of_deck in slides.decks()
        for page in pages_of_deck
        for screen in screens.screens(page)
    ]
    texts = [(name, cell.id, cell.source.rstrip()) for name, cell in ends if cell.cell_type == "markdown"]
    assert [(name, where) for name, where, text in texts if text.endswith(":")] == []


def test_a_derivation_comes_once_and_no_page_is_hurried():
    rows = plan.showings()
    cells = [(row.page.notebook, cell.id) for row in rows for cell in row.page.cells if screens.rows(cell)]
    assert len(cells) == len(set(cells)) > 20
    for row in rows:
        pressed = sum(map(screens.keys, screens.screens(row.page)))
        for seconds in filter(None, (row.whole, row.halves)):
            assert pressed <= 5 * seconds / 60 + 0.5, row.page.section
    assert sum(row.whole for row in rows) == 80 * 60  # ten minutes are left for questions


def test_the_first_line_of_a_derivation_is_there_on_arrival():
    for screen in shown():
        for cell in screen.cells:
            for output in screens.derivations(cell):
                text = output.data["text/html"]
                assert text.index(screens.FIRST_ROW) < (text + screens.ROW).index(screens.ROW)
        assert screen.cells[0].metadata["slideshow"]["slide_type"] == "-"


def test_boxes_about_the_slides_can_be_left_out(monkeypatch):
    text = "One.\n\n> **On the slide:** $N$.\n> More.\n\nTwo."
    assert settings.without_absent(text) == text
    monkeypatch.setattr(settings, "course", lambda: {"companion": False, "leave-out": []})
    assert settings.without_absent(text) == "One.\n\nTwo."


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


def test_each_picture_stands_beside_a_page_of_the_plan():
    shown = {(row.page.notebook, row.page.id): row.page for row in plan.showings()}
    assert set(beside.pictures()) <= set(shown)
    assert {name for names in beside.pictures().values() for name in names if not hasattr(beside, name)} == set()
    pictured = [
        page
        for key, page in shown.items()
        if any("image/png" in data for data in page.data) or key in beside.pictures()
    ]
    assert [page.section for page in shown.values() if page.questions and page not in pictured] == []


@pytest.fixture
def two_left_out(monkeypatch):
    course = settings.course() | {"leave-out": ["06_likelihood_gradients", "11_more_models"]}
    monkeypatch.setattr(settings, "course", lambda: course)


@pytest.mark.usefixtures("two_left_out")
def test_notebooks_that_are_left_out_are_in_no_deck_and_links_to_them_are_text():
    decks = {name: list(slides.cells(shown)) for name, _, shown in slides.decks()}
    assert len([name for name in decks if name[0].isdigit()]) == 11
    text = "".join(cell.source for cells in decks.values() for cell in cells)
    assert "](05_gaussian_mixtures.html)" in text
    assert not re.search(r"\]\((06_likelihood|11_more)", text)


def test_a_link_to_a_notebook_that_is_left_out_is_text(two_left_out):
    said = (
        "[06](06_likelihood_gradients.ipynb#The-logarithm) [hw](homework/hw3.ipynb) [11](../11_more_models.ipynb)"
    )
    assert settings.without_absent(said) == "06 [hw](homework/hw3.ipynb) 11"
    row = "| [11 · More models](11_more_models.ipynb) | six models |\n| kept |\n"
    assert settings.without_absent(row) == "| kept |\n"
    ends = "**Next:** [11 · More](11_more_models.ipynb): as in (5.1). Back to the [map](00_start_here.ipynb)."
    assert settings.without_absent(ends) == "Back to the [map](00_start_here.ipynb)."


def test_a_page_of_the_lecturers_own(monkeypatch, tmp_path):
    (tmp_path / "exam.md").write_text("## The exam\n\nOn Friday.")
    (tmp_path / "plan.csv").write_text(f"{plan.PLAN.read_text()}{tmp_path / 'exam.md'},,2,0,1\n")
    monkeypatch.setattr(plan, "PLAN", tmp_path / "plan.csv")
    assert plan.half(2)[-1].section == "The exam"
    assert "On Friday." in "".join(cell.source for cell in slides.cells(plan.half(2)))
    assert "[The exam]" in plan.table()


def test_a_translated_answer_still_comes_with_the_next_key():
    text = "> **Zuerst raten.** Wie viele?\n> <details><summary>Antwort</summary>\n> Zwei.\n> </details>"
    assert pages.QUESTION.findall(text) == [("Wie viele?", "> Zwei.\n")]
    assert '<div class="fragment answer">' in slides.ANSWER.sub(r'> <div class="fragment answer">\1</div>', text)
