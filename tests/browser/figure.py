"""A live figure that is open in a page, and the kernel that may stand behind it."""

import contextlib

import nbformat

__all__ = ["ASK", "IDLE", "RUN_ALL", "SECONDS", "Desk", "Figure", "hearing", "notebook", "without_errors"]

SECONDS = 60  # to wait for what comes at once, on a machine that runs other tests

PREPARE = """
import numpy as np
from lecture_lib import datasets, widgets

X = datasets.load_old_faithful()
Z = datasets.standardise(X)
line = np.array([[0.0], [0.6], [1.2], [4.5], [5.6], [11.0]])
ten = (-3.0, -2.4, -1.8, -0.5, 0.2, 0.9, 1.8, 2.4, 3.0, 3.6)
"""

# JavaScript, for window.jupyterapp in the page.
PANEL = "window.jupyterapp.shell.currentWidget"
KERNEL = f"{PANEL}.sessionContext.session.kernel"
IDLE = f"() => window.jupyterapp && {PANEL}?.sessionContext?.session?.kernel?.status === 'idle'"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
# The figure of the cell's last run is still there until the new output comes.
RUN_SECOND = f"""async code => {{
    for (const figure of document.querySelectorAll('.lecture-figure')) figure.remove();
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
# At rest nothing moves any more, and whatever was told to Python a while ago has been compared there.
RESTS = """() => {
    const figures = [...document.querySelectorAll('.lecture-figure')];
    return figures.length && figures.every(figure => figure.dataset.busy === 'false');
}"""


@contextlib.contextmanager
def hearing(page, *kinds):
    """Yield a list for each kind of event; until the end, what the page tells is added to it."""
    heard = {kind: [] for kind in kinds}
    noting = {kind: lambda event, kept=kept: kept.append(event) for kind, kept in heard.items()}
    for kind, note in noting.items():
        page.on(kind, note)
    try:
        yield heard.values()
    finally:
        for kind, note in noting.items():
            page.remove_listener(kind, note)


@contextlib.contextmanager
def without_errors(page, *allowed):
    """Fail at the end, if anything went wrong in the page's console but messages with an allowed word."""
    with hearing(page, "console", "pageerror") as (messages, errors):
        yield
    told = [*(message.text for message in messages if message.type == "error"), *map(str, errors)]
    wrong = [text for text in told if not any(word in text for word in allowed)]
    assert wrong == [], wrong


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
        self.page.locator("[data-explorer].alive .lecture-figure").first.wait_for()  # plain HTML, no widget
        return Figure(self.page)

    def ask(self, code):
        return self.page.evaluate(ASK, f"print({code})")


class Figure:
    """A live figure in a page."""

    def __init__(self, page, number=0):
        self.page = page
        self.root = page.locator(".lecture-figure").nth(number)
        self.root.wait_for()
        self.settle()

    def settle(self):
        self.page.wait_for_function(RESTS)

    @property
    def text(self):
        return self.root.locator(".say").inner_text()

    def handle(self, name):
        return self.root.locator(f'[data-handle="{name}"]')

    def middle(self, name):
        """Where a handle is in the window."""
        self.handle(name).scroll_into_view_if_needed()
        box = self.handle(name).bounding_box()
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

    def button(self, name):
        return self.root.locator(f'button[data-name="{name}"]')

    def click(self, name):
        self.button(name).click()
        self.settle()

    def state(self):
        """What the figure tells to Python."""
        return self.root.evaluate("""root => {
            const { count, ...state } = root.closest('[data-explorer]').figure.mirror();
            return state;
        }""")

    def scene(self):
        """What the figure shows now: panels, words, axes."""
        return self.root.evaluate("""root => {
            const { explorer, state } = root.closest('[data-explorer]').figure;
            return explorer.scene(state);
        }""")

    def layers(self, kind, panel=0):
        """The layers of one kind in a panel."""
        return [layer for layer in self.scene()["panels"][panel]["layers"] if layer["kind"] == kind]

    @property
    def notice(self):
        return self.root.locator(".notice").inner_text()
