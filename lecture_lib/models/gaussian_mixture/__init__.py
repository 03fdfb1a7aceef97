"""EM for Gaussian mixtures as two matrix products: fast, and still in full precision.

The definitions are in :mod:`lecture_lib.models.mixture`; here the same numbers come from
:mod:`lecture_lib.gaussian.moments`, which goes through the data once a step and keeps nothing that grows with n.
Bad input raises a ``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Sources: lecture 22, slides "The EM Algorithm (for Gaussian mixtures)" and "EM for Gaussian Mixtures, re-written
in generic form"; C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, section 9.2.2.
"""

from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models.gaussian_mixture.fitting import bic_table, fit
from lecture_lib.models.gaussian_mixture.model import GaussianMixture, features, natural_parameters
from lecture_lib.models.gaussian_mixture.trials import search

__all__ = ["GaussianMixture", "MixturePrior", "bic_table", "features", "fit", "natural_parameters", "search"]
