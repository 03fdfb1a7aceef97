"""Scenes, the geometry behind them, and the picture that stays: pure functions, no browser."""

import base64
import copy
import io
import json
import re

import numpy as np
import pytest
from explorers import EXPLORERS, X, Z, made
from PIL import Image

from lecture_lib import widgets
from lecture_lib.em import State, objective_settles
from lecture_lib.figures.look import COLOURS, MARKERS
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.kmeans import labels
from lecture_lib.widgets import layers, shapes, still
from lecture_lib.widgets import scene as sc
from lecture_lib.widgets.by_hand import shaped, spread
from lecture_lib.widgets.journey import Journey, journey, sentence
from lecture_lib.widgets.plane import Plane
from lecture_lib.widgets.script import CANVAS, PARTS, joined

RNG = np.random.default_rng(0)
UNIT = np.array([0.5, 20.0])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 11.7), (1e-9, 3e-9), (-1e6, 2.5e7), (0.999, 1.001)])
def test_ticks_are_few_round_and_inside(low, high):
    found = sc.ticks(low, high)
    at = np.array([tick for tick, _ in found])
    assert 2 <= len(found) <= 7
    assert low - 1e-9 * (high - low) <= at.min()
    assert at.max() <= high + 1e-9 * (high - low)
    np.testing.assert_allclose(np.diff(at), at[1] - at[0])
    assert re.fullmatch(r"[125]0*(\.0*)?(e.*)?", f"{float(f'{at[1] - at[0]:.6g}'):g}".lstrip("0.") or "1")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-1130.26396, "−1130"), (0.0, "0"), (-0.0, "0"), (6180.4, "6180"), (12345.6, "12346"),
     (3.7123e-4, "0.0003712"), (2.5e12, "2.5e+12"), (float("inf"), "inf")],
)  # fmt: skip
def test_numbers_are_short(value, shown):
    assert sc.number(value) == shown


def test_points_mix_colours_and_take_the_shape_of_the_largest_share():
    layer = sc.points([[1.0, 2.0], [3.0, 4.0]], np.array([[0.75, 0.25], [0.0, 1.0]]))
    mixed = np.frombuffer(layer["rgb"], "u1").reshape(2, 3)
    a, b = (np.array(sc.rgb(colour)) for colour in COLOURS[:2])
    np.testing.assert_array_equal(mixed, [np.rint(0.75 * a + 0.25 * b), b])
    assert list(layer["shape"]) == [0, 1]
    np.testing.assert_array_equal(np.frombuffer(layer["xy"], "<f4"), [1, 2, 3, 4])
    assert sc.points([[1.0, 2.0]])["rgb"] == b""


def test_what_is_not_finite_is_not_drawn():
    assert sc.places(sc.line([[0, 1], [np.nan, 1], [2, np.inf], [3, 4]])).tolist() == [[0, 1], [3, 4]]
    assert len(sc.places(sc.marks([[np.nan, 1]]))) == 0
    panel = layers.trace([-np.inf, 1.0, 2.0], title="", label="")
    assert np.isfinite([panel["y"]["low"], panel["y"]["high"]]).all()
    layers.trace([-np.inf], title="", label="")


def test_heat_ranks_heights_and_keeps_names():
    x, y = np.arange(4.0), np.arange(3.0)
    heights = np.frombuffer(sc.heat(np.exp(np.arange(12.0)).reshape(3, 4), x, y)["values"], "u1")
    assert heights[0] == 0
    assert heights[-1] == 255
    assert (np.diff(heights.astype(int)) > 0).all()
    names = sc.heat(np.arange(12).reshape(3, 4) % 3, x, y)
    assert names["levels"] == 0
    assert list(names["values"]) == [0, 1, 2] * 4


@pytest.mark.parametrize("unit", [1.0, UNIT])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_cells_are_where_a_mean_is_nearest(k, unit):
    low, high = np.array([0.0, 0.0]), np.array([5.0, 100.0])
    m = RNG.uniform(low, high, (k, 2))
    cells = shapes.cells(m, low, high, unit)
    areas = [area(cell) for cell in cells]
    assert sum(areas) == pytest.approx(500.0)
    inside = RNG.uniform(low, high, (4000, 2))
    nearest = labels(inside / unit, m / unit)
    np.testing.assert_allclose(np.bincount(nearest, minlength=k) / 4000, np.array(areas) / 500, atol=0.03)
    for j, cell in enumerate(cells):
        away = np.sum(((cell[:, None] - m) / unit) ** 2, axis=2)
        np.testing.assert_allclose(away[:, j], away.min(axis=1), rtol=1e-9, atol=1e-12)


def area(cell):
    if len(cell) < 3:
        return 0.0
    x, y = cell.T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2


def test_of_equal_means_the_first_has_the_cell():
    cells = shapes.cells([[1.0, 1.0], [1.0, 1.0]], [0, 0], [2, 2])
    assert [area(cell) for cell in cells] == [4.0, 0.0]


def random_covariance():
    factor = RNG.standard_normal((2, 2)) * [[0.5], [15.0]]
    return factor @ factor.T + np.diag([0.01, 5.0])


def test_an_ellipse_lies_two_widths_away():
    covariance = random_covariance()
    away = shapes.ellipse(np.array([3.0, 70.0]), covariance) - [3.0, 70.0]
    np.testing.assert_allclose(np.einsum("na,na->n", away @ np.linalg.inv(covariance), away), 4.0)


def test_axes_and_covariances_are_two_forms_of_the_same():
    covariances = np.array([random_covariance() for _ in range(5)])
    axes = shapes.axes_of(covariances, UNIT)
    np.testing.assert_allclose(shapes.covariance_of(axes), covariances)
    np.testing.assert_allclose(np.sum(axes[:, 0] / UNIT * axes[:, 1] / UNIT, axis=1), 0, atol=1e-12)
    assert (np.hypot(*(axes[:, 0] / UNIT).T) >= np.hypot(*(axes[:, 1] / UNIT).T)).all()


@pytest.mark.parametrize("which", [0, 1])
def test_a_pulled_axis_goes_where_the_hand_is_and_the_other_keeps_its_length(which):
    axes = shapes.axes_of(random_covariance(), UNIT)
    new = shapes.turned(axes, which, [0.4, -11.0], UNIT)
    np.testing.assert_allclose(new[which], [0.4, -11.0])
    assert np.hypot(*(new[1 - which] / UNIT)) == pytest.approx(np.hypot(*(axes[1 - which] / UNIT)))
    assert (new[0] / UNIT) @ (new[1] / UNIT) == pytest.approx(0, abs=1e-12)


def test_no_axis_becomes_nothing():
    axes = shapes.axes_of(random_covariance(), UNIT)
    for to in ([0.0, 0.0], [1e-9, 0.0]):
        assert np.hypot(*(shapes.turned(axes, 0, to, UNIT)[0] / UNIT)) >= 0.04 - 1e-12


def test_a_mixture_by_hand_says_the_same_as_its_parameters():
    theta = spread(X, X[:3])
    mixture = shaped(theta, X.std(axis=0))
    np.testing.assert_allclose(mixture.theta.covariances, theta.covariances)
    assert {handle["id"] for handle in mixture.handles(("a", "b"))} == {
        f"{kind}-{j}{end}" for j in range(3) for kind, end in (("mean", ""), ("axis", "-0"), ("axis", "-1"))
    }
    assert mixture.weighed(0, 1.0).weighed(1, 0.5).weights.tolist() == [0.5, 0.5, 0.0]
    assert mixture.weighed(0, 1.0).weighed(0, 0.4).weights == pytest.approx([0.4, 0.3, 0.3])


def states(n):
    return tuple(State(i, None, float(i)) for i in range(n))


def test_a_journey_is_shown_at_its_end_or_step_by_step():
    way = Journey(states(4))
    assert (way.shown, way.over, way.pace) == (3, True, 0)
    first = way.step()
    assert (first.shown, first.stepping) == (1, True)
    assert [first.step().shown, first.step().step().step().shown] == [2, 3]
    running = way.run()
    assert running.shown == 0
    assert running.pace > 0
    assert [running.tick().shown, running.tick(to_the_end=True).shown] == [1, 3]
    assert running.tick(to_the_end=True).pace == 0
    assert way.tick() is way
    assert way.watched(True).shown == 0
    assert way.watched(True).watched(False).over
    assert len(running.tick().seen) == 2


def test_a_journey_ends_with_a_sentence_where_the_library_gives_up():
    start = spread(X, np.vstack([X[83], X.mean(axis=0)]))
    covariances = start.covariances.copy()
    covariances[0] = np.diag((0.05 * X.std(axis=0)) ** 2)
    falling = journey(GaussianMixture(X), type(start)(start.weights, start.means, covariances))
    assert "shrank onto a point" in falling.ending
    assert len(falling.stops) >= 2
    short = journey(GaussianMixture(X), start, until=objective_settles(1e-9), max_steps=2)
    assert (len(short.stops), short.ending, short.at_rest) == (3, "", False)
    with pytest.raises(ValueError, match="theta must"):
        journey(GaussianMixture(X), None)


def test_sentences_begin_large_and_end_with_a_full_stop():
    assert sentence(ValueError("k must be 1")) == "K must be 1."
    assert sentence(ValueError()) == "ValueError."


@pytest.mark.parametrize("number", EXPLORERS)
def test_drawing_is_a_pure_function_of_the_state(number):
    explorer = made(number)
    before = copy.deepcopy(explorer.plane.scene)
    assert explorer.draw(explorer.state) == before
    assert explorer.draw(explorer.state) == before
    for panel in before["panels"]:
        for layer in panel["layers"]:
            assert set(still.PAINTERS) >= {layer["kind"]}


@pytest.mark.parametrize("number", EXPLORERS)
def test_the_picture_that_stays(number):
    explorer = made(number)
    data, metadata = explorer._repr_mimebundle_()
    assert {"image/png", "text/plain", "text/html", "application/vnd.jupyter.widget-view+json"} <= set(data)
    assert " at 0x" not in data["text/plain"]
    assert data["text/plain"].startswith(f"{type(explorer).__name__}: ")
    alt = metadata["image/png"]["alt"]
    assert len(alt.split()) >= 12
    assert explorer.status in alt
    assert metadata["image/png"]["width"] <= 850
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("L"))
    assert picture.std() > 10
    assert explorer._repr_mimebundle_()[0]["image/png"] == data["image/png"]


def test_boxes_lie_side_by_side_and_keep_units_equal():
    drawn = made("03").plane.scene
    (x, _, wide, high), (right, *_) = still.boxes(drawn)
    assert wide == pytest.approx(high)
    assert x + wide < right


def test_both_painters_know_the_same_layers_and_markers():
    painters = re.search(r"const painters = \{\n(.*?)\n\};", joined(), re.S)[1]
    assert set(re.findall(r"^  (\w+)\(ctx", painters, re.M)) == set(still.PAINTERS)
    assert len(MARKERS) == 7  # those that `outline` draws


def test_the_script_needs_no_network():
    for text in (joined(), (CANVAS / "plane.css").read_text()):
        assert not re.search(r"https?://|//cdn|@import|^import |import\(", text, re.M)
    assert json.dumps(Plane(on_move=None, on_tick=None).scene) == "{}"


def test_each_part_of_the_script_imports_what_parts_before_it_export():
    exported, defined = {}, []
    for name in PARTS:
        text = (CANVAS / f"{name}.js").read_text()
        for names, other in re.findall(r'^import \{ (.*) \} from "\./(\w+)\.js";$', text, re.M):
            assert set(names.split(", ")) <= set(exported[other])
            for word in names.split(", "):
                assert len(re.findall(rf"\b{word}\b", text)) > 1, f"{name}.js imports {word} in vain"
        exported[name] = re.findall(r"^export (?:const|function|class) (\w+)", text, re.M)
        defined += re.findall(r"^(?:export )?(?:const|function|class) (\w+)", text, re.M)
    assert len(set(defined)) == len(defined), "in one module no two may have the same name"
    assert {path.stem for path in CANVAS.glob("*.js")} == set(PARTS)
    assert re.findall(r"^(?:import|export).*", joined(), re.M) == ["export default { render };"]


def test_text_of_the_dark_and_the_light_theme_has_enough_contrast():
    themes = re.findall(r"\{ ink: .*? \}", joined())
    assert len(themes) == 2
    for theme in themes:
        shade = dict(re.findall(r'(\w+): "(#\w{6})"', theme))
        for name, least in (("ink", 7), ("quiet", 3), ("focus", 7)):
            assert contrast(shade[name], shade["ground"]) >= least, name


def contrast(one, other):
    def luminance(colour):
        parts = np.array(sc.rgb(colour)) / 255
        return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [
            0.2126,
            0.7152,
            0.0722,
        ]

    a, b = sorted((luminance(one), luminance(other)))
    return (b + 0.05) / (a + 0.05)


def test_bad_input_is_refused_when_an_explorer_is_made():
    for bad in (lambda: widgets.KMeansExplorer(Z[:, :1], 2), lambda: widgets.KMeansExplorer(Z, 0),
                lambda: widgets.KMeansExplorer(Z, start=[[1.0]]), lambda: widgets.MixtureExplorer(X, start="x"),
                lambda: widgets.FailuresExplorer("nothing"), lambda: widgets.SamplingExplorer(n=0),
                lambda: widgets.ClimbingExplorer(X, start=3), lambda: widgets.BetaExplorer(Z, 9),
                lambda: widgets.BoundExplorer([]), lambda: widgets.MixtureExplorer(X[:, :1], 2),
                lambda: widgets.SharesExplorer([0.0] * 13, 0),
                lambda: widgets.SharesExplorer([0.0], 9)):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            bad()
