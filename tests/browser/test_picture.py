"""The moving picture of the README: the script that takes it still finds what it drags and presses."""

import io
import itertools
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from lab_server import ROOT
from PIL import Image

sys.path.insert(0, str(ROOT / "notebooks"))
import picture

pytestmark = pytest.mark.browser


def test_the_figure_moves_when_it_is_dragged():
    with ThreadPoolExecutor() as executor:  # beside the browser of other tests
        taken = executor.submit(lambda: list(itertools.islice(picture.photographs(picture.chromium()), 4)))
    frames = [png for png, _ in taken.result()]
    shown = [Image.open(io.BytesIO(png)).convert("RGB").tobytes() for png in frames]
    assert len(set(shown)) == 4
