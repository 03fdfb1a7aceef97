"""A fit on a cluster of processes survives the death of a worker; what the README says to type works."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.em import converge, em
from lecture_lib.models.gaussian_mixture import GaussianMixture

HERE = Path(__file__).parent


def test_the_demo_at_a_smaller_size():
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    command = [sys.executable, str(HERE / "demo.py"), "--rows", "40000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a scheduler and 2 workers" in done.stdout
    assert "is killed" in done.stdout
    assert "1 worker is left" in done.stdout
    assert "parameters differ by at most" in done.stdout


def test_what_the_readme_says_to_type(tmp_path):
    distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
    readme = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", readme, re.S) if "Client(" in block)
    centres, rng = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 6.0]]), np.random.default_rng(0)
    paths = [tmp_path / f"{number}.npy" for number in range(4)]
    for path in paths:
        np.save(path, centres[rng.integers(3, size=4000)] + rng.standard_normal((4000, 2)))
    names = {"load": np.load, "paths": paths}
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        try:
            exec(code.replace("tcp://HOST:8786", cluster.scheduler_address), names)
        finally:
            names["client"].close()
    here = converge(em(GaussianMixture([np.load(path) for path in paths]), names["start"]))
    assert names["run"].objective == here.objective
    means = here.theta.means[np.argsort(here.theta.means @ [1, 2])]
    np.testing.assert_allclose(means, centres, atol=0.1)  # the error of a mean of 5000 data is about 0.015
