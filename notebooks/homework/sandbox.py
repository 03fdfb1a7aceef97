"""Run a submitted notebook where it can do no harm, and call its answers there.

On Linux the notebook runs in namespaces of its own: no network, no other process in sight, a file system of
which it sees Python and the data, read-only, and a scratch folder of 64 MB in memory that is gone afterwards. Its
user is nobody, its rights are none, its time and memory are limited. The library is in its memory alone, without
the exercises: what is right is known outside.
"""

import atexit
import json
import os
import secrets
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from lecture_lib.homework.engine.answer import PATIENCE
from lecture_lib.homework.engine.outcome import Outcome, from_plain
from lecture_lib.homework.engine.results import to_json

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INSIDE = HERE / "inside"

SECONDS_PER_CELL = 20  # of the processor, as all that follow: a busy machine is not the student's
SECONDS_PER_CHECK = 10
SECONDS = 300  # for a whole notebook, with all processes that it starts
ASLEEP = 40  # for one request, in which no process of the notebook runs or waits for the processor
ASLEEP_IN_ALL = 120
EVERY = 0.5  # seconds by the clock, from one look at the processes to the next
GRACE = 5  # seconds, in which a process that reached its own limit can end
MOST_STARTS = 10
MEMORY = 2 * 1024**3  # bytes, a process
PROCESSES = 16
LARGEST_FILE = 16 * 1024**2
LONGEST_REPORT = 32 * 1024**2
LONGEST_REASON = 10_000
MOST_LINES = 100_000  # that nobody asked for

LIMITS = {"AS": MEMORY, "NPROC": PROCESSES, "FSIZE": LARGEST_FILE, "CPU": 180, "CORE": 0, "NOFILE": 256}
HOMES = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
PROGRAMS = "/usr/bin:/bin:/usr/sbin:/sbin"  # the path of an ordinary user often ends before pivot_root
PROC = Path("/proc")
NO_NAMESPACES = "no namespaces"  # as inside/warm.py says it
TOOLS = ("mount", "umount", "pivot_root")
ENVIRONMENT = {
    "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
    "PATH": PROGRAMS, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


def seen():
    """Return the folders that a notebook may read, those above first.

    Where Python is reached by links, each must be there by its name: its own folder, and no more of a home.
    """
    python = Path(sys.executable)
    folders = [*map(Path, (*SYSTEM, sys.base_prefix, sys.prefix)), ROOT / "data"]
    while python.is_symlink():
        python = python.parent / python.readlink()
        folders.append(python.parent)
    folders += [folder.resolve() for folder in folders]
    return sorted({str(folder) for folder in folders if folder.is_dir()} - {"/"})


def unseen():
    """Return the folders within these that are left empty: they hold the library, and what is right."""
    libraries = [HERE, ROOT / "lecture_lib", Path(sysconfig.get_path("purelib")) / "lecture_lib"]
    return [str(path) for path in libraries if path.is_dir() and any(map(path.is_relative_to, seen()))]


def activity(keeper):
    """Return whether any process below one runs or wants to, and how many seconds the processor worked for all.

    The first is None where the system does not tell, as macOS.
    """
    stats = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            stats[int(folder.name)] = stat_of(folder)
    below, found = set(), {keeper}
    while found:
        below |= found
        found = {pid for pid, stat in stats.items() if int(stat[1]) in below} - below
    below.remove(keeper)
    worked = sum(int(ticks) for pid in below for ticks in stats[pid][11:15]) / os.sysconf("SC_CLK_TCK")
    states = set()
    for pid in below:
        with suppress(OSError):
            states |= {stat_of(thread)[0] for thread in (PROC / str(pid) / "task").iterdir()}
    return (bool(states & {"R", "D"}) if stats else None), worked


def stat_of(folder):
    """Return what the system tells of a process or thread after its name: the state, the parent, ..., the ticks."""
    return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()


class Warm:
    """The process of ``inside/warm.py``, which starts those of notebooks; one for all."""

    def __init__(self):
        self.process, self.lock = None, threading.Lock()
        atexit.register(self.end)

    def ask(self, request, files=()):
        """Send a request, with files; return the reply, or None where it can start nothing."""
        with self.lock, suppress(OSError, ValueError):
            if self.process is None or self.process.poll() is not None:
                self._start()
            socket.send_fds(self.control, [json.dumps(request).encode()], files)
            return json.loads(self.control.recv(1 << 16))

    def _start(self):
        self.home = TemporaryDirectory()
        self.control, theirs = socket.socketpair()
        home = dict.fromkeys(HOMES, self.home.name)
        self.process = subprocess.Popen([sys.executable, str(INSIDE / "warm.py")], stdin=theirs, cwd=self.home.name,
                                        env=ENVIRONMENT | home, start_new_session=True)  # fmt: skip
        theirs.close()

    def end(self):
        """End it, and all that it started."""
        if self.process is not None:
            self.control.close()
            self.process.wait()
            self.home.cleanup()


WARM = Warm()


class EndedEarlyError(Exception):
    """The process of a notebook is gone, or was stopped; its text says why."""


class NoSandboxError(Exception):
    """The process of a notebook could not be made: no student is to blame."""


class Sandbox:
    """A process in which the cells of a notebook are run, and its answers called; use it as a context.

    It is asked one thing at a time, as ``inside/runner.py`` describes.

    Parameters
    ----------
    trust : bool
        Whether to do without namespaces, where the system has none.
    """

    def __init__(self, *, trust=False):
        self.trust, self.starts = trust, 0
        self.slept = self.before = self.worked = 0.0
        """Seconds in which nothing ran; in which the processor worked for what has ended; and for what runs."""
        self.why, self.too_long = "", False
        """Why no more can be asked."""

    def __enter__(self):
        self.starts += 1
        with ExitStack() as opened:
            root, said = (opened.enter_context(make()) for make in (TemporaryDirectory, TemporaryFile))
            theirs, self.requests = os.pipe()
            self.replies, to_us = os.pipe()
            for file in (self.requests, self.replies):
                opened.callback(os.close, file)
            os.set_blocking(self.requests, False)
            started = WARM.ask(self._wanted(root), [theirs, to_us, said.fileno()])
            for file in (theirs, to_us):
                os.close(file)
            self.pid = started and started["pid"]
            opened.callback(WARM.ask, {"end": self.pid})
            self.rest, self.size, self.lines = b"", 0, 0
            self.why, self.too_long = "", False
            try:
                self.run("", 0)
            except EndedEarlyError:
                said.seek(0)
                last = said.read(LONGEST_REASON).decode(errors="replace").strip().splitlines()[-1:]
                raise NoSandboxError("".join(last) or "its first process did not start") from None
            self.opened = opened.pop_all()
        return self

    def __exit__(self, *_):
        self.opened.close()
        self.before, self.worked = self.before + self.worked, 0.0

    def restart(self):
        """Begin anew with another process, where there is time left for it.

        Raises
        ------
        EndedEarlyError
            When there is none.
        """
        self.__exit__()
        if self.slept > ASLEEP_IN_ALL or self.before > SECONDS or self.starts == MOST_STARTS:
            raise EndedEarlyError(self.why or f"it was started {self.starts} times")
        self.__enter__()

    def _wanted(self, root):
        """Return what ``inside/warm.py`` is to make."""
        home = root if self.trust else "/scratch"
        limits = {name: most for name, most in LIMITS.items() if name != "NPROC" or not self.trust}
        return {
            "build": [] if self.trust else ["sh", str(HERE / "sandbox.sh"), root, *seen(), "--", *unseen()],
            "environment": dict.fromkeys(HOMES, home),
            "limits": limits,  # that of processes counts all of a user's
        }

    def run(self, source, seconds):
        """Run a cell; return its outputs, whatever stands in there."""
        return self.ask({"run": source, "seconds": seconds}, seconds=seconds).get("outputs")

    def ask(self, request, or_from=None, seconds=0):
        """Send a request, and return the reply to it, or to the other one named.

        The processor may work for some seconds, 0 for any number, on it and those after it that name another one.

        Raises
        ------
        EndedEarlyError
            When there is none.
        """
        if self.why:
            raise EndedEarlyError(self.why)
        self.asked = secrets.randbits(50)  # which no code can know before
        if or_from is None:
            self.most, self.since = seconds, None
        self.asleep, self.looked = 0.0, time.monotonic()
        self._send(json.dumps({**request, "id": self.asked}).encode() + b"\n")
        while True:
            try:
                reply = json.loads(self._line())
                if reply["id"] in (self.asked, or_from or self.asked):
                    return reply
            except (ValueError, LookupError, TypeError, RecursionError):  # whatever was written there
                continue

    def _send(self, line):
        """Write a line that the process may leave unread."""
        while line:
            self._wait([], [self.requests])
            try:
                line = line[os.write(self.requests, line) :]
            except OSError:
                self._stop("")

    def _wait(self, *files):
        """Wait until something can be read, or written, and look now and then at what the processes do."""
        ready = False
        while not ready:
            ready = any(select.select(*files, [], EVERY))
            if time.monotonic() > self.looked + EVERY:
                self._look()

    def _look(self):
        elapsed, self.looked = min(time.monotonic() - self.looked, 2 * EVERY), time.monotonic()  # we may wait, too
        wants, self.worked = activity(self.pid)
        slept = elapsed * {True: 0, False: 1, None: 1 / PATIENCE}[wants]
        self.asleep, self.slept = self.asleep + slept, self.slept + slept
        self.since = self.worked if self.since is None else self.since
        self.too_long = True
        if self.asleep > ASLEEP or self.slept > ASLEEP_IN_ALL:
            self._stop(f"it did nothing for {self.asleep:.0f} seconds")
        if self.most and self.worked - self.since > self.most + GRACE:
            self._stop(f"it worked for more than {self.most} seconds")
        if self.before + self.worked > SECONDS:
            self._stop(f"the notebook worked for more than {SECONDS} seconds")
        self.too_long = False

    def _line(self):
        """Read a line, unless it ends, is too long, or takes too long."""
        while b"\n" not in self.rest:
            self._wait([self.replies], [])
            part = os.read(self.replies, 1 << 16)
            if not part:
                self._stop("")
            self.size += len(part)
            if self.size > LONGEST_REPORT:
                self._stop("it wrote too much")
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        self.lines += 1
        if self.lines > MOST_LINES:
            self._stop("it wrote too much")
        return line

    def _stop(self, why):
        self.why = why or "its process ended early: killed, out of memory, or by a call to exit"
        raise EndedEarlyError(self.why)


class Elsewhere:
    """An answer in a sandbox; to an exercise it is an :class:`lecture_lib.homework.engine.answer.Answer`.

    Parameters
    ----------
    sandbox : Sandbox
        Where it is.
    expression : str
        What it is called there.
    seconds : int
        How long the processor may work on all calls together.
    """

    def __init__(self, sandbox, expression, seconds):
        self.sandbox = sandbox
        self.lost = None
        """What comes of all further calls."""
        self.library = set()
        """Which functions of the library it called."""
        self.number, self.missing = None, ""
        reply = self._asked({"answer": expression, "seconds": seconds}, seconds=seconds)
        self.number = sandbox.asked
        if "undefined" in reply:
            self.missing = str(reply.get("name", ""))
            self.lost = Outcome("undefined", detail=str(reply["undefined"])[:LONGEST_REASON])

    def taken(self, names=()):
        """Return the answer itself."""
        return self._outcomes({"take": names}, 1)[0]

    def call(self, arguments, method="", made_of=0):
        """Call the answer."""
        return self._outcomes({"calls": [as_json(arguments)], "method": method, "made_of": made_of}, 1)[0]

    def calls(self, many):
        """Call the answer for several examples."""
        return self._outcomes({"calls": list(map(as_json, many)), "method": "", "made_of": 0}, len(many))

    def end(self):
        """Let the notebook go on."""
        if self.lost is None:
            self._asked({"end": True})

    def _outcomes(self, request, count):
        reply = {} if self.lost else self._asked(request)
        if self.lost:
            return [self.lost] * count
        self.library.update(map(str, reply.get("library") or ()))
        outcomes = reply.get("outcomes")
        outcomes = outcomes if isinstance(outcomes, list) and len(outcomes) == count else [None] * count
        return list(map(from_plain, outcomes))

    def _asked(self, request, seconds=0):
        """Ask; where the answer's process has ended, or even the notebook's, the answer is lost."""
        try:
            reply = self.sandbox.ask(request, self.number, seconds=seconds)
        except EndedEarlyError as why:
            reply = {"died": "slow" if self.sandbox.too_long else str(why)}
        if died := reply.get("died"):
            self.lost = Outcome("slow") if died == "slow" else Outcome("error", detail=str(died)[:LONGEST_REASON])
        return reply


def as_json(arguments):
    """Return arguments of an answer as JSON can hold them."""
    return {name: to_json(value) for name, value in arguments.items()}


def fails(*, trust=False):
    """Return why this system cannot run a notebook, in namespaces unless trusted, and what to do; or nothing."""
    if sys.platform == "win32":
        return "Windows cannot stop a process with its children. Grade in its subsystem for Linux, WSL."
    if trust:
        return ""
    advice = (
        "If you trust all submissions, which could then read and change all that you can: make grade ... TRUST=1"
    )
    if not sys.platform.startswith("linux"):
        return f"the sandbox is made of Linux namespaces, and this is {sys.platform}. {advice}"
    if missing := [tool for tool in TOOLS if not shutil.which(tool, path=PROGRAMS)]:
        return f"{', '.join(missing)} not found in {PROGRAMS}. Install util-linux and mount. {advice}"
    try:
        with Sandbox():
            pass
    except NoSandboxError as why:
        if NO_NAMESPACES in str(why):
            return f"this system gives no sandbox: it takes root, or namespaces for ordinary users. {advice}"
        return f"namespaces are there, but the sandbox could not be built ({why}). {advice}"
    return ""
