"""Run notebooks and write them back in one canonical form.

This is the only way in which notebooks are written, so that a change in a stored output
is a change in what the course computes, and nothing else::

    python notebooks/execute.py                    # all notebooks
    python notebooks/execute.py 01_k_means.ipynb   # these
    python notebooks/execute.py --check            # write nothing; exit 1 and name what would change
"""

import argparse
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import folding
import nbformat
import stored
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager

HERE = Path(__file__).resolve().parent
SECONDS_PER_CELL = 120
# The number of threads changes the last digits of a sum.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("tags", "slideshow", "nbgrader", "deletable", "editable")
PICTURE_METADATA = ("alt", "width", "height", "explorer")
# Its model ids are random, and it is empty where no kernel runs.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# What the text of an output tells about one run or one machine, and what is stored in its place.
TRACES = (
    # Begins only where a path can, else the time for a picture in HTML is the square of its length.
    (re.compile(r"""(?<![^\s"'(])[^\s"'(]*[/\\]ipykernel_\d+[/\\]\d+\.py"""), "cell.py"),
    (re.compile(re.escape(str(HERE.parent) + os.sep)), ""),
    (re.compile(r"\bat 0x[0-9a-fA-F]+"), "at 0x0"),
)


class NotebookError(Exception):
    """A cell failed; the message names the notebook, the cell and the error."""


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Run notebooks and write them back in one canonical form.")
    parser.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="default: all in this folder")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    options = parser.parse_args(arguments)
    try:
        changed = [path for path in find(options.notebooks) if renew(path, write=not options.check)]
    except (NotebookError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    return int(options.check and bool(changed))


def find(names):
    """Return the paths of the named notebooks, or of all but the students' homework, which has no outputs."""
    if not names:
        paths = sorted(HERE.rglob("*.ipynb"))
        return [path for path in paths if ".ipynb_checkpoints" not in path.parts and path.parent.name != "homework"]
    paths = [path if path.exists() else HERE / path for path in map(Path, names)]
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"no notebook {path}")
    return paths


def renew(path, *, write):
    """Run one notebook; return whether the file changed, or would have."""
    start = time.perf_counter()
    notebook = read(path)
    run(notebook, path)
    old, new = path.read_bytes(), canonical(notebook).encode()
    if write and new != old:
        path.write_bytes(new)
    outcome = "unchanged" if new == old else "changed" if write else "differs"
    print(f"{path.name:32} {time.perf_counter() - start:5.1f} s  {outcome}", flush=True)
    return new != old


def read(path):
    """Read a notebook; drop empty cells and give an id to each cell that lacks one of its own."""
    # Read as plain JSON first: nbformat would make up random ids.
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["cells"] = [cell for cell in raw["cells"] if "".join(cell["source"]).strip()]
    raw["nbformat_minor"] = 5
    taken = set()
    for cell in raw["cells"]:
        cell["id"] = own_id(cell, taken)
        taken.add(cell["id"])
    return nbformat.reads(json.dumps(raw), as_version=4)


def own_id(cell, taken):
    """Return the cell's id if no cell before it has the same, else one that follows from its source."""
    if cell.get("id") and cell["id"] not in taken:
        return cell["id"]
    stem = hashlib.sha1("".join(cell["source"]).encode()).hexdigest()[:8]
    occurrence = 1
    while f"{stem}-{occurrence}" in taken:
        occurrence += 1
    return f"{stem}-{occurrence}"


def run(notebook, path):
    """Run the cells in a new kernel of this environment, from the notebook's own folder."""
    started = []
    client = NotebookClient(
        notebook,
        # The same kernel as nbval's, whatever kernels the user has installed.
        km=AsyncKernelManager(kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()),
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        # Else each kernel warns that its messages, which stay on this machine, are not encrypted.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        client.execute(env=os.environ | ONE_THREAD, cleanup_kc=True)
    except (CellControlSignal, DeadKernelError) as error:
        code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        number = code_cells.index(started[-1]) + 1
        raise NotebookError(f"{path.name}, code cell {number}: {reason(error)}") from error


def reason(error):
    """Say in one line why a cell failed."""
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    return str(error).splitlines()[0]


def canonical(notebook):
    """Return the text of the notebook's file, without what depends on how and where it was run."""
    folded = folding.folds(notebook.cells)
    cells = [canonical_cell(cell, jupyter) for cell, jupyter in zip(notebook.cells, folded, strict=True)]
    plain = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": NOTEBOOK_METADATA, "cells": cells})
    nbformat.validate(plain)
    return nbformat.writes(plain).rstrip("\n") + "\n"


def canonical_cell(cell, jupyter):
    """Return the cell with the metadata that we use, what JupyterLab folds of it, and canonical outputs."""
    kept = {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
    kept |= {"jupyter": jupyter} if jupyter else {}
    outputs = {"outputs": canonical_outputs(cell.outputs)} if cell.cell_type == "code" else {}
    return {**cell, "metadata": kept, **outputs}


def canonical_outputs(outputs):
    """Return the outputs in their stored form; those that hold nothing but a live widget are left out."""
    kept = [output for output in map(canonical_output, outputs) if output is not None]
    # Which of two neighbouring streams the kernel sends first depends on its clock.
    for i in range(len(kept) - 1):
        if [output.get("name") for output in kept[i : i + 2]] == ["stderr", "stdout"]:
            kept[i : i + 2] = kept[i + 1], kept[i]
    return kept


def canonical_output(output):
    """Return one output in its stored form, or None if nothing is left of it."""
    kind = output["output_type"]
    if kind == "stream":
        return {"output_type": kind, "name": output["name"], "text": without_traces(output["text"])}
    if kind == "error":
        # The traceback is full of paths; its last line is what a reader needs.
        name, value = output["ename"], without_traces(output["evalue"])
        return {"output_type": kind, "ename": name, "evalue": value, "traceback": [f"{name}: {value}"]}
    data = {mime: value for mime, value in output["data"].items() if mime != WIDGET_VIEW}
    data |= {mime: without_traces(value) for mime, value in data.items() if not mime.startswith("image/")}
    if not data:
        return None
    metadata = picture_metadata(output["metadata"], data)
    return {**output, "data": stored.without_html(data, metadata), "metadata": metadata}


def picture_metadata(metadata, data):
    """Return what the metadata say about each picture: its alt text and its size."""
    about = {mime: metadata[mime] for mime in data if mime.startswith("image/") and mime in metadata}
    return {mime: {key: said[key] for key in PICTURE_METADATA if key in said} for mime, said in about.items()}


def without_traces(value):
    """Return the text without file names of the kernel, the path of this folder, and object addresses."""
    if not isinstance(value, str):
        return value
    for pattern, replacement in TRACES:
        value = pattern.sub(replacement, value)
    return value


if __name__ == "__main__":
    sys.exit(main())
