r"""Random formulas, built from the grammar together with what NumPy makes of them; and garbage.

A formula is drawn as LaTeX and as a function that computes the same with NumPy, index by index, in loops: nothing
of the library is used for it. Tolerance 1e-9 of the largest term: formulas are up to five levels deep, and sums are
added in another order.
"""

import builtins
import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lecture_lib.formulas import FormulaError, Notation, evaluate
from lecture_lib.problems import LATENT

NOTATION = Notation(
    ranges={"i": ("n", "data"), "j l": ("k", "clusters"), "a b": ("d", "coordinates")},
    symbols={
        "y_i": ("number", "y", "numbers"),
        "r_{ij}": ("number", "r", "numbers"),
        "x_i": ("vector d", "x", "vectors"),
        "m_j": ("vector d", "m", "vectors"),
        "A_j": ("matrix d d", "A", "matrices"),
        "t": ("number", "t", "a number"),
    },
)
SIZES = {"i": 4, "j": 3, "l": 3, "a": 2, "b": 2}
RNG = np.random.default_rng(0)
VALUES = {
    "y": RNG.uniform(0.5, 2, 4),
    "r": RNG.uniform(0.5, 2, (4, 3)),
    "x": RNG.standard_normal((4, 2)),
    "m": RNG.standard_normal((3, 2)),
    "A": RNG.standard_normal((3, 2, 2)) + 2 * np.eye(2),
    "t": 0.7,
}


def size_of(letter):
    return SIZES[letter.rstrip("'")]


def letters_for(size, scope):
    return [letter for letter in scope if size_of(letter) == size]


@st.composite
def index(draw, size, scope):
    """An index: a letter in scope, or a number."""
    known = letters_for(size, scope)
    if known and draw(st.booleans()):
        letter = draw(st.sampled_from(known))
        return letter, lambda env: env[letter]
    place = draw(st.integers(0, size - 1))
    return str(place), lambda env: place


@st.composite
def numbers(draw, scope, depth):
    """A number, as LaTeX, and as a function of the values of the letters in scope."""
    kind = draw(st.sampled_from(LEAVES if depth == 0 else LEAVES + BRANCHES))
    return draw(kind(scope, depth))


@st.composite
def constant(draw, scope, depth):
    value = draw(st.integers(1, 9))
    return str(value), lambda env: float(value)


@st.composite
def plain(draw, scope, depth):
    name = draw(st.sampled_from(["y", "r", "t", "x", "A"]))
    if name == "t":
        return "t", lambda env: 0.7
    sizes = {"y": [4], "r": [4, 3], "x": [4, 2], "A": [3, 2, 2]}[name]
    indices = [draw(index(size, scope)) for size in sizes]
    latex = ",".join(shown for shown, _ in indices)
    return f"{name}_{{{latex}}}", lambda env: VALUES[name][tuple(place(env) for _, place in indices)]


@st.composite
def added(draw, scope, depth):
    parts = draw(st.lists(numbers(scope, depth - 1), min_size=2, max_size=3))
    signs = draw(st.lists(st.sampled_from("+-"), min_size=3, max_size=3))
    latex = "".join(f" {sign} {part}" for sign, (part, _) in zip(signs, parts, strict=False)).removeprefix(" + ")
    values = [(1 if sign == "+" else -1, value) for sign, (_, value) in zip(signs, parts, strict=False)]
    return f"({latex})", lambda env: sum(sign * value(env) for sign, value in values)


@st.composite
def multiplied(draw, scope, depth):
    (a, f), (b, g) = draw(numbers(scope, depth - 1)), draw(numbers(scope, depth - 1))
    join = draw(st.sampled_from([r"{} \cdot {}", r"{}\,{}", r"\frac{{{}}}{{1 + {}^2}}", r"({}) / (1 + {}^2)"]))
    divides = "frac" in join or "/" in join
    latex = join.format(f"({a})" if "cdot" in join or r"\," in join else a, f"({b})")
    return latex, lambda env: f(env) / (1 + g(env) ** 2) if divides else f(env) * g(env)


@st.composite
def functions(draw, scope, depth):
    inner, f = draw(numbers(scope, depth - 1))
    latex, function = draw(
        st.sampled_from(
            [
                (r"\tanh({})", np.tanh),
                (r"\sin\left({}\right)", np.sin),
                (r"\log(1 + ({})^2)", lambda x: np.log1p(x * x)),
                (r"e^{{-({})^2}}", lambda x: np.exp(-x * x)),
                (r"\exp\Bigl(\tanh({})\Bigr)", lambda x: np.exp(np.tanh(x))),
                (r"\sqrt{{1 + ({})^2}}", lambda x: np.sqrt(1 + x * x)),
                (r"|{}|", abs),
                (r"\max(0, {})", lambda x: max(0.0, x)),
                (r"[{} > 0]", lambda x: float(x > 0)),
                (
                    r"\begin{{cases}} 2 & \text{{if }} {} > 1, \\ 3 & \text{{otherwise}} \end{{cases}}",
                    lambda x: 2.0 if x > 1 else 3.0,
                ),
            ]
        )
    )
    return latex.format(inner if "|" not in latex else f"({inner})"), lambda env: float(function(f(env)))


@st.composite
def folded(draw, scope, depth):
    """A sum, product or extreme over a letter that is not in scope, with or without a condition."""
    free = [x for base in SIZES for x in (base, base + "'") if x not in scope]
    letter = draw(st.sampled_from(free))
    operator, fold = draw(st.sampled_from([(r"\sum", sum), (r"\prod", np.prod), (r"\min", min), (r"\max", max)]))
    inner, f = draw(numbers((*scope, letter), depth - 1))
    n = size_of(letter)
    below, holds = draw(
        st.sampled_from(
            [
                (letter, lambda v: True),
                (rf"{letter} \ne 0", lambda v: v != 0),
                (f"{letter} < 1", lambda v: v < 1),
                (rf"{letter} : {letter} \ge 1", lambda v: v >= 1),
            ]
        )
    )
    latex = rf"({operator}_{{{below}}} {inner})"
    return latex, lambda env: float(fold([f(env | {letter: v}) for v in range(n) if holds(v)]))


@st.composite
def products(draw, scope, depth):
    """A number that is made of vectors and a matrix."""
    (a, u), (b, v), (c, M) = draw(vectors(scope)), draw(vectors(scope)), draw(matrices(scope))
    latex, function = draw(
        st.sampled_from(
            [
                (r"{a}^\top {b}", lambda u, v, M: u @ v),
                (r"{a}^T {c} {b}", lambda u, v, M: u @ M @ v),
                (r"{a}^\top {c}^{{-1}} {b}", lambda u, v, M: u @ np.linalg.inv(M) @ v),
                (r"\operatorname{{tr}}({c} {a} {b}^\top)", lambda u, v, M: np.trace(M @ np.outer(u, v))),
                (r"\lVert {a} - {b} \rVert^2", lambda u, v, M: ((u - v) ** 2).sum()),
                (r"\lVert {c} {a} \rVert", lambda u, v, M: np.linalg.norm(M @ u)),
                (r"|{c}|", lambda u, v, M: np.linalg.det(M)),
                (r"({c} + {a} {b}^\top)_{{01}}", lambda u, v, M: (M + np.outer(u, v))[0, 1]),
                (r"\mathcal N({a}; {b}, {c} {c}^\top)", normal),
            ]
        )
    )
    return latex.format(a=a, b=b, c=c), lambda env: float(function(u(env), v(env), M(env)))


def normal(u, v, M):
    S = M @ M.T
    return np.exp(-(u - v) @ np.linalg.solve(S, u - v) / 2) / np.sqrt(np.linalg.det(2 * np.pi * S))


@st.composite
def vectors(draw, scope):
    name = draw(st.sampled_from("xm"))
    latex, place = draw(index({"x": 4, "m": 3}[name], scope))
    return f"{name}_{{{latex}}}", lambda env: VALUES[name][place(env)]


@st.composite
def matrices(draw, scope):
    latex, place = draw(index(3, scope))
    turned = draw(st.booleans())
    shown = f"A_{{{latex}}}" + (r"^\top" if turned else "")
    return (
        f"({shown})" if turned else shown,
        lambda env: VALUES["A"][place(env)].T if turned else VALUES["A"][place(env)],
    )


HOLDS = {"i": "y_i", "j": "r_{0j}", "l": "r_{0l}"}
LEAVES = [constant, plain, products]
BRANCHES = [added, multiplied, functions, folded]


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([(), ("i",), ("j", "l")]).flatmap(lambda scope: st.tuples(st.just(scope), numbers(scope, 4)))
)
def test_a_random_formula_has_the_value_that_numpy_gives(drawn):
    scope, (latex, value) = drawn
    lengths = [size_of(letter) for letter in scope]
    expected = np.empty(lengths)
    with np.errstate(all="ignore"):
        for place in itertools.product(*map(range, lengths)):
            expected[place] = value(dict(zip(scope, place, strict=True)))
    every_letter = "".join(f" + 0 {HOLDS[letter]}" for letter in scope)  # a letter in scope need not be used
    found = evaluate(latex + every_letter, NOTATION, VALUES)
    size = np.abs(expected).max()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * max(size, 1))


PIECES = [
    r"\sum",
    "_",
    "^",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    r"\frac",
    r"\log",
    "i",
    "j",
    "'",
    "y",
    "x",
    "r",
    "p",
    "z",
    r"\theta",
    r"\mid",
    "|",
    r"\|",
    "+",
    "-",
    "=",
    "0",
    "12",
    ",",
    ";",
    r"\nabla",
    r"\partial",
    r"\mathrm d",
    r"\mathcal N",
    r"\mathrm{KL}",
    r"\mathbb E",
    "!",
    r"\begin{cases}",
    r"\end{cases}",
    "&",
    r"\\",
    r"\text{if}",
    r"\left",
    r"\right",
    r"\top",
    r"\det",
    r"\sqrt",
    " ",
    r"\bar",
    r"\pi",
    r"\mu",
    r"\in",
    r"\{",
    r"\}",
    "/",
    r"\min",
    r"\arg",
    r"\overset{!}{=}",
    "_i",
    "_{ij}",
    "^{-1}",
    "x_i",
    r"\mu_j",
    r"\operatorname{tr}",
    r"\otimes",
    "e^{",
    "\\",
    "$",
    "é",
    r"\begin{cases}\end{cases}",
    "∑",
    "\N{SNOWMAN}",
    "__import__",
    "lambda: 0",
    "eval(",
    "\x00",
]


def said(text, notation, values):
    """Compute a text, or be told what is wrong with it; any other error fails the test."""
    try:
        return evaluate(text, notation, values)
    except FormulaError as error:
        return str(error)


@settings(max_examples=600, deadline=2000, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_garbage_is_a_formula_error(text):
    problem = {"X": np.zeros((2, 2)), "q": np.zeros(4)}
    said(text, LATENT, problem)


@settings(max_examples=300, deadline=2000, derandomize=True)
@given(st.text(max_size=40))
def test_any_text_at_all_is_a_formula_or_a_formula_error(text):
    said(text, NOTATION, VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500,
        r"\log " * 500,
        "{" * 500 + "1" + "}" * 500,
        "x_{" * 200,
        r"\frac" * 300,
        "1 + " * 3000 + "1",
        "y_0 " * 3000,
        "-" * 300,
        r"\sum_i " * 60,
    ],
)
def test_depth_and_length_do_no_harm(text):
    said(text, NOTATION, VALUES)


@pytest.mark.parametrize("text", ["__import__('os').getpid()", "eval(1)", "lambda: 0", "().__class__", "open('x')"])
def test_python_is_never_run(text, monkeypatch):
    called = []
    for name in ("eval", "exec", "open", "__import__", "compile"):
        original = getattr(builtins, name)
        monkeypatch.setattr(builtins, name, lambda *a, _f=original, _n=name, **k: called.append(_n) or _f(*a, **k))
    with pytest.raises(FormulaError):
        evaluate(text, NOTATION, VALUES)
    assert not [name for name in called if name != "__import__"]
