"""Watch a long fit: an adapter around the iterator of states."""

from collections.abc import Iterable, Iterator
from typing import Any

from lecture_lib.em.state import State

__all__ = ["progress"]


def progress(states: Iterable[State], **options: Any) -> Iterator[State]:
    """Pass the states on, and show steps, time and objective with tqdm, in a terminal or a notebook.

    Parameters
    ----------
    states : iterable of State
        As :func:`lecture_lib.em.em` yields them.
    **options
        For ``tqdm``, ``desc="k = 10"`` for example.

    Yields
    ------
    State
        The same.

    Raises
    ------
    ModuleNotFoundError
        Without tqdm; the message says how to get it.
    """
    try:
        from tqdm.auto import tqdm
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "progress is shown by tqdm, which is not installed; in the folder of the course: "
            'pip install ".[progress]"'
        ) from None
    return _shown(states, tqdm(unit="step", **options))


def _shown(states: Iterable[State], bar: Any) -> Iterator[State]:
    with bar:
        for state in states:
            bar.update(state.step - bar.n)
            bar.set_postfix_str(f"objective {state.objective:.6g}")
            yield state
