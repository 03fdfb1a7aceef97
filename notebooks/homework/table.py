"""The table of a set: points per exercise, what a person must grade, and remarks; one row a student."""

import csv

from nbgrader.api import Gradebook
from submissions import shown

MOST = "(most)"
TAKEN = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", MOST, "points possible")
"""How no name may begin in a table: a spreadsheet begins to compute, or the row would be taken for another."""


class Table:
    """The rows of a set, written whole after each student."""

    def __init__(self, api, homework, submissions, out, written):
        self.homework, self.out, self.path, self.written = homework, out, out / f"{homework}.csv", written
        self.address = api.coursedir.db_url, api.coursedir.course_id
        with Gradebook(*self.address) as book:
            cells = book.find_assignment(homework).notebooks[0].grade_cells
            self.most = {cell.name: cell.max_score for cell in cells}
        self.rows = {each.student: self.empty(each, "not graded yet") for each in submissions}
        self.write()

    def add(self, each):
        """Put the points of a submission into its row, and write the table."""
        by_hand = " ".join(name.removesuffix("-check") for name in self.most)
        if not each.problems:
            try:
                self.rows[each.student] = self.full(each)
            except Exception as error:  # nbgrader's, or the gradebook's
                each.problems.append(f"the points could not be read ({type(error).__name__}: {error})"[:300])
        if each.problems:
            self.rows[each.student] = self.empty(each, *each.problems, by_hand=by_hand)
        self.write()

    def empty(self, each, *why, by_hand=""):
        """Return a row without points: that something could not be graded is no 0."""
        blank = [""] * (len(self.most) + 1)
        return [cell(each.name), *blank, self.sum(), "", by_hand, cell("; ".join([*why, *each.remarks]))]

    def full(self, each):
        """Return the row of a submission that was graded; what a person must grade, and has not, is empty."""
        with Gradebook(*self.address) as book:
            grades = {g.name: g for g in book.find_submission(self.homework, each.id).notebooks[0].grades}
            by_hand = [name for name in self.most if grades[name].needs_manual_grade]
            open_ = still_open(grades.values())
            points = ["" if name in open_ else f"{grades[name].score:g}" for name in self.most]
            self.written.add(each, grades, self.out)
            sums = [sum(grade.score for grade in grades.values()), sum(self.most.values()), sum(open_.values())]
        sums = [f"{each:g}" for each in sums]
        return [cell(each.name), *points, *sums, " ".join(by_hand), cell("; ".join(each.remarks))]

    def sum(self):
        """Return the most points there are."""
        return f"{sum(self.most.values()):g}"

    def write(self):
        """Write the table."""
        names = [name.removesuffix("-check") for name in self.most]
        header = ["student", *names, "points", "of", "still to be read", "to be graded by a person", "remarks"]
        most = [MOST, *(f"{most:g}" for most in self.most.values()), self.sum(), self.sum(), "", "", ""]
        put(self.path, [header, most, *self.rows.values()])


def get(path):
    """Return the rows of a table, perhaps as a spreadsheet writes it: with semicolons, after a byte order mark."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            start = file.readline()
            file.seek(0)
            return list(csv.reader(file, delimiter=max(",;\t", key=start.count)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path.name} cannot be read ({error}); save it as CSV in UTF-8") from None


def put(path, rows):
    """Write a table beside its place, and put it there at once, so that the file is complete at any time."""
    part = path.with_suffix(".csv.part")
    with part.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    try:
        part.replace(path)
    except OSError as error:
        raise ValueError(f"{path.name} cannot be written ({error.strerror}); close it in other programs") from None


def cell(text):
    """Return text that can be written, that is taken for nothing else, and that differs where texts do."""
    text = shown(text)
    return f"'{text}" if text.strip().casefold().startswith(TAKEN) else text


def still_open(grades):
    """Return what a person must grade, and has not, with its points."""
    open_ = [grade for grade in grades if grade.needs_manual_grade and grade.manual_score is None]
    return {grade.name: grade.max_score for grade in open_}
