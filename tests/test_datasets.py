"""Data: the files are the ones that data/README.md describes, and the generated ones can be made again."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lecture_lib import datasets

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(path.name for path in DATA.glob("*.csv"))


def described():
    """Map each file that data/README.md describes to its sha256."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## `(\S+\.csv)`.*?sha256:?\s+`([0-9a-f]{64})`", text, flags=re.M | re.S))


def test_every_file_is_described_and_every_description_has_its_file():
    assert FILES
    assert sorted(described()) == FILES


def test_every_file_has_a_loader_and_every_loader_a_file():
    loaders = {name.removeprefix("load_") for name in datasets.__all__ if name.startswith("load_")}
    assert sorted(f"{name}.csv" for name in loaders) == FILES


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_the_hash_that_is_written_down(name):
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == described()[name]


@pytest.mark.parametrize("name", FILES)
def test_every_description_names_origin_licence_units_and_columns(name):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    entry = text.split(f"## `{name}`")[1].split("\n## ")[0]
    for word in ("Origin", "Licence", "Units", "Columns"):
        assert f"**{word}.**" in entry


def test_the_sets_after_mackay_are_made_again_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, DATA / "make.py", tmp_path], check=True)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(datasets.RECIPES)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DATA / path.name).read_bytes()


def test_old_faithful():
    X = datasets.load_old_faithful()
    assert X.shape == (272, 2)
    # Means and standard deviations that R prints for datasets::faithful, to its digits.
    np.testing.assert_allclose(X.mean(axis=0), [3.487783, 70.89706], rtol=1e-6)
    np.testing.assert_allclose(X.std(axis=0, ddof=1), [1.141371, 13.59497], rtol=1e-6)
    assert len(np.unique(X, axis=0)) == 256


@pytest.mark.parametrize("name", datasets.RECIPES)
def test_the_loader_gives_the_recipe_to_three_decimals(name):
    X, z = getattr(datasets, f"load_{name}")()
    made, made_z = datasets.make_clusters(datasets.RECIPES[name])
    np.testing.assert_allclose(X, made, atol=0.5001e-3)
    np.testing.assert_array_equal(z, made_z)
    assert tuple(np.bincount(z)) == datasets.RECIPES[name].counts


def test_make_clusters_draws_with_the_stated_means_and_spreads():
    recipe = datasets.ClusterRecipe((4000, 4000), ((0.0, 5.0), (3.0, -2.0)), ((1.0, 0.2), (0.5, 2.0)), seed=0)
    X, z = datasets.make_clusters(recipe)
    for j in (0, 1):
        # Four standard errors of a mean and of a standard deviation of 4000 draws.
        np.testing.assert_allclose(X[z == j].mean(axis=0), recipe.means[j], atol=4 * 2.0 / 4000**0.5)
        np.testing.assert_allclose(X[z == j].std(axis=0), recipe.spreads[j], rtol=4 / 8000**0.5)


def test_standardise():
    Z = datasets.standardise(datasets.load_old_faithful())
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(Z.std(axis=0), 1, rtol=1e-14)


def test_measurements_are_mapped_from_their_names():
    growth, optima = datasets.load_growth(), datasets.load_optima()
    assert {name: table.shape for name, table in growth.items()} == dict.fromkeys(
        ("array", "file", "scikit-learn"), (4, 3)
    )
    ways = {"bkmeans": 1, "elkan": 2, "lloyd": 2, "search": 5}
    assert len(optima) % len(ways) == 0
    for name, table in optima.items():
        assert table.shape == (ways[name.split(", ")[1]], 2)
        assert np.all(np.diff(table[:, 0]) > 0)
