"""Run a submitted notebook where it can do no harm, and read what it wrote down.

On Linux the notebook runs in namespaces of its own: no network, no other process in sight, a file system of
which it sees Python, the library and the data, read-only, and a scratch folder of 64 MB in memory that is gone
afterwards. Its user is nobody, its rights are none, its time and memory are limited.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

SECONDS = 180  # for a whole notebook
SECONDS_PER_CELL = 20
SECONDS_PER_CHECK = 10
MEMORY = 2 * 1024**3  # bytes, a process
PROCESSES = 16
LARGEST_FILE = 16 * 1024**2
LONGEST_REPORT = 32 * 1024**2
LONGEST_REASON = 10_000

LIMITS = {"as": MEMORY, "nproc": PROCESSES, "fsize": LARGEST_FILE, "cpu": SECONDS, "core": 0, "nofile": 256}
SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
PROGRAMS = "/usr/bin:/bin:/usr/sbin:/sbin"  # the path of an ordinary user often ends before pivot_root
TOOLS = ("unshare", "mount", "umount", "pivot_root", "setpriv", "prlimit")
ENVIRONMENT = {
    "HOME": "/scratch", "TMPDIR": "/scratch", "MPLCONFIGDIR": "/scratch", "IPYTHONDIR": "/scratch",
    "MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8",
    "PATH": PROGRAMS, "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip
PROBE = [{"source": "1 + 1"}]


def command(root, trust):
    """Return the command that runs the runner, inside namespaces unless submissions are trusted."""
    runner = [sys.executable, "-m", "lecture_lib.homework.engine.runner"]
    limited = ["prlimit", *(f"--{name}={value}" for name, value in LIMITS.items()), *runner]
    if trust:
        return limited if shutil.which("prlimit", path=PROGRAMS) else runner
    who = "nobody" if os.geteuid() == 0 else "myself"
    return [*namespaces(), "sh", str(HERE / "sandbox.sh"), root, *seen(), "--", who, *limited]


def namespaces():
    """Return the command that runs another one in namespaces of its own."""
    spaces = ["--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"]
    return ["unshare", *spaces, *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]


def seen():
    """Return the folders that a notebook may read, those above first.

    Where Python is reached by links, each must be there by its name: its own folder, and no more of a home.
    """
    python = Path(sys.executable)
    folders = [*map(Path, (*SYSTEM, sys.base_prefix, sys.prefix)), ROOT / "lecture_lib", ROOT / "data"]
    while python.is_symlink():
        python = python.parent / python.readlink()
        folders.append(python.parent)
    folders += [folder.resolve() for folder in folders]
    return sorted({str(folder) for folder in folders if folder.is_dir()} - {"/"})


def run(job, *, trust=False):
    """Run a job of :mod:`lecture_lib.homework.engine.runner`.

    Parameters
    ----------
    job : list of dict
        Cells.
    trust : bool
        Whether to do without namespaces, where the system has none.

    Returns
    -------
    records : dict of int to dict
        What each cell did that was run; anything may stand in there.
    ending : str
        Why the run ended early, or empty.
    """
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        seconds = {"cell": SECONDS_PER_CELL, "check": SECONDS_PER_CHECK}
        given.write(json.dumps({"cells": job, "seconds": seconds}).encode())
        given.seek(0)
        environment = ENVIRONMENT if not trust else ENVIRONMENT | dict.fromkeys(("HOME", "TMPDIR"), root)
        process = subprocess.Popen(
            command(root, trust),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
            cwd=root,
            start_new_session=True,
        )
        try:
            report, ending = _read(process)
        finally:
            # The first process of the namespace dies with its parent, and all others with the namespace.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stdout.close()
        said.seek(0)
        last = said.read(LONGEST_REASON).decode(errors="replace").strip().splitlines()[-1:]
    records = {}
    for line in report.splitlines():
        try:
            record = json.loads(line)
            records[int(record["cell"])] = record  # a check may be tried once more at the end
        except Exception:  # whatever the student's code wrote there
            continue
    if not ending and len(records) < len(job):
        ending = "its process ended early: killed, out of memory, or by a call to exit"
        ending = ": ".join([ending, *last]) if not records else ending
    return records, ending


def _read(process):
    """Read what comes out until it ends, is too long, or takes too long."""
    parts, size, end = [], 0, time.monotonic() + SECONDS
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return b"".join(parts), f"it ran for more than {SECONDS} seconds"
        part = os.read(process.stdout.fileno(), 1 << 16)
        if not part:
            return b"".join(parts), ""
        parts.append(part)
        size += len(part)
        if size > LONGEST_REPORT:
            return b"".join(parts), "it wrote too much"


def fails():
    """Return why this system cannot run a notebook in namespaces, and what to do; or an empty text."""
    trust = (
        "If you trust all submissions, which could then read and change all that you can: make grade ... TRUST=1"
    )
    if not sys.platform.startswith("linux"):
        return f"the sandbox is made of Linux namespaces, and this is {sys.platform}. {trust}"
    if missing := [tool for tool in TOOLS if not shutil.which(tool, path=PROGRAMS)]:
        return f"{', '.join(missing)} not found in {PROGRAMS}. Install util-linux and mount. {trust}"
    if subprocess.run([*namespaces(), "true"], env=ENVIRONMENT, capture_output=True, check=False).returncode:
        return f"this system gives no sandbox: it takes root, or namespaces for ordinary users. {trust}"
    records, ending = run(PROBE)
    if 0 not in records:
        return f"namespaces are there, but the sandbox could not be built ({ending}). {trust}"
    return ""
