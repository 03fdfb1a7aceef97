"""A fit on a cluster of processes survives the death of a worker."""

import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parent / "cluster" / "demo.py"


def test_the_demo_at_a_smaller_size():
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    command = [sys.executable, str(DEMO), "--rows", "40000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "a scheduler and 2 workers" in done.stdout
    assert "is killed" in done.stdout
    assert "1 worker is left" in done.stdout
    assert "parameters differ by at most" in done.stdout
