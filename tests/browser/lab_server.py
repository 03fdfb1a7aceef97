import contextlib
import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


@dataclass(frozen=True)
class Server:
    address: str  # of the page that the server printed, with its token

    def page(self, path):
        """The address at which JupyterLab shows one file and nothing else."""
        host, token = re.match(r"(http://[^/]*)/.*(token=\w+)", self.address).groups()
        return f"{host}/doc/tree/{path}?{token}&reset"


@contextlib.contextmanager
def serving(command, folder):
    """Start a JupyterLab in the folder, wait for the address that it prints, and stop it at the end."""
    log = Path(tempfile.mkstemp(dir=folder, suffix=".log")[1])
    # It neither reads nor writes what belongs to the user.
    own = {name: str(folder / ".jupyter" / name) for name in JUPYTER_FOLDERS}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | own, stdout=output, stderr=output)
    try:
        yield Server(printed_address(process, log))
    finally:
        process.terminate()
        process.wait(timeout=20)


def printed_address(process, log, seconds=60):
    """Return the address that a starting JupyterLab prints."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"^ +(http://127\.0\.0\.1:\S+token=\w+)$", log.read_text(), re.MULTILINE):
            return found[1]
        time.sleep(0.1)
    return pytest.fail(f"JupyterLab printed no address; its log is:\n{log.read_text()}")
