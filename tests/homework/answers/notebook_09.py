"""Right answers and usual mistakes for the questions of notebook 09."""

import numpy as np

RIGHT = {
    "values": [729, 3**6],
    "prior": [0.140625, 0.1406, 9 / 64],
    "integral": [1, 1.0],
    "estimate": [[2 / 3, 2, 1], (0.6667, 2.0, 1.0), np.array([2 / 3, 2, 1])],
    "linear": ["probabilistic pca", "Probabilistic PCA"],
}

MISTAKES = {
    "values": [18, 216, 64, 6, 3],
    "prior": [0.046875, 0.421875, 1.75, 0.1875, 1],
    "integral": [0.3, 0.7, 0, 2],
    "estimate": [[2 / 3, 2, 2], [2, 2, 1], [2 / 3, 2, 5], [2 / 3, 4, 1], [0, 0, 0]],
    "linear": ["gaussian mixture", "poisson mixture", "bernoulli mixture", "?"],
}
