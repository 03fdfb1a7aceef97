"""Print notebooks and the lecture's slides as PDF through Chromium, from stored outputs, without LaTeX or network.

::

    python notebooks/kit/paper.py                                        # all, and one book of all, to build/pdf
    python notebooks/kit/paper.py lecture                                # the slides of the lecture alone
    python notebooks/kit/paper.py notebooks/03_lyapunov_function.ipynb   # this one
    python notebooks/kit/paper.py --code                                 # with the code of pictures and derivations
"""

import re
import sys
from pathlib import Path

import nbformat
import settings
import slides
from assets import FLAGS, MissingError, chromium, copy, need
from nbconvert import HTMLExporter
from pages import QUESTION, lecture, read, unlinked

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/pdf"
DECK = "lecture"
FOOTER = """<div style="width: 100%; margin: 0 20mm; font: 8pt sans-serif; color: #555; text-align: right">
TITLE &nbsp; <span class="pageNumber"></span> / <span class="totalPages"></span></div>"""


def main(names, folder=BUILD):
    """Print the named notebooks, or all of the lecture and its slides, into ``folder``; return the exit code."""
    coded, names = "--code" in names, [name for name in names if name != "--code"]
    paths = [Path(name) for name in names if name != DECK] if names else lecture()
    books = {path.stem: [path] for path in paths} | ({} if names else {"course": paths})
    try:
        need("sphinx_revealjs", "sphinx-mathjax-offline", "playwright", "latex2mathml")
        browser = chromium()
        for path in paths:
            if path.suffix != ".ipynb" or not path.exists():
                raise MissingError(f"no notebook {path}")
        for path in write(books, folder, browser, coded, deck=not names or DECK in names):
            print(path)
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def write(books, folder, browser, coded, *, deck=False):
    """Yield the path of a PDF of each book, a name and its notebooks, with code or without, and of the slides."""
    from playwright.sync_api import sync_playwright

    copy(folder / "html/assets")
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = chrome.new_page()
        page.set_default_timeout(0)  # a book of all notebooks takes its time
        for name, paths in books.items():
            notebook = printed([read(path) for path in paths], coded)
            source = folder / "html" / f"{name}.html"
            source.write_text(as_html(notebook), encoding="utf-8")
            page.goto(source.resolve().as_uri())
            page.evaluate("MathJax.startup.promise")
            page.evaluate("document.fonts.ready.then(() => true)")
            target = folder / f"{name}.pdf"
            page.pdf(
                path=target,
                prefer_css_page_size=True,
                print_background=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER.replace("TITLE", title(notebook)),
                outline=True,
                tagged=True,
            )
            yield target
        if deck:
            yield on_slides(page, folder)
        chrome.close()


def on_slides(page, folder):
    """Print the slides of the lecture, a slide a page, with all that its keys bring; return the path."""
    target = folder / f"{DECK}.pdf"
    slides.write(folder / "html", *next(slides.decks()))
    page.emulate_media(media="screen")
    page.goto(f"{(folder / 'html' / DECK).resolve().as_uri()}.html?print")
    page.wait_for_selector(".printed")
    page.pdf(path=target, width="1280px", height="720px", print_background=True, tagged=True)
    return target


def printed(notebooks, coded=True):
    """Return notebooks as one for print: answers stand at its end, and links to files are text.

    Without code, that of pictures and derivations stays away, as on slides.
    """
    cells, answers = [], []

    def later(question):
        answers.append(re.sub(r"^> ?", "", question[2], flags=re.M).strip())
        return f"> {question[0].split(chr(10))[0].removeprefix('> ')} *(Answer {len(answers)}, at the end.)*\n"

    if len(notebooks) > 1:
        cells.append(nbformat.v4.new_markdown_cell(f"# {settings.course()['title']}", id="title"))
    for number, notebook in enumerate(notebooks):
        for cell in notebook.cells:
            cell.id = f"{number}-{cell.id}"
            if cell.cell_type == "markdown":
                cell.source = QUESTION.sub(later, unlinked(cell.source)).replace("<details>", "<details open>")
            elif re.fullmatch(r"check\(.*, \.\.\.\)", cell.source):
                cell.outputs = []  # "not attempted"
            if not coded and is_folded(cell):
                cell.metadata["tags"] = [*cell.metadata.get("tags", []), "folded"]
            cells.append(cell)
    if answers:
        listed = "\n".join(f"{number}. {' '.join(said.split())}" for number, said in enumerate(answers, 1))
        cells.append(nbformat.v4.new_markdown_cell(f"## Answers\n\n{listed}", id="answers"))
    return nbformat.v4.new_notebook(cells=cells)


def is_folded(cell):
    """Say whether a cell only prepares, draws or derives what is seen without its code."""
    if cell.cell_type == "markdown" or "show-code" in cell.metadata.get("tags", []):
        return False
    shown = {form for output in cell.outputs for form in output.get("data", {})}
    return not cell.outputs or bool({"image/png", "text/latex"} & shown)


def as_html(notebook):
    """Return a notebook as a page for print."""
    exporter = HTMLExporter(template_name="paper", extra_template_basedirs=[str(HERE / "templates")])
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title(notebook)}})
    return body


def title(notebook):
    """Return the first heading."""
    return re.search(r"^# (.*)$", notebook.cells[0].source, re.M)[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
