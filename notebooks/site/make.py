"""Build the course as a static site in ``build/site``: ``make site``.

The sources are put together in ``build/site-source``, in the places that they have in the repository, so that
the links between them stay right; the README is the first page.
"""

import importlib.util
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

BUILD = ROOT / "build"
SOURCE, SITE = BUILD / "site-source", BUILD / "site"
NOTEBOOKS = ("notebooks/[0-9][0-9]_*.ipynb", "notebooks/homework/hw*.ipynb")
OWN = tuple(f"notebooks/site/pages/{name}.md" for name in ("own_data", "replays", "architecture", "maintaining"))
PAGES = ("CONTRIBUTING.md", "lecture_lib/formulas/README.md", *OWN, "CHANGELOG.md", "data/README.md")
TABLES = "notebooks/tables.md"
TEACHING = ("notebooks/kit/README.md", "notebooks/homework/README.md")
PICTURES = (".github/old_faithful.png",)
NEEDED = ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx-mathjax-offline")


def main():
    """Build the site; return 0, or what is wrong."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return f"the site needs {', '.join(missing)}; install what it needs: pip install '.[site]'"
    from sphinx.cmd.build import build_main

    for folder in (SOURCE, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    gather(SOURCE)
    strict = ["--fail-on-warning", "--keep-going", "--nitpicky", "--quiet", "--fresh-env"]
    places = ["--doctree-dir", str(BUILD / "site-trees"), "--conf-dir", str(HERE), str(SOURCE), str(SITE)]
    failed = build_main([*strict, *places])
    if not failed:
        print(f"open {SITE.relative_to(ROOT)}/index.html")
    return failed


def gather(folder):
    """Put all sources of the site into a folder."""
    import api

    from lecture_lib.widgets import script

    notebooks, homework = ([str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(p))] for p in NOTEBOOKS)
    for name in (*notebooks, TABLES, *homework, *TEACHING, *PAGES, *PICTURES):
        copy(ROOT / name, folder / name)
    write(BUILD / "site-static/figures.js", script.script())
    copy(script.PAGE / "figure.css", BUILD / "site-static/figure.css")
    reference = {f"api/{page}.rst": text for page, text in api.pages().items()}
    for name, text in reference.items():
        write(folder / name, text)
    tables = {
        "Notebooks": (*notebooks, TABLES),
        "Homework": homework,
        "For those who teach": TEACHING,
        "Library": reference,
        "For those who work on it": PAGES,
    }
    first = (ROOT / "README.md").read_text(encoding="utf-8")
    write(folder / "index.md", first + "".join(toctree(*table) for table in tables.items()))


def toctree(caption, names):
    """Return the entries of the site's menu under one caption: their titles, for a module its short name."""
    import api

    targets = [name.rpartition(".")[0] for name in names]
    short = [target.removeprefix("api/").removeprefix(f"{api.PACKAGE}.") for target in targets]
    lines = "\n".join(f"/{t}" if s == t else f"{s} </{t}>" for s, t in zip(short, targets, strict=True))
    return f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```\n"


def copy(source, target):
    """Copy a file, with the folders that it is in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write(target, text):
    """Write a file, with the folders that it is in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
