"""How long a live figure needs for an event, and how soon it is painted: in JupyterLab, and in a page from disk.

    python tests/benchmarks/latency.py

Each row moves a handle many times. *script* is what the event costs the page's script, with the work of a frame
that follows from it; *painted* ends with the frame after the one in which the picture was painted. Prints a table
and fails when the script is not below its target. Needs Chromium and playwright. On a busy machine the times grow
with its load.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "notebooks/kit")]
import assets  # noqa: E402
from lab_server import serving  # noqa: E402

from lecture_lib import datasets, widgets  # noqa: E402
from lecture_lib.widgets.script import PAGE, script  # noqa: E402

MEDIAN, SLOWEST = 8, 16  # milliseconds of script, for the median and the 95th percentile
MOVES = 80
SECONDS = 60

PREPARE = """
import numpy as np
from lecture_lib import datasets, widgets
X = datasets.load_old_faithful()
Z = datasets.standardise(X)
"""
X = datasets.load_old_faithful()
Z = datasets.standardise(X)
RNG = np.random.default_rng(0)
MANY = Z[RNG.integers(len(Z), size=2000)] + 0.1 * RNG.standard_normal((2000, 2))
ROWS = [
    ("k-means", 272, widgets.KMeansExplorer(Z, 2), "mean-0"),
    ("k-means to its end", 272, widgets.KMeansExplorer(Z, 4, ahead=True), "mean-0"),
    ("k-means to its end", 2000, widgets.KMeansExplorer(MANY, 4, ahead=True), "mean-0"),
    ("EM to its end", 272, widgets.MixtureExplorer(X, 2, ahead=True), "mean-0"),
    ("EM to its end", 2000, widgets.MixtureExplorer(MANY, 2, ahead=True), "mean-0"),
    ("a mixture and its gradient", 272, widgets.ClimbingExplorer(X), "mean-0"),
    ("a mixture and its gradient", 2000, widgets.ClimbingExplorer(MANY), "mean-0"),
    ("a sample", 272, widgets.SamplingExplorer(n=272), "mean-0"),
    ("a sample", 2000, widgets.SamplingExplorer(n=2000), "mean-0"),
    ("soft k-means to its end", 272, widgets.BetaExplorer(Z), "beta"),
]

# JavaScript. Where a time begins, the hand has moved; the store does what follows, and the view paints.
MEASURE = """([handle, moves]) => new Promise((resolve) => {
    const place = document.querySelector('[data-explorer].alive'), store = place.figure;
    const root = place.querySelector('.lecture-figure'), grip = root.querySelector(`[data-handle="${handle}"]`);
    const script = [], painted = [], at = [...grip.layer.at], step = (grip.map.x.high - grip.map.x.low) / 150;
    const move = () => {
        const side = script.length % 20 < 10 ? 1 : -1, began = performance.now();
        at[0] += side * step;
        store.do({ kind: 'move', handle, at: [...at], drag: 'measured' });
        script.push(performance.now() - began);
        requestAnimationFrame(() => requestAnimationFrame(() => {
            painted.push(performance.now() - began);
            if (script.length < moves) setTimeout(move, 20 + 17 * Math.random());
            else resolve([script.slice(10), painted.slice(10)]);
        }));
    };
    move();
})"""
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
ALIVE = "[data-explorer].alive .lecture-figure"


def from_disk(page, folder, explorer):
    """Show an explorer in a page from disk, as on the site and on slides."""
    css = (PAGE / "figure.css").read_text(encoding="utf-8")
    place = explorer._plain()[0]["text/html"]
    file = folder / "figure.html"
    file.write_text(
        f"<!doctype html><meta charset=utf-8><style>{css}</style>{place}<script>{script()}</script>", "utf-8"
    )
    page.goto(file.as_uri())


def in_lab(page, folder, server):
    """Show the first explorer in JupyterLab."""
    cells = [nbformat.v4.new_code_cell(source) for source in (PREPARE, "widgets.KMeansExplorer(Z, 2)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "latency.ipynb")
    page.goto(server.page("latency.ipynb"))
    page.wait_for_function(IDLE)
    page.evaluate(RUN_ALL)


def measure(page, handle):
    """Return the times of the script and until the picture was painted, in milliseconds."""
    page.locator(ALIVE).wait_for()
    page.wait_for_timeout(1500)
    return page.evaluate(MEASURE, [handle, MOVES])


def report(what, n, times):
    """Print a row; return whether the script is quick enough."""
    (median, slowest), (shown, late) = ((statistics.median(t), statistics.quantiles(t, n=20)[-1]) for t in times)
    met = median < MEDIAN and slowest < SLOWEST
    row = f"{what:40} {n:>5} {median:>11.1f} {slowest:>11.1f} {shown:>12.1f} {late:>9.1f}"
    print(row, "" if met else " MISSED", flush=True)
    return met


def main():
    """Measure all rows; return the exit code."""
    try:
        chromium = assets.chromium()
    except assets.MissingError as missing:
        return str(missing)
    lab = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    print(f"{'a drag of one handle, ms':40} {'n':>5} {'script':>11} {'1 in 20':>11} {'painted':>12} {'1 in 20':>9}")
    met = True
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(assets.FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(SECONDS * 1000)
        for what, n, explorer, handle in ROWS:
            from_disk(page, folder, explorer)
            met &= report(f"page: {what}", n, measure(page, handle))
        with serving([*lab, "--expose-app-in-browser"], folder) as server:
            in_lab(page, folder, server)
            met &= report("JupyterLab: k-means", 272, measure(page, "mean-0"))
        browser.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
