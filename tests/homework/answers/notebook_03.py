"""Right answers and usual mistakes for the questions of notebook 03."""

import numpy as np

RIGHT = {
    "fall": [45],
    "cross": ["the deviations sum to zero"],
    "empty": ["1.3"],
    "escape": [[1, 2.9], (0.0, 2.5), np.array([[2.5], [0.0]])],
    "ways": [15],
}

MISTAKES = {
    "fall": [15, 9, 3, -45, 90, 1],
    "cross": ["the vectors are orthogonal", "the rows sum to 1", "?"],
    "empty": ["3.2", "3.3", "?"],
    "escape": [[1, 3], [1.0, 1.0], [0, 1e200]],
    "ways": [32, 30, 16, 31, 10],
}

SHARED_REPLIES = {"escape"}  # two bad places share a reply
