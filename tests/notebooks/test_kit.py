"""The lecturer's kit without a browser: the plan, and what is said where something is missing."""

import assets
import paper
import plan
import pytest
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
