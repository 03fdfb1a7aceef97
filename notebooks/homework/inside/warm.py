"""Start the processes in which notebooks run: each is a copy of this one, which has imported all that they need.

No notebook waits for imports; and of the library no file need be there when a student's code begins, so that none
can be read, copied, or imported by another name. Standard input is a socket, on which :mod:`sandbox` sends
``{"build": ["sh", ...], "environment": {...}, "limits": {...}}`` with three files, the streams of the new process,
and is told ``{"pid": 123}``; ``{"end": 123}`` ends this process with all that it started. No code of a student's
runs in here.
"""

import ctypes
import gc
import importlib
import itertools
import json
import os
import pkgutil
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import matplotlib.pyplot as plt
import runner
import scipy.special  # noqa: F401  the notebooks do
from seccomp import forbid_namespaces

import lecture_lib
from lecture_lib.widgets.script import module

NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000  # mount, UTS, IPC, PID, network
USER_NAMESPACE = 0x10000000
DIE_WITH_PARENT, DUMPABLE, DROP_RIGHT, NO_NEW_PRIVS = 1, 4, 24, 38  # of prctl
RIGHTS_VERSION = 0x20080522  # of the form in which capset takes them
NOBODY = 65534
TOLD = {signal.SIGTERM, signal.SIGCHLD}
RIGHT = tuple(f"lecture_lib.homework.{name}." for name in ("sets", "derivations", "questions"))
"""What knows what is right, and is not imported."""


def load():
    """Import the library but for what is right, and do what is done once by the first figure."""
    for found in pkgutil.walk_packages(lecture_lib.__path__, "lecture_lib."):
        if not found.name.startswith(RIGHT):
            with suppress(ImportError):  # of an extra
                importlib.import_module(found.name)
    module()
    plt.figure().canvas.draw()
    plt.close()
    gc.freeze()  # what is there stays shared


def main():
    """Serve requests until there are no more."""
    control = socket.socket(fileno=0)
    load()
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)  # until a keeper asks
    running = {}
    while True:
        text, files, _, _ = socket.recv_fds(control, 1 << 16, 3)
        if not text:
            break
        asked = json.loads(text)
        if "end" in asked:
            _end(asked["end"])
            reply = running.pop(asked["end"], None)
        else:
            number = next(n for n in itertools.count() if n not in running.values())
            pid = os.fork() or _keep(asked, files, NOBODY - number)
            running[pid], reply = number, {"pid": pid}
        for file in files:
            os.close(file)
        control.send(json.dumps(reply).encode())
    for pid in running:
        _end(pid)


def _end(keeper):
    os.kill(keeper, signal.SIGTERM)  # nobody else's number, as long as it was not waited for
    os.waitpid(keeper, 0)


def _keep(asked, files, user):
    """Make the process, and end it with all that it started when told, or with this process; never return."""
    try:
        os.setsid()
        _prctl(DIE_WITH_PARENT, signal.SIGTERM)
        for number, file in enumerate(files):
            os.dup2(file, number)
        os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        who = _make_namespaces(user) if asked["build"] else None
        pid = os.fork() or _begin(asked, who)
        signal.sigwait(TOLD)
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)  # the first of a namespace ends after all others
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(1)


def _make_namespaces(user):
    """Put what is started next into namespaces; return whom it is to become, or None where it cannot."""
    own, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(NAMESPACES | (USER_NAMESPACE if own else 0)):
        raise OSError(ctypes.get_errno(), "no namespaces")
    if own == 0:
        return user
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {own} 1"), ("gid_map", f"0 {group} 1")):
        Path("/proc/self", name).write_text(text)
    return None


def _begin(asked, user):
    """Be the first process of the namespaces, if there are any, and serve requests; never return."""
    said = os.dup(2)
    try:
        os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        os.environ.update(asked["environment"])
        tempfile.tempdir = None  # was found before
        if asked["build"]:
            if subprocess.call(asked["build"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
                return  # what went wrong is told already
            _give_up_rights(user)
        os.chdir(asked["environment"]["HOME"])
        for name, most in asked["limits"].items():
            with suppress(AttributeError, ValueError):  # not every system has each
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
        forbid_namespaces()
        runner.main()
    except Exception as error:  # whatever prevents it is to be told
        os.write(said, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def _give_up_rights(user):
    """Give up all rights; who is root of a user namespace only has nobody else to become."""
    libc = ctypes.CDLL(None, use_errno=True)
    for right in itertools.count():
        if _prctl(DROP_RIGHT, right):
            break
    if user is not None:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(user, user, user)
    if libc.capset((ctypes.c_uint32 * 2)(RIGHTS_VERSION, 0), (ctypes.c_uint32 * 6)()) or _prctl(NO_NEW_PRIVS, 1):
        raise OSError(ctypes.get_errno(), "rights are kept")
    _prctl(DUMPABLE, 1)  # of its own files in /proc it may read all
    _prctl(DIE_WITH_PARENT, signal.SIGKILL)


def _prctl(option, value):
    if not sys.platform.startswith("linux"):
        return 0
    return ctypes.CDLL(None, use_errno=True).prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0)))


if __name__ == "__main__":
    main()
