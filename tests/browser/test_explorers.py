"""Explorers in JupyterLab: alive, mirrored to Python, and a picture when the notebook is reopened."""

import re
import sys
from types import SimpleNamespace

import nbformat
import pytest
from figure import ASK, IDLE, RUN_ALL, SECONDS, Desk, Figure, notebook, without_errors
from lab_server import serving
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# What makes the explorer of each notebook, and a handle.
EXPLORERS = {
    "01": ("widgets.KMeansExplorer(Z, 2)", "mean-0"),
    "02": ("widgets.FailuresExplorer()", "mean-0"),
    "03": ("widgets.LandscapeExplorer(line)", "start"),
    "05": ("widgets.SamplingExplorer()", "axis-0-0"),
    "06": ("widgets.ClimbingExplorer(X)", "mean-0"),
    "07": ("widgets.MixtureExplorer(X, 2)", "mean-1"),
    "08": ("widgets.BetaExplorer(Z, 2)", "beta"),
    "10": ("widgets.BoundExplorer(ten)", "theta"),
    "hw4": ("widgets.SharesExplorer([-1.0, 1.0, 2.0], -1)", "share-1"),
}
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()"
SECOND_VIEW = "() => window.jupyterapp.commands.execute('notebook:create-output-view')"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def desk(context, lab, course):
    """One JupyterLab page for all tests of this file."""
    page = context.new_page()
    yield Desk(page, lab.page, course, "explorers.ipynb")
    page.close()


@pytest.fixture
def opened(desk):
    """Open an explorer: what makes it -> the figure. At the end, nothing may have gone wrong in the console."""
    # JupyterLab's own: an output was replaced while a second view of it was made. No figure calls removeChild.
    with without_errors(desk.page, "'removeChild'"):
        yield desk.show


def agrees(figure, desk):
    """Wait until Python has the state that is seen, and has compared it."""
    count = figure.root.get_attribute("data-painted")
    expect(figure.root.locator(".seal")).to_have_text(re.compile("The numbers agree"))
    for _ in range(100):
        if desk.ask("e.mirror.get('count')") == count:
            break
        figure.page.wait_for_timeout(50)
    assert desk.ask("e.mirror['count']") == count
    return desk.ask("e.seal").startswith("The numbers agree with lecture_lib")


@pytest.mark.parametrize("number", EXPLORERS)
def test_a_figure_answers_and_python_agrees(opened, desk, number):
    code, handle = EXPLORERS[number]
    figure = opened(code)
    assert agrees(figure, desk)
    figure.drag(handle, 12, -17)
    assert agrees(figure, desk)
    for _ in range(2):
        if figure.button("Step").count() and figure.button("Step").is_enabled():
            figure.click("Step")
            assert agrees(figure, desk)


def test_the_theme_is_followed(opened):
    figure = opened(EXPLORERS["01"][0])
    try:
        for theme, word in (("JupyterLab Dark", "dark"), ("JupyterLab Light", "light")):
            figure.page.evaluate(THEME, theme)
            expect(figure.root).to_have_attribute("data-theme", word)
            ink = figure.root.evaluate("element => getComputedStyle(element).color")
            light = sum(map(int, re.findall(r"\d+", ink))) / 3
            assert (light > 200) == (word == "dark")
    finally:
        figure.page.evaluate(THEME, "JupyterLab Light")


def test_two_views_are_one_figure(opened, desk):
    figure = opened(EXPLORERS["01"][0])
    figure.settle()
    desk.page.wait_for_timeout(1000)  # until JupyterLab has taken over the output that the page has replaced
    desk.page.evaluate(SECOND_VIEW)
    other = Figure(desk.page, 1)
    other.click("Step")
    assert figure.text == other.text
    figure.click("To the start")
    figure.root.get_by_label("speed").select_option("slow")  # 1.4 seconds a half-step
    figure.button("Play").click()
    desk.page.wait_for_timeout(2100)
    at = figure.root.evaluate("root => root.closest('[data-explorer]').figure.state.way.at")
    assert at == 1  # both views have one clock
    figure.root.get_by_label("speed").select_option("fast")
    desk.page.wait_for_function(
        "() => [...document.querySelectorAll('.say')].every(p => p.textContent.includes('end'))"
    )


@pytest.fixture(scope="module")
def saved(context, lab, course):
    """A notebook whose figure was run, saved, and stepped in a page loaded anew; its kernel was shut down."""
    name = notebook(course, "saved.ipynb", "from lecture_lib import widgets", f"e = {EXPLORERS['02'][0]}\ne")
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    page.goto(lab.page(name))
    page.wait_for_function(IDLE)
    page.evaluate(RUN_ALL)
    page.locator("[data-explorer].alive .lecture-figure").wait_for()
    page.evaluate(SAVE)
    page.goto("about:blank")
    page.goto(lab.page(name).replace("&reset", ""))
    page.wait_for_function(IDLE)
    figure = Figure(page)
    figure.click("Step")
    expect(figure.root.locator(".seal")).to_have_text(re.compile("The numbers agree"))
    told = page.evaluate(ASK, "print(e.state.step)")
    page.evaluate(SHUT_DOWN)
    figure.click("Step")
    yield SimpleNamespace(name=name, told=told, without_kernel=figure.text)
    page.close()


def test_a_page_that_is_loaded_anew_finds_its_kernel_again_and_needs_none(saved, course):
    assert saved.told == "assign"
    assert "J =" in saved.without_kernel
    (output,) = nbformat.read(course / saved.name, as_version=4).cells[1].outputs
    assert WIDGET_VIEW not in output["data"]


@pytest.fixture
def reopened(page, lab):
    """Open a notebook, without a kernel."""

    def reopen(name):
        page.goto(lab.page(name))
        page.locator(".jp-OutputArea-output img").wait_for(state="attached")
        return page

    return reopen


def test_a_notebook_that_is_reopened_without_its_kernel_is_alive(saved, reopened):
    page = reopened(saved.name)
    figure = Figure(page)
    assert "nothing assigned yet" in figure.text
    figure.click("Step")
    assert figure.text.startswith("J =")
    x, _ = figure.middle("mean-0")
    figure.drag("mean-0", 30, 10)
    assert figure.middle("mean-0")[0] - x == pytest.approx(30, abs=1)
    assert figure.root.locator(".seal").inner_text() == "Every number is compared with lecture_lib."
    assert figure.root.evaluate("root => getComputedStyle(root).display") == "flex"  # its style came with it
    assert not page.locator("[data-explorer] > img").is_visible()
    assert page.get_by_text("Error displaying widget").count() == 0


def test_where_scripts_are_not_trusted_a_reopened_notebook_shows_the_picture(saved, reopened, course):
    changed = nbformat.read(course / saved.name, as_version=4)
    changed.cells[0].source += "  # changed by somebody else"
    nbformat.write(changed, course / "not_trusted.ipynb")
    page = reopened("not_trusted.ipynb")
    picture = page.locator(".jp-OutputArea-output img")
    page.wait_for_timeout(1000)
    assert picture.is_visible()
    assert len(picture.get_attribute("alt")) > 40
    assert page.locator(".lecture-figure").count() == 0
    assert page.get_by_text("Error displaying widget").count() == 0


def test_a_figure_goes_on_when_its_kernel_is_restarted(opened, desk):
    figure = opened(EXPLORERS["02"][0])
    assert agrees(figure, desk)
    desk.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    figure.drag("mean-0", 20, 10)
    figure.click("Step")
    assert figure.text.startswith("J =")
    desk.page.wait_for_timeout(1500)
    # No word of the old kernel is taken for a state that it has never seen.
    seal = figure.root.locator(".seal").inner_text()
    assert seal.startswith(("lecture_lib has not compared", "No kernel"))
    desk.page.evaluate(RUN_ALL)  # for the tests that follow
    desk.page.wait_for_function(IDLE)


@pytest.mark.thorough
def test_in_notebook_7(context, course):
    command = [sys.executable, "-m", "notebook", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    code, handle = EXPLORERS["07"]
    page = context.new_page()
    with serving([*command, "--expose-app-in-browser"], course) as server:
        host, token = re.match(r"(http://[^/]*)/.*(token=\w+)", server.address).groups()
        desk = Desk(page, lambda name: f"{host}/notebooks/{name}?{token}", course, "in_notebook_7.ipynb")
        figure = desk.show(code)
        # From here on: Notebook 7.6 throws an error of its own while it loads, with an empty notebook too.
        with without_errors(page):
            figure.drag(handle, -20, 25)
            assert agrees(figure, desk)
            assert desk.ask("e.state.step") == "start"
        page.close()
