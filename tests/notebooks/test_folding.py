"""What JupyterLab folds of the stored notebooks: code beside the point, and answers to questions just asked."""

import json
from pathlib import Path

import folding
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LECTURE = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
HOMEWORK = sorted(NOTEBOOKS.glob("homework/**/hw*.ipynb"))


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def hidden(cell, what):
    return cell["metadata"].get("jupyter", {}).get(what, False)


def markdown(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source, *forms, **metadata):
    outputs = [{"output_type": "display_data", "data": dict.fromkeys(forms, "")}] if forms else []
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": outputs}


SAMPLE = [
    (code("import numpy"), {"source_hidden": True}),
    (code("from lecture_lib import environment", "text/plain"), {}),
    (code("d = Derivation()", "text/latex"), {}),
    (code("d = Derivation()", "text/latex"), {"source_hidden": True}),
    (markdown("> **Predict first.** How many?"), {}),
    (code("n = 3"), {}),
    (code("print(n)", "text/plain"), {"outputs_hidden": True}),
    (code("figures.show(fig)", "image/png"), {"source_hidden": True, "outputs_hidden": True}),
    (markdown("Three."), {}),
    (code("Explorer()", "image/png", tags=["show-code"]), {}),
]


def test_the_rule_on_a_sample():
    assert list(folding.folds([cell for cell, _ in SAMPLE])) == [fold for _, fold in SAMPLE]


def test_homework_stays_open():
    given = [*(cell for cell, _ in SAMPLE), code("check()", nbgrader={"grade": True})]
    assert not any(folding.folds(given))
    assert HOMEWORK
    assert not [path for path in HOMEWORK for cell in cells(path) if "jupyter" in cell["metadata"]]


@pytest.mark.parametrize("path", LECTURE, ids=lambda path: path.stem)
def test_stored_notebooks_are_folded_by_the_rule(path):
    shown = cells(path)
    assert [cell["metadata"].get("jupyter", {}) for cell in shown] == list(folding.folds(shown))
    derivations = [
        cell for cell in shown if "Derivation(" in "".join(cell["source"]) and cell["cell_type"] == "code"
    ]
    assert [hidden(cell, "source_hidden") for cell in derivations] == [at > 0 for at in range(len(derivations))]
    answers = [cell for cell in shown if hidden(cell, "outputs_hidden")]
    assert answers
    assert not [cell for cell in answers if "check(" in "".join(cell["source"])]
