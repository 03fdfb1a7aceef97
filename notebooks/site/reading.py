"""Notebooks as a page to be read: what serves only to compute and to draw is folded, and questions have answers."""

import html
import inspect
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "kit")]

import folding  # noqa: E402
import settings  # noqa: E402
import stored  # noqa: E402

from lecture_lib.homework.engine import catalogue  # noqa: E402

CHECK = re.compile(r'^check\("(\d\d\.\w+)", \.\.\.\)$')


def readable(path):
    """Return the text of a notebook for the site."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = settings.without_absent(source)
        elif asked := CHECK.match(source.strip()):
            cell["outputs"] = [
                {"output_type": "display_data", "metadata": {}, "data": {"text/html": answer(asked[1])}}
            ]
        elif folding.is_beside_the_point(cell):
            cell["metadata"].setdefault("tags", []).append("hide-input")
        for output in cell.get("outputs", []):
            if "data" in output:
                output["data"] = stored.with_html(output["data"], output["metadata"])
    return json.dumps(notebook)


def answer(name):
    """Return the right answer to a question, folded."""
    question = catalogue.find(name)
    right = inspect.getclosurevars(question.judge).nonlocals.get("right")
    values = right if isinstance(right, (list, tuple)) else [right]
    words = ", ".join(f"{value:.5g}" if isinstance(value, (int, float)) else str(value) for value in values)
    said = question.because if right is None else f"<strong>{html.escape(words)}.</strong> {question.because}"
    return f"<details><summary>Answer</summary>{said}</details>"
