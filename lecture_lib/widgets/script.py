"""The script of the plane: written in several files, joined into the one module that anywidget sends to a browser.

Each file of ``canvas`` is an ES module about one noun and imports what it needs from those before it; joining takes
the imports and the exports away. So there is no build step, and the browser loads nothing else.
"""

import re
from pathlib import Path

__all__ = ["CANVAS", "PARTS", "joined"]

CANVAS = Path(__file__).parent / "canvas"
"""Where the files are."""

PARTS = (
    "numbers", "coordinates", "colour", "pen", "heat", "painters", "panel", "words", "grips", "wire", "hand",
    "controls", "view",
)  # fmt: skip
"""The files, from the ground up; the last one exports what anywidget asks for."""

IMPORT = re.compile(r'^import \{ [\w, ]+ \} from "\./\w+\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(const|function|class) )", re.MULTILINE)


def joined():
    """Return the files as one ES module.

    Returns
    -------
    str
    """
    parts = [(CANVAS / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    return "\n".join(EXPORT.sub("", IMPORT.sub("", part)) for part in parts)
