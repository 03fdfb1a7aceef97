"""The estimators are the course's functions in scikit-learn's habits: checked by scikit-learn, where it applies."""

import pickle
import subprocess
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from lecture_lib import datasets, storage
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
        ),
        OUR_WORDS,
    ),
    "check_dtype_object": "numbers as objects are refused",
    "check_sample_weight_equivalence_on_dense_data": "the starts are drawn by other numbers, and end elsewhere",
}


TOO_FEW = "a component shrinks onto the few points of the check, which is an error here"
COLLAPSES = dict.fromkeys(("check_sample_weights_shape", "check_sample_weights_not_overwritten"), TOO_FEW)
with warnings.catch_warnings():
    # Theirs is a habit, not a base class: scikit-learn need not be there.
    warnings.filterwarnings("ignore", "Estimator .* does not inherit")
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


def test_a_search_over_settings_finds_two_components():
    search = GridSearchCV(GaussianMixtureEstimator(restarts=2), {"k": [1, 2]}, cv=3).fit(X)
    assert search.best_params_ == {"k": 2}
    assert clone(search.best_estimator_).get_params()["k"] == 2


def test_a_frame_comes_back_as_a_frame():
    model = GaussianMixtureEstimator().fit(FRAME)
    assert model.predict(FRAME).index.equals(FRAME.index)
    assert model.score_samples(FRAME).index.equals(FRAME.index)
    assert model.predict_proba(FRAME).shape == (len(X), 2)
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
