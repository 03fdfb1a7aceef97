"""Make nbval compare all that a notebook stores: every output, in order, with its pictures.

nbval 0.11 sorts the outputs of a cell by kind, compares the text of each kind, and skips pictures and
metadata. So it misses a picture that changed, an alt text that changed, and outputs in another order. Here
its comparison of one cell is replaced by one that goes through the outputs pair by pair.
"""

import base64
import hashlib
import io
import itertools
import os
import re
from pathlib import Path

import numpy as np
import pytest
from execute import canonical_outputs
from nbval.plugin import IPyNbCell, coalesce_streams
from PIL import Image

# Two drawings of the same figure differ by faint shades at edges and in letters. A datum that moved by
# one pixel turns more than this many pixels from dark to light (tests/notebooks/test_nbval_strict.py).
STRONG = 32  # a pixel differs strongly if a channel is off by more, of 255
MOST_STRONG_PIXELS = 4
MOST_MEAN_DIFFERENCE = 0.5  # of 255, over all pixels and channels
DIFFERENCES = Path(__file__).resolve().parents[1] / "build" / "differences"

# The students' notebooks are stored without outputs; tests/homework/test_notebooks_of_sets.py runs them.
collect_ignore = [str(path) for path in Path(__file__).parent.glob("homework/*.ipynb")]

PICTURE_IN_HTML = re.compile(r"data:image/png;base64,([\w+/=\s]+)")


def pytest_runtest_setup(item):
    """Fail a cell that was stored without having been run: nbval would not compare its outputs."""
    if isinstance(item, IPyNbCell) and item.cell.execution_count is None:
        pytest.fail(f"{item.nodeid} was never run; use notebooks/execute.py", pytrace=False)


def compare_outputs(cell, new, stored, skip_compare=None):
    """Return whether the outputs agree; if not, leave what differs where nbval looks for it."""
    new, stored = (canonical_outputs(coalesce_streams(outputs)) for outputs in (new, stored))
    cell.comparison_traceback = list(differences(cell.sanitize, stored, new))
    return not cell.comparison_traceback


def differences(sanitize, stored, new):
    """Yield a line or more for each output that differs."""
    for number, (old, now) in enumerate(itertools.zip_longest(stored, new), start=1):
        if old is None or now is None:
            what = "is new" if old is None else "is missing"
            yield f"output {number} {what}: {shortened(fields(old or now))}"
            continue
        old, now = fields(old), fields(now)
        for name in sorted(old.keys() | now.keys()):
            if difference := field_difference(sanitize, name, old.get(name), now.get(name)):
                yield f"output {number}, {name}: {difference}"


def fields(output):
    """Return what is to be compared of an output, by name."""
    kind = output["output_type"]
    if kind == "stream":
        return {output["name"]: output["text"]}
    if kind == "error":
        return {"error": f"{output['ename']}: {output['evalue']}"}
    data, metadata = dict(output["data"]), output["metadata"]
    html = data.get("text/html", "")
    for number, png in enumerate(PICTURE_IN_HTML.findall(html), start=1):
        data[f"picture {number} in text/html"] = png
        data["text/html"] = PICTURE_IN_HTML.sub("picture", html)
    about = {f"metadata of {mime}": str(said) for mime, said in metadata.items() if said}
    return {"kind": kind, **data, **about}


def field_difference(sanitize, name, old, now):
    """Return how a field differs, or None."""
    if old is None or now is None:
        return "is new" if old is None else "is missing"
    if name == "image/png" or name.startswith("picture"):
        return picture_difference(old, now)
    if isinstance(old, str) and isinstance(now, str) and sanitize(old).strip() == sanitize(now).strip():
        return None
    return None if old == now else f"\n  stored: {old!r}\n  new:    {now!r}"


def picture_difference(old, now):
    """Return how two pictures differ, or None."""
    stored, new = old, now
    old, now = pixels(old), pixels(now)
    if old.shape != now.shape:
        return f"stored {old.shape[1]} x {old.shape[0]} pixels, new {now.shape[1]} x {now.shape[0]}"
    off = np.abs(old - now)
    strong, mean = np.count_nonzero(off.max(axis=2) > STRONG), off.mean()
    if strong <= MOST_STRONG_PIXELS and mean <= MOST_MEAN_DIFFERENCE:
        return None
    if os.environ.get("CI") == "true":
        keep(stored, new)
    return (
        f"{strong} pixels differ by more than {STRONG}/255 (allowed: {MOST_STRONG_PIXELS}), "
        f"the mean difference is {mean:.3g}/255 (allowed: {MOST_MEAN_DIFFERENCE})"
    )


def keep(stored, new):
    """Write two pictures that differ side by side in a folder, which CI hands out."""
    DIFFERENCES.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(stored.encode()).hexdigest()[:8]
    for png, word in ((stored, "stored"), (new, "new")):
        (DIFFERENCES / f"{name}-{word}.png").write_bytes(base64.b64decode(png))


def pixels(png):
    """Return a stored picture as integers, shape (height, width, 4)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), dtype=int)


def shortened(text, length=200):
    """Return the beginning of a long text."""
    text = str(text)
    return text if len(text) <= length else text[:length] + " ..."


IPyNbCell.compare_outputs = compare_outputs
