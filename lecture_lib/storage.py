"""Keep a fit: parameters in a .npz file, with the name of their class, and without pickle.

The file is a zip archive of .npy arrays, one per field, which any language can read. Nothing in it is run when it
is loaded; what is loaded is checked as anything else that a user passes in.
"""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from lecture_lib import validation
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.bernoulli_mixture import BernoulliMixtureParameters
from lecture_lib.models.binomial_mixture import BinomialMixtureParameters
from lecture_lib.models.poisson_mixture import PoissonMixtureParameters
from lecture_lib.models.ppca import PPCAParameters
from lecture_lib.models.shared.priors import BetaPrior, GammaPrior
from lecture_lib.models.student_t import StudentTParameters

__all__ = ["load", "save"]

VERSION = 1
"""Of the format: raised when a later library writes what this one would read wrongly."""

CLASS, FORMAT = "lecture_lib.class", "lecture_lib.format"
"""Names in the file beside those of the fields, which have no dot."""

KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        MixtureParameters,
        MixturePrior,
        BernoulliMixtureParameters,
        BinomialMixtureParameters,
        PoissonMixtureParameters,
        PPCAParameters,
        StudentTParameters,
        BetaPrior,
        GammaPrior,
    )
}

ARRAY = "ndarray"
"""The class of what is no dataclass, the means of k-means; its one field is ``values``."""


def save(theta: Any, path: str | Path) -> None:
    """Write parameters or a prior, or an array such as the means of k-means, to a file, which is replaced.

    Of a run or an estimator these are the parameters; names of columns and settings are not kept. The name of the
    file should end in .npz; it is taken as it is.
    """
    theta = getattr(theta, "theta_", getattr(theta, "theta", theta))
    name = type(theta).__name__
    values: dict[str, Any] = {CLASS: name, FORMAT: VERSION}
    if is_dataclass(theta) and KINDS.get(name) is type(theta):
        values |= {field.name: getattr(theta, field.name) for field in fields(theta)}
    else:
        values |= {CLASS: ARRAY, "values": validation.array(theta, "theta")}
    with Path(path).open("wb") as file:
        np.savez(file, **values)


def load(path: str | Path) -> Any:
    """Return what :func:`save` wrote, equal to the last digit.

    Raises
    ------
    ValueError
        When the file is none of these, or of a later format.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save([[0.0, 1.0]], f"{folder}/means.npz")
    ...     load(f"{folder}/means.npz")
    array([[0., 1.]])
    """
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            values = {name: file[name] for name in file.files}
            kind, version = str(values.pop(CLASS)), int(values.pop(FORMAT))
    except (AttributeError, BadZipFile, EOFError, KeyError, TypeError, ValueError):
        raise ValueError(
            f"path must be a file that lecture_lib.storage.save wrote, got {path}, which is none; save the "
            "parameters anew, save(theta, path)"
        ) from None
    if version > VERSION or kind not in {*KINDS, ARRAY}:
        raise ValueError(
            f"path must be in format {VERSION} or before, got {kind!r} in format {version} in {path}; install a "
            "newer lecture_lib"
        )
    if kind == ARRAY:
        return values["values"]
    return KINDS[kind](**{name: value if value.ndim else float(value) for name, value in values.items()})
