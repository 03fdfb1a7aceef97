"""Parameters that nobody can change: their arrays are read-only copies, also after pickle, copy and deepcopy."""

from dataclasses import fields
from typing import Self

import numpy as np

__all__ = ["Frozen", "freeze"]


class Frozen:
    """Base of the parameter classes, which are frozen dataclasses and call :func:`freeze` in ``__post_init__``.

    What cannot be changed needs no copy: ``copy`` and ``deepcopy`` return the object itself, as they do for a tuple
    of numbers. Pickle takes the fields, and nothing that was computed from them.
    """

    @classmethod
    def computed(cls, **values: object) -> Self:
        """Return parameters that a step computed and checked: to check anew is a sixth of a step on few data."""
        parameters = object.__new__(cls)
        freeze(parameters, **values)
        return parameters

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __getstate__(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __setstate__(self, values):
        freeze(self, **values)


def freeze(parameters: object, **values: object) -> None:
    """Set the fields of a frozen dataclass, arrays as read-only copies.

    Parameters
    ----------
    parameters : object
        An instance of a frozen dataclass, inside its ``__post_init__``.
    **values
        Checked values by name: arrays, or floats.
    """
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            value = value.copy()
            value.flags.writeable = False
        object.__setattr__(parameters, name, value)
