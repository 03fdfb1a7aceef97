"""The lines of the page on own data run as they stand, from top to bottom, and do what it says."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.models.gaussian_mixture import GaussianMixture
from lecture_lib.models.mixture import bic, log_likelihood

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "notebooks/site/pages/own_data.md").read_text(encoding="utf-8")
BLOCKS = [
    block for block in re.findall(r"```python\n(.*?)```", PAGE, re.S) if "Client(" not in block
]  # test_cluster


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The names there are after each block, run in a folder with Old Faithful as the reader's file."""
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    folder = tmp_path_factory.mktemp("own")
    shutil.copy(ROOT / "data/old_faithful.csv", folder / "data.csv")
    names, after = {}, []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for block in BLOCKS:
            exec(block, names)
            after.append({name: value.copy() if name == "X" else value for name, value in names.items()})
    return after


def test_a_file_is_fitted(states):
    assert len(states) == 9
    assert states[0]["X"].shape == (272, 2)
    assert states[0]["run"].converged


def test_a_search_says_how_many_starts_agree(states):
    found = states[1]["found"]
    assert found.agreeing >= 1
    assert found.objective > states[0]["run"].objective  # a component more


def test_weights_make_one_of_equal_rows(states):
    whole, weighted = states[0], states[2]
    assert len(weighted["rows"]) < 272 == weighted["counts"].sum()
    assert weighted["run"].objective == pytest.approx(
        whole["run"].objective, abs=1e-5
    )  # each run stops within 1e-6


def test_a_missing_value_costs_a_little(states):
    names = states[3]
    assert np.isnan(names["X"]).sum() == 1
    assert names["scores"].sum() == pytest.approx(names["run"].objective, rel=1e-12)
    np.testing.assert_allclose(names["r"].sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(
        np.sort(names["run"].theta.weights), np.sort(states[0]["run"].theta.weights), atol=0.01
    )


def test_pseudocounts_leave_nothing_impossible(states):
    p = states[4]["bernoulli_run"].theta.probabilities
    assert 0 < p.min() < p.max() < 1


def test_what_was_kept_goes_on(states):
    before, after = states[3]["run"], states[5]
    np.testing.assert_array_equal(after["theta"].covariances, before.theta.covariances)
    assert after["run"].objective == pytest.approx(before.objective, abs=1e-5)
    assert after["r"].shape == (len(after["rows"]), 2)


def test_an_estimator_keeps_the_index(states):
    frame, clusters = states[6]["frame"], states[6]["clusters"]
    assert list(clusters.index) == list(frame.index)
    weights = np.sort(states[0]["run"].theta.weights)  # few data lie between the two
    np.testing.assert_allclose(np.sort(np.bincount(clusters)) / len(frame), weights, atol=0.01)


def test_an_estimator_comes_back_without_a_fit(states):
    names = states[7]
    assert names["again"].predict(names["frame"]).equals(names["clusters"])


def test_parts_with_holes_are_fitted_from_a_sample(states):
    names = states[8]
    assert len(names["parts"]) == 3
    assert names["r"].shape == (272, 2)
    assert names["run"].objective == pytest.approx(states[0]["run"].objective, abs=1e-5)  # each stops within 1e-6


def test_scores_take_the_same_blocks_as_the_page_says(states):
    X, theta = states[0]["X"], states[0]["run"].theta
    parts = np.split(X, [100, 100])
    assert log_likelihood(parts, theta) == pytest.approx(GaussianMixture(X).e_step(theta)[1], rel=1e-12)
    assert bic(parts, theta, "full") == pytest.approx(bic(X, theta, "full"), rel=1e-12)
