"""A notebook that runs: what a cell or an answer does to its process costs nothing but itself."""

import os
import subprocess
import sys
import time

import pytest
from handed_in import SOLVED

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import sandbox
from running import definitions, run

from lecture_lib.homework.engine.check import verdict

needs_namespaces = pytest.mark.skipif(bool(sandbox.fails()), reason="this system gives no namespaces")
SETUP = {"source": "import numpy as np", "ours": True}
ASSIGN = {"name": "hw1.assign", "answer": "assign", "seeds": [None]}
UPDATE = {"name": "hw1.update", "answer": "update", "seeds": [None]}


def ran(*cells):
    """Return what some cells did, those of a student as their source, after the imports."""
    cells = [SETUP, *({"source": cell, "ours": False} if isinstance(cell, str) else cell for cell in cells)]
    return run(list(enumerate(cells)), trust=bool(sandbox.fails()))


def said(did, number, name="hw1.assign"):
    return verdict(name, did.cells[number][0])


def test_the_error_with_which_a_cell_stopped_is_told():
    did = ran("def assign(X, means):\n    return (X", ASSIGN)
    assert "name 'assign' is not defined, since its cell stopped: SyntaxError: " in said(did, 2).words


def test_an_answer_that_stops_is_told_with_its_line():
    did = ran("def assign(X, means):\n    squares = X ** 2\n    return squares @ means", ASSIGN)
    words = said(did, 2).words
    assert "and stopped: ValueError: matmul: " in words
    assert words.endswith(", in line 3 of its cell: `return squares @ means`.")


LOOKS_AROUND = """
import gc, inspect, os, pkgutil, sys
import lecture_lib.homework
from lecture_lib.models import kmeans
known = [module.name for module in pkgutil.walk_packages(lecture_lib.homework.__path__)]
held = [each for each in gc.get_objects() if isinstance(each, dict) and "seeds" in each]
frames, frame = [], sys._getframe()
while frame:
    frames.append(repr(frame.f_locals))
    frame = frame.f_back
files = [name for folder, _, names in os.walk(os.path.dirname(lecture_lib.__file__)) for name in names]
try:
    files += [inspect.getsource(kmeans.assign)]
except OSError:
    pass
right = [name for name in sys.modules if ".sets." in name or ".derivations." in name or ".questions." in name]
found = repr((known, len(held), right, "20261" in repr(frames), files))
"""


@needs_namespaces
def test_the_students_process_knows_neither_right_answers_nor_the_seed_nor_the_source_of_the_library():
    did = ran(LOOKS_AROUND, {"name": "hw4.bug", "answer": "found", "seeds": (None, 20261)})
    assert did.cells[2][0][0].value == "([], 0, [], False, [])"


FORKS = "while True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
ENDS = {
    "exit": "os._exit(0)",
    "memory": "held = [b'x' * 10**8 for _ in range(100)]",
    "fork bomb": FORKS,
    "sleep": "time.sleep(1000)",
    "a loop that nothing interrupts": "while 1:\n    try:\n        while 1: pass\n    except BaseException: pass",
    "no signal": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))\nwhile True: pass",
    "closed files": "os.closerange(0, 200)",
    "a dead kernel": "os.kill(1, signal.SIGINT); os.kill(os.getpid(), signal.SIGKILL)",
    "print": "while True: print(list(range(400)))",
}


@pytest.fixture
def impatient(monkeypatch):
    """Limits that a test reaches soon."""
    for name, seconds in {"SECONDS_PER_CELL": 1, "SECONDS_PER_CHECK": 1, "GRACE": 0, "ASLEEP": 2}.items():
        monkeypatch.setattr(sandbox, name, seconds)


@needs_namespaces
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.usefixtures("impatient")
def test_what_ends_or_blocks_the_process_costs_itself_alone(end):
    imports = "import os, signal, time\n"
    body = "".join(f"    {line}\n" for line in ENDS[end].splitlines())
    in_a_call = f"{imports}def assign(X, means):\n{body}    return X"
    in_a_cell = f"{imports}{SOLVED['update']}\n{ENDS[end]}"
    did = ran(in_a_call, ASSIGN, in_a_cell, UPDATE)
    assert said(did, 2).status == "not yet"
    assert said(did, 4, "hw1.update").status == "correct"
    assert not did.ending


@needs_namespaces
@pytest.mark.parametrize("patch", [
    "import json\njson.dumps = json.loads = lambda *_, **__: '[]'",
    "import os\nos.read = lambda *_: b''\nos.write = lambda *_: 0",
    "import builtins, sys\nbuiltins.print = lambda *_, **__: None\nsys.stdout = sys.stderr = None",
    "import sys, threading\nsys.settrace(lambda *_: 1 / 0)\nthreading.settrace(lambda *_: 1 / 0)",
    "import atexit, time\natexit.register(time.sleep, 1000)",
    "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "import os\nif os.fork() == 0:\n    os.setsid()",
])  # fmt: skip
def test_what_is_patched_or_left_behind_costs_nothing(patch):
    before = time.monotonic()
    assert said(ran(patch, SOLVED["assign"], ASSIGN), 3).status == "correct"
    assert time.monotonic() - before < sandbox.ASLEEP


@pytest.mark.usefixtures("impatient")
def test_a_process_that_ends_again_and_again_is_not_started_for_ever():
    did = ran(*["import os\nos._exit(0)"] * 30, SOLVED["assign"], ASSIGN)
    assert did.ending.startswith("its process ended early")
    assert len(did.cells) < 30


def test_what_is_left_of_a_cell_that_ended_its_process():
    source = "import os\n%matplotlib inline\nK = 3\nx = f()\ndef g():\n    return K\nos._exit(0)"
    assert definitions(source) == "import os\nK = 3\n\ndef g():\n    return K"
    assert definitions("def g(:") == ""


@pytest.mark.skipif(not sandbox.PROC.is_dir(), reason="the system does not tell")
@pytest.mark.parametrize("source", ["while True: pass", "import time; time.sleep(1000)"])
def test_what_waits_for_the_processor_does_not_sleep(source):
    child = f"print(flush=True)\n{source}"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", starts], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            process.stdout.readline()
            if "sleep" in source:  # as soon as it has come so far
                assert any(sandbox.activity(process.pid)[0] is False or time.sleep(0.1) for _ in range(600))
            else:
                assert all(sandbox.activity(process.pid)[0] for _ in range(20))
        finally:
            os.killpg(process.pid, 9)
