"""A chain of lines, each compared with the one before."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, is_dataclass, replace
from itertools import pairwise

import numpy as np

from lecture_lib import validation
from lecture_lib.derivation.diagnosis import slip
from lecture_lib.derivation.display import Display
from lecture_lib.derivation.relations import (
    EQUIVALENT,
    TO_SOLVE,
    Ordered,
    Pair,
    Relation,
    equality,
    relation_from,
    sides,
)  # fmt: skip
from lecture_lib.formulas import Formula, Notation
from lecture_lib.formulas.difference import difference

__all__ = ["Derivation", "DerivationError", "Line"]

FEWEST = 20
"""Fewer problems prove too little."""

AT_OPTIMA = 3
"""On how many optima an equation to be solved is tried."""

LEAST = 1e-15
"""Discrepancies below this are shown as this, since their digits, 0 among them, differ between machines."""


class DerivationError(AssertionError):
    """A line of a derivation does not follow from the line before.

    Parameters
    ----------
    message : str
        Which line, on which problem, and both values.
    slip : str, optional
        The kind of slip without which it would follow, as "a sign"; None if no single one explains it.
    """

    def __init__(self, message: str, slip: str | None = None):
        self.slip = slip
        super().__init__(f"{message}; it would follow with {slip} changed" if slip else message)


@dataclass(frozen=True)
class Line:
    """One line of a derivation that was found to follow.

    Parameters
    ----------
    latex : str
        As it was written, without dollar signs.
    sides : tuple of Formula
        What was computed: one expression, or several joined by relations.
    relation : Relation or None
        To the line before; None for the first line.
    because : str
        The reason, text with formulas in dollar signs.
    evidence : str
        What the comparison found, in words; empty for the first line.
    """

    latex: str
    sides: tuple[Formula, ...] = field(repr=False)
    relation: Relation | None
    because: str
    evidence: str


class Derivation(Display):
    r"""A chain of lines, each read from its LaTeX, computed on random problems, and compared with the one before.

    Parameters
    ----------
    title : str
        What is derived.
    on : callable
        ``on(rng)`` returns a random problem: a dict with what the notation's symbols ask for.
    notation : Notation
        What the letters mean.
    problems : int
        How many problems, at least 20.
    proves : str, optional
        The number of the displayed equation whose two sides are the first and the last line.
    solved : callable, optional
        ``solved(rng)`` returns a problem at an optimum; ``\overset{!}{=}`` and ``\iff`` ask for it.

    Raises
    ------
    ValueError
        When ``problems`` is below 20.

    Examples
    --------
    >>> from lecture_lib.problems import CLUSTERS, random_clusters
    >>> count = Derivation("how many data there are", on=random_clusters, notation=CLUSTERS)
    >>> count = count.line(r"\sum_j R_j")
    >>> count = count.line(r"\sum_j \sum_i r_{ij}", because="definition of $R_j$")
    >>> count = count.line("n", because="one 1 a row")
    """

    def __init__(
        self,
        title: str,
        *,
        on: Callable,
        notation: Notation,
        problems: int = 20,
        proves: str | None = None,
        solved: Callable | None = None,
    ):
        if validation.count(problems, None, "problems") < FEWEST:
            raise ValueError(f"problems must be at least {FEWEST}, got {problems}; fewer prove too little")
        self.title, self.notation, self.proves = title, notation, proves
        self.lines: list[Line] = []
        self._problems = [on(np.random.default_rng(seed)) for seed in range(problems)]
        self._solved = solved and [solved(np.random.default_rng(seed)) for seed in range(AT_OPTIMA)]

    def line(
        self,
        latex: str,
        *,
        relation: str = "=",
        because: str = "",
        code: Callable | None = None,
        tolerance: float = 1e-9,
    ) -> "Derivation":
        r"""Add a line, and compare it with the line before on every problem.

        Parameters
        ----------
        latex : str
            The line, without dollar signs; several expressions joined by relations are compared one by one.
        relation : str
            How the *line before* relates to this one: ``=``, ``<=``, ``>=``, ``<``, ``>``,
            ``= up to a constant in m_j``, ``proportional in z``, ``:=``, ``\leftarrow``, ``\overset{!}{=}`` (an
            equation to be solved) or ``\iff`` (this line is an equation, as the line before). Ignored in the first.
        because : str
            The reason, text with formulas in dollar signs.
        code : callable, optional
            A function that must give the same value; it is given the entries of the problem that its parameters
            name.
        tolerance : float
            The largest relative discrepancy that counts as rounding; loosen it for differences in ``code``.

        Returns
        -------
        Derivation
            The derivation itself, so that calls can be chained.

        Raises
        ------
        FormulaError
            When the line cannot be read.
        DerivationError
            When it does not follow: it names the line, the seed of the problem and both values.
        ValueError
            For an unknown relation, or when the line says what the line before says.
        """
        tolerance = validation.positive(tolerance, "tolerance")
        kind = relation_from(relation)
        found = sides(latex, self.notation)
        evidence = []
        if self.lines and relation != EQUIVALENT:
            before = self.lines[-1].sides[-1]
            if not difference(before.tree, found[0][1].tree):
                raise ValueError(f"{self._where()} says what the line before says; write the step")
            evidence = [self._compared(before, kind, found[0][1], tolerance)]
        for (_, one), (name, two) in pairwise(found):
            own = kind if relation == EQUIVALENT else relation_from(name or "=")
            evidence = [self._compared(one, own, two, tolerance)]
        if relation == EQUIVALENT:
            self._fails_with(self._last_equation(), tuple(formula for _, formula in found))
        if code is not None:
            evidence.append(self._agrees(code, found[-1][1], tolerance))
        elif relation == r"\leftarrow":
            raise ValueError(f"{self._where()} is an update; pass code=, the function that makes it")
        computed = tuple(formula for _, formula in found)
        self.lines.append(Line(latex, computed, kind if self.lines else None, because, "; ".join(evidence)))
        return self

    def _where(self, seed=None):
        place = f'line {len(self.lines) + 1} of "{self.title}"'
        return place if seed is None else f"{place}, problem with seed {seed}"

    def _compared(self, before, relation, after, tolerance):
        """Compare two expressions on all problems, and an equation at optima; return the evidence or raise."""
        if relation.at_optimum and self._solved is None:
            raise ValueError(f"{self._where()} is an equation to be solved; pass solved=, which gives optima")
        gaps = [self._judged(Pair(before, after, problem, tolerance), relation, seed, not relation.at_optimum)
                for seed, problem in enumerate(self._problems)]  # fmt: skip
        if relation.at_optimum:
            for seed, problem in enumerate(self._solved):
                self._judged(Pair(before, after, problem), relation, seed, True)
            return f"{len(self._solved)} optima, and not on {len(gaps)} other problems"
        if isinstance(relation, Ordered):
            return f"{len(gaps)} problems, smallest margin {min(gaps) if min(gaps) > tolerance else 0:.1g}"
        return f"{len(gaps)} problems, off by at most {max(LEAST, *gaps):.1g}"

    def _judged(self, pair, relation, seed, wanted) -> float:
        """Return the gap on one problem; raise where it does not hold as wanted."""
        for formula in (pair.before, pair.after):
            value = formula.value(pair.problem)
            if not value.size or not np.isfinite(value).all():
                raise DerivationError(f"{self._where(seed)}: expected finite numbers, got {value}")
        try:
            finding = relation.judge(pair)
        except ValueError as error:
            found = slip(pair.before, relation, pair.after, self._problems)
            raise DerivationError(f"{self._where(seed)}: {error}", found) from error
        if finding.holds == wanted:
            return finding.gap
        if finding.holds:
            raise DerivationError(
                f"{self._where(seed)}: this is no equation to be solved, since it holds on a random problem, too"
            )
        raise DerivationError(
            f"{self._where(seed)} does not follow: {finding.where}the line before gives {finding.before:.6g}, "
            f'this line {finding.after:.6g}, but the claim is "{relation.name}" (off by {abs(finding.gap):.3g})',
            None if relation.at_optimum else slip(pair.before, relation, pair.after, self._problems),
        )

    def _last_equation(self):
        """Return both sides of the equation that stands last."""
        last = self.lines[-1] if self.lines else None
        if last and len(last.sides) == 2:
            return last.sides
        if last and last.relation and last.relation.name == TO_SOLVE:
            return self.lines[-2].sides[-1], last.sides[0]
        raise ValueError(f"{self._where()}: the line before is no equation; write both its sides")

    def _fails_with(self, one, two):
        """Ask two equations to fail together, where one value of an optimum is that of a random problem instead.

        Of values that both hold: a letter that only one of them holds was put in from another equation.
        """
        if len(two) != 2:
            raise ValueError(f"{self._where()} is no equation; write both its sides")
        held = set.intersection(*(set().union(*(side.paths for side in sides)) for sides in (one, two)))
        for seed, solved in enumerate(self._solved):
            for key, mixed in _mixed(solved, self._problems[seed]):
                if key not in held:
                    continue
                holds = [relation_from(TO_SOLVE).judge(Pair(*each, mixed)).holds for each in (one, two)]
                if holds[0] != holds[1]:
                    which = "the line before" if holds[0] else "this line"
                    raise DerivationError(
                        f"{self._where(seed)}: the equations are not equivalent, since {which} alone holds "
                        f"where {key} is not at the optimum"
                    )

    def _agrees(self, code, formula, tolerance):
        """Compare the line with a function of the library on all problems."""
        gaps = []
        for seed, problem in enumerate(self._problems):
            value, computed = formula.value(problem), np.asarray(_call(code, problem), float)
            if value.shape != computed.shape:
                raise DerivationError(
                    f"{self._where(seed)}: the formula has the shape {value.shape}, code gives {computed.shape}"
                )
            finding = equality(value, computed, Pair(formula, formula, problem, tolerance))
            if not finding.holds:
                raise DerivationError(
                    f"{self._where(seed)}: {finding.where}the formula gives {finding.before:.6g}, "
                    f"code {finding.after:.6g} (off by {finding.gap:.3g})"
                )
            gaps.append(finding.gap)
        return f"code off by at most {max(LEAST, *gaps):.1g}"


def _mixed(solved, problem):
    """Yield a solved problem with one of its values as in another problem, and the key of that value."""
    for key, value in solved.items():
        other = problem.get(key)
        if is_dataclass(value):
            for part, mixed in _mixed(vars(value), vars(other)):
                yield f"{key}.{part}", solved | {key: replace(value, **{part: mixed[part]})}
        elif np.shape(other) == np.shape(value) and not np.array_equal(value, other):
            yield key, solved | {key: other}


def _call(function, problem):
    """Call a function with the entries of a problem that its parameters name."""
    parameters = inspect.signature(function).parameters.items()
    wanted = [name for name, p in parameters if p.default is inspect.Parameter.empty or name in problem]
    unknown = [name for name in wanted if name not in problem]
    if unknown:
        raise ValueError(f"code asks for {', '.join(unknown)}, but the problem has {', '.join(problem)}; rename it")
    return function(**{name: problem[name] for name in wanted})
