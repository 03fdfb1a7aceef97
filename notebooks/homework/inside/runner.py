"""Run a submitted notebook inside the sandbox, and let its answers be called; :mod:`verdicts` judges.

Requests come one at a time as lines of JSON, each with an ``id``; each gets a line with the same ``id``. A cell is
``{"run": source, "seconds": 20}`` (0 for no limit). ``{"answer": "assign", "seconds": 10}`` names what is asked by
the requests that follow: ``{"take": names}``, or ``{"calls": [arguments]}`` as of
:class:`lecture_lib.homework.engine.answer.Answer`, until ``{"end": true}``. In between a child of this process
answers, so that whatever an answer does to its process concerns no other; a line ``{"died": why}`` tells that it is
gone.

Nothing is known here of what is right, and nothing that is decided here counts: this process belongs to the
student's code, which may change anything in it.
"""

import base64
import io
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from functools import partial
from json import dumps, loads
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lecture_lib import homework
from lecture_lib.homework.engine.answer import Answer, quiet
from lecture_lib.homework.engine.outcome import stopped_at, to_plain
from lecture_lib.homework.engine.results import from_json

LONGEST = 10_000

LIBRARY, HOMEWORK = (f"{Path(homework.__file__).parents[up]}{os.sep}" for up in (1, 0))
"""Where code was read says whose it is: a copy of a function has that from the first."""
ENDED = "its process ended, by a call to exit or for lack of memory"
WATCHED = 20
"""During how many requests, and calls in each, functions of the library are noted; it takes time."""


class Shell(InteractiveShell):
    """The shell of a notebook, without its screen and its terminal."""

    def enable_gui(self, gui=None):
        """Let ``%matplotlib inline`` pass: figures are drawn without a screen anyway."""

    def system(self, command):
        """Run a line that begins with ``!``, or ``%pip``; the usual way needs a terminal."""
        done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        print((done.stdout + done.stderr).decode(errors="replace"), end="")
        self.user_ns["_exit_code"] = done.returncode

    def showtraceback(self, *_, **__):
        """Show nothing: the error itself is written down."""

    showsyntaxerror = showtraceback


class Beginning(io.StringIO):
    """The beginning of what is written: a loop that prints for ever would fill the memory."""

    def write(self, text):
        """Keep what there is room for, and say that all was written, as a file would."""
        super().write(text[: max(0, LONGEST - self.tell())])
        return len(text)


def main():
    """Serve requests until there are no more."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    homework.check = homework.pad = lambda *_, **__: None  # what is right is not known here
    shell = Shell.instance(history_length=0, colors="nocolor")
    own = os.getpid()
    for request in map(loads, requests):
        if "run" in request:
            reply = _run(shell, request["run"], request["seconds"])
        elif "answer" in request:
            reply = _answers(shell, request, requests, replies)
        else:
            continue  # meant for a child that is gone
        if os.getpid() != own:
            os._exit(0)  # a copy that a cell made goes no further
        _end_others()
        _write(replies, request, reply)


def _write(replies, request, reply):
    replies.write(dumps({**reply, "id": request.get("id")}) + "\n")
    replies.flush()


def _answers(shell, request, requests, replies):
    """Let a child of this process be asked; return what became of it."""
    try:
        answer = Answer(eval(request["answer"], dict(shell.user_ns)))  # the expression is the teacher's
    except NameError as error:
        return {"undefined": str(error), "name": error.name}
    child = os.fork()
    if not child:
        try:
            _serve(answer, request, requests, replies)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
    return {"died": "slow" if late else ENDED}


def _end_others():
    """End what a cell or an answer left behind, where this process is the first of a namespace."""
    if os.getpid() == 1:
        with suppress(OSError):  # there is none
            os.kill(-1, signal.SIGKILL)
            while True:
                os.wait()


def _serve(answer, request, requests, replies):
    """Answer requests in a child; the system ends it when its processor time is over."""
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    _write(replies, request, {"ready": True})
    used: set[str] = set()
    watch = partial(_note, used)
    threading.setprofile(watch)
    with quiet():
        for number, asked in enumerate(map(loads, requests)):
            if "end" in asked:
                return
            sys.setprofile(watch if number < WATCHED else None)
            outcomes = []
            if "take" in asked:
                outcomes.append(answer.taken(asked["take"]))
            for count, each in enumerate(asked.get("calls", ())):
                if count == WATCHED and sys.getprofile() is watch:
                    sys.setprofile(None)
                given = {name: from_json(value) for name, value in each.items()}
                outcomes.append(answer.call(given, asked["method"], asked["made_of"]))
            if sys.getprofile() is not (watch if number < WATCHED and len(outcomes) <= WATCHED else None):
                used.add("perhaps: it called sys.setprofile")
            _write(replies, asked, {"outcomes": list(map(to_plain, outcomes)), "library": sorted(used)})
            used.clear()


def _note(used, frame, event, _):
    """Note a function of the library that is called from outside of it: a tutor should know."""
    if event == "call" and _of_models(frame) and not (frame.f_back and _of_models(frame.f_back)):
        module = frame.f_code.co_filename.removeprefix(LIBRARY).removesuffix(".py").replace(os.sep, ".")
        used.add(f"lecture_lib.{module}.{frame.f_code.co_name}")


def _of_models(frame):
    file = frame.f_code.co_filename
    return file.startswith(LIBRARY) and not file.startswith(HOMEWORK)


def _run(shell, source, seconds):
    """Run a cell; one that takes too long is interrupted, again and again if need be; 0 stands for no limit."""
    signal.signal(signal.SIGPROF, _interrupt)
    _limit(seconds)
    late = TimeoutError(f"this cell took more than {seconds} seconds")
    try:
        with capture_output() as captured, redirect_stdout(Beginning()) as out, redirect_stderr(Beginning()) as err:
            result = shell.run_cell(source, store_history=False)
    except KeyboardInterrupt:
        return {"outputs": [_error(late)]}
    finally:
        _limit(0)
    outputs = [("stdout", out.getvalue()), ("stderr", err.getvalue())]
    written = [{"output_type": "stream", "name": name, "text": text} for name, text in outputs if text]
    written += [_shown(output.data) for output in captured.outputs]
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        error = late
    return {"outputs": written + ([_error(error)] if error else [])}


def _limit(seconds):
    """Limit the work of the processor: first it is interrupted, then what goes on all the same is ended."""
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time()) + seconds + 5 if seconds else most
    resource.setrlimit(resource.RLIMIT_CPU, (soft, most))


def _interrupt(*_):
    raise KeyboardInterrupt


def _shown(data):
    kept = {"text/plain": str(data.get("text/plain", ""))[:LONGEST]}
    if picture := data.get("image/png"):
        kept["image/png"] = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
    return {"output_type": "display_data", "data": kept, "metadata": {}}


def _error(error):
    said = error.msg if isinstance(error, SyntaxError) else error  # without the name of a file that is none
    said = (" ".join(str(said).split()) + stopped_at(error))[:LONGEST]
    name = type(error).__name__
    return {"output_type": "error", "ename": name, "evalue": said, "traceback": [f"{name}: {said}"]}


if __name__ == "__main__":
    main()
