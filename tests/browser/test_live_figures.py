"""Live figures in a page from disk, with neither kernel nor server: mouse, keys, touch, time line, own data."""

import json
import math
import re

import numpy as np
import pytest
from lab_server import ROOT
from playwright.sync_api import expect

import sys  # isort: skip

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS, Z, near

from lecture_lib import widgets
from lecture_lib.models.kmeans import assign, labels
from lecture_lib.models.mixture import MixtureParameters

pytestmark = pytest.mark.browser
HANDLES = {
    "01": "mean-0", "02": "mean-0", "03": "start", "05": "axis-0-0", "06": "mean-0", "07": "mean-1", "08": "beta",
    "10": "theta", "hw4": "share-1",
}  # fmt: skip
STOP = "() => { const e = document.activeElement; return e.dataset.handle ? 'plane' : e.tagName + (e.type ?? ''); }"
ALONG = {"08": "x", "10": "x", "hw4": "y"}  # handles that a hand moves along one axis only


def two_means(**given):
    return widgets.KMeansExplorer(Z, start=[[-1.0, 1.5], [1.0, -1.5]], **given)


@pytest.mark.parametrize("number", EXPLORERS)
def test_mouse_keyboard_buttons_and_undo(opened, number):
    figure, handle = opened(EXPLORERS[number]()), HANDLES[number]
    first = figure.text
    x, y = figure.place(handle)
    figure.drag(handle, 23, -31)
    moved = figure.place(handle)
    along = ALONG.get(number, "xy")
    assert moved[0] - x == pytest.approx(23, abs=0.6) or "x" not in along
    assert moved[1] - y == pytest.approx(-31, abs=0.6) or "y" not in along
    # The mouse left the focus on the handle.
    back, forth, way = ("ArrowLeft", "ArrowRight", 0) if "x" in along else ("ArrowUp", "ArrowDown", 1)
    start = figure.place(handle)[way]
    figure.press(back, back)
    keyed = figure.place(handle)[way]
    figure.press(f"Shift+{forth}")
    assert keyed < start - 5
    assert 0 < figure.place(handle)[way] - keyed < (start - keyed) / 8
    for name in figure.root.locator("button").evaluate_all("all => all.map(b => b.dataset.name)"):
        if (
            name
            and name not in ("Large", "Data and link", "Play", "Undo", "Reset")
            and figure.button(name).is_enabled()
        ):
            figure.click(name)
    figure.click("Reset")
    assert figure.text == first
    figure.press("Control+z")
    figure.click("Reset")
    assert figure.root.locator(".notice").inner_text() == ""


def test_assign_changes_colours_only_and_update_moves_means_only(opened):
    figure = opened(two_means())
    layers = """root => {
        const { explorer, state } = root.closest('[data-explorer]').figure;
        const all = explorer.scene(state).panels[0].layers;
        const ground = all.filter(layer => layer.kind === 'line' && layer.fill > 0.1).map(layer => layer.xy);
        const of = kind => all.filter(layer => layer.kind === kind);
        return { colours: of('points')[0].rgb ?? null, means: of('handle').map(({ at }) => at), ground };
    }"""
    seen = [figure.root.evaluate(layers)]
    for _ in range(6):
        figure.click("Step")
        seen.append(figure.root.evaluate(layers))
    for i in range(1, 7):
        before, after = seen[i - 1], seen[i]
        if i % 2:
            assert after["means"] == before["means"]
            assert after["colours"] != before["colours"]
        else:
            assert after["colours"] == before["colours"]
            assert after["ground"] == before["ground"]
            assert after["means"] != before["means"]


def test_e_changes_colours_only_and_m_moves_ellipses_only(opened):
    figure = opened(EXPLORERS["07"]())
    layers = """root => {
        const { explorer, state } = root.closest('[data-explorer]').figure;
        const all = explorer.scene(state).panels[0].layers;
        const ellipses = all.filter(({ name }) => name.startsWith('ellipse')).map(({ xy }) => xy);
        return { colours: all.find(({ kind }) => kind === 'points').rgb ?? null, ellipses };
    }"""
    seen = [figure.root.evaluate(layers)]
    for _ in range(4):
        figure.click("Step")
        seen.append(figure.root.evaluate(layers))
    for i in range(1, 5):
        same = "ellipses" if i % 2 else "colours"
        other = "colours" if i % 2 else "ellipses"
        assert seen[i][same] == seen[i - 1][same]
        assert seen[i][other] != seen[i - 1][other]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("width", [390, 900, 1280])
def test_the_nearest_mean_on_the_screen_takes_the_datum(opened, page, width, seed):
    page.set_viewport_size({"width": width, "height": 900})
    raw = Z * [9.0, 1.0]  # columns of different spread: what looks nearest must still be so
    explorer = widgets.KMeansExplorer(raw, 3, rng=np.random.default_rng(seed))
    figure = opened(explorer)
    figure.click("Step")
    means = np.array([figure.place(f"mean-{j}") for j in range(3)])
    pixel = (means[1] - means[0])[0] / (explorer.state.means[1] - explorer.state.means[0])[0]
    up = (means[1] - means[0])[1] / (explorer.state.means[1] - explorer.state.means[0])[1]
    assert up == pytest.approx(-pixel, rel=0.02)  # one unit is as long in both directions
    assert figure.state()["labels"] == labels(raw, explorer.state.means).tolist()


def test_the_time_line_goes_back_and_forth_and_hides_the_future(opened, page):
    figure = opened(two_means())
    r = assign(Z, [[-1.0, 1.5], [1.0, -1.5]])
    assert "nothing assigned yet" in figure.text
    figure.click("Step")
    assert figure.state()["labels"] == r.argmax(axis=1).tolist()
    for _ in range(3):
        figure.click("Step")
    seen = figure.text
    scrub = figure.root.locator(".scrub")
    assert scrub.get_attribute("max") == "4"  # only what was seen
    figure.click("Back")
    figure.click("Back")
    assert figure.state()["step"] == "update"
    scrub.focus()
    figure.press("ArrowRight", "ArrowRight")
    assert figure.text == seen
    figure.click("To the start")
    assert "nothing assigned yet" in figure.text
    figure.click("To the end")
    assert "the end" in figure.text
    assert figure.button("Step").is_disabled()
    # A click into the trace goes to the step above which it falls.
    box = figure.root.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + 0.72 * box["width"], box["y"] + 0.5 * box["height"])
    figure.settle()
    assert figure.state()["step"] != "start"
    assert not figure.state()["rest"]


def test_play_goes_on_by_itself_and_can_be_halted(opened, page):
    figure = opened(two_means())
    figure.root.get_by_label("speed").select_option("slow")
    figure.button("Play").click()
    page.wait_for_function("() => document.querySelector('.say').textContent.startsWith('Assign')")
    figure.button("Play").click()
    figure.settle()
    halted = figure.text
    page.wait_for_timeout(1800)  # longer than the pace
    assert figure.text == halted
    figure.root.get_by_label("speed").select_option("fast")
    figure.button("Play").click()
    page.wait_for_function("() => document.querySelector('.say').textContent.includes('the end')")
    figure.settle()
    assert figure.button("Play").inner_text() == "▶ Play"


@pytest.mark.parametrize("style", ["body { zoom: 1.5 }", "body { transform: scale(0.6); transform-origin: 0 0 }"])
def test_a_handle_stays_under_the_hand_in_a_scaled_page(opened, style):
    figure = opened(two_means(), style=style)
    x, y = figure.middle("mean-0")
    figure.drag("mean-0", 60, 40)
    assert figure.middle("mean-0")[0] - x == pytest.approx(60, abs=1)
    assert figure.middle("mean-0")[1] - y == pytest.approx(40, abs=1)


def test_a_handle_outside_the_plane_moves_by_a_pixel_for_a_pixel(opened):
    figure = opened(two_means())
    figure.drag("mean-0", 0, -400)
    far = figure.state()["start"][0][1]
    assert far > Z[:, 1].max() + 1
    figure.drag("mean-0", 0, 1, moves=1)
    near = figure.state()["start"][0][1]
    per_pixel = (far - 1.5) / 400
    assert far - near == pytest.approx(per_pixel, rel=0.02)


def width(figure):
    """The shorter half axis of component 1."""
    a, b, c = figure.state()["mixture"]["covariances"][1]
    return math.sqrt(np.linalg.eigvalsh([[a, b], [b, c]])[0])


def test_a_flat_ellipse_can_be_opened_again(opened):
    figure = opened(EXPLORERS["05"]())
    mean, knob = np.array(figure.place("mean-1")), np.array(figure.place("axis-1-1"))
    figure.drag("axis-1-1", *(mean - knob))
    apart = math.dist(figure.place("axis-1-1"), figure.place("mean-1"))
    assert apart > 24  # pixels: within reach beside its mean
    flat = width(figure)
    figure.drag("axis-1-1", *(knob - mean))
    assert width(figure) > 10 * flat


def test_means_that_are_dropped_on_each_other_are_at_one_place_and_say_so(opened):
    figure = opened(two_means())
    to = np.array(figure.place("mean-1")) - figure.place("mean-0")
    figure.drag("mean-0", *(to + 1.0))
    start = figure.state()["start"]
    assert start[0] == start[1]
    captions = figure.root.evaluate("""root => {
        const { explorer, state } = root.closest('[data-explorer]').figure;
        return explorer.scene(state).panels[0].layers.filter(l => l.kind === 'handle').map(l => l.caption);
    }""")
    assert captions == ["0=1", "0=1"]
    figure.click("Step")
    assert figure.root.locator(".notice").inner_text().startswith("Cluster 1 is empty")


def test_a_notice_does_not_push_the_page(opened):
    figure = opened(two_means(), EXPLORERS["10"]())
    below = figure.page.locator(".lecture-figure").nth(1)
    before = below.bounding_box()["y"]
    figure.drag("mean-0", 4, -400)
    figure.drag("mean-1", 4, -4000)
    figure.click("Step")
    assert figure.root.locator(".notice").inner_text()
    assert below.bounding_box()["y"] == pytest.approx(before, abs=0.5)


def test_data_are_added_moved_and_removed(opened):
    figure = opened(widgets.KMeansExplorer(Z[:30], 2, drag_data=True))
    box = figure.root.locator("canvas").bounding_box()
    figure.page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    figure.settle()
    assert len(figure.state()["X"]) == 31
    figure.handle("datum").focus()
    figure.press("ArrowUp")
    moved = figure.state()["X"]
    assert sum(a != b for a, b in zip(moved, Z[:30].tolist(), strict=False)) == 1
    figure.press("Delete")
    assert len(figure.state()["X"]) == 30
    x, y = figure.middle("datum")
    figure.page.mouse.move(x, y)
    figure.page.mouse.down()
    figure.page.mouse.move(x + 15, y - 20, steps=4)
    figure.page.mouse.up()
    figure.settle()
    assert figure.middle("datum")[0] - x == pytest.approx(15, abs=1)
    figure.page.mouse.click(*figure.middle("datum"))
    figure.settle()
    assert len(figure.state()["X"]) == 29
    figure.press(*["Control+z"] * 5)
    assert figure.state()["X"] == Z[:30].tolist()


def test_two_columns_can_be_pasted_and_what_does_not_fit_is_said(opened):
    figure = opened(two_means())
    figure.button("Data and link").click()
    area = figure.root.locator("textarea")
    area.fill("1 2\n3 x\n4 5")
    figure.root.get_by_role("button", name="Use these data").click()
    assert "Row 2" in figure.root.locator(".share output").inner_text()
    area.fill("wait;long\n1,5;2\n3;4\n2;2\n9;9")
    figure.root.get_by_role("button", name="Use these data").click()
    figure.settle()
    assert figure.state()["X"] == [[1.5, 2], [3, 4], [2, 2], [9, 9]]
    figure.press("Escape")
    figure.click("Undo")
    assert figure.state()["X"] == Z.tolist()


@pytest.mark.parametrize("number", EXPLORERS)
def test_a_link_and_a_line_of_python_restore_a_state(opened, number):
    explorer = EXPLORERS[number]()
    figure = opened(explorer)
    figure.drag(HANDLES[number], 20, -20)
    if figure.button("Step").count():
        figure.click("Step")
    state = figure.state()
    figure.button("Data and link").click()
    area = figure.root.locator("textarea")
    figure.root.get_by_role("button", name="Copy Python").click()
    figure.page.wait_for_function("() => document.querySelector('textarea').value")
    code = area.input_value()
    figure.root.get_by_role("button", name="Copy link").click()
    query = "?" + area.input_value().partition("?")[2]
    again = opened(explorer, query=query)
    assert near(state, again.state())
    scope = {name: getattr(widgets, name) for name in widgets.__all__}
    given = vars(explorer.state)
    scope |= {"MixtureParameters": MixtureParameters, "X": given.get("X"), "x": given.get("x")}
    made = eval(code, scope)  # our own line
    for name in ("means", "theta", "q"):
        if name in state and state[name] is not None and number not in ("05", "07", "08"):
            np.testing.assert_allclose(np.ravel(getattr(made.state, name)), np.ravel(state[name]), rtol=1e-9)
    if "mixture" in state:
        np.testing.assert_allclose(made.state.mixture.means, state["mixture"]["means"], rtol=1e-9)


def test_the_large_mode_by_one_key(opened, page):
    page.set_viewport_size({"width": 1920, "height": 1080})
    figure = opened(two_means())
    figure.handle("mean-0").focus()
    figure.press("f")
    expect(figure.root).to_have_class(re.compile("large"))
    page.wait_for_timeout(300)
    figure.settle()
    box = figure.root.bounding_box()
    assert box["width"] >= 1900
    assert box["height"] >= 1000
    size = figure.root.locator(".say").evaluate("say => say.getBoundingClientRect().height / say.offsetHeight")
    assert size > 1.8  # type almost twice as large
    x, _ = figure.middle("mean-0")
    figure.drag("mean-0", 80, 60)
    assert figure.middle("mean-0")[0] - x == pytest.approx(80, abs=1.5)
    figure.press("Escape")
    expect(figure.root).not_to_have_class(re.compile("large"))


def test_on_a_phone_nothing_is_wider_than_the_screen(opened, page):
    page.set_viewport_size({"width": 390, "height": 844})
    figure = opened(*(make() for make in EXPLORERS.values()))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    for size in figure.page.locator(".lecture-figure button:visible").evaluate_all(
        "all => all.map(b => b.offsetHeight)"
    ):
        assert size >= 40  # pixels, for a thumb
    handle = figure.handle("mean-0").bounding_box()
    assert handle["width"] >= 44


def test_touch(opened, page):
    figure = opened(two_means())
    x, y = figure.middle("mean-0")
    touch = page.context.new_cdp_session(page)
    for kind, step in (("touchStart", 0), ("touchMove", 15), ("touchMove", 40), ("touchEnd", None)):
        points = [] if step is None else [{"x": x + step, "y": y + step}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    figure.settle()
    assert figure.middle("mean-0")[0] - x == pytest.approx(40, abs=1)


def test_one_drag_is_one_move_and_one_undo(opened):
    figure = opened(EXPLORERS["06"]())
    before = figure.text
    figure.drag("mean-0", 40, 20, moves=15)
    assert "after 1 move:" in figure.text
    figure.drag("mean-1", -40, 20, moves=15)
    assert "after 2 moves:" in figure.text
    figure.press("Control+z", "Control+z")
    assert figure.text == before


def test_a_collapse_is_seen_through_a_lens_and_told(opened):
    figure = opened(EXPLORERS["07"]())
    figure.click("Collapse")
    figure.click("To the end")
    assert "shrank onto a point" in figure.root.locator(".notice").inner_text()
    lens = """root => {
        const { explorer, state } = root.closest('[data-explorer]').figure;
        return explorer.scene(state).panels[0].layers.find(({ kind }) => kind === 'lens')?.words;
    }"""
    assert re.match(r"component 0, × \d", figure.root.evaluate(lens))
    figure.click("Alike")
    assert "cannot tell them apart" in figure.root.locator(".notice").inner_text()
    figure.click("Collapse")
    figure.root.get_by_label("prior").check()
    figure.click("To the end")
    assert figure.root.locator(".notice").inner_text() == ""


def test_who_wants_no_motion_sees_none(opened):
    figure = opened(two_means())
    figure.click("Step")
    gliding = figure.root.evaluate(
        "root => [...root.closest('[data-explorer]').figure.views].some(view => view.glide)"
    )
    assert not gliding


def test_a_step_glides_otherwise(opened, page):
    page.emulate_media(reduced_motion="no-preference")
    figure = opened(two_means())
    figure.click("Step")
    figure.button("Step").click()
    gliding = figure.root.evaluate(
        "root => [...root.closest('[data-explorer]').figure.views].some(view => view.glide)"
    )
    assert gliding
    figure.settle()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_is_followed(opened, page, theme):
    page.emulate_media(color_scheme=theme)
    colours = (
        ":root { color-scheme: light dark } [data-theme=dark] { color: #eee } [data-theme=light] { color: #222 }"
    )
    figure = opened(two_means(), style=colours)
    expect(figure.root).to_have_attribute("data-theme", theme)
    other = "light" if theme == "dark" else "dark"
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", other)  # as the site does
    expect(figure.root).to_have_attribute("data-theme", other)


def test_predictions_are_made_by_a_click_and_judged(opened):
    figure = opened(EXPLORERS["10"](at=1))
    figure.root.get_by_label("a click").select_option("guess")
    box = figure.root.locator("canvas").bounding_box()
    figure.page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
    figure.settle()
    figure.click("M-step")
    assert "Your prediction is off by" in figure.text


def test_few_stops_of_the_tab_key_and_the_arrow_keys_between_buttons(opened):
    figure = opened(two_means())
    figure.button("To the start").focus()
    seen = []
    for _ in range(12):
        seen.append(figure.page.evaluate(STOP))
        figure.press("Tab")
    assert seen.count("plane") == 1
    assert seen.count("BUTTONbutton") <= 2  # once in the toolbar, and past the end of the page
    figure.button("To the start").focus()
    figure.press("ArrowRight", "ArrowRight", "ArrowRight", "Enter")
    assert figure.state()["step"] == "assign"


def test_a_screen_reader_is_told(opened):
    figure = opened(EXPLORERS["05"]())
    handle = figure.handle("mean-1")
    handle.focus()
    assert handle.get_attribute("role") == "slider"
    assert handle.get_attribute("aria-label") == "mean of component 1"
    assert handle.get_attribute("aria-valuetext") == "4.6, 7"
    keys = figure.root.locator(f"#{handle.get_attribute('aria-describedby')}")
    assert "arrow keys" in keys.text_content()
    expect(figure.root.locator("[aria-live=polite]")).to_have_text(figure.text)
    assert figure.root.get_attribute("aria-label").endswith(".")
    for control in figure.root.locator("input:visible, select:visible").all():
        assert control.evaluate("c => c.labels.length ? c.labels[0].textContent : c.ariaLabel")


def test_the_picture_is_there_for_print(opened, page):
    opened(two_means(), pictures=True)
    page.emulate_media(media="print")
    assert page.locator("[data-explorer] > img").is_visible()
    assert not page.locator(".lecture-figure").is_visible()


def test_events_are_quick(opened, page):
    """Of the script alone; measured by `make latency` on a machine that does nothing else."""
    figure = opened(two_means())
    times = figure.root.evaluate("""root => {
        const store = root.closest('[data-explorer]').figure;
        const times = [];
        for (let i = 0; i < 60; i++) {
            const began = performance.now();
            store.do({ kind: 'move', handle: 'mean-0', at: [-1 + i / 50, 1], drag: 'a' });
            times.push(performance.now() - began);
        }
        return times;
    }""")
    assert json.dumps(times)
    assert sorted(times)[30] < 50  # generous: other tests run beside this one


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_promises_only_handles_that_exist(opened, path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = " ".join(
        "".join(cell["source"]) for cell in cells if "## With your own hands" in "".join(cell["source"])
    )
    if not said:
        assert path.stem[:2] not in EXPLORERS
        return
    figure = opened(EXPLORERS[path.stem[:2]]())
    there = set(figure.root.locator(".handle").evaluate_all("all => all.map(g => g.dataset.handle.split('-')[0])"))
    verb = r"(?i)\b(?:drag|pull at|turn)\b"
    promised = re.findall(verb + r"(?: an?| both| the)? (means?|ellipses?|start|dial|\$\\theta)", said)
    also = re.findall(verb + r" an? \w+,? or an? (\w+)", said)
    names = {"mean": "mean", "ellipse": "axis", "start": "start", "dial": "beta", r"$\theta": "theta"}
    assert {names[word.lower().removesuffix("s")] for word in [*promised, *also]} <= there
    assert promised or "Choose" in said
