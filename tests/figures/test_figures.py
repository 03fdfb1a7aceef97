"""Figures: they draw what they are told to, on the Axes they are given, and change nothing else."""

import base64
import inspect

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb, to_rgba

from lecture_lib import figures
from lecture_lib.datasets import load_old_faithful
from lecture_lib.models.mixture import MixtureParameters

X = load_old_faithful()
MEANS = np.array([[2.0, 55.0], [4.0, 80.0], [3.0, 60.0]])
R = np.eye(3)[np.arange(len(X)) % 3]
THETA = MixtureParameters([0.5, 0.5], MEANS[:2], [[[0.1, 0.5], [0.5, 30]], [[4.0, 0.0], [0.0, 1.0]]])


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    yield ax
    plt.close(fig)


DRAWING = {
    "frame": lambda ax: figures.frame(ax, X, ("a / min", "b / min")),
    "clusters": lambda ax: figures.clusters(ax, X, R),
    "columns": lambda ax: figures.columns(ax, X, ("a / min", "b / min"), R),
    "means": lambda ax: figures.means(ax, MEANS),
    "regions": lambda ax: figures.regions(ax, MEANS),
    "rings": lambda ax: figures.rings(ax, X[:5]),
    "path": lambda ax: figures.path(ax, MEANS),
    "half_step_trace": lambda ax: figures.half_step_trace(ax, [3.0, 2.0, 1.5, 1.5]),
    "growing": lambda ax: figures.growing(ax, [1, 10], [3, 40], label="name"),
    "falling": lambda ax: figures.falling(ax, [1, 2, 3], [0.1, 0.01, 0], label="name"),
    "curve": lambda ax: figures.curve(ax, [1, 2], [3, 4], label="name"),
    "dots": lambda ax: figures.dots(ax, ["one", "two"], [[3.0, 1.0, 2.0, 1.0], [0.5]]),
    "branches": lambda ax: figures.branches(ax, [1, 2, 3], [[0, 0], [0, 0.1], [-1, 1]]),
    "threshold": lambda ax: figures.threshold(ax, 2.0, "here"),
    "shares": lambda ax: figures.shares(ax, ["one", "two"], [0.5, 0.25]),
    "landscape": lambda ax: figures.landscape(ax, np.arange(4.0), np.arange(3.0), np.arange(12.0).reshape(3, 4)),
    "basins": lambda ax: figures.basins(ax, np.arange(4.0), np.arange(3.0), np.arange(12).reshape(3, 4) % 3),
    "end_marks": lambda ax: figures.end_marks(ax, [(1, 2)], ["here"]),
    "height": lambda ax: figures.height(ax, np.arange(3.0), np.array([0.0, 2.0, 1.0]), "$L$"),
    "touching_bound": lambda ax: figures.touching_bound(ax, np.arange(3.0), np.arange(3.0), (0, 0), (2, 2), 2.5),
    "picture": lambda ax: figures.picture(ax, np.eye(3), "three"),
    "arrows": lambda ax: figures.arrows(ax, [(1, 2), (3, 4)], [(1, 0), (0, -1)]),
    "ellipses": lambda ax: figures.ellipses(ax, THETA),
    "trace": lambda ax: figures.trace(ax, [3.0, 4.0, 4.5], label="name", at=(1, 3)),
    "note": lambda ax: figures.note(ax, (1, 2), "here"),
    "balance": lambda ax: figures.balance(ax, ["one", "two"], [-3.0, 4.0]),
    "density": lambda ax: figures.density(ax, np.arange(3.0), np.arange(4.0), np.arange(12.0).reshape(3, 4)),
    "plate": lambda ax: figures.plate(ax, observed=("x", "z"), lit=[("pi", "z")]),
}


def test_every_function_that_takes_axes_is_tried_here():
    takes_axes = {name for name in figures.__all__ if callable(getattr(figures, name))}
    takes_axes = {name for name in takes_axes if "ax" in inspect.signature(getattr(figures, name)).parameters}
    assert takes_axes == set(DRAWING)


@pytest.mark.parametrize("name", DRAWING)
def test_draws_on_its_axes_and_returns_nothing(name, ax):
    open_before, settings = plt.get_fignums(), mpl.rcParams.copy()
    assert DRAWING[name](ax) is None
    assert ax.has_data() or ax.texts or ax.get_xlabel()
    assert plt.get_fignums() == open_before
    assert mpl.rcParams == settings
    ax.figure.canvas.draw()


def test_each_cluster_has_a_colour_and_a_marker_of_its_own(ax):
    figures.clusters(ax, X, R)
    assert len(ax.collections) == 3
    outlines = {collection.get_paths()[0].vertices.tobytes() for collection in ax.collections}
    colours = {tuple(collection.get_facecolors()[0]) for collection in ax.collections}
    assert len(outlines) == len(colours) == 3
    assert sum(len(collection.get_offsets()) for collection in ax.collections) == len(X)


def test_soft_responsibilities_mix_the_colours(ax):
    figures.clusters(ax, X[:1], np.array([[0.75, 0.25]]))
    expected = 0.75 * np.array(to_rgb(figures.COLOURS[0])) + 0.25 * np.array(to_rgb(figures.COLOURS[1]))
    np.testing.assert_allclose(ax.collections[0].get_facecolors()[0][:3], expected)


def test_regions_are_shaded_by_nearest_mean_in_the_given_unit(ax):
    ax.set(xlim=(0, 4), ylim=(0, 10))
    figures.regions(ax, np.array([[0.0, 0.0], [4.0, 10.0]]), unit=np.array([1.0, 1e12]), resolution=5)
    shaded = ax.collections[0].get_array().reshape(5, 5)
    # With an immense unit along y only x counts; half way the tie goes to the lowest index.
    np.testing.assert_array_equal(shaded, [[0, 0, 0, 1, 1]] * 5)


def test_frame_gives_the_same_limits_to_the_same_data(ax):
    figures.frame(ax, X, margin=0.1)
    low, high = X.min(axis=0), X.max(axis=0)
    np.testing.assert_allclose(ax.get_xlim(), [1.1 * low[0] - 0.1 * high[0], 1.1 * high[0] - 0.1 * low[0]])
    np.testing.assert_allclose(ax.get_ylim(), [1.1 * low[1] - 0.1 * high[1], 1.1 * high[1] - 0.1 * low[1]])


def test_density_fills_the_regions_that_hold_the_shares(ax):
    u, v = np.linspace(-4, 4, 81), np.linspace(-8, 8, 161)
    p = np.exp(-0.5 * (u[:, None] ** 2 + (v / 2) ** 2))
    figures.density(ax, u, v, p, shares=(0.9, 0.5))
    outlines = [collection for collection in ax.collections if not collection.filled]
    # The region of a Gaussian in the plane that holds a share q has the radius sqrt(-2 log(1 - q)).
    reach = [np.abs(outline.get_paths()[0].vertices).max(axis=0) for outline in outlines]
    radii = np.sqrt(-2 * np.log([0.1, 0.5]))
    np.testing.assert_allclose(reach, np.outer(radii, [1, 2]), rtol=0.03)


def test_balance_puts_bars_on_their_side(ax):
    figures.balance(ax, ["first", "second"], [-3.0, 4.0])
    first, second = ax.patches
    assert (first.get_width(), second.get_width()) == (-3.0, 4.0)
    assert first.get_y() > second.get_y()
    assert [text.get_text() for text in ax.texts] == ["−3", "+4"]


@pytest.mark.parametrize("latent", [True, False])
def test_a_plate_diagram_shades_what_is_known_and_has_an_arrow_for_each_dependence(ax, latent):
    figures.plate(ax, latent=latent, observed=("x",))
    nodes = [artist for artist in ax.get_children() if isinstance(artist, mpl.patches.Circle)]
    arrows = [artist for artist in ax.get_children() if isinstance(artist, mpl.patches.FancyArrowPatch)]
    assert (len(nodes), len(arrows)) == ((5, 4) if latent else (4, 3))
    assert sum(node.get_facecolor()[0] < 1 for node in nodes) == 1


def test_a_plate_diagram_knows_its_variables(ax):
    with pytest.raises(ValueError, match=r"observed must name some of \['pi', .*, got 'z'"):
        figures.plate(ax, latent=False, observed=("z",))
    with pytest.raises(ValueError, match=r"lit must name some of .*, got \('mu', 'z'\)"):
        figures.plate(ax, lit=[("mu", "z")])


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgba(colour)[:3]]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


def test_text_has_enough_contrast_with_the_ground():
    settings = figures.style()
    ground = luminance(settings["figure.facecolor"])
    for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color"):
        # WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1.
        assert (ground + 0.05) / (luminance(settings[key]) + 0.05) >= 4.5


def test_style_and_panels_are_settings_that_matplotlib_takes():
    with plt.rc_context(figures.style()):
        fig, axes = plt.subplots(**figures.panels(3, 2, width=2.0, height=1.5, sharex=True))
    assert axes.shape == (2, 3)
    np.testing.assert_allclose(fig.get_size_inches(), [6.0, 3.0])
    plt.close(fig)


def test_show_displays_a_picture_with_its_alt_text_and_closes_the_figure(monkeypatch):
    shown = []
    monkeypatch.setattr(
        figures.appearance, "display", lambda data, **kwargs: shown.append((data, kwargs["metadata"]))
    )
    fig, _ = plt.subplots(figsize=(2, 1))
    figures.show(fig, alt='Axes, "empty", for a test only.')
    (data, metadata), *more = shown
    assert not more
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/html"].startswith(
        '<img alt="Axes, &quot;empty&quot;, for a test only." width="200" height="100"'
    )
    assert data["image/png"] in data["text/html"]
    assert data["text/plain"] == metadata["image/png"]["alt"] == 'Axes, "empty", for a test only.'
    assert (metadata["image/png"]["width"], metadata["image/png"]["height"]) == (200, 100)
    assert not plt.fignum_exists(fig.number)


@pytest.mark.parametrize("alt", ["", "a figure", None])
def test_show_refuses_a_figure_without_a_telling_alt_text(alt, ax):
    with pytest.raises(ValueError, match="alt must say in a sentence"):
        figures.show(ax.figure, alt=alt)


def test_branches_that_coincide_all_show(ax):
    figures.branches(ax, [1, 2], [[0, 0, 0], [0, 0, 1]])
    widths = [line.get_linewidth() for line in ax.lines]
    assert np.all(np.diff(widths) < 0)
    assert len({line.get_color() for line in ax.lines}) == 3


def test_dots_show_every_number_in_the_row_of_its_name(ax):
    figures.dots(ax, ["one", "two"], [[3.0, 1.0, 2.0, 1.0], [0.5]])
    assert [len(row.get_offsets()) for row in ax.collections] == [4, 1]
    for row, place in zip(ax.collections, ax.get_yticks(), strict=True):
        assert np.abs(row.get_offsets()[:, 1] - place).max() < 0.3


def test_an_ellipse_runs_where_the_mahalanobis_distance_is_its_radius(ax):
    figures.ellipses(ax, THETA, radii=(1.5,))
    outlines = [patch for patch in ax.patches if not patch.get_fill()]
    for outline, mean, covariance in zip(outlines, THETA.means, THETA.covariances, strict=True):
        vertices = outline.get_patch_transform().transform(outline.get_path().vertices)[::3]  # on the curve
        away = vertices - mean
        squared = np.einsum("na,ab,nb->n", away, np.linalg.inv(covariance), away)
        np.testing.assert_allclose(squared, 1.5**2, rtol=1e-6)


def test_an_arrow_leads_from_its_place_as_far_as_its_step(ax):
    figures.arrows(ax, [(1, 2)], [(3, -1)])
    (quiver,) = ax.collections
    np.testing.assert_array_equal(quiver.get_offsets(), [(1, 2)])
    assert (quiver.U[0], quiver.V[0], quiver.scale, quiver.angles) == (3, -1, 1, "xy")


def test_contours_run_at_the_given_values(ax):
    heights = np.add.outer(np.arange(4.0), np.arange(5.0))
    figures.landscape(ax, np.arange(5.0), np.arange(4.0), heights, levels=[1, 2, 4, 5.5])
    assert ax.collections[-1].levels.tolist() == [2, 4]
