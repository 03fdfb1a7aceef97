"""Right answers and usual mistakes for the questions of notebook 11."""

RIGHT = {"union": [3, 3.0], "gap": [1], "slow": [22], "leap": [10, [10.0]]}

MISTAKES = {
    "union": [3.5, 15, 7, 4, 5],
    "gap": [5, 4, 2, 9, 0],
    "slow": [21, 1, 9, 10, 30],
    "leap": [9, 0.1, 0.9, 1, 3],
}
