"""Explorers in a real browser: dragged by the mouse, moved by the keyboard, every button pressed."""

import re
import sys

import pytest
from figure import Desk
from lab_server import serving
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

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

THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
STOPS = """() => {
    const stop = document.activeElement, grip = stop.closest('.lecture-plane .grip');
    return !stop.closest('.lecture-explorer') ? null
        : grip ? 'plane' : stop.closest('.widget-button') ? 'buttons' : stop.ariaLabel ?? stop.tagName;
}"""


@pytest.fixture(scope="module")
def desk(chromium, lab, course):
    """One JupyterLab page for all tests of this file."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield Desk(page, lab.page, course, "explorers.ipynb")
    page.close()


@pytest.fixture
def opened(desk):
    """Open an explorer: what makes it -> the figure. At the end, nothing may have gone wrong in the console."""
    errors = []

    def note(message):
        if getattr(message, "type", "error") == "error":
            errors.append(getattr(message, "text", str(message)))

    for kind in ("console", "pageerror"):
        desk.page.on(kind, note)
    yield desk.show
    for kind in ("console", "pageerror"):
        desk.page.remove_listener(kind, note)
    assert errors == []


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
    figure.press(back, back)
    keyed = figure.place(handle)[way]
    figure.press(f"Shift+{forth}")
    assert keyed < moved - 5
    assert 0 < figure.place(handle)[way] - keyed < (moved - keyed) / 8
    figure.check(expected)

    for name in figure.ask("list(e.buttons)").strip("[]'").split("', '"):
        figure.click(name)
        if name not in ("Run", "Sweep β"):
            figure.check(expected)
    assert figure.text == before  # the last one is Reset
    assert figure.root.locator(".notice").inner_text() == ""


def test_few_stops_of_the_tab_key_and_the_arrow_keys_between_buttons(opened):
    figure = opened("widgets.KMeansExplorer(Z, 3)")
    figure.page.get_by_role("button", name="Step", exact=True).focus()
    seen = [figure.page.evaluate(STOPS)]
    while seen[-1]:
        figure.press("Tab")
        seen.append(figure.page.evaluate(STOPS))
    assert seen == ["buttons", "means k", "SELECT", "plane", None]
    figure.press("Shift+Tab")
    assert figure.page.evaluate(STOPS) == "plane"

    figure.page.get_by_role("button", name="Step", exact=True).focus()
    start = figure.ask("e.state.start.tolist()")
    figure.press("ArrowRight", "ArrowRight", "Enter")
    assert figure.page.evaluate("() => document.activeElement.textContent") == "Random start"
    assert figure.ask("e.state.start.tolist()") != start
    figure.press("ArrowLeft", "ArrowLeft", "ArrowLeft", "Space")
    assert figure.page.evaluate("() => document.activeElement.textContent") == "Reset"
    assert figure.ask("e.state.start.tolist()") == start


def test_page_keys_find_every_handle_which_says_what_it_is(opened):
    figure = opened(EXPLORERS["05"][0])
    expected = [f"axis-{j}-{a}" for j in range(3) for a in range(2)] + [f"mean-{j}" for j in range(3)]
    figure.grip(expected[0]).focus()
    seen = []
    for key in ["PageDown"] * 9 + ["PageUp"]:
        seen.append(figure.page.evaluate("() => document.activeElement.dataset.handle"))
        figure.press(key)
    assert seen == [*expected, expected[0]]
    assert figure.page.evaluate("() => document.activeElement.dataset.handle") == expected[-1]
    grip = figure.grip("mean-1")
    grip.focus()
    assert grip.get_attribute("role") == "slider"
    assert grip.get_attribute("aria-label") == "mean of component 1"
    assert grip.get_attribute("aria-valuetext") == "4.6, 7"
    keys = figure.root.locator(f"#{grip.get_attribute('aria-describedby')}")
    assert "arrow keys" in keys.text_content()
    expect(keys).to_be_visible()  # while the keyboard is in use
    assert grip.evaluate("element => getComputedStyle(element).boxShadow") != "none"
    expect(figure.root.locator("[aria-live=polite]")).to_have_text(figure.text)
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
    assert 2 <= int(figure.ask("len([message for message in seen if message])")) <= 25
    assert figure.text == figure.ask("e.status")


def test_data_can_be_dragged_and_chosen_with_the_keyboard(opened):
    figure = opened("widgets.KMeansExplorer(Z[:30], 2, drag_data=True)")
    figure.grip("mean-1").focus()
    figure.press("PageDown", "PageDown", "PageDown", "ArrowUp")  # the data follow the means
    changed = "np.flatnonzero((e.state.X != Z[:30]).any(axis=1)).tolist()"
    assert figure.ask(changed) == "[2]"
    assert figure.grip("datum").get_attribute("aria-label") == "datum 2 of 30"
    x, y = figure.middle("datum")
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x + 15, y - 20, steps=4)
    figure.page.mouse.up()
    figure.settle()
    assert figure.ask(changed) == "[2]"
    assert figure.middle("datum")[0] - x == pytest.approx(15, abs=1.5)


def test_a_collapse_is_told_in_the_figure(opened):
    figure = opened(EXPLORERS["07"][0])
    figure.click("Collapse")
    figure.page.emulate_media(reduced_motion="reduce")  # a run then goes to its end at once
    try:
        figure.click("Run")
        notice = figure.root.locator(".notice")
        notice.filter(has_text="shrank onto a point").wait_for()
    finally:
        figure.page.emulate_media(reduced_motion="null")
    assert notice.inner_text() == figure.ask("e.notice")
    assert notice.get_attribute("role") == "alert"


def test_a_watched_run_goes_on_by_itself(opened):
    figure = opened(EXPLORERS["03"][0])
    figure.click("Run")
    figure.root.locator(".say").filter(has_text="k-means ends at").wait_for()
    assert figure.ask("e.state.journey.over, e.state.journey.stepping") == "True True"


def test_the_theme_is_followed(opened):
    figure = opened(EXPLORERS["01"][0])
    try:
        for theme, word in (("JupyterLab Dark", "dark"), ("JupyterLab Light", "light")):
            figure.page.evaluate(THEME, theme)
            expect(figure.root).to_have_attribute("data-theme", word)
            figure.settle()
            ink = figure.root.evaluate("element => getComputedStyle(element).color")
            light = sum(map(int, re.findall(r"\d+", ink))) / 3
            assert (light > 200) == (word == "dark")
    finally:
        figure.page.evaluate(THEME, "JupyterLab Light")


def test_the_canvas_is_sharp(opened):
    figure = opened(EXPLORERS["01"][0])
    session = figure.page.context.new_cdp_session(figure.page)
    sharp = """density => {
        const canvas = document.querySelector('.lecture-plane canvas');
        return window.devicePixelRatio === density && Math.abs(canvas.width / canvas.clientWidth - density) < 0.01;
    }"""
    for density, width in ((2, 900), (1, 1280)):
        size = {"width": width, "height": 900, "deviceScaleFactor": density, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", size)
        figure.page.wait_for_function(sharp, arg=density)
    session.send("Emulation.clearDeviceMetricsOverride")
    session.detach()


def test_touch(opened):
    figure = opened(EXPLORERS["01"][0])
    x, y = figure.middle("mean-0")
    touch = figure.page.context.new_cdp_session(figure.page)
    for kind, step in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchEnd", None)):
        points = [] if step is None else [{"x": x + step, "y": y + step}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.detach()
    figure.settle()
    assert figure.middle("mean-0")[0] - x == pytest.approx(40, abs=1.5)
    assert figure.text == figure.ask("e.status")


def test_in_notebook_7(chromium, course):
    command = [sys.executable, "-m", "notebook", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    code, handle, expected = EXPLORERS["07"]
    page, errors = chromium.new_page(viewport={"width": 1280, "height": 900}), []
    with serving([*command, "--expose-app-in-browser"], course) as server:
        host, token = re.match(r"(http://[^/]*)/.*(token=\w+)", server.address).groups()
        figure = Desk(page, lambda name: f"{host}/notebooks/{name}?{token}", course, "in_notebook_7.ipynb").show(
            code
        )
        # From here on: Notebook 7.6 throws an error of its own while it loads, with an empty notebook too.
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        figure.drag(handle, -20, 25)
        figure.check(expected)
        page.close()
    assert errors == []
