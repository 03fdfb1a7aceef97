"""Right answers and usual mistakes for the questions of notebook 11."""

RIGHT = {
    "animals": [59 / 97, 0.608, 0.61],
    "frozen": ["the slopes", "The slopes."],
    "heads": [0.65],
    "cancels": ["the same for each coin"],
    "lost": ["tr(W C W^T)"],
}

MISTAKES = {
    "animals": [25, 59 / 197, 34 / 72, 25 / 97, 59 / 72, 0.626821, 0.5],
    "frozen": ["monotonicity", "more restarts", "a smaller tolerance", "none"],
    "heads": [0.5, 0.8, 6.5, 0.325, 0.1],
    "cancels": ["1", "positive", "small"],
    "lost": ["the square", "the mean", "none"],
}
