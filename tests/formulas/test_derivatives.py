r"""Derivatives, against complex steps: f(x + ih) = f(x) + ih f'(x) + O(h^2); nothing cancels.

With h = 1e-20 the step is exact to rounding; both agree to 1e-12 of the largest entry. Second derivatives are
complex steps of the first; trigamma has no complex values in SciPy, so psi is differentiated once. What compares
numbers has no complex step: it is held to what it is on either side.
"""

import numpy as np
import pytest

from lecture_lib.formulas import Formula, FormulaError, Notation, evaluate, parse

STEP = 1e-20

PLAIN = Notation(
    ranges={"i": ("n", "data"), "j l": ("k", "clusters"), "a b": ("d", "coordinates")},
    symbols={
        "y_i": ("number", "y", "positive numbers"),
        "v_i": ("vector d", "v", "vectors"),
        "A_j": ("matrix d d", "A", "matrices"),
        "t": ("number", "t", "a number"),
    },
)


def problem(seed):
    rng = np.random.default_rng(seed)
    matrices = rng.standard_normal((2, 3, 3)) + 3 * np.eye(3)
    return {"y": rng.uniform(0.5, 2, 5), "v": rng.standard_normal((5, 3)), "A": matrices, "t": rng.uniform(0.5, 2)}


FUNCTIONS = [
    r"\sum_i y_i^3",
    r"\prod_i y_i",
    r"\prod_i (1 + y_i^t)",
    r"\sum_i \log y_i",
    r"\log \sum_i e^{t y_i}",
    r"t^{y_0}",
    r"\sum_i \frac{y_i}{1 + y_i^2}",
    r"\sqrt{t + \sum_i y_i}",
    r"\tanh t + \cosh(t) \sinh(t)",
    r"\sin(t) \cos(t^2)",
    r"\Gamma(t)",
    r"\psi(t)",
    r"\psi(t) \Gamma(t)",
    r"t!",
    r"\lVert v_0 \rVert^2",
    r"\lVert v_0 - t v_1 \rVert",
    r"v_0^\top A_0 v_1",
    r"v_0^\top A_0^{-1} v_1",
    r"\log |A_0|",
    r"|A_0| |A_1|",
    r"\operatorname{tr}(A_0 A_1^\top A_0)",
    r"\operatorname{tr}(A_0^{-1} A_1)",
    r"\sum_i v_i^\top A_0^{-1} A_1^{-\top} v_i",
    r"\lVert A_0 \rVert^2",
    r"\sum_j |A_j| t^2",
    r"\operatorname{tr}(A_0 \otimes A_1)",
    r"\sum_{ab} (\operatorname{diag}(v_0))_{ab}^2",
    r"\sum_{i \ne 0} y_i y_0",
    r"\operatorname{tr}(\operatorname{cof}(A_0) A_1)",
    r"\mathcal N(v_0; v_1, A_0 A_0^\top)",
    r"\mathcal N(y_0; y_1, t)",
    r"\operatorname{tr}(v_0 \odot v_1 v_0^\top)",
    r"\mathrm{KL}(\mathcal N(v_0, A_0 A_0^\top) \Vert \mathcal N(v_1, A_1 A_1^\top))",
]

VARIABLES = [("t", "t"), ("y_{i'}", "y"), ("v_{i'}", "v"), ("A_l", "A")]


def by_complex_steps(latex, values, key):
    """Differentiate in every entry of an array, each by a complex step."""
    formula = Formula(parse(latex, PLAIN)[0], PLAIN, latex)
    where = np.asarray(values[key])
    slopes = np.empty(where.shape)
    for place in np.ndindex(where.shape):
        moved = where.astype(complex)
        moved[place] += 1j * STEP
        slopes[place] = formula.value(values | {key: moved}).imag / STEP
    return slopes


@pytest.mark.parametrize("latex", FUNCTIONS)
def test_first_derivatives(latex):
    for letter, key in VARIABLES:
        for seed in range(2):
            values = problem(seed)
            found = evaluate(rf"\frac{{\partial}}{{\partial {letter}}} \bigl( {latex} \bigr)", PLAIN, values)
            expected = by_complex_steps(latex, values, key)
            found = np.broadcast_to(found, expected.shape)
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("latex", [latex for latex in FUNCTIONS if r"\psi" not in latex])
def test_second_derivatives_in_a_number(latex):
    values = problem(0)
    first = rf"\frac{{\partial}}{{\partial t}} \bigl( {latex} \bigr)"
    found = evaluate(rf"\frac{{\partial^2}}{{\partial t^2}} \bigl( {latex} \bigr)", PLAIN, values)
    expected = by_complex_steps(first, values, "t")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * max(1, np.abs(expected)))


ON_EITHER_SIDE = [
    (r"|t - y_0|", r"\begin{cases} 1 & \text{if } t > y_0, \\ -1 & \text{otherwise} \end{cases}"),
    (r"\arg\min_i (y_i - t)^2", "0"),
]


@pytest.mark.parametrize(("latex", "slope"), ON_EITHER_SIDE)
def test_what_compares_numbers_is_differentiated_on_either_side(latex, slope):
    for seed in range(5):
        values = problem(seed)
        found = evaluate(rf"\frac{{\partial}}{{\partial t}} \bigl( {latex} \bigr)", PLAIN, values)
        np.testing.assert_allclose(found, evaluate(slope, PLAIN, values), rtol=1e-12)


@pytest.mark.parametrize(
    "latex", [r"\max_i (t y_i)", r"\min\{t, y_0\}", r"\begin{cases} t & \text{if } y_0 > 0 \end{cases}"]
)
def test_the_derivative_of_a_choice_is_an_error(latex):
    with pytest.raises(FormulaError, match="is not known here"):
        evaluate(rf"\frac{{\partial}}{{\partial t}} {latex}", PLAIN, problem(0))


def test_a_derivative_in_all_letters_of_a_name_is_a_table():
    values = problem(0)
    found = evaluate(r"\nabla_v \sum_i \lVert v_i \rVert^2 y_i", PLAIN, values)
    np.testing.assert_allclose(found, 2 * values["v"] * values["y"][:, None], rtol=1e-12)
    found = evaluate(r"\nabla_y \sum_i y_i^2", PLAIN, values)
    np.testing.assert_allclose(found, 2 * values["y"], rtol=1e-12)


def test_rows_and_columns():
    """Numerator layout: the derivative of a vector in a row has a row for each entry of the vector."""
    values = problem(0)
    A, v = values["A"][0], values["v"]
    for latex in (r"\frac{\partial A_0 v_0}{\partial v_0^\top}", r"\nabla_{v_0}^\top (A_0 v_0)"):
        np.testing.assert_allclose(evaluate(latex, PLAIN, values), A, rtol=1e-12)
    np.testing.assert_allclose(evaluate(r"\nabla_{v_0} (A_0 v_0)^\top", PLAIN, values), A.T, rtol=1e-12)
    assert evaluate(r"\frac{\partial}{\partial v_0^\top} v_0^\top v_0", PLAIN, values).shape == (1, 3)
    for latex in (r"\nabla^2_{v_0} v_0^\top A_0 v_0", r"\frac{\partial^2 v_0^\top A_0 v_0}{\partial v_0^2}"):
        np.testing.assert_allclose(evaluate(latex, PLAIN, values), A + A.T, rtol=1e-12)
    mixed = evaluate(r"\frac{\partial^2 v_0^\top A_0 v_1}{\partial v_0 \, \partial v_1^\top}", PLAIN, values)
    np.testing.assert_allclose(mixed, A, rtol=1e-12)
    component = evaluate(r"\frac{\partial v_0^\top A_0 v_1}{\partial A_{0ab}}", PLAIN, values)
    np.testing.assert_allclose(component, np.outer(v[0], v[1]), rtol=1e-12)


def test_a_definition_is_differentiated_before_its_arguments_are_put_in():
    letters = {"a": ("number", "a", "one number"), "b": ("number", "b", "another")}
    slope = {"U(a, b)": ("a^2 b", "product"), "A(a, b)": (r"\frac{\partial U}{\partial a}", "its slope in a")}
    assert evaluate("A(a, a)", Notation(symbols=letters, definitions=slope), {"a": 3.0, "b": 5.0}) == 18


def test_a_line_of_many_derivatives_is_refused_before_it_is_computed():
    assert parse(4 * r"\frac{\partial}{\partial t} " + "t^5", PLAIN)
    with pytest.raises(FormulaError, match="derivatives within derivatives"):
        parse(12 * r"\frac{\partial}{\partial t} " + r"(t^9 e^t \log t)", PLAIN)
