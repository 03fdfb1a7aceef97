"""What a lecturer sets: ``[tool.course]`` in pyproject.toml."""

import re
import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SettingError(SystemExit):
    """What a lecturer set is wrong; the message says where, and the program ends with it."""


@cache
def course():
    """Return the settings."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
    known = sorted(path.stem for path in (ROOT / "notebooks").rglob("*.ipynb"))
    for name in found["leave-out"]:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"; is {near[0]!r} meant?" if near else f"; there are {', '.join(known)}"
            raise SettingError(f"pyproject.toml: leave-out names {name!r}, but there is no such notebook{meant}")
    return found


def is_shown(path):
    """Say whether a notebook, or a page of its name, is not left out."""
    return Path(path).stem not in course()["leave-out"]


BOX = re.compile(r"^> \*\*On the slide.*(?:\n>.*)*\n*", re.M)
NEXT = re.compile(r"\*\*Next:\*\* \[[^\]]+\]\(([^)]+)\.ipynb\)(?:(?! Back to).)* ?")


def without_absent(source):
    """Return Markdown without what the settings leave out: links become text, a table's row and *Next* go."""
    if not course()["companion"]:
        source = BOX.sub("", source)
    if not course()["leave-out"]:
        return source
    absent = "|".join(map(re.escape, course()["leave-out"]))
    source = NEXT.sub(lambda found: found[0] if is_shown(found[1]) else "", source)
    source = re.sub(rf"^\| [^|]*\]\((?:[^)|]*/)?(?:{absent})\.\w+[^)]*\)[^|]*\|.*\n?", "", source, flags=re.M)
    return re.sub(rf"\[([^\]]+)\]\((?:[^)]*/)?(?:{absent})\.\w+(?:#[^)]*)?\)", r"\1", source)
