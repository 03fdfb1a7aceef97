"""What is seen at once: a page is divided where a derivation begins, and its keys are counted.

Each derivation has a screen of its own, with a short introduction; its first line is there on arrival, each further
one comes with a key, and so does each cell after it.
"""

import re
from dataclasses import replace

import nbformat
from pages import seen, slide_type

WORDS = 45
"""An introduction of at most so many words, without a displayed formula, stands above its derivation."""
LINES = 5
"""Derivations of at most so many lines together share a screen."""
ROW, FIRST_ROW = '<div class="fragment">', '<div class="row">'
KEYS_OF_A_FIGURE = 8  # half-steps of a live figure that the next keys take
ANSWER = re.compile(r"> <details><summary>[^<]*</summary>(.*?)</details>", re.DOTALL)


def screens(page):
    """Return what of a page is seen at once, as pages, their first cells shown on arrival; seconds by keys."""
    groups = [[]]
    for cell in seen(page.cells):
        above = groups[-1]
        if rows(cell) and above and not fits(above, cell):
            groups.append(introduction(above))
            groups[:-1] = [group for group in groups[:-1] if group]
        groups[-1].append(cell)
    found = [replace(page, cells=tuple(arranged(group))) for group in groups if group]
    ends, total = [0], sum(map(keys, found))
    for screen in found:
        ends.append(ends[-1] + keys(screen))
    at = [round(page.seconds * end / total) for end in ends]
    return [replace(screen, seconds=b - a) for screen, a, b in zip(found, at, at[1:], strict=False)]


def rows(cell):
    """Return the number of lines of the derivation that a cell shows; 0, if it shows none."""
    return sum("".join(o["data"].get("text/html", "")).count(ROW) for o in derivations(cell))


def derivations(cell):
    """Return the outputs of a cell that are derivations."""
    return [o for o in cell.get("outputs", []) if "text/latex" in o.get("data", {})]


def fits(above, cell):
    """Say whether a derivation may stand below what is on its screen so far."""
    if any(map(rows, above)):
        return rows(above[-1]) and sum(map(rows, above)) + rows(cell) <= LINES
    text = "\n".join(c.source for c in above if c.cell_type == "markdown")
    pictured = any(c.cell_type == "code" for c in above)
    return not pictured and "$$" not in text and "details" not in text and len(text.split()) <= WORDS


def introduction(above):
    """Take the paragraph that announces what comes next, with a colon, out of the last cell, and return it."""
    last = above[-1]
    if last.cell_type != "markdown" or not last.source.rstrip().endswith(":"):
        return []
    first, _, said = last.source.rstrip().rpartition("\n\n")
    if said.startswith(("|", "- ")):
        return []
    above.pop()
    if not first or re.fullmatch(r"#+ .*", first):
        return [last]
    above.append(nbformat.from_dict(last | {"source": first}))
    return [nbformat.from_dict(last | {"source": said, "id": f"{last.id}-b"})]


def joined(pages):
    """Return pages of which none ends with a colon: what announces the next one begins it."""
    found = []
    for page in pages:
        above = seen(found[-1].cells) if found else [page.cells[0]]
        moved = introduction(above) if found else []
        if moved:
            moved = [nbformat.from_dict(cell | {"metadata": page.cells[0].metadata}) for cell in moved]
            page = replace(page, cells=(*moved, *page.cells))
            if above:
                found[-1] = replace(found[-1], cells=tuple(above))
            else:
                page = replace(page, seconds=page.seconds + found.pop().seconds)
        found.append(page)
    return found


def arranged(cells):
    """Yield copies of the cells of a screen: the first is there on arrival, what follows a derivation is not."""
    derived = False
    for number, cell in enumerate(cells):
        cell = nbformat.from_dict(cell)
        kind = "fragment" if number and (derived or slide_type(cell) == "fragment") else "-"
        cell.metadata["slideshow"] = {"slide_type": kind}
        for output in derivations(cell):
            derived = True
            output.data["text/html"] = "".join(output.data["text/html"]).replace(ROW, FIRST_ROW, 1)
        yield cell


def keys(screen):
    """Return how many keys a screen takes, with the one that brings it."""
    return 1 + sum(
        (slide_type(cell) == "fragment")
        + rows(cell)
        + (len(ANSWER.findall(cell.source)) if cell.cell_type == "markdown" else 0)
        + KEYS_OF_A_FIGURE * ("Explorer(" in cell.source and cell.cell_type == "code")
        for cell in screen.cells
    )
