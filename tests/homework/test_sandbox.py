"""The sandbox is found by ordinary users and through links, and says what is missing where it is not."""

import os
import subprocess
import sys

import pytest
from handed_in import HOMEWORK

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

import sandbox

needs_namespaces = pytest.mark.skipif(bool(sandbox.fails()), reason="this system gives no namespaces")
PROBE = f"import sys; sys.path.insert(0, {str(HOMEWORK)!r}); import sandbox; print(sandbox.fails() or 'works')"


def probe(python=sys.executable, **environment):
    """Return what another Python says of the sandbox."""
    done = subprocess.run([str(python), "-c", PROBE], capture_output=True, text=True, check=False,
                          env={"PATH": "/usr/bin:/bin", **environment})  # fmt: skip
    return done.stdout.strip() or done.stderr


@needs_namespaces
def test_it_works_with_the_path_of_an_ordinary_user():
    assert probe() == "works"


@needs_namespaces
def test_it_works_through_links_to_the_environment(tmp_path):
    (tmp_path / "linked").symlink_to(sys.prefix)
    (tmp_path / "further").symlink_to(tmp_path / "linked")
    assert probe(tmp_path / "further" / "bin" / "python") == "works"


@needs_namespaces
def test_it_finds_python_through_a_link_to_its_home(tmp_path):
    """As uv and pyenv make them; there is no NumPy in this environment, so Python runs and says so."""
    (tmp_path / "base").symlink_to(sys.base_prefix)
    python = tmp_path / "base" / "bin" / "python3"
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / "own"], check=True)
    assert "ModuleNotFoundError" in probe(tmp_path / "own" / "bin" / "python")


NAMESPACES = """
import ctypes, subprocess, threading
libc, worked = ctypes.CDLL(None, use_errno=True), []
for flag in (0x10000000, 0x10020000):  # CLONE_NEWUSER, alone and with CLONE_NEWNS
    if libc.unshare(flag) == 0 or libc.syscall(56, flag | 17, 0, 0, 0, 0) > 0:
        worked.append(flag)
program = subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode
threading.Thread(target=print).start()
found = repr((worked, program, subprocess.run(["true"]).returncode))
"""


@needs_namespaces
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the number of clone")
def test_no_namespaces_are_made_within():
    with sandbox.Sandbox() as process:
        process.run(NAMESPACES, 20)
        answer = sandbox.Elsewhere(process, "found", 10)
        assert answer.taken().value == "([], 1, 0)"


def test_no_more_of_a_home_is_seen_than_the_folder_of_a_link(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "first"))
    (tmp_path / "first").symlink_to(tmp_path / "bin" / "python")
    assert str(tmp_path / "bin") in sandbox.seen()
    assert str(tmp_path) not in sandbox.seen()


def test_a_program_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "PROGRAMS", str(tmp_path))
    said = sandbox.fails()
    assert said.startswith("mount, umount, pivot_root not found in ")
    assert "TRUST=1" in said


@needs_namespaces
@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            "echo mount: no such folder >&2; exit 1",
            "namespaces are there, but the sandbox could not be built (mount: ",
        ),
        ("echo no namespaces >&2; exit 1", "this system gives no sandbox"),
    ],
)
def test_that_the_system_gives_none_is_said_only_where_that_is_so(script, says, monkeypatch):
    wanted = sandbox.Sandbox._wanted
    monkeypatch.setattr(sandbox.Sandbox, "_wanted", lambda *a: {**wanted(*a), "build": ["sh", "-c", script]})
    assert sandbox.fails().startswith(says)


def test_another_system_is_named(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "this is darwin" in sandbox.fails()
