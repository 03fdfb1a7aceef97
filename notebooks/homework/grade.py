"""Grade a folder of submitted notebooks: points per exercise as CSV, a page of feedback per student.

    python notebooks/homework/grade.py FOLDER [--out FOLDER] [--roster FILE] [--due SET=TIME] [--own-data N]

A submission is ``NAME.ipynb``, or any notebook in a folder ``NAME``. Each is put together anew: tasks, set-up and
tests come from the solution notebook, the student's own cells from the submission. It runs in a sandbox, in
which the student's functions are called, one example at a time; what is right is known here alone. The rest is
nbgrader: ``--out`` is a course folder of its own, with the gradebook.
"""

import argparse
import hashlib
import html
import os
import sys
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import nbformat
from sqlalchemy.exc import SAWarning

sys.path.insert(0, str(Path(__file__).resolve().parent))

import generate
import sandbox
from assembly import assemble, section
from cells import key
from course import course, succeed, write
from feedback import finish
from progress import Clock, Done
from roster import late, read_roster, write_course
from running import run
from submissions import SOLUTIONS, collect, shown
from table import Table, still_open
from verdicts import execute, job
from written import Written

WORKERS = min(os.cpu_count() or 1, 8)


def main(arguments=None):
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Grade a folder of submitted notebooks.")
    parser.add_argument("submissions", type=Path)
    parser.add_argument("--out", type=Path, help="where the grades go; default: beside the submissions")
    parser.add_argument(
        "--roster", type=Path, help="the class: a CSV file with columns name, id, email, login, section"
    )
    parser.add_argument(
        "--due", action="append", default=[], metavar="hw1=2026-12-01T12:00", help="to remark what is late"
    )
    parser.add_argument(
        "--own-data", type=int, metavar="N", help="each student has other data of their own, from N"
    )
    parser.add_argument("--trust", action="store_true", help="no sandbox, only limits of time and memory")
    options = parser.parse_args(arguments)
    if not options.submissions.is_dir():
        return complain(f"no folder {shown(options.submissions)}")
    if why_not := sandbox.fails(trust=options.trust):
        return complain(why_not)
    folder = options.submissions.resolve()
    out = (options.out or folder.with_name(f"{folder.name}-graded")).resolve()
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own
    submissions, left_out = collect(folder)
    if left_out:
        print(f"not read, since no notebooks: {', '.join(map(shown, left_out))}")
    if not submissions:
        return complain(f"no submissions in {shown(folder)}")
    sets = {homework: [each for each in submissions if each.homework == homework] for homework in SOLUTIONS}
    sets = {homework: of_set for homework, of_set in sets.items() if of_set}
    try:
        roster = read_roster(options.roster) if options.roster else None
        due = {
            homework: datetime.fromisoformat(time)
            for homework, _, time in (each.partition("=") for each in options.due)
        }
        written = {
            homework: Written(out / f"{homework}-written.csv", generate.execute.read(SOLUTIONS[homework]), of_set)
            for homework, of_set in sets.items()
        }
    except (OSError, ValueError) as error:
        return complain(error)
    for each in submissions:
        each.remarks += late(each, due.get(each.homework))
        each.seed = own_seed(options.own_data, each)
    for homework, of_set in sets.items():
        grade_set(homework, of_set, out, options.trust, roster, written[homework])
    for each in submissions:
        if each.homework not in SOLUTIONS:
            report(each)
    return 0


def own_seed(number, each):
    """Return the seed of a student's own data, or None for that of the hidden tests."""
    text = f"{number} {each.homework} {each.student}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return None if number is None else int(digest[:12], 16)


def complain(text):
    """Say what is wrong; return the exit code."""
    print(f"grade: {text}", file=sys.stderr)
    return 1


def report(each, place=""):
    """Say what came of a submission."""
    remarks = "; ".join(map(shown, each.problems + each.remarks))
    print(f"{place}{each.name:24} {each.homework or 'not graded:'} {remarks or 'graded'}", flush=True)


def grade_set(homework, submissions, out, trust, roster, written):
    """Grade all submissions of one set; the tables are complete after each."""
    api, name = course(out), SOLUTIONS[homework].stem
    solution = generate.execute.read(SOLUTIONS[homework])
    handed_out = nbformat.reads(generate.student_notebook(SOLUTIONS[homework]), as_version=4)
    submissions = sorted(submissions, key=lambda each: each.student)
    done = Done(out, SOLUTIONS[homework])
    if not all(each.problems or done.has(each) for each in submissions):
        write(nbformat.from_dict(solution), out / "source" / homework / f"{name}.ipynb")
        succeed(api.generate_assignment(homework))
    table, clock = Table(api, homework, submissions, out, written), Clock(len(submissions))
    for each, notebook, ran in runs(submissions, solution, handed_out, done, trust):
        if ran is not None:
            grade(each, api, notebook, (handed_out, solution), ran, out, partial(run, trust=trust))
        publish(each, api, out, written, ran is not None)
        if ran is not None:
            done.keep(each)
        table.add(each)
        write_course(out, roster)
        report(each, clock.next())
    print(f"points: {table.path}, {out / 'course.csv'}\npages:  {out / 'feedback'}")
    if written.left():
        print(f"answers to read: {written.left()}; their points go into {written.path}")


def runs(submissions, solution, handed_out, done, trust):
    """Yield each submission with its notebook and what that did; what needs no run comes first, without.

    The sandboxes are processes of their own, so that threads are enough to run some at a time.
    """
    notebooks = {}
    for each in submissions:
        if not each.problems and not done.has(each):
            try:
                notebooks[each.student] = assemble(each, solution, handed_out)
                continue
            except Exception as error:
                give_up(each, error)
        yield each, None, None
    pool = ThreadPoolExecutor(WORKERS)
    try:
        waiting = [
            (each, notebook, pool.submit(run, job(notebook, each.seed), trust=trust))
            for each in submissions
            if (notebook := notebooks.get(each.student))
        ]
        for each, notebook, ran in waiting:
            ran.exception()  # when it has ended; what was wrong is said where it is used
            yield each, notebook, ran.result
    finally:
        pool.shutdown(cancel_futures=True)  # where the tutor interrupts


def grade(each, api, notebook, given, ran, out, again):
    """Grade a submission that was run; that one fails must not cost the others their grades."""
    try:
        execute(each, notebook, *given, ran(), again)
        write(notebook, out / "submitted" / each.id / each.homework / SOLUTIONS[each.homework].name)
        succeed(api.autograde(each.homework, each.id))
    except Exception as error:
        give_up(each, error)


def publish(each, api, out, written, anew):
    """Write the page of a submission that was graded, where that happened anew or points were given by hand."""
    page = out / "feedback" / each.id / each.homework / f"{SOLUTIONS[each.homework].stem}.html"
    try:
        if each.problems or not (written.give(api, each) or anew):
            return
        succeed(api.generate_feedback(each.homework, each.id))
        with api.gradebook as book:
            open_ = still_open(book.find_submission(each.homework, each.id).notebooks[0].grades)
        finish(page, open_, titles(each.homework))
    except Exception as error:  # the points are there all the same
        each.remarks.append(f"no page could be made ({error})"[:300])


def titles(homework):
    """Return for each cell that has points the title of its exercise, and its name in the tables."""
    cells = {key(cell): cell for cell in generate.execute.read(SOLUTIONS[homework]).cells}
    heads = {name: cells[section(name, cells)].source.partition("\n")[0] for name in cells}
    return {
        name: f"{html.escape(heads[name].strip('# ').rpartition(' (')[0])} · {name.removesuffix('-check')}"
        for name, cell in cells.items()
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


def give_up(each, error):
    """Note that a submission could not be graded."""
    each.problems.append(f"could not be graded ({type(error).__name__}: {error})"[:300])
    traceback.print_exc()


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal may not know the letters of a name
    sys.exit(main())
