"""Imports point one way: pyproject.toml says which, import-linter reads the imports."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder):
    """Read the imports of the library in a folder; return the exit code and what was printed."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_imports_point_one_way():
    code, said = lint(ROOT)
    assert code == 0, said


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        (
            "em/__init__.py",
            "from lecture_lib.models import kmeans",
            "em is not allowed to import lecture_lib.models",
        ),
        ("seeding.py", "def f():\n    import lecture_lib.figures", "is not allowed to import lecture_lib.figures"),
        (
            "models/ppca.py",
            "from lecture_lib.models.student_t import fit",
            "is not allowed to import lecture_lib.models",
        ),
        ("models/kmeans/bounded.py", "import lecture_lib.models.kmeans.loop", "lecture_lib.models.kmeans.loop"),
        ("homework/__init__.py", "import lecture_lib.widgets", "is not allowed to import lecture_lib.widgets"),
        ("new_room.py", "", "new_room"),
        ("models/new_model.py", "", "new_model"),
    ],
)
def test_what_breaks_the_rule(tmp_path, file, line, broken):
    ignored = shutil.ignore_patterns("__pycache__", "*.js", "*.css")
    shutil.copytree(ROOT / "lecture_lib", tmp_path / "lecture_lib", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "lecture_lib" / file
    path = path if path.parent.is_dir() else path.parent.with_suffix(".py")  # a package may be a file
    with path.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    code, said = lint(tmp_path)
    assert code == 1
    assert broken in " ".join(said.split())
