"""The script of the figures: written in ES modules, joined into the one file that a page loads.

Each file of ``page`` is a module about one noun. Joining makes of each a block, in the order of their imports: what
a module exports becomes a variable of the whole, under the one name that it has everywhere, and all else stays
within its block. Comments and indents are left out, nothing else. So there is no build step, a page from disk needs
no server, and nothing else is loaded.
"""

import functools
import re
from pathlib import Path

__all__ = ["PAGE", "module", "script"]

PAGE = Path(__file__).parent / "page"
"""Where the modules are."""

IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
VALUE = re.compile(r"^export const ", re.MULTILINE)
NAMED = re.compile(r"^export ((?:async )?function\*?|class) (\w+)", re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n|^\s*/\*\*[\s\S]*?\*/\n| +// .*$", re.MULTILINE)
FOLDERS = ("engine", "painter", "explorers", "host")
"""Each imports from those before it; modules beside others of their kind take less when they are zipped."""


def module():
    """Return what anywidget loads, an ES module.

    Returns
    -------
    str
    """
    return _joined("host/widget.js") + "export default widget;\n"


def script():
    """Return what a page of the site, a deck of slides, or a stored output loads, a plain script.

    It runs once in a window. The attribute ``data-replays`` of its element says where the table of the replays is,
    seen from its file.

    Returns
    -------
    str
    """
    return f'window.lectureFigures || (() => {{"use strict";\n{_joined("host/webpage.js")}}})();\n'


@functools.cache
def _joined(entry):
    return "".join(_block(name) for name in sorted(_in_order(entry, {}), key=_folder))


def _in_order(name, found):
    """Return the modules that one needs, each after those that it imports."""
    if name not in found:
        found[name] = None  # while its imports are looked at
        for path in IMPORT.findall(_text(name)):
            _in_order((PAGE / name).parent.joinpath(path).resolve().relative_to(PAGE.resolve()).as_posix(), found)
        found[name] = found.pop(name)  # to the end
    return found


def _folder(name):
    return FOLDERS.index(name.split("/")[0])


@functools.cache
def _text(name):
    return (PAGE / name).read_text(encoding="utf-8")


def _block(name):
    """Return a module as a block, of which only the exported variables are seen outside."""
    text = IMPORT.sub("", COMMENT.sub("", _text(name)))
    text = VALUE.sub("var ", NAMED.sub(r"var \2 = \1 ", text))
    return "\n".join(["{", *(line.strip() for line in text.splitlines() if line), "}\n"])
