"""The library judges the figures: random events are replayed in the page's engine, each half-step computed anew."""

import json
import os
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab_server import ROOT
from replays_table import Tally, write, written

from lecture_lib import widgets
from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import CollapsedComponentError, State, converge, em, objective_settles
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior
from lecture_lib.models.kmeans import half_steps
from lecture_lib.models.mixture import responsibilities
from lecture_lib.models.one_mean import OneMean
from lecture_lib.widgets.explorer import _array, unpacked
from lecture_lib.widgets.script import PAGE

import sys  # isort: skip

sys.path.insert(0, str(ROOT / "tests"))
from explorers import EXPLORERS, TEN, TWO, near

pytestmark = pytest.mark.browser
HOST = "http://figures"  # no server: the modules come from the folder
TOLERANCE = 1e-9  # of the size of the numbers; the same sums in another order differ by 1e-13
EXAMPLES, EVENTS = int(os.environ.get("REPLAYS", "12")), 24  # `make replays` asks for more, and writes the table
KINDS = ("time",) * 6 + ("control",) * 4 + ("handle",) * 5 + ("data", "datum", "click", "click", "remove", "seek")
SHARES = st.sampled_from((0.0, 0.03, 0.2, 0.5, 0.61, 0.97, 1.0, 1.3, -0.4)) | st.floats(0, 1)
GRID = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=12)  # ties, and equal data
FREE = st.lists(st.tuples(st.floats(-3, 3), st.floats(-9, 9)), min_size=4, max_size=12)
DRAWN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "which": st.integers(0, 99),
        "across": SHARES,
        "up": SHARES,
        "seed": st.integers(0, 2**31 - 1),
        "X": GRID | FREE,
    }
)
ALIKE = settings(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
# As one text: for long lists this takes a tenth of the time that playwright takes for values.
REPLAY = """async (given) => JSON.stringify((await import("/replay.mjs")).replay(given))"""


@pytest.fixture(scope="module")
def engine(chromium):
    """A page that holds the engine's modules, and counts what of them runs."""
    page = chromium.new_page()

    def answer(route):
        path = route.request.url.removeprefix(HOST)
        if path == "/":
            route.fulfill(body="<!doctype html>", content_type="text/html")
        else:
            file = (
                PAGE / path.removeprefix("/page/") if path.startswith("/page/") else ROOT / f"tests/browser{path}"
            )
            route.fulfill(body=file.read_text(encoding="utf-8"), content_type="text/javascript")

    page.route(f"{HOST}/**", answer)
    page.goto(f"{HOST}/")
    session = page.context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.startPreciseCoverage", {"callCount": False, "detailed": True})
    yield SimpleNamespace(
        replay=lambda **given: json.loads(page.evaluate(REPLAY, given)), session=session, evaluate=page.evaluate
    )
    page.close()


def numbers(mirror):
    return SimpleNamespace(**{name: _array(value) for name, value in mirror.items()})


@pytest.mark.parametrize("number", EXPLORERS)
@settings(ALIKE, max_examples=EXAMPLES)
@given(drawn=st.lists(DRAWN, min_size=EVENTS, max_size=EVENTS))
@pytest.mark.filterwarnings("ignore:.*(has lost all data|is empty and keeps its mean)")
def test_each_half_step_is_the_librarys(engine, number, drawn):
    explorer = MADE[number]
    figure = explorer.figure
    drawn = [{**one, "X": [[float(value) for value in row] for row in one["X"]]} for one in drawn]
    found = engine.replay(kind=figure["kind"], options=figure["options"], drawn=drawn)
    assert found["faults"] == [], found["events"][-3:]
    with np.errstate(over="ignore"):
        compared = [explorer.differences(numbers(mirror)) for mirror in found["mirrors"]]
    for differences, mirror in zip(compared, found["mirrors"], strict=True):
        assert all(difference <= TOLERANCE for difference in differences.values()), (mirror, found["events"])
    assert near(found["last"], found["restored"]), found["events"]
    TALLIES[number].add(found["events"], compared)


MADE = {number: make() for number, make in EXPLORERS.items()}
TALLIES = {number: Tally(number, type(explorer).__name__) for number, explorer in MADE.items()}


def test_the_table_on_the_site_names_what_was_compared():
    if "REPLAYS" in os.environ:
        write(TALLIES.values())
    table = written()
    assert set(table) == set(widgets.__all__)
    for tally in TALLIES.values():
        assert set(tally.worst) <= set(table[tally.name])
        assert max(table[tally.name].values()) <= TOLERANCE


def ended(engine, explorer):
    """The state at the end of a run."""
    to_the_end = {"kind": "time", "which": 6, "across": 0, "up": 0, "seed": 0}
    return engine.replay(kind=explorer.figure["kind"], options=explorer.figure["options"], drawn=[to_the_end])


@pytest.mark.parametrize("seed", range(4))
def test_k_means_ends_where_the_librarys_does(engine, seed):
    explorer = EXPLORERS["01"](rng=np.random.default_rng(seed))
    state = explorer.state
    steps = list(half_steps(state.X, state.start))
    found = ended(engine, explorer)
    assert len(found["mirrors"]) == len(steps) + 1
    np.testing.assert_allclose(found["last"]["means"], steps[-1][1], rtol=TOLERANCE)


@pytest.mark.parametrize("prior", [False, True])
@pytest.mark.parametrize("covariance", ["full", "tied", "diagonal", "spherical"])
def test_em_ends_at_the_optimum_of_the_librarys(engine, covariance, prior):
    explorer = EXPLORERS["07"](start=TWO, covariance=covariance, prior=prior)
    X = explorer.state.X
    found = ended(engine, explorer)
    end = numbers(found["last"])
    start = unpacked(found["mirrors"][0]["theta"])
    model = GaussianMixture(X, covariance=covariance, prior=MixturePrior.weak(X, 2) if prior else None)
    run = converge(em(model, start))
    assert found["last"]["rest"]
    assert len(found["mirrors"]) == 2 * len(
        run.states
    )  # the start, and E and M of each step; the last is an E-step
    assert end.objective == pytest.approx(run.objective, rel=TOLERANCE)
    np.testing.assert_allclose(responsibilities(X, end.anchor), end.r, atol=TOLERANCE)


NATS = st.one_of(
    st.floats(-2e3, 2e3),
    st.sampled_from((0.0, 1e-12, 3e-11, 1e-10, 3e-10, 1e-7, 1e-6, 1e-3, 0.1, -1e-9, 1e7, -3e9)),
)


@settings(ALIKE, max_examples=40 * EXAMPLES)
@given(
    end=NATS,
    gains=st.lists(NATS | st.floats(0, 1).map(lambda share: 1e-10 * share), min_size=1, max_size=3),
    rate=st.none() | st.floats(0, 1.1),
)
def test_a_run_is_over_when_the_librarys_is(engine, end, gains, rate):
    if rate is not None:  # a run near its end is linear
        gains = [gains[0] * rate**i for i in range(3)]
    values = [end, *(end + sum(gains[: i + 1]) for i in range(len(gains)))]
    states = [State(i, None, value, nat=1.0) for i, value in enumerate(values)]
    asked = "async (values) => (await import('/page/engine/stopping.js')).settled(values)"
    assert engine.evaluate(asked, values) == objective_settles()(states), values


@pytest.mark.parametrize("x", [TEN, (-1.0, 1.0)])
@pytest.mark.parametrize("places", [(0.4, 1.6), (0.7, 0.7), (0.0, 0.0)])
def test_the_stairs_end_where_the_librarys_run_does(engine, x, places):
    explorer = widgets.BoundExplorer(x, *places)
    found = ended(engine, explorer)
    run = converge(em(OneMean(x), places[0]))
    assert found["last"]["rest"]
    first = places[0] == places[1]  # the start is an E-step already
    assert len(found["mirrors"]) == 2 * len(run.states) - first
    assert found["last"]["theta"] == pytest.approx(run.theta, rel=TOLERANCE, abs=TOLERANCE)


def test_a_collapse_is_found_where_the_library_finds_it(engine):
    explorer = widgets.MixtureExplorer(load_old_faithful())
    collapse = {"kind": "control", "which": 2, "across": 0, "up": 0, "seed": 0}
    run = {"kind": "time", "which": 6, "across": 0, "up": 0, "seed": 0}
    found = engine.replay(kind="Mixture", options=explorer.figure["options"], drawn=[collapse, run])
    assert json.loads(found["events"][0])["name"] == "Collapse"
    assert found["last"]["collapsed"] == 0
    start = unpacked(found["last"]["start"])
    with pytest.raises(CollapsedComponentError) as caught:
        converge(em(GaussianMixture(load_old_faithful()), start))
    assert caught.value.component == 0
    assert len(found["mirrors"]) > 10  # slow enough to be watched


def test_the_replays_reach_nearly_every_line_of_the_engine(engine):
    """Runs last in this file: it counts what the tests before have run."""
    covered = {}
    for script in engine.session.send("Profiler.takePreciseCoverage")["result"]:
        name = script["url"].removeprefix(f"{HOST}/page/")
        if name.startswith("engine/"):
            covered[name] = share((PAGE / name).read_text(encoding="utf-8"), script["functions"])
    assert set(covered) == {f"engine/{path.name}" for path in (PAGE / "engine").glob("*.js")}
    reached = sum(hit for hit, _ in covered.values()) / sum(lines for _, lines in covered.values())
    print(f"{100 * reached:.1f} % of the engine's lines ran")
    assert reached > 0.95, covered
    assert all(hit / lines > 0.85 for hit, lines in covered.values()), covered


def share(text, functions):
    """How many lines of code ran, and how many there are. Ranges within others count last."""
    ran = np.ones(len(text), dtype=bool)
    for function in functions:
        for part in function["ranges"]:
            ran[part["startOffset"] : part["endOffset"]] = part["count"] > 0
    hit = lines = at = 0
    for line in text.splitlines(keepends=True):
        code = line.strip()
        if code and not code.startswith(("//", "/*", "*", "import", "}")):
            first = at + len(line) - len(line.lstrip())
            lines += 1
            hit += bool(ran[first : first + len(code)].all())
        at += len(line)
    return hit, lines
