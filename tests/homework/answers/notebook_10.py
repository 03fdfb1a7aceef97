"""Right answers and usual mistakes for the questions of notebook 10."""

import numpy as np

KL = 0.5 * np.log(0.5 / 0.8) + 0.5 * np.log(0.5 / 0.2)

RIGHT = {
    "gap": [KL, 0.223, 0.22, np.log(1.25)],
    "maximises": ["the bound"],
    "steps": [7, 7.0],
    "line": [5],
    "concave": ["it is concave"],
}

MISTAKES = {
    "gap": [
        0.8 * np.log(1.6) + 0.2 * np.log(0.4),
        KL / np.log(2),
        -KL,
        2 * KL,
        np.log(2),
        -0.5 * np.log(0.16),
        0,
        0.6,
    ],
    "maximises": ["the likelihood", "the posterior", "the entropy", "q"],
    "steps": [6, 6.843, 8, 14],
    "line": [2, 3, 4, 6, 7, 8, 1],
    "concave": ["it rises", "it is 0 at 1", "it is convex"],
}
