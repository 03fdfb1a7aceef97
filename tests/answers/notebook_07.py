"""Right answers and usual mistakes for the questions of notebook 07."""

import numpy as np

RIGHT = {
    "mean": [1.4, 2.1 / 1.5],
    "collapse": [4.60517, 2 * np.log(10), np.float64(4.605), 4.61],
    "count": [17, 17.0],
    "bic": [-6.18449, 3 * np.log(100) - 20, -6.18, -6.2],
    "trap": ["another start", " Another start."],
}

MISTAKES = {
    "mean": [0.7, 4, 1.5, 2.1, 3],
    "collapse": [np.log(10), -2 * np.log(10), 4 * np.log(10), 100, 20, 0],
    "count": [18, 20, 21, 11, 14, 15, 3],
    "bic": [20 - 3 * np.log(100), 3 * np.log(100) - 10, -14, 3 * np.log(100) + 20, -20, 0],
    "trap": ["more steps", "a smaller tolerance", "a prior", "?"],
}
