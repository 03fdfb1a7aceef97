"""How far grading is: what is done already, and how long the rest takes."""

import hashlib
import json
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
JUDGES = sorted([*HERE.glob("**/*.py"), *HERE.parents[1].glob("lecture_lib/**/*.py")])
"""What decides about points besides the submission and its solution."""


class Done:
    """What was graded before, by everything that decides about it: unchanged submissions are not run again."""

    def __init__(self, out, solution):
        self.folder = out / "done"
        parts = [path.read_bytes() for path in [solution, *JUDGES]]
        self.judged_by = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def has(self, each):
        """Return whether a submission was graded as it is; its remarks come back."""
        try:
            known = json.loads(self._path(each).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        if known["of"] != self._of(each):
            return False
        each.remarks = list(dict.fromkeys([*each.remarks, *known["remarks"]]))
        return True

    def keep(self, each):
        """Note that a submission was graded; one that could not be is tried again."""
        if not each.problems:
            self.folder.mkdir(exist_ok=True)
            text = json.dumps({"of": self._of(each), "remarks": each.remarks})
            self._path(each).write_text(text, encoding="utf-8")

    def _path(self, each):
        return self.folder / f"{each.id}-{each.homework}.json"

    def _of(self, each):
        cells = json.dumps([[cell.kind, cell.source, cell.name, cell.pictures] for cell in each.cells])
        return hashlib.sha256(f"{self.judged_by}{each.seed}{each.others}{cells}".encode()).hexdigest()


class Clock:
    """Counts submissions, and tells how long the others will take."""

    def __init__(self, count):
        self.count, self.done, self.start = count, 0, time.monotonic()

    def next(self):
        """Count one more; return what stands before its line, ``■■□□□□□□□□ 12/60, 3 min left``."""
        self.done += 1
        left = (time.monotonic() - self.start) / self.done * (self.count - self.done)
        rest = f", {left / 60:.0f} min left" if left > 90 else f", {left:.0f} s left" if left > 1 else ""
        full = 10 * self.done // self.count
        return f"{'■' * full}{'□' * (10 - full)} {self.done}/{self.count}{rest}  "
