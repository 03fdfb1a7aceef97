"""Tiles on two threads: every row once, results in a fixed order, and the linear algebra left as it was."""

import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lecture_lib.blocks import THREADS, one_blas_thread, over_tiles


def blas_threads():
    """How many threads each BLAS library may use, asked of the libraries themselves."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture
def two():
    """BLAS that may use two threads, and does not once it is held."""
    with threadpool_limits(2, user_api="blas"):
        assert set(blas_threads()) == {2}
        yield blas_threads()


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 17, 30])
def test_every_row_is_in_one_tile_of_at_most_the_size(n):
    shares = over_tiles(lambda parts: [np.arange(n)[part] for part in parts], n, 8)
    parts = [part for share in shares for part in share]
    assert max(map(len, parts)) == min(n, 8)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))


def test_tiles_are_dealt_in_turn_and_results_keep_their_order():
    for _ in range(20):
        shares = over_tiles(lambda parts: [part.start for part in parts], 50, 10)
        assert shares == [[0, 20, 40], [10, 30]]


def test_two_threads_work_at_once_and_one_tile_needs_none():
    met = threading.Barrier(THREADS, timeout=20)
    over_tiles(lambda parts: met.wait(), 2, 1)
    assert over_tiles(lambda parts: threading.current_thread(), 5, 5) == [threading.current_thread()]


def test_the_linear_algebra_is_held_to_one_thread_and_then_released(two):
    assert over_tiles(lambda parts: set(blas_threads()), 1, 1) == [{1}]
    assert blas_threads() == two


@pytest.mark.parametrize("n", [1, 10])
def test_an_error_comes_through_and_the_threads_are_released(two, n):
    def fail(parts):
        raise ArithmeticError("no")

    with pytest.raises(ArithmeticError, match="no"):
        over_tiles(fail, n, 2)
    assert blas_threads() == two


def test_the_last_to_leave_releases_whatever_the_order(two):
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(blas_threads()) == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == two


def test_an_error_in_one_thread_waits_for_the_other():
    done = []

    def work(parts):
        if parts[0].start == 0:
            raise RuntimeError("the first")
        time.sleep(0.05)
        done.append(parts)

    with pytest.raises(RuntimeError, match="the first"):
        over_tiles(work, 2, 1)
    assert len(done) == 1
