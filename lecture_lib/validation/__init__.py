"""Every check of user input, and its message.

Each function takes what a user passed in, returns it in the one form that the rest of the library computes
with, and raises ``ValueError`` otherwise. A message names the argument, what came in, what is allowed, and,
where there is one, the remedy. Nothing that is passed in is changed.

Everywhere ``name`` is what the messages call the argument. Arrays come out as float64, ``values`` itself where it
already has that form, else a copy; what :func:`array` refuses, every check of arrays refuses.
"""

from lecture_lib.validation.containers import column, column_names, is_chunked, refuse_other_container
from lecture_lib.validation.frozen import Frozen, freeze
from lecture_lib.validation.numbers import array, choice, count, executor, number, positive, rng, vector
from lecture_lib.validation.parameters import (
    instance,
    means,
    one_hot,
    possible,
    probabilities,
    responsibilities,
    shape_of_means,
    weights,
)
from lecture_lib.validation.positive_definite import SYMMETRY_TOLERANCE, component, covariance, covariances
from lecture_lib.validation.samples import (
    aligned,
    are_blocks,
    binary,
    counts,
    data,
    labels,
    sample_weight,
    spanning,
)

__all__ = [
    "SYMMETRY_TOLERANCE",
    "Frozen",
    "aligned",
    "are_blocks",
    "array",
    "binary",
    "choice",
    "column",
    "column_names",
    "component",
    "count",
    "counts",
    "covariance",
    "covariances",
    "data",
    "executor",
    "freeze",
    "instance",
    "is_chunked",
    "labels",
    "means",
    "number",
    "one_hot",
    "positive",
    "possible",
    "probabilities",
    "refuse_other_container",
    "responsibilities",
    "rng",
    "sample_weight",
    "shape_of_means",
    "spanning",
    "vector",
    "weights",
]
