"""Grading, end to end: good, half and hostile submissions in one folder, each with its due, none with another's.

``python tests/test_grading.py FOLDER`` writes the submissions, to be graded by hand.
"""

import copy
import csv
import re
import shutil
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

HOMEWORK = Path(__file__).parents[2] / "notebooks" / "homework"
NAME = "hw1_k_means.ipynb"

RIGHT_ASSIGN = """
def assign(X, means):
    r = np.zeros((len(X), len(means)))
    for i, x in enumerate(X):
        r[i, np.argmin(((x - means) ** 2).sum(axis=1))] = 1
    return r
"""
FOR_EVER = """
def assign(X, means):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
ONLY_THE_VISIBLE = """
from lecture_lib.homework.sets import hw1
answers = {case["X"].tobytes() + case["means"].tobytes(): hw1.kmeans.assign(case["X"], case["means"])
           for group in hw1.QUESTIONS["assign"].cases(0).values() for case in group}

def assign(X, means):
    return answers.get(X.tobytes() + means.tobytes(), X)
"""
WRITES = """
import os, shutil
from pathlib import Path
for place in ("SUBMISSIONS", "OUT", "LIBRARY"):
    for path in (Path(place), *Path(place).glob("*")):
        try:
            (path / "planted.txt").write_text("here")
        except OSError as error:
            print(type(error).__name__)
        try:
            path.unlink()
        except OSError as error:
            print(type(error).__name__)
print("others:", Path("SUBMISSIONS").exists(), "scratch:", Path("mine.txt").write_text("fine"))
"""
TAMPERS = """
import builtins, os, sys
from lecture_lib.homework.engine import check as engine, exercise, values
from lecture_lib.homework.engine.check import Verdict
from lecture_lib.homework.sets import hw1
check = lambda *_, **__: print("hw1.assign · correct.")
engine.check = engine.verdict = lambda *_, **__: Verdict("correct", "I say so.")
exercise.same = values.same = lambda *_, **__: True
hw1.QUESTIONS.clear()
exercise.Exercise.judge = lambda *_: None
for number in range(3, 20):
    try:
        os.write(number, b'{"cell": 4, "outcomes": [[{"kind": "correct", "value": null}]], "points": 99}\\n')
        os.write(number, b'{"cell": 6, "outcomes": "correct"}\\n[[[[[[[[nonsense\\n' + b"[" * 100_000 + b"\\n")
    except OSError:
        pass

def assign(X, means):
    return X
"""


def fill(notebook, **cells):
    """Return the notebook with some cells, named by their id, filled in."""
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        if cell.id in cells:
            cell.source = cells[cell.id].strip()
    return filled


def submissions(folder, out):
    """Write the submissions."""
    untouched = nbformat.read(HOMEWORK / NAME, as_version=4)
    solution = nbformat.read(HOMEWORK / "solutions" / NAME, as_version=4)
    solved = {cell.id: cell.source for cell in solution.cells}
    places = {"SUBMISSIONS": folder, "OUT": out, "LIBRARY": HOMEWORK.parents[1] / "lecture_lib"}
    writes = WRITES
    for word, place in places.items():
        writes = writes.replace(word, str(place))
    mixed = fill(
        untouched,
        assign=RIGHT_ASSIGN,
        update="def update(X, r, means):\n    return r.T @ X / r.sum(axis=0)[:, None]",
        next_mean="def next_mean(X, means):\n    return helper(X, means)",
        why="<script>document.title = 'mine'</script> The means are stuck. <img src=x onerror=alert(1)>",
        bad_start=solved["bad_start"],
    )
    helper = "def helper(X, means):\n    D = ((X[:, None] - means) ** 2).sum(2).min(1)\n    return D / D.sum()"
    mixed.cells.insert(2, nbformat.v4.new_code_cell(helper))
    tampers = fill(untouched, assign=TAMPERS, **{"assign-check": "print('all fine')", "update-check": "1"})
    for cell in tampers.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = 100
    tampers.cells = [cell for cell in tampers.cells if cell.id != "colours-check"]
    again = copy.deepcopy(next(cell for cell in tampers.cells if cell.id == "assign"))
    again.id = "again"
    tampers.cells.append(again)
    books = {
        "solution": solution,
        "untouched": untouched,
        "mixed": mixed,
        "loops": fill(untouched, assign=FOR_EVER, update=solved["update"], bad_start="while True:\n    pass"),
        "memory": fill(
            untouched,
            assign="hoard = []\nwhile True:\n    hoard.append(np.ones(10**7))",
            update="def update(X, r, means):\n    return np.ones(10**12)",
            next_mean=solved["next_mean"],
        ),
        "writes": fill(untouched, assign=writes + solved["assign"], update="import os\nos._exit(0)"),
        "tampers": tampers,
        "learned": fill(untouched, assign=ONLY_THE_VISIBLE),
    }
    for name, book in books.items():
        nbformat.write(book, folder / f"{name}.ipynb")
    (folder / "no_notebook.ipynb").write_text("%PDF-1.7 my homework")
    (folder / "too_deep.ipynb").write_text("[" * 200_000)
    (folder / "link.ipynb").symlink_to(folder / "solution.ipynb")
    (folder / "=formula").mkdir()
    nbformat.write(fill(untouched, assign=RIGHT_ASSIGN), folder / "=formula" / NAME)
    (folder / "all sets").mkdir()
    for path in (HOMEWORK / "solutions").glob("hw[2-4]*.ipynb"):
        shutil.copy(path, folder / "all sets")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of the grades, after one run, and what was printed."""
    pytest.importorskip("nbgrader", reason="comes with the extra `grading`")
    sys.path.insert(0, str(HOMEWORK))
    grade, sandbox = import_module("grade"), import_module("sandbox")
    if not sandbox.works():
        pytest.skip("this system gives no namespaces")
    base = tmp_path_factory.mktemp("grading")
    folder, out = base / "handed in", base / "grades"
    folder.mkdir()
    submissions(folder, out)
    before = {path.name: path.stat().st_mtime for path in folder.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        # What loops is stopped sooner than a tutor would; a check of what is right takes a third of a second.
        patch.setattr(sandbox, "SECONDS", 60)
        patch.setattr(sandbox, "SECONDS_PER_CELL", 4)
        patch.setattr(sandbox, "SECONDS_PER_CHECK", 2)
        patch.setenv("PATH", "/usr/bin:/bin")
        assert grade.main([str(folder), "--out", str(out)]) == 0
    sys.path.remove(str(HOMEWORK))
    assert {path.name: path.stat().st_mtime for path in folder.iterdir()} == before
    return out


@pytest.fixture(scope="module")
def points(graded):
    with (graded / "hw1.csv").open(newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


WORDS = ("assign", "update", "next_mean", "plus_plus", "colours", "bad_start", "why")


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        ("(most)", "2 2 1 2 2 1 2 12"),
        ("solution", "2 2 1 2 2 1 - 10"),
        ("untouched", "0 0 0 0 0 0 0 0"),
        ("mixed", "2 0 1 0 0 1 - 4"),
        ("loops", "0 2 0 0 0 0 0 2"),
        ("memory", "0 0 1 0 0 0 0 1"),
        ("writes", "2 0 0 0 0 0 0 2"),
        ("tampers", "0 0 0 0 0 0 0 0"),
        ("learned", "0 0 0 0 0 0 0 0"),
        ("'=formula", "2 0 0 0 0 0 0 2"),
        ("no_notebook", "0 0 0 0 0 0 0 0"),
        ("too_deep", "0 0 0 0 0 0 0 0"),
        ("link", "0 0 0 0 0 0 0 0"),
    ],
)
def test_points(points, student, expected):
    row = points[student]
    assert " ".join(row[word] or "-" for word in (*WORDS, "points")) == expected, row["remarks"]


def test_everybody_is_in_the_table_once(points):
    assert len(points) == 13


@pytest.mark.parametrize(
    ("student", "remark"),
    [
        ("no_notebook", "not a notebook"),
        ("too_deep", "not a notebook"),
        ("link", "a link, not a file"),
        ("writes", "its process ended early"),
        ("learned", "assign looks into the library"),
        ("tampers", "assign looks into the library"),
        ("loops", "hw1.assign: takes too long"),
        ("loops", "TimeoutError in cell bad_start"),
        ("memory", "hw1.update: MemoryError"),
        ("solution", ""),
        ("mixed", ""),
    ],
)
def test_what_a_tutor_should_know_is_remarked(points, student, remark):
    assert remark in points[student]["remarks"]
    assert bool(remark) == bool(points[student]["remarks"])


@pytest.mark.parametrize("homework", ["hw2", "hw3", "hw4"])
def test_the_solutions_of_the_other_sets_have_all_points(graded, homework):
    with (graded / f"{homework}.csv").open(newline="", encoding="utf-8") as file:
        most, row = csv.DictReader(file)
    assert row["student"] == "all sets"
    by_hand = row["to be graded by a person"].split()
    assert by_hand
    for name, points in most.items():
        if points and name not in ("student", "points"):
            assert row[name] == ("" if name in by_hand else points), name


def test_what_a_person_must_grade_is_named(points):
    assert points["solution"]["to be graded by a person"] == "why"
    assert points["untouched"]["to be graded by a person"] == ""


def page(graded, student):
    return (graded / "feedback" / student / "hw1" / "hw1_k_means.html").read_text(encoding="utf-8")


def test_pages_say_what_was_wrong(graded):
    assert "a cluster without data became 0 / 0" in page(graded, "mixed")
    assert "takes too long" in page(graded, "loops")
    assert "Unable to allocate" in page(graded, "memory")
    assert "on other data" in page(graded, "learned")


def test_every_notebook_that_could_be_read_has_a_page(graded):
    pages = {path.parts[-3] for path in graded.glob("feedback/*/hw1/*.html")}
    assert pages == {
        *("solution", "untouched", "mixed", "loops", "memory", "writes", "tampers", "learned"),
        "_formula",
    }


def test_a_page_runs_nothing_of_the_student(graded):
    text = page(graded, "mixed")
    assert "The means are stuck" in text
    assert "<script>document.title" not in text
    assert not re.search(r"<img[^>]*onerror", text)


def test_nothing_was_written_but_grades(graded, points):
    assert not list(graded.parent.rglob("planted.txt"))
    assert not list((HOMEWORK.parents[1] / "lecture_lib").rglob("planted.txt"))
    text = page(graded, "writes")
    assert "others: False" in text  # it could not even see them


def test_points_given_by_hand_are_kept_when_grading_again(graded, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(HOMEWORK))
    grade = import_module("grade")
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    shutil.copy(HOMEWORK / "solutions" / NAME, folder / "solution.ipynb")
    shutil.copytree(graded, out)
    with grade.Gradebook(f"sqlite:///{out}/gradebook.db", "homework") as book:
        book.find_grade("why", "hw1_k_means", "hw1", "solution").manual_score = 1.5
        book.db.commit()
    monkeypatch.setattr(grade.sandbox, "works", lambda: True)
    monkeypatch.setattr(grade.sandbox, "run", lambda *_, **__: ({}, "it was not run"))  # so no other points
    grade.main([str(folder), "--out", str(out)])
    with (out / "hw1.csv").open(newline="", encoding="utf-8") as file:
        row = list(csv.DictReader(file))[1]
    assert (row["student"], row["assign"], row["why"], row["points"]) == ("solution", "0", "1.5", "1.5")


def test_without_a_sandbox_it_asks(monkeypatch, tmp_path, capsys):
    pytest.importorskip("nbgrader", reason="comes with the extra `grading`")
    monkeypatch.syspath_prepend(str(HOMEWORK))
    grade = import_module("grade")
    monkeypatch.setattr(grade.sandbox, "works", lambda: False)
    assert grade.main([str(tmp_path)]) == 1
    assert "If you trust them all" in capsys.readouterr().err
    assert grade.main([str(tmp_path / "nowhere")]) == 1


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    submissions(target, target)
