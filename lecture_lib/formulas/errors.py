"""What is said when a formula cannot be read or computed."""

__all__ = ["FormulaError", "ShapeMismatch"]


class FormulaError(ValueError):
    """A formula that cannot be read or computed: what is wrong, where, and what to write instead.

    Parameters
    ----------
    problem : str
        What is wrong.
    latex : str
        The formula.
    span : tuple of int
        The offending part, as positions in ``latex``; shown by a row of carets.
    remedy : str
        What to write instead.
    """

    def __init__(self, problem: str, latex: str = "", span: tuple[int, int] | None = None, remedy: str = ""):
        self.problem, self.latex, self.span, self.remedy = problem, latex, span, remedy
        super().__init__("\n".join(filter(None, [problem, *self._shown(), remedy])))

    def _shown(self):
        """Return the line of the formula that holds the offending part, and carets under it."""
        if not self.latex or self.span is None:
            return [f"    {self.latex}"] if self.latex else []
        start = min(self.span[0], len(self.latex))
        before = self.latex[:start]
        line_start = max(before.rfind("\n"), before.rfind("\f"), before.rfind("\r")) + 1
        line = self.latex[line_start:].splitlines()[0] if self.latex[line_start:].splitlines() else ""
        shown = "".join(c if c.isprintable() else " " for c in line)
        width = max(1, min(self.span[1], line_start + len(line)) - start)
        return [f"    {shown}", "    " + " " * (start - line_start) + "^" * width]


class ShapeMismatch(ValueError):
    """Two parts of a formula whose shapes do not go together; the parser adds where."""
