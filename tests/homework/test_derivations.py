r"""Derivations that students write: many ways are right, and what follows from nothing earns nothing.

The ways are in the folder ``ways``, one file a set: lists of lines between the given first and the given last.
"""

import re
import runpy
import time
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.homework import check, pad
from lecture_lib.homework.engine.answer import Answer
from lecture_lib.homework.engine.catalogue import find
from lecture_lib.homework.engine.check import ask, verdict
from lecture_lib.homework.engine.implication import PROBLEMS, milestones_in, read_line
from lecture_lib.homework.engine.marking import typeset

BANKS = {name: runpy.run_path(str(Path(__file__).parent / "ways" / f"{name}.py")) for name in ("hw2", "hw3", "hw4")}
WAYS, ASTRAY, JUMPS = (
    {f"{name}.{word}": found for name, bank in BANKS.items() for word, found in bank[kind].items()}
    for kind in ("WAYS", "ASTRAY", "JUMPS")
)
NAMES = list(WAYS)
OTHER_SEED = 2026


def text(name, lines):
    """Return some lines as they stand in the cell."""
    exercise = find(name)
    return "\n".join(["", exercise.first, *lines, exercise.last, ""])


def way(name, lines, seed=0, *, end=True):
    exercise = find(name)
    return exercise.way("\n".join([exercise.first, *lines, *([exercise.last] if end else [])]), seed)


def each(bank):
    return [
        pytest.param(name, lines, id=f"{name}-{number}")
        for name, found in bank.items()
        for number, lines in enumerate(found)
    ]


def every_third(cases):
    """Leave the others to `make grading`: what went wrong in a line is looked for a third of a second."""
    later = {"marks": pytest.mark.thorough}
    return [
        pytest.param(*case.values, id=case.id, **(later if number % 3 else {})) for number, case in enumerate(cases)
    ]


def test_there_are_enough_of_each():
    assert len(NAMES) == 8
    assert min(map(len, WAYS.values())) >= 10
    for name in NAMES:
        assert len(ASTRAY[name]) + len(JUMPS[name]) >= 30


@pytest.mark.parametrize(("name", "lines"), each(WAYS))
def test_any_way_through_is_right(name, lines):
    found = way(name, lines)
    assert (found.wrong, found.share) == (None, 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_nothing(name):
    assert way(name, WAYS[name][0], OTHER_SEED).share == 1
    assert way(name, JUMPS[name][0], OTHER_SEED).share < 1
    assert way(name, ASTRAY[name][0], OTHER_SEED).wrong


@pytest.mark.parametrize(("name", "lines"), every_third(each(ASTRAY)))
def test_a_line_that_does_not_follow_is_found(name, lines):
    found = way(name, lines)
    bad = next(line for line in found.lines if not line.good)
    assert bad.number == len(lines) + 1  # the last of the lines given here; the ones before it follow
    assert "at once" not in bad.words
    assert found.share < 1


@pytest.mark.parametrize(("name", "lines"), each(JUMPS))
def test_several_steps_in_one_are_no_step(name, lines):
    found = way(name, lines)
    assert found.share < 1
    if set(lines) <= {find(name).last}:
        assert "write the next line" in found.wrong
        return
    assert "steps are taken at once" in found.wrong
    assert (
        sum(milestone.what in found.wrong for milestone in find(name).milestones) <= 1
    )  # the plan is not given away


def empty(name):
    """Yield derivations that are true and derive nothing."""
    exercise = find(name)
    full, (left, sign, right) = WAYS[name][0], exercise.first.partition(" = ")
    yield [exercise.last]
    yield [exercise.last, *full]
    yield [exercise.first] * 3
    yield [f"{left} + 0{sign}{right}"]
    yield [f"0 + {left}{sign}{right}", exercise.first]
    yield [f"{left} + 2 - 2{sign}{right}"]
    yield [exercise.first, exercise.last, exercise.first]


@pytest.mark.parametrize("name", NAMES)
def test_what_derives_nothing_earns_nothing(name):
    for lines in empty(name):
        found = way(name, lines)
        assert found.share == 0, lines
        assert found.wrong, lines


LETTERS = {
    **dict.fromkeys(["hw2.slope", "hw3.shift"], "m"), "hw3.spherical": "s_j", "hw3.diagonal": "v_{ja}",
    "hw3.multiplier": r"\pi_j", "hw4.probabilities": "p_{ja}", "hw4.least_squares": "v_j", "hw4.bound": "q_0",
}  # fmt: skip
PADDING = [
    r"X + 0 \cdot (L Y)", "X + (Y) - (Y)", "1 (X)", r"L^0 (X)", r"\frac{L}{L} (X)", r"\frac{X}{1}",
    r"\frac{L (X)}{L}", "-(-(X))", "2 (X) - (X)", r"e^{\log 2} \frac{X}{2}",
]  # fmt: skip
OF_NUMBERS = ["0 + X", "(X)^1", r"\min(X, X)", r"\max(X, X)", r"\log e^{X}", r"\log(e^{X} e^{L}) - L"]
OF_VECTORS = [r"((X)^\top)^\top", r"I (X)", r"I^{-1} (X)"]


def paddings(name):
    return PADDING + (OF_VECTORS if name == "hw4.least_squares" else OF_NUMBERS)


def padded(name, line, kind):
    """Return a line with something written into its first side that changes nothing."""
    side, equals, rest = line.partition(" = ") if find(name).solved else (line, "", "")
    *_, other = re.split(r" = |\\ge ", find(name).last)
    parts = {"X": side, "Y": other, "L": LETTERS[name]}
    return re.sub(r"\b[XYL]\b", lambda found: parts[found[0]], kind) + equals + rest


def kinds(of):
    return every_third(pytest.param(name, kind, id=f"{name}-{kind}") for name in NAMES for kind in of(name))


@pytest.mark.parametrize(("name", "kind"), kinds(paddings))
def test_padding_earns_nothing_and_costs_nothing(name, kind):
    lines, empty = WAYS[name][0], padded(name, find(name).first, kind)
    jump = way(name, [empty])
    assert (jump.share, jump.lines[-1].good) == (0, False)
    assert way(name, [empty, *lines]).share == 1
    count = 1 + len(kind) % (len(lines) - 1)  # after another line of the way for each kind
    longer = [*lines[:count], padded(name, lines[count - 1], kind)]
    assert way(name, longer, end=False).share == way(name, lines[:count], end=False).share


HIDING = ["0 (X)", "7 + 0 (X)", "L + 0 (X)", "L + (X) - (X)", "10^{20} + X", "L^0 (1 - 1) (X)"]
HIDING_VECTORS = ["0 (Y) + 0 (X)", "v_j (Y) + (X) - (X)", "10^{20} (Y) + X"]
"""Ways to write a line so that it stands in a value that is another, whatever it says."""


@pytest.mark.parametrize(
    ("name", "kind"), kinds(lambda name: HIDING_VECTORS if name == "hw4.least_squares" else HIDING)
)
def test_what_follows_from_anything_earns_nothing(name, kind):
    lines = [padded(name, line, kind) for line in [find(name).first, *WAYS[name][0]]]
    assert way(name, lines, end=False).share == 0


@pytest.mark.parametrize("name", [name for name in NAMES if not find(name).solved])
def test_what_has_one_value_for_all_problems_is_told(name):
    (*_, last) = way(name, ["7"], end=False).lines
    assert "one value whatever the letters mean, so nothing follows from it" in last.words


@pytest.mark.parametrize("name", NAMES)
def test_terms_that_hide_the_others_in_rounding_are_refused(name):
    huge = padded(name, WAYS[name][0][0], "(X) + 10^{20} (Y) - 10^{20} (Y)")
    assert "lost in rounding" in way(name, [huge]).wrong


def test_a_false_equation_beside_large_terms_does_not_hold():
    small = r"10^{-9} (R_j + \alpha_j - 1 - \lambda \pi_j) + 1 = 1"
    assert "does not follow" in way("hw3.multiplier", [WAYS["hw3.multiplier"][0][0], small]).wrong


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("numbers", ["3", "0.5", "1 = 1", "3 - 2", "0 = 0", r"\frac{1}{2}", "2 = 3"])
def test_numbers_for_letters_earn_nothing(name, numbers):
    found = way(name, [numbers], end=False)
    assert found.share == 0
    assert found.wrong


@pytest.mark.parametrize("name", NAMES)
def test_a_derivation_that_ends_too_soon_is_told_what_is_missing(name):
    found = way(name, WAYS[name][0][:1], end=False)
    assert re.search(r"the end is not reached\. Still to do: ", found.wrong)
    assert 0 < found.share < 1


@pytest.mark.parametrize("name", NAMES)
def test_each_step_has_its_share_and_a_wrong_line_costs_its_own(name):
    lines = WAYS[name][0]
    shares = [way(name, lines[:count], end=False).share for count in range(len(lines) + 1)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert way(name, lines).share == 1
    assert len(set(shares)) >= 3 or name == "hw4.bound"  # whose way has two steps
    spoiled = [*lines[:1], "0 = 1" if find(name).solved else "7", *lines[1:]]
    assert 0 < way(name, spoiled).share < 1


def test_what_is_right_after_a_slip_counts():
    slipped = way("hw2.slope", [WAYS["hw2.slope"][0][0], r"\sum_i \operatorname{sign}(x_i - m)", "r - l"])
    assert slipped.share == pytest.approx(2 / 3)
    assert "With a sign changed it would" in slipped.wrong
    assert "follows from the line above, which does not follow" in slipped.lines[3].words


AFTER_A_SLIP = {
    "hw3.multiplier": [
        [r"\frac{R_j + \alpha_j - 1}{\pi_j} = \lambda", r"R_j + \alpha_j - 1 = \lambda \pi_j",
         r"\sum_l (R_l + \alpha_l - 1) = \lambda"],
        [r"\frac{R_j + \alpha_j}{\pi_j} + \lambda = 0", r"R_j + \alpha_j = -\lambda \pi_j",
         r"\sum_l (R_l + \alpha_l) = -\lambda", r"\pi_j = \frac{R_j + \alpha_j}{\sum_l (R_l + \alpha_l)}"],
    ],
    "hw4.probabilities": [
        [INSIDE := BANKS["hw4"]["INSIDE"], BANKS["hw4"]["SLOPE"].replace(" - \\frac", " + \\frac"),
         r"\sum_i r_{ij} (x_{ia} (1 - p_{ja}) + (1 - x_{ia}) p_{ja}) = 0",
         r"p_{ja} = \frac{\sum_i r_{ij} x_{ia}}{\sum_i r_{ij} (2 x_{ia} - 1)}"],
        [INSIDE, BANKS["hw4"]["SLOPE"].replace("r_{ij} ", ""), r"\sum_i (x_{ia} - p_{ja}) = 0",
         r"p_{ja} = \frac{1}{n} \sum_i x_{ia}"],
    ],
    "hw4.least_squares": [
        [BANKS["hw4"]["WITHIN"], r"\sum_i r_{ij} (y_i + a_i^\top c_j) a_i = 0",
         r"\sum_i r_{ij} a_i a_i^\top c_j = -\sum_i r_{ij} y_i a_i",
         r"c_j = -\left( \sum_i r_{ij} a_i a_i^\top \right)^{-1} \sum_i r_{ij} y_i a_i"],
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "lines"), each(AFTER_A_SLIP))
def test_an_equation_may_follow_from_a_false_one(name, lines):
    found, milestones = way(name, lines, end=False), len(find(name).milestones)
    slip = next(number for number, line in enumerate(found.lines) if not line.good)
    after = found.lines[slip + 1 :]
    assert all("follows from the line above, which does not follow" in line.words for line in after)
    assert found.share == (slip - 1 + len(after)) / milestones  # all but what the slip itself has passed


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("hw3.multiplier", r"\sum_l (R_l + \alpha_l - 1) = 2 \lambda"),
        ("hw4.probabilities", r"p_{ja} = \frac{1}{n} \sum_i r_{ij} x_{ia}"),
        ("hw4.least_squares", r"\sum_i r_{ij} a_i a_i^\top c_j = 2 \sum_i r_{ij} y_i a_i"),
    ],
)
def test_what_does_not_follow_from_a_false_equation_either_is_told(name, wrong):
    for line in (wrong, "2 = 3"):
        (*_, last) = way(name, [*AFTER_A_SLIP[name][0][:2], line], end=False).lines
        assert "does not follow from the line before" in last.words


@pytest.mark.parametrize(
    ("name", "lines", "share"),
    [
        ("hw2.slope", [WAYS["hw2.slope"][0][0], r"= \sum_i \operatorname{sign}(x_i - m)"], 1 / 3),
        ("hw2.slope", [WAYS["hw2.slope"][0][0], r"= \sum_i \operatorname{sign}(x_i - m)", "-r + l"], 1 / 3),
        ("hw3.spherical", [*WAYS["hw3.spherical"][0][:-2],
                           r"\sum_i r_{ij} \frac{\partial}{\partial s_j} \left( -\frac12 \log(2 \pi s_j)"
                           r" - \frac{\lVert x_i - \mu_j \rVert^2}{2 s_j} \right)"], 1 / 2),
        ("hw3.shift", [r"m + \sum_j (a_j - m)"], 0),
        ("hw4.bound", [r"\ge \sum_z \log(2 p_z)"], 0),
        ("hw4.bound", [r"\ge \sum_z \log p_z"], 0),
        ("hw4.probabilities", AFTER_A_SLIP["hw4.probabilities"][0], 3 / 4),
    ],
)  # fmt: skip
def test_the_given_last_line_earns_nothing_after_a_line_from_which_it_does_not_follow(name, lines, share):
    assert way(name, lines).lines[-1].good is False
    assert way(name, lines).share == way(name, lines, end=False).share == pytest.approx(share)


@pytest.mark.parametrize("place", ["read_line", "milestones_in"])
def test_a_line_on_which_the_check_itself_fails_costs_the_others_nothing(monkeypatch, place):
    name, lines = "hw4.probabilities", WAYS["hw4.probabilities"][0]
    odd = lines[1].replace(" = 0", " = 0 + 0")
    usual = {"read_line": read_line, "milestones_in": milestones_in}[place]

    def fails(exercise, line, *seed):
        if odd == (line if isinstance(line, str) else line.latex):
            raise IndexError
        return usual(exercise, line, *seed)

    monkeypatch.setattr(f"lecture_lib.homework.engine.marking.{place}", fails)
    found = way(name, [*lines[:2], odd, *lines[2:]])
    assert f"line 4, `{odd}`: it could not be judged: the check itself fails here" in found.wrong
    assert [line.number for line in found.lines if not line.good] == [4]
    assert found.share == 3 / 4


def test_a_bound_written_as_an_equality_is_told_so():
    lines = [r"\log \sum_z q_z \frac{p_z}{q_z}", r"= \sum_z q_z \log \frac{p_z}{q_z}"]
    assert "With >= in place of = it would." in way("hw4.bound", lines, end=False).wrong


@pytest.mark.parametrize("name", ["hw3.spherical", "hw3.diagonal"])
def test_a_derivative_in_another_letter_is_no_step(name):
    bracket = find(name).last.removeprefix(r"\sum_i r_{ij} ")
    line = rf"\sum_i r_{{ij}} \frac{{\partial}}{{\partial \pi_j}} \left( \pi_j {bracket} \right)"
    found = way(name, [*WAYS[name][0][:2], line])
    assert "another letter than in the first line" in found.wrong
    assert found.share == 1 / 2


def test_a_density_is_written_out_where_a_logarithm_of_the_variance_stands():
    half = r"\sum_i r_{ij} \left( -\frac{\partial}{\partial s_j} \frac{\lVert x_i - \mu_j \rVert^2}{2 s_j}"
    before, full = WAYS["hw3.spherical"][0][:2], WAYS["hw3.spherical"][0][-2]
    found = way("hw3.spherical", [*before, rf"{half} - \frac{{d}}{{2 s_j}} \right)"])
    assert found.share == 1 / 2
    assert "2 steps are taken at once" in found.wrong
    assert way("hw3.spherical", [*before, full, rf"{half} - \frac{{d}}{{2 s_j}} \right)"], end=False).share >= 3 / 4


def test_a_circle_is_named():
    first, second = r"\log \sum_j e^{a_j - m + m}", r"\log \sum_j e^{a_j - m} e^m"
    found = way(
        "hw3.shift",
        [first, second, r"\log \left( e^m \sum_j e^{a_j - m} \right)", second, *WAYS["hw3.shift"][0][2:]],
    )
    assert "goes in a circle" in found.lines[4].words
    assert found.wrong is None  # no line is false


@pytest.mark.parametrize(
    ("name", "line", "kind"),
    [
        ("hw2.slope", r"\sum_i \frac{\partial}{\partial m} |x_0 - m|", "an index"),
        ("hw3.spherical", f"-{WAYS['hw3.spherical'][0][0]}", "a sign"),
        ("hw3.spherical", f"2 {WAYS['hw3.spherical'][0][0]}", "a number"),
        ("hw3.multiplier", r"\frac{R_j + \alpha_j - 1}{\pi_j} - \lambda = 0", "a sign"),
        ("hw4.least_squares", r"\sum_i r_{ij} (y_i + a_i^\top c_j) a_i = 0", "a sign"),
        ("hw3.multiplier", r"R_j + \alpha_j - 1 = -\lambda", "a factor|a sum"),
    ],
)  # fmt: skip
def test_the_kind_of_a_slip_is_told(name, line, kind):
    said = next(each.words for each in way(name, [line], end=False).lines if not each.good)
    if kind != "a factor|a sum":  # what is left out altogether is no single edit
        assert f"With {kind} changed it would." in said
    assert "does not follow" in said


WRITTEN = [
    ("dollar signs", lambda lines: [f"${line}$" for line in lines]),
    ("aligned", lambda lines: [r"\begin{aligned}", *(rf"&= {line} \\" for line in lines), r"\end{aligned}"]),
    ("reasons", lambda lines: [f"{line}  % so it is" for line in lines]),
    ("relations", lambda lines: [f"= {line}." for line in lines]),
    ("words", lambda lines: ["# first", *(rf"{line} \qquad \text{{so it is}}" for line in lines), ""]),
    ("one line", lambda lines: [" = ".join(lines)]),
    ("blanks", lambda lines: ["", *(f"\t {line}   " for line in lines), "", ""]),
]


@pytest.mark.parametrize(("how", "write"), WRITTEN, ids=[how for how, _ in WRITTEN])
@pytest.mark.parametrize("name", ["hw2.slope", "hw3.shift", "hw3.spherical"])
def test_a_line_may_be_written_as_people_write(name, how, write):
    assert way(name, write(WAYS[name][0])).wrong is None


@pytest.mark.parametrize("name", NAMES)
def test_the_given_lines_may_be_left_out(name):
    lines = WAYS[name][0]
    exercise = find(name)
    own = [line for line in lines if line != exercise.last]
    assert exercise.way("\n".join([*own, exercise.last]), 0).wrong is None


def test_an_r_that_was_lost_before_the_quotation_marks_is_put_back():
    broken = "\frac{\\partial}{\\partial m} \\sum_i |x_i - m|\n= \\sum_i \frac{\\partial}{\\partial m} |x_i - m|"
    assert "\f" in broken
    assert find("hw2.slope").way(broken, 0).share == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([r"\int x"], "cannot be read: an integral is not computed"),
        ([r"\sum_i |y_i - m|"], "cannot be read"),
        (["("], "cannot be read"),
        (["x" * 2100], "at most 2000 letters"),
        (["(" * 500], "cannot be read"),
        ([r"\log 0"], "no finite value"),
        ([r"\le l - r"], "relates to the one before"),
        (["numerical_gradient(loss, m)"], "cannot be read"),
        (["import numpy as np"], "cannot be read"),
        (["<script>alert(1)</script>"], "cannot be read"),
    ],
)
def test_what_cannot_be_read_or_computed_is_said(lines, words):
    assert words in way("hw2.slope", lines).wrong


def test_many_lines_cost_little():
    start = time.process_time()
    found = way("hw3.diagonal", [r"\sum_i r_{ij} " + "+ 1" * number for number in range(1, 400)])
    assert found.share == 0
    assert time.process_time() - start < 10


# check, and what it shows


def test_check_says_what_is_wrong_and_counts(capsys):
    check("hw2.slope", text("hw2.slope", WAYS["hw2.slope"][0]))
    said, progress = capsys.readouterr().out.splitlines()
    assert said.startswith("hw2.slope · correct. ")
    assert progress.endswith("done")
    check("hw2.slope", text("hw2.slope", ["l - r", "l + 0 - r"]))
    said, progress = capsys.readouterr().out.splitlines()
    assert said.startswith("hw2.slope · not yet: line 2, `l - r`")
    assert said.endswith(" So far: 0 of 3 points.")
    check("hw2.slope", text("hw2.slope", [*WAYS["hw2.slope"][0][:2], "r - l"]))
    assert " So far: 2 of 3 points." in capsys.readouterr().out
    check("hw2.slope", text("hw2.slope", []))
    assert "not attempted" in capsys.readouterr().out
    check("hw2.slope", text("hw2.slope", ["# YOUR CODE HERE"]))
    assert "not attempted" in capsys.readouterr().out
    check("hw2.slope", lambda x, m: np.sign(m - x).sum())
    assert "a function computes numbers, and derives nothing" in capsys.readouterr().out
    with pytest.raises(AssertionError, match="hidden test, not yet"):
        check("hw2.slope", text("hw2.slope", ["l - r + 0"]), seed=OTHER_SEED)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_judged_where_nothing_of_the_student_runs(name):
    answer = text(name, WAYS[name][0])
    found = verdict(name, list(ask(name, Answer(answer), OTHER_SEED)), OTHER_SEED)
    assert (found.status, found.share) == ("correct", 1.0)
    assert all(f"${line.formula}$" in typeset(found.lines) for line in found.lines)


@pytest.mark.parametrize("name", NAMES)
def test_the_given_lines_are_as_they_should_be(name):
    exercise = find(name)
    assert exercise.notation.check() is None
    jump = way(name, [f"{exercise.last} % of this line alone"], end=False)
    assert jump.wrong == "write the next line between the given ones."
    view = milestones_in(exercise, read_line(exercise, exercise.first)[0], 0)
    assert view == []  # the first line has passed no milestone
    assert PROBLEMS >= 5


def test_a_pad_judges_while_one_types():
    board = pad("hw2.slope")
    written, judged = board.children
    assert "write the next line" in judged.value
    assert not any(milestone.what in judged.value for milestone in find("hw2.slope").milestones)
    written.value = text("hw2.slope", WAYS["hw2.slope"][0])
    assert "The derivation is whole" in judged.value
    written.value = text("hw2.slope", [r"\sum_i |x_i < m"])
    assert "<code>" in judged.value
    assert "|x_i &lt; m" in judged.value
    with pytest.raises(ValueError, match=r"use check\(name, answer\)"):
        pad("hw2.loss")


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_on_a_further_key_takes_less_than_a_tenth_of_a_second(name):
    exercise, lines = find(name), WAYS[name][0]
    way(name, lines)
    spent = []
    for number in range(3):  # another line each time, as when a digit is typed at its end
        changed = [*lines[:-1], re.sub(r"( = 0)?$", rf" + {7 + number}\1", lines[-2])]
        start = time.process_time()
        exercise.way("\n".join([exercise.first, *changed]), 0, diagnose=False)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1
