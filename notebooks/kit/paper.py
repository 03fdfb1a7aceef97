"""Print notebooks as PDF through Chromium, from the stored outputs; no LaTeX and no network is needed.

::

    python notebooks/kit/paper.py                                        # all of the lecture, to build/pdf
    python notebooks/kit/paper.py notebooks/03_lyapunov_function.ipynb   # this one
"""

import re
import sys
from pathlib import Path

from assets import FLAGS, MissingError, chromium, copy, need
from nbconvert import HTMLExporter
from pages import lecture, read, unlinked

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/pdf"
FOOTER = """<div style="width: 100%; margin: 0 20mm; font: 8pt sans-serif; color: #555; text-align: right">
TITLE &nbsp; <span class="pageNumber"></span> / <span class="totalPages"></span></div>"""


def main(names, folder=BUILD):
    """Print the named notebooks, or all of the lecture, into ``folder``; return the exit code."""
    paths = [Path(name) for name in names] or lecture()
    try:
        need("sphinx_revealjs", "sphinx-mathjax-offline", "playwright")
        browser = chromium()
        for path in paths:
            if path.suffix != ".ipynb" or not path.exists():
                raise MissingError(f"no notebook {path}")
        for path in write(paths, folder, browser):
            print(path)
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def write(paths, folder, browser):
    """Write a PDF for each notebook; yield its path."""
    from playwright.sync_api import sync_playwright

    copy(folder / "html/assets")
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = chrome.new_page()
        for path in paths:
            notebook = read(path)
            source = folder / "html" / f"{path.stem}.html"
            source.write_text(as_html(notebook, path.stem), encoding="utf-8")
            page.goto(source.resolve().as_uri())
            page.evaluate("MathJax.startup.promise")
            page.evaluate("document.fonts.ready.then(() => true)")
            target = folder / f"{path.stem}.pdf"
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
        chrome.close()


def as_html(notebook, name):
    """Return a notebook as a page for print: answers unfolded, no links to files, which a PDF does not reach."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = unlinked(cell.source)
            cell.source = source.replace("<details>", "<details open>")
    exporter = HTMLExporter(template_name="paper", extra_template_basedirs=[str(HERE / "templates")])
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title(notebook)}})
    return body


def title(notebook):
    """Return the first heading."""
    return re.search(r"^# (.*)$", notebook.cells[0].source, re.M)[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
