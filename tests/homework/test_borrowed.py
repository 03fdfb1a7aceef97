"""Code that may borrow an answer from the library is remarked wherever it stands; honest code is not."""

import nbformat
import pytest
from handed_in import BLANK, HOMEWORK, SOLUTION

pytest.importorskip("nbgrader", reason="comes with the extra `grading`")

from borrowed import borrowed, taught_by

TAUGHT = taught_by(BLANK.cells)

HONEST = [
    "# I checked with kmeans.update and lecture_lib.models.kmeans\nx = 1",
    '"""Like kmeans.update of lecture_lib."""',
    'def f(X):\n    """As lecture_lib.models does."""\n    return X',
    "%matplotlib inline",
    "%timeit 1 + 1",
    "import re\nre.compile('a')",
    "import sys\nsys.setrecursionlimit(10_000)\nsys.float_info.min",
    "class A:\n    def __init__(self):\n        super().__init__()",
    "np.__version__",
    "getattr(np, 'pi')",
    "from lecture_lib.widgets import KMeansExplorer\nfrom lecture_lib import figures, datasets",
    "from lecture_lib.homework import check\ncheck('hw1.assign', assign)",
    "def kmeans(X, k):\n    return X\nkmeans(1, 2)",
    "print('kmeans.update gives', 3)",
    "f'{3:.2f} {x!r}'",
]
BORROWS = [
    "k = kmeans",
    "from scipy.cluster.vq import vq",
    "import sklearn.cluster",
    "assign = kmeans.assign",
    "r = kmeans.assign(X, means)",
    "from lecture_lib.models.kmeans import assign as their_assign",
    "from lecture_lib.models import kmeans",
    "from lecture_lib import models",
    "import lecture_lib.models.kmeans as k",
    "import lecture_lib",
    "import importlib\nimportlib.import_module('lecture_' + 'lib.models.kmeans')",
    "__import__('lecture_lib')",
    "import builtins",
    "np.os.sys.modules",
    "import sys\nsys.modules['lecture' '_lib']",
    "exec(text)",
    "f = eval('kmea' + 'ns')",
    "globals()['kmea' + 'ns']",
    "getattr(figures, name)",
    "getattr(figures, '__loader__')",
    "plane.__class__.__mro__",
    "def f():\n    return f.__globals__",
    "import gc\ngc.get_objects()",
    "open('/lecture_' + 'lib/models/kmeans.py').read()",
    "!cat lecture_lib/models/kmeans.py",
    "def assign(:\n    import lecture_lib",
    "from lecture_lib.homework.engine import runner",
    "get_ipython().user_ns['__builtins__']",
]


@pytest.mark.parametrize("source", HONEST)
def test_honest_code_is_not_remarked(source):
    assert borrowed(source, "", TAUGHT) == []


@pytest.mark.parametrize("source", BORROWS)
def test_what_may_reach_the_library_is_remarked(source):
    assert borrowed(source, "", TAUGHT)


def test_nothing_that_was_handed_out_or_is_a_model_answer_is_remarked():
    assert set(TAUGHT) == {"kmeans"}
    for cell in SOLUTION.cells:
        if cell.cell_type == "code" and cell.id != "setup":
            given = next(each.source for each in BLANK.cells if each.id == cell.id)
            assert borrowed(cell.source, given, TAUGHT) == []
    picture = next(each.source for each in BLANK.cells if each.id == "colours-picture")
    assert borrowed(picture.replace("8", "16"), picture, TAUGHT) == []
    assert borrowed(picture, "", TAUGHT) == ["`kmeans`"]


@pytest.mark.parametrize(
    "source",
    [
        "def log_sum_exp(a):\n    return special.logsumexp(a, axis=1)",
        "from scipy.special import logsumexp as f",
        "def log_sum_exp(a):\n    return np.logaddexp.reduce(a, axis=1)",
    ],
)
def test_what_the_exercise_asks_to_write_is_remarked_where_it_asks_for_it(source):
    sets = [nbformat.read(HOMEWORK / f"{name}.ipynb", as_version=4) for name in ("hw3_gradients", "hw4_em")]
    found = [borrowed(source, "", taught_by(each.cells)) for each in sets]
    assert found[0]
    assert found[1] == []  # there it is at hand
