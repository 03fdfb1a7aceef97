"""What a lecturer sets: ``[tool.course]`` in pyproject.toml."""

import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def course():
    """Return the settings."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]


def is_shown(path):
    """Say whether a notebook, or a page of its name, is not left out."""
    return Path(path).stem not in course()["leave-out"]


def without_absent(source):
    """Return Markdown in which links to notebooks that are left out are text."""
    absent = "|".join(map(re.escape, course()["leave-out"]))
    return re.sub(rf"\[([^\]]+)\]\((?:[^)]*/)?(?:{absent})\.\w+(?:#[^)]*)?\)", r"\1", source) if absent else source
