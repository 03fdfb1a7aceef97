"""The cells of a notebook file: of each its type, source, name and pictures; only these must be readable."""

import json
import re
from dataclasses import dataclass

import nbformat

BINDS = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *=(?!=)", re.MULTILINE)


@dataclass
class Cell:
    """A cell of a student's: its type, its source, what it is known by, and its pictures."""

    kind: str
    source: str
    name: str | None
    pictures: dict


def binds(source, *, variables=True):
    """Return the functions, and variables, that some code defines at its top level, even if it cannot be parsed."""
    return {function or variable for function, variable in BINDS.findall(source) if function or variables}


def key(cell):
    """Return what a cell is known by: its name for nbgrader, else its id."""
    meta = cell.get("metadata")
    meta = meta.get("nbgrader") if isinstance(meta, dict) else None
    name = (meta.get("grade_id") if isinstance(meta, dict) else None) or cell.get("id")
    return name if isinstance(name, str) else None


def cells_of(path):
    """Return the cells of a notebook file, whatever JupyterLab would open."""
    raw = path.read_bytes()
    text = raw.decode(json.detect_encoding(raw), "replace")  # a mark at the beginning is no letter
    notebook = json.loads(text)
    if notebook["nbformat"] != 4:
        notebook = nbformat.reads(text, as_version=4)
    return [cell_of(cell) for cell in notebook["cells"] if isinstance(cell, dict)]


def cell_of(cell):
    """Return a cell of which nothing is left but plain text, without halves of surrogate pairs."""
    source = cell.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source)
    kind = "code" if cell.get("cell_type") == "code" else "markdown"
    pictures = {}
    attachments = cell.get("attachments")
    for name, kinds in (attachments if isinstance(attachments, dict) else {}).items():
        kinds = kinds if isinstance(kinds, dict) else {}
        data = next((data for mime, data in kinds.items() if mime.startswith("image/")), "")
        pictures[str(name)] = "".join(data) if isinstance(data, list) else str(data)
    return Cell(kind, source.encode("utf-8", "replace").decode(), key(cell), pictures)
