"""Every sentence that no exercise owns: what is said about a call that failed, a shape, a count, a type."""

import numpy as np

from lecture_lib.homework.engine.results import close, parts_of, same, stacked

__all__ = ["counted", "failed", "form", "place", "type_of", "unreadable", "where", "wrong_array"]


def type_of(value):
    """Name the type of a value."""
    return f"an object of type {type(value).__name__}"


def counted(count):
    """Say how many numbers are asked for."""
    return "one number is" if count == 1 else f"{count} numbers are"


def where(name, groups):
    """Name the group of examples, where it is not the usual one."""
    return "" if name == next(iter(groups)) else f"right so far, but with {name}: "


def failed(outcome, call_as, returns, case):
    """Say why a call led to no value, or None.

    Parameters
    ----------
    outcome : Outcome
        Of the call.
    call_as, returns : str
        The call as the student sees it, ``"assign(X, means)"``, and what it should return.
    case : dict
        Its arguments.
    """
    name = call_as.partition("(")[0]
    shapes = ", ".join(f"{word} {value.shape}" for word, value in case.items() if isinstance(value, np.ndarray))
    example = f", with {shapes}" if shapes else ""
    return {
        "value": None,
        "not_attempted": f"{outcome.detail or name} has no body yet.",
        "missing_helper": f"it calls {outcome.detail}, and {outcome.detail} has no body yet. Write that first.",
        "returned_none": f"{call_as} returns nothing. Does it end with `return`?",
        "error": f"{name} was called as {call_as}{example}, and stopped: {outcome.detail}.",
        "slow": f"{name} takes too long; is there a loop that never ends, or one in which nothing changes?",
        "changed": f"{name} changes its argument {outcome.detail}, which belongs to the caller. Work on a copy.",
        "unsupported": f"expected {returns}; got {outcome.detail}.",
        "not_callable": f"expected {returns}; got {outcome.detail}. Pass {name} itself, without calling it.",
    }.get(outcome.kind, "an unreadable record.")


def form(value, wanted, returns):
    """Say what is wrong with the shape of a value or its numbers, or None."""
    if isinstance(wanted, tuple):
        value = parts_of(value, wanted)
        if not isinstance(value, tuple) or len(value) != len(wanted):
            got = len(value) if isinstance(value, tuple) else "one"
            return f"expected {returns}: {len(wanted)} things separated by commas, got {got}."
        return next(filter(None, (form(a, b, returns) for a, b in zip(value, wanted, strict=True))), None)
    value = stacked(value)
    if not isinstance(value, np.ndarray):
        return f"expected {returns}; got {'text' if isinstance(value, str) else 'several things'}."
    if value.shape != wanted.shape:
        if value.ndim == 2 and value.shape == wanted.shape[::-1]:
            return f"expected {returns}; rows and columns are the wrong way round."
        return f"expected {returns}: shape {wanted.shape} in an example, got shape {value.shape}."
    if np.isfinite(wanted).all() and not np.isfinite(value).all():
        return f"expected {returns}; not all numbers are finite. Look for 0 / 0 or the logarithm of 0."
    return None


def place(value, wanted, tolerance):
    """Say where an array is wrong first, if it is one, or which of several things are wrong."""
    if isinstance(wanted, tuple):
        pairs = enumerate(zip(parts_of(value, wanted), wanted, strict=True), start=1)
        wrong = [str(number) for number, (a, b) in pairs if not same(a, b, tolerance)]
        return f" Of the {len(wanted)} things you return, number {' and '.join(wrong)} goes wrong."
    value = stacked(value)
    if not isinstance(wanted, np.ndarray) or not isinstance(value, np.ndarray) or not wanted.ndim:
        return ""
    wrong = np.argwhere(~close(value, wanted, tolerance))
    return f" In an example it goes wrong at {wrong[0].tolist()} first." if len(wrong) else ""


def unreadable(part, name):
    """Say why a part of a state is no array."""
    of = f" for {name}" if name else ""
    if part is ... or (isinstance(part, (list, tuple)) and any(row is ... for row in part)):
        return f"three dots{of}"
    if isinstance(part, (list, tuple)):
        return f"rows of different lengths, or what is no number,{of}"
    return f"{type_of(part)}{of}"


def wrong_array(array, name, shape):
    """Say why an array cannot be a state of a figure, or None."""
    if not isinstance(array, np.ndarray):
        return f"{name} must be numbers, of shape {shape}."
    if array.shape != shape:
        if len(shape) == 2 and array.shape == shape[::-1]:
            return f"{name} must have one row a point, shape {shape}; yours has one column a point."
        if array.ndim != len(shape):
            return f"{name} must have shape {shape}, got shape {array.shape}: count the brackets."
        return f"{name} must have shape {shape}, got shape {array.shape}: another number of them."
    if not np.isfinite(array).all():
        return f"{name} must be finite numbers; one of yours is not."
    if np.abs(array).max() > 1e6:
        return f"{name} must lie near the data; one of yours is further than a million away."
    return None
