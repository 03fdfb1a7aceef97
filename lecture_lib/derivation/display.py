r"""How a derivation is shown: as text, as aligned LaTeX, as a page that breaks at a plus, a line at a time.

On a page each line is a row: relation, terms, a seal with the evidence. What changed since the line before is
coloured; the pointer on a term tells what its letters mean. Rows have the class ``fragment``, so that slides show
one after another; *one by one* does the same on a page.
"""

import html
import re
from itertools import pairwise
from typing import Any

import numpy as np

from lecture_lib import validation
from lecture_lib.formulas.difference import difference
from lecture_lib.formulas.notation import Notation, Symbol
from lecture_lib.formulas.operations import shown_shape
from lecture_lib.formulas.tree import walk

__all__ = ["Display"]

CHANGED = "#0072B2"
"""The colour of what changed: the blue of the course's figures, readable on light and on dark."""

SIZED = re.compile(r"\\(?:left|[bB]igg?l?)\s*$")
"""A size before a bracket, which belongs to it."""

ROW = "display:flex;flex-wrap:wrap;align-items:baseline;column-gap:.3em;overflow-x:auto"
REASON = "font-size:smaller;opacity:.75;margin:.4em 0 0 2em;overflow-x:auto"

ONE_BY_ONE = """<button onclick="const rows=[...this.parentNode.querySelectorAll('.fragment')];
const on=rows.filter(row=>!row.hidden).length,next=on===rows.length?1:on+1;
rows.forEach((row,place)=>row.hidden=place>=next)">one by one</button>"""
"""Shows the first line; at each further press, or key, one more."""


class Display:
    """What can be shown: a title, lines, and what their letters mean."""

    title: str
    lines: list[Any]
    notation: Notation
    _problems: list[dict]

    def __repr__(self):
        text = [self.title]
        for line in self.lines:
            mark = "" if line.relation is None else f"{line.relation.name} "
            text.append(f"    {mark}{line.latex}")
            text.extend(f"        {part}" for part in (line.because, line.evidence) if part)
        return "\n".join(text)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            "text/plain": repr(self),
            "text/latex": f"$$\n{self.latex()}\n$$",
            "text/html": self.html(),
        }

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
            rows.append(rf"{relation}{{}}& {coloured(before, line)}{seal}")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def html(self) -> str:
        """Return the derivation as part of a page; formulas are left to the page's typesetter."""
        rows = [self._row(before, line) for before, line in pairwise([None, *self.lines])]
        title = f"<strong>{html.escape(self.title)}</strong>"
        return f'<div class="derivation tex2jax_process">{title} {ONE_BY_ONE}{"".join(rows)}</div>'

    def _row(self, before, line):
        """Return one line: its reason, its relation, its terms, its seal."""
        reason = f'<div style="{REASON}">{_text(line.because)}</div>' if line.because else ""
        relation = "" if line.relation is None else f"{line.relation.latex} "
        meanings = html.escape(self._meanings(line))
        first, *others = broken(coloured(before, line))
        terms = "".join(
            rf'<span title="{meanings}">\(\displaystyle {html.escape(term)}\)</span>'
            for term in [relation + first, *others]
        )
        seal = f'<span title="{html.escape(line.evidence)}" style="color:#009E73">✓</span>' if line.evidence else ""
        return f'<div class="fragment">{reason}<div style="{ROW}">{terms}{seal}</div></div>'

    def _meanings(self, line):
        """Say what the letters of a line mean, and their shapes."""
        names = dict.fromkeys(
            part.detail[0] if part.op == "call" else part.detail
            for side in line.sides
            for part in walk(side.tree)
            if part.op in {"symbol", "call"}
        )
        entries = [self.notation.named[name][0] for name in names if name in self.notation.named]
        return "\n".join(f"{e.head}: {e.meaning}, {self._shape(e)}" for e in entries)

    def _shape(self, entry):
        return shown_shape(entry.shape if isinstance(entry, Symbol) else self.notation.body(entry).shape)

    def numbers(self, seed: int = 0) -> str:
        """Return each line with its value on one problem: numbers put in.

        Parameters
        ----------
        seed : int
            Which of the problems.
        """
        with np.printoptions(precision=4, suppress=True, threshold=12):
            values = [f"{line.latex}\n    {line.sides[-1].value(self._problems[seed])}" for line in self.lines]
        return "\n".join(values)

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


def coloured(before, line) -> str:
    """Return the LaTeX of a line, what changed since the line before in colour; nothing, where all of it did."""
    if before is None or len(line.sides) > 1 or len(before.sides) > 1:
        return line.latex
    changes = difference(before.sides[-1].tree, line.sides[0].tree)
    spans = sorted({_whole(line.latex, tree.span) for change in changes for tree in change.after}, reverse=True)
    latex, last = line.latex, len(line.latex) + 1
    for start, stop in spans:
        part = line.latex[start:stop]
        if stop <= last and _closed(part) and part.strip() != line.latex.strip():
            latex = f"{latex[:start]}{{\\color{{{CHANGED}}}{{{part}}}}}{latex[stop:]}"
            last = start
    return latex


def _whole(latex, span):
    """Return a span together with the size before its first bracket."""
    sized = SIZED.search(latex, 0, span[0])
    return (sized.start() if sized else span[0], span[1])


def _closed(part):
    """Whether braces and sized brackets of a part are closed within it, and it is more than a sign."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", part):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    pairs = len(re.findall(r"\\(?:left|[bB]igg?l)\b", part)) == len(re.findall(r"\\(?:right|[bB]igg?r)\b", part))
    return depth == 0 and pairs and bool(part.strip(" +-"))


def broken(latex: str) -> list[str]:
    """Return a formula in pieces that may stand on lines of their own: it breaks before an outer plus."""
    pieces, depth, start = [], 0, 0
    for sign in re.finditer(r"\\[A-Za-z]+|\\.|[-+(){}\[\]]", latex):
        text = sign.group()
        depth += (text in "({[") - (text in ")}]")
        depth += (text in {r"\lVert", r"\lvert", r"\{"}) - (text in {r"\rVert", r"\rvert", r"\}"})
        outside = depth == 0 and text in "+-" and latex[start : sign.start()].strip()
        if outside and not latex[: sign.start()].rstrip().endswith(("=", "^", "_")):
            pieces.append(latex[start : sign.start()])
            start = sign.start()
    return [*pieces, latex[start:]]


def _text(words):
    """Return a reason as HTML: formulas in dollar signs go to the typesetter."""
    parts = words.split("$")
    return "".join(
        rf"\({html.escape(part)}\)" if place % 2 else html.escape(part) for place, part in enumerate(parts)
    )
