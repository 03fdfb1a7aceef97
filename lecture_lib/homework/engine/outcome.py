"""What an answer does: a function is called on copies; whatever comes of it is written down.

:class:`lecture_lib.homework.engine.answer.Answer` limits the time of such calls.
"""

import copy
import inspect
import linecache
import traceback
from dataclasses import dataclass
from typing import Any

import numpy as np

from lecture_lib.homework.engine.results import LONGEST_TEXT, from_json, plain, to_json

__all__ = ["Outcome", "TimeUp", "call", "from_plain", "stopped_at", "to_plain"]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call did.

    Attributes
    ----------
    kind : str
        "value": a plain value came back. "not_attempted": the function itself raised NotImplementedError, as it
        was handed out. "missing_helper": a function that it calls did. "returned_none", "error", "slow": as they
        say. "changed": an argument was changed. "unsupported": what came back, or was handed in, cannot be judged.
        "not_callable": a function was expected, or was handed in where none is. "undefined": there is no answer of
        the expected name.
    value : ndarray, str, tuple or None
        What came back, where ``kind`` is "value".
    detail : str
        More about it: the missing helper, the error, the argument that changed, the type of the value.
    """

    kind: str
    value: Any = None
    detail: str = ""


OURS = "lecture_lib.homework."


class TimeUp(SystemExit):
    """Raised inside a call that takes too long; a thread ends silently with a SystemExit."""


def call(function, arguments, method="", made_of=0):
    """Call a function once, with copies of the arguments; or make an object, and call a method of it.

    Parameters
    ----------
    function : callable
        Of the student; anything may happen in it.
    arguments : dict
        By name; passed by position, so that the student may rename them. ``rng`` is the seed of a generator.
    method : str
        Of the object that ``function(...)`` makes of the first ``made_of`` arguments; called with the others.

    Returns
    -------
    Outcome
    """
    given = [
        np.random.default_rng(value) if name == "rng" else copy.deepcopy(value) for name, value in arguments.items()
    ]
    make = function
    if method:
        function = lambda *all_: getattr(make(*all_[:made_of]), method)(*all_[made_of:])  # noqa: E731
    try:
        value = function(*given)
    except NotImplementedError as error:
        return _not_implemented(error, function, given)
    except TimeUp:
        raise
    except BaseException as error:  # whatever the student's code raises, SystemExit too, is a result
        return Outcome("error", detail=_described(error, function, given))
    for name, before, after in zip(arguments, arguments.values(), given, strict=True):
        if _changed(before, after):
            return Outcome("changed", detail=name)
    if value is None:
        return Outcome("returned_none")
    try:
        return Outcome("value", plain(value))
    except TypeError as error:
        return Outcome("unsupported", detail=f"an object of type {error}")


def _not_implemented(error, function, given):
    """Tell a function that is still as it was handed out from one that calls such a function.

    The stub of nbgrader raises NotImplementedError, and the traceback's last frame is where it stands.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    frames = [frame for frame in frames if not frame.f_globals.get("__name__", "").startswith(OURS)]
    if not frames or frames[-1].f_globals is not frames[0].f_globals:  # raised in a library
        return Outcome("error", detail=_described(error, function, given))
    kind = "not_attempted" if len(frames) == 1 else "missing_helper"
    return Outcome(kind, detail=frames[-1].f_code.co_name)


def _changed(before, after):
    """Return whether an array, or one of a tuple of them, is no longer as it was."""
    if isinstance(before, tuple):
        return any(map(_changed, before, after))
    return isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True)


def _described(error, function, given):
    if isinstance(error, TypeError) and not _binds(function, given):
        return f"it cannot be called with {len(given)} argument{'s' * (len(given) != 1)}"
    try:
        return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".: ") + stopped_at(error)
    except Exception:  # an error whose text cannot be had
        return type(error).__name__


def stopped_at(error):
    """Say at which line of its cell something stopped; of a library, and of a known mistake, nothing."""
    lines = [(number, linecache.getline(frame.f_code.co_filename, number))
             for frame, number in traceback.walk_tb(error.__traceback__)
             if frame.f_globals.get("__name__") == "__main__"]  # fmt: skip
    lines += [(error.lineno, error.text or "")] if isinstance(error, SyntaxError) else []
    number, text = lines[-1] if lines else (0, "")
    return f", in line {number} of its cell: `{text.strip()[:100]}`" if text.strip() else ""


def _binds(function, given):
    try:
        inspect.signature(function).bind(*given)
    except (TypeError, ValueError) as error:
        return isinstance(error, ValueError)  # built in, without a signature
    return True


def to_plain(outcome):
    """Return an outcome as JSON can hold it, a dict."""
    return {"kind": outcome.kind, "detail": outcome.detail, "value": to_json(outcome.value)}


def from_plain(written):
    """Return the outcome that some JSON, perhaps forged, stands for; "unsupported" where it cannot be read."""
    try:
        return Outcome(str(written["kind"]), from_json(written["value"]), str(written["detail"])[:LONGEST_TEXT])
    except Exception:  # whatever was written there
        return Outcome("unsupported", detail="an unreadable record")
