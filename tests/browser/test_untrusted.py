"""A notebook as JupyterLab shows it before anything has run: not trusted, without its styles and scripts."""

import nbformat
import pytest
from figure import without_errors
from lab_server import ROOT
from playwright.sync_api import expect
from test_lab import open_notebook

pytestmark = pytest.mark.browser
NAME = "notebooks/01_k_means.ipynb"
CELLS = nbformat.read(ROOT / NAME, as_version=4).cells
READY = "count => window.jupyterapp.shell.currentWidget.content.widgets.length === count"
SHOW = """async at => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = at;
    await notebook.scrollToItem(at);
    await notebook.widgets[at].ready;
    notebook.widgets[at].node.dataset.cell = at;
}"""
RUN = "() => window.jupyterapp.commands.execute('notebook:run-cell')"


@pytest.fixture(scope="module")
def untrusted(context, lab):
    """The notebook in a page, for all tests of this file: opening it is not trusting it, and neither is a run."""
    page = context.new_page()
    with without_errors(page):
        open_notebook(page, lab.page(NAME))
        page.wait_for_function(READY, arg=len(CELLS))
        yield page
    page.close()


@pytest.fixture
def opened(untrusted):
    def show(number):
        untrusted.evaluate(SHOW, number)
        return untrusted.locator(f'[data-cell="{number}"]')

    return show


def test_a_derivation_shows_its_lines_and_reasons_alone(opened):
    number = next(i for i, cell in enumerate(CELLS) if "Derivation(" in cell.source)
    shown = opened(number).locator(".derivation")
    expect(shown.locator("mjx-container").first).to_be_visible()
    assert "onclick" not in shown.evaluate("derivation => derivation.outerHTML")  # so it is not trusted
    steps = CELLS[number].source.count(".line(")
    assert [shown.locator(part).count() for part in (".step", ".step .value", "button")] == [steps, steps, 2]
    assert not any(found.is_visible() for found in shown.locator(".value, .meaning, button").all())
    assert all(found.is_visible() for found in shown.locator(".step, .because").all())


def test_what_is_folded_opens_when_its_cell_runs(opened, untrusted):
    folded = [cell.metadata.get("jupyter", {}) for cell in CELLS]
    imports = next(i for i, fold in enumerate(folded) if "source_hidden" in fold)
    answer = next(i for i, fold in enumerate(folded) if "outputs_hidden" in fold)
    assert not opened(imports).locator(".jp-InputArea-editor").is_visible()
    output = opened(answer).locator(".jp-OutputArea-output")
    assert not output.is_visible()
    for number in (imports, answer):
        opened(number)
        untrusted.evaluate(RUN)
    expect(output).to_be_visible()
