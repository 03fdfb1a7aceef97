"""The data of the course: ``load_*`` reads a file of ``data/``, ``make_*`` draws from a seeded generator.

Origin, licence, units and columns of every file: ``data/README.md``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from lecture_lib import validation

__all__ = [
    "CROWD_AND_FEW",
    "NINE_CLUSTERS",
    "OLD_FAITHFUL_AXES",
    "RECIPES",
    "ClusterRecipe",
    "data_folder",
    "load_cholera",
    "load_digits",
    "load_elderly_deaths",
    "load_growth",
    "load_iris",
    "load_linkage",
    "load_little_and_large",
    "load_newcomb",
    "load_no_way_to_set_k",
    "load_old_faithful",
    "load_optima",
    "load_two_coins",
    "load_two_elongated",
    "load_works_well",
    "make_clusters",
    "standardise",
]

OLD_FAITHFUL_AXES = ("eruption lasts / min", "next one after / min")
"""What the two columns of Old Faithful are, for axis labels."""


def data_folder() -> Path:
    """Return the folder that holds the course's data files.

    Returns
    -------
    pathlib.Path
        ``data/`` inside the installed package, or beside it in a clone.
    """
    package = Path(__file__).parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parent / "data"


def _table(name):
    return np.loadtxt(data_folder() / f"{name}.csv", delimiter=",", skiprows=1, ndmin=2)


def _labelled(name):
    table = _table(name)
    return table[:, :-1], table[:, -1].astype(int)


def load_old_faithful() -> np.ndarray:
    """Return the eruptions of the Old Faithful geyser.

    Returns
    -------
    ndarray, shape (272, 2)
        Duration of an eruption and waiting time until the next, both in minutes.

    Notes
    -----
    Source: R's ``datasets::faithful``, after W. Härdle, *Smoothing Techniques with Implementation in S*, 1991;
    see also A. Azzalini and A. W. Bowman, *A look at some data on the Old Faithful geyser*, 1990.

    Examples
    --------
    >>> load_old_faithful().mean(axis=0).round(2)
    array([ 3.49, 70.9 ])
    """
    return _table("old_faithful")


def load_works_well() -> tuple[np.ndarray, np.ndarray]:
    """Return two round, well separated clusters, after MacKay: k-means is at home here.

    Returns
    -------
    X : ndarray, shape (40, 2)
        Data, without unit.
    z : ndarray of int, shape (40,)
        Which cluster each datum was drawn from.
    """
    return _labelled("works_well")


def load_no_way_to_set_k() -> tuple[np.ndarray, np.ndarray]:
    """Return an irregular set in which k-means with k = 4 ends differently from start to start, after MacKay.

    Returns
    -------
    X : ndarray, shape (40, 2)
        Data, without unit.
    z : ndarray of int, shape (40,)
        Which cluster each datum was drawn from.
    """
    return _labelled("no_way_to_set_k")


def load_little_and_large() -> tuple[np.ndarray, np.ndarray]:
    """Return a large wide cluster beside a little narrow one, after MacKay: k-means cuts the large one.

    Returns
    -------
    X : ndarray, shape (200, 2)
        Data, without unit.
    z : ndarray of int, shape (200,)
        0 for the large cluster, 1 for the little one.
    """
    return _labelled("little_and_large")


def load_two_elongated() -> tuple[np.ndarray, np.ndarray]:
    """Return two long clusters that lie side by side, after MacKay: k-means cuts across both.

    Returns
    -------
    X : ndarray, shape (80, 2)
        Data, without unit.
    z : ndarray of int, shape (80,)
        0 for the lower cluster, 1 for the upper one.
    """
    return _labelled("two_elongated")


def load_two_coins() -> tuple[np.ndarray, np.ndarray]:
    """Return five sets of ten tosses, each made with one of two coins.

    Returns
    -------
    heads : ndarray, shape (5,)
        How many tosses of each set showed heads.
    tosses : ndarray, shape (5,)
        How many tosses each set has: ten.

    Notes
    -----
    Source: C. B. Do and S. Batzoglou, *What is the expectation maximization algorithm?*, Nature Biotechnology 26,
    2008, figure 1.
    """
    heads, tosses = _table("two_coins").T
    return heads, tosses


def load_linkage() -> np.ndarray:
    """Return how many of 197 animals fall into each of four genetic classes.

    Returns
    -------
    ndarray, shape (4,)
        Animals in the classes of probability 1/2 + theta/4, (1 - theta)/4, (1 - theta)/4 and theta/4.

    Notes
    -----
    Source: C. R. Rao, *Linear Statistical Inference and its Applications*, 1965, as used by A. Dempster, N. Laird
    and D. Rubin, *Maximum likelihood from incomplete data via the EM algorithm*, JRSS B 39, 1977.
    """
    return _table("linkage")[:, 1]


def load_growth() -> dict[str, np.ndarray]:
    """Return what one step of EM takes and holds as the data grow, for three programs.

    Returns
    -------
    dict
        The name of each program, mapped to an array with the columns numbers of data (n d), seconds a step, and
        MiB of memory beyond the data.

    Notes
    -----
    Made by ``tests/benchmarks/growth.py``.
    """
    return _by_name("growth", 1)


def load_optima() -> dict[str, np.ndarray]:
    """Return how far above the best known J some ways to look for the best optimum of k-means end, and when.

    Returns
    -------
    dict
        The name of a set of data and that of a way, such as "square, search", mapped to an array with the columns
        milliseconds and excess of J in per cent, a row for each effort; both are averages over ten seeds.

    Notes
    -----
    Made by ``tests/benchmarks/optima.py``.
    """
    return _by_name("optima", 2)


def _by_name(table, columns):
    """Return the numbers of each name, which stands in the first columns."""
    found = {}
    for line in (data_folder() / f"{table}.csv").read_text(encoding="utf-8").splitlines()[1:]:
        row = line.split(",")
        found.setdefault(", ".join(row[:columns]), []).append(list(map(float, row[columns:])))
    return {name: np.array(rows) for name, rows in found.items()}


def load_elderly_deaths() -> np.ndarray:
    """Return how many deaths of women of 80 and more The Times announced on each day of 1910 to 1912.

    Returns
    -------
    ndarray, shape (1096,)
        Deaths, one count a day, sorted: only how many days had how many is on record.

    Notes
    -----
    Source: V. Hasselblad, *Estimation of finite mixtures of distributions from the exponential family*, JASA 64,
    1969.
    """
    deaths, days = _table("elderly_deaths").T
    return np.repeat(deaths, days.astype(int))


def load_newcomb() -> np.ndarray:
    """Return Newcomb's measurements of how long light needs for 7.44 kilometres.

    Returns
    -------
    ndarray, shape (66, 1)
        By how many nanoseconds each exceeds 24800; in the order in which they were made.

    Notes
    -----
    Source: S. Newcomb, 1882, as printed by S. Stigler, *Do robust estimators work with real data?*, Annals of
    Statistics 5, 1977, table 5.
    """
    return _table("newcomb")


def load_cholera() -> np.ndarray:
    """Return how many cases of cholera each household of an Indian village had.

    Returns
    -------
    ndarray, shape (223,)
        Cases, one count a household, sorted.

    Notes
    -----
    Source: A. G. McKendrick, *Applications of mathematics to medical problems*, Proceedings of the Edinburgh
    Mathematical Society 44, 1926.
    """
    cases, households = _table("cholera").T
    return np.repeat(cases, households.astype(int))


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return pictures of handwritten digits.

    Returns
    -------
    X : ndarray, shape (1797, 64)
        Ink in each of 8 x 8 pixels, row by row, from 0 to 16: how many of the 16 finer pixels below it are set.
    labels : ndarray of int, shape (1797,)
        Which digit was meant, 0 to 9.

    Notes
    -----
    Source: E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
    Repository, 1998, the test set.
    """
    return _labelled("digits")


def load_iris() -> tuple[np.ndarray, np.ndarray]:
    """Return the measurements of 150 irises of three species.

    Returns
    -------
    X : ndarray, shape (150, 4)
        Length and width of the sepals, length and width of the petals, in centimetres.
    z : ndarray of int, shape (150,)
        Species: 0 setosa, 1 versicolor, 2 virginica.

    Notes
    -----
    Source: R. A. Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7, 1936,
    measured by E. Anderson; the numbers as Fisher printed them, which other copies have wrong in two rows.
    """
    return _labelled("iris")


@dataclass(frozen=True)
class ClusterRecipe:
    """How a set of Gaussian clusters with axes along the coordinates is drawn.

    Attributes
    ----------
    counts : tuple of int, length k
        Data in each cluster.
    means : tuple of k tuples of d floats
        Centres.
    spreads : tuple of k tuples of d floats
        Standard deviations along the axes.
    seed : int
        For ``np.random.default_rng``.
    """

    counts: tuple[int, ...]
    means: tuple[tuple[float, ...], ...]
    spreads: tuple[tuple[float, ...], ...]
    seed: int


RECIPES = {
    "works_well": ClusterRecipe((20, 20), ((3.0, 7.0), (7.0, 4.0)), ((0.8, 0.8), (0.8, 0.8)), seed=1),
    "no_way_to_set_k": ClusterRecipe(
        (16, 14, 10), ((2.5, 7.5), (4.8, 5.6), (7.5, 3.0)), ((1.0, 0.9), (1.0, 0.8), (0.9, 1.1)), seed=2
    ),
    "little_and_large": ClusterRecipe((170, 30), ((4.0, 5.0), (8.0, 5.0)), ((1.5, 1.5), (0.3, 0.3)), seed=3),
    "two_elongated": ClusterRecipe((40, 40), ((5.0, 4.0), (5.0, 6.0)), ((2.2, 0.3), (2.2, 0.3)), seed=4),
}
"""The recipes of the four sets after MacKay (ITILA, figures 20.3 to 20.6); ``data/make.py`` draws them."""

NINE_CLUSTERS = ClusterRecipe(
    (30,) * 9,
    tuple((4.0 * row, 4.0 * column) for row in range(3) for column in range(3)),
    ((0.3, 0.3),) * 9,
    seed=5,
)
"""Nine narrow clusters on a 3 x 3 grid: easy to see, and hard to find from random starts."""

CROWD_AND_FEW = ClusterRecipe((1000, 20), ((0.0, 0.0), (6.0, 0.0)), ((1.0, 1.0),) * 2, seed=0)
"""Two clusters of one width, far apart, with very different counts: k-means halves the large one."""


def make_clusters(recipe: ClusterRecipe) -> tuple[np.ndarray, np.ndarray]:
    """Draw the clusters of a recipe.

    Parameters
    ----------
    recipe : ClusterRecipe
        Counts, means, spreads and seed.

    Returns
    -------
    X : ndarray, shape (n, d)
        Data, one cluster after the other.
    z : ndarray of int, shape (n,)
        Which cluster each datum belongs to.
    """
    rng = np.random.default_rng(recipe.seed)
    z = np.repeat(np.arange(len(recipe.counts)), recipe.counts)
    means, spreads = np.array(recipe.means), np.array(recipe.spreads)
    return means[z] + spreads[z] * rng.standard_normal((len(z), means.shape[1])), z


def standardise(X: ArrayLike) -> np.ndarray:
    """Return data with mean 0 and standard deviation 1 in every column.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data.

    Returns
    -------
    ndarray, shape (n, d)
        Without unit.

    Raises
    ------
    ValueError
        For bad data, or when a column is constant.
    """
    X = validation.data(X)
    centred = X - X.mean(axis=0)
    centred -= centred.mean(axis=0)  # far from the origin, the first mean has lost digits
    spread = centred.std(axis=0)
    if not spread.all():
        raise ValueError(f"X must vary in every column, got a constant column {np.argmin(spread)}; drop it")
    return centred / spread
