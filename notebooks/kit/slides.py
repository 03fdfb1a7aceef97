"""Turn the notebooks into slides for reveal.js that work without a network, from the stored outputs.

One deck for each notebook, and one for the lecture as ``plan.csv`` puts it together::

    python notebooks/kit/slides.py          # build/slides/index.html leads to all
"""

import re
import shutil
import sys
from pathlib import Path

import beside
import nbformat
import plan
import settings
from assets import MissingError, copy, need
from nbconvert import SlidesExporter
from nbconvert.filters import markdown2html
from pages import lecture, minutes, pages, slide_type, unlinked
from screens import ANSWER, joined, keys, screens

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/slides"
REPLAYS = HERE.parent / "site/pages/replays.md"  # where the seal of a live figure leads
INTRODUCTION = """<h1>TITLE</h1>
<p>Space or the right arrow leads on, S opens the speaker's view with clock and notes, F is full screen, Esc the
overview.</p>
"""


def main(folder=BUILD):
    """Write all decks into ``folder``; return the exit code."""
    try:
        need("sphinx_revealjs", "sphinx-mathjax-offline", "latex2mathml")
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy(folder / "assets")
    listing = []
    for name, title, shown in decks():
        write(folder, name, title, shown)
        listing.append(f'<li><a href="{name}.html">{title}</a> {told(shown)}</li>')
    plain(
        folder / "index.html",
        INTRODUCTION.replace("TITLE", settings.course()["title"]) + "<ul>\n" + "\n".join(listing) + "\n</ul>",
    )
    plain(folder / "replays.html", markdown2html(REPLAYS.read_text(encoding="utf-8")))
    print(f"open {folder / 'index.html'}")
    return 0


def write(folder, name, title, shown):
    """Write a deck into ``folder``, which has the assets."""
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(HERE / "templates")],
        reveal_url_prefix="assets/reveal",
        reveal_theme="white",
    )
    total = sum(page.seconds for page in shown)
    notebook = nbformat.v4.new_notebook(cells=[*first(name, total), *cells(shown), *last(name, total)])
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    (folder / f"{name}.html").write_text(body, encoding="utf-8")


def told(shown):
    """Say how much there is in a deck."""
    found = [screen for page in shown for screen in screens(page)]
    return f"{len(found)} slides, {sum(map(keys, found))} keys, {minutes(sum(page.seconds for page in shown))}"


def plain(path, body):
    """Write a page beside the decks."""
    page = (HERE / "templates/slides/contents.html").read_text(encoding="utf-8")
    path.write_text(page.replace("BODY", body).replace("TITLE", settings.course()["title"]), encoding="utf-8")


def decks():
    """Yield the name, the title and the pages of each deck."""
    yield "lecture", "The lecture, 90 minutes with questions", plan.whole()
    yield "lecture_1", "The lecture, first 45 minutes", plan.half(1)
    yield "lecture_2", "The lecture, second 45 minutes", plan.half(2)
    for path in lecture():
        shown = joined(pages(path))
        yield path.stem, shown[0].section, shown


def first(name, total):
    """Yield the title page of a lecture: what of the settings is not empty."""
    if name.startswith("lecture"):
        said = filter(None, (settings.course()[key] for key in ("speaker", "place", "date")))
        text = "\n\n".join([f"# {settings.course()['title']}", *said])
        yield from page_of_its_own(text, "title", "mixture", 0, total)


def last(name, total):
    """Yield the closing page of a lecture, if there is one."""
    if name.startswith("lecture") and settings.course()["closing"]:
        yield from page_of_its_own(f"## {settings.course()['closing']}", "closing", "circle", total, total)


def page_of_its_own(source, name, picture, clock, total):
    """Yield the cells of a page that takes no time of the plan: text, notes, a picture."""
    yield markdown(source, name, slideshow={"slide_type": "slide", "data": {"timing": 0}}, tags=["alone"])
    said = f"**At {minutes(clock)}**, for {minutes(0)}, of {minutes(total)}"
    yield markdown(said, f"notes-{name}", slideshow={"slide_type": "notes"})
    yield markdown(beside.drawn(picture), f"beside-{name}")


def cells(shown):
    """Yield the cells of a deck: for each screen a running head, the speaker's notes, and what is shown."""
    clock, total = 0, sum(page.seconds for page in shown)
    for place, page in enumerate(shown):
        for number, screen in enumerate(screens(page)):
            made = [unfolded(cell, page) for cell in screen.cells]
            if not screen.has_heading:
                made.insert(0, markdown(f'<p class="running">{page.section}</p>', f"head-{place}-{number}"))
            kind = "subslide" if place and (number or slide_type(page.cells[0]) == "subslide") else "slide"
            made[0].metadata["slideshow"] = {"slide_type": kind, "data": {"timing": screen.seconds}}
            # Notes and picture come before any fragment: those within one would come with its key.
            said = notes(screen, clock, total)
            made.insert(1, markdown(said, f"notes-{place}-{number}", slideshow={"slide_type": "notes"}))
            if not number:
                made[2:2] = beside_it(page)
            yield from made
            clock += screen.seconds


def beside_it(page):
    """Yield the picture beside a page that has none of its own, with the one that comes with the answer."""
    names = beside.pictures().get((page.notebook, page.id))
    if names and not any("image/png" in shown for shown in page.data):
        yield markdown(beside.drawn(*names), f"beside-{page.id}", slideshow={"slide_type": "-"})


def markdown(source, name, **metadata):
    """Return a new cell with an id of our own: the same notebooks give the same bytes."""
    return nbformat.v4.new_markdown_cell(source, id=name, metadata=metadata)


def unfolded(cell, page):
    """Return a copy of a cell for the slides: folded answers come with the next key, links lead to other decks."""
    cell = nbformat.from_dict(cell)
    cell.id = f"{page.notebook[:2]}-{cell.id}"  # cells of several notebooks meet in the lecture
    if cell.cell_type == "markdown":
        source = unlinked(re.sub(r"\]\((\d\d_\w+)\.ipynb\)", r"](\1.html)", cell.source), but=".html")
        cell.source = ANSWER.sub(r'> <div class="fragment answer" data-fragment-index="0">\1</div>', source)
    return cell


def notes(page, clock, total):
    """Return what the speaker sees: the clock, the questions with their answers, the original slides."""
    lines = [f"**At {minutes(clock)}**, for {minutes(page.seconds)}, of {minutes(total)}"]
    for asked, answer in page.questions:
        lines += [f"**Ask first**, and let them vote before the next key: {asked}", f"**Answer.** {answer}"]
    numbers = plan.originals(page)
    if numbers:
        lines.append(f"Original {'slide' if len(numbers) == 1 else 'slides'} {', '.join(map(str, numbers))}.")
    # The speaker's window shows notes as large as slides.
    return '<div style="font-size: 65%">\n\n' + readable("\n\n".join(lines)) + "\n\n</div>"


def readable(text):
    """Write the formulas of a text as MathML: the speaker's window has no MathJax."""
    from latex2mathml.converter import convert  # of the extra, so only once we know that it is there

    return re.sub(r"\$([^$]+)\$", lambda formula: convert(formula[1]), text)


if __name__ == "__main__":
    sys.exit(main())
