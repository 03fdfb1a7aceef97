"""Right answers and usual mistakes for the questions of notebook 06."""

import numpy as np

RIGHT = {
    "pull": [0.125, 1 / 8, np.float64(0.125)],
    "shared": ["one term is left", " One term is left."],
    "together": [6, 6.0],
    "asleep": ["multiply by pi", "Multiply by pi."],
    "step": [4, 4.0, [4]],
}

MISTAKES = {
    "pull": [-0.125, 0.5, 2, 0.25, 1, 7],
    "shared": ["term by term", "chain rule", "?"],
    "together": [3, 1.5, 9, 0, 5],
    "asleep": ["sum over j", "rows sum to 1", "?"],
    "step": [2, 27, 102, 2.125, 2.5, 3, 0, 7],
}
