"""The questions of notebook 08, *Soft k-means*."""

from lecture_lib.homework.engine.judges import Question, choice, number, numbers

QUESTIONS = {
    "share": Question(
        number(
            0.880797,
            hint="write equation 8.1 out: one exponent is 0, the other is minus beta / 2 times a squared distance.",
            mistakes={
                0.982014: "the factor 1/2 in the exponent is missing.",
                0.731059: "the distance enters squared.",
                0.119203: "that is what the mean at 2 gets.",
                1: "k-means would say so; at beta = 1 the other mean still gets a share.",
            },
        ),
        "1 / (1 + exp(-2)).",
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
    "hot": Question(
        numbers(
            [3, 3],
            hint="at such a small beta, how much of each datum does each mean get?",
            mistakes=[
                ([1.5, 6], "that is k-means, the other end of the dial."),
                ([1, 6], "that is where they start."),
                ([3.5, 3.5], "that is the middle between the means; each mean moves to the mean of its data."),
            ],
            any_order=True,
        ),
        "Every datum is shared equally, so both means go to the mean of all three.",
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
