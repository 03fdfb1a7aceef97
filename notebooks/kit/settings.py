"""What a lecturer sets: ``[tool.course]`` in pyproject.toml."""

import re
import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class SettingError(SystemExit):
    """What a lecturer set is wrong; the message says where, and the program ends with it."""


TEXT = "a text in quotes", lambda value: isinstance(value, str)
ADDRESS = (
    'an address without a slash at its end, "https://...", or ""',
    lambda value: isinstance(value, str) and re.fullmatch(r"(https?://\S*[^\s/])?", value),
)
# What each setting takes, in words, and whether a value is that.
KINDS = {
    **dict.fromkeys(("repository", "site"), ADDRESS),
    **dict.fromkeys(("title", "speaker", "place", "date", "closing"), TEXT),
    "leave-out": ('a list of names of notebooks, ["12_large_data"]', lambda value: isinstance(value, list)),
    "companion": ("true or false", lambda value: isinstance(value, bool)),
    "audience": ('"all" or "students"', lambda value: value in ("all", "students")),
}


@cache
def course():
    """Return the settings; what is mistyped is named."""
    try:
        found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"].get("course")
    except ValueError as error:  # of TOML, or of UTF-8
        raise SettingError(f"pyproject.toml cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise SettingError("pyproject.toml lacks the section [tool.course]")
    for name in found:
        known(name, KINDS, "[tool.course] has {}, but there is no such setting")
    for name, (allowed, holds) in KINDS.items():
        if name not in found:
            raise SettingError(f"pyproject.toml: [tool.course] lacks {name!r}; it takes {allowed}")
        if not holds(found[name]):
            raise SettingError(f"pyproject.toml: {name} is {found[name]!r}, but takes {allowed}")
    notebooks = sorted(path.stem for path in (ROOT / "notebooks").rglob("*.ipynb"))
    for name in found["leave-out"]:
        known(name, notebooks, "leave-out names {}, but there is no such notebook")
    return found


def known(name, names, said):
    """Check that a name is one of these; else say so, and which is meant or which there are."""
    if name not in names:
        near = get_close_matches(str(name), names, 1)
        meant = f"is {near[0]!r} meant?" if near else f"there are {', '.join(names)}"
        raise SettingError(f"pyproject.toml: {said.format(repr(name))}; {meant}")


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
