"""Exercises in which something is placed in a figure, such as means that were dragged, or a word is chosen."""

from collections.abc import Callable, Mapping

from lecture_lib.homework.engine.exercise import Exercise, quietly
from lecture_lib.homework.engine.judges import choice
from lecture_lib.homework.engine.messages import wrong_array

__all__ = ["state", "word"]


def state(
    shapes: Mapping[str, tuple[int, ...]], judge: Callable[..., str | None], *, shown_by: str, because: str
) -> Exercise:
    """Make an exercise whose answer is the state of an explorer, as numbers: the machine that grades has no mouse.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        Name and shape of each array.
    judge : callable
        Given the arrays, returns None where they are right, else what is wrong.
    shown_by : str
        The expression that shows the numbers of the explorer, said to one who hands in the explorer itself.
    because : str
        Said after a right answer.

    Returns
    -------
    Exercise
    """
    asked = " and ".join(f"{name} of shape {shape}" for name, shape in shapes.items())

    def decide(outcomes, _):
        (outcome,) = outcomes
        if outcome.kind != "value" or isinstance(outcome.value, str):
            said = outcome.detail or ("text" if outcome.kind == "value" else "nothing that can be read")
            hint = "" if "dots" in said else f" The numbers of the figure are shown by {shown_by}."
            return f"expected {asked}; got {said}.{hint}"
        if not isinstance(outcome.value, tuple) or len(outcome.value) != len(shapes):
            return f"expected {asked}: {len(shapes)} of them."
        wrong = map(wrong_array, outcome.value, shapes.keys(), shapes.values())
        return next(filter(None, wrong), None) or judge(*outcome.value)

    return Exercise(lambda seed: None, lambda answer, _: [answer.taken(list(shapes))], quietly(decide), because)


def word(right: str, others: Mapping[str, str], *, because: str) -> Exercise:
    """Make an exercise whose answer is a word.

    Parameters
    ----------
    right : str
        The right word, in small letters.
    others : mapping of str to str
        The wrong words, and what to say to each.
    because : str
        Said after a right answer.

    Returns
    -------
    Exercise
    """
    judge = choice(right, others)

    def decide(outcomes, _):
        return judge(outcomes[0].kind == "value" and outcomes[0].value)

    return Exercise(lambda seed: None, lambda answer, _: [answer.taken()], decide, because)
