"""Log-probabilities of counts, against exact factorials, sixty digits of Stirling's series, and scipy."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.stats import binom, poisson

from lecture_lib.models.shared.counts import log_binomial, log_poisson

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


@pytest.fixture(autouse=True)
def sixty_digits():
    with localcontext(prec=60):
        yield


def log_factorial(x):
    """Exact up to 3000, and beyond it from a series whose next term is below 1e-34."""
    if x <= 3000:
        return Decimal(math.factorial(x)).ln()
    d = Decimal(x)
    terms = ((1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188))
    rest = sum(Decimal(a) / (b * d ** (2 * i + 1)) for i, (a, b) in enumerate(terms))
    return (d + Decimal("0.5")) * d.ln() - d + (2 * PI).ln() / 2 + rest


def times_log(x, y):
    return x * y.ln() if x else Decimal(0)


def assert_close(value, exact, x):
    """Half a digit of the result, and what the rounding of a mean of size x does to a datum beside it."""
    allowed = 1e-13 * max(1, abs(float(exact))) + 1e-14 * math.sqrt(x)
    assert abs(Decimal(float(value)) - exact) <= allowed


COUNTS = [0, 1, 2, 50, 99, 100, 101, 1500, 10**6, 10**9, 10**12, 2**53 - 1]


@pytest.mark.parametrize("x", COUNTS)
def test_a_poisson_to_sixty_digits(x):
    s = math.sqrt(x) + 1
    near = [x + a * s for a in (0, 0.1, 1, -1, 5, -5)]
    for mean in [*near, 0.49 * x, 0.51 * x, 7 * x, 1e-17 * x, 3.3, 1e-300]:
        if mean > 0:
            exact = times_log(x, Decimal(mean)) - Decimal(mean) - log_factorial(x)
            assert_close(log_poisson(float(x), mean), exact, x)


@pytest.mark.parametrize("p", [0.5, 0.3, 0.9, 1e-3, 1 - 1e-3, 1e-9, 1 - 1e-9, 1e-300])
@pytest.mark.parametrize("t", COUNTS[1:])
def test_a_binomial_to_sixty_digits(t, p):
    s = math.sqrt(t * p * (1 - p))
    near = {min(max(round(t * p + a * s), 0), t) for a in (-4, -1, 0, 1, 4)}
    for heads in {0, t // 7, t // 2, t} | near:
        tails = t - heads
        orders = log_factorial(t) - log_factorial(heads) - log_factorial(tails)
        exact = orders + times_log(heads, Decimal(p)) + times_log(tails, 1 - Decimal(p))
        assert_close(log_binomial(float(heads), float(tails), p), exact, t)


def test_scipy_agrees_where_it_has_its_digits():
    x = np.arange(300.0)
    rates = np.array([1e-10, 0.5, 3.0, 99.0, 200.0])
    np.testing.assert_allclose(log_poisson(x[:, None], rates), poisson.logpmf(x[:, None], rates), rtol=1e-11)
    p = np.array([0.0, 1e-10, 0.2, 0.5, 0.99, 1.0])
    np.testing.assert_allclose(
        log_binomial(x[:, None], 299 - x[:, None], p), binom.logpmf(x[:, None], 299, p), rtol=1e-11, atol=1e-12
    )


def test_what_is_impossible_and_what_is_certain():
    assert log_poisson(0.0, 0.0) == 0
    assert log_poisson(3.0, 0.0) == -np.inf
    heads, tails, p = np.array([[0.0, 0, 3, 3], [3, 3, 0, 0], [0, 1, 0, 1]])
    np.testing.assert_array_equal(log_binomial(heads, tails, p), [0, -np.inf, -np.inf, 0])
