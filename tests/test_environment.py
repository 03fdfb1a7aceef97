"""The environment check: it says yes here, and no where something is missing or too old."""

from importlib import metadata

import pytest

from lecture_lib import environment


def test_nothing_is_missing_here(capsys):
    assert environment.missing() == []
    environment.report()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 7
    assert all(line.endswith("yes") for line in lines)


def test_what_is_too_old_or_missing_is_named(monkeypatch, capsys):
    def version(name):
        if name == "scipy":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(metadata, "version", version)
    missing = environment.missing()
    assert any(text.startswith("numpy>=") and text.endswith("(found 1.0)") for text in missing)
    assert any(text.startswith("scipy>=") and text.endswith("(found None)") for text in missing)
    environment.report()
    assert "no: run `make lab`" in capsys.readouterr().out


def test_a_library_that_is_only_on_the_path_is_reported_as_not_installed(monkeypatch):
    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    assert environment.missing() == ["lecture-lib (not installed)"]


@pytest.mark.parametrize(
    ("version", "bound", "met"),
    [("2.0", ">=2.0", True), ("2.10.0", ">=2.9", True), ("3.11rc1", ">=3.11", True), ("1.26.4", ">=2.0", False)],
)
def test_versions_are_compared_by_number(version, bound, met):
    assert environment._meets(version, bound) is met
