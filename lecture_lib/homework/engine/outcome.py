"""Try an answer: call it on copies, under a time limit, and write down what it did."""

import contextlib
import copy
import ctypes
import inspect
import sys
import threading
import time
import traceback
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

from lecture_lib.homework.engine.values import LONGEST_TEXT, from_json, plain, to_json

__all__ = ["SECONDS", "Outcome", "call", "calls", "from_plain", "to_plain"]

SECONDS = 10.0
"""How long the processor may work on all calls of a check together."""

PATIENCE = 4
"""How many times as long they may take by the clock: a busy machine is not the student's, and a call may sleep."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call did.

    Attributes
    ----------
    kind : str
        "value": a plain value came back. "not_attempted": the function itself raised NotImplementedError, as it
        was handed out. "missing_helper": a function that it calls did. "returned_none", "error", "slow": as they
        say. "changed": an argument was changed. "unsupported": what came back, or was handed in, cannot be judged.
        "undefined": there is no answer of the expected name.
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


def call(function, arguments):
    """Call a function once, with copies of the arguments.

    Parameters
    ----------
    function : callable
        Of the student; anything may happen in it.
    arguments : dict
        By name; passed by position, so that the student may rename them.

    Returns
    -------
    Outcome
    """
    given = copy.deepcopy(list(arguments.values()))
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
        return " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(".: ")
    except Exception:  # an error whose text cannot be had
        return type(error).__name__


def _binds(function, given):
    try:
        inspect.signature(function).bind(*given)
    except TypeError:
        return False
    except ValueError:  # built in, without a signature
        return True
    return True


def calls(jobs, seconds=None):
    """Do jobs one after the other in a thread that is told to stop when the time is over.

    Parameters
    ----------
    jobs : sequence of callable
        Each returns an Outcome.
    seconds : float, optional
        Of the processor, for all of them together; ``SECONDS`` if none is given.

    Returns
    -------
    list of Outcome
        One a job; "slow" for each that did not end in time.

    Notes
    -----
    A thread, since this works on every system and leaves the kernel usable. What swallows even the exception
    that is to stop it is left behind, and ends with the kernel.
    """
    seconds = SECONDS if seconds is None else seconds
    done = []

    def work():
        with contextlib.suppress(TimeUp):
            for job in jobs:
                done.append(_safely(job))

    with _quiet():
        thread = threading.Thread(target=work, daemon=True, name="check")
        thread.start()
        _wait(thread, seconds)
    outcomes = list(done)
    return outcomes + [Outcome("slow")] * (len(jobs) - len(outcomes))


def _safely(job):
    try:
        return job()
    except TimeUp:
        raise
    except BaseException as error:  # an object that raises wherever it is touched
        return Outcome("unsupported", detail=f"an object that raises {type(error).__name__}")


def _wait(thread, seconds):
    """Wait for a thread; when the time is over, ask it to stop, some times, and leave it."""
    end, end_of_work = time.monotonic() + PATIENCE * seconds, time.process_time() + seconds
    while thread.is_alive() and time.monotonic() < end and time.process_time() < end_of_work:
        thread.join(0.05)  # short, so that the student can interrupt the kernel
    for _ in range(20):
        if not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeUp))
        thread.join(0.05)


@contextlib.contextmanager
def _quiet():
    """Keep what the student's code prints, warns, displays or plots out of the check's words."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    open_before = set(pyplot.get_fignums()) if pyplot else set()
    with warnings.catch_warnings(), np.errstate(all="ignore"), capture_output():
        warnings.simplefilter("ignore")
        yield
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in set(pyplot.get_fignums() if pyplot else ()) - open_before:
            pyplot.close(number)


def to_plain(outcome):
    """Return an outcome as JSON can hold it, a dict."""
    return {"kind": outcome.kind, "detail": outcome.detail, "value": to_json(outcome.value)}


def from_plain(written):
    """Return the outcome that some JSON, perhaps forged, stands for; "unsupported" where it cannot be read."""
    try:
        return Outcome(str(written["kind"]), from_json(written["value"]), str(written["detail"])[:LONGEST_TEXT])
    except Exception:  # whatever was written there
        return Outcome("unsupported", detail="an unreadable record")
