"""Whether the packages that the course needs are installed."""

import sys
from importlib import metadata

from packaging.requirements import Requirement

__all__ = ["missing", "report"]


def missing():
    """Return the requirements of the course that the running Python does not meet.

    Returns
    -------
    list of str
        ``"numpy>=2.0 (found 1.26.4)"``; empty when everything is there.
    """
    return [text for text, met in _rows() if not met]


def report():
    """Print one line a requirement, each with *yes*, or *no* and what was found."""
    for text, met in _rows():
        print(f"{text:20s} {'yes' if met else 'no: run `make lab` in the folder of the course'}")


def _rows():
    """Yield each requirement in words, and whether it is met."""
    if _version("lecture-lib") is None:
        yield "lecture-lib (not installed)", False
        return
    python = metadata.metadata("lecture-lib")["Requires-Python"]
    yield f"python{python}", Requirement(f"python{python}").specifier.contains(sys.version.split()[0])
    for needed in map(Requirement, metadata.requires("lecture-lib")):
        if needed.marker is not None:  # an extra, which nobody needs for reading
            continue
        found = _version(needed.name)
        met = found is not None and needed.specifier.contains(found, prereleases=True)
        yield str(needed) if met else f"{needed} (found {found})", met


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
