"""Whether the packages that the library needs are installed."""

import re
import sys
from importlib import metadata

__all__ = ["missing", "report"]


def missing() -> list[str]:
    """Return the requirements of the library that the running Python does not meet.

    Returns
    -------
    list of str
        ``"numpy>=2.0 (found 1.26.4)"``; empty when everything is there.
    """
    return [text for text, met in _rows() if not met]


def report() -> None:
    """Print one line a requirement, each with *yes*, or *no* and what was found."""
    for text, met in _rows():
        print(f"{text:20s} {'yes' if met else 'no: run `make lab` in the folder of the course'}")


def _rows():
    """Yield each requirement in words, and whether it is met."""
    if _version("lecture-lib") is None:
        yield "lecture-lib (not installed)", False
        return
    python = metadata.metadata("lecture-lib")["Requires-Python"]
    yield f"python{python}", _meets(sys.version.split()[0], python)
    for requirement in metadata.requires("lecture-lib"):
        if ";" in requirement:  # an extra, which nobody needs for reading
            continue
        name, bound = re.fullmatch(r"([\w-]+)(.*)", requirement).groups()
        found = _version(name)
        met = found is not None and _meets(found, bound)
        yield requirement if met else f"{requirement} (found {found})", met


def _meets(version, bound):
    """Return whether a version is at least a bound, ``">=2.0"``; suffixes do not count."""
    return _numbers(version) >= _numbers(bound)


def _numbers(text):
    return [int(digits) for digits in re.findall(r"\d+", re.split(r"[a-z+]", text.lstrip(">="))[0])]


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
