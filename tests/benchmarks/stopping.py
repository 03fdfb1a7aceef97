"""How often a rule ends runs of EM too early: measures again what ``lecture_lib.em.stopping`` says of HIDDEN.

``python tests/benchmarks/stopping.py`` takes some minutes.
"""

import itertools

import numpy as np

from lecture_lib import datasets
from lecture_lib.em import State, em, objective_settles
from lecture_lib.models.gaussian_mixture import COVARIANCES, GaussianMixture
from lecture_lib.models.mixture import MixtureParameters

LONGEST, AT_REST = 4000, 20
SHARES = (np.inf, 1.0, 1e-2, 1e-3, 1e-4)


def aitken(share):
    """A rule by Aitken's estimate of a millionth of a nat, with the last gain at most a share of it."""

    def ends(seen):
        gains = np.diff([state.objective for state in seen[-3:]])
        if gains[-1] <= 0 or len(gains) < 2:
            return gains[-1] <= 0
        return gains[1] < gains[0] and gains[1] <= share * 1e-6 and gains[1] ** 2 <= 1e-6 * (gains[0] - gains[1])

    return ends


def data(rng):
    """Data with clusters and without."""
    X = datasets.load_old_faithful()
    overlapping = np.vstack([rng.normal(0, 1, (150, 2)), rng.normal(1.6, 1, (150, 2))])
    return X, datasets.load_iris()[0], overlapping, rng.normal(size=(200, 1)), rng.standard_t(3, (200, 2))


def starts(X, k, rng):
    """Means among the data with round covariances of any size; and means close together, near a saddle."""
    d, weights = X.shape[1], np.full(k, 1 / k)
    width = 10 ** rng.uniform(-2, 2)
    yield MixtureParameters(weights, X[rng.choice(len(X), k, replace=False)], [width * np.eye(d)] * k)
    near = X.mean(axis=0) + X.std(axis=0) * 10 ** rng.uniform(-5, 0.5) * rng.normal(size=(k, d))
    yield MixtureParameters(weights, near, [X.var(axis=0).mean() * np.eye(d)] * k)


def objectives(model, start):
    """The log-likelihoods of a run, until it rests, or is as long as we wait."""
    found, rest = [], 0
    for state in itertools.islice(em(model, start), LONGEST):
        found.append(state)
        rest = rest + 1 if len(found) > 1 and state.objective <= found[-2].objective else 0
        if rest == AT_REST:
            break
    return [State(state.step, None, state.objective, state.nat) for state in found]


def main():
    rng = np.random.default_rng(0)
    rules = {"the library's": objective_settles(), **{f"share {share:g}": aitken(share) for share in SHARES}}
    short, steps, runs = {name: [] for name in rules}, dict.fromkeys(rules, 0), 0
    for X, k, covariance in itertools.product(data(rng), (2, 3), COVARIANCES):
        for start in starts(X, k, rng):
            try:
                states = objectives(GaussianMixture(X, covariance=covariance), start)
            except ArithmeticError:  # collapsed
                continue
            runs, top = runs + 1, max(state.objective for state in states)
            for name, rule in rules.items():
                end = next((n for n in range(2, len(states) + 1) if rule(states[max(n - 3, 0) : n])), len(states))
                steps[name] += end - 1
                short[name].append(top - states[end - 1].objective)
    for name, left in short.items():
        early = np.array(left) > 1e-6
        print(f"{name:14s} {runs} runs {steps[name]:7d} steps", end="; ")
        print(f"{early.sum():3d} too early, by up to {max(left):.2g} nats")


if __name__ == "__main__":
    main()
