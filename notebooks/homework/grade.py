"""Grade a folder of submitted notebooks: points per exercise as CSV, a page of feedback per student.

    python notebooks/homework/grade.py FOLDER [--out FOLDER] [--trust]

A submission is ``NAME.ipynb``, or any notebook in a folder ``NAME``. Each is put together anew: tasks, set-up and
tests come from the solution notebook, the student's own cells from the submission. It runs in a sandbox, which
hands back what the student's functions returned; whether that is right is decided here. The rest is nbgrader:
``--out`` is a course folder of nbgrader's, with its gradebook, for what a person must grade.
"""

import argparse
import ast
import base64
import csv
import io
import logging
import os
import re
import shutil
import sys
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import CheckCellMetadata, LimitOutput, OverwriteCells, SaveAutoGrades
from PIL import Image
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402
import sandbox  # noqa: E402

from lecture_lib.homework.engine import outcome as trial  # noqa: E402
from lecture_lib.homework.engine.check import verdict as judge  # noqa: E402

SOLUTIONS = {path.stem[:3]: path for path in sorted(generate.SOLUTIONS.glob("*.ipynb"))}
LARGEST = 20 * 1024**2  # bytes of a submitted file
LONGEST = 10_000  # letters of an output
LARGEST_PICTURE = 4_000_000  # pixels
LOOKS_INTO_LIBRARY = re.compile(r"\blecture_lib\b|\bkmeans\.|__globals__|__closure__|sys\.modules|_getframe")


@dataclass
class Submission:
    """What a student handed in for a set, and what came of it."""

    student: str
    path: Path
    homework: str | None = None
    notebook: nbformat.NotebookNode | None = None
    problems: list[str] = field(default_factory=list)
    """What prevents grading."""
    remarks: list[str] = field(default_factory=list)
    """What the tutor should look at."""

    @property
    def id(self):
        """A name that nbgrader and every file system can bear."""
        return re.sub(r"[^\w-]", "_", self.student)


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Grade a folder of submitted notebooks.")
    parser.add_argument("submissions", type=Path)
    parser.add_argument("--out", type=Path, help="where the grades go; default: beside the submissions")
    parser.add_argument("--trust", action="store_true", help="no sandbox, only limits of time and memory")
    options = parser.parse_args(arguments)
    if not options.submissions.is_dir():
        return complain(f"no folder {options.submissions}")
    if not options.trust and not sandbox.works():
        return complain(
            "this system gives no sandbox (it takes Linux, util-linux, and root or user namespaces), so "
            "submissions could read and change all that you can. If you trust them all: make grade ... TRUST=1"
        )
    folder = options.submissions.resolve()
    out = (options.out or folder.with_name(f"{folder.name}-graded")).resolve()
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own
    submissions = collect(folder)
    if not submissions:
        return complain(f"no files in {folder}")
    for homework in sorted({submission.homework for submission in submissions} & SOLUTIONS.keys()):
        grade_set(homework, [each for each in submissions if each.homework == homework], out, options.trust)
    for each in submissions:
        if each.homework not in SOLUTIONS:
            print(f"{each.student:24} not graded: {'; '.join(each.problems)}")
    return 0


def complain(text):
    """Say what is wrong; return the exit code."""
    print(f"grade: {text}", file=sys.stderr)
    return 1


# What was handed in


def collect(folder):
    """Read all submissions; whatever cannot be read gets a problem."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file()):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        each = Submission(parts[0] if len(parts) > 1 else path.stem, path)
        read(each)
        found.setdefault((each.id, each.homework), []).append(each)
    submissions = [each[0] for each in found.values()]
    for first, *more in found.values():
        if more:
            first.remarks.append(f"only {first.path.name} was graded, not {', '.join(m.path.name for m in more)}")
    usual = Counter(each.homework for each in submissions if each.homework).most_common(1)
    for each in submissions:
        each.homework = each.homework or (usual[0][0] if usual else None)
    return submissions


def read(each):
    """Read the notebook of a submission, and find out which set it is."""
    by_name = re.search(r"hw\d", each.path.name)
    each.homework = by_name[0] if by_name and by_name[0] in SOLUTIONS else None
    if each.path.is_symlink():
        each.problems.append("a link, not a file")
    elif each.path.stat().st_size > LARGEST:
        each.problems.append(f"larger than {LARGEST // 1024**2} MB")
    else:
        try:
            notebook = nbformat.read(each.path, as_version=4)
            nbformat.validate(notebook)
            names = re.findall(r"check\(\s*[\"'](hw\d)\.", "\n".join(str(cell.source) for cell in notebook.cells))
        except Exception as error:  # anything can be in a file
            each.problems.append(f"not a notebook ({type(error).__name__})")
            return
        if names:
            each.homework = Counter(names).most_common(1)[0][0]
        if each.homework in SOLUTIONS:
            each.notebook = notebook
        else:
            each.problems.append("not a notebook of any homework set")


def key(cell):
    """Return what a cell is known by: its name for nbgrader, else its id."""
    return cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id")


def assemble(submitted, solution, handed_out):
    """Put a notebook together: what belongs to the course from the course, the rest from the student."""
    ours = {key(cell) for cell in solution.cells}
    theirs, extra, before = {}, [], {}
    for cell in submitted.cells:
        name = key(cell)
        if name in ours and name not in theirs:
            theirs[name], before[name], extra = cell, extra, []
        elif name not in ours and cell.cell_type == "code":
            extra.append(nbformat.v4.new_code_cell(cell.source))
    cells = []
    for right, stub in zip(solution.cells, handed_out.cells, strict=True):
        cells += before.get(key(right), [])
        meta = right.metadata.get("nbgrader", {})
        cell = nbformat.from_dict(stub if meta.get("solution") else right)
        own = theirs.get(key(right))
        if own is not None and (meta.get("solution") or (not meta and cell.cell_type == "code")):
            # In a page of feedback, HTML of a student's would be run by whoever reads it.
            cell.source = own.source if cell.cell_type == "code" else own.source.replace("<", "&lt;")
        cells.append(cell)
    notebook = nbformat.v4.new_notebook(cells=[*cells, *extra], metadata=solution.metadata)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return generate.ClearOutput().preprocess(notebook, {})[0]


# How it runs


def job(notebook):
    """Return the code cells as the runner takes them, with the number of each in the notebook."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            meta = cell.metadata.get("nbgrader", {})
            # The imports take long on a busy machine, and that must not cost points.
            plain = {"source": cell.source, "ours": meta.get("locked", False)}
            cells.append((number, check_of(cell.source) if meta.get("grade") else plain))
    return cells


def check_of(source):
    """Return what a test cell checks: the name, the answer as an expression, and the seeds."""
    calls = [node.value for node in ast.parse(source).body]
    name, answer = calls[0].args
    seeds = [next((ast.literal_eval(word.value) for word in call.keywords), None) for call in calls]
    return {"name": ast.literal_eval(name), "answer": ast.unparse(answer), "seeds": seeds}


def execute(each, notebook, trust):
    """Run a notebook in the sandbox, and write outputs and verdicts into its cells."""
    cells = job(notebook)
    records, ending = sandbox.run([cell for _, cell in cells], trust=trust)
    if ending:
        each.remarks.append(ending)
    for position, (number, cell) in enumerate(cells):
        record = records.get(position)
        if "name" in cell:
            outputs = verdicts(cell, record, ending)
            each.remarks += sorted(set(excesses(cell["name"], record)))
        elif record is None:
            outputs = [problem("NotRun", ending)]
        else:
            outputs = [output for shown in as_list(record.get("outputs"))[:20] if (output := safe(shown))]
            names = {output.get("ename") for output in outputs} & {"TimeoutError", "MemoryError"}
            each.remarks += [f"{name} in cell {key(notebook.cells[number])}" for name in sorted(names)]
        notebook.cells[number].outputs = outputs
        notebook.cells[number].execution_count = position + 1
        if LOOKS_INTO_LIBRARY.search(notebook.cells[number].source) and is_solution(notebook.cells[number]):
            each.remarks.append(f"{key(notebook.cells[number])} looks into the library")


def excesses(name, record):
    """Say which limits the calls of a check met."""
    for outcomes in as_list((record or {}).get("outcomes")):
        for outcome in map(trial.from_plain, as_list(outcomes)):
            if outcome.kind == "slow":
                yield f"{name}: takes too long"
            elif "MemoryError" in outcome.detail:
                yield f"{name}: MemoryError"


def is_solution(cell):
    """Return whether a cell is one that the student fills in."""
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def verdicts(cell, record, ending):
    """Judge what an answer did; an error among the outputs means no points."""
    if record is None:
        return [problem("NotRun", f"{cell['name']} · not tried: {ending}.")]
    tried = [as_list(outcomes) for outcomes in as_list(record.get("outcomes"))]
    if len(tried) != len(cell["seeds"]):
        return [problem("NotRun", f"{cell['name']} · an unreadable record.")]
    said = []
    for seed, outcomes in zip(cell["seeds"], tried, strict=True):
        which = "" if seed is None else "on other data "
        verdict = judge(cell["name"], [trial.from_plain(outcome) for outcome in outcomes], seed)
        if verdict.status != "correct":
            return [*said, problem("NoPoints", f"{cell['name']} · {which}{verdict}")]
        said.append(nbformat.v4.new_output("stream", name="stdout", text=f"{cell['name']} · {which}{verdict}\n"))
    return said


def problem(name, text):
    """Return an error as an output."""
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[text])


def as_list(value):
    """Return a list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []


def safe(shown):
    """Return an output with its text and picture, and nothing else; or None."""
    try:
        if shown["output_type"] == "stream":
            # nbgrader takes anything on stderr for a failure, but only in test cells, which are not run here.
            return nbformat.v4.new_output("stream", name="stdout", text=str(shown["text"])[:LONGEST])
        if shown["output_type"] == "error":
            return problem(str(shown["ename"])[:100], f"{shown['ename']}: {shown['evalue']}"[:LONGEST])
        data = {"text/plain": str(shown["data"].get("text/plain", ""))[:LONGEST]}
        if png := shown["data"].get("image/png"):
            data["image/png"] = picture(png)
        return nbformat.v4.new_output("display_data", data=data)
    except Exception:  # the student's process wrote it
        return None


def picture(png):
    """Return a picture drawn anew, so that it is nothing but a picture."""
    with Image.open(io.BytesIO(base64.b64decode(png)), formats=["PNG"]) as image:
        if image.width * image.height > LARGEST_PICTURE:
            raise ValueError("too large")
        file = io.BytesIO()
        image.convert("RGB").save(file, format="PNG")
    return base64.b64encode(file.getvalue()).decode()


# What nbgrader does


def course(out):
    """Return nbgrader's interface to a course folder."""
    # nbgrader calls alembic, which stands beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    config = Config()
    config.CourseDirectory.root = str(out)
    config.CourseDirectory.course_id = "homework"
    config.ClearSolutions.update(generate.STUBS)
    config.Autograde.sanitize_preprocessors = [OverwriteCells, CheckCellMetadata]
    config.Autograde.autograde_preprocessors = [LimitOutput, SaveAutoGrades, CheckCellMetadata]
    config.HTMLExporter.sanitize_html = True
    api = NbGraderAPI(config=config)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # what went wrong is in what a step returns
    return api


def grade_set(homework, submissions, out, trust):
    """Grade all submissions of one set."""
    api, name = course(out), SOLUTIONS[homework].stem
    solution = generate.execute.read(SOLUTIONS[homework])
    handed_out = nbformat.reads(generate.student_notebook(SOLUTIONS[homework]), as_version=4)
    write(nbformat.from_dict(solution), out / "source" / homework / f"{name}.ipynb")
    succeed(api.generate_assignment(homework))
    for each in submissions:
        if not each.problems:
            try:
                notebook = assemble(each.notebook, solution, handed_out)
                execute(each, notebook, trust)
                write(notebook, out / "submitted" / each.id / homework / f"{name}.ipynb")
                succeed(api.autograde(homework, each.id))
                succeed(api.generate_feedback(homework, each.id))
                wrap_lines(out / "feedback" / each.id / homework / f"{name}.html")
            except Exception as error:  # one submission must not cost the others their grades
                each.problems.append(f"could not be graded ({type(error).__name__}: {error})"[:300])
                traceback.print_exc()
        print(f"{each.student:24} {homework} {'; '.join(each.problems + each.remarks) or 'graded'}", flush=True)
    write_table(api, homework, submissions, out)


def write(notebook, path):
    """Write a notebook into an empty folder of its own."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def wrap_lines(page):
    """Let long lines of a page of feedback go on below, so that no verdict is cut off."""
    style = "<style>pre { white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; }</style>"
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", f"{style}</head>", 1), encoding="utf-8")


def succeed(result):
    """Raise unless a step of nbgrader's succeeded."""
    if not result["success"]:
        raise RuntimeError((result.get("error") or result.get("log") or "nbgrader failed").strip().splitlines()[-1])


def write_table(api, homework, submissions, out):
    """Write the points of a set; a cell that a person must grade, and has not, is empty."""
    with Gradebook(api.coursedir.db_url, api.coursedir.course_id) as book:
        cells = {cell.name: cell.max_score for cell in book.find_assignment(homework).notebooks[0].grade_cells}
        rows = [row(book, homework, each, cells) for each in sorted(submissions, key=lambda each: each.student)]
    path = out / f"{homework}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        names = [name.removesuffix("-check") for name in cells]
        table.writerow(["student", *names, "points", "of", "to be graded by a person", "remarks"])
        table.writerow(["(most)", *map(number, cells.values()), number(sum(cells.values())), "", "", ""])
        table.writerows(rows)
    print(f"points: {path}\npages:  {out / 'feedback'}")


def row(book, homework, each, cells):
    """Return the points of one submission."""
    most = number(sum(cells.values()))
    if each.problems:
        return [harmless(each.student), *[0] * len(cells), 0, most, "", harmless("; ".join(each.problems))]
    grades = {grade.name: grade for grade in book.find_submission(homework, each.id).notebooks[0].grades}
    open_ = [name for name in cells if grades[name].needs_manual_grade]
    unknown = [name for name in open_ if grades[name].manual_score is None]
    points = ["" if name in unknown else number(grades[name].score) for name in cells]
    total = number(sum(grade.score for grade in grades.values()))
    remarks = harmless("; ".join(each.remarks))
    return [harmless(each.student), *points, total, most, " ".join(open_), remarks]


def number(points):
    """Write points without a needless .0."""
    return f"{points:g}"


def harmless(text):
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


if __name__ == "__main__":
    sys.exit(main())
