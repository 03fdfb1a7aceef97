"""Derivations whose every line is read from its LaTeX, computed, and compared with the line before."""

from lecture_lib.derivation.chain import Derivation, DerivationError, Line
from lecture_lib.derivation.diagnosis import slip
from lecture_lib.derivation.numerical import numerical_gradient, numerical_hessian

__all__ = ["Derivation", "DerivationError", "Line", "numerical_gradient", "numerical_hessian", "slip"]
