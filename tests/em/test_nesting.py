"""Parameters of any nesting: the loops, the rules and the vectors take them alike, and give back what they were."""

import collections
from dataclasses import dataclass, field

import numpy as np
import pytest

from lecture_lib.datasets import load_elderly_deaths
from lecture_lib.em import State, converge, em, from_vector, parameters_settle, squarem, to_vector
from lecture_lib.models.poisson_mixture import PoissonMixture, PoissonMixtureParameters

Named = collections.namedtuple("Named", "share rates")


@dataclass(frozen=True)
class Mixed:
    share: float
    rates: np.ndarray


# How a share and two rates are held, and how they are read.
NESTINGS = {
    "array": (lambda p, rates: np.array([p, *rates]), lambda theta: (theta[0], theta[1:])),
    "dict": (lambda p, rates: {"rates": rates, "share": p}, lambda theta: (theta["share"], theta["rates"])),
    "ordered dict": (
        lambda p, rates: collections.OrderedDict(share=p, rates=rates),
        lambda theta: (theta["share"], theta["rates"]),
    ),
    "tuple of different shapes": (
        lambda p, rates: (np.array([[p]]), rates),
        lambda theta: (theta[0][0, 0], theta[1]),
    ),
    "tuple of equal shapes": (
        lambda p, rates: (np.array([p, 1 - p]), rates),
        lambda theta: (theta[0][0], theta[1]),
    ),
    "named tuple": (lambda p, rates: Named(p, rates), lambda theta: (theta.share, theta.rates)),
    "list": (lambda p, rates: [float(p), list(map(float, rates))], lambda theta: (theta[0], np.array(theta[1]))),
    "dataclass": (lambda p, rates: Mixed(p, rates), lambda theta: (theta.share, theta.rates)),
    "deep": (
        lambda p, rates: {"mixture": (Mixed(p, rates), None), "k": 2},
        lambda theta: (theta["mixture"][0].share, theta["mixture"][0].rates[: theta["k"]]),
    ),
}


class Deaths:
    """The Poisson mixture of the library, with parameters held in another way."""

    def __init__(self, hold, read):
        self.hold, self.read, self.model = hold, read, PoissonMixture(load_elderly_deaths())

    def inner(self, theta):
        p, rates = self.read(theta)
        return PoissonMixtureParameters([p, 1 - p], rates)

    def e_step(self, theta):
        return self.model.e_step(self.inner(theta))

    def m_step(self, theta, q):
        new = self.model.m_step(self.inner(theta), q)
        return self.hold(new.weights[0], new.rates)


START = 0.3, np.array([1.0, 2.5])


def forms(theta):
    """The kinds of everything in parameters, at every depth."""
    if isinstance(theta, (tuple, list)):
        return type(theta), [forms(part) for part in theta]
    if isinstance(theta, dict):
        return type(theta), {name: forms(part) for name, part in theta.items()}
    if isinstance(theta, Mixed):
        return Mixed, forms(theta.share), forms(theta.rates)
    return np.shape(theta), isinstance(theta, np.ndarray), isinstance(theta, int)


@pytest.mark.parametrize("loop", [em, squarem])
@pytest.mark.parametrize("name", NESTINGS)
def test_a_run_is_the_same_however_its_parameters_are_held(name, loop):
    hold, read = NESTINGS[name]
    whole = converge(loop(Deaths(*NESTINGS["array"]), NESTINGS["array"][0](*START)), max_steps=40)
    run = converge(loop(Deaths(hold, read), hold(*START)), max_steps=40)
    # Both weights in the vector make a leap of another length: the end is then the same, not the way.
    same_way = (name, loop) != ("tuple of equal shapes", squarem)
    np.testing.assert_allclose(run.objective, whole.objective, rtol=1e-12 if same_way else 1e-8)
    assert len(run.states) == len(whole.states) or not same_way
    assert forms(run.theta) == forms(hold(*START))


def test_leaps_are_taken_in_every_nesting():
    for hold, read in NESTINGS.values():
        fast = converge(squarem(Deaths(hold, read), hold(*START)), max_steps=25)
        plain = converge(em(Deaths(hold, read), hold(*START)), max_steps=50)
        assert fast.objective > plain.objective + 1e-3


@pytest.mark.parametrize("name", NESTINGS)
def test_parameters_settle_looks_at_every_number(name):
    hold, _ = NESTINGS[name]
    rule = parameters_settle(0.1)

    def state(p, *rates):
        return State(0, hold(p, np.array(rates)), 0.0)

    assert rule([state(0.3, 1.0, 2.0), state(0.35, 1.0, 2.05)])
    assert not rule([state(0.3, 1.0, 2.0), state(0.3, 1.0, 2.2)])
    assert not rule([state(0.3, 1.0, 2.0), state(0.5, 1.0, 2.0)])
    assert not parameters_settle()([state(0.3, 1.0, 2.0), state(0.3, 1.0 + 1e-15, 2.0)])


def test_an_infinite_parameter_can_settle():
    rule = parameters_settle()
    assert rule([State(0, np.inf, 0.0), State(1, np.inf, 0.0)])
    assert not rule([State(0, 1.0, 0.0), State(1, np.inf, 0.0)])


@pytest.mark.parametrize("name", NESTINGS)
def test_a_vector_of_parameters_comes_back_as_what_they_were(name):
    theta = NESTINGS[name][0](*START)
    vector = to_vector(theta)
    assert vector.dtype == float
    for changed in (vector, vector + (vector % 1 != 0)):  # not the whole number of components
        back = from_vector(changed, theta)
        assert forms(back) == forms(theta)
        np.testing.assert_array_equal(to_vector(back), changed)


def test_floating_types_come_back_too():
    theta = {"m": np.ones(2, np.float32), "s": np.float32(2), "n": np.ones((2, 2), int)}
    back = from_vector(to_vector(theta) + 0.5, theta)
    assert (back["m"].dtype, type(back["s"]), back["n"].dtype) == (np.float32, np.float32, float)


def test_fields_that_a_class_computes_are_computed_anew():
    @dataclass
    class Square:
        side: float
        area: float = field(init=False)

        def __post_init__(self):
            self.area = self.side**2

    back = from_vector(np.array([3.0, 0.0]), Square(2.0))
    assert (back.side, back.area) == (3.0, 9.0)


@pytest.mark.parametrize(
    "theta", ["a", {"m": np.ones(2), "name": "normal"}, [1j], object(), PoissonMixtureParameters]
)
def test_what_is_no_number_is_refused_where_numbers_are_needed(theta):
    for use in (to_vector, lambda theta: parameters_settle()([State(0, theta, 0.0)] * 2)):
        with pytest.raises(TypeError, match=r"parameters must consist of real numbers, got .*; store what"):
            use(theta)
