"""Right answers and usual mistakes for the questions of notebook 03."""

import numpy as np

RIGHT = {
    "fall": [45],
    "empty": ["nothing"],
    "curvature": [14, [[14.0]]],
    "escape": [[1, 2.9], (0.0, 2.5), np.array([[2.5], [0.0]])],
    "ways": [15],
}

MISTAKES = {
    "fall": [15, 9, 3, -45, 90, 1],
    "empty": ["it moves to zero", "it moves to the nearest datum", "it moves to the middle of all data", "?"],
    "curvature": [7, 2, 1],
    "escape": [[1, 3], [1.0, 1.0], [0, 1e200]],
    "ways": [32, 30, 16, 31, 10],
}

SHARED_REPLIES = {"escape"}  # two bad places share a reply
