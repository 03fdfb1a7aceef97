"""What is read of a folder: every student once a set, whatever the names, the files and the form of a notebook."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from handed_in import HOMEWORK, NAME, SOLVED, fill

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import submissions
from submissions import Submission, collect, shown
from table import cell as written

BOOK = fill(assign=SOLVED["assign"])


def write(path, book=BOOK):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def rows(folder):
    found, left_out = collect(folder)
    return {each.student: each for each in found}, left_out


def changed(change):
    book = json.loads(json.dumps(BOOK))
    change(book, book["cells"][at(book)])
    return book


def at(book):
    return next(number for number, cell in enumerate(book["cells"]) if cell["id"] == "assign")


SLIPS = {
    "ids in a format that has none": lambda book, _: book.update(nbformat_minor=4),
    "no outputs": lambda _, cell: cell.pop("outputs"),
    "no execution count": lambda _, cell: cell.pop("execution_count"),
    "a stream with metadata": lambda _, cell: cell.update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "", "metadata": {}}]
    ),
    "an error without a value": lambda _, cell: cell.update(
        outputs=[{"output_type": "error", "ename": "E", "evalue": None, "traceback": []}]
    ),
    "text with outputs": lambda book, _: book["cells"][0].update(outputs=[]),
    "a long id": lambda _, cell: cell.update(id="x" * 100),
    "a kernel without a display name": lambda book, _: book["metadata"].update(kernelspec={"name": "python3"}),
    "lines as a list": lambda _, cell: cell.update(source=cell["source"].splitlines(keepends=True)),
    "no metadata": lambda _, cell: cell.pop("metadata"),
    "metadata of another form": lambda _, cell: cell.update(metadata={"nbgrader": "assign"}),
    "half of a pair of surrogates": lambda book, _: book["cells"][0].update(source="\ud83d"),
    "30 MB of outputs": lambda _, cell: cell.update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 30 * 1024**2}]
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_jupyterlab_opens_is_read(slip, tmp_path):
    each = Submission("anna", write(tmp_path / "anna.ipynb", changed(SLIPS[slip])))
    submissions.read(each)
    assert (each.problems, each.homework) == ([], "hw1")
    assert SOLVED["assign"].strip() in [cell.source for cell in each.cells]
    assert all(cell.source.encode() is not None for cell in each.cells)  # can be written


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_at_the_beginning_is_no_letter(encoding, tmp_path):
    path = tmp_path / "anna.ipynb"
    path.write_text(json.dumps(BOOK), encoding=encoding)
    each = Submission("anna", path)
    submissions.read(each)
    assert not each.problems


def test_an_older_format_is_read(tmp_path):
    path = tmp_path / "anna.ipynb"
    path.write_text(nbformat.writes(copy.deepcopy(BOOK), version=3))
    each = Submission("anna", path)
    submissions.read(each)
    assert not each.problems


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "%PDF-1.7", "[" * 100_000, '{"nbformat": 99, "cells": []}']
)
def test_what_is_no_notebook_is_a_problem(text, tmp_path):
    path = tmp_path / "anna.ipynb"
    path.write_text(text)
    each = Submission("anna", path)
    submissions.read(each)
    assert each.problems[0].startswith("not a notebook (")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ([nbformat.v4.new_code_cell("1")] * 1001, "more than 1000 cells"),
        ([nbformat.v4.new_code_cell("x" * 21 * 1024**2)], "larger than 20 MB, outputs not counted"),
    ],
)
def test_what_would_take_hours_is_a_problem(cells, problem, tmp_path):
    each = Submission("anna", write(tmp_path / "anna.ipynb", nbformat.from_dict({**BOOK, "cells": cells})))
    submissions.read(each)
    assert problem in each.problems


def test_the_set_is_known_without_checks_or_a_name(tmp_path):
    book = copy.deepcopy(BOOK)
    book.cells = [cell for cell in book.cells if not cell.source.startswith("check(")]
    write(tmp_path / "homework one.ipynb", book)
    for number, cell in enumerate(book.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"{number:08x}"
    write(tmp_path / "nothing but functions.ipynb", book)
    found, _ = rows(tmp_path)
    assert [each.homework for each in found.values()] == ["hw1", "hw1"]


PAIRS = [("j.doe", "j_doe"), ("Anna B", "Anna_B"), ("zoe.b", "zoe b"), ("=1+1", "＝1+1"), ("é", "e\u0301"),
         ("M\udcfcller", "M\udcf6ller"), ("M\udcfcller", r"M\xfcller"), ("=x", "'=x"), ("(most)", "'(most)"),
         ("x" * 200, "x" * 199 + "y"), ("ü" * 120, "ü" * 119 + "u")]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids=ascii)
def test_two_names_are_two_students(pair, tmp_path):
    for name in pair:
        write(tmp_path / name / NAME)
    found, _ = rows(tmp_path)
    assert found.keys() == set(pair)
    assert len({each.id for each in found.values()}) == 2
    assert len({written(each.name) for each in found.values()}) == 2
    for each in found.values():
        assert not each.remarks
        assert len(os.fsencode(each.id)) < 240
        each.id.encode()


def test_a_name_cannot_be_made_to_meet_another(tmp_path):
    victim = Submission("zoe.b", tmp_path).id
    assert Submission(victim, tmp_path).id != victim


def test_what_is_printed_holds_no_byte_of_another_encoding_and_no_control():
    assert shown("M\udcfcller\x1b[2J\n") == r"M\xfcller\x1b[2J\n"


def test_whatever_is_handed_in_stands_in_a_row_or_in_the_list(tmp_path):
    for name in (r"..\..\evil", "..", ".hidden", "-rf", "(most)", "    Points Possible"):
        write(tmp_path / f"{name}.ipynb")
    write(tmp_path / ".anna" / ".hw1.ipynb")
    left = [".DS_Store", ".ipynb", "._anna.ipynb", ".profile"]
    for name in left:
        (tmp_path / name).write_text("")
    (tmp_path / "__MACOSX").mkdir()
    found, left_out = rows(tmp_path)
    assert set(found) == {r"..\..\evil", "..", ".hidden", "-rf", "(most)", "    Points Possible", ".anna"}
    assert not any(each.problems for each in found.values())
    assert sorted(left_out) == sorted([*left, "__MACOSX"])
    assert all(each.id.strip(".") and "\\" not in each.id for each in found.values())
    assert written(found["(most)"].name) == "'(most)"
    assert written(found["    Points Possible"].name) == "'    Points Possible"


def test_files_beside_the_notebook_are_remarked(tmp_path):
    write(tmp_path / "anna" / NAME)
    for name in ("proof.pdf", "photo.jpg"):
        (tmp_path / "anna" / name).write_bytes(b"\xff\xd8")
    write(tmp_path / "bob.ipynb")
    (tmp_path / "bob.pdf").write_bytes(b"%PDF")
    for name in ("desktop.ini", "grades.csv"):
        (tmp_path / name).write_text("")
    (tmp_path / "carl").mkdir()
    (tmp_path / "carl" / "proof.pdf").write_bytes(b"%PDF")
    found, left_out = rows(tmp_path)
    assert {name: (each.problems, each.remarks) for name, each in found.items()} == {
        "anna": ([], ["also handed in: photo.jpg, proof.pdf"]),
        "bob": ([], ["also handed in: bob.pdf"]),
        "carl": (["no notebook"], ["also handed in: proof.pdf"]),
    }
    assert left_out == ["desktop.ini", "grades.csv"]


def test_a_broken_second_file_is_no_second_row(tmp_path):
    write(tmp_path / "anna" / NAME)
    (tmp_path / "anna" / "a copy.ipynb").write_text("%PDF")
    found, _ = collect(tmp_path)
    assert len(found) == 1
    assert not found[0].problems
    assert found[0].remarks == ["a copy.ipynb: not a notebook (JSONDecodeError)"]


@pytest.mark.parametrize(
    ("age", "graded"), [(0, "hw1_k_means (1).ipynb"), (60, "hw1_k_means (1).ipynb"), (-60, NAME)]
)
def test_of_two_versions_the_newest_is_graded(age, graded, tmp_path):
    first, second = write(tmp_path / "anna" / NAME), write(tmp_path / "anna" / "hw1_k_means (1).ipynb")
    os.utime(first, (1e9, 1e9))
    os.utime(second, (1e9 + age, 1e9 + age))
    found, _ = rows(tmp_path)
    assert found["anna"].path.name == graded
    assert f"only {graded}, the newest, was graded" in found["anna"].remarks[0]


def test_endings_that_a_browser_adds_are_no_part_of_the_name(tmp_path):
    for name in ("anna.ipynb.txt", "bob.json", "zoe.b.ipynb"):
        write(tmp_path / name)
    assert rows(tmp_path)[0].keys() == {"anna", "bob", "zoe.b"}


def test_deep_folders_and_long_paths_are_one_students_problem(tmp_path, monkeypatch):
    write(tmp_path / "anna" / NAME)
    for name, part, depth in (("deep", "d", 1100), ("long", "l" * 250, 18)):
        monkeypatch.chdir(tmp_path)
        for folder in (name, *[part] * depth):  # step by step: the whole path is too long for one call
            Path(folder).mkdir()
            os.chdir(folder)
    monkeypatch.chdir(tmp_path)
    found, _ = rows(tmp_path)
    subprocess.run(["rm", "-rf", "deep", "long"], check=True)  # pytest's own cleaning goes too deep for Python
    assert not found["anna"].problems
    for name in ("deep", "long"):
        assert "were not read" in found[name].remarks[0]
        assert found[name].problems == ["no notebook"]


def test_a_terminal_that_lacks_the_letters_of_a_name_stops_nothing(tmp_path):
    (tmp_path / "Müller.ipynb").write_text("nothing")
    command = [sys.executable, HOMEWORK / "grade.py", tmp_path, "--trust"]
    done = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii:strict"}, capture_output=True,
                          text=True, check=True)  # fmt: skip
    assert done.stdout.startswith(r"M\xfcller")
    assert "not graded: not a notebook" in done.stdout
