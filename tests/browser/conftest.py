import html
import json
import os
import shutil
import sys
from pathlib import Path

import assets
import pytest
from figure import SECONDS, Figure, without_errors
from lab_server import ROOT, serving

from lecture_lib.widgets.script import PAGE, script

ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no network but the servers of the tests
SCREEN = {"width": 1280, "height": 900}


LAB = {"test_lab.py": "lab", "test_untrusted.py": "lab", "test_explorers.py": "lab"}  # they share a JupyterLab
LONGEST = (
    "lab",
    "test_site_pages.py",
    "test_slides.py",
)  # begun late, they would keep one worker busy alone at the end


def group(path):
    """What stays with one worker: all that shares a JupyterLab, or else a file."""
    return LAB.get(Path(path).name, Path(path).name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give whole groups to the workers."""
    from xdist.scheduler import LoadFileScheduling

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = lambda test: group(test.partition("::")[0])
    return scheduler


def pytest_collection_modifyitems(items):
    """Begin with what takes longest: workers keep this order with ``--no-loadscope-reorder``."""
    items.sort(key=lambda item: [*LONGEST, group(item.path)].index(group(item.path)))


@pytest.fixture(scope="session")
def chromium():
    try:
        path = assets.chromium()
    except assets.MissingError as error:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but {error}")
        pytest.skip(str(error))
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SECONDS * 1000)  # a machine that runs other tests is slow
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*assets.FLAGS, ONLY_HERE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(chromium):
    """What is fetched once, as JupyterLab's scripts, all pages in here have; they do not wait for motion."""
    return chromium.new_context(viewport=SCREEN, reduced_motion="reduce")


@pytest.fixture(scope="session")
def tab(context):
    """The page that most tests share: each new one would cost a second of processor time."""
    return context.new_page()


@pytest.fixture
def page(tab):
    """A page as new; at the end, nothing may have gone wrong in its console."""
    tab.unroute_all()
    tab.goto("about:blank")
    tab.mouse.move(0, 0)
    tab.set_default_timeout(SECONDS * 1000)
    tab.set_viewport_size(SCREEN)
    tab.emulate_media(media="null", color_scheme="null", reduced_motion="reduce")
    with without_errors(tab):
        yield tab


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
    """A JupyterLab on the copy, started as everybody starts it; the environment is taken as it is."""
    make = ["make", f"--file={ROOT / 'Makefile'}", "SETUP=:", f"BIN={Path(sys.executable).parent}"]
    flags = "LAB_FLAGS=--no-browser --port=0 --expose-app-in-browser"
    with serving([*make, "lab", flags], course) as server:
        yield server
