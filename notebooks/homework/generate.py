"""Make the students' notebooks from the solutions, with nbgrader's own preprocessors.

The solutions are the one source; ``make homework`` calls this, and a test fails where the two differ::

    python notebooks/homework/generate.py
"""

import re
import sys
from pathlib import Path

from nbgrader.preprocessors import ClearHiddenTests, ClearOutput, ClearSolutions, LockCells

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import execute  # noqa: E402

SOLUTIONS = HERE / "solutions"
STUBS = {"text_stub": "*Your answer.*"}
# nbgrader's stub raises: right in a function, which waits to be called, but it would stop a cell that runs at once.
STOPS = re.compile(r"^raise NotImplementedError\(\)\n?", re.MULTILINE)


def student_notebook(solution):
    """Return the text of the student's notebook: no solution, no hidden test, no output."""
    notebook = execute.read(solution)
    for preprocessor in (ClearSolutions(**STUBS), ClearHiddenTests(), ClearOutput(), LockCells()):
        notebook, _ = preprocessor.preprocess(notebook, {})
    for cell in notebook.cells:
        cell.source = STOPS.sub("", cell.source).rstrip("\n")
        cell.source = cell.source.replace("](../../", "](../")  # one folder less deep
    return execute.canonical(notebook)


def main():
    """Write all student notebooks."""
    for solution in sorted(SOLUTIONS.glob("*.ipynb")):
        (HERE / solution.name).write_text(student_notebook(solution), encoding="utf-8")
        print(f"notebooks/homework/{solution.name}")


if __name__ == "__main__":
    main()
