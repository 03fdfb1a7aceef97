"""Build the course as a static site in ``build/site``: ``make site``.

The sources are put together in ``build/site-source``, in the places that they have in the repository, so that
the links between them stay right. Slides, PDF and the students' bundle go along if they were built before.
"""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

BUILD = ROOT / "build"
SOURCE, SITE = BUILD / "site-source", BUILD / "site"
NOTEBOOKS = ("notebooks/[0-9][0-9]_*.ipynb", "notebooks/homework/hw*.ipynb")
OWN = tuple(
    f"notebooks/site/pages/{name}.md" for name in ("own_data", "replays", "hand_out", "architecture", "maintaining")
)
FRONT = "notebooks/site/pages/front.md"
PAGES = ("CONTRIBUTING.md", "lecture_lib/formulas/README.md", *OWN, "CHANGELOG.md", "data/README.md")
TABLES = "notebooks/tables.md"
HOMEWORK = "notebooks/homework/README.md"
TEACHING = ("notebooks/kit/README.md", "notebooks/homework/GRADING.md")
PICTURE = ".github/live_figure.gif"
# What other targets build, where it goes, and what the first page says of it.
DOWNLOADS = (
    ("slides/index.html", "slides", "Slides"),
    ("pdf/course.pdf", "pdf", "All notebooks as one PDF"),
    ("students.zip", "students.zip", "Notebooks, data and library to run yourself"),
)
# The theme's icons are a script of 1.5 MB; course.css has the dozen that is used.
ICONS = re.compile(r"<script[^>]*fontawesome[^>]*>(?:</script>)?")
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
        slim(SITE)
        print(f"open {SITE.relative_to(ROOT)}/index.html")
    return failed


def slim(site):
    """Take out the script of icons, and add what else was built."""
    for page in site.rglob("*.html"):
        page.write_text(ICONS.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    for path in site.glob("_static/scripts/fontawesome*"):
        path.unlink()
    for _, target, _ in there():
        source = BUILD / target
        if source.is_dir():
            shutil.copytree(source, site / target, ignore=shutil.ignore_patterns("html"))
        else:
            shutil.copy(source, site / target)


def there():
    """Return the downloads that were built."""
    return [download for download in DOWNLOADS if (BUILD / download[0]).exists()]


def is_for_students():
    """Say whether the menu leaves out what is for lecturers and developers."""
    import reading

    return reading.settings.course()["audience"] == "students"


def front():
    """Return the first page, with links to what was built."""
    import reading

    text = (ROOT / FRONT).read_text(encoding="utf-8")
    links = "".join(f'- <a href="{built}">{words}</a>\n' for built, _, words in there())
    up = FRONT.rpartition("/")[0]
    text = text.replace("TITLE", reading.settings.course()["title"])
    text = text.replace("NUMBER", str(len(list(filter(reading.settings.is_shown, ROOT.glob(NOTEBOOKS[0]))))))
    if is_for_students():
        text = re.sub(r"^- \*\*Teach it.*\n", "", text, flags=re.M)
    text = text.replace("DOWNLOADS", links).replace("](../../../", "](").replace("](../../", "](notebooks/")
    return re.sub(r"\]\((\w+\.md)\)", rf"]({up}/\1)", text)


def gather(folder):
    """Put all sources of the site into a folder."""
    import api
    import reading

    from lecture_lib.widgets import script

    shown = [filter(reading.settings.is_shown, sorted(ROOT.glob(pattern))) for pattern in NOTEBOOKS]
    notebooks, homework = ([str(path.relative_to(ROOT)) for path in paths] for paths in shown)
    for name in (*notebooks, *homework):
        write(folder / name, reading.readable(ROOT / name))
    copy(ROOT / PICTURE, folder / PICTURE)
    apart = {*TEACHING, *(name for name in PAGES if name not in OWN[:2])} if is_for_students() else set()
    for name in (TABLES, HOMEWORK, *TEACHING, *PAGES):
        text = reading.settings.without_absent((ROOT / name).read_text(encoding="utf-8"))
        write(folder / name, f"---\norphan: true\n---\n\n{text}" if name in apart else text)
    write(BUILD / "site-static/figures.js", script.script())
    copy(script.PAGE / "figure.css", BUILD / "site-static/figure.css")
    reference = {f"api/{page}.rst": text for page, text in api.pages().items()}
    for name, text in reference.items():
        write(folder / name, text)
    tables = {
        "Notebooks": (*notebooks, TABLES),
        "Homework": (HOMEWORK, *homework),
        "For those who teach": TEACHING,
        "Library": reference,
        "For those who work on it": PAGES,
    }
    first = reading.settings.without_absent(front())
    listed = {caption: [name for name in names if name not in apart] for caption, names in tables.items()}
    write(folder / "index.md", first + "".join(toctree(*table) for table in listed.items() if table[1]))


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
