"""The estimators are the course's functions in scikit-learn's habits: checked by scikit-learn, where it applies."""

import pickle
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from lecture_lib import datasets, storage
from lecture_lib.blocks import Blocks
from lecture_lib.em import objective_settles
from lecture_lib.estimators import GaussianMixtureEstimator, KMeansEstimator
from lecture_lib.models import gaussian_mixture, kmeans, mixture

X = datasets.load_old_faithful()
FRAME = pd.DataFrame(X, columns=["duration", "waiting"], index=[f"eruption {i}" for i in range(len(X))])
BOTH = [KMeansEstimator(2), GaussianMixtureEstimator(2)]
OUR_WORDS = "refused, in words of our own"
NOT_OURS = {
    **dict.fromkeys(
        (
            *("check_all_zero_sample_weights_error", "check_complex_data", "check_estimators_empty_data_messages"),
            *("check_fit2d_1sample", "check_fit2d_predict1d"),
            "check_sample_weight_equivalence_on_sparse_data",  # of scikit-learn 1.6 alone
        ),
        OUR_WORDS,
    ),
    "check_dtype_object": "numbers as objects are refused",
    "check_sample_weight_equivalence_on_dense_data": "the starts are drawn by other numbers, and end elsewhere",
}


TOO_FEW = "a component shrinks onto the few points of the check, which is an error here"
COLLAPSES = dict.fromkeys(("check_sample_weights_shape", "check_sample_weights_not_overwritten"), TOO_FEW)
every_check = parametrize_with_checks(
    # One covariance for all: on the few data of these checks free ones collapse, which is an error here.
    [KMeansEstimator(restarts=2), GaussianMixtureEstimator(restarts=2, covariance="tied")],
    expected_failed_checks=lambda model: NOT_OURS | (COLLAPSES if hasattr(model, "prior") else {}),
)


@every_check
def test_what_scikit_learn_asks_of_an_estimator(estimator, check):
    check(estimator)


def test_the_numbers_are_those_of_the_functions():
    # The same calls: equal to the last digit.
    model, rng = GaussianMixtureEstimator(3, covariance="diagonal", random_state=7), np.random.default_rng(7)
    run = gaussian_mixture.fit(X, 3, rng=rng, covariance="diagonal")
    assert np.array_equal(model.fit(X).means_, run.theta.means)
    assert np.array_equal(model.predict_proba(X), mixture.responsibilities(X, run.theta))
    assert model.score(X) * len(X) == pytest.approx(run.objective, rel=1e-12)  # another order of summation
    assert model.bic(X) == mixture.bic(X, run.theta, "diagonal")
    means = kmeans.fit(X, 3, rng=np.random.default_rng(7)).theta
    clusters = KMeansEstimator(3, random_state=7).fit(X)
    assert np.array_equal(clusters.predict(X), kmeans.labels(X, means))
    assert np.array_equal(clusters.labels_, kmeans.labels(X, means))
    assert clusters.score(X) == pytest.approx(-clusters.inertia_, rel=1e-12)


HOLES = FRAME.mask(np.random.default_rng(1).random(X.shape) < 0.1)
WEIGHTS = pd.Series(np.random.default_rng(2).integers(0, 4, len(X)), FRAME.index)
REPEATED = FRAME.loc[FRAME.index.repeat(WEIGHTS)]


def test_missing_values_go_through_every_method():
    # The same calls: equal to the last digit.
    model = GaussianMixtureEstimator(2, missing=True).fit(HOLES)
    run = gaussian_mixture.fit(HOLES, 2, rng=np.random.default_rng(0), missing=True)
    blocks = Blocks(HOLES, missing=True)
    assert np.array_equal(model.means_, run.theta.means)
    assert np.array_equal(model.predict_proba(HOLES), mixture.responsibilities(blocks, run.theta))
    assert np.array_equal(model.predict(HOLES), model.predict_proba(HOLES).to_numpy().argmax(axis=1))
    assert np.array_equal(model.score_samples(HOLES), mixture.log_evidence(blocks, run.theta))
    assert model.score(HOLES) == pytest.approx(model.score_samples(HOLES).mean(), rel=1e-12)
    assert model.bic(HOLES) == mixture.bic(blocks, run.theta, "full")
    assert model.aic(HOLES) == mixture.aic(blocks, run.theta, "full")
    scaled = make_pipeline(StandardScaler(), GaussianMixtureEstimator(2, missing=True)).fit(HOLES)
    assert np.array_equal(scaled.predict(HOLES), model.predict(HOLES))
    assert model.__sklearn_tags__().input_tags.allow_nan
    with pytest.raises(ValueError, match=r"the first at \.loc\['eruption 4', 'waiting'\].*with missing=True"):
        GaussianMixtureEstimator(2).fit(HOLES)


@pytest.mark.parametrize("columns", [None, ("waiting", 0), ["waiting"], [1]])
def test_a_plot_of_data_with_holes_leaves_rows_out(columns):
    ax = GaussianMixtureEstimator(2, missing=True).fit(HOLES).plot(HOLES, columns=columns)
    seen = HOLES.dropna() if columns is None or len(columns) == 2 else HOLES.waiting.dropna()
    dots = [len(drawn.get_offsets()) for drawn in ax.collections if len(drawn.get_offsets()) > 2]
    bars = [bar.get_height() for cluster in ax.containers for bar in cluster]
    assert sum(dots) + sum(bars) == len(seen)
    assert ax.get_xlabel() == ("duration" if columns is None else "waiting")
    plt.close(ax.figure)


def test_a_plot_of_the_one_column_there_is():
    one = FRAME[["waiting"]]
    ax = KMeansEstimator(2).fit(one).plot(one)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("waiting", "number of data")
    plt.close(ax.figure)


@pytest.mark.parametrize("columns", [(0, 5), (-1, 0), (0, 1, 1), (), "waiting", ("age", "waiting")])
def test_columns_that_are_not_there_are_not_drawn(columns):
    with pytest.raises(ValueError, match=r"columns must be one or two of \['duration', 'waiting'\]"):
        KMeansEstimator(2).fit(FRAME).plot(FRAME, columns=columns)


def test_weights_count_in_scores_and_criteria_as_repeated_rows_do():
    # Sums in another order: equal to rounding.
    model = GaussianMixtureEstimator(2).fit(FRAME, sample_weight=WEIGHTS)
    for score in (model.score, model.bic, model.aic):
        assert score(FRAME, sample_weight=WEIGHTS) == pytest.approx(score(REPEATED), rel=1e-12)
    assert model.bic(FRAME) != pytest.approx(model.bic(REPEATED), rel=0.1)
    clusters = KMeansEstimator(2).fit(FRAME, sample_weight=WEIGHTS)
    assert clusters.score(FRAME, sample_weight=WEIGHTS) == pytest.approx(clusters.score(REPEATED), rel=1e-12)
    assert clusters.score(FRAME, sample_weight=WEIGHTS) == pytest.approx(-clusters.inertia_, rel=1e-12)


def test_a_criterion_that_knows_the_weights_chooses_as_repeated_rows_do():
    rng = np.random.default_rng(1)
    data = np.concatenate([rng.normal(size=(40, 2)), rng.normal([2.2, 0], size=(40, 2))])
    w = rng.integers(1, 40, 80)

    def chosen(data, **weights):
        models = [GaussianMixtureEstimator(k, covariance="spherical").fit(data, **weights) for k in (1, 2, 3)]
        return min(models, key=lambda model: model.bic(data, **weights)).k

    assert chosen(data, sample_weight=w) == chosen(np.repeat(data, w, axis=0))


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_weights_in_another_order_than_the_data_are_refused(model):
    shuffled = WEIGHTS.sample(frac=1, random_state=0)
    model = clone(model).fit(FRAME, sample_weight=WEIGHTS)
    for call in (clone(model).fit, model.score):
        with pytest.raises(ValueError, match=r"must have the index of X, .* sample_weight.loc\[X.index\]"):
            call(FRAME, sample_weight=shuffled)
    again = clone(model).fit(FRAME, sample_weight=shuffled.loc[FRAME.index])
    assert again.run_.objective == model.run_.objective


def test_settings_go_to_the_functions():
    # The same calls: equal to the last digit.
    found = KMeansEstimator(5, search=True, random_state=3, max_steps=4).fit(X)
    expected = kmeans.search(X, 5, rng=np.random.default_rng(3), max_steps=4)
    assert np.array_equal(found.theta_, expected.theta)
    model = GaussianMixtureEstimator(3, search=True, restarts=1, tol=0.1).fit(X)
    rule = objective_settles(0.1)
    run = gaussian_mixture.search(X, 3, rng=np.random.default_rng(0), restarts=1, until=rule)
    assert np.array_equal(model.means_, run.theta.means)
    quick = GaussianMixtureEstimator(4, restarts=1, max_steps=7).fit(X)
    assert quick.n_iter_ == 7
    assert (
        GaussianMixtureEstimator(4, restarts=1, tol=10.0).fit(X).n_iter_
        < quick.set_params(max_steps=None).fit(X).n_iter_
    )


def test_an_estimator_comes_back_from_a_file(tmp_path):
    model = GaussianMixtureEstimator(2, covariance="tied", missing=True).fit(HOLES)
    storage.save(model, tmp_path / "fit.npz")
    again = GaussianMixtureEstimator.from_theta(
        storage.load(tmp_path / "fit.npz"), columns=list(HOLES), missing=True
    )
    assert again.predict(HOLES).equals(model.predict(HOLES))
    assert again.bic(HOLES) == model.bic(HOLES)  # it is told that one covariance is shared
    assert "from parameters" in again._repr_html_()
    with pytest.raises(ValueError, match=r"choose X\[\['duration', 'waiting'\]\]"):
        again.predict(HOLES[["waiting", "duration"]])
    with pytest.raises(ValueError, match=r"columns must be 2 names, got \['a'\]"):
        GaussianMixtureEstimator.from_theta(model.theta_, columns=["a"])
    means = KMeansEstimator(3).fit(FRAME)
    storage.save(means.run_, tmp_path / "means.npz")
    labels = KMeansEstimator.from_theta(storage.load(tmp_path / "means.npz")).predict(FRAME)
    assert labels.equals(means.predict(FRAME))


def test_blocks_are_refused_with_the_functions_that_take_them():
    model = GaussianMixtureEstimator(2).fit(X)
    for call in (model.predict, model.bic, model.score, model.fit):
        for data in (Blocks(X), [X[:100], X[100:]]):
            with pytest.raises(ValueError, match=r"got blocks of rows; .*mixture.responsibilities\(X, theta\)"):
                call(data)


def test_absent_columns_are_named():
    with pytest.raises(ValueError, match=r"got \['duration', 'Waiting'\]; \['waiting'\] are not there"):
        KMeansEstimator(2).fit(FRAME).predict(FRAME.rename(columns={"waiting": "Waiting"}))


def test_draws_differ_unless_a_seed_is_given():
    model = GaussianMixtureEstimator(2).fit(FRAME)
    assert not model.sample(3)[0].equals(model.sample(3)[0])
    assert model.sample(3, random_state=4)[0].equals(model.sample(3, random_state=4)[0])


def test_a_search_over_settings_finds_two_components():
    search = GridSearchCV(GaussianMixtureEstimator(restarts=2), {"k": [1, 2]}, cv=3).fit(X)
    assert search.best_params_ == {"k": 2}
    assert clone(search.best_estimator_).get_params()["k"] == 2


def test_a_frame_comes_back_as_a_frame():
    model = GaussianMixtureEstimator().fit(FRAME)
    assert model.predict(FRAME).index.equals(FRAME.index)
    assert model.score_samples(FRAME).index.equals(FRAME.index)
    assert list(model.predict_proba(FRAME)) == ["r0", "r1"]
    assert list(FRAME.join(model.score_samples(FRAME))) == ["duration", "waiting", "log_p"]
    drawn, z = model.sample(5)
    assert list(drawn.columns) == ["duration", "waiting"]
    assert z.shape == (5,)
    assert isinstance(model.predict(X), np.ndarray)
    with pytest.raises(ValueError, match=r"choose X\[\['duration', 'waiting'\]\]"):
        model.predict(FRAME[["waiting", "duration"]])


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_a_seed_repeats_and_a_pickle_keeps(model, tmp_path):
    first = clone(model).set_params(random_state=3).fit(X)
    assert np.array_equal(first.predict(X), clone(first).fit_predict(X))
    assert np.array_equal(pickle.loads(pickle.dumps(first)).predict(X), first.predict(X))
    storage.save(first.theta_, tmp_path / "fit.npz")
    assert type(storage.load(tmp_path / "fit.npz")) is type(first.theta_)


@pytest.mark.parametrize("model", BOTH, ids=repr)
def test_how_a_fit_is_shown(model):
    assert "not fitted" in model._repr_html_()
    fitted = clone(model).fit(FRAME)
    assert "<th>waiting</th>" in fitted._repr_html_()
    assert repr(fitted.set_params(k=3)) == f"{type(model).__name__}(k=3)"
    ax = fitted.plot(FRAME, columns=(1, 0))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("waiting", "duration")
    plt.close(ax.figure)
    with pytest.raises(ValueError, match="n_components"):
        fitted.set_params(n_components=2)


def test_without_scikit_learn_and_pandas():
    code = """import sys; sys.modules |= {"sklearn": None, "pandas": None}
from lecture_lib.estimators import KMeansEstimator
try: KMeansEstimator().predict([[0.0]])
except ValueError as error: print(error)
print(sum(KMeansEstimator().fit_predict([[0.0], [1.0], [9.0]])))"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said, ones = done.stdout.splitlines()
    assert said.endswith("call fit(X) first")
    assert ones in ("1", "2")  # two together, whichever is numbered 0
