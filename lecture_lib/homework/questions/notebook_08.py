"""The questions of notebook 08, *Soft k-means*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "height": Question(
        choice(
            "pull out the height",
            {
                "definition of the density": "it holds for any covariance. Which line uses that they are equal?",
                "inverse of i / beta": "I / beta_j has an inverse too. Which line uses that something is shared?",
            },
        ),
        "(beta_j / 2 pi)^(d/2) would differ from cluster to cluster, and stay in numerator and denominator.",
    ),
    "tie": Question(
        number(
            0.3,
            hint="both distances are equal. What does not cancel in equation 8.1?",
            mistakes={
                1: "the exponents are equal at every beta, so neither mean can win by distance.",
                0: "the exponents are equal at every beta, so neither mean can win by distance alone.",
                0.5: "that needs equal weights.",
                0.7: "that is what the other mean gets.",
            },
        ),
        "The exponents cancel at every beta, and the weights stay.",
    ),
    "critical": Question(
        number(
            0.375,
            hint="equation 8.5: the covariance of data on a line is their variance, a mean of three squares.",
            mistakes={
                8 / 3: "that is the variance itself.",
                0.1875: "that is half of it: the slide's exponent would part them there.",
                0.25: "that divides the sum of squares by n - 1; the free energy sums over n.",
                0.125: "that is one over the sum of squares; divide the sum by n.",
                0.612372: "that is one over the standard deviation.",
            },
        ),
        "One over the variance, 8/3.",
    ),
    "direction": Question(
        choice(
            "first eigenvector",
            {
                "all distances are equal": "they are so at the common mean, which has no direction.",
                "equation 3.4": "that parts moving together from moving apart, in every direction.",
            },
        ),
        "The bound is reached along the first eigenvector of S: there the curvature turns negative first.",
    ),
    "bracket": Question(
        choice(
            "full em",
            {
                "k-means": "k-means has no covariances at all.",
                "soft k-means": "that keeps Sigma at I / beta in every round.",
                "annealing": "there beta changes by a schedule, and Sigma is still I / beta at each stage.",
            },
        ),
        "Weights, means and covariances all move: the algorithm of notebook 07.",
    ),
}
