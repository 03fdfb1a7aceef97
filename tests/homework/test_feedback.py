"""What of a student's stands on a page: the text as it was written, no HTML, and pictures drawn anew."""

import base64
import io

import pytest
from handed_in import png
from PIL import Image

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import feedback
from bs4 import BeautifulSoup
from cells import Cell
from nbconvert.filters.markdown_mistune import markdown2html_mistune


def answer(source, **pictures):
    return feedback.answer(
        [Cell("markdown", source, None, {name.replace("_", "."): p for name, p in pictures.items()})]
    )


WRITTEN = [
    "If $J_1 < J_2$ and a < b",
    "If $J_1<J_2$ and a<b, then $$x<y$$ and \\(a<b\\)",
    "`while J < J_old:` and `a<b`",
    "```python\nwhile J<J_old and a < b:\n    pass\n```",
    "    indented<code\n",
    "\\begin{align}\na&<b\\\\c&<d\n\\end{align}",
    "a <b> c </b> <!-- d --> <?e?>",
    "R&D &lt; 3",
]


@pytest.mark.parametrize("source", WRITTEN)
def test_a_smaller_sign_stays_one(source):
    seen = BeautifulSoup(markdown2html_mistune(feedback.harmless(source)), "html.parser").get_text()
    assert seen.count("<") == source.count("<") + source.count("&lt;")
    assert "&lt;" not in seen


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "$<img src=x onerror=alert(1)>$",
        "\\$<img src=x onerror=alert(1)>$",
        "`$`<script>alert(1)</script>`$`",
        "```\n$\n```\n<svg onload=alert(1)>\n```\n$\n```",
        "<!--><script>alert(1)</script>",
        "</p><iframe src=x></iframe>",
        "\\begin{a}<script>alert(1)</script>\\end{b}",
    ],
)
def test_no_tag_of_a_student_becomes_one(source):
    page = BeautifulSoup(markdown2html_mistune(feedback.harmless(source)), "html.parser")
    assert not page.find_all(["script", "img", "svg", "iframe"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_picture_is_drawn_anew_and_shown(kind):
    source, attachments = answer("See ![proof](attachment:proof.png)", proof_png=png(kind=kind))
    assert source == "See ![proof](attachment:picture-0.jpg)"
    drawn = Image.open(io.BytesIO(base64.b64decode(attachments["picture-0.jpg"]["image/jpeg"])))
    assert (drawn.format, drawn.size) == ("JPEG", (3, 2))


def test_pictures_of_equal_name_in_two_cells_stay_two():
    cells = [
        Cell("markdown", "![](attachment:image.png)", None, {"image.png": png(colour=c)}) for c in ("red", "blue")
    ]
    source, attachments = feedback.answer(cells)
    assert source.split() == ["![](attachment:picture-0.jpg)", "![](attachment:picture-1.jpg)"]
    assert len(set(map(str, attachments.values()))) == 2


def test_a_name_with_a_blank_is_found():
    source, attachments = feedback.answer(
        [Cell("markdown", "![](attachment:my%20proof.png)", None, {"my proof.png": png()})]
    )
    assert source == "![](attachment:picture-0.jpg)"
    assert list(attachments) == ["picture-0.jpg"]


def test_a_picture_that_colab_inserts_is_shown():
    source, attachments = answer(f"![image.png](data:image/png;base64,{png()})")
    assert source == "![image.png](attachment:picture-0.jpg)"
    assert list(attachments) == ["picture-0.jpg"]


@pytest.mark.parametrize(
    "pictures", [{}, {"proof_png": "nothing"}, {"proof_png": base64.b64encode(b"<svg/>").decode()}]
)
def test_a_picture_that_cannot_be_shown_is_named(pictures):
    source, attachments = answer("![proof](attachment:proof.png) and [x](attachment:y)", **pictures)
    assert "[a picture that cannot be shown: proof]" in source
    assert not attachments
    assert "attachment:" not in source


def test_a_photograph_is_made_smaller_and_a_transparent_one_gets_white_paper():
    large = Image.open(io.BytesIO(base64.b64decode(feedback.picture(png((4000, 3000)), photograph=True))))
    assert large.size == (1600, 1200)
    file = io.BytesIO()
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(file, "PNG")
    drawn = Image.open(io.BytesIO(base64.b64decode(feedback.picture(base64.b64encode(file.getvalue()).decode()))))
    assert drawn.getpixel((0, 0)) == (255, 255, 255)


def test_half_of_a_character_in_an_error_can_be_written():
    assert feedback.problem("NoPoints", "stopped: ValueError: \ud800").evalue == "stopped: ValueError: ?"
