"""Right answers and usual mistakes for the questions of notebook 07."""

import numpy as np

RIGHT = {
    "mean": [1.4, 2.1 / 1.5],
    "collapse": [9.21034, 4 * np.log(10), np.float64(9.21), 9.2],
    "unit": ["height of the Gaussian", " Height of the Gaussian."],
    "bic": [-6.18449, 3 * np.log(100) - 20, -6.18, -6.2],
    "trap": ["another start", " Another start."],
}

MISTAKES = {
    "mean": [0.7, 4, 1.5, 2.1, 3],
    "collapse": [2 * np.log(10), np.log(10), -4 * np.log(10), 100, 20, 0],
    "unit": ["Dirichlet", "completing the square", "?"],
    "bic": [20 - 3 * np.log(100), 3 * np.log(100) - 10, -14, 3 * np.log(100) + 20, -20, 0],
    "trap": ["more steps", "a smaller tolerance", "a prior", "?"],
}
