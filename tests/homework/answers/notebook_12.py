"""Right answers and usual mistakes for the questions of notebook 12."""

RIGHT = {"union": [3, 3.0], "gap": [1], "line": ["another mean"], "factor": [16], "leap": [10, [10.0]]}

MISTAKES = {
    "union": [3.5, 15, 7, 4, 5],
    "gap": [5, 4, 2, 9, 0],
    "line": ["the own mean", "the largest", "none"],
    "factor": [4, -4, 0, 25, 0.25, 3],
    "leap": [9, 0.1, 0.9, 1, 3],
}
