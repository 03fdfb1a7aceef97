"""Run a submitted notebook where it can do no harm, and call its answers there.

On Linux the notebook runs in namespaces of its own: no network, no other process in sight, a file system of
which it sees Python, the library and the data, read-only, and a scratch folder of 64 MB in memory that is gone
afterwards. Its user is nobody, its rights are none, its time and memory are limited. Of the library it does not
see the exercises: what is right is known outside alone.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from lecture_lib.homework.engine.outcome import Outcome, from_plain
from lecture_lib.homework.engine.results import to_json

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INSIDE = HERE / "inside"

SECONDS = 600  # for a whole notebook, by the clock, which says little on a busy machine
PROCESSOR = 180  # seconds, a process
SECONDS_PER_CELL = 20
SECONDS_PER_CHECK = 10
MEMORY = 2 * 1024**3  # bytes, a process
PROCESSES = 16
LARGEST_FILE = 16 * 1024**2
LONGEST_REPORT = 32 * 1024**2
LONGEST_REASON = 10_000

LIMITS = {"as": MEMORY, "nproc": PROCESSES, "fsize": LARGEST_FILE, "cpu": PROCESSOR, "core": 0, "nofile": 256}
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
PROGRAMS = "/usr/bin:/bin:/usr/sbin:/sbin"  # the path of an ordinary user often ends before pivot_root
TOOLS = ("unshare", "mount", "umount", "pivot_root", "setpriv", "prlimit")
ENVIRONMENT = {
    "HOME": "/scratch", "TMPDIR": "/scratch", "MPLCONFIGDIR": "/scratch", "IPYTHONDIR": "/scratch",
    "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
    "PATH": PROGRAMS, "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip


def command(root, trust):
    """Return the command that runs the runner, inside namespaces unless submissions are trusted."""
    runner = [sys.executable, str(INSIDE / "runner.py")]
    limited = ["prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), *runner]
    if trust:
        return limited if shutil.which("prlimit", path=PROGRAMS) else runner
    who = "nobody" if os.geteuid() == 0 else "myself"
    return [*namespaces(), "sh", str(HERE / "sandbox.sh"), root, *seen(), "--", *unseen(), "--", who, *limited]


def namespaces():
    """Return the command that runs another one in namespaces of its own."""
    spaces = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"]
    return ["unshare", *spaces, *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]


def seen():
    """Return the folders that a notebook may read, those above first.

    Where Python is reached by links, each must be there by its name: its own folder, and no more of a home.
    """
    python = Path(sys.executable)
    folders = [*map(Path, (*SYSTEM, sys.base_prefix, sys.prefix)), ROOT / "lecture_lib", ROOT / "data", INSIDE]
    while python.is_symlink():
        python = python.parent / python.readlink()
        folders.append(python.parent)
    folders += [folder.resolve() for folder in folders]
    return sorted({str(folder) for folder in folders if folder.is_dir()} - {"/"})


def unseen():
    """Return the folders of the library that are left empty: they hold what is right."""
    libraries = [ROOT / "lecture_lib", Path(sysconfig.get_path("purelib")) / "lecture_lib"]
    folders = [
        library / "homework" / name for library in libraries for name in ("sets", "derivations", "questions")
    ]
    return [str(folder) for folder in folders if folder.is_dir()]


class EndedEarlyError(Exception):
    """The process of a notebook is gone, or was stopped; its text says why."""


class Sandbox:
    """A process in which the cells of a notebook are run, and its answers called; use it as a context.

    It is asked one thing at a time, as ``inside/runner.py`` describes.

    Parameters
    ----------
    trust : bool
        Whether to do without namespaces, where the system has none.
    """

    def __init__(self, *, trust=False):
        self.trust = trust
        self.asked = self.size = 0
        self.rest = b""
        self.why = ""
        """Why no more can be asked."""

    def __enter__(self):
        self.root, self.said = tempfile.TemporaryDirectory(), tempfile.TemporaryFile()
        own = dict.fromkeys(("HOME", "TMPDIR"), self.root.name) if self.trust else {}
        self.process = subprocess.Popen(
            command(self.root.name, self.trust),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said,
            env=ENVIRONMENT | own,
            cwd=self.root.name,
            start_new_session=True,
        )
        os.set_blocking(self.process.stdin.fileno(), False)
        self.end = time.monotonic() + SECONDS
        return self

    def __exit__(self, *_):
        # The first process of the namespace dies with its parent, and all others with the namespace.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self.said):
            with suppress(BrokenPipeError):
                file.close()
        self.root.cleanup()

    def run(self, source, seconds):
        """Run a cell; return its outputs, whatever stands in there."""
        return self.ask({"run": source, "seconds": seconds}).get("outputs")

    def ask(self, request, *or_from):
        """Send a request, and return the reply to it, or to one of the others named.

        Raises
        ------
        EndedEarlyError
            When there is none.
        """
        if self.why:
            raise EndedEarlyError(self.why)
        self.asked += 1
        self._send(json.dumps({**request, "id": self.asked}).encode() + b"\n")
        while True:
            try:
                reply = json.loads(self._line())
                if reply["id"] in (self.asked, *or_from):
                    return reply
            except (ValueError, LookupError, TypeError, RecursionError):  # whatever was written there
                continue

    def _send(self, line):
        """Write a line that the process may leave unread."""
        while line:
            self._wait([], [self.process.stdin])
            try:
                line = line[os.write(self.process.stdin.fileno(), line) :]
            except OSError:
                self._stop("")

    def _wait(self, *files):
        left = self.end - time.monotonic()
        if left <= 0 or not any(select.select(*files, [], left)):
            self._stop(f"it ran for more than {SECONDS} seconds")

    def _line(self):
        """Read a line, unless it ends, is too long, or takes too long."""
        while b"\n" not in self.rest:
            self._wait([self.process.stdout], [])
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            self.size += len(part)
            if not part:
                self._stop("")
            if self.size > LONGEST_REPORT:
                self._stop("it wrote too much")
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def _stop(self, why):
        if not why:
            why = "its process ended early: killed, out of memory, or by a call to exit"
            self.said.seek(0)
            last = self.said.read(LONGEST_REASON).decode(errors="replace").strip().splitlines()[-1:]
            why = ": ".join([why, *last]) if self.asked == 1 else why
        self.why = why
        raise EndedEarlyError(why)


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
        reply = sandbox.ask({"answer": expression, "seconds": seconds})
        self.number = sandbox.asked
        self.missing = str(reply.get("name", ""))
        if "undefined" in reply:
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
            self.sandbox.ask({"end": True}, self.number)

    def _outcomes(self, request, count):
        if self.lost is None:
            reply = self.sandbox.ask(request, self.number)
            if "died" not in reply:
                self.library.update(map(str, reply.get("library") or ()))
                outcomes = reply.get("outcomes")
                outcomes = outcomes if isinstance(outcomes, list) and len(outcomes) == count else [None] * count
                return list(map(from_plain, outcomes))
            ended = Outcome("error", detail="its process ended, by a call to exit or for lack of memory")
            self.lost = Outcome("slow") if reply["died"] == "slow" else ended
        return [self.lost] * count


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
    if subprocess.run([*namespaces(), "true"], env=ENVIRONMENT, capture_output=True, check=False).returncode:
        return f"this system gives no sandbox: it takes root, or namespaces for ordinary users. {advice}"
    try:
        with Sandbox() as tried:
            tried.run("1 + 1", SECONDS_PER_CELL)
    except EndedEarlyError as why:
        return f"namespaces are there, but the sandbox could not be built ({why}). {advice}"
    return ""
