"""Questions of the notebooks: right answers pass, known mistakes get their own words, garbage gets a sentence."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import lecture_lib.homework
from lecture_lib.homework import check

RIGHT = {
    "00.shape": [(272, 3), [272, 3], np.array([272, 3])],
    "00.sign": [8901.77, 8901.8, 8902, np.float64(8901.77)],
    "00.stop": ["converge", " Converge "],
    "01.by_hand": [[1.5, 7.333], (7.3333, 1.5), np.array([[1.5], [22 / 3]])],
    "01.tie": [0, 0.0, np.int64(0)],
    "01.units": [3600, 3600.0, 60**2],
    "01.boundary": ["line"],
    "01.plus_plus": [0.9, 9 / 10],
    "02.zero": [0, 0.0],
    "02.names": [1],
    "02.boundary": [5, 5.0],
    "02.missing": ["a covariance for each cluster"],
    "03.fall": [45],
    "03.empty": ["nothing"],
    "03.curvature": [14, [[14.0]]],
    "03.escape": [[1, 2.9], (0.0, 2.5), np.array([[2.5], [0.0]])],
    "03.ways": [15],
}

MISTAKES = {
    "00.shape": [(3, 272), (272, 2), (3, 2), (1, 1)],
    "00.sign": [-8901.77, 7.0],
    "00.stop": ["em", "e_step", "fit"],
    "01.by_hand": [[4, 9], [3, 8], [6, 9], [0, 0]],
    "01.tie": [1, 0.5, 7],
    "01.units": [60, 1, 2],
    "01.boundary": ["circle", "parabola", "ellipse"],
    "01.plus_plus": [0.75, 0.5, 1 / 3, 9, 0.1, 0.2],
    "02.zero": [40, 1],
    "02.names": [3, 4, 0, 2],
    "02.boundary": [0, 10, 7.5, 1],
    "02.missing": ["a smaller k", "more restarts", "more data", "luck"],
    "03.fall": [15, 9, 3, -45, 90, 1],
    "03.empty": ["it moves to zero", "it moves to the nearest datum", "it moves to the middle of all data", "?"],
    "03.curvature": [7, 2, 1],
    "03.escape": [[1, 3], [1.0, 1.0], [0, 1e200]],
    "03.ways": [32, 30, 16, 31, 10],
}

GARBAGE = [
    object(), "", "x" * 10_000, [], {}, {"a": 1}, [[1, 2], [3]], np.nan, [np.inf, 1], 1j, True, b"1", [None],
    lambda x: x, np.array("text"), np.array([1, 2], dtype=object), range(3), 10**400, print, type,
]  # fmt: skip


def said(capsys, name, answer):
    assert check(name, answer) is None
    text = capsys.readouterr().out
    assert text.startswith(f"{name} · ")
    assert text.count("\n") == 1
    return text.removeprefix(f"{name} · ").strip()


def all_questions():
    folder = Path(lecture_lib.homework.__file__).parent
    for path in sorted(folder.glob("notebook_*.py")):
        for word in import_module(f"lecture_lib.homework.{path.stem}").QUESTIONS:
            yield f"{path.stem.removeprefix('notebook_')}.{word}"


def test_every_question_is_tested_here():
    assert sorted(all_questions()) == sorted(RIGHT) == sorted(MISTAKES)


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("nothing", [..., None])
def test_nothing_so_far_is_not_attempted(name, nothing, capsys):
    assert said(capsys, name, nothing).startswith("not attempted.")


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name in RIGHT for answer in RIGHT[name]])
def test_right_answers_in_every_form_are_correct(name, answer, capsys):
    text = said(capsys, name, answer)
    assert text.startswith("correct. ")
    assert len(text.split()) > 3  # it says why


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_gets_words_of_its_own(name, capsys):
    replies = [said(capsys, name, answer) for answer in MISTAKES[name]]
    assert all(reply.startswith("not yet: ") for reply in replies)
    if name not in ("00.stop", "03.escape"):  # two steps and two bad places each share a reply
        assert len(set(replies)) == len(replies)


@pytest.mark.parametrize("name", RIGHT)
def test_garbage_gets_a_sentence_and_never_an_exception(name, capsys):
    for answer in GARBAGE:
        reply = said(capsys, name, answer)
        assert reply.startswith("not yet: "), answer
        assert reply.endswith("."), answer


@pytest.mark.parametrize("name", RIGHT)
def test_an_answer_is_not_changed(name):
    for answer in RIGHT[name]:
        if isinstance(answer, np.ndarray):
            before = answer.copy()
            check(name, answer)
            np.testing.assert_array_equal(answer, before)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("99.tie", "name must begin with the number of a notebook"),
        ("tie", "name must begin with the number of a notebook"),
        ("01.", 'name must be one of "01.by_hand", '),
        ("../x", "name must begin with the number of a notebook"),
        (3, "name must begin with the number of a notebook"),
    ],
)
def test_unknown_names_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        check(name, 1)
