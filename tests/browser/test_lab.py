import re

import nbformat
import pytest
from lab_server import ROOT
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
# nbval runs them all, and test_explorers.py every live figure. Here: the first one, with a live figure, and one
# without, in which an error is expected.
START, ERROR = (ROOT / f"notebooks/{name}.ipynb" for name in ("00_start_here", "12_large_data"))
SECONDS = 90

# JavaScript, for window.jupyterapp in the page.
KERNEL_IS_IDLE = """() => {
    const widget = window.jupyterapp?.shell.currentWidget;
    return widget?.sessionContext?.isReady && widget.sessionContext.session?.kernel?.status === 'idle';
}"""
OPEN_PATH = "() => window.jupyterapp.shell.currentWidget.context.path"
# Once the stored outputs and counts are gone, whatever is seen is new.
RUN_ALL = """async () => {
    await window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs');
    window.jupyterapp.commands.execute('notebook:run-all-cells');
}"""
CODE_CELLS = """() => {
    const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
    return cells.filter(cell => cell.type === 'code').map(cell => ({
        count: cell.executionCount,
        mayRaise: (cell.getMetadata('tags') ?? []).includes('raises-exception'),
        errors: cell.outputs.toJSON().filter(output => output.output_type === 'error').map(o => o.evalue),
    }));
}"""
# A cell gets its count when it has run; after an error those that follow get none.
RAN_ALL = f"""() => {{
    const cells = ({CODE_CELLS})();
    return cells.every(cell => cell.count) || cells.some(cell => cell.errors.length && !cell.mayRaise);
}}"""
# JupyterLab draws a cell only when it comes into view.
DRAW_ALL = """async () => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    for (const [i, cell] of notebook.widgets.entries()) { await notebook.scrollToItem(i); await cell.ready; }
}"""


def open_notebook(page, address):
    page.set_default_timeout(SECONDS * 1000)
    page.goto(address)
    page.wait_for_function(KERNEL_IS_IDLE)


def test_make_lab_opens_the_first_notebook_and_it_runs(page, lab):
    assert lab.address.startswith("http://127.0.0.1:")
    assert len(re.search(r"token=(\w+)", lab.address)[1]) >= 40
    open_notebook(page, lab.address)
    assert page.evaluate(OPEN_PATH) == "notebooks/00_start_here.ipynb"
    assert page.get_by_text("Jupyter news").count() == 0
    runs_from_top_to_bottom(page, START)


@pytest.mark.thorough
def test_a_notebook_with_an_expected_error_runs(page, lab):
    open_notebook(page, lab.page(f"notebooks/{ERROR.name}"))
    runs_from_top_to_bottom(page, ERROR)


def runs_from_top_to_bottom(page, path):
    stored = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    page.evaluate(RUN_ALL)
    page.wait_for_function(RAN_ALL)
    page.evaluate(DRAW_ALL)

    seen = page.evaluate(CODE_CELLS)
    assert [cell["errors"] for cell in seen] == [errors(cell) for cell in stored]
    assert [cell["count"] for cell in seen] == list(range(1, len(stored) + 1))
    # A live figure is plain HTML, with its picture inside, as soon as the kernel has heard of the page.
    held = sum(
        "explorer" in output.get("metadata", {}).get("image/png", {}) for c in stored for output in c.outputs
    )
    expect(page.locator("[data-explorer].alive .lecture-figure")).to_have_count(held)
    pictures = page.locator(".jp-OutputArea-output img").all()
    assert len(pictures) == sum(n_pictures(output) for cell in stored for output in cell.outputs)
    for picture in pictures:
        assert len(picture.get_attribute("alt") or "") >= 20, "the alt text says what is to be seen"


def errors(cell):
    return [output["evalue"] for output in cell.outputs if output["output_type"] == "error"]


def n_pictures(output):
    """The number of pictures that JupyterLab shows."""
    data = output.get("data", {})
    return int("image/png" in data) or data.get("text/html", "").count("<img")
