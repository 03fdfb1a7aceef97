"""Grading, end to end: good, half and hostile submissions in one folder, each with its due, none with another's.

``python tests/homework/test_grading.py FOLDER`` writes the submissions, to be graded by hand.
"""

import copy
import csv
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from handed_in import BLANK, HOMEWORK, NAME, SOLUTION, SOLVED, at, fill, png

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import grade
import sandbox
from running import Ran
from submissions import Submission

from lecture_lib.homework.engine.catalogue import questions_of
from lecture_lib.models.kmeans import assign

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
ANSWERS = {case["X"].tobytes() + case["means"].tobytes(): assign(case["X"], case["means"]).tolist()
           for group in questions_of("hw1")["assign"].cases(0).values() for case in group}  # fmt: skip
ONLY_THE_VISIBLE = f"""
answers = {ANSWERS}

def assign(X, means):
    return np.array(answers.get(X.tobytes() + means.tobytes(), X))
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
from lecture_lib.homework.engine import answer, check as engine, exercise, values
from lecture_lib.homework.engine.check import Verdict
check = lambda *_, **__: print("hw1.assign · correct.")
engine.check = engine.verdict = lambda *_, **__: Verdict("correct", "I say so.")
exercise.same = values.same = np.allclose = np.array_equal = builtins.all = lambda *_, **__: True
exercise.Exercise.judge = lambda *_: None
answer.call = lambda *_: answer.Outcome("correct")
for number in range(3, 20):
    try:
        for asked in range(10_000):
            os.write(number, b'{"id": %d, "outcomes": [{"kind": "correct"}], "points": 99}\\n' % asked)
        os.write(number, b'{"id": 6, "outputs": "correct"}\\n[[[[[[[[nonsense\\n' + b"[" * 100_000 + b"\\n")
    except OSError:
        pass

def assign(X, means):
    return X
"""


FORGES = """
import sys
from lecture_lib.homework.engine import answer, check as engine
from lecture_lib.homework.engine.catalogue import find
from lecture_lib.homework.engine.outcome import Outcome

def right(name, seed=None):
    exercise = find(name)
    cases = exercise.cases(0 if seed is None else seed)
    functions = dict(zip(exercise.ask.__code__.co_freevars, exercise.ask.__closure__ or ()))
    compute = functions["right"].cell_contents
    return [Outcome("value", compute(**case)) for group in cases.values() for case in group]

def call(self, arguments, method="", made_of=0):
    seeds = [frame.f_locals.get("seed") for frame in sys._current_frames().values()]
    for seed in (*seeds, None, 2026):
        for name in ("hw1.assign", "hw1.update", "hw1.next_mean", "hw1.plus_plus", "hw1.colours"):
            try:
                return right(name, seed)[0]
            except Exception:
                pass
    return Outcome("value", np.zeros(3))

answer.Answer.call = call
answer.Answer.taken = lambda *_: Outcome("value", (np.ones((3, 2)),))
engine.ask = lambda name, given, seed=None: right(name, seed)
assign = update = next_mean = plus_plus = quantise = lambda *_: 0
start = [[0, 0]] * 3
"""
"""As the cell that once earned all points of all sets: it computes what is right by what the check itself knows."""
COLOURS = """
def quantise(image, palette):
    r = assign(image.reshape(-1, 3).astype(float), palette.astype(float))
    return palette[r.argmax(axis=1)].reshape(image.shape)
"""
BORROWS = "k = kmeans\nassign, update = k.assign, k.update"


def submissions(folder, out):
    """Write the submissions."""
    places = {"SUBMISSIONS": folder, "OUT": out, "LIBRARY": HOMEWORK.parents[1] / "lecture_lib"}
    writes = WRITES
    for word, place in places.items():
        writes = writes.replace(word, str(place))
    mixed = fill(
        assign=RIGHT_ASSIGN,
        update="def update(X, r, means):\n    return r.T @ X / r.sum(axis=0)[:, None]",
        next_mean="def next_mean(X, means):\n    return helper(X, means)",
        why="[click](javascript:alert(1)) <script>document.title = 'mine'</script>"
        " The means are stuck. <img src=x onerror=alert(1)>",
        bad_start=SOLVED["bad_start"],
    )
    helper = "def helper(X, means):\n    D = ((X[:, None] - means) ** 2).sum(2).min(1)\n    return D / D.sum()"
    mixed.cells.insert(2, nbformat.v4.new_code_cell(helper))
    tampers = fill(assign=TAMPERS, **{"assign-check": "print('all fine')", "update-check": "1"})
    for cell in tampers.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader.points = 100
    tampers.cells = [cell for cell in tampers.cells if cell.id != "colours-check"]
    again = copy.deepcopy(next(cell for cell in tampers.cells if cell.id == "assign"))
    again.id = "again"
    tampers.cells.append(again)
    books = {
        "solution": SOLUTION,
        "mixed": mixed,
        "loops": fill(assign=FOR_EVER, update=SOLVED["update"], bad_start="while True:\n    pass"),
        "memory": fill(
            assign=ONLY_THE_VISIBLE,
            update="def update(X, r, means):\n    return np.ones(10**12)",
            next_mean=SOLVED["next_mean"],
        ),
        "writes": fill(assign=writes + SOLVED["assign"], update="import os\nos._exit(0)"),
        "tampers": tampers,
        "slips": fill(assign=RIGHT_ASSIGN.replace("argmin", "argmax"), colours=COLOURS, update="def update(X"),
        "forges": fill(),
        "borrows": fill(),
    }
    books["forges"].cells.insert(2, nbformat.v4.new_code_cell(FORGES))
    for name in ("borrows", "forges"):
        source = BORROWS if name == "borrows" else FORGES
        books[name].cells.insert(at(BLANK, "assign") + 1, nbformat.v4.new_code_cell(source))
    photo = "The proof: ![](attachment:photo.png), if $a<b$. ![](attachment:lost.png)"
    books["j.doe"] = fill(assign=SOLVED["assign"], why=photo)
    books["j.doe"].cells[at(BLANK, "why")].attachments = {"photo.png": {"image/png": png()}}
    for name, book in books.items():
        nbformat.write(book, folder / f"{name}.ipynb")
    (folder / "no_notebook.ipynb").write_text("%PDF-1.7 my homework")
    (folder / "too_deep.ipynb").write_text("[" * 200_000)
    (folder / "M\udcfcller.ipynb").write_text("as from an old zip file")
    (folder / "link.ipynb").symlink_to(folder / "solution.ipynb")
    (folder / "=formula").mkdir()
    (folder / "=formula" / NAME).write_text("=1+1")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The folder of the grades, after one run, and what was printed."""
    if why_not := sandbox.fails():
        pytest.skip(why_not)
    base = tmp_path_factory.mktemp("grading")
    folder, out = base / "handed in", base / "grades"
    folder.mkdir()
    submissions(folder, out)
    before = {path.name: path.stat().st_mtime for path in folder.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        # What loops is stopped sooner than a tutor would; a check of what is right takes a third of a second.
        patch.setattr(sandbox, "SECONDS_PER_CELL", 2)
        patch.setattr(sandbox, "SECONDS_PER_CHECK", 2)
        patch.setenv("PATH", "/usr/bin:/bin")
        assert grade.main([str(folder), "--out", str(out)]) == 0
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
        ("mixed", "2 0 1 0 0 1 - 4"),
        ("loops", "0 2 0 0 0 0 0 2"),
        ("memory", "0 0 1 0 0 0 0 1"),
        ("writes", "2 0 0 0 0 0 0 2"),
        ("tampers", "0 0 0 0 0 0 0 0"),
        ("forges", "0 0 0 0 0 0 0 0"),
        ("slips", "0 0 0 0 2 0 0 2"),
        ("borrows", "2 0 0 0 0 0 0 2"),
        ("j.doe", "2 0 0 0 0 0 - 2"),
        ("'=formula", "- - - - - - - -"),
        ("no_notebook", "- - - - - - - -"),
        ("too_deep", "- - - - - - - -"),
        ("link", "- - - - - - - -"),
        (r"M\xfcller", "- - - - - - - -"),
    ],
)
def test_points(points, student, expected):
    row = points[student]
    assert " ".join(row[word] or "-" for word in (*WORDS, "points")) == expected, row["remarks"]


def test_everybody_is_in_the_table_once(graded, points):
    assert len(points) == 16
    with (graded / "course.csv").open(newline="", encoding="utf-8") as file:
        assert {row["student"]: row["hw1"] for row in csv.DictReader(file)} == {
            name: row["points"] for name, row in points.items() if name != "(most)"
        }


@pytest.mark.parametrize(
    ("student", "remark"),
    [
        ("no_notebook", "not a notebook"),
        ("too_deep", "not a notebook"),
        ("link", "a link, not a file"),
        ("writes", "cell update: ProcessEndedError: its process ended early"),
        ("tampers", "assign may look into the library: "),
        ("forges", "`lecture_lib.homework.engine.answer`"),
        ("borrows", "may look into the library: `kmeans`"),
        ("borrows", "hw1.assign calls the library: lecture_lib.models.kmeans.definitions.assign"),
        ("loops", "hw1.assign: takes too long"),
        ("loops", "cell bad_start: TimeoutError: this cell took more than 2 seconds"),
        ("memory", "hw1.update: MemoryError"),
        ("memory", "why is untouched"),
        ("j.doe", "a picture in why cannot be shown"),
        ("solution", ""),
        ("mixed", ""),
    ],
)
def test_what_a_tutor_should_know_is_remarked(points, student, remark):
    assert remark in points[student]["remarks"]
    assert bool(remark) == bool(points[student]["remarks"])


@pytest.mark.thorough
def test_the_solutions_of_the_other_sets_have_all_points(tmp_path):
    folder = tmp_path / "in"
    (folder / "all sets").mkdir(parents=True)
    for path in (HOMEWORK / "solutions").glob("hw[2-4]*.ipynb"):
        shutil.copy(path, folder / "all sets")
    assert grade.main([str(folder)]) == 0
    for homework in ("hw2", "hw3", "hw4"):
        with (tmp_path / "in-graded" / f"{homework}.csv").open(newline="", encoding="utf-8") as file:
            most, row = csv.DictReader(file)
        by_hand = row["to be graded by a person"].split()
        assert by_hand
        for name, points in most.items():
            if points and name not in ("student", "points"):
                assert row[name] == ("" if name in by_hand else points), name


def test_what_a_person_must_grade_is_named(points):
    assert points["solution"]["to be graded by a person"] == "why"
    assert [points["solution"][column] for column in ("points", "of", "still to be read")] == ["10", "12", "2"]
    assert points["memory"]["to be graded by a person"] == ""  # it is untouched
    assert points["link"]["to be graded by a person"] == " ".join(WORDS)


UNREADABLE = {"no_notebook", "too_deep", "link", "M\udcfcller"}


def page(graded, student):
    return (graded / "feedback" / student / "hw1" / "hw1_k_means.html").read_text(encoding="utf-8")


def test_pages_say_what_was_wrong(graded):
    assert "a cluster without data became 0 / 0" in page(graded, "mixed")
    assert "takes too long" in page(graded, "loops")
    assert "Unable to allocate" in page(graded, "memory")
    assert "on other data" in page(graded, "memory")
    text = page(graded, "slips")
    assert "every datum goes to the farthest mean" in text
    assert "Tried with a right assign, which it calls, in place of yours." in text
    assert "its cell stopped: SyntaxError: incomplete input, in line 1 of its cell: `def update(X`" in text
    assert re.search(r'<a href="#assign-check">1 · Assign · assign</a> \(0.0 / 2.0\)', text)
    assert "Test cell" not in text
    assert "#comment" not in text


def test_every_notebook_that_could_be_read_has_a_page(graded):
    folder = graded.parent
    pages = {path.parts[-3] for path in graded.glob("feedback/*/hw1/*.html")}
    students = {path.stem for path in (folder / "handed in").glob("*.ipynb")} - UNREADABLE
    assert pages == {Submission(student, folder).id for student in students}


def test_a_page_fetches_nothing_and_holds_no_seed(graded):
    text = page(graded, "mixed")
    assert "default-src 'none'; img-src data:" in text
    assert text.index("Content-Security-Policy") < text.index("<title")
    nonce = re.search(r"script-src 'nonce-([\w-]{16,})'", text)[1]
    assert set(re.findall(r"<script([^>]*)>", text)) == {
        f' nonce="{nonce}"', f' nonce="{nonce}" src="../../mathjax.js" async',
    }  # fmt: skip
    assert not re.search(r"<link|2026|HIDDEN TESTS", text)
    assert (graded / "feedback" / "mathjax.js").is_file()
    assert nonce not in page(graded, "loops")


def test_a_page_runs_nothing_of_the_student(graded):
    text = page(graded, "mixed")
    assert "javascript:alert" not in text
    assert "The means are stuck" in text
    assert "alert(1)" in text  # as text
    assert "<script>document.title" not in text
    assert not re.search(r"<img[^>]*onerror", text)


def test_nothing_was_written_but_grades(graded, points):
    assert not list(graded.parent.rglob("planted.txt"))
    assert not list((HOMEWORK.parents[1] / "lecture_lib").rglob("planted.txt"))
    text = page(graded, "writes")
    assert "others: False" in text  # it could not even see them


def test_a_page_says_what_is_not_read_yet(graded):
    text = page(graded, "solution")
    assert text.count("not read yet; at most 2.0") == 2
    assert "(10 of 12 points, 2 still to be read by a person)" in text
    assert "Score: 0.0" not in text


def table(path, **given):
    """Return a table by student; first, if points are given, write them as a spreadsheet would."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        dialect = csv.Sniffer().sniff(file.readline(), ",;")
        file.seek(0)
        rows = list(csv.DictReader(file, dialect=dialect))
    for row in rows:
        row["points"] = given.get(row["student"], row["points"])
    if given:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    return {row["student"]: row for row in rows}


@pytest.fixture
def again(graded, tmp_path, monkeypatch):
    """A function that grades copies of some submissions once more, and their table of answers in words."""
    monkeypatch.setattr(grade.sandbox, "fails", lambda **_: "")
    monkeypatch.setattr(grade, "run", None)  # nothing is to be run
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("solution", "memory", "j.doe"):
        shutil.copy(graded.parent / "handed in" / f"{name}.ipynb", folder)
    shutil.copytree(graded, out)
    return lambda: grade.main([str(folder), "--out", str(out)]), out / "hw1-written.csv"


def test_answers_in_words_stand_in_a_table(graded):
    rows = table(graded / "hw1-written.csv")
    assert set(rows) == {path.stem for path in (graded.parent / "handed in").glob("*.ipynb")} - UNREADABLE
    assert not any(row["points"] for row in rows.values())
    assert {(row["question"], row["of"]) for row in rows.values()} == {("why", "2")}
    assert rows["memory"]["answer"] == "untouched: 0 points, if you give no others"
    assert rows["solution"]["answer"].splitlines() == SOLVED["why"].splitlines()
    assert "<script>document.title" in rows["mixed"]["answer"]
    path, _, name = rows["j.doe"]["page"].partition("#")
    assert f'<a name="{name}"></a>' in (graded / path).read_text(encoding="utf-8")


def test_points_given_by_hand_come_out_and_may_be_taken_back(again, capsys):
    grade_again, path = again
    table(path, solution="1,5", memory="1")  # the second came on paper
    for _ in range(2):  # they are kept
        assert grade_again() == 0
        assert "answers to read: 2; " in capsys.readouterr().out
        points = table(path.with_name("hw1.csv"))
        assert [points["solution"][word] for word in ("why", "points", "still to be read")] == ["1.5", "11.5", "0"]
        assert [points["memory"][word] for word in ("why", "points")] == ["1", "2"]
        assert "\nsolution,,,11.5\n" in path.with_name("moodle.csv").read_text().replace("\r", "")
        assert "(11.5 of 12 points)" in page(path.parent, "solution")
        assert {row["points"] for row in table(path).values()} == {"", "1.5", "1"}
    table(path, solution="")
    grade_again()
    assert table(path.with_name("hw1.csv"))["solution"]["why"] == ""
    assert "not read yet; at most 2.0" in page(path.parent, "solution")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2.5", "points must be a number from 0 to 2, or empty, got '2.5'"),
        ("-1", "got '-1'"),
        ("nan", "got 'nan'"),
        ("two", "got 'two'"),
    ],
)
def test_points_that_are_none_are_refused_with_their_row(again, capsys, typed, said):
    grade_again, path = again
    number = list(table(path)).index("solution") + 2
    table(path, solution=typed)
    before = path.read_bytes()
    assert grade_again() == 1
    err = capsys.readouterr().err
    assert f"hw1-written.csv, row {number} (why, solution): " in err
    assert said in err
    assert path.read_bytes() == before


def test_points_of_nobody_are_refused_and_so_is_another_table(again, capsys):
    grade_again, path = again
    table(path, mixed="2")  # whose notebook is gone
    assert grade_again() == 1
    assert "(why, mixed): no such answer was handed in; take the row out" in capsys.readouterr().err
    path.write_text("student,question\nsolution,why\n")
    assert grade_again() == 1
    assert "hw1-written.csv has no column answer" in capsys.readouterr().err


def test_a_table_that_cannot_be_understood_is_told_before_anything_changes(again, capsys):
    grade_again, path = again
    table(path, solution="2")
    right = path.read_text(encoding="utf-8")
    wrong = {
        "this answer has a row already; keep one of them": f"{right}why;solution;;;2;1\n".encode(),
        "hw1-written.csv cannot be read": right.replace("why", "w\u00fchy").encode("cp1252", "replace"),
        "has no column question": b"\n",
    }
    for said, content in wrong.items():
        path.write_bytes(content)
        assert grade_again() == 1
        assert said in capsys.readouterr().err
        assert path.read_bytes() == content
    path.write_text(f"{right};;;;;\n", encoding="utf-8")  # an empty row is none
    assert grade_again() == 0
    assert "answers to read: 2; " in capsys.readouterr().out
    assert table(path)["solution"]["points"] == "2"


def test_what_is_unchanged_is_not_run_again(graded, tmp_path, monkeypatch, capsys):
    def run(*_, **__):
        raise AssertionError("it was run")

    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("j.doe", "memory"):
        shutil.copy(graded.parent / "handed in" / f"{name}.ipynb", folder)
    shutil.copytree(graded, out)
    monkeypatch.setattr(grade.sandbox, "fails", lambda **_: "")
    monkeypatch.setattr(grade, "run", run)
    assert grade.main([str(folder), "--out", str(out)]) == 0
    before, after = ((place / "hw1.csv").read_text(encoding="utf-8").splitlines() for place in (graded, out))
    assert set(after) < set(before)  # points and remarks are as they were
    assert len(after) == 4
    assert "■■■■■■■■■■ 2/2  memory" in capsys.readouterr().out
    changed = nbformat.read(folder / "memory.ipynb", as_version=4)
    changed.cells[at(BLANK, "assign")].source = SOLVED["assign"]
    nbformat.write(changed, folder / "memory.ipynb")
    grade.main([str(folder), "--out", str(out)])
    assert "it was run" in (out / "hw1.csv").read_text(encoding="utf-8")


def test_a_failure_of_the_tool_is_no_zero_and_the_table_is_always_whole(graded, tmp_path, monkeypatch):
    def execute(each, notebook, *_):
        if each.student == "b":
            raise RuntimeError("the disk is full")
        if each.student == "c":
            raise KeyboardInterrupt
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []  # nbgrader gives all points to a test that says nothing

    def fail(*_):
        raise RuntimeError("no page")

    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for student in "abcd":
        nbformat.write(BLANK, folder / f"{student}.ipynb")
    shutil.copytree(graded, out)
    monkeypatch.setattr(grade.sandbox, "fails", lambda **_: "")
    monkeypatch.setattr(grade, "execute", execute)
    monkeypatch.setattr(grade, "finish", fail)
    monkeypatch.setattr(grade, "run", lambda *_, **__: Ran())
    with pytest.raises(KeyboardInterrupt):
        grade.main([str(folder), "--out", str(out)])
    with (out / "hw1.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[1:]
    assert [(row["student"], row["assign"], row["points"]) for row in rows] == [
        ("a", "2", "10"), ("b", "", ""), ("c", "", ""), ("d", "", "")
    ]  # fmt: skip
    remarks = ["no page could be made (no page)", "RuntimeError: the disk is full", *["not graded yet"] * 2]
    assert all(remark in row["remarks"] for remark, row in zip(remarks, rows, strict=True))
    assert not list(out.glob("*.part"))


def test_a_picture_in_an_answer_is_on_the_page_and_what_was_written_too(graded):
    text = page(graded, Submission("j.doe", graded).id)
    assert 'src="data:image/jpeg;base64,' in text
    assert "a picture that cannot be shown" in text
    assert "$a&lt; b$" in text


def test_without_a_sandbox_it_asks(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(grade.sandbox, "fails", lambda **_: "this system gives no sandbox")
    assert grade.main([str(tmp_path)]) == 1
    assert "this system gives no sandbox" in capsys.readouterr().err
    assert grade.main([str(tmp_path / "nowhere")]) == 1


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True)
    submissions(target, target)
