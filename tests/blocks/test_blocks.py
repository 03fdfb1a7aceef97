"""The same fit from an array, a list of blocks, a file, threads and processes; and what happens when one breaks."""

import os
import sys
import tracemalloc
import warnings
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lecture_lib.blocks import Blocks, NpyFile, ParquetFile, sample_rows
from lecture_lib.blocks import blocks as blocks_module
from lecture_lib.em import converge, em, objective_settles, parameters_settle
from lecture_lib.gaussian.kinds import kind_of
from lecture_lib.gaussian.scaling import scaling_of
from lecture_lib.models import bernoulli_mixture, kmeans
from lecture_lib.models.bernoulli_mixture import BernoulliMixture, BernoulliMixtureParameters
from lecture_lib.models.gaussian_mixture import GaussianMixture, MixturePrior
from lecture_lib.models.gaussian_mixture import fit as fit_mixture
from lecture_lib.models.kmeans import KMeans
from lecture_lib.models.mixture import MixtureParameters, responsibilities, sample

TRUTH = MixtureParameters([0.3, 0.5, 0.2], [[0.0, 0, 0], [3, 3, 0], [-3, 2, 1]], [np.eye(3)] * 3)
X, _ = sample(TRUTH, 3000, np.random.default_rng(0))
START = MixtureParameters([0.4, 0.3, 0.3], [[0.0, 1, 0], [2, 2, 0], [-2, 2, 1]], [2 * np.eye(3)] * 3)
BINARY = (X.mean(axis=0) < X).astype(float)
BINARY_START = BernoulliMixtureParameters([0.5, 0.5], [[0.3, 0.4, 0.5], [0.6, 0.7, 0.5]])
CUTS = [500, 501, 1700]


@dataclass(frozen=True)
class Again:
    """Blocks that can be gone through again, but have no length."""

    parts: tuple

    def __iter__(self):
        return iter(self.parts)


def parquet_of(data, path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({f"x{a}": column for a, column in enumerate(data.T)})
    parquet.write_table(table, path, row_group_size=700)
    return ParquetFile(path)


def npy_of(data, path):
    np.save(path, data)
    return NpyFile(path, rows=700)


def memory_map_of(data, path):
    np.save(path, data)
    return np.load(path, mmap_mode="r")


SOURCES = {
    "list": lambda data, path: np.split(data, CUTS),
    "iterable": lambda data, path: Again(tuple(np.split(data, CUTS))),
    "one block": lambda data, path: [data],
    "npy": lambda data, path: npy_of(data, path / "x.npy"),
    "memory map": lambda data, path: memory_map_of(data, path / "x.npy"),
    "memory map of float32": lambda data, path: memory_map_of(data.astype(np.float32), path / "x.npy"),
    "parquet": lambda data, path: parquet_of(data, path / "x.parquet"),
}


@pytest.fixture(params=SOURCES)
def source(request, tmp_path):
    return lambda data: SOURCES[request.param](data, tmp_path)


@pytest.fixture(params=["none", "threads", "processes"], scope="module")
def executor(request):
    if request.param == "none":
        yield None
    else:
        with {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}[request.param](2) as pool:
            yield pool


def assert_close(theta, other, rtol=1e-9):
    for name in vars(theta):
        np.testing.assert_allclose(getattr(theta, name), getattr(other, name), rtol=rtol, atol=rtol)


@pytest.mark.parametrize("covariance", ["full", "tied", "diagonal", "spherical"])
def test_a_gaussian_mixture_of_blocks_is_that_of_the_array(source, executor, covariance):
    whole = X.astype(np.float32).astype(float)
    rule = {"until": objective_settles(1e-7), "max_steps": 10}
    run = converge(em(GaussianMixture(source(whole), covariance=covariance, executor=executor), START), **rule)
    expected = converge(em(GaussianMixture(whole, covariance=covariance), START), **rule)
    assert_close(run.theta, expected.theta)
    assert run.objective == pytest.approx(expected.objective, rel=1e-12)


def test_k_means_of_blocks_is_that_of_the_array(source, executor):
    whole = X.astype(np.float32).astype(float)
    run = converge(em(KMeans(source(whole), executor=executor), START.means), until=parameters_settle())
    expected = converge(em(KMeans(whole), START.means), until=parameters_settle())
    assert run.converged
    assert len(run.states) == len(expected.states)
    np.testing.assert_allclose(run.theta, expected.theta, rtol=1e-12)


def test_a_bernoulli_mixture_of_blocks_is_that_of_the_array(source, executor):
    run = converge(em(BernoulliMixture(source(BINARY), executor=executor), BINARY_START), max_steps=20)
    expected = converge(em(BernoulliMixture(BINARY), BINARY_START), max_steps=20)
    assert_close(run.theta, expected.theta)
    assert run.objective == pytest.approx(expected.objective, rel=1e-12)


def test_an_executor_changes_no_bit(executor):
    parts = np.split(X, CUTS)
    here, there = (GaussianMixture(parts, executor=pool).e_step(START) for pool in (None, executor))
    assert here[1] == there[1]
    for name in ("sizes", "means", "scatters"):
        np.testing.assert_array_equal(getattr(here[0], name), getattr(there[0], name))


def test_an_array_with_an_executor_is_cut_into_blocks(monkeypatch, executor):
    monkeypatch.setattr(blocks_module, "ROWS_PER_BLOCK", 1000)
    for data in (X, X.tolist()):
        moments, _ = GaussianMixture(data, executor=executor).e_step(START)
        np.testing.assert_allclose(moments.sizes, responsibilities(X, START).sum(axis=0), rtol=1e-12)


def test_narrow_components_and_priors_work_on_blocks():
    narrow = MixtureParameters(START.weights, START.means, [1e-7 * np.eye(3), np.eye(3), np.eye(3)])
    data = np.concatenate([X, START.means[0] + 1e-4 * np.random.default_rng(1).standard_normal((50, 3))])
    prior = MixturePrior.weak(data, 3)
    ours, _ = GaussianMixture(np.split(data, CUTS), prior=prior).e_step(narrow)
    whole, _ = GaussianMixture(data, prior=prior).e_step(narrow)
    np.testing.assert_allclose(ours.scatters, whole.scatters, rtol=1e-9, atol=1e-12)


def test_a_cluster_of_equal_data_has_their_mean_exactly():
    value = 0.1  # 0.1 + 0.1 + 0.1 is not 3 * 0.1
    once, thrice, other = np.array([[value], [9.0]]), np.full((3, 1), value), np.array([[9.0]])
    for parts in ([once, thrice, other], [other, thrice], [other, other, thrice, once]):
        run = converge(em(KMeans(parts), [[0.0], [8.0]]), until=parameters_settle())
        assert run.theta.ravel().tolist() == [value, 9.0]
        assert run.objective == 0


def test_an_empty_cluster_keeps_its_mean_with_a_warning():
    with pytest.warns(UserWarning, match="cluster 1 is empty"):
        run = converge(em(KMeans([X[:5], X[5:9]]), [[0.0, 0, 0], [99.0, 0, 0]]), max_steps=1)
    assert run.theta[1].tolist() == [99, 0, 0]


def test_a_sample_has_rows_of_all_blocks_and_finds_a_start(executor):
    rows = sample_rows(np.split(X, CUTS), 1000, np.random.default_rng(0), executor)
    np.testing.assert_array_equal(rows, sample_rows(X, 1000, np.random.default_rng(0)))
    assert len(np.unique(rows, axis=0)) == 1000
    run = fit_mixture(rows, 3, rng=np.random.default_rng(0), restarts=2)
    assert converge(em(GaussianMixture(np.split(X, CUTS)), run.theta)).converged


def test_memory_is_bounded_by_the_blocks(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).standard_normal((400_000, 3)))
    tracemalloc.start()
    converge(em(GaussianMixture(NpyFile(tmp_path / "x.npy", rows=20_000)), START), max_steps=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400_000 * 3 * 8 / 2


# What breaks


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([X[:5], np.where(X[:5] > 99, 1, np.nan), X[:5]], "block 1 of X must be finite, got NaN"),
        ([X[:5], X[:5, :2]], "block 1 of X must have as many columns as block 0, d = 3, got 2"),
        ([X[:0], X[:5], X[:5, :2]], "block 2 of X must have as many columns as block 1, d = 3, got 2"),
        ([X[:0], X[:0]], "X must hold at least one row, got none in 2 blocks"),
        ([X[:5], np.array([["a"]])], "block 1 of X must hold real numbers"),
        (Again(()), "X must hold at least one row, got none in 0 blocks"),
        (iter([X]), "X must be a list or an array, which can be gone through again, got a list_iterator"),
        ((x for x in [X]), "X must be a list or an array, which can be gone through again, got a generator"),
    ],
)
def test_a_bad_block_is_named(bad, message, executor):
    if executor is not None and not isinstance(bad, (list, Again)):
        executor = None
    for model in (GaussianMixture, KMeans):
        with pytest.raises(ValueError, match=message):
            model(bad, executor=executor)


def test_a_block_that_is_not_binary_is_named():
    with pytest.raises(ValueError, match=r"block 1 of X must hold zeros and ones, got block 1 of X\[0, 0\] = [23]"):
        BernoulliMixture([BINARY[:5], 2 + BINARY[:5]])


@pytest.mark.parametrize("later", [(X[:900], X[900:1000]), (X[:900],), (X[:900], X[900:], X[:9]), ()])
def test_blocks_that_change_between_passes_are_refused(later):
    class Changing:
        passes = 0

        def __iter__(self):
            self.passes += 1
            return iter(np.split(X, [900]) if self.passes <= 3 else later)

    model = GaussianMixture(Changing())
    with pytest.raises(ValueError, match="X must be the same each time"):
        model.e_step(START)


def test_a_block_that_turns_bad_is_noticed():
    parts = [X[:900].copy(), X[900:].copy()]
    model = GaussianMixture(parts)
    parts[1][7, 1] = np.nan
    with pytest.raises(ValueError, match="block 1 of X must be finite"):
        model.e_step(START)
    parts[1] = X[900:, :2]
    with pytest.raises(ValueError, match="block 1 of X must have d = 3 columns, got 2; keep X unchanged"):
        model.e_step(START)


def test_the_scaling_is_that_of_all_blocks():
    data = np.c_[X, np.arange(3000) >= CUTS[0]]  # the last column is constant in each block, but not in all
    for covariance in ("full", "spherical"):
        ours, whole = (scaling_of(Blocks(each), kind_of(covariance)) for each in (np.split(data, CUTS), data))
        np.testing.assert_allclose(ours.shift, data.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(ours.scale, whole.scale, rtol=1e-12)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.01])
def test_a_file_that_is_cut_short_is_refused(tmp_path, share):
    path = tmp_path / "x.npy"
    model = GaussianMixture(npy_of(X, path))
    model.e_step(START)
    os.truncate(path, int(share * path.stat().st_size))
    with pytest.raises(ValueError, match=r"x\.npy must hold 3000 rows, but ends in row"):
        model.e_step(START)


def test_a_parquet_file_that_is_cut_short_or_has_gaps_is_refused(tmp_path):
    source = parquet_of(X, tmp_path / "x.parquet")
    model = GaussianMixture(source)
    os.truncate(tmp_path / "x.parquet", 10_000)
    with pytest.raises(Exception, match=r"Parquet|parquet|footer"):
        model.e_step(START)
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({"a": [1.0, None, 3.0]}), tmp_path / "gap.parquet")
    with pytest.raises(ValueError, match="block 0 of X must be finite"):
        KMeans(ParquetFile(tmp_path / "gap.parquet"))


def table_of_several_types(path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(
        pa.table({"whole": [1, 2], "half": [0.5, 1.5], "yes": [True, False], "name": ["a", "b"]}), path
    )


def test_columns_of_several_types_keep_their_numbers_and_their_order(tmp_path):
    path = tmp_path / "x.parquet"
    table_of_several_types(path)
    for columns, expected in [
        (["whole", "half", "yes"], [[1, 0.5, 1], [2, 1.5, 0]]),
        (["half", "whole"], [[0.5, 1], [1.5, 2]]),
    ]:
        np.testing.assert_array_equal(np.asarray(ParquetFile(path, columns)[0]), expected)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            ["whole", "nope"],
            r"^columns must be of numbers, got 'nope' \(not there\); choose .* columns=\['whole', 'half', 'yes'\]",
        ),
        (["name"], r"^columns must be of numbers, got 'name' \(string\); choose among"),
        (None, r"^columns must be of numbers, got 'name' \(string\); choose among"),
    ],
)
def test_columns_that_are_missing_or_hold_no_numbers_are_refused(tmp_path, columns, message):
    table_of_several_types(tmp_path / "x.parquet")
    with pytest.raises(ValueError, match=message):
        ParquetFile(tmp_path / "x.parquet", columns)


def test_without_pyarrow_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r'read by pyarrow, which is not .*pip install "\.\[parquet\]"'):
        ParquetFile("x.parquet")


@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n" * 9, b"\x93NUMPY\x01\x00v\x00{'descr': "])
def test_a_file_without_a_whole_header_is_refused(tmp_path, content):
    (tmp_path / "x.npy").write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.npy must begin as a \.npy file of numbers does"):
        NpyFile(tmp_path / "x.npy")


def test_a_table_that_blocks_cannot_be_cut_from_is_refused(tmp_path):
    np.save(tmp_path / "f.npy", np.asfortranarray(X))
    with pytest.raises(ValueError, match=r"in C order, got .* Fortran order; save np\.ascontiguousarray"):
        NpyFile(tmp_path / "f.npy")


class Deadly:
    """A block whose loading ends the process, unless that is the one of the tests."""

    home = os.getpid()

    def __array__(self, dtype=None, copy=None):
        if os.getpid() != self.home:
            os._exit(1)
        return X


def test_a_worker_that_dies_is_an_error_that_names_the_block():
    with ProcessPoolExecutor(1) as pool, pytest.raises(BrokenProcessPool) as caught:
        GaussianMixture([X, Deadly()], executor=pool)
    assert "of X, counted from 0" in caught.value.__notes__[0]


def test_an_executor_that_refuses_is_an_error():
    pool = ThreadPoolExecutor(1)
    model = KMeans([X, X], executor=pool)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="cannot schedule new futures") as caught:
        model.e_step(START.means)
    assert caught.value.__notes__ == ["in block 0 of X, counted from 0"]


@pytest.mark.parametrize("wrong", [3, "threads", ThreadPoolExecutor, [X]])
def test_what_is_no_executor_is_refused(wrong):
    for model in (GaussianMixture, KMeans):
        with pytest.raises(ValueError, match="executor must have the method submit"):
            model([X], executor=wrong)


def test_what_is_still_waiting_is_cancelled_when_a_block_fails():
    class Slow(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, work, *arguments):
            future = Future()
            self.futures.append(future)
            if len(self.futures) == 1:
                future.set_exception(ArithmeticError("no"))
            return future

    pool = Slow()
    with pytest.raises(ArithmeticError, match="no"):
        Blocks([X, X, X], pool)
    assert [future.cancelled() for future in pool.futures] == [False, True, True]


def test_an_iterable_is_not_loaded_far_ahead():
    alive = []

    class Counting:
        def __iter__(self):
            for part in np.array_split(X, 50):
                alive.append(1)
                yield part

    class Watching(ThreadPoolExecutor):
        most = 0

        def submit(self, work, block, number, *rest):
            self.most = max(self.most, len(alive) - number)
            return super().submit(work, block, number, *rest)

    with Watching(2) as pool:
        Blocks(Counting(), pool)
        assert len(alive) == 50
        assert pool.most == 1


@pytest.mark.parametrize("fit", [fit_mixture, kmeans.fit, bernoulli_mixture.fit])
@pytest.mark.parametrize("kind", ["list", "iterable", "one block", "npy", "parquet"])
def test_fit_asks_for_an_array(fit, kind, tmp_path):
    with pytest.raises(ValueError, match=r"X must be one array in memory, got blocks of rows; .*sample_rows"):
        fit(SOURCES[kind](BINARY, tmp_path), 3, rng=np.random.default_rng(0))


@pytest.mark.parametrize("kind", ["memory map", "memory map of float32"])
def test_fit_takes_a_memory_map_as_the_array_it_is(kind, tmp_path):
    run, expected = (
        kmeans.fit(data, 2, rng=np.random.default_rng(0), restarts=1)
        for data in (SOURCES[kind](BINARY, tmp_path), BINARY)
    )
    np.testing.assert_array_equal(run.theta, expected.theta)


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_threads_that_meet_release_the_linear_algebra():
    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        with ThreadPoolExecutor(4) as pool:
            model = GaussianMixture(np.array_split(X, 40), executor=pool)
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                for _ in range(20):
                    model.e_step(START)
        assert blas_threads() == before


# Blocks without rows


@pytest.mark.parametrize("nothing", [X[:0], np.empty((0, 0)), []])
def test_blocks_without_rows_count_as_nothing(nothing, executor):
    full, gaps = [X[:50], X[50:]], Again((nothing, X[:50], nothing, X[50:], nothing))
    for model, start in ((GaussianMixture, START), (KMeans, START.means)):
        here, there = (converge(em(model(parts, executor=executor), start), max_steps=2) for parts in (full, gaps))
        assert here.objectives.tolist() == there.objectives.tolist()
    binary = [BINARY[:50], BINARY[:0], BINARY[50:]]
    ours, whole = (BernoulliMixture(parts).e_step(BINARY_START)[1] for parts in (binary, BINARY))
    assert ours == pytest.approx(whole, rel=1e-13)  # 3000 terms, added in another order
    assert Blocks(gaps, executor).shape == X.shape
    here, there = (sample_rows(parts, 100, np.random.default_rng(0), executor) for parts in (full, gaps))
    np.testing.assert_array_equal(here, there)


def test_a_row_group_without_rows_counts_as_nothing(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({f"x{a}": column for a, column in enumerate(X.T)})
    with parquet.ParquetWriter(tmp_path / "x.parquet", table.schema) as writer:
        for part in (table[:0], table[:9], table[:0], table[9:]):
            writer.write_table(part)
    file = ParquetFile(tmp_path / "x.parquet")
    assert [len(np.asarray(block)) for block in file] == [0, 9, 0, 2991]
    np.testing.assert_array_equal(Blocks(file).shape, X.shape)


# The index of a pandas frame


def frames():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"x": [1.0, 2, 3], "y": [4.0, 5, 6]})
    two_levels = pd.MultiIndex.from_tuples([(7, 1), (8, 2), (9, 3)], names=["station", None])
    return {
        "a range": frame,
        "shuffled": frame.iloc[[2, 0, 1]],
        "filtered": frame[frame.x > 1],
        "with a name": frame.set_index(pd.Index([7, 4, 9], name="id")),
        "two levels": frame.set_index(two_levels),
        "as Dask writes it": frame.set_index(pd.Index([7, 4, 9], name="__null_dask_index__")),
    }


KINDS_OF_INDEX = ("a range", "shuffled", "filtered", "with a name", "two levels", "as Dask writes it")


@pytest.mark.parametrize("kind", KINDS_OF_INDEX)
def test_the_index_of_a_frame_is_no_data(kind, tmp_path):
    frame = frames()[kind]
    frame.to_parquet(tmp_path / "x.parquet", engine="pyarrow")
    file = ParquetFile(tmp_path / "x.parquet")
    assert file.columns == ("x", "y")
    np.testing.assert_array_equal(np.asarray(file[0]), frame.to_numpy())


@pytest.mark.parametrize("kind", ["shuffled", "as Dask writes it"])
def test_an_index_without_a_name_is_known_without_its_metadata(kind, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.Table.from_pandas(frames()[kind]).replace_schema_metadata()
    parquet.write_table(table, tmp_path / "x.parquet")
    assert len(table.column_names) == 3
    assert ParquetFile(tmp_path / "x.parquet").columns == ("x", "y")


def test_an_index_that_is_asked_for_is_read(tmp_path):
    frames()["with a name"].to_parquet(tmp_path / "x.parquet", engine="pyarrow")
    rows = np.asarray(ParquetFile(tmp_path / "x.parquet", ["id", "x"])[0])
    np.testing.assert_array_equal(rows, [[7, 1], [4, 2], [9, 3]])


def test_a_file_that_holds_an_index_alone_is_refused(tmp_path):
    frames()["with a name"][[]].to_parquet(tmp_path / "x.parquet", engine="pyarrow")
    with pytest.raises(ValueError, match=r"^columns must name at least one, got none; choose .*'id': 'int64'"):
        ParquetFile(tmp_path / "x.parquet")


def test_a_missing_truth_value_is_a_missing_number(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.table({"yes": [True, None, False]}), tmp_path / "x.parquet")
    with pytest.raises(ValueError, match=r"block 0 of X must be finite, got NaN or inf in 1 of 3 entries"):
        KMeans(ParquetFile(tmp_path / "x.parquet"))
