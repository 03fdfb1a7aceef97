"""Put a submitted notebook together anew: what belongs to the course from the course, the rest from the student.

Nothing that a student wrote is left out: cells that were split, copied, merged or added, or that lost what they
are known by, are put where they belong, or stay where they stand.
"""

import generate
import nbformat
from cells import Cell, binds, key
from feedback import answer
from IPython.core.inputtransformer2 import TransformerManager

ELSEWHERE = "*Untouched. In another file?*"  # to the text as it was handed out nbgrader gives 0 by itself


def assemble(each, solution, handed_out):
    """Return the notebook that is run and graded; remarks go to the submission."""
    ours = {key(cell): cell for cell in handed_out.cells}
    names = recognised(each.cells, ours)
    if not any(names):
        each.remarks.append("no cell of the set was recognised")
    before, texts = loose(each, names, ours, {key(cell): cell.source for cell in solution.cells})
    cells = []
    for right in solution.cells:
        name, stub = key(right), ours[key(right)]
        cells += before.get(name, [])
        mine = [cell for cell, known in zip(each.cells, names, strict=True) if known == name]
        if is_solution(stub) and stub.cell_type == "code":
            elsewhere = set().union(*(binds(c.source) for c in each.cells if not handed(c, ours)))
            cells += programmed(each, stub, mine, elsewhere)
        elif is_solution(stub):
            cells += written(each, stub, mine + texts.get(name, []))
        elif is_open(stub) and mine:
            cells += filled(stub, mine[-1:])
        else:
            cells.append(nbformat.from_dict(right))
    cells += before.get(None, [])
    for number, cell in enumerate(cells):
        cell.id = key(cell) if key(cell) in ours else f"extra-{number}"
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=solution.metadata)
    return generate.ClearOutput().preprocess(notebook, {})[0]


def is_solution(cell):
    """Return whether a cell is one that the student fills in."""
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def handed(cell, ours):
    """Return the name of our cell that a cell equals, as it was handed out, or None."""
    source = cell.source.strip()
    return next((name for name, other in ours.items() if source and source == other.source.strip()), None)


def recognised(cells, ours):
    """Return for each of the student's cells the name of ours that it is, or None.

    A cell without a known name is the one that it equals; or, where the student left an exercise out or as it was,
    the one of whose functions it defines one, or of whose variables, in the section of that exercise.
    """
    names = [cell.name if cell.name in ours else handed(cell, ours) for cell in cells]
    for name in filter(lambda name: is_solution(ours[name]) and ours[name].cell_type == "code", ours):
        answered = [c for c, known in zip(cells, names, strict=True) if known == name and handed(c, ours) != name]
        for number, cell in enumerate(cells):
            if names[number] is None and cell.kind == "code" and not answered:
                here = section(latest(names[:number]), ours) == section(name, ours)
                wanted = binds(ours[name].source, variables=here)
                names[number] = name if wanted & binds(cell.source, variables=here) else None
    return names


def latest(names):
    """Return the last name that is known, or None."""
    return next(filter(None, reversed(names)), None)


def section(name, ours):
    """Return the name of the cell with the heading under which one of ours stands."""
    known = list(ours)
    above = known[: known.index(name) + 1] if name else []
    return latest([other if ours[other].source.startswith("#") else None for other in above])


def loose(each, names, ours, full):
    """Return what is none of ours: cells, by the one they stand before, and text, by its written answer."""
    before, texts = {}, {}
    for number, (cell, name) in enumerate(zip(each.cells, names, strict=True)):
        if name:
            cell = None if is_open(ours[name]) else rest(each, cell, ours[name], full[name])
        if cell and cell.source.strip():
            here = section(latest(names[: number + 1]), ours)
            answers = [n for n in ours if written_answer(ours[n]) and section(n, ours) == here]
            if cell.kind == "markdown" and answers:
                texts.setdefault(answers[0], []).append(cell)
            else:
                following = next(filter(None, names[number + 1 :]), None)
                before.setdefault(following, []).append(added(cell))
    return before, texts


def is_open(cell):
    """Return whether all of a cell is the student's: a solution, or code to look at a result."""
    return is_solution(cell) or (cell.cell_type == "code" and not cell.metadata.get("nbgrader"))


def written_answer(cell):
    """Return whether a cell of ours asks for an answer in words."""
    return is_solution(cell) and cell.cell_type == "markdown"


def added(cell):
    """Return a cell of the student's beside ours."""
    if cell.kind == "code":
        return nbformat.v4.new_code_cell(cell.source)
    text, attachments = answer([cell])
    return nbformat.v4.new_markdown_cell(text, attachments=attachments)


def programmed(each, stub, mine, elsewhere):
    """Return the cells of a code exercise: all that the student has of it, in order.

    The cell as handed out is left out where the student has another, or defines its functions elsewhere: it would
    undo them.
    """
    name = key(stub)
    mine = [cell for cell in mine if cell.source.strip() != stub.source.strip()]
    if len(mine) > 1:
        each.remarks.append(f"{name} stands in {len(mine)} cells, which were run one after the other")
    if not mine and binds(stub.source, variables=False) & elsewhere:
        each.remarks.append(f"{name} was answered in the cell of another exercise")
        mine = [Cell("code", "# answered in another cell", name, {})]
    *first, last = filled(stub, mine or [Cell("code", stub.source, name, {})])
    return [*(nbformat.v4.new_code_cell(cell.source) for cell in first), last]


def filled(stub, cells):
    """Return our cell once for each of the student's, with its source."""
    return [nbformat.from_dict({**stub, "source": cell.source}) for cell in cells]


def written(each, stub, mine):
    """Return the cell of an answer in words, with all that the student wrote for it; as handed out it gets 0."""
    mine = [cell for cell in mine if cell.source.strip() not in ("", stub.source.strip())]
    if not mine:
        each.remarks.append(f"{key(stub)} is untouched{': in another file?' if each.others else ''}")
    text, attachments = answer(mine) if mine else (ELSEWHERE if each.others else stub.source, {})
    if "that cannot be shown" in text:
        each.remarks.append(f"a picture in {key(stub)} cannot be shown")
    return [nbformat.from_dict({**stub, "source": text, "attachments": attachments})]


def rest(each, cell, stub, full):
    """Return what the student wrote into a cell of ours that is not to be filled in, as a cell, or None."""
    known = {line.strip() for line in f"{stub.source}\n{full}".splitlines()}  # with hidden tests, or without
    new = "\n".join(line for line in cell.source.splitlines() if line.strip() not in known).strip("\n")
    if not new.strip():
        return None
    if stub.cell_type == "code":
        each.remarks.append(f"{key(stub)} was changed")
    return Cell(stub.cell_type, new, None, cell.pictures) if stub.cell_type == "markdown" or runs(new) else None


def runs(source):
    """Return whether some lines are code by themselves, as a notebook takes it."""
    try:
        compile(TransformerManager().transform_cell(source), "cell", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
