"""What the explorers draw is what the library computes, done here in another way."""

import numpy as np
import pytest
from explorers import TEN, X, Z

from lecture_lib import widgets
from lecture_lib.labellings import disagreement
from lecture_lib.models.kmeans import labels, reduced_lyapunov
from lecture_lib.models.mixture import log_likelihood
from lecture_lib.widgets import layers, still
from lecture_lib.widgets import scene as sc


def drawn(panel, kind):
    return [layer for layer in panel["layers"] if layer["kind"] == kind]


def traced(explorer):
    """Return the heights of the trace, which counts from 0."""
    (line,) = (line for line in drawn(explorer.plane.scene["panels"][1], "line") if line["colour"] == "quiet")
    steps, heights = sc.places(line).T
    np.testing.assert_array_equal(steps, np.arange(len(steps)))
    return heights


def test_a_trace_marks_assignments_hollow_and_updates_filled():
    panel = layers.trace([5, 3, 2], ahead=[5, 3, 2, 1], title="", label="", halves=True)
    assert sc.places(drawn(panel, "line")[0]).tolist() == [[0, 5], [1, 3], [2, 2]]
    assert [(marks["look"], sc.places(marks).tolist()) for marks in drawn(panel, "marks")] == [
        ("hollow", [[0, 5], [2, 2]]),
        ("solid", [[1, 3]]),
    ]
    assert panel["x"]["low"] < 0 < 3 < panel["x"]["high"]
    assert panel["y"]["low"] < 1 < 5 < panel["y"]["high"]


def test_traces_end_where_the_explorer_stands():
    k_means = widgets.KMeansExplorer(Z, 2)
    for clicks in range(1, 4):
        k_means.buttons["Step"].click()
        assert len(traced(k_means)) == clicks
        assert traced(k_means)[-1] == k_means.loss
    k_means.controls["stepping"].value = False
    assert traced(k_means)[-1] == pytest.approx(reduced_lyapunov(Z, k_means.end))

    mixture = widgets.MixtureExplorer(X, 2)
    for clicks in range(1, 4):
        mixture.buttons["Step"].click()
        assert len(traced(mixture)) == clicks + 1
        assert traced(mixture)[-1] == pytest.approx(log_likelihood(X, mixture.state.journey.here.theta))

    climbing = widgets.ClimbingExplorer(X)
    climbing.move("mean-0", (2.0, 50.0))
    assert traced(climbing)[-1] == pytest.approx(log_likelihood(X, climbing.state.mixture.theta))


@pytest.mark.parametrize("levels", [5, 14])
def test_each_level_of_the_contours_takes_an_equal_share(levels):
    values = np.random.default_rng(0).standard_normal((60, 70))
    heat = sc.heat(values, np.arange(70.0), np.arange(60.0), levels=levels)
    heights = np.frombuffer(heat["values"], "u1").astype(float)
    shares = np.bincount(np.minimum(heights / 255 * levels, levels - 1).astype(int), minlength=levels)
    np.testing.assert_allclose(shares / heights.size, 1 / levels, atol=0.02)  # heights are rounded to 1 / 255


def test_10_the_bound_lies_below_the_log_likelihood_and_touches_it_once():
    explorer = widgets.BoundExplorer(TEN, theta=0.4, anchor=1.6)
    above, bound = (sc.places(line) for line in drawn(explorer.plane.scene["panels"][0], "line")[:2])
    gap = above[:, 1] - bound[:, 1]
    np.testing.assert_array_equal(above[:, 0], bound[:, 0])
    assert gap.min() >= -1e-12
    assert above[gap.argmin(), 0] == pytest.approx(1.6, abs=above[1, 0] - above[0, 0])
    assert gap.min() < 1e-3


def test_06_arrows_point_uphill():
    explorer = widgets.ClimbingExplorer(X, 3)
    theta = explorer.state.mixture.theta
    for j, arrow in enumerate(drawn(explorer.plane.scene["panels"][0], "arrow")):
        assert arrow["start"] == theta.means[j].tolist()
        means = theta.means.copy()
        means[j] += 1e-4 * (np.array(arrow["end"]) - arrow["start"])
        assert log_likelihood(X, type(theta)(theta.weights, means, theta.covariances)) > log_likelihood(X, theta)


def test_02_rings_are_around_the_data_on_the_wrong_side():
    explorer = widgets.FailuresExplorer("little and large", 2)
    for _ in range(6):
        explorer.buttons["Another start"].click()
        state = explorer.state
        expected = disagreement(labels(state.X, state.journey.here.theta), state.truth)
        (rings,) = (m for m in drawn(explorer.plane.scene["panels"][0], "marks") if m["look"] == "ring")
        assert len(sc.places(rings)) == explorer.misplaced == expected


def test_the_still_picture_has_its_boxes_where_the_canvas_has_them():
    scene = widgets.KMeansExplorer(Z, 2).plane.scene
    figure = still.paint(scene)
    wide, high = figure.get_size_inches() * still.WIDTH / figure.get_size_inches()[0]
    for ax, (x, y, w, h) in zip(figure.axes, still.boxes(scene), strict=True):
        box = ax.get_position()
        shown = [box.x0 * wide, (1 - box.y1) * high, box.width * wide, box.height * high]
        np.testing.assert_allclose(shown, (x, y, w, h))
    (_, top, w, h), trace = still.boxes(scene)
    assert trace[1] == top == sc.MARGIN["top"]
    ranges = [scene["panels"][0][name]["high"] - scene["panels"][0][name]["low"] for name in "xy"]
    assert w / ranges[0] == pytest.approx(h / ranges[1])  # equal axes


def pixels(panel, box, at):
    """Where data lie in the picture, in pixels."""
    low, high = (np.array([panel[name][end] for name in "xy"]) for end in ("low", "high"))
    return (np.asarray(at) - low) / (high - low) * box[2:]


RAW = X * [60.0, 1.0]  # eruptions in seconds: columns of different spread


@pytest.mark.parametrize(
    ("make", "data", "means"),
    [
        (lambda rng: widgets.KMeansExplorer(RAW, 3, rng=rng), RAW, lambda state: state.journey.here.means),
        (lambda rng: widgets.FailuresExplorer(rng=rng), None, lambda state: state.journey.here.theta),
        (lambda rng: widgets.BetaExplorer(RAW, 3, rng=rng), RAW, lambda state: state.means),
    ],
    ids=["k-means", "failures", "soft k-means"],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_nearest_mean_on_the_screen_is_the_one_that_takes_a_datum(make, data, means, seed):
    explorer = make(np.random.default_rng(seed))
    low, high = layers.limits(explorer.state.X)
    rng = np.random.default_rng(seed)
    for j in range(explorer.state.k):
        explorer.move(f"mean-{j}", rng.uniform(low, high))
    scene, state = explorer.plane.scene, explorer.state
    panel, box = scene["panels"][0], still.boxes(scene)[0]
    here = pixels(panel, box, means(state))
    away = np.hypot(*(pixels(panel, box, state.X)[:, None] - here).transpose(2, 0, 1))
    shapes = np.frombuffer(drawn(panel, "points")[0]["shape"], "u1")
    far = np.sort(away, axis=1)
    clear = far[:, 1] - far[:, 0] > 1e-6  # pixels; what is nearer is a tie
    np.testing.assert_array_equal(away.argmin(axis=1)[clear], shapes[clear])
    assert clear.sum() > len(state.X) / 2 or state.k == 1
