"""One notebook printed: pages, pictures, numbers of equations, breaks where a reader expects them."""

import json
import re
import subprocess
import sys

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lab_server import ROOT

pytestmark = pytest.mark.browser
NOTEBOOK = ROOT / "notebooks/03_lyapunov_function.ipynb"
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
PROSE = "\n".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")


@pytest.fixture(scope="module")
def documents(chromium, tmp_path_factory):
    """A notebook and the slides as PDF: printed by a process of its own, for there is one Playwright a process."""
    folder = tmp_path_factory.mktemp("pdf")
    given = [str(NOTEBOOK), "lecture"]
    code = f"import sys, pathlib, paper; sys.exit(paper.main({given}, pathlib.Path({str(folder)!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "notebooks/kit", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    paths = [folder / "03_lyapunov_function.pdf", folder / "lecture.pdf"]
    assert done.stdout.split() == list(map(str, paths))
    opened = [pypdfium2.PdfDocument(path) for path in paths]
    yield opened
    for document in opened:
        document.close()


@pytest.fixture(scope="module")
def pages(documents):
    return list(documents[0])


def test_slides_are_printed_one_a_page_with_all_that_their_keys_bring(documents):
    slides = list(documents[1])
    assert len(slides) > 80
    assert {slide.get_size() for slide in slides} == {(960, 540)}  # points of 1280 x 720 pixels
    said = texts(slides)
    assert all(text.split() for text in said)
    for number, text in enumerate(said, 1):
        assert re.search(rf"\b{number}\b", text)
    assert any("Only the datum at 1 stays with the first mean." in text for text in said)  # an answer
    figures = [slide for slide, text in zip(slides, said, strict=True) if "With your own hands" in text]
    for slide in figures:  # their stored pictures, without buttons
        (image,) = slide.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        left, _, right, _ = image.get_bounds()
        assert right - left > 800
        assert "Reset" not in slide.get_textpage().get_text_bounded()
    assert len(figures) == 2


def texts(pages):
    return [page.get_textpage().get_text_bounded() for page in pages]


def test_the_pages_are_numbered_and_none_is_blank(pages):
    assert 5 < len(pages) < 30
    for number, text in enumerate(texts(pages), 1):
        assert f"{number} / {len(pages)}" in text
        assert len(text.split()) > 40


def test_every_picture_is_whole(pages):
    stored = [o for cell in CELLS for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    shown = [(page, item) for page in pages for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])]
    assert len(shown) == len(stored) > 1
    for (page, item), output in zip(shown, stored, strict=True):
        left, bottom, right, top = item.get_bounds()
        width, height = page.get_size()
        assert 50 < left < right < width - 50
        assert 50 < bottom < top < height - 50
        size = output["metadata"]["image/png"]
        # Not squeezed: the shape is that of the notebook, to a point of 1/72 inch.
        assert (right - left) * size["height"] / size["width"] == pytest.approx(top - bottom, abs=1)


def test_every_equation_has_its_number(pages):
    text = "\n".join(texts(pages))
    tags = re.findall(r"\\tag\{(.*?)\}", PROSE)
    assert len(tags) > 3
    for tag in tags:
        assert f"({tag})" in text
    assert (
        "$" not in re.sub(r'(?s)".*?"', "", text.replace("\n", " ")) or "\\lVert" not in text.split("Derivation")[0]
    )


def test_no_heading_stands_alone_at_the_foot_of_a_page(pages):
    headings = {re.sub(r"[*$]", "", heading) for heading in re.findall(r"^##+ (.*)$", PROSE, re.M)}
    assert len(headings) > 5
    for text in texts(pages):
        # The last line is the page's number.
        lines = [line.strip() for line in text.splitlines() if line.strip() and " / " not in line]
        assert lines[-1] not in headings


def test_answers_stand_at_the_end(pages):
    text = " ".join("\n".join(texts(pages)).split())
    answers = text.index("Answers 1.")
    assert text.index("at the end.)") < answers < text.index("The fall, 32, is twice the squared distance")
    assert "not attempted" not in text
