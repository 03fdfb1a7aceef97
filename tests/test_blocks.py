"""Blocks on two threads: every datum once, results in a fixed order, and the linear algebra left as it was."""

import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest

from lecture_lib import blocks
from lecture_lib.blocks import THREADS, over_blocks


@dataclass
class Library:
    """Stands for a linear algebra library that runs on some threads."""

    threads: int

    def get_num_threads(self):
        return self.threads

    def set_num_threads(self, threads):
        self.threads = threads


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 17, 30])
def test_every_datum_is_in_one_block_of_at_most_the_size(n):
    shares = over_blocks(lambda parts: [np.arange(n)[part] for part in parts], n, 8)
    parts = [part for share in shares for part in share]
    assert max(map(len, parts)) == min(n, 8)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))


def test_blocks_are_dealt_in_turn_and_results_keep_their_order():
    for _ in range(20):
        shares = over_blocks(lambda parts: [part.start for part in parts], 50, 10)
        assert shares == [[0, 20, 40], [10, 30]]


def test_two_threads_work_at_once_and_one_block_needs_none():
    met = threading.Barrier(THREADS, timeout=20)
    over_blocks(lambda parts: met.wait(), 2, 1)
    assert over_blocks(lambda parts: threading.current_thread(), 5, 5) == [threading.current_thread()]


def test_the_linear_algebra_is_held_to_one_thread_and_then_released(monkeypatch):
    libraries = [Library(4), Library(2)]
    monkeypatch.setattr(blocks, "_libraries", lambda: libraries)
    assert over_blocks(lambda parts: [library.threads for library in libraries], 1, 1) == [[1, 1]]
    assert [library.threads for library in libraries] == [4, 2]


def test_an_error_comes_through_and_the_threads_are_released(monkeypatch):
    libraries = [Library(4)]
    monkeypatch.setattr(blocks, "_libraries", lambda: libraries)

    def fail(parts):
        raise ArithmeticError("no")

    for n in (1, 10):
        with pytest.raises(ArithmeticError, match="no"):
            over_blocks(fail, n, 2)
        assert libraries[0].threads == 4


def test_an_error_in_one_thread_waits_for_the_other():
    done = []

    def work(parts):
        if parts[0].start == 0:
            raise RuntimeError("the first")
        time.sleep(0.05)
        done.append(parts)

    with pytest.raises(RuntimeError, match="the first"):
        over_blocks(work, 2, 1)
    assert len(done) == 1
