"""The picture of the library, drawn from its imports: a room stands above every room that it imports from."""

import ast
import html
from graphlib import TopologicalSorter
from pathlib import Path

import api

BOX, GAP, RISE = (108, 34), 10, 84  # width and height of a box, between boxes, from row to row; pixels
MARGIN = 4


def rooms(folder):
    """Return the rooms of the library, its first-level names, and which others each imports from."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        room = path.relative_to(folder).with_suffix("").parts[0]
        if room != "__init__":
            found.setdefault(room, set()).update(imported(path.read_text(encoding="utf-8")) - {room})
    return found


def imported(source):
    """Return the rooms that some source imports from."""
    full = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            full |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            full |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in full if name.startswith(f"{api.PACKAGE}.")}


def below(imports):
    """Return all rooms that each room stands on, directly or not."""
    found = {}
    for room in TopologicalSorter(imports).static_order():
        found[room] = imports[room].union(*(found[other] for other in imports[room]))
    return found


def lines(imports):
    """Return the imports that are drawn, pairs of room and lower room: those that do not follow from others."""
    deep = below(imports)
    return sorted(
        (room, lower)
        for room, others in imports.items()
        for lower in others
        if not any(lower in deep[other] for other in others)
    )


def rows(imports):
    """Return the rooms row by row from the ground: each just below what imports it, near to what it imports."""
    depth, place, found = {}, {}, []
    for room in reversed([*TopologicalSorter(imports).static_order()]):
        depth[room] = max((depth[upper] + 1 for upper in imports if room in imports[upper]), default=0)
    drawn = lines(imports)
    for level in sorted(set(depth.values()), reverse=True):
        row = sorted(room for room in depth if depth[room] == level)
        feet = {room: [place[lower] for upper, lower in drawn if upper == room] for room in row}
        row.sort(key=lambda room: sum(feet[room]) / len(feet[room]) if feet[room] else 1)
        place |= {room: (number + 0.5) / len(row) for number, room in enumerate(row)}
        found.append(row)
    return found


def svg(imports, pages="../../../api"):
    """Return the picture: boxes that lead to the pages of the rooms, and lines from each up to those above."""
    stacked = rows(imports)
    wide = max(map(len, stacked)) * (BOX[0] + GAP) + 2 * MARGIN
    high = len(stacked) * RISE - (RISE - BOX[1]) + 2 * MARGIN
    middle = {
        room: (wide * (number + 0.5) / len(row), high - MARGIN - BOX[1] / 2 - level * RISE)
        for level, row in enumerate(stacked)
        for number, room in enumerate(row)
    }
    parts = [_line(upper, lower, middle) for upper, lower in lines(imports)]
    parts += [_box(room, at, pages) for room, at in middle.items()]
    said = "The rooms of the library in rows; each is joined by lines to the lower rooms that it imports from."
    return (
        f'<div class="architecture"><svg viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="group" aria-label="{html.escape(said)}">\n' + "\n".join(parts) + "\n</svg></div>\n"
    )


def _line(upper, lower, middle):
    (x0, y0), (x1, y1) = middle[lower], middle[upper]
    y0, y1 = y0 - BOX[1] / 2, y1 + BOX[1] / 2
    bend = RISE / 2
    path = f"M{x0:.0f} {y0:.0f}C{x0:.0f} {y0 - bend:.0f} {x1:.0f} {y1 + bend:.0f} {x1:.0f} {y1:.0f}"
    return f'<path data-from="{lower}" data-to="{upper}" d="{path}"/>'


def _box(room, at, pages):
    x, y = at
    frame = f'x="{x - BOX[0] / 2:.0f}" y="{y - BOX[1] / 2:.0f}" width="{BOX[0]}" height="{BOX[1]}"'
    address = f"{pages}/{api.PACKAGE}.{room}.html"
    return f'<a href="{address}"><rect {frame} rx="6"/><text x="{x:.0f}" y="{y + 5:.0f}">{room}</text></a>'


def picture():
    """Return the picture of this library."""
    return svg(rooms(Path(api.lecture_lib.__file__).parent))
