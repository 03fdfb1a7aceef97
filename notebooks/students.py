"""Make the students' bundle, ``build/students.zip``: notebooks without solutions, data, library, environment.

Nothing else is in it, and what a notebook links to elsewhere becomes text. Below its title each says what to do
where the library is not installed, on Colab for example.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "kit"))

import settings  # noqa: E402

BUILD, TOP = ROOT / "build", "course"
NOTEBOOKS = "notebooks/[0-9][0-9]_*.ipynb", "notebooks/tables.md", "notebooks/homework/hw*.ipynb"
DATA = "data/*.csv", "data/README.md", "LICENSE"
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)")
INSTALL = (
    "*Where `import lecture_lib` fails, on Colab or Kaggle for example, run `%pip install {what}` first{how}.*"
)
README = """\
Install once, then open notebooks/00_start_here.ipynb in JupyterLab or VS Code (Linux, macOS, Windows):

    conda env create -f environment.yml && conda activate lecture-em
    pip install jupyterlab {wheel}

Which of the two you take does not matter. On Colab or Kaggle: upload a notebook and {wheel},
and run what stands below its title. Work through the notebooks in this order:

{listed}

The homework is in notebooks/homework; each check answers at once. Hand in the notebook itself,
hw1_k_means.ipynb for example, under the name that it has, in the way that your lecturer names.
"""


def main():
    """Write the bundle; return 0, or what is wrong."""
    shutil.rmtree(BUILD / "students", ignore_errors=True)
    done = subprocess.run([uv(), "build", "--quiet", "--wheel", "--out-dir", BUILD / "students", ROOT], check=False)
    if done.returncode:
        return "students: the wheel could not be built; check the network connection and try again"
    (wheel,) = (BUILD / "students").glob("*.whl")
    with zipfile.ZipFile(BUILD / "students.zip", "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in contents(wheel).items():
            bundle.writestr(f"{TOP}/{name}", content)
    print(f"build/students.zip, {(BUILD / 'students.zip').stat().st_size / 1e6:.1f} MB")
    return 0


def uv():
    """Return the path of uv, which is beside this Python."""
    return Path(sys.executable).with_name("uv")


def contents(wheel):
    """Return what is in the bundle: path -> text or bytes."""
    paths = [
        path for pattern in (*NOTEBOOKS, *DATA) for path in sorted(ROOT.glob(pattern)) if settings.is_shown(path)
    ]
    names = {str(path.relative_to(ROOT)) for path in paths}
    found = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    for path in paths:
        if path.suffix in (".ipynb", ".md"):
            name = str(path.relative_to(ROOT))
            found[name] = for_students(found[name], path, names, wheel.name)
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8").replace("- -e .", f"- ./{wheel.name}")
    environment = re.sub(r"\A(#.*\n)+|.*nbval.*\n", "", environment)
    return found | {
        wheel.name: wheel.read_bytes(),
        "environment.yml": environment,
        "README.txt": README.format(wheel=wheel.name, listed=listing(paths)),
    }


def listing(paths):
    """Return the notebooks with the minutes that each of them names."""
    found = []
    for path in paths:
        if path.suffix == ".ipynb":
            first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
            time = re.search(r"\*Time:\* (\d+) minutes", first)
            found += [f"    {path.name:36s} {time[1]:>3s} minutes"] if time else []
    return "\n".join(found)


def for_students(text, path, names, wheel):
    """Return a page with links only to what is in the bundle; a notebook says below its title what to install."""

    def inside(link):
        target = (path.parent / link[2]).resolve()
        return link[0] if target.is_relative_to(ROOT) and str(target.relative_to(ROOT)) in names else link[1]

    if path.suffix == ".md":
        return LINK.sub(inside, settings.without_absent(text))
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(inside, settings.without_absent("".join(cell["source"])))
    repository = settings.course()["repository"]
    said = (
        INSTALL.format(what=f"git+{repository}", how="")
        if repository
        else INSTALL.format(what=wheel, how=", with this file of the bundle beside the notebook")
    )
    first = {"cell_type": "markdown", "id": "install", "metadata": {}, "source": said}
    cells = [notebook["cells"][0], first, *notebook["cells"][1:]]
    return json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
