"""Questions of the notebooks: right answers pass, known mistakes get their own words, garbage gets a sentence.

The answers are in the folder ``answers``, one file a notebook.
"""

import runpy
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.homework import check
from lecture_lib.homework.engine.catalogue import books, questions_of

BANKS = {
    path.stem.removeprefix("notebook_"): runpy.run_path(str(path))
    for path in sorted((Path(__file__).parent / "answers").glob("notebook_*.py"))
}
RIGHT = {f"{book}.{word}": answers for book, bank in BANKS.items() for word, answers in bank["RIGHT"].items()}
MISTAKES = {f"{book}.{word}": answers for book, bank in BANKS.items() for word, answers in bank["MISTAKES"].items()}
SHARED_REPLIES = {f"{book}.{word}" for book, bank in BANKS.items() for word in bank.get("SHARED_REPLIES", ())}

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


def test_every_question_is_tested_here():
    questions = {f"{book}.{word}" for book in books() if book.isdigit() for word in questions_of(book)}
    assert questions == RIGHT.keys() == MISTAKES.keys()


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
    if name not in SHARED_REPLIES:
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
