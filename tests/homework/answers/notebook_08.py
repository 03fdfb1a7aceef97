"""Right answers and usual mistakes for the questions of notebook 08."""

import numpy as np

RIGHT = {
    "height": ["pull out the height", " Pull out the height."],
    "tie": [0.3, np.float64(0.3)],
    "critical": [0.375, 3 / 8],
    "direction": ["first eigenvector", "First eigenvector."],
    "bracket": ["full em", "Full EM."],
}

MISTAKES = {
    "height": ["definition of the density", "inverse of I / beta", "?"],
    "tie": [1, 0, 0.5, 0.7, 2],
    "critical": [8 / 3, 0.1875, 0.25, 0.125, 0.6124, 1],
    "direction": ["all distances are equal", "equation 3.4", "?"],
    "bracket": ["k-means", "soft k-means", "annealing", "?"],
}
