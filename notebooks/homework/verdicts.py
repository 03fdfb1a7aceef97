"""Decide what the answers of a notebook are worth, from what it did in the sandbox: points are decided here."""

import ast
import re
from itertools import chain

import nbformat
from borrowed import borrowed, taught_by
from cells import binds, key
from feedback import clean, harmless, problem, safe

from lecture_lib.homework.engine.check import verdict
from lecture_lib.homework.engine.marking import typeset


def execute(each, notebook, handed_out, solution, ran, again):
    """Write what a notebook did in the sandbox, and verdicts, into its cells; ``again`` runs other cells."""
    if not ran.cells:
        raise RuntimeError(f"nothing came out of the sandbox: {ran.ending}")
    if ran.ending:
        each.remarks.append(ran.ending)
    cells, wrong = job(notebook, each.seed), set()
    for position, (number, cell) in enumerate(cells, start=1):
        did = ran.cells.get(number)
        if "name" in cell:
            outputs = verdicts(cell, did, ran.ending)
            if outputs[-1].output_type in ("error", "execute_result"):
                outputs = once_more(cells, number, wrong, solution, again) or outputs
                wrong.add(cell["answer"])
            each.remarks += sorted(set(excesses(cell["name"], did)))
        elif did is None:
            outputs = [problem("NotRun", ran.ending)]
        else:
            outputs = [output for shown in did[:20] if (output := safe(shown))]
            said = {output.get("ename"): output.get("evalue") for output in outputs}
            each.remarks += [
                f"cell {key(notebook.cells[number])}: {said[name]}"
                for name in ("TimeoutError", "MemoryError", "ProcessEndedError")
                if name in said
            ]
        notebook.cells[number].outputs = outputs
        notebook.cells[number].execution_count = position
    given, taught = {key(cell): cell.source for cell in handed_out.cells}, taught_by(handed_out.cells)
    for number, cell in cells:
        name = key(notebook.cells[number])
        if (
            "source" in cell
            and not cell["ours"]
            and (found := borrowed(cell["source"], given.get(name, ""), taught))
        ):
            each.remarks.append(f"{name} may look into the library: {', '.join(found)}"[:300])
    each.remarks += ran.remarks


def once_more(cells, number, wrong, solution, again):
    """Return the verdict on an answer that calls wrong ones of before, with right ones in their place; or None.

    What is right after a slip counts. The right ones are cells of the solution, and run after all that the student
    wrote above.
    """
    above = [(place, cell) for place, cell in cells if place < number and "source" in cell]
    check = dict(cells)[number]
    own = "\n".join(cell["source"] for _, cell in above if check["answer"] in binds(cell["source"]))
    called = [name for name in sorted(wrong - {check["answer"]}) if re.search(rf"\b{name}\(", own)]
    right = [cell.source for cell in solution.cells if binds(cell.source, variables=False) & {*called}]
    if not right:
        return None
    ran = again([*above, (-1, {"source": "\n".join(right), "ours": True}), (number, check)])
    judged = verdicts(check, ran.cells.get(number), ran.ending)
    if judged[-1].output_type == "error":
        return None
    said = f"Tried with a right {' and '.join(called)}, which it calls, in place of yours.\n"
    return [nbformat.v4.new_output("stream", name="stdout", text=said), *judged]


def job(notebook, seed=None):
    """Return the code cells, with the number of each in the notebook; a check has the seeds of its examples."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            meta = cell.metadata.get("nbgrader", {})
            # The imports take long on a busy machine, and that must not cost points.
            plain = {"source": cell.source, "ours": meta.get("locked", False)}
            test = meta.get("grade") and {**check_of(cell.source, seed), "points": meta["points"]}
            cells.append((number, test or plain))
    return cells


def check_of(source, own):
    """Return what a test cell checks: the name, the answer as an expression, and the seeds, or a student's own."""
    calls = [node.value for node in ast.parse(source).body]
    name, answer = calls[0].args
    seeds = [next((own or ast.literal_eval(word.value) for word in call.keywords), None) for call in calls]
    return {"name": ast.literal_eval(name), "answer": ast.unparse(answer), "seeds": seeds}


def excesses(name, tried):
    """Say which limits the calls of a check met."""
    for outcome in chain(*(tried or ())):
        if outcome.kind == "slow":
            yield f"{name}: takes too long"
        elif "MemoryError" in outcome.detail or outcome.detail.startswith("its process ended"):
            yield f"{name}: {outcome.detail}"


def verdicts(cell, tried, ending):
    """Judge what an answer did; an error among the outputs means no points, a number some of them."""
    if tried is None:
        return [problem("NotRun", f"{cell['name']} · not tried: {ending}.")]
    said = []
    for seed, outcomes in zip(cell["seeds"], tried, strict=True):
        which = "" if seed is None else "on other data "
        judged = verdict(cell["name"], outcomes, seed)
        lines = [typeset_lines(judged.lines)] if judged.lines and not said else []
        text = f"{cell['name']} · {which}{judged}"
        points = judged.points(cell["points"])
        if judged.status != "correct" and not points:
            return [*lines, *said, problem("NoPoints", text)]
        said += [*lines, nbformat.v4.new_output("stream", name="stdout", text=f"{clean(text)}\n")]
        if judged.status != "correct":
            return [*said, nbformat.v4.new_output("execute_result", data={"text/plain": f"{points:g}"})]
    return said


def typeset_lines(lines):
    """Return judged lines of a derivation as an output, in which nothing of the student's is HTML."""
    text = harmless(clean(typeset(lines)))
    return nbformat.v4.new_output("display_data", data={"text/markdown": text, "text/plain": text})
