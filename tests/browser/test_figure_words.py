"""What live figures say and mark: always as the state is that they show."""

import sys

import numpy as np
import pytest
from lab_server import ROOT
from playwright.sync_api import expect

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS, LINE, Z

from lecture_lib import widgets
from lecture_lib.models.kmeans import assign, half_steps, update

pytestmark = pytest.mark.browser
START = [[-1.0, 1.5], [1.0, -1.5]]
CLUSTERS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
# Titles that are wider than the room right of where they begin.
TOO_WIDE = """root => {
    const { explorer, views } = root.closest('[data-explorer]').figure;
    const [view] = views, ctx = view.canvas.getContext('2d'), found = [];
    const family = getComputedStyle(root).fontFamily, end = view.surface.clientWidth;
    const width = (words, px) => { ctx.font = `${px}px ${family}`; return ctx.measureText(words).width; };
    for (const { panel, box } of view.maps)
        if (box.x + width(panel.title, 14) > end) found.push(panel.title);
    return found;
}"""


def test_a_warning_belongs_to_the_state_that_is_shown(opened):
    figure = opened(widgets.LandscapeExplorer(LINE, (11.0, 11.0)))
    assert figure.notice == ""
    figure.click("Step")
    assert figure.notice.startswith("Cluster 1 is empty")  # both means at one place: the first one takes all
    figure.click("To the end")
    assert sorted(figure.state()["labels"]) == [0, 0, 0, 0, 0, 1]
    assert figure.notice == ""
    figure.root.get_by_label("show the end").check()
    figure.settle()
    assert figure.notice == ""


def test_the_end_is_said_at_the_end_only(opened):
    X = np.random.default_rng(0).normal(size=(5000, 2))
    explorer = widgets.KMeansExplorer(X, 4)
    count = len(list(half_steps(X, explorer.state.start)))
    assert count > 40
    figure = opened(explorer)
    figure.click("To the end")
    titles = figure.root.evaluate("""root => {
        const { explorer, state } = root.closest('[data-explorer]').figure;
        const at = i => explorer.scene({ ...state, way: { ...state.way, at: i, ahead: false } });
        return state.way.stops.map((_, i) => at(i).panels[0].title + at(i).say);
    }""")
    assert len(titles) == count + 1
    assert ["the end" in title for title in titles] == [False] * count + [True]


def test_a_half_step_rings_what_changed_and_names_its_equation_and_its_gain(opened):
    figure = opened(widgets.KMeansExplorer(Z, start=START))
    first = assign(Z, START)
    means = update(Z, first, START)
    changed = Z[first.argmax(axis=1) != assign(Z, means).argmax(axis=1)]
    assert len(changed) > 0
    for equation in ("eq. 1.2", "eq. 1.3", "eq. 1.2"):
        old = figure.state()["loss"]
        figure.click("Step")
        assert equation in figure.scene()["panels"][0]["title"]
        if old is not None:
            fall = float(figure.text.split(", ")[1].split()[0])
            assert fall == pytest.approx(old - figure.state()["loss"], rel=1e-3)  # four digits are shown
    (rings,) = (layer for layer in figure.layers("marks") if layer["name"] == "changed")
    assert rings["look"] == "ring"
    assert rings["xy"] == changed.tolist()
    assert f"{len(changed)} data changed cluster" in figure.text


@pytest.mark.parametrize("number", ["01", "02", "03", "07", "10"])
def test_it_opens_at_its_start_and_does_not_tell_how_many_steps_will_come(opened, number):
    figure = opened(EXPLORERS[number]())
    assert figure.state()["step"] == "start"
    if number in ("01", "07"):
        assert figure.scene()["panels"][1]["x"]["high"] < 9  # eight half-steps, whatever will come
        assert all(layer["xy"] == [] for layer in figure.layers("marks", 1))


def test_the_trace_has_no_colour_of_a_cluster_and_counts_as_the_title_does(opened):
    figure = opened(widgets.KMeansExplorer(Z, start=START))
    figure.click("Step")
    assert figure.scene()["panels"][0]["title"].startswith("1: assign")
    trace = [layer for layer in figure.layers("marks", 1) if layer["xy"]]
    assert {layer["xy"][0][0] for layer in trace} == {1}
    assert not {layer["colour"] for layer in figure.scene()["panels"][1]["layers"]} & set(CLUSTERS)
    assert figure.scene()["panels"][1]["title"] == "J: ○ assign, ■ update"


def test_means_that_hide_each_other_say_so_and_their_data_have_one_marker(opened):
    figure = opened(EXPLORERS["08"](beta=0.3))  # below the critical one
    figure.page.wait_for_function("() => !document.querySelector('.say').textContent.includes('on its way')")
    figure.settle()
    captions = {layer["caption"].replace("=", ",") for layer in figure.layers("handle")}
    assert captions == {"0,1,2"}
    assert "3 means at 1 place;" in figure.text
    assert set(figure.layers("points")[0]["shapes"]) == {0}


def test_while_a_diagram_is_computed_the_figure_says_so(opened):
    figure = opened(EXPLORERS["08"]())
    said = figure.root.evaluate("""root => {
        const { explorer, options } = root.closest('[data-explorer]').figure;
        return explorer.scene(explorer.begin(options)).say;
    }""")
    assert said == "The diagram is on its way: 0 of 61 betas."


def test_a_drag_that_drops_steps_is_undone_with_its_trace(opened):
    figure = opened(widgets.KMeansExplorer(Z, start=START))
    for _ in range(3):
        figure.click("Step")
    seen, text = figure.layers("line", 1), figure.text
    figure.drag("mean-0", 30, 20)
    assert figure.state()["step"] == "start"
    figure.click("Undo")
    assert (figure.layers("line", 1), figure.text) == (seen, text)


def test_who_sees_only_the_dots_sees_only_the_dots(opened):
    figure = opened(EXPLORERS["05"]())
    figure.root.get_by_label("show").select_option("incomplete")
    figure.settle()
    (panel,) = figure.scene()["panels"]
    (dots,) = panel["layers"]
    assert dots["kind"] == "points"
    assert not dots.get("rgb")
    assert figure.root.locator(".handle").count() == 0
    assert "component" not in figure.text.replace("components do you count", "")


def test_k_follows_the_set_and_the_best_of_twenty_is_not_worse_than_what_is_shown(opened):
    figure = opened(widgets.FailuresExplorer("little and large", k=4))
    figure.click("To the end")
    seen = figure.state()["loss"]
    figure.click("Best of 20")
    assert figure.state()["loss"] <= seen * (1 + 1e-12)
    for name in ("works well", "two elongated"):
        figure.root.locator("select").nth(1).select_option(name)  # after that of the speed
        figure.settle()
        state = figure.state()
        assert len(state["means"]) == len(set(state["truth"]))


@pytest.mark.parametrize("number", EXPLORERS)
def test_on_a_phone_titles_are_whole(opened, page, number):
    page.set_viewport_size({"width": 390, "height": 844})
    figure = opened(EXPLORERS[number]())
    for _ in range(4):
        assert figure.root.evaluate(TOO_WIDE) == []
        if not figure.button("Step").count() or figure.button("Step").is_disabled():
            break
        figure.click("Step")
    if figure.root.get_by_label("show the end").count():
        figure.root.get_by_label("show the end").check()
        figure.settle()
        assert figure.root.evaluate(TOO_WIDE) == []


def test_sliders_are_long_enough_and_tell_the_value_that_is_shown(opened):
    figure = opened(EXPLORERS["08"]())
    figure.page.wait_for_function("() => !document.querySelector('.say').textContent.includes('on its way')")
    slider = figure.root.get_by_label("beta β")
    assert slider.bounding_box()["width"] >= 120
    slider.focus()
    figure.press("ArrowRight")
    assert float(slider.get_attribute("aria-valuetext")) == pytest.approx(figure.state()["beta"], rel=0.01)


def test_a_slider_holds_the_number_of_means_that_there_is(opened):
    figure = opened(widgets.KMeansExplorer([[0.0, 0.0]] * 4 + [[1.0, 1.0]], 3))
    slider = figure.root.get_by_label("means k")
    assert slider.input_value() == str(len(figure.state()["means"]))


def test_one_round_is_one_round(opened):
    figure = opened(widgets.LandscapeExplorer(LINE, (1.0, 9.0)))
    figure.click("Step")
    assert "after 1 round:" in figure.text


def test_weights_keep_their_proportions_when_one_goes_to_one_and_back(opened):
    figure = opened(EXPLORERS["05"]())
    before = figure.state()["mixture"]["weights"]
    slider = figure.root.get_by_label("weight π₀")
    for value in ("1", str(before[0])):
        slider.fill(value)
        figure.settle()
    np.testing.assert_allclose(figure.state()["mixture"]["weights"], before, atol=1e-12)


def test_the_bound_and_the_gap_are_named_in_the_picture(opened):
    figure = opened(EXPLORERS["10"]())
    assert {"F(q, θ)", "KL", "L(θ)", "touches"} <= {layer["text"] for layer in figure.layers("text")}
    assert figure.scene()["panels"][1]["title"].endswith("dark is high")
    landscape = opened(EXPLORERS["03"]())
    assert landscape.scene()["panels"][0]["title"].endswith("dark is low")


def test_numbers_beside_an_axis_leave_room_for_its_label(opened):
    figure = opened(EXPLORERS["06"]())
    figure.root.get_by_label("step size").fill("-1")
    for _ in range(3):
        figure.click("Gradient step")
    assert abs(figure.state()["height"]) > 1e4
    widest = figure.root.evaluate("""root => {
        const [view] = root.closest('[data-explorer]').figure.views, ctx = view.canvas.getContext('2d');
        const written = [], write = ctx.fillText;
        ctx.fillText = (words, ...at) => {
            if (ctx.textAlign === 'end' && ctx.font.startsWith('12px')) written.push(ctx.measureText(words).width);
            write.call(ctx, words, ...at);
        };
        view.paint();
        delete ctx.fillText;
        return Math.max(...written);
    }""")
    assert widest <= 48  # pixels: between the axis and its label


def test_a_mean_outside_the_plane_points_to_where_it_is(opened):
    figure = opened(EXPLORERS["06"]())
    figure.root.get_by_label("step size").fill("-1")
    figure.click("Gradient step")
    away = figure.root.evaluate("""root => {
        const [view] = root.closest('[data-explorer]').figure.views, [map] = view.maps;
        return map.panel.layers.filter(l => l.kind === 'handle' && l.style === 'mean').map(l => {
            const [p, q] = [map.to(l.at), map.placeOf(l)];
            return Math.hypot(p[0] - q[0], p[1] - q[1]);
        });
    }""")
    assert max(away) > 1  # the painter draws a head of an arrow there


def test_the_sentence_is_told_once_and_the_tool_bar_has_a_name(opened):
    figure = opened(EXPLORERS["01"]())
    expect(figure.root.locator("[aria-live=polite]")).to_have_text(figure.text)
    assert figure.root.locator(".say").get_attribute("aria-hidden") == "true"
    assert figure.root.get_by_role("toolbar", name="controls of the figure").count() == 1
