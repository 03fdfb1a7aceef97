"""Long runs: they can be watched, interrupted, and taken up again."""

import io
import itertools
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from lecture_lib.datasets import load_old_faithful
from lecture_lib.em import Run, State, best_of, converge, em, progress, runs_from
from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import MixtureParameters

MODEL = GaussianMixture(load_old_faithful())
START = MixtureParameters([0.5, 0.5], [[2.0, 60], [4.0, 70]], [np.diag([1.0, 100.0])] * 2)


def interrupted_after(states, n):
    yield from itertools.islice(states, n)
    raise KeyboardInterrupt


def test_progress_changes_no_state_and_shows_steps_and_objective():
    pytest.importorskip("tqdm")
    screen = io.StringIO()
    run = converge(progress(em(MODEL, START), file=screen, mininterval=0))
    np.testing.assert_array_equal(run.objectives, converge(em(MODEL, START)).objectives)
    assert f"{run.states[-1].step}step" in screen.getvalue()
    assert f"objective {run.objective:.6g}" in screen.getvalue()


def test_progress_counts_steps_and_not_states():
    pytest.importorskip("tqdm")
    screen = io.StringIO()
    states = [State(step, None, 1.0) for step in (0, 2, 4)]
    assert list(progress(states, file=screen, mininterval=0)) == states
    assert "4step [" in screen.getvalue()  # not the rate, 1.4step/s


def test_without_tqdm_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ModuleNotFoundError, match=r'tqdm, which is not .*pip install "\.\[progress\]"'):
        progress(em(MODEL, START))


def test_an_interrupt_keeps_the_states_so_far():
    run = converge(interrupted_after(em(MODEL, START), 6))
    assert (len(run.states), run.converged, run.interrupted) == (6, False, True)
    assert repr(run).startswith("Run(interrupted after 5 steps")


def test_an_interrupt_before_the_first_state_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        converge(interrupted_after(em(MODEL, START), 0))


def test_a_run_goes_on_from_its_last_state():
    never = {"until": lambda seen: False}
    whole = converge(em(MODEL, START), max_steps=20, **never)
    half = converge(interrupted_after(em(MODEL, START), 8))
    rest = converge(em(MODEL, half.theta), max_steps=13, **never)
    found = np.r_[half.objectives, rest.objectives[1:]]
    np.testing.assert_allclose(found, whole.objectives, rtol=1e-13)


def test_after_an_interrupt_no_further_start_is_tried():
    asked = []

    def runs():
        for objective in (2.0, 1.0, 5.0):
            asked.append(objective)
            yield Run((State(0, None, objective),), converged=False, interrupted=objective == 1.0)

    best = best_of(runs())
    assert asked == [2.0, 1.0]
    assert (best.objective, best.interrupted) == (2.0, True)
    assert not best_of(runs_from(MODEL, [START])).interrupted


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGINT to send")
def test_a_real_interrupt_of_a_process():
    code = """
        import signal
        import numpy as np
        from lecture_lib.em import converge, em
        from lecture_lib.models.kmeans import KMeans
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
        def states():
            for state in em(KMeans(np.arange(20000.0)[:, None]), np.arange(500.0)[:, None]):
                print(state.step, flush=True)
                yield state
        run = converge(states(), until=lambda seen: False, max_steps=10**9)
        print("kept", len(run.states), run.interrupted, np.isfinite(run.theta).all(), flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line == "3\n":
                process.send_signal(signal.SIGINT)
                break
        rest = process.stdout.read().split("\n")
    assert process.returncode == 0
    kept = next(line for line in rest if line.startswith("kept")).split()
    assert int(kept[1]) >= 3
    assert kept[2:] == ["True", "True"]
