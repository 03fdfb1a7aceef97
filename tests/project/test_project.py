"""The files around the library agree with each other, and the package carries what it needs."""

import json
import os
import re
import subprocess
import sys
import tarfile
import textwrap
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = SETTINGS["project"]
CORE = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]
TOP_LEVEL = {
    *(
        "README.md",
        "environment.yml",
        "postBuild",
        "pyproject.toml",
        "requirements.txt",
        "Makefile",
        "LICENSE",
        "CHANGELOG.md",
        "CITATION.cff",
    ),
    *("CONTRIBUTING.md", ".pre-commit-config.yaml", ".github", ".ci", ".gitignore", ".gitattributes"),
    *("data", "notebooks", "lecture_lib", "tests"),
}


def run(*command, cwd=ROOT):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@cache
def files():
    """Every file of the project, whether or not git knows it yet; in a ZIP, which has no git, what is there."""
    if not (ROOT / ".git").exists():
        ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()]
        found = [path for path in ROOT.rglob("*") if path.is_file()]
        return sorted(
            path
            for path in found
            if not any(Path(part).match(name) for part in path.relative_to(ROOT).parts for name in ignored)
        )
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted(ROOT / name for name in set(listed) - {""} if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def network():
    """Skip where packages cannot be had, but not in CI, where this would hide a failure."""
    if os.environ.get("CI") == "true":
        return
    command = [UV, "pip", "compile", "--no-deps", "--refresh", "-"]
    done = subprocess.run(command, input="packaging", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("no network")


# Requirements


def test_environment_yml_has_the_names_and_bounds_of_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    first, second, *middle, last = environment["dependencies"]
    assert environment["name"] == "lecture-em"
    assert environment["channels"] == ["conda-forge"]
    assert (first, second, last) == ("python=3.11", "pip", {"pip": ["-e ."]})
    assert PROJECT["requires-python"] == ">=3.11"
    assert middle == sorted(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["course"])


def pins():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line.removesuffix(" \\")) for line in lines if re.match(r"\w", line)]


def test_the_library_alone_needs_no_notebook_server():
    assert [requirement.name for requirement in CORE] == [
        "anywidget", "ipywidgets", "matplotlib", "numpy", "scipy", "threadpoolctl"
    ]  # fmt: skip


def test_every_pin_is_exact_and_has_hashes_but_no_address():
    text = (ROOT / "requirements.txt").read_text()
    assert len(pins()) == len(re.findall(r"^\w.* \\\n    --hash=sha256:[0-9a-f]{64}\b", text, re.M)) > 100
    assert not re.search("://|index|find-links", text)
    for pin in pins():
        assert re.fullmatch(r"==[^*,]+", str(pin.specifier)), pin


@pytest.mark.parametrize("requirement", CORE + EXTRAS, ids=str)
def test_pins_meet_the_bounds(requirement):
    pinned = [pin for pin in pins() if canonicalize_name(pin.name) == canonicalize_name(requirement.name)]
    assert pinned, "run make pins"
    for pin in pinned:
        (version,) = (specifier.version for specifier in pin.specifier)
        assert requirement.specifier.contains(version), f"{pin}; run make pins"


@pytest.mark.network
@pytest.mark.usefixtures("network")
def test_lower_bounds_can_be_had_all_at_once():
    flags = ("--resolution=lowest-direct", "--python-version=3.11", "--all-extras", "--no-header", "--no-annotate")
    lines = run(UV, "pip", "compile", *flags, "pyproject.toml").splitlines()
    lowest = {canonicalize_name(pin.name): pin.specifier for pin in map(Requirement, lines)}
    for requirement in CORE + EXTRAS:
        (bound,) = (specifier.version for specifier in requirement.specifier)
        found = lowest[canonicalize_name(requirement.name)]
        assert found.contains(bound), f"{requirement} cannot be had; the lowest that can is {found}"


# The package


@pytest.fixture(scope="session")
def built(tmp_path_factory, network):
    """The folder with the sdist, and the wheel that is made from it."""
    folder = tmp_path_factory.mktemp("built")
    run(UV, "build", "--out-dir", folder)
    return folder


@pytest.fixture(scope="session")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


def metadata_in(wheel):
    with zipfile.ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith(".dist-info/METADATA"))
        return file.read(name).decode()


@pytest.mark.network
def test_the_sdist_is_small_and_neither_holds_a_notebook(built, wheel):
    (sdist,) = built.glob("*.tar.gz")
    assert sdist.stat().st_size < 1.5e6
    with tarfile.open(sdist) as source, zipfile.ZipFile(wheel) as file:
        assert not [name for name in (*source.getnames(), *file.namelist()) if name.endswith(".ipynb")]
        assert "lecture_lib/py.typed" in file.namelist()
        code = "\n".join(file.read(name).decode() for name in file.namelist() if name.endswith(".py"))
    regions = re.compile(r"### BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", re.S)
    solved = [
        textwrap.dedent(region)
        for path in ROOT.glob("notebooks/homework/solutions/*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for region in regions.findall("".join(cell["source"]))
    ]
    assert len(solved) > 10
    bare = re.sub(r"^ +", "", code, flags=re.M)
    assert [text for text in solved if text.count("\n") and re.sub(r"^ +", "", text, flags=re.M) in bare] == []


@pytest.mark.network
def test_addresses_and_links_follow_from_the_repository(built, wheel, tmp_path):
    bare = metadata_in(wheel)
    assert "Project-URL" not in bare
    assert "](notebooks/" not in bare
    assert "](.github/" not in bare
    safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        source.extractall(tmp_path, **safely)
    (folder,) = tmp_path.iterdir()
    settings = (folder / "pyproject.toml").read_text()
    repository = "https://github.com/somebody/course"
    (folder / "pyproject.toml").write_text(settings.replace('repository = ""', f'repository = "{repository}"'))
    run(UV, "build", "--wheel", "--out-dir", tmp_path, cwd=folder)
    named = metadata_in(next(tmp_path.glob("*.whl")))
    assert f"Project-URL: Source, {repository}" in named
    relative = [link for link in links(named) if not link.startswith(("https://", "#"))]
    assert relative == []
    assert f"]({repository}/blob/HEAD/notebooks/01_k_means.ipynb)" in named


@pytest.mark.network
def test_wheel_works_outside_the_clone(wheel, tmp_path):
    run(UV, "venv", "--python", sys.executable, tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    run(UV, "pip", "install", "--python", python, "--constraint", ROOT / "requirements.txt", wheel)
    code = "from lecture_lib import datasets as d; print(d.__file__, d.load_old_faithful().shape)"
    where, shape = run(python, "-I", "-c", code, cwd=tmp_path).strip().split(maxsplit=1)
    assert Path(where).is_relative_to(tmp_path)
    assert shape == "(272, 2)"


@pytest.mark.network
def test_wheel_carries_all_data(wheel):
    held = run(sys.executable, "-m", "zipfile", "--list", wheel)
    tables = [path.name for path in files() if path.match("data/*.csv")]
    assert "old_faithful.csv" in tables
    for name in tables:
        assert f"lecture_lib/data/{name} " in held


# Binder


def test_no_link_leads_to_a_repository_that_nobody_has_named():
    repository = SETTINGS["tool"]["course"]["repository"]
    assert repository == "" or repository.startswith("https://github.com/")
    for path in files():
        assert "/".join(("OWNER", "REPOSITORY")) not in said_in(path), path


def test_the_readme_says_how_long_each_notebook_takes():
    rows = re.findall(r"\]\(notebooks/(\d\d_\w+\.ipynb)\) \| (\d+) \|", markdown(ROOT / "README.md"))
    assert [name for name, _ in rows] == [path.name for path in sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))]
    for name, minutes in rows:
        assert f"*Time:* {minutes} minutes" in markdown(ROOT / "notebooks" / name), name


def test_the_readme_adds_up_the_hours():
    readme, words = markdown(ROOT / "README.md"), {9: "nine", 19: "nineteen"}
    homework = re.findall(r"\]\(notebooks/homework/(hw\w+\.ipynb)\)[^(]*\((\d+)(?: minutes)?\)", readme)
    assert [name for name, _ in homework] == [
        path.name for path in sorted(ROOT.glob("notebooks/homework/hw*.ipynb"))
    ]
    for name, minutes in homework:
        assert f"*Time:* {minutes} minutes" in markdown(ROOT / "notebooks/homework" / name), name
    notebooks = re.findall(r"\.ipynb\) \| (\d+) \|", readme)
    hours = [round(sum(map(int, each)) / 60) for each in (notebooks, [minutes for _, minutes in homework])]
    assert f"{words[hours[0]]} hours, {words[hours[1]]} more of homework" in readme


def test_the_readme_is_read_in_three_minutes():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 600


def test_post_build_can_run_and_stops_at_the_first_failure(tmp_path):
    assert os.access(ROOT / "postBuild", os.X_OK)
    done = subprocess.run([ROOT / "postBuild"], cwd=tmp_path, env={"PATH": str(tmp_path)}, check=False, timeout=60)
    assert done.returncode != 0


@pytest.mark.thorough
@pytest.mark.network
@pytest.mark.usefixtures("network")
def test_what_binder_runs_makes_an_environment_that_opens_the_first_notebook(tmp_path):
    # With pip in place of conda: the names and bounds are the same, and conda's own solver runs in CI.
    _, _, *names, last = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    python = tmp_path / "env/bin/python"
    run(UV, "venv", "--python", sys.executable, tmp_path / "env")
    for line in (" ".join(names), *last["pip"]):
        run(UV, "pip", "install", "--python", python, "--constraint", "requirements.txt", *line.split())
    own = {"PATH": f"{python.parent}:{os.environ['PATH']}", "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    done = subprocess.run([ROOT / "postBuild"], cwd=ROOT, env=os.environ | own, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    settings = json.loads((tmp_path / "env/etc/jupyter/labconfig/page_config.json").read_text())
    assert settings["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True
    opens = run(python, "-m", "jupyterlab", "--version", cwd=tmp_path).strip()
    assert next(needed for needed in EXTRAS if needed.name == "jupyterlab").specifier.contains(opens)


# The tree


def test_top_level_holds_nothing_else():
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= TOP_LEVEL


WORKFLOWS = {path.stem: yaml.safe_load(path.read_text()) for path in ROOT.glob(".github/workflows/*.yml")}


def test_every_job_of_a_workflow_is_a_script_that_a_person_can_run():
    jobs = {(name, job): given for name, flow in WORKFLOWS.items() for job, given in flow["jobs"].items()}
    assert len(jobs) == 10
    for (name, job), given in jobs.items():
        commands = [step["run"] for step in given["steps"] if "run" in step]
        # What publishes runs nothing of ours, and so may have the rights to publish.
        assert len(commands) == (0 if "permissions" in given else 1), (name, job)
        for command in commands:
            assert os.access(ROOT / command.split()[0], os.X_OK), command


def test_every_action_is_pinned_and_a_change_runs_once():
    for name, flow in WORKFLOWS.items():
        for step in (step for job in flow["jobs"].values() for step in job["steps"]):
            assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+(\.\d+\.\d+)?|[0-9a-f]{40})", step.get("uses", "a/a@v1")), step
        assert flow["permissions"] == {"contents": "read"}, name
    asked = WORKFLOWS["test"][True]  # YAML 1.1 reads the word "on" as a truth value
    assert asked["push"] == {"branches": ["main"]}
    assert WORKFLOWS["test"]["concurrency"]["cancel-in-progress"] is True


def test_the_conda_job_installs_every_extra():
    (extras,) = re.findall(r"\.\[([a-z,]+)\]", (ROOT / ".ci/conda").read_text())
    assert extras.split(",") == sorted(PROJECT["optional-dependencies"])


# Put together from parts, so that this file does not hold what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w.*})-])/(?:home|root|Users|tmp|work|private|opt|mnt)/[\w.-]+")
REGISTRY = re.compile("|".join(re.escape(".".join(parts)) for parts in [
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("npmjs", "com"), ("anaconda", "org"),
    ("anaconda", "com"), ("proxy", "golang"),
]))  # fmt: skip


def said_in(path):
    """The text of a file; of a notebook, without the pictures, whose letters could spell anything."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return re.sub(r"[A-Za-z0-9+/=]{200,}(\\n)?", "", text) if path.suffix == ".ipynb" else text


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["path", "registry"])
def test_nothing_of_one_machine(pattern):
    found = {str(path.relative_to(ROOT)): pattern.findall(said_in(path)) for path in files()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_what_counts_as_a_path_of_a_machine():
    for folder in ("home/ann/x", "root/.cache", "Users/ann", "tmp/ipykernel_1", "work/main"):
        assert MACHINE_PATH.search(f'open("/{folder}")'), folder
    for path in ("/usr/bin/env", "/dev/null", "notebooks/tmp/x", "https://example.org/home/x"):
        assert not MACHINE_PATH.search(path), path


# Links

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|href)=[\"']([^\"']+)[\"']")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def markdown(path):
    """The text of a Markdown file, or of a notebook's Markdown cells."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def links(text):
    return [first or second for first, second in LINK.findall(CODE.sub("", text))]


def anchors(path):
    """The anchors of a page's headings: GitHub's for Markdown, JupyterLab's for a notebook."""
    headings = re.findall(r"^#+ +(.+?) *$", markdown(path), re.MULTILINE)
    if path.suffix == ".ipynb":
        return {heading.replace(" ", "-") for heading in headings}
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def complaint(page, link):
    """What is wrong with a link, or None."""
    if ":" in link.split("/")[0]:
        good = re.fullmatch(r"https://[\w-]+(\.[\w-]+)+(/\S*)?|mailto:\S+@\S+", link)
        return None if good else "not a well-formed https address"
    name, _, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return "no such file"
    return "no such heading" if anchor and anchor not in anchors(target) else None


PAGES = [path for path in files() if path.suffix in (".md", ".ipynb")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    complaints = [(link, complaint(page, link)) for link in links(markdown(page))]
    assert [said for said in complaints if said[1]] == []


def test_what_counts_as_a_link():
    text = "[a](b.md#c) ![d [1]](e.png) <a href='f'>g</a> `[no](link)` $x[i](t)$ [h](https://example.org/a_(b))"
    assert links(text)[:3] == ["b.md#c", "e.png", "f"]
    page = ROOT / "pyproject.toml"
    assert complaint(page, "README.md") is None
    assert complaint(page, "nowhere.md") == "no such file"
    assert complaint(page, "../elsewhere.md") == "no such file"
    assert complaint(page, "README.md#no-such-heading") == "no such heading"
    assert complaint(page, "http://example.org") == "not a well-formed https address"
