"""The class: who has handed in what, and when; one table over all sets, and files for Moodle and Canvas.

All is read from the tables of the sets, so that these can be graded one after the other, in weeks between.
"""

import csv
import re
import unicodedata
from collections import Counter
from datetime import datetime

from table import cell, get, put

COLUMNS = {
    "name": ("name", "student", "full name"),
    "id": ("id", "id number", "idnumber", "sis user id", "matriculation number"),
    "email": ("email", "email address"),
    "login": ("login", "username", "sis login id"),
    "section": ("section", "group"),
}
"""What a column of a roster may be called, in small letters; other columns are not read."""
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""https://community.canvaslms.com, "How do I import grades in the Gradebook?"; its own ID is left empty."""
MOODLE = ("Name", "ID number", "Email address")
"""https://docs.moodle.org, "Grade import": which of them identifies a user is chosen there."""


def read_roster(path):
    """Return the students of a CSV file, each a dict with the keys of ``COLUMNS``.

    Raises
    ------
    ValueError
        When there is neither a column of names nor one of ids.
    """
    rows = get(path)
    header = [title.strip().casefold() for title in rows[0]] if rows else []
    places = {key: next((header.index(title) for title in titles if title in header), None)
              for key, titles in COLUMNS.items()}  # fmt: skip
    if places["name"] is None and places["id"] is None:
        raise ValueError(
            f"{path.name} has neither a column name nor a column id, but {', '.join(header) or 'nothing'}"
        )
    return [
        {key: row[at].strip() if at is not None and at < len(row) else "" for key, at in places.items()}
        for row in rows[1:]
        if any(map(str.strip, row))
    ]


def plain(text):
    """Return a name without what differs between a roster and the name of a file."""
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", text).casefold())).strip()


def late(each, due):
    """Return a remark on what was handed in late, by the time of its file; or nothing."""
    if due is None or each.problems:
        return []
    hours = (datetime.fromtimestamp(each.path.stat().st_mtime) - due).total_seconds() / 3600
    said = f"{hours / 24:.1f} days" if hours > 48 else f"{hours:.1f} hours"
    return [f"late by {said}, by the time of its file"] if hours > 0 else []


def read_tables(out):
    """Return for each set the most points, and its rows by student."""
    tables = {}
    for path in sorted(out.glob("hw[0-9].csv")):
        with path.open(newline="", encoding="utf-8") as file:
            most, *rows = csv.DictReader(file)
        tables[path.stem] = most["of"], {row["student"]: row for row in rows}
    return tables


def write_course(out, roster):
    """Write ``course.csv``, ``moodle.csv`` and ``canvas.csv``; a student has a row, with or without submissions."""
    tables = read_tables(out)
    handed_in = list(dict.fromkeys(student for _, rows in tables.values() for student in rows))
    students = [{"names": names_of(each, handed_in), **each} for each in roster or ()]
    known = {name for each in students for name in each["names"]}
    students = [{key: text if key == "names" else cell(text) for key, text in each.items()} for each in students]
    students += [{"names": [name], **dict.fromkeys(COLUMNS, ""), "name": name, "else": True}
                 for name in handed_in if name not in known]  # fmt: skip
    claimed = Counter(name for each in students for name in each["names"])
    sets, most = list(tables), [most for most, _ in tables.values()]
    course, moodle, canvas = [], [], []
    for each in students:
        rows = [next((rows[name] for name in each["names"] if name in rows), None) for _, rows in tables.values()]
        course.append([each["name"] or each["id"], each["id"], *in_course(rows, sets, most),
                       "; ".join(doubts(each, tables, claimed, roster))])  # fmt: skip
        done = [row["points"] if row and not open_in(row) else "" for row in rows]
        moodle.append([each["name"], each["id"], each["email"], *done])
        canvas.append([each["name"], "", each["id"], each["login"], each["section"], *done])
    put(
        out / "course.csv",
        [["student", "id", *sets, "points", "of", "missing", "late", "open", "remarks"], *course],
    )
    put(out / "moodle.csv", [[*MOODLE, *sets], *moodle])
    put(out / "canvas.csv", [[*CANVAS, *sets], ["    Points Possible", "", "", "", "", *most], *canvas])


def doubts(each, tables, claimed, roster):
    """Yield what is unclear about whose a submission is."""
    if roster and "else" in each:
        yield "not in the roster"
    for homework, (_, rows) in tables.items():
        yield from (f"{homework} also from {name}" for name in [n for n in each["names"] if n in rows][1:])
    yield from (f"{name} may be of another student" for name in each["names"] if claimed[name] > 1)


def names_of(each, handed_in):
    """Return under what names somebody of the roster has handed in: the name, the id, the address or the login."""
    own = {plain(each[key]) for key in ("name", "id", "email", "login")} - {""}
    own |= {" ".join(reversed(name.split(" ", 1))) for name in own}  # "Doe, Jane" is jane doe
    return [name for name in handed_in if plain(name) in own]


def in_course(rows, sets, most):
    """Return what the table of the course says of a student between name and remarks."""
    points = [row["points"] if row else "" for row in rows]
    missing = [name for name, row in zip(sets, rows, strict=True) if row is None]
    times = [f"{name} {found[1]}" for name, row in zip(sets, rows, strict=True)
             if row and (found := re.search(r"late by ([\d.]+ \w+)", row["remarks"]))]  # fmt: skip
    left = [f"{name}: {open_in(row)}" for name, row in zip(sets, rows, strict=True) if row and open_in(row)]
    total = f"{sum(float(each) for each in points if each):g}"
    return [*points, total, f"{sum(map(float, most)):g}", " ".join(missing), "; ".join(times), "; ".join(left)]


def open_in(row):
    """Return the exercises of a row that nobody and nothing has graded yet."""
    others = ("points", "still to be read", "to be graded by a person", "remarks")
    return " ".join(name for name, text in row.items() if text == "" and name not in others)
