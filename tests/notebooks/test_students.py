"""The students' bundle: what they need, no solution, and no link that leads out of it."""

import json
import re
from importlib import import_module
from pathlib import PurePosixPath

import pytest

ROOT_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    wheel = tmp_path_factory.mktemp("wheel") / "lecture_lib-1.0-py3-none-any.whl"
    wheel.write_bytes(b"library")
    return import_module("students").contents(wheel)


def texts(bundle):
    """The Markdown of each page, by name."""
    for name, text in bundle.items():
        if name.endswith(".ipynb"):
            cells = json.loads(text)["cells"]
            yield name, "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        elif name.endswith(".md"):
            yield name, text


def test_what_is_in_the_bundle(bundle):
    assert {PurePosixPath(name).parts[0] for name in bundle} == {
        *("notebooks", "data", "LICENSE", "README.txt", "environment.yml", "lecture_lib-1.0-py3-none-any.whl")
    }
    assert len([name for name in bundle if re.match(r"notebooks/\d\d_\w+\.ipynb", name)]) == 13
    assert "- ./lecture_lib-1.0-py3-none-any.whl" in bundle["environment.yml"]
    assert "solutions" not in " ".join(bundle)
    assert not [name for name, text in bundle.items() if isinstance(text, str) and "BEGIN SOLUTION" in text]


def test_links_stay_inside(bundle):
    links = {}
    for name, text in texts(bundle):
        for link in ROOT_LINK.findall(text):
            parts = []
            for part in (PurePosixPath(name).parent / link).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            links[name, link] = "/".join(parts)
    assert len(links) > 30
    assert {key: target for key, target in links.items() if target not in bundle} == {}


def test_a_lone_notebook_says_what_to_install(bundle):
    for name, text in bundle.items():
        if name.endswith(".ipynb"):
            title, second, *_ = json.loads(text)["cells"]
            assert "".join(title["source"]).startswith("# "), name
            assert "%pip install lecture_lib-1.0-py3-none-any.whl" in second["source"], name


def test_what_to_read_says_order_minutes_and_how_to_hand_in(bundle):
    said = bundle["README.txt"]
    assert re.findall(r"(\d\d)_\w+\.ipynb +\d+ minutes", said) == [f"{number:02}" for number in range(13)]
    assert "Hand in" in said
    assert "Colab" in said
    assert "nbval" not in bundle["environment.yml"]
