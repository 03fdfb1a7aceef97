"""The exercises of the homework sets: right answers in any form pass, each usual mistake gets words of its own.

The answers are in the folder ``answers``, one file a set, written apart from the checks.
"""

import contextlib
import json
import operator
import re
import runpy
import threading
import time
import types
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt
from scipy.special import logsumexp

from lecture_lib import widgets
from lecture_lib.datasets import load_old_faithful
from lecture_lib.homework import check
from lecture_lib.homework.engine import answer as engine
from lecture_lib.homework.engine.answer import Answer, in_time
from lecture_lib.homework.engine.catalogue import books, questions_of
from lecture_lib.homework.engine.check import ask, verdict
from lecture_lib.homework.engine.derivation import Derived
from lecture_lib.homework.engine.outcome import Outcome, from_plain, to_plain

SETS = sorted(book for book in books() if not book.isdigit())
BANKS = {name: runpy.run_path(str(Path(__file__).parent / "answers" / f"{name}.py")) for name in SETS}
ALL = {f"{name}.{word}": question for name in SETS for word, question in questions_of(name).items()}
EXERCISES = {name: question for name, question in ALL.items() if not isinstance(question, Derived)}
RIGHT = {f"{name}.{word}": given for name in SETS for word, given in BANKS[name]["RIGHT"].items()}
WRONG = {f"{name}.{word}": given for name in SETS for word, given in BANKS[name]["WRONG"].items()}
ALSO_WRONG = {f"{name}.{word}": given for name in SETS for word, given in BANKS[name].get("ALSO_WRONG", {}).items()}
HIDDEN = (1, 2, 2026)  # seeds of other data
SOLUTION = re.compile(r"np\.|argmin|lambda|@|axis=1|einsum|\.sum\(")  # code that an answer would consist of


class Hostile:
    """Raises whatever is asked of it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *_, **__):
        raise RuntimeError("no array")

    def __call__(self, *_):
        raise SystemExit("bye")


GARBAGE = [
    object(), "", "x" * 10_000, [], {}, {"a": 1}, [[1, 2], [3]], np.nan, [np.inf, 1], 1j, True, b"1", [None],
    np.array("text"), np.array([1, 2], dtype=object), range(3), 10**400, print, type, Hostile(), Hostile, int,
    [print] * 3,
    lambda: None, lambda *_: [[1, 2], [3]], lambda *_: 1j, lambda *_: "text", lambda *_: {}, lambda *_: object(),
    lambda *_: np.nan, lambda *_: np.zeros((0, 0)), lambda *_: (1, (2, "x")), lambda *_: Hostile(),
    lambda *_: 10**400,
    lambda *a: a[0], lambda *_: exit(), lambda *_: (_ for _ in range(3)), np.zeros((3, 2)), np.full((3, 2), 1e300),
    np.full((2, 2), 1e5), ([[1e9] * 2] * 5, [[0, 0]] * 2), ([["a"] * 2] * 5, [[0, 0]] * 2),
]  # fmt: skip


def said(capsys, name, answer):
    assert check(name, answer) is None
    verdict, progress = capsys.readouterr().out.splitlines()
    assert verdict.startswith(f"{name} · ")
    assert progress.split()[-1] == "done"
    return verdict.removeprefix(f"{name} · ")


def each(bank):
    return [
        pytest.param(name, answer, id=f"{name}-{getattr(answer, '__name__', number)}")
        for name, answers in bank.items()
        for number, answer in enumerate(answers)
    ]


def test_every_exercise_is_tested_here():
    assert list(EXERCISES) == list(RIGHT) == list(WRONG)
    assert min(map(len, RIGHT.values())) >= 3
    assert min(map(len, WRONG.values())) >= 6


@pytest.mark.parametrize(("name", "answer"), each(RIGHT))
def test_right_answers_are_correct(name, answer, capsys):
    reply = said(capsys, name, answer)
    assert reply.startswith("correct. ")
    assert len(reply.split()) > 5
    for seed in HIDDEN[: 1 if name == "hw1.plus_plus" else None]:  # of 4000 draws each
        check(name, answer, seed=seed)
        assert capsys.readouterr().out == f"{name} · hidden test passed.\n"


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_gets_words_of_its_own(name, capsys):
    replies = [said(capsys, name, answer) for answer in WRONG[name]]
    assert all(reply.startswith("not yet: ") and reply.endswith((".", "?")) for reply in replies), replies
    doubled = [reply for reply in replies if replies.count(reply) > 1]
    assert not doubled
    assert not [reply for reply in replies if SOLUTION.search(reply)], "no reply holds a solution"


@pytest.mark.parametrize(("name", "answer"), each(ALSO_WRONG))
def test_what_is_wrong_in_the_same_way_is_refused(name, answer, capsys):
    assert said(capsys, name, answer).startswith("not yet: ")


@pytest.mark.parametrize(("name", "answer"), each(WRONG) + each(ALSO_WRONG))
def test_mistakes_fail_on_other_data_too(name, answer):
    with pytest.raises(AssertionError, match="hidden test, not yet"):
        check(name, answer, seed=HIDDEN[0])


def tied(choose):
    """Return a rule for ties: which of the nearest clusters, given the labels of the round before."""

    def assign_with_rule(X, means, old):
        squares = ((X[:, None] - means) ** 2).sum(axis=2)
        nearest = [np.flatnonzero(row == row.min()) for row in squares]
        return np.array([choose(found, before, old) for found, before in zip(nearest, old, strict=True)])

    return assign_with_rule


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("hw2.tie_rule", tied(lambda found, before, old: min(found, key=list(old).count)), "never stops"),
        ("hw2.tie_rule", tied(lambda found, before, old: found[(found == before).argmax() - 1]), "never stops"),
        ("hw1.plus_plus", ALSO_WRONG["hw1.plus_plus"][0], "greedy k-means++"),
        ("hw1.update", ALSO_WRONG["hw1.update"][0], "keeps its old mean"),
        ("hw1.assign", ALSO_WRONG["hw1.assign"][0], "the minimum along the other axis"),
        ("hw4.bug", "line A", "line A is the logarithm"),
        (
            "hw3.log_sum_exp",
            lambda a: logsumexp(a.astype(np.float32), axis=1),
            "right to the seven digits of float32",
        ),
        ("hw3.log_sum_exp", lambda a: logsumexp(a, axis=1) + 1e-7, "keep all digits"),
        ("hw3.log_sum_exp", lambda a: np.float32(logsumexp(a, axis=1) + 0.1), "keep all digits"),
    ],
)
def test_what_is_said_is_true_of_the_answer(name, answer, words, capsys):
    assert words in said(capsys, name, answer)


@pytest.mark.parametrize("letter", ["F", "line F", "F: means", "(f)", ["F"], "f."])
def test_a_letter_may_be_written_as_people_write(letter, capsys):
    assert said(capsys, "hw4.bug", letter).startswith("correct. ")


def test_a_floor_far_below_the_variances_is_seen(capsys):
    right = RIGHT["hw4.repair"][0]

    def m_step(x, r):
        weights, means, variances = right(x, r)
        return weights, means, variances + 1e-6

    assert said(capsys, "hw4.repair", m_step).startswith("not yet: ")


@pytest.mark.parametrize("name", ALL)
def test_garbage_gets_a_sentence_and_never_an_exception(name, capsys):
    for answer in GARBAGE:
        reply = said(capsys, name, answer)
        assert reply.startswith(("not yet: ", "not attempted")), answer
        assert reply.endswith((".", "?")), answer


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("nothing", [..., None])
def test_nothing_so_far_is_not_attempted(name, nothing, capsys):
    assert said(capsys, name, nothing).startswith("not attempted.")


def test_an_answer_that_calls_a_stub_is_told_so(capsys):
    stubborn = BANKS["hw1"]["start_with_a_stub"]
    assert "calls next_mean, and next_mean has no body yet" in said(capsys, "hw1.plus_plus", stubborn)


def test_errors_end_in_one_full_stop(capsys):
    def assign(X, means):
        raise ValueError("no data here.")

    assert said(capsys, "hw1.assign", assign).endswith("ValueError: no data here.")


@pytest.mark.parametrize(
    ("name", "plane"),
    [
        ("hw1.bad_start", widgets.KMeansExplorer(np.eye(3, 2), 3)),
        ("hw2.stuck", widgets.KMeansExplorer(np.arange(10).reshape(5, 2) ** 2, 2, drag_data=True)),
        ("hw3.climb", widgets.ClimbingExplorer(load_old_faithful()[::9])),
        ("hw4.touch", widgets.SharesExplorer([-1.0, 1.0, 2.0], -1.0)),
    ],
)
def test_to_an_explorer_it_says_what_shows_its_numbers(name, plane, capsys):
    reply = said(capsys, name, plane)
    numbers = [operator.attrgetter(path)(plane)() for path in re.findall(r"plane\.(state[.\w]*tolist)\(\)", reply)]
    assert numbers
    reply = said(capsys, name, numbers[0] if len(numbers) == 1 else numbers)
    assert "expected" not in reply  # these are read, and judged
    assert "shape" not in reply


def test_functions_as_they_are_handed_out_are_not_attempted(capsys):
    def assign(X, means):
        """Return one-hot responsibilities."""
        # YOUR CODE HERE
        raise NotImplementedError()

    assert said(capsys, "hw1.assign", assign).startswith("not attempted.")


def test_a_class_of_which_one_step_is_written_is_told_which_is_missing(capsys):
    class Bernoulli(RIGHT["hw4.bernoulli"][0]):
        def m_step(self, theta, r):
            raise NotImplementedError()

    assert said(capsys, "hw4.bernoulli", Bernoulli).endswith("m_step has no body yet.")


def difference(a, b):
    return a - b


def product(a, b):
    return a @ b


@pytest.mark.parametrize("helper", [difference, product, lambda a, b: a @ b.T, lambda a, b: a - b])
def test_a_helper_of_one_line_has_a_body(helper, capsys):
    def assign(X, means):
        helper(X[0], X[0])
        return np.eye(len(means))[((X[:, None] - means) ** 2).sum(axis=2).argmax(axis=1)]

    assert "every datum goes to the farthest mean" in said(capsys, "hw1.assign", assign)


def test_an_error_of_a_library_is_no_missing_helper(capsys):
    library = types.ModuleType("library")
    exec("def distances(X):\n    raise NotImplementedError('not for floats')", library.__dict__)
    reply = said(capsys, "hw1.assign", lambda X, means: library.distances(X))
    assert reply.endswith("stopped: NotImplementedError: not for floats.")


@pytest.mark.parametrize(
    ("value", "kind"), [({}, "dict"), (1j, "complex"), (np.array([None]), "ndarray"), (iter([1]), "list_iterator")]
)
def test_a_value_that_cannot_be_judged_is_no_error_of_the_answer(value, kind, capsys):
    reply = said(capsys, "hw1.assign", lambda X, means: value)
    assert f"got an object of type {kind}." in reply
    assert "stopped" not in reply
    assert "without calling it" not in reply


def test_an_answer_that_is_not_defined_is_told_so():
    outcomes = [Outcome("undefined", detail="name 'assign' is not defined")]
    assert "name 'assign' is not defined" in verdict("hw1.assign", outcomes).words


@pytest.mark.parametrize(
    ("name", "answer"), each({name: answers[:1] for name, answers in RIGHT.items()}) + each(WRONG)
)
def test_what_an_answer_did_can_be_judged_elsewhere(name, answer):
    outcomes = in_time(ask(name, Answer(answer)))
    written = json.loads(json.dumps(list(map(to_plain, outcomes))))
    assert verdict(name, list(map(from_plain, written))) == verdict(name, outcomes)


@pytest.mark.parametrize("name", EXERCISES)
def test_forged_records_are_judged_without_an_exception(name):
    good = list(map(to_plain, ask(name, Answer(RIGHT[name][0]))))
    forged = [
        [None] * len(good),
        [{}] * len(good),
        [{**good[0], "kind": "correct"}] * len(good),
        [{**good[0], "value": {"shape": [10**9], "numbers": [1]}}] * len(good),
        [{"kind": "value", "value": 3, "detail": ""}] * len(good),
        [{"kind": "value", "value": {"parts": []}, "detail": ""}] * len(good),
        *([good[:1], good[:-1]] if len(good) > 1 else []),
    ]
    for records in forged:
        assert verdict(name, list(map(from_plain, records))).status == "not yet", records
    assert verdict(name, []).status == "not attempted"


# What an answer may do


def test_an_endless_loop_is_stopped(capsys, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.3)

    def assign(X, means):
        while True:
            pass

    start = time.perf_counter()
    assert "takes too long" in said(capsys, "hw1.assign", assign)
    assert time.perf_counter() - start < 5
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("check")]


def test_the_processor_is_what_is_limited_and_not_the_clock(capsys, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 1.0)
    waited = []

    def assign(X, means):
        if not waited:
            waited.append(time.sleep(1.3))  # as on a busy machine: more than the limit, without any work
        return BANKS["hw1"]["assign_by_argmin"](X, means)

    assert said(capsys, "hw1.assign", assign).startswith("correct. ")


def test_a_loop_that_swallows_every_exception_is_left_behind(capsys, monkeypatch):
    monkeypatch.setattr(engine, "SECONDS", 0.2)
    ended = threading.Event()

    def assign(X, means):
        while not ended.is_set():
            with contextlib.suppress(BaseException):
                time.sleep(0.01)

    assert "takes too long" in said(capsys, "hw1.assign", assign)
    ended.set()


def test_prints_and_plots_stay_out_of_the_words(capsys):
    def assign(X, means):
        print("here I am")
        plt.plot(X)
        plt.show()
        np.log(np.zeros(1)) / np.zeros(1)
        return BANKS["hw1"]["assign_by_argmin"](X, means)

    assert said(capsys, "hw1.assign", assign).startswith("correct. ")
    assert plt.get_fignums() == []


def test_an_answer_is_not_changed(capsys):
    means = np.array([[1.0, 2.5], [8.0, 2.0], [8.0, 3.0]])
    before = means.copy()
    check("hw1.bad_start", means)
    np.testing.assert_array_equal(means, before)


# The progress line


def test_the_progress_line_counts_what_is_correct_now(capsys, monkeypatch):
    monkeypatch.setattr("lecture_lib.homework.engine.check._done", {})
    right, wrong = RIGHT["hw1.update"][0], WRONG["hw1.update"][0]
    lines = []
    for name, answer in [
        ("update", right),
        ("assign", ...),
        ("bad_start", RIGHT["hw1.bad_start"][0]),
        ("update", wrong),
    ]:
        check(f"hw1.{name}", answer)
        lines.append(capsys.readouterr().out.splitlines()[1])
    assert lines == [
        "hw1 □■□□□□ 1 of 6 done",
        "hw1 □■□□□□ 1 of 6 done",
        "hw1 □■□□□■ 2 of 6 done",
        "hw1 □□□□□■ 1 of 6 done",
    ]


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r'name must be one of "hw1\.assign", '):
        check("hw1.asign", 1)
    with pytest.raises(ValueError, match=r'or a homework set, like "hw1\.assign"'):
        check("hw9.assign", 1)
