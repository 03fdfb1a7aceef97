"""What every stored notebook has: outputs in order, alt texts, the frame of the house. nbval compares the rest."""

import ast
import inspect
import re
import textwrap
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from lecture_lib.em import em
from lecture_lib.homework.engine.catalogue import books, questions_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
LONGEST_LINE = 88  # columns: the site shows as many beside its list of pages
LONGEST_CELL = 30  # lines of code; a figure with its alt text needs most
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def pictures(code):
    for cell in code:
        for output in cell.outputs:
            for mime in output.get("data", {}):
                if mime.startswith("image/"):
                    yield cell, output.metadata.get(mime, {})


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 4


def test_every_code_cell_is_executed_in_order(code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_only_cells_that_say_so_raise(code):
    for cell in code:
        raised = any(output.output_type == "error" for output in cell.outputs)
        assert raised == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


def test_every_picture_says_what_is_to_be_seen(code):
    shown = list(pictures(code))
    assert shown
    for cell, metadata in shown:
        assert len(metadata.get("alt", "").split()) >= 12, cell.source
        assert metadata["width"] <= 850, cell.source  # the width of a page in JupyterLab


def test_a_picture_is_stored_once():
    folder = NOTEBOOKS[0].parent
    for path in [*NOTEBOOKS, *folder.glob("homework/solutions/*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        # Alike at the end, not at the beginning, which is the header of every PNG file.
        found = [png[-60:] for png in re.findall(r"iVBORw0KGgo[\w+/=]+", text)]
        assert len(found) == len(set(found)) == text.count('"image/png": "'), path.name


def test_code_cells_are_short(code):
    for cell in code[1:]:  # the first one imports
        lines = sum(node.end_lineno - node.lineno + 1 for node in ast.parse(cell.source).body if not derives(node))
        assert lines <= LONGEST_CELL, cell.source


def test_code_lines_fit_the_column_of_the_site(code):
    assert [line for cell in code for line in cell.source.splitlines() if len(line) > LONGEST_LINE] == []


def test_every_derivation_is_displayed(code):
    for cell in code:
        written = [node.args[0].value for node in ast.walk(ast.parse(cell.source)) if makes_derivation(node)]
        shown = [output.data["text/plain"].partition("\n")[0] for output in cell.outputs if "data" in output]
        assert [title for title in written if title not in shown] == [], cell.source


def makes_derivation(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Derivation"


def derives(node):
    """Whether a statement writes a derivation, which is as long as it has to be, or a line of one."""
    call = getattr(node, "value", None)
    return makes_derivation(call) or (isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".line"))


def test_imports_stand_at_the_top_alone(code):
    importing = [number for number, cell in enumerate(code) if re.search(r"^(import|from) ", cell.source, re.M)]
    checks_environment = "environment.report()" in code[0].source  # before anything is imported that may be missing
    assert importing == ([0, 1] if checks_environment else [0])


def test_the_loop_that_notebook_00_shows_is_the_one_that_runs():
    source = nbformat.read(NOTEBOOKS[0], as_version=4)
    (shown,) = re.findall(r"```python\n(.*?)```", "".join(cell.source for cell in source.cells), re.S)
    assert textwrap.indent(shown, "    ") in inspect.getsource(em)


def test_the_first_cell_is_the_frame(notebook, prose):
    number = re.match(r"# (\d\d) · ", prose[0])
    assert number
    assert notebook.cells[0].source == prose[0]
    for part in ("**The question.**", "*Slides covered:*", "*Time:*", "*Afterwards you can*"):
        assert part in prose[0]


def test_the_last_cell_sums_up_in_three_lines_and_leads_on(notebook):
    last = notebook.cells[-1].source
    assert last.startswith("## In three lines")
    assert len(re.findall(r"^- ", last, re.M)) == 3
    assert "**Next:**" in last
    assert re.search(r"\]\(\d\d_\w+\.ipynb\)", last)


def test_the_reader_is_asked_first_and_the_answer_is_folded(prose):
    asked = [text for text in prose if "**Predict first.**" in text]
    assert asked
    for text in asked:
        assert "<details><summary>Answer</summary>" in text
        assert "</details>" in text


def test_three_to_five_questions_stand_unanswered_at_the_end(code):
    questions = [cell for cell in code if cell.source.startswith("check(")]
    assert 3 <= len(questions) <= 5
    asked = code[:-1] if code[-1].source.startswith("Glossary(") else code
    assert asked[-len(questions) :] == questions
    for cell in questions:
        assert re.fullmatch(r'check\("\d\d\.\w+", \.\.\.\)', cell.source)
        assert "not attempted" in cell.outputs[0].text


def test_a_notebook_that_derives_ends_with_what_its_letters_mean(code):
    notations = dict.fromkeys(re.findall(r"notation=([A-Z_]+)", "\n".join(cell.source for cell in code)))
    if notations:
        assert re.findall("[A-Z_]{2,}", code[-1].source) == list(notations)


def test_every_question_belongs_to_its_notebook_and_none_is_forgotten():
    asked = [
        name
        for path in NOTEBOOKS
        for name in re.findall(r"check\(\\\"([\w.]+)\\\"", path.read_text(encoding="utf-8"))
        if name.startswith(path.name[:2])
    ]
    questions = {f"{book}.{word}" for book in books() if book.isdigit() for word in questions_of(book)}
    assert sorted(set(asked) - {"01.tie"}) == sorted(questions - {"01.tie"})
    assert "01.tie" in asked


def test_every_cell_has_a_place_in_the_talk(notebook):
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type", "-") for cell in notebook.cells]
    assert kinds[0] == kinds[-1] == "slide"
    assert set(kinds) <= SLIDE_TYPES


def test_no_filler_and_no_exclamation(prose):
    text = "\n".join(prose).replace("[!", "")
    for word in ("simply", "clearly", "obviously", "easy to see"):
        assert not re.search(rf"\b{word}\b", text, re.I), word
    assert not re.search(r"[A-Za-z]!(\s|$)", text)


def test_printed_numbers_have_at_most_six_significant_digits(code):
    for cell in code:
        for output in cell.outputs:
            for digits in re.findall(r"\d+\.\d+", output.get("text", "")):
                assert len(digits.replace(".", "").lstrip("0")) <= 7, digits


def test_the_picture_of_the_readme_is_that_of_notebook_01(monkeypatch):
    monkeypatch.syspath_prepend(str(NOTEBOOKS[0].parent))
    import picture

    assert picture.PICTURE.read_bytes() == picture.first_picture(), "run `make picture`"
    with Image.open(picture.MOVING) as moving:
        assert moving.n_frames > 15
    assert picture.MOVING.stat().st_size < 1e6
