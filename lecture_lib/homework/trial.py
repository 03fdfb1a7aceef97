"""Try an answer: call it on copies, under a time limit, and write down what it did.

What is written down is plain (numbers, arrays, text), so that it can be judged anywhere: in the notebook at
once, or when grading, in another process than the one in which the student's code ran.
"""

import contextlib
import copy
import ctypes
import dis
import inspect
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from IPython.utils.capture import capture_output

__all__ = ["SECONDS", "Outcome", "call", "calls", "from_plain", "missing", "plain", "to_plain", "untouched"]

SECONDS = 10.0
"""How long all calls that a check makes may take together."""

MOST_NUMBERS = 100_000
LONGEST_TEXT = 1_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call did.

    Attributes
    ----------
    kind : {"value", "untouched", "nothing", "error", "slow", "changed", "strange"}
        A plain value came back; the function is still as it was handed out; it returned nothing; it raised; it
        took too long; it changed an argument; it returned what is no number, array, text or tuple of these.
    value : ndarray, str, tuple or None
        What came back, where ``kind`` is "value".
    said : str
        More about it: the error, the argument that changed, the strange type.
    lacks : str
        A function that the answer calls and that has no body yet.
    """

    kind: str
    value: Any = None
    said: str = ""
    lacks: str = ""


class TimeUp(SystemExit):
    """Raised inside a call that takes too long; a thread ends silently with a SystemExit."""


def plain(value):
    """Return an answer as an array of floats, a text, or a tuple of these.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    ndarray, str or tuple

    Raises
    ------
    TypeError
        When it is none of these, or too large.
    """
    if isinstance(value, str):
        return str(value)[:LONGEST_TEXT]
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value[:10])
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return plain(tuple(value)) if isinstance(value, list) else _refuse(value)
    if array.dtype.kind not in "biuf" or array.size > MOST_NUMBERS:
        _refuse(value)
    return np.array(array, dtype=float)


def _refuse(value):
    raise TypeError(type(value).__name__)


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
        for name, before, after in zip(arguments, arguments.values(), given, strict=True):
            if _changed(before, after):
                return Outcome("changed", said=name)
        if value is None:
            return Outcome("untouched" if untouched(function) else "nothing")
        return Outcome("value", plain(value))
    except NotImplementedError:
        return Outcome("untouched")
    except TimeUp:
        raise
    except BaseException as error:  # whatever the student's code raises, SystemExit too, is a result
        return Outcome("error", said=_described(error, function, given))


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


def untouched(function):
    """Return whether a function, or every method of a class, has an empty body, as it was handed out.

    Parameters
    ----------
    function : object
        Anything.

    Returns
    -------
    bool
    """
    if inspect.isclass(function):
        methods = [m for name, m in vars(function).items() if inspect.isfunction(m) and name != "__init__"]
        return bool(methods) and all(untouched(method) for method in methods)
    code = getattr(function, "__code__", None)
    if not inspect.iscode(code):
        return False
    # An empty body uses no name, no variable and no constant but its docstring.
    return not (
        code.co_names
        or code.co_nlocals > code.co_argcount + code.co_kwonlyargcount
        or code.co_freevars
        or any(constant not in (None, Ellipsis, function.__doc__) for constant in code.co_consts)
        or len(code.co_code) > 32
    )


def missing(answer, seen=()):
    """Return the name of a function that an answer calls, itself or through others, and that has no body yet.

    Parameters
    ----------
    answer : object
        A function, a class, a list of them, or anything else.
    seen : tuple
        Functions that were looked at before.

    Returns
    -------
    str
        Empty where there is none.
    """
    if inspect.isclass(answer):
        answer = list(vars(answer).values())
    if isinstance(answer, (list, tuple)):
        return next(filter(None, (missing(part, seen) for part in answer)), "")
    if not inspect.isfunction(answer) or answer in seen:
        return ""
    called = [answer.__globals__.get(name) for name in sorted(set(_globals_of(answer.__code__)))]
    called = [other for other in called if inspect.isfunction(other) and other.__globals__ is answer.__globals__]
    lacking = next((other.__name__ for other in called if untouched(other)), "")
    return lacking or missing(called, (*seen, answer))


def _globals_of(code):
    """Yield the names of the global variables that some code uses, in functions within it too."""
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield step.argval
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from _globals_of(constant)


def calls(jobs, seconds=None):
    """Do jobs one after the other in a thread that is told to stop when the time is over.

    Parameters
    ----------
    jobs : sequence of callable
        Each returns an Outcome.
    seconds : float, optional
        For all of them together; ``SECONDS`` if none is given.

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
        return Outcome("strange", said=f"an object that raises {type(error).__name__}")


def _wait(thread, seconds):
    """Wait for a thread; when the time is over, ask it to stop, some times, and leave it."""
    end = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < end:
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
    """Return an outcome as JSON can hold it.

    Parameters
    ----------
    outcome : Outcome
        As :func:`call` returns it.

    Returns
    -------
    dict
    """
    return {
        "kind": outcome.kind, "said": outcome.said, "value": _to_plain(outcome.value), "lacks": outcome.lacks
    }  # fmt: skip


def _to_plain(value):
    if isinstance(value, tuple):
        return {"parts": [_to_plain(part) for part in value]}
    if isinstance(value, np.ndarray):
        return {"shape": list(value.shape), "numbers": value.ravel().tolist()}
    return value


def from_plain(written):
    """Return the outcome that some JSON, perhaps forged, stands for.

    Parameters
    ----------
    written : object
        As :func:`to_plain` returns it, or anything else.

    Returns
    -------
    Outcome
        Of kind "strange" where it cannot be read.
    """
    try:
        said, lacks = (str(written[name])[:LONGEST_TEXT] for name in ("said", "lacks"))
        return Outcome(str(written["kind"]), _from_plain(written["value"]), said, lacks)
    except Exception:  # whatever was written there
        return Outcome("strange", said="an unreadable record")


def _from_plain(value):
    if value is None or isinstance(value, str):
        return value
    if "parts" in value:
        return tuple(_from_plain(part) for part in value["parts"])
    return np.array([float(number) for number in value["numbers"]]).reshape([int(m) for m in value["shape"]])
