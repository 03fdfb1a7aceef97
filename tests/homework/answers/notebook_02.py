"""Right answers and usual mistakes for the questions of notebook 02."""

RIGHT = {
    "zero": [0, 0.0],
    "names": [1],
    "strict": [3, 3.0],
    "insert": ["datum 0 lies on the new mean"],
    "missing": ["a covariance for each cluster"],
}

MISTAKES = {
    "zero": [40, 1],
    "names": [3, 4, 0, 2],
    "strict": [4, 2, 5, 1, 7],
    "insert": ["the new mean is the best one", "all distances are equal", "?"],
    "missing": ["a smaller k", "more restarts", "more data", "luck"],
}
