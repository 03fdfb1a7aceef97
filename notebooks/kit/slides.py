"""Turn the notebooks into slides for reveal.js that work without a network, from the stored outputs.

One deck for each notebook, and one for the lecture as ``plan.csv`` puts it together::

    python notebooks/kit/slides.py          # build/slides/index.html leads to all
"""

import html
import re
import shutil
import sys
from pathlib import Path

import nbformat
from assets import MissingError, copy, need
from nbconvert import SlidesExporter
from pages import lecture, pages, slide_type

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/slides"
EN_SPACE = "\u2002"


def main(folder=BUILD):
    """Write all decks into ``folder``; return the exit code."""
    try:
        need("sphinx_revealjs", "sphinx-mathjax-offline")
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy(folder / "assets")
    decks = {path.stem: pages(path) for path in lecture()}
    for name, shown in decks.items():
        write(folder / f"{name}.html", shown)
    print(f"open {folder / 'index.html'}")
    return 0


def write(path, shown):
    """Write one deck."""
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(HERE / "templates")],
        reveal_url_prefix="assets/reveal",
        reveal_theme="white",
    )
    notebook = nbformat.v4.new_notebook(cells=[cell for page in clocked(shown) for cell in page])
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
    path.write_text(body, encoding="utf-8")


def clocked(shown):
    """Yield for each page its cells, with the speaker's notes, which know the clock."""
    clock = 0
    total = sum(page.seconds for page in shown)
    for page in shown:
        yield cells(page, notes(page, clock, total))
        clock += page.seconds


def cells(page, spoken):
    """Return the cells of a page of a deck: the running head, what is shown, the speaker's notes."""
    shown = [unfolded(cell) for cell in page.cells if is_seen(cell)]
    if not page.has_heading:
        shown.insert(0, nbformat.v4.new_markdown_cell(f'<p class="running">{page.section}</p>'))
    first = slide_type(page.cells[0])
    shown[0].metadata["slideshow"] = {"slide_type": first, "data": {"timing": page.seconds}}
    return [*shown, nbformat.v4.new_markdown_cell(spoken, metadata={"slideshow": {"slide_type": "notes"}})]


def is_seen(cell):
    """Say whether anything of a cell is left when its code is folded away."""
    return cell.cell_type == "markdown" or bool(cell.outputs) or "show-code" in cell.metadata.get("tags", [])


def unfolded(cell):
    """Return a copy of a cell for the slides: folded answers come with the next key, links lead to other decks."""
    cell = nbformat.from_dict(cell)
    cell.metadata.pop("slideshow", None) if slide_type(cell) != "fragment" else None
    if cell.cell_type == "markdown":
        source = re.sub(r"\]\((\d\d_\w+)\.ipynb\)", r"](\1.html)", cell.source)
        source = source.replace("<details><summary>Answer</summary>", '<div class="fragment answer">')
        cell.source = source.replace("</details>", "</div>")
    return cell


def notes(page, clock, total):
    """Return what the speaker sees: the clock, and the questions with their answers."""
    lines = [f"**{minutes(clock)} to {minutes(clock + page.seconds)}** of {minutes(total)}"]
    for asked, answer in page.questions:
        lines += [f"**Ask first**, and let them vote before the next key: {asked}", f"**Answer.** {answer}"]
    return "\n\n".join(lines)


def minutes(seconds):
    """Write seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"


if __name__ == "__main__":
    sys.exit(main())
