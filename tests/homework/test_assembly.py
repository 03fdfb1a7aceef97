"""Honest submissions in every form keep their points: split, copied, merged, moved, renamed, without names."""

import copy
import json

import nbformat
import pytest
from handed_in import BLANK, HOMEWORK, NAME, SOLUTION, SOLVED, at, code, fill, text

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import assembly
import feedback
import generate
import verdicts
from cells import cells_of, key
from running import run
from submissions import Submission

from lecture_lib.homework.sets import hw1

HELPER, FUNCTION = (
    "def squared(X, means):\n    return ((X[:, None] - means) ** 2).sum(axis=2)",
    ("def assign(X, means):\n    return np.eye(len(means))[squared(X, means).argmin(axis=1)]"),
)
WRONG = "def assign(X, means):\n    return X"
WORDS = "Each datum is at its nearest mean."


def insert(notebook, name, *cells, after=0):
    number = at(notebook, name) + after
    notebook.cells[number:number] = cells
    return notebook


def copied(notebook, name, source):
    """Return a copy of a cell as JupyterLab pastes it: a new id, the same metadata."""
    cell = copy.deepcopy(notebook.cells[at(notebook, name)])
    return nbformat.from_dict({**cell, "id": f"{name}-pasted", "source": source})


def without(notebook, *names):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in names]
    return notebook


def stripped(notebook):
    """Return the notebook as a tool leaves it that knows neither metadata nor ids."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"{number:08x}"
    return notebook


def split():
    return insert(fill(assign=HELPER), "assign", copied(BLANK, "assign", FUNCTION), after=1)


def with_line(line):
    source = f"{line}\nimport itertools"
    return insert(fill(assign=f"itertools.count\n{SOLVED['assign']}"), "assign", code(source))


def check_cell_with_more():
    book = fill(update=SOLVED["update"])
    book.cells[at(book, "assign-check")].source = f"{FUNCTION}\n{HELPER}\ncheck('hw1.assign', assign)"
    return book


LINES = [
    "%matplotlib inline", "%matplotlib", "%pylab inline", "!echo hello", "%ls", "f = !ls", "%load_ext autoreload",
    "%config InlineBackend.figure_format = 'retina'", "%env A=1", "!pip --version",
]  # fmt: skip
# What is handed in, and which exercises have their points.
CASES = {
    "solved": (lambda: copy.deepcopy(SOLUTION), "assign update next_mean plus_plus colours bad_start"),
    "untouched": (lambda: copy.deepcopy(BLANK), ""),
    "a cell split in two": (split, "assign"),
    "a copy below, with the answer": (
        lambda: insert(fill(assign=WRONG), "assign", copied(BLANK, "assign", SOLVED["assign"]), after=1), "assign"),
    "an old copy above": (
        lambda: insert(fill(assign=SOLVED["assign"]), "assign", copied(BLANK, "assign", WRONG)), "assign"),
    "a copy of the stub below": (
        lambda: insert(fill(assign=SOLVED["assign"]), "assign",
                       copied(BLANK, "assign", BLANK.cells[at(BLANK, "assign")].source), after=1), "assign"),
    "merged into the cell above": (
        lambda: without(fill(assign=f"{SOLVED['assign']}\n\n{SOLVED['update']}"), "update"), "assign update"),
    "moved to the cell above, the stub left": (
        lambda: fill(assign=f"{SOLVED['assign']}\n\n{SOLVED['update']}"), "assign update"),
    "merged into the cell below": (
        lambda: without(fill(update=f"{SOLVED['assign']}\n\n{SOLVED['update']}"), "assign"), "assign update"),
    "in a new cell above the stub": (lambda: insert(fill(), "assign", code(SOLVED["assign"])), "assign"),
    "in a new cell at the end": (lambda: insert(fill(), "why", code(SOLVED["assign"]), after=1), "assign"),
    "points in a new cell above the stub": (
        lambda: insert(fill(), "bad_start", code(SOLVED["bad_start"])), "bad_start"),
    "a helper in the second half, needed later": (
        lambda: insert(fill(assign=SOLVED["assign"], next_mean="def next_mean(X, means):\n    d = squared(X, means)"
                            ".min(axis=1)\n    return d / d.sum()"), "assign",
                       copied(BLANK, "assign", HELPER), after=1), "assign next_mean"),
    "an old try far below": (
        lambda: insert(fill(assign=SOLVED["assign"]), "why", code(WRONG), after=1), "assign"),
    "cells in another order": (
        lambda: insert(without(fill(assign=FUNCTION), "update"), "assign", code(HELPER),
                       copied(BLANK, "update", SOLVED["update"])), "assign update"),
    "metadata and ids lost": (lambda: stripped(copy.deepcopy(SOLUTION)),
                              "assign update next_mean plus_plus colours bad_start"),
    "metadata and ids lost, half done": (
        lambda: stripped(fill(assign=SOLVED["assign"], update=SOLVED["update"])), "assign update"),
    "imports added to the first cell": (
        lambda: fill(setup=SOLVED["setup"] + "\nimport math", assign=f"math.pi\n{SOLVED['assign']}"), "assign"),
    "code in the cell of the check": (check_cell_with_more, "assign update"),
    "a solution that became Markdown": (
        lambda: nbformat.from_dict({**(book := fill(assign=SOLVED["assign"])), "cells": [
            {**cell, "cell_type": "markdown"} if cell.id == "assign" else cell for cell in book.cells]}), "assign"),
    **{f"the line {line}": (lambda line=line: with_line(line), "assign") for line in LINES},
    "the line %%time": (lambda: fill(assign=f"%%time\n{SOLVED['assign']}"), "assign"),
}  # fmt: skip


@pytest.fixture(scope="module")
def course():
    solution = generate.execute.read(HOMEWORK / "solutions" / NAME)
    return solution, nbformat.reads(generate.student_notebook(HOMEWORK / "solutions" / NAME), as_version=4)


@pytest.fixture(scope="module")
def module_patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def assembled(book, course, folder, others=()):
    path = folder / "book.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    each = Submission("anna", path, cells=cells_of(path), others=others)
    return each, assembly.assemble(each, *course)


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory, module_patch):
    """The exercises that have their points, and the remarks, for each case."""
    module_patch.setattr(hw1, "DRAWS", hw1.EARLY)  # here it matters where an answer stands, not how good it is
    folder = tmp_path_factory.mktemp("books")
    books = {name: assembled(make(), course, folder) for name, (make, _) in CASES.items()}
    figures = {BLANK.cells[at(BLANK, name)].source for name in ("colours-picture", "bad_start-explorer")}
    points = {}
    for name, (_, book) in books.items():
        job = [(number, cell) for number, cell in verdicts.job(book) if cell.get("source") not in figures]
        ran = run(job, trust=True)  # these are ours
        judged = {cell["name"][4:]: verdicts.verdicts(cell, ran.cells.get(number), "")
                  for number, cell in job if "name" in cell}  # fmt: skip
        points[name] = [word for word, said in judged.items() if all(o.output_type == "stream" for o in said)]
    return points, {name: "; ".join(each.remarks) for name, (each, _) in books.items()}


@pytest.mark.parametrize("name", CASES)
def test_no_honest_point_is_lost(graded, name):
    points, remarks = graded
    assert points[name] == CASES[name][1].split(), remarks[name]


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("a cell split in two", "assign stands in 2 cells"),
        ("merged into the cell above", "update was answered in the cell of another exercise"),
        ("code in the cell of the check", "assign-check was changed"),
    ],
)
def test_what_was_put_elsewhere_is_remarked(graded, name, remark):
    assert remark in graded[1][name]


def test_a_solution_as_it_is_has_no_remark(graded):
    assert graded[1]["solved"] == ""


@pytest.mark.parametrize("path", sorted((HOMEWORK / "solutions").glob("*.ipynb")), ids=lambda path: path.stem)
@pytest.mark.parametrize("change", [copy.deepcopy, stripped])
@pytest.mark.parametrize("solved", [True, False])
def test_every_cell_of_every_set_is_put_back(path, change, solved, tmp_path):
    solution = generate.execute.read(path)
    handed_out = nbformat.reads(generate.student_notebook(path), as_version=4)
    book = fill(
        handed_out, **{key(c): c.source for c in solution.cells if assembly.is_solution(c)} if solved else {}
    )
    each, notebook = assembled(change(copy.deepcopy(book)), (solution, handed_out), tmp_path)
    assert [cell.id for cell in notebook.cells] == [key(cell) for cell in solution.cells]
    for cell, wanted in zip(notebook.cells, book.cells, strict=True):
        if assembly.is_solution(cell):
            untouched = wanted.source == "*Your answer.*"
            assert cell.source == (wanted.source if untouched else feedback.harmless(wanted.source))
    assert each.remarks == ([] if solved else [f"{cell.id} is untouched" for cell in notebook.cells
                                               if cell.source == "*Your answer.*"])  # fmt: skip


def answered(book, course, folder, others=()):
    each, notebook = assembled(book, course, folder, others)
    return each.remarks, next(cell for cell in notebook.cells if cell.id == "why")


@pytest.mark.parametrize(
    "book",
    [
        fill(why=WORDS),
        insert(fill(), "why", text(WORDS), after=1),
        insert(fill(), "why", text(WORDS)),
        insert(fill(), "why", copied(BLANK, "why", WORDS), after=1),
        insert(without(fill(), "why"), "why-task", text(WORDS), after=1),
        fill(**{"why-task": BLANK.cells[at(BLANK, "why-task")].source + f"\n\n{WORDS}"}),
        stripped(fill(why=WORDS)),
    ],
)
def test_an_answer_in_words_is_found_wherever_it_stands(book, course, tmp_path):
    remarks, cell = answered(book, course, tmp_path)
    assert cell.source == WORDS
    assert not [remark for remark in remarks if "untouched" in remark]


def test_both_halves_of_an_answer_in_words_are_kept(course, tmp_path):
    book = insert(fill(why="First."), "why", copied(BLANK, "why", "Second."), text("Third."), after=1)
    _, cell = answered(book, course, tmp_path)
    assert cell.source == "First.\n\nSecond.\n\nThird."


def test_an_untouched_answer_stays_as_it_is_unless_it_may_be_in_another_file(course, tmp_path):
    """To the text as it was handed out nbgrader gives 0 by itself."""
    remarks, cell = answered(copy.deepcopy(BLANK), course, tmp_path)
    assert (remarks, cell.source) == (["why is untouched"], BLANK.cells[at(BLANK, "why")].source)
    remarks, cell = answered(copy.deepcopy(BLANK), course, tmp_path, ["photo.jpg"])
    assert (remarks, cell.source) == (["why is untouched: in another file?"], assembly.ELSEWHERE)


def test_text_beside_the_exercises_survives(course, tmp_path):
    _, notebook = assembled(insert(fill(), "update", text("I asked Bob.")), course, tmp_path)
    assert "I asked Bob." in [cell.source for cell in notebook.cells]


def test_a_notebook_without_a_cell_of_the_set_is_remarked(course, tmp_path):
    book = nbformat.v4.new_notebook(cells=[code("1 + 1"), text("hello")])
    each, _ = assembled(book, course, tmp_path)
    assert "no cell of the set was recognised" in each.remarks
