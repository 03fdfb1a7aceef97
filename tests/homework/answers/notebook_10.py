"""Right answers and usual mistakes for the questions of notebook 10."""

import numpy as np

KL = 0.5 * np.log(0.5 / 0.8) + 0.5 * np.log(0.5 / 0.2)

RIGHT = {
    "gap": [KL, 0.223, np.log(1.25)],
    "maximises": ["the bound"],
    "animals": [59 / 97, 0.608],
    "steps": [7, 7.0],
    "frozen": ["the slopes", "The slopes."],
}

MISTAKES = {
    "gap": [0.8 * np.log(1.6) + 0.2 * np.log(0.4), KL / np.log(2), -KL, 2 * KL, np.log(2), 0, 0.6],
    "maximises": ["the likelihood", "the posterior", "the entropy", "q"],
    "animals": [25, 59 / 197, 34 / 72, 25 / 97, 59 / 72, 0.5],
    "steps": [6, 6.843, 8, 14],
    "frozen": ["monotonicity", "more restarts", "a smaller tolerance", "none"],
}
