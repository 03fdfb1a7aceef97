"""An answer in this process: calls of it have a limit of time, and leave no traces in the notebook."""

import contextlib
import ctypes
import sys
import threading
import time
import warnings
from collections.abc import Mapping
from itertools import zip_longest

import numpy as np
from IPython.utils.capture import capture_output

from lecture_lib.homework.engine.messages import type_of, unreadable
from lecture_lib.homework.engine.outcome import Outcome, TimeUp, call
from lecture_lib.homework.engine.results import plain

__all__ = ["PATIENCE", "SECONDS", "Answer", "in_time", "quiet"]

SECONDS = 10.0
"""How long the processor may work on all calls of a check together."""

PATIENCE = 4
"""How many times as long they may take by the clock: a busy machine is not the student's, and a call may sleep."""


class Answer:
    """What a student handed in.

    An exercise asks through these methods alone, so that the answer may as well be in another process: see
    ``notebooks/homework/sandbox.py``.
    """

    def __init__(self, value):
        self.value = value

    def taken(self, names=()):
        """Return the answer itself, where it is no function: text, or arrays that have these names.

        Parameters
        ----------
        names : sequence of str
            Of the arrays.

        Returns
        -------
        Outcome
        """
        return _safely(lambda: _taken(self.value, names))

    def call(self, arguments, method="", made_of=0):
        """Call the answer, as :func:`lecture_lib.homework.engine.outcome.call` does."""
        if _is_nothing(self.value):
            return Outcome("not_attempted")
        if not callable(self.value):
            return Outcome("not_callable", detail=type_of(self.value))
        return _safely(lambda: call(self.value, arguments, method, made_of))

    def calls(self, many):
        """Call the answer for several examples that are known together: fewer ways between two processes."""
        return [self.call(arguments) for arguments in many]


def in_time(outcomes):
    """Return outcomes that are computed one after the other; where the time is over, the last one is "slow".

    Parameters
    ----------
    outcomes : iterable of Outcome
        Computed in a thread that is told to stop when the time is over.

    Returns
    -------
    list of Outcome

    Notes
    -----
    A thread, since this works on every system and leaves the kernel usable. What swallows even the exception
    that is to stop it is left behind, and ends with the kernel.
    """
    done, ended = [], []

    def work():
        with contextlib.suppress(TimeUp):
            for outcome in outcomes:
                done.append(outcome)
            ended.append(True)

    with quiet():
        thread = threading.Thread(target=work, daemon=True, name="check")
        thread.start()
        _wait(thread, SECONDS)
    return list(done) if ended else [*done, Outcome("slow")]


def _is_nothing(value):
    """Return whether there is no answer so far, or nothing in each of its parts."""
    return value is None or value is ... or (isinstance(value, tuple) and value and all(map(_is_nothing, value)))


def _taken(value, names):
    if _is_nothing(value):
        return Outcome("not_attempted")
    if isinstance(value, (list, tuple)) and len(value) == 1 and isinstance(value[0], str):
        (value,) = value
    if isinstance(value, str):
        return Outcome("value", plain(value))
    if callable(value):
        return Outcome("not_callable", detail=type_of(value))
    return _arrays(value, names)


def _arrays(value, names):
    """Return an answer as arrays: given by name, one after the other, or as the only one."""
    if isinstance(value, Mapping):
        parts = [value.get(name) for name in names]
    else:
        parts = [value] if len(names) == 1 else value
    if not names or not isinstance(parts, (list, tuple, np.ndarray)):
        return Outcome("unsupported", detail=type_of(value))
    arrays = []
    for name, part in zip_longest(names, parts):
        try:
            arrays.append(_array(part))
        except Exception:  # a part can be an object of any kind
            return Outcome("unsupported", detail=unreadable(part, name))
    return Outcome("value", tuple(arrays))


def _array(part):
    array = plain(list(part) if isinstance(part, tuple) else part)
    if not isinstance(array, np.ndarray):
        raise TypeError
    return array


def _safely(job):
    """Return the outcome of a job; an object may raise wherever it is touched."""
    try:
        return job()
    except TimeUp:
        raise
    except BaseException as error:
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
def quiet():
    """Keep what the student's code prints, warns, displays or plots out of the check's words."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    open_before = set(pyplot.get_fignums()) if pyplot else set()
    with warnings.catch_warnings(), np.errstate(all="ignore"), capture_output():
        warnings.simplefilter("ignore")
        yield
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in set(pyplot.get_fignums() if pyplot else ()) - open_before:
            pyplot.close(number)
