"""A pad for derivations: lines are typeset and judged while they are typed."""

import asyncio
import html

import ipywidgets

from lecture_lib.homework.engine.catalogue import find
from lecture_lib.homework.engine.derivation import Derived

__all__ = ["pad"]

VISIBLE = 0
"""The seed of the student's own check."""

WAIT = 0.3
"""Seconds without a key after which the slip in a line is looked for, which takes longer than the verdict."""


def pad(name):
    """Return a pad for a derivation: what is typed on the left is typeset and judged on the right.

    Parameters
    ----------
    name : str
        Of the exercise, "hw2.slope".

    Returns
    -------
    ipywidgets.HBox
        A text area and the judgement of its lines. Its text goes into the exercise's cell.

    Raises
    ------
    ValueError
        When the exercise is no derivation.
    """
    exercise = find(name)
    if not isinstance(exercise, Derived):
        raise ValueError(
            f"name must be that of a derivation, like 'hw2.slope', got {name!r}; use check(name, answer)"
        )
    text = ipywidgets.Textarea(
        f"{exercise.first}\n\n{exercise.last}", layout={"width": "50%", "height": "22em"}, continuous_update=True
    )
    judged = ipywidgets.HTMLMath(layout={"width": "50%"})

    waiting = []

    def show(diagnose):
        judged.value = _as_html(exercise.way(text.value, VISIBLE, diagnose=diagnose))

    def typed(_):
        show(diagnose=False)
        while waiting:
            waiting.pop().cancel()
        try:
            waiting.append(asyncio.get_running_loop().call_later(WAIT, show, True))
        except RuntimeError:  # no kernel runs
            show(diagnose=True)

    text.observe(typed, "value")
    show(diagnose=True)
    return ipywidgets.HBox([text, judged])


def _as_html(way):
    rows = []
    for each in way.lines:
        formula = html.escape(each.formula)
        formula = f"${formula}$" if each.line.sides else f"<code>{formula}</code>"
        colour = "inherit" if each.good else "#b00020"
        rows.append(f'<div style="margin-bottom: .5em">{formula}<br><span style="color: {colour}">'
                    f"{html.escape(each.words)}</span></div>")  # fmt: skip
    if way.wrong is None:
        rows.append("<b>The derivation is whole.</b>")
    elif len(rows) == 1:
        rows.append(html.escape(way.wrong))
    return "".join(rows)
