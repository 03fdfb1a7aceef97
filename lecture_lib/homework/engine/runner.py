"""Run a submitted notebook inside the sandbox, and write down what it did; ``notebooks/homework/grade.py`` judges.

A job is read from the standard input: limits of time, and cells. A cell is ``{"source": ..., "ours": true}``
(one of ours has no limit of its own), or a check, ``{"name": "hw1.assign", "answer": "assign", "seeds": [null,
7]}``. One line of JSON goes out for each cell. Nothing that is decided here counts: this process belongs to the
student's code, which may change anything in it.
"""

import base64
import json
import os
import signal
import subprocess
import sys

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lecture_lib.homework.engine import outcome
from lecture_lib.homework.engine.check import ask
from lecture_lib.homework.engine.outcome import Outcome, to_plain

__all__ = ["main"]

LONGEST = 10_000


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


def main():
    """Read a job, run it, and write one line a cell."""
    job = json.load(sys.stdin)
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    shell = Shell.instance(history_length=0, colors="nocolor")
    outcome.SECONDS = job["seconds"]["check"]
    again, errors = [], []
    for number, cell in enumerate(job["cells"]):
        seconds = 0 if cell.get("ours") else job["seconds"]["cell"]
        did = _try(shell, cell, errors) if "name" in cell else _run(shell, cell["source"], seconds)
        errors += [
            (cell.get("source", ""), o["evalue"], o["ename"]) for o in did.get("outputs", ()) if "ename" in o
        ]
        _write(report, number, did)
        if any(_lacks(outcome) for outcomes in did.get("outcomes", ()) for outcome in outcomes):
            again.append((number, cell))
    for number, cell in again:  # what is lacking may stand further below
        _write(report, number, _try(shell, cell, errors))


def _lacks(outcome):
    """Return whether an answer, or a function that it calls, was not there."""
    return outcome["kind"] in ("undefined", "not_attempted", "missing_helper") or "NameError" in outcome["detail"]


def _write(report, number, did):
    report.write(json.dumps({"cell": number, **did}) + "\n")
    report.flush()


def _try(shell, cell, errors):
    """Try an answer on the examples of each seed; where there is none, tell with which error its cell stopped."""
    try:
        answer = eval(cell["answer"], dict(shell.user_ns))  # the expression is the teacher's
    except NameError as error:
        said = [
            f", since its cell stopped: {name}: {text}" for source, text, name in errors if error.name in source
        ]
        lacking = to_plain(Outcome("undefined", detail=f"{error}{said[-1] if said else ''}"))
        return {"outcomes": [[lacking] for _ in cell["seeds"]]}
    tried = []
    for seed in cell["seeds"]:
        stuck = tried and any(each.kind == "slow" for each in tried[-1])
        tried.append(tried[-1] if stuck else ask(cell["name"], answer, seed))
    return {"outcomes": [list(map(to_plain, outcomes)) for outcomes in tried]}


def _run(shell, source, seconds):
    """Run a cell; one that takes too long is interrupted, again and again if need be; 0 stands for no limit."""
    for name in ("SIGPROF", "SIGALRM"):
        signal.signal(getattr(signal, name), _interrupt)
    _limit(seconds)
    late = TimeoutError(f"this cell took more than {seconds} seconds")
    try:
        with capture_output() as captured:
            result = shell.run_cell(source, store_history=False)
    except KeyboardInterrupt:
        return {"outputs": [_error(late)]}
    finally:
        _limit(0)
    outputs = [("stdout", captured.stdout), ("stderr", captured.stderr)]
    written = [{"output_type": "stream", "name": name, "text": text[:LONGEST]} for name, text in outputs if text]
    written += [_shown(output.data) for output in captured.outputs]
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        error = late
    return {"outputs": written + ([_error(error)] if error else [])}


def _limit(seconds):
    """Limit the work of the processor, and the time by the clock, which is longer on a busy machine."""
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    signal.setitimer(signal.ITIMER_REAL, seconds * outcome.PATIENCE, 0.5)


def _interrupt(*_):
    raise KeyboardInterrupt


def _shown(data):
    kept = {"text/plain": str(data.get("text/plain", ""))[:LONGEST]}
    if picture := data.get("image/png"):
        kept["image/png"] = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
    return {"output_type": "display_data", "data": kept, "metadata": {}}


def _error(error):
    said = " ".join(str(error).split())[:LONGEST]
    name = type(error).__name__
    return {"output_type": "error", "ename": name, "evalue": said, "traceback": [f"{name}: {said}"]}


if __name__ == "__main__":
    main()
