"""Run a notebook in the sandbox, and try its answers; where a cell or an answer ends the process, go on in another.

What is right is not known here: outcomes are judged by :mod:`verdicts`.
"""

import ast
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

import sandbox
from feedback import problem
from IPython.core.inputtransformer2 import TransformerManager
from sandbox import Elsewhere, EndedEarlyError, Sandbox

from lecture_lib.homework.engine.check import ask


@dataclass
class Ran:
    """What a notebook did: of each code cell its outputs, or the outcomes for each seed; and why it ended early."""

    cells: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    ending: str = ""


def run(cells, *, trust=False):
    """Run the cells of :func:`verdicts.job`, and ask for answers; a check is tried again at the end.

    Parameters
    ----------
    cells : list of (int, dict)
        As :func:`verdicts.job` returns them.
    trust : bool
        Whether to do without namespaces.

    Returns
    -------
    Ran
    """
    ran, again = Ran(), []
    try:
        with Sandbox(trust=trust) as process:
            running = Running(process)
            for number, cell in cells:
                ran.cells[number] = did = running.ask(cell, ran) if "name" in cell else running.run(**cell)
                again += [(number, cell)] if "name" in cell and any(map(lacks, chain(*did))) else []
                running.go_on()
            for number, cell in again:  # what is lacking may stand further below
                ran.cells[number] = running.ask(cell, ran)
                running.go_on()
    except EndedEarlyError as why:
        ran.ending = str(why)
    return ran


def lacks(outcome):
    """Return whether an answer, or a function that it calls, was not there."""
    return outcome.kind in ("undefined", "not_attempted", "missing_helper") or "NameError" in outcome.detail


class Running:
    """A notebook that runs in a process, or in several, one after the other.

    Parameters
    ----------
    process : Sandbox
        In which it begins.
    """

    def __init__(self, process):
        self.process = process
        self.sources = []
        """What another process has to run first."""
        self.errors = []
        """Which source stopped with which error."""
        self.full = False
        """Whether no memory is left, which stays so as long as something holds it."""

    def run(self, source, ours):
        """Run a cell; return its outputs."""
        try:
            outputs = self.process.run(source, 0 if ours else sandbox.SECONDS_PER_CELL)
        except EndedEarlyError as why:
            outputs = [problem("ProcessEndedError", str(why))]
        outputs = outputs if isinstance(outputs, list) else []
        errors = [output for output in outputs if isinstance(output, dict) and "ename" in output]
        self.errors += [(source, error) for error in errors]
        self.full = any(error["ename"] == "MemoryError" for error in errors)
        self.sources.append(definitions(source) if self.process.why or self.full else source)
        return outputs

    def ask(self, cell, ran):
        """Return what came of an answer for each seed; none where it was too slow on the examples of one before."""
        answer = Elsewhere(self.process, cell["answer"], sandbox.SECONDS_PER_CHECK * len(cell["seeds"]))
        if answer.missing:  # tell with which error its cell stopped
            said = [f", since its cell stopped: {error['ename']}: {error.get('evalue')}"
                    for source, error in self.errors if answer.missing in source]  # fmt: skip
            answer.lost = replace(answer.lost, detail="".join([answer.lost.detail, *said[-1:]]))
        tried = []
        for seed in cell["seeds"]:
            stuck = tried and any(outcome.kind == "slow" for outcome in tried[-1])
            tried.append(tried[-1] if stuck else list(ask(cell["name"], answer, seed)))
        answer.end()
        if answer.library:
            ran.remarks.append(f"{cell['name']} calls the library: {', '.join(sorted(answer.library))[:200]}")
        return tried

    def go_on(self):
        """Begin with another process where this one has ended; what ends that one too is left out."""
        while self.process.why or (self.full and self.process.starts < sandbox.MOST_STARTS):
            self.process.restart()
            self.full = False
            done = []
            with suppress(EndedEarlyError):
                for source in self.sources:
                    self.process.run(source, sandbox.SECONDS_PER_CELL)
                    done.append(source)
            self.sources = done + self.sources[len(done) + 1 :]


def definitions(source):
    """Return what a cell that ended its process leaves: imports, functions, classes, and values without a call."""
    try:
        body = ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    kept = [node for node in body if isinstance(node, kinds) or (isinstance(node, ast.Assign) and not calls(node))]
    return ast.unparse(ast.Module(kept, []))


def calls(node):
    """Return whether a part of some code is a call."""
    return any(isinstance(part, ast.Call) for part in ast.walk(node))
