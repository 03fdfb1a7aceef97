"""Right answers and usual mistakes for the questions of notebook 01."""

import numpy as np

RIGHT = {
    "by_hand": [[1.5, 7.333], (7.3333, 1.5), np.array([[1.5], [22 / 3]])],
    "tie": [0, 0.0, np.int64(0)],
    "cancels": ["the square of y"],
    "differ": ["the means differ"],
    "plus_plus": [0.9, 9 / 10],
}

MISTAKES = {
    "by_hand": [[4, 9], [3, 8], [6, 9], [0, 0]],
    "tie": [1, 0.5, 7],
    "cancels": ["the square of m_0", "the product of m_0 and y", "y"],
    "differ": ["no datum is tied", "both clusters have data", "?"],
    "plus_plus": [0.75, 0.5, 1 / 3, 9, 0.1, 0.2],
}
