"""The fits of the course as estimators, in the habits of scikit-learn, which need not be installed.

Nothing is computed here: ``fit`` calls ``fit`` or, with ``search=True``, ``search`` of
:mod:`lecture_lib.models.kmeans` or :mod:`lecture_lib.models.gaussian_mixture`, everything else the functions of the
model. The settings have the names that these have; where one is None, they choose it: ``restarts`` are 10, of
``search`` 2. ``random_state`` is a whole number, a ``numpy.random.Generator``, or None for other starts each time.
A data frame of pandas gives a series or a frame with its index; its columns must then be the same ones. Weights
that were given to ``fit`` are not remembered: ``score``, ``bic`` and ``aic`` take them again.

A fitted estimator can be pickled; ``storage.save(estimator.theta_, path)`` writes what any language can read, and
``from_theta`` makes an estimator of it.
"""

import html
import sys
from dataclasses import KW_ONLY, dataclass, fields
from operator import attrgetter
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation
from lecture_lib.blocks import Blocks
from lecture_lib.em import Rule, objective_settles
from lecture_lib.gaussian.kinds import Covariance
from lecture_lib.gaussian.parameters import MixtureParameters
from lecture_lib.gaussian.prior import MixturePrior
from lecture_lib.models import gaussian_mixture, kmeans, mixture

__all__ = ["GaussianMixtureEstimator", "KMeansEstimator"]


@dataclass(eq=False, repr=False)
class _Estimator:
    """What both have: settings, which are the fields, names of columns, and how they are shown."""

    k: int = 2
    _: KW_ONLY
    restarts: int | None = None
    search: bool = False
    max_steps: int | None = None
    random_state: Any = 0

    missing = False
    fit: ClassVar[Any]  # and the next two: each class has its own
    _responsibilities: ClassVar[Any]
    _draw: ClassVar[Any]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings; none of them has settings of its own."""
        return {setting.name: getattr(self, setting.name) for setting in fields(self)}

    def set_params(self, **params: Any) -> Self:
        """Change settings."""
        for name, value in params.items():
            validation.choice(name, self.get_params(), "a setting")
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags  # only scikit-learn asks for it

        kind = "clusterer" if isinstance(self, KMeansEstimator) else "density_estimator"
        nan = InputTags(allow_nan=self.missing)
        return Tags(estimator_type=kind, target_tags=TargetTags(required=False), input_tags=nan)

    def __repr__(self) -> str:
        default = {setting.name: setting.default for setting in fields(self)} | {"k": None}
        changed = {name: value for name, value in self.get_params().items() if value is not default[name]}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    def _repr_html_(self) -> str:
        title = f"<code>{html.escape(repr(self))}</code>"
        if not hasattr(self, "theta_"):
            return f"<p>{title}, not fitted</p>"
        means = np.atleast_2d(getattr(self.theta_, "means", self.theta_))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self._names())
        rows = (f"<th>{j}</th>" + "".join(f"<td>{x:.6g}</td>" for x in mean) for j, mean in enumerate(means))
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        run = html.escape(str(getattr(self, "run_", "from parameters")))
        return f"<p>{title}: {run}</p><table><tr><th>mean</th>{head}</tr>{body}</table>"

    def _names(self) -> list[str]:
        return list(getattr(self, "feature_names_in_", [f"x{c}" for c in range(self.n_features_in_)]))

    @classmethod
    def from_theta(cls, theta: Any, columns: Any = None, **settings: Any) -> Self:
        """Return an estimator that has these parameters, as a file kept them, without a fit.

        Parameters
        ----------
        theta : MixtureParameters, or ndarray of shape (k, d)
            What ``theta_`` of a fitted one is.
        columns : sequence of str, optional
            Names of the columns, in the order of the fit; other ones are then refused.
        **settings
            ``missing=True`` for example.
        """
        means = validation.data(getattr(theta, "means", theta), "theta")
        if isinstance(theta, MixtureParameters):
            settings = {"covariance": mixture.told_kind(theta).name} | settings
        return cls(len(means), **settings)._keep(theta, columns)

    def _keep(self, theta: Any, names: Any) -> Self:
        """Keep the parameters, and the names of the columns if there are any."""
        self.theta_ = theta
        self.n_features_in_: int = getattr(theta, "means", theta).shape[1]
        self.__dict__.pop("feature_names_in_", None)
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
            if len(names) != self.n_features_in_:
                raise ValueError(f"columns must be {self.n_features_in_} names, got {list(names)}; name each")
        return self

    def _fit(self, model: Any, X: Any, sample_weight: Any, until: Rule | None = None) -> Self:
        """Fit, or search, with the settings that are not None."""
        own = {"rng": np.random.default_rng(self.random_state), "until": until}
        settings = self.get_params() | own | {"sample_weight": sample_weight}
        not_theirs = {"random_state", "search", "tol"}
        given = {name: value for name, value in settings.items() if value is not None and name not in not_theirs}
        self.run_ = (model.search if self.search else model.fit)(X, **given)
        self.n_iter_ = self.run_.states[-1].step
        return self._keep(self.run_.theta, validation.column_names(X))

    def _data(self, X: ArrayLike) -> np.ndarray:
        """Return data that are like those of the fit."""
        if not hasattr(self, "theta_"):
            error = getattr(sys.modules.get("sklearn.exceptions"), "NotFittedError", ValueError)
            raise error(f"{type(self).__name__} is not fitted yet; call fit(X) first")
        data, names, mine = validation.data(X, missing=self.missing), validation.column_names(X), self._names()
        if names is not None and names != mine and hasattr(self, "feature_names_in_"):
            absent = [name for name in mine if name not in names]
            remedy = f"{absent} are not there, add or rename them" if absent else f"choose X[{mine}]"
            raise ValueError(f"X must have the columns {mine}, got {names}; {remedy}")
        if data.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {data.shape[1]} features, but {type(self).__name__} is expecting {self.n_features_in_} "
                "features as input; pass the columns of the fit"
            )
        return data

    def predict(self, X: ArrayLike) -> Any:
        """Return the number of the nearest mean, or of the component most responsible, per datum, shape (n,)."""
        return _like(X, self._responsibilities(self._data(X)).argmax(axis=1), "cluster")

    def fit_predict(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Any:
        """Fit, and return what :meth:`predict` says of the same data."""
        return self.fit(X, y, sample_weight).predict(X)

    def plot(self, X: ArrayLike, ax: Any = None, *, columns: Any = None) -> Any:
        """Draw two columns of the data, in the colours of their clusters, and the fit; or one; return the Axes.

        ``columns`` are their names or numbers, the first two if none are given. Rows with holes there are left out.
        """
        from matplotlib import pyplot as plt  # here, so that importing this file sets up no backend

        from lecture_lib import figures

        data, names = self._data(X), self._names()
        wanted = range(len(names))[:2] if columns is None else columns
        c = [names.index(one) if one in names else one for one in wanted]
        if len(c) not in (1, 2) or any(one not in range(len(names)) for one in c):
            raise ValueError(f"columns must be one or two of {names}, or their numbers, got {wanted}; choose")
        ax = plt.subplots(**figures.panels())[1] if ax is None else ax
        figures.columns(ax, data[:, c], [names[i] for i in c], self._responsibilities(data))
        if len(c) == 2:
            self._draw(figures, ax, c)
        return ax


@dataclass(eq=False, repr=False)
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

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to data (n, d); ``y`` is not looked at."""
        self._fit(kmeans, X, sample_weight)
        self.inertia_: float = -self.run_.objective
        self.labels_: np.ndarray = kmeans.labels(X, self.theta_)
        return self

    cluster_centers_ = property(attrgetter("theta_"))

    def _responsibilities(self, data):
        return kmeans.assign(data, self.theta_)

    def _draw(self, figures, ax, c):
        figures.means(ax, self.theta_[:, c])

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """Return -J, in which each datum counts as often as its weight says."""
        w = validation.aligned(sample_weight, X)
        return kmeans.KMeans(self._data(X), sample_weight=w).e_step(self.theta_)[1]


@dataclass(eq=False, repr=False, kw_only=True)
class GaussianMixtureEstimator(_Estimator):
    """A Gaussian mixture, the best of several runs of EM.

    After ``fit``: ``run_``, the :class:`lecture_lib.em.Run`; ``theta_``, the MixtureParameters, of which
    ``weights_``, ``means_`` and ``covariances_`` are parts. With ``missing=True``, NaN stands for a missing value,
    in all methods. A run ends when ``tol`` nats are left to gain, as far as can be told, or after ``max_steps``;
    for a quick look at many settings, ``restarts=1, tol=1.0`` will do.

    >>> from lecture_lib.datasets import load_old_faithful
    >>> X = load_old_faithful()
    >>> model = GaussianMixtureEstimator(2).fit(X)
    >>> model
    GaussianMixtureEstimator(k=2)
    >>> model.weights_.round(3)
    array([0.356, 0.644])
    >>> model.predict_proba([[3.1, 65.0]]).round(3)
    array([[0.037, 0.963]])
    >>> min((1, 2, 3, 4), key=lambda k: GaussianMixtureEstimator(k).fit(X).bic(X))
    2
    """

    covariance: Covariance = "full"
    prior: MixturePrior | None = None
    missing: bool = False
    tol: float | None = None

    def fit(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to data (n, d); ``y`` is not looked at."""
        until = None if self.tol is None else objective_settles(self.tol)
        return self._fit(gaussian_mixture, X, sample_weight, until=until)

    weights_ = property(attrgetter("theta_.weights"))
    means_ = property(attrgetter("theta_.means"))
    covariances_ = property(attrgetter("theta_.covariances"))

    def _responsibilities(self, data):
        return mixture.responsibilities(Blocks(data, missing=self.missing), self.theta_)

    def _draw(self, figures, ax, c):
        means, covariances = self.means_[:, c], self.covariances_[:, c][:, :, c]
        figures.ellipses(ax, MixtureParameters(self.weights_, means, covariances))

    def _blocks(self, X, sample_weight=None):
        w = validation.aligned(sample_weight, X)
        return Blocks(self._data(X), sample_weight=w, missing=self.missing)

    def predict_proba(self, X: ArrayLike) -> Any:
        """Return the responsibilities, shape (n, k)."""
        return _like(X, self._responsibilities(self._data(X)), "r")

    def score_samples(self, X: ArrayLike) -> Any:
        """Return log p(x_i) per datum, shape (n,), in nats."""
        return _like(X, mixture.log_evidence(self._blocks(X), self.theta_), "log_p")

    def score(self, X: ArrayLike, y: object = None, sample_weight: ArrayLike | None = None) -> float:
        """Return the mean of log p(x_i), in nats; each datum counts as often as its weight says."""
        blocks = self._blocks(X, sample_weight)
        return float(np.average(mixture.log_evidence(blocks, self.theta_), weights=blocks.weights))

    def sample(self, n: int = 1, random_state: Any = None) -> tuple[Any, np.ndarray]:
        """Draw n data, other ones each time unless ``random_state`` is a number; and which component each is from.

        They are a frame if the fit was to one.
        """
        X, z = mixture.sample(self.theta_, n, np.random.default_rng(random_state))
        if not hasattr(self, "feature_names_in_"):
            return X, z
        from pandas import DataFrame  # it is there: the fit was to one of its frames

        return DataFrame(X, columns=self._names()), z

    def bic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return Schwarz's criterion, in nats, doubled; the lower, the better."""
        return mixture.bic(self._blocks(X, sample_weight), self.theta_, self.covariance)

    def aic(self, X: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return Akaike's criterion, in nats, doubled; the lower, the better."""
        return mixture.aic(self._blocks(X, sample_weight), self.theta_, self.covariance)


def _like(X, values, name):
    """Return values (n,) or (n, k) with the index of a frame of pandas; of anything else as they are."""
    if not hasattr(X, "iloc"):
        return values
    from pandas import DataFrame, Series  # it is there: X is of it

    if values.ndim == 1:
        return Series(values, X.index, name=name)
    return DataFrame(values, X.index, [f"{name}{j}" for j in range(values.shape[1])])
