"""How a derivation is shown: as text, as aligned LaTeX, a line at a time."""

from lecture_lib import validation

__all__ = ["Shown"]


class Shown:
    """What can be shown: it has a ``title`` and ``lines``."""

    def __repr__(self):
        text = [self.title]
        for line in self.lines:
            mark = "" if line.relation is None else f"{line.relation.name} "
            text.append(f"    {mark}{line.latex}")
            text.extend(f"        {part}" for part in (line.because, line.evidence) if part)
        return "\n".join(text)

    def _repr_latex_(self):
        return f"$$\n{self.latex()}\n$$"

    def latex(self, n_lines: int | None = None) -> str:
        """Return the derivation as aligned LaTeX, without dollar signs; of ``n_lines`` lines, or of all.

        Raises
        ------
        ValueError
            When ``n_lines`` is not an integer of at least 1.
        """
        shown = self.lines if n_lines is None else self.lines[: validation.count(n_lines, None, "n_lines")]
        rows = [row for line in shown for row in _rows(line)]
        body = " \\\\\n".join(rows)
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def stepper(self):
        """Return a widget that shows the derivation a line at a time, for a lecture.

        Returns
        -------
        ipywidgets.VBox
            The lines so far above two buttons, *Back* and *Next*.
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


def _rows(line):
    """Typeset a line: its reason above it, its evidence beside it."""
    relation = "" if line.relation is None else line.relation.latex
    if line.because:
        yield rf"&\quad {{\small\text{{{line.because}}}}}"
    evidence = rf" &&\quad {{\small\text{{{line.evidence}}}}}" if line.evidence else ""
    yield rf"{relation}{{}}& {line.latex}{evidence}"
