"""Read what was handed in: which files belong to which student and set, and the cells of each notebook.

A student is the exact name of a file or folder. Outputs are dropped before size is judged.
"""

import hashlib
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import generate
from cells import Cell, binds, cells_of, key

SOLUTIONS = {path.stem[:3]: path for path in sorted(generate.SOLUTIONS.glob("*.ipynb"))}
LARGEST_FILE = 200 * 1024**2  # bytes; reading takes about ten times the memory
LARGEST = 20 * 1024**2  # letters of sources and pictures
MOST_CELLS = 1000  # each is compared with those of the set, and stands on the page
DEEPEST = 20  # folders within each other; a path of more than 4096 bytes cannot be opened
LITTER = re.compile(r"(__MACOSX|\.DS_Store|\.git|\.ipynb_checkpoints)$|\._")  # of programs, not handed in
NOTEBOOK = re.compile(r"\.ipynb(\.\w+)?$|\.json$", re.IGNORECASE)  # a browser may add an ending


@dataclass
class Submission:
    """What a student handed in for a set, and what came of it."""

    student: str
    path: Path
    homework: str | None = None
    cells: list[Cell] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What prevents grading."""
    remarks: list[str] = field(default_factory=list)
    """What the tutor should look at."""
    others: list[str] = field(default_factory=list)
    """Files of the student that are no notebooks."""
    seed: int | None = None
    """Of the other data, where each student has their own."""

    @property
    def id(self):
        """A name that nbgrader and file systems can bear, another one for each student."""
        safe = re.sub(r"[^\w-]", "_", self.student)
        if safe == self.student and len(os.fsencode(safe)) <= 200:
            return safe
        return f"{safe[:40]}.{hashlib.sha256(os.fsencode(self.student)).hexdigest()[:12]}"

    @property
    def name(self):
        """The name as tables show it, another one for each student: a typed backslash is doubled."""
        return shown(self.student.replace("\\", "\\\\"))


def shown(text):
    """Return text that can be printed and written, with escapes for other encodings and what moves a cursor."""
    text = str(text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def collect(folder):
    """Return the submissions, one a student and set, and the names of files that belong to no student."""
    students, left_out = {}, []
    for top in sorted(folder.iterdir()):
        is_folder = top.is_dir() and not top.is_symlink() and not LITTER.match(top.name)
        paths, cut = files(top) if is_folder else ([top], False)
        student = top.name if is_folder else NOTEBOOK.sub("", top.name)
        if is_folder or (student not in ("", top.name) and not LITTER.match(top.name)):
            known, was_cut = students.get(student, ([], False))
            students[student] = (known + paths, cut or was_cut)
        else:
            left_out.append(top)
    beside = {path: path.stem for path in left_out if path.stem in students}
    for path, student in beside.items():
        students[student][0].append(path)
    submissions = [each for student in students.items() for each in of_student(*student)]
    usual = Counter(each.homework for each in submissions if each.homework).most_common(1)
    for each in submissions:
        each.homework = each.homework or (usual[0][0] if usual else None)
    return merged(submissions), [path.name for path in left_out if path not in beside]


def files(top):
    """Return the files in a folder, and whether it goes on too deep, or cannot be listed."""
    found, folders, cut = [], [(top, 1)], False
    while folders:
        folder, depth = folders.pop()
        try:
            entries = [(path, path.is_dir() and not path.is_symlink()) for path in sorted(folder.iterdir())]
        except OSError:  # not readable, or a path too long for the system
            cut = True
            continue
        for path, is_folder in entries:
            if LITTER.match(path.name):
                continue
            if not is_folder:
                found.append(path)
            elif depth < DEEPEST:
                folders.append((path, depth + 1))
            else:
                cut = True
    return sorted(found), cut


def of_student(student, found):
    """Yield a submission for each set, and one for what belongs to none."""
    paths, cut = found
    notebooks = [path for path in paths if NOTEBOOK.search(path.name)]
    others = [shown(path.name) for path in paths if path not in notebooks]
    by_set = {}
    for path in notebooks:
        each = Submission(student, path, others=others)
        read(each)
        by_set.setdefault(each.homework if not each.problems else None, []).append(each)
    broken = by_set.pop(None, [])
    remarks = [f"also handed in: {', '.join(others)}"] if others else []
    remarks += [f"folders within folders, more than {DEEPEST}, or unreadable, were not read"] if cut else []
    for versions in by_set.values():
        # The newest, and of equally old ones, as from a zip file, the one that a browser numbered highest.
        *older, newest = sorted(versions, key=lambda each: (each.path.stat().st_mtime_ns, len(each.path.name)))
        if older:
            names = ", ".join(shown(each.path.name) for each in older)
            newest.remarks.append(f"only {shown(newest.path.name)}, the newest, was graded, not {names}")
        newest.remarks += remarks
        yield newest
    for each in broken:
        each.remarks += remarks
        yield each
    if not notebooks:
        yield Submission(student, Path(student), problems=["no notebook"], remarks=remarks)


def merged(submissions):
    """Return one submission a student and set; what could not be read becomes a remark on what could."""
    rows = {}
    for each in sorted(submissions, key=lambda each: bool(each.problems)):
        first = rows.setdefault((each.student, each.homework), each)
        if first is not each:
            first.remarks += [f"{shown(each.path.name)}: {problem}" for problem in each.problems]
    return list(rows.values())


def read(each):
    """Read the cells of a submission, and find out which set it is."""
    by_name = re.search(r"hw\d", each.path.name)
    each.homework = by_name[0] if by_name and by_name[0] in SOLUTIONS else None
    try:
        if each.path.is_symlink() or not each.path.is_file():
            each.problems.append("a link, not a file" if each.path.is_symlink() else "not a file")
        elif each.path.stat().st_size > LARGEST_FILE:
            each.problems.append(f"larger than {LARGEST_FILE // 1024**2} MB")
        else:
            each.cells = cells_of(each.path)
    except Exception as error:  # anything can be in a file
        each.problems.append(f"not a notebook ({type(error).__name__})")
    if each.problems:
        return
    if sum(len(cell.source) + sum(map(len, cell.pictures.values())) for cell in each.cells) > LARGEST:
        each.problems.append(f"larger than {LARGEST // 1024**2} MB, outputs not counted")
    if len(each.cells) > MOST_CELLS:
        each.problems.append(f"more than {MOST_CELLS} cells")
    evidence = {homework: likeness(each.cells, homework) for homework in SOLUTIONS}
    if max(evidence.values()):
        each.homework = max(evidence, key=evidence.get)
    if each.homework is None:
        each.problems.append("not a notebook of any homework set")


def likeness(cells, homework):
    """Return how much speaks for a set: its checks, then names of cells and functions, of which sets share some."""
    names, bound = known_by(homework)
    checks = sum(len(re.findall(rf"check\(\s*[\"']{homework}\.", cell.source)) for cell in cells)
    return 100 * checks + sum((cell.name in names) + len(bound & binds(cell.source)) for cell in cells)


@cache
def known_by(homework):
    """Return the names of the cells of a set, and what its exercises define."""
    cells = generate.execute.read(SOLUTIONS[homework]).cells
    solutions = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {key(cell) for cell in cells}, set().union(*(binds(cell.source) for cell in solutions))
