"""Right answers and usual mistakes for the questions of notebook 00."""

import numpy as np

RIGHT = {
    "shape": [(272, 3), [272, 3], np.array([272, 3])],
    "sign": [8901.77, 8901.8, 8902, np.float64(8901.77)],
    "stop": ["converge", " Converge "],
}

MISTAKES = {
    "shape": [(3, 272), (272, 2), (3, 2), (1, 1)],
    "sign": [-8901.77, 168917.2, 8923.7, 7.0],
    "stop": ["em", "e_step", "fit"],
}

SHARED_REPLIES = {"stop"}  # two steps share a reply
