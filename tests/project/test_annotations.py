"""What is public says what it takes and returns: mypy reads annotations, and this test that there are some."""

import importlib
import inspect
import pkgutil

import pytest

import lecture_lib

# Not annotated throughout yet.
EXEMPT = {"derivation", "formulas", "homework", "problems", "widgets"}


def public_modules():
    names = [info.name for info in pkgutil.walk_packages(lecture_lib.__path__, "lecture_lib.")]
    modules = [importlib.import_module(name) for name in names if name.split(".")[1] not in EXEMPT]
    return [module for module in modules if hasattr(module, "__all__")]


def functions_of(thing):
    """List a function itself, or the public methods that a class has written."""
    if inspect.isfunction(thing):
        return [thing]
    if not inspect.isclass(thing) or getattr(thing, "_is_protocol", False):
        return []
    members = [value for name, value in vars(thing).items() if name == "__init__" or not name.startswith("_")]
    plain = [getattr(value, "fget", None) or getattr(value, "__func__", value) for value in members]
    return [function for function in plain if inspect.isfunction(function) and is_written(function)]


def is_written(function):
    return not function.__code__.co_filename.startswith("<")  # as dataclasses make them


def missing(function):
    names = [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]
    returns = [] if function.__name__ == "__init__" else ["return"]
    return [name for name in names + returns if name not in function.__annotations__]


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_public_functions_are_annotated(module):
    functions = [function for name in module.__all__ for function in functions_of(getattr(module, name))]
    lacking = {function.__qualname__: missing(function) for function in functions}
    assert {name: names for name, names in lacking.items() if names} == {}


def test_what_is_missing_is_found():
    class Half:
        def __init__(self, x): ...
        def take(self, x: int, y) -> int: ...
        def _inner(self, z): ...

    assert [missing(function) for function in functions_of(Half)] == [["x"], ["y"]]
