"""The public names of the library, and the pages that say what they do.

A name is public where ``__all__`` of its module lists it. A function or class that a package re-exports is
described on the page of the package, under the name by which notebooks import it; everything else where it is
written.
"""

import importlib
import inspect
import operator
import pkgutil
import re
from functools import cache
from pathlib import Path

import lecture_lib

PACKAGE = lecture_lib.__name__
ROOT = Path(lecture_lib.__file__).parents[1]
# The questions and their answers: data of the checks, nothing to call.
HIDDEN = re.compile(rf"{PACKAGE}\.homework\.(sets|questions|derivations)\.")
# A model is a chapter; the files of a model, and of any other package, share a page.
CHAPTERS = f"{PACKAGE}.models."


@cache
def modules():
    """Return the full names of the modules, a package before what is in it."""
    found = [info.name for info in pkgutil.walk_packages(lecture_lib.__path__, f"{PACKAGE}.")]
    return [PACKAGE, *(name for name in sorted(found) if not HIDDEN.match(name))]


@cache
def exported(module):
    """Return the public names of a module, and the objects."""
    loaded = importlib.import_module(module)
    return {name: getattr(loaded, name) for name in getattr(loaded, "__all__", ())}


@cache
def aliases():
    """Return each full name of what is public, and the full name under which it is described."""
    return {
        f"{module}.{name}": f"{_home(name, value, module)}.{name}"
        for module in modules()
        for name, value in exported(module).items()
    }


def _home(name, value, module):
    """Return the module at which a public name of some module is described."""
    written_in = value.__module__ if inspect.isclass(value) or inspect.isroutine(value) else None
    if written_in not in modules():  # a constant
        return next(
            (other for other in modules() if exported(other).get(name) is value and _assigns(other, name)), module
        )
    above = [".".join(written_in.split(".")[:depth]) for depth in range(2, written_in.count(".") + 1)]
    return next((package for package in above if exported(package).get(name) is value), written_in)


def _assigns(module, name):
    """Return whether a constant is written in a module, and not imported there."""
    source = inspect.getsource(importlib.import_module(module))
    return re.search(rf"^{name}(:[^=]+)? = ", source, re.MULTILINE) is not None


def lines_of(module, name):
    """Return where a function, class or method is written, as ``lecture_lib/em/loop.py#L57-L90``; None for data."""
    try:
        found = operator.attrgetter(name)(importlib.import_module(module))
        found = inspect.unwrap(getattr(found, "fget", found))
        lines, first = inspect.getsourcelines(found)
    except (AttributeError, TypeError):  # a field without a default, or a value
        return None
    path = Path(inspect.getsourcefile(found))
    return f"{path.relative_to(ROOT).as_posix()}#L{first}-L{first + len(lines) - 1}"


def page_of(module):
    """Return the name of the page on which a module is described."""
    return ".".join(module.split(".")[: 3 if module.startswith(CHAPTERS) else 2])


def pages():
    """Return the text of each page, reStructuredText for autodoc, by the name of the page."""
    texts = {}
    for module in modules():
        page = page_of(module)
        here = [full.removeprefix(f"{module}.") for full in aliases().values() if full.rpartition(".")[0] == module]
        if page == module:
            texts[page] = _section(module, sorted(set(here)), "=")
        elif here or page.startswith(CHAPTERS):
            texts[page] += _section(module, sorted(set(here)), "-")
    return texts


def _section(module, names, underline):
    """Return what a page says about a module."""
    title = f"``{module}``"
    lines = [title, underline * len(title), "", f".. automodule:: {module}"]
    if names:
        lines += [f"   :members: {', '.join(names)}", "   :imported-members:"]
    elsewhere = [aliases()[f"{module}.{name}"] for name in exported(module) if name not in names]
    passed_on = [f":py:obj:`~{full}`" for full in elsewhere if not module.startswith(full.rpartition(".")[0])]
    if passed_on:
        lines += ["", f"Can be imported from here too: {', '.join(passed_on)}."]
    return "\n".join([*lines, "", ""])
