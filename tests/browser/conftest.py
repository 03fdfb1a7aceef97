import html
import json
import os
import shutil
import sys

import assets
import pytest
from figure import Figure
from lab_server import ROOT, serving

from lecture_lib.widgets.script import PAGE, script

ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no network but the servers of the tests


def pytest_collection_modifyitems(items):
    """Begin with the site: it takes longest, and begun late it would keep one worker busy alone at the end.

    Several workers keep this order with ``--no-loadscope-reorder`` only; else files with more tests come first.
    """
    items.sort(key=lambda item: item.path.stem != "test_site_pages")


@pytest.fixture(scope="session")
def chromium():
    try:
        path = assets.chromium()
    except assets.MissingError as error:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {error}")
        pytest.skip(str(error))
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # a machine that runs other tests is slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*assets.FLAGS, ONLY_HERE])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A page without waits for motion; at the end, nothing may have gone wrong in its console."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


def place(figure):
    """Where a figure comes alive, without its picture."""
    given = html.escape(json.dumps({name: figure[name] for name in ("kind", "options")}))
    return f'<div data-explorer="{given}"></div>'


@pytest.fixture
def opened(page, tmp_path):
    """Open figures in a page from disk: explorers -> the first one; their pictures are drawn where wanted."""

    def show(*explorers, style="", query="", pictures=False):
        places = "".join(
            explorer._plain()[0]["text/html"] if pictures else place(explorer.figure) for explorer in explorers
        )
        css = (PAGE / "figure.css").read_text(encoding="utf-8")
        file = tmp_path / "figures.html"
        head = f"<meta charset=utf-8><style>{css} body {{ margin: 10px }} {style}</style>"
        file.write_text(f"<!doctype html>{head}<body>{places}<script>{script()}</script>", encoding="utf-8")
        page.goto(file.as_uri() + query)
        return Figure(page)

    return show


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the notebooks, so that no test writes to the tree."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    return folder


@pytest.fixture(scope="session")
def lab(course):
    """A JupyterLab of this environment on the copy."""
    command = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", "--port=0", "--no-browser"]
    with serving([*command, "--allow-root", "--expose-app-in-browser"], course) as server:
        yield server
