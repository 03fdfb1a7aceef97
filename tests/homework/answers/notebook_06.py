"""Right answers and usual mistakes for the questions of notebook 06."""

import numpy as np

RIGHT = {
    "pull": [0.125, 1 / 8, np.float64(0.125)],
    "multiplier": [-272, -272.0],
    "together": [6, 6.0],
    "asleep": ["nothing", " Nothing."],
    "step": [4, 4.0, [4]],
}

MISTAKES = {
    "pull": [-0.125, 0.5, 2, 0.25, 1, 7],
    "multiplier": [272, -1, -2, 1, 5],
    "together": [3, 1.5, 9, 0, 5],
    "asleep": ["it takes its data", "it removes it", "?"],
    "step": [2, 27, 102, 2.125, 2.5, 3, 0, 7],
}
