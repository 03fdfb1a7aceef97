"""The plan of the lecture: which pages are shown, when, and which of the original slides they stand for.

A page is one of a notebook, or your own: a file of Markdown, ``my_slides/exam.md``, whose path stands for a
notebook's name, with no cell. ``plan.csv`` has a row for each page, in the order of the lecture: its notebook, the
id of the cell that begins it, the half in which it comes, and its minutes in 90 (``whole``) and in 2 x 45
(``halves``). ``spoken.toml`` has what the lecture says where a notebook says something else. Decks, speaker's
notes and the table in README.md follow from both::

    python notebooks/kit/plan.py            # write the table into README.md
"""

import csv
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import nbformat
from pages import NOTEBOOKS, Page, lecture, minutes, pages
from screens import keys, screens
from settings import ROOT, SettingError, is_shown, without_absent

HERE = Path(__file__).resolve().parent
PLAN = HERE / "plan.csv"
SPOKEN = HERE / "spoken.toml"
README = HERE / "README.md"
MARKS = "<!-- made by plan.py from plan.csv -->", "<!-- end -->"


@dataclass(frozen=True)
class Showing:
    """One row of the plan.

    Attributes
    ----------
    page : Page
        What is shown.
    half : int
        1 or 2.
    whole, halves : int
        Seconds in the lecture of 90 minutes, and in one of the two of 45.
    """

    page: Page
    half: int
    whole: int
    halves: int


def showings():
    """Return the rows of the plan, with their pages in the words of the lecture."""
    found = {(page.notebook, page.id): page for path in lecture() for page in pages(path)}
    with PLAN.open(encoding="utf-8") as file:
        rows = [(number, row) for number, row in enumerate(csv.DictReader(file), 2) if is_shown(row["notebook"])]
    for number, row in rows:
        if row["notebook"].endswith(".md"):
            found[row["notebook"], row["cell"]] = own(row["notebook"], number)
        if (row["notebook"], row["cell"]) not in found:
            raise SettingError(
                f"line {number} of plan.csv: no slide of {row['notebook']} begins with {row['cell']}"
            )
    return [
        Showing(
            spoken(found[row["notebook"], row["cell"]]),
            int(row["half"]),
            round(60 * float(row["whole"])),
            round(60 * float(row["halves"])),
        )
        for _, row in rows
    ]


def own(name, line):
    """Return a page of the lecturer's own, from a file of Markdown that a line of the plan names."""
    if not (ROOT / name).is_file():
        raise SettingError(f"line {line} of plan.csv: there is no file {name}")
    text = (ROOT / name).read_text(encoding="utf-8")
    heading = re.search(r"^#+ (.*)$", text, re.M)
    text = re.sub(r"^# ", "## ", text)  # as large as those of other pages
    cell = nbformat.v4.new_markdown_cell(
        text, id=Path(name).stem[:40], metadata={"slideshow": {"slide_type": "slide"}}
    )
    return Page(name, heading[1] if heading else "", (cell,))


@cache
def wordings():
    """Return what the lecture says: (notebook, cell) -> pairs of what the cell reads and what is said for it."""
    found = {}
    for name, cells in tomllib.loads(SPOKEN.read_text(encoding="utf-8")).items():
        for cell, pairs in cells.items():
            found[name, cell] = pairs
    return found


def spoken(page):
    """Return a page in the words of the lecture; a cell of which nothing is said is left out."""
    cells = []
    for cell in page.cells:
        pairs = wordings().get((page.notebook, cell.id), [])
        cell = nbformat.from_dict(cell)
        added = [says for reads, says in pairs if reads == "+"]
        for reads, says in pairs:
            cell = cell if reads == "+" else said(cell, reads, says, page.notebook)
        if cell.source.strip():
            cells.append(cell)
        cells += [nbformat.v4.new_markdown_cell(text, id=f"{cell.id}-said") for text in added]
    return replace(page, cells=tuple(cells))


def said(cell, reads, says, notebook):
    """Return a cell, its text or the derivation that it shows, with other words; "*" stands for all of it."""
    found, (reads, says) = reads, map(without_absent, (reads, says))
    texts = [cell.source, *("".join(o.get("data", {}).get("text/html", "")) for o in cell.get("outputs", []))]
    if reads == found != "*" and not any(reads in text for text in texts):
        raise SettingError(f"spoken.toml: the cell {cell.id} of {notebook} does not read {reads!r}")
    cell.source = says if reads == "*" else cell.source.replace(reads, says)
    for output in cell.get("outputs", []):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = "".join(output.data["text/html"]).replace(reads, says)
    return cell


def whole():
    """Return the pages of the lecture of 90 minutes, with their times."""
    return [replace(row.page, seconds=row.whole) for row in showings() if row.whole]


def half(number):
    """Return the pages of one of the two lectures of 45 minutes, with their times."""
    return [replace(row.page, seconds=row.halves) for row in showings() if row.halves and row.half == number]


def originals(page):
    """Return the numbers of the original slides that belong to the page's section, by the table in tables.md."""
    here = f"[{page.notebook[:2]} · {page.section}]"
    return [int(number) for number, where in places() if here in where]


@cache
def places():
    """Return number and sections of each original slide."""
    listing = (NOTEBOOKS / "tables.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|", listing, re.M)


def table():
    """Return the plan as a table in Markdown."""
    lines = [
        "| 90 minutes | 2 x 45 | keys | page | there is | original slides |",
        "|---|---|---|---|---|---|",
    ]
    clock, clocks = 0, {1: 0, 2: 0}
    for row in showings():
        page = row.page
        lines.append(
            f"| {when(clock, row.whole)} | {when(clocks[row.half], row.halves, f'{row.half} · ')} "
            f"| {sum(map(keys, screens(page)))} | {link(page)} | {contents(page)} "
            f"| {', '.join(map(str, originals(page)))} |"
        )
        clock += row.whole
        clocks[row.half] += row.halves
    return "\n".join(lines)


def link(page):
    """Return a link to where a page comes from."""
    if page.notebook.endswith(".md"):
        return f"[{page.section}](../../{page.notebook})"
    return f"[{page.notebook[:2]} · {page.section}](../{page.notebook}.ipynb)"


def when(start, seconds, half=""):
    """Say when a page is shown and for how long; nothing if it is not."""
    return f"{half}{minutes(start)} ({minutes(seconds)})" if seconds else ""


def contents(page):
    """Say what a page has on it."""
    live = any("Explorer(" in cell.source for cell in page.cells)
    equations = re.findall(r"\\tag\{(.*?)\}", page.prose)
    parts = [
        "question" if page.questions else "",
        "live figure" if live else "figure" if any("image/png" in shown for shown in page.data) else "",
        " ".join(["equation" if len(equations) == 1 else "equations", ", ".join(equations)]) if equations else "",
        "derivation" if any("text/latex" in shown for shown in page.data) else "",
    ]
    return ", ".join(filter(None, parts)) or "text"


def with_table(text):
    """Return the text of README.md with the table of today."""
    head, tail = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    return f"{head}{MARKS[0]}\n\n{table()}\n\n{MARKS[1]}{tail}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
