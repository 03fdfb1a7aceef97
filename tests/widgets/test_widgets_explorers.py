"""Explorers: whatever a user does, no exception; errors of the library become a sentence."""

import json
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
from explorers import EXPLORERS, LINE, TEN, X, Z, handles, made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lecture_lib import widgets
from lecture_lib.em import CollapsedComponentError
from lecture_lib.models.kmeans import assign, fit, lyapunov, reduced_lyapunov
from lecture_lib.models.mixture import MixtureParameters, log_likelihood
from lecture_lib.widgets import beta_dial, failures, k_means, mixture_em
from lecture_lib.widgets.explorer import Explorer

ACTIONS = 500
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(params=EXPLORERS)
def explorer(request):
    return made(request.param)


def texts(scene):
    return [scene["name"], scene["say"], scene["notice"], *(panel["title"] for panel in scene["panels"])]


def check(explorer):
    """What holds after every action."""
    scene = explorer.plane.scene
    plain = json.dumps(scene, default=lambda binary: binary.hex(), allow_nan=False)
    assert "nan" not in plain.lower().replace("nanm", "")
    assert scene["say"].endswith(".")
    assert scene["notice"] == "" or scene["notice"].endswith(".")
    for text in texts(scene):
        assert "Traceback" not in text
        assert "Error" not in text
    for panel in scene["panels"]:
        for name in "xy":
            assert panel[name]["low"] < panel[name]["high"]
        for layer in panel["layers"]:
            if layer["kind"] == "points" and layer["rgb"]:
                assert len(layer["rgb"]) * 8 == len(layer["xy"]) * 3
                assert len(layer["shape"]) * 8 == len(layer["xy"])
    assert len(set(handles(scene))) == sum(
        layer["kind"] == "handle" for panel in scene["panels"] for layer in panel["layers"]
    ) + sum(name.startswith("datum") for name in handles(scene))
    for field, control in explorer.controls.items():
        assert control.value == explorer.value_of(explorer.state, field)


def values(control):
    """Values over the whole range of a control."""
    if isinstance(control, ipywidgets.IntSlider):
        return [int(v) for v in np.unique(np.linspace(control.min, control.max, 7).round())]
    if isinstance(control, ipywidgets.FloatLogSlider):
        return list(control.base ** np.linspace(control.min, control.max, 7))
    if isinstance(control, ipywidgets.FloatSlider):
        return list(np.linspace(control.min, control.max, 7))
    if isinstance(control, ipywidgets.Checkbox):
        return [True, False]
    return [value for _, value in control._options_full]


def test_every_explorer_is_tried_here():
    """Those of every file of the package, whether or not ``widgets`` lists them."""
    files = [import_module(info.name) for info in pkgutil.walk_packages(widgets.__path__, "lecture_lib.widgets.")]
    classes = {value for file in files for value in vars(file).values() if isinstance(value, type)}
    # What draws a scene of its own is an explorer; what does not is for others to build on.
    found = {v.__name__ for v in classes if issubclass(v, Explorer) and v is not Explorer and "draw" in vars(v)}
    assert {type(made(number)).__name__ for number in EXPLORERS} == set(widgets.__all__) == found


def shows(explorer, field, value):
    """Whether the control still shows what it was set to; the weight of a single component is 1."""
    if isinstance(value, float) and not field.startswith("weight"):
        return explorer.controls[field].value == pytest.approx(value, rel=0.012)
    if isinstance(value, float):
        return explorer.state.k == 1 or explorer.controls[field].value == pytest.approx(value, abs=0.006)
    return explorer.controls[field].value == value


def test_every_control_over_its_range(explorer):
    for field, control in explorer.controls.items():
        for value in values(control):
            control.value = value
            check(explorer)
            assert shows(explorer, field, value)
    for button in explorer.buttons.values():
        button.click()
        check(explorer)


def test_every_control_and_button_says_what_it_is(explorer):
    assert {"Reset", "Random start"} & set(explorer.buttons)
    assert "Reset" in explorer.buttons
    assert any(name.startswith("Random") or name == "Another start" for name in explorer.buttons)
    for name, button in explorer.buttons.items():
        assert button.description == name
        assert len(button.tooltip.split()) >= 3
    for control in explorer.controls.values():
        assert control.description


KINDS = st.sampled_from(("button", "control", "handle", "handle", "handle", "next", "end"))
SHARES = st.sampled_from((0.0, 0.03, 0.2, 0.5, 0.61, 0.97, 1.0))
LONG = 100  # actions in one sequence
SEQUENCES = st.lists(st.tuples(KINDS, st.integers(0, 99), SHARES, SHARES), min_size=LONG, max_size=LONG)


def act(explorer, kind, which, across, up):
    """Do one thing that a user can do; numbers choose among what is there."""
    if kind == "button":
        chosen(explorer.buttons, which)[1].click()
    elif kind == "control" and explorer.controls:
        _, control = chosen(explorer.controls, which)
        control.value = values(control)[int(across * (len(values(control)) - 1))]
    elif kind == "handle":
        name, (panel, at) = chosen(handles(explorer.plane.scene), which)
        low, high = ([panel[c][end] for c in "xy"] for end in ("low", "high"))
        to = [a + share * (b - a) for a, b, share in zip(low, high, (across, up), strict=True)]
        explorer.plane._receive(None, {"moves": {name: at if which % 10 == 0 else to}, "serial": ["view", 1]}, [])
        explorer.plane._receive(None, {"rest": True}, [])
    else:
        explorer.plane._receive(None, {"tick": kind, "serial": ["view", 2]}, [])


def chosen(named, which):
    return sorted(named.items())[which % len(named)]


@pytest.fixture
def short_runs(monkeypatch):
    """Many short runs, and few restarts, find as much as a few long ones."""
    for module in (mixture_em, beta_dial):
        monkeypatch.setattr(module, "MOST_STEPS", 12)
    monkeypatch.setattr(failures, "STARTS", 3)


@pytest.mark.usefixtures("short_runs")
@pytest.mark.parametrize("number", EXPLORERS)
@settings(
    max_examples=ACTIONS // LONG,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(actions=SEQUENCES)
def test_random_sequences_of_actions(number, actions):
    explorer = made(number)
    for number, action in enumerate(actions):
        act(explorer, *action)
        if number % 10 == 0:
            check(explorer)
    check(explorer)
    explorer.reset()
    assert explorer.state is explorer._first


@pytest.mark.parametrize(
    "message",
    [{}, {"moves": {"mean-0": [1]}}, {"moves": {"mean-0": None}}, {"moves": {"mean-0": [float("nan"), 1]}},
     {"moves": {"mean-0": ["a", "b"]}}, {"tick": 7}],
)  # fmt: skip
def test_messages_that_make_no_sense_are_answered_and_change_nothing(explorer, message):
    before = explorer.plane.scene
    explorer.plane._receive(None, message | {"serial": ["view", 3]}, [])
    assert explorer.plane.scene["panels"] == before["panels"]
    assert explorer.plane.answered == ["view", 3]


def test_an_unknown_handle_moves_nothing(explorer):
    before = explorer.state
    explorer.move("mean-77", (0.0, 0.0))
    check(explorer)
    explorer.move("nonsense", (0.0, 0.0))
    explorer.move("datum-9999", (0.0, 0.0))
    assert explorer.state is before


def test_one_message_answers_one_message(explorer, monkeypatch):
    """The scene and the answer travel together."""
    sent = []
    monkeypatch.setattr(explorer.plane, "send_state", lambda key=None: sent.append(set(key)))
    name, (panel, _) = next(iter(handles(explorer.plane.scene).items()))
    at = [0.4 * panel[c]["low"] + 0.6 * panel[c]["high"] for c in "xy"]
    explorer.plane._receive(None, {"moves": {name: at}, "serial": ["view", 9]}, [])
    assert sent == [{"scene", "answered"}]


def test_sliders_follow_when_the_hand_rests_and_at_each_tick():
    """While a hand is quick, what they send back comes late, and would undo a later move."""
    explorer = made("08")
    slider, first = explorer.controls["beta"], explorer.controls["beta"].value
    for number, at in enumerate((0.2, 0.4)):
        explorer.plane._receive(None, {"moves": {"beta": [at, 0.0]}, "serial": ["view", number]}, [])
        assert slider.value == first
    explorer.plane._receive(None, {"rest": True}, [])
    assert slider.value == pytest.approx(10**0.4)
    explorer.buttons["Sweep β"].click()
    explorer.plane._receive(None, {"tick": "next", "serial": ["view", 3]}, [])
    assert slider.value == explorer.state.beta == explorer.state.betas[1]


def test_reset_brings_back_the_first_picture(explorer):
    first = explorer.plane.scene
    for name in list(handles(first))[:2]:
        explorer.move(name, (1.0, 2.0))
    explorer.buttons["Reset"].click()
    assert explorer.plane.scene == first


def test_a_slider_that_sends_back_what_it_shows_changes_nothing():
    explorer = made("08")
    before = explorer.state
    explorer.controls["beta"].value = before.beta * 1.001
    assert explorer.state is before


def test_a_watched_run_goes_to_its_end_and_rests():
    for number in ("01", "03", "07"):
        explorer = made(number)
        explorer.buttons["Run"].click()
        assert explorer.plane.scene["pace"] > 0
        steps = 0
        while explorer.plane.scene["pace"]:
            explorer.tick()
            steps += 1
        assert explorer.state.journey.over
        assert steps == len(explorer.state.journey.stops) - 1
        explorer.buttons["Run"].click()
        explorer.tick(to_the_end=True)
        assert explorer.state.journey.over
        assert explorer.plane.scene["pace"] == 0


# What each one is for.


def test_01_steps_agree_with_the_library():
    explorer = widgets.KMeansExplorer(Z, 2, start=[[-1.0, 1.5], [1.0, -1.5]])
    assert explorer.loss == pytest.approx(79.576, abs=1e-3)
    explorer.buttons["Step"].click()
    here = explorer.state.journey.here
    assert pytest.approx(reduced_lyapunov(Z, [[-1.0, 1.5], [1.0, -1.5]])) == here.J
    assert "1: assign" in explorer.plane.scene["panels"][0]["title"]
    explorer.buttons["Step"].click()
    assert explorer.loss == lyapunov(Z, here.r, explorer.state.journey.here.means) < here.J


def test_01_a_cluster_without_data_is_a_sentence():
    explorer = widgets.KMeansExplorer(Z, 2, start=[[0.0, 0.0], [0.1, 0.1]])
    explorer.controls["stepping"].value = True
    explorer.move("mean-1", (900.0, 900.0))
    explorer.buttons["Step"].click()
    assert explorer.notice.startswith("Cluster 1 is empty and keeps its mean")


@pytest.mark.parametrize("start", [(11.0, 11.0), (0.0, 0.0), (20.0, 30.0), (2.0, 9.0)])
def test_03_a_notice_belongs_to_the_stop_that_is_shown(start):
    explorer = widgets.LandscapeExplorer(LINE, start=start)
    while True:
        sizes = assign(LINE, explorer.state.journey.here.theta).sum(axis=0)
        assert ("is empty" in explorer.notice) == (sizes == 0).any()
        if explorer.state.journey.stepping and explorer.state.journey.over:
            break
        explorer.buttons["Step"].click()


def test_02_a_notice_belongs_to_the_end_that_is_shown():
    explorer, rng = widgets.FailuresExplorer("works well", 4), np.random.default_rng(0)
    seen = set()
    for far in rng.uniform(-30, 30, (30, 2)):
        explorer.move("mean-0", far)
        explorer.move("mean-1", far)
        sizes = assign(explorer.state.X, explorer.state.journey.here.theta).sum(axis=0)
        assert ("is empty" in explorer.notice) == (sizes == 0).any()
        seen.add(bool((sizes == 0).any()))
    assert True in seen


def test_01_the_end_is_told_at_the_end_only(monkeypatch):
    monkeypatch.setattr(k_means, "MOST_HALF_STEPS", 3)
    explorer = widgets.KMeansExplorer(Z, 3, start=Z[:3])
    for _ in range(2):
        assert "the end" not in json.dumps([texts(explorer.plane.scene), explorer.status])
        assert "not yet at rest" in explorer.status
        explorer.controls["stepping"].value = True
        for _ in range(4):
            explorer.buttons["Step"].click()
    monkeypatch.undo()
    explorer = widgets.KMeansExplorer(Z, 3, start=Z[:3])
    explorer.buttons["Run"].click()
    while not explorer.state.journey.over:
        assert "the end" not in explorer.plane.scene["panels"][0]["title"] + explorer.status
        explorer.tick()
    assert "the end" in explorer.plane.scene["panels"][0]["title"]
    assert "the end" in explorer.status


def test_07_the_end_is_told_at_the_end_only(monkeypatch):
    monkeypatch.setattr(mixture_em, "MOST_STEPS", 3)
    explorer = widgets.MixtureExplorer(X, 2)
    assert "the end" not in explorer.plane.scene["panels"][0]["title"] + explorer.status
    assert "not yet at rest" in explorer.status


def test_01_data_are_dragged_in_a_copy():
    mine = Z[:20].copy()
    explorer = widgets.KMeansExplorer(mine, 2, drag_data=True)
    explorer.move("datum-3", (0.5, 0.25))
    np.testing.assert_array_equal(explorer.state.X[3], [0.5, 0.25])
    np.testing.assert_array_equal(mine, Z[:20])
    explorer.reset()
    np.testing.assert_array_equal(explorer.state.X, mine)
    assert not any(name.startswith("datum") for name in handles(widgets.KMeansExplorer(mine, 2).plane.scene))


def test_02_counts_what_the_notebook_counts():
    explorer = widgets.FailuresExplorer("works well", 2)
    explorer.buttons["Best of 20"].click()
    assert explorer.misplaced == 0
    explorer.controls["name"].value = "two elongated"
    explorer.buttons["Best of 20"].click()
    best = fit(explorer.state.X, 2, rng=np.random.default_rng(0)).objective
    assert explorer.state.journey.here.objective == pytest.approx(best)
    assert f"{explorer.misplaced} of 80 data" in explorer.status
    assert explorer.misplaced > 20


def test_03_both_maps_agree_with_the_walk():
    explorer = widgets.LandscapeExplorer(LINE)
    state = explorer.state
    rng = np.random.default_rng(1)
    for _ in range(40):
        row, column = rng.integers(0, len(state.grid), 2)
        step = state.grid[1] - state.grid[0]
        explorer.move("start, on the map", (state.grid[column], state.grid[row] + 0.013 * step))
        expected = state.losses[state.ends[row, column]]
        assert -explorer.state.journey.here.objective == pytest.approx(expected)


def test_03_refuses_data_that_are_not_on_a_line():
    with pytest.raises(ValueError, match="x must have shape"):
        widgets.LandscapeExplorer(Z)


def test_05_the_sample_bends_with_the_mixture_and_weights_sum_to_1():
    explorer = widgets.SamplingExplorer(n=50)
    before = np.frombuffer(explorer.plane.scene["panels"][0]["layers"][0]["xy"], "<f4").reshape(-1, 2)
    explorer.move("mean-0", explorer.state.mixture.means[0] + 1.0)
    after = np.frombuffer(explorer.plane.scene["panels"][0]["layers"][0]["xy"], "<f4").reshape(-1, 2)
    moved = np.abs(after - before - 1.0).max(axis=1) < 1e-5
    still = np.abs(after - before).max(axis=1) < 1e-6
    assert (moved ^ still).all()
    assert moved.any()
    assert still.any()
    explorer.controls["weight-1"].value = 1.0
    np.testing.assert_allclose(explorer.state.mixture.weights, [0, 1, 0])
    explorer.controls["weight-1"].value = 0.4
    np.testing.assert_allclose(explorer.state.mixture.weights, [0.3, 0.4, 0.3])


def test_05_axes_are_dragged_to_where_the_hand_is():
    explorer = widgets.SamplingExplorer()
    explorer.move("axis-0-1", (5.0, 5.0))
    _, at = handles(explorer.plane.scene)["axis-0-1"]
    np.testing.assert_allclose(at, (5.0, 5.0))
    axes = explorer.state.mixture.axes[0]
    assert axes[0] @ axes[1] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(explorer.state.mixture.theta.covariances[0], axes.T @ axes)


def test_06_small_gradient_steps_and_em_climb():
    explorer = widgets.ClimbingExplorer(X)
    explorer.controls["rate"].value = 1e-5
    for name in ("Gradient step", "EM step"):
        before = explorer.state.height
        explorer.buttons[name].click()
        assert explorer.state.height > before
    for _ in range(60):
        explorer.buttons["EM step"].click()
    assert explorer.state.height == pytest.approx(explorer.state.summit, abs=1e-3)
    theta = explorer.state.mixture.theta
    assert explorer.state.height == pytest.approx(log_likelihood(X, theta))


def test_07_trap_collapse_and_prior():
    explorer = widgets.MixtureExplorer(X, 2)
    best = explorer.state.journey.here.objective
    explorer.buttons["Trap"].click()
    means = explorer.state.journey.here.theta.means
    np.testing.assert_allclose(means[0], means[1])
    assert explorer.state.journey.here.objective < best - 100

    explorer.buttons["Collapse"].click()
    assert explorer.notice == ""
    explorer.buttons["Run"].click()
    explorer.tick(to_the_end=True)
    assert explorer.notice.startswith("Component 0 (R = ")
    assert "use a prior" in explorer.notice
    assert len(explorer.state.journey.stops) > 5

    explorer.controls["prior"].value = True
    explorer.controls["stepping"].value = False
    assert explorer.notice == ""
    assert explorer.state.journey.over


def test_07_an_explicit_start_is_kept():
    start = MixtureParameters([0.5, 0.5], [[2.0, 55.0], [4.0, 80.0]], [np.diag([0.1, 30.0])] * 2)
    explorer = widgets.MixtureExplorer(X, start=start)
    np.testing.assert_array_equal(explorer.state.start.covariances, start.covariances)


def test_08_the_means_part_at_the_critical_beta():
    explorer = widgets.BetaExplorer(Z, 2)
    critical = explorer.state.critical
    for factor, places in ((0.9, "1 place"), (1.2, "2 places")):
        explorer.move("beta", (np.log10(factor * critical), 0.0))
        assert f"2 means at {places}" in explorer.status
    explorer.buttons["Sweep β"].click()
    while explorer.plane.scene["pace"]:
        explorer.tick()
    assert explorer.state.beta == pytest.approx(explorer.state.betas[-1])


def test_10_e_touches_m_climbs():
    explorer = widgets.BoundExplorer(TEN)
    for _ in range(3):
        explorer.buttons["E-step"].click()
        assert explorer.state.bound == pytest.approx(explorer.state.likelihood)
        before = explorer.state.likelihood
        explorer.buttons["M-step"].click()
        assert before <= explorer.state.bound <= explorer.state.likelihood
    explorer.buttons["Run"].click()
    explorer.tick(to_the_end=True)
    assert explorer.plane.scene["pace"] == 0
    slope = np.diff(explorer.state.model.log_likelihood(explorer.state.theta + np.array([-1e-4, 1e-4])))
    assert abs(slope[0]) < 1e-5


def test_hw4_the_bound_touches_at_the_posterior_and_nowhere_else():
    explorer = made("hw4")
    x = np.array([-1.0, 1.0, 2.0])
    posterior = norm.pdf(x + 1.0) / (norm.pdf(x) + norm.pdf(x + 1.0))
    evidence = np.log((norm.pdf(x) + norm.pdf(x + 1.0)) / 2).sum()
    before = explorer.state.bound
    for i, share in enumerate(posterior):
        assert "touches" not in json.dumps(explorer.plane.scene, default=str)
        explorer.move(f"share-{i}", (99.0, share))
        assert before < explorer.state.bound  # each datum closes its part of the gap
        before = explorer.state.bound
    np.testing.assert_allclose(explorer.state.q, posterior, rtol=1e-12)  # x is not moved
    assert explorer.state.bound == pytest.approx(evidence, rel=1e-12)
    assert "touches" in json.dumps(explorer.plane.scene, default=str)
    explorer.move("share-1", (1.0, 7.0))
    assert explorer.state.q[1] == 1.0
    assert explorer.state.bound == pytest.approx(evidence + np.log(posterior[1]))  # KL of a certain q


def test_errors_of_the_library_are_sentences_and_the_state_stays():
    explorer = made("07")
    before = explorer.state

    def collapses(state):
        raise CollapsedComponentError(1, 2.0)

    explorer.act(collapses)
    assert explorer.state is before
    assert explorer.notice.startswith("Component 1 (R = 2) shrank onto a point")
    explorer.act(lambda state: state)
    assert explorer.notice == ""


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_promises_only_handles_that_exist(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = " ".join(
        "".join(cell["source"]) for cell in cells if "## With your own hands" in "".join(cell["source"])
    )
    if not said:
        assert path.stem[:2] not in EXPLORERS
        return
    there = {name.partition("-")[0] for name in handles(made(path.stem[:2]).plane.scene)}
    promised = re.findall(
        r"(?i)\b(?:drag|pull at|turn)\b(?: a| both| the)? (mean|ellipse|start|dial|\$\\theta)", said
    )
    also = re.findall(r"(?i)\b(?:drag|pull at|turn) a \w+ or an? (\w+)", said)
    names = {"mean": "mean", "ellipse": "axis", "start": "start", "dial": "beta", r"$\theta": "theta"}
    assert {names[word.lower()] for word in [*promised, *also]} <= there
    assert promised or "choose" in said.lower()
