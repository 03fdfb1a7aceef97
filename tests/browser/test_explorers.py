"""Explorers in a real JupyterLab: dragged by the mouse, moved by the keyboard, every button pressed."""

import importlib.util
import re
import sys

import nbformat
import pytest
from lab_server import serving

pytestmark = pytest.mark.browser
SECONDS = 60

PREPARE = """
import sys, time
import numpy as np
from scipy.stats import norm
from lecture_lib import datasets, widgets
from lecture_lib.labellings import disagreement
from lecture_lib.models.kmeans import labels, reduced_lyapunov
from lecture_lib.models.mixture import log_likelihood, sample
from lecture_lib.models.soft_kmeans import reduced_free_energy

X = datasets.load_old_faithful()
Z = datasets.standardise(X)
line = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
three = np.array([-1.0, 1.0, 2.0])
ten = np.array([-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6])
"""
# What makes the explorer of each notebook; a handle; and the numbers that it must show, computed once more.
EXPLORERS = {
    "01": ("widgets.KMeansExplorer(Z, 2)", "mean-0", "J = {reduced_lyapunov(Z, e.state.journey.here.means):.6g}"),
    "02": (
        "widgets.FailuresExplorer()",
        "mean-0",
        "; {disagreement(labels(e.state.X, e.state.journey.here.theta), e.state.truth)} of 80 data",
    ),
    "03": (
        "widgets.LandscapeExplorer(line)",
        "start",
        "J = {reduced_lyapunov(line, e.state.journey.here.theta):.5g}",
    ),
    "05": (
        "widgets.SamplingExplorer()",
        "axis-0-0",
        "{log_likelihood(sample(e.state.mixture.theta, e.state.n, np.random.default_rng(e.state.seed))[0], "
        "e.state.mixture.theta):.6g} nats",
    ),
    "06": (
        "widgets.ClimbingExplorer(X)",
        "mean-0",
        "Log-likelihood {log_likelihood(X, e.state.mixture.theta):.6g}",
    ),
    "07": (
        "widgets.MixtureExplorer(X, 2)",
        "mean-1",
        "Log-likelihood {log_likelihood(X, e.state.journey.here.theta):.6g}",
    ),
    "08": (
        "widgets.BetaExplorer(Z, 2)",
        "beta",
        "energy {reduced_free_energy(Z, e.state.means, e.state.beta):.5g}",
    ),
    "10": (
        "widgets.BoundExplorer(ten)",
        "theta",
        "L(θ) = {np.log((norm.pdf(ten) + norm.pdf(ten - e.state.theta)) / 2).sum():.5g}",
    ),
    "hw4": (
        "widgets.SharesExplorer(three, -1)",
        "share-1",
        "F(q, θ) = {sum((s * (norm.logpdf(three - m) - np.log(2 * s))).sum() for s, m in "
        "((e.state.q, -1), (1 - e.state.q, 0))):.5g}",
    ),
}
ALONG = {"08": "x", "10": "x", "hw4": "y"}  # handles that a hand moves along one axis only

# JavaScript, for window.jupyterapp in the page.
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
ASK = f"""async code => {{
    let text = '';
    const future = {KERNEL}.requestExecute({{ code, store_history: false }});
    future.onIOPub = message => {{
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error') text += message.content.evalue;
    }};
    await future.done;
    return text.trim();
}}"""
# Every message was answered, and the answer painted.
AT_REST = """() => {
    const root = document.querySelector('.lecture-plane');
    return root && root.dataset.busy !== 'true' && root.dataset.painted !== undefined;
}"""
THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"


class Figure:
    """An explorer that is open in a page, and the kernel behind it."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".lecture-plane")
        self.root.wait_for()
        self.settle()

    def settle(self):
        self.page.wait_for_function(AT_REST)
        self.page.wait_for_function(IDLE)
        self.page.wait_for_timeout(60)  # two frames: the last scene is painted

    def ask(self, code):
        return self.page.evaluate(ASK, f"print({code})")

    @property
    def text(self):
        return self.root.locator(".say").inner_text()

    def grip(self, name):
        return self.root.locator(f'[data-handle="{name}"]')

    def middle(self, name):
        """Where a handle is in the window."""
        self.grip(name).scroll_into_view_if_needed()
        box = self.grip(name).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def place(self, name):
        """Where a handle is in the figure, however the page was scrolled."""
        x, y = self.middle(name)
        box = self.root.bounding_box()
        return x - box["x"], y - box["y"]

    def drag(self, name, right, down, moves=12):
        x, y = self.middle(name)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for i in range(1, moves + 1):
            self.page.mouse.move(x + right * i / moves, y + down * i / moves)
        self.page.mouse.up()
        self.settle()

    def check(self, expected):
        """What is shown is what the kernel says, and what the library computes anew."""
        assert self.text == self.ask("e.status")
        assert re.sub(r"-(?=\d)", "−", self.ask(f'f"{expected}"')) in self.text


def write(folder, name, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / name)
    return name


def open_explorer(page, address, folder, code):
    """Open a notebook that makes an explorer, and run it."""
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address(write(folder, "explorer.ipynb", PREPARE, f"e = {code}\ne")))
    page.wait_for_function(IDLE)
    page.evaluate(RUN_ALL)
    return Figure(page)


@pytest.fixture
def opened(page, lab, course):
    """Open an explorer in JupyterLab: what makes it -> the figure."""
    return lambda code: open_explorer(page, lab.page, course, code)


@pytest.mark.parametrize("number", EXPLORERS)
def test_mouse_keyboard_and_buttons(opened, number):
    code, handle, expected = EXPLORERS[number]
    figure = opened(code)
    figure.check(expected)
    before = figure.text
    x, y = figure.place(handle)

    figure.drag(handle, 23, -31)
    figure.check(expected)
    moved_x, moved_y = figure.place(handle)
    along = ALONG.get(number, "xy")
    assert moved_x - x == pytest.approx(23, abs=1.5) or "x" not in along
    assert moved_y - y == pytest.approx(-31, abs=1.5) or "y" not in along

    # The mouse left the focus on the handle.
    back, forth, way = ("ArrowLeft", "ArrowRight", 0) if "x" in along else ("ArrowUp", "ArrowDown", 1)
    moved = figure.place(handle)[way]
    figure.page.keyboard.press(back)
    figure.page.keyboard.press(back)
    figure.settle()
    keyed = figure.place(handle)[way]
    figure.page.keyboard.press(f"Shift+{forth}")
    figure.settle()
    assert keyed < moved - 5
    assert 0 < figure.place(handle)[way] - keyed < (moved - keyed) / 8
    figure.check(expected)

    for name in figure.ask("list(e.buttons)").strip("[]'").split("', '"):
        figure.page.get_by_role("button", name=name, exact=True).click()
        figure.page.wait_for_timeout(30)
        figure.settle()
        if name not in ("Run", "Sweep β"):
            figure.check(expected)
    assert figure.text == before  # the last one is Reset
    assert figure.root.locator(".notice").inner_text() == ""


def test_the_tab_key_finds_every_handle_and_says_what_it_is(opened):
    figure = opened(EXPLORERS["05"][0])
    figure.page.get_by_label("components k").last.focus()
    seen = []
    for _ in range(30):
        figure.page.keyboard.press("Tab")
        seen.append(figure.page.evaluate("() => document.querySelector('.grip:focus')?.dataset.handle"))
    expected = [f"axis-{j}-{a}" for j in range(3) for a in range(2)] + [f"mean-{j}" for j in range(3)]
    assert [name for name in seen if name] == expected
    grip = figure.grip("mean-1")
    grip.focus()
    assert grip.get_attribute("role") == "slider"
    assert grip.get_attribute("aria-label") == "mean of component 1"
    assert grip.get_attribute("aria-valuetext") == "4.6, 7"
    assert "arrow keys" in figure.root.locator(f"#{grip.get_attribute('aria-describedby')}").text_content()
    assert grip.evaluate("element => getComputedStyle(element).boxShadow") != "none"
    figure.page.wait_for_timeout(700)
    aloud = figure.root.locator("[aria-live=polite]")
    assert aloud.text_content() == figure.text
    assert figure.root.get_attribute("aria-label")
    for slider in figure.page.locator(".noUi-handle").all():
        assert slider.get_attribute("aria-label")


def test_quick_moves_are_coalesced_and_the_last_one_wins(opened):
    slow = (
        "[widgets.KMeansExplorer(Z, 2, start=[[-1, 1], [1, -1]])][0]\nseen = []\nreceive = e.plane._receive\n"
        "e.plane.on_msg(receive, remove=True)\n"
        "def slowly(*message):\n    seen.append(message[1])\n    time.sleep(0.15)\n    receive(*message)\n"
        "e.plane.on_msg(slowly)"
    )
    figure = opened(slow)
    start = figure.place("mean-0")
    figure.drag("mean-0", 160, 70, moves=80)
    end = figure.place("mean-0")
    assert end[0] - start[0] == pytest.approx(160, abs=1.5)
    assert end[1] - start[1] == pytest.approx(70, abs=1.5)
    assert 2 <= int(figure.ask("len(seen)")) <= 25
    assert figure.text == figure.ask("e.status")


def test_data_can_be_dragged_and_chosen_with_the_keyboard(opened):
    figure = opened("widgets.KMeansExplorer(Z[:30], 2, drag_data=True)")
    figure.grip("datum").focus()
    figure.page.keyboard.press("PageDown")
    figure.page.keyboard.press("PageDown")
    figure.page.keyboard.press("ArrowUp")
    figure.settle()
    assert figure.ask("np.flatnonzero((e.state.X != Z[:30]).any(axis=1)).tolist()") == "[2]"
    x, y = figure.middle("datum")
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x + 15, y - 20, steps=4)
    figure.page.mouse.up()
    figure.settle()
    assert figure.ask("np.flatnonzero((e.state.X != Z[:30]).any(axis=1)).tolist()") == "[2]"
    assert figure.middle("datum")[0] - x == pytest.approx(15, abs=1.5)


def test_a_collapse_is_told_in_the_figure(opened):
    figure = opened(EXPLORERS["07"][0])
    figure.page.get_by_role("button", name="Collapse", exact=True).click()
    figure.page.emulate_media(reduced_motion="reduce")  # a run then goes to its end at once
    figure.page.get_by_role("button", name="Run", exact=True).click()
    notice = figure.root.locator(".notice")
    notice.filter(has_text="shrank onto a point").wait_for()
    assert notice.inner_text() == figure.ask("e.notice")
    assert notice.get_attribute("role") == "alert"


def test_a_watched_run_goes_on_by_itself(opened):
    figure = opened(EXPLORERS["03"][0])
    figure.page.get_by_role("button", name="Run", exact=True).click()
    for words in ("k-means stands at", "k-means ends at"):
        figure.root.locator(".say").filter(has_text=words).wait_for()
    assert figure.ask("e.state.journey.over, e.state.journey.stepping") == "True True"


def test_the_theme_is_followed(opened):
    figure = opened(EXPLORERS["01"][0])
    try:
        for theme, word, ground in (("JupyterLab Dark", "dark", 60), ("JupyterLab Light", "light", 240)):
            figure.page.evaluate(THEME, theme)
            figure.page.wait_for_function(
                f"() => document.querySelector('.lecture-plane').dataset.theme === '{word}'"
            )
            figure.page.wait_for_timeout(100)
            ink = figure.root.evaluate("element => getComputedStyle(element).color")
            light = sum(map(int, re.findall(r"\d+", ink))) / 3
            assert (light > 200) == (ground < 100)
    finally:
        figure.page.evaluate(THEME, "JupyterLab Light")


@pytest.mark.parametrize("density", [1, 2])
def test_the_canvas_is_sharp(chromium, opened, page, density):
    figure = opened(EXPLORERS["01"][0])
    session = page.context.new_cdp_session(page)
    size = {"width": 1280, "height": 900, "deviceScaleFactor": density, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", size)
    page.set_viewport_size({"width": 1281, "height": 900})
    page.wait_for_timeout(300)
    figure.settle()
    canvas = figure.root.locator("canvas")
    ratio = canvas.evaluate("canvas => [canvas.width / canvas.clientWidth, window.devicePixelRatio]")
    assert ratio[0] == pytest.approx(ratio[1], rel=0.01)


def test_touch(opened, page):
    figure = opened(EXPLORERS["01"][0])
    x, y = figure.middle("mean-0")
    touch = page.context.new_cdp_session(page)
    for kind, step in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchEnd", None)):
        points = [] if step is None else [{"x": x + step, "y": y + step}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    figure.settle()
    assert figure.middle("mean-0")[0] - x == pytest.approx(40, abs=1.5)
    assert figure.text == figure.ask("e.status")


@pytest.mark.skipif(importlib.util.find_spec("notebook") is None, reason="Notebook 7 is not installed")
def test_in_notebook_7(chromium, course):
    command = [sys.executable, "-m", "notebook", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    code, handle, expected = EXPLORERS["07"]
    page, errors = chromium.new_page(viewport={"width": 1280, "height": 900}), []
    with serving([*command, "--expose-app-in-browser"], course) as server:
        host, token = re.match(r"(http://[^/]*)/.*(token=\w+)", server.address).groups()
        figure = open_explorer(page, lambda name: f"{host}/notebooks/{name}?{token}", course, code)
        # From here on: Notebook 7.6 throws an error of its own while it loads, with an empty notebook too.
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        figure.drag(handle, -20, 25)
        figure.check(expected)
        page.close()
    assert errors == []
