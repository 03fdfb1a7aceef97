"""The M-steps that notebook 11 derives are those that the library takes: on the problems of the derivations.

Tolerance 1e-12: the same sums in another order.
"""

import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters
from lecture_lib.models.binomial_mixture import BinomialMixture, BinomialMixtureParameters
from lecture_lib.models.linkage import Linkage
from lecture_lib.models.student_t import StudentT, StudentTParameters


@pytest.fixture(params=range(5))
def rng(request):
    return np.random.default_rng(request.param)


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_two_coins(rng):
    top = problems.fitted_coins(rng)
    old = BinomialMixtureParameters(np.full(3, 1 / 3), [0.2, 0.5, 0.8])
    new = BinomialMixture(top["heads"], top["tosses"]).m_step(old, top["r"])
    close(new.probabilities, top["probabilities"])
    close(new.weights, top["weights"])


def test_digits(rng):
    top = problems.fitted_pixels(rng)
    model = BernoulliMixture(top["X"])
    start = BernoulliMixtureParameters(np.full(3, 1 / 3), rng.uniform(0.2, 0.8, size=(3, 4)))
    by_hand = model.e_step(start)[0].T @ top["X"] / model.e_step(start)[0].sum(axis=0)[:, None]
    close(model.m_step(start, model.e_step(start)[0]).probabilities, by_hand)
    close(model.m_step(start, top["r"]).probabilities, top["probabilities"])


def test_animals_rest_at_the_root(rng):
    top = problems.fitted_animals(rng)
    model = Linkage(top["counts"])
    close(model.m_step(top["theta"], model.e_step(top["theta"])[0]), top["theta"])


def test_location_and_scale_of_t(rng):
    top = problems.fitted_precisions(rng)
    new = StudentT(top["x"][:, None], dof=3.0).m_step(StudentTParameters([0.0], [[1.0]], 3.0), top["w"])
    close(new.location[0], top["location"])
    close(new.scale[0, 0], top["scale"] ** 2)
