"""The answers in words: a table in which a person fills in points, and which the next grading reads."""

import unicodedata

import nbformat
from assembly import written_answer
from cells import key
from submissions import shown
from table import cell, get, put

COLUMNS = ["question", "student", "answer", "page", "of", "points"]
NONE = "untouched: 0 points, if you give no others"
LONGEST = 5000  # letters of an answer in the table; all of it is on the page


class Written:
    """The rows of a set, one a question and student; what a person filled in stays.

    Parameters
    ----------
    path : Path
        Of the table, which need not exist.
    solution : NotebookNode
    submissions : list of Submission

    Raises
    ------
    ValueError
        When the points of a row are no number from 0 to what is allowed, or are nobody's of these submissions.
    """

    def __init__(self, path, solution, submissions):
        self.path = path
        self.most = {key(c): c.metadata.nbgrader.points for c in solution.cells if written_answer(c)}
        self.rows, self.points = {}, {}
        students = {alike(cell(each.name)): each.student for each in submissions}
        header, *rows = (path.exists() and get(path)) or [COLUMNS]
        if absent := [name for name in COLUMNS if name not in header]:
            raise ValueError(f"{path.name} has no column {absent[0]}; the columns are {', '.join(COLUMNS)}")
        for number, row in enumerate(rows, start=2):
            row = [alike(dict(zip(header, row, strict=False)).get(name, "")) for name in COLUMNS]
            name, student, *_, typed = row
            if not any(row):
                continue
            try:
                if (name, student) in self.rows:
                    raise ValueError("this answer has a row already; keep one of them")
                self.points[students.get(student), name] = self.checked(name, student in students, typed)
            except ValueError as error:
                raise ValueError(f"{path.name}, row {number} ({name}, {student}): {error}") from None
            self.rows[name, student] = row
        self.write()  # so that a table that cannot be written is told before anything is graded

    def checked(self, name, known, typed):
        """Return the points that were typed for a question, or None for an empty cell."""
        if not typed:
            return None
        if not known or name not in self.most:
            raise ValueError("no such answer was handed in; take the row out, or give it its name back")
        try:
            points = float(typed.replace(",", "."))
        except ValueError:
            points = -1
        if not 0 <= points <= self.most[name]:
            raise ValueError(f"points must be a number from 0 to {self.most[name]:g}, or empty, got {typed!r}")
        return points

    def give(self, api, each):
        """Put the points of a student into the gradebook; return whether that changed any."""
        changed = False
        with api.gradebook as book:
            for grade in book.find_submission(each.homework, each.id).notebooks[0].grades:
                points = self.points.get((each.student, grade.name), grade.manual_score)
                changed |= points != grade.manual_score
                grade.manual_score = points
            book.db.commit()
        return changed

    def add(self, each, grades, out):
        """Put the answers of a student into the table, with the points that they have, and write it."""
        (path,) = (out / "submitted" / each.id / each.homework).glob("*.ipynb")
        sources = {key(c): c.source for c in nbformat.read(path, as_version=4).cells}
        page = f"feedback/{each.id}/{each.homework}/{path.stem}.html"
        for name in self.most:
            text = sources[name].replace("<\u200b", "<")[:LONGEST]
            if grades[name].auto_score == 0:
                text = NONE
            first, *rest = text.splitlines() or [""]
            points = "" if grades[name].manual_score is None else f"{grades[name].manual_score:g}"
            self.rows[name, alike(cell(each.name))] = [
                *(name, cell(each.name), "\n".join([cell(first), *map(shown, rest)])),
                *(cell(f"{page}#{name}"), f"{self.most[name]:g}", points),
            ]
        self.write()

    def write(self):
        """Write the table, if it has a row."""
        if self.rows:
            put(self.path, [COLUMNS, *(self.rows[place] for place in sorted(self.rows))])

    def left(self):
        """Return how many answers nobody has graded yet."""
        return sum(not points and not answer.startswith(NONE) for _, _, answer, _, _, points in self.rows.values())


def alike(text):
    """Return text without what cannot be seen: blanks around it, and how its accents are stored."""
    return unicodedata.normalize("NFC", text).strip()
