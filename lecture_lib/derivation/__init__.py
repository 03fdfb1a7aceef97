"""Derivations whose every line is read from its LaTeX, computed, and compared with the line before."""

from lecture_lib.derivation.chain import Derivation, DerivationError, Line
from lecture_lib.derivation.numerical import numerical_gradient, numerical_hessian
from lecture_lib.derivation.slips import slip

__all__ = ["Derivation", "DerivationError", "Line", "numerical_gradient", "numerical_hessian", "slip"]
