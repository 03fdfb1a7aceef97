"""Derivations: what follows passes, what does not is named, and derivatives agree with known ones."""

import numpy as np
import pytest

from lecture_lib import problems
from lecture_lib.derivation import Derivation, DerivationError, numerical_gradient, numerical_hessian
from lecture_lib.models.kmeans import gradient, lyapunov, predicted_fall, squared_distances, update


def split():
    """The derivation of equation 3.4, up to its first line."""
    return Derivation("the split", on=problems.random_clusters).line("J", lyapunov)


def two_terms(X, r, means):
    moved = update(X, r, means)
    return lyapunov(X, r, moved) + predicted_fall(r, means, moved)


def at_sample_means(X, r, means):
    return lyapunov(X, r, update(X, r, means))


def test_what_follows_is_kept_with_its_evidence():
    chain = split().line("two terms", two_terms, because="algebra").line("one term", at_sample_means, relation=">=")
    assert [line.relation for line in chain.lines] == [None, "=", ">="]
    assert "20 problems, off by at most" in chain.lines[1].evidence
    assert "20 problems, smallest margin" in chain.lines[2].evidence


PLANTED = {
    "a wrong sign": (
        lambda X, r, means: lyapunov(X, r, update(X, r, means)) - predicted_fall(r, means, update(X, r, means)),
        "=",
    ),
    "a wrong index": (lambda X, r, means: np.sum(r * np.roll(squared_distances(X, means), 1, axis=1)), "="),
    "a wrong factor": (lambda X, r, means: 2 * two_terms(X, r, means), "="),
    "an inequality that points the wrong way": (at_sample_means, "<="),
    "a small term left out": (lambda X, r, means: two_terms(X, r, means) + 1e-6, "="),
    "another shape": (lambda X, r, means: np.full(2, lyapunov(X, r, means)), "="),
    "not a number": (lambda X, r, means: np.nan, "="),
}


@pytest.mark.parametrize("slip", PLANTED)
def test_a_planted_slip_is_an_error_that_names_the_line_and_the_seed(slip):
    wrong, relation = PLANTED[slip]
    chain = split().line("two terms", two_terms)
    with pytest.raises(DerivationError, match=r'line 3 of "the split", problem with seed \d+'):
        chain.line("wrong", wrong, relation=relation)
    assert len(chain.lines) == 2


def test_the_error_shows_both_values():
    always = Derivation("numbers", on=lambda rng: {"x": 3.0}).line("x", lambda x: x)
    with pytest.raises(DerivationError, match=r"the line before gives 3, this line 4, .*\"=\" \(off by 0.25"):
        always.line("x + 1", lambda x: x + 1)
    with pytest.raises(DerivationError, match=r"\"<=\" \(violated by 0.333, relative\)"):
        always.line("x - 1", lambda x: x - 1, relation="<=")


def test_a_line_that_fails_on_a_few_problems_only_is_caught():
    def mostly(rng):
        return {"x": 1.0, "rare": float(rng.random() < 0.1)}

    chain = Derivation("rare", on=mostly).line("x", lambda x: x)
    with pytest.raises(DerivationError):
        chain.line("x + rare", lambda x, rare: x + rare)


def free_shift(rng, X):
    return {"shift": rng.standard_normal()}


def up_to_a_constant():
    chain = Derivation("constants", on=problems.random_data_and_means, over=free_shift)
    return chain.line("shift^2", lambda shift: shift**2)


def test_equal_up_to_a_constant_allows_what_does_not_vary_and_nothing_else():
    chain = up_to_a_constant()
    chain.line("+ const", lambda shift, X: shift**2 + X.sum(), relation="= up to a constant")
    with pytest.raises(DerivationError, match="= up to a constant"):
        up_to_a_constant().line("+ shift", lambda shift: shift**2 + shift, relation="= up to a constant")


def test_a_margin_is_the_smallest_one():
    chain = Derivation("margins", on=lambda rng: {"x": 0.25}).line("x", lambda x: x)
    assert chain.line("x + 1/2", lambda x: x + 0.5, relation="<=").lines[1].evidence.endswith("margin 0.5")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Derivation("few", on=problems.random_clusters, problems=5), "problems must be at least 20, got 5"),
        (lambda: split().line("J", lyapunov), "the same function"),
        (lambda: split().line("J", two_terms, relation="<"), "relation must be one of .*, got '<'"),
        (lambda: split().line("J", two_terms, relation="= up to a constant"), "pass over="),
        (lambda: split().line("q", lambda q: q), "asks for q, but the problem has X, means, r"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_it_reads_as_text_and_as_latex():
    chain = split().line(r"\sum", two_terms, because="since $x$").line("least", at_sample_means, relation=">=")
    assert repr(chain).startswith("the split\n    J\n    = \\sum\n        since $x$\n        20 problems, off by")
    latex = chain._repr_latex_()
    assert latex.count(r"\begin{aligned}") == latex.count(r"\end{aligned}") == 1
    assert r"\text{since $x$}" in latex
    assert r"\ge{}& least" in latex
    assert "least" not in chain.latex(2)


def test_the_stepper_shows_a_line_at_a_time():
    box = split().line("two", two_terms).line("three", at_sample_means, relation=">=").stepper()
    shown, (back, forward) = box.children[0], box.children[1].children
    assert "two" not in shown.value
    assert (back.disabled, forward.disabled) == (True, False)
    forward.click()
    assert "two" in shown.value
    assert "three" not in shown.value
    forward.click()
    assert "three" in shown.value
    assert forward.disabled
    back.click()
    assert "three" not in shown.value


def test_numerical_gradient_agrees_with_known_derivatives():
    at = np.array([[0.3, -0.7], [1.1, 0.2]])
    found = numerical_gradient(lambda m: np.sum(np.sin(m)) + m[0, 0] * m[1, 1], at)
    known = np.cos(at) + np.array([[at[1, 1], 0], [0, at[0, 0]]])
    np.testing.assert_allclose(found, known, atol=1e-10)  # adaptive differences: about ten digits


def test_numerical_hessian_agrees_with_known_derivatives():
    found = numerical_hessian(lambda m: np.exp(m[0]) * m[1] ** 2, [0.3, 0.8])
    known = np.exp(0.3) * np.array([[0.64, 1.6], [1.6, 2.0]])
    np.testing.assert_allclose(found, known, atol=1e-6)  # differences of differences: about six digits


def test_the_gradient_of_k_means_agrees_with_differences():
    for seed in range(5):
        X, means, r = problems.random_clusters(np.random.default_rng(seed)).values()
        found = numerical_gradient(lambda m, X=X, r=r: lyapunov(X, r, m), means)
        np.testing.assert_allclose(gradient(X, r, means), found, atol=1e-9)


def test_random_problems_differ_and_have_no_empty_cluster():
    drawn = [problems.random_clusters(np.random.default_rng(seed)) for seed in range(20)]
    assert len({(p["X"].shape, p["means"].shape) for p in drawn}) > 5
    for problem in drawn:
        np.testing.assert_array_equal(problem["r"].sum(axis=1), 1)
        assert problem["r"].any(axis=0).all()
        assert problem["r"].shape == (len(problem["X"]), len(problem["means"]))


def test_a_slight_violation_of_an_inequality_is_caught():
    chain = Derivation("slight", on=lambda rng: {"x": 1.0}).line("x", lambda x: x)
    chain.line("x - rounding", lambda x: x - 1e-12, relation="<=")
    with pytest.raises(DerivationError, match="violated by"):
        chain.line("x - 1e-6", lambda x: x - 1e-6, relation="<=")


def test_unsigned_numbers_do_not_wrap():
    chain = Derivation("unsigned", on=lambda rng: {"x": np.uint8(3)}).line("x", lambda x: x)
    with pytest.raises(DerivationError):
        chain.line("x - 1", lambda x: x - np.uint8(1), relation="<=")


def test_the_error_points_at_the_worst_entry():
    chain = Derivation("vector", on=lambda rng: {"x": np.zeros((5, 2))}).line("x", lambda x: x)
    with pytest.raises(DerivationError, match=r"in entry \[3, 1\] the line before gives 0, this line 7"):
        chain.line("x and 7", lambda x: np.where(np.arange(10).reshape(5, 2) == 7, 7, x))


@pytest.mark.parametrize("tolerance", [np.inf, 0, -1, None])
def test_a_tolerance_is_a_positive_number(tolerance):
    with pytest.raises(ValueError, match="tolerance must be one finite number above 0"):
        split().line("two", two_terms, tolerance=tolerance)


@pytest.mark.parametrize("n_lines", [0, -1, "2", 1.5])
def test_latex_of_no_lines_is_refused(n_lines):
    with pytest.raises(ValueError, match="n_lines must be"):
        split().latex(n_lines)


def test_an_empty_value_does_not_count():
    with pytest.raises(DerivationError, match="expected finite real numbers"):
        Derivation("empty", on=lambda rng: {"x": 1.0}).line("nothing", lambda x: np.array([]))


def test_random_mixtures_and_shares_are_problems_of_order_one():
    for seed in range(20):
        X, theta, r = problems.random_shared_data(np.random.default_rng(seed)).values()
        assert X.shape[1] == theta.means.shape[1]
        assert r.shape == (len(X), len(theta.weights))
        np.testing.assert_allclose(r.sum(axis=1), 1, atol=1e-15)  # a sum of at most four shares
        assert np.linalg.eigvalsh(theta.covariances).min() > 0.1
