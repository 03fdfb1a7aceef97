"""Kinds of covariances: what each keeps, against the definitions in NumPy and one another."""

import ast
from pathlib import Path

import numpy as np
import pytest

import lecture_lib
from lecture_lib.gaussian.kinds import COVARIANCES, KINDS, kind_of

K, D, N = 3, 4, 7


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def spd(rng):
    factors = rng.standard_normal((K, D, D + 2))
    return factors @ factors.mT


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_a_projection_is_nearest_in_squared_entries_and_changes_nothing_twice(covariance, rng):
    kind, S = kind_of(covariance), spd(rng)
    kept = kind.project(S)
    np.testing.assert_allclose(kind.project(kept), kept, rtol=1e-15)
    # What was taken away is orthogonal to all that the kind has: least squares.
    for other in kind.project(spd(rng)):
        np.testing.assert_allclose(np.sum((S - kept) * other, axis=(1, 2)), 0, atol=1e-12)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_products_and_their_coefficients_make_the_quadratic_form(covariance, rng):
    kind, x = kind_of(covariance), rng.standard_normal((D, N))
    S = kind.project(spd(rng))
    phi = np.empty((kind.n_products(D), N))
    kind.write_products(x, phi)
    forms = -0.5 * np.einsum("an,jab,bn->jn", x, np.linalg.inv(S), x)
    inverse_factors = np.linalg.inv(np.linalg.cholesky(S))
    np.testing.assert_allclose(kind.quadratic(inverse_factors) @ phi, forms, rtol=1e-11)  # condition about 1e3
    r = rng.random((K, N))
    second = kind.project(np.einsum("jn,an,bn->jab", r, x, x))
    np.testing.assert_allclose(kind.matrices(r @ phi.T, D), second, rtol=0, atol=1e-14)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_free_entries_are_as_many_as_directions_in_which_the_covariances_move(covariance, rng):
    kind, sizes = kind_of(covariance), np.array([2.0, 3, 5])
    moves = [rng.standard_normal((K, D, D)) for _ in range(2 * K * D * D)]
    images = [kind.pool(sizes, kind.project(move + move.mT)).ravel() for move in moves]
    assert np.linalg.matrix_rank(images) == kind.n_free(K, D)


@pytest.mark.parametrize("covariance", COVARIANCES)
def test_what_is_of_a_kind_is_nearest_to_itself_and_its_pool(covariance, rng):
    kind, sizes = kind_of(covariance), np.array([2.0, 3, 5])
    S = kind.pool(sizes, kind.project(spd(rng)))
    np.testing.assert_array_equal(kind.nearest(S), S)
    np.testing.assert_allclose(kind.pool(sizes, S), S, rtol=1e-15)


def test_a_shared_covariance_is_the_average_over_all_data(rng):
    S, sizes = spd(rng), np.array([2.0, 3, 5])
    pooled = kind_of("tied").pool(sizes, S)
    np.testing.assert_allclose(pooled, [np.average(S, axis=0, weights=sizes)] * K, rtol=1e-15)


def test_no_other_file_names_a_kind():
    """A new kind is a class in kinds.py: code that asks for names would forget it ("full" is a default)."""
    library = Path(lecture_lib.__file__).parent
    for path in library.rglob("*.py"):
        # Exercises go by such names, and derivations derive each kind.
        if path.name != "kinds.py" and not {"homework", "problems"} & set(path.parts):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
            assert not named & (set(COVARIANCES) - {"full"}), path


def test_kinds_go_by_their_names():
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in COVARIANCES}
    with pytest.raises(ValueError, match="covariance must be one of 'full', 'tied', 'diagonal', 'spherical'"):
        kind_of("free")
