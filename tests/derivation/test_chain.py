r"""Derivations: what follows passes, what does not is named, with the slip that would explain it."""

import model_derivation as model
import pytest

from lecture_lib import problems
from lecture_lib.derivation import Derivation, DerivationError
from lecture_lib.formulas import Notation
from lecture_lib.models import kmeans, mixture
from lecture_lib.problems import CLUSTERS, LATENT, MATRIX, MIXTURE, SHARES

NUMBER = Notation(symbols={"t": ("number", "t", "a number"), "s": ("number", "s", "another")})


def chain(*lines, on=problems.random_clusters, notation=CLUSTERS, **options):
    derivation = Derivation("a chain", on=on, notation=notation, **options)
    for line in lines:
        derivation.line(line)
    return derivation


def test_what_follows_is_kept_with_its_evidence():
    split = chain(r"\sum_i r_{ij} \lVert x_i - m_j \rVert^2")
    split.line(
        r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2 + R_j \lVert \bar x_j - m_j \rVert^2", because="equation 3.4"
    )
    split.line(r"\sum_i r_{ij} \lVert x_i - \bar x_j \rVert^2", relation=">=", because="a square is not negative")
    assert [line.relation and line.relation.name for line in split.lines] == [None, "=", ">="]
    assert "20 problems, off by at most" in split.lines[1].evidence
    assert "20 problems, smallest margin" in split.lines[2].evidence


@pytest.mark.parametrize("make", model.ALL)
def test_the_model_derivation_follows(make):
    assert len(make().lines) > 3


PLANTED = [
    # the first line, a line with a slip, and the kind of slip that is told
    (CLUSTERS, problems.random_clusters, "J", r"\sum_i \sum_j r_{ij} \lVert x_i + m_j \rVert^2", "a sign"),
    (CLUSTERS, problems.random_clusters, r"\nabla_{m_j} J", r"2 \sum_i r_{ij} (x_i - m_j)", "a sign"),
    (CLUSTERS, problems.random_clusters, r"\nabla_{m_j} J", r"-2 r_{ij} (x_i - m_j)", "a sum"),
    (CLUSTERS, problems.random_clusters, r"\nabla_{m_j} J", r"-\sum_i r_{ij} (x_i - m_j)", "a factor"),
    (CLUSTERS, problems.random_clusters, r"\nabla_{m_j} J", r"-2 \sum_i r_{i0} (x_i - m_j)", "an index"),
    (CLUSTERS, problems.random_clusters, r"\nabla_{m_j} J", r"-2 \sum_i r_{ij} (x_i - \bar x_j)", "a letter"),
    (CLUSTERS, problems.random_clusters, "J", r"\sum_i \sum_j r_{ij} \lVert x_i - m_j \rVert", "a square"),
    (
        CLUSTERS,
        problems.random_clusters,
        r"\sum_i \min_j R_j \lVert x_i \rVert",
        r"\sum_i \max_j R_j \lVert x_i \rVert",
        "a sum or product",
    ),
    (MATRIX, problems.random_matrix, r"\nabla_S \log |S|", "S^{-1}", "a transpose"),
    (MATRIX, problems.random_matrix, r"\nabla_S \log |S|", r"S^\top", "an inverse"),
    (MIXTURE, problems.random_mixture, r"\nabla_{\mu_j} L", r"\sum_i r_{ij} \Sigma_j (x_i - \mu_j)", "an inverse"),
    (
        MIXTURE,
        problems.random_mixture,
        "r_{ij}",
        r"\frac{\pi_j \mathcal N(x_i; \mu_j, \Sigma_j)}{\sum_{j'} \pi_{j'} \mathcal N(x_i; \mu_j, \Sigma_j)}",
        "an index",
    ),
    (MIXTURE, problems.random_mixture, "L", r"\sum_i \sum_j \pi_j \mathcal N(x_i; \mu_j, \Sigma_j)", None),
    (MIXTURE, problems.random_mixture, r"\log \pi_j", r"\pi_j", None),
    (MIXTURE, problems.random_mixture, r"\pi_j", r"\log \pi_j", "a function"),
]


@pytest.mark.parametrize(("notation", "on", "first", "wrong", "kind"), PLANTED, ids=[row[3] for row in PLANTED])
def test_a_slip_is_caught_and_its_kind_is_told(notation, on, first, wrong, kind):
    derivation = chain(first, on=on, notation=notation)
    with pytest.raises(DerivationError, match='line 2 of "a chain", problem with seed 0') as caught:
        derivation.line(wrong)
    assert caught.value.slip == kind
    assert (f"it would follow with {kind} changed" in str(caught.value)) == (kind is not None)
    assert len(derivation.lines) == 1


def test_the_error_shows_both_values_and_the_worst_entry():
    numbers = Derivation("numbers", on=lambda rng: {"t": 3.0, "s": 1.0}, notation=NUMBER).line("t")
    with pytest.raises(
        DerivationError, match=r'the line before gives 3, this line 4, but the claim is "=" \(off by 0.25'
    ):
        numbers.line("t + s")
    with pytest.raises(DerivationError, match=r'claim is "<=" \(off by 1\)'):
        numbers.line("t - s", relation="<=")
    with pytest.raises(DerivationError, match=r"in entry \[\d, \d\] the line before gives"):
        chain(r"m_j").line(r"\bar x_j")


def test_a_line_that_fails_on_a_few_problems_only_is_caught():
    rare = Derivation("rare", on=lambda rng: {"t": 1.0, "s": float(rng.random() < 0.1)}, notation=NUMBER)
    with pytest.raises(DerivationError):
        rare.line("t").line("t + s")


def test_small_numbers_are_compared_by_their_own_size_and_rounding_by_what_was_added():
    """A likelihood of 1e-30 is not near to twice itself; a sum that cancels to 1e-16 is 0."""
    tiny = Derivation("tiny", on=lambda rng: {"t": rng.uniform(1, 2) * 1e-30, "s": 1.0}, notation=NUMBER).line("t")
    with pytest.raises(DerivationError):
        tiny.line("2 t")
    chain(r"\sum_i r_{ij} (x_i - \bar x_j)").line("0")
    with pytest.raises(DerivationError):
        chain(r"\sum_i r_{ij} (x_i - m_j)").line("0")
    with pytest.raises(DerivationError):
        tiny.line("0")


RELATIONS = [
    ("t", "t + s^2", "<=", True),
    ("t", "t", "<=", None),
    ("t", "t - s^2", "<=", False),
    ("t", "t - s^2", ">=", True),
    ("t", "t + s^2", "<", True),
    ("t", "t + 0 s", "<", False),
    ("t", "t + 0 s", "<=", True),
    ("t", "t - s^2", ">", True),
    ("t", "t + s^2", ">", False),
    ("t^2", "t^2 + s", "= up to a constant in t", True),
    ("t^2", "t^2 + s t", "= up to a constant in t", False),
    ("t", "s t", "proportional in t", True),
    ("t", "t + s^2", "proportional in t", False),
    ("t", "t", ":=", None),
    ("t", r"\frac{2 t}{2}", ":=", True),
]


@pytest.mark.parametrize(("before", "after", "relation", "holds"), RELATIONS)
def test_relations(before, after, relation, holds):
    derivation = Derivation(
        "two", on=lambda rng: dict(zip("ts", rng.uniform(1, 2, 2), strict=True)), notation=NUMBER
    )
    derivation.line(before)
    if holds:
        assert derivation.line(after, relation=relation).lines[1].relation.name in relation
    else:
        with pytest.raises(DerivationError if holds is False else ValueError):
            derivation.line(after, relation=relation)


def test_a_slight_violation_of_an_inequality_is_caught_and_rounding_is_not():
    slight = Derivation("slight", on=lambda rng: {"t": 1.0, "s": 1e-15}, notation=NUMBER).line("t")
    slight.line("t - s", relation="<=")
    with pytest.raises(DerivationError):
        Derivation("more", on=lambda rng: {"t": 1.0, "s": 1e-9}, notation=NUMBER).line("t").line(
            "t - s", relation="<="
        )


def test_constants_may_be_constant_in_all_parameters_or_along_an_index():
    held = chain(r"F(r, \theta)", on=problems.random_shared_data, notation=SHARES)
    held.line(r"Q(r, \theta)", relation=r"= up to a constant in \theta", because="the entropy holds no parameter")
    with pytest.raises(DerivationError):
        chain(r"F(r, \theta)", on=problems.random_shared_data, notation=SHARES).line(
            r"Q(r, \theta)", relation="= up to a constant in r_{ij}"
        )
    posterior = chain(r"p(z \mid x)", on=problems.random_enumeration, notation=LATENT)
    posterior.line("p(x, z)", relation="proportional in z", because=r"$p(x)$ holds no $z$")
    with pytest.raises(DerivationError):
        chain(r"p(z \mid x)", on=problems.random_enumeration, notation=LATENT).line(
            "p(z)", relation="proportional in z"
        )


def test_an_equation_to_be_solved_holds_at_an_optimum_and_not_elsewhere():
    def start():
        return chain(
            r"\nabla_{\mu_j} L", on=problems.random_mixture, notation=MIXTURE, solved=problems.fitted_mixture
        )

    root = start().line("0", relation=r"\overset{!}{=}")
    root.line(r"\sum_i r_{ij} x_i = R_j \mu_j", relation=r"\iff")
    root.line(r"\mu_j = \bar x_j", relation=r"\iff", because="$R_j > 0$")
    assert "3 optima, and not on 20 other problems" in root.lines[-1].evidence
    with pytest.raises(DerivationError, match="does not follow"):
        start().line(r"\mu_j", relation=r"\overset{!}{=}")
    with pytest.raises(DerivationError, match="it holds on a random problem"):
        start().line("0", relation=r"\overset{!}{=}").line(r"\sum_j r_{ij} = 1", relation=r"\iff")
    with pytest.raises(ValueError, match="pass solved="):
        chain(r"\nabla_{\mu_j} L", on=problems.random_mixture, notation=MIXTURE).line(
            "0", relation=r"\overset{!}{=}"
        )


def test_code_must_agree_with_its_formula():
    gradient = chain(r"\nabla_{m_j} J").line(r"-2 \sum_i r_{ij} (x_i - m_j)", code=kmeans.gradient)
    assert "code off by at most" in gradient.lines[1].evidence
    with pytest.raises(DerivationError, match=r"the formula gives .*, code"):
        chain(r"\nabla_{m_j} J").line(r"-2 \sum_i r_{ij} (x_i - m_j)", code=kmeans.update)
    with pytest.raises(DerivationError, match=r"the shape \(\d, \d\), code gives \(\)"):
        chain(r"\nabla_{m_j} J").line(r"-2 \sum_i r_{ij} (x_i - m_j)", code=kmeans.lyapunov)
    with pytest.raises(ValueError, match="code asks for theta, but the problem has X, means, r"):
        chain(r"\nabla_{m_j} J").line(r"-2 \sum_i r_{ij} (x_i - m_j)", code=mixture.grad_means)
    update = chain("m_j").line(r"\bar x_j", relation=r"\leftarrow", code=kmeans.update)
    assert update.lines[1].relation.name == r"\leftarrow"
    with pytest.raises(ValueError, match="pass code="):
        chain("m_j").line(r"\bar x_j", relation=r"\leftarrow")


def test_a_line_may_be_a_chain_of_its_own():
    mine = chain(r"J = \sum_i \sum_j r_{ij} \lVert x_i - m_j \rVert^2 \ge \sum_i \min_j \lVert x_i - m_j \rVert^2")
    mine.line(r"J^*(m)", because="definition")
    with pytest.raises(DerivationError, match="line 1"):
        chain(r"J = \sum_i \min_j \lVert x_i - m_j \rVert^2")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain("J", problems=5), "problems must be at least 20, got 5"),
        (lambda: chain("J", "J"), "says what the line before says"),
        (lambda: chain(r"\sum_i r_{ij}", r"\sum_{i'} r_{i'j}"), "says what the line before says"),
        (lambda: chain("R_j").line("R_j + 0", relation="=="), 'relation must be one of "=".*, got'),
        (lambda: chain("R_j").line("R_j + 0", tolerance=0), "tolerance must be one finite number above 0"),
        (lambda: chain(r"R_j \approx 1"), "cannot be computed with 'approx'"),
        (lambda: chain("R_j, R_j"), "a line is one statement, got 2"),
        (lambda: chain("R_j").line("Q_j"), "Q is not declared"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_free_indices_and_shapes_must_go_together():
    with pytest.raises(DerivationError, match="the line before has the free indices j, this line i, j"):
        chain("R_j").line("r_{ij}")
    with pytest.raises(DerivationError, match="a number does not follow from a vector of length d"):
        chain("m_j").line("R_j")
    with pytest.raises(DerivationError, match="expected finite numbers"):
        chain(r"\log(0 \cdot R_j)").line("R_j")
    chain(r"\sum_j r_{ij}").line("1")  # a number stands for one at every index


def test_an_unknown_relation_is_an_error():
    with pytest.raises(ValueError, match="relation must be one of"):
        chain("R_j").line("n", relation="congruent")
    with pytest.raises(DerivationError, match="is not declared"):
        chain("R_j").line("2 R_j", relation=r"= up to a constant in \kappa")


def test_equations_that_hold_at_the_same_optima_only_are_not_equivalent():
    """With another covariance the means are still at the optimum, and the other equation is not."""

    def fitted(rng):
        problem = problems.random_shared_data(rng)
        theta = mixture.complete_data_estimate(problem["X"], problem["r"])
        return problem | {"theta": theta}

    def start():
        return chain(
            r"\Sigma_j \sum_i r_{ij} (x_i - \mu_j)", on=problems.random_shared_data, notation=SHARES, solved=fitted
        ).line("0", relation=r"\overset{!}{=}")

    start().line(r"\bar x_j = \mu_j", relation=r"\iff")
    with pytest.raises(DerivationError, match=r"the line before alone holds where theta\.covariances is"):
        start().line(r"\Sigma_j \mu_j = \frac{1}{R_j} S_j \bar x_j", relation=r"\iff")
    with pytest.raises(ValueError, match="the line before is no equation"):
        chain(r"\mu_j", on=problems.random_shared_data, notation=SHARES, solved=fitted).line(
            r"\mu_j = \bar x_j", relation=r"\iff"
        )
    with pytest.raises(ValueError, match="is no equation; write both its sides"):
        start().line(r"\mu_j", relation=r"\iff")
