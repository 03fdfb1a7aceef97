"""Right answers and usual mistakes for the questions of notebook 08."""

import numpy as np

RIGHT = {
    "share": [0.8808, 0.881, 1 / (1 + np.exp(-2))],
    "tie": [0.3, np.float64(0.3)],
    "critical": [0.375, 3 / 8],
    "hot": [[3, 3], (3.0, 3.0), np.array([[3.0], [3.0]])],
    "bracket": ["full em", "Full EM."],
}

MISTAKES = {
    "share": [0.982, 0.7311, 0.1192, 1, 0.5],
    "tie": [1, 0, 0.5, 0.7, 2],
    "critical": [8 / 3, 0.1875, 0.25, 0.125, 0.6124, 1],
    "hot": [[1.5, 6], [1, 6], [3.5, 3.5], [0, 0]],
    "bracket": ["k-means", "soft k-means", "annealing", "?"],
}
