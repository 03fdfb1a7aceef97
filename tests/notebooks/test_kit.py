"""The lecturer's kit without a browser: the plan, and what is said where something is missing."""

import re

import assets
import beside
import pages
import paper
import plan
import pytest
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


def test_each_picture_stands_beside_a_page_of_the_plan():
    shown = {(row.page.notebook, row.page.id): row.page for row in plan.showings()}
    assert set(beside.pictures()) <= set(shown)
    assert {name for name in beside.pictures().values() if not hasattr(beside, name)} == set()
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
