"""Run an assembled notebook in the sandbox, and decide what its answers are worth: points are decided here."""

import ast
import io
import math
import re
import tokenize

import nbformat
import sandbox
from cells import key
from feedback import clean, harmless, problem, safe

from lecture_lib.homework.engine.check import verdict
from lecture_lib.homework.engine.derived import typeset
from lecture_lib.homework.engine.outcome import from_plain

NAMES_LIBRARY = re.compile(
    r"\blecture_lib\b|\bkmeans\.|=\s*kmeans\b|\bimportlib\b|\b__import__\b|\b__globals__\b|\b__closure__\b"
    r"|\bsys\.modules\b|\b_getframe\b|\bget_objects\b"
)


def execute(each, notebook, handed_out, trust):
    """Run a notebook in the sandbox, and write outputs and verdicts into its cells."""
    cells = job(notebook)
    records, ending = sandbox.run([cell for _, cell in cells], trust=trust)
    if not records:
        raise RuntimeError(f"nothing came out of the sandbox: {ending}")
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
    ours = {cell.source for cell in handed_out.cells}
    each.remarks += [f"{key(notebook.cells[n])} looks into the library" for n, cell in cells
                     if "source" in cell and not cell["ours"] and cell["source"] not in ours
                     and NAMES_LIBRARY.search(without_comments(cell["source"]))]  # fmt: skip


def without_comments(source):
    """Return code without its comments, or as it is where it cannot be read."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    return tokenize.untokenize(
        token._replace(string="") if token.type == tokenize.COMMENT else token for token in tokens
    )


def job(notebook):
    """Return the code cells as the runner takes them, with the number of each in the notebook."""
    cells = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            meta = cell.metadata.get("nbgrader", {})
            # The imports take long on a busy machine, and that must not cost points.
            plain = {"source": cell.source, "ours": meta.get("locked", False)}
            test = meta.get("grade") and {**check_of(cell.source), "points": meta["points"]}
            cells.append((number, test or plain))
    return cells


def check_of(source):
    """Return what a test cell checks: the name, the answer as an expression, and the seeds."""
    calls = [node.value for node in ast.parse(source).body]
    name, answer = calls[0].args
    seeds = [next((ast.literal_eval(word.value) for word in call.keywords), None) for call in calls]
    return {"name": ast.literal_eval(name), "answer": ast.unparse(answer), "seeds": seeds}


def excesses(name, record):
    """Say which limits the calls of a check met."""
    for outcomes in as_list((record or {}).get("outcomes")):
        for outcome in map(from_plain, as_list(outcomes)):
            if outcome.kind == "slow":
                yield f"{name}: takes too long"
            elif "MemoryError" in outcome.detail:
                yield f"{name}: MemoryError"


def verdicts(cell, record, ending):
    """Judge what an answer did; an error among the outputs means no points, a number some of them."""
    if record is None:
        return [problem("NotRun", f"{cell['name']} · not tried: {ending}.")]
    tried = [as_list(outcomes) for outcomes in as_list(record.get("outcomes"))]
    if len(tried) != len(cell["seeds"]):
        return [problem("NotRun", f"{cell['name']} · an unreadable record.")]
    said = []
    for seed, outcomes in zip(cell["seeds"], tried, strict=True):
        which = "" if seed is None else "on other data "
        judged = verdict(cell["name"], [from_plain(outcome) for outcome in outcomes], seed)
        lines = [typeset_lines(judged.lines)] if judged.lines and not said else []
        text = f"{cell['name']} · {which}{judged}"
        points = math.floor(2 * judged.share * cell["points"]) / 2  # half points
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


def as_list(value):
    """Return a list, or an empty one in place of anything else."""
    return value if isinstance(value, list) else []
