"""Imports point one way."""

import ast
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[1] / "lecture_lib"

# From the ground up; a module imports only from layers below its own.
LAYERS = (
    {"environment", "validation"},
    {"blocks", "em", "files", "formulas"},
    {"progress", "squarem", "counting", "datasets", "gaussian", "labellings", "mixing", "seeding"},
    {"models"},
    {"latent"},
    {"ascent", "derivation", "landscape", "posterior_grid", "problems"},
    {"figures"},
    {"homework", "widgets"},
)
# The folders whose files may import each other freely; the files of `models` may not, but for these.
FREE = {"derivation", "figures", "formulas", "gaussian", "homework", "problems", "validation", "widgets"}
SHARED_MODELS = {f"lecture_lib.models.{name}" for name in ("bounded_kmeans", "kmeans", "mixture")}

MODULES = {
    ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(LIBRARY.rglob("*.py"))
}


def imported(source):
    """Return the modules of the library that some source imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= full & MODULES.keys() or {node.module}
    return {name for name in names if name.split(".")[0] == "lecture_lib"}


def layer(module):
    """Return the height of a module, from its first name within the library."""
    name = module.split(".")[1]
    return next(height for height, names in enumerate(LAYERS) if name in names)


def allowed(module, other):
    """Return whether one module of the library may import another."""
    if module == "lecture_lib" or other == "lecture_lib":
        return False
    folder, other_folder = module.split(".")[1], other.split(".")[1]
    if folder == other_folder:
        return folder in FREE or other in SHARED_MODELS
    return layer(other) < layer(module)


def test_every_module_has_a_layer():
    found = {module.split(".")[1] for module in MODULES if module != "lecture_lib"}
    assert found <= set().union(*LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module):
    wrong = [other for other in imported(MODULES[module].read_text()) if not allowed(module, other)]
    assert not wrong, f"{module} must not import {wrong}"


@pytest.mark.parametrize(
    ("module", "line", "verdict"),
    [
        ("lecture_lib", "from lecture_lib import em", False),
        ("lecture_lib.em", "from lecture_lib import validation", True),
        ("lecture_lib.em", "from lecture_lib.models.kmeans import fit", False),
        ("lecture_lib.seeding", "from lecture_lib.datasets import load_old_faithful", False),
        ("lecture_lib.models.kmeans", "def f():\n    import lecture_lib.figures", False),
        ("lecture_lib.models.kmeans", "from lecture_lib.models import soft_kmeans", False),
        ("lecture_lib.models.soft_kmeans", "from lecture_lib.models import kmeans", True),
        ("lecture_lib.figures", "from lecture_lib.homework import check", False),
        ("lecture_lib.homework.feedback", "from lecture_lib.homework.judges import Question", True),
        ("lecture_lib.homework.feedback", "from lecture_lib.widgets import plane", False),
        ("lecture_lib.figures", "import lecture_lib", False),
    ],
)
def test_the_rule_itself(module, line, verdict):
    assert all(allowed(module, other) for other in imported(line)) == verdict
    assert imported(line)
