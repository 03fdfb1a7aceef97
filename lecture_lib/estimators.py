"""The fits of the course as estimators, in the habits of scikit-learn, which need not be installed.

Nothing is computed here: ``fit`` calls :func:`lecture_lib.models.kmeans.fit` or
:func:`lecture_lib.models.gaussian_mixture.fit`, everything else the functions of the model. The settings have the
names that these have; ``random_state`` is a whole number, a ``numpy.random.Generator``, or None for other starts
each time. A data frame of pandas gives a series or a frame with its index; its columns must then be the same ones.

A fitted estimator can be pickled; ``storage.save(estimator.theta_, path)`` writes what any language can read.
"""

import html
import inspect
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.em import Run
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models import gaussian_mixture, kmeans, mixture

__all__ = ["GaussianMixtureEstimator", "KMeansEstimator"]


class _Estimator:
    """What both have: settings, names of columns, and how they are shown."""

    run_: Run[Any]
    theta_: Any
    fit: Any  # and the next three: each class has its own
    _scores: Any
    _responsibilities: Any
    _draw: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; none of them has settings of its own."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Change settings."""
        for name, value in params.items():
            validation.choice(name, self.get_params(), "a setting")
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import Tags, TargetTags  # only scikit-learn asks for it

        kind = "clusterer" if isinstance(self, KMeansEstimator) else "density_estimator"
        return Tags(estimator_type=kind, target_tags=TargetTags(required=False))

    def __repr__(self) -> str:
        default = {name: given.default for name, given in inspect.signature(type(self)).parameters.items()}
        changed = {name: value for name, value in self.get_params().items() if value is not default[name]}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    def _repr_html_(self) -> str:
        title = f"<code>{html.escape(repr(self))}</code>"
        if not hasattr(self, "run_"):
            return f"<p>{title}, not fitted</p>"
        means = np.atleast_2d(getattr(self.theta_, "means", self.theta_))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self._names())
        rows = (f"<th>{j}</th>" + "".join(f"<td>{x:.6g}</td>" for x in mean) for j, mean in enumerate(means))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<p>{title}: {html.escape(repr(self.run_))}</p><table><tr><th>mean</th>{head}</tr>{body}</table>"

    def _names(self) -> list[str]:
        return list(getattr(self, "feature_names_in_", [f"x{c}" for c in range(self.n_features_in_)]))

    def _begin(self, X: ArrayLike) -> tuple[np.ndarray, np.random.Generator]:
        """Keep the names of the columns; return the data, and what the starts are drawn by."""
        data, names = validation.data(X), _column_names(X)
        self.n_features_in_ = data.shape[1]
        self.__dict__.pop("feature_names_in_", None)
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
        return data, np.random.default_rng(self.random_state)  # type: ignore[attr-defined]

    def _end(self, run: Run[Any]) -> Self:
        self.run_, self.theta_, self.n_iter_ = run, run.theta, run.states[-1].step
        return self

    def _data(self, X: ArrayLike) -> np.ndarray:
        """Return data that are like those of the fit."""
        if not hasattr(self, "theta_"):
            raise _not_fitted()(f"{type(self).__name__} is not fitted yet; call fit(X) first")
        data, names = validation.data(X), _column_names(X)
        if names is not None and names != self._names() and hasattr(self, "feature_names_in_"):
            raise ValueError(f"X must have the columns {self._names()}, got {names}; choose X[{self._names()}]")
        if data.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {data.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input; pass the columns of the fit"
            )
        return data

    def predict(self, X: ArrayLike) -> Any:
        """Return the number of the nearest mean, or of the component most responsible, per datum, shape (n,)."""
        return _like(X, self._scores(self._data(X)).argmax(axis=1), "cluster")

    def fit_predict(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Any:
        """Fit, and return what :meth:`predict` says of the same data."""
        return self.fit(X, y, sample_weight).predict(X)

    def plot(self, X: ArrayLike, ax: Any = None, *, columns: tuple[int, int] = (0, 1)) -> Any:
        """Draw two columns of the data, in the colours of their clusters, and the fit; return the Axes."""
        from matplotlib import pyplot as plt  # here, so that importing this file sets up no backend

        from lecture_lib import figures

        data, c = self._data(X), list(columns)
        ax = plt.subplots(**figures.panels())[1] if ax is None else ax
        figures.frame(ax, data[:, c], [self._names()[i] for i in c])
        figures.clusters(ax, data[:, c], self._responsibilities(data))
        self._draw(figures, ax, c)
        return ax


class KMeansEstimator(_Estimator):
    """k-means, the best of several k-means++ starts.

    After ``fit``: ``run_``, the :class:`lecture_lib.em.Run`; ``theta_``, the means, shape (k, d), also as
    ``cluster_centers_``; ``labels_`` (n,); ``inertia_``, J.

    >>> from lecture_lib.datasets import load_old_faithful
    >>> X = load_old_faithful()
    >>> model = KMeansEstimator(2).fit(X)
    >>> model.predict([[2.0, 50.0], [4.5, 80.0]])
    array([0, 1])
    """

    def __init__(self, k: int = 2, *, restarts: int = 10, random_state: Any = 0):
        self.k, self.restarts, self.random_state = k, restarts, random_state

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to data (n, d); ``y`` is not looked at."""
        data, rng = self._begin(X)
        self._end(kmeans.fit(data, self.k, rng=rng, restarts=self.restarts, sample_weight=sample_weight))
        self.cluster_centers_, self.inertia_ = self.theta_, -self.run_.objective
        self.labels_ = self._scores(data).argmax(axis=1)
        return self

    def _scores(self, data):
        return -kmeans.squared_distances(data, self.theta_)

    def _responsibilities(self, data):
        return kmeans.assign(data, self.theta_)

    def _draw(self, figures, ax, c):
        figures.means(ax, self.theta_[:, c])

    def score(self, X: ArrayLike, y: object = None) -> float:
        """Return -J."""
        return -kmeans.lyapunov(data := self._data(X), self._responsibilities(data), self.theta_)


class GaussianMixtureEstimator(_Estimator):
    """A Gaussian mixture, the best of several runs of EM.

    After ``fit``: ``run_``, the :class:`lecture_lib.em.Run`; ``theta_``, the MixtureParameters, of which
    ``weights_``, ``means_`` and ``covariances_`` are parts.

    >>> from lecture_lib.datasets import load_old_faithful
    >>> X = load_old_faithful()
    >>> model = GaussianMixtureEstimator(2).fit(X)
    >>> model
    GaussianMixtureEstimator()
    >>> model.weights_.round(3)
    array([0.356, 0.644])
    >>> model.predict_proba([[3.1, 65.0]]).round(3)
    array([[0.037, 0.963]])
    >>> min((1, 2, 3, 4), key=lambda k: GaussianMixtureEstimator(k).fit(X).bic(X))
    2
    """

    theta_: MixtureParameters

    def __init__(
        self,
        k: int = 2,
        *,
        covariance: str = "full",
        restarts: int = 10,
        prior: MixturePrior | None = None,
        random_state: Any = 0,
    ):
        self.k, self.covariance, self.restarts, self.prior = k, covariance, restarts, prior
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to data (n, d); ``y`` is not looked at."""
        data, rng = self._begin(X)
        settings = {name: value for name, value in self.get_params().items() if name not in ("k", "random_state")}
        self._end(gaussian_mixture.fit(data, self.k, rng=rng, sample_weight=sample_weight, **settings))
        self.weights_, self.means_ = self.theta_.weights, self.theta_.means
        self.covariances_ = self.theta_.covariances
        return self

    def _scores(self, data):
        return mixture.responsibilities(data, self.theta_)

    _responsibilities = _scores

    def _draw(self, figures, ax, c):
        means, covariances = self.means_[:, c], self.covariances_[:, c][:, :, c]
        figures.ellipses(ax, MixtureParameters(self.weights_, means, covariances))

    def predict_proba(self, X: ArrayLike) -> Any:
        """Return the responsibilities, shape (n, k)."""
        return _like(X, self._responsibilities(self._data(X)))

    def score_samples(self, X: ArrayLike) -> Any:
        """Return log p(x_i) per datum, shape (n,), in nats."""
        return _like(X, mixture.log_evidence(self._data(X), self.theta_), "log p(x)")

    def score(self, X: ArrayLike, y: object = None) -> float:
        """Return the mean of log p(x_i), in nats."""
        return float(np.mean(mixture.log_evidence(self._data(X), self.theta_)))

    def sample(self, n: int = 1, random_state: Any = 0) -> tuple[Any, np.ndarray]:
        """Draw n data: a frame if the fit was to one; and which component each is from."""
        X, z = mixture.sample(self.theta_, n, np.random.default_rng(random_state))
        if not hasattr(self, "feature_names_in_"):
            return X, z
        from pandas import DataFrame  # it is there: the fit was to one of its frames

        return DataFrame(X, columns=self._names()), z

    def bic(self, X: ArrayLike) -> float:
        """Return Schwarz's criterion, in nats, doubled; the lower, the better."""
        return mixture.bic(self._data(X), self.theta_, self.covariance)


def _column_names(X):
    """Return the names of a data frame's columns, None if they are no words."""
    names = list(X.columns) if hasattr(X, "columns") else []
    return names if names and all(isinstance(name, str) for name in names) else None


def _like(X, values, name=None):
    """Return values (n,) or (n, k) with the index of a frame of pandas; of anything else as they are."""
    if not hasattr(X, "iloc"):
        return values
    from pandas import DataFrame, Series  # it is there: X is of it

    return DataFrame(values, X.index) if values.ndim == 2 else Series(values, X.index, name=name)


def _not_fitted():
    """Return the error that scikit-learn raises, where it is there."""
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:
        return ValueError
    return NotFittedError
