"""The homework notebooks: students' and solutions' belong together, and both run."""

import ast
import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from lecture_lib.homework.engine.catalogue import find
from lecture_lib.homework.engine.derivation import Derived

HOMEWORK = Path(__file__).parents[2] / "notebooks" / "homework"
SOLUTIONS = sorted((HOMEWORK / "solutions").glob("*.ipynb"))


@pytest.fixture(params=SOLUTIONS, ids=lambda path: path.stem)
def solution(request):
    return request.param


def cells(path):
    return nbformat.read(path, as_version=4).cells


def graded(path):
    return [cell for cell in cells(path) if cell.metadata.get("nbgrader", {}).get("grade")]


def test_there_is_a_student_notebook_for_each_solution_and_no_other():
    assert len(SOLUTIONS) == 4
    assert sorted(path.name for path in HOMEWORK.glob("*.ipynb")) == [path.name for path in SOLUTIONS]


def test_student_notebooks_are_those_that_the_solutions_give(solution, monkeypatch):
    pytest.importorskip("nbgrader", reason="comes with the extra `grading`")
    monkeypatch.syspath_prepend(str(HOMEWORK))
    generate = import_module("generate")
    assert generate.student_notebook(solution) == (HOMEWORK / solution.name).read_text(), "run `make homework`"


def test_student_notebooks_hold_no_solution_no_hidden_test_and_no_output(solution):
    handed_out = cells(HOMEWORK / solution.name)
    assert [cell.id for cell in handed_out] == [cell.id for cell in cells(solution)]
    for cell in handed_out:
        assert not re.search("SOLUTION|HIDDEN|Rubric|seed=20", cell.source)
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("solution"):
            assert re.search(r"# YOUR CODE HERE|^\*Your answer\.\*$", cell.source), cell.source


def test_student_notebooks_run_as_they_are_and_each_check_answers(solution, monkeypatch):
    monkeypatch.syspath_prepend(str(HOMEWORK.parent))
    execute = import_module("execute")
    notebook = execute.read(HOMEWORK / solution.name)
    execute.run(notebook, HOMEWORK / solution.name)  # raises where a cell does
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    for cell in checks:
        (output,) = cell.outputs
        assert " · not attempted. " in output.text
        assert output.text.endswith(f" 0 of {len(checks)} done\n")


def test_every_exercise_is_asked_once_and_has_a_hidden_test(solution):
    name = solution.stem[:3]
    asked = []
    for cell in graded(solution):
        if cell.cell_type == "code":
            visible, hidden = (node.value for node in ast.parse(cell.source).body)
            assert ast.dump(visible.func) == ast.dump(hidden.func)
            assert list(map(ast.dump, visible.args)) == list(map(ast.dump, hidden.args))
            assert [keyword.arg for keyword in hidden.keywords] == ["seed"]
            asked.append(visible.args[0].value)
    assert asked == [f"{name}.{word}" for word in import_module(f"lecture_lib.homework.sets.{name}").QUESTIONS]


def test_points_are_as_the_headings_say(solution):
    text = "\n".join(cell.source for cell in cells(solution))
    points = [cell.metadata["nbgrader"]["points"] for cell in graded(solution)]
    assert sum(points) == sum(map(int, re.findall(r"^## .*\((\d+) points?\)$", text, re.M)))
    assert f"*Points:* {sum(points)}" in text
    for cell in graded(solution):
        name = re.search(r'check\("([\w.]+)"', cell.source)
        if name and isinstance(question := find(name[1]), Derived):
            assert question.points == cell.metadata["nbgrader"]["points"]


def test_what_a_person_grades_has_a_rubric(solution):
    on_paper = [cell for cell in graded(solution) if cell.cell_type == "markdown"]
    assert on_paper
    for cell in on_paper:
        assert "**Rubric.**" in cell.source


def test_each_state_has_a_place_for_its_explorer(solution):
    tags = [tag for cell in cells(solution) for tag in cell.metadata.get("tags", [])]
    assert tags == ["explorer"]


def test_no_filler_and_no_exclamation(solution):
    for cell in cells(solution):
        if cell.cell_type == "markdown":
            assert not re.search(r"\b(simply|clearly|obviously|easy to see)\b", cell.source, re.I)
            assert not re.search(r"[A-Za-z]!(\s|$)", cell.source)


def test_generated_notebooks_are_canonical(solution, monkeypatch):
    monkeypatch.syspath_prepend(str(HOMEWORK.parent))
    execute = import_module("execute")
    path = HOMEWORK / solution.name
    assert execute.canonical(execute.read(path)) == path.read_text(encoding="utf-8")
