"""Right answers and usual mistakes for the questions of notebook 09."""

import numpy as np

RIGHT = {
    "prior": [0.140625, 0.1406, 9 / 64],
    "estimate": [[2 / 3, 2, 1], (0.6667, 2.0, 1.0), [0.67, 2, 1], np.array([2 / 3, 2, 1])],
    "pull": ["free of j''"],
    "multiplier": [-6, -6.0],
    "linear": ["probabilistic pca", "Probabilistic PCA"],
}

MISTAKES = {
    "prior": [0.046875, 0.421875, 1.75, 0.1875, 1],
    "estimate": [[2 / 3, 2, 2], [2, 2, 1], [2 / 3, 2, 5], [2 / 3, 4, 1], [1 / 3, 8, 0], [2, 1, 2 / 3], [0, 0, 0]],
    "pull": ["positive", "a probability", "linear"],
    "multiplier": [6, -3, 3, -1, 0],
    "linear": ["gaussian mixture", "poisson mixture", "bernoulli mixture", "?"],
}
