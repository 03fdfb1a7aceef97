"""What docstrings show is run, and the names that a reader meets first show something."""

import doctest
import importlib
import pkgutil

import pytest

import lecture_lib

MODULES = [info.name for info in pkgutil.walk_packages(lecture_lib.__path__, "lecture_lib.")]
FIRST = {
    *("datasets.load_old_faithful", "seeding.kmeans_plus_plus", "labellings.disagreement", "storage.load"),
    *("em.loop.converge", "models.kmeans.loop.fit", "models.kmeans.definitions.labels"),
    *("models.gaussian_mixture.fit", "models.gaussian_mixture.bic_table"),
    *("models.mixture.responsibilities", "models.mixture.sample"),
    *("estimators.KMeansEstimator", "estimators.GaussianMixtureEstimator"),
    *("formulas.evaluation.evaluate", "derivation.chain.Derivation"),
}


def examples(module):
    found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(module))
    return [test for test in found if test.examples]


@pytest.mark.parametrize("module", [name for name in MODULES if examples(name)])
def test_examples_say_what_happens(module):
    runner = doctest.DocTestRunner(verbose=False)
    said = []
    for test in examples(module):
        runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_what_a_reader_meets_first_has_an_example():
    shown = {test.name.removeprefix("lecture_lib.") for name in MODULES for test in examples(name)}
    assert shown >= FIRST
