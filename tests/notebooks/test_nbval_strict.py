"""The comparison of notebooks/conftest.py: what passes, and what does not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# 320 x 240 pixels for both axes from 0 to 1, so 1/320 is a pixel.
PREPARE = """
import base64, io, sys, warnings
import numpy as np
import matplotlib.pyplot as plt
from IPython.display import HTML, Image, Latex, Markdown, display
from PIL import Image as Canvas

def png(at=0.5, size=(3.2, 2.4), letters=0.0, curve=None):
    fig = plt.figure(figsize=size, dpi=100)
    ax = fig.add_axes((0, 0, 1, 1), xlim=(0, 1), ylim=(0, 1))
    ax.scatter([0.2, at], [0.3, 0.5], s=4)
    ax.text(0.4 + letters, 0.8, "a label")
    if curve:
        ax.plot([0, 1], [0.1, curve])
    file = io.BytesIO()
    fig.savefig(file)
    plt.close(fig)
    return file.getvalue()

def html(png, alt="two data"):
    return HTML(f'<img alt="{alt}" src="data:image/png;base64,{base64.b64encode(png).decode()}">')

def warn(text):
    warnings.warn(text, stacklevel=2)
"""
# What a cell stored, and what it does now.
AGREE = {
    "the same text": ("print(272)", "print(272)"),
    "the digits of a rounding error": ("print('off by 3.6e-15')", "print('off by -1.25e-16')"),
    "the same in LaTeX": (
        r"Latex(r'$3.6 \cdot 10^{-15}$ and $2\times 10^{-12}$')",
        r"Latex(r'$1.1 \cdot 10^{-16}$ and $-3.1\times 10^{-13}$')",
    ),
    "an address": ("object()", "[object(), object()][1]"),
    "the number of a kernel's file": ("warn('hm')", "warn('hm')"),
    "the order of the two streams": (
        "print(1); print(2, file=sys.stderr)",
        "print(2, file=sys.stderr, flush=True); print(1)",
    ),
    "an error": ("raise ValueError('k is 0')", "raise ValueError('k is 0')"),
    "the same picture": ("Image(png(), alt='two data')", "Image(png(), alt='two data')"),
    "the same picture in HTML": ("html(png())", "html(png())"),
    "a datum moved by a rounding error": ("Image(png())", "Image(png(at=0.5 + 1e-12))"),
    "letters in another shade": ("Image(png())", "Image(png(letters=1e-5))"),
}
DIFFER = {
    "a number": ("print('J = 3.21')", "print('J = 3.22')"),
    "a number of 1e-9": ("print(1e-09)", "print(2e-09)"),
    "an exponent": ("print(1e-15)", "print(1e-05)"),
    "an equation": ("Latex('$x$')", "Latex('$y$')"),
    "Markdown": ("Markdown('*x*')", "Markdown('*y*')"),
    "HTML": ("HTML('<p>x</p>')", "HTML('<p>y</p>')"),
    "an error's message": ("raise ValueError('k is 0')", "raise ValueError('k is 1')"),
    "an error that is gone": ("raise ValueError('k is 0')", "pass"),
    "a datum moved by a pixel": ("Image(png())", "Image(png(at=0.5 + 1 / 320))"),
    "a datum moved far": ("Image(png())", "Image(png(at=0.7))"),
    "a datum moved in HTML": ("html(png())", "html(png(at=0.7))"),
    "another curve": ("Image(png(curve=0.4))", "Image(png(curve=0.41))"),
    "another size": ("Image(png())", "Image(png(size=(3.2, 2.5)))"),
    "a picture that is gone": ("display(Image(png())); print(1)", "print(1)"),
    "an alt text": ("Image(png(), alt='two data')", "Image(png(), alt='three data')"),
    "an alt text in HTML": ("html(png())", "html(png(), alt='three data')"),
    "one output more": ("display(1)", "display(1); display(1)"),
    "one output fewer": ("display(1); display(1)", "display(1)"),
    "a picture more": ("display(Image(png()))", "display(Image(png())); display(Image(png()))"),
    "a first output": ("pass", "print(1)"),
    "the order": ("display(Latex('$x$')); display(HTML('x'))", "display(HTML('x')); display(Latex('$x$'))"),
    "a warning": ("print(1)", "print(1); warn('hm')"),
    "out or err": ("print(1)", "print(1, file=sys.stderr)"),
    "a cell that was never run": (None, "x = 1"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """Whether each case passes, from one notebook with a cell for each."""
    folder = tmp_path_factory.mktemp("strict")
    for name in ("conftest.py", "execute.py", "folding.py", "stored.py", "sanitize.cfg"):
        shutil.copy(NOTEBOOKS / name, folder)
    path, cases = folder / "cases.ipynb", AGREE | DIFFER
    store(path, [PREPARE, *(stored or "pass" for stored, _ in cases.values())])
    subprocess.run([sys.executable, "execute.py"], cwd=folder, check=True)
    replace(path, [PREPARE, *(now for _, now in cases.values())], [stored is None for stored, _ in cases.values()])
    options = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with=sanitize.cfg", "--verbose", "--color=no"]
    command = [sys.executable, "-m", "pytest", *options, path.name]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    passed = [word == "PASSED" for word in re.findall(r"::Cell \d+ (\w+)", output)[: len(cases) + 1]]
    assert passed[0], output
    return dict(zip(cases, passed[1:], strict=True))


def store(path, sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        cell.metadata.tags = ["raises-exception"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def replace(path, sources, never_run):
    notebook = nbformat.read(path, as_version=4)
    for cell, source, unrun in zip(notebook.cells, sources, [False, *never_run], strict=True):
        cell.source = source
        if unrun:
            cell.execution_count = None
    nbformat.write(notebook, path)


@pytest.mark.parametrize("case", AGREE)
def test_passes(verdicts, case):
    assert verdicts[case]


@pytest.mark.parametrize("case", DIFFER)
def test_fails(verdicts, case):
    assert not verdicts[case]
