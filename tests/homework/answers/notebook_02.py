"""Right answers and usual mistakes for the questions of notebook 02."""

RIGHT = {
    "zero": [0, 0.0],
    "names": [1],
    "boundary": [5, 5.0],
    "missing": ["a covariance for each cluster"],
}

MISTAKES = {
    "zero": [40, 1],
    "names": [3, 4, 0, 2],
    "boundary": [0, 10, 7.5, 1],
    "missing": ["a smaller k", "more restarts", "more data", "luck"],
}
