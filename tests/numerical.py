"""What the tests of the further models share: a numerical gradient, and the marks of a right run."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from lecture_lib.em import Run, State
from lecture_lib.models.shared import starts as shared_starts


def gradient(f, x, step=1e-4):
    """The gradient of f at x by central differences of fourth order, in x's own shape."""
    x = np.asarray(x, dtype=float)
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[index] = step
        slopes[index] = (8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * step)
    return slopes


def assert_monotone(run):
    """No step lowers the objective; sums of a few thousand terms are exact to about 1e-13 of their size."""
    assert len(run.states) > 1
    assert np.all(np.diff(run.objectives) >= -1e-13 * np.abs(run.objectives).max())


def assert_frozen(make, **values):
    """Parameters are read-only copies: neither they nor what they were made from can change the other."""
    values = {name: np.array(value) if np.ndim(value) else value for name, value in values.items()}
    parameters = make(**values)
    for field in fields(parameters):
        kept, given = getattr(parameters, field.name), values[field.name]
        np.testing.assert_array_equal(kept, given)
        with pytest.raises(FrozenInstanceError):
            setattr(parameters, field.name, given)
        if isinstance(given, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                kept[...] = 0
            given[...] = 0
            assert kept.any()


def starts_of(module, monkeypatch, call):
    """The starts that a call of ``module.fit``, a mixture's, would run from."""
    starts = []

    def note(model, thetas):
        for theta in thetas:
            starts.append(theta)
            yield Run((State(0, theta, 0.0),), converged=True)

    monkeypatch.setattr(shared_starts, "runs_from", note)
    call(module.fit)
    return starts
