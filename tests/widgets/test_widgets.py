"""What Python knows of the live figures: options, first state, picture, and the comparison with the library."""

import gzip
import html
import json
import re
import types
from pathlib import Path

import numpy as np
import pytest
from explorers import EXPLORERS, TWO, X, Z
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from scipy.stats import norm

from lecture_lib import widgets
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import assign, lyapunov, update
from lecture_lib.models.mixture import MixtureParameters, responsibilities
from lecture_lib.widgets import script
from lecture_lib.widgets.explorer import off, packed, unpacked

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MODULES = sorted(path.relative_to(script.PAGE).as_posix() for path in script.PAGE.rglob("*.js"))


@pytest.fixture(params=EXPLORERS)
def explorer(request):
    return EXPLORERS[request.param]()


def shown(explorer, monkeypatch):
    """What a notebook stores of it."""
    seen = []
    monkeypatch.setattr("lecture_lib.widgets.explorer.display", lambda data, **kwargs: seen.append((data, kwargs)))
    explorer._ipython_display_()
    return seen[0]


def test_every_explorer_is_tried_here():
    assert {type(make()).__name__ for make in EXPLORERS.values()} == set(widgets.__all__)


def test_a_stored_figure_is_a_place_with_its_picture_inside(explorer, monkeypatch):
    data, kwargs = shown(explorer, monkeypatch)
    place = re.match(
        r'<div data-explorer="([^"]*)"><img alt="([^"]+)" width="\d+" height="\d+" src="data:', data["text/html"]
    )
    given = json.loads(html.unescape(place[1]))
    assert set(given) == {"kind", "options"}  # nothing that changes from run to run
    assert f"{given['kind']}Explorer" == type(explorer).__name__
    about = kwargs["metadata"]["image/png"]
    assert place[2] == html.escape(about["alt"])
    assert json.loads(about["explorer"]) == given
    assert len(place[2].split()) > 10
    assert {"image/png", "text/plain"} < set(data)
    assert shown(explorer, monkeypatch)[0]["text/html"] == data["text/html"]


def test_when_the_page_is_there_nothing_in_the_notebook_asks_for_a_kernel(explorer, monkeypatch):
    widget_view = "application/vnd.jupyter.widget-view+json"
    updates = []
    handle = type("Handle", (), {"update": lambda self, data, **kwargs: updates.append(data)})()
    first = []
    monkeypatch.setattr("lecture_lib.widgets.explorer.display", lambda data, **_: first.append(data) or handle)
    explorer._ipython_display_()
    assert widget_view in first[0]
    for _ in range(2):
        explorer._hear(None, {"here": True}, [])
    (plain,) = updates
    assert widget_view not in plain
    assert explorer.figure["key"] in html.unescape(plain["text/html"])
    explorer._ipython_display_()
    assert widget_view not in first[1]


def test_the_first_state_agrees_with_the_library(explorer):
    state = explorer.state
    if "r" not in vars(state) and hasattr(state, "bound"):
        assert max(explorer.differences(state).values()) < 1e-12
    assert getattr(state, "step", "start") == "start"
    assert set(vars(state)) & {"X", "x", "n"}


def test_a_mirrored_state_is_compared_with_the_library():
    explorer = widgets.KMeansExplorer(Z, start=[[-1.0, 1.5], [1.0, -1.5]])
    source = np.array([[-1.0, 1.5], [1.0, -1.5]])
    r = assign(Z, source)
    means = update(Z, r, source)
    state = {"X": Z.tolist(), "start": source.tolist(), "source": source.tolist(), "means": means.tolist()}
    state |= {"labels": r.argmax(axis=1).tolist(), "loss": lyapunov(Z, r, means), "step": "update", "rest": False}
    explorer.mirror = state
    assert explorer.seal.startswith("The numbers agree with lecture_lib")
    np.testing.assert_array_equal(explorer.state.means, means)
    for wrong in (
        {"loss": state["loss"] * (1 + 1e-8)},
        {"labels": state["labels"][::-1]},
        {"means": (means + 1e-6).tolist()},
    ):
        explorer.mirror = state | wrong
        assert explorer.seal.startswith("The numbers differ from lecture_lib"), wrong


def test_homework_reads_arrays():
    climbing = EXPLORERS["06"]()
    assert isinstance(climbing.state.mixture, MixtureParameters)
    climbing.mirror = {
        "X": X.tolist(),
        "mixture": packed(TWO) | {"axes": []},
        "height": 0.0,
        "r": [[0.5, 0.5]] * len(X),
        "slope": [[0.0, 0.0]] * 2,
    }
    np.testing.assert_array_equal(climbing.state.mixture.means, TWO.means)
    shares = widgets.SharesExplorer([-1.0, 1.0, 2.0], -1.0)
    assert shares.state.q.tolist() == [0.5, 0.5, 0.5]
    x = np.array([-1.0, 1.0, 2.0])
    evidence = np.log((norm.pdf(x) + norm.pdf(x + 1.0)) / 2).sum()
    assert shares.state.likelihood == pytest.approx(evidence, rel=1e-12)


def test_a_live_figure_sets_no_formula_so_no_notebook_names_an_axis_by_one():
    for path in NOTEBOOKS.rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            assert not (cell["cell_type"] == "code" and "Explorer(" in source and "$" in source), path


def test_a_mixture_comes_back_as_it_went():
    again = unpacked(packed(TWO))
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(again, name), getattr(TWO, name))


def test_off_is_relative_to_the_size_of_the_numbers():
    assert off([1.0, 100.0], [1.0, 100.0 + 1e-7]) == pytest.approx(1e-9, rel=1e-6)
    assert off([], []) == 0.0


def test_it_opens_after_so_many_half_steps_or_at_its_end():
    start = [[-1.0, 1.5], [1.0, -1.5]]
    opened = widgets.KMeansExplorer(Z, start=start, at=2)
    r = assign(Z, start)
    np.testing.assert_array_equal(opened.state.means, update(Z, r, start))
    assert opened.figure["options"]["at"] == 2
    end = widgets.KMeansExplorer(Z, start=start, ahead=True)
    assert end.state.rest
    assert end.state.loss == pytest.approx(79.576, abs=1e-3)
    with pytest.raises(ValueError, match="at must be a whole number"):
        widgets.KMeansExplorer(Z, at=1.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: widgets.KMeansExplorer(np.ones((3, 3))), "two columns"),
        (lambda: widgets.KMeansExplorer(np.ones((5001, 2))), "at most 5000 rows"),
        (lambda: widgets.KMeansExplorer(Z, 7), "from 1 to 6"),
        (lambda: widgets.FailuresExplorer("another"), "name must be one of"),
        (lambda: widgets.LandscapeExplorer(Z), "x must have shape"),
        (lambda: widgets.SamplingExplorer(n=3000), "n must be"),
        (lambda: widgets.ClimbingExplorer(X, 5), "from 1 to 4"),
        (lambda: widgets.MixtureExplorer(X, covariance="round"), "covariance must be one of"),
        (lambda: widgets.BetaExplorer(Z, beta=0), "beta must be"),
        (lambda: widgets.BoundExplorer([1.0, np.nan]), "x must be finite"),
        (lambda: widgets.SharesExplorer([1.0], 99.0), "theta must lie"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


EXPORTED = re.compile(r"^export (?:async )?(?:const|function\*?|class) (\w+)", re.MULTILINE)


def test_what_modules_export_has_one_name_everywhere():
    names = [name for path in MODULES for name in EXPORTED.findall((script.PAGE / path).read_text())]
    assert len(names) == len(set(names)) > 150
    for path in MODULES:
        text = (script.PAGE / path).read_text()
        assert text.count("export ") == len(EXPORTED.findall(text)), path  # in no other form


def test_joining_takes_every_module_once_and_nothing_of_modules_is_left():
    for joined, entry in ((script.module(), "host/widget.js"), (script.script(), "host/webpage.js")):
        others = {"host/widget.js", "host/webpage.js"} - {entry}
        for path in set(MODULES) - others:
            for name in EXPORTED.findall((script.PAGE / path).read_text()):
                assert len(re.findall(rf"\bvar {name} ?=", joined)) == 1, name
        assert not re.search(r"^\s*import |^export (?!default widget)", joined, re.MULTILINE)


def test_the_figures_take_less_than_40_kilobytes_zipped():
    packed_size = len(gzip.compress((script.module() + (script.PAGE / "figure.css").read_text()).encode(), 9))
    assert packed_size < 40_000


def test_the_scripts_ask_for_nothing_from_a_network():
    for name in MODULES:
        text = (script.PAGE / name).read_text(encoding="utf-8")
        assert not re.search(r"fetch\(|XMLHttpRequest|https?://|WebSocket|import\(", text), name


def test_equations_that_figures_name_are_in_the_notebooks():
    tags = set()
    for path in NOTEBOOKS.glob("[0-9]*.ipynb"):
        tags |= set(re.findall(r"\\\\tag\{(.*?)\}", path.read_text(encoding="utf-8")))
    named = set()
    for name in MODULES:
        text = (script.PAGE / name).read_text(encoding="utf-8")
        for table in re.findall(r"EQUATIONS = \{([^}]*)\}", text):
            named |= set(re.findall(r'"([\d.]+)"', table))
        named |= set(re.findall(r"eq\. ([\d]+\.[\d]+)", text))
    assert named
    assert named <= tags


def test_the_truth_has_the_colours_of_k_means_but_for_what_is_misplaced():
    explorer = widgets.FailuresExplorer("two elongated", k=2, ahead=True)
    axes = Figure().subplots(1, 2)
    explorer.draw(axes)
    filled = [[dots for dots in ax.collections if len(dots.get_facecolor())] for ax in axes]
    found, truth = (
        {(*at, *dots.get_facecolor()[0]) for dots in side for at in dots.get_offsets()} for side in filled
    )
    assert len(truth) == len(explorer.state.X)
    assert len(truth - found) == explorer.state.misplaced > 0


def test_a_walk_has_the_colour_of_its_end_on_the_map():
    explorer = widgets.LandscapeExplorer([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]], (5.0, 6.0))
    axes = Figure().subplots(1, 2)
    explorer.draw(axes)
    (dot,) = axes[1].lines
    names = axes[1].collections[0]
    row, column = (np.abs(np.linspace(-1.98, 12.98, 81) - at).argmin() for at in (6.0, 5.0))
    there = names.cmap(names.norm(names.get_array().reshape(81, 81)[row, column]))
    assert to_rgba(dot.get_color()) == there


def test_a_component_that_has_all_but_collapsed_is_compared_as_any_other():
    X = np.array([[0.0, 0], [0, 3], [0, 1], [0, 0], [1, 0], [3, 0], [0, 0]])
    thin = [[8 / 7, 0], [0, 8 / 7]], [[[1.55, 0], [0, 2.2e-52]], [[2.2e-52, -2.5e-52], [-2.5e-52, 1.55]]]
    state = types.SimpleNamespace(X=X, prior=False, covariance="full", step="E", collapsed=None)
    state.anchor = MixtureParameters([0.5, 0.5], *thin)
    state.r = responsibilities(X, state.anchor)
    state.objective = GaussianMixture(X).e_step(state.anchor)[1]
    assert max(widgets.MixtureExplorer(X).differences(state).values()) < 1e-12
