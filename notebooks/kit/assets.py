"""What the kit takes from elsewhere: reveal.js and MathJax from Python packages, and Chromium."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from lecture_lib.widgets.script import PAGE, script

HERE = Path(__file__).resolve().parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REVEAL = "dist", "plugin/notes"
MATHJAX = "tex-chtml-full.js", "output/chtml/fonts/woff-v2"


class MissingError(Exception):
    """Something is not installed; the message says what to install, in one line."""


def need(*modules):
    """Return the folders of packages, without importing them."""
    specs = [find_spec(module) for module in modules]
    if None in specs:
        missing = modules[specs.index(None)]
        raise MissingError(f'{missing} is not installed; run `make setup`, or `pip install ".[kit]"`')
    return [Path(spec.origin).parent for spec in specs]


def chromium():
    """Return the path of a Chromium."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise MissingError(f"none of {', '.join(BROWSERS)} was found; install one (Debian: apt install chromium)")
    return path


def copy(folder):
    """Copy reveal.js, MathJax with its fonts, the live figures, and our styles and scripts into ``folder``."""
    reveal, mathjax = need("sphinx_revealjs", "sphinx-mathjax-offline")
    for source, parts, name in (
        (reveal / "_static/revealjs", REVEAL, "reveal"),
        (mathjax / "static/mathjax", MATHJAX, "mathjax"),
    ):
        for part in parts:
            target = folder / name / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if (source / part).is_dir():
                shutil.copytree(source / part, target, dirs_exist_ok=True)
            else:
                shutil.copy(source / part, target)
    for path in HERE.glob("templates/*.*"):
        shutil.copy(path, folder)
    (folder / "figures.js").write_text(script(), encoding="utf-8")
    shutil.copy(PAGE / "figure.css", folder)
