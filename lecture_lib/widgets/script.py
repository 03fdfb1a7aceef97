"""The script of the figures: written in ES modules, joined into the one file that a page loads.

Each file of ``page`` is a module about one noun. Joining makes of each a function that returns what it exports, in
the order of their imports; so there is no build step, a page from disk needs no server, and nothing else is loaded.
"""

import functools
import re
from pathlib import Path

__all__ = ["PAGE", "module", "script"]

PAGE = Path(__file__).parent / "page"
"""Where the modules are."""

IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:const|function\*?|class) (\w+)", re.MULTILINE)
SEVERAL = re.compile(r"^export const \[([^\]]*)\]", re.MULTILINE)
AGAIN = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)
DEFAULT = re.compile(r"^export default ", re.MULTILINE)
FOR_READERS = re.compile(r"^\s*(?://.*\n|/\*\*[\s\S]*?\*/\n|\n)|^[ ]+", re.MULTILINE)
"""Comments on lines of their own, blank lines and indents: a fifth of the file, which no browser reads."""


def module():
    """Return what anywidget loads, an ES module.

    Returns
    -------
    str
    """
    return _joined("host/widget.js") + "export default $host_widget;\n"


def script():
    """Return what a page of the site, or a deck of slides, loads, a plain script.

    Returns
    -------
    str
    """
    return f"(() => {{\n{_joined('host/site.js')}}})();\n"


@functools.cache
def _joined(entry):
    return "".join(_wrapped(name) for name in _in_order(entry, {}))


def _in_order(name, found):
    """Return the modules that one needs, each after those that it imports."""
    if name not in found:
        found[name] = None  # while its imports are looked at
        for _, path in IMPORT.findall(_text(name)):
            _in_order(_resolved(name, path), found)
        found[name] = found.pop(name)  # to the end
    return found


@functools.cache
def _text(name):
    return (PAGE / name).read_text(encoding="utf-8")


def _resolved(name, path):
    return (PAGE / name).parent.joinpath(path).resolve().relative_to(PAGE.resolve()).as_posix()


def _variable(name):
    return "$" + name.removesuffix(".js").replace("/", "_")


def _wrapped(name):
    """Return a module as a function that is called once, and returns what the module exports."""
    text = _text(name)
    exported = [
        *EXPORT.findall(text),
        *(part.strip() for group in SEVERAL.findall(text) for part in group.split(",")),
    ]
    exported += [part.strip() for group in AGAIN.findall(text) for part in group.split(",")]
    body = IMPORT.sub(
        lambda found: f"const {{{found[1]}}} = {_variable(_resolved(name, found[2]))};\n", AGAIN.sub("", text)
    )
    body = FOR_READERS.sub("", re.sub(r"^export (?!default)", "", body, flags=re.MULTILINE))
    if DEFAULT.search(body):
        return f"const {_variable(name)} = (() => {{\n{DEFAULT.sub('return ', body)}}})();\n"
    return f"const {_variable(name)} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();\n"
