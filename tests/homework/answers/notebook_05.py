"""Right answers and usual mistakes for the questions of notebook 05."""

import math

import numpy as np

RIGHT = {
    "exchange": ["the sum is finite"],
    "variance": [4, np.float64(4)],
    "terms": [59049, 3**10],
    "collapse": [4.605, 4.61, 2 * math.log(10)],
    "dropped": ["terms >= 0 and log increasing"],
}

MISTAKES = {
    "exchange": ["the terms are independent", "the prior is uniform", "?"],
    "variance": [1, 3, 5, 2, 13, 12, 7],
    "terms": [1000, 30, 1024, 66, 10],
    "collapse": [2.303, -4.605, 2, 1, 10, 100, 7],
    "dropped": ["terms >= 0 and log concave", "weights sum to 1 and log concave", "?"],
}
