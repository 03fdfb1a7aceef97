"""How quickly a live figure answers: from the key or the mouse to the new picture, in JupyterLab in Chromium.

    python tests/benchmarks/latency.py

Each row opens an explorer, moves a handle many times, and waits each time until the kernel's answer is painted; a
time ends with the frame after that. Prints a table and fails when a median is not below the target. Needs Chromium
and playwright. On a busy machine the times grow with its load.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests/browser"), str(ROOT / "notebooks/kit")]
import assets  # noqa: E402
from lab_server import serving  # noqa: E402

TARGET = 50  # milliseconds, for the median
MOVES = 60
SECONDS = 60

PREPARE = """
import numpy as np
from lecture_lib import datasets, widgets
X = datasets.load_old_faithful()
Z = datasets.standardise(X)
rng = np.random.default_rng(0)
many = Z[rng.integers(len(Z), size=2000)] + 0.1 * rng.standard_normal((2000, 2))
"""
ROWS = [
    ("k-means to its end", 272, "widgets.KMeansExplorer(Z, 2)", "mean-0"),
    ("k-means to its end, k = 4", 272, "widgets.KMeansExplorer(Z, 4)", "mean-0"),
    ("k-means to its end", 2000, "widgets.KMeansExplorer(many, 2)", "mean-0"),
    ("EM to its end", 272, "widgets.MixtureExplorer(X, 2)", "mean-0"),
    ("a mixture and its gradient", 272, "widgets.ClimbingExplorer(X)", "mean-0"),
    ("a mixture and its gradient", 2000, "widgets.ClimbingExplorer(many)", "mean-0"),
    ("a sample", 272, "widgets.SamplingExplorer(n=272)", "mean-0"),
    ("a sample", 2000, "widgets.SamplingExplorer(n=2000)", "mean-0"),
    ("soft k-means to its end", 272, "widgets.BetaExplorer(Z)", "beta"),
]

# JavaScript. A time begins where the browser dispatches the event, and ends in the frame after the one in which the
# answer was painted: by then it is on the screen.
MEASURE = """([handle, kind, moves]) => new Promise((resolve) => {
    const root = document.querySelector('.lecture-plane');
    const grip = root.querySelector(`[data-handle="${handle}"]`);
    const box = grip.getBoundingClientRect(), times = [];
    let at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 }, began;
    const pointer = (name) => grip.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerId: 1, ...at }));
    const press = (key) => grip.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const move = () => {
        const side = times.length % 20 < 10 ? 1 : -1;
        at = { clientX: at.clientX + 3 * side, clientY: at.clientY - 2 * side };
        began = performance.now();
        if (kind === 'drag') pointer('pointermove'); else press(side > 0 ? 'ArrowRight' : 'ArrowLeft');
    };
    const painted = new MutationObserver(() => requestAnimationFrame(() => {
        times.push(performance.now() - began);
        if (times.length < moves) return setTimeout(move, 30 + 17 * Math.random());
        painted.disconnect();
        if (kind === 'drag') pointer('pointerup');
        resolve(times);
    }));
    painted.observe(root, { attributeFilter: ['data-painted'] });
    grip.setPointerCapture = () => {};
    grip.focus();
    if (kind === 'drag') pointer('pointerdown');
    move();
})"""
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"


def measure(browser, server, folder, code, handle):
    """Return the times of key presses and of drags, in milliseconds."""
    cells = [nbformat.v4.new_code_cell(source) for source in (PREPARE, code)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "latency.ipynb")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SECONDS * 1000)
    page.goto(server.page("latency.ipynb"))
    page.wait_for_function(IDLE)
    page.evaluate(RUN_ALL)
    grip = page.locator(f'.lecture-plane [data-handle="{handle}"]')
    grip.wait_for()
    page.wait_for_timeout(800)
    grip.scroll_into_view_if_needed()
    times = [page.evaluate(MEASURE, [handle, kind, MOVES])[10:] for kind in ("key", "drag")]
    page.close()
    return times


def main():
    try:
        chromium = assets.chromium()
    except assets.MissingError as missing:
        return str(missing)
    lab = [sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root"]
    met = True
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        with serving([*lab, "--expose-app-in-browser"], folder) as server:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(assets.FLAGS))
            print(f"{'computed at each move':28} {'n':>5} {'key, ms':>9} {'drag, ms':>9} {'slowest in 20':>14}")
            for what, n, code, handle in ROWS:
                keys, drags = measure(browser, server, folder, code, handle)
                medians = statistics.median(keys), statistics.median(drags)
                slowest = statistics.quantiles(keys + drags, n=20)[-1]
                met &= max(medians) < TARGET
                verdict = "" if max(medians) < TARGET else "MISSED"
                print(
                    f"{what:28} {n:>5} {medians[0]:>9.1f} {medians[1]:>9.1f} {slowest:>14.1f}  {verdict}",
                    flush=True,
                )
            browser.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
