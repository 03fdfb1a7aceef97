"""A notebook as the pages of a talk: one page from each slide or subslide cell to the next."""

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from settings import is_shown, without_absent

NOTEBOOKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(NOTEBOOKS))

from stored import with_html  # noqa: E402

LECTURE = "[0-9][0-9]_*.ipynb"

# Told by their form, so that a translation keeps them.
QUESTION = re.compile(r"> \*\*[^*\n]+\*\* (.*?)\n> <details><summary>[^<]*</summary>\n(.*?)> </details>", re.S)
KEPT = {"show-output", "show-code"}  # tags of cells whose printed text stays
# What takes time in a talk, in minutes before they are fitted to the notebook's own *Time:*.
MINUTES_A_WORD, MINUTES_A_FORMULA, MINUTES_A_PICTURE, MINUTES_A_QUESTION = 1 / 100, 0.7, 1.0, 1.0


@dataclass(frozen=True)
class Page:
    """What is seen at once.

    Attributes
    ----------
    notebook : str
        The stem of the notebook's file.
    section : str
        The heading under which the page stands, Markdown.
    cells : tuple of nbformat.NotebookNode
        The first one is the slide or subslide cell that begins the page.
    seconds : int
        How long it stays, about.
    """

    notebook: str
    section: str
    cells: tuple
    seconds: int = 0

    @property
    def id(self):
        """The id of its first cell."""
        return self.cells[0].id

    @property
    def prose(self):
        """Its text, Markdown."""
        return "\n\n".join(cell.source for cell in self.cells if cell.cell_type == "markdown")

    @property
    def data(self):
        """What its cells show: for each output, the forms in which it is stored."""
        return [output.get("data", {}) for cell in self.cells for output in cell.get("outputs", [])]

    @property
    def questions(self):
        """Its *predict first* questions, each with its answer."""
        return [
            (asked, re.sub(r"^> ", "", answer, flags=re.M).strip())
            for asked, answer in QUESTION.findall(self.prose)
        ]

    @property
    def has_heading(self):
        """Whether a heading stands on it."""
        return bool(re.search(r"^#+ ", self.prose, re.M))


def lecture():
    """Return the paths of the lecture's notebooks, in order, but for those that are left out."""
    return sorted(filter(is_shown, NOTEBOOKS.glob(LECTURE)))


def read(path):
    """Return a notebook as stored, without links to those that are left out; nothing is run."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = without_absent(cell.source)
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = nbformat.from_dict(with_html(output.data, output.metadata))
    return notebook


def pages(path):
    """Return the pages of a notebook, with times that add up to its own *Time:*."""
    groups = []
    for cell in read(path).cells:
        kind = slide_type(cell)
        if kind == "skip":
            continue
        if kind in ("slide", "subslide"):
            groups.append([])
        groups[-1].append(cell)
    found, section = [], ""
    for group in filter(seen, groups):
        headings = re.findall(r"^#+ (.*)$", "\n".join(c.source for c in group if c.cell_type == "markdown"), re.M)
        section = headings[0] if headings else section
        found.append(Page(path.stem, section, tuple(group)))
    return timed(found)


def seen(cells):
    """Return the cells of which something is left when code is folded, without what they print."""
    found = []
    for cell in cells:
        announced = found and found[-1].cell_type == "markdown" and found[-1].source.rstrip().endswith(":")
        if cell.cell_type == "code" and not announced and not KEPT & set(cell.metadata.get("tags", [])):
            cell = nbformat.from_dict(cell)
            cell.outputs = [o for o in cell.outputs if {"image/png", "text/latex"} & set(o.get("data", {}))]
        if cell.source.strip() and (
            cell.cell_type == "markdown" or cell.outputs or "show-code" in cell.metadata.get("tags", [])
        ):
            found.append(cell)
    return found


def unlinked(source, *, but=None):
    """Return Markdown without its links to files, but for those with a certain ending; their words stay."""
    return re.sub(
        r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)]+)\)",
        lambda link: link[0] if but and link[2].endswith(but) else link[1],
        source,
    )


def slide_type(cell):
    """Return the slide type of a cell, "-" when it has none."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def timed(pages):
    """Share the time that the notebook names on its first page out over its pages, in steps of five seconds."""
    total = 60 * int(re.search(r"\*Time:\* (\d+) minutes", pages[0].prose)[1])
    shares = [effort(page) for page in pages]
    ends = [5 * round(total * sum(shares[: i + 1]) / sum(shares) / 5) for i in range(len(pages))]
    return [replace(page, seconds=end - start) for page, start, end in zip(pages, [0, *ends], ends, strict=False)]


def effort(page):
    """Say about how many minutes a page takes, by its words, formulas, pictures and questions."""
    words = len(re.sub(r"\$\$.*?\$\$", "", page.prose, flags=re.S).split())
    formulas = page.prose.count("$$") // 2 + sum("text/latex" in shown for shown in page.data)
    pictures = sum("image/png" in shown for shown in page.data)
    return (
        MINUTES_A_WORD * words
        + MINUTES_A_FORMULA * formulas
        + MINUTES_A_PICTURE * pictures
        + MINUTES_A_QUESTION * len(page.questions)
        + 0.25
    )


def minutes(seconds):
    """Write seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"
