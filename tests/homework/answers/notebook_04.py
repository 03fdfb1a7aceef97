"""Right answers and usual mistakes for the questions of notebook 04."""

import numpy as np

RIGHT = {
    "rise": [1, 1.0, np.float64(1)],
    "width": [2, 2.0],
    "hard": [-0.434, -0.4338],
    "onehot": [7, 7.0],
    "laplace": [1, 1.0],
}

MISTAKES = {
    "rise": [-1, 2, 4, 8, 16, 3],
    "width": [4, 8, 8**0.5, 36, 6, 1],
    "hard": [0, 0.434, -1.919, -1.485],
    "onehot": [8, 6, 4, 9, 1],
    "laplace": [3, 4, 0, 8],
}
