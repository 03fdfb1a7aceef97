"""The site: built once without a warning, then every page walked with no network but the local server."""

import functools
import http.server
import json
import re
import subprocess
import sys
import threading
import urllib.parse
import zlib

import pytest
from figure import Figure, hearing
from lab_server import ROOT
from playwright.sync_api import expect

Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
pytest.importorskip("myst_nb", reason="the site needs pip install '.[site]'")

import api  # noqa: E402
from test_equations import named_by  # noqa: E402

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
# Formulas are typeset, letters are there.
AT_REST = """async () => {
    if (document.querySelector('.math')) {
        while (!window.MathJax?.startup?.promise) await new Promise(resolve => setTimeout(resolve, 10));
        await MathJax.startup.promise;
    }
    await document.fonts.ready;
}"""
FETCHED = "() => performance.getEntriesByType('resource').map(entry => entry.name)"
HEAVY = 1_000_000  # bytes of a page, zipped, as it is opened; pictures further down come as they come into sight
PICTURES = """async () => {
    for (const picture of document.images) picture.loading = 'eager';
    await Promise.all([...document.images].map(picture => picture.decode().catch(() => {})));
}"""
SCROLLING = """() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    const code = [...document.querySelectorAll('.highlight pre')];
    return [code.length, code.filter(pre => pre.scrollWidth > pre.clientWidth).map(pre => pre.textContent)];
}"""
FAULTY_PICTURES = "() => [...document.images].filter(i => !i.naturalWidth || !i.alt).map(i => i.outerHTML)"
UNSET_FORMULAS = """() => [...document.querySelectorAll('.math:not(:has(mjx-container)), mjx-merror')]
    .map(element => element.textContent)"""
WIDTH = "() => document.documentElement.scrollWidth"
THEME = "theme => { document.documentElement.dataset.theme = theme; }"
# What is alike everywhere would be most of what axe-core looks at. So before it looks we take out the boxes that
# MathJax makes of a formula, code (test_the_colours_of_code), and the menu, but on the first page.
FORMULAS_AND_CODE, MENU = "mjx-container, .highlight pre > *", ".bd-sidebar-primary > *"
TAKE_OUT = "what => document.querySelectorAll(what).forEach(element => element.remove())"
# One page of each kind. `make grading` walks all pages; of those that are made of the same parts, which describe a
# module or are notebooks, axe-core looks at EXAMPLES only.
SHORTLY = {"index.html", "notebooks/03_lyapunov_function.html", "notebooks/homework/hw1_k_means.html"}
SHORTLY |= {"api/lecture_lib.seeding.html", "notebooks/site/pages/own_data.html"}
ALIKE = ("api/", "notebooks/0", "notebooks/1", "notebooks/homework/hw")
EXAMPLES = {
    *(f"api/lecture_lib.{name}.html" for name in ("em", "illustrations")),
    *("notebooks/tables.html", "notebooks/10_generic_em.html"),
    *SHORTLY,
}
ALL = {"preload": False, "resultTypes": ["violations"]}  # to describe what is right would take twice the time
CONTRAST = ALL | {"runOnly": ["color-contrast"]}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def site():
    """The built site; its build is a test too."""
    command = [sys.executable, str(ROOT / "notebooks/site/make.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return ROOT / "build/site"


@pytest.fixture(scope="session")
def address(site):
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def phone(page, address):
    """A narrow page; at the end, it may have asked nobody but the local server."""
    page.set_viewport_size(PHONE)
    with hearing(page, "request") as (asked,):
        yield page
    assert [sent.url for sent in asked if not sent.url.startswith((address, "data:", "about:"))] == []


def faults(page, context=None, options=None):
    """What axe-core finds serious or critical, shortly."""
    found = Axe().run(page, context=context, options=options).response["violations"]
    serious = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    return [(rule["id"], node["html"][:150], node["failureSummary"]) for rule in serious for node in rule["nodes"]]


def dark_faults(page, context=None):
    """What is hard to read in the dark; all else is as in the light."""
    page.evaluate(THEME, "dark")
    return [("dark", *fault) for fault in faults(page, context, CONTRAST)]


def pages(site):
    return [
        path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")) if "_static" not in path.parts
    ]


def weight_of(page):
    """How many bytes were fetched for a page, where the server zips what gets smaller by it."""
    addresses = [page.url, *page.evaluate(FETCHED)]
    paths = {urllib.parse.urlsplit(address).path.strip("/") for address in addresses if address[:4] == "http"}
    contents = [(ROOT / "build/site" / path).read_bytes() for path in paths]
    return sum(min(len(content), len(zlib.compress(content))) for content in contents)


def problems(page, name):
    """What is wrong with a page that was opened."""
    page.evaluate(AT_REST)
    found = [f"{weight} bytes" for weight in [weight_of(page)] if weight > HEAVY]
    page.evaluate(PICTURES)
    found += [f"picture {html}" for html in page.evaluate(FAULTY_PICTURES)]
    found += [f"formula {latex}" for latex in page.evaluate(UNSET_FORMULAS)]
    if (width := page.evaluate(WIDTH)) > PHONE["width"]:
        found.append(f"{width} pixels wide")
    if name in EXAMPLES or not name.startswith(ALIKE):
        page.evaluate(TAKE_OUT, FORMULAS_AND_CODE if name == "index.html" else f"{FORMULAS_AND_CODE}, {MENU}")
        found += faults(page, options=ALL) + dark_faults(page)
    return found


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.thorough)])
def test_pages_are_readable(phone, site, address, every):
    found, names = {}, pages(site)
    assert len(names) > 50
    assert set(names) >= EXAMPLES
    for name in names if every else sorted(SHORTLY):
        phone.goto(f"{address}/{name}")
        found[name] = problems(phone, name)
    assert {name: faulty for name, faulty in found.items() if faulty} == {}


def test_no_line_of_code_has_to_be_scrolled_on_a_laptop(page, site, address):
    page.set_viewport_size({"width": 1366, "height": 768})
    page.route("**/mathjax/*", lambda route: route.fulfill(body=""))  # for time
    for name in pages(site):
        if not name.startswith(("api/", "slides/", "pdf/")):
            page.goto(f"{address}/{name}", wait_until="domcontentloaded")
            number, scrolling = page.evaluate(SCROLLING)
            assert scrolling == [], name
            assert number > 10 or not re.match(r"notebooks/\d", name)


def test_a_search_shows_formulas(page, address):
    page.goto(f"{address}/search.html?q=assignments")
    found = page.locator("#search-results")
    found.locator("mjx-container").first.wait_for()
    expect(found.get_by_text(re.compile(r"\\\(|\\\["))).to_have_count(0)


def test_the_walk_sees_what_is_wrong(phone, address):
    phone.goto(f"{address}/index.html")
    phone.evaluate("""() => { document.querySelector('article').innerHTML = `
        <p style="color: #999; background: #aaa">faint</p> <a href="#"></a>
        <div style="width: 500px">wide</div> <img src="data:," alt="broken"> <span class="math">x</span>`;
        window.MathJax = { startup: { promise: Promise.resolve() } };
    }""")
    found = str(problems(phone, "index.html"))
    expected = ("broken", "formula x", "pixels wide", "link-name", "('color-contrast'", "('dark', 'color-contrast'")
    assert [fault for fault in expected if fault not in found] == []


def test_the_colours_of_code(phone, address):
    phone.goto(f"{address}/notebooks/00_start_here.html")
    assert faults(phone, ".highlight", CONTRAST) == []
    assert dark_faults(phone, ".highlight") == []


def test_links_lead_from_equation_to_function_and_back(phone, site, address):
    phone.goto(f"{address}/notebooks/03_lyapunov_function.html")
    equation = phone.locator('[id="eq-3.4"]')
    assert "3.4" in equation.inner_text()
    phone.locator('[id="eq-3.4"] + .bearer a').click()
    assert phone.url.endswith("lecture_lib.models.kmeans.html#lecture_lib.models.kmeans.predicted_fall")
    phone.locator('[id="lecture_lib.models.kmeans.predicted_fall"] + dd a:text-is("3.4")').click()
    assert phone.url.endswith("notebooks/03_lyapunov_function.html#eq-3.4")
    phone.wait_for_load_state()
    phone.evaluate("for (const fold of document.querySelectorAll('details.hide')) fold.open = true")  # of code
    phone.locator(".code-link:has-text('half_steps')").first.click()
    assert phone.url.endswith("lecture_lib.models.kmeans.html#lecture_lib.models.kmeans.half_steps")


def test_every_notebook_is_there_with_each_picture_once(site):
    for path in [*(ROOT / "notebooks").glob("[0-9]*.ipynb"), *(ROOT / "notebooks/homework").glob("*.ipynb")]:
        name = path.relative_to(ROOT)
        page = (site / name.with_suffix(".html")).read_text(encoding="utf-8")
        assert "mybinder.org" not in page, "no repository is set in pyproject.toml"
        stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in stored for output in cell.get("outputs", [])]
        shown = sum("image/png" in output.get("data", {}) for output in outputs)
        article = page[page.index("<article") : page.index("</article>")]
        assert article.count('<img class="figure"') == article.count("<img") == shown, "each picture once"


def test_every_equation_is_linked_to_what_bears_it(site):
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((site / "notebooks").glob("*.html")))
    anchors = re.findall(r'id="eq-([\d.]+)"', text)
    assert sorted(anchors) == sorted(named_by())
    assert text.count('class="bearer"') == len(anchors)


def test_every_public_name_is_described(site):
    *_, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)  # after four lines of head
    described = {line.split()[0] for line in zlib.decompress(packed).decode().splitlines()}
    assert set(api.aliases().values()) <= described


def test_the_description_of_a_constant_stays_whole(site):
    page = (site / "api/lecture_lib.blocks.html").read_text(encoding="utf-8")
    assert "The same on every machine: the number fixes the order" in page


def test_no_function_leads_to_a_repository_while_none_is_set(site):
    page = (site / "api/lecture_lib.em.html").read_text(encoding="utf-8")
    assert "/blob/HEAD/" not in page
    assert api.lines_of("lecture_lib.em", "converge").startswith("lecture_lib/em/loop.py#L")


def test_search_finds(phone, address):
    phone.goto(f"{address}/search.html?q=Lyapunov")
    phone.locator("#search-results li").first.wait_for()
    found = phone.locator("#search-results li a").all_inner_texts()
    assert any("A Lyapunov function" in title for title in found)


def test_a_live_figure_lives_on_a_phone_and_its_seal_leads_to_the_table(phone, address):
    phone.goto(f"{address}/notebooks/01_k_means.html")
    figure = Figure(phone)
    x, _ = figure.middle("mean-0")
    figure.drag("mean-0", 20, 10)
    assert figure.middle("mean-0")[0] - x == pytest.approx(20, abs=1)
    figure.click("Step")
    assert figure.text.startswith("Assign: J =")
    assert not phone.locator("[data-explorer] > img").is_visible()
    assert phone.evaluate(WIDTH) <= PHONE["width"]
    phone.evaluate(THEME, "dark")
    expect(figure.root).to_have_attribute("data-theme", "dark")
    with phone.expect_popup() as popup:
        figure.root.locator("a.seal").click()
    assert "KMeansExplorer" in popup.value.locator("table").inner_text()
    popup.value.close()
