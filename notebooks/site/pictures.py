"""Pictures and folded answers of the stored notebooks, as a web page wants them; an extension of Sphinx.

The site shows the HTML of a picture; here the PNG within becomes a file of its own, so that pages stay small.
"""

import base64
import hashlib
import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

PICTURE = re.compile(r'<img alt="([^"]+)" width="(\d+)" height="(\d+)" src="data:image/png;base64,([\w+/=\s]+)">')


def picture_files(html, folder, address):
    """Write the pictures of some HTML as files, named after what is in them.

    Return the HTML that shows them, where ``address`` leads to the folder.
    """

    def written(match):
        alt, width, height, data = match.groups()
        png = base64.b64decode(data)
        name = f"{hashlib.sha256(png).hexdigest()[:16]}.png"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png)
        size = f'width="{width}" height="{height}"'
        return f'<img class="figure" alt="{alt}" {size} loading="lazy" src="{address}/{name}">'

    return PICTURE.sub(written, html)


def write_pictures(app, doctree, docname):
    """Replace the pictures within a page by files."""
    folder = app.builder.imagedir
    for raw in doctree.findall(nodes.raw):
        if "data:image/png" in raw.astext():
            address = "../" * docname.count("/") + folder
            raw[:] = [nodes.Text(picture_files(raw.astext(), app.outdir / folder, address))]


def with_formulas(html):
    """Return HTML in which formulas in dollar signs are marked as such: Markdown leaves what is in HTML alone."""
    return re.sub(r"\$([^$]+)\$", r'<span class="math">\\(\1\\)</span>', html)


class Folded(SphinxTransform):
    """Let formulas within a folded answer be typeset."""

    default_priority = 400

    def apply(self):
        """Change the document that was read."""
        for raw in self.document.findall(nodes.raw):
            if raw.astext().startswith("<details>"):
                raw[:] = [nodes.Text(with_formulas(raw.astext()))]


def setup(app):
    """Tell Sphinx what is done when."""
    app.add_transform(Folded)
    app.connect("doctree-resolved", write_pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
