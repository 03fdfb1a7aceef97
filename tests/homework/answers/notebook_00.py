"""Right answers and usual mistakes for the questions of notebook 00."""

import numpy as np

RIGHT = {
    "shape": [(272, 3), [272, 3], np.array([272, 3])],
    "sign": [79.5757, 79.58, np.float64(79.57573)],
    "falls": ["the loss", " The Loss "],
}

MISTAKES = {
    "shape": [(3, 272), (272, 2), (3, 2), (1, 1)],
    "sign": [-79.5757, 646.07, 227.94, 7.0],
    "falls": ["the objective", "the number on the wrong side"],
}
