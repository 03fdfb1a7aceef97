"""The questions of notebook 06, *Climbing the likelihood*."""

from lecture_lib.homework.engine.judges import Question, choice, number

QUESTIONS = {
    "pull": Question(
        number(
            0.125,
            hint="equation 6.2 has one term a datum: the responsibility, times the distance, over the variance.",
            mistakes={
                -0.125: "it lies above the mean: its part of L rises as the mean moves up. Which sign is that?",
                0.5: "the distance is divided by the variance; in your answer that is missing.",
                2: "you multiplied by the variance; its inverse belongs here.",
                0.25: "4 is the variance, not the standard deviation.",
                1: "you multiplied by the standard deviation; the inverse of the variance belongs here.",
            },
        ),
        "0.25 times (5 - 3) over 4.",
    ),
    "multiplier": Question(
        number(
            -272,
            hint="multiply each equation by its weight, and add them up.",
            mistakes={
                272: "the sum of all responsibilities plus lambda is zero. Which sign does lambda have?",
                -1: "the weights sum to 1, but what is multiplied by lambda balances all responsibilities.",
                -2: "that is minus the number of components; each datum contributes a row of r that sums to 1.",
                1: "that is the sum of the weights.",
            },
        ),
        "Minus the number of data, however many components there are.",
    ),
    "together": Question(
        number(
            6,
            hint="two entries move at once, and each of them has its own derivative.",
            mistakes={
                3: "that is for one of the two entries alone, but a covariance is symmetric.",
                1.5: "derivatives along two entries add up; they are not shared out.",
                9: "derivatives along two entries add up; they are not multiplied.",
                0: "the two entries are equal, and pull in the same direction.",
            },
        ),
        "Twice the entry, since two equal entries grow.",
    ),
    "asleep": Question(
        choice(
            "nothing",
            {
                "it takes its data": "the derivative asks for it, but what is the component's responsibility?",
                "it removes it": "EM changes no numbers of components. What is the next weight, R / n?",
            },
        ),
        "No weight, no responsibility, no next weight: EM cannot wake a component.",
    ),
    "step": Question(
        number(
            4,
            hint="equation 6.7: the gradient, times the variance, over R.",
            mistakes={
                2: "the mean moves, since its gradient is not zero.",
                27: "that is a step of gradient ascent with step size 1.",
                102: "divide by R too: 50 data share the pull.",
                2.125: "the gradient is multiplied by the variance here, not divided by it.",
                2.5: "the variance is missing: 25 / 50.",
                3: "4 is the variance, not the standard deviation.",
                0: "the gradient is positive, so the mean moves up.",
            },
        ),
        "2 plus 4 / 50 times 25.",
    ),
}
