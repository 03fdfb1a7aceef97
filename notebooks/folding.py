"""What of a code cell stands folded: code beside the point, and the answer to a question that was just asked.

Slides and site fold such code, too, but show all outputs.
"""

__all__ = ["folds", "is_beside_the_point"]

ASKS = "**Predict first.**"


def folds(cells):
    """Yield for each cell of a notebook what JupyterLab folds of it, as the metadata that it calls ``jupyter``.

    The source of the first derivation stays open: it shows that the page's formulas are those that are computed.
    Between a question and the next text, outputs are folded until the reader runs their cells. Homework stays open.
    """
    homework = any("nbgrader" in cell["metadata"] for cell in cells)
    asked = derived = False
    for cell in cells:
        found = {}
        if cell["cell_type"] == "markdown":
            asked = ASKS in text(cell)
        elif not homework:
            derives = "text/latex" in forms(cell)
            found["source_hidden"] = is_beside_the_point(cell) and (derived or not derives)
            found["outputs_hidden"] = asked and bool(cell["outputs"])
            derived = derived or derives
        yield {name: True for name, hidden in found.items() if hidden}


def is_beside_the_point(cell):
    """Say whether code only imports, draws, or repeats the formulas that stand below it."""
    if "show-code" in cell["metadata"].get("tags", []):
        return False
    imports = text(cell).startswith(("import ", "from ")) and not cell["outputs"]
    return imports or bool({"image/png", "text/latex"} & forms(cell))


def forms(cell):
    """Return the forms in which the outputs of a code cell are stored."""
    return {form for output in cell["outputs"] for form in output.get("data", {})}


def text(cell):
    """Return the text of a cell, which a file may hold in lines."""
    return "".join(cell["source"])
