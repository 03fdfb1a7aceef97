import importlib.util
import json
import time
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from lecture_lib.figures.appearance import bundle

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
spec = importlib.util.spec_from_file_location("execute", NOTEBOOKS / "execute.py")
execute = importlib.util.module_from_spec(spec)
spec.loader.exec_module(execute)


def code(source, **fields):
    return {
        "cell_type": "code", "execution_count": 7, "metadata": {}, "outputs": [], "source": source, **fields
    }  # fmt: skip


def markdown(source, **fields):
    return {"cell_type": "markdown", "metadata": {}, "source": source, **fields}


def write(path, *cells, **metadata):
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


CELLS = (
    markdown("# Größe σ", metadata={"slideshow": {"slide_type": "slide"}, "collapsed": True}),
    code("print(6 * 7)\nprint(object())", metadata={"tags": ["a"], "execution": {"shell.execute_reply": "now"}}),
    code("  \n"),
    code("raise ValueError('k must be 1')", metadata={"tags": ["raises-exception"], "nbgrader": {"grade": True}}),
    code("import ipywidgets\nipywidgets.IntSlider(3)"),
    code("import warnings\nwarnings.warn('careful')"),
    code(
        "from IPython.display import Image\nimport base64\n"
        "Image(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='),"
        " alt='a grey dot', width=9)"
    ),
    code("import os\nos.environ['OPENBLAS_NUM_THREADS'], os.path.exists('n.ipynb')"),
)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """The file after one run, and after two."""
    path = write(tmp_path_factory.mktemp("execute") / "n.ipynb", *CELLS, widgets={"state": 1}, author="x")
    after = []
    for _ in range(2):
        assert execute.main([str(path)]) == 0
        after.append(path.read_bytes())
    return after


@pytest.fixture
def cells(twice):
    return json.loads(twice[0])["cells"]


def test_two_runs_give_the_same_bytes(twice):
    assert twice[0] == twice[1]


def test_file_form(twice):
    text = twice[0].decode()
    assert text.endswith("}\n")
    assert '\n "cells": [\n' in text
    assert "Größe σ" in text
    notebook = json.loads(text)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_empty_cells_are_dropped_and_the_others_counted(cells):
    assert [cell.get("execution_count") for cell in cells] == [None, 1, 2, 3, 4, 5, 6]


def test_only_the_metadata_in_use_are_kept(cells):
    assert [cell["metadata"] for cell in cells[:4]] == [
        {"slideshow": {"slide_type": "slide"}},
        {"tags": ["a"]},
        {"tags": ["raises-exception"], "nbgrader": {"grade": True}},
        {},
    ]


def test_outputs_hold_nothing_of_one_run(cells):
    assert cells[1]["outputs"][0]["text"] == ["42\n", "<object object at 0x0>\n"]
    assert cells[2]["outputs"][0]["traceback"] == ["ValueError: k must be 1"]
    assert cells[3]["outputs"][0]["data"] == {"text/plain": ["IntSlider(value=3)"]}
    assert cells[4]["outputs"][0]["text"][0] == "cell.py:2: UserWarning: careful\n"


def test_a_long_picture_in_html_takes_no_time():
    html = "<img src='" + "/9" * 500_000 + "'>"
    start = time.process_time()  # not that of a clock: other tests run beside this one
    assert execute.without_traces(html) == html
    assert time.process_time() - start < 1


def test_pictures_keep_their_alt_text(cells):
    assert cells[5]["outputs"][0]["metadata"] == {"image/png": {"alt": "a grey dot", "width": 9}}


def test_the_html_of_a_picture_is_left_out_and_made_again():
    data, metadata = bundle(Figure(figsize=(1, 1)), alt='Nothing, "empty", for a test only.')
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    (stored,) = execute.canonical_outputs([output])
    assert stored["data"].keys() == {"image/png", "text/plain"}
    assert execute.stored.with_html(stored["data"], stored["metadata"]) == data


def test_html_that_says_more_than_the_picture_is_kept():
    data, metadata = bundle(Figure(figsize=(1, 1)), alt="Nothing, empty, for a test only.")
    data["text/html"] += "<p>more</p>"
    (stored,) = execute.canonical_outputs([{"output_type": "display_data", "data": data, "metadata": metadata}])
    assert stored["data"] == data


def test_one_thread_in_the_folder_of_the_notebook(cells):
    assert cells[6]["outputs"][0]["data"]["text/plain"] == ["('1', True)"]


def test_a_failing_cell_is_named_and_nothing_written(tmp_path, capsys):
    path = write(tmp_path / "bad.ipynb", markdown("text"), code("x = 1"), code("x / 0"), code("x"))
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    assert "bad.ipynb, code cell 2: ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_cell_that_hangs_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(execute, "SECONDS_PER_CELL", 1)
    path = write(tmp_path / "slow.ipynb", code("import time\ntime.sleep(20)"))
    assert execute.main([str(path)]) == 1
    assert "slow.ipynb, code cell 1: " in capsys.readouterr().err


def test_check_names_what_differs_and_writes_nothing(tmp_path, capsys):
    path = write(tmp_path / "n.ipynb", code("1 + 1"))
    before = path.read_bytes()
    assert execute.main(["--check", str(path)]) == 1
    assert "n.ipynb" in capsys.readouterr().out
    assert path.read_bytes() == before
    path.write_text(execute.canonical(execute.read(path)).replace("7", "1"), encoding="utf-8")
    assert execute.main(["--check", str(path)]) == 1  # its output is not stored


def test_check_is_content_with_what_was_written(tmp_path):
    path = write(tmp_path / "n.ipynb", code("1 + 1"))
    assert execute.main([str(path)]) == 0
    assert execute.main(["--check", str(path)]) == 0


def test_a_name_that_leads_nowhere(capsys):
    assert execute.main(["nowhere.ipynb"]) == 1
    assert "nowhere.ipynb" in capsys.readouterr().err


def test_all_notebooks_but_no_checkpoints_and_no_student_notebooks(tmp_path, monkeypatch):
    monkeypatch.setattr(execute, "HERE", tmp_path)
    left_out = ("homework/a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb")
    for name in ("b.ipynb", "a.ipynb", "homework/solutions/c.ipynb", *left_out):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert [path.name for path in execute.find([])] == ["a.ipynb", "b.ipynb", "c.ipynb"]
    assert [path.name for path in execute.find(["b.ipynb"])] == ["b.ipynb"]


def test_ids_stay_where_they_can(tmp_path):
    cells = [code("a", id="mine"), code("b", id="mine"), code("c"), code("c"), code("d", id="yours")]
    ids = [cell.id for cell in execute.read(write(tmp_path / "n.ipynb", *cells)).cells]
    assert (ids[0], ids[4]) == ("mine", "yours")
    assert len(set(ids)) == 5
    assert ids == [cell.id for cell in execute.read(tmp_path / "n.ipynb").cells]
    # A cell that moves takes its id along.
    moved = [cell.id for cell in execute.read(write(tmp_path / "m.ipynb", *reversed(cells))).cells]
    assert set(ids[2:4]) == set(moved[1:3])


@pytest.mark.parametrize("path", execute.find([]), ids=lambda path: path.name)
def test_stored_notebooks_are_in_canonical_form(path):
    assert execute.canonical(execute.read(path)) == path.read_text(encoding="utf-8")
