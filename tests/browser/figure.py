"""An explorer that is open in a page, and the kernel behind it."""

import re

import nbformat
from playwright.sync_api import expect

__all__ = ["IDLE", "Desk", "Figure", "notebook"]

SECONDS = 60

PREPARE = """
import sys, time
import numpy as np
from scipy.stats import norm
from lecture_lib import datasets, widgets
from lecture_lib.labellings import disagreement
from lecture_lib.models.kmeans import labels, reduced_lyapunov
from lecture_lib.models.mixture import log_likelihood, sample
from lecture_lib.models.soft_kmeans import reduced_free_energy

X = datasets.load_old_faithful()
Z = datasets.standardise(X)
line = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
three = np.array([-1.0, 1.0, 2.0])
ten = np.array([-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6])
"""

# JavaScript, for window.jupyterapp in the page.
PANEL = "window.jupyterapp.shell.currentWidget"
KERNEL = f"{PANEL}.sessionContext.session.kernel"
IDLE = f"() => window.jupyterapp && {PANEL}?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
# The plane of the cell's last run is still there until the new output comes.
RUN_SECOND = f"""async code => {{
    for (const plane of document.querySelectorAll('.lecture-plane')) plane.remove();
    const notebook = {PANEL}.content;
    notebook.activeCellIndex = 1;
    notebook.deselectAll();
    notebook.activeCell.model.sharedModel.setSource(code);
    await window.jupyterapp.commands.execute('notebook:run-cell');
}}"""
ASK = f"""async code => {{
    let text = '';
    const future = {KERNEL}.requestExecute({{ code, store_history: false }});
    future.onIOPub = message => {{
        if (message.header.msg_type === 'stream') text += message.content.text;
        if (message.header.msg_type === 'error') text += message.content.evalue;
    }};
    await future.done;
    return text.trim();
}}"""
# The kernel takes one thing after the other: when it has answered, it has answered all that came before. The plane
# is busy until its last move was answered and the hand rests; what the kernel then tells sliders, they send back.
SETTLE = f"""async seconds => {{
    const end = performance.now() + 1000 * seconds;
    const frame = () => new Promise(requestAnimationFrame);
    const plane = () => document.querySelector('.lecture-plane')?.dataset ?? {{}};
    const round = async () => {{
        await {KERNEL}.requestExecute({{ code: '', silent: true }}).done;
        for (let i = 0; i < 3; i++) await frame();
    }};
    do {{
        await round();
        if (performance.now() > end) throw new Error('the plane came to no rest: ' + JSON.stringify(plane()));
    }} while (plane().busy === 'true' || plane().painted === undefined);
    for (let i = 0; i < 2; i++) await round();
}}"""


def notebook(folder, name, *sources):
    """Write a notebook of these cells, and return its name."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    written = nbformat.v4.new_notebook(cells=cells)
    written.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(written, folder / name)
    return name


class Desk:
    """One page, one notebook and one kernel, in which one explorer after the other is shown."""

    def __init__(self, page, address, folder, name):
        self.page = page
        page.set_default_timeout(SECONDS * 1000)
        page.goto(address(notebook(folder, name, PREPARE, "")))
        page.wait_for_function(IDLE)
        page.evaluate(RUN_ALL)

    def show(self, code):
        """Show the explorer that some code makes, as ``e``."""
        self.page.evaluate(RUN_SECOND, f"e = {code}\ne")
        return Figure(self.page)


class Figure:
    def __init__(self, page):
        self.page = page
        self.root = page.locator(".lecture-plane")
        self.root.wait_for()
        self.settle()

    def settle(self):
        self.page.evaluate(SETTLE, SECONDS)

    def ask(self, code):
        return self.page.evaluate(ASK, f"print({code})")

    @property
    def text(self):
        return self.root.locator(".say").inner_text()

    def grip(self, name):
        return self.root.locator(f'[data-handle="{name}"]')

    def middle(self, name):
        """Where a handle is in the window."""
        self.grip(name).scroll_into_view_if_needed()
        box = self.grip(name).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def place(self, name):
        """Where a handle is in the figure, however the page was scrolled."""
        x, y = self.middle(name)
        box = self.root.bounding_box()
        return x - box["x"], y - box["y"]

    def drag(self, name, right, down, moves=8):
        x, y = self.middle(name)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for i in range(1, moves + 1):
            self.page.mouse.move(x + right * i / moves, y + down * i / moves)
        self.page.mouse.up()
        self.settle()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    def click(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()
        self.settle()

    def check(self, expected):
        """What is shown is what the kernel says, and what the library computes anew."""
        expect(self.root.locator(".say")).to_have_text(self.ask("e.status"))
        assert re.sub(r"-(?=\d)", "−", self.ask(f'f"{expected}"')) in self.text
