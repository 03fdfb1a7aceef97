"""The class: who is missing or late, one table over all sets, and files that Moodle and Canvas import."""

import csv
import os
from datetime import datetime

import pytest

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import handed_in  # noqa: F401
from grade import own_seed
from roster import late, read_roster, write_course
from submissions import Submission
from table import put

CLASS = """Full name;ID number;Email address;Username;Colour
Ada Lovelace;101;ada@example.org;alove;red
"Doe, Jane";102;jane@example.org;jdoe;blue
=1+1;103;x@example.org;;

Émile Borel;104;emile@example.org;eborel;green
"""
HEADER = ["student", "assign", "why", "points", "of", "still to be read", "to be graded by a person", "remarks"]
MOST = ["(most)", "2", "2", "4", "4", "", "", ""]
HW1 = [
    ["ada_lovelace", "2", "1", "3", "4", "0", "why", "late by 3.5 hours; x"],
    ["Jane Doe", "2", "", "2", "4", "2", "why", ""],
    ["E\u0301mile Borel", "", "", "", "4", "", "assign why", "could not be graded"],
    ["somebody", "0", "0", "0", "4", "0", "", ""],
]
HW2 = [["104", "1", "1", "2", "4", "0", "", ""], ["101", "2", "2", "4", "4", "0", "", ""]]


@pytest.fixture
def course(tmp_path):
    """The rows of the three files, by the first or second column."""
    (tmp_path / "class.csv").write_bytes(b"\xef\xbb\xbf" + CLASS.encode())
    put(tmp_path / "hw1.csv", [HEADER, MOST, *HW1])
    put(tmp_path / "hw2.csv", [HEADER, MOST, *HW2])
    write_course(tmp_path, read_roster(tmp_path / "class.csv"))
    assert not list(tmp_path.glob("*.part"))
    files = {}
    for name in ("course", "moodle", "canvas"):
        with (tmp_path / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            files[name] = list(csv.reader(file))
    return files


def test_a_student_has_one_row_over_all_sets(course):
    header, *rows = course["course"]
    assert header == ["student", "id", "hw1", "hw2", "points", "of", "missing", "late", "open", "remarks"]
    assert rows == [
        ["Ada Lovelace", "101", "3", "4", "7", "8", "", "hw1 3.5 hours", "", ""],
        ["Doe, Jane", "102", "2", "", "2", "8", "hw2", "", "hw1: why", ""],
        ["'=1+1", "103", "", "", "0", "8", "hw1 hw2", "", "", ""],
        ["Émile Borel", "104", "", "2", "2", "8", "", "", "hw1: assign why", ""],
        ["somebody", "", "0", "", "0", "8", "hw2", "", "", "not in the roster"],
    ]


def test_moodle_and_canvas_get_what_is_whole(course):
    assert course["moodle"][:3] == [
        ["Name", "ID number", "Email address", "hw1", "hw2"],
        ["Ada Lovelace", "101", "ada@example.org", "3", "4"],
        ["Doe, Jane", "102", "jane@example.org", "", ""],  # a person has not graded all of hw1
    ]
    assert course["canvas"][:3] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw1", "hw2"],
        ["    Points Possible", "", "", "", "", "4", "4"],
        ["Ada Lovelace", "", "101", "alove", "", "3", "4"],
    ]


def test_without_a_roster_the_table_holds_who_handed_in(tmp_path):
    put(tmp_path / "hw1.csv", [HEADER, MOST, *HW1])
    write_course(tmp_path, None)
    with (tmp_path / "course.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == [row[0] for row in HW1]
    assert not any(row["remarks"] for row in rows)


def test_whose_a_submission_is_may_be_unclear(tmp_path):
    (tmp_path / "class.csv").write_text("name,id\nAnna Kern,1\nAnna Kern,2\nBela Kern,3\n")
    names = ("Anna Kern", "bela kern", "Bela_Kern", "'=Kern")
    put(tmp_path / "hw1.csv", [HEADER, MOST, *([name, "2", "2", "4", "4", "0", "", ""] for name in names)])
    write_course(tmp_path, read_roster(tmp_path / "class.csv"))
    with (tmp_path / "course.csv").open(newline="", encoding="utf-8") as file:
        assert [(row["student"], row["remarks"]) for row in csv.DictReader(file)] == [
            ("Anna Kern", "Anna Kern may be of another student"),
            ("Anna Kern", "Anna Kern may be of another student"),
            ("Bela Kern", "hw1 also from Bela_Kern"),
            ("'=Kern", "not in the roster"),
        ]


def test_a_roster_without_names_and_ids_is_refused(tmp_path):
    (tmp_path / "class.csv").write_text("colour,points\nred,1\n")
    with pytest.raises(ValueError, match="neither a column name nor a column id, but colour, points"):
        read_roster(tmp_path / "class.csv")


@pytest.mark.parametrize(("hours", "said"), [(-1, ""), (1.5, "1.5 hours"), (72, "3.0 days")])
def test_what_is_late_is_remarked(hours, said, tmp_path):
    path = tmp_path / "anna.ipynb"
    path.write_text("{}")
    due = datetime(2026, 12, 1, 12)
    os.utime(path, (due.timestamp() + 3600 * hours,) * 2)
    assert late(Submission("anna", path), due) == ([f"late by {said}, by the time of its file"] if said else [])
    assert late(Submission("anna", path), None) == []


def test_each_student_has_other_data_of_their_own(tmp_path):
    students = ("anna", "bob", "M\udcfcller")
    handed = [Submission(student, tmp_path, homework) for student in students for homework in ("hw1", "hw2")]
    seeds = {own_seed(number, each) for number in (1, 2) for each in handed}
    assert len(seeds) == 12
    assert own_seed(None, Submission("anna", tmp_path, "hw1")) is None
