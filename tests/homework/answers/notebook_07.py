"""Right answers and usual mistakes for the questions of notebook 07."""

import numpy as np

RIGHT = {
    "singular": ["insert the log determinant", " Insert the log determinant."],
    "collapse": [9.21034, 4 * np.log(10), np.float64(9.21), 9.2],
    "unit": ["Gaussian of the mean", " gaussian of the mean."],
    "bic": [-6.18449, 3 * np.log(100) - 20, -6.18, -6.2],
    "trap": ["another start", " Another start."],
}

MISTAKES = {
    "singular": ["a quadratic form is not negative", "log t - t <= -1", "?"],
    "collapse": [2 * np.log(10), np.log(10), -4 * np.log(10), 100, 20, 0],
    "unit": ["Dirichlet", "exponential of the trace", "?"],
    "bic": [20 - 3 * np.log(100), 3 * np.log(100) - 10, -14, 3 * np.log(100) + 20, -20, 0],
    "trap": ["more steps", "a smaller tolerance", "a prior", "?"],
}
