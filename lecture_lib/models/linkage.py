"""Genetic linkage: the example with which EM got its name.

Animals fall into four classes with probabilities (1/2 + theta/4, (1 - theta)/4, (1 - theta)/4, theta/4). The
first class is two classes in one, of probabilities 1/2 and theta/4; had they been counted apart, theta could be
read off. How many of the first class belong to the second part is the latent variable. Bad input raises a
``ValueError`` that names the argument (:mod:`lecture_lib.validation`).

Source: A. Dempster, N. Laird and D. Rubin, *Maximum likelihood from incomplete data via the EM algorithm*, JRSS B
39, 1977, section 1; the data are from C. R. Rao, *Linear Statistical Inference and its Applications*, 1965.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, xlogy

from lecture_lib import validation

__all__ = ["Linkage", "information"]


class Linkage:
    """Genetic linkage as a model of the loop: theta is a float, q an expected count, the objective log p(counts).

    Parameters
    ----------
    counts : array_like, shape (4,)
        Animals in each class; whole numbers, at least one animal.

    Notes
    -----
    Eq. 10.8. With counts y_1 to y_4, q = y_1 theta / (2 + theta); theta <- (q + y_4) / (q + y_2 + y_3 + y_4).
    """

    def __init__(self, counts: ArrayLike):
        self.counts = validation.counts(counts, "counts", 4)
        if not self.counts.any():
            raise ValueError("counts must hold at least one animal, got only zeros; check how they were loaded")

    def e_step(self, theta: float) -> tuple[float, float]:
        """Return the expected number of animals of the first class that belong to its theta/4, and log p(counts).

        Raises
        ------
        ValueError
            When ``theta``, from 0 to 1, makes the counts impossible.
        """
        theta = _checked(theta)
        classes = np.array([2 + theta, 1 - theta, 1 - theta, theta]) / 4
        ways = gammaln(self.counts.sum() + 1) - gammaln(self.counts + 1).sum()
        log_likelihood = ways + xlogy(self.counts, classes).sum()
        if np.isneginf(log_likelihood):
            raise ValueError(f"theta must leave the counts possible, got {theta:g}; start between 0 and 1")
        return float(self.counts[0] * theta / (2 + theta)), float(log_likelihood)

    def m_step(self, theta: float, expected: float) -> float:
        """Return the share of animals in the two classes of probability theta/4 among all that tell of theta.

        Where none does, the old value stays.
        """
        _, second, third, fourth = self.counts
        telling = expected + second + third + fourth
        return float((expected + fourth) / telling) if telling else float(theta)


def information(counts: ArrayLike, theta: float) -> tuple[float, float]:
    """Return the information on theta that the counts hold, and that they would hold if no class were merged.

    They are minus the second derivative of L, and of the expected complete log-likelihood, at ``theta``: between 0
    and 1.

    Notes
    -----
    Eq. 11.5 compares them. Source: Dempster, Laird and Rubin 1977, section 3.
    """
    theta = _checked(theta)
    if not 0 < theta < 1:
        raise ValueError(
            f"theta must be between 0 and 1, got {theta:g}; there the counts have no finite information"
        )
    expected, _ = Linkage(counts).e_step(theta)
    first, second, third, fourth = validation.counts(counts, "counts", 4)
    others = (second + third) / (1 - theta) ** 2
    observed = first / (2 + theta) ** 2 + others + fourth / theta**2
    return float(observed), float((expected + fourth) / theta**2 + others)


def _checked(theta):
    """Return theta as a float from 0 to 1."""
    return float(validation.probabilities(validation.number(theta, "theta"), "theta"))
