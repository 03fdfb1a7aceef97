"""The script of the figures: written in ES modules, joined into the one file that a page loads.

Each file of ``page`` is a module about one noun. Joining makes of each a block, in the order of their imports: what
a module exports becomes a variable of the whole, under the one name that it has everywhere, and all else stays
within its block. So there is no build step, a page from disk needs no server, and nothing else is loaded.
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
WORDS = re.compile(r'("(?:\\.|[^"\\])*"|`[^`]*`)')
SPACE = re.compile(r" ?([{}()\[\],;:=<>*/?&|!]) ?| ([+-]) (?![+-])")
BREAK = re.compile(r"(?<=[{(\[,;:=>&|?\n])\n+|[,;]?\n(?=[\])}])|\n(?=[.?:])")


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
    return "".join(_block(name) for name in _in_order(entry, {}))


def _in_order(name, found):
    """Return the modules that one needs, each after those that it imports."""
    if name not in found:
        found[name] = None  # while its imports are looked at
        for path in IMPORT.findall(_text(name)):
            _in_order((PAGE / name).parent.joinpath(path).resolve().relative_to(PAGE.resolve()).as_posix(), found)
        found[name] = found.pop(name)  # to the end
    return found


@functools.cache
def _text(name):
    return (PAGE / name).read_text(encoding="utf-8")


def _block(name):
    """Return a module as a block, of which only the exported variables are seen outside."""
    text = IMPORT.sub("", COMMENT.sub("", _text(name)))
    text = VALUE.sub("var ", NAMED.sub(r"var \2 = \1 \2", text))
    lines = (_close(line.strip()) for line in text.splitlines())
    return BREAK.sub("", "\n".join(["{", *lines, "}\n"]))


def _close(line):
    """Leave out spaces that only readers need; a line with a regular expression, or several templates, stays."""
    if line.count("`") > 2 or re.search(r"(?<! )/|/(?! )", line):
        return line
    return "".join(word if i % 2 else SPACE.sub(r"\1\2", word) for i, word in enumerate(WORDS.split(line)))
