"""What of a student's may stand on a page: text that is no HTML, and pictures that are drawn anew."""

import base64
import html
import io
import re
import secrets
import shutil
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import nbformat
from PIL import Image, ImageOps

LONGEST = 10_000  # letters of an output
LARGEST_PICTURE = 4_000_000  # pixels of an output; photographs are made smaller
WIDEST = 1600  # pixels of a photograph
MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|\\\[.+?\\\]|\\\(.+?\\\)|\\begin\{.+?\\end\{\w+\*?\}", re.DOTALL)
TAG = re.compile(r"<(?=[A-Za-z/!?])")
DATA = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")
MISSING = re.compile(r"!\[([^\]]*)\]\(attachment:(?!picture-\d+\.jpg)[^)]*\)")
SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
LINK = re.compile(r"""href=["']([^"']*)["']""", re.IGNORECASE)
SAFE_LINK = re.compile(r"(?:https?:|mailto:|#|$)", re.IGNORECASE)
ELSEWHERE = re.compile(r"<link\b[^>]*>", re.IGNORECASE)
COMMENT = re.compile(r'<li><a href="#comment-[^<]*</a></li>\s*')
TOTAL = re.compile(r"\(Score: ([\d.]+) / ([\d.]+)\)")
HIDDEN = re.compile(r"<span[^>]*>### BEGIN HIDDEN TESTS</span>.*?### END HIDDEN TESTS</span>", re.DOTALL)
MATHJAX_SETTINGS = (
    r"window.MathJax = {tex: {inlineMath: [['$', '$'], ['\\(', '\\)']], processEscapes: true, "
    r"packages: {'[-]': ['require', 'autoload', 'html']}}, "  # what they fetch stops all formulas
    r"options: {enableMenu: false}};"
)
STYLE = """<style>
pre { white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; }
th, td { padding: 0.2em 0.8em; }
</style>"""


def harmless(text):
    """Return Markdown in which no HTML begins, and which looks as it did.

    HTML of a student's would be run by whoever reads the page. A browser takes "<" for a tag only before a
    letter or one of "/!?". There a blank goes between in a formula, where blanks do not count, and elsewhere,
    where "&lt;" would be read as such in code, a space of width zero: whatever is taken for a formula or for
    code, no tag comes out.
    """
    text = MATH.sub(lambda found: TAG.sub("< ", found[0]), text)
    return TAG.sub("<\u200b", text)


def answer(cells):
    """Return the source and the attachments of a written answer, made from the cells that hold it.

    What cannot be shown is named in the text: the page is made even so.
    """
    attachments, sources = {}, []
    for cell in cells:
        pictures, source = dict(cell.pictures), cell.source
        for number, found in enumerate(list(DATA.finditer(source))):  # as Colab inserts them
            pictures[f"inserted-{number}"] = found[1]
            source = source.replace(found[0], f"attachment:inserted-{number}", 1)
        for name in sorted(pictures, key=len, reverse=True):
            try:
                drawn = picture(pictures[name], photograph=True)
            except Exception:  # anything can be called a picture
                continue
            own = f"picture-{len(attachments)}.jpg"
            attachments[own] = {"image/jpeg": drawn}
            for written in {name, quote(name)}:
                source = source.replace(f"attachment:{written}", f"attachment:{own}")
        sources.append(source)
    text = MISSING.sub(r"**[a picture that cannot be shown: \1]**", "\n\n".join(sources))
    text = re.sub(r"attachment:(?!picture-\d+\.jpg)", "attachment ", text)
    return harmless(text), attachments


def safe(shown):
    """Return an output with its text and picture, and nothing else; or None."""
    try:
        if shown["output_type"] == "stream":
            # nbgrader takes anything on stderr for a failure, but only in test cells, which are not run here.
            return nbformat.v4.new_output("stream", name="stdout", text=clean(shown["text"]))
        if shown["output_type"] == "error":
            return problem(clean(shown["ename"])[:100], f"{shown['ename']}: {shown['evalue']}")
        data = {"text/plain": clean(shown["data"].get("text/plain", ""))}
        if png := shown["data"].get("image/png"):
            data["image/png"] = picture(png)
        return nbformat.v4.new_output("display_data", data=data)
    except Exception:  # the student's process wrote it
        return None


def clean(text):
    """Return text that can be written in UTF-8, and is not too long."""
    return str(text)[:LONGEST].encode("utf-8", "replace").decode()


def problem(name, text):
    """Return an error as an output, in text that can be written."""
    text = clean(text)
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])


def picture(data, *, photograph=False):
    """Return a picture drawn anew, so that it is nothing but a picture; a photograph may be of any usual kind."""
    formats = ["PNG", "JPEG", "GIF", "WEBP", "BMP"] if photograph else ["PNG"]
    with Image.open(io.BytesIO(base64.b64decode(data)), formats=formats) as image:
        if image.width * image.height > LARGEST_PICTURE * (20 if photograph else 1):
            raise ValueError("too large")
        drawn = ImageOps.exif_transpose(image).convert("RGBA")  # a telephone says which side is up
        if photograph:
            drawn.thumbnail((WIDEST, WIDEST))
        paper, file = Image.new("RGBA", drawn.size, "white"), io.BytesIO()
        paper.alpha_composite(drawn)
        paper.convert("RGB").save(file, format="JPEG" if photograph else "PNG")
    return base64.b64encode(file.getvalue()).decode()


def finish(page, open_, titles):
    """Let a page run nothing but a MathJax beside it, fetch nothing from elsewhere, and cut nothing off.

    A policy in its head forbids all but this, whatever stands in the page: script by a link or an attribute too.
    The hidden tests are left out: they name the seed of the other data. What a person has still to read, cells
    ``open_`` with their points, is no 0. The list at the top has the ``titles`` of the cells.
    """
    text = SCRIPT.sub("", page.read_text(encoding="utf-8"))
    rest = f", {sum(open_.values()):g} still to be read by a person" if open_ else ""
    text = TOTAL.sub(lambda found: f"({float(found[1]):g} of {float(found[2]):g} points{rest})", text, count=1)
    for name in open_:  # once in the table of contents, once above the answer
        for place in (rf'href="#{name}">[^<]*</a>', rf'<a name="{name}"></a>'):
            text = re.sub(
                rf"({place}.*?)Score: [\d.]+ / ", r"\1not read yet; at most ", text, count=1, flags=re.DOTALL
            )
    for name, title in titles.items():
        text = re.sub(rf'(href="#{name}">)[^<]*</a> \((?:Score: )?', lambda found: f"{found[1]}{title}</a> (", text)  # noqa: B023
    text = LINK.sub(lambda found: found[0] if SAFE_LINK.match(html.unescape(found[1])) else 'href="#"', text)
    text = HIDDEN.sub("", COMMENT.sub("", ELSEWHERE.sub("", text)))
    nonce, script = secrets.token_urlsafe(16), ""
    if mathjax := beside(page.parents[2]):
        script = f"""<script nonce="{nonce}">{MATHJAX_SETTINGS}</script>
<script nonce="{nonce}" src="../../{mathjax}" async></script>"""
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; script-src 'nonce-{nonce}'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    text = text.replace("<head>", f"<head>\n{head}", 1).replace("</head>", f"{STYLE}\n{script}\n</head>", 1)
    page.write_text(text, encoding="utf-8")


def beside(folder):
    """Copy MathJax into a folder, once; return its name there, or nothing where it is not installed."""
    found = find_spec("sphinx-mathjax-offline")
    if found is None:
        return ""
    target = folder / "mathjax.js"
    if not target.exists():
        shutil.copy(Path(found.origin).parent / "static" / "mathjax" / "tex-svg-full.js", target)
    return target.name
