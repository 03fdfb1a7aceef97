"""Ten files as people have them, through the lines of the README: right, or refused with a line that works."""

import functools
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lecture_lib.blocks import Blocks, NpyFile, ParquetFile, sample_rows
from lecture_lib.em import CollapsedComponentError, converge, em, parameters_settle
from lecture_lib.models import kmeans
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior, fit, search
from lecture_lib.models.kmeans import KMeans, labels
from lecture_lib.models.mixture import bic, log_evidence, log_likelihood, responsibilities

pd = pytest.importorskip("pandas")

RNG = np.random.default_rng(0)
CLOUDS = np.round(np.concatenate([RNG.normal(0, 1, (80, 2)), RNG.normal(8, 1, (120, 2))]), 2)
FRAME = pd.DataFrame(CLOUDS, columns=["x", "y"]).sample(frac=1, random_state=0)
X = FRAME.to_numpy()


def followed(error, X):
    """Run the first line of Python in the remedy of a message, as its reader would."""
    remedy = str(error).split("; ", 1)[1]
    start = re.search(r"X\.|np\.|pandas\.|\[list\(", remedy).start()
    line = re.split(r", or|, where|, which", remedy[start:])[0]
    return eval(line, {"X": X, "np": np, "pandas": pd})


def check(data):
    """Fit what the README fits, and find the two clouds."""
    start = fit(sample_rows(data, 100, np.random.default_rng(0)), 2, rng=np.random.default_rng(0), restarts=2).theta
    run = converge(em(GaussianMixture(data), start))
    np.testing.assert_allclose(sorted(run.theta.weights), [0.4, 0.6], atol=1e-3)
    means = converge(em(KMeans(data), run.theta.means), until=parameters_settle()).theta
    assert sorted(np.bincount(labels(data, means))) == [80, 120]


def csv(tmp_path, frame, **how):
    frame.to_csv(tmp_path / "data.csv", **how)
    return pd.read_csv(tmp_path / "data.csv")


def test_1_a_csv_file_with_a_column_of_text(tmp_path):
    data = csv(tmp_path, FRAME.assign(name="a"), index=False)
    with pytest.raises(ValueError, match=r"got the columns \['name'\] .*; leave them out, X.drop") as caught:
        Blocks(data)
    check(followed(caught.value, data))


def test_2_a_csv_file_with_its_index(tmp_path):
    """Nothing in the file says that the first column numbers the rows; ``index_col=0`` does."""
    csv(tmp_path, FRAME)
    check(pd.read_csv(tmp_path / "data.csv", index_col=0))


@pytest.mark.parametrize("holes", [False, True])
def test_3_nullable_types(holes, tmp_path):
    frame = FRAME.assign(z=np.round(10 * FRAME.y).astype(int), flag=FRAME.x > 4)
    if holes:
        frame = frame.astype({"z": "Int64", "flag": "boolean"})
        frame.loc[frame.index[0], ["x", "z", "flag"]] = pd.NA
    data = csv(tmp_path, frame, index=False).convert_dtypes()
    assert np.asarray(data).dtype == object
    if not holes:
        np.testing.assert_array_equal(Blocks(data).array, frame.to_numpy(dtype=float))
        return
    with pytest.raises(ValueError, match=r"X must be finite, got NaN or inf in 3 of 800 .* with missing=True"):
        Blocks(data)
    np.testing.assert_array_equal(Blocks(data, missing=True).array, frame.to_numpy(dtype=float, na_value=np.nan))


@pytest.mark.parametrize("kind", ["index", "columns", "range"])
def test_4_the_index_of_a_frame_in_parquet(kind, tmp_path):
    pytest.importorskip("pyarrow")
    frame = {"index": FRAME, "columns": FRAME.set_index(np.arange(200.0)), "range": FRAME.reset_index(drop=True)}[
        kind
    ]
    frame.to_parquet(tmp_path / "f.parquet")
    assert ParquetFile(tmp_path / "f.parquet").columns == ("x", "y")
    check(ParquetFile(tmp_path / "f.parquet"))


def parts_of(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "year=2026").mkdir()
    for number, part in enumerate(np.split(np.arange(200), [90, 90, 150])):
        FRAME.iloc[part].to_parquet(tmp_path / "year=2026" / f"part-{number}.parquet")
    (tmp_path / "_metadata").write_text("")
    (tmp_path / "_temporary").mkdir()
    (tmp_path / "_temporary" / "part-9.parquet").write_text("half")
    return sorted((tmp_path / "year=2026").glob("*.parquet"))


@pytest.mark.parametrize("source", ["folder", "list of paths", "list of files"])
def test_5_a_folder_of_parts_one_of_them_without_rows(source, tmp_path):
    parts = parts_of(tmp_path)
    data = {
        "folder": lambda: ParquetFile(tmp_path),
        "list of paths": lambda: ParquetFile(parts),
        "list of files": lambda: [ParquetFile(part) for part in parts],
    }[source]()
    np.testing.assert_array_equal(sample_rows(data, 200, RNG), X)
    check(data)


def test_5_parts_that_differ_in_their_columns_are_refused(tmp_path):
    first, *_, last = parts_of(tmp_path)
    FRAME.assign(z=1).to_parquet(last)
    with pytest.raises(ValueError, match=r"path must name files with the same columns, .* with columns="):
        ParquetFile(tmp_path)
    with pytest.raises(ValueError, match="X must be files with the same columns"):
        Blocks([ParquetFile(first), ParquetFile(last)])
    assert len(Blocks(ParquetFile([first, last], columns=["x", "y"]))) == 290
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="without one; check the name"):
        ParquetFile(tmp_path / "empty")


def test_6_big_endian_numbers(tmp_path):
    np.save(tmp_path / "x.npy", np.asfortranarray(X.astype(">f4")))
    with pytest.raises(ValueError, match=r"Fortran order; save np\.ascontiguousarray"):  # as pandas keeps it
        NpyFile(tmp_path / "x.npy")
    np.save(tmp_path / "x.npy", np.ascontiguousarray(X.astype(">f4")))
    check(NpyFile(tmp_path / "x.npy", rows=60))
    check(np.load(tmp_path / "x.npy", mmap_mode="r"))


def test_7_groups_without_rows():
    check([X[:0], X[:50], X[50:50], X[50:], X[:0]])


def test_8_dates(tmp_path):
    data = csv(tmp_path, FRAME.assign(day=pd.date_range("2026-01-01", periods=200)), index=False)
    data["day"] = pd.to_datetime(data["day"])
    with pytest.raises(ValueError, match=r"got the columns \['day'\] \(the first datetime64") as caught:
        Blocks(data)
    check(followed(caught.value, data))
    with pytest.raises(ValueError, match="got dtype datetime64") as caught:
        Blocks(data[["day"]].to_numpy())
    days = data[["day"]].to_numpy()
    assert Blocks(followed(caught.value, days)).shape == (200, 1)


def test_9_missing_values_as_none_and_na_among_objects():
    data = X.astype(object)
    data[3, 1], data[5, 0] = None, pd.NA
    message = r"X must hold real numbers, got missing values \(None or NA\) in 2 of 400 .* at \[3, 1\]"
    with pytest.raises(ValueError, match=message) as caught:
        Blocks(data)
    np.testing.assert_array_equal(Blocks(followed(caught.value, data)).array, np.delete(X, [3, 5], axis=0))
    blocks = Blocks(pd.DataFrame(data), missing=True)
    assert np.isnan(blocks.array).sum() == 2
    start = fit(X, 2, rng=np.random.default_rng(0), restarts=1).theta
    run = converge(em(GaussianMixture(pd.DataFrame(data), missing=True), start))
    np.testing.assert_allclose(sorted(run.theta.weights), [0.4, 0.6], atol=1e-3)


@pytest.mark.parametrize("text", ["a", "1.5"])
def test_9_a_column_of_text_in_a_list(text):
    rows = [[1.0, text, 2.0], [3.0, text, 4.0]]
    with pytest.raises(ValueError, match="X must hold real numbers, got dtype <U") as caught:
        Blocks(rows)
    assert Blocks(np.asarray(followed(caught.value, rows), dtype=float)).shape[0] == 2


SPARSE = ["csr_array", "csc_matrix", "coo_array", "coo_matrix"]


@pytest.mark.parametrize("kind", SPARSE)
def test_10_sparse_matrices(kind):
    from scipy import sparse

    data = getattr(sparse, kind)(X)
    for call in (Blocks, KMeans, GaussianMixture, lambda X: fit(X, 2, rng=RNG), lambda X: labels(X, np.eye(2))):
        with pytest.raises(ValueError, match=r"X must be dense, got a sparse .*; pass X.toarray\(\)") as caught:
            call(data)
        np.testing.assert_array_equal(followed(caught.value, data), X)
    with pytest.raises(ValueError, match=r"block 1 of X must be dense, .* pass block.toarray\(\)"):
        Blocks([X, data])


OTHER = {
    "a dict": ({"x": X[:, 0], "y": X[:, 1]}, "got a dict; pass np.column_stack"),
    "rows as dicts": (FRAME.to_dict("records"), "got a dict; pass"),
    "a generator of rows": ((row for row in X), "got a generator; pass list"),
}


@pytest.mark.parametrize("call", [Blocks, KMeans, lambda X: fit(X, 2, rng=RNG)])
@pytest.mark.parametrize(("data", "message"), OTHER.values(), ids=OTHER)
def test_containers_that_are_no_array(data, message, call):
    with pytest.raises(ValueError, match=message) as caught:
        call(data)
    if call is Blocks and "generator" not in message:
        np.testing.assert_array_equal(Blocks(followed(caught.value, data)).array, X)


class Stored:
    """What h5py and zarr have in common: rows by slices, and a ``__array__`` that would load everything."""

    def __init__(self, data, chunks):
        self.data, self.shape, self._chunks, self.most = data, data.shape, chunks, 0

    @property
    def chunks(self):
        return self._chunks

    def __getitem__(self, rows):
        self.most = max(self.most, len(self.data[rows]))
        return self.data[rows]

    def __array__(self, dtype=None, copy=None):
        raise MemoryError("all rows at once")


@pytest.mark.parametrize("chunks", [(30, 1), None])
def test_arrays_in_files_go_by_their_chunks(chunks, monkeypatch):
    from lecture_lib.blocks import blocks

    monkeypatch.setattr(blocks, "ROWS_PER_BLOCK", 64)
    data = Stored(X, chunks)
    check(data)
    assert data.most <= 64
    with pytest.raises(ValueError, match="X must be one array in memory, got a Stored that would be loaded whole"):
        fit(data, 2, rng=RNG)


def test_a_dask_array_goes_by_its_chunks():
    da = pytest.importorskip("dask.array")
    data = da.from_array(X, chunks=(60, 1))
    assert Blocks(data).lengths == [60, 60, 60, 20]
    check(data)
    with pytest.raises(ValueError, match="got a Array that would be loaded whole"):
        fit(data, 2, rng=RNG)
    with pytest.raises(ValueError, match=r"pass X.compute_chunk_sizes\(\)") as caught:
        Blocks(data[data[:, 0] > -99])
    check(followed(caught.value, data[data[:, 0] > -99]))


def test_after_a_fit_of_blocks_there_are_labels_scores_and_criteria():
    parts, theta = np.split(X, [60, 61, 61]), fit(X, 2, rng=np.random.default_rng(0), restarts=1).theta
    np.testing.assert_array_equal(labels(parts, theta.means), labels(X, theta.means))
    np.testing.assert_allclose(responsibilities(parts, theta), responsibilities(X, theta), rtol=1e-12)
    np.testing.assert_allclose(log_evidence(parts, theta), log_evidence(X, theta), rtol=1e-12)
    assert log_likelihood(parts, theta) == pytest.approx(log_evidence(X, theta).sum(), rel=1e-12)
    assert bic(parts, theta, "full") == pytest.approx(bic(X, theta, "full"), rel=1e-12)


# What is said of a frame names its columns and rows, and what it says can be run

AGES = pd.DataFrame({"age": [30.0, 41, 52, 68], "cost": [1.0, 9, 4, 2]}, index=["a", "b", "c", "d"])


def test_a_series_is_made_a_frame():
    for wrong, shape in ((AGES["age"], (4, 1)), (AGES.loc["a"], (1, 2))):
        with pytest.raises(ValueError, match="1-D shape") as caught:
            Blocks(wrong)
        column, row = re.findall(r"X\.to_frame\(\)(?:\.T)?", str(caught.value))
        assert Blocks(eval(column if shape[1] == 1 else row, {"X": wrong})).shape == shape


def test_weights_in_a_frame_are_made_flat():
    w = pd.DataFrame({"w": [1, 2, 1, 1]}, index=AGES.index)
    with pytest.raises(ValueError, match=r"flatten it, np.ravel\(sample_weight\)"):
        Blocks(AGES, sample_weight=w)
    assert Blocks(AGES, sample_weight=np.ravel(w)).total_weight == 5


def test_weights_whose_index_is_another_are_refused():
    w = pd.Series([1.0, 2, 3, 4], index=["d", "c", "b", "a"])
    fits = [functools.partial(f, k=1, rng=RNG) for f in (fit, search, kmeans.fit, kmeans.search)]
    for call in (Blocks, GaussianMixture, KMeans, kmeans.BoundedKMeans, *fits):
        with pytest.raises(ValueError, match=r"must have the index of X, got another one; pass sample_weight.loc"):
            call(AGES, sample_weight=w)
    with pytest.raises(ValueError, match="must have the index of X"):
        MixturePrior.weak(AGES, 1, sample_weight=w)
    assert Blocks(AGES, sample_weight=w.loc[AGES.index]).weights.tolist() == [4, 3, 2, 1]
    assert Blocks(AGES.to_numpy(), sample_weight=w).weights.tolist() == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="got 0 for all"):
        Blocks(AGES, sample_weight=0 * AGES.age)


def test_the_row_and_the_column_of_what_is_not_finite_are_named():
    with pytest.raises(ValueError, match=r"in 1 of 8 entries, the first at \.loc\['c', 'cost'\];"):
        Blocks(AGES.replace(4.0, np.inf))


def test_columns_without_spread_or_entries_are_named():
    constant, empty = AGES.assign(site=1.0), AGES.assign(site=np.nan)
    with pytest.raises(ValueError, match="got a constant column 'site'; drop it"):
        fit(constant, 1, rng=RNG)
    with pytest.raises(ValueError, match=r"got a constant column 'site'; drop it, X.drop\(columns") as caught:
        MixturePrior.weak(constant, 1)
    assert list(followed(caught.value, constant)) == ["age", "cost"]
    with pytest.raises(ValueError, match="got none in column 'site'") as caught:
        fit(empty, 1, rng=RNG, missing=True)
    assert list(followed(caught.value, empty)) == ["age", "cost"]


@pytest.mark.parametrize(
    ("k", "further", "columns", "covariance"),
    [
        (3, {"old": np.random.default_rng(0).random(200) < 0.5}, ["old"], "tied"),
        (2, {"twice": 2 * FRAME.y}, ["y", "twice"], "diagonal"),
    ],
    ids=["truth values", "a column twice"],
)
def test_a_collapse_names_its_columns_and_remedies_that_work(k, further, columns, covariance):
    data = FRAME.assign(**further)
    with pytest.raises(CollapsedComponentError) as caught:
        fit(data, k, rng=np.random.default_rng(0))
    said = str(caught.value)
    assert said.endswith(f"; there the columns {columns} have no width, or depend on each other: leave one out")
    assert f'"{covariance}"' in said
    for remedy in ({"covariance": covariance}, {"prior": MixturePrior.weak(data, k)}):
        assert fit(data, k, rng=np.random.default_rng(0), **remedy).converged
    assert fit(data.drop(columns=columns[-1]), 2, rng=np.random.default_rng(0)).converged


@pytest.mark.parametrize("path", ["data.csv", Path("data.csv")])
def test_a_file_is_read_first(path):
    with pytest.raises(ValueError, match=r"read the file first, pandas.read_csv\(X\), or by blocks"):
        fit(path, 2, rng=RNG)


def test_none_stands_for_a_missing_value_where_one_may_be():
    rows = [[1.0, None], [2.0, 3.0], [None, 5.0]]
    expected = [[1, np.nan], [2, 3], [np.nan, 5]]
    np.testing.assert_array_equal(Blocks(rows, missing=True).array, expected)
    with pytest.raises(ValueError, match=r"got missing values .* or pass missing=True"):
        Blocks(rows)
    with pytest.raises(ValueError, match="must hold real numbers"):
        Blocks([["a", None], ["b", None]], missing=True)


@pytest.mark.parametrize("order", [["cost", "age"], ["age", "Cost"]])
@pytest.mark.parametrize("container", ["list", "iterable", "executor"])
def test_frames_whose_columns_differ_are_no_blocks(order, container):
    class Parts:
        def __iter__(self):
            yield AGES
            yield AGES.rename(columns={"cost": "Cost"})[order] if "Cost" in order else AGES[order]

    with ThreadPoolExecutor(1) as pool:
        data = Parts() if container == "iterable" else list(Parts())
        with pytest.raises(ValueError, match=r"block 1 of X .* block 0, in the order \['age', 'cost'\], got"):
            Blocks(data, pool if container == "executor" else None)


def test_frames_of_nullable_types_are_blocks():
    parts = [AGES.convert_dtypes(), AGES.convert_dtypes()]
    parts[1].loc["b", "age"] = pd.NA
    blocks = Blocks(parts, missing=True)
    assert blocks.holes
    assert blocks.columns == ["age", "cost"]
    assert blocks.shape == (8, 2)


def test_rows_with_holes_are_drawn_if_one_says_so():
    parts = [AGES, AGES.mask(AGES == 9)]
    with pytest.raises(ValueError, match=r"the first at \.loc\['b', 'cost'\]; .*with missing=True"):
        sample_rows(parts, 3, RNG)
    for rows in (sample_rows(parts, 8, RNG, missing=True), sample_rows(Blocks(parts, missing=True), 8, RNG)):
        np.testing.assert_array_equal(rows, np.concatenate(parts))
    with pytest.raises(ValueError, match="got weighted blocks; pass the data themselves"):
        sample_rows(Blocks(AGES, sample_weight=[1, 2, 3, 4]), 2, RNG)


def test_large_data_with_holes_start_from_a_sample(tmp_path):
    pytest.importorskip("pyarrow")
    holes = FRAME.mask(np.random.default_rng(3).random(FRAME.shape) < 0.1)
    for number in range(2):
        holes.iloc[number::2].to_parquet(tmp_path / f"{number}.parquet")
    file = ParquetFile(tmp_path)
    assert repr(file) == "ParquetFile(200 rows in 2 row groups, columns=('x', 'y'))"
    rng = np.random.default_rng(0)
    start = fit(sample_rows(file, 100, rng, missing=True), 2, rng=rng, missing=True).theta
    run = converge(em(GaussianMixture(file, missing=True), start))
    assert run.objective == pytest.approx(
        fit(holes, 2, rng=rng, missing=True).objective, abs=1e-5
    )  # each within 1e-6


def test_text_may_be_made_numbers():
    with pytest.raises(ValueError, match=r"leave them out, .*, or convert them: pd.to_numeric, read_csv\(decimal"):
        Blocks(AGES.assign(money="1,5"))
