"""Derivations whose every line is executed.

A :class:`Derivation` is a chain of expressions. Each line carries LaTeX, a reason, and a function that computes
the expression. As a line is added it is evaluated on random problems and compared with the line before; the
first line that does not follow raises :class:`DerivationError`. What remains is shown as aligned LaTeX, with
the evidence beside each line.
"""

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import differentiate

from lecture_lib import validation

__all__ = ["Derivation", "DerivationError", "Line", "numerical_gradient", "numerical_hessian"]

VARIATIONS = 3
"""How many values of the free variables each problem is looked at with, where there are free variables."""

ROUNDING = 1e-15
"""Discrepancies below this are shown as this, since their digits, 0 among them, differ between machines."""

RELATIONS = {
    "=": "=",
    "<=": r"\le",
    ">=": r"\ge",
    "= up to a constant": r"\overset{\text{c}}{=}",
}
"""The relations that a line can have to the line before, and how they are typeset."""


class DerivationError(AssertionError):
    """A line of a derivation does not follow from the line before."""


@dataclass(frozen=True)
class Line:
    """One line of a derivation that was found to follow.

    Attributes
    ----------
    latex : str
        The expression, without dollar signs.
    relation : str or None
        To the line before, a key of ``RELATIONS``; None for the first line.
    because : str
        The reason, text with formulas in dollar signs.
    evidence : str
        What the comparison found, in words; empty for the first line.
    """

    latex: str
    relation: str | None
    because: str
    evidence: str


class Derivation:
    """A chain of expressions, each compared with the one before on random problems.

    Parameters
    ----------
    title : str
        What is derived.
    on : callable
        ``on(rng)`` returns a random problem: a dict that maps the names of variables to their values.
    over : callable, optional
        ``over(rng, ...)`` returns the free variables of the problem, likewise a dict; it is given the variables
        of the problem that it asks for by name. Only "= up to a constant" needs it: constant as these vary.
    problems : int
        How many problems, at least 20.

    Raises
    ------
    ValueError
        When ``problems`` is below 20.

    Notes
    -----
    Problems are expected to be of order one: a discrepancy is measured relative to the larger of the two
    values or to 1, whichever is more.
    """

    def __init__(self, title, *, on: Callable, over: Callable | None = None, problems: int = 20):
        if validation.count(problems, None, "problems") < 20:
            raise ValueError(f"problems must be at least 20, got {problems}; fewer prove too little")
        self.title = title
        self.lines: list[Line] = []
        self._over = over
        self._problems = [_problem(on, over, seed) for seed in range(problems)]
        self._last_compute = None
        self._last_values = None

    def line(self, latex, compute, *, relation="=", because="", tolerance=1e-9):
        """Add a line, and compare it with the line before on every problem.

        Parameters
        ----------
        latex : str
            The expression, without dollar signs.
        compute : callable
            Computes the expression; it is given the variables of the problem that its parameters name. A
            function of the library will do where its parameters have these names.
        relation : {"=", "<=", ">=", "= up to a constant"}
            How the *line before* relates to this one: ``line before <= this line``. Ignored in the first line.
        because : str
            The reason, text with formulas in dollar signs.
        tolerance : float
            The largest relative discrepancy that counts as rounding; loosen it where a line is itself a
            numerical derivative.

        Returns
        -------
        Derivation
            The derivation itself, so that calls can be chained.

        Raises
        ------
        DerivationError
            When the line does not follow: it names the line, the seed of the problem and both values.
        ValueError
            For an unknown relation, a variable that the problem does not have, or when the line before used
            the very same function, which would prove nothing.
        """
        if relation not in RELATIONS:
            raise ValueError(f"relation must be one of {list(RELATIONS)}, got {relation!r}; choose one")
        if compute is self._last_compute:
            raise ValueError("compute must differ from the line before, got the same function; write the step")
        tolerance = validation.positive(tolerance, "tolerance")
        if relation == "= up to a constant" and self._over is None:
            raise ValueError('"= up to a constant" needs free variables, got none; pass over=... to Derivation')
        values = [self._values(compute, seed) for seed in range(len(self._problems))]
        first = self._last_values is None
        evidence = "" if first else self._compare(values, relation, tolerance)
        self.lines.append(Line(latex, None if first else relation, because, evidence))
        self._last_compute, self._last_values = compute, values
        return self

    def _where(self, seed):
        return f'line {len(self.lines) + 1} of "{self.title}", problem with seed {seed}'

    def _values(self, compute, seed):
        """Evaluate an expression on the variations of one problem."""
        values = [np.asarray(_call(compute, variation)) for variation in self._problems[seed]]
        for value in values:
            if value.dtype.kind not in "biuf" or not value.size or not np.isfinite(value).all():
                raise DerivationError(f"{self._where(seed)}: expected finite real numbers, got {_short(value)}")
        return [value.astype(float) for value in values]

    def _compare(self, values, relation, tolerance):
        """Compare two lines on all problems; return the evidence or raise."""
        gaps = []
        for seed, (before, after) in enumerate(zip(self._last_values, values, strict=True)):
            for a, b in zip(before, after, strict=True):
                if a.shape != b.shape:
                    raise DerivationError(
                        f"{self._where(seed)}: shape {b.shape} does not follow from shape {a.shape}"
                    )
            gap = _gap(before, after, relation)
            allowed = gap <= tolerance if relation.startswith("=") else gap >= -tolerance
            if not allowed:
                a, b, where = _worst(before, after, relation)
                verb = "off by" if gap > 0 else "violated by"
                raise DerivationError(
                    f"{self._where(seed)} does not follow: {where}the line before gives {a:.6g}, this line "
                    f'{b:.6g}, but the claim is "{relation}" ({verb} {abs(gap):.3g}, relative)'
                )
            gaps.append(gap)
        count = len(gaps)
        if relation.startswith("="):
            return f"{count} problems, off by at most {max(ROUNDING, *gaps):.1g}"
        return f"{count} problems, smallest margin {min(gaps) if min(gaps) > tolerance else 0:.1g}"

    def __repr__(self):
        text = [self.title]
        for line in self.lines:
            mark = "" if line.relation is None else f"{line.relation} "
            text.append(f"    {mark}{line.latex}")
            text.extend(f"        {part}" for part in (line.because, line.evidence) if part)
        return "\n".join(text)

    def _repr_latex_(self):
        return f"$$\n{self.latex()}\n$$"

    def latex(self, n_lines=None):
        """Return the derivation as aligned LaTeX.

        Parameters
        ----------
        n_lines : int, optional
            How many lines, from 1; all if none is given.

        Returns
        -------
        str
            An ``aligned`` environment, without dollar signs.

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


def _problem(on, over, seed):
    """Draw a problem, with several values of its free variables if it has any."""
    rng = np.random.default_rng(seed)
    fixed = on(rng)
    if over is None:
        return [fixed]
    return [fixed | _call(over, fixed | {"rng": rng}) for _ in range(VARIATIONS)]


def _call(function, variables):
    """Call a function with the variables that its parameters name."""
    wanted = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty or name in variables
    ]
    unknown = [name for name in wanted if name not in variables]
    if unknown:
        raise ValueError(
            f"a line asks for {', '.join(unknown)}, but the problem has {', '.join(variables)}; rename it"
        )
    return function(**{name: variables[name] for name in wanted})


def _gap(before, after, relation):
    """Return how far two lines are apart on one problem, relative to their size.

    For equalities the largest difference; for inequalities the smallest margin, negative where violated.
    """
    scale = max(1.0, *(np.abs(value).max(initial=0) for value in (*before, *after)))
    differences = np.subtract(after, before) / scale
    if relation == "= up to a constant":
        return float(np.ptp(differences, axis=0).max())
    if relation == "=":
        return float(np.abs(differences).max())
    return float((differences if relation == "<=" else -differences).min())


def _worst(before, after, relation):
    """Return the two entries that are furthest from what is claimed, and which entries they are."""
    differences = np.subtract(after, before)
    if relation == "= up to a constant":
        differences = np.abs(differences - differences[0])
    elif relation == "=":
        differences = np.abs(differences)
    elif relation == "<=":
        differences = -differences
    variation, *entry = np.unravel_index(np.argmax(differences), differences.shape)
    where = f"in entry [{', '.join(map(str, entry))}] " if entry else ""
    return before[variation][tuple(entry)], after[variation][tuple(entry)], where


def _short(value):
    """Write a number or an array in a few characters."""
    return textwrap.shorten(np.array2string(np.asarray(value), precision=6, threshold=12), 120)


def _rows(line):
    """Typeset a line: its reason above it, its evidence beside it."""
    relation = "" if line.relation is None else RELATIONS[line.relation]
    if line.because:
        yield rf"&\quad {{\small\text{{{line.because}}}}}"
    evidence = rf" &&\quad {{\small\text{{{line.evidence}}}}}" if line.evidence else ""
    yield rf"{relation}{{}}& {line.latex}{evidence}"


def numerical_gradient(function, at):
    """Return the gradient of a function, by differences of adaptive width.

    Parameters
    ----------
    function : callable
        Maps an array of the shape of ``at`` to a float.
    at : array_like
        Where; entries of order one.

    Returns
    -------
    ndarray
        The partial derivatives, in the shape of ``at``.

    Notes
    -----
    Independent of any formula: this is ``scipy.differentiate.jacobian``, good for about ten digits.
    """
    at = validation.array(at, "at")
    return differentiate.jacobian(_flat(function, at), at.ravel(), initial_step=0.1).df.reshape(at.shape)


def numerical_hessian(function, at):
    """Return the matrix of second derivatives of a function, by differences of adaptive width.

    Parameters
    ----------
    function : callable
        Maps an array of the shape of ``at`` to a float.
    at : array_like
        Where; entries of order one, m of them.

    Returns
    -------
    ndarray, shape (m, m)
        The entries of ``at`` are taken in C order.

    Notes
    -----
    Independent of any formula: this is ``scipy.differentiate.hessian``, good for about six digits.
    """
    at = validation.array(at, "at")
    # Few and low-order differences: every entry costs a product of two such schemes.
    settings = {"initial_step": 0.1, "order": 4, "maxiter": 3}
    return differentiate.hessian(_flat(function, at), at.ravel(), **settings).ddf


def _flat(function, at):
    """Let a function of an array take stacks of flat arguments, shape (m, ...), as SciPy passes them."""

    def flat(stack):
        return np.apply_along_axis(lambda entries: function(entries.reshape(at.shape)), 0, stack)

    return flat
