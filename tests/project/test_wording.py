"""Words: what is said of each is said with "per"."""

import re

import pytest
from test_size import COMPUTE, NAMES

EACH = re.compile(
    r"\bone (row|number|label|matrix|column|state) an? (datum|cluster|component|mean|step|dimension)\b", re.I
)


@pytest.mark.parametrize("path", COMPUTE, ids=NAMES)
def test_one_row_per_datum(path):
    assert [found[0] for found in EACH.finditer(path.read_text(encoding="utf-8"))] == []


def test_what_is_found():
    assert [bool(EACH.search(text)) for text in ("One row a datum.", "one row per datum", "one of a step")] == [
        *(True, False, False)
    ]
