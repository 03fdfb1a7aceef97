r"""How a derivation is shown: as text, as aligned LaTeX, and as a page that needs no kernel.

On the page each line is a row: relation, terms, value, a seal with the evidence; it breaks at a plus or a relation.
What changed since the line before is coloured. The pointer, a finger or the Tab key on a letter tells what it
means; *numbers*, or the key n, shows the value of each line on one problem; *one by one* shows a line at a time.
Rows have the class ``fragment``, so that slides show one after another.
"""

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from lecture_lib import validation
from lecture_lib.formulas.difference import difference
from lecture_lib.formulas.expansion import matched
from lecture_lib.formulas.notation import Notation
from lecture_lib.formulas.tree import Tree

__all__ = ["Display"]

CHANGED = "#0072B2"
"""The colour of what changed: the blue of the course's figures, readable on light and on dark."""

LONG = 60
"""A piece of more LaTeX than this is broken within its brackets, too; a phone is about as wide."""

BASE = re.compile(r"(?:\{[^{}]*\}|\\.|[^_^'({])*")
"""A letter with its accents, without what is raised, lowered or in brackets after it."""

SIZE = re.compile(r"\\(?:left|[bB]igg?l)\s*$")

PAGE = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
"""What holds the lines: style, buttons, and what they do.

Before a notebook is run, JupyterLab drops the style and empty attributes, and keeps ``hidden="hidden"``.
"""


class Display:
    """What can be shown: a title, lines, and what their letters mean."""

    title: str
    lines: list[Any]
    notation: Notation
    _problems: list[dict]
    _solved: list[dict] | None

    def __repr__(self):
        text = [self.title]
        for line in self.lines:
            mark = "" if line.relation is None else f"{line.relation.name} "
            text.append(f"    {mark}{line.latex}")
            text.extend(f"        {part}" for part in (line.because, line.evidence) if part)
        return "\n".join(text)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/latex": f"$$\n{self.latex()}\n$$", "text/html": self.html()}

    def latex(self, n_lines: int | None = None) -> str:
        """Return the derivation as aligned LaTeX, without dollar signs; of ``n_lines`` lines, or of all.

        Raises
        ------
        ValueError
            When ``n_lines`` is not an integer of at least 1.
        """
        shown = self.lines if n_lines is None else self.lines[: validation.count(n_lines, None, "n_lines")]
        rows = []
        for before, line in pairwise([None, *shown]):
            relation = "" if line.relation is None else line.relation.latex
            if line.because:
                rows.append(rf"&\quad {{\small\text{{{line.because}}}}}")
            seal = r" &&\scriptstyle\checkmark" if line.evidence else ""
            coloured = marked(line.latex, changes(before, line), 0, len(line.latex))
            rows.append(rf"{relation}{{}}& {coloured}{seal}")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def html(self) -> str:
        """Return the derivation as part of a page; formulas are left to the page's typesetter."""
        told: list[str] = []
        rows = [self._row(before, line, told) for before, line in pairwise([None, *self.lines])]
        meanings = "".join(f'<div class="meaning" role="status" hidden="hidden">{text}</div>' for text in told)
        found = self.notation.measured(self._problems[0])
        sizes = [name for name in dict.fromkeys(self.notation.sizes.values()) if name in found]
        page = PAGE.replace("TITLE", html.escape(self.title))
        page = page.replace("SIZES", ", ".join(f"{name} = {found[name]}" for name in sizes) or "numbers")
        return page.replace("ROWS", "\n".join(rows) + meanings)

    def _row(self, before, line, told):
        """Return one line: its reason, its relation, its terms, its value, its seal."""
        reason = f'<div class="because">{_text(line.because)}</div>' if line.because else ""
        relation = "" if line.relation is None else f"{line.relation.latex} "
        marks = [*changes(before, line), *self._letters(line, told)]
        pieces = [marked(line.latex, marks, start, stop) for start, stop in broken(line.latex)]
        pieces[0] = relation + pieces[0]
        terms = "".join(rf"<span>\(\displaystyle {html.escape(piece)}\)</span>" for piece in pieces)
        value = rf'<span class="value" hidden="hidden">\({self._value(line)}\)</span>'
        seal = f'<span class="seal" title="{html.escape(line.evidence)}">✓</span>' if line.evidence else ""
        return f'<div class="fragment">{reason}<div class="step">{terms}{seal}{value}</div></div>'

    def _letters(self, line, told):
        """Yield a mark for each letter of a line; ``told`` collects what they mean."""
        for part in (part for side in line.sides for part in written(side.tree)):
            if text := self._meaning(part):
                if text not in told:
                    told.append(text)
                start, stop = part.span  # JupyterLab lets classes through that begin with mjx-
                base = BASE.match(line.latex, start, stop)[0].rstrip()
                yield start, start + len(base), rf"{{\class{{mjx-letter-{told.index(text)}}}{{"

    def _meaning(self, part: Tree) -> str:
        """Say what a letter means, and its shape; nothing of what is no letter."""
        if part.op == "size":
            counted = next((meaning for size, meaning in self.notation.ranges.values() if size == part.detail), "")
            return rf"\({part.detail}\): number of {counted}" if counted else ""
        if part.op not in {"symbol", "call", "bundle", "assigned"}:
            return ""
        name = part.detail[0] if part.op == "call" else part.detail
        if part.op == "assigned":
            name = part.children[0].detail.rstrip("'")
            return rf"\({name}\): {html.escape(self.notation.ranges.get(name, ('', ''))[1])}"
        entry = matched(self.notation, part)[0] if part.op == "call" else None
        entry = entry or (self.notation.named.get(name) or self.notation.named[name.split("|")[0]])[0]
        return rf"\({html.escape(entry.head)}\): {_text(entry.meaning)}, {self.notation.shown_shape(entry)}"

    def _value(self, line):
        """Return the value of a line on one problem as LaTeX: of an equation, of both sides at an optimum."""
        solved = self._solved if line.relation and line.relation.at_optimum else None
        problem = (solved or self._problems)[0]
        letters = tuple(dict.fromkeys(x for side in line.sides for x in side.letters))
        values = [side.value(problem, letters)[(0,) * len(letters)] for side in line.sides]
        at = rf"\scriptstyle {' = '.join(letters)} = 0\colon\," if letters else ""
        shown = r" \mid ".join(map(_number, values))
        return html.escape(rf"{at} \textstyle {shown}" + (r"\ \text{at an optimum}" if solved else ""))

    def stepper(self):
        """Return a widget that shows the derivation a line at a time, for a lecture.

        Returns
        -------
        ipywidgets.VBox
            The lines so far above two buttons, *Back* and *Next*; the one with the focus answers to the space bar.
        """
        import ipywidgets

        shown = ipywidgets.HTMLMath()
        step = ipywidgets.BoundedIntText(1, 1, len(self.lines))
        back, forward = (ipywidgets.Button(description=text) for text in ("Back", "Next"))

        def show(_=None):
            shown.value = f"$${self.latex(step.value)}$$"
            back.disabled, forward.disabled = step.value == 1, step.value == len(self.lines)

        back.on_click(lambda _: setattr(step, "value", step.value - 1))
        forward.on_click(lambda _: setattr(step, "value", step.value + 1))
        step.observe(show, "value")
        show()
        return ipywidgets.VBox([shown, ipywidgets.HBox([back, forward])])


def written(tree: Tree) -> Iterator[Tree]:
    """Yield the parts of a tree that stand in its line; the arguments of L stand in its declaration only."""
    yield tree
    for child in tree.children:
        if tree.span[0] <= child.span[0] and child.span[1] <= tree.span[1]:
            yield from written(child)


def changes(before, line) -> list[tuple[int, int, str]]:
    """Return marks for what changed since the line before; none, where all of it did."""
    if before is None or len(line.sides) > 1 or len(before.sides) > 1:
        return []
    spans = {
        _sized(line.latex, *tree.span)
        for change in difference(before.sides[-1].tree, line.sides[0].tree)
        for tree in change.after
    }
    parts = {span: line.latex[slice(*span)].strip() for span in spans}
    return [
        (*span, rf"{{\color{{{CHANGED}}}{{")
        for span, part in parts.items()
        if part.strip("+- ") and part != line.latex.strip()
    ]


def _sized(latex, start, stop):
    """Return a span together with the size before its first bracket."""
    size = SIZE.search(latex, 0, start)
    return (size.start() if size else start, stop)


def marked(latex: str, marks: list[tuple[int, int, str]], start: int, stop: int) -> str:
    """Return a piece of a formula with marks put in: each a place, and what opens a group there."""
    before: dict[int, str] = {}
    inside = sorted(
        {(max(a, start), min(b, stop), opening) for a, b, opening in marks}, key=lambda m: (m[0], -m[1], m[2])
    )  # with the text of the mark, else two marks of one place take turns from run to run
    for a, b, opening in inside:
        if a < b and _closed(latex[a:b]):
            before[a] = before.get(a, "") + opening
            before[b] = "}" * (opening.count("{") - opening.count("}")) + before.get(b, "")
    if start:
        before[start] = before.get(start, "") + "{}"  # a sign at the beginning of a piece stands between two terms
    places = sorted({start, *before, stop})
    return "".join(before.get(a, "") + latex[a:b] for a, b in pairwise(places)) + before.get(stop, "")


def _closed(part):
    """Whether braces, and brackets that fit their content, are closed within a part."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]|\\left\b|\\right\b", part):
        depth += 1 if brace in {"{", r"\left"} else -1
        if depth < 0:
            return False
    return depth == 0


def broken(latex: str) -> list[tuple[int, int]]:
    r"""Return where the pieces of a formula stand that may have lines of their own.

    It breaks before a plus or a relation outside of all brackets; a piece of more than ``LONG`` characters also
    within big brackets, as in ``\Bigl( ... \Bigr)``, and one that is half as long again within small ones.
    """
    pieces = [(0, len(latex))]
    for longest, held, nested in ((0, FIXED | BIG, 0), (LONG, FIXED, 0), (1.5 * LONG, FIXED, 1)):
        cut = [_broken(latex, a, b, held, nested) if b - a > longest else [(a, b)] for a, b in pieces]
        pieces = [piece for part in cut for piece in part]
    return pieces


def _broken(latex, start, stop, held, nested):
    """Return the pieces of a piece, broken within no bracket that is held, and within so many small ones."""
    pieces, depth, small, first, closing = [], 0, 0, start, set(held.values())
    for sign in SIGN.finditer(latex, start, stop):
        text = sign["size"] or sign[0]
        depth += (text in held) - (text in closing)
        small += (text in {"(", "["}) - (text in {")", "]"})
        after = latex[first : sign.start()].rstrip()
        if (
            depth == 0
            and small <= nested
            and text in BREAKS
            and after
            and not after.endswith(("=", "^", "_", "(", "["))
        ):
            pieces.append((first, sign.start()))
            first = sign.start()
    return [*pieces, (first, stop)]


FIXED = {
    "{": "}",
    r"\{": r"\}",
    r"\lVert": r"\rVert",
    r"\lvert": r"\rvert",
    r"\left": r"\right",
    r"\begin": r"\end",
}
BIG = {rf"\{size}l": rf"\{size}r" for size in ("big", "Big", "bigg", "Bigg")}
BREAKS = {*"+-=<>", r"\le", r"\ge", r"\iff"}
SIGN = re.compile(r"(?P<size>\\[bB]igg?[lr])\s*(?:\\[lr]Vert|\\.|.)|\\[A-Za-z]+|\\.|[-+=<>(){}\[\]]")
"""What matters for breaking: a big bracket with its size, a command, a sign, a bracket."""


def _number(value):
    """Return a value as LaTeX: four digits of a number, four entries a side of a vector or a matrix."""
    if value.ndim:
        rows = [row if row.ndim else row[None] for row in value[:4]]
        cells = [" & ".join([*map(_number, row[:4]), *([r"\cdots"] * (len(row) > 4))]) for row in rows]
        body = r" \\ ".join([*cells, *([r"\vdots"] * (len(value) > 4))])
        return rf"\Bigl( \begin{{smallmatrix}} {body} \end{{smallmatrix}} \Bigr)"
    return "0" if abs(value) < 1e-6 else re.sub(r"e([+-])0?(\d+)", r" \\cdot 10^{\1\2}", f"{value:.4g}")


def _text(words):
    """Return a reason as HTML: formulas in dollar signs go to the typesetter."""
    parts = words.split("$")
    return "".join(
        rf"\({html.escape(part)}\)" if place % 2 else html.escape(part) for place, part in enumerate(parts)
    )
