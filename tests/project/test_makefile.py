"""The set-up on machines where something is missing, with stand-ins for Python and its tools."""

import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("Makefile", "pyproject.toml", "requirements.txt", ".ci/setup", ".ci/page/package-lock.json")

# Answers the questions of .ci/setup, makes a .venv of stand-ins, and writes down each call.
PYTHON = """#!/bin/sh
case "$*" in
    *ensurepip*) exit {venv} ;;
    *"(3, 11)"*) exit {old} ;;
    *"!= '{version}'"*) exit 0 ;;
    *"!= '"*) exit 1 ;;
    *version_info*) echo {version} ;;
    "-m venv .venv")
        echo venv >>calls
        mkdir -p .venv/bin
        echo "version = {version}.7" >.venv/pyvenv.cfg
        for tool in python uv jupyter; do cp tool .venv/bin/$tool; done ;;
esac
"""
TOOL = """#!/bin/sh
echo "$(basename "$0") $*" >>calls
case "$*" in *"$(cat broken 2>/dev/null || echo nothing)"*) echo "what the tool says" >&2; exit 1 ;; esac
"""


@pytest.fixture
def clone(tmp_path):
    """A folder with what the set-up reads, and a Python that only plays; its path is as odd as users' paths are."""
    folder = tmp_path / "a ü"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    script(folder / "tool", TOOL)
    play(folder)
    return folder


def script(path, text):
    path.write_text(text)
    path.chmod(0o755)


def play(clone, version="3.11", old=0, venv=0):
    script(clone / "python3", PYTHON.format(version=version, old=old, venv=venv))


def not_within_make():
    """What the make around this test hands down would reach the one within."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}


def make(*arguments, cwd, **environment):
    command, env = ["make", *arguments], not_within_make() | environment
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def setup(clone, python="./python3", target="setup", **environment):
    return make(target, f"PYTHON={python}", cwd=clone, **environment)


def calls(clone):
    path = clone / "calls"
    return path.read_text().splitlines() if path.exists() else []


def assert_stops(done, *words):
    """It failed, and but for make's own line there is one line, which has these words."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert len(lines) == 1, lines
    assert all(word in lines[0] for word in words), lines[0]


def test_too_old_a_python(clone):
    play(clone, version="3.9", old=1)
    assert_stops(setup(clone), "Python 3.9 is too old", "3.11", "make setup PYTHON=")
    assert calls(clone) == []


def test_no_python(clone):
    assert_stops(setup(clone, python="python-that-is-not-there"), "no python-that-is-not-there found", "3.11")


def test_a_python_that_does_not_start(clone):
    script(clone / "python3", "#!/bin/sh\necho broken >&2; exit 127\n")
    assert_stops(setup(clone), "does not start")


def test_no_venv_module(clone):
    play(clone, venv=1)
    assert_stops(setup(clone), "no venv module", "apt install python3-venv")


@pytest.mark.parametrize("step", ["pip install", "--editable"])
def test_no_network(clone, step):
    (clone / "broken").write_text(step)
    assert_stops(setup(clone), "network", ".venv/setup.log")
    assert "what the tool says" in (clone / ".venv/setup.log").read_text()
    assert not (clone / ".venv/.has-course").exists()


def test_no_network_with_the_true_tools(clone):
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    done = setup(clone, sys.executable, PIP_CONFIG_FILE=os.devnull, PIP_RETRIES="0", **nowhere)
    assert_stops(done, "network", ".venv/setup.log")
    assert "127.0.0.1" in (clone / ".venv/setup.log").read_text()


COURSE = "uv pip install --python .venv --constraint requirements.txt --editable .[course]"


def test_installs_what_a_student_needs_and_then_nothing_more(clone):
    assert setup(clone).returncode == 0
    first = calls(clone)
    assert first[:3] == ["venv", "python -m pip install --requirement .venv/uv.txt", COURSE]
    assert setup(clone).returncode == 0
    assert calls(clone) == first


@pytest.mark.parametrize(
    ("extra", "what"),
    [
        ("kit", COURSE.replace("course", "kit")),
        ("all", COURSE.split("--constraint")[0] + "--requirement requirements.txt --editable ."),
    ],
)
def test_a_target_adds_what_it_needs_once(clone, extra, what):
    setup(clone)
    before = calls(clone)
    for _ in range(2):
        assert setup(clone, target=f"need-{extra}").returncode == 0
        assert calls(clone) == [*before, what]
    assert setup(clone, target="need-all").returncode == setup(clone, target="need-site").returncode == 0
    assert len(calls(clone)) == len(before) + (1 if extra == "all" else 2)  # all of them have the site's too


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_new_requirements_are_installed_but_settings_do_not_count(clone, name):
    setup(clone)
    text = (clone / name).read_text()
    (clone / name).write_text(text.replace('repository = ""', 'repository = "x"'))
    setup(clone)
    assert calls(clone).count("venv") == 1
    (clone / name).write_text(f"# new\n{text}")
    assert setup(clone).returncode == 0
    assert calls(clone).count("venv") == 2


def test_a_moved_folder_gets_a_new_environment(clone):
    setup(clone)
    moved = clone.rename(clone.with_name("b ü"))
    assert setup(moved).returncode == 0
    assert calls(moved).count("venv") == 2


def test_another_python_after_the_first_set_up(clone):
    setup(clone)
    play(clone, version="3.13")
    assert_stops(setup(clone), "has Python 3.11", "make clean", "make setup PYTHON=./python3")
    assert calls(clone).count("venv") == 1
    assert make("setup", cwd=clone, PATH=f"{clone}:{os.environ['PATH']}").returncode == 0  # nobody named one


def test_an_environment_that_is_a_link_is_used_as_it_is(clone):
    setup(clone)
    shared = (clone / ".venv").rename(clone / "shared")
    (clone / ".venv").symlink_to(shared)
    before = calls(clone)
    assert setup(clone, target="need-all").returncode == 0
    assert calls(clone) == before
    shutil.rmtree(shared)
    assert_stops(setup(clone), ".venv is a link", "remove it")


def test_two_set_ups_at_once_make_one_environment(clone):
    # The first one is at work until the second has said that it waits.
    held = "#!/bin/sh\nfor i in $(seq 600); do [ -e go ] && break; sleep 0.1; done"
    script(clone / "tool", TOOL.replace("#!/bin/sh", held))
    command = ["make", "setup", "PYTHON=./python3"]
    begin = partial(subprocess.Popen, command, cwd=clone, env=not_within_make(), stderr=subprocess.DEVNULL)
    with begin(stdout=subprocess.DEVNULL) as first:
        while not (clone / ".venv.lock/process").exists() and first.poll() is None:
            time.sleep(0.01)
        with begin(stdout=subprocess.PIPE, text=True) as second:
            assert any("Another set-up is at work here" in line for line in second.stdout)
            (clone / "go").touch()
            second.communicate()
    assert [first.returncode, second.returncode] == [0, 0]
    assert calls(clone).count("venv") == 1
    assert not (clone / ".venv.lock").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(clone):
    clone.chmod(0o555)
    try:
        assert_stops(setup(clone), "cannot write .venv here")
        assert_stops(setup(clone, target="need-kit"), "copy it to one of your own")
    finally:
        clone.chmod(0o755)


@pytest.mark.parametrize("step", ["pip install", "--editable", "labextension"])
def test_an_interrupted_set_up_is_begun_anew(clone, step):
    # The tool kills the set-up, as a closed terminal would.
    script(clone / "tool", TOOL.replace("exit 1", "kill -9 $PPID"))
    (clone / "broken").write_text(step)
    assert setup(clone).returncode != 0
    (clone / ".venv/half-made").touch()
    (clone / "broken").unlink()
    assert setup(clone).returncode == 0
    assert not (clone / ".venv/half-made").exists()
    assert (clone / ".venv/.has-course").exists()
    assert calls(clone).count("venv") == 2


def test_help_has_a_line_for_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    lines = make(cwd=ROOT).stdout.splitlines()
    assert [line.split()[1] for line in lines] == targets
    assert all(len(line.split()) > 4 and len(line) <= 100 for line in lines)


@pytest.mark.parametrize("target", ["unit", "notebooks-check", "browser"])
def test_no_test_at_all_is_a_failure(clone, target):
    (clone / "tests/browser").mkdir(parents=True)
    (clone / "notebooks").mkdir()
    (clone / "notebooks/sanitize.cfg").touch()
    # One worker will do, and nbval, which takes seconds to import in each process, only where it is needed.
    (clone / "bin").symlink_to(Path(sys.executable).parent)
    command = ("SETUP=:", f"BIN={clone / 'bin'}", "WORKERS=1", target)
    done = make(*command, cwd=clone, PYTEST_ADDOPTS="" if target == "notebooks-check" else "-p no:nbval")
    assert done.returncode != 0
    assert "no tests ran" in done.stdout


def test_make_test_runs_every_check(clone):
    done = make("SETUP=:", "--dry-run", "test", cwd=clone)
    words = ('/ruff" check', '/ruff" format --check', '/mypy"', '-m "not browser and not thorough"')
    for word in (*words, "--nbval ", '-m "browser and not thorough"'):
        assert word in done.stdout
    assert done.stdout.count("--numprocesses 2 --dist loadfile ") == 3


@pytest.mark.parametrize("target", ["unit", "notebooks-check", "browser"])
def test_workers_have_one_thread_of_blas_each(clone, target):
    script(clone / "pytest", '#!/bin/sh\necho "$OPENBLAS_NUM_THREADS $OMP_NUM_THREADS $MKL_NUM_THREADS"\n')
    done = make("--silent", "SETUP=:", "BIN=.", target, cwd=clone, OPENBLAS_NUM_THREADS="2")
    assert done.stdout == "1 1 1\n"


def test_what_python_compiles_is_kept(clone):
    script(clone / "python", '#!/bin/sh\necho "<$PYTHONDONTWRITEBYTECODE>"\n')
    done = make("--silent", "SETUP=:", "BIN=.", "data", cwd=clone, PYTHONDONTWRITEBYTECODE="1")
    assert done.stdout == "<>\n"
