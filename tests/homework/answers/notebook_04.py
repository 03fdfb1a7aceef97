"""Right answers and usual mistakes for the questions of notebook 04."""

import numpy as np

RIGHT = {
    "rise": [1, 1.0, np.float64(1)],
    "width": [2, 2.0],
    "hard": [0, 0.0],
    "onehot": [7, 7.0],
    "laplace": [1, 1.0],
}

MISTAKES = {
    "rise": [-1, 2, 4, 8, 16, 3],
    "width": [4, 8, 8**0.5, 36, 6, 1],
    "hard": [-1, -2, 1, 0.5],
    "onehot": [8, 6, 4, 9, 1],
    "laplace": [3, 4, 0, 8],
}

SHARED_REPLIES = {"hard"}  # the sign does not matter: the second density has no say
