"""Grade a folder of submitted notebooks: points per exercise as CSV, a page of feedback per student.

    python notebooks/homework/grade.py FOLDER [--out FOLDER] [--trust]

A submission is ``NAME.ipynb``, or any notebook in a folder ``NAME``. Each is put together anew: tasks, set-up and
tests come from the solution notebook, the student's own cells from the submission. It runs in a sandbox, which
hands back what the student's functions returned; whether that is right is decided here. The rest is nbgrader:
``--out`` is a course folder of nbgrader's, with its gradebook, for what a person must grade.
"""

import argparse
import sys
import traceback
import warnings
from pathlib import Path

import nbformat
from sqlalchemy.exc import SAWarning

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate
import sandbox
from assembly import assemble
from course import course, succeed, write
from feedback import wrap_lines
from submissions import SOLUTIONS, collect, shown
from table import Table
from verdicts import execute


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Grade a folder of submitted notebooks.")
    parser.add_argument("submissions", type=Path)
    parser.add_argument("--out", type=Path, help="where the grades go; default: beside the submissions")
    parser.add_argument("--trust", action="store_true", help="no sandbox, only limits of time and memory")
    options = parser.parse_args(arguments)
    if not options.submissions.is_dir():
        return complain(f"no folder {shown(options.submissions)}")
    if not options.trust and (why_not := sandbox.fails()):
        return complain(why_not)
    folder = options.submissions.resolve()
    out = (options.out or folder.with_name(f"{folder.name}-graded")).resolve()
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own
    submissions, left_out = collect(folder)
    if left_out:
        print(f"not read, since no notebooks: {', '.join(map(shown, left_out))}")
    if not submissions:
        return complain(f"no submissions in {shown(folder)}")
    for homework in sorted({submission.homework for submission in submissions} & SOLUTIONS.keys()):
        grade_set(homework, [each for each in submissions if each.homework == homework], out, options.trust)
    for each in submissions:
        if each.homework not in SOLUTIONS:
            report(each)
    return 0


def complain(text):
    """Say what is wrong; return the exit code."""
    print(f"grade: {text}", file=sys.stderr)
    return 1


def report(each):
    """Say what came of a submission."""
    remarks = "; ".join(map(shown, each.problems + each.remarks))
    print(f"{shown(each.student):24} {each.homework or 'not graded:'} {remarks or 'graded'}", flush=True)


def grade_set(homework, submissions, out, trust):
    """Grade all submissions of one set; the table is complete after each."""
    api, name = course(out), SOLUTIONS[homework].stem
    solution = generate.execute.read(SOLUTIONS[homework])
    handed_out = nbformat.reads(generate.student_notebook(SOLUTIONS[homework]), as_version=4)
    write(nbformat.from_dict(solution), out / "source" / homework / f"{name}.ipynb")
    succeed(api.generate_assignment(homework))
    submissions = sorted(submissions, key=lambda each: each.student)
    table = Table(api, homework, submissions, out / f"{homework}.csv")
    for each in submissions:
        if not each.problems:
            grade(each, api, solution, handed_out, out, trust)
        table.add(each)
        report(each)
    print(f"points: {table.path}\npages:  {out / 'feedback'}")


def grade(each, api, solution, handed_out, out, trust):
    """Grade a submission; that one fails must not cost the others their grades."""
    name, page = SOLUTIONS[each.homework].stem, out / "feedback" / each.id / each.homework
    try:
        notebook = assemble(each, solution, handed_out)
        execute(each, notebook, handed_out, trust)
        write(notebook, out / "submitted" / each.id / each.homework / f"{name}.ipynb")
        succeed(api.autograde(each.homework, each.id))
    except Exception as error:
        each.problems.append(f"could not be graded ({type(error).__name__}: {error})"[:300])
        traceback.print_exc()
        return
    try:
        succeed(api.generate_feedback(each.homework, each.id))
        wrap_lines(page / f"{name}.html")
    except Exception as error:  # the points are there all the same
        each.remarks.append(f"no page could be made ({error})"[:300])


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal may not know the letters of a name
    sys.exit(main())
