"""What the site is made with: links, pictures and the list of what is public."""

import base64
import json
import re
from pathlib import Path

import pytest
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from test_equations import named_by

pytest.importorskip("myst_nb", reason="the site needs pip install '.[site]'")
ROOT = Path(__file__).parents[2]

import api  # noqa: E402
import crossrefs  # noqa: E402
import make  # noqa: E402
import pictures  # noqa: E402
import reading  # noqa: E402

IMPORTED = {
    "assign": "lecture_lib.models.kmeans.assign",
    "fit": "lecture_lib.models.gaussian_mixture.fit",
    "figures": "lecture_lib.figures",
    "MixtureParameters": "lecture_lib.models.mixture.MixtureParameters",
}


def test_what_is_missing_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr(make, "NEEDED", ("no_such_package",))
    said = make.main()
    assert said == "the site needs no_such_package; install what it needs: pip install '.[site]'"


# Names


def test_every_public_function_is_described_once():
    text = "\n".join(api.pages().values())
    listed = [
        f"{module}.{name}"
        for module, names in re.findall(r"automodule:: (\S+)\n   :members: (.*)", text)
        for name in names.split(", ")
    ]
    assert len(listed) == len(set(listed)) > 200
    assert set(listed) == set(api.aliases().values())
    for full in ("lecture_lib.em.converge", "lecture_lib.figures.show", "lecture_lib.gaussian.prior.MixturePrior"):
        assert full in listed
    assert api.aliases()["lecture_lib.figures.appearance.show"] == "lecture_lib.figures.show"
    assert not any("QUESTIONS" in full for full in listed)  # the answers stand there


def test_the_files_of_a_model_share_its_page():
    assert api.page_of("lecture_lib.models.kmeans.bounded") == "lecture_lib.models.kmeans"
    assert api.page_of("lecture_lib.models.mixture") == "lecture_lib.models.mixture"
    assert api.page_of("lecture_lib.gaussian.prior") == "lecture_lib.gaussian"
    assert not any(page.startswith("lecture_lib.models.kmeans.") for page in api.pages())


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("assign", "lecture_lib.models.kmeans.assign"),
        ("assign(X, means)", "lecture_lib.models.kmeans.assign"),
        ("fit", "lecture_lib.models.gaussian_mixture.fit"),
        ("figures.show", "lecture_lib.figures.show"),
        ("kmeans.lyapunov", "lecture_lib.models.kmeans.lyapunov"),
        ("MixtureParameters", "lecture_lib.gaussian.parameters.MixtureParameters"),
        ("gaussian_mixture.GaussianMixture.e_step", "lecture_lib.models.gaussian_mixture.GaussianMixture.e_step"),
        ("models/mixture.py", "lecture_lib.models.mixture"),
        ("seeding.py", "lecture_lib.seeding"),
        ("models/", "lecture_lib.models"),
        ("models/kmeans/", "lecture_lib.models.kmeans"),
        ("models/kmeans/bounded.py", "lecture_lib.models.kmeans.bounded"),
        ("means", None),  # a variable of the notebook, though figures has a function of this name
        ("update", None),  # not imported here
        ("nowhere.py", None),
        ("X[:, None]", None),
        ('"nothing"', None),
    ],
)
def test_what_a_notebook_means_by_a_name(name, full):
    assert crossrefs.meant(name, IMPORTED) == full


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("datasets.load_iris()", ["datasets.load_iris"]),
        ("converge(em(model), until=settle())", ["converge", "em", "model", "settle"]),
        ("model().fit", ["model"]),
    ],
)
def test_names_in_highlighted_code(code, names):
    html = crossrefs.CHAIN.findall(highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)))
    assert [re.sub("<.*?>", "", chain) for chain in html] == names


def test_imports_of_a_notebook():
    code = "import numpy as np\nfrom lecture_lib import figures\nfrom lecture_lib.em import em as loop, converge"
    expected = {
        "figures": "lecture_lib.figures",
        "loop": "lecture_lib.em.em",
        "converge": "lecture_lib.em.converge",
    }
    assert crossrefs.imports(code) == expected


def test_the_module_that_a_link_means():
    assert crossrefs.module_of("lecture_lib/em.py") == "lecture_lib.em"
    assert crossrefs.module_of("lecture_lib/widgets/__init__.py") == "lecture_lib.widgets"
    assert crossrefs.module_of("lecture_lib/models") == "lecture_lib.models"
    assert crossrefs.module_of("data/make.py") is None


@pytest.mark.parametrize(
    ("module", "name", "first", "last"),
    [
        ("em", "em", "def em(", "theta = model.m_step(theta, q)"),
        ("em", "Run.theta", "@property", "return self.states[-1].theta"),
        (
            "gaussian.parameters",
            "MixtureParameters",
            "@dataclass(frozen=True",
            "return cholesky.inverse_factors(self.covariances)",
        ),
    ],
)
def test_where_something_is_written(module, name, first, last):
    path, lines = api.lines_of(f"lecture_lib.{module}", name).split("#")
    start, end = (int(number) for number in re.fullmatch(r"L(\d+)-L(\d+)", lines).groups())
    written = (ROOT / path).read_text(encoding="utf-8").splitlines()[start - 1 : end]
    assert written[0].strip().startswith(first)
    assert written[-1].strip() == last


@pytest.mark.parametrize("name", ["ROUNDING", "State.step", "Rule"])
def test_data_are_written_nowhere(name):
    assert api.lines_of("lecture_lib.em", name) is None


# Equations


def test_every_equation_has_its_bearer():
    found = {tag: full.rpartition("lecture_lib.")[2] for tag, full in crossrefs.bearers().items()}
    assert found.keys() == named_by().keys()
    for tag, owner in named_by().items():  # module.function there, with its package here
        assert found[tag].split(".")[-1] == owner.split(".")[-1], tag


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("By Eq. 3.4, it falls.", ["3.4"]),
        ("Differentiate (3.1) twice.", ["3.1"]),
        ("Equations 3.1 and 3.4 say so; 3.2 is a number.", ["3.1", "3.4"]),
        ("The slope is 3.1, or (9.99).", []),
    ],
)
def test_equations_that_a_text_names(text, linked):
    known = {"3.1", "3.2", "3.4"}
    nodes = crossrefs.linked(crossrefs.nodes.Text(text), lambda tag: _reference(tag) if tag in known else None)
    assert "".join(node.astext() for node in nodes) == text
    assert [node.astext() for node in nodes if isinstance(node, crossrefs.nodes.reference)] == linked


def _reference(tag):
    return crossrefs.nodes.reference("", "", crossrefs.nodes.Text(tag))


# Pictures


def test_a_picture_becomes_a_file_and_keeps_its_alt_text(tmp_path):
    png = b"\x89PNG any bytes"
    data = base64.b64encode(png).decode()
    stored = f'<img alt="Two &amp; more" width="560" height="260" src="data:image/png;base64,{data}">'
    shown = pictures.picture_files(f"<p>{stored} {{}}</p>", tmp_path, "../pictures")
    (name,) = re.findall(r'src="../pictures/(\w+\.png)"', shown)
    assert (tmp_path / name).read_bytes() == png
    assert shown.count("<img") == 1
    assert 'alt="Two &amp; more" width="560" height="260"' in shown
    assert shown.startswith("<p><img ")
    assert shown.endswith("> {}</p>")
    assert "base64" not in shown


def test_formulas_in_a_folded_answer():
    text = r"<details>At $\beta_c$ and $x$.</details>"
    expected = r'At <span class="math">\(\beta_c\)</span> and <span class="math">\(x\)</span>.'
    assert pictures.with_formulas(text) == f"<details>{expected}</details>"


# Reading


def test_what_only_computes_and_draws_is_folded_and_questions_have_answers():
    cells = json.loads(reading.readable(ROOT / "notebooks/01_k_means.ipynb"))["cells"]
    code = {"".join(cell["source"]): cell for cell in cells if cell["cell_type"] == "code"}
    folded = [source for source, cell in code.items() if "hide-input" in cell["metadata"].get("tags", [])]
    assert next(iter(code)) in folded  # the imports
    assert any("figures.show" in source for source in folded)
    assert not any(source.startswith("KMeansExplorer") for source in folded)
    (said,) = code['check("01.tie", ...)']["outputs"]
    assert said["data"]["text/html"].startswith("<details><summary>Answer</summary><strong>0.</strong> Ties go")


def test_every_question_of_a_notebook_has_an_answer_on_the_site():
    books = [book for book in reading.catalogue.books() if book.isdigit()]
    names = [f"{book}.{word}" for book in books for word in reading.catalogue.questions_of(book)]
    assert len(names) > 50
    # The one without a single right answer: a place is asked for, and many will do.
    assert [name for name in names if "<strong>" not in reading.answer(name)] == ["03.escape"]


def test_the_site_does_without_notebooks_that_are_left_out(monkeypatch, tmp_path):
    course = reading.settings.course() | {"leave-out": ["06_likelihood_gradients", "11_more_models"]}
    monkeypatch.setattr(reading.settings, "course", lambda: course)
    monkeypatch.setattr(make, "BUILD", tmp_path)
    make.gather(tmp_path / "source")
    assert not list(tmp_path.rglob("06_*")) + list(tmp_path.rglob("11_*"))
    for path in (tmp_path / "source").rglob("*.*"):
        if path.suffix in (".md", ".ipynb"):
            assert not re.search(r"\]\([^)]*(06_likelihood|11_more)[^)]*\.ipynb", path.read_text()), path


def test_the_first_page_leads_to_what_was_built(monkeypatch, tmp_path):
    monkeypatch.setattr(make, "BUILD", tmp_path)
    assert "students.zip" not in make.front()
    (tmp_path / "students.zip").touch()
    assert '<a href="students.zip">' in make.front()
    assert "(notebooks/00_start_here.ipynb)" in make.front()
    assert "(.github/live_figure.gif)" in make.front()


# Settings


@pytest.fixture
def gathered(monkeypatch, tmp_path):
    """Gather the sources of a site with other settings: settings -> its folder."""

    def gather(**changed):
        course = reading.settings.course() | {key.replace("_", "-"): value for key, value in changed.items()}
        monkeypatch.setattr(reading.settings, "course", lambda: course)
        monkeypatch.setattr(make, "BUILD", tmp_path / "build")
        make.gather(tmp_path / "source")
        return tmp_path / "source"

    return gather


def test_students_have_no_lecturers_pages_in_the_menu(gathered):
    folder = gathered(audience="students", title="Clusters", leave_out=["08_soft_k_means"])
    first = (folder / "index.md").read_text(encoding="utf-8")
    assert first.startswith("# Clusters\n\nThe 12 notebooks")
    menu = re.findall(r"^(?:\S+ <)?(/[\w/.]+)>?$", first, re.M)
    assert "/notebooks/07_em_for_gaussian_mixtures" in menu
    assert not [page for page in menu if re.search(r"kit|GRADING|hand_out|architecture|CONTRIBUTING", page)]
    assert "Teach it" not in first
    assert (folder / "CONTRIBUTING.md").read_text(encoding="utf-8").startswith("---\norphan: true\n---\n")
    assert "Soft k-means" not in (folder / "notebooks/00_start_here.ipynb").read_text(encoding="utf-8")
